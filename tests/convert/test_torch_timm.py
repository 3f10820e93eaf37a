"""Models that others wrote: timm's, of some small families; docs/timm.md has them all."""

import importlib.util
import sys
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("torch")

import torch
from torch import nn

from support.importing import assert_imports_whole
from support.project import ROOT


def load_survey() -> Any:
    """The survey, which is a script."""
    spec = importlib.util.spec_from_file_location("survey", ROOT / "benchmarks" / "survey.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


survey = load_survey()

COUNTED = (
    "convnext_atto",
    "ghostnet_050",
    "mobilenetv3_small_050",
    "regnetx_002",
    "res2next50",
    "resnest14d",
    "resnetv2_50",
    "skresnet18",
    "starnet_s1",
)
"""Each of another family: shuffles, gates, branches that are weighed, standardised filters."""

COMPUTED = ("lcnet_035", "mobilenetv3_small_050", "resnet10t")
"""Small enough to be run."""

CONDITIONAL = "tf_efficientnet_cc_b0_4e"
"""Its filters are mixed anew for each sample."""


@pytest.fixture(scope="module")
def timm() -> Any:
    """Timm without torchvision, if it is there."""
    pytest.importorskip("yaml")
    if importlib.util.find_spec("timm") is None:
        pytest.skip("timm is not installed")
    return survey.library()


@pytest.mark.parametrize("name", [*COUNTED, CONDITIONAL])
def test_models_are_imported_whole(name: str, timm: Any) -> None:
    """Nothing is missing; parameters are the model's, multiply-adds those of torch's counter."""
    found = survey.examined(timm, name, survey.made(timm, name))
    assert () == found.missing
    assert found.parameters == found.counted
    assert found.flops == 2 * found.macs


@pytest.mark.parametrize("name", COMPUTED)
def test_models_compute_the_same(name: str, timm: Any) -> None:
    """With its weights, the network that was imported gives what the model gives."""
    model = timm.create_model(name, pretrained=False)
    assert_imports_whole(model, (3, 64, 64))


class Strange(nn.Module):
    """A model with something that no kind says, and of another size than is said."""

    def __init__(self) -> None:
        super().__init__()
        self.default_cfg = {"input_size": (3, 8, 8)}
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """A convolution, and sums on the way."""
        return torch.cumsum(self.conv(x), 1)


def told(monkeypatch: pytest.MonkeyPatch, change: Any = None) -> Any:
    """What the survey finds of a strange model; with a change to what the import gives."""
    models = SimpleNamespace(model_entrypoint=lambda _: told)
    if change is not None:
        real = survey.ns.from_torch
        monkeypatch.setattr(survey.ns, "from_torch", lambda _, shape: change(real, shape))
    with torch.device("meta"):
        model = Strange()
    return survey.examined(SimpleNamespace(models=models), "strange", model.eval())


def test_what_is_missing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a function that no kind says."""
    found = told(monkeypatch)
    assert ("cumsum at Strange: no layer kind says cumsum",) == found.missing
    assert (False, True, True) == (found.whole, found.exact, found.agrees)


def test_wrong_counts_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a network of another width stands for the model's."""
    found = told(monkeypatch, lambda real, shape: real(nn.Conv2d(3, 5, 3), shape))
    assert (True, False, False) == (found.whole, found.exact, found.agrees)
    assert "parameters 140 for 112; multiply-adds 4,860 for 3,888" in survey.line(found)


def test_what_is_not_convolutional_is_told_apart() -> None:
    """One convolution that cuts patches is no convolutional network, nor is attention."""
    patches = nn.Sequential(nn.Conv2d(3, 8, 4, stride=4), nn.Conv2d(8, 8, 1))
    attention = nn.Sequential(*(nn.Conv2d(3, 3, 3) for _ in range(3)), nn.MultiheadAttention(4, 2))
    convolutions = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 3))
    modules = (patches, attention, convolutions)
    assert [False, False, True] == [survey.convolutional(module) for module in modules]
