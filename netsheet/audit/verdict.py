"""What an audit says: verdicts, findings, and the report that holds them.

Requirements met here: every record is complete when it is made, and holds numbers and sentences,
no layout; what shows a report formats it and computes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from netsheet.core.span import Span
from netsheet.sheet.column import Explanation


class Verdict(Enum):
    """What is said of one claim, with the mark that shows it."""

    AGREES = ("agrees", "✓")
    CONVENTION = ("agrees under a convention", "≈")
    ROUNDING = ("off by rounding", "±")
    DISAGREES = ("disagrees", "✗")
    CONTRADICTS = ("contradicts itself", "‡")
    UNCHECKED = ("not checkable", "?")

    def __init__(self, words: str, mark: str) -> None:
        self.words = words
        self.mark = mark

    @property
    def wrong(self) -> bool:
        """Whether an audit answers no because of it."""
        return self in {Verdict.DISAGREES, Verdict.CONTRADICTS}

    @property
    def follows(self) -> bool:
        """Whether the claim follows from the network, in some convention."""
        return self in {Verdict.AGREES, Verdict.CONVENTION}


class Finding(NamedTuple):
    """One claim and what was found: where it stands, what it says, the verdict, and why.

    subject: what it speaks of, `inception_4a.params`, or the words before an arithmetic claim.
    computed: the exact value, as text. ways: the conventions under which it agrees. why: a
    sentence. explanation: how the computed value came about. column: its column, if it has one.
    """

    subject: str
    text: str
    verdict: Verdict
    computed: str = ""
    ways: tuple[str, ...] = ()
    why: str = ""
    span: Span | None = None
    row: str = ""
    column: str = ""
    explanation: Explanation | None = None

    @property
    def key(self) -> str:
        """What an allow-list calls it: subject and text."""
        return f"{self.subject} {self.text}"


class Check(NamedTuple):
    """A check of claims against each other, without any network.

    kind: the check's name. subjects: the findings that it compares, by subject. sum: the sum as
    it was done. holds: whether it holds; None if it can't be told. why: a sentence.
    """

    kind: str
    subjects: tuple[str, ...]
    sum: str
    holds: bool
    why: str


class ColumnNote(NamedTuple):
    """Which one convention explains a column best: its words, how many cells of how many.

    others: further conventions with the cells that need them.
    """

    column: str
    words: tuple[str, ...]
    fitting: int
    cells: int
    others: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()


class Hypothesis(NamedTuple):
    """A small change that would make cells right; never more than a hypothesis.

    change: in words. mends: subjects that would agree and don't. keeps: subjects it touches that
    would still agree. breaks: subjects that agree now and would not. sums: how the cells come out.
    """

    change: str
    mends: tuple[str, ...]
    keeps: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()

    @property
    def explains(self) -> int:
        """How many cells it explains at once."""
        return len(self.mends) + len(self.keeps)


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found in one sheet or document."""

    title: str
    source: str
    findings: tuple[Finding, ...]
    checks: tuple[Check, ...] = ()
    columns: tuple[ColumnNote, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    unexplained: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()

    def of(self, verdict: Verdict) -> tuple[Finding, ...]:
        """The findings with a verdict."""
        return tuple(found for found in self.findings if found.verdict is verdict)

    @property
    def not_following(self) -> tuple[Finding, ...]:
        """What does not follow: what is off by rounding, disagrees or contradicts itself."""
        return tuple(
            found
            for found in self.findings
            if not found.verdict.follows and found.verdict is not Verdict.UNCHECKED
        )

    @property
    def answer(self) -> bool:
        """Whether nothing is wrong, but for what is allowed."""
        return not any(self.wrong())

    def wrong(self) -> Iterator[Finding]:
        """What makes the answer no."""
        allowed = set(self.allowed)
        for found in self.findings:
            if found.verdict.wrong and found.key not in allowed:
                yield found
