"""A report as rows and columns of printed cells with their marks, and the sentences below them.

Requirements met here: every format is written from this one model, so that no two of them differ
in a word; what stands in the text of a claim holds no control character.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from netsheet.audit.verdict import ColumnNote, Finding, Hypothesis, Report, Verdict
from netsheet.render.table import plain
from netsheet.render.units import short

TOTAL = "total"
COUNTS = frozenset(
    {"params", "weights", "biases", "macs", "ops", "connections", "neurons", "counted_params"}
)
"""Columns whose computed value is shown beside what is printed."""


class Grid(NamedTuple):
    """Rows and columns of findings; a finding may lack."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Finding | None, ...]], ...]


def grid(report: Report) -> Grid | None:
    """The cells of a sheet by row and column; None for a document's findings."""
    cells = [found for found in report.findings if found.column]
    if not cells:
        return None
    columns = tuple(dict.fromkeys(found.column for found in cells))
    rows = tuple(dict.fromkeys(found.row for found in cells))
    at = {(found.row, found.column): found for found in cells}
    return Grid(
        columns,
        tuple(
            (plain(row) or TOTAL, tuple(at.get((row, column)) for column in columns))
            for row in sorted(rows, key=lambda row: not row)
        ),
    )


def cell_text(found: Finding | None) -> str:
    """A printed cell, its mark, and the computed count where that is another."""
    if found is None:
        return ""
    text = f"{plain(found.text)} {found.verdict.mark}"
    if found.verdict not in {Verdict.AGREES, Verdict.UNCHECKED} and found.computed:
        text += f" {computed_text(found)}"
    return text


def computed_text(found: Finding) -> str:
    """The computed value at a glance."""
    if found.column in COUNTS and found.computed.replace(",", "").isdigit():
        return short(int(found.computed.replace(",", "")))
    return found.computed


def summary(report: Report) -> str:
    """`47 agree, 4 agree under a convention, 10 disagree`."""
    words = {
        Verdict.AGREES: ("agrees", "agree"),
        Verdict.CONVENTION: ("agrees under a convention", "agree under a convention"),
        Verdict.ROUNDING: ("is off by rounding", "are off by rounding"),
        Verdict.DISAGREES: ("disagrees", "disagree"),
        Verdict.CONTRADICTS: ("contradicts itself", "contradict themselves"),
        Verdict.UNCHECKED: ("can't be checked", "can't be checked"),
    }
    found = [
        f"{len(these)} {words[verdict][len(these) != 1]}"
        for verdict in Verdict
        if (these := report.of(verdict))
    ]
    return ", ".join(found) if found else "nothing is claimed"


def heading(report: Report) -> str:
    """Title and where it stands."""
    count = len(report.findings)
    where = f" of {report.source}" if report.source not in {"", report.title} else ""
    return f"{count} claim{'s' * (count != 1)}{where}"


class Block(NamedTuple):
    """A heading and the points below it: each a first part, and the rest of the sentence."""

    title: str
    points: tuple[tuple[str, str], ...]
    closing: str = ""


def blocks(report: Report) -> Iterator[Block]:
    """All that is said below the cells, in the order of reading."""
    yield from _columns(report)
    yield from _conventions(report)
    yield from _not_following(report)
    yield from _checks(report)
    yield from _hypotheses(report)
    yield from _unchecked(report)
    if report.notes:
        yield Block("Totals", tuple(("", note) for note in report.notes))
    if report.allowed:
        points = tuple(("", key) for key in report.allowed)
        yield Block("Known and allowed", points)


def _columns(report: Report) -> Iterator[Block]:
    points = [
        (note.column, said)
        for note in report.columns
        if (said := _column_note(note)) and (note.words or note.fitting < note.cells)
    ]
    if points:
        yield Block("Which convention explains a column best", tuple(points))


def _column_note(note: ColumnNote) -> str:
    name = " and ".join(note.words) if note.words else "as counted here"
    text = f"{name}: {note.fitting} of {note.cells} cells"
    for words, subjects in note.others:
        names = ", ".join(subject.removesuffix(f".{note.column}") for subject in subjects)
        text += f"; {' and '.join(words) or 'as counted here'}: {names}"
    explained = note.fitting + sum(len(subjects) for _, subjects in note.others)
    if explained < note.cells:
        left = note.cells - explained
        text += f"; {left} follow{'s' * (left == 1)} from no convention"
    return text


def _conventions(report: Report) -> Iterator[Block]:
    points = tuple(
        (
            _named(found),
            f"{', '.join(found.ways)}: {found.why}" if found.why else ", ".join(found.ways),
        )
        for found in report.of(Verdict.CONVENTION)
    )
    if points:
        yield Block("Agree under a convention", points)


def _not_following(report: Report) -> Iterator[Block]:
    points = tuple(
        (f"{found.verdict.mark} {_named(found)}", f"{_why(found)}")
        for found in report.not_following
    )
    if points:
        count = len(points)
        title = "1 does not follow" if count == 1 else f"{count} do not follow"
        yield Block(title, points)


def _why(found: Finding) -> str:
    return f"off by rounding: {found.why}" if found.verdict is Verdict.ROUNDING else found.why


def _named(found: Finding) -> str:
    place = f"{found.span.line}: " if found.span is not None and not found.column else ""
    subject = f"{plain(found.subject)} " if found.column else ""
    return f"{place}{subject}{plain(found.text)}"


def _checks(report: Report) -> Iterator[Block]:
    if not report.checks:
        return
    failed = [check for check in report.checks if not check.holds]
    kinds: dict[str, list[int]] = {}
    for check in report.checks:
        kept = kinds.setdefault(check.kind, [0, 0])
        kept[0] += check.holds
        kept[1] += 1
    said = "; ".join(
        f"{kind}: {held} of {count}" if held != count else f"{kind}: {'all ' * (count > 1)}{count}"
        for kind, (held, count) in kinds.items()
    )
    points = tuple((check.kind, f"{check.sum}: {check.why}") for check in failed)
    yield Block("Printed cells against each other", points, f"hold: {said}")


def _hypotheses(report: Report) -> Iterator[Block]:
    points = [(hypothesis.change, _told(hypothesis)) for hypothesis in report.hypotheses]
    left = [name for name in report.unexplained if not name.endswith((".output", ".input_size"))]
    closing = f"no small change found that explains {', '.join(left)}" if left else ""
    if points or closing:
        title = "Hypotheses: the smallest changes that would make cells right"
        yield Block(title, tuple(points), closing)


def _told(hypothesis: Hypothesis) -> str:
    """How many cells a change explains, how they come out, and what speaks against it."""
    count = hypothesis.explains
    text = f"explains {count} cell{'s' * (count != 1)}"
    if hypothesis.sums:
        text += f": {'; '.join(hypothesis.sums)}"
    else:
        text += f": {', '.join(hypothesis.mends)}"
    if hypothesis.breaks:
        text += f"; against it: {', '.join(hypothesis.breaks)} would no longer follow"
    return text


def _unchecked(report: Report) -> Iterator[Block]:
    points = tuple((_named(found), found.why) for found in report.of(Verdict.UNCHECKED))
    if points:
        yield Block("Not checkable", points)


def listed(report: Report) -> Sequence[Finding]:
    """The findings of a document, which stand in no grid."""
    return [found for found in report.findings if not found.column]
