"""Rows put together one by one, with their shapes known as they come.

Requirements met here: a row that is refused is noted once, and rows below that need it are
passed over in silence; equal layers become one object; the number of rows is bounded; a row is
found by its name at once, however many there are.
"""

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from netsheet.core.errors import Problems, RuleError
from netsheet.core.graph import Graph, Group, Row, check_count, check_name
from netsheet.core.shape import Shape
from netsheet.core.span import Span, shorten
from netsheet.layers.base import Layer

MOST_ROWS = 20_000
LARGEST_SIZE = 10**12
SHOWN_READS = 6

Place = int | None
"""A row's place in the network; None for a row that was refused."""


class Writing(Protocol):
    """How a row is written: asked only when something is wrong with it."""

    @property
    def words(self) -> str:
        """The row as messages name it: `row 7 "conv4"`."""

    @property
    def known(self) -> str:
        """What helps to see what it is about, beside what it reads."""

    def at(self, attribute: str) -> Span | None:
        """The place of an attribute's cell, or of the row where it has none."""


class Placed(NamedTuple):
    """A row that is written in one place, or in none."""

    words: str
    span: Span | None = None
    known: str = ""

    def at(self, attribute: str) -> Span | None:  # noqa: ARG002 it has one place for all
        """Its place."""
        return self.span


@dataclass(slots=True)
class Builder:
    """A graph in the making; `add` gives a row's place, or None for one that was refused.

    ends: for each name, and each group that rows' names begin with, the last row. outputs: what
    a name stands for that is no row's, or not its group's last one.
    """

    problems: Problems
    rows: list[Row] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    ends: dict[str, int] = field(default_factory=dict)
    outputs: dict[str, int] = field(default_factory=dict)
    same: dict[Layer, Layer] = field(default_factory=dict)
    full: bool = False

    def add(self, name: str, layer: Layer, reads: tuple[Place, ...], placed: Writing) -> Place:
        """Append a row; its problems are noted where it is written."""
        known = tuple(read for read in reads if read is not None)
        if self.full or len(known) != len(reads):
            return None
        if len(self.rows) >= MOST_ROWS:
            self.full = True
            what = f"the network has more than {MOST_ROWS:,} layers"
            self.problems.add(
                what, placed.at(""), hint="is a repeat too large, or are blocks nested?"
            )
            return None
        try:
            self._check_name(name)
            check_count(layer, len(known))
            layer = self.same.setdefault(layer, layer)
            shape = layer.facts(*(self.shapes[read] for read in known)).output
            if max(shape) > LARGEST_SIZE:
                what = f"its output would be {shape}"
                raise RuleError(what, hint="is one of the numbers too large?")  # noqa: TRY301 noted like every refusal
        except RuleError as error:
            self.refuse(error, known if _of_input(layer, error) else (), placed)
            return None
        self.names.add(name)
        self.rows.append(Row(name, layer, known))
        self.shapes.append(shape)
        place = len(self.rows) - 1
        while name:
            self.ends[name] = place
            name = name.rpartition(".")[0]
        return place

    def settle(self, name: str, place: Place) -> None:
        """Let a name stand for a row that is not its own, or not its group's last one."""
        if place is not None:
            self.outputs[name] = place

    def release(self, name: str) -> None:
        """Let a name stand for its own row again, as one that was left out is there after all."""
        self.outputs.pop(name, None)

    def find(self, name: str) -> Place:
        """The place of a row, or of a group's output, by its full name."""
        return self.outputs.get(name, self.ends.get(name))

    def _check_name(self, name: str) -> None:
        """Refuse a name that is none, is taken, or is both a row's and a group's."""
        check_name(name)
        if name in self.names:
            what = f'two rows are called "{shorten(name)}"'
            raise RuleError(what, hint="give one of them another name", attribute="name")
        prefix = name.rpartition(".")[0]
        while prefix and prefix not in self.names:
            prefix = prefix.rpartition(".")[0]
        if prefix or name in self.ends:
            both = shorten(prefix or name)
            what = f'"{both}" would be both a row and a group of rows'
            hint = f"rows whose names begin with {both}. are a group; rename one of them"
            raise RuleError(what, hint=hint, attribute="name")

    def refuse(self, error: RuleError, reads: tuple[int, ...], placed: Writing) -> None:
        """Note a refusal, with what the row would have read."""
        known = [placed.known] if placed.known else []
        if reads and error.attribute != "name":
            sources = ", ".join(
                f'{self.shapes[read]} from "{shorten(self.rows[read].name)}"'
                for read in reads[:SHOWN_READS]
            )
            more = ", …" if len(reads) > SHOWN_READS else ""
            known.insert(0, f"it reads {sources}{more}")
        self.problems.add(
            f"{placed.words}: {error.what}",
            placed.at(error.attribute),
            sums=error.sums,
            known="; ".join(known),
            hint=error.hint,
        )

    def graph(self, name: str) -> Graph:
        """The finished graph."""
        return Graph(name, tuple(self.rows), dict(self.groups))


def _of_input(layer: Layer, error: RuleError) -> bool:
    """Whether a refusal may have to do with the layer's input: a share or a slope has not."""
    forms = {attribute.name: attribute.form for attribute in layer.attributes()}
    return forms.get(error.attribute) != "decimal"
