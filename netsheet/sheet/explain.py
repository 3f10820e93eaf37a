"""Derivations into words: a row in full, and the totals with where they sit and why.

Requirements met here: every number in the text comes from a column or from a rule run on
numbers that remember; the words add only what the numbers mean.
"""

from typing import TYPE_CHECKING

from netsheet.core.graph import OWN, Node
from netsheet.sheet.column import Column, Explanation, added
from netsheet.sheet.columns import columns, find_column
from netsheet.sheet.quantities import added_up

if TYPE_CHECKING:
    from netsheet.sheet.accounts import Accounts

ROW = (
    "output",
    "params",
    "buffers",
    "macs",
    "ops",
    "connections",
    "neurons",
    "memory",
    "kept",
    "receptive_field",
    "depth",
    "share",
    "macs_share",
)
"""Columns of a row's full explanation, in the order of reading."""

OF_LARGEST = 6
"""Lines that a total names."""


def explain(sheet: "Accounts", name: str, column: str = "") -> str:
    """The text for a row (one column or all); for the totals where `name` is empty or "total"."""
    if name in {"", "total"} and name not in sheet.graph.nodes:
        wanted = (
            [find_column(column).name]
            if column
            else ["params", "macs", "memory", "kept", "depth", "receptive_field"]
        )
        return "\n\n".join(str(explain_total(sheet, columns()[each])) for each in wanted)
    node = sheet.graph.node(name)
    if column:
        return str(find_column(column).explain(sheet, node))
    return "\n\n".join([heading(sheet, node), *_cells(sheet, node)])


def heading(sheet: "Accounts", node: Node) -> str:
    """What the row is, what follows in it, and what it reads."""
    words = sheet.describe(node)
    then = sheet.then(node)
    text = f"{node.name}: {words}" + (f", then {', '.join(then)}" if then else "")
    reads = sheet.reads(node)
    if reads:
        shapes = _read_shapes(sheet, node)
        pairs = zip(reads, shapes, strict=False)
        text += f"\n  reads {', '.join(f'{name} ({shape})' for name, shape in pairs)}"
    owners = {
        sheet.graph.rows[row.shares].name
        for row in sheet.graph.rows[node.first : node.last + 1]
        if row.shares != OWN
    }
    if owners:
        text += f"\n  uses the weights of {', '.join(sorted(owners))}"
    layer = sheet.layer(node)
    if node.group is None or node.group.style == "then":
        text += f"\n  {(type(layer).__doc__ or '').strip().splitlines()[0]}"
    return text


def _read_shapes(sheet: "Accounts", node: Node) -> list[str]:
    shapes: dict[str, str] = {}
    for place in range(node.first, node.last + 1):
        for read in sheet.graph.rows[place].reads:
            if not node.first <= read <= node.last:
                shapes.setdefault(str(read), str(sheet.facts[read].output))
    return list(shapes.values())


def _cells(sheet: "Accounts", node: Node) -> list[str]:
    found = []
    for name in ROW:
        if name == "ops" and sheet.convention.name == "macs":
            continue
        value = sheet.value(name, node)
        if value == 0 and name in {
            "params",
            "buffers",
            "macs",
            "ops",
            "connections",
            "neurons",
            "kept",
            "depth",
        }:
            continue
        if name in {"share", "macs_share"} and not value.part:
            continue
        found.append(str(columns()[name].explain(sheet, node)))
    reuse = _reuse(sheet, node)
    return [*found, reuse] if reuse else found


def _reuse(sheet: "Accounts", node: Node) -> str:
    """How often a weight is used: often in a convolution, once in a dense layer."""
    weights, macs = sheet.value("weights", node), sheet.value("macs", node)
    if not macs or not weights or (node.group is not None and node.group.style != "then"):
        return ""
    times = macs / weights
    what = (
        "each weight is used once"
        if times == 1
        else f"each weight is used {times:,.0f} times, once at each output position"
    )
    return f"{node.name}: {macs:,} multiply-adds / {weights:,} weights: {what}"


