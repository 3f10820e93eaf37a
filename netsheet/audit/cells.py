"""The cells of a sheet, column by column: each printed cell against all it may stand for.

Requirements met here: every filled computed cell gets a verdict and a reason; a cell that can't be
read or checked says so, and is never called wrong for it.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import prod

from netsheet.audit.factors import hint_for
from netsheet.audit.headings import unit_of
from netsheet.audit.printed import Printed, beside, read_printed
from netsheet.audit.reading import Grounds, Reading
from netsheet.audit.readings import readers
from netsheet.audit.shapes import SHAPED, judge_shape
from netsheet.audit.verdict import ColumnNote, Finding, Verdict
from netsheet.audit.ways import (
    Fit,
    best_way,
    choose,
    fits,
    in_company,
    must_be_rounded,
    of_one_network,
)
from netsheet.core.claim import Claim
from netsheet.core.convention import Convention, Term
from netsheet.sheet.column import Explanation
from netsheet.sheet.columns import columns

NOTHING = frozenset({"", "-", "–", "—", "n/a", "none"})
"""Cells that claim nothing."""

LONGEST_SUM = 50
"""A longer sum is not told in a sentence."""

NEARBY = Fraction(2, 100)
"""How near another reading must come to be mentioned."""

NEAR = Fraction(1, 20)
"""How far off a number may be that the text itself calls about right."""


def subject_of(claim: Claim) -> str:
    """What a claim speaks of: `inception_4a.params`, or `total.params`."""
    return f"{claim.row or 'total'}.{claim.column}"


Ground = tuple[Grounds, Claim]
"""A claim with what it is held against."""


def judge_cells(
    grounds: Grounds, claims: Sequence[Claim]
) -> tuple[list[Finding], list[ColumnNote]]:
    """Every claim of a sheet judged, in the order of the text; and a note for each column."""
    return judge_claims([(grounds, claim) for claim in claims])


def judge_claims(
    claims: Sequence[Ground], subjects: Sequence[str] = ()
) -> tuple[list[Finding], list[ColumnNote]]:
    """Claims judged, each against its own network, those of one column together.

    subjects: what each speaks of, where its row alone does not say it.
    """
    names = list(subjects) or [claim.row or "total" for _, claim in claims]
    found: dict[int, Finding] = {}
    notes = []
    for name in dict.fromkeys(claim.column for _, claim in claims):
        places = [
            place
            for place, (_, claim) in enumerate(claims)
            if claim.column == name and claim.text.casefold() not in NOTHING
        ]
        chosen = [claims[place] for place in places]
        if name in SHAPED:
            judged = [judge_shape(grounds.sheet, claim) for grounds, claim in chosen]
        else:
            mine = [f"{names[place]}.{name}" for place in places]
            judged, note = _judge_column(name, chosen, mine)
            notes += [note] if note is not None else []
        found |= dict(zip(places, judged, strict=True))
    return [found[place] for place in sorted(found)], notes


def _judge_column(
    name: str, claims: Sequence[Ground], subjects: Sequence[str]
) -> tuple[list[Finding], ColumnNote | None]:
    """The cells of one column of numbers, judged together."""
    printed = [printed_claim(claim) for _, claim in claims]
    every = [
        fits(_readings(*ground), number) if number is not None and not number.bound else []
        for ground, number in zip(claims, printed, strict=True)
    ]
    every = in_company(every)
    if all(claim.row for _, claim in claims):
        every = of_one_network(every)
    chosen = choose(every)
    rounded = must_be_rounded(every, chosen)
    judged = [
        _judge(*ground, number, fit, off=place in rounded)
        for place, (ground, number, fit) in enumerate(zip(claims, printed, chosen, strict=True))
    ]
    if len(claims) < 2:  # noqa: PLR2004 one cell is no column
        return judged, None
    return judged, best_way(name, subjects, every)


def _readings(grounds: Grounds, claim: Claim) -> Iterator[Reading]:
    reader = readers().get(claim.column)
    return iter(()) if reader is None else reader.readings(grounds, claim.row, claim.column)


def printed_claim(claim: Claim) -> Printed | None:
    """The number that a claim prints, in the unit that its heading may give."""
    number = read_printed(claim.text)
    unit = unit_of(claim.heading)
    if number is None or number.scales != (1,) or unit == (1,):
        return number
    return number._replace(scales=unit)


def _judge(
    grounds: Grounds, claim: Claim, printed: Printed | None, fit: Fit | None, *, off: bool
) -> Finding:
    """One cell: its verdict, the computed value, and the reason."""
    readings = list(_readings(grounds, claim))
    if not readings:
        return _unchecked(claim, f"netsheet can't compute the column {claim.column} of it")
    if printed is None:
        return _unchecked(claim, f'"{claim.text}" is no number that can be read')
    base = Finding(
        subject_of(claim),
        claim.text,
        Verdict.AGREES,
        shown(readings[0].value),
        span=claim.span,
        row=claim.row,
        column=claim.column,
        explanation=explain(grounds, claim),
    )
    if printed.bound:
        return _bounded(base, printed, readings[0])
    if fit is not None:
        return _fitting(base, printed, fit, off=off)
    return _unfitting(grounds, claim, base, printed, readings)


def _unfitting(
    grounds: Grounds, claim: Claim, base: Finding, printed: Printed, readings: Sequence[Reading]
) -> Finding:
    """A cell that nothing prints so: about right, counted more fully, off by one, or wrong."""
    value, said = Fraction(readings[0].value), printed.value * printed.scales[0]
    if printed.about and abs(value - said) <= NEAR * value:
        why = f"it is {base.computed}, about so many"
        return base._replace(verdict=Verdict.CONVENTION, ways=("about",), why=why)
    more = _with_more_counted(grounds, claim, printed)
    if more is not None:
        return base._replace(verdict=Verdict.CONVENTION, ways=more[:1], why=more[1])
    if beside(readings[0].value, printed):
        why = f"{base.computed} rounds to the number beside it"
        return base._replace(verdict=Verdict.ROUNDING, why=why)
    hint = _factor_hint(grounds, claim, printed)
    text = _disagreement(printed, readings, base.explanation, hint, claim.row)
    return base._replace(verdict=Verdict.DISAGREES, why=text)


def _unchecked(claim: Claim, why: str) -> Finding:
    return Finding(
        subject_of(claim),
        claim.text,
        Verdict.UNCHECKED,
        why=why,
        span=claim.span,
        row=claim.row,
        column=claim.column,
    )


def _bounded(base: Finding, printed: Printed, plain: Reading) -> Finding:
    """A claim that something is less or more than a number; printed rounded, it may touch it."""
    limit = printed.value * printed.scales[0]
    room = printed.digit * printed.scales[0] / 2
    value = Fraction(plain.value)
    holds = value < limit + room if printed.bound == "<" else value > limit - room
    if holds:
        return base
    return base._replace(verdict=Verdict.DISAGREES, why=f"it is {base.computed}")


def _fitting(base: Finding, printed: Printed, fit: Fit, *, off: bool) -> Finding:
    ways = (*fit.reading.words, *fit.form.words(printed))
    if not ways:
        return base
    value = shown(fit.reading.value)
    counted = f"{value} in all" if not fit.reading.words else f"{value} then"
    if off:
        why = f"{value} rounds to another number; cut it would fit, but this column is rounded"
        return base._replace(verdict=Verdict.ROUNDING, why=why)
    why = f"{counted}{_in_unit(fit)}"
    return base._replace(verdict=Verdict.CONVENTION, ways=ways, why=why)


def _in_unit(fit: Fit) -> str:
    """`, 159.86 units of 1024`, where the unit is unusual or the number was cut."""
    if fit.form.scale == 1:
        return ""
    exact = float(Fraction(fit.reading.value) / fit.form.scale)
    unit = f" units of {fit.form.scale:,}" if fit.form.binary else ""
    return f", {exact:,.2f}{unit}"


def _disagreement(
    printed: Printed, readings: Sequence[Reading], why: Explanation | None, hint: str, row: str
) -> str:
    """What it is instead, by how much, and how that comes about; and what is nearest to it."""
    plain = readings[0]
    said = printed.value * printed.scales[0]
    right = Fraction(plain.value)
    text = f"it is {shown(plain.value)}"
    if why is not None and why.sum and not why.parts and len(why.sum) < LONGEST_SUM:
        text += f" = {why.sum}"
    if hint:
        return f"{text}; {hint}"
    if said and right:
        factor = right / said
        text += f"; {_off(factor)}"
    return text + _nearest(readings, said, row)


EVERYTHING = Convention.parse("flops+all").terms[1:]
_EACH = {
    1: "one per multiply-add, and some of what else there is",
    2: "two per multiply-add, and some of what else there is",
}


def _with_more_counted(grounds: Grounds, claim: Claim, printed: Printed) -> tuple[str, str] | None:
    """One or two per multiply-add, and some of what else a program may count: between two bounds.

    Of what is called FLOPs, even halved (`FLOPs/2`): programs differ in whether and how they
    count the rest, so that such a number can't be called wrong. Multiply-adds are just these.
    """
    halved = claim.column == "macs" and "flop" in claim.heading.lower()
    each_of = {"ops": (2, 1)}.get(claim.column, (1,) if halved else ())
    said = printed.value * printed.scales[0]
    for place, basis in enumerate(grounds.bases):
        for each in each_of:
            least = grounds.count(place, (Term("multiply-adds", each),), claim.row) or 0
            rest = grounds.count(place, EVERYTHING, claim.row) or 0
            if least < said <= least + each * rest:
                words = ", ".join((*basis.words, _EACH[each]))
                most = least + each * rest
                return words, f"multiply-adds alone are {least:,}, with all else {most:,}"
    return None


def _nearest(readings: Sequence[Reading], said: Fraction, row: str) -> str:
    """A reading that comes within 2 % of what is printed, and nearer than the plain one by half.

    For a row only of its own network: of many relatives one comes near by chance.
    """
    if not said or not readings:
        return ""
    near = [
        (abs(Fraction(reading.value) / said - 1), reading)
        for reading in readings
        if reading.cost <= 1 and not (row and reading.network)
    ]
    plain, _ = near[0]
    distance, reading = min(near, key=lambda each: each[0])
    if not reading.words or distance > NEARBY or 2 * distance > plain:
        return ""
    share = 100 * (Fraction(reading.value) / said - 1)
    off = f"{abs(float(share)):.1f} % {'more' if share > 0 else 'less'}"
    return f"; nearest: {', '.join(reading.words)}, {shown(reading.value)}, {off}"


def _factor_hint(grounds: Grounds, claim: Claim, printed: Printed) -> str:
    """The one size of a map that would have to be another for a count of its values to be right."""
    node = grounds.sheet.graph.nodes.get(claim.row)
    if claim.column != "neurons" or node is None or not printed.exact:
        return ""
    shape = grounds.sheet.value("output", node)
    dims = tuple(int(size) for size in (*shape.size, shape.channels))
    return hint_for(dims, Fraction(prod(dims)), printed.value)


def _off(factor: Fraction) -> str:
    """How far a printed number is off, given computed over printed."""
    share = 100 * (factor - 1)
    if abs(share) < 100:  # noqa: PLR2004 in percent as long as that says more than a factor
        return f"{abs(float(share)):.1f} % {'more' if share > 0 else 'less'} than printed"
    return f"{float(factor):.1f} times what is printed"


def shown(value: Fraction | int) -> str:
    """An exact value as text; a share with two decimals."""
    exact = Fraction(value)
    return f"{int(exact):,}" if exact.denominator == 1 else f"{float(exact):.2f}"


def explain(grounds: Grounds, claim: Claim) -> Explanation | None:
    """How the computed value of a claim's cell came about."""
    name = "macs" if claim.column == "ops" else claim.column
    column = columns().get(name)
    if column is None:
        return None
    if "*" in claim.row:
        return None
    if claim.row:
        return column.explain(grounds.sheet, grounds.sheet.graph.node(claim.row))
    return grounds.sheet.explanation_of_total(name)
