"""The parts of a document that speak of a network, with their places.

Requirements met here: a part is complete when it is made, and knows where it stands.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from netsheet.core.errors import Problems
from netsheet.core.span import Span, shorten
from netsheet.layers.registry import key
from netsheet.text.cells import Cell


@dataclass(slots=True)
class Table:
    """A table: its headings and rows of cells, and the lines it takes (end excluded).

    A row may have fewer cells than there are headings. heading: of the document, above it, if it
    gives the table its meaning.
    """

    headings: list[Cell]
    rows: list[list[Cell]]
    first: int
    end: int
    span: Span
    heading: Span | None = None


class BlockTable(NamedTuple):
    """A block's name, its parameters with their defaults, and its table."""

    name: str
    params: dict[str, Cell | None]
    table: Table
    span: Span

    @property
    def word(self) -> str:
        """What its groups are called: its name, without a number that tells it from others."""
        return block_word(self.name)

    @property
    def takes(self) -> str:
        """Its parameters, as messages list them."""
        return f"{shorten(self.name)} takes {', '.join(self.params) or 'no parameters'}"


def block_word(name: str) -> str:
    """A block's name without the number behind it: `unit 2` is another form of `unit`.

    >>> block_word("unit 2"), block_word("conv2")
    ('unit', 'conv2')
    """
    return _NUMBER.sub("", name)


_NUMBER = re.compile(r"(?<=\S) \d+$")


@dataclass(slots=True)
class Document:
    """Everything of a text that speaks of a network.

    rules: sentences `Every …: …`: what, and a cell a line. others: tables that say nothing of
    layers.
    bare_blocks: headings of blocks with no table below, and of those that can't be read, by
    normalised name; loose: parameters of these. vague: where `Input:` has no size. unruled:
    headings of layers without the line below that makes them a table's.
    """

    source: str
    lines: list[str]
    title: str = ""
    inputs: list[Cell] = field(default_factory=list)
    vague: Span | None = None
    unruled: Span | None = None
    rules: list[tuple[Cell, list[Cell]]] = field(default_factory=list)
    blocks: dict[str, BlockTable] = field(default_factory=dict)
    bare_blocks: dict[str, tuple[str, Span | None]] = field(default_factory=dict)
    loose: set[str] = field(default_factory=set)
    links: dict[str, Table] = field(default_factory=dict)
    variants: Table | None = None
    main: Table | None = None
    tables: list[Table] = field(default_factory=list)
    others: list[Table] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)

    def span(self, number: int) -> Span:
        """A whole line, by its index."""
        line = self.lines[number] if number < len(self.lines) else ""
        start = len(line) - len(line.lstrip())
        return Span(self.source, number + 1, start, max(start + 1, len(line.rstrip())), line)

    def note_bare_block(self, text: str) -> bool:
        """Whether a layer cell names a block that has no table; that is noted at its heading."""
        normal = key(text.partition("(")[0].partition(",")[0])
        if normal not in self.bare_blocks:
            return False
        name, span = self.bare_blocks[normal]
        if span is not None:
            hint = "its rows are a table below its heading: | name | layer | out | kernel |"
            self.problems.add(f"block {shorten(name)} has no table", span, hint=hint)
        return True

    @property
    def params(self) -> set[str]:
        """The parameters of all blocks, also of those without a table: each may head a column."""
        return self.loose.union(*(block.params for block in self.blocks.values()))
