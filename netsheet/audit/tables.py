"""Tables of networks: a row a network, with parameters and operations, as READMEs keep them.

Requirements met here: a table is read only where its headings say what is counted and its rows name
networks that are known; every other table is left alone. A row may name a line of the network too,
or a pattern of lines.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from netsheet.audit.cells import NOTHING, Ground, judge_claims, printed_claim
from netsheet.audit.checks.percents import OF as SHARES
from netsheet.audit.checks.percents import hundred
from netsheet.audit.headings import column_of
from netsheet.audit.networks import Find, Known
from netsheet.audit.reading import Grounds, places_of
from netsheet.audit.totals import explain_totals
from netsheet.audit.verdict import Check, ColumnNote, Finding, Hypothesis
from netsheet.core.claim import Claim
from netsheet.layers.registry import key
from netsheet.text.cells import Cell, split_row
from netsheet.text.markdown import marks

NAMES = frozenset(
    {"network", "networks", "model", "models", "net", "architecture", "arch", "backbone", "name"}
    | {"method", "encoder", "모델", "네트워크"}
)
ROWS = frozenset({"row", "line", "layer"})
_LINK = re.compile(r"!?\[([^\]]{0,200})\]\([^)]{0,500}\)|\[([^\]]{0,200})\](?:\[[^\]]{0,80}\])?")
_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,200}>|[*`_]{1,3}(?=\S)|(?<=\S)[*`]{1,3}|<br/?>")


class Table(NamedTuple):
    """A table of a text: its headings and rows, as cells with their places."""

    headings: list[Cell]
    rows: list[list[Cell]]


def tables(text: str, source: str) -> Iterator[Table]:
    """Every Markdown table of a text, found by the line of marks under its headings."""
    if "|" not in text:
        return
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    number = 1
    while number < len(lines):
        if not _is_marks(lines[number]) or "|" not in lines[number - 1]:
            number += 1
            continue
        head = split_row(lines[number - 1], source, number)
        rows = []
        number += 1
        while number < len(lines) and "|" in lines[number]:
            rows.append(split_row(lines[number], source, number + 1))
            number += 1
        yield Table(head, rows)


def _is_marks(line: str) -> bool:
    return "-" in line and len(line) < 10_000 and bool(marks(line))  # noqa: PLR2004 no heading is longer


class Judged(NamedTuple):
    """What was found in the tables of a text."""

    findings: list[Finding]
    columns: list[ColumnNote]
    hypotheses: list[Hypothesis]
    checks: list[Check]


def audit_tables(text: str, source: str, find: Find) -> Judged:
    """Every cell of a text's tables of networks, judged against the network of its row."""
    found = Judged([], [], [], [])
    for table in tables(text, source):
        claims = list(_claims(table, find))
        if not claims:
            continue
        grounds = [ground for ground, _ in claims]
        subjects = [subject for _, subject in claims]
        judged, notes = judge_claims(grounds, subjects)
        for subject, finding in zip(subjects, judged, strict=True):
            name = f"{subject}.{finding.column}"
            found.findings.append(finding._replace(subject=name, row=subject))
        found.hypotheses.extend(explain_totals(grounds, subjects, judged))
        found.checks.extend(_shares(claims, judged))
        found.columns.extend(notes)
    return found


def _shares(claims: Sequence[tuple[Ground, str]], judged: Sequence[Finding]) -> Iterator[Check]:
    """Shares of one network that cover all of it add up to 100 %."""
    by_network: dict[tuple[int, str], list[tuple[Ground, Finding]]] = {}
    for (ground, _), finding in zip(claims, judged, strict=True):
        if finding.column in SHARES:
            by_network.setdefault((id(ground[0]), finding.column), []).append((ground, finding))
    for (_, column), found in by_network.items():
        numbers = [n for ground, _ in found if (n := printed_claim(ground[1])) is not None]
        whole = all(not number.bound for number in numbers) and _covers(column, found)
        if len(numbers) > 1 and whole:
            subjects = [finding.subject for _, finding in found]
            yield hundred(column, subjects, numbers)


def _covers(column: str, found: Sequence[tuple[Ground, Finding]]) -> bool:
    """Whether rows hold all that is convolution or dense, so that their shares are the whole."""
    sheet = found[0][0][0].sheet
    covered = {place for ground, _ in found for place in places_of(sheet, ground[1].row)}
    counts = sheet.column("macs" if column == "share" else SHARES[column])
    return all(place in covered for place, count in enumerate(counts) if count)


def _claims(table: Table, find: Find) -> Iterator[tuple[Ground, str]]:
    """Each cell that claims something of a known network: what it is held against, and its name."""
    place = _names(table, find)
    if place is None:
        return
    columns = {
        at: column
        for at, cell in enumerate(table.headings)
        if at != place and (column := column_of(plain(cell.text)))
    }
    row_at = next((at for at, c in enumerate(table.headings) if key(c.text) in ROWS), None)
    made: dict[str, tuple[Known, Grounds]] = {}
    for row in table.rows:
        if place >= len(row):
            continue
        name = plain(row[place].text)
        known = find(name) if name else None
        if known is None:
            continue
        if known.name not in made:
            made[known.name] = known, known.grounds()
        _, grounds = made[known.name]
        has_line = row_at is not None and row_at < len(row)
        line = row[row_at].text.strip("` ") if has_line and row_at is not None else ""
        line = _line(grounds, line)
        for at, column in columns.items():
            text = plain(row[at].text) if at < len(row) else ""
            if text.casefold() not in NOTHING:
                heading = plain(table.headings[at].text)
                claim = Claim(line, column, text, row[at].span, heading)
                yield (grounds, claim), f"{known.name} {line}".strip()


def _line(grounds: Grounds, text: str) -> str:
    """The line of a network that a cell names, however it is written; the text itself if none."""
    if not text or places_of(grounds.sheet, text):
        return text
    by_key = {key(node.name): node.name for node in grounds.sheet.graph.nodes.values()}
    return by_key.get(key(text), text)


def _names(table: Table, find: Find) -> int | None:
    """The column that names networks: by its heading, or because its cells do."""
    for at, cell in enumerate(table.headings):
        if key(plain(cell.text)) in NAMES:
            return at
    for row in table.rows[:3]:
        if row and find(plain(row[0].text)) is not None:
            return 0
    return None


def plain(text: str) -> str:
    """A cell's text without links and emphasis.

    >>> plain("[**ResNet-50**](https://example.org)")
    'ResNet-50'
    """
    if len(text) > 2000:  # noqa: PLR2004 no name or number is that long
        return ""
    bare = _LINK.sub(lambda found: found[1] or found[2] or "", text)
    return " ".join(_MARKUP.sub("", bare).split())
