"""Operators laid down row by row: what a layer kind's `to_onnx` is handed as `onnx`.

Requirements met here: nothing of onnx is needed, so that pages and tests can ask what a kind is
written as; the same network gives the same operators, names and all, each time; a row's value
is called as the row, its operators `row` or, where there are several, `row/Conv`; shared weights
stand in the file once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from netsheet.core.graph import Row
from netsheet.core.shape import Shape


class Laid(NamedTuple):
    """An operator as it is laid down; an empty input is one that is left out."""

    op: str
    name: str
    inputs: tuple[str, ...]
    output: str
    attributes: tuple[tuple[str, Any], ...]


class Fixed(NamedTuple):
    """A constant of the file that training doesn't know: whole numbers, or reals."""

    values: tuple[float, ...]
    shape: tuple[int, ...]
    whole: bool


@dataclass(slots=True)
class Operators:
    """What `to_onnx` is handed: `onnx.Conv(onnx.x, onnx.tensor("weight"), strides=[2, 2])`.

    Every operator of the standard is a method that takes values by name and attributes by
    keyword, and gives the name of its output.
    """

    row: Row
    xs: tuple[str, ...]
    once: set[str]
    owned: Callable[[str], str]
    nodes: list[Laid] = field(default_factory=list)
    constants: dict[str, Fixed] = field(default_factory=dict)

    @property
    def x(self) -> str:
        """The row's first input."""
        return self.xs[0]

    def tensor(self, name: str) -> str:
        """The row's stored tensor of this name, its own or the one that it shares."""
        return self.owned(name)

    def numbers(self, values: Sequence[int]) -> str:
        """A list of whole numbers, as sizes, axes and pads are given."""
        return self._fixed(Fixed(tuple(map(int, values)), (len(values),), whole=True))

    def reals(self, values: Sequence[float], shape: Sequence[int] = ()) -> str:
        """Fixed numbers in this shape; one alone by default."""
        sizes = tuple(map(int, shape))
        return self._fixed(Fixed(tuple(map(float, values)), sizes, whole=False))

    def _fixed(self, constant: Fixed) -> str:
        for name, other in self.constants.items():
            if other == constant:
                return name
        name = f"{self.row.name}/fixed_{len(self.constants)}"
        self.constants[name] = constant
        return name

    def is_single(self, value: str) -> bool:
        """Whether a value is the same for every sample: a batch of one, whatever the input's."""
        return value in self.once

    def __getattr__(self, op: str) -> Callable[..., str]:
        """Lay down an operator."""
        if not op[:1].isupper():
            raise AttributeError(op)

        def lay(*inputs: str, **attributes: Any) -> str:
            given = tuple(inputs)
            while given and not given[-1]:
                given = given[:-1]
            output = f"{self.row.name}/{len(self.nodes)}"
            self.nodes.append(Laid(op, "", given, output, tuple(attributes.items())))
            return output

        return lay

    def finish(self, result: str) -> tuple[Laid, ...]:
        """The row's operators with their names; the result is called as the row."""
        name = self.row.name
        if result not in {node.output for node in self.nodes}:
            result = self.Identity(result)
        named: list[Laid] = []
        seen: dict[str, int] = {}
        for node in self.nodes:
            often = seen[node.op] = seen.get(node.op, -1) + 1
            label = f"{name}/{node.op}_{often}" if often else f"{name}/{node.op}"
            named.append(node._replace(name=name if len(self.nodes) == 1 else label))
        called = {node.output: node.name for node in named} | {result: name}
        return tuple(
            node._replace(
                inputs=tuple(called.get(value, value) for value in node.inputs),
                output=called[node.output],
            )
            for node in named
        )


def operators(row: Row, shapes: Sequence[Shape], once: frozenset[str] = frozenset()) -> Operators:
    """The operators of one row by itself, its inputs called x0, x1, …: for pages and tests."""
    xs = tuple(f"x{place}" for place in range(len(shapes)))
    made = Operators(row, xs, set(once), lambda name: f"{row.name}.{name}")
    made.nodes[:] = made.finish(row.layer.to_onnx(made, *shapes))
    return made
