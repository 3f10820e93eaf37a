"""What a layer's `to_torch` is handed here as `nn`: its names make no modules, but say how to.

Requirements met here: a layer needn't know that it is written and not run; what torch has is
called by torch's names and with torch's defaults; what it lacks is a class of `lacking`; a name
that is not known here goes through as it is, so that a new kind of layer is written on arrival.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from netsheet.convert.pytorch_source.lacking import REQUIRED, Lacking, Signature
from netsheet.core.shape import AXES, Shape
from netsheet.layers.axis import Pads, positions, span, uneven

Sizes = tuple[int, ...]


class Made(NamedTuple):
    """A module, as the call that makes it: `callee(**values)`.

    Arguments that have no name are called "0", "1" and so on. defaults: values that needn't be
    written. positional: how many arguments are written without their names. flat: it reads a flat
    vector, so that a map must be laid flat before.
    """

    callee: str
    values: tuple[tuple[str, Any], ...] = ()
    defaults: tuple[tuple[str, Any], ...] = ()
    positional: int = 0
    flat: bool = False


class Done(NamedTuple):
    """What the forward pass does by an operator or a function, without a module.

    detail: for each factor, the axes that it lacks; for each map that is laid behind others, its
    sizes, if it must be repeated for each sample, and 0 otherwise. axis: along which.
    """

    how: str
    detail: tuple[int, ...] = ()
    axis: int = 1


def _torch(positional: str, **defaults: Any) -> Signature:
    """The arguments of a class of torch: those that are always written, and those with defaults."""
    names = positional.split()
    return Signature((*((name, REQUIRED) for name in names), *defaults.items()), len(names))


_CONV = _torch(
    "in_channels out_channels kernel_size", stride=1, padding=0, dilation=1, groups=1, bias=True
)
_BORDERED = _torch(
    "in_channels out_channels kernel_size", stride=1, dilation=1, groups=1, bias=True, border=()
)
_STANDARDISED = _torch(
    "in_channels out_channels kernel_size",
    stride=1,
    dilation=1,
    groups=1,
    bias=True,
    border=REQUIRED,
    gain=REQUIRED,
    scale=REQUIRED,
    epsilon=REQUIRED,
)
_TRANSPOSED = _torch(
    "in_channels out_channels kernel_size",
    stride=1,
    padding=0,
    output_padding=0,
    groups=1,
    bias=True,
    dilation=1,
)
_NORM = _torch("num_features", eps=1e-5, momentum=0.1, affine=True)

SIGNATURES: dict[str, Signature] = {
    **{f"Conv{rank}d": _CONV for rank in (1, 2, 3)},
    **{f"ConvTranspose{rank}d": _TRANSPOSED for rank in (1, 2, 3)},
    **{f"BatchNorm{rank}d": _NORM for rank in (1, 2, 3)},
    **{f"AdaptiveAvgPool{rank}d": _torch("output_size") for rank in (1, 2, 3)},
    **{f"AdaptiveMaxPool{rank}d": _torch("output_size") for rank in (1, 2, 3)},
    "ChannelShuffle": _torch("groups"),
    "Dropout": _torch("p", inplace=False),
    "GELU": _torch("", approximate="none"),
    "GroupNorm": _torch("num_groups num_channels", eps=1e-5, affine=True),
    "LayerNorm": _torch("normalized_shape", eps=1e-5, elementwise_affine=True, bias=True),
    "LeakyReLU": _torch("negative_slope", inplace=False),
    "Linear": _torch("in_features out_features", bias=True),
    "LocalResponseNorm": _torch("size", alpha=1e-4, beta=0.75, k=1.0),
    "PReLU": _torch("", num_parameters=1),
    "RMSNorm": _torch("normalized_shape", eps=None, elementwise_affine=True),
    "Softmax": _torch("", dim=None),
    "Upsample": _torch("", size=None, scale_factor=None, mode="nearest", align_corners=None),
}
"""Classes of torch by their arguments; one that is not here is called as the layer calls it."""

PER_AXIS = frozenset(
    {"kernel_size", "stride", "padding", "output_padding", "dilation", "output_size"}
    | {"size", "scale_factor"}
)
"""Arguments that are a number for each axis, or one for all."""

PADS = {"zero": "ZeroPad", "edge": "ReplicationPad", "reflect": "ReflectionPad"}
"""torch's classes for a border; one that is wrapped round is a `CircularPad`."""


