"""Our rule of each tool against the tool itself, on whole networks and on one layer of each kind."""

import contextlib
import importlib.util
import io
import json
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from functools import cache
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
from support.networks import KNOWN
from support.plain_models import PLAIN
from support.project import ROOT
from support.single_layers import KINDS, single
from support.tools_seen import SEEN

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


APART = ("calflops", "deepspeed", "torchlens")
"""Tools that change torch where they are imported, and are asked in a process of their own."""


@cache
def asked(tool: str, package: str, *names: str) -> Any:
    """What a tool says, from tests/support/counters.py; skipped where it is not installed."""
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    script = ROOT / "tests" / "support" / "counters.py"
    given = [sys.executable, str(script), tool, *names]
    done = subprocess.run(given, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("network", PLAIN)
@pytest.mark.parametrize("name", APART)
def test_networks_apart(name: str, network: str) -> None:
    """The same networks, as tools count them that are asked apart."""
    expected = asked(name, name)["networks"][network]
    assert expected == Sheet(KNOWN[network].graph(), tool(name)).total.ops


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", APART)
def test_kinds_apart(name: str, kind: str) -> None:
    """One layer of each kind, as they count it."""
    expected = asked(name, name)["kinds"][kind]
    assert expected == Sheet(single(kind)[0], tool(name)).total.ops


def test_keras() -> None:
    """The values of every network that Keras ships and we know are what Keras says now."""
    expected = {row[0]: row[1] for name, row in SEEN["keras"].items() if name != "source"}
    assert expected == asked("keras", "keras", *expected)


def test_xla() -> None:
    """XLA leaves out the products with padding, as it did when its value was written down."""
    assert SEEN["xla"]["flops"] == asked("xla", "jax")
