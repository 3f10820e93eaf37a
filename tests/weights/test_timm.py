"""timm's models, where it is installed: their tensors find their rows in the zoo's networks."""

import json
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import netsheet as ns
from netsheet.weights.match import match
from netsheet.weights.report import Report
from netsheet.weights.table import Entry, Table
from support.project import ROOT

pytestmark = pytest.mark.skipif(
    find_spec("timm") is None or find_spec("torch") is None, reason="timm is not installed"
)

MODELS = {
    "resnet18": "resnet18",
    "resnet50-v1.5": "resnet50",
    "resnext50_32x4d": "resnext50_32x4d",
    "wide_resnet50_2": "wide_resnet50_2",
    "vgg16": "vgg16",
    "vgg16_bn": "vgg16_bn",
    "densenet121": "densenet121",
    "mobilenet_v2": "mobilenetv2_100",
    "mobilenet_v3_large": "mobilenetv3_large_100",
    "mnasnet1_0": "mnasnet_100",
    "efficientnet_b0": "efficientnet_b0",
    "convnext_tiny": "convnext_tiny",
    "inception_v3": "inception_v3",
}
"""The zoo's networks by timm's names for them."""

OTHERS = {"regnet_y_400mf": "regnety_004"}
"""Networks that timm registers in another order, and calls by names that don't tell."""


@cache
def tensors() -> dict[str, Any]:
    """Names, shapes and dtypes of all models' tensors, from one process."""
    script = ROOT / "tests" / "support" / "timm_models.py"
    names = [*MODELS.values(), *OTHERS.values()]
    run = subprocess.run(
        [sys.executable, str(script), *names], capture_output=True, text=True, check=False
    )
    assert 0 == run.returncode, run.stderr[-2000:]
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def report(name: str, model: str, *, ordered: bool) -> Report:
    """What is said of a model's tensors, in its order or in the alphabet's."""

    def none() -> None:
        """Values are not looked at."""

    entries = [
        Entry(key, tuple(shape), "int" if "int" in dtype else "float", dtype, none)
        for key, shape, dtype in tensors()[model]
    ]
    if not ordered:
        entries.sort(key=lambda entry: entry.name)
    return match(ns.load(name).graph, Table(Path(model), tuple(entries), ordered=ordered))


@pytest.mark.parametrize("name", MODELS)
def test_in_timms_order(name: str) -> None:
    """Every tensor finds its place, and none is left over."""
    told = report(name, MODELS[name], ordered=True)
    assert (True, (), ()) == (told.fits, told.left, told.doubts)
    assert {"by order", "by order of each kind"} >= {made.how for made in told.matches}


@pytest.mark.parametrize("name", sorted(set(MODELS) - {"inception_v3"}))
def test_in_the_alphabets_order(name: str) -> None:
    """As in a file of safetensors: the same match as in timm's order."""
    ordered = report(name, MODELS[name], ordered=True)
    told = report(name, MODELS[name], ordered=False)
    assert (True, ()) == (told.fits, told.left)
    assert {m.slot.name: m.entry.name for m in ordered.matches} == {
        m.slot.name: m.entry.name for m in told.matches
    }


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_told_is_refused(name: str) -> None:
    """Shortcuts beside convolutions of their shape, under names that say nothing of the rows."""
    told = report(name, OTHERS[name], ordered=True)
    assert not told.fits
    assert any("could be taken for each other" in doubt for doubt in told.doubts)
