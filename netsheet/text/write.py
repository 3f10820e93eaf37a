"""A graph as a canonical sheet, Markdown or CSV; reading it gives the same rows back.

Requirements met here: every layer's attributes that differ from their defaults are written;
layers that follow in place stand in `then`; `from` is written only where a row does not read
the row above; in Markdown, repeated structure is folded into blocks where that reads well, and
what most layers of a kind have in common is said once; rows outside blocks keep their dotted names.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from netsheet.core.graph import Graph
from netsheet.core.span import display_width
from netsheet.fold.blocks import Block, Part
from netsheet.fold.folding import flat, fold
from netsheet.fold.terms import Constant
from netsheet.layers.base import Layer
from netsheet.text.standing import rules_for
from netsheet.text.tables import Cells, cells_of, rule_text, words
from netsheet.text.titles import titles
from netsheet.text.wording import term_text

FIRST = ("name", "layer", "output")
ORDER = ("out", "kernel", "stride", "padding", "dilation", "groups", "bias", "size", "rounding")
LAST = ("repeat", "then", "from", "if", "shares")


def in_words(layer: Layer) -> str:
    """A layer with its attributes in brackets, as it stands in `then`: `dropout (drop=0.4)`."""
    cells = {
        declared.name: Constant(value)
        for declared in type(layer).attributes()
        if (value := getattr(layer, declared.name)) != declared.default or declared.required
    }
    return words(type(layer), cells, {})


def rows(graph: Graph) -> list[Cells]:
    """Every row as text cells, in order, none of them folded; the input is the first."""
    return [cells_of(part, {}, {}) for part in flat(graph)]


def columns_of(written: Iterable[Cells], params: Sequence[str] = ()) -> list[str]:
    """The columns that any row fills, in the canonical order; `params` are those of blocks."""
    used = {column for cells in written for column in cells}
    front = [column for column in FIRST if column in used or column != "output"]
    ends = [column for column in LAST if column in used]
    own = [param for param in dict.fromkeys(params) if param in used and param not in ORDER]
    middle = [column for column in ORDER if column in used]
    others = sorted(used.difference(front, own, middle, ends))
    return [*front, *own, *middle, *others, *ends]


def write_markdown(graph: Graph) -> str:
    """A sheet in Markdown: heading, input, standing rules, the table, and those of its blocks."""
    parts, blocks = fold(graph)
    names = titles(blocks)
    rules = rules_for([parts, *(block.parts for block in blocks)])
    lines = [f"# {title(graph)}", ""]
    written = [cells_of(part, rules, names) for part in parts]
    inputs = [cells for cells in written if cells["layer"] == "input"]
    if len(inputs) == 1 and written[0]["name"] == "input":
        lines += [f"Input: {written[0]['output']}", ""]
        parts, written = parts[1:], written[1:]
    if rules:
        lines += [*(rule_text(kind, rule, rules) for kind, rule in rules.items()), ""]
    lines += _table(parts, written)
    for block in blocks:
        lines += ["", f"## Block {names[block]}{_parameters(block)}", ""]
        lines += _table(block.parts, [cells_of(part, rules, names) for part in block.parts])
    return "\n".join(lines) + "\n"


def _table(parts: Sequence[Part], written: Sequence[Cells]) -> list[str]:
    """The lines of a table."""
    params = [
        each.name for part in parts if isinstance(part.what, Block) for each in part.what.parameters
    ]
    columns = columns_of(written, params)
    body = [[cells.get(column, "") for column in columns] for cells in written]
    return align([columns, *body])


def _parameters(block: Block) -> str:
    """A block's parameters, with their defaults."""
    texts = [
        each.name if each.default is None else f"{each.name}={term_text(each.default)}"
        for each in block.parameters
    ]
    return f"({', '.join(texts)})" if texts else ""


def title(graph: Graph) -> str:
    """A network's name on one line, with nothing in it that a terminal would obey."""
    return " ".join("".join(x if x.isprintable() else " " for x in graph.name).split())


def write_csv(graph: Graph) -> str:
    """The main table as CSV; its first row is the input."""
    written = rows(graph)
    columns = columns_of(written)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cells.get(column, "") for column in columns] for cells in written)
    return text.getvalue()


def align(table: list[list[str]], rulers: list[str] | None = None) -> list[str]:
    """Lines of a Markdown table, its bars one below the other; `rulers` keep `:` marks."""
    table = [[cell.replace("|", "\\|") for cell in row] for row in table]
    columns = zip(*table, strict=True)
    widths = [max(3, *(display_width(cell) for cell in column)) for column in columns]
    rulers = rulers or ["-"] * len(widths)
    lines = [_line(row, widths) for row in table]
    ruler = "|".join(_ruler(mark, width + 2) for mark, width in zip(rulers, widths, strict=True))
    return [lines[0], f"|{ruler}|", *lines[1:]]


def _line(cells: list[str], widths: list[int]) -> str:
    pairs = zip(cells, widths, strict=True)
    return f"| {' | '.join(cell + ' ' * (width - display_width(cell)) for cell, width in pairs)} |"


def _ruler(mark: str, width: int) -> str:
    left, right = mark.startswith(":"), mark.endswith(":") and len(mark) > 1
    return f"{':' if left else '-'}{'-' * (width - 2)}{':' if right else '-'}"
