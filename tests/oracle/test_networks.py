"""Realised networks against the same networks in plain torch, with the same weights."""

from typing import Any

import pytest

pytest.importorskip("torch")

import torch

from netsheet.net import load, networks
from netsheet.run.realise import realise
from netsheet.sheet.sheet import Sheet
from support.networks import KNOWN, resnet50
from support.plain_models import PLAIN

EACH_KNOWN = pytest.mark.parametrize("name", KNOWN)


@EACH_KNOWN
def test_the_same_parameters(name: str) -> None:
    """Parameters and buffers have the shapes of the plain model's, in the same order."""
    with torch.device("meta"):
        plain, network = PLAIN[name](), realise(KNOWN[name].graph())
    assert [p.shape for p in plain.parameters()] == [p.shape for p in network.parameters()]
    assert [b.shape for b in plain.buffers()] == [b.shape for b in network.buffers()]
    assert KNOWN[name].params == sum(p.numel() for p in network.parameters())


def assert_computes_the_same(plain: Any, network: Any) -> None:
    """Require the plain model's scores, after its weights have been copied."""
    with torch.no_grad():
        for own, other in zip(
            network.state_dict().values(), plain.state_dict().values(), strict=True
        ):
            own.copy_(other)
        x = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(0))
        torch.testing.assert_close(network.eval()(x), plain.eval()(x))


@EACH_KNOWN
def test_the_same_scores(name: str) -> None:
    """With the same weights, the realised network computes what the plain model does."""
    torch.manual_seed(0)
    assert_computes_the_same(PLAIN[name](), realise(KNOWN[name].graph()))


def test_another_network_is_noticed() -> None:
    """Negative control: the same weights in ResNet-50 v1 give other scores."""
    torch.manual_seed(0)
    with pytest.raises(AssertionError):
        assert_computes_the_same(PLAIN["ResNet-50"](), realise(resnet50(stride_on=1)))


@pytest.mark.parametrize("name", [*KNOWN, *networks()])
def test_every_row_has_its_shape(name: str) -> None:
    """Each row of any known network puts out the shape in its cell, with its parameters."""
    graph = KNOWN[name].graph() if name in KNOWN else load(name).graph
    with torch.device("meta"):
        network = realise(graph).eval()
    shapes: dict[str, tuple[int, ...]] = {}
    for row in graph.rows:
        network.row(row.name).register_forward_hook(
            lambda _module, _args, y, name=row.name: shapes.update({name: tuple(y.shape)})
        )
    with torch.no_grad():
        network(torch.empty(1, *graph.input_shape, device="meta"))
    sheet = Sheet(graph)
    cells = dict(zip(graph.index, sheet.column("output"), strict=True))
    assert sheet.total.params == sum(p.numel() for p in network.parameters())
    assert {row: (1, *shape) for row, shape in cells.items()} == shapes
