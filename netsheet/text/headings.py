"""What each heading of a table is: a part of the language, an attribute, a claim, a remark.

Requirements met here: headings that papers use are known by alias; a heading that is nothing is
refused with the nearest known one; a heading in brackets is a remark; nothing is dropped in
silence.
"""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache

from netsheet.core.errors import Problems
from netsheet.core.span import shorten
from netsheet.layers.base import Layer
from netsheet.layers.registry import key, kinds, suggestion
from netsheet.text.cells import Cell, parameter

STRUCTURE = {
    "name": ("name", "layer name", "row", "id", "stage", "block name"),
    "layer": (
        "layer",
        "layers",
        "type",
        "layer type",
        "op",
        "operator",
        "operation",
        "module",
    ),
    "from": ("from", "input", "inputs", "reads", "bottom", "bottoms", "source"),
    "then": ("then", "followed by", "after", "activation", "activations", "nonlinearity", "act"),
    "repeat": ("repeat", "repeats", "times", "n times", "n"),
    "if": ("if", "when", "only if", "condition"),
    "shares": ("shares", "weights of", "shares weights of", "shares weights with", "tied to"),
}
"""The parts of the language, each with the headings that stand for it."""

CLOSE = 0.8
"""How near a heading must be to another spelling of a column, to be taken for it."""

REMARKS = {"note", "notes", "remark", "remarks", "comment", "comments", "description"}

REDUCE = re.compile(r"n(\d+)x\1reduce")
FILTERS = re.compile(r"n(\d+)x\1")
"""`#3×3 reduce` and `#3×3`, as GoogLeNet's table counts the filters of a plain convolution."""


@cache
def structure_headings() -> dict[str, str]:
    """Parts of the language by normalised heading."""
    return {key(alias): part for part, aliases in STRUCTURE.items() for alias in aliases}


@cache
def attribute_headings() -> dict[str, frozenset[str]]:
    """Every heading of any kind's attributes, with the attributes it can stand for."""
    found: dict[str, set[str]] = {}
    for kind in kinds():
        for attribute in kind.attributes():
            for heading in (attribute.name, *attribute.headings):
                found.setdefault(key(heading), set()).add(attribute.name)
    return {heading: frozenset(names) for heading, names in found.items()}


@cache
def kind_headings(kind: type[Layer]) -> dict[str, str]:
    """The attributes of one kind, by normalised heading."""
    found: dict[str, str] = {}
    for attribute in kind.attributes():
        for heading in (attribute.name, *attribute.headings):
            found.setdefault(key(heading), attribute.name)
    own = set(found.values())
    for heading, names in attribute_headings().items():
        shared = names & own
        if len(shared) == 1 and heading not in found:
            found[heading] = next(iter(shared))
    return found


def speaks_of_layers(headings: Iterable[Cell]) -> bool:
    """Whether a table has a heading that stands for the column `layer`."""
    return any(structure_headings().get(key(cell.text)) == "layer" for cell in headings)


