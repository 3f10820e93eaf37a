"""What each kind's torch module computes, against the kind's definition in plain loops."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

import torch

from netsheet.core.shape import Shape
from netsheet.layers.base import Layer
from netsheet.layers.registry import find, kinds
from netsheet.run import nn
from support.definitions import DEFINITIONS, Computing, Values, places
from support.strategies import UNREALISED, Case, cases, example_cases

LARGEST = (1, 7, 5, 3)
"""Axes of the maps, by rank: plain loops are slow."""

COMPUTING = [kind for kind in kinds() if kind.inputs[1] and kind.kind not in UNREALISED]
EVERY_KIND = pytest.mark.parametrize("kind", COMPUTING, ids=lambda kind: kind.kind)

DEFINED_ABOVE_0 = frozenset({"power", "function"})
"""Kinds some of whose functions, as the square root, are defined for positive numbers only."""

SLOW = 20_000
"""Pairs of an input and an output value, above which an example is left out."""


def plain(tensor: Any) -> Values:
    """A tensor's values by position."""
    return dict(zip(places(tuple(tensor.shape)), tensor.flatten().tolist(), strict=True))


def assert_computes(case: Case, module: Any) -> None:
    """Require that a module gives what the definition of a layer's kind says."""
    module = module.double().eval()
    generator = torch.Generator().manual_seed(1)
    for name, values in module.state_dict().items():
        if values.is_floating_point() and name != "codes":
            values.copy_(torch.rand(values.shape, generator=generator, dtype=torch.double) + 0.1)
    drawn: dict[str, Any] = {"generator": generator, "dtype": torch.double}
    xs = [torch.randn(2, *x, **drawn) for x in case.inputs]
    if case.layer.kind in DEFINED_ABOVE_0:
        xs = [x.abs() + 0.1 for x in xs]
    weights = {name: plain(values) for name, values in module.state_dict().items()}
    output = tuple(case.layer.facts(*case.inputs).output)
    shapes = [tuple(x) for x in case.inputs]
    with torch.no_grad():
        ys = module(*[x.clone() for x in xs])
    for sample, y in enumerate(ys):
        inputs = [plain(x[sample]) for x in xs]
        expected = Computing(case.layer, shapes, inputs, weights, output).values()
        assert expected == pytest.approx(plain(y), rel=1e-9, abs=1e-9)


def assert_defined(case: Case) -> None:
    """Require that a layer's own module computes what the kind's definition says."""
    assert_computes(case, case.layer.to_torch(nn, *case.inputs))


def test_every_kind_is_defined() -> None:
    """Each kind that computes something has its definition here."""
    assert sorted(DEFINITIONS) == sorted(kind.kind for kind in COMPUTING)


def work(case: Case) -> int:
    """Pairs of an input and an output value."""
    facts = case.layer.facts(*case.inputs)
    return facts.values * facts.inputs


@EVERY_KIND
def test_small_examples_compute_what_is_defined(kind: type[Layer]) -> None:
    """A kind's own examples, where they are small, compute what the kind's definition says."""
    for case in example_cases(kind):
        if work(case) <= SLOW:
            assert_defined(case)


@EVERY_KIND
@given(data=st.data())
@settings(max_examples=25)
def test_random_layers_compute_what_is_defined(kind: type[Layer], data: st.DataObject) -> None:
    """Whatever its attributes and inputs, a kind's module computes what its definition says."""
    assert_defined(data.draw(cases(kind, largest=LARGEST).filter(lambda case: work(case) <= SLOW)))


BORDERS = (
    ("max pool", {"kernel": 3, "stride": 2, "padding": 2}),
    ("max pool", {"kernel": 3, "stride": 2, "padding": ((0, 1), (2, 0))}),
    ("max pool", {"kernel": 2, "stride": 3, "padding": ((1, 0), (0, 1)), "rounding": "up"}),
    ("max pool", {"kernel": 2, "dilation": 2, "padding": 2, "rounding": "up", "stride": 2}),
    ("max pool", {"kernel": 3, "padding": "same", "stride": 2}),
    ("max pool", {"kernel": 3, "padding": "half", "stride": 2}),
    ("average pool", {"kernel": 4, "padding": "half", "stride": 3}),
    ("conv", {"out": 2, "kernel": (3, 2), "stride": 2, "padding": "half", "dilation": 2}),
    ("average pool", {"kernel": 3, "stride": 2, "padding": 2}),
    ("average pool", {"kernel": 3, "stride": 2, "padding": ((0, 1), (2, 0))}),
    ("average pool", {"kernel": 3, "stride": 2, "padding": ((0, 2), (1, 0)), "rounding": "up"}),
    ("average pool", {"kernel": 3, "padding": 2, "count_padding": False, "rounding": "up"}),
    ("average pool", {"kernel": 2, "stride": 1, "padding": "same", "count_padding": False}),
    ("conv", {"out": 2, "kernel": 4, "stride": 3, "padding": "same"}),
    ("conv", {"out": 2, "kernel": 3, "dilation": 2, "padding": ((0, 2), (3, 1)), "groups": 2}),
    ("sparse conv", {"links": ((0,), (1, 0), (0, 1), (1,)), "kernel": 2, "padding": "same"}),
    ("pad", {"padding": ((1, 2), (0, 3)), "mode": "wrap"}),
    ("pad", {"padding": ((1, 2), (0, 3)), "mode": "reflect"}),
    ("local response norm", {"neighbours": 4, "alpha": 0.5}),
)
"""Where borders are uneven or wide, or windows reach over: the places to go wrong."""


@pytest.mark.parametrize(("word", "attributes"), BORDERS)
@pytest.mark.parametrize("size", [(5, 6), (6, 5)])
def test_borders(word: str, attributes: dict[str, Any], size: tuple[int, int]) -> None:
    """Uneven and wide borders are laid as defined, also where torch's own layers can't."""
    assert_defined(Case(find(word)(**attributes), (Shape((2, *size)),)))


SWAPPED: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    ("max pool", {"kernel": 3, "padding": ((0, 1),)}, {"kernel": 3, "padding": ((1, 0),)}),
    (
        "average pool",
        {"kernel": 3, "padding": 1},
        {"kernel": 3, "padding": 1, "count_padding": False},
    ),
    (
        "conv",
        {"out": 2, "kernel": 3, "padding": ((0, 1),)},
        {"out": 2, "kernel": 3, "padding": ((1, 0),)},
    ),
    ("local response norm", {"alpha": 0.5}, {"alpha": 0.1}),
    ("layer norm", {}, {"epsilon": 0.1}),
    ("channel shuffle", {"groups": 2}, {"groups": 3}),
    ("slice", {"out": 2, "start": 1}, {"out": 2, "start": 2}),
    ("conv", {"out": 2, "kernel": 4, "padding": "half"}, {"out": 2, "kernel": 4, "padding": 1}),
    ("pad", {"padding": 1, "mode": "edge"}, {"padding": 1, "mode": "reflect"}),
    ("upsample", {}, {"mode": "linear"}),
    ("relu", {}, {"slope": 0.5}),
)


@pytest.mark.parametrize(("word", "said", "done"), SWAPPED)
def test_another_computation_is_noticed(
    word: str, said: dict[str, Any], done: dict[str, Any]
) -> None:
    """Negative control: a module that computes something a little different doesn't pass."""
    x = Shape((6, 7))
    other = find("leaky relu" if "slope" in done else word)(**done).to_torch(nn, x)
    with pytest.raises(AssertionError):
        assert_computes(Case(find(word)(**said), (x,)), other)
