"""The memory columns against torch, counted by storages.

All is measured on the meta device, where torch goes through every operation and lays out every
storage without computing. What a layer lays out beside its input and output (the places of a
pool's winners, batch norm's statistics, a copy with padding) is held while it runs, so the
sheet is asked for with `scratch`; plain "live" is the same without.
"""

# A kind names its own inputs, and so do those planted here.
# mypy: disable-error-code="override"

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

pytest.importorskip("torch")

import torch

from netsheet.core.convention import LIVE, TORCH, MemoryModel
from netsheet.core.graph import Graph, Node
from netsheet.core.shape import Shape
from netsheet.layers.base import Keeps
from netsheet.layers.conv import Conv
from netsheet.layers.relu import Relu
from netsheet.net import load
from netsheet.run.realise import Network, realise
from netsheet.sheet.sheet import Sheet
from netsheet.zoo.catalogue import catalogue
from support.built import Builder
from support.metering import Meter, own_tensors, peak_bytes, saved_bytes
from support.networks import KNOWN, resnet50
from support.plain_models import PLAIN
from support.strategies import graphs

RUN = MemoryModel("run", scratch=True)
"""What a realised network holds: live values, and what the running layer lays out."""


EACH_KNOWN = pytest.mark.parametrize("name", KNOWN)


def picture() -> Any:
    """One sample of 3×224×224."""
    return torch.empty(1, 3, 224, 224, device="meta")


@EACH_KNOWN
def test_torch_model_of_memory_is_what_a_plain_model_holds(name: str) -> None:
    """Most bytes held while one sample passes a module as people write it, to the byte."""
    known = KNOWN[name]
    with torch.device("meta"):
        model = PLAIN[name]()
    x = picture()
    measured = peak_bytes(model, lambda: model(x.clone()))
    assert measured == Sheet(known.graph(), memory=TORCH).total.memory
    assert known.peak_mb == round(measured / 10**6, 2)


@EACH_KNOWN
def test_kept_is_what_a_plain_model_saves(name: str) -> None:
    """Bytes that a training step saves for the backward pass, to the byte."""
    known = KNOWN[name]
    with torch.device("meta"):
        model = PLAIN[name]()
    measured = saved_bytes(model, picture())
    assert measured == Sheet(known.graph()).total.kept
    assert known.saved_mb == pytest.approx(measured / 10**6, rel=1e-3)


def held(graph: Graph, batch: int) -> list[int]:
    """Bytes held while each row of a realised network runs, its inputs handed over."""
    with torch.device("meta"):
        network = realise(graph).eval()
    peaks: list[int] = []
    with torch.no_grad(), Meter(own_tensors(network)) as meter:
        metered(network, meter, peaks)
        network.consume(inputs_of(network, batch))
    return peaks


def metered(network: Network, meter: Meter, peaks: list[int]) -> None:
    """Have a meter note the peak of each row in turn."""

    def begin(*_: object) -> None:
        meter.peak = 0

    def end(*_: object) -> None:
        meter.see()
        peaks.append(meter.peak)

    for row in network.graph.rows:
        module = network.row(row.name)
        module.register_forward_pre_hook(begin)
        module.register_forward_hook(end)


def inputs_of(network: Network, batch: int) -> dict[str, Any]:
    """A batch of each input."""
    return {
        name: torch.empty(batch, *shape, device="meta") for name, shape in network.shapes.items()
    }


def assert_holds_what_is_said(graph: Graph) -> None:
    """Require that a realised network holds, row by row, what the sheet says."""
    assert held(graph, 1) == list(Sheet(graph, memory=RUN).column("memory"))


def assert_keeps_what_is_said(graph: Graph) -> None:
    """Require that training a realised network keeps what the sheet says.

    As batch norm can't be trained on one value, on two and on three samples: 2·m(2) − m(3).
    """
    with torch.device("meta"):
        network = realise(graph)
    two, three = (
        saved_bytes(network, *[x.requires_grad_() for x in inputs_of(network, n).values()])
        for n in (2, 3)
    )
    assert 2 * two - three == Sheet(graph).total.kept


def chain() -> Graph:
    """No branches."""
    net = Builder("chain")
    net.input("input", 3, 16, 16)
    net.line("conv1", "conv", "bn", "relu", out=8, kernel=3)
    net.line("pool1", "max pool", kernel=2)
    net.line("conv2", "conv", "relu", out=16, kernel=3, padding="same", stride=2)
    net.line("drop", "dropout")
    net.line("fc", "dense", "softmax", out=10)
    return net.graph()


