"""Padding as a layer of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.attribute import attr
from netsheet.layers.axis import Padding, padded, pads
from netsheet.layers.base import Keeps, Layer, Window, needs_rank
from netsheet.layers.operators import Constant, Sizes, flat_pads, pairs, refuse, simplest


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pad(Layer):
    """Lay a border around the map: zeros, the edge repeated, mirrored, or wrapped round.

    H_out = H + before + after. Channels of zeros can be laid before and behind too, as in the
    shortcuts without parameters of the first ResNets.
    """

    kind = "pad"
    aliases = ("zero pad", "zeropad2d", "padding layer", "border")
    family = "pad"
    source = "torch.nn.functional.pad"
    argument = "padding"
    examples = (
        ({"padding": 3}, ((3, 224, 224),), (3, 230, 230)),
        ({"padding": ((0, 1), (0, 1))}, ((2, 7, 7),), (2, 8, 8)),
        ({"padding": 2, "mode": "reflect"}, ((2, 9),), (2, 13)),
        ({"padding": (1, 0, 2), "mode": "edge"}, ((1, 2, 3, 4),), (1, 4, 3, 8)),
        ({"padding": 0, "channels": 8}, ((16, 7, 7),), (32, 7, 7)),
    )

    padding: Padding = attr(
        "border: a number, one an axis, or before/after",
        symbol="p",
        at_least=0,
        form="padding",
        headings=("pad",),
    )
    mode: str = attr(
        "what the border holds",
        default="zero",
        form="word",
        words={
            "zero": "zero",
            "zeros": "zero",
            "constant": "zero",
            "edge": "edge",
            "replicate": "edge",
            "reflect": "reflect",
            "mirror": "reflect",
            "wrap": "wrap",
            "circular": "wrap",
        },
    )

    channels: Padding = attr(
        "channels of zeros laid before and behind: a number, or before/after",
        at_least=0,
        default=0,
        form="padding",
        headings=("pad channels",),
    )

    def _channels(self) -> tuple[int, int]:
        """Channels of zeros before and behind; refuses more than a pair, and those of no zeros."""
        if isinstance(self.channels, int):
            before = behind = self.channels
        elif isinstance(self.channels, tuple) and len(self.channels) == 1:
            ((before, behind),) = self.channels  # type: ignore[misc]  # a lone number is no tuple
        else:
            what = "channels are padded before and behind, and nowhere else"
            raise RuleError(what, hint="write before/after, as 8/8", attribute="channels")
        if self.mode != "zero" and before + behind:
            what = f"channels are padded with zeros, and mode is {self.mode}"
            raise RuleError(what, hint="pad them in a row of their own", attribute="channels")
        return before, behind

    def output(self, x: Shape) -> Shape:
        """Each axis grown by its border; refuses a mirror larger than the map."""
        needs_rank(x, self.kind)
        given = pads(self.padding, x, 1)
        for pad, n, letter in zip(given, x.size, x.axes, strict=True):
            limit = {"reflect": n - 1, "wrap": n}.get(self.mode)
            if limit is not None and max(pad) > limit:
                size = f"{letter} = {int(n)}"
                what = f"a border of {int(max(pad))} can't be taken from a map with {size}"
                raise RuleError(
                    what, hint=f"at most {int(limit)} with mode {self.mode}", attribute="padding"
                )
        before, behind = self._channels()
        channels = padded(x.channels, before, behind) if before + behind else x.channels
        return Shape((channels, *(padded(n, *pad) for n, pad in zip(x.size, given, strict=True))))

    def windows(self, x: Shape) -> tuple[Window, ...]:
        """Its own position, shifted by the border."""
        return tuple(Window(1, 1, -before) for before, _ in pads(self.padding, x, 1))

    def keeps(self, x: Shape) -> Keeps:  # noqa: ARG002 the same whatever the input
        """Torch keeps the input of a repeated or mirrored edge, though its shape would do."""
        return Keeps(input=self.mode in {"edge", "reflect"})

    def describe(self) -> str:
        """`pad 3`."""
        return f"{self.kind} {self.padding}" if isinstance(self.padding, int) else self.kind

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`torch.nn.functional.pad`."""
        return nn.Pad(pads(self.padding, x, 1), self.mode, self._channels())

    onnx_ops = ("Pad",)

    @classmethod
    def from_onnx(
        cls,
        x: Shape,
        pads: Constant | Sizes,
        constant_value: Constant | float = 0.0,
        axes: Constant | None = None,
        *,
        mode: str = "constant",
    ) -> Self:
        """`Pad` of the map's axes, not of its channels, and with zeros where by a constant."""
        value = constant_value
        filling = value if isinstance(value, int | float) else value.numbers()[0]
        if mode == "constant" and filling:
            refuse(f"its border is {filling:g}, and not 0")
        ranks = len(x) + 1
        given = pads if isinstance(pads, Sequence) else pads.numbers()
        laid = [(0, 0)] * ranks
        chosen = range(ranks) if axes is None else [int(n) for n in axes.numbers()]
        for axis, pair in zip(chosen, pairs([int(n) for n in given], len(chosen)), strict=True):
            if not -ranks <= axis < ranks:
                refuse(f"there is no axis {axis} in N×{x}")
            laid[axis] = pair
        if min(map(min, laid)) < 0:
            refuse("it cuts off instead of adding")
        if laid[0] != (0, 0):
            refuse("it adds samples")
        before, behind = laid[1]
        channels = before if before == behind else ((before, behind),)
        return cls(simplest(tuple(laid[2:])), {"constant": "zero"}.get(mode, mode), channels)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`Pad`; a map that is wrapped round is cut and joined, axis by axis."""
        given = pads(self.padding, x, 1)
        if self.mode != "wrap":
            mode = {"zero": "constant"}.get(self.mode, self.mode)
            sides = flat_pads(((0, 0), self._channels(), *given))
            return onnx.Pad(onnx.x, onnx.numbers(sides), mode=mode)
        y = onnx.x
        for axis, ((before, after), n) in enumerate(zip(given, x.size, strict=True), start=2):
            spans = [(n - before, n)] if before else []
            ends = [(0, after)] if after else []
            cut = [
                onnx.Slice(y, *(onnx.numbers([number]) for number in (start, end, axis)))
                for start, end in (*spans, (0, n), *ends)
            ]
            y = onnx.Concat(*cut, axis=axis) if len(cut) > 1 else y
        return y
