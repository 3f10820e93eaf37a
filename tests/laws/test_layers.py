"""Laws that every layer kind keeps; a kind that is added is covered on arrival."""

# A kind names its own inputs, and so do those planted here.
# mypy: disable-error-code="override"

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsheet.core.graph import Graph, Row
from netsheet.core.numbers import Number
from netsheet.core.shape import Shape
from netsheet.layers.attribute import BY_LETTERS
from netsheet.layers.axis import positions, unread
from netsheet.layers.base import Layer, Window
from netsheet.layers.conv import Conv
from netsheet.layers.input import Input
from netsheet.layers.registry import kinds
from netsheet.sheet.columns import columns
from netsheet.sheet.sheet import Sheet
from support.strategies import UNREALISED, Case, cases, example_cases

EVERY_KIND = pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.kind)
COMPUTING = [kind for kind in kinds() if kind.inputs[1]]
REALISED = [kind for kind in COMPUTING if kind.kind not in UNREALISED]
EVERY_COMPUTING_KIND = pytest.mark.parametrize("kind", COMPUTING, ids=lambda kind: kind.kind)
EVERY_REALISED_KIND = pytest.mark.parametrize("kind", REALISED, ids=lambda kind: kind.kind)

ACROSS = {
    "matmul": "one axis is gone through, and another comes from the second map",
    "opaque": "what it does is not known",
    "pixel shuffle": "as many channels as the patch has positions, on all axes together",
    "pixel unshuffle": "as for pixel shuffle",
}
"""Kinds whose axes are not independent of each other, and why."""


def assert_stated(kind: type[Layer]) -> None:
    """Require that a kind says what it is, where that is from, and how it looks."""
    assert kind.kind.strip() == kind.kind
    assert kind.__doc__
    assert not kind.__doc__.startswith(f"{kind.__name__}("), "a docstring that dataclass made up"
    assert kind.source
    assert kind.family != "other"
    assert 2 <= len(kind.examples)
    ranks = {len(output) - 1 for _, _, output in kind.examples}
    assert 2 <= len({len(x) for _, inputs, _ in kind.examples for x in inputs} or ranks)
    for declared in kind.attributes():
        assert declared.meaning
        assert not declared.meaning.endswith(".")


@EVERY_KIND
def test_every_kind_states_what_it_is(kind: type[Layer]) -> None:
    """Docstring, source, family, meanings of attributes, and examples of more than one rank."""
    assert_stated(kind)


def test_an_unstated_kind_is_noticed() -> None:
    """Negative control: a kind without a docstring of its own, and one without a source."""

    @dataclass(frozen=True, slots=True)
    class Bare(Conv):
        pass

    Bare.__doc__ = "Bare(out)"
    with pytest.raises(AssertionError):
        assert_stated(Bare)
    Bare.__doc__, Bare.source = "Something.", ""
    with pytest.raises(AssertionError):
        assert_stated(Bare)


def plain(value: Any) -> Any:
    """A record with every number that remembers made plain."""
    if isinstance(value, tuple):
        return tuple(plain(item) for item in value)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


def assert_remembering_agrees(case: Case) -> None:
    """Require that numbers that remember give the same facts as plain ones."""
    named = tuple(
        x.named(f"_{order}" if len(case.inputs) > 1 else "")
        for order, x in enumerate(case.inputs, start=1)
    )
    layer = case.layer.remembering()
    facts = case.layer.facts(*case.inputs)
    assert facts.output == plain(layer.output(*named))
    stated = case.layer.weights(*case.inputs)
    assert stated == tuple(
        weight._replace(shape=plain(weight.shape)) for weight in layer.weights(*named)
    )
    assert facts.macs == int(layer.macs(*named, facts.output.named("_out")))
    assert tuple(facts.windows) == tuple(
        type(window)(*plain(window)) for window in (layer.windows(*named) if named else ())
    )
    assert plain(facts.keeps) == plain(layer.keeps(*named))
    assert facts.scratch_bytes == int(layer.scratch_bytes(*named))


@EVERY_KIND
@given(data=st.data())
@settings(max_examples=30)
def test_numbers_that_remember_give_the_same_facts(kind: type[Layer], data: st.DataObject) -> None:
    """A rule on ints that remember gives what it gives on plain ints."""
    assert_remembering_agrees(data.draw(cases(kind)))


