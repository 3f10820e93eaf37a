"""Sums on constants, as exporters write sizes: against onnx's own reference evaluator."""

from typing import Any

import pytest

pytest.importorskip("onnx")

import numpy as np
from onnx import helper
from onnx.reference import ReferenceEvaluator

from netsheet.convert.onnx_model.fold import ELEMENTWISE, FEW, LAZY, RULES, fold
from netsheet.convert.onnx_model.tensors import MOST_STEPS, Tensor, of_array, shortest
from netsheet.core.errors import FileError, UnsupportedError

WHOLE = np.array([[7, -7, 3], [-2, 5, 1]])
OTHER = np.array([[2, 2, -3], [5, -1, 4]])
REAL = np.array([[0.5, 2.0, 3.25], [1.5, 4.0, 0.25]], np.float32)
TRUE = np.array([True, False, True])


def ints(*numbers: int) -> Any:
    """A list of whole numbers."""
    return np.array(numbers, np.int64)


CASES: list[tuple[str, list[Any], dict[str, Any]]] = [
    *((op, [WHOLE, OTHER], {}) for op in ("Add", "Sub", "Mul", "Div", "Mod", "Min", "Max")),
    *((op, [REAL, REAL[:1]], {}) for op in ("Add", "Sub", "Mul", "Div", "Min", "Max")),
    *((op, [WHOLE, OTHER], {}) for op in ("Equal", "Less", "LessOrEqual", "Greater")),
    ("GreaterOrEqual", [WHOLE, OTHER], {}),
    ("Mod", [WHOLE, OTHER], {"fmod": 1}),
    ("Pow", [REAL, np.float32(2)], {}),
    ("Pow", [WHOLE, np.array(2)], {}),
    ("Neg", [WHOLE], {}),
    ("Not", [TRUE], {}),
    ("And", [TRUE, ~TRUE], {}),
    ("Or", [TRUE, ~TRUE], {}),
    *((op, [REAL], {}) for op in ("Reciprocal", "Abs", "Sqrt", "Exp", "Log", "Floor", "Ceil")),
    ("Where", [TRUE, WHOLE, OTHER], {}),
    ("Gather", [WHOLE, ints(1, 0)], {"axis": 1}),
    ("Gather", [ints(3, 4, 5), np.array(-1)], {}),
    ("Slice", [WHOLE, ints(0), ints(2), ints(1)], {}),
    ("Slice", [WHOLE, ints(2), ints(-(2**63)), ints(1), ints(-1)], {}),
    ("Slice", [ints(3, 4, 5), ints(1), ints(2**63 - 1)], {}),
    ("Concat", [ints(1), ints(2, 3)], {"axis": 0}),
    ("Range", [np.array(2), np.array(9), np.array(3)], {}),
    ("Tile", [WHOLE, ints(2, 1)], {}),
    ("ReduceProd", [WHOLE], {"keepdims": 0}),
    ("ReduceSum", [WHOLE, ints(0)], {}),
    ("ReduceMax", [WHOLE, ints(1)], {"keepdims": 0}),
    ("ReduceMin", [WHOLE], {}),
    ("Identity", [WHOLE], {}),
    ("Reshape", [WHOLE, ints(0, 1, -1)], {}),
    ("Reshape", [WHOLE, ints(3, 2)], {}),
    ("Transpose", [WHOLE], {"perm": [1, 0]}),
    ("Transpose", [WHOLE], {}),
    ("Squeeze", [WHOLE.reshape(2, 1, 3), ints(1)], {}),
    ("Squeeze", [WHOLE.reshape(2, 1, 3)], {}),
    ("Unsqueeze", [WHOLE, ints(0, -1)], {}),
    ("Flatten", [WHOLE.reshape(2, 1, 3)], {"axis": 2}),
    ("Cast", [REAL], {"to": 7}),
    ("ConstantOfShape", [ints(2, 3)], {"value": np.array([7])}),
    ("ConstantOfShape", [ints(2)], {}),
    ("Expand", [ints(5).reshape(1, 1), ints(2, 3)], {}),
]


