"""Operators of every opset that is read, one by one: as the layer they are, and as they run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

import numpy as np
import onnx

import netsheet as ns
from netsheet.convert.onnx_model.kinds import IDIOMS
from netsheet.layers.registry import kinds
from support.onnx_files import assert_close, model, node, results, run, sampled, saved

RANDOM = np.random.default_rng(7)


def weights(*shape: int) -> Any:
    """Numbers between ½ and 1½, which are as good for variances as for weights."""
    return (0.5 + RANDOM.random(shape)).astype(np.float32)


def whole(*numbers: int) -> Any:
    """A list of sizes, axes or pads."""
    return np.array(numbers, np.int64)


def real(number: float) -> Any:
    """A single decimal."""
    return np.array(number, np.float32)


class Case(NamedTuple):
    """Operators on a map x that give y, and the rows that they are read as."""

    nodes: list[Any]
    rows: list[str]
    shape: tuple[int, ...] = (4, 6, 6)
    stored: Mapping[str, Any] = {}
    opset: int = 17


def one(
    op: str,
    rows: str,
    shape: tuple[int, ...] = (4, 6, 6),
    opset: int = 17,
    stored: Mapping[str, Any] | None = None,
    **attributes: Any,
) -> Case:
    """A single operator, which reads x and then what is stored, in that order; `-` is left out."""
    given = stored or {}
    names = " ".join(
        ("x", *(name if values is not None else "-" for name, values in given.items()))
    )
    held = {name: values for name, values in given.items() if values is not None}
    return Case([node(op, names, "y", **attributes)], rows.split("; "), shape, held, opset)


CONV = {"w": weights(8, 4, 3, 3), "b": weights(8)}
NORM = {name: weights(4) for name in ("scale", "shift", "mean", "var")}
SAME: dict[str, Any] = {"kernel_shape": [3, 3], "strides": [2, 2]}

CASES: dict[str, Case] = {
    "Conv": one("Conv", "conv 3×3, 8", stored=CONV),
    "Conv, all attributes": one(
        "Conv",
        "conv 3×3/2, 8, groups 2",
        stored={"w": weights(8, 2, 3, 3)},
        kernel_shape=[3, 3],
        strides=[2, 2],
        pads=[1, 2, 1, 2],
        dilations=[2, 2],
        group=2,
    ),
    "Conv, uneven": one("Conv", "conv 3×3, 8", stored=CONV, pads=[1, 0, 2, 1]),
    "Conv, SAME_UPPER": one("Conv", "conv 3×3/2, 8", stored=CONV, auto_pad="SAME_UPPER", **SAME),
    "Conv, SAME_LOWER": one("Conv", "conv 3×3/2, 8", stored=CONV, auto_pad="SAME_LOWER", **SAME),
    "Conv, VALID": one("Conv", "conv 3×3/2, 8", stored=CONV, auto_pad="VALID", **SAME),
    "Conv, 1-D": one("Conv", "conv 3×3, 5", (4, 9), stored={"w": weights(5, 4, 3)}),
    "Conv, 3-D": one("Conv", "conv 2×2, 5", (4, 3, 4, 5), stored={"w": weights(5, 4, 2, 2, 2)}),
    "ConvTranspose": one(
        "ConvTranspose",
        "transposed conv 3×3/2, 6",
        stored={"w": weights(4, 6, 3, 3), "b": weights(6)},
        strides=[2, 2],
        pads=[1, 1, 1, 1],
        output_padding=[1, 1],
    ),
    "ConvTranspose, grouped": one(
        "ConvTranspose", "transposed conv 2×2, 6", stored={"w": weights(4, 3, 2, 2)}, group=2
    ),
    "ConvTranspose, less cut off behind": one(
        "ConvTranspose",
        "transposed conv 3×3/2, 6",
        stored={"w": weights(4, 6, 3, 3)},
        strides=[2, 2],
        pads=[1, 1, 0, 0],
    ),
    "ConvTranspose, to a shape": one(
        "ConvTranspose",
        "transposed conv 3×3/2, 6",
        stored={"w": weights(4, 6, 3, 3)},
        strides=[2, 2],
        output_shape=[12, 12],
    ),
    "Gemm": one("Gemm", "dense 5", (7,), stored={"w": weights(7, 5), "b": weights(5)}),
    "Gemm, turned": one("Gemm", "dense 5", (7,), stored={"w": weights(5, 7)}, transB=1),
    "Gemm, scaled": one(
        "Gemm",
        "dense 5",
        (7,),
        stored={"w": weights(5, 7), "b": weights(1, 5)},
        transB=1,
        alpha=0.5,
        beta=2.0,
    ),
    "Gemm, one bias for all": one(
        "Gemm", "dense 5", (7,), stored={"w": weights(5, 7), "b": weights(1)}, transB=1
    ),
    "MatMul": one("MatMul", "dense 5", (7,), stored={"w": weights(7, 5)}),
    "MatMul at each position": one(
        "MatMul",
        "permute W×C×H; conv 1×1, 5; permute H×W×C",
        (2, 3, 7),
        stored={"w": weights(7, 5)},
    ),
    "MatMul and Add": Case(
        [node("MatMul", "x w", "m"), node("Add", "b m", "y")],
        ["dense 5"],
        (7,),
        {"w": weights(7, 5), "b": weights(5)},
    ),
    "Flatten and Gemm": Case(
        [node("Flatten", "x", "f"), node("Gemm", "f w", "y", transB=1)],
        ["dense 5"],
        stored={"w": weights(5, 144)},
    ),
    "Conv and Add": Case(
        [node("Conv", "x w", "c"), node("Add", "c b", "y")],
        ["conv 3×3, 8"],
        stored={"w": weights(8, 4, 3, 3), "b": weights(1, 8, 1, 1)},
    ),
    "Pad and Conv": Case(
        [node("Pad", "x p", "m"), node("Conv", "m w", "y", pads=[1, 1, 1, 1])],
        ["conv 3×3, 8"],
        stored={"w": weights(8, 4, 3, 3), "p": whole(0, 0, 1, 1, 0, 0, 2, 2)},
    ),
    "BatchNormalization": one("BatchNormalization", "batch norm", stored=NORM, epsilon=0.01),
    "BatchNormalization, flat": one("BatchNormalization", "batch norm", (4,), stored=NORM),
    "BatchNormalization-7": one("BatchNormalization", "batch norm", opset=7, stored=NORM),
    "BatchNormalization and Scale": Case(
        [
            node("BatchNormalization", "x scale shift mean var", "n"),
            node("Unsqueeze", "w", "w1", axes=[1, 2]),
            node("Unsqueeze", "b", "b1", axes=[1, 2]),
            node("Mul", "n w1", "m"),
            node("Add", "m b1", "y"),
        ],
        ["batch norm"],
        stored={**NORM, "w": weights(4), "b": weights(4)},
        opset=9,
    ),
    "InstanceNormalization": one(
        "InstanceNormalization", "instance norm", stored={"w": weights(4), "b": weights(4)}
    ),
    "LayerNormalization, flat": one(
        "LayerNormalization", "layer norm", (7,), stored={"w": weights(7), "b": weights(7)}
    ),
    "LayerNormalization, of all": one(
        "LayerNormalization",
        "layer norm",
        stored={"w": weights(4, 6, 6), "b": weights(4, 6, 6)},
        axis=1,
        epsilon=0.001,
    ),
    "LayerNormalization, channels behind": Case(
        [
            node("Transpose", "x", "t", perm=[0, 2, 3, 1]),
            node("LayerNormalization", "t w b", "n"),
            node("Transpose", "n", "y", perm=[0, 3, 1, 2]),
        ],
        ["layer norm"],
        stored={"w": weights(4), "b": weights(4)},
    ),
    "LayerNormalization, no bias": one(
        "LayerNormalization", "layer norm", (7,), stored={"w": weights(7)}
    ),
    "GroupNormalization-21": one(
        "GroupNormalization",
        "group norm",
        stored={"w": weights(4), "b": weights(4)},
        opset=21,
        num_groups=2,
    ),
    "GroupNormalization-18": one(
        "GroupNormalization",
        "reshape 2×72; instance norm; reshape 4×6×6",
        stored={"w": weights(2), "b": weights(2)},
        opset=18,
        num_groups=2,
    ),
    "LRN": one("LRN", "local response norm", size=3, alpha=0.02, beta=0.6, bias=1.5),
    "MaxPool": one("MaxPool", "max pool 3×3", kernel_shape=[3, 3]),
    "MaxPool, rounded up": one(
        "MaxPool", "max pool 3×3/2", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1
    ),
    "MaxPool, with a border": one(
        "MaxPool",
        "max pool 3×3/2",
        kernel_shape=[3, 3],
        strides=[2, 2],
        pads=[0, 0, 1, 1],
        dilations=[1, 1],
    ),
    "MaxPool, SAME_LOWER": one("MaxPool", "max pool 3×3/2", auto_pad="SAME_LOWER", **SAME),
    "AveragePool": one("AveragePool", "average pool 2×2/2", kernel_shape=[2, 2], strides=[2, 2]),
    "AveragePool, border left out": one(
        "AveragePool", "average pool 3×3", kernel_shape=[3, 3], pads=[1, 1, 1, 1]
    ),
    "AveragePool, border counted": one(
        "AveragePool",
        "average pool 3×3",
        kernel_shape=[3, 3],
        pads=[1, 1, 1, 1],
        count_include_pad=1,
    ),
    "AveragePool, rounded up": one(
        "AveragePool", "average pool 3×3/2", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1
    ),
    "GlobalAveragePool": one("GlobalAveragePool", "global average pool"),
    "GlobalMaxPool": one("GlobalMaxPool", "adaptive max pool"),
    "ReduceMean-13": one(
        "ReduceMean", "global average pool; flatten", opset=13, axes=[2, 3], keepdims=0
    ),
    "ReduceMean-18": one(
        "ReduceMean", "global average pool", opset=18, stored={"a": whole(-1, -2)}, keepdims=1
    ),
    "ReduceMean of channels": one("ReduceMean", "mean over C", axes=[1]),
    "ReduceSum": one("ReduceSum", "sum over W", stored={"a": whole(3)}, keepdims=0),
    "ReduceMax": one("ReduceMax", "max over C×H", axes=[1, 2]),
    "ReduceL2": one("ReduceL2", "norm over C", axes=[1]),
    **{
        op: one(op, rows)
        for op, rows in {
            "Relu": "relu",
            "Sigmoid": "sigmoid",
            "Tanh": "tanh",
            "Elu": "elu",
            "Selu": "selu",
            "Softplus": "softplus",
            "Softsign": "softsign",
            "HardSwish": "hardswish",
            "Exp": "exp",
            "Abs": "abs",
            "Erf": "erf",
            "Neg": "rescale −1·x",
            "Sin": "sin",
            "Floor": "floor",
        }.items()
    },
    "Softmax": one("Softmax", "softmax", axis=1),
    "Softmax of the last axis": one("Softmax", "softmax over W"),
    "Softmax-11 of one position": one("Softmax", "softmax", (4, 1, 1), 11),
    "Softmax-11 of a vector": one("Softmax", "softmax", (4,), 11),
    "LogSoftmax": one("LogSoftmax", "log softmax", (4,), axis=-1),
    "LeakyRelu": one("LeakyRelu", "leaky relu", alpha=0.2),
    "Celu": one("Celu", "celu", alpha=0.5),
    "Mish": one("Mish", "mish", opset=18),
    "Gelu": one("Gelu", "gelu", opset=20),
    "Gelu, by tanh": one("Gelu", "gelu", opset=20, approximate="tanh"),
    "PRelu": one("PRelu", "prelu", stored={"slope": weights(4, 1, 1)}),
    "PRelu, one slope": one("PRelu", "prelu", stored={"slope": weights(1)}),
    "HardSigmoid": one("HardSigmoid", "hardsigmoid", alpha=1 / 6),
    "Clip-6": one("Clip", "relu6", opset=6 + 1, min=0.0, max=6.0),
    "Clip-13": one("Clip", "relu6", stored={"low": real(0), "high": real(6)}),
    "Clip, other bounds": one("Clip", "hardtanh", stored={"low": real(-0.5), "high": real(2)}),
    "Clip, one bound": one("Clip", "relu", stored={"low": real(0)}),
    "Relu and Min": Case(
        [node("Relu", "x", "r"), node("Min", "r six", "y")], ["relu6"], stored={"six": real(6)}
    ),
    "Dropout-7": one("Dropout", "dropout 40%", opset=7, ratio=0.4),
    "Dropout-13": one("Dropout", "dropout 25%", stored={"share": real(0.25)}),
    "x·sigmoid(x)": Case([node("Sigmoid", "x", "s"), node("Mul", "s x", "y")], ["silu"]),
    "x·hardsigmoid(x)": Case(
        [node("HardSigmoid", "x", "s", alpha=1 / 6), node("Mul", "x s", "y")], ["hardswish"]
    ),
    "x·relu6(x + 3)/6": Case(
        [
            node("Add", "x three", "a"),
            node("Clip", "a zero six", "c"),
            node("Mul", "x c", "m"),
            node("Div", "m six", "y"),
        ],
        ["hardswish"],
        stored={"three": real(3), "zero": real(0), "six": real(6)},
    ),
    "x·tanh(softplus(x))": Case(
        [node("Softplus", "x", "s"), node("Tanh", "s", "t"), node("Mul", "x t", "y")], ["mish"]
    ),
    "gelu, step by step": Case(
        [
            node("Div", "x root", "d"),
            node("Erf", "d", "e"),
            node("Add", "e one", "a"),
            node("Mul", "x a", "m"),
            node("Mul", "m half", "y"),
        ],
        ["gelu"],
        stored={"root": real(2**0.5), "one": real(1), "half": real(0.5)},
    ),
    "x less its own": Case([node("Sub", "x x", "y")], ["subtract"]),
    "sums with numbers": Case(
        [node("Sub", "one x", "a"), node("Mul", "a two", "b"), node("Add", "b one", "y")],
        ["rescale −2·x + 3"],
        stored={"one": real(1), "two": real(2)},
    ),
    "a number over x": one("Reciprocal", "power −1"),
    "Pow": one("Pow", "power 2", stored={"two": real(2)}),
    "Sqrt": Case([node("Abs", "x", "a"), node("Sqrt", "a", "y")], ["abs", "power 0.5"]),
    "a stored map": one("Add", "parameter 4×6×6; add", stored={"position": weights(1, 4, 6, 6)}),
    "a stored number a channel": one("Mul", "layer scale", stored={"gamma": weights(4, 1, 1)}),
    "a stored number a column": one(
        "Mul", "parameter 1×1×6; multiply", stored={"column": weights(6)}
    ),
    "a trained number": one("Mul", "parameter 1×1×1; multiply", stored={"scale": weights(1)}),
    "Add": Case([node("Relu", "x", "r"), node("Add", "x r", "y")], ["relu", "add"]),
    "Sum": Case([node("Relu", "x", "r"), node("Sum", "x r x", "y")], ["relu", "add"]),
    "squeeze and excitation": Case(
        [
            node("GlobalAveragePool", "x", "p"),
            node("Conv", "p w", "c"),
            node("Sigmoid", "c", "s"),
            node("Mul", "s x", "y"),
        ],
        ["global average pool", "conv 1×1, 4", "sigmoid", "multiply"],
        stored={"w": weights(4, 4, 1, 1)},
    ),
    "Max": Case([node("Neg", "x", "n"), node("Max", "x n", "y")], ["rescale −1·x", "maximum"]),
    "Div": Case([node("Exp", "x", "e"), node("Div", "x e", "y")], ["exp", "divide"]),
    "Concat": Case(
        [node("Relu", "x", "r"), node("Concat", "x r", "y", axis=1)], ["relu", "concat"]
    ),
    "Concat of rows": Case(
        [node("Relu", "x", "r"), node("Concat", "x r", "y", axis=-1)], ["relu", "concat over W"]
    ),
    "Split": Case(
        [node("Split", "x", "a b", axis=1), node("Concat", "b a", "y", axis=1)],
        ["slice 0–1", "slice 2–3", "concat"],
    ),
    "Split-11": Case(
        [node("Split", "x", "a b", axis=1, split=[1, 3]), node("Concat", "b a", "y", axis=1)],
        ["slice 0–0", "slice 1–3", "concat"],
        opset=11,
    ),
    "Split-18": Case(
        [node("Split", "x", "a b", axis=1, num_outputs=2), node("Concat", "b a", "y", axis=1)],
        ["slice 0–1", "slice 2–3", "concat"],
        opset=18,
    ),
    "Slice-9": one("Slice", "slice 1–2", opset=9, axes=[1], starts=[1], ends=[3]),
    "Slice-13": one(
        "Slice",
        "slice W 0–4 by 2",
        stored={"from": whole(0), "to": whole(2**63 - 1), "axis": whole(-1), "by": whole(2)},
    ),
    "Gather": one("Gather", "slice 1–3", stored={"places": whole(1, 2, 3)}, axis=1),
    "Gather of one": one("Gather", "slice 2–2; reshape 6×6", stored={"place": np.array(2)}, axis=1),
    "Gather, dealt out": one(
        "Gather", "channel shuffle", stored={"places": whole(0, 2, 1, 3)}, axis=1
    ),
    "channel shuffle": Case(
        [
            node("Reshape", "x rows", "r"),
            node("Transpose", "r", "t", perm=[0, 2, 1, 3, 4]),
            node("Reshape", "t back", "y"),
        ],
        ["channel shuffle"],
        stored={"rows": whole(0, 2, 2, 6, 6), "back": whole(0, -1, 6, 6)},
    ),
    "DepthToSpace": one("DepthToSpace", "pixel shuffle 2", blocksize=2, mode="CRD"),
    "Reshape": one("Reshape", "reshape 2×72", stored={"sizes": whole(0, 2, -1)}),
    "Reshape to a vector": one("Reshape", "flatten", stored={"sizes": whole(0, -1)}),
    "Flatten": one("Flatten", "flatten"),
    "Squeeze-11": one("Squeeze", "flatten", (4, 1, 1), 11, axes=[2, 3]),
    "Squeeze-13": one("Squeeze", "flatten", (4, 1, 1), stored={"axes": whole(2, 3)}),
    "Unsqueeze": one("Unsqueeze", "reshape 4×1×1", (4,), stored={"axes": whole(2, 3)}),
    "Transpose": one("Transpose", "permute H×W×C", perm=[0, 2, 3, 1]),
    "Transpose, there and back": Case(
        [
            node("Transpose", "x", "t", perm=[0, 2, 3, 1]),
            node("Relu", "t", "r"),
            node("Transpose", "r", "y", perm=[0, 3, 1, 2]),
        ],
        ["relu"],
    ),
    "Pad-2": one("Pad", "pad 1", opset=9, pads=[0, 0, 1, 1, 0, 0, 1, 1]),
    "Pad-13, reflected": one(
        "Pad", "pad 2", stored={"pads": whole(0, 0, 2, 2, 0, 0, 2, 2)}, mode="reflect"
    ),
    "Pad-18, of one axis": one(
        "Pad",
        "pad",
        opset=18,
        stored={"pads": whole(1, 2), "value": real(0), "axes": whole(3)},
    ),
    "Pad of channels": one("Pad", "pad 0", stored={"pads": whole(0, 1, 0, 0, 0, 2, 0, 0)}),
    "Upsample-7": one("Upsample", "upsample", opset=7, mode="nearest", scales=[1.0, 1.0, 2.0, 2.0]),
    "Upsample-9": one(
        "Upsample", "upsample", opset=9, stored={"by": np.array([1, 1, 2, 3], np.float32)}
    ),
    "Resize-10": one("Resize", "upsample", opset=10, stored={"by": np.array([1, 1, 2, 2], "f")}),
    "Resize, linear": one(
        "Resize",
        "upsample",
        stored={"roi": None, "by": np.array([1, 1, 2, 2], np.float32)},
        mode="linear",
    ),
    "Resize to a size": one(
        "Resize",
        "resample 9×5, linear",
        stored={"roi": None, "by": None, "to": whole(2, 4, 9, 5)},
        mode="linear",
        coordinate_transformation_mode="align_corners",
    ),
    "Identity and Cast": Case(
        [node("Identity", "x", "i"), node("Cast", "i", "c", to=1), node("Relu", "c", "y")], ["relu"]
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_an_operator_is_read_as_it_runs(case: Case, tmp_path: Path) -> None:
    """The rows that it is, nothing missing, and what onnxruntime makes of it."""
    made = model(case.nodes, {"x": [2, *case.shape]}, ["y"], case.stored, opset=case.opset)
    path = saved(made, tmp_path)
    net = ns.load(path)
    assert () == net.missing
    assert case.rows == [row.layer.describe() for row in net.graph.rows[1:]]
    inputs = sampled({"x": case.shape}, 2)
    (expected,) = run(path.read_bytes(), inputs)
    (actual,) = results(net.to_torch().eval(), inputs)
    assert_close(expected, actual)


REFUSED: dict[str, tuple[Case, str]] = {
    "an operator that nobody knows": (
        one("Det", "", (4, 6, 6)),
        "Det at y: no layer is this operator",
    ),
    "an operator of another domain": (
        Case([node("FusedConv", "x", "y", domain="com.microsoft")], []),
        "com.microsoft.FusedConv at y: no layer is this operator",
    ),
    "a norm in training": (
        one("BatchNormalization", "", stored=NORM, training_mode=1),
        "it is in training, and changes its statistics as it runs",
    ),
    "a norm for each position": (
        one("BatchNormalization", "", opset=7, stored=NORM, spatial=0),
        "it has a mean for each position (spatial = 0)",
    ),
    "dropout in training": (
        one("Dropout", "", stored={"share": real(0.5), "train": np.array(True)}),  # noqa: FBT003 numpy's
        "it is in training, and drops values as it runs",
    ),
    "Keras' hard sigmoid": (
        one("HardSigmoid", "", alpha=0.2),
        "it is 0.2·x + 0.5, and not x/6 + 1/2",
    ),
    "a pool with holes": (
        one("AveragePool", "", opset=19, kernel_shape=[2, 2], dilations=[2, 2]),
        "its window has holes: dilations [2, 2]",
    ),
    "a softmax of all": (
        one("Softmax", "", opset=11, axis=1),
        "it goes over axis 1 and all behind it at once",
    ),
    "lines as nobody draws them": (
        one("Upsample", "", opset=9, stored={"by": np.array([1, 1, 2, 2], "f")}, mode="linear"),
        "it is linear at asymmetric, floor, and not as torch does it",
    ),
    "a border of ones": (
        one("Pad", "", stored={"pads": whole(0, 0, 1, 1, 0, 0, 1, 1), "one": real(1)}),
        "its border is 1, and not 0",
    ),
    "a border taken away": (
        one("Pad", "", stored={"pads": whole(0, 0, -1, -1, 0, 0, 0, 0)}),
        "it cuts off instead of adding",
    ),
    "patches in another order": (
        one("DepthToSpace", "", blocksize=2),
        'its patches take every so-manieth channel (mode "DCR")',
    ),
    "an even number of neighbours": (
        one("LRN", "", size=4),
        "it looks at 4 channels, of which none is in the middle",
    ),
    "the batch in another place": (
        one("Transpose", "", perm=[1, 0, 2, 3]),
        "it moves the batch from its place",
    ),
    "samples mixed": (
        one("Reshape", "", stored={"sizes": whole(-1, 2, 6, 6)}),
        "it mixes samples with positions",
    ),
    "a mean of the batch": (
        one("ReduceMean", "", axes=[0]),
        "it works over the batch, and mixes its samples",
    ),
    "an axis that is not there": (
        one("LogSoftmax", "", axis=9),
        "there is no axis 9 in N×4×6×6",
    ),
    "an attribute that nobody knows": (
        one("Conv", "", stored=CONV, mystery=3),
        "conv knows no attribute mystery",
    ),
    "weights made by the network": (
        Case([node("Conv", "x x", "y")], []),
        "its weight is made by the network, and not stored",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_layer_is_is_told(name: str, tmp_path: Path) -> None:
    """Once, with the operator and the reason."""
    case, why = REFUSED[name]
    nodes = [*case.nodes, node("Relu", "x", "z")]
    made = model(nodes, {"x": [2, *case.shape]}, ["y", "z"], case.stored, opset=case.opset)
    (missing,) = ns.load(saved(made, tmp_path)).missing
    assert str(missing).endswith(why)
    assert 1 == missing.times


def test_idioms_are_no_operators_of_the_standard() -> None:
    """What kinds are read from is an operator of the standard, or known to be written out."""
    standard = {each.name for each in onnx.defs.get_all_schemas() if not each.domain}
    named = {op for kind in kinds() for op in kind.onnx_ops}
    assert IDIOMS == named - standard
