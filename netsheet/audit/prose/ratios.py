"""Ratios with both their terms, and MACs against FLOPs.

Requirements met here: a ratio is judged where its two terms stand beside it, each with the
interval that its rounding leaves; what is twice what is known from the words alone.
"""

import re
from collections.abc import Iterator

from netsheet.audit.printed import Printed, interval, read_printed
from netsheet.audit.prose.sentence import IS, Sentence
from netsheet.audit.prose.tokens import NUM, TIMES, WORD
from netsheet.audit.verdict import Finding, Verdict

FEWER = re.compile(r"fewer|less|smaller|more|larger|greater|bigger")
AGAINST = frozenset({"against", "vs", "versus"})
SPEAKS = re.compile(
    r"param\w*|flops?|gflops?|macs?|gmacs?|mult-adds?|multiply-adds?|operations|파라미터.*"
)
_FACTOR = re.compile(r"(?P<number>\d{1,4}(?:\.\d{1,2})?)[x×]")
_MACS = re.compile(r"[gmkt]?(?:macs?|madds?|mult-adds?|multiply-adds?|multiply-accumulates?)")
_FLOPS = re.compile(r"[gmkt]?flops?")


def ratios(sentence: Sentence) -> Iterator[Finding]:
    """`12x fewer parameters, 6.8 million against 60 million`; `GFLOPs = 2 x GMACs`."""
    yield from _against(sentence)
    yield from _doubles(sentence)


def _against(sentence: Sentence) -> Iterator[Finding]:
    words = sentence.words()
    if not AGAINST & set(words) or not any(SPEAKS.fullmatch(word) for word in words):
        return
    factor = _said(sentence)
    terms = _terms(sentence)
    if factor is None or terms is None:
        return
    place, printed = factor
    first, one, end, other = terms
    left, right = (interval(each) for each in (one, other))
    small, large = (left, right) if left.high <= right.high else (right, left)
    quotient = large.over(small)
    said = interval(printed._replace(scales=(1,)), cut=True)
    said = said if not printed.exact else interval(printed._replace(about=True))
    holds = quotient.meets(said)
    start, stop = min(place, first), max(place + 1, end)
    middle = float((large.low + large.high) / (small.low + small.high))
    less, more = (one, other) if small is left else (other, one)
    yield Finding(
        "",
        sentence.said(start, stop),
        Verdict.AGREES if holds else Verdict.CONTRADICTS,
        span=sentence.span(start, stop),
        why="" if holds else f"{more.text} / {less.text} is {middle:.1f}, not {printed.text}",
    )


def _said(sentence: Sentence) -> tuple[int, Printed] | None:
    """The factor: `12x fewer`, `12 times fewer`."""
    for at, token in enumerate(sentence.tokens):
        one, two = (sentence.word(at + ahead) for ahead in (1, 2))
        match = _FACTOR.fullmatch(token.text) if token.kind == WORD else None
        if match and (FEWER.fullmatch(one) or FEWER.fullmatch(two)):
            number = read_printed(match["number"])
            return None if number is None else (at, number)
        times = one in {"x", "times", "×"} or sentence.kind(at + 1) == TIMES
        if token.number is not None and times and FEWER.fullmatch(two):
            return at, token.number
    return None


def _terms(sentence: Sentence) -> tuple[int, Printed, int, Printed] | None:
    """The two numbers on either side of "against"."""
    for at in range(len(sentence.tokens)):
        if sentence.word(at) not in AGAINST:
            continue
        left = next((p for p in (at - 1, at - 2) if sentence.kind(p) == NUM), None)
        right = next((p for p in (at + 1, at + 2) if sentence.kind(p) == NUM), None)
        if left is None or right is None:
            continue
        one, other = sentence.tokens[left].number, sentence.tokens[right].number
        if one is not None and other is not None and one.value and other.value:
            return left, one, right + 1, other
    return None


def _doubles(sentence: Sentence) -> Iterator[Finding]:
    """`GMACs = 2 x GFLOPs` says the wrong way round what `GFLOPs = 2 x GMACs` says rightly."""
    for at, token in enumerate(sentence.tokens):
        if token.kind not in IS:
            continue
        number = sentence.tokens[at + 1].number if sentence.kind(at + 1) == NUM else None
        if number is None or number.value != 2 or not number.exact:  # noqa: PLR2004 twice
            continue
        last = at + 2 + (sentence.kind(at + 2) == TIMES or sentence.word(at + 2) in {"x", "times"})
        one, other = sentence.word(at - 1), sentence.word(last)
        unit = sentence.kind(at - 2) == NUM and last == at + 2
        macs_left = bool(_MACS.fullmatch(one) and _FLOPS.fullmatch(other))
        flops_left = bool(_FLOPS.fullmatch(one) and _MACS.fullmatch(other))
        if not macs_left and not flops_left:
            continue
        right = macs_left if unit else flops_left  # 1 MAC = 2 FLOPs, but FLOPs = 2 × MACs
        yield Finding(
            "",
            sentence.said(at - 1 - unit, last + 1),
            Verdict.AGREES if right else Verdict.DISAGREES,
            span=sentence.span(at - 1 - unit, last + 1),
            why="" if right else "a multiply-add is two operations: FLOPs = 2 × MACs",
        )
