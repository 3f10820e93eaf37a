"""ONNX files that are broken, or mean harm: a clear error of ours, in bounded time and memory."""

import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("onnx")

import numpy as np
from onnx import TensorProto, helper, numpy_helper

import netsheet as ns
from netsheet.convert.onnx_model.weigh import MOST_FIELDS, weigh
from netsheet.core.errors import FileError, NetsheetError, UnsupportedError
from support.onnx_files import model, node, saved

ROOM = 2**30
"""Bytes that reading a hostile file may need beyond what is used already."""


@contextmanager
def little_room() -> Iterator[None]:
    """Let no more memory be taken than a little."""
    used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * 4096
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + ROOM, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


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


def rejected(made: Any, folder: Path) -> str:
    """The message with which a model is refused; it names the file."""
    path = saved(made, folder) if not isinstance(made, bytes) else folder / "net.onnx"
    if isinstance(made, bytes):
        path.write_bytes(made)
    with little_room(), pytest.raises(NetsheetError) as caught:
        ns.load(path).sheet()
    message = str(caught.value)
    assert "net.onnx" in message
    return message


def test_the_innocent_file_is_read(tmp_path: Path) -> None:
    """The files below are refused for what is wrong with them, and for nothing else."""
    net = ns.load(saved(small(), tmp_path))
    assert () == net.missing
    assert 4 * 3 * 9 + 4 + 8 == net.sheet().total.params


# --- not whole ---


def test_a_file_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    """At whichever byte, but for one that ends a field that may be missing."""
    data = small().SerializeToString()
    path = tmp_path / "net.onnx"
    whole = 0
    for end in range(len(data)):
        path.write_bytes(data[:end])
        try:
            ns.load(path)
            whole += 1
        except NetsheetError as error:
            assert "net.onnx" in str(error)  # noqa: PT017 either way is right
    assert whole <= 1  # the version of the operators comes last, and may be left out