def squeeze_excitation() -> Graph:
    """A map weighted by a gate that it made itself (Hu et al. 2017)."""
    net = Builder("squeeze-excitation")
    net.input("input", 4, 9, 9)
    x = net.line("conv", "conv", "relu", out=8, kernel=3)
    net.line("squeeze", "global average pool", reads=(x,))
    net.line("reduce", "dense", "relu", out=2)
    gate = net.line("expand", "dense", "sigmoid", out=8)
    net.line("scale", "multiply", reads=(x, gate))
    net.line("out", "conv", out=2, kernel=1)
    return net.graph()


def two_ended() -> Graph:
    """Two inputs, the second of which comes late, and two outputs, the first of which is early."""
    net = Builder("two-ended")
    net.input("left", 2, 8)
    a = net.line("conv", "conv", "relu", out=4, kernel=3, padding=1)
    net.line("early", "dense", reads=(a,), out=3)
    b = net.input("right", 4, 8)
    net.line("join", "add", reads=(a, b))
    net.line("late", "dense", out=5)
    return net.graph()


def zoo(name: str) -> Graph:
    """A network of the zoo."""
    return load(name).graph


OTHERS = (
    "googlenet-heads",
    "resnet50",
    "resnet50-v1.5",
    "vgg11-lrn",
    "vgg11_bn",
    "mobilenet_v1-conv",
    "mobilenet_v3_small",
    "densenet-bc100-k12",
    "googlenet-bn-3x3-heads",
    "regnet_y_400mf",
)
"""Variants with rows of another sort than their sheet's first network has."""

FIRST = {entry.path: name for name, entry in reversed(catalogue().items())}
"""The first network of each sheet: the others are as it is, wider or deeper."""

BUILDS: dict[str, Callable[[], Graph]] = {
    "chain": chain,
    "gate": squeeze_excitation,
    "two-ended": two_ended,
    **{name: known.graph for name, known in KNOWN.items()},
    **{f"zoo: {name}": partial(zoo, name) for name in (*reversed(FIRST.values()), *OTHERS)},
}
EACH_BUILD = pytest.mark.parametrize("build", BUILDS.values(), ids=BUILDS)


@EACH_BUILD
def test_a_realised_network_holds_what_the_sheet_says(build: Callable[[], Graph]) -> None:
    """Chain, branches, residuals, gates, several inputs and outputs: row by row, to the byte."""
    assert_holds_what_is_said(build())


@EACH_BUILD
def test_a_realised_network_keeps_what_the_sheet_says(build: Callable[[], Graph]) -> None:
    """The same networks in training, to the byte."""
    assert_keeps_what_is_said(build())


@given(graphs())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_random_networks_hold_what_the_sheet_says(graph: Graph) -> None:
    """Any network of any kinds holds, row by row, what the sheet says."""
    assert_holds_what_is_said(graph)


@given(graphs())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_random_networks_keep_what_the_sheet_says(graph: Graph) -> None:
    """Training any network of any kinds keeps what the sheet says."""
    assert_keeps_what_is_said(graph)


def test_live_leaves_scratch_out() -> None:
    """The live model says what is needed, without what torch's layers lay out while they run."""
    graph = chain()
    live, run = (Sheet(graph, memory=model).column("memory") for model in (LIVE, RUN))
    facts = Sheet(graph).facts
    assert [a + f.scratch_bytes for a, f in zip(live, facts, strict=True)] == list(run)


