"""Each layer kind against torch: shapes, parameters, multiply-adds, and bytes held and kept."""

# A kind names its own inputs, and so do those planted here.
# mypy: disable-error-code="override"

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

import torch
from torch.utils.flop_counter import FlopCounterMode

from netsheet.core.shape import Shape
from netsheet.layers.average_pool import AveragePool
from netsheet.layers.base import VALUE_BYTES, Keeps, Layer, Weight
from netsheet.layers.conv import Conv
from netsheet.layers.local_response_norm import LocalResponseNorm
from netsheet.layers.registry import kinds
from netsheet.layers.relu import Relu
from netsheet.run import nn
from support.metering import peak_bytes, saved_bytes
from support.strategies import UNREALISED, Case, cases, example_cases

REALISED = [kind for kind in kinds() if kind.kind not in UNREALISED]
EVERY_KIND = pytest.mark.parametrize("kind", REALISED, ids=lambda kind: kind.kind)

UNCOUNTED = {"rbf": "differences squared and added: torch's counter knows no such operation"}
"""Kinds whose multiply-adds torch's counter doesn't see, and why."""


def realised(case: Case) -> Any:
    """The kind's torch module, on the device that computes shapes only."""
    with torch.device("meta"):
        return case.layer.to_torch(nn, *case.inputs)


def samples(case: Case, batch: int, *, trained: bool = False) -> list[Any]:
    """A batch of inputs; trained ones are made by something that has a gradient itself."""
    xs = [torch.empty(batch, *x, device="meta", requires_grad=trained) for x in case.inputs]
    return [x.clone() for x in xs] if trained else xs


def assert_same_counts(case: Case) -> None:
    """Shapes of output, parameters and buffers, and multiply-adds of two samples."""
    facts, module = case.layer.facts(*case.inputs), realised(case)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        y = module.eval()(*samples(case, 2))
    stated = case.layer.weights(*case.inputs)
    trained = {weight.name: weight.shape for weight in stated if weight.role != "buffer"}
    assert tuple(y.shape) == (2, *facts.output)
    assert {name: tuple(p.shape) for name, p in module.named_parameters()} == trained
    everything = {weight.name: weight.shape for weight in stated}
    assert {name: tuple(p.shape) for name, p in module.state_dict().items()} == everything
    assert sum(p.numel() for p in module.parameters()) == facts.params
    if case.layer.kind not in UNCOUNTED:
        assert counter.get_total_flops() == 2 * 2 * facts.macs


def assert_same_peak(case: Case) -> None:
    """Bytes held at once while one sample passes: input, output, and the kind's scratch."""
    facts, module = case.layer.facts(*case.inputs), realised(case)
    shared = case.layer.shares_storage != "never" or case.layer.in_place
    values = facts.inputs + (0 if shared else facts.values)
    peak = peak_bytes(module, lambda: module(*samples(case, 1)))
    assert peak == VALUE_BYTES * values + facts.scratch_bytes


def assert_same_kept(case: Case) -> None:
    """Bytes that training keeps for one sample.

    Measured on two and on three samples, as batch norm can't be trained on a single value:
    2·m(2) − m(3) is m(1), whether a part goes with the samples or is there once a batch.
    """
    facts, module = case.layer.facts(*case.inputs), realised(case)
    two, three = (saved_bytes(module, *samples(case, n, trained=True)) for n in (2, 3))
    shared = case.layer.shares_storage == "always" or case.layer.in_place
    keeps = facts.keeps
    values = 0
    if keeps.input or (keeps.output and shared):
        values += facts.inputs
    if keeps.output and not shared:
        values += facts.values
    assert 2 * two - three == VALUE_BYTES * values + keeps.extra_bytes


def assert_agrees(case: Case) -> None:
    """Everything that torch can tell of a layer."""
    if case.inputs:
        assert_same_counts(case)
        assert_same_peak(case)
        assert_same_kept(case)


@EVERY_KIND
def test_examples_agree_with_torch(kind: type[Layer]) -> None:
    """What a kind's examples show is what torch makes of them."""
    for case, (_, _, output) in zip(example_cases(kind), kind.examples, strict=True):
        assert case.layer.facts(*case.inputs).output == output
        assert_agrees(case)


