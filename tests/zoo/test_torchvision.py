"""Every convolutional classifier of torchvision's list, to the last digit that it publishes."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import netsheet as ns
from netsheet.core.errors import ChoiceError

GOLDEN = Path(__file__).parents[1] / "golden" / "torchvision.toml"
NETWORKS: list[dict[str, Any]] = tomllib.loads(
    GOLDEN.read_text(encoding="utf-8"), parse_float=Decimal
)["network"]
EACH = pytest.mark.parametrize("published", NETWORKS, ids=lambda published: published["name"])

PAPERS = {"alexnet", "resnet50", "resnet101", "resnet152", "googlenet"}
"""Names that mean the paper's network here, and another one in torchvision: docs/names.md."""


def gmacs(net: ns.Net, crop: int) -> Decimal:
    """Billions of multiply-adds on a picture of so many pixels a side, with three decimals."""
    macs = net.with_input((3, crop, crop)).totals().macs
    return Decimal(macs).scaleb(-9).quantize(Decimal("0.001"))


def check(published: dict[str, Any]) -> None:
    """The zoo has the network, with just these parameters and multiply-adds."""
    name = published["name"]
    net = ns.load(published.get("zoo", name))
    whole = ns.load(published["heads"]) if "heads" in published else net
    assert published["params"] == whole.totals().params
    assert published["gmacs"] == gmacs(net, published["crop"])


@EACH
def test_parameters_and_multiply_adds_are_those_published(published: dict[str, Any]) -> None:
    """num_params exactly, and _ops to its three decimals, at the crop that is stated."""
    check(published)


CROPS = [
    pytest.param(published, also, id=f"{published['name']}-{also['crop']}")
    for published in NETWORKS
    for also in published.get("also", ())
]


@pytest.mark.parametrize(("published", "also"), CROPS)
def test_other_weights_were_trained_on_other_crops(
    published: dict[str, Any], also: dict[str, Any]
) -> None:
    """The same network on a larger picture takes more multiply-adds, as published."""
    check(published | also)


@EACH
def test_a_user_of_torchvision_finds_the_network(published: dict[str, Any]) -> None:
    """Torchvision's own name gives the network, unless it is a paper's name for another one."""
    name, own = published["name"], published.get("zoo", published["name"])
    found = ns.load(name)
    assert (found.graph.rows == ns.load(own).graph.rows) == (name not in PAPERS)
    if name not in {"squeezenet1_0", *PAPERS}:  # SqueezeNet's own table needs 227 pixels
        assert (3, published["crop"], published["crop"]) == found.input


def test_the_list_is_whole() -> None:
    """Torchvision 0.29.2 has 68 of them, and three have weights for a second crop."""
    assert 68 == len({published["name"] for published in NETWORKS})
    assert 3 == len(CROPS)


def test_a_network_that_is_missing_is_noticed() -> None:
    """Negative control: a name that the zoo lacks fails."""
    [known] = [published for published in NETWORKS if published["name"] == "mnasnet1_0"]
    check(known)
    with pytest.raises(ChoiceError):
        check(known | {"name": "mnasnet2_0"})


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("regnet_y_400mf", {"params": 4_344_145}),
        ("regnet_y_400mf", {"gmacs": Decimal("0.403")}),
        ("resnet50", {"zoo": "resnet50"}),
        ("googlenet", {"zoo": "googlenet-bn"}),
        ("inception_v3", {"heads": "inception_v3"}),
        ("efficientnet_b1", {"crop": 224}),
    ],
)
def test_what_differs_is_noticed(name: str, change: dict[str, Any]) -> None:
    """Negative control: one parameter, a thousandth, another variant or another crop."""
    [known] = [published for published in NETWORKS if published["name"] == name]
    with pytest.raises(AssertionError):
        check(known | change)
