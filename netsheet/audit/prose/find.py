"""Every claim of a document's prose, found and judged, each once."""

from collections.abc import Iterator
from itertools import chain

from netsheet.audit.prose.convolutions import convolutions, transitions
from netsheet.audit.prose.equalities import equalities
from netsheet.audit.prose.network import against
from netsheet.audit.prose.ratios import ratios
from netsheet.audit.prose.sentence import Sentence, sentences
from netsheet.audit.prose.text import stretches
from netsheet.audit.reading import Grounds
from netsheet.audit.verdict import Finding, Verdict


def claims(text: str, source: str, grounds: Grounds | None = None) -> Iterator[Finding]:
    """The claims of a text, in the order of its lines; held against a network, if there is one."""
    for sentence in every_sentence(text, source):
        yield from of_sentence(sentence)
        if grounds is not None:
            yield from against(sentence, grounds)


def every_sentence(text: str, source: str) -> Iterator[Sentence]:
    """The sentences of a text that hold a number."""
    for stretch in stretches(text, source):
        yield from sentences(stretch, source)


def of_sentence(sentence: Sentence) -> Iterator[Finding]:
    """What one sentence claims, from left to right."""
    found = list(
        chain(equalities(sentence), convolutions(sentence), ratios(sentence), arrows(sentence))
    )
    found.sort(key=lambda each: (each.span.line, each.span.start) if each.span else (0, 0))
    yield from found


def arrows(sentence: Sentence) -> Iterator[Finding]:
    """Shapes with an arrow between: they name a layer, and claim nothing by themselves."""
    for one, other in transitions(sentence):
        values = 1
        for size in one.dims:
            values *= size
        why = "it names a layer and states no number"
        if other.number is not None:
            weights = values * int(other.value)
            why += f"; a dense layer between them has {weights:,} weights"
        yield Finding(
            "",
            sentence.said(one.first, other.end),
            Verdict.UNCHECKED,
            why=why,
            span=sentence.span(one.first, other.end),
        )
