"""What most tools count wrongly in a torch module, counted right; and modules left as they were."""

# A module that is called gives anything, as far as types tell.
# mypy: disable-error-code="no-any-return"

import random
from typing import Any

import pytest

pytest.importorskip("torch")

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.modules import module as hooks

import netsheet as ns
from netsheet.core.convention import MODELS
from netsheet.core.errors import UnsupportedError
from support.importing import assert_imports_whole, parameters
from support.plain_models import PLAIN


class Bare(nn.Module):
    """Functions of torch on parameters that belong to no layer."""

    def __init__(self) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.randn(8, 3, 3, 3))
        self.v = nn.Parameter(torch.randn(10, 8))
        self.u = nn.Parameter(torch.randn(10, 5))

    def forward(self, x: Tensor) -> Tensor:
        """conv2d, linear and @."""
        x = functional.conv2d(x, self.w, padding=1).mean((2, 3))
        return functional.linear(x, self.v) @ self.u


class Thrice(nn.Module):
    """One convolution, called three times."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Each time on the last outcome."""
        return self.conv(self.conv(self.conv(x).relu()).relu())


class Tied(nn.Module):
    """One weight in two linears; turned round in the second, as an autoencoder has it."""

    def __init__(self, *, turned: bool) -> None:
        super().__init__()
        self.code = nn.Linear(20, 7 if turned else 20, bias=False)
        self.decode: Any = None
        if not turned:
            self.decode = nn.Linear(20, 20, bias=False)
            self.decode.weight = self.code.weight

    def forward(self, x: Tensor) -> Tensor:
        """Code and decode."""
        x = self.code(x).relu()
        if self.decode is None:
            return functional.linear(x, self.code.weight.t())
        return self.decode(x)


class Unused(nn.Module):
    """A branch that is never called, and a parameter that nobody reads."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(16, 5)
        self.auxiliary = nn.Sequential(nn.Linear(16, 8), nn.BatchNorm1d(8))
        self.left_over = nn.Parameter(torch.zeros(3, 3, 3, 3, 3))

    def forward(self, x: Tensor) -> Tensor:
        """The rest."""
        return self.fc(x)


TRAPS: dict[str, tuple[nn.Module, tuple[int, ...], int, int]] = {
    "bare parameters": (
        Bare(),
        (3, 6, 6),
        8 * 3 * 9 + 10 * 8 + 10 * 5,
        36 * 8 * 3 * 9 + 10 * 8 + 10 * 5,
    ),
    "one convolution called three times": (Thrice(), (3, 6, 6), 3 * 3 * 9 + 3, 3 * 36 * 3 * 3 * 9),
    "one weight tied in two linears": (Tied(turned=False), (20,), 400, 2 * 400),
    "one weight tied and turned": (Tied(turned=True), (20,), 140, 2 * 140),
    "transposed convolution": (
        nn.ConvTranspose2d(4, 6, 2, stride=2, bias=False),
        (4, 5, 5),
        4 * 6 * 4,
        25 * 4 * 6 * 4,
    ),
    "a linear on a 4-D input": (nn.Linear(16, 5), (2, 7, 16), 16 * 5 + 5, 14 * 16 * 5),
    "a branch that is never called": (Unused(), (16,), 16 * 5 + 5 + 16 * 8 + 8 + 16 + 243, 16 * 5),
}
"""A module, its input, and by hand its parameters and multiply-adds."""


@pytest.mark.parametrize("trap", TRAPS)
def test_traps(trap: str) -> None:
    """Parameters and multiply-adds as they are; the imported module computes the same."""
    module, shape, params, macs = TRAPS[trap]
    net = assert_imports_whole(module, shape)
    assert (params, macs) == (net.totals().params, net.totals().macs)


def test_shared_weights_are_told() -> None:
    """The sheet says whose weights a row uses."""
    net = ns.from_torch(Thrice(), (3, 6, 6))
    rows = {row.name: row for row in net.graph.rows}
    assert ["conv", "conv_2", "conv_3"] == [name for name in rows if name.startswith("conv")]
    assert net.graph.index["conv"] == rows["conv_2"].shares == rows["conv_3"].shares
    assert "uses the weights of conv" in net.explain("conv_3")


def test_what_is_unused_is_told() -> None:
    """Parameters that no call read stand in rows of their own, which nobody reads."""
    net = ns.from_torch(Unused(), (16,))
    unused = [net.graph.rows[place].name for place in net.graph.unused]
    assert {"auxiliary.0.weight", "auxiliary.1.bias", "left_over"} <= set(unused)
    assert 5 == len(unused)


def bottleneck(*, first: bool) -> nn.Module:
    """A block of ResNet-50 with its stride on the first 1×1, or on the 3×3."""
    steps = (2, 1) if first else (1, 2)
    return nn.Sequential(
        nn.Conv2d(256, 128, 1, stride=steps[0], bias=False),
        nn.Conv2d(128, 128, 3, stride=steps[1], padding=1, bias=False),
        nn.Conv2d(128, 512, 1, bias=False),
    )


def test_equal_parameters_can_cost_differently() -> None:
    """Where the stride of a ResNet block lies changes multiply-adds and nothing else."""
    one, other = (
        assert_imports_whole(bottleneck(first=first), (256, 8, 8)).totals()
        for first in (True, False)
    )
    assert one.params == other.params
    assert 16 * (256 * 128 + 128 * 128 * 9 + 128 * 512) == one.macs
    assert 64 * 256 * 128 + 16 * (128 * 128 * 9 + 128 * 512) == other.macs


# The module is left alone.


class Busy(nn.Module):
    """Everything that a run could leave traces in: chance, statistics, caches, and modes mixed."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.bn = nn.BatchNorm2d(4)
        self.drop = nn.Dropout(0.5)
        self.register_buffer("calls", torch.zeros(()))
        self.calls: Tensor
        self.cache: dict[str, Tensor] = {}
        self.seen: list[Tensor] = []
        self.last: Tensor | None = None
        self.broken = False
        self.bn.eval()

    def forward(self, x: Tensor) -> Tensor:
        """A map, and traces of it."""
        self.calls += 1
        self.conv.weight.data.mul_(2)
        y = self.drop(self.bn(self.conv(x))) + torch.rand(1) * random.random()  # noqa: S311 only chance
        self.cache["y"], self.last = y, y
        self.seen.append(y)
        if self.broken:
            raise ValueError
        return y


