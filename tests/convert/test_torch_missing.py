"""What a sheet can't say of a torch module: listed with place and reason, and the rest is shown."""

# A module that is called gives anything, as far as types tell.
# mypy: disable-error-code="no-any-return"

from typing import Any

import pytest

pytest.importorskip("torch")

import torch
from torch import Tensor, nn

import netsheet as ns
from netsheet.convert.format import Missing
from netsheet.core.errors import UnsupportedError
from support.importing import parameters


class Mixed(nn.Module):
    """A convolution, something that no kind says, and a dense layer behind it."""

    def __init__(self, call: Any) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3)
        self.middle = Middle(call)
        self.fc = nn.Linear(8, 5)

    def forward(self, x: Tensor) -> Tensor:
        """One after the other."""
        return self.fc(self.middle(self.stem(x)).mean((2, 3)))


class Middle(nn.Module):
    """Where it stands, with parameters of its own."""

    def __init__(self, call: Any) -> None:
        super().__init__()
        self.call = call
        self.weight = nn.Parameter(torch.rand(8, 8, 3, 3))

    def forward(self, x: Tensor) -> Tensor:
        """Whatever it is."""
        return self.call(x, self.weight)


def viewed_and_overwritten(x: Tensor, _: Tensor) -> Tensor:
    """A part of a map is overwritten, and the whole read afterwards."""
    y = x.clone()
    y[:, :4].mul_(2)
    return y


STRANGE: dict[str, tuple[Any, str, str]] = {
    "a function that no kind says": (
        lambda x, _: torch.fft.fft2(x).real,
        "fft2",
        "no layer kind says fft2",
    ),
    "an argument that has no place": (
        lambda x, _: nn.functional.interpolate(x, scale_factor=2.0, mode="area"),
        "interpolate",
        "mode='area' has no place in a sheet",
    ),
    "a whole read after its part was overwritten": (
        viewed_and_overwritten,
        "mean",
        "it reads a value that was overwritten since",
    ),
    "an index that is a tensor": (
        lambda x, _: x[:, torch.tensor([0, 3, 1, 2, 4, 5, 7, 6])],
        "__getitem__",
        "it is indexed by a tensor",
    ),
    "samples that are mixed": (
        lambda x, _: x - x.mean(0, keepdim=True),
        "mean",
        "it goes over the batch, and a sheet is of one sample",
    ),
}


@pytest.mark.parametrize("what", STRANGE)
def test_what_is_missing_is_listed_and_the_rest_is_shown(what: str) -> None:
    """What, where and why; every parameter is still counted, and every other row is there."""
    call, name, why = STRANGE[what]
    module = Mixed(call)
    net = ns.from_torch(module, (3, 8, 8))
    first = net.missing[0]
    assert (name, why) == (first.what, first.why)
    assert first.where in {"middle", "Mixed"}
    assert parameters(module) == net.totals().params
    rows = {row.name: row for row in net.graph.rows}
    assert {"stem", "fc"} <= rows.keys()
    opaque = [row for row in net.graph.rows if row.layer.kind == "opaque"]
    assert opaque
    net.sheet().compute()


def test_the_sheet_says_what_it_does_not_know() -> None:
    """An opaque row's multiply-adds are not 0 but unknown, and the foot of the sheet says so."""
    from netsheet.render.terminal import render

    net = ns.from_torch(Mixed(STRANGE["a function that no kind says"][0]), (3, 8, 8))
    shown = " ".join(render(net.sheet(), colour=False).split())
    assert "rows whose multiply-adds are not known, and not in the totals: middle.fft2" in shown


def test_what_is_missing_twice_is_listed_once() -> None:
    """With how often."""

    def twice(x: Tensor, _: Tensor) -> Tensor:
        return torch.cumsum(torch.cumsum(x, 1), 1)

    net = ns.from_torch(Mixed(twice), (3, 8, 8))
    assert (Missing("cumsum", "middle", "no layer kind says cumsum", 2),) == net.missing
    assert "cumsum at middle (2 times): no layer kind says cumsum" == str(net.missing[0])