class Called(torch.nn.Module):
    """A group, or a whole network, as people write it: a module that calls those inside it.

    Python holds what a module is called with until the call returns; what is made inside is let
    go after its last reader.
    """

    def __init__(self, network: Network, nodes: tuple[Node, ...]) -> None:
        super().__init__()
        self.network, self.nodes = network, nodes
        self.first, self.last = nodes[0].first, nodes[-1].last
        self.parts = torch.nn.ModuleList(
            Called(network, node.children) if node.children else network.row(node.name)
            for node in nodes
        )

    def needs(self, node: Node) -> list[int]:
        """Rows outside a node that it reads."""
        rows = self.network.graph.rows[node.first : node.last + 1]
        return sorted({read for row in rows for read in row.reads if read < node.first})

    def gives(self, first: int, last: int) -> list[int]:
        """Rows from first to last that are read behind, or by nobody."""
        readers = self.network.graph.readers
        return [
            place
            for place in range(first, last + 1)
            if not readers[place] or readers[place][-1] > last
        ]

    def forward(self, *given: Any) -> tuple[Any, ...]:
        """Call each part with what it reads; the given values come in the order of their rows."""
        outside = sorted({read for node in self.nodes for read in self.needs(node)})
        outside = [place for place in outside if place < self.first]
        values = dict(zip(outside, given, strict=True)) if outside else {}
        inputs = iter(() if outside else given)
        for node, part in zip(self.nodes, self.parts, strict=True):
            step, reads = self.network.steps[node.first], self.needs(node)
            if node.children:
                made = part(*[values[read] for read in reads])
                values.update(zip(self.gives(node.first, node.last), made, strict=True))
                del made
            elif not step.reads:
                values[node.first] = part(next(inputs))
            elif step.copies:
                values[node.first] = part(values[step.reads[0]].clone())
            else:
                values[node.first] = part(*[values[read] for read in step.reads])
            readers = self.network.graph.readers
            for place in [p for p in values if readers[p] and readers[p][-1] <= node.last]:
                del values[place]
        return tuple(values[place] for place in self.gives(self.first, self.last))


def assert_called_modules_hold_what_is_said(graph: Graph) -> None:
    """Require that modules which call each other hold, row by row, what the torch model says."""
    with torch.device("meta"):
        network = realise(graph).eval()
    called = Called(network, graph.outline).eval()
    peaks: list[int] = []
    with torch.no_grad(), Meter(own_tensors(network)) as meter:
        metered(network, meter, peaks)
        called(*inputs_of(network, 1).values())
    assert peaks == list(Sheet(graph, memory=TORCH).column("memory"))


@EACH_BUILD
def test_called_modules_hold_what_the_torch_model_says(build: Callable[[], Graph]) -> None:
    """Networks of modules in modules hold inputs as the torch model says, row by row."""
    assert_called_modules_hold_what_is_said(build())


@given(graphs())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_random_modules_hold_what_the_torch_model_says(graph: Graph) -> None:
    """So does any network, however its rows are grouped."""
    assert_called_modules_hold_what_is_said(graph)


def test_live_is_less_than_what_called_modules_hold() -> None:
    """Negative control: the live model doesn't say what modules hold that call each other."""
    graph = resnet50()
    assert Sheet(graph, memory=RUN).total.memory < Sheet(graph, memory=TORCH).total.memory


@dataclass(frozen=True, slots=True)
class Forgetful(Conv):
    """Planted: keeps its output, not its input."""

    def keeps(self, x: Shape) -> Keeps:  # noqa: ARG002 as the others
        """Wrong."""
        return Keeps(output=True)


@dataclass(frozen=True, slots=True)
class Greedy(Relu):
    """Planted: lays out another byte."""

    def scratch_bytes(self, x: Shape) -> int:  # noqa: ARG002 as the others
        """Wrong."""
        return 1


def test_a_planted_fault_is_noticed() -> None:
    """Negative control: a network with one wrong layer disagrees with torch."""
    net = Builder("planted")
    net.input("input", 3, 8, 8)
    net.add("conv", "conv", out=4, kernel=3)
    net.add("relu", "relu")
    graph = net.graph()
    assert_holds_what_is_said(graph)
    assert_keeps_what_is_said(graph)
    source, conv, relu = graph.rows
    forgetful = conv._replace(layer=Forgetful(out=4, kernel=3))
    with pytest.raises(AssertionError):
        assert_keeps_what_is_said(replace(graph, rows=(source, forgetful, relu)))
    with pytest.raises(AssertionError):
        assert_holds_what_is_said(
            replace(graph, rows=(source, conv, relu._replace(layer=Greedy())))
        )


def test_a_value_held_too_long_is_noticed() -> None:
    """Negative control: a network that holds on to its first value holds more than is said."""
    graph = chain()
    with torch.device("meta"):
        network = realise(graph).eval()
    step = network.steps[2]
    network.steps = (*network.steps[:2], step._replace(frees=()), *network.steps[3:])
    peaks: list[int] = []
    with torch.no_grad(), Meter(own_tensors(network)) as meter:
        metered(network, meter, peaks)
        network.consume(inputs_of(network, 1))
    with pytest.raises(AssertionError):
        assert peaks == list(Sheet(graph, memory=RUN).column("memory"))
