"""Names of rows, from whatever a file calls its parts."""

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("onnx")

import numpy as np

import netsheet as ns
from support.onnx_files import model, node, saved

W = np.ones((3, 3, 1, 1), "f")
B = np.ones(3, "f")


def names(folder: Path, nodes: list[Any], stored: dict[str, Any] | None = None) -> list[str]:
    """The rows' names that a chain of operators gets, the last making y."""
    made = model(nodes, {"x": ["N", 3, 4, 4]}, ["y"], stored or {})
    return [row.name for row in ns.load(saved(made, folder)).graph.rows]


def test_ways_of_scopes_become_groups(tmp_path: Path) -> None:
    """torch's: a scope may say its whole way, or only its place; the operator's word is no part."""
    found = names(
        tmp_path,
        [
            node("Conv", "x w", "a", "/layer1/layer1.0/conv1/Conv"),
            node("Conv", "a w2", "b", "/layer1/layer1.0/down/down.0/Conv"),
            node("Add", "a b", "c", "/layer1/layer1.0/Add"),
            node("Conv", "c w3", "y", "/head/Conv_1"),
        ],
        {"w": W, "w2": W, "w3": W},
    )
    assert ["input", "layer1.0.conv1", "layer1.0.down.0", "layer1.0.add", "head"] == found


def test_what_all_begin_with_is_left_out(tmp_path: Path) -> None:
    """TensorFlow's: the model's name stands before every other."""
    found = names(
        tmp_path,
        [
            node("Conv", "x w", "a", "StatefulPartitionedCall/net/conv1_conv/Conv2D"),
            node("Relu", "a", "b", "StatefulPartitionedCall/net/conv1_relu/Relu"),
            node("Conv", "b w2", "y", "StatefulPartitionedCall/net/conv2_conv/Conv2D"),
        ],
        {"w": W, "w2": W},
    )
    assert ["input", "conv1_conv", "conv1_relu", "conv2_conv"] == found


def test_followers_of_a_leader_s_name_join_it(tmp_path: Path) -> None:
    """Caffe's: conv1, conv1_bn, and a relu without a name."""
    norm = dict.fromkeys(("conv1_bn_s_0", "conv1_bn_b_0", "m", "v"), B)
    found = names(
        tmp_path,
        [
            node("Conv", "x conv1_w_0", "r1", "n1"),
            node("BatchNormalization", "r1 conv1_bn_s_0 conv1_bn_b_0 m v", "r2", "n2"),
            node("Relu", "r2", "r3", "n3"),
            node("MaxPool", "r3", "r4", "n4", kernel_shape=[2, 2]),
            node("Conv", "r4 fc_w_0", "y", "n5"),
        ],
        {"conv1_w_0": W, "fc_w_0": W, **norm},
    )
    assert ["input", "conv1.conv", "conv1.bn", "conv1.relu", "pool1", "fc"] == found


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("features.0.weight", "features.0"),
        ("conv1_w_0", "conv1"),
        ("gpu_0/res2_0_branch2a_w_0", "gpu_0.res2_0_branch2a"),
        ("conv2d/kernel:0", "conv2d"),
        ("onnx::Conv_139", "conv1"),
        ("12", "conv1"),
        ("val_3", "conv1"),
    ],
)
def test_tensors_tell_the_layer(stored: str, expected: str, tmp_path: Path) -> None:
    """By what stands before the word for the tensor; a counted name tells nothing."""
    assert ["input", expected] == names(tmp_path, [node("Conv", f"x {stored}", "y")], {stored: W})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("stage1.pool", "stage1.pool"),
        ("MaxPool_5", "pool1"),
        ("node_max_pool2d_1", "pool1"),
        ("n19", "pool1"),
        ("", "pool1"),
        ("resnetv17_pool0_fwd", "resnetv17_pool0_fwd"),
        ("déjà vu:1", "déjà_vu.1"),
        ("my pool|c`d", "my_pool_c_d"),
        ("..", "pool1"),
        ("x" * 5000, "x" * 60),
    ],
)
def test_operators_tell_themselves(name: str, expected: str, tmp_path: Path) -> None:
    """Unless their name is only counted; signs that no row's name may have are replaced."""
    pool = node("MaxPool", "x", "y", name, kernel_shape=[2, 2])
    assert ["input", expected] == names(tmp_path, [pool])


def test_values_tell_where_nothing_else_does(tmp_path: Path) -> None:
    """The name of what comes out."""
    made = model([node("Softmax", "data", "prob", axis=1)], {"data": ["N", 3]}, ["prob"])
    assert ("input", "prob") == ns.load(saved(made, tmp_path)).rows


def test_no_two_rows_are_called_alike(tmp_path: Path) -> None:
    """Nor is one a row and a group, whatever the file says."""
    found = names(
        tmp_path,
        [
            node("Conv", "x w", "a", "block"),
            node("Conv", "a w", "b", "block"),
            node("Conv", "b w", "c", "block.conv"),
            node("Conv", "c w", "d", "block.conv.deep"),
            node("Conv", "d w", "e", "block_2"),
            node("Conv", "e w", "y", "input"),
        ],
        {"w": W},
    )
    assert len(found) == len(set(found))
    assert not {name for name in found for other in found if other.startswith(f"{name}.")}


def test_several_inputs_keep_their_names(tmp_path: Path) -> None:
    """One alone is the input."""
    nodes = [node("Add", "left right", "y")]
    made = model(nodes, {"left": [1, 2, 3], "right": [1, 2, 3]}, ["y"])
    net = ns.load(saved(made, tmp_path))
    assert ["left", "right"] == [row.name for row in net.graph.rows[:2]]


def test_the_network_is_called_as_its_graph(tmp_path: Path) -> None:
    """Or as the file, where every exporter's graph is called the same."""
    for name, expected in (("LeNet", "LeNet"), ("main_graph", "mynet"), ("torch_jit", "mynet")):
        made = model([node("Relu", "x", "y")], {"x": [1, 3]}, ["y"], name=name)
        assert expected == ns.load(saved(made, tmp_path, "mynet.onnx")).name
