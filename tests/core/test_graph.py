"""Graphs: immutable, acyclic by construction, with an outline from their names."""

from collections.abc import Sequence
from typing import Any

import pytest

from netsheet.core.errors import ChoiceError, RuleError
from netsheet.core.graph import Graph, Group, Row, chain
from netsheet.core.shape import Shape
from netsheet.layers.registry import find


def layer(word: str, **attributes: Any) -> Any:
    """A layer by its word."""
    return find(word)(**attributes)


IN = layer("input", shape=Shape((3, 8, 8)))
CONV = layer("conv", out=4, kernel=3)
RELU = layer("relu")


def graph(*rows: tuple[str, Any, Sequence[int]], **groups: Group) -> Graph:
    """A graph from short rows."""
    return Graph("g", tuple(Row(name, each, tuple(reads)) for name, each, reads in rows), groups)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("x", IN, ()), ("x", RELU, (0,))], 'two rows are called "x"\n  give one of them another name'),
        ([("x", IN, ()), ("y", RELU, (1,))], '"y" reads itself or a row below\n  a row can only read rows above it'),
        ([("x", IN, ()), ("y", RELU, (2,)), ("z", RELU, (0,))], '"y" reads itself or a row below\n  a row can only read rows above it'),
        ([("x", IN, ()), ("y", RELU, (-1,))], '"y" reads itself or a row below\n  a row can only read rows above it'),
        ([("x", IN, ()), ("y", RELU, (0, 0))], "relu reads one row, not 2\n  join them before, in a row of concat or add"),
        ([("x", IN, ()), ("y", RELU, ())], 'relu reads one row, not 0\n  name them in the column "from"'),
        ([("x", IN, ()), ("", RELU, (0,))], '"" can\'t be the name of a row\n  letters and digits, and with them _, -, +, # and ×, at most 200 characters; dots nest names'),
        ([("x", IN, ()), ("a b", RELU, (0,))], '"a b" can\'t be the name of a row\n  letters and digits, and with them _, -, +, # and ×, at most 200 characters; dots nest names'),
        ([("x", IN, ()), ("a..b", RELU, (0,))], '"a..b" can\'t be the name of a row\n  letters and digits, and with them _, -, +, # and ×, at most 200 characters; dots nest names'),
        ([("x", IN, ()), ("a", RELU, (0,)), ("a.b", RELU, (1,))], '"a" is both a row and a group, for there is a row "a.b"\n  rename one of them'),
        ([], "the network has no rows\n  a network needs an input and a layer"),
    ],
)  # fmt: skip
def test_graphs_that_can_not_be_are_refused(
    rows: list[tuple[str, Any, Sequence[int]]], message: str
) -> None:
    """Names, order and numbers of inputs are checked when a graph is made."""
    with pytest.raises(RuleError) as caught:
        graph(*rows)
    assert message == str(caught.value)


def test_the_outline_follows_the_names() -> None:
    """Rows whose names share a beginning form one node, nested as deep as the names."""
    made = graph(
        ("input", IN, ()), ("a.conv", CONV, (0,)), ("a.relu", RELU, (1,)),
        ("b.1.conv", CONV, (2,)), ("b.2.conv", CONV, (3,)), ("c", RELU, (4,)),
    )  # fmt: skip
    assert ["input", "a", "b", "c"] == [node.name for node in made.outline]
    assert (1, 2) == (made.node("a").first, made.node("a").last)
    assert ["b.1", "b.2"] == [child.name for child in made.node("b").children]
    assert ["b", "b.1", "b.1.conv", "b.2", "b.2.conv"] == [
        node.name for node in made.node("b").walk()
    ]


def test_inputs_outputs_and_readers() -> None:
    """What reads nothing is an input; what nobody reads, an output."""
    made = graph(
        ("x", IN, ()),
        ("a", CONV, (0,)),
        ("b", CONV, (0,)),
        ("c", layer("add"), (1, 2)),
        ("d", RELU, (1,)),
    )
    assert ((0,), (3, 4)) == (made.inputs, made.outputs)
    assert ((1, 2), (3, 4), (3,), (), ()) == made.readers
    assert Shape((3, 8, 8)) == made.input_shape


def test_another_input_gives_another_graph() -> None:
    """The graph itself never changes."""
    made = chain("g", [("x", IN), ("a", CONV)])
    other = made.with_input((3, 16, 16))
    assert (Shape((3, 8, 8)), Shape((3, 16, 16))) == (made.input_shape, other.input_shape)
    assert made != other
    assert made.rows[1] is other.rows[1]


def test_a_row_that_is_not_there_is_named_with_the_nearest() -> None:
    """A misspelt row gets a suggestion; a strange one, a list."""
    made = chain("g", [("x", IN), ("conv1", CONV), ("relu1", RELU)])
    with pytest.raises(ChoiceError, match=r'g has no row "conv2"; did you mean conv1\?'):
        made.node("conv2")
    with pytest.raises(
        ChoiceError, match='g has no row "???"; there is x, conv1, relu1'.replace("?", r"\?")
    ):
        made.node("???")


def test_equal_rows_make_equal_graphs() -> None:
    """What groups are called is a remark, not part of the network."""
    rows = [("x", IN, ()), ("a.conv", CONV, (0,))]
    assert graph(*rows) == graph(*rows, a=Group("block", "stem"))
    assert graph(*rows) != graph(*rows, ("b", RELU, (1,)))