@EVERY_KIND
@given(data=st.data())
@settings(max_examples=30)
def test_random_layers_agree_with_torch(kind: type[Layer], data: st.DataObject) -> None:
    """Whatever its attributes and its inputs, a kind says what torch does."""
    assert_agrees(data.draw(cases(kind)))


ONCE_WRONG: list[Case] = [
    Case(AveragePool(kernel=3, stride=2, padding=((2, 0),), rounding="up"), (Shape((2, 6)),)),
    Case(AveragePool(kernel=3, padding=2, count_padding=False), (Shape((2, 5, 6)),)),
    Case(Conv(out=4, kernel=3, stride=2, padding="same"), (Shape((2, 6, 7)),)),
]
"""Layers with padding that torch can't lay itself: whose copy is held and kept."""


@pytest.mark.parametrize("case", ONCE_WRONG, ids=lambda case: case.layer.describe())
def test_cases_that_once_failed(case: Case) -> None:
    """These agree with torch."""
    assert_agrees(case)


@dataclass(frozen=True, slots=True)
class TallConv(Conv):
    """Planted: one row too many."""

    def output(self, x: Shape) -> Shape:
        """Wrong."""
        y = Conv.output(self, x)
        return Shape((*y[:-1], y[-1] + 1))


@dataclass(frozen=True, slots=True)
class UnbiasedConv(Conv):
    """Planted: the bias is forgotten."""

    def weights(self, x: Shape) -> tuple[Weight, ...]:
        """Wrong."""
        return Conv.weights(self, x)[:1]


@dataclass(frozen=True, slots=True)
class BiasCountingConv(Conv):
    """Planted: biases are counted as multiply-adds."""

    def macs(self, x: Shape, y: Shape) -> int:
        """Wrong."""
        return Conv.macs(self, x, y) + y.values


@dataclass(frozen=True, slots=True)
class SquareConv(Conv):
    """Planted: the module is another one than the table says."""

    def to_torch(self, nn: Any, x: Shape) -> Any:
        """Wrong."""
        return Conv(out=self.out, kernel=5, padding=2).to_torch(nn, x)


@dataclass(frozen=True, slots=True)
class ForgetfulRelu(Relu):
    """Planted: nothing is kept."""

    def keeps(self, x: Shape) -> Keeps:  # noqa: ARG002 as the others
        """Wrong."""
        return Keeps()


@dataclass(frozen=True, slots=True)
class RetentiveConv(Conv):
    """Planted: the output is kept too."""

    def keeps(self, x: Shape) -> Keeps:  # noqa: ARG002 as the others
        """Wrong."""
        return Keeps(input=True, output=True)


@dataclass(frozen=True, slots=True)
class TidyNorm(LocalResponseNorm):
    """Planted: what is held between the steps is forgotten."""

    def scratch_bytes(self, x: Shape) -> int:  # noqa: ARG002 as the others
        """Wrong."""
        return 0


@dataclass(frozen=True, slots=True)
class OverwritingConv(Conv):
    """Planted: the output is said to overwrite the input."""

    @property
    def in_place(self) -> bool:
        """Wrong."""
        return True


PLANTED = (
    TallConv(out=4, kernel=3, padding=1),
    UnbiasedConv(out=4, kernel=3, padding=1),
    BiasCountingConv(out=4, kernel=3, padding=1),
    SquareConv(out=4, kernel=3, padding=1),
    ForgetfulRelu(),
    RetentiveConv(out=4, kernel=3, padding=1),
    TidyNorm(),
    OverwritingConv(out=4, kernel=3, padding=1),
)


@pytest.mark.parametrize("layer", PLANTED, ids=lambda layer: type(layer).__name__)
def test_a_planted_fault_is_noticed(layer: Layer) -> None:
    """Negative control: a layer that states one thing wrongly disagrees with torch."""
    with pytest.raises(AssertionError):
        assert_agrees(Case(layer, (Shape((6, 8, 8)),)))


@pytest.mark.parametrize("kind", UNCOUNTED)
def test_what_is_exempt_is_really_uncounted(kind: str) -> None:
    """Negative control: an exemption is lifted as soon as torch's counter sees something."""
    (found,) = (known for known in kinds() if known.kind == kind)
    case = example_cases(found)[0]
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        realised(case)(*samples(case, 1))
    assert 0 == counter.get_total_flops()
