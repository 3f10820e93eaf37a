"""Upsampling by repetition or interpolation."""

from dataclasses import dataclass
from typing import Any, Self

from netsheet.core.errors import RuleError, UnsupportedError
from netsheet.core.shape import Shape
from netsheet.layers.attribute import attr
from netsheet.layers.base import Axes, Layer, Whole, Window, needs_rank, per_axis
from netsheet.layers.operand import Made, Operand, axes, only
from netsheet.layers.operators import Constant, Sizes, alike, refuse, resized

LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Upsample(Layer):
    """Make the map larger by a whole factor, repeating values or drawing lines between them.

    H_out = factor·H; no parameters.
    """

    kind = "upsample"
    aliases = (
        "upsampling",
        "unpool",
        "interpolate",
        "resize",
        "nearest upsample",
        "bilinear upsample",
        "upsampling2d",
    )
    family = "upsample"
    source = "Odena, Dumoulin & Olah 2016, Distill, doi:10.23915/distill.00003"
    torch_calls = ("interpolate",)
    argument = "factor"
    presets = {"bilinear upsample": {"mode": "linear"}, "nearest upsample": {"mode": "nearest"}}
    examples = (
        ({"factor": 2}, ((16, 7, 7),), (16, 14, 14)),
        ({"factor": 2, "mode": "linear"}, ((16, 7, 7),), (16, 14, 14)),
        ({"factor": 3}, ((2, 5),), (2, 15)),
        ({"factor": (1, 2, 3)}, ((2, 3, 4, 5),), (2, 3, 8, 15)),
    )

    factor: Axes = attr(
        "how many times larger",
        symbol="f",
        at_least=1,
        default=2,
        form="axes",
        headings=("scale", "scale factor"),
    )
    mode: str = attr(
        "nearest: values are repeated; linear: lines are drawn between them",
        default="nearest",
        form="word",
        words={
            "nearest": "nearest",
            "linear": "linear",
            "bilinear": "linear",
            "trilinear": "linear",
        },
    )

    def output(self, x: Shape) -> Shape:
        """The same channels, each axis times the factor."""
        needs_rank(x, self.kind)
        factors = per_axis(self.factor, x.rank, attribute="factor")
        size = tuple(f * n for f, n in zip(factors, x.size, strict=True))
        if max(size) > 10**9:
            what = f"the map would be {'×'.join(str(int(s)) for s in size)}"
            raise RuleError(what, hint="take a smaller factor", attribute="factor")
        return Shape((x.channels, *size))

    def windows(self, x: Shape) -> tuple[Window | Whole, ...]:
        """Output i reads input ⌊i/f⌋, and with lines the two nearest."""
        factors = per_axis(self.factor, x.rank, attribute="factor")
        return tuple(
            Window(1)
            if f == 1
            else Window(f, 1, 1 - f, 1, up=f)
            if self.mode == "nearest"
            else Window(f // 2 + (3 * f) // 2, 1, 1 - (3 * f) // 2, 1, up=f)
            for f in factors
        )

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
        """`torch.nn.functional.interpolate` by whole factors."""
        del recompute_scale_factor
        only(antialias=(antialias, False), align_corners=(bool(align_corners), False))
        if mode not in {"nearest", *LINEAR.values()}:
            raise UnsupportedError(f"mode={mode!r} has no place in a sheet")
        inside = input.shape[1:]
        if scale_factor is None:
            sizes = (size,) * len(inside) if isinstance(size, int) else tuple(size)
            factors = tuple(m / n for m, n in zip(sizes, inside, strict=True))
        elif isinstance(scale_factor, list | tuple):
            factors = tuple(scale_factor)
        else:
            factors = (scale_factor,) * len(inside)
        if any(factor != int(factor) or factor < 1 for factor in factors):
            raise UnsupportedError("its factors are no whole numbers")
        whole = axes(tuple(int(factor) for factor in factors))
        return Made(cls(factor=whole, mode="nearest" if mode == "nearest" else "linear"), (input,))

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """`nn.Upsample`; corners are not aligned."""
        factors = tuple(float(f) for f in per_axis(self.factor, x.rank, attribute="factor"))
        mode = self.mode if self.mode == "nearest" else LINEAR[x.rank]
        return nn.Upsample(scale_factor=factors, mode=mode)

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
        cubic_coeff_a: float = -0.75,  # noqa: ARG003 of cubic, which is refused
        exclude_outside: int = 0,  # noqa: ARG003 of cubic, which is refused
        extrapolation_value: float = 0.0,  # noqa: ARG003 of cuts, which are refused
        antialias: int = 0,  # noqa: ARG003 nothing is made smaller
        axes: Sizes = (),
        keep_aspect_ratio_policy: str = "stretch",
    ) -> Self:
        """`Resize` by whole factors, nearest or linear, corners not aligned."""
        if keep_aspect_ratio_policy != "stretch":
            refuse(f'it keeps the map\'s proportions ("{keep_aspect_ratio_policy}")')
        size = resized(x, scales, sizes, axes)
        if any(m % n for m, n in zip(size, x.size, strict=True)):
            refuse(f"it makes {x} {'×'.join(map(str, size))}, by no whole factor")
        place, near = coordinate_transformation_mode, nearest_mode
        even = place in {"half_pixel", "pytorch_half_pixel"}
        fits = {
            "nearest": (place == "asymmetric" and near == "floor")
            or (even and near in {"round_prefer_floor", "round_prefer_ceil"}),
            "linear": even,
        }
        if not fits.get(mode, False):
            refuse(f"it is {mode} at {place}, {near}, and not as torch does it")
        factors = [m // n for m, n in zip(size, x.size, strict=True)]
        return cls(alike(factors), mode)

    def to_onnx(self, onnx: Any, x: Shape) -> Any:
        """`Resize`."""
        factors = per_axis(self.factor, x.rank, attribute="factor")
        scales = onnx.reals([1, 1, *factors], (2 + x.rank,))
        if self.mode == "nearest":
            options = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        else:
            options = {"coordinate_transformation_mode": "half_pixel"}
        return onnx.Resize(onnx.x, "", scales, mode=self.mode, **options)
