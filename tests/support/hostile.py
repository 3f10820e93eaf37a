"""ONNX files that are broken, or mean harm, for tests that begin with `pytest.importorskip`."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from support.onnx_files import model, node, saved


def small(**changes: Any) -> Any:
    """A convolution, a norm and a dense layer; with other nodes, inputs or tensors if told."""
    given = {
        "nodes": [
            node("Conv", "x w b", "c", "conv1", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
            node("Relu", "c", "r"),
            node("GlobalAveragePool", "r", "p"),
            node("Flatten", "p", "f"),
            node("Gemm", "f v", "y", transB=1),
        ],
        "inputs": {"x": ["N", 3, 8, 8]},
        "outputs": ["y"],
        "stored": {
            "w": np.ones((4, 3, 3, 3), "f"),
            "b": np.ones(4, "f"),
            "v": np.ones((2, 4), "f"),
        },
    }
    return model(**{**given, **changes})


def nested(depth: int) -> bytes:
    """Graphs in attributes of operators in graphs, so many deep."""
    inner = b""
    for _ in range(depth):
        for key in (0x32, 0x2A, 0x0A):  # attribute.g, node.attribute, graph.node
            inner = bytes([key]) + varint(len(inner)) + inner
    return b"\x3a" + varint(len(inner)) + inner  # model.graph


def varint(number: int) -> bytes:
    """A number as the format writes it."""
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    found.append(number)
    return bytes(found)


def with_functions(*functions: Any) -> Any:
    """A model that calls the first of its functions."""
    made = small(nodes=[node("first", "x", "y", domain="own")])
    made.functions.extend(functions)
    made.opset_import.append(helper.make_opsetid("own", 1))
    return made


def function(name: str, *nodes: Any) -> Any:
    """A function of one input and one output."""
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]
    return helper.make_function("own", name, ["a"], ["z"], list(nodes), opsets)


def branching(depth: int) -> Any:
    """Branches that are taken, in each other, so many deep."""
    inner = [node("Relu", "first", "o0")]
    for level in range(1, depth + 1):
        value = helper.make_tensor_value_info(f"o{level - 1}", TensorProto.FLOAT, None)
        graph = helper.make_graph(inner, f"g{level}", [], [value])
        taken = node("If", "yes", f"o{level}", then_branch=graph, else_branch=graph)
        inner = [taken]
    stored = {"yes": np.array([True])}
    return small(nodes=[node("Relu", "x", "first"), *inner], outputs=[f"o{depth}"], stored=stored)


def itself() -> Any:
    """A function that calls itself."""
    return with_functions(function("first", node("first", "a", "z", domain="own")))


def doubling() -> Any:
    """Thirty functions, each calling the next twice."""
    names = ["first", *(f"f{n}" for n in range(29)), "last"]
    functions = [
        function(
            name,
            node(then, "a", "b", domain="own"),
            node(then, "b", "z", domain="own"),
        )
        for name, then in pairwise(names)
    ]
    return with_functions(*functions, function("last", node("Relu", "a", "z")))


def bomb(op: str, *stored: Any, **attributes: Any) -> Any:
    """A network whose weights an operator blows up."""
    names = [f"s{place}" for place, _ in enumerate(stored)]
    return small(
        nodes=[node(op, " ".join(names), "big", **attributes), node("Add", "x big", "y")],
        stored=dict(zip(names, stored, strict=True)),
    )


BOMBS: dict[str, Callable[[], Any]] = {
    "ConstantOfShape": lambda: bomb("ConstantOfShape", np.array([2**40, 2**20])),
    "Expand": lambda: bomb("Expand", np.ones(1, "f"), np.array([2**33, 2**30])),
    "Tile": lambda: bomb("Tile", np.ones(4, "f"), np.array([2**40])),
    "Range": lambda: bomb("Range", np.array(0), np.array(2**60), np.array(1)),
    "Range by nothing": lambda: bomb("Range", np.array(0), np.array(9), np.array(0)),
    "broadcasting": lambda: bomb("Mul", np.ones((2**18, 1), "f"), np.ones((1, 2**18), "f")),
    "Gather": lambda: bomb("Gather", np.ones((2**12, 16), "f"), np.zeros(2**15, np.int64)),
}


def sized(*dims: int, values: Any = None, **fields: Any) -> Any:
    """A model with a tensor that says it is so large."""
    made = small()
    tensor = TensorProto(name="w", data_type=1, dims=dims, **fields)
    if values is not None:
        tensor.raw_data = values
    for place, stored in enumerate(made.graph.initializer):
        if stored.name == "w":
            made.graph.initializer[place].CopyFrom(tensor)
    return made


def doubled_tensor() -> Any:
    """Two tensors of one name."""
    made = small()
    made.graph.initializer.append(numpy_helper.from_array(np.ones(3, "f"), "w"))
    return made


CONTRADICTIONS: dict[str, tuple[Callable[[], Any], str]] = {
    "a circle": (
        lambda: small(nodes=[node("Add", "x b2", "a2"), node("Relu", "a2", "b2"),
                             node("Relu", "a2", "y")]),
        'its operators go round in a circle: Add "a2", Relu "b2"',
    ),
    "an operator that reads itself": (
        lambda: small(nodes=[node("Add", "x y", "y")]),
        'its operators go round in a circle: Add "y"',
    ),
    "a value made twice": (
        lambda: small(nodes=[node("Relu", "x", "y"), node("Tanh", "x", "y", "again")]),
        'the value "y" is made twice, last by Tanh "again"',
    ),
    "an input made again": (
        lambda: small(nodes=[node("Relu", "x", "x"), node("Relu", "x", "y")]),
        'the value "x" is made twice',
    ),
    "a tensor made again": (
        lambda: small(nodes=[node("Relu", "x", "w"), node("Relu", "w", "y")]),
        'the value "w" is made twice',
    ),
    "nothing to read": (
        lambda: small(nodes=[node("Add", "x nowhere", "y", "sum")]),
        'Add "sum" reads "nowhere", which nothing makes',
    ),
    "an output from nowhere": (
        lambda: small(outputs=["nowhere"]),
        'nothing makes its output "nowhere"',
    ),
    "two tensors of one name": (doubled_tensor, 'two of its tensors are called "w"'),
    "no input": (
        lambda: small(nodes=[node("Relu", "w", "y")], inputs={}),
        "has no input",
    ),
    "an open input": (
        lambda: small(inputs={"x": ["N", 3, "H", "W"]}),
        'leaves its input "x" open: N×3×H×W',
    ),
    "an input of unknown size": (lambda: small(inputs={"x": None}), 'leaves its input "x" open'),
    "an input of no size": (lambda: small(inputs={"x": [1, 3, -8, 0]}), "-8 is no size"),
    "an input of gigantic size": (
        lambda: small(inputs={"x": [1, 3, 2**40, 8]}),
        "1099511627776 is no size",
    ),
    "an input of six axes": (
        lambda: small(inputs={"x": [1, 3, 2, 2, 2, 2]}),
        "its batch first, then channels and up to three axes",
    ),
    "an input without a batch": (lambda: small(inputs={"x": [3]}), 'its input "x" is 3'),
    "weights that don't fit": (
        lambda: small(stored={"w": np.ones((4, 5, 3, 3), "f"), "b": np.ones(4, "f"),
                              "v": np.ones((2, 4), "f")}),
        "its weight is 4×5×3×3, and conv needs 4×3×3×3",
    ),
    "a window larger than the map": (
        lambda: small(nodes=[node("Conv", "x w", "y", kernel_shape=[30, 30])],
                      stored={"w": np.ones((4, 3, 30, 30), "f")}),
        "the window doesn't fit the input's height",
    ),
    "a stride of 0": (
        lambda: small(nodes=[node("Conv", "x w", "y", strides=[0, 0])]),
        "stride of conv can't be 0",
    ),
    "no groups": (
        lambda: small(nodes=[node("Conv", "x w", "y", group=0)]),
        "groups of conv can't be 0",
    ),
    "a border of less than nothing": (
        lambda: small(nodes=[node("Conv", "x w", "y", pads=[-1, -1, -1, -1])]),
        "padding of conv can't be -1",
    ),
    "pads for other axes": (
        lambda: small(nodes=[node("Conv", "x w", "y", pads=[1, 1, 1])]),
        "3 pads for 2 axes",
    ),
    "an attribute of another type": (
        lambda: small(nodes=[node("Conv", "x w", "y", kernel_shape="three")]),
        "no operator that a layer is",
    ),
    "a branch that is missing": (
        lambda: small(nodes=[node("If", "c0", "i"), node("Add", "x i", "y")],
                      stored={"c0": np.array(True)}),  # noqa: FBT003 numpy's
        "has no then_branch",
    ),
    "operators from before": (lambda: small(opset=6), "its operators are of opset 6; read are 7"),
    "operators of the future": (lambda: small(opset=999), "its operators are of opset 999"),
    "too few inputs": (lambda: small(nodes=[node("Conv", "x", "y")]), "no operator that a layer"),
    "a reshape that can't be": (
        lambda: small(nodes=[node("Reshape", "x s", "y")], stored={"s": np.array([7, 7])}),
        "can't be cut into 7×7",
    ),
    "parts that are too many": (
        lambda: small(nodes=[node("Split", "x", "y z", axis=1, num_outputs=0)], opset=18),
        "no operator that a layer is",
    ),
    "nothing to slice": (
        lambda: small(nodes=[node("Slice", "x s e", "y")],
                      stored={"s": np.array([5]), "e": np.array([2])}),
        "nothing is left of it",
    ),
}  # fmt: skip


def beside(folder: Path, location: str, **entries: Any) -> Path:
    """A model whose tensor w lies in a file beside it, which says so."""
    made = sized(4, 3, 3, 3)
    (tensor,) = (t for t in made.graph.initializer if t.name == "w")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in {"location": location, **entries}.items():
        tensor.external_data.add(key=key, value=str(value))
    return saved(made, folder)


ELSEWHERE = {
    "above": "../secret.bin",
    "above, by a detour": "data/../../secret.bin",
    "above, in another notation": "..\\secret.bin",
    "an absolute path": "ABOVE/secret.bin",
    "an absolute path of Windows": "C:\\secret.bin",
    "a drive": "C:secret.bin",
    "nowhere": "",
    "a byte that ends names": "w\0.bin",
    "a link out": "link.bin",
    "a folder linked out": "away/secret.bin",
    "a folder": "data",
    "the folder itself": ".",
    "a pipe": "pipe",
    "a file that is not there": "none.bin",
}