def state(module: Busy) -> dict[str, Any]:
    """Everything of a module that a run could change."""
    return {
        "values": {name: tensor.clone() for name, tensor in module.state_dict().items()},
        "tensors": {name: id(tensor) for name, tensor in module.named_parameters()},
        "buffers": {name: id(tensor) for name, tensor in module.named_buffers()},
        "versions": [tensor._version for tensor in module.state_dict(keep_vars=True).values()],
        "gradients": [(p.requires_grad, p.grad) for p in module.parameters()],
        "modes": [part.training for part in module.modules()],
        "attributes": [sorted(vars(part)) for part in module.modules()],
        "caches": (dict(module.cache), list(module.seen), module.last),
        "hooks": [
            len(getattr(part, name))
            for part in module.modules()
            for name in ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks")
        ],
        "global hooks": (
            len(hooks._global_forward_hooks),
            len(hooks._global_forward_pre_hooks),
        ),
        "chance": (torch.get_rng_state().tolist(), random.getstate()),
        "gradients are made": torch.is_grad_enabled(),
    }


def assert_unchanged(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Require that nothing of a module, and nothing around it, is another."""
    values = before.pop("values"), after.pop("values")
    assert before == after
    assert values[0].keys() == values[1].keys()
    for name in values[0]:
        assert torch.equal(values[0][name], values[1][name])


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("broken", [False, True])
def test_a_module_is_as_before(*, training: bool, broken: bool) -> None:
    """Mode, hooks, values, gradients, attributes and chance, also where its run raises an error."""
    module = Busy()
    module.broken = broken
    before = state(module)
    if broken:
        with pytest.raises(UnsupportedError, match="Busy can't be run on 3×8×8: ValueError"):
            ns.from_torch(module, (3, 8, 8), training=training)
    else:
        ns.from_torch(module, (3, 8, 8), training=training)
    assert_unchanged(before, state(module))


@pytest.mark.parametrize(
    "change",
    [
        lambda module: module.train(),
        lambda module: module.conv.weight.data.mul_(2),
        lambda module: module.seen.append(torch.zeros(1)),
        lambda _: torch.rand(1),
        lambda module: module.conv.register_forward_hook(lambda *_: None),
        lambda module: setattr(module, "other", 1),
    ],
)
def test_a_change_is_noticed(change: Any) -> None:
    """Negative control: a mode, a value, a cache, chance, a hook, an attribute."""
    module = Busy()
    before = state(module)
    change(module)
    with pytest.raises(AssertionError):
        assert_unchanged(before, state(module))


def test_both_modes_are_read_on_request() -> None:
    """A branch that is there in training only."""

    class Heads(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(4, 3)
            self.head = nn.Linear(4, 2)

        def forward(self, x: Tensor) -> Any:
            return (self.fc(x), self.head(x)) if self.training else self.fc(x)

    module = Heads()
    assert 12 == ns.from_torch(module, (4,)).totals().macs
    assert 20 == ns.from_torch(module, (4,), training=True).totals().macs


# Whole networks.


EXACT = {
    "AlexNet": (61_100_840, 714_188_480, 195, 1.94),
    "GoogLeNet": (7_005_832, 1_582_671_872, 715, 7.03),
    "ResNet-50": (25_557_032, 4_089_184_256, 427, 11.84),
    "MobileNetV2": (3_504_872, 300_774_272, 491, 11.04),
}
"""Parameters, multiply-adds, receptive field, and megabytes at the peak, as measured on torch."""


@pytest.mark.parametrize("name", EXACT)
def test_whole_networks(name: str) -> None:
    """Four networks in plain torch: totals to the last digit, and memory as torch has it."""
    module = PLAIN[name]()
    net = assert_imports_whole(module, (3, 224, 224))
    params, macs, field, peak = EXACT[name]
    total = net.sheet().total
    assert (params, macs) == (total.params, total.macs)
    assert (field, field) == total.receptive_field.size
    held = net.sheet(memory=MODELS["torch"]).total.memory
    assert f"{peak:.2f}" == f"{held / 1e6:.2f}"
    assert parameters(module) == total.params
