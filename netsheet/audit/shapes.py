"""Printed shapes against computed ones: `112×112×64`, `64×112×112`, `28×28`, `4096`.

Requirements met here: channels may stand first or last or be left out, as papers print them; what
differs is named, axis by axis.
"""

from netsheet.audit.verdict import Finding, Verdict
from netsheet.core.claim import Claim
from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.sheet.sheet import Sheet

SHAPED = frozenset({"output", "input_size"})
"""Columns whose cells are shapes."""


def orders(shape: Shape) -> dict[tuple[int, ...], str]:
    """How a shape is printed, with a word for each way."""
    plain = tuple(int(size) for size in shape)
    found: dict[tuple[int, ...], str] = {plain: ""}
    if shape.rank:
        found.setdefault((*plain[1:], plain[0]), "")
        found.setdefault(plain[1:], "")
        if len(set(plain[1:])) == 1:
            found.setdefault(plain[1:2], "one side")
        if set(plain[1:]) == {1}:
            found.setdefault(plain[:1], "")
    else:
        found.setdefault((1, 1, plain[0]), "")
        found.setdefault((plain[0], 1, 1), "")
        found.setdefault((1, plain[0]), "")
    return found


def judge_shape(sheet: Sheet, claim: Claim) -> Finding:
    """One printed shape: whether the computed one prints so, and what differs if not."""
    name = claim.row or "total"
    base = Finding(
        f"{name}.{claim.column}",
        claim.text,
        Verdict.AGREES,
        span=claim.span,
        row=claim.row,
        column=claim.column,
    )
    node = sheet.graph.nodes.get(claim.row)
    if node is None:
        return base._replace(verdict=Verdict.UNCHECKED, why="there is no such row")
    shape: Shape = sheet.value(claim.column, node)
    base = base._replace(computed=str(shape))
    try:
        printed = tuple(int(size) for size in Shape.parse(claim.text))
    except RuleError as error:
        return base._replace(verdict=Verdict.UNCHECKED, why=error.what)
    known = orders(shape)
    if printed in known:
        return base
    from netsheet.sheet.columns import columns

    why = columns()[claim.column].explain(sheet, node)
    return base._replace(
        verdict=Verdict.DISAGREES,
        why=_difference(printed, shape),
        computed=_ordered_like(printed, shape),
        explanation=why,
    )


def _ordered_like(printed: tuple[int, ...], shape: Shape) -> str:
    """The computed shape in the order of the printed one."""
    if len(printed) == len(shape) and shape.rank and printed[0] != shape[0]:
        return "×".join(str(int(size)) for size in (*shape.size, shape.channels))
    return str(shape)


def _difference(printed: tuple[int, ...], shape: Shape) -> str:
    """What differs: `12 stands for 13`, or the whole shape."""
    best: list[tuple[int, int]] | None = None
    for order in orders(shape):
        if len(order) == len(printed):
            wrong = [(a, b) for a, b in zip(printed, order, strict=True) if a != b]
            if best is None or len(wrong) < len(best):
                best = wrong
    if best is not None and len(best) < len(printed):
        return "; ".join(f"{a} is printed for {b}" for a, b in best)
    return f"it is {shape}"
