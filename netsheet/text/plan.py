"""A table made ready: its headings sorted, and each row's cells by what they are.

Requirements met here: a table is made ready once, however often its rows are read; a cell that
stands under no heading is refused, never dropped in silence.
"""

from netsheet.core.errors import RuleError
from netsheet.core.graph import check_name
from netsheet.core.span import Span, shorten
from netsheet.layers.registry import key, suggestion
from netsheet.text.cells import Cell, tidy
from netsheet.text.headings import Headings
from netsheet.text.parts import Table
from netsheet.text.turn import Line, Scope
from netsheet.text.work import Plan, Work

TOTALS = frozenset({"total", "totals", "sum", "sumtotal", "overall", "alllayers", "σ"})


def plan_of(work: Work, table: Table, scope: Scope) -> Plan:
    """A table's rows, made ready."""
    plan = work.plans.get(id(table))
    if plan is None:
        plan = work.plans[id(table)] = _plan(work, table, main=scope.block is None)
    return plan


def _plan(work: Work, table: Table, *, main: bool) -> Plan:
    rename, others = (work.rename, work.variant_columns) if main else ({}, set())
    headings = Headings(table.headings, work.computed, work.params, rename, others)
    headings.refuse(work.problems, work.computed, work.params)
    if "layer" not in headings.structure and not any(
        suggestion(headings.cells[place].text, ["layer"]) for place in headings.unknown
    ):
        hint = "it says what each row is: conv, max pool, dense, …"
        work.problems.add('the table has no column "layer"', table.span, hint=hint)
    lines: list[Line] = []
    for number, cells in enumerate(table.rows, start=1):
        line = _line(work, number, cells, headings)
        line.unread |= any(place < len(cells) and cells[place].text for place in headings.unknown)
        if line.cells or line.values or line.claims:
            lines.append(line)
    return Plan(lines, frozenset(line.name for line in lines))


def _line(work: Work, number: int, cells: list[Cell], headings: Headings) -> Line:
    """One row's cells by what they are."""
    line = Line(number, "", {}, {}, {}, headings, cells[0].span)
    for place, cell in enumerate(cells):
        if not cell.text:
            continue
        if place in headings.parts:
            line.cells[headings.parts[place]] = cell
        elif place in headings.claims:
            line.claims[headings.claims[place]] = cell
        elif place in headings.values:
            line.values[place] = cell
        elif place in headings.bare:
            known = f'row {number} has "{shorten(cell.text)}" in it'
            hint = "give it one; that of a remark stands in brackets: (note)"
            where = headings.cells[place].span
            work.problems.add("a column without a heading", where, known=known, hint=hint)
    line.span = _span(line) or line.span
    line.total = _is_total(line)
    name = line.cells.get("name")
    if name is not None and not name.blank and not line.total:
        line.name = tidy(name.text)
        line.unread = not _fits(work, line, name)
    return line


def _span(line: Line) -> Span | None:
    """The place of a row: its layer's cell, or the first other one."""
    cells = (line.cells.get("layer"), line.cells.get("name"))
    others = (*line.cells.values(), *line.values.values(), *line.claims.values())
    return next((cell.span for cell in (*cells, *others) if cell is not None), None)


def _is_total(line: Line) -> bool:
    """Whether a row says totals: it is called so, and has no layer and no attributes."""
    layer, name = line.cells.get("layer"), line.cells.get("name")
    if line.values or (layer is not None and key(layer.text) == "sum"):
        return False
    words = [key(cell.text) for cell in (layer, name) if cell is not None]
    return bool(words) and all(word in TOTALS for word in words)


def _fits(work: Work, line: Line, cell: Cell) -> bool:
    """Whether a name can be a row's; noted otherwise."""
    try:
        check_name(line.name)
    except RuleError as error:
        what = f"row {line.number}: {error.what}"
        work.problems.add(what, cell.span, hint=error.hint)
        return False
    return True