class Headings:
    """The headings of one table, each by its place, sorted by what they are.

    structure: places of the parts of the language; parts: the other way round. claims: computed
    columns. values: attributes and parameters of blocks. aside: remarks. bare: empty headings.
    unknown: what is nothing. doubled: a second heading of one part, behind the first.
    """

    def __init__(
        self,
        cells: list[Cell],
        computed: Mapping[str, str],
        params: Iterable[str] = (),
        rename: Mapping[str, str] | None = None,
        others: Iterable[str] = (),
    ) -> None:
        """Sort headings.

        rename: which heading stands for what, a part of the language or an attribute. others:
        headings that stand for it in another variant, and are remarks in this one.
        """
        self.cells = cells
        self.structure: dict[str, int] = {}
        self.claims: dict[int, str] = {}
        self.values: set[int] = set()
        self.aside: set[int] = set()
        self.bare: list[int] = []
        self.unknown: list[int] = []
        self.doubled: list[tuple[int, int]] = []
        self.keys = [key(cell.text) for cell in cells]
        self.params = [parameter(cell.text) for cell in cells]
        self._seen: dict[str, int] = {}
        wanted = {key(heading): part for part, heading in (rename or {}).items()}
        known, unused = set(params), {key(heading) for heading in others}
        for place, normal in enumerate(self.keys):
            meant = wanted.get(normal, "")
            if meant in STRUCTURE:
                self.structure[meant] = place
            elif meant:
                self.keys[place], self.params[place] = key(meant), parameter(meant)
                self.values.add(place)
            elif normal in unused:
                self.aside.add(place)
            else:
                self._sort(place, known, computed, wanted.values())
        self.parts = {place: part for part, place in self.structure.items()}
        self._plans: dict[type[Layer], dict[int, str | None]] = {}

    def _sort(
        self, place: int, params: set[str], computed: Mapping[str, str], renamed: Iterable[str]
    ) -> None:
        text, normal = self.cells[place].text, self.keys[place]
        part = structure_headings().get(normal)
        first = self._seen.setdefault(normal, place)
        if not text:
            self.bare.append(place)
        elif (text.startswith("(") and text.endswith(")")) or normal in REMARKS:
            self.aside.add(place)
        elif first != place:
            self.doubled.append((first, place))
        elif self.params[place] in params:
            self.values.add(place)
        elif part is not None and part in renamed:
            self.aside.add(place)
        elif part is not None and self.structure.setdefault(part, place) != place:
            self.doubled.append((self.structure[part], place))
        elif part is not None:
            pass  # noted as structure just now
        elif normal in computed:
            self.claims[place] = computed[normal]
        elif normal in attribute_headings() or filters_of(self.params[place]):
            self.values.add(place)
        else:
            self.unknown.append(place)

    def above(self, column: str) -> str:
        """The heading under which a computed column's cells stand."""
        return next(self.cells[place].text for place, name in self.claims.items() if name == column)

    def plan(self, kind: type[Layer]) -> dict[int, str | None]:
        """For each column of values, the attribute of this kind that it gives, if any."""
        found = self._plans.get(kind)
        if found is None:
            names = kind_headings(kind)
            found = self._plans[kind] = {
                place: names.get(self.keys[place]) or names.get(key(self.params[place]))
                for place in self.values
            }
        return found

    def refuse(
        self, problems: Problems, computed: Mapping[str, str], params: Iterable[str]
    ) -> None:
        """Note each heading that is nothing, and each that stands there twice."""
        for place in self.unknown:
            cell = self.cells[place]
            hint = f"a remark's heading stands in brackets: ({shorten(cell.text)})"
            problems.add(
                f'there is no column "{shorten(cell.text)}"',
                cell.span,
                hint=_near(cell.text, computed, params) + hint,
            )
        for first, place in self.doubled:
            one, other = (shorten(self.cells[at].text) for at in (first, place))
            problems.add(
                f'the columns "{one}" and "{other}" say the same thing'
                if one != other
                else f'two columns are called "{one}"',
                self.cells[place].span,
                hint=f"take one out, or put its heading in brackets: ({other})",
            )


def filters_of(name: str) -> bool:
    """Whether a parameter's name counts the filters of a plain convolution: `n3x3reduce`."""
    return FILTERS.fullmatch(name) is not None or REDUCE.fullmatch(name) is not None


def _near(heading: str, computed: Mapping[str, str], params: Iterable[str]) -> str:
    """`did you mean "kernel"? `, among the columns' own names, and else among all spellings."""
    attributes = attribute_headings()
    own = {name for names in attributes.values() for name in names}.union(computed.values(), params)
    near = suggestion(heading, sorted(own.union(STRUCTURE)))
    if not near:
        every = sorted({*structure_headings(), *computed, *attributes})
        near = suggestion(heading, get_close_matches(key(heading[:60]), every, cutoff=CLOSE))
    return f"{near.removeprefix('; ')} " if near else ""
