"""Computed cells: what they are worth, how they are refused, and that they are exact."""

from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsheet.core.errors import CellError, UnknownError
from netsheet.text.expression import LONGEST, evaluate, filled, settled, whole
from netsheet.text.formula import LARGEST
from netsheet.text.values import UNKNOWN, Value, number_text, same, truth

NAMES: dict[str, Value] = {
    "in": Fraction(3),
    "width": Fraction(64),
    "stride": Fraction(2),
    "early": "yes",
    "late": "no",
    "act": "relu6",
    "poisoned": UNKNOWN,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("64", 64),
        (" 64 ", 64),
        ("4*width", 256),
        ("4 × width", 256),
        ("4 x width", 256),
        ("4 X width", 256),
        ("4·width", 256),
        ("width/2", 32),
        ("in/2", Fraction(3, 2)),
        ("in // 2", 1),
        ("7 % 3", 1),
        ("7%3", 1),
        ("50%", Fraction(1, 2)),
        ("(50%)*2", 1),
        ("-in", -3),
        ("−in + 4", 1),
        ("--4", 4),
        ("2 + 3*4", 14),
        ("(2 + 3)*4", 20),
        ("12/3/2", 2),
        ("10 - 3 - 2", 5),
        ("1e3", 1000),
        ("1.5e-1", Fraction(3, 20)),
        (".5", Fraction(1, 2)),
        ("max(1, in, 2)", 3),
        ("min(in, 8//in)", 2),
        ("floor(in/2)", 1),
        ("ceil(in/2)", 2),
        ("ceil(-in/2)", -1),
        ("round(width/3)", 21),
        ("divisible(1.4*32, 8)", 48),
        ("divisible(in, 8)", 8),
        ("8 + divisible(1.1*40, 8)/2", 32),
        ("2 if early else 1", 2),
        ("2 if late else 1", 1),
        ("1 if stride = 1 else 2 if stride = 2 else 3", 2),
        ("1/(in-3) if in ≠ 3 else 0", 0),
        ("2*(stride = 2)", 2),
    ],
)
def test_numbers(text: str, value: int | Fraction) -> None:
    """A cell's value is exact, by the rules of school."""
    assert value == evaluate(text, NAMES)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("stride = 2", True),
        ("stride == 2", True),
        ("stride != 2", False),
        ("stride ≠ 1 or in = 1", True),
        ("stride = 1 and in = 3", False),
        ("not stride = 1", True),
        ("not not late", False),
        ("in < 4 and in <= 3 and in ≤ 3 and in > 2 and in >= 3 and in ≥ 3", True),
        ("early", True),
        ("yes", True),
        ("No", False),
        ("early = yes", True),
        ("late = yes", False),
        ("act = late", False),
        ("in - 3", False),
        ("1/2", True),
    ],
)
def test_conditions(text: str, value: bool) -> None:  # noqa: FBT001 the truth asked for
    """A condition is a comparison, a word for yes or no, or a number other than 0."""
    assert value == truth(evaluate(text, NAMES))


