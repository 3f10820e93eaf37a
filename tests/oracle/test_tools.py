"""Our rule of each tool against the tool itself, on whole networks and on one layer of each kind."""

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from netsheet.core.graph import Graph
from netsheet.sheet.sheet import Sheet
from netsheet.sheet.tools import tool
from support.built import Builder
from support.networks import KNOWN
from support.plain_models import PLAIN

Count = Callable[[nn.Module, tuple[int, ...]], int]


def quietly(count: Count) -> Count:
    """A tool's count without what it prints and warns of."""

    def run(module: nn.Module, shape: tuple[int, ...]) -> int:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            torch.no_grad(),
        ):
            warnings.simplefilter("ignore")
            return count(module.eval(), shape)

    return run


def torchinfo(module: nn.Module, shape: tuple[int, ...]) -> int:
    """`total_mult_adds` of its summary."""
    return int(
        pytest.importorskip("torchinfo").summary(module, (1, *shape), verbose=0).total_mult_adds
    )


def fvcore(module: nn.Module, shape: tuple[int, ...]) -> int:
    """The total of its analysis."""
    found = pytest.importorskip("fvcore.nn").FlopCountAnalysis(module, torch.zeros(1, *shape))
    return int(found.unsupported_ops_warnings(enabled=False).total())


def _ptflops(backend: str) -> Count:
    def count(module: nn.Module, shape: tuple[int, ...]) -> int:
        tool = pytest.importorskip("ptflops")
        given: dict[str, Any] = {"as_strings": False, "print_per_layer_stat": False}
        return int(tool.get_model_complexity_info(module, shape, backend=backend, **given)[0])

    return count


def thop(module: nn.Module, shape: tuple[int, ...]) -> int:
    """The first number of its profile."""
    profile = pytest.importorskip("thop").profile
    return int(profile(module, inputs=(torch.zeros(1, *shape),), verbose=False)[0])


def torchscan(module: nn.Module, shape: tuple[int, ...]) -> int:
    """The MACs of its totals."""
    found = pytest.importorskip("torchscan").crawl_module(module, shape)
    return int(found["totals"]["macs"]["value"])


def flop_counter(module: nn.Module, shape: tuple[int, ...]) -> int:
    """The total of torch's own counter."""
    with FlopCounterMode(display=False) as counter:
        module(torch.zeros(1, *shape))
    return int(counter.get_total_flops())


def onnx_tool(path: Path) -> Count:
    """The MACs of the exported graph, through a file."""

    def count(module: nn.Module, shape: tuple[int, ...]) -> int:
        loaded = pytest.importorskip("onnx_tool")
        torch.onnx.export(module, (torch.zeros(1, *shape),), path, dynamo=False)
        graph = loaded.loadmodel(str(path)).graph
        graph.shape_infer(None)
        graph.profile()
        return int(graph.macs[0])

    return count


TOOLS: dict[str, Count] = {
    "torchinfo": quietly(torchinfo),
    "fvcore": quietly(fvcore),
    "ptflops": quietly(_ptflops("pytorch")),
    "ptflops-aten": quietly(_ptflops("aten")),
    "thop": quietly(thop),
    "torchscan": quietly(torchscan),
    "torch-flop-counter": quietly(flop_counter),
}


def check(name: str, graph: Graph, module: nn.Module) -> None:
    """What the tool says of a module is what our rule says of the same network."""
    expected = TOOLS[name](module, tuple(graph.input_shape))
    assert expected == Sheet(graph, tool(name)).total.ops


@pytest.mark.parametrize("network", PLAIN)
@pytest.mark.parametrize("name", TOOLS)
def test_networks(name: str, network: str) -> None:
    """Networks written in plain torch, to the unit."""
    check(name, KNOWN[network].graph(), PLAIN[network]())


def test_another_network_is_noticed() -> None:
    """Negative control: the tool's count of one network is not our count of another."""
    with pytest.raises(AssertionError):
        check("torch-flop-counter", KNOWN["GoogLeNet"].graph(), PLAIN["AlexNet"]())


@pytest.mark.parametrize("network", ["AlexNet", "MobileNetV2"])
def test_onnx_tool(network: str, tmp_path: Path) -> None:
    """Older exporters fold batch norm into biases and write a pool node: both are counted more."""
    graph = KNOWN[network].graph()
    found = quietly(onnx_tool(tmp_path / "x.onnx"))(PLAIN[network](), tuple(graph.input_shape))
    sheet = Sheet(graph, tool("onnx-tool"))
    folded = KNOWN[network].normalised
    pooled = sum(
        facts.values
        for row, facts in zip(graph.rows, sheet.facts, strict=True)
        if row.layer.family == "adaptive pool" and facts.output.size == (1, 1)
    )
    assert found == sheet.total.ops + folded + 4 * pooled


