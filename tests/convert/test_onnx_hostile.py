"""ONNX files that are broken, or mean harm: a clear error of ours, in bounded time and memory."""

import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("onnx")

import numpy as np
from onnx import helper

import netsheet as ns
from netsheet.convert.onnx_model.weigh import MOST_FIELDS, weigh
from netsheet.core.errors import FileError, NetsheetError, UnsupportedError
from support.hostile import (
    BOMBS,
    CONTRADICTIONS,
    ELSEWHERE,
    beside,
    branching,
    doubling,
    itself,
    nested,
    sized,
    small,
    varint,
)
from support.onnx_files import node, saved

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


def test_text_that_is_none_is_refused(tmp_path: Path) -> None:
    """A name in bytes that are no UTF-8, which some versions of the parser let through."""
    data = small().SerializeToString().replace(b"conv1", b"conv\xff")
    assert "is not UTF-8" in rejected(data, tmp_path)


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


def test_a_function_that_calls_itself_is_refused(tmp_path: Path) -> None:
    """There is no end to laying it out."""
    assert "its functions call each other more than 32 deep" in rejected(itself(), tmp_path)


@pytest.mark.parametrize(("depth", "read"), [(1, True), (4, True), (10, False)])
def test_branches_end(depth: int, read: bool, tmp_path: Path) -> None:  # noqa: FBT001 of a case
    """Those that are taken are laid out; far too deep, they are refused."""
    made = branching(depth)
    if read:
        assert ["input", "relu", "relu"] == [
            row.layer.kind for row in ns.load(saved(made, tmp_path)).graph.rows
        ]
    else:
        assert "has branches without end" in rejected(made, tmp_path)


def test_functions_that_double_each_other_are_refused(tmp_path: Path) -> None:
    """Thirty functions, each calling the next twice, are a thousand million operators."""
    assert "it has more than 50,000 operators" in rejected(doubling(), tmp_path)


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


@pytest.mark.parametrize("name", BOMBS)
def test_a_tensor_blown_up_is_refused(name: str, tmp_path: Path) -> None:
    """What an operator makes of a few bytes is never made."""
    rejected(BOMBS[name](), tmp_path)


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


# --- what the guards are good for ---

NOTICED = (AssertionError, pytest.fail.Exception, RecursionError, MemoryError, LookupError)
"""How a test above fails when its guard is gone."""


def blown_up(folder: Path) -> None:
    """A tensor that an operator blows up."""
    assert "can't be 262144×262144" in rejected(BOMBS["broadcasting"](), folder)


def round_in_circles(folder: Path) -> None:
    """Operators that wait for each other."""
    test_a_file_that_contradicts_itself_is_refused("a circle", folder)


def out_of_the_folder(folder: Path) -> None:
    """Values in a file above the model."""
    test_values_elsewhere_are_not_read("above", folder)


def values_that_are_not_there(folder: Path) -> None:
    """A tensor with fewer bytes than it says."""
    test_a_tensor_that_is_not_there_is_refused(
        lambda: sized(4, 3, 3, 3, values=bytes(8)), "has 8 bytes, and 432 are needed", folder
    )


GUARDS: dict[str, tuple[str, Any, Callable[[Path], None]]] = {
    "depth of graphs": ("weigh.DEEPEST", 10**6, test_graphs_without_end_are_refused),
    "entries": ("weigh.MOST_FIELDS", 10**9, test_millions_of_empty_operators_are_refused),
    "text": (
        "weigh._check_text",
        lambda *_: None,
        test_text_that_is_none_is_refused,
    ),
    "operators": (
        "functions.MOST_NODES",
        10**6,
        test_more_operators_than_any_network_has_are_refused,
    ),
    "depth of functions": (
        "functions.DEEPEST",
        10**6,
        test_a_function_that_calls_itself_is_refused,
    ),
    "depth of branches": (
        "branches.DEEPEST",
        10**6,
        lambda folder: test_branches_end(10, read=False, tmp_path=folder),
    ),
    "values": ("tensors.MOST_VALUES", 2**80, blown_up),
    "bytes": ("tensors._check_bytes", lambda *_: None, values_that_are_not_there),
    "circles": ("model.sorted_nodes", lambda nodes, *_: tuple(nodes), round_in_circles),
    "the folder": (
        "beside.within",
        lambda folder, location, _: folder / location,
        out_of_the_folder,
    ),
}


@pytest.mark.parametrize("name", GUARDS)
def test_without_its_guard_a_file_gets_through(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: each guard taken out, its test fails; with it, it passes."""
    guard, without, test = GUARDS[name]
    (tmp_path / "with").mkdir()
    (tmp_path / "without").mkdir()
    test(tmp_path / "with")
    monkeypatch.setattr(f"netsheet.convert.onnx_model.{guard}", without)
    with pytest.raises(NOTICED):
        test(tmp_path / "without")


def test_a_file_that_is_opened_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: without the guard the secret is read, and the watch sees it."""
    (tmp_path / "model").mkdir()
    (tmp_path / "secret.bin").write_bytes(bytes(432))
    monkeypatch.setattr(
        "netsheet.convert.onnx_model.beside.within",
        lambda folder, location, _: folder / location,
    )
    with opened() as files:
        net = ns.load(beside(tmp_path / "model", "../secret.bin"))
        assert 0 == net.weights["conv1.conv.weight"].sum()
    assert [each for each in files if "secret" in each]
