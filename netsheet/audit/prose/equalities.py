"""Equalities: `3 x 3 x 128 x 64 = 76,728`, `(227 - 11)/4 + 1 = 55`, `2048 * 2 x 1000 = 4M`.

Requirements met here: an equality is judged only if all of both sides can be read; the right side
is a printed number, which may be rounded or cut; of a false one, the change of one factor that
would make it right is told where there is just one.
"""

from collections.abc import Iterator
from fractions import Fraction

from netsheet.audit.cells import shown
from netsheet.audit.factors import hint_for, without_one
from netsheet.audit.printed import Form, Printed, fitting
from netsheet.audit.prose.expression import Expression
from netsheet.audit.prose.sentence import IS, Sentence
from netsheet.audit.prose.tokens import COMMA, EQUALS, NEARLY, SEMICOLON
from netsheet.audit.verdict import Finding, Verdict

NEAR = Fraction(5, 100)
"""How far off a number may be that the text itself calls about right."""

WORDS = 6
"""So many words before a claim are enough to know it by."""

ENDS = frozenset({EQUALS, NEARLY, SEMICOLON, COMMA})
"""What ends the words that belong to a claim."""

SMALL = 10
ENOUGH = 2
"""Equalities with one sign whose values are all smaller say nothing of networks: `1 + 1 = 2`."""

UNITS = frozenset({"bytes", "weights", "parameters", "params", "values", "pixels", "neurons"})
"""Words that may stand between a sum and what it makes."""


def equalities(sentence: Sentence) -> Iterator[Finding]:
    """Every equality of a sentence, judged."""
    by_first = {found.first: found for found in sentence.expressions}
    by_end = {found.end: found for found in sentence.expressions}
    for at, token in enumerate(sentence.tokens):
        if token.kind not in IS:
            continue
        left = by_end.get(at)
        if left is None and sentence.word(at - 1) in UNITS:
            left = by_end.get(at - 1)  # 24M * 4 bytes = …
        first = at + 1
        nearly = token.kind == NEARLY
        while sentence.kind(first) in IS:  # = ~ 35k
            nearly = True
            first += 1
        right = by_first.get(first)
        if left is None or right is None or not _speaks(sentence, left, right):
            continue
        if not _loose(left, right):
            yield judge(sentence, left, right, nearly=nearly)


def _loose(left: Expression, right: Expression) -> bool:
    """Whether `16 x 16 = 14 x 14` puts one shape after another, in a loose hand."""
    plain = not left.sums and not right.sums and right.number is left.number is None
    return plain and len(left.factors) == len(right.factors) and left.value != right.value


def _speaks(sentence: Sentence, left: Expression, right: Expression) -> bool:
    """Whether an equality is arithmetic that can be judged: both sides whole, one of them a sum."""
    if left.percent or right.percent or not (left.operators or right.operators):
        return False
    few = left.operators + right.operators < ENOUGH
    if few and max(abs(left.value), abs(right.value)) < SMALL:
        return False
    if left.number is not None and right.number is not None:
        return False
    word = sentence.word(left.first - 1)
    return not (
        len(word) == 1 and word.isascii() and word != "a"
    )  # "n 3 x 3": a letter belongs to it


def judge(sentence: Sentence, left: Expression, right: Expression, *, nearly: bool) -> Finding:
    """One equality: the side that is a printed number against the exact value of the other."""
    if right.number is None and left.number is not None:
        left, right = right, left
    first, end = min(left.first, right.first), max(left.end, right.end)
    said = sentence.said(first, end)
    base = Finding(
        _before(sentence, first),
        said,
        Verdict.AGREES,
        shown(left.value),
        span=sentence.span(first, end),
    )
    if right.number is None:
        return _exactly(base, left, right, nearly=nearly)
    # In prose people round as they like: zeros at the end of any number may only hold places.
    printed = right.number._replace(about=nearly or right.number.about, bare=True)
    forms = fitting(left.value, printed)
    if forms:
        return _printed(base, left, printed, forms[0])
    if left.over and left.value.__floor__() == printed.value * printed.scales[0]:
        return base._replace(verdict=Verdict.CONVENTION, ways=("rounded down",))
    exact = Fraction(left.value)
    if nearly and abs(exact - right.value) <= NEAR * abs(exact):
        return base._replace(
            verdict=Verdict.CONVENTION, ways=("about",), why=f"it is {shown(exact)}"
        )
    return base._replace(verdict=Verdict.DISAGREES, why=_wrong(left, right))


def _exactly(base: Finding, left: Expression, right: Expression, *, nearly: bool) -> Finding:
    """Two expressions."""
    if left.value == right.value:
        return base
    if nearly and abs(left.value - right.value) <= NEAR * abs(left.value):
        return base._replace(verdict=Verdict.CONVENTION, ways=("about",))
    if left.over and left.value.__floor__() == right.value:
        return base._replace(verdict=Verdict.CONVENTION, ways=("rounded down",))
    why = f"the left side is {shown(left.value)}, the right side {shown(right.value)}"
    return base._replace(verdict=Verdict.DISAGREES, why=why)


def _printed(base: Finding, left: Expression, printed: Printed, form: Form) -> Finding:
    words = form.words(printed)
    if not words:
        return base
    return base._replace(
        verdict=Verdict.CONVENTION, ways=tuple(words), why=f"it is {shown(left.value)}"
    )


def _wrong(left: Expression, right: Expression) -> str:
    """What it is, and the one change that would make it right, if there is just one."""
    text = f"it is {shown(left.value)}"
    hint = hint_for(left.dims, left.value, right.value)
    if not hint and left.sums:
        hint = without_one(left.factors, left.value, right.value)
    return f"{text}; {hint}" if hint else text


def _before(sentence: Sentence, first: int) -> str:
    """The words right before a claim, which say what it speaks of."""
    start = first
    while start > 0 and first - start < WORDS and sentence.kind(start - 1) not in ENDS:
        start -= 1
    return sentence.said(start, first).strip(" :,") if start < first else ""
