"""What was seen while a module ran on shapes alone: its calls of torch, in their order.

Requirements met here: a tensor is known by where it comes from (an input, a call, or stored in
the module), never by its values; what depends on no input can be computed when it is needed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any, NamedTuple

LAYER = "layer"
"""The name of the call of a module that a row was realised as: the row's layer is its first."""


class Leaf(NamedTuple):
    """A tensor that is stored: a parameter, a buffer, or one held otherwise (its name is empty)."""

    name: str
    tensor: Any
    trained: bool


@dataclass(slots=True, eq=False, repr=False)
class Traced:
    """A tensor of the run. varies: whether it depends on an input.

    call: what made it; none for an input and for what is stored. aliases: tensors that lie in the
    same memory, itself too. stale: another of them was overwritten since.
    """

    shape: tuple[int, ...]
    varies: bool
    call: "Call | None" = None
    leaf: Leaf | None = None
    aliases: "list[Traced] | None" = None
    stale: bool = False

    def leaves(self) -> Iterator[Leaf]:
        """The stored tensors that it is made of, each once, if it depends on no input."""
        seen: dict[int, Leaf] = {}
        waiting = [self]
        visited = set()
        while waiting:
            one = waiting.pop()
            if id(one) in visited:
                continue
            visited.add(id(one))
            if one.leaf is not None:
                seen.setdefault(id(one.leaf.tensor), one.leaf)
            if one.call is not None:
                waiting += one.call.read()
        yield from seen.values()

    def value(self) -> Any:
        """Its values, if it depends on no input; None where something stored has none."""
        if self.leaf is not None:
            tensor = self.leaf.tensor
            return None if tensor is None or tensor.is_meta else tensor.detach()
        if self.call is None or self.varies:
            return None
        return self.call.compute(self)


@dataclass(slots=True, eq=False, repr=False)
class Visit:
    """One time that a module was called: what its rows are called, and what they stand in.

    path: where the module stands in the tree; name: the same, told apart where it is called again.
    """

    name: str
    path: str
    word: str
    above: "Visit | None" = None


@dataclass(slots=True, eq=False, repr=False)
class Call:
    """A call of one of torch's functions; tensors among its arguments are `Traced`."""

    name: str
    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    visit: Visit
    in_place: bool = False
    late: bool = False
    """Whether it read a value that had been overwritten through another tensor of its memory."""
    made: tuple[Traced, ...] = ()

    def read(self) -> list[Traced]:
        """The tensors among its arguments, in order."""
        return list(tensors((self.args, tuple(self.kwargs.values()))))

    @property
    def varies(self) -> bool:
        """Whether it depends on an input."""
        return any(one.varies for one in self.made)

    def compute(self, wanted: Traced) -> Any:
        """Carry it out on what is stored; None where that has no values."""
        missing = False

        def real(one: Traced) -> Any:
            nonlocal missing
            value = one.value()
            missing = missing or value is None
            return value.clone() if self.in_place and value is not None else value

        args = replaced(self.args, real)
        kwargs = {name: replaced(value, real) for name, value in self.kwargs.items()}
        if missing:
            return None
        from torch import Tensor, no_grad

        with no_grad():
            out = self.function(*args, **kwargs)
        found = [out] if isinstance(out, Tensor) else list(out)
        return found[next(place for place, one in enumerate(self.made) if one is wanted)]


def tensors(value: Any) -> Iterator[Traced]:
    """Every traced tensor in nested arguments."""
    if isinstance(value, Traced):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from tensors(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from tensors(item)


def replaced(value: Any, change: Callable[[Traced], Any]) -> Any:
    """Nested arguments with something else in place of each traced tensor."""
    if isinstance(value, Traced):
        return change(value)
    if isinstance(value, list):
        return [replaced(item, change) for item in value]
    if isinstance(value, tuple):
        return tuple(replaced(item, change) for item in value)
    if isinstance(value, dict):
        return {key: replaced(item, change) for key, item in value.items()}
    return value


def viewed(traced: Traced) -> Leaf | None:
    """The stored tensor whose values, all of them, are read otherwise here; None if it is none."""
    one = traced
    while one.leaf is None:
        call = one.call
        if call is None or call.name not in WHOLE_VIEWS or call.in_place:
            return None
        one = next(tensors(call.args))
    return one.leaf if prod(one.shape) == prod(traced.shape) else None


WHOLE_VIEWS = frozenset(
    [
        "view",
        "reshape",
        "flatten",
        "unflatten",
        "unsqueeze",
        "squeeze",
        "transpose",
        "permute",
        "movedim",
        "t",
        "T",
        "mT",
        "H",
        "mH",
        "swapaxes",
        "swapdims",
        "ravel",
        "view_as",
        "reshape_as",
        "contiguous",
        "clone",
        "detach",
        "data",
        "to",
        "float",
    ]
)
"""Functions that give all values of a tensor, read otherwise."""


@dataclass(slots=True)
class Trace:
    """The whole run: inputs by name, calls, outputs by name, and what the module stores.

    batch: how many samples each input had. parameters: the module's, each once. words: the class
    of each module, by its place in the tree.
    """

    batch: int
    name: str
    inputs: dict[str, Traced] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    outputs: dict[str, Traced] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
