"""Layer normalisation written out: less the mean, over the root of the mean square.

It is what exporters wrote before opset 17: `ReduceMean`, `Sub`, `Pow`, `ReduceMean`, `Add` of ε,
`Sqrt`, `Div`, and then γ and β.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from netsheet.convert.onnx_model.operation import Operation, Value, constant, per_channel
from netsheet.convert.onnx_model.tensors import Tensor

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.walk import Walk


class Even(NamedTuple):
    """A value brought to mean 0 and variance 1: of what, over which axes, with which ε."""

    x: Value
    axes: tuple[int, ...]
    epsilon: float


def _even(value: Value | None) -> Even | None:
    """What a value is brought to mean 0 and variance 1 of, if that is what it is."""
    apart, root = (None, None) if value is None else (value.back("Div"), value.back("Div", 1))
    x, mean = (None, None) if apart is None else (apart.back("Sub"), apart.back("Sub", 1))
    variance = None if root is None else root.back("Sqrt")
    if variance is None or variance.maker is None or variance.op != "Rescale" or x is None:
        return None
    squares = variance.maker.x.back("ReduceMean")
    given = variance.maker.attributes
    if squares is None or given["factor"] != 1 or squared(squares) is not apart or mean is None:
        return None
    if mean.back("ReduceMean") is not x:
        return None
    axes = _axes(mean)
    if axes is None or axes != _axes(variance.maker.x):
        return None
    return Even(x, axes, given["shift"])


def squared(value: Value) -> Value | None:
    """What a value is the square of."""
    exponent = value.back("Pow", 1)
    if exponent is not None and exponent.single() == 2:  # noqa: PLR2004 a square
        return value.back("Pow")
    one, other = value.back("Mul"), value.back("Mul", 1)
    return one if one is other else None


def _axes(value: Value) -> tuple[int, ...] | None:
    """The axes that a mean was taken over, if they stayed."""
    maker = value.maker
    if maker is None or not maker.attributes.get("keepdims", 1) or len(maker.inputs) < 2:  # noqa: PLR2004 x and axes
        return None
    axes = maker.inputs[1]
    if axes is None or axes.tensor is None:
        return None
    return tuple(sorted(int(n) % value.rank for n in axes.tensor.numbers()))


def norm(operation: "Operation", walk: "Walk") -> Value | None:
    """`Add` of β to γ times such a value."""
    scaled, beta = operation.x, operation.inputs[1] if len(operation.inputs) > 1 else None
    even = _even(scaled.back("Mul"))
    gamma = scaled.back("Mul", 1)
    if even is None or gamma is None or beta is None or even.x.shape is None:
        return None
    if gamma.tensor is None or beta.tensor is None:
        return None
    found = _over(even, (gamma.tensor, beta.tensor))
    if found is None:
        return None
    op, attributes, stored = found
    inputs = (even.x, *map(constant, stored))
    attributes["epsilon"] = even.epsilon
    return walk.put(op, inputs, attributes, operation.node)


def _over(even: Even, given: Sequence[Tensor]) -> tuple[str, dict[str, float], list[Tensor]] | None:
    """The operator for the axes that a mean was taken over, with γ and β as it has them."""
    shape = even.x.shape or ()
    rank = len(shape)
    if even.axes == (1,) and rank > 2:  # noqa: PLR2004 batch, channels and axes
        stored = [per_channel(tensor, rank, shape[1]) for tensor in given]
        kept = [tensor for tensor in stored if tensor is not None]
        return ("ChannelNormalization", {}, kept) if len(kept) == len(stored) else None
    first = even.axes[0]
    if even.axes != tuple(range(first, rank)):
        return None
    inner = shape[first:]
    cut = [tensor.reshaped(inner) for tensor in given if _trimmed(tensor.shape) == _trimmed(inner)]
    return ("LayerNormalization", {"axis": first}, cut) if len(cut) == len(given) else None


def _trimmed(shape: Sequence[int]) -> tuple[int, ...]:
    """A shape without the axes of 1 before all others."""
    sizes = list(shape)
    while sizes and sizes[0] == 1:
        del sizes[0]
    return tuple(sizes)


RULES = {"Add": norm}