@EVERY_COMPUTING_KIND
@given(data=st.data())
@settings(max_examples=15)
def test_every_column_explains_its_own_value(kind: type[Layer], data: st.DataObject) -> None:
    """Explained, a cell of any column comes to the value in the cell."""
    case = data.draw(cases(kind))
    sheet = Sheet(network(case))
    node = sheet.graph.node("row")
    for name, column in columns().items():
        value = sheet.value(name, node)
        explained = column.explain(sheet, node).value
        if type(value) is int:
            assert f"{value:,}" == explained, name
        elif isinstance(value, Shape):
            assert str(value) == explained, name


def network(case: Case) -> Graph:
    """The layer behind as many inputs as it reads."""
    rows = [Row(f"input{place}", Input(shape=x), ()) for place, x in enumerate(case.inputs)]
    return Graph("one", (*rows, Row("row", case.layer, tuple(range(len(rows))))))


@dataclass(frozen=True, slots=True)
class Cheating(Conv):
    """Planted: counts otherwise when it is asked to explain."""

    def macs(self, x: Shape, y: Shape) -> int:
        """Wrong where numbers remember."""
        return Conv.macs(self, x, y) + isinstance(x.channels, Number)


def test_another_rule_for_explanations_is_noticed() -> None:
    """Negative control: a kind that explains another number than it computes."""
    with pytest.raises(AssertionError):
        assert_remembering_agrees(Case(Cheating(out=2, kernel=3), (Shape((1, 5, 5)),)))


@EVERY_KIND
@given(data=st.data())
@settings(max_examples=15)
def test_a_layer_is_its_attributes(kind: type[Layer], data: st.DataObject) -> None:
    """Layers of equal attributes are equal, hash alike, and have equal facts."""
    case = data.draw(cases(kind))
    twin = replace(case.layer)
    assert case.layer == twin
    assert case.layer is not twin
    assert hash(case.layer) == hash(twin)
    assert case.layer.facts(*case.inputs) == twin.facts(*case.inputs)
    for declared in kind.attributes():
        value = getattr(case.layer, declared.name)
        if type(value) is bool:
            changed: dict[str, Any] = {declared.name: not value}
            other = replace(case.layer, **changed)
            assert case.layer != other


@EVERY_COMPUTING_KIND
@given(data=st.data())
@settings(max_examples=15)
def test_facts_are_plain(kind: type[Layer], data: st.DataObject) -> None:
    """Facts hold plain ints, whatever was asked before: the two kinds of int are never mixed."""
    case = data.draw(cases(kind))
    layer = case.layer.remembering()
    layer.output(*(x.named() for x in case.inputs))
    facts = case.layer.facts(*case.inputs)
    numbers = (*facts.output, facts.values, facts.weights, facts.biases, facts.buffers, facts.macs)
    assert {int} == {type(number) for number in numbers}


@pytest.mark.parametrize(
    "kind", [kind for kind in COMPUTING if kind.kind not in ACROSS], ids=lambda kind: kind.kind
)
@given(data=st.data())
@settings(max_examples=20)
def test_axes_are_independent(kind: type[Layer], data: st.DataObject) -> None:
    """On several axes, sizes and windows are those of each axis by itself."""
    case = data.draw(cases(kind, ranks=(1,)))
    attributes = {a.name: getattr(case.layer, a.name) for a in kind.attributes()}
    if any(a.form in BY_LETTERS for a in kind.attributes()):
        return  # it tells axes apart by their letters
    if any(isinstance(value, tuple) for value in attributes.values() if value) or any(
        x.rank != 1 for x in case.inputs
    ):
        return  # one number an axis, or a flat gate: there is no second axis to compare
    _, n = case.inputs[0]
    size = data.draw(
        st.tuples(*[st.sampled_from([n, n + 1, n + 4])] * data.draw(st.integers(2, 3)))
    )
    alone = [case.layer.facts(*(Shape((x.channels, m)) for x in case.inputs)) for m in size]
    together = case.layer.facts(*(Shape((x.channels, *size)) for x in case.inputs))
    if together.output.rank:
        assert together.output.size == tuple(facts.output.size[0] for facts in alone)
        assert together.windows == tuple(facts.windows[0] for facts in alone)
        assert {facts.output.channels for facts in alone} == {together.output.channels}


