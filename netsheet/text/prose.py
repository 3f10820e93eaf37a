"""What a line of prose says to the reader: the input, and standing rules; all else is free.

Requirements met here: a number with something behind it is no other number; a second input is
refused; a line takes time in proportion to its length.
"""

import re

from netsheet.core.span import Span, shorten
from netsheet.text.cells import Cell, split_row
from netsheet.text.headings import speaks_of_layers
from netsheet.text.parts import Document

_NUMBER = r"-?\d+(?:\.\d+)?"
INPUT = re.compile(
    rf"\bInput:\s*(?P<shape>(?>{_NUMBER}(?:\s*[×xX*·]\s*{_NUMBER})+"
    rf"|{_NUMBER}(?:\s*,\s*{_NUMBER})+|{_NUMBER}(?:\s+by\s+{_NUMBER})+|{_NUMBER})"
    r")(?P<junk>\.?\w+)?(?P<order>\s*\(C×[^)]{0,20}\))?",
    re.IGNORECASE,
)
MOST_BARS = 100
"""A line with more bars is no line of headings."""

_VAGUE = re.compile(r"\s*Input:", re.IGNORECASE)
_RULE = re.compile(r"\s*(?:[-*]\s+)?Every\s", re.IGNORECASE)


def read_prose(document: Document, first: int, end: int) -> None:
    """Take inputs and standing rules from a paragraph; a rule ends with a full stop, or with it."""
    rule: list[Cell] | None = None
    for number in range(first, end):
        line = document.lines[number]
        if document.unruled is None and 1 < line.count("|") <= MOST_BARS:
            cells = split_row(line, document.source, number + 1)
            document.unruled = document.span(number) if speaks_of_layers(cells) else None
        if ":" in line:
            _read_inputs(document, number)
        match = _RULE.match(line)
        if match is not None and ":" in line:
            rule = _begin_rule(document, number, match.end())
        elif rule is not None:
            rule.append(_says(document, number, 0))
        if line.rstrip().endswith("."):
            rule = None


def _begin_rule(document: Document, number: int, start: int) -> list[Cell]:
    """A rule's first line: what it speaks of, and a list for the lines that say what."""
    line = document.lines[number]
    colon = line.index(":")
    what = line[start:colon].strip()
    says = [_says(document, number, colon + 1)]
    document.rules.append((Cell(what, document.span(number).narrowed(what)), says))
    return says


def _says(document: Document, number: int, start: int) -> Cell:
    """The rest of a line, without the full stop."""
    whole = document.span(number)
    text = whole.text[start:].strip().removesuffix(".").rstrip()
    at = whole.text.index(text, start)
    return Cell(text, whole._replace(start=at, end=max(at + 1, at + len(text))))


def _read_inputs(document: Document, number: int) -> None:
    """Take the inputs from a line."""
    line = document.lines[number]
    for match in INPUT.finditer(line):
        start, end = match.start("shape"), match.end()
        if match["junk"]:
            end = match.end("junk")
            span = Span(document.source, number + 1, start, end, line)
            what = f'the input: "{shorten(line[start:end])}" is no shape'
            hint = f"sizes are numbers of pixels, without a unit: {shorten(match['shape'])}"
            document.problems.add(what, span, hint=hint)
            end = match.end("shape")
        span = Span(document.source, number + 1, start, end, line)
        cell = Cell(line[start:end], span)
        if document.inputs and document.inputs[0].text != cell.text:
            document.problems.add(
                f"a second input, {shorten(cell.text)}, beside {shorten(document.inputs[0].text)}",
                span,
                known=f"the first stands in line {document.inputs[0].span.line}",
                hint="a network of several inputs has a row for each in its table, "
                "whose layer is input",
            )
        document.inputs.append(cell)
    if document.vague is None and _VAGUE.match(line) and not INPUT.search(line):
        document.vague = document.span(number)
