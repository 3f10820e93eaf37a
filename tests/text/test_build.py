"""Networks from Python values: what is built, and the whole text of every refusal."""

from typing import Any

import pytest

from netsheet.core.errors import RuleError
from netsheet.layers.registry import find
from netsheet.net import Net
from support.reading import bounded


def layer(word: str, **given: Any) -> Any:
    """A layer by its word."""
    return find(word)(**given)


CONV = layer("conv", out=8, kernel=3, padding=1)
RELU, ADD = layer("relu"), layer("add")


def test_rows_become_a_network() -> None:
    """A row reads the row above, or those that it names; a list of layers follows in place."""
    net = Net.build(
        "small",
        (3, 32, 32),
        [
            ("conv1", [CONV, layer("bn"), RELU, RELU]),
            ("conv2", CONV),
            ("join", ADD, ["conv1", "conv2"]),
            ("again", RELU, "conv1"),
            ("skip", (RELU,), "input"),
        ],
    )
    names = [row.name for row in net.graph.rows]
    assert [
        ("input", ()),
        ("conv1.conv", ("input",)),
        ("conv1.bn", ("conv1.conv",)),
        ("conv1.relu", ("conv1.bn",)),
        ("conv1.relu2", ("conv1.relu",)),
        ("conv2", ("conv1.relu2",)),
        ("join", ("conv1.relu2", "conv2")),
        ("again", ("conv1.relu2",)),
        ("skip", ("input",)),
    ] == [(row.name, tuple(names[read] for read in row.reads)) for row in net.graph.rows]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [("c", layer("conv", out=8, kernel=33))],
            """row 1 "c": the window doesn't fit the input's height
  H_out = ⌊(32 + 2·0 − (1·(33 − 1) + 1))/1⌋ + 1 = 0, must be at least 1
  it reads 3×32×32 from "input"
  the input's height is 32; 1 more pixel of padding in all would fit, or a kernel of at most 32""",
        ),
        (
            [("a", CONV), ("b", ADD, ["a", "input"])],
            """row 2 "b": add can't join 8×32×32, 3×32×32: they need the same number of channels
  it reads 8×32×32 from "a", 3×32×32 from "input"
  a 1×1 convolution on one of them can bring 3 channels to 8""",
        ),
        (
            [("a", CONV, ["input", "input"])],
            """row 1 "a": conv reads one row, not 2
  it reads 3×32×32 from "input", 3×32×32 from "input"
  join them before, in a row of concat or add""",
        ),
        (
            [("a", RELU), ("b", RELU, "aa")],
            """row 2 "b": it reads "aa", and no row above is called so
  did you mean "a"?""",
        ),
        (
            [("a", RELU, "later"), ("later", RELU)],
            """row 1 "a": it reads "later", and no row above is called so
  rows above: input""",
        ),
        (
            [("a", RELU, 7)],
            """row 1 "a": it can't read 7
  name a row, or several in a list""",
        ),
        (
            [("a", RELU), ("a", RELU)],
            """row 2 "a": two rows are called "a"
  give one of them another name""",
        ),
        (
            [("a b", RELU)],
            """row 1 "a b": "a b" can't be the name of a row
  letters and digits, and with them _, -, +, # and ×, at most 200 characters; dots nest names""",
        ),
        (
            [("a", RELU), ("a.b", RELU)],
            """row 2 "a.b": "a" would be both a row and a group of rows
  rows whose names begin with a. are a group; rename one of them""",
        ),
        (
            [("a", [])],
            """row 1: row "a" has no layer
  a row is (name, layer) or (name, layer, what it reads)""",
        ),
        (
            [("a", "conv")],
            """row 1: row "a" has no layer: 'conv'
  give a layer, or a list of layers that follow each other""",
        ),
        (
            [("a",)],
            """row 1: ('a',) is no row
  a row is (name, layer) or (name, layer, what it reads)""",
        ),
        (
            [RELU],
            """row 1: Relu(inplace=False) is no row
  a row is (name, layer) or (name, layer, what it reads)""",
        ),
        (
            [(7, RELU)],
            """row 1: 7 is no name
  a row is (name, layer) or (name, layer, what it reads)""",
        ),
    ],
)
def test_refusals(rows: list[Any], message: str) -> None:
    """What is wrong, the sum that failed, what was known and what to try."""
    with pytest.raises(RuleError) as caught:
        Net.build("wrong", (3, 32, 32), rows)
    assert message == str(caught.value)


def test_all_refusals_come_at_once() -> None:
    """And rows that hang on a refused one say nothing."""
    with pytest.raises(RuleError) as caught:
        Net.build(
            "wrong",
            (3, 32, 32),
            [
                ("a", layer("conv", out=8, kernel=33)),
                ("b", RELU),
                ("c", layer("conv", out=9, kernel=3, groups=2), "input"),
                ("d", ADD, ["b", "c"]),
                ("e", "relu"),
                ("f", RELU, "e"),
            ],
        )
    message = str(caught.value)
    assert ['row 1 "a"', 'row 3 "c"', "row 5"] == [
        line.partition(":")[0] for line in message.splitlines() if line.startswith("row")
    ]


def test_a_network_without_end_is_refused() -> None:
    """Rows are counted, so that a generator that never stops does no harm."""
    endless = ((f"r{number}", RELU) for number in iter(int, 1) for number in range(10**9))
    with bounded(), pytest.raises(RuleError, match="more than 20,000 layers"):
        Net.build("endless", (3, 8, 8), endless)


@pytest.mark.parametrize("shape", [(), (0, 3, 3), (3, -1), (3, 1.5), (1, 2, 3, 4, 5), (True,)])
def test_an_input_that_is_none_is_refused(shape: Any) -> None:
    """Sizes are whole numbers from 1 on, and at most four."""
    with pytest.raises(RuleError):
        Net.build("wrong", shape, [("r", RELU)])