@EVERY_REALISED_KIND
@given(data=st.data())
@settings(max_examples=10)
def test_doubling_the_batch_doubles_multiply_adds(kind: type[Layer], data: st.DataObject) -> None:
    """On two samples torch counts twice the sheet's multiply-adds (and two for each)."""
    torch = pytest.importorskip("torch")
    from torch.utils.flop_counter import FlopCounterMode

    from netsheet.run import nn

    case = data.draw(cases(kind))
    with torch.device("meta"):
        module = case.layer.to_torch(nn, *case.inputs).eval()
        xs = [[torch.empty(n, *x) for x in case.inputs] for n in (1, 2)]
    counts = []
    for x in xs:
        with torch.no_grad(), FlopCounterMode(display=False) as counter:
            module(*x)
        counts.append(counter.get_total_flops())
    once, twice = counts
    assert 2 * once == twice
    if once:
        assert 4 * case.layer.facts(*case.inputs).macs == twice


sides = st.integers(1, 30)
small = st.integers(1, 5)
pairs = st.tuples(st.integers(0, 4), st.integers(0, 4))


def starts(n: int, k: int, s: int, pad: tuple[int, int], d: int, *, up: bool) -> list[int]:
    """Where windows begin, found by laying one after the other; 0 is the first pixel.

    Rounding down, a window must lie within the padded map. Rounding up it may reach over the
    end, if the one before didn't reach it, but not begin behind the map.
    """
    found: list[int] = []
    start, end, reach = -pad[0], n + pad[1], d * (k - 1) + 1
    while start + reach <= end or (up and found and found[-1] + reach < end and start < n):
        found.append(start)
        start += s
    return found


def assert_same_positions(
    n: int, k: int, s: int, pad: tuple[int, int], d: int, *, up: bool
) -> None:
    """Require that rules of counting agree with laying windows."""
    found = starts(n, k, s, pad, d, up=up)
    assert len(found) == positions(n, k, s, pad, d, up=up)
    reached = max(found) + d * (k - 1) + 1
    assert len(range(max(0, reached), n)) == unread(n, k, s, pad, d, up=up)


@given(n=sides, k=small, s=small, pad=pairs, d=st.integers(1, 3), up=st.booleans())
@settings(max_examples=500)
def test_positions_are_those_of_a_loop(
    n: int, k: int, s: int, pad: tuple[int, int], d: int, *, up: bool
) -> None:
    """The rules for window positions and unread rows agree with a loop that lays windows.

    Pools, the only kinds that round up, refuse padding as large as the window.
    """
    reach = d * (k - 1) + 1
    if reach <= n + sum(pad) and not (up and reach <= max(pad)):
        assert_same_positions(n, k, s, pad, d, up=up)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ((227, 11, 4, (0, 0), 1), 55),
        ((224, 7, 2, (3, 3), 1), 112),
        ((112, 3, 2, (0, 0), 1), 55),
        ((5, 3, 1, (0, 0), 2), 1),
    ],
)
def test_known_positions(case: tuple[Any, ...], expected: int) -> None:
    """Sizes that every textbook has."""
    assert expected == len(starts(*case, up=False)) == positions(*case)


def test_windows_before_the_map_leave_it_unread() -> None:
    """Once wrong: where windows read padding only, all of the map is unread, and no more."""
    assert 1 == unread(1, 1, 3, (2, 0), 1)


def test_a_wrong_count_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a rule that forgets that windows have a size."""
    monkeypatch.setitem(globals(), "positions", lambda n, _, s, *__, **___: n // s)
    with pytest.raises(AssertionError):
        assert_same_positions(9, 5, 2, (0, 0), 1, up=False)


@EVERY_COMPUTING_KIND
def test_examples_give_what_they_show(kind: type[Layer]) -> None:
    """The shape that a kind's example shows is the shape that the kind gives."""
    for case, (_, _, output) in zip(example_cases(kind), kind.examples, strict=True):
        assert output == case.layer.output(*case.inputs)


@EVERY_COMPUTING_KIND
@given(data=st.data())
@settings(max_examples=15)
def test_windows_are_given_for_every_axis(kind: type[Layer], data: st.DataObject) -> None:
    """A layer says of each axis of its input what is read, exactly once."""
    case = data.draw(cases(kind))
    windows = case.layer.facts(*case.inputs).windows
    assert case.inputs[0].rank == len(windows)
    for window in windows:
        if isinstance(window, Window):
            assert window.reads >= 1
            assert window.up >= 1