def reference(op: str, arrays: list[Any], attributes: dict[str, Any]) -> Any:
    """What onnx's own evaluator makes of it."""
    from onnx import numpy_helper

    given = {
        name: numpy_helper.from_array(value) if isinstance(value, np.ndarray) else value
        for name, value in attributes.items()
    }
    names = [f"i{place}" for place, _ in enumerate(arrays)]
    made = helper.make_node(op, names, ["o"], **given)
    (found,) = ReferenceEvaluator(made).run(None, dict(zip(names, arrays, strict=True)))
    return found


def ours(op: str, arrays: list[Any], attributes: dict[str, Any]) -> Tensor:
    """What we make of it."""
    given = {
        name: of_array(value) if isinstance(value, np.ndarray) else value
        for name, value in attributes.items()
    }
    found = fold(op, [of_array(np.asarray(array)) for array in arrays], given)
    assert found is not None
    return found


@pytest.mark.parametrize(("op", "arrays", "attributes"), CASES)
def test_sums_are_those_of_the_reference(
    op: str, arrays: list[Any], attributes: dict[str, Any]
) -> None:
    """Values, shape and type."""
    expected, actual = reference(op, arrays, attributes), ours(op, arrays, attributes)
    assert np.shape(expected) == actual.shape
    assert np.asarray(expected).dtype == actual.array().dtype
    assert np.allclose(expected, actual.array())


def test_every_operator_is_compared() -> None:
    """None that is computed is left out above; dropout does nothing."""
    assert {op for op, _, _ in CASES} | {"Dropout"} == {*RULES, *LAZY}


def test_large_sums_are_made_when_they_are_asked_for() -> None:
    """Their shape is known at once."""
    made: list[int] = []

    def load() -> Any:
        made.append(1)
        return np.ones((FEW, 2), np.float32)

    large = Tensor("w", (FEW, 2), load)
    found = fold("Mul", [large, of_array(np.float32(3).reshape(1))], {})
    assert found is not None
    assert ((FEW, 2), []) == (found.shape, made)
    assert 3 == found.array()[0, 0]


def test_sums_that_can_not_be_are_refused() -> None:
    """Whole numbers over 0, shapes that don't fit, ranges and tiles without end."""
    zero = of_array(ints(0))
    for op, given in {
        "Div": [of_array(ints(1)), zero],
        "Mod": [of_array(ints(1)), zero],
        "Range": [of_array(np.array(n)) for n in (0, 10**9, 1)],
        "Tile": [of_array(ints(1)), of_array(ints(10**9))],
        "Reshape": [of_array(ints(1, 2, 3)), of_array(ints(2, 2))],
        "Squeeze": [of_array(WHOLE), zero],
        "Unsqueeze": [of_array(WHOLE), of_array(ints(0, 0))],
        "Transpose": [of_array(WHOLE)],
    }.items():
        attributes = {"perm": [0, 0]} if op == "Transpose" else {}
        with pytest.raises(UnsupportedError):
            fold(op, given, attributes)
    with pytest.raises(FileError, match="can't be 8589934593"):
        fold("Expand", [of_array(ints(1)), of_array(ints(2**33 + 1))], {})


def test_too_many_steps_are_refused() -> None:
    """A tensor that thousands of operators lie before would be made without end."""
    tensor = Tensor("w", (FEW, 2), lambda: np.ones((FEW, 2)))
    for _ in range(MOST_STEPS):
        found = fold("Neg", [tensor], {})
        assert found is not None
        tensor = found
    with pytest.raises(UnsupportedError, match="in more than 64 steps"):
        fold("Neg", [tensor], {})


def test_a_wrong_sum_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: division that rounds down instead of towards 0."""
    monkeypatch.setitem(ELEMENTWISE, "Div", lambda x, y: x // y)
    monkeypatch.setitem(RULES, "Div", lambda x, y: x // y)
    with pytest.raises(AssertionError):
        test_sums_are_those_of_the_reference("Div", [WHOLE, OTHER], {})


@pytest.mark.parametrize(
    ("stored", "written"),
    [(0.10000000149011612, 0.1), (9.999999747378752e-06, 1e-05), (0.1, 0.1), (1 / 3, 1 / 3)],
)
def test_decimals_are_as_people_wrote_them(stored: float, written: float) -> None:
    """Of 32 bits the shortest; a finer number as it is."""
    assert written == shortest(stored)
