"""Weights under torchvision's and timm's names, in a network of the zoo, without a map of names."""

import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("safetensors")

import torch
from safetensors.torch import save_file

import netsheet as ns
from netsheet.core.errors import FileError
from netsheet.net import Net
from support.plain_models import PLAIN
from support.published_names import VGG, ResNet, Vgg, trained
from support.written import one_thread

BOTTLENECKS, BASICS = (3, 4, 6, 3), (2, 2, 2, 2)


def saved(module: torch.nn.Module, folder: Path, suffix: str) -> Path:
    """A module's weights in a file."""
    path = folder / f"weights{suffix}"
    state = {name: value.contiguous() for name, value in module.state_dict().items()}
    if suffix == ".safetensors":
        save_file(state, path)
    else:
        torch.save(state, path)
    return path


@one_thread()
def assert_computes(net: Net, module: torch.nn.Module, path: Path) -> None:
    """Require that a network with the weights of a file puts out what the module does."""
    x = torch.randn(2, *net.input, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = module(x)
        if net.graph.rows[-1].layer.kind == "softmax":
            expected = expected.softmax(1)
        actual = net.with_weights(path).to_torch().eval()(x)
    torch.testing.assert_close(actual, expected, rtol=1e-6, atol=1e-6)


SUFFIXES = pytest.mark.parametrize("suffix", [".pth", ".safetensors"])


@SUFFIXES
@pytest.mark.parametrize(
    ("name", "counts", "wide"),
    [("resnet18", BASICS, False), ("resnet50-v1.5", BOTTLENECKS, True)],
)
def test_resnets(name: str, counts: Any, wide: Any, suffix: str, tmp_path: Path) -> None:
    """In torchvision's order; and where the file has lost it, by shapes and what names tell."""
    module = trained(ResNet(counts, wide=wide))
    net = ns.load(name, input=(3, 64, 64))
    assert_computes(net, module, saved(module, tmp_path, suffix))


@SUFFIXES
def test_mobilenet(suffix: str, tmp_path: Path) -> None:
    """Blocks of four sorts, called by numbers only."""
    module = trained(PLAIN["MobileNetV2"]())
    net = ns.load("mobilenet_v2", input=(3, 64, 64))
    assert_computes(net, module, saved(module, tmp_path, suffix))


@SUFFIXES
def test_convolutions_as_dense_layers(suffix: str, tmp_path: Path) -> None:
    """The VGG of timm: a 4×4 convolution of a 4×4 map is a dense layer, channels first."""
    module = Vgg().eval()
    assert_computes(ns.load(VGG), module, saved(module, tmp_path, suffix))


def test_a_map_of_another_size_is_no_dense_layer(tmp_path: Path) -> None:
    """The kernel must be the map that is laid flat, and not only have as many values."""
    state = Vgg().state_dict()
    state["pre_logits.fc1.weight"] = state["pre_logits.fc1.weight"].reshape(32, 16, 2, 8)
    torch.save(state, tmp_path / "w.pth")
    with pytest.raises(FileError, match=r"pre_logits.fc1 would be fc6.dense, and does not fit"):
        ns.load(VGG).with_weights(tmp_path / "w.pth")


@pytest.mark.parametrize("shuffled", [False, True])
def test_a_wrong_order_is_noticed(tmp_path: Path, shuffled: Any) -> None:
    """Negative control: two convolutions of one shape that changed places give other scores."""
    module = trained(ResNet(BASICS, wide=False))
    net = ns.load("resnet18", input=(3, 64, 64))
    path = saved(module, tmp_path, ".pth")
    state = torch.load(path, weights_only=True)
    if shuffled:
        one, other = "layer1.0.conv2.weight", "layer1.1.conv1.weight"
        state[one], state[other] = state[other], state[one]
        torch.save(state, path)
        with pytest.raises(AssertionError):
            assert_computes(net, module, path)
    else:
        assert_computes(net, module, path)


def test_another_order_of_registration(tmp_path: Path) -> None:
    """Shortcuts registered first are found all the same: parts of names tell them."""
    module = trained(ResNet(BOTTLENECKS, wide=True, first=True))
    net = ns.load("resnet50-v1.5", input=(3, 64, 64))
    assert_computes(net, module, saved(module, tmp_path, ".pth"))


def test_an_order_against_names_is_refused(tmp_path: Path) -> None:
    """A shortcut in the place of the last convolution has its shape, and another name."""
    state = ResNet(BOTTLENECKS, wide=True).state_dict()
    swapped = {
        name.replace("conv3", "§")
        .replace("downsample.0", "conv3")
        .replace("§", "downsample.0"): value
        for name, value in state.items()
    }
    torch.save(swapped, tmp_path / "w.pth")
    with pytest.raises(FileError, match="their names say the opposite"):
        ns.load("resnet50-v1.5").with_weights(tmp_path / "w.pth")


def test_what_names_do_not_tell_is_refused(tmp_path: Path) -> None:
    """Without the order of registration, and without names in common, two matches fit."""
    state = ResNet(BOTTLENECKS, wide=True).state_dict()
    words = {"conv3": "last", "bn3": "lastnorm", "downsample": "skip"}
    renamed = {
        re.sub("|".join(words), lambda match: words[match[0]], name): value
        for name, value in state.items()
    }
    save_file(renamed, tmp_path / "w.safetensors")
    with pytest.raises(FileError, match=r"could be taken for each\s+other"):
        ns.load("resnet50-v1.5").with_weights(tmp_path / "w.safetensors")
    torch.save(renamed, tmp_path / "w.pth")
    ns.load("resnet50-v1.5").with_weights(tmp_path / "w.pth")
