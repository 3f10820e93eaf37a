"""Files of PyTorch that were written, executed as their owner would, and held against the sheet."""

import importlib.util
import itertools
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("torch")

import torch
from torch import Tensor

from netsheet.core.graph import Graph
from netsheet.run.realise import Network, realise
from netsheet.sheet.sheet import Sheet

_numbers = itertools.count()

LARGEST = 2_000_000
"""Parameters of a module that is made with torch's own first values; a larger one gets none."""

TOO_LARGE = 150_000_000
"""Parameters of a module whose values would take too long to compute."""

NUMBERS = torch.rand(1 << 20, generator=torch.Generator().manual_seed(0)) - 0.5
"""What modules are filled with, again and again: drawing as many numbers would take too long."""

DOUBLED = NUMBERS.repeat(2)


def imported(text: str, folder: Path) -> ModuleType:
    """A written file as the module that Python makes of it; `network` is the class it ends in."""
    name = f"written_{next(_numbers)}"
    path = folder / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert name not in sys.modules
    own = [v for v in vars(module).values() if isinstance(v, type) and v.__module__ == name]
    vars(module)["network"] = own[-1]
    return module


def made(text: str, folder: Path, *, like: torch.nn.Module) -> Any:
    """The network that a written file makes, with another's weights; these must fit strictly."""
    network = imported(text, folder).network
    if sum(p.numel() for p in like.parameters()) > LARGEST:
        with torch.device("meta"):
            module = network()
    else:
        module = network()
    module.load_state_dict(like.state_dict(), assign=True)
    return module


def filled(graph: Graph) -> Network:
    """A network with weights that tell its rows apart, quickly made."""
    with torch.device("meta"):
        network = realise(graph)
    network.to_empty(device="cpu")
    done: set[int] = set()
    for module in network.modules():
        reset: Any = getattr(module, "reset_buffers", None)
        if reset is not None:
            reset()
    for place, (name, value) in enumerate(network.state_dict().items()):
        if value.dtype.is_floating_point and value.data_ptr() not in done:
            done.add(value.data_ptr())
            _fill(name, value, place)
        elif not value.dtype.is_floating_point:
            value.fill_(7)
    return network


def _fill(name: str, value: Tensor, place: int) -> None:
    count = value.numel()
    start = 7919 * place % len(NUMBERS)
    drawn = NUMBERS.repeat(2 + count // len(NUMBERS)) if count > len(NUMBERS) else DOUBLED
    drawn = drawn[start : start + count].view(value.shape)
    if name.endswith("running_var"):
        drawn = drawn + 1
    elif name.endswith("codes"):
        drawn = drawn.sign()
    elif value.ndim > 1:
        drawn = drawn * (12 / value[0].numel()) ** 0.5
    with torch.no_grad():
        value.copy_(drawn)


@contextmanager
def one_thread() -> Iterator[None]:
    """Small networks are computed faster so, beside other processes."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@one_thread()
def assert_written(graph: Graph, text: str, folder: Path, *, train: bool = False) -> None:
    """Require that a written file has the sheet's shapes and parameters, and computes the same.

    Of a very large network only shapes are computed.
    """
    if Sheet(graph).total.params > TOO_LARGE:
        with torch.device("meta"):
            _compare(graph, realise(graph), imported(text, folder).network(), train=False)
        return
    network = filled(graph)
    _compare(graph, network, made(text, folder, like=network), train=train)


def _compare(graph: Graph, network: Network, module: Any, *, train: bool) -> None:
    shapes = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    assert shapes == {name: tuple(value.shape) for name, value in module.state_dict().items()}
    assert list(shapes) == list(module.state_dict())
    assert Sheet(graph).total.params == sum(p.numel() for p in module.parameters())
    generator = torch.Generator().manual_seed(1)
    inputs = [
        torch.randn(2, *shape, generator=generator, device="cpu")
        for shape in network.shapes.values()
    ]
    for mode in (False, True) if train else (False,):
        expected = _run(network.train(mode), inputs)
        actual = _run(module.train(mode), inputs)
        assert list(expected) == list(actual)
        for name, value in expected.items():
            assert value.shape == actual[name].shape
            if not value.is_meta:
                close = torch.testing.assert_close
                close(actual[name], value, rtol=1e-6, atol=1e-6, equal_nan=True)


def _run(module: Any, inputs: list[Tensor]) -> dict[str, Tensor]:
    """What a module puts out, by name; chance begins alike each time."""
    torch.manual_seed(3)
    device = next(iter(module.state_dict().values()), inputs[0]).device
    with torch.no_grad():
        found = module(*[x.to(device, copy=True) for x in inputs])
    return found if isinstance(found, dict) else {"": found}
