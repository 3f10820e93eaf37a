"""A sheet as lines of cells, each as a person reads it and to the last digit.

Requirements met here: every format is written from this one model, so that no two formats differ
in a figure; nothing is computed: values are asked of the sheet, and turned into text; text that
comes from the network holds no control character, whatever its names were.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from netsheet.core.convention import MACS, TRAINED
from netsheet.core.errors import ChoiceError
from netsheet.layers.registry import key, suggestion
from netsheet.render.footer import Fact, Part, facts, parts
from netsheet.render.units import human, written_out
from netsheet.sheet.column import Share
from netsheet.sheet.columns import columns as computed
from netsheet.sheet.columns import find_column
from netsheet.sheet.sheet import Sheet, SheetRow

if TYPE_CHECKING:
    from netsheet.core.graph import Node

WORDS = {
    "name": "what the row is called",
    "layer": "what the row is, with what matters most",
    "then": "what follows in place",
    "from": "the rows it reads, where that is not simply the row above",
}
"""Columns that hold no number, and their meanings."""

SIGNS = {
    "→": "what follows in place",
    "←": "what a row reads where that is not simply the row above",
}
"""Signs in the layer column."""

BARS = {"params": "share", "macs": "macs_share"}
"""Counts beside which a bar can show the column that says their share."""

NO_TOTAL = frozenset({"output", "receptive_field"})
"""Columns whose cells don't add up to anything that belongs under them."""


class Heading(NamedTuple):
    """A column: name, title, unit, meaning; numeric columns stand flush right."""

    name: str
    title: str
    unit: str
    meaning: str
    numeric: bool


class Cell(NamedTuple):
    """A cell at a glance, to the last digit, and its share of the column for a bar."""

    text: str
    exact: str
    share: Share | None = None


class Line(NamedTuple):
    """A line: full name, label (its last part), level (0 outermost), the sheet's row, cells."""

    name: str
    label: str
    level: int
    row: SheetRow
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet's table with everything that stands above and below it."""

    sheet: Sheet
    title: str
    input: str
    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]
    total: tuple[Cell, ...]
    parts: tuple[Part, ...]
    facts: tuple[Fact, ...]
    closing: str

    def only(self, names: Sequence[str]) -> "Table":
        """The same table with some of its columns."""
        places = [place for place, heading in enumerate(self.headings) if heading.name in names]
        headings = tuple(self.headings[place] for place in places)
        lines = tuple(
            line._replace(cells=tuple(line.cells[place] for place in places)) for line in self.lines
        )
        return replace(
            self,
            headings=headings,
            lines=lines,
            total=tuple(self.total[place] for place in places),
            closing=closing(headings, lines),
        )


def table(sheet: Sheet, *, columns: Sequence[str] | None = None, depth: int = 1) -> Table:
    """The lines of a sheet down to a depth (1: as written) in the columns asked for.

    ChoiceError if there is no such column.
    """
    names = default_columns(sheet) if columns is None else choose(columns)
    headings = tuple(heading(name) for name in names)
    lines = tuple(
        Line(row.name, plain(row.node.label), level, row, tuple(_cells(row, names)))
        for level, row in sheet.lines(depth)
    )
    return Table(
        sheet,
        plain(sheet.graph.name),
        input_text(sheet),
        headings,
        lines,
        tuple(_totals(sheet, names)),
        parts(sheet),
        facts(sheet),
        closing(headings, lines),
    )


def default_columns(sheet: Sheet) -> tuple[str, ...]:
    """What a table shows if nobody asks for more."""
    params = "params" if sheet.convention.params == TRAINED else "counted_params"
    counted = "macs" if sheet.convention.terms == MACS.terms else "ops"
    field = ["receptive_field"] * bool(sheet.graph.input_shape.rank)
    return ("name", "layer", "output", params, counted, "memory", *field)


def choose(asked: Sequence[str]) -> tuple[str, ...]:
    """Columns by any of their headings, each once, names first; ChoiceError for an unknown one."""
    found = dict.fromkeys(("name",))
    for word in asked:
        name = {"description": "layer", "row": "name"}.get(key(word), key(word))
        if name in WORDS:
            found[name] = None
            continue
        try:
            found[find_column(word).name] = None
        except ChoiceError as error:
            known = (*WORDS, *computed())
            hint = suggestion(word, known) or f"; there are {', '.join(known)}"
            raise ChoiceError(f'there is no column "{plain(word[:60])}"{hint}') from error
    return tuple(found)


def heading(name: str) -> Heading:
    """What stands above a column."""
    if name in WORDS:
        return Heading(name, name, "", WORDS[name], numeric=False)
    column = computed()[name]
    return Heading(name, column.title, column.unit, column.meaning, numeric=True)


