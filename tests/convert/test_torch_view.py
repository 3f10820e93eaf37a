"""Chains of reshapes and permutations: whatever they are, they come to what torch makes of them."""

from collections.abc import Iterable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

import torch
from torch import Tensor

from netsheet.convert.torch_module.view import (
    MOST,
    Shuffle,
    Step,
    View,
    in_few_axes,
    plain,
    shuffle,
)


def follow(x: Tensor, steps: Iterable[Step]) -> Tensor:
    """What steps make of a tensor; each must give the sizes that it says."""
    for step in steps:
        x = x.permute(step.order) if step.order else x.reshape(step.sizes)
        assert step.sizes == tuple(x.shape)
    return x


@st.composite
def chains(draw: st.DrawFn) -> tuple[View, Tensor, Tensor]:
    """A view, the tensor that it is of, and what torch makes of it."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=5).map(tuple))
    view = plain(0, sizes)
    x = y = torch.arange(torch.Size(sizes).numel()).reshape(sizes)
    for _ in range(draw(st.integers(0, 5))):
        if draw(st.booleans()):
            order = draw(st.permutations(range(y.ndim)))
            view, y = view.permuted(order), y.permute(order)
            continue
        left, cut = y.numel(), []
        for _ in range(draw(st.integers(0, 4))):
            cut.append(draw(st.sampled_from([n for n in range(1, left + 1) if left % n == 0])))
            left //= cut[-1]
        view, y = view.reshaped((*cut, left)), y.reshape(*cut, left)
    return view, x, y


def assert_same_reading(view: View, x: Tensor, y: Tensor) -> None:
    """Require that a view reads a tensor as torch did."""
    assert torch.equal(y, follow(x, view.steps))
    if view.order is not None:
        assert torch.equal(y, x.permute(view.order))


@given(chains())
@settings(max_examples=300)
def test_a_chain_reads_as_torch_does(chain: tuple[View, Tensor, Tensor]) -> None:
    """However steps are taken together, the values come out in torch's order."""
    assert_same_reading(*chain)


AXES_OF_ONE = plain(0, (2, 1, 2)).permuted((1, 2, 0))
"""Once came back as two steps: turned half way round, it is a reshape."""


@given(chains())
@example((AXES_OF_ONE, torch.arange(4).reshape(2, 1, 2), torch.tensor([[[0, 2], [1, 3]]])))
def test_what_is_undone_leaves_nothing(chain: tuple[View, Tensor, Tensor]) -> None:
    """There and back by a permutation or a reshape adds no step, and gives the same values."""
    view, x, y = chain
    order = tuple(reversed(range(y.ndim)))
    turned = view.permuted(order).permuted(order)
    cut = view.reshaped((y.numel(), 1)).reshaped(view.sizes)
    for other in (turned, cut) if not view.steps or view.steps[-1].order else (turned,):
        assert len(other.steps) <= len(view.steps)
        assert_same_reading(other, x, y)


@given(st.lists(st.integers(1, 3), min_size=1, max_size=7).map(tuple), st.data())
def test_many_axes_are_turned_few_at_a_time(sizes: tuple[int, ...], data: st.DataObject) -> None:
    """A permutation of seven axes comes to steps of four at most."""
    order = tuple(data.draw(st.permutations(range(len(sizes)))))
    x = torch.arange(torch.Size(sizes).numel()).reshape(sizes)
    steps = list(in_few_axes(sizes, order))
    assert all(len(step.sizes) <= MOST for step in steps)
    expected = x.permute(order)
    assert torch.equal(expected, follow(x, steps).reshape(expected.shape))


@pytest.mark.parametrize(
    ("base", "cut", "order", "joined", "expected"),
    [
        ((6, 4, 5), (3, 2, 4, 5), (1, 0, 2, 3), (6, 4, 5), Shuffle("channel shuffle", 3)),
        ((6, 9), (2, 3, 9), (1, 0, 2), (6, 9), Shuffle("channel shuffle", 2)),
        (
            (8, 3, 5),
            (2, 2, 2, 3, 5),
            (0, 3, 1, 4, 2),
            (2, 6, 10),
            Shuffle("pixel shuffle", 2),
        ),
        (
            (2, 6, 10),
            (2, 3, 2, 5, 2),
            (0, 2, 4, 1, 3),
            (8, 3, 5),
            Shuffle("pixel unshuffle", 2),
        ),
        ((8, 3, 5), (2, 2, 2, 3, 5), (0, 3, 2, 4, 1), (2, 6, 10), None),
        ((6, 4, 5), (3, 2, 4, 5), (1, 0, 3, 2), (6, 5, 4), None),
    ],
)
def test_shuffles_have_their_names(
    base: tuple[int, ...],
    cut: tuple[int, ...],
    order: tuple[int, ...],
    joined: tuple[int, ...],
    expected: Shuffle | None,
) -> None:
    """Cut, turned and joined: what ShuffleNet, sub-pixel convolution and space-to-depth do."""
    view = plain(0, base).reshaped(cut).permuted(order).reshaped(joined)
    assert expected == shuffle(view)


def test_a_wrong_reading_is_noticed() -> None:
    """Negative control: a view that turns the wrong axes."""
    x = torch.arange(24).reshape(2, 3, 4)
    view = plain(0, (2, 3, 4)).permuted((1, 0, 2))
    assert_same_reading(view, x, x.permute(1, 0, 2))
    with pytest.raises(AssertionError):
        assert_same_reading(view, x, x.permute(2, 0, 1))
