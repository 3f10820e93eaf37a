"""An operation that a sheet can't express: its place is kept, and nothing is said of its cost."""

from dataclasses import dataclass
from typing import Any

from netsheet.core.errors import RuleError
from netsheet.core.shape import AXES, Shape
from netsheet.layers.absent import absent
from netsheet.layers.attribute import attr
from netsheet.layers.base import Layer, Whole, mixed


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Opaque(Layer):
    """Something that an imported network does and no layer kind says: only its output is known.

    Its multiply-adds are not known, and so the totals of its network are what is known of them.
    """

    kind = "opaque"
    aliases = ("unknown", "unknown operation")
    family = "opaque"
    source = "by definition"
    inputs = (1, 4096)
    argument = "called"
    examples = (
        ({"called": "fft2", "sizes": (64, 7, 4)}, ((64, 7, 7),), (64, 7, 4)),
        ({"called": "grid_sample", "sizes": (3, 8, 8)}, ((3, 9, 9), (8, 8, 2)), (3, 8, 8)),
        ({"called": "sort", "sizes": (84,)}, ((84,),), (84,)),
    )

    called: str = attr("what the operation is called where it comes from", form="label")
    sizes: tuple[int, ...] = attr("sizes of its output, channels first", form="sizes")

    def output(self, *xs: Shape) -> Shape:  # noqa: ARG002 as it was seen
        """The sizes that were seen."""
        if not 1 <= len(self.sizes) <= len(AXES):
            what = f"a map has 1 to {len(AXES)} sizes, not {len(self.sizes)}"
            raise RuleError(what, hint="write channels first, as 64×7×7", attribute="sizes")
        return Shape(self.sizes)

    def windows(self, *xs: Shape) -> tuple[Whole, ...]:
        """Everything may be read: a bound."""
        return mixed(xs[0])

    def describe(self) -> str:
        """`opaque fft2`."""
        return f"{self.kind} {self.called}"

    def to_torch(self, nn: Any, *xs: Shape) -> Any:
        """There is none: what it does is not known."""
        raise NotImplementedError

    from_onnx = absent("it stands for operators that no kind is")
    to_onnx = absent("what it does is not known")