def test_a_network_with_something_missing_is_not_run() -> None:
    """It has no torch module, and the error says which row is at fault."""
    net = ns.from_torch(Mixed(STRANGE["a function that no kind says"][0]), (3, 8, 8))
    with pytest.raises(UnsupportedError, match=r'"middle\.fft2": opaque has no form in torch'):
        net.to_torch()


class Choosing(nn.Module):
    """A network whose way depends on what it sees."""

    def forward(self, x: Tensor) -> Tensor:
        """One way or the other."""
        return x.relu() if x.sum() > 0 else x


REFUSED: dict[str, tuple[Any, tuple[int, ...], str]] = {
    "a way that depends on values": (
        Choosing(),
        (3,),
        "bool at Choosing: it goes by the values of a map, and there are only shapes",
    ),
    "a shape that doesn't fit": (
        nn.Sequential(nn.Flatten(), nn.Linear(10, 2)),
        (3, 2, 2),
        r"Sequential can't be run on 3×2×2: RuntimeError: .*12.*10",
    ),
    "no module": (3, (3,), "a int is no torch module"),
    "no shape yet": (
        nn.Sequential(nn.LazyLinear(3)),
        (3,),
        "0.weight has no shape yet: run the module once before",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refusals(what: str) -> None:
    """What can't be run on shapes is refused, with the place and the reason."""
    module, shape, why = REFUSED[what]
    with pytest.raises(UnsupportedError, match=why):
        ns.from_torch(module, shape)


def test_a_module_for_one_sample_is_read() -> None:
    """Where the code has a batch of 1 built in, it is run so, which is noted."""

    class One(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.relu().view(1, -1)

    net = ns.from_torch(One(), (3, 4))
    assert (12,) == net.sheet().rows[-1].output
    assert ("read as it runs on one sample: on several it would mix them",) == net.notes


def test_a_module_that_fails_on_several_samples_is_read() -> None:
    """As above, where several samples are an error."""

    class One(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.view(12)[None].relu()

    net = ns.from_torch(One(), (3, 4))
    assert (12,) == net.sheet().rows[-1].output
    assert ("read as it runs on one sample: on several it fails",) == net.notes


def test_an_input_that_is_not_given_is_guessed() -> None:
    """From the first layer, and noted."""
    conv = ns.from_torch(nn.Sequential(nn.Conv2d(4, 8, 3), nn.ReLU()))
    assert (4, 224, 224) == conv.input
    assert conv.notes[0].startswith("input 4×224×224 is a guess")
    assert (7,) == ns.from_torch(nn.Linear(7, 2)).input
    with pytest.raises(UnsupportedError, match="its input can't be guessed"):
        ns.from_torch(nn.ReLU())


def test_modules_wrapped_by_others_are_read() -> None:
    """Data parallel is unwrapped; a scripted module shows nothing, and is refused."""
    conv = nn.Conv2d(3, 4, 3)
    wrapped: Any = nn.DataParallel(conv)
    assert ns.from_torch(conv, (3, 8, 8)).graph == ns.from_torch(wrapped, (3, 8, 8)).graph


def test_a_module_on_the_meta_device_is_read_without_weights() -> None:
    """Counts need no values."""
    with torch.device("meta"):
        module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    net = ns.from_torch(module, (3, 8, 8))
    assert ({}, 3 * 4 * 9 + 4 + 8) == (dict(net.weights), net.totals().params)


def test_parameters_that_no_row_has_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: an import that forgets what no call read."""

    class Spare(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.used, self.spare = nn.Linear(4, 3), nn.Linear(5, 2)

        def forward(self, x: Tensor) -> Tensor:
            return self.used(x)

    module = Spare()
    assert () == ns.from_torch(module, (4,)).missing
    monkeypatch.setattr("netsheet.convert.torch_module._unused", lambda *_: [])
    told = ns.from_torch(module, (4,)).missing
    why = "the rows have 15 parameters, and the module has 27"
    assert (Missing("parameters", "Spare", why),) == told