@pytest.mark.parametrize(
    ("text", "what", "hint", "sums"),
    [
        ("", "the cell is empty", "", ()),
        ("4*", '"4*" ends too early', "", ()),
        ("(4", '"(4" lacks a closing bracket', "", ()),
        ("4)", '"4)" can\'t be read from ")" on', "", ()),
        ("4 4", '"4 4" can\'t be read from "4" on', "", ()),
        ("×4", '"×4" can\'t be computed', "", ()),
        ("1 < 2 < 3", '"1 < 2 < 3" can\'t be read from "<" on', "", ()),
        ("widht", 'nothing is called "widht" here', 'did you mean "width"?', ()),
        ("8/0", '"8/0" divides by zero', "a divisor can't be 0", ()),
        ("8/(in-3)", '"8/(in-3)" divides by zero', "a divisor can't be 0", ("8/(in-3) = 8/(3-3)",)),
        ("8 // 0", '"8 // 0" divides by zero', "a divisor can't be 0", ()),
        (
            "8 % (in - 3)",
            '"8 % (in - 3)" divides by zero',
            "a divisor can't be 0",
            ("8 % (in - 3) = 8 % (3 - 3)",),
        ),
        ("act + 1", '"relu6" is a word, and a number is needed', "", ()),
        ("3 if act else 1", '"relu6" is neither yes nor no', "", ()),
        ("3 if early", '"3 if early" has an if and no else', "write it as: 2 if wide else 1", ()),
        ("floor(1, 2)", "floor takes one number, not 2", "", ()),
        ("divisible(width)", "divisible takes two numbers, not 1", "", ()),
        (
            "divisible(width, in-3)",
            "nothing can be made divisible by 0",
            "as divisible(32*width, 8), a multiple of 8",
            ("divisible(width, in-3) = divisible(64, 3-3)",),
        ),
        ("1e16", "1e16 is too large a number", f"at most {LARGEST:,}", ()),
        ("1e999999999", "1e999999999 is too large a number", f"at most {LARGEST:,}", ()),
        ("1e-999999999", "1e-999999999 is too small a number", "at least 1e-40", ()),
        ("9" * 16, f"{'9' * 16} is too large a number", f"at most {LARGEST:,}", ()),
        ("1e15 * 1e15", "a number in it is too large", f"at most {LARGEST:,}", ()),
        (
            "__import__",
            'nothing is called "__import__" here',
            "names known here: act, early, in (the channels it reads), late, poisoned, stride, width",
            (),
        ),
        (
            "in.real",
            '"in.real" can\'t be computed: ".real" means nothing',
            "cells compute with + - * / // % ( ), comparisons, and, or, not",
            (),
        ),
    ],
)
def test_refusals(text: str, what: str, hint: str, sums: tuple[str, ...]) -> None:
    """What can't be computed is said in words, with the sum and what to try."""
    with pytest.raises(CellError) as caught:
        truth(evaluate(text, NAMES))
    error = caught.value
    assert (what, hint, sums) == (error.what, error.hint, error.sums)


@pytest.mark.parametrize("text", ["poisoned", "poisoned + 1", "1 if poisoned = 2 else 3"])
def test_what_is_not_known_is_told_apart(text: str) -> None:
    """A value that was refused elsewhere is no mistake of this cell."""
    with pytest.raises(UnknownError):
        evaluate(f"({text})", NAMES)


def test_a_value_that_is_not_known_is_not_always_needed() -> None:
    """Only the branch that is taken counts."""
    assert 1 == evaluate("1 if early else poisoned", NAMES)


@pytest.mark.parametrize(
    ("text", "what", "sums"),
    [
        ("8.5", "8.5 is no whole number", ()),
        ("in/2", "in/2 is no whole number", ("in/2 = 3/2 = 1.5",)),
        ("width/in", "width/in is no whole number", ("width/in = 64/3",)),
        ("1/8", "1/8 is no whole number", ("1/8 = 0.125",)),
    ],
)
def test_what_is_no_whole_number(text: str, what: str, sums: tuple[str, ...]) -> None:
    """The sum is shown with its numbers put in."""
    with pytest.raises(CellError) as caught:
        whole(evaluate(text, NAMES), text, NAMES)
    assert (what, sums) == (caught.value.what, caught.value.sums)


@pytest.mark.parametrize(
    ("factor", "widths"),
    [
        (0.35, [16, 8, 8, 16, 24, 32, 56, 112]),
        (0.5, [16, 8, 16, 16, 32, 48, 80, 160]),
        (0.75, [24, 16, 24, 24, 48, 72, 120, 240]),
        (1.4, [48, 24, 32, 48, 88, 136, 224, 448]),
    ],
)
def test_widths_are_rounded_as_mobilenets_are(factor: float, widths: list[int]) -> None:
    """MobileNetV2's widths by its multipliers, as its authors' program makes them (slim)."""
    plain = [32, 16, 24, 32, 64, 96, 160, 320]
    assert widths == [evaluate(f"divisible({width}*{factor}, 8)", {}) for width in plain]


def test_what_names_stand_for_takes_their_place() -> None:
    """Words, truths and numbers; within a sum numbers stand in brackets; others are left alone."""
    names: dict[str, Value] = {"act": "relu6", "norm": True, "width": Fraction(64), "k": "3×3"}
    assert "relu6" == settled("act", names)
    assert "64" == settled("width", names)
    assert "3×3" == settled("k", names)
    assert "no if yes else yes" == settled("no if norm else yes", names)
    assert "2*(64) + in" == settled("2*width + in", names)
    assert "(1/3)*4" == settled("third*4", {"third": Fraction(1, 3)})
    for text in ("same", "0/1×1/2", "relu (0.2)", "{", ""):
        assert text == settled(text, names)


