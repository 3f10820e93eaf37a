"""The audit of one network's sheet: its cells, its checks, its columns, and what may explain them.

Requirements met here: the report is complete in itself; a total that is quoted from a faulty
column is told to be its sum, and the right one stands beside it.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from netsheet.audit.cells import judge_cells, printed_claim, shown
from netsheet.audit.checks import Claimed, checks
from netsheet.audit.checks.sums import complete
from netsheet.audit.hypotheses import search
from netsheet.audit.reading import Grounds
from netsheet.audit.verdict import Check, Finding, Report, Verdict
from netsheet.core.claim import Claim
from netsheet.sheet.sheet import Sheet

if TYPE_CHECKING:
    from netsheet.core.graph import Graph

COUNTED = {"params": "parameters", "macs": "multiply-adds", "ops": "multiply-adds"}


def audit_sheet(
    sheet: Sheet,
    claims: Sequence[Claim],
    *,
    source: str = "",
    variants: "Mapping[str, Graph] | None" = None,
    hypotheses: bool = True,
) -> Report:
    """Everything that a sheet claims, held against its network.

    variants: other networks of the same document, which a cell may speak of.
    """
    grounds = Grounds.of(sheet, variants)
    findings, columns = judge_cells(grounds, claims)
    numbers = {
        (claim.row, claim.column): number
        for claim in claims
        if (number := printed_claim(claim)) is not None
    }
    claimed = Claimed(sheet, claims, numbers)
    checked = [found for check in checks() for found in check(claimed)]
    explained, left = search(grounds, claims, findings) if hypotheses else ((), ())
    return Report(
        sheet.graph.name,
        source,
        tuple(_contradicting(findings, checked)),
        tuple(checked),
        tuple(columns),
        explained,
        left,
        tuple(_notes(claimed, findings)),
    )


def _contradicting(findings: Sequence[Finding], checked: Sequence[Check]) -> list[Finding]:
    """The findings, with what contradicts a printed neighbour told so in its reason."""
    failed: dict[str, Check] = {}
    for check in checked:
        if not check.holds and check.kind in {"params × positions = ops", "output = next input"}:
            for subject in check.subjects:
                failed.setdefault(subject, check)
    found = []
    for finding in findings:
        check_failed = failed.get(finding.subject)
        if check_failed is not None and finding.verdict is Verdict.DISAGREES:
            other = next((s for s in check_failed.subjects if s != finding.subject), "")
            why = f"{finding.why}; it contradicts {other} too"
            found.append(finding._replace(why=why))
        else:
            found.append(finding)
    return found


def _notes(claimed: Claimed, findings: Sequence[Finding]) -> list[str]:
    """What faulty columns add up to, and the right totals."""
    notes = []
    wrong = {f.column for f in findings if not f.verdict.follows and f.row}
    for column, word in COUNTED.items():
        cells = {r: n for (r, name), n in claimed.numbers.items() if name == column and r}
        if column not in wrong or ("", column) in claimed.numbers:
            continue
        if not complete(claimed, column, set(cells)):
            continue
        middle = sum((n.value * n.scales[0] for n in cells.values()), start=Fraction(0))
        right = getattr(claimed.sheet.total, column)
        faulty = sum(1 for f in findings if f.column == column and not f.verdict.follows)
        notes.append(
            f"The printed {column} add up to {shown(middle)}, about "
            f"{float(middle) / 10 ** (6 if middle < 10**9 else 9):.1f} "
            f"{'million' if middle < 10**9 else 'billion'}: a total quoted so is the sum of a "
            f"column with {faulty} faulty cells. The network has {int(right):,} {word}."
        )
    return notes
