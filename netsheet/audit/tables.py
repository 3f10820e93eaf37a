"""Tables of networks: a row a network, with parameters and operations, as READMEs keep them.

Requirements met here: a table is read only where its headings say what is counted and its rows name
networks that are known; every other table is left alone. A row may name a line of the network too,
or a pattern of lines.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from netsheet.audit.cells import NOTHING, Ground, judge_claims
from netsheet.audit.headings import column_of
from netsheet.audit.hypotheses import search
from netsheet.audit.networks import Find, Known
from netsheet.audit.reading import Grounds, places_of
from netsheet.audit.verdict import ColumnNote, Finding, Hypothesis
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


def audit_tables(text: str, source: str, find: Find) -> Judged:
    """Every cell of a text's tables of networks, judged against the network of its row."""
    found = Judged([], [], [])
    for table in tables(text, source):
        claims = list(_claims(table, find))
        if not claims:
            continue
        grounds = [ground for ground, _ in claims]
        subjects = [subject for _, subject in claims]
        judged, notes = judge_claims(grounds, subjects)
        for ground, subject, finding in zip(grounds, subjects, judged, strict=True):
            name = f"{subject}.{finding.column}"
            found.findings.append(finding._replace(subject=name, row=subject))
            if not finding.verdict.follows:
                explained, _ = search(ground[0], [ground[1]], [finding])
                found.hypotheses.extend(
                    hypothesis._replace(mends=(name,)) for hypothesis in explained[:1]
                )
        found.columns.extend(notes)
    return found


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
        line = plain(row[row_at].text) if row_at is not None and row_at < len(row) else ""
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
