"""A graph as a canonical sheet, Markdown or CSV; reading it gives the same rows back.

Requirements met here: every layer's attributes that differ from their defaults are written;
layers that follow in place stand in `then`; `from` is written only where a row does not read
the row above; rows inside groups keep their dotted names.
"""

import csv
import io
from collections import Counter

from netsheet.core.graph import OWN, Graph, Node
from netsheet.core.span import display_width
from netsheet.layers.base import Layer
from netsheet.layers.input import Input
from netsheet.text.cells import name_beside
from netsheet.text.forms import write_attribute
from netsheet.text.input_shape import shape_text

FIRST = ("name", "layer")
ORDER = ("out", "kernel", "stride", "padding", "dilation", "groups", "bias", "size", "rounding")
LAST = ("then", "from", "shares")
LONGEST_CHAIN = 100


def given(layer: Layer) -> dict[str, str]:
    """The attributes of a layer that are not at their defaults, as their cells are written."""
    return {
        attribute.name: write_attribute(attribute, getattr(layer, attribute.name))
        for attribute in type(layer).attributes()
        if attribute.required or getattr(layer, attribute.name) != attribute.default
    }


def attribute_cells(layer: Layer) -> dict[str, str]:
    """The cells of a layer: its attributes, with kernel and stride in one where that is clear."""
    cells = given(layer)
    if "kernel" in cells and "×" not in cells.get("stride", "×"):
        cells["kernel"] += f"/{cells.pop('stride')}"
    return cells


def in_words(layer: Layer) -> str:
    """A layer with its attributes in brackets, as it stands in `then`: `dropout (drop=0.4)`."""
    texts = ", ".join(f"{name}={text}" for name, text in given(layer).items())
    return f"{layer.kind} ({texts})" if texts else layer.kind


def rows(graph: Graph) -> list[dict[str, str]]:
    """Every row as text cells, in order; the input is the first."""
    written: list[dict[str, str]] = []
    above: int | None = None
    nodes = _lines(graph)
    lines = {node.last: node.name for node in nodes}
    for node in nodes:
        first = graph.rows[node.first]
        cells = {"name": node.name, "layer": first.layer.kind, **attribute_cells(first.layer)}
        if isinstance(first.layer, Input):
            shape = shape_text(first.layer.shape)
            cells = {"name": node.name, "layer": "input", "output": shape}
        elif first.reads and (first.reads != (above,) or first.layer.inputs[1] != 1):
            cells["from"] = ", ".join(lines[read] for read in first.reads)
        if shares := _shares(graph, node):
            cells["shares"] = shares
        if node.children:
            followers = graph.rows[node.first + 1 : node.last + 1]
            cells["then"] = ", ".join(in_words(row.layer) for row in followers)
        written.append(cells)
        above = node.last
    return written


def _shares(graph: Graph, node: Node) -> str:
    """Whose weights a row uses, and which where not all."""
    row = graph.rows[node.first]
    if row.shares == OWN:
        return ""
    owner = graph.rows[row.shares].name
    return ", ".join(f"{owner}.{tensor}" for tensor in row.tied) or owner


def _lines(graph: Graph) -> list[Node]:
    """The nodes that become one line each: rows, and chains of layers that follow in place."""
    names = Counter(node.name for top in graph.outline for node in top.walk())
    found: list[Node] = []
    waiting = list(reversed(graph.outline))
    while waiting:
        node = waiting.pop()
        if not node.children or (names[node.name] == 1 and _is_chain(node, graph)):
            found.append(node)
        else:
            waiting += reversed(node.children)
    return found


def _is_chain(node: Node, graph: Graph) -> bool:
    """Whether a group is one layer and what follows it in place, as reading would make it.

    Its rows are named as reading would name them, read from outside only at the end, and have
    weights of their own.
    """
    places = range(node.first, node.last + 1)
    if not 1 < len(places) <= LONGEST_CHAIN or any(child.children for child in node.children):
        return False
    taken: set[str] = set()
    for place in places:
        row = graph.rows[place]
        first, last = place == node.first, place == node.last
        if row.name != f"{node.name}.{name_beside(row.layer.nickname(), taken)}":
            return False
        if (
            isinstance(row.layer, Input)
            or row.shares != OWN
            or (not first and row.layer.inputs[1] != 1)
        ):
            return False
        if not first and row.reads != (place - 1,):
            return False
        if not last and graph.readers[place] != (place + 1,):
            return False
    return True


def columns_of(written: list[dict[str, str]]) -> list[str]:
    """The columns that any row fills, in the canonical order."""
    used = {column for cells in written for column in cells}
    ends = [column for column in LAST if column in used]
    front = [column for column in ("output", *ORDER) if column in used]
    others = sorted(used.difference(FIRST, front, ends))
    return [*FIRST, *front, *others, *ends]


def write_markdown(graph: Graph) -> str:
    """A sheet in Markdown: heading, input, table."""
    written = rows(graph)
    inputs = [cells for cells in written if cells["layer"] == "input"]
    lines = [f"# {title(graph)}", ""]
    if len(inputs) == 1 and written[0]["name"] == "input":
        lines += [f"Input: {written[0]['output']}", ""]
        written = written[1:]
    columns = columns_of(written)
    lines += align([columns, *([cells.get(column, "") for column in columns] for cells in written)])
    return "\n".join(lines) + "\n"


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
