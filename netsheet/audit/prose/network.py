"""Prose held against a network: the product that a layer's weights are, counts of the whole.

Requirements met here: a claim is held against the layer that the words right before it name, or
against the whole network; where the arithmetic is right and the network is not so, both are told,
and what may have been forgotten.
"""

import re
from collections.abc import Iterator
from fractions import Fraction

from netsheet.audit.cells import judge_cells, shown
from netsheet.audit.hypotheses import search
from netsheet.audit.prose.convolutions import transitions
from netsheet.audit.prose.expression import Expression
from netsheet.audit.prose.sentence import IS, Sentence
from netsheet.audit.prose.tokens import NUM
from netsheet.audit.reading import Grounds, Reading
from netsheet.audit.readings import readers
from netsheet.audit.verdict import Finding, Verdict
from netsheet.core.claim import Claim
from netsheet.core.graph import Node
from netsheet.core.shape import Shape
from netsheet.core.span import Span
from netsheet.layers.base import WEIGHTED
from netsheet.sheet.sheet import Sheet

NOUNS = {
    "parameters": "params",
    "parameter": "params",
    "params": "params",
    "weights": "params",
    "파라미터": "params",
    "매개변수": "params",
    "neurons": "neurons",
    "units": "neurons",
    "뉴런": "neurons",
    "connections": "connections",
    "multiply-adds": "macs",
    "mult-adds": "macs",
    "multiply-accumulates": "macs",
    "macs": "macs",
    "flops": "ops",
    "gflops": "ops",
    "operations": "ops",
}
COMPARES = re.compile(
    r"fewer|less|more|than|times|smaller|larger|reduc\w*|compar\w*|saving|saves?|instead|only|each|per",
    re.IGNORECASE,
)
OF_WEIGHTS = 4
"""A product of fewer factors may speak of a map, and is not called wrong for being no weights."""

_NOWHERE = Span("", 0, 0, 1, "")
LEAST = 1000
FEW = 5
"""A count below this, or so many times the network's own, speaks of something else."""


def against(sentence: Sentence, grounds: Grounds) -> Iterator[Finding]:
    """What a sentence says that the network can confirm or not."""
    yield from _products(sentence, grounds)
    yield from _counts(sentence, grounds)
    yield from _layers(sentence, grounds)


def weighted_lines(sheet: Sheet) -> list[Node]:
    """The lines that hold weights, top to bottom: layer 1, layer 2, …."""
    return [
        node
        for node in sheet.graph.outline
        if any(
            sheet.graph.rows[place].layer.family in WEIGHTED and sheet.facts[place].macs
            for place in range(node.first, node.last + 1)
        )
    ]


def named_line(sentence: Sentence, sheet: Sheet, before: int) -> Node | None:
    """The line that the words before a place name last: `layer 6`, `fc6`, `C3`."""
    names = {node.name.casefold(): node for node in sheet.graph.outline}
    lines = weighted_lines(sheet)
    for at in range(before - 1, -1, -1):
        word = sentence.word(at)
        if word in names:
            return names[word]
        if word == "layer" and sentence.kind(at + 1) == NUM and at + 1 < before:
            number = sentence.tokens[at + 1].number
            if number is not None and number.exact and 1 <= number.value <= len(lines):
                return lines[int(number.value) - 1]
    return None


def _products(sentence: Sentence, grounds: Grounds) -> Iterator[Finding]:
    """Products of at least three factors behind a layer's name: its weights, or its operations."""
    for found in sentence.expressions:
        if sentence.kind(found.end) not in IS or len(found.factors) < 2 or found.sums:  # noqa: PLR2004 a product
            continue
        node = named_line(sentence, grounds.sheet, found.first)
        if node is None or found.value.denominator != 1:
            continue
        readings = _readings(grounds, node.name)
        match = next((r for r in readings if r[1].value == found.value), None)
        said = sentence.said(found.first, found.end)
        base = Finding(
            node.name,
            said,
            Verdict.AGREES,
            shown(found.value),
            span=sentence.span(found.first, found.end),
            why="",
        )
        if match is not None:
            words = (*match[1].words,) if match[1].words else ()
            yield base._replace(why=f"the {match[0]} of {node.name}", ways=words)
            continue
        if len(found.factors) >= OF_WEIGHTS:
            yield base._replace(verdict=Verdict.DISAGREES, why=_elsewhere(grounds, node, found))


