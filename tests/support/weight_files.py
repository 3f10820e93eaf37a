"""A small network, its weights in every sort of file, and faults that can be planted in them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("safetensors")
pytest.importorskip("numpy")

import numpy as np
import torch

import netsheet as ns
from netsheet.net import Net

SMALL = """\
# Small

Input: 3×8×8

| name  | layer | out | kernel | padding | bias | then     |
|-------|-------|-----|--------|---------|------|----------|
| conv1 | conv  | 4   | 3×3    | 1       | no   | bn, relu |
| conv2 | conv  | 6   | 3×3    | 1       |      | relu     |
| gap   | global average pool | | | | |  |
| fc1   | dense | 5   |        |         |      | relu     |
| fc2   | dense | 5   |        |         |      |          |
"""


def small() -> Net:
    """Two convolutions, one with batch norm, and two dense layers, the second one square."""
    return ns.load(SMALL)


def state(net: Net, seed: int = 7) -> dict[str, Any]:
    """Weights of a network by the names of its rows, as numpy's arrays."""
    module = net.to_torch(seed=seed)
    generator = torch.Generator().manual_seed(seed)
    for name, value in module.state_dict().items():
        if name.endswith(("running_mean", "running_var")):
            value.uniform_(0.5, 1.5, generator=generator)
    return {name: value.detach().numpy().copy() for name, value in module.state_dict().items()}


def write(path: Path, tensors: Mapping[str, Any]) -> Path:
    """Tensors by name in the format of the path's suffix."""
    if path.suffix in {".pth", ".pt"}:
        torch.save({name: torch.from_numpy(value) for name, value in tensors.items()}, path)
    elif path.suffix == ".safetensors":
        from safetensors.numpy import save_file

        save_file(dict(tensors), path)
    elif path.suffix == ".npz":
        np.savez(path, **tensors)
    else:
        _write_onnx(path, tensors)
    return path


def _write_onnx(path: Path, tensors: Mapping[str, Any]) -> None:
    """A model that has the tensors, and uses none."""
    onnx = pytest.importorskip("onnx")
    initializers = [onnx.numpy_helper.from_array(value, name) for name, value in tensors.items()]
    graph = onnx.helper.make_graph([], "g", [], [], initializers)
    onnx.save_model(onnx.helper.make_model(graph), str(path))


def assert_weights(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> None:
    """Require the same names, and the same values to the last bit."""
    assert sorted(expected) == sorted(actual)
    for name, value in expected.items():
        assert value.shape == actual[name].shape, name
        assert np.array_equal(value, actual[name], equal_nan=True), name
