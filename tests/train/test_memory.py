"""Memory computed from the sheet, held against what training takes."""

import gc
import subprocess
import sys

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("PIL")

import netsheet as ns  # noqa: E402 torch first
from netsheet.core.errors import FitError  # noqa: E402 torch first
from netsheet.train.head import head_of  # noqa: E402 torch first
from netsheet.train.memory import Need, check, need  # noqa: E402 torch first
from netsheet.train.recipe import Recipe  # noqa: E402 torch first
from support.metering import Meter, own_tensors  # noqa: E402 torch first
from support.training import PLAIN, net  # noqa: E402 torch first


def test_fixed_parts_by_hand() -> None:
    """Weights, gradients and optimiser of a network of 3,786 parameters, 4 bytes each."""
    graph = net(PLAIN).graph
    params = 8 * 9 + 8 + 16 * 8 * 9 + 16 + 10 * 16 * 16 + 10
    for optimiser, states in (("adamw", 2), ("sgd", 1)):
        found = need(graph, Recipe.of(optimiser=optimiser), "float32", 1000)
        expected = (4 * params, 4 * params, 4 * params * states, 1000)
        assert expected == (found.weights, found.gradients, found.states, found.data)


def measured_sample(name: str, batch: int) -> float:
    """Bytes that one more picture takes at the worst moment of a training step, on torch's meta device."""
    graph = head_of(ns.load(name).graph).graph
    with torch.device("meta"):
        from netsheet.run.realise import realise

        network = realise(graph)
    for weight in network.parameters():
        weight.grad = torch.empty_like(weight)
    peaks: list[int] = []
    for many in (batch, 2 * batch):
        gc.collect()
        with Meter(own_tensors(network)) as meter:
            x = torch.empty(many, *graph.input_shape, device="meta")
            found = network(x)
            outputs = found.values() if isinstance(found, dict) else [found]
            sum(each.sum() for each in outputs).backward()
            meter.see()
            peaks.append(meter.peak)
    return (peaks[1] - peaks[0]) / batch


@pytest.mark.parametrize(
    "name", ["lenet5", "alexnet", "vgg11", "resnet18", "squeezenet1.1", "googlenet"]
)
def test_a_picture_on_its_way_takes_what_is_said(name: str) -> None:
    """What a step needs for one more picture, counted by torch's storages, within a quarter."""
    measured = measured_sample(name, 4)
    said = need(head_of(ns.load(name).graph).graph, Recipe(), "float32").sample
    assert 0.95 < said / measured < 1.3


def test_a_batch_that_can_t_fit_is_refused_with_the_largest_that_does() -> None:
    """The largest fits by the same sum, and one more does not."""
    found = Need(weights=10_000, gradients=10_000, states=20_000, data=0, sample=1_000)
    with pytest.raises(FitError) as caught:
        check(found, Recipe(batch=128), 100_000)
    text = str(caught.value)
    # 90,000 usable, less 40,000 fixed: 50 pictures of 1,000
    assert "a batch of 128 does not fit into memory: it takes 168 kB" in text
    assert "the largest that fits is --batch 50" in text
    assert "or the same batch in portions: --accumulate 4" in text
    check(found, Recipe(batch=50), 100_000)
    check(found, Recipe(batch=128, accumulate=4), 100_000)
    with pytest.raises(FitError):
        check(found, Recipe(batch=51), 100_000)


def test_when_not_one_picture_fits() -> None:
    """There is no batch to offer."""
    found = Need(50_000, 50_000, 100_000, 0, 1_000)
    with pytest.raises(FitError, match="not even one picture fits"):
        check(found, Recipe(), 100_000)


def test_a_machine_that_doesn_t_say_refuses_nothing() -> None:
    """Where nobody knows what is free, nobody guesses."""
    check(Need(1, 1, 1, 1, 10**15), Recipe(), None)


def test_a_training_is_refused_before_it_begins() -> None:
    """VGG-16 on a batch that no machine here holds: told, and nothing was trained."""
    with pytest.raises(FitError, match="the largest that fits is --batch"):
        ns.train(ns.load("vgg16"), "fashion-mnist-10k", adapt=True, fit="resize", batch=7000)


STEP = """
from pathlib import Path
import torch
torch.set_num_threads(1)
import netsheet as ns
from netsheet.train.head import head_of
from netsheet.train.recipe import Recipe
from netsheet.train.memory import need
from netsheet.run.realise import realise
from netsheet.train.loop.optimise import Update
graph = head_of(ns.load("squeezenet1.1").graph).graph
def step(network, made, batch):
    network(torch.randn(batch, 3, 224, 224)).flatten(1).logsumexp(1).sum().backward()
    made.take_gradients()
    made.optimiser.step()
    made.clear()
network = realise(graph)
made = Update(network, Recipe(), torch.device("cpu"))
step(network, made, 1)
def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM:")))
before = peak()
step(network, made, 24)
print((peak() - before) * 1024, 23 * need(graph, Recipe(), "float32").sample)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
def test_a_real_step_takes_about_as_much() -> None:
    """Resident memory of a real process, as the system counts it: within half."""
    done = subprocess.run([sys.executable, "-c", STEP], capture_output=True, text=True, check=True)
    measured, said = map(int, done.stdout.split())
    assert 0.6 < measured / said < 1.4