def plain(text: str) -> str:
    r"""Text on one line, without control characters, so that no name moves a cursor.

    >>> plain("a\tb\x1b[31m")
    'a b�[31m'
    """
    line = " ".join(text.split())
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in line
    )


def input_text(sheet: Sheet) -> str:
    """The shape that goes in; of several inputs each with its name."""
    rows = [
        (sheet.graph.rows[place].name, sheet.facts[place].output) for place in sheet.graph.inputs
    ]
    if len(rows) == 1:
        return str(rows[0][1])
    return ", ".join(f"{plain(name)} {output}" for name, output in rows)


def closing(headings: Sequence[Heading], lines: Sequence[Line]) -> str:
    """What the signs mean, what of the table is derived, and where to ask for more; said once."""
    places = [place for place, heading in enumerate(headings) if heading.name == "layer"]
    words = " ".join(line.cells[place].text for line in lines for place in places)
    signs = [f"{sign} {meaning}" for sign, meaning in SIGNS.items() if f"{sign} " in words]
    sentences = [f"{'; '.join(signs)}."] if signs else []
    derived = [heading.title for heading in headings if heading.numeric]
    if derived:
        sentences.append(
            f"Computed from the layers, for one sample: {', '.join(derived)}; "
            "`netsheet explain NET ROW.COLUMN` shows how any of them came about."
        )
    return " ".join(sentences)


def _cells(row: SheetRow, names: Sequence[str]) -> Iterator[Cell]:
    sheet, node = row.sheet, row.node
    for name in names:
        match name:
            case "name":
                yield Cell(plain(node.label), plain(node.name))
            case "layer":
                yield _layer(row, then="then" not in names, read="from" not in names)
            case "then":
                yield Cell(", ".join(nicknames(row)), plain(", ".join(row.then)))
            case "from":
                yield Cell(plain(", ".join(reads(row))), plain(", ".join(row.reads)))
            case _:
                value, unit = sheet.value(name, node), computed()[name].unit
                share = sheet.value(BARS[name], node) if name in BARS else value
                share = share if isinstance(share, Share) else None
                yield Cell(human(value, unit), written_out(value, unit), share)


def _layer(row: SheetRow, *, then: bool, read: bool) -> Cell:
    """The description, what follows in place and what it reads: `conv 5×5, 256 → relu ← pool1`."""
    what = plain(row.description)
    short, full = [what], [what]
    if then and row.then:
        short.append(f"→ {', '.join(nicknames(row))}")
        full.append(f"→ {plain(', '.join(row.then))}")
    if read and reads(row):
        short.append(f"← {plain(', '.join(reads(row)))}")
        full.append(f"← {plain(', '.join(row.reads))}")
    return Cell(" ".join(short), " ".join(full))


def nicknames(row: SheetRow) -> list[str]:
    """What follows in place, as short as papers write it: bn, relu."""
    if not row.then:
        return []
    return [row.sheet.layer(child).nickname() for child in row.node.children[1:]]


def reads(row: SheetRow) -> tuple[str, ...]:
    """The rows that a line reads, by their last name; none where it reads just the line above."""
    read = row.reads
    if not read or read == _above(row):
        return ()
    prefix = row.name.rpartition(".")[0]
    start = len(prefix) + 1 if prefix else 0
    return tuple(name[start:] if name[:start] == prefix + "." else name for name in read)


def _above(row: SheetRow) -> tuple[str, ...]:
    """What a line reads if nothing is said: the line above, or whatever its group reads."""
    graph = row.sheet.graph
    prefix = row.name.rpartition(".")[0]
    group = _group(graph.outline, prefix, row.node.first) if prefix else None
    siblings: Sequence[Node] = graph.outline if group is None else group.children
    place = next(place for place, node in enumerate(siblings) if node.first == row.node.first)
    if place:
        return (siblings[place - 1].name,)
    return () if group is None else SheetRow(row.sheet, group).reads


def _group(nodes: "Sequence[Node]", name: str, place: int) -> "Node":
    """The group of this name that holds a row; there may be several, with others between."""
    node = next(node for node in nodes if node.first <= place <= node.last)
    return node if node.name == name else _group(node.children, name, place)


def _totals(sheet: Sheet, names: Sequence[str]) -> Iterator[Cell]:
    for name in names:
        if name == "name":
            yield Cell("total", "total")
        elif name in WORDS or name in NO_TOTAL:
            yield Cell("", "")
        else:
            value, unit = getattr(sheet.total, name), computed()[name].unit
            yield Cell(human(value, unit), written_out(value, unit))
