"""A comparison as a Markdown document: for pull requests and reports.

Requirements met here: nothing in a name is taken for Markdown, or for a tag; what stands in the
table stands in the text and on the terminal, too.
"""

from collections.abc import Sequence

from netsheet.compare.difference import Difference
from netsheet.render.comparison import Told, tell
from netsheet.render.markdown import INDENT, aligned, escape


def render(difference: Difference, *, columns: Sequence[str] | None = None) -> str:
    """What changed, with its effects, and the totals; ChoiceError for an unknown column."""
    told = tell(difference, columns)
    blocks = [
        f"# {escape(told.title)}",
        f"Input: {escape(told.input)}",
        _entries(told) if told.entries else "",
        _totals(told) if told.totals else "",
        escape(told.closing),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _entries(told: Told) -> str:
    rows = []
    for entry in told.entries:
        name = escape(entry.name) if entry.sign else f"**{escape(entry.name)}**"
        effects = entry.effects or [""] * len(told.columns)
        cells = [entry.sign, INDENT * entry.level + name, escape(entry.text)]
        rows.append([*cells, *map(escape, effects)])
    heads = ["", "line", "what became of it", *map(escape, told.columns)]
    return aligned(heads, rows, [False, False, False, *[True] * len(told.columns)])


def _totals(told: Told) -> str:
    rows = [
        [f"**{escape(total.label)}**", *map(escape, total[1:5]), escape(total.note)]
        for total in told.totals
    ]
    heads = ["total", *map(escape, told.names), "difference", "%", ""]
    return aligned(heads, rows, [False, True, True, True, True, False])