class Writer:
    """`nn` for one layer, which reads these shapes."""

    def __init__(self, lacking: Lacking, *xs: Shape) -> None:
        self._lacking = lacking
        self._xs = xs

    def __getattr__(self, name: str) -> Callable[..., Made]:
        """A class of torch, or one that it lacks."""
        if name.startswith("_"):
            raise AttributeError(name)
        make = self._lacked if self._lacking.has(name) else self._own
        return partial(make, name)

    def _lacking_axes(self) -> tuple[int, ...]:
        """How many axes of 1 each map needs behind its own, to go with the others."""
        rank = max(x.rank for x in self._xs)
        return tuple(rank - x.rank for x in self._xs)

    def _own(self, name: str, *args: Any, **named: Any) -> Made:
        """Torch's own class, where there is one that does more by the same name."""
        return _made(f"nn.{name}", SIGNATURES.get(name), args, named)

    def _lacked(self, name: str, *args: Any, **named: Any) -> Made:
        """A class that torch lacks."""
        signature = self._lacking.signature(name) or SIGNATURES.get(self._lacking.base(name))
        if name.startswith(("BorderedConv", "FixedConv")):
            signature = _BORDERED
        if name.startswith("StandardisedConv"):
            signature = _STANDARDISED
        return _made(name, signature, args, named)

    def Add(self) -> Done:  # noqa: N802 called as torch's class
        """`x + y`."""
        return Done("add", self._lacking_axes())

    def Multiply(self) -> Done:  # noqa: N802 called as torch's class
        """`x * y`."""
        return Done("multiply", self._lacking_axes())

    def Subtract(self) -> Done:  # noqa: N802 called as torch's class
        """`x - y`."""
        return Done("subtract", self._lacking_axes())

    def Divide(self) -> Done:  # noqa: N802 called as torch's class
        """`x / y`."""
        return Done("divide", self._lacking_axes())

    def Maximum(self) -> Done:  # noqa: N802 called as torch's class
        """`torch.maximum(x, y)`."""
        return Done("maximum", self._lacking_axes())

    def Minimum(self) -> Done:  # noqa: N802 called as torch's class
        """`torch.minimum(x, y)`."""
        return Done("minimum", self._lacking_axes())

    def Matmul(self) -> Done:  # noqa: N802 called as torch's class
        """`x @ y`."""
        return Done("matmul", self._lacking_axes())

    def Concat(self, axis: int = 0) -> Done:  # noqa: N802 called as torch's class
        """`torch.cat`."""
        return Done("concat", axis=1 + axis)

    def Flatten(self) -> Done:  # noqa: N802 called as torch's class
        """`torch.flatten`, or `nn.Flatten` in a chain."""
        return Done("flatten")

    def FlatLinear(self, *args: Any, **named: Any) -> Made:  # noqa: N802 called as torch's class
        """`nn.Linear`, before which the map is laid flat."""
        return self._own("Linear", *args, **named)._replace(flat=True)

    def LocalResponseNorm(self, *args: Any, **named: Any) -> Made:  # noqa: N802 called as torch's class
        """Torch's own takes no flat vectors."""
        make = self._own if self._xs[0].rank else self._lacked
        return make("LocalResponseNorm", *args, **named)

    def GroupNorm(self, groups: int, channels: int, *, bias: bool = True, **named: Any) -> Made:  # noqa: N802 called as torch's class
        """Torch's own refuses groups of a single value, and always learns β with γ."""
        if bias and self._xs[0].values > groups:
            return self._own("GroupNorm", groups, channels, **named)
        return self._lacked("GroupNorm", groups, channels, bias=bias, **named)

    def ChannelShuffle(self, groups: int) -> Made:  # noqa: N802 called as torch's class
        """Torch's own takes no flat vectors."""
        make = self._own if self._xs[0].rank else self._lacked
        return make("ChannelShuffle", groups)

    def Sigmoid(self, *, inplace: bool = False) -> Made:  # noqa: N802 called as torch's class
        """Torch's own can't work in place."""
        return self._lacked("InPlaceSigmoid") if inplace else self._own("Sigmoid")

    def Tanh(self, *, inplace: bool = False) -> Made:  # noqa: N802 called as torch's class
        """Torch's own can't work in place."""
        return self._lacked("InPlaceTanh") if inplace else self._own("Tanh")

    def GELU(self, *, inplace: bool = False, tanh: bool = False) -> Made:  # noqa: N802 called as torch's class
        """Torch's own can't work in place."""
        make, name = (self._lacked, "InPlaceGELU") if inplace else (self._own, "GELU")
        return make(name, approximate="tanh" if tanh else "none")

    def PixelShuffle(self, factor: int) -> Made:  # noqa: N802 called as torch's class
        """Torch's own takes pictures only."""
        make = self._own if self._xs[0].rank == 2 else self._lacked  # noqa: PLR2004 axes of a picture
        return make("PixelShuffle", factor)

    def PixelUnshuffle(self, factor: int) -> Made:  # noqa: N802 called as torch's class
        """Torch's own takes pictures only."""
        make = self._own if self._xs[0].rank == 2 else self._lacked  # noqa: PLR2004 axes of a picture
        return make("PixelUnshuffle", factor)

    def Tensor(self, sizes: Sequence[int], *, trained: bool) -> Made:  # noqa: N802 called as torch's class
        """A tensor by itself; as a sample it has its sizes, or is flat."""
        shape = tuple(sizes)
        flat = not 1 <= len(shape) <= len(AXES)
        return self._lacked("FreeTensor", shape, flat=flat, trained=trained)

    def Pad(self, border: Pads, mode: str, channels: tuple[int, int] = (0, 0)) -> Made:  # noqa: N802 called as torch's class
        """A border, before and after each axis, last axis first; torch's own leave channels be."""
        if any(channels):
            return self._lacked("Pad", border, mode, channels)
        kind = PADS.get(mode, "CircularPad")
        return self._own(f"{kind}{len(border)}d", _border(border))

    def conv(
        self,
        rank: int,
        inputs: int,
        outputs: int,
        *,
        kernel: Sizes,
        stride: Sizes,
        padding: Pads,
        dilation: Sizes,
        groups: int,
        bias: bool,
        trained: bool = True,
    ) -> Made:
        """A convolution; where its padding differs before and after, in a border."""
        options = {"stride": stride, "dilation": dilation, "groups": groups, "bias": bias}
        if uneven(padding) or not trained:
            name = f"BorderedConv{rank}d" if trained else f"FixedConv{rank}d"
            options["border"] = _border(padding)
            return self._lacked(name, inputs, outputs, kernel, **options)
        options["padding"] = tuple(before for before, _ in padding)
        return self._own(f"Conv{rank}d", inputs, outputs, kernel, **options)

    def standardised_conv(
        self,
        rank: int,
        inputs: int,
        outputs: int,
        *,
        kernel: Sizes,
        stride: Sizes,
        padding: Pads,
        **named: Any,
    ) -> Made:
        """A convolution with standardised filters, in a border that is laid by itself."""
        named |= {"stride": stride, "border": _border(padding)}
        return self._lacked(f"StandardisedConv{rank}d", inputs, outputs, kernel, **named)

    def max_pool(
        self,
        rank: int,
        *,
        kernel: Sizes,
        stride: Sizes,
        padding: Pads,
        dilation: Sizes,
        up: bool,
        own: bool,
    ) -> Made:
        """A max pool; a border that torch's can't lay is as wide as the last window reaches."""
        if not own:
            given = self._reached(kernel, stride, padding, dilation) if up else padding
            border = _border(given)
            name = f"BorderedMaxPool{rank}d"
            return self._lacked(name, kernel, stride, border, dilation=_tidy(dilation))
        evenly = tuple(before for before, _ in padding)
        signature = _torch(
            "kernel_size", stride=_tidy(kernel), padding=0, dilation=1, ceil_mode=False
        )
        args = (kernel, stride, evenly, dilation)
        return _made(f"nn.MaxPool{rank}d", signature, args, {"ceil_mode": up})

    def average_pool(
        self,
        rank: int,
        *,
        kernel: Sizes,
        stride: Sizes,
        padding: Pads,
        up: bool,
        own: bool,
        count_padding: bool,
    ) -> Made:
        """An average pool; in a border that torch's can't lay, what a window holds is counted."""
        if not own:
            given = self._reached(kernel, stride, padding, (1,) * rank) if up else padding
            beyond = tuple(
                (0, after - before) for (_, before), (_, after) in zip(padding, given, strict=True)
            )
            name = f"BorderedAvgPool{rank}d"
            options = {"counted": count_padding, "beyond": _border(beyond) if up else ()}
            return self._lacked(name, kernel, stride, _border(padding), **options)
        evenly = tuple(before for before, _ in padding)
        signature = _torch(
            "kernel_size",
            stride=_tidy(kernel),
            padding=0,
            ceil_mode=False,
            count_include_pad=True,
        )
        args = (kernel, stride, evenly, up, count_padding)
        return _made(f"nn.AvgPool{rank}d", signature, args, {})

    def _reached(self, kernel: Sizes, stride: Sizes, padding: Pads, dilation: Sizes) -> Pads:
        """The border that the last window reaches to, where rounding is up."""
        return tuple(
            (pad[0], (positions(n, k, s, pad, d, up=True) - 1) * s + span(k, d) - n - pad[0])
            for n, k, s, pad, d in zip(
                self._xs[0].size, kernel, stride, padding, dilation, strict=True
            )
        )


def _border(border: Pads) -> Sizes:
    """A border as torch wants it: before and after each axis, last axis first."""
    return tuple(int(side) for pair in reversed(border) for side in pair)


def _tidy(value: Any) -> Any:
    """One number for all axes, where they are alike."""
    if isinstance(value, tuple) and value and all(each == value[0] for each in value):
        return value[0]
    return value


def _made(
    callee: str, signature: Signature | None, args: Sequence[Any], named: dict[str, Any]
) -> Made:
    """A call, its arguments bound to their names where these are known."""
    if signature is None:
        values = {str(place): value for place, value in enumerate(args)} | named
        return Made(callee, tuple(values.items()), (("inplace", False),), len(args))
    names = [name for name, _ in signature.arguments]
    values = dict(signature.arguments) | dict(zip(names, args, strict=False)) | named
    if callee.startswith("nn."):
        values = {n: _tidy(value) if n in PER_AXIS else value for n, value in values.items()}
    defaults = tuple((n, d) for n, d in signature.arguments if d is not REQUIRED)
    return Made(callee, tuple(values.items()), defaults, signature.positional)
