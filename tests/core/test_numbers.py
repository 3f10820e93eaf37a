"""Numbers that remember: the value of plain ints, and a sum that a person would write."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsheet.core.numbers import (
    Number,
    ceil_div,
    exact,
    explained,
    larger,
    product,
    total,
)

k, s, p, d = (
    Number.symbol(name, value) for name, value in (("k", 5), ("s", 2), ("p", 1), ("d", 1))
)
H = Number.symbol("H", 224)


def test_a_product_reads_as_people_write_it() -> None:
    """Weights of a grouped convolution: no stray 1·, an exact division with its own sign."""
    count = product((k, k, exact(Number.symbol("C", 96), Number.symbol("g", 2)), 256))
    assert "k·k·(C/g)·256" == Number.formula(count)  # type: ignore[arg-type]
    assert "5·5·(96/2)·256 = 307,200" == explained(count)


def test_division_by_one_group_is_left_out() -> None:
    """C/1 is C, so that a plain convolution shows no groups."""
    assert "96" == explained(exact(Number.symbol("C", 96), 1))
    assert exact(96, 1) == 96


def test_the_rule_of_a_window_reads_as_in_the_literature() -> None:
    """Floor brackets, a true minus, and brackets only where they are needed."""
    size = (H + 2 * p - (d * (k - 1) + 1)) // s + 1
    assert "⌊(H + 2·p − (d·(k − 1) + 1))/s⌋ + 1" == size.formula()
    assert "⌊(224 + 2·1 − (1·(5 − 1) + 1))/2⌋ + 1 = 111" == size.explain()


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (H - (k - s), "224 − (5 − 2) = 221"),
        (H - k - s, "224 − 5 − 2 = 217"),
        (H - (k + s), "224 − (5 + 2) = 217"),
        ((H + k) * s, "(224 + 5)·2 = 458"),
        (H * k // s, "⌊224·5/2⌋ = 560"),
        (H // (k * s), "⌊224/(5·2)⌋ = 22"),
        (H % k, "224 mod 5 = 4"),
        ((H - 230) * 2, "(224 − 230)·2 = −12"),
        (3 + H, "3 + 224 = 227"),
        (3 - H, "3 − 224 = −221"),
        (7 // s, "⌊7/2⌋ = 3"),
        (7 % s, "7 mod 2 = 1"),
        (ceil_div(H, k), "⌈224/5⌉ = 45"),
        (larger(H - 230, 0), "max(224 − 230, 0) = 0"),
        (total([k, s, p]), "5 + 2 + 1 = 8"),
        (sum([k, s, p]), "5 + 2 + 1 = 8"),
    ],
)
def test_sums_keep_their_meaning_in_writing(number: int, expected: str) -> None:
    """Brackets stand exactly where leaving them out would change the value."""
    assert expected == explained(number)


def test_plain_numbers_stay_plain() -> None:
    """On plain ints every helper gives a plain int: nothing remembers where nobody asks."""
    values = (
        exact(6, 3),
        ceil_div(7, 2),
        larger(1, 2),
        product((2, 3)),
        total((2, 3)),
        product(()),
        total(()),
    )
    assert (2, 4, 2, 6, 5, 1, 0) == values
    assert {int} == {type(value) for value in values}


def test_an_exact_division_refuses_a_remainder() -> None:
    """7/2 is no whole number, so no exact division."""
    with pytest.raises(ValueError, match="7 is no multiple of 2"):
        exact(7, 2)


def test_numbers_are_ints_to_everyone_else() -> None:
    """A number that remembers equals, hashes and sorts as the int it is."""
    assert k == 5
    assert hash(k) == hash(5)
    assert sorted([H, k, s]) == [2, 5, 224]


def evaluate(text: str) -> int:
    """What a written sum means, by Python's own parser: an evaluator of other origin."""
    plain = text.replace("·", "*").replace("−", "-").replace(",", "").replace(" mod ", "%")
    plain = plain.replace("⌊", "floor(").replace("⌋", ")").replace("⌈", "ceil(").replace("⌉", ")")

    def value(node: ast.expr) -> int:
        if isinstance(node, ast.Constant):
            assert isinstance(node.value, int)
            return node.value
        if isinstance(node, ast.UnaryOp):
            return -value(node.operand)
        if isinstance(node, ast.Call):
            assert isinstance(node.func, ast.Name)
            inner = node.args[0]
            assert isinstance(inner, ast.BinOp)
            up = node.func.id == "ceil"
            left, right = value(inner.left), value(inner.right)
            return -(-left // right) if up else left // right
        assert isinstance(node, ast.BinOp)
        left, right = value(node.left), value(node.right)
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Sub):
            return left - right
        return left * right if isinstance(node.op, ast.Mult) else left % right

    return value(ast.parse(plain, mode="eval").body)


def check_written(number: int) -> None:
    """What is written means what was computed."""
    assert isinstance(number, Number)
    assert evaluate(number.sum()) == int(number)


numbers = st.recursive(
    st.integers(1, 50).map(lambda n: Number.symbol("n", n)),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda ab: ab[0] + ab[1]),
        st.tuples(inner, inner).map(lambda ab: ab[0] - ab[1]),
        st.tuples(inner, inner).map(lambda ab: ab[0] * ab[1]),
        st.tuples(inner, st.integers(1, 9)).map(lambda ab: ab[0] // ab[1]),
        st.tuples(inner, st.integers(1, 9)).map(lambda ab: ceil_div(ab[0], ab[1])),
        st.tuples(inner, st.integers(1, 9)).map(lambda ab: ab[0] % ab[1]),
        inner.map(lambda a: 7 - a),
        inner.map(lambda a: 3 * a),
    ),
    max_leaves=8,
)


@given(numbers)
def test_what_is_written_is_what_was_computed(number: int) -> None:
    """Any sum, read back by an independent evaluator, gives the number's value."""
    check_written(number)


def test_the_check_of_writing_can_fail() -> None:
    """A number whose expression was tampered with is noticed."""
    wrong = (k + s) * p
    wrong.expression = (k + s * p + 1).expression
    with pytest.raises(AssertionError):
        check_written(wrong)
