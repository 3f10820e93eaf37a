"""The rule for `einsum`, where it is a product of two matrices for each of some axes."""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from netsheet.convert.torch_module.arithmetic import inner
from netsheet.convert.torch_module.products import read
from netsheet.convert.torch_module.trace import Call, Traced
from netsheet.convert.torch_module.translate import Rule, Translator
from netsheet.convert.torch_module.view import View
from netsheet.core.errors import UnsupportedError


class Letters(NamedTuple):
    """The letters of an equation: of each matrix for itself, summed over, its rows, its columns."""

    shared: list[str]
    summed: list[str]
    rows: list[str]
    columns: list[str]

    @classmethod
    def of(cls, first: str, second: str, out: str) -> "Letters":
        """By where each letter stands."""
        both = [x for x in first if x in second]
        return cls(
            [x for x in both if x in out],
            [x for x in both if x not in out],
            [x for x in first if x not in second],
            [x for x in second if x not in first],
        )


def einsum(t: Translator, call: Call) -> View:
    """`torch.einsum` of two tensors."""
    equation, *given = call.args
    operands = list(given[0]) if isinstance(given[0], list | tuple) else given
    inputs, _, out = equation.replace(" ", "").partition("->")
    names = inputs.split(",")
    once = all(len(set(name)) == len(name) for name in names)
    if len(operands) != len("ab") or len(names) != len(operands) or "." in equation or not once:
        raise UnsupportedError(f"{equation} is no product of two matrices")
    one, other = operands
    if not one.varies:
        one, other, names = other, one, names[::-1]
    first, second = names
    letters = Letters.of(first, second, out)
    if any(x not in out for x in letters.rows + letters.columns):
        raise UnsupportedError(f"{equation} sums an axis of one tensor alone")
    sizes = dict(zip(first, one.shape, strict=True)) | dict(zip(second, other.shape, strict=True))

    def turned(tensor: Traced, name: str, *groups: Sequence[str]) -> Traced:
        """A tensor with its axes in another order, some taken as one."""
        order = [x for group in groups for x in group]
        places, shape = tuple(map(name.index, order)), tuple(sizes[x] for x in order)
        flat = tuple(prod(sizes[x] for x in group) for group in groups)
        if tensor.varies:
            permuted = inner(t, call, "permute", (tensor, places), shape)
            return inner(t, call, "reshape", (permuted,), flat)
        import torch

        permuted = Traced(shape, varies=False)
        made = (permuted,)
        permuted.call = Call("permute", torch.permute, (tensor, places), {}, call.visit, made=made)
        return read(call, permuted, flat)

    shared, summed, rows, columns = letters
    if other.varies:
        batch = [x for x in shared if first.index(x) == t.batch(one)]
        lead = [x for x in shared if x not in batch]
        left = turned(one, first, batch, lead, rows, summed)
        right = turned(other, second, batch, lead, summed, columns)
    elif shared:
        raise UnsupportedError(f"{equation} has a stored matrix for each of several axes")
    else:
        left = turned(one, first, *([x] for x in rows), summed)
        right = turned(other, second, summed, columns)
    product = inner(t, call, "matmul", (left, right), (*left.shape[:-1], right.shape[-1]))
    now = [*shared, *rows, *columns]
    apart = inner(t, call, "reshape", (product,), tuple(sizes[x] for x in now))
    places = tuple(now.index(x) for x in out)
    made = inner(t, call, "permute", (apart, places), call.made[0].shape)
    view = t.view(made)
    t.set(call.made[0], view, batch=t.batch(made))
    return view


RULES: dict[str, Rule] = {"einsum": einsum}
"""What the function comes to."""
