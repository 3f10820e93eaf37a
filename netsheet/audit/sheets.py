"""The audit of one network's sheet: its cells, its checks, its columns, and what may explain them.

Requirements met here: the report is complete in itself; a total that is quoted from a faulty
column is told to be its sum, and the right one stands beside it.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from netsheet.audit.cells import Ground, judge_cells, judge_claims, printed_claim, shown
from netsheet.audit.checks import Claimed, checks
from netsheet.audit.checks.sums import complete
from netsheet.audit.hypotheses import search
from netsheet.audit.reading import Grounds
from netsheet.audit.totals import explain_totals
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


class Member(NamedTuple):
    """One network of a document that describes several: its name, sheet, claims, and relatives."""

    name: str
    sheet: Sheet
    claims: Sequence[Claim]
    relatives: "Mapping[str, Graph]"


def audit_family(members: Sequence[Member], source: str, title: str) -> list[Report]:
    """The networks of one document: their totals side by side, and each one's rows.

    Totals of several networks stand in one column as rows do, and are judged as one.
    """
    if len(members) == 1:
        one = members[0]
        return [audit_sheet(one.sheet, one.claims, source=source, variants=one.relatives)]
    reports: list[Report] = []
    totals: list[Ground] = []
    names: list[str] = []
    for member in members:
        rows = [claim for claim in member.claims if claim.row]
        if rows:
            report = audit_sheet(member.sheet, rows, source=source, variants=member.relatives)
            if all(_alike(report) != _alike(other) for other in reports):
                reports.append(report)
        grounds = Grounds.of(member.sheet, member.relatives)
        mine = [claim for claim in member.claims if not claim.row]
        totals += [(grounds, claim) for claim in mine]
        names += [member.name] * len(mine)
    if totals:
        findings, columns = judge_claims(totals, names)
        named = [
            finding._replace(subject=f"{name}.{finding.column}", row=name)
            for finding, name in zip(findings, names, strict=True)
        ]
        explained = tuple(explain_totals(totals, names, findings))
        whole = Report(title, source, tuple(named), columns=tuple(columns), hypotheses=explained)
        reports.insert(0, whole)
    return reports


def _alike(report: Report) -> list[tuple[str, str, Verdict]]:
    """What makes two reports one: the same claims with the same verdicts."""
    return [(found.subject, found.text, found.verdict) for found in report.findings]


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