@pytest.mark.parametrize(
    "data",
    [b"", b"# a sheet\n\n| name | layer |\n", b"\x89PNG\r\n\x1a\n" + bytes(200), bytes(10_000)],
    ids=["nothing", "a sheet", "a picture", "zeros"],
)
def test_another_kind_of_file_is_refused(data: bytes, tmp_path: Path) -> None:
    """Whatever is called .onnx."""
    assert "is no whole ONNX file" in rejected(data, tmp_path)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """And a folder that is called so."""
    with pytest.raises(FileError, match="there is no file"):
        ns.load(tmp_path / "net.onnx")
    (tmp_path / "folder.onnx").mkdir()
    with pytest.raises(FileError, match="there is no file"):
        ns.load(tmp_path / "folder.onnx")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_bytes_changed_at_random_raise_nothing_else(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A file either is read, or refused by an error of ours."""
    changed = bytearray(small().SerializeToString())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(changed) - 1))
        changed[place] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("hostile") / "net.onnx"
    path.write_bytes(bytes(changed))
    try:
        ns.load(path).sheet()
    except NetsheetError:
        pass
    finally:
        path.unlink()


# --- far too much ---


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


def test_graphs_without_end_are_refused(tmp_path: Path) -> None:
    """A thousand graphs inside each other."""
    assert "its graphs are nested more than 40 deep" in rejected(nested(1000), tmp_path)


def test_millions_of_empty_operators_are_refused(tmp_path: Path) -> None:
    """Two bytes each in the file would be a hundred in memory."""
    nodes = b"\x0a\x00" * (MOST_FIELDS + 1)
    data = b"\x3a" + varint(len(nodes)) + nodes
    assert "it has more than 1,000,000 entries" in rejected(data, tmp_path)


def test_more_operators_than_any_network_has_are_refused(tmp_path: Path) -> None:
    """Each with a name and an output."""
    graph = small().graph
    graph.node.extend(helper.make_node("Relu", ["x"], [f"r{n}"]) for n in range(50_001))
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    assert "it has more than 50,000 operators" in rejected(made, tmp_path)


def test_weighing_counts_fields() -> None:
    """A graph of two operators with a name each: one, two and two."""
    graph = b"\x0a\x03\x1a\x01a" * 2
    assert 5 == weigh(b"\x3a" + varint(len(graph)) + graph, Path("net.onnx"))


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


def test_a_function_that_calls_itself_is_refused(tmp_path: Path) -> None:
    """There is no end to laying it out."""
    made = with_functions(function("first", node("first", "a", "z", domain="own")))
    assert "its functions call each other more than 32 deep" in rejected(made, tmp_path)


def test_functions_that_double_each_other_are_refused(tmp_path: Path) -> None:
    """Thirty functions, each calling the next twice, are a thousand million operators."""
    names = ["first", *(f"f{n}" for n in range(29)), "last"]
    functions = [
        function(
            name,
            node(then, "a", "b", domain="own"),
            node(then, "b", "z", domain="own"),
        )
        for name, then in pairwise(names)
    ]
    made = with_functions(*functions, function("last", node("Relu", "a", "z")))
    assert "it has more than 50,000 operators" in rejected(made, tmp_path)


def test_a_function_is_laid_out(tmp_path: Path) -> None:
    """The innocent use of one: its operators, with the attributes that it is handed."""
    leaky = node("LeakyRelu", "a", "b")
    leaky.attribute.add(name="alpha", type=1, ref_attr_name="slope")
    own = helper.make_function(
        "own", "first", ["a"], ["z"], [leaky, node("Relu", "b", "z")],
        [helper.make_opsetid("", 17)], ["slope"],
    )  # fmt: skip
    made = small(nodes=[node("first", "x", "y", domain="own", slope=0.25)])
    made.functions.append(own)
    net = ns.load(saved(made, tmp_path))
    assert ["input", "leaky relu", "relu"] == [row.layer.kind for row in net.graph.rows]
    assert 0.25 == net.graph.rows[1].layer.slope


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


@pytest.mark.parametrize("name", BOMBS)
def test_a_tensor_blown_up_is_refused(name: str, tmp_path: Path) -> None:
    """What an operator makes of a few bytes is never made."""
    rejected(BOMBS[name](), tmp_path)


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


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda: sized(2**31, 2**31), "can't be 2147483648×2147483648"),
        (lambda: sized(-4, 3, 3, 3), "can't be -4×3×3×3"),
        (lambda: sized(*[1] * 40, values=bytes(4)), "can't be 1×1×1"),
        (lambda: sized(4, 3, 3, 3), "has 0 values, and 108 are needed"),
        (lambda: sized(4, 3, 3, 3, values=bytes(8)), "has 8 bytes, and 432 are needed"),
        (lambda: sized(4, 3, 3, 3, float_data=[1.0]), "has 1 values, and 108 are needed"),
        (lambda: sized(1, values=b""), "has 0 bytes, and 4 are needed"),
    ],
)
def test_a_tensor_that_is_not_there_is_refused(
    made: Callable[[], Any], why: str, tmp_path: Path
) -> None:
    """By what it says, and by the bytes that there are."""
    message = rejected(made(), tmp_path)
    assert 'the tensor "w"' in message
    assert why in message


def test_a_tensor_of_an_unknown_type_is_refused(tmp_path: Path) -> None:
    """A number that stands for no type."""
    made = sized(4, 3, 3, 3)
    made.graph.initializer[0].data_type = 99
    assert "has an unknown type, 99" in rejected(made, tmp_path)


def test_many_values_of_one_number_take_no_room(tmp_path: Path) -> None:
    """A thousand million weights that are all alike are counted, and never laid out."""
    made = small(
        nodes=[node("ConstantOfShape", "s", "w"), node("Gemm", "x w", "y", transB=1)],
        inputs={"x": ["N", 2**15]},
        stored={"s": np.array([2**15, 2**15])},
    )
    path = saved(made, tmp_path)
    with little_room():
        assert 2**30 == ns.load(path).sheet().total.params


# --- contradictions ---


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


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_file_that_contradicts_itself_is_refused(name: str, tmp_path: Path) -> None:
    """With what is wrong, and where."""
    make, why = CONTRADICTIONS[name]
    assert why in rejected(make(), tmp_path)


def test_names_steer_no_terminal(tmp_path: Path) -> None:
    """Neither in messages nor in rows' names, however long they are."""
    bad = "\x1b[31m|`x`\n" + "y" * 10_000
    made = small(
        nodes=[helper.make_node("Relu", ["x"], ["y"], name=bad), node("Det", "y", "z", bad[:30])],
        outputs=["y", "z"],
    )
    net = ns.load(saved(made, tmp_path))
    shown = "\n".join((*map(str, net.missing), *net.rows, net.to_markdown()))
    assert "\x1b" not in shown
    assert all(len(row) <= 200 for row in net.rows)


# --- values beside the file ---


def beside(folder: Path, location: str, **entries: Any) -> Any:
    """A model whose tensor w lies in a file beside it, which says so."""
    made = sized(4, 3, 3, 3)
    (tensor,) = (t for t in made.graph.initializer if t.name == "w")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in {"location": location, **entries}.items():
        tensor.external_data.add(key=key, value=str(value))
    return saved(made, folder)


def test_values_beside_are_read(tmp_path: Path) -> None:
    """From the model's folder or one in it, from an offset on."""
    values = np.arange(108, dtype="<f4")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "w.bin").write_bytes(b"1234" + values.tobytes())
    net = ns.load(beside(tmp_path, "data/w.bin", offset=4, length=432))
    assert np.array_equal(values.reshape(4, 3, 3, 3), net.weights["conv1.conv.weight"])


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    """It leads nowhere else."""
    (tmp_path / "w.bin").write_bytes(bytes(432))
    (tmp_path / "link.bin").symlink_to("w.bin")
    assert 128 - 8 == ns.load(beside(tmp_path, "link.bin")).totals().params