def explain_total(sheet: "Accounts", column: Column) -> Explanation:
    """A total: as its column has it, as a sum over the lines, or as the last line's cell."""
    subject = f"{sheet.graph.name}.{column.name}"
    if column.explain_total is not None:
        return column.explain_total(sheet)._replace(subject=subject)
    if column.fold is added:
        return _sum(sheet, column, subject)
    value = column.total(sheet, sheet.column(column.name))
    inner = column.explain(sheet, sheet.graph.outline[-1])
    return inner._replace(subject=subject, value=str(value))


def _sum(sheet: "Accounts", column: Column, subject: str) -> Explanation:
    """The sum over the lines, where it sits, and why."""
    lines = [(node, sheet.value(column.name, node)) for node in sheet.graph.outline]
    counted = [(node, value) for node, value in lines if value]
    whole = sum(value for _, value in counted)
    shown = counted if len(counted) <= 12 else []  # noqa: PLR2004 terms that fit a sum
    terms = " + ".join(f"{value:,}" for _, value in shown)
    verb = "takes" if column.name in {"macs", "ops"} else "holds"
    largest = sorted(counted, key=lambda pair: -pair[1])[:OF_LARGEST]
    notes = [
        f"{node.name} {verb} {value:,}, {_percent(value, whole)}: {sheet.describe(node)}"
        for node, value in largest
    ]
    rest = whole - sum(value for _, value in largest)
    if rest:
        others = f"the other {len(counted) - len(largest)} lines"
        notes.append(f"{others} {verb.rstrip('s')} {rest:,}, {_percent(rest, whole)}")
    if column.name in {"params", "macs", "weights"}:
        notes += _why(sheet, "macs" if column.name == "macs" else "params")
    if column.name in {"ops", "counted_params"}:
        convention = sheet.convention
        asked = convention.terms if column.name == "ops" else convention.params
        by_term = added_up(sheet, asked, 0, len(sheet.graph.rows) - 1)
        if len(by_term) > 1:
            sums = (
                f"{each}·{count:,} {word}" if each != 1 else f"{count:,} {word}"
                for (word, each), count in by_term.items()
            )
            notes.append(f"what is counted: {' + '.join(sums)}")
        notes.append(f"convention {convention.name}: {convention.sentence}")
    return Explanation(subject, f"{whole:,}", terms, notes=tuple(notes))


def _percent(part: int, whole: int) -> str:
    """A share to a tenth of a percent; a trace is not called 0.0."""
    shown = f"{100 * part / whole:.1f}" if whole else "0.0"
    return "<0.1 %" if shown == "0.0" and part else f"{shown} %"


def _why(sheet: "Accounts", what: str) -> list[str]:
    """Convolutions against dense layers: who holds the numbers, and the reason."""
    parts = sheet.parts
    whole = sum(part[what] for part in parts.values()) or 1
    dense, conv = parts["dense"], parts["convolutions"]
    notes = [
        f"dense layers: {dense[what]:,}, {_percent(dense[what], whole)}; "
        f"convolutions: {conv[what]:,}, {_percent(conv[what], whole)}"
        + (f"; the rest: {parts['rest'][what]:,}" if parts["rest"][what] else "")
    ]
    if not dense["params"] or not conv["params"]:
        return notes
    if what == "params" and dense[what] * 2 > whole:
        times = f"{conv['macs'] / conv['params']:,.0f} times here"
        pairs = "a dense layer has one weight for every pair of an input and an output"
        notes.append(f"why: {pairs}, used once: {_largest_dense(sheet)}")
        shared = "a convolution shares its weights over all positions"
        notes.append(f"{shared}: on average one of its weights is used {times}")
    if what == "params" and dense[what] * 2 <= whole:
        notes.append("the dense part is small because the map is small, or averaged, before it")
    if what == "macs" and conv[what] > dense[what]:
        notes.append(
            "why: a convolution uses each weight again at every position of its map, "
            "a dense layer uses each once"
        )
    return notes


def _largest_dense(sheet: "Accounts") -> str:
    rows = [
        (facts.weights, place)
        for place, facts in enumerate(sheet.facts)
        if sheet.graph.rows[place].layer.family == "dense"
    ]
    weights, place = max(rows)
    row = sheet.graph.rows[place]
    read = sheet.facts[row.reads[0]].output
    out = sheet.facts[place].output.values
    times = "·".join(f"{size:,}" for size in read)
    return f"{row.name} has {times}·{out:,} = {weights:,}"
