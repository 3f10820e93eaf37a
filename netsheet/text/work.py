"""What one reading of a text shares: the network so far, and what names mean where.

Requirements met here: a problem is noted with the row it belongs to, in words, with its place;
a row that was refused is known as such, so that rows below it say nothing about it; the number of
rows that are read is bounded, however blocks and repeats multiply.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from netsheet.core.claim import Claim
from netsheet.core.errors import CellError, EnoughError, Problems, UnknownError
from netsheet.core.shape import Shape
from netsheet.core.span import Span
from netsheet.layers.base import Layer
from netsheet.text.builder import Builder, Place
from netsheet.text.cells import Cell
from netsheet.text.parts import Document
from netsheet.text.phrase import BlockWord, Phrase, read_phrase
from netsheet.text.rules import NOTHING_SAID, Standing, read_rules
from netsheet.text.turn import Line, Scope, Turn
from netsheet.text.values import UNKNOWN, Value

MOST_STEPS = 40_000


class Plan(NamedTuple):
    """A table made ready: its rows, and the names that they have."""

    lines: list[Line]
    names: frozenset[str]


@dataclass
class Work:
    """One reading of one text. chosen: what the row of the chosen variant says, by column."""

    document: Document
    computed: Mapping[str, str]
    shape: Shape | None = None
    claims: list[Claim] = field(default_factory=list)
    chosen: dict[str, Value] = field(default_factory=dict)
    rename: dict[str, str] = field(default_factory=dict)
    variant_columns: set[str] = field(default_factory=set)
    keep_claims: bool = True
    linked: set[str] = field(default_factory=set)
    input_rows: int = 0
    phrases: dict[str, Phrase | CellError] = field(default_factory=dict)
    plans: dict[int, Plan] = field(default_factory=dict)
    steps: int = 0

    @cached_property
    def builder(self) -> Builder:
        """The network so far."""
        return Builder(self.problems)

    @property
    def problems(self) -> Problems:
        """All problems of the text."""
        return self.document.problems

    @cached_property
    def blocks(self) -> dict[str, BlockWord]:
        """What layer cells may call beside layers, by normalised word."""
        blocks = self.document.blocks.items()
        return {normal: BlockWord(block.name, tuple(block.params)) for normal, block in blocks}

    @cached_property
    def params(self) -> set[str]:
        """The parameters of all blocks: each may head a column of any table."""
        return self.document.params

    @cached_property
    def rules(self) -> dict[type[Layer], Standing]:
        """The standing rules of the text, by the kind they speak of."""
        return read_rules(self.document.rules, self.blocks, self.chosen, self.problems)

    def standing(self, kind: type[Layer]) -> Standing:
        """What the rules say of a kind."""
        return self.rules.get(kind, NOTHING_SAID)

    def values(self, scope: Scope, reads: tuple[Place, ...]) -> dict[str, Value]:
        """The names that cells may compute with: parameters, `before`, and `in`, the channels."""
        values = dict(scope.values)
        values["before"] = scope.before
        if reads:
            values["in"] = self.channels(reads[0])
        return values

    def channels(self, place: Place) -> Value:
        """The channels of a row's output, as a value."""
        return UNKNOWN if place is None else Fraction(self.builder.shapes[place].channels)

    def step(self, span: Span) -> None:
        """Count one row that is read; EnoughError if there are too many."""
        self.steps += 1
        if self.builder.full:
            raise EnoughError
        if self.steps > MOST_STEPS:
            what = f"blocks and repeats come to more than {MOST_STEPS:,} rows"
            self.problems.add(what, span, hint="is a repeat too large, or are blocks nested?")
            raise EnoughError

    def phrase(self, text: str) -> Phrase:
        """What a layer cell says, read once; CellError says what is wrong with it."""
        found = self.phrases.get(text)
        if found is None:
            try:
                found = read_phrase(text, self.blocks)
            except CellError as error:
                found = error
            self.phrases[text] = found
        if isinstance(found, CellError):
            raise found
        return found

    def note(self, turn: Turn, error: CellError, cell: Cell, attribute: str = "") -> None:
        """Note what is wrong with a cell, unless it only lacks a value noted above."""
        if isinstance(error, UnknownError):
            return
        where = f"{turn.words}, {attribute}" if attribute else turn.words
        self.problems.add(
            f"{where}: {error.what}",
            cell.span.narrowed(error.piece),
            sums=error.sums,
            known=turn.known,
            hint=error.hint,
        )

    def complain(
        self, turn: Turn, span: Span, what: str, *, known: str = "", hint: str = ""
    ) -> None:
        """Note a problem of a row."""
        known = "; ".join(filter(None, (known, turn.known)))
        self.problems.add(f"{turn.words}: {what}", span, known=known, hint=hint)
