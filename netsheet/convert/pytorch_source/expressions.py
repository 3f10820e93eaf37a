"""What a forward pass says by an operator or a method, where a module would only hide it.

Requirements met here: each says exactly what the class of the same name computes; one whose numbers
are parameters of a class stays a module, which holds them.
"""

from collections.abc import Callable, Sequence
from typing import Any

from netsheet.convert.pytorch_source.layout import Call, Code, Sum
from netsheet.convert.pytorch_source.nn import Done
from netsheet.core.shape import Shape

Values = dict[str, Any]

METHODS = {"mean": "mean", "sum": "sum", "max": "amax", "min": "amin"}
"""Reductions by the names of torch's methods."""

FUNCTIONS = {"maximum": "torch.maximum", "minimum": "torch.minimum"}

OPERATORS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "matmul": "@"}


def sliced(x: str, values: Values, _: Shape) -> str:
    """`x[:, :58]`."""
    start, step = values["start"], values["step"]
    stop = start + (values["out"] - 1) * step + 1
    kept = f"{start or ''}:{stop}" + (f":{step}" if step != 1 else "")
    return f"{x}[{':, ' * (1 + values['axis'])}{kept}]"


def reshaped(x: str, values: Values, _: Shape) -> Code:
    """`x.reshape(len(x), 2, 58, 28, 28)`."""
    return Call(f"{x}.reshape(", (f"len({x})", *map(str, values["sizes"])))


def permuted(x: str, values: Values, _: Shape) -> Code:
    """`x.permute(0, 2, 3, 1).contiguous()`."""
    order = ("0", *(str(1 + place) for place in values["order"]))
    return Call(f"{x}.permute(", order, ").contiguous()")


def reduced(x: str, values: Values, shape: Shape) -> Code:
    """`x.mean((2, 3), keepdim=True)`."""
    axes = tuple(1 + place for place in values["axes"])
    keep = ("keepdim=True",) if values["keep"] else ()
    closing = ").unsqueeze(1)" if not keep and len(axes) == len(shape) else ")"
    if values["by"] in METHODS:
        return Call(f"{x}.{METHODS[values['by']]}(", (str(axes), *keep), closing)
    if values["by"] == "norm":
        return Call("torch.linalg.vector_norm(", (x, "2", str(axes), *keep), closing)
    return Call(f"{x}.var(", (str(axes), "correction=0", *keep), closing)


def rescaled(x: str, values: Values, _: Shape) -> Code:
    """`x * 2.0 + 1.0`."""
    factor, shift = values["factor"], values["shift"]
    product = x if factor == 1 else f"{x} * {factor!r}"
    if not shift and factor != 1:
        return product
    return f"{product} + {shift!r}" if shift >= 0 else f"{product} - {-shift!r}"


def powered(x: str, values: Values, _: Shape) -> str:
    """`x.pow(2.0)`."""
    return f"{x}.pow({values['exponent']!r})"


def computed(x: str, values: Values, _: Shape) -> str:
    """`torch.exp(x)`."""
    return f"torch.{values['name']}({x})"


EXPRESSIONS: dict[str, Callable[[str, Values, Shape], Code]] = {
    "Slice": sliced,
    "Reshape": reshaped,
    "Permute": permuted,
    "Reduce": reduced,
    "Rescale": rescaled,
    "Power": powered,
    "Function": computed,
}
"""How a class that torch lacks is said without it: of a variable, with values and its shape."""


def joined(done: Done, reads: Sequence[str]) -> Code:
    """What is done without a module: `x + y`, `torch.cat([x, y], 1)`."""
    if done.how == "flatten":
        return Call("torch.flatten(", (*reads, "1"))
    if done.how == "concat":
        items = tuple(reads)
        if any(done.detail):
            whole = f"len({reads[done.detail.index(0)]})"
            pairs = zip(reads, done.detail, strict=True)
            items = tuple(_stretched(name, rank, whole) for name, rank in pairs)
        return Call("torch.cat(", (Call("[", items, "]", literal=True), str(done.axis)))
    if len(reads) == 1:
        return f"{reads[0]}.clone()"
    wide = tuple(
        name + (f"[...{', None' * axes}]" if axes else "")
        for name, axes in zip(reads, done.detail, strict=True)
    )
    if done.how in FUNCTIONS:
        first, *others = wide
        code: Code = first
        for other in others:
            code = Call(f"{FUNCTIONS[done.how]}(", (code, other))
        return code
    return Sum(OPERATORS[done.how], wide)


def _stretched(name: str, rank: int, batch: str) -> str:
    """A tensor that is no batch, repeated for each sample."""
    return f"{name}.expand({batch}{', -1' * rank})" if rank else name