class Single(nn.Module):
    """One module inside another, as every tool expects to find it."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """What the inner module makes of it."""
        y: torch.Tensor = self.inner(x)
        return y


KINDS: dict[str, tuple[str, dict[str, Any], tuple[int, ...], Callable[[], nn.Module]]] = {
    "conv": ("conv", {"out": 8, "kernel": 3, "groups": 2}, (4, 9, 9), lambda: nn.Conv2d(4, 8, 3, groups=2)),
    "conv without bias": ("conv", {"out": 8, "kernel": 3, "bias": False}, (4, 9, 9), lambda: nn.Conv2d(4, 8, 3, bias=False)),
    "conv 1-D": ("conv", {"out": 8, "kernel": 3}, (4, 9), lambda: nn.Conv1d(4, 8, 3)),
    "transposed conv": ("transposed conv", {"out": 6, "kernel": 2, "stride": 2}, (4, 5, 7), lambda: nn.ConvTranspose2d(4, 6, 2, 2)),
    "dense": ("dense", {"out": 5}, (12,), lambda: nn.Linear(12, 5)),
    "batch norm": ("batch norm", {}, (4, 9, 9), lambda: nn.BatchNorm2d(4)),
    "batch norm, not affine": ("batch norm", {"affine": False}, (4, 9, 9), lambda: nn.BatchNorm2d(4, affine=False)),
    "group norm": ("group norm", {"groups": 2}, (4, 9, 9), lambda: nn.GroupNorm(2, 4)),
    "relu": ("relu", {}, (4, 9, 9), nn.ReLU),
    "relu6": ("relu6", {}, (4, 9, 9), nn.ReLU6),
    "leaky relu": ("leaky relu", {}, (4, 9, 9), nn.LeakyReLU),
    "prelu": ("prelu", {}, (4, 9, 9), nn.PReLU),
    "gelu": ("gelu", {}, (4, 9, 9), nn.GELU),
    "silu": ("silu", {}, (4, 9, 9), nn.SiLU),
    "sigmoid": ("sigmoid", {}, (4, 9, 9), nn.Sigmoid),
    "hardswish": ("hardswish", {}, (4, 9, 9), nn.Hardswish),
    "softmax": ("softmax", {}, (12,), lambda: nn.Softmax(1)),
    "max pool": ("max pool", {"kernel": 3, "stride": 2}, (4, 9, 9), lambda: nn.MaxPool2d(3, 2)),
    "average pool": ("average pool", {"kernel": 3, "stride": 2}, (4, 9, 9), lambda: nn.AvgPool2d(3, 2)),
    "adaptive average pool": ("adaptive average pool", {"size": 3}, (4, 9, 9), lambda: nn.AdaptiveAvgPool2d(3)),
    "uneven adaptive pool": ("adaptive average pool", {"size": 4}, (4, 9, 9), lambda: nn.AdaptiveAvgPool2d(4)),
    "adaptive max pool": ("adaptive max pool", {"size": 3}, (4, 9, 9), lambda: nn.AdaptiveMaxPool2d(3)),
    "upsample": ("upsample", {"factor": 2}, (4, 5, 5), lambda: nn.Upsample(scale_factor=2)),
    "bilinear upsample": ("upsample", {"factor": 2, "mode": "linear"}, (4, 5, 5), lambda: nn.Upsample(scale_factor=2, mode="bilinear")),
    "dropout": ("dropout", {}, (4, 9, 9), nn.Dropout),
    "local response norm": ("local response norm", {}, (6, 9, 9), lambda: nn.LocalResponseNorm(5)),
}  # fmt: skip
"""One layer of each kind: the word, its attributes, the input, and the module as people write it."""

UNKNOWN = {
    "torchscan": {
        "group norm",
        "prelu",
        "gelu",
        "silu",
        "hardswish",
        "softmax",
        "upsample",
        "bilinear upsample",
        "local response norm",
    }
}
"""Kinds that a tool knows nothing of, and then gives no total at all."""


def single(kind: str) -> tuple[Graph, nn.Module]:
    """A network of one layer and its module, behind a 1×1 convolution: some tools need weights."""
    word, given, shape, module = KINDS[kind]
    net = Builder("single")
    net.input("input", *shape)
    channels = shape[0]
    before: nn.Module
    if len(shape) > 1:
        net.add("before", "conv", out=channels, kernel=1)
        before = (nn.Conv1d if len(shape) == 2 else nn.Conv2d)(channels, channels, 1)
    else:
        net.add("before", "dense", out=channels)
        before = nn.Linear(channels, channels)
    net.add("layer", word, **given)
    return net.graph(), nn.Sequential(before, module())


def pairs() -> Iterator[Any]:
    """Each tool with each kind."""
    for name in TOOLS:
        for kind in KINDS:
            if kind not in UNKNOWN.get(name, ()):
                yield pytest.param(name, kind, id=f"{name}: {kind}")


@pytest.mark.parametrize(("name", "kind"), list(pairs()))
def test_kinds(name: str, kind: str) -> None:
    """One layer of each kind behind a convolution, to the unit."""
    graph, module = single(kind)
    check(name, graph, module)
