"""Tensors of an ONNX model: what they are for is told by the operators that use them."""

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("safetensors")
pytest.importorskip("numpy")
pytest.importorskip("onnx")

import numpy as np
import onnx

import netsheet as ns
from netsheet.core.errors import FileError
from netsheet.weights.take import take
from support.weight_files import assert_weights, small, state

NODES = [
    ("Conv", ["x", "5"], "a"),
    ("BatchNormalization", ["a", "2", "9", "1", "8"], "b"),
    ("Relu", ["b"], "c"),
    ("Identity", ["7"], "same"),
    ("Conv", ["c", "same", "0"], "d"),
    ("Relu", ["d"], "e"),
    ("GlobalAveragePool", ["e"], "f"),
    ("Flatten", ["f"], "g"),
]
"""The small network up to its dense layers; tensors are called by numbers that say nothing."""

NAMES = {
    "conv1.conv.weight": "5",
    "conv1.bn.weight": "2",
    "conv1.bn.bias": "9",
    "conv1.bn.running_mean": "1",
    "conv1.bn.running_var": "8",
    "conv2.conv.weight": "7",
    "conv2.conv.bias": "0",
    "fc1.dense.weight": "4",
    "fc1.dense.bias": "11",
    "fc2.weight": "3",
    "fc2.bias": "10",
}


def model(
    path: Path, dense: list[tuple[str, list[str], str]], tensors: dict[str, Any], **attr: Any
) -> Path:
    """A model with these operators behind the others; its tensors stand in the alphabet's order."""
    nodes = [
        onnx.helper.make_node(kind, inputs, [out], **(attr if kind == "Gemm" else {}))
        for kind, inputs, out in NODES + dense
    ]
    named = {NAMES[name]: value for name, value in tensors.items() if name in NAMES}
    kept = [onnx.numpy_helper.from_array(value, name) for name, value in sorted(named.items())]
    graph = onnx.helper.make_graph(nodes, "g", [], [], kept)
    onnx.save_model(onnx.helper.make_model(graph), str(path))
    return path


GEMM = [("Gemm", ["g", "4", "11"], "h"), ("Relu", ["h"], "i"), ("Gemm", ["i", "3", "10"], "y")]

MATMUL = [
    ("MatMul", ["g", "4"], "h0"),
    ("Add", ["h0", "11"], "h"),
    ("Relu", ["h"], "i"),
    ("MatMul", ["i", "3"], "y0"),
    ("Add", ["10", "y0"], "y"),
]


def turned(tensors: dict[str, Any]) -> dict[str, Any]:
    """The dense layers' matrices as inputs × outputs."""
    return {
        n: v.T.copy() if n in {"fc1.dense.weight", "fc2.weight"} else v for n, v in tensors.items()
    }


@pytest.mark.parametrize(
    ("dense", "turns", "attr"),
    [
        (GEMM, False, {"transB": 1}),
        (GEMM, True, {"transB": 0}),
        (GEMM, True, {}),
        (MATMUL, True, {}),
    ],
)
def test_dense_layers(dense: Any, turns: Any, attr: Any, tmp_path: Path) -> None:
    """Gemm with its matrix either way round, and MatMul with Add; square matrices are told too."""
    expected = state(small())
    given = turned(expected) if turns else expected
    taken = take(small().graph, model(tmp_path / "w.onnx", dense, given, **attr))
    assert_weights(expected, taken.weights)


def test_a_map_laid_flat_is_in_our_order(tmp_path: Path) -> None:
    """ONNX lays maps flat channels first, so that a turned matrix on a map is taken."""
    net = ns.load(
        "# N\n\nInput: 2×3×3\n\n| name | layer | out |\n|------|-------|-----|\n| fc | dense | 4 |\n"
    )
    expected = state(net)
    nodes = [
        onnx.helper.make_node("Flatten", ["x"], ["f"]),
        onnx.helper.make_node("Gemm", ["f", "w", "b"], ["y"]),
    ]
    named = {"w": expected["fc.weight"].T.copy(), "b": expected["fc.bias"]}
    kept = [onnx.numpy_helper.from_array(value, name) for name, value in named.items()]
    path = tmp_path / "w.onnx"
    onnx.save_model(
        onnx.helper.make_model(onnx.helper.make_graph(nodes, "g", [], [], kept)), str(path)
    )
    assert_weights(expected, take(net.graph, path).weights)


def test_a_matrix_the_wrong_way_round_is_refused(tmp_path: Path) -> None:
    """What the operator says holds, whatever the shape would allow."""
    given = state(small())
    with pytest.raises(FileError, match="does not fit"):
        take(small().graph, model(tmp_path / "w.onnx", GEMM, given, transB=0))


def test_other_precisions(tmp_path: Path) -> None:
    """Half precision becomes single, and packed integers are no weights."""
    expected = state(small())
    half = {n: v.astype(np.float16) if v.dtype.kind == "f" else v for n, v in expected.items()}
    taken = take(small().graph, model(tmp_path / "w.onnx", GEMM, half, transB=1))
    assert_weights(
        {n: v.astype(np.float32) if v.dtype.kind == "f" else v for n, v in half.items()},
        taken.weights,
    )
    packed = onnx.helper.make_tensor("3", onnx.TensorProto.INT4, (5, 5), [1] * 25)
    read = onnx.load_model(str(tmp_path / "w.onnx"))
    kept = [tensor for tensor in read.graph.initializer if tensor.name != "3"]
    del read.graph.initializer[:]
    read.graph.initializer.extend([packed, *kept])
    onnx.save_model(read, str(tmp_path / "w.onnx"))
    with pytest.raises(FileError, match="does not fit"):
        take(small().graph, tmp_path / "w.onnx")
