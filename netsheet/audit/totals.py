"""What may explain totals of several networks that disagree: each alone, and what several share.

Requirements met here: a line left out explains a total by chance often enough; it is offered where
the same line explains two totals or more of one column.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from netsheet.audit.cells import Ground
from netsheet.audit.hypotheses import left_out, search
from netsheet.audit.verdict import Finding, Hypothesis
from netsheet.core.claim import Claim

TOGETHER = 2


def explain_totals(
    grounds: Sequence[Ground], subjects: Sequence[str], findings: Sequence[Finding]
) -> Iterator[Hypothesis]:
    """Hypotheses for the totals that do not follow, those that explain several first."""
    wrong = [
        (ground, f"{subject}.{finding.column}", finding)
        for ground, subject, finding in zip(grounds, subjects, findings, strict=True)
        if not finding.verdict.follows and finding.computed
    ]
    without = {name: list(left_out(*ground)) for ground, name, _ in wrong if not ground[1].row}
    spread = Counter(found.change for each in without.values() for found in each)
    shared = [change for change, count in spread.most_common() if count >= TOGETHER]
    explained: set[str] = set()
    for change in shared:
        names = [name for name, each in without.items() if any(h.change == change for h in each)]
        if set(names) <= explained:
            continue
        sums = [h.sums[0] for name in names for h in without[name] if h.change == change]
        explained.update(names)
        yield Hypothesis(change, tuple(names), sums=tuple(sums))
    for ground, name, finding in wrong:
        if name not in explained:
            beside = _beside(name, finding, list(zip(grounds, subjects, findings, strict=True)))
            claims = [ground[1], *(claim for claim, _ in beside)]
            found, _ = search(ground[0], claims, [finding, *(judged for _, judged in beside)])
            for hypothesis in found[:1]:
                yield hypothesis._replace(mends=(name,), keeps=(), breaks=())


def _beside(
    name: str, finding: Finding, every: Sequence[tuple[Ground, str, Finding]]
) -> list[tuple[Claim, Finding]]:
    """What else is said of the same line in other columns and follows: no change may break it."""
    return [
        (ground[1], other)
        for ground, subject, other in every
        if name == f"{subject}.{finding.column}"
        and other.row == finding.row
        and other.column != finding.column
        and other.verdict.follows
    ]