WATCHERS: list[list[str]] = []
"""Lists that note which files are opened; a hook of Python's own can't be taken out again."""


def notice(event: str, given: tuple[Any, ...]) -> None:
    """Note a file that is opened."""
    if event == "open":
        for each in WATCHERS:
            each.append(str(given[0]))


sys.addaudithook(notice)


@contextmanager
def opened() -> Iterator[list[str]]:
    """The files that are opened meanwhile."""
    found: list[str] = []
    WATCHERS.append(found)
    try:
        yield found
    finally:
        WATCHERS.remove(found)


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


@pytest.mark.parametrize("name", ELSEWHERE)
def test_values_elsewhere_are_not_read(name: str, tmp_path: Path) -> None:
    """Outside of the folder, or what is no plain file: nothing is opened."""
    inside = tmp_path / "model"
    (inside / "data").mkdir(parents=True)
    (tmp_path / "secret.bin").write_bytes(bytes(432))
    (inside / "link.bin").symlink_to(tmp_path / "secret.bin")
    (inside / "away").symlink_to(tmp_path)
    os.mkfifo(inside / "pipe")
    path = beside(inside, ELSEWHERE[name].replace("ABOVE", str(tmp_path)))
    with opened() as files, pytest.raises(FileError, match=r'the tensor "w"'):
        ns.load(path)
    assert str(path) in files
    assert not [each for each in files if "secret" in each or "pipe" in each]


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ({"offset": 4}, "it ends at byte 432, and byte 436 is needed"),
        ({"length": 400}, "has 400 bytes in w.bin, and 432 are needed"),
        ({"offset": "-4"}, 'has "-4" for its offset'),
        ({"offset": "9" * 30}, "for its offset in a file beside"),
    ],
)
def test_values_that_are_not_all_beside_are_refused(
    entries: dict[str, Any], why: str, tmp_path: Path
) -> None:
    """Before they are looked at."""
    (tmp_path / "w.bin").write_bytes(bytes(432))
    with pytest.raises(FileError, match=why):
        ns.load(beside(tmp_path, "w.bin", **entries))


# --- graphs changed at random ---

WORDS = ("Conv", "Relu", "Gemm", "Reshape", "Transpose", "Concat", "Split", "Slice", "Pad", "Mul")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_graphs_changed_at_random_raise_nothing_else(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Operators, inputs and numbers swapped: a sheet, or an error of ours."""
    made = small()
    names = ["x", "w", "b", "v", "c", "r", "p", "f", ""]
    for _ in range(data.draw(st.integers(1, 4))):
        each = data.draw(st.sampled_from(list(made.graph.node)))
        match data.draw(st.sampled_from(["op", "input", "more", "ints", "int"])):
            case "op":
                each.op_type = data.draw(st.sampled_from(WORDS))
            case "input":
                each.input[data.draw(st.integers(0, len(each.input) - 1))] = data.draw(
                    st.sampled_from(names)
                )
            case "more":
                each.input.append(data.draw(st.sampled_from(names)))
            case "ints":
                name = data.draw(st.sampled_from(["kernel_shape", "strides", "pads", "perm"]))
                numbers = data.draw(st.lists(st.integers(-3, 9), max_size=5))
                each.attribute.append(helper.make_attribute(name, numbers or [0]))
            case "int":
                name = data.draw(st.sampled_from(["axis", "group", "transB", "keepdims"]))
                number = data.draw(st.sampled_from([-9, -1, 0, 1, 2, 5, 2**62]))
                each.attribute.append(helper.make_attribute(name, number))
    path = saved(made, tmp_path_factory.mktemp("hostile"))
    try:
        ns.load(path).sheet()
    except NetsheetError:
        pass
    finally:
        path.unlink()


def test_onnx_that_is_not_installed_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With how to get it."""
    path = saved(small(), tmp_path)
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(UnsupportedError, match=r'pip install "netsheet\[onnx\]"'):
        ns.load(path)