def test_x_is_a_times_sign_unless_something_is_called_so() -> None:
    """A block with a parameter x can still compute with it."""
    assert 6 == evaluate("2 x 3", {})
    assert 14 == evaluate("2*x", {"x": Fraction(7)})


def test_a_text_with_its_numbers() -> None:
    """Names are replaced by numbers, words and signs stay."""
    assert "3/2 if early else act" == filled("in/2 if early else act", NAMES)
    assert "3/2 + 4*64" == filled("in/2 + 4*width", NAMES)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(5), "5"),
        (Fraction(3, 2), "1.5"),
        (Fraction(64, 3), "64/3"),
        (Fraction(-1, 8), "-0.125"),
    ],
)
def test_numbers_as_a_person_writes_them(value: Fraction, text: str) -> None:
    """Decimals where they end soon, a fraction otherwise."""
    assert text == number_text(value)


@pytest.mark.parametrize(
    ("left", "right", "are_one"),
    [
        ("yes", True, True),
        (False, "no", True),
        ("relu", True, False),
        ("relu", "relu", True),
        ("relu", Fraction(1), False),
        (Fraction(2), Fraction(4, 2), True),
    ],
)
def test_which_values_are_one(left: Value, right: Value, are_one: bool) -> None:  # noqa: FBT001 the truth asked for
    """A variant's `yes` equals `yes`; other words equal only themselves."""
    assert are_one == same(left, right)


# Exactness: random sums against their value, kept beside while they are made.


class Sum(NamedTuple):
    """A text, and what it is worth."""

    text: str
    value: Fraction


def joined(left: Sum, sign: str, right: Sum) -> Sum:
    """Two sums joined, in brackets so that the order is plain."""
    text = f"({left.text} {sign} {right.text})"
    if sign == "+":
        return Sum(text, left.value + right.value)
    if sign == "-":
        return Sum(text, left.value - right.value)
    if sign in "*×x":
        return Sum(text, left.value * right.value)
    if right.value == 0:
        return left
    quotient = left.value / right.value
    return Sum(text, quotient if sign == "/" else Fraction(quotient.__floor__()))


LEAVES = st.one_of(
    st.integers(0, 999).map(lambda n: Sum(str(n), Fraction(n))),
    st.integers(0, 999).map(lambda n: Sum(f"{n}%", Fraction(n, 100))),
    st.decimals(0, 99, places=2).map(lambda d: Sum(str(d), Fraction(str(d)))),
    st.sampled_from([Sum("in", Fraction(3)), Sum("width", Fraction(64))]),
)
SUMS = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        joined, inner, st.sampled_from(["+", "-", "*", "×", "x", "/", "//"]), inner
    ),
    max_leaves=8,
)


BEYOND = ("a number in it is too large", "the cell nests too deeply")


def check_sum(made: Sum) -> None:
    """A text is worth what was computed while it was made, unless it goes beyond the bounds."""
    try:
        found: Value | str = evaluate(made.text, NAMES)
    except CellError as error:
        found = made.value if error.what in BEYOND or len(made.text) > LONGEST else error.what
    assert made.value == found


@given(SUMS)
def test_random_sums_are_exact(made: Sum) -> None:
    """No sum of any form is off by anything."""
    check_sum(made)


@pytest.mark.parametrize("made", [Sum("1/3", Fraction(1, 4)), Sum("1 +", Fraction(1))])
def test_the_check_of_sums_can_fail(made: Sum) -> None:
    """A value kept wrong beside its text is noticed, and so is a text that can't be read."""
    with pytest.raises(AssertionError):
        check_sum(made)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 200 + "1" + ")" * 200,
        "-" * (LONGEST - 1) + "1",
        "+".join(["1"] * (LONGEST // 2)),
        "not " * (LONGEST // 4 - 1) + "1",
        "1 if 1 else " * 30 + "1",
        "min(" * 60 + "1" + ")" * 60,
        "9" * 5000,
        "1" + "0" * 100,
        "1e" + "9" * 390,
        "0." + "1" * 390,
        "," * 100,
        "=" * 100,
        "x" * 300,
        "١٢٣",
        "²",
    ],
)
def test_hostile_texts_end(text: str) -> None:
    """Deep, long and odd texts give a value or a CellError, and nothing else."""
    try:
        evaluate(text, {})
    except CellError:
        return
