"""Resampling: the map brought to a given size."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.errors import RuleError, UnsupportedError
from netsheet.core.shape import Shape
from netsheet.layers.attribute import attr
from netsheet.layers.base import Axes, Layer, Whole, mixed, needs_rank, per_axis
from netsheet.layers.operand import Made, Operand, axes, only
from netsheet.layers.operators import Constant, Sizes, alike, refuse, resized

MODES = {
    "nearest": "nearest",
    "linear": "linear",
    "bilinear": "linear",
    "trilinear": "linear",
    "cubic": "cubic",
    "bicubic": "cubic",
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Resample(Layer):
    """The map brought to a given size, larger or smaller, by values or lines between them.

    Output i lies at (i + ½)·H/size − ½, or at i·(H − 1)/(size − 1) where corners are aligned; no
    parameters. By a whole factor it is an `upsample`.
    """

    kind = "resample"
    aliases = ("interpolate to", "resize to")
    family = "upsample"
    source = "Keys 1981, IEEE TASSP 29(6), for cubic; torch.nn.functional.interpolate"
    torch_calls = ("interpolate",)
    argument = "size"
    examples = (
        ({"size": 10}, ((3, 7, 7),), (3, 10, 10)),
        ({"size": (5, 9), "mode": "linear"}, ((3, 7, 7),), (3, 5, 9)),
        ({"size": 14, "mode": "linear", "corners": True}, ((3, 7, 7),), (3, 14, 14)),
        ({"size": 9, "mode": "cubic"}, ((2, 5, 6),), (2, 9, 9)),
        ({"size": 4}, ((2, 9),), (2, 4)),
        ({"size": (3, 4, 5), "mode": "linear"}, ((1, 2, 3, 4),), (1, 3, 4, 5)),
    )

    size: Axes = attr(
        "size of the output, in pixels", at_least=1, form="axes", headings=("target size",)
    )
    mode: str = attr(
        "nearest: the value that is there; linear: lines between two; cubic: curves through four",
        default="nearest",
        form="word",
        words=MODES,
    )
    corners: bool = attr(
        "whether the outermost values stay where they are",
        default=False,
        form="yes/no",
        headings=("align corners",),
    )

    def output(self, x: Shape) -> Shape:
        """The same channels at the size asked for."""
        needs_rank(x, self.kind)
        if self.mode == "cubic" and x.rank != 2:  # noqa: PLR2004 a picture
            what = f"cubic curves are for pictures, and {x} is none"
            raise RuleError(what, hint="mode linear would do", attribute="mode")
        if self.mode == "nearest" and self.corners:
            what = "corners can't be aligned where values are only repeated"
            raise RuleError(what, hint="take mode linear or cubic", attribute="corners")
        return Shape((x.channels, *per_axis(self.size, x.rank, attribute="size")))

    def windows(self, x: Shape) -> tuple[Whole, ...]:
        """The whole map: a bound."""
        return mixed(x)

    def describe(self) -> str:
        """`resample 14×14, linear`."""
        size = self.size if isinstance(self.size, tuple) else (self.size,)
        return f"{self.kind} {'×'.join(str(int(n)) for n in size)}, {self.mode}"

    @classmethod
    def from_torch(
        cls,
        input: Operand,
        size: Any = None,
        scale_factor: Any = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
        antialias: bool = False,
    ) -> Made:
        """`torch.nn.functional.interpolate` to a size."""
        del recompute_scale_factor
        only(antialias=(antialias, False))
        if mode not in MODES:
            raise UnsupportedError(f"mode={mode!r} has no place in a sheet")
        inside = input.shape[1:]
        if size is None:
            factors = scale_factor if isinstance(scale_factor, list | tuple) else (scale_factor,)
            factors = tuple(factors) * (len(inside) if len(factors) == 1 else 1)
            size = tuple(int(n * factor) for n, factor in zip(inside, factors, strict=True))
            exact = all(n * f == m for n, f, m in zip(inside, factors, size, strict=True))
            if not exact and not align_corners:
                raise UnsupportedError(f"scale_factor={scale_factor!r} gives no whole size")
        given = (size,) if isinstance(size, int) else tuple(size)
        given = given * len(inside) if len(given) == 1 else given
        layer = cls(size=axes(given), mode=MODES[mode], corners=bool(align_corners))
        return Made(layer, (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`nn.Upsample`."""
        words = {"linear": ("", "linear", "bilinear", "trilinear")[x.rank], "cubic": "bicubic"}
        return nn.Upsample(
            size=per_axis(self.size, x.rank, attribute="size"),
            mode=words.get(self.mode, self.mode),
            align_corners=None if self.mode == "nearest" else self.corners,
        )

    onnx_ops = ("Resize",)

    @classmethod
    def from_onnx(
        cls,
        x: Shape,
        roi: Constant | None = None,  # noqa: ARG003 of cuts, which are refused
        scales: Constant | None = None,
        sizes: Constant | None = None,
        *,
        mode: str = "nearest",
        coordinate_transformation_mode: str = "half_pixel",
        nearest_mode: str = "round_prefer_floor",
        cubic_coeff_a: float = -0.75,
        exclude_outside: int = 0,
        extrapolation_value: float = 0.0,  # noqa: ARG003 of cuts, which are refused
        antialias: int = 0,
        axes: Sizes = (),
        keep_aspect_ratio_policy: str = "stretch",
    ) -> Self:
        """`Resize` to a size, at half pixels or with corners aligned, as torch does it."""
        if keep_aspect_ratio_policy != "stretch" or antialias or exclude_outside:
            refuse("it keeps proportions, smooths, or leaves out what lies outside")
        size = resized(x, scales, sizes, axes)
        place, near = coordinate_transformation_mode, nearest_mode
        halves, corners = {"half_pixel", "pytorch_half_pixel"}, place == "align_corners"
        times = all(m % n == 0 for m, n in zip(size, x.size, strict=True))
        if times and mode in {"nearest", "linear"} and not corners:
            refuse("by a whole factor it is an upsample")
        if mode == "nearest":
            fits = place == "asymmetric" and near == "floor"
        else:
            fits = place in halves or corners
        if place == "pytorch_half_pixel":  # a lone output is the first value there, not the middle
            fits = fits and all(n == 1 for n, m in zip(x.size, size, strict=True) if m == 1)
        if not fits or mode not in {"nearest", "linear", "cubic"}:
            refuse(f"it is {mode} at {place}, {near}, and not as torch does it")
        if mode == "cubic" and cubic_coeff_a != -0.75:  # noqa: PLR2004 torch's own
            refuse(f"its curves have a = {cubic_coeff_a:g}")
        return cls(alike(size), mode, corners and mode != "nearest")

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`Resize`, or `Gather` where a place falls on a pixel's edge and rounding decides."""
        size = per_axis(self.size, x.rank, attribute="size")
        if self.mode == "nearest" and any(map(_edge, x.size, size)):
            y = onnx.x
            for axis, (n, m) in enumerate(zip(x.size, size, strict=True), 2):
                reads = [place * int(n) // int(m) for place in range(int(m))]
                y = onnx.Gather(y, onnx.numbers(reads), axis=axis)
            return y
        place = "align_corners" if self.corners else "half_pixel"
        options = {"mode": self.mode, "coordinate_transformation_mode": place}
        if self.mode == "nearest":
            options |= {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        batch = onnx.Shape(onnx.x, start=0, end=2)
        sizes = onnx.Concat(batch, onnx.numbers(size), axis=0)
        return onnx.Resize(onnx.x, "", "", sizes, **options)


def _edge(n: int, m: int) -> bool:
    """Whether one of m places in n pixels, other than by a whole factor, begins with a pixel."""
    return m % n != 0 and any(place * n % m == 0 for place in range(1, m))