def _readings(grounds: Grounds, row: str) -> list[tuple[str, Reading]]:
    """What a layer's product may be: parameters, multiply-adds, values."""
    found = []
    for column, word in (
        ("params", "parameters"),
        ("macs", "multiply-adds"),
        ("neurons", "values"),
    ):
        found += [(word, r) for r in readers()[column].readings(grounds, row, column)]
    return found


def _elsewhere(grounds: Grounds, node: Node, product: Expression) -> str:
    """The network's own weights, and the change that would make the product right."""
    sheet = grounds.sheet
    weights = sheet.value("weights", node)
    text = f"the product is right, but {node.name} has {weights:,} weights"
    claim = Claim(node.name, "weights", str(int(product.value)), _NOWHERE)
    findings, _ = judge_cells(grounds, [claim])
    explained, _ = search(grounds, [claim], findings)
    if explained:
        change = explained[0].change
        text += f"; hypothesis: {change}{_shapes(sheet, node, change)}"
    return text


def _shapes(sheet: Sheet, node: Node, change: str) -> str:
    """`, 13×13 for 6×6`, where a skipped pool is what makes the difference."""
    pool, _, skipped = change.partition(" ")
    if skipped != "skipped" or pool not in sheet.graph.index:
        return ""
    row = sheet.graph.rows[sheet.graph.index[pool]]
    one, other = (sheet.facts[at].output.size for at in (row.reads[0], sheet.graph.index[pool]))
    return f", {_size(one)} for {_size(other)} at {node.name}"


def _size(size: tuple[int, ...]) -> str:
    return "×".join(str(int(side)) for side in size)


def _counts(sentence: Sentence, grounds: Grounds) -> Iterator[Finding]:
    """`60 million parameters`, `C1 has 156 parameters and 122,304 connections`."""
    words = sentence.words()
    if any(COMPARES.fullmatch(word) for word in words):
        return
    for at, token in enumerate(sentence.tokens):
        if token.kind != NUM or token.number is None:
            continue
        place = at + 1
        while sentence.word(place) in {"of", "the", "trainable", "learnable", "total", "free"}:
            place += 1
        noun = sentence.word(place)
        column = NOUNS.get(noun) or NOUNS.get(noun.rstrip("가는은이를을의개"))
        number = token.number
        if column is None or number.value * number.scales[0] < LEAST / 10:
            continue
        node = named_line(sentence, grounds.sheet, at)
        whole = number.value * number.scales[0]
        if sentence.kind(at - 1) in IS or (
            node is None and not _of_the_whole(grounds, column, whole)
        ):
            continue
        span = sentence.span(at, place + 1)
        claim = Claim(node.name if node else "", column, token.text, span)
        for finding in judge_cells(grounds, [claim])[0]:
            explained, _ = search(grounds, [claim], [finding])
            why = finding.why
            if explained:
                why += f"; hypothesis: {explained[0].change}"
            yield finding._replace(
                subject=node.name if node else grounds.sheet.graph.name,
                text=sentence.said(at, place + 1),
                column="",
                row="",
                why=why,
            )


def _of_the_whole(grounds: Grounds, column: str, said: Fraction) -> bool:
    """Whether a count may speak of the whole network: within a factor of a few of its own."""
    own = next(readers()[column].readings(grounds, "", column), None)
    return own is not None and said >= LEAST and said / FEW <= own.value <= said * FEW


def _layers(sentence: Sentence, grounds: Grounds) -> Iterator[Finding]:
    """`7×7×512 → 4096`: a layer of the network from one shape to the other."""
    sheet = grounds.sheet
    for one, other in transitions(sentence):
        wanted = other.dims or ((int(other.value),) if other.number is not None else ())
        fitting = [
            node.name
            for node in sheet.graph.outline
            if _is(sheet.value("input_size", node), one.dims)
            and _is(sheet.value("output", node), wanted)
        ]
        if fitting:
            yield Finding(
                fitting[0],
                sentence.said(one.first, other.end),
                Verdict.AGREES,
                span=sentence.span(one.first, other.end),
                why=f"{fitting[0]} of {sheet.graph.name}",
            )


def _is(shape: Shape, dims: tuple[int, ...]) -> bool:
    plain = tuple(int(size) for size in shape)
    return dims in {plain, (*plain[1:], plain[0]), plain[1:] if len(plain) > 1 else plain}
