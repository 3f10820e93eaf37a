"""A value of a filtered picture followed to its products."""

from pathlib import Path
from typing import Any, NamedTuple

from netsheet.convolution.backwards import Met, Reader, met_by, read_by
from netsheet.convolution.border import Border
from netsheet.convolution.kernel import Kernel
from netsheet.convolution.picture import apply, check_picture, planes
from netsheet.convolution.reading import Place
from netsheet.convolution.trace import Trace, trace
from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.conv import Conv
from netsheet.picture.pixels import COLOURS, read_pixels


class Laid(NamedTuple):
    """A kernel laid on a picture, ready to be asked about: H×W×C values without transparency."""

    name: str
    values: Any
    kernel: Kernel
    layer: Conv
    x: Shape
    border: Border
    weights: Any
    options: dict[str, Any]

    def follow(self, place: Place) -> tuple[Trace, int]:
        """An output value, (channel, row, column), and what the picture holds there at last."""
        values, weights = self.values, self.weights

        def look(at: Place) -> float:
            return float(values[at[1], at[2], at[0]])

        def weight(index: Place) -> float:
            return float(weights[index[2:]])

        found = trace(
            self.layer, self.x, place, look, {"weight": weight}, name=self.name, border=self.border
        )
        made = apply(values, self.kernel, border=self.border, **self.options).values
        return found, int(made[place[1], place[2], place[0]])

    def readers(self, place: Place) -> tuple[Reader, ...]:
        """Every output that reads an input value."""
        return read_by(self.layer, self.x, place, self.border)

    def met(self, index: Place) -> tuple[Met, ...]:
        """Every input of the first channel that a weight, (row, column), meets."""
        if len(index) == 2:  # noqa: PLR2004 a filter of two axes
            index = (0, 0, *index)
        return met_by(self.layer, self.x, index, self.border)[1]


def lay_on(picture: str | Path, kernel: Kernel, border: Border, **options: Any) -> Laid:
    """A kernel laid on a picture's file.

    options: stride, padding, dilation, flip and show, as for `netsheet.filter`. PictureError for a
    bad file, RuleError for what can't be, or a kernel that is two.
    """
    if len(kernel.planes) > 1:
        what = f"{kernel.name} is two filters, whose results are joined"
        raise RuleError(what, hint=f"follow {kernel.name}-x or {kernel.name}-y")
    values = check_picture(read_pixels(picture).values)
    values = values[..., : COLOURS.get(values.shape[-1], values.shape[-1])]
    high, wide, channels = values.shape
    [plane] = planes(kernel)
    layer = Conv(
        out=channels,
        kernel=plane.shape,
        stride=options.get("stride", 1),
        padding=options.get("padding", "same"),
        dilation=options.get("dilation", 1),
        groups=channels,
        bias=False,
    )
    weights = plane[::-1, ::-1] if options.get("flip") else plane
    name = f"{Path(picture).name} under {kernel.name}"
    x = Shape((channels, high, wide))
    return Laid(name, values, kernel, layer, x, border, weights, options)
