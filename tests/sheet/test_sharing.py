"""Rows that use one set of weights: counted once, computed every time, and said so."""

import pytest

import netsheet as ns
from netsheet.core.errors import RuleError
from netsheet.core.graph import Graph, Row
from netsheet.core.shape import Shape
from netsheet.layers.conv import Conv
from netsheet.layers.dense import Dense
from netsheet.layers.input import Input
from netsheet.layers.parameter import Parameter
from netsheet.render.terminal import render

THRICE = """\
# Thrice

Input: 8×10×10

| name | layer | out | kernel | padding | shares | then     |
|------|-------|-----|--------|---------|--------|----------|
| a    | conv  | 8   | 3×3    | 1       |        | bn, relu |
| b    | conv  | 8   | 3×3    | 1       | a      | bn, relu |
| c    | conv  | 8   | 3×3    | 1       | b      | bn, relu |
"""

TIED = """\
# Tied

Input: 20

| name | layer | out | shares      |
|------|-------|-----|-------------|
| fc1  | dense | 20  |             |
| fc2  | dense | 20  | fc1.weight  |
"""


def test_weights_count_once_and_multiply_adds_each_time() -> None:
    """One convolution used three times: 8·8·9 + 8 + 2·8 parameters, 3·100·576 multiply-adds."""
    sheet = ns.load(THRICE).sheet()
    assert [600, 0, 0] == [row.params for row in sheet.rows]
    assert [17, 0, 0] == [row.buffers for row in sheet.rows]
    assert [57_600] * 3 == [row.macs for row in sheet.rows]
    assert (600, 172_800) == (sheet.total.params, sheet.total.macs)
    assert (600, 172_800) == ns.load(THRICE).totals()[:5:4]


def test_one_tensor_may_be_shared_and_another_not() -> None:
    """One weight tied in two linears, each with a bias of its own: 400 + 20 + 20."""
    net = ns.load(TIED)
    assert (440, 800) == (net.sheet().total.params, net.sheet().total.macs)
    assert "weight" == net.graph.rows[2].tied[0]


def test_the_sheet_says_what_is_shared() -> None:
    """At the foot of the table, in a row's explanation, and in that of its cells."""
    sheet = ns.load(THRICE).sheet()
    text = " ".join(render(sheet, width=80, colour=False).split())
    shared = "rows that use the weights of a.conv, a.bn, counted there once: b.conv, b.bn, c.conv and 1 more"
    assert f"shared 4 {shared}" in text
    assert "uses the weights of a.bn, a.conv" in sheet.explain("b")
    assert "b.conv.params = 0\n  its weights are a.conv's, and counted there" == sheet.explain(
        "b.conv", "params"
    )
    tied = ns.load(TIED).sheet()
    assert "its weight is fc1's, and counted there" in tied.explain("fc2", "params")


def test_sharing_is_written_and_read_back() -> None:
    """As a sheet, in Markdown and as CSV."""
    for text in (THRICE, TIED):
        net = ns.load(text)
        assert net.graph.rows == ns.load(net.to_markdown()).graph.rows
    assert "| fc1.weight |" in ns.load(TIED).to_markdown()


def test_blocks_share_row_by_row() -> None:
    """A block that is used again with the weights of its first use."""
    net = ns.load("""\
# Again

Input: 8×10×10

| name | layer | shares |
|------|-------|--------|
| one  | twice |        |
| two  | twice | one    |

## Block twice

| name | layer | out | kernel | padding |
|------|-------|-----|--------|---------|
| c1   | conv  | 8   | 3×3    | 1       |
| c2   | conv  | 8   | 1×1    |         |
""")
    assert (8 * 8 * 9 + 8 + 8 * 8 + 8) == net.sheet().total.params
    assert [-1, -1, -1, 1, 2] == [row.shares for row in net.graph.rows]


def rows(*more: Row) -> Graph:
    """A small graph with these rows below two of its own."""
    return Graph(
        "g",
        (
            Row("input", Input(Shape((8, 6, 6))), ()),
            Row("a", Conv(out=8, kernel=3, padding=1), (0,)),
            *more,
        ),
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (Row("b", Conv(out=8, kernel=3), (1,), 2), "shares the weights of itself or a row below"),
        (Row("b", Conv(out=8, kernel=5, padding=2), (1,), 1), 'can\'t use the weights of "a"'),
        (Row("b", Dense(out=8), (1,), 1), 'can\'t use the weights of "a"'),
        (Row("b", Conv(out=8, kernel=3), (1,), 1, ("bais",)), 'can\'t use the weights of "a"'),
        (Row("b", Conv(out=8, kernel=3), (1,), 0), 'can\'t use the weights of "input"'),
    ],
)
def test_what_cant_be_shared_is_refused(row: Row, message: str) -> None:
    """Rows below, other shapes, other names, and rows without weights."""
    with pytest.raises(RuleError, match=message):
        ns.Net(rows(row)).sheet()


def test_a_chain_of_owners_is_refused() -> None:
    """The owner has weights of its own."""
    conv = Conv(out=8, kernel=3, padding=1)
    with pytest.raises(RuleError, match='which are "a"\'s'):
        rows(Row("b", conv, (1,), 1), Row("c", conv, (2,), 2))


def test_a_parameter_that_no_row_reads_is_counted_and_said_to_be_unused() -> None:
    """It is stored, so that it counts; it is no output, and costs nothing to run."""
    net = ns.Net(rows(Row("head.weight", Parameter(sizes=(10, 8)), ())))
    sheet = net.sheet()
    assert (8 * 8 * 9 + 8 + 80, 36 * 576) == (sheet.total.params, sheet.total.macs)
    assert ((1,), (2,)) == (net.graph.outputs, net.graph.unused)
    text = " ".join(render(sheet, width=80, colour=False).split())
    assert "unused 80 counted, for they are stored, but no row reads them: head.weight" in text
    assert ns.Net(rows()).sheet().total.memory == sheet.total.memory


def test_a_parameter_is_read_by_rows() -> None:
    """A trained C×1×1 that a map is multiplied by: C parameters, no activations, no view."""
    net = ns.load("""\
# Scaled

Input: 8×6×6

| name  | layer     | sizes | from         |
|-------|-----------|-------|--------------|
| gamma | parameter | 8×1×1 |              |
| scale | multiply  |       | input, gamma |
""")
    sheet = net.sheet()
    assert (8, (8, 6, 6)) == (sheet.total.params, sheet["scale"].output)
    assert "1" == str(sheet["scale"].receptive_field)
    assert 4 * 2 * 288 == sheet.total.memory
    assert net.graph.rows == ns.load(net.to_markdown()).graph.rows
