"""Which tensor belongs where: by names, by order, by shapes; what may be left out, and what not."""

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("safetensors")
pytest.importorskip("numpy")

import numpy as np
import torch

import netsheet as ns
from netsheet.core.errors import FileError
from netsheet.layers.conv import Conv
from netsheet.layers.dense import Dense
from netsheet.weights.take import take
from support.weight_files import assert_weights, small, state, write

SUFFIXES = [".pth", ".pt", ".safetensors", ".npz", ".onnx"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_by_name(suffix: str, tmp_path: Path) -> None:
    """The names of the rows, in every sort of file, whatever the order."""
    expected = state(small())
    shuffled = dict(sorted(expected.items(), reverse=True))
    taken = take(small().graph, write(tmp_path / f"w{suffix}", shuffled))
    assert_weights(expected, taken.weights)
    assert {"by name"} == {match.how for match in taken.report.matches}
    assert () == taken.report.left


@pytest.mark.parametrize("suffix", [".pth", ".npz"])
def test_by_order(suffix: str, tmp_path: Path) -> None:
    """Names that say nothing of the rows, in the order of the rows."""
    expected = state(small())
    parts = ["a.0", "a.1", "b.0", "c", "d"]
    rows = dict(zip(dict.fromkeys(n.rpartition(".")[0] for n in expected), parts, strict=True))
    renamed = {
        f"{rows[name.rpartition('.')[0]]}.{name.rpartition('.')[2]}": value
        for name, value in expected.items()
    }
    taken = take(small().graph, write(tmp_path / f"w{suffix}", renamed))
    assert_weights(expected, taken.weights)
    assert {"by order"} == {match.how for match in taken.report.matches}


@pytest.mark.parametrize("counters", [True, False])
def test_names_that_tell_nothing(tmp_path: Path, counters: Any) -> None:
    """`arr_0`, `arr_1`, …: the order of all tensors, with or without counters."""
    expected = state(small())
    values = [v for n, v in expected.items() if counters or not n.endswith("tracked")]
    np.savez(tmp_path / "w.npz", *values)
    taken = take(small().graph, tmp_path / "w.npz")
    assert_weights(expected, taken.weights)
    np.savez(tmp_path / "w.npz", *reversed(values))
    with pytest.raises(FileError, match="in its order its tensors don't have the network's shapes"):
        take(small().graph, tmp_path / "w.npz")


def test_shapes_alone(tmp_path: Path) -> None:
    """Where no two shapes are alike, neither order nor names are needed."""
    net = ns.net.Net.build("Distinct", (3, 8, 8), [(f"c{n}", _conv(n + 2)) for n in range(4)])
    expected = state(net)
    words = dict(zip(("c0", "c1", "c2", "c3"), ("zeta", "beta", "eta", "alpha"), strict=True))
    renamed = {
        f"{words[n.rpartition('.')[0]]}.{n.rpartition('.')[2]}": v for n, v in expected.items()
    }
    taken = take(net.graph, write(tmp_path / "w.safetensors", renamed))
    assert_weights(expected, taken.weights)
    assert {"by shape and by numbers in names"} == {match.how for match in taken.report.matches}


def _conv(out: int) -> Any:
    return Conv(out=out, kernel=3, padding=1)


def test_two_alike_without_an_order(tmp_path: Path) -> None:
    """Two convolutions of one shape, in a file that keeps no order: both ways fit."""
    net = ns.net.Net.build("Alike", (3, 8, 8), [("one", _conv(3)), ("two", _conv(3))])
    expected = state(net)
    renamed = {n.replace("one", "left").replace("two", "right"): v for n, v in expected.items()}
    path = write(tmp_path / "w.safetensors", renamed)
    with pytest.raises(FileError, match=r"left and right could be taken for each other"):
        take(net.graph, path)
    numbered = {n.replace("one", "x9").replace("two", "x10"): v for n, v in expected.items()}
    taken = take(net.graph, write(tmp_path / "w.safetensors", numbered))
    assert_weights(expected, taken.weights)


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "model.module.", "backbone."])
def test_prefixes(prefix: str, tmp_path: Path) -> None:
    """What stands before all names is taken away, and told."""
    expected = state(small())
    path = write(tmp_path / "w.pth", {prefix + name: value for name, value in expected.items()})
    taken = take(small().graph, path)
    assert_weights(expected, taken.weights)
    assert f'names are taken without "{prefix}"' in taken.report.text()
    assert {"by name"} == {match.how for match in taken.report.matches}


def test_a_prefix_of_some_names(tmp_path: Path) -> None:
    """A training script's own tensors beside the network's are left over."""
    expected = state(small())
    tensors = {f"model.{n}": v for n, v in expected.items()} | {"loss.weight": np.zeros(3)}
    taken = take(small().graph, write(tmp_path / "w.pth", tensors))
    assert_weights(expected, taken.weights)
    assert ["loss.weight"] == [entry.name for entry in taken.report.left]


def test_a_prefix_that_is_the_networks_own_stays(tmp_path: Path) -> None:
    """Where all rows stand in one group, its name is no prefix."""
    net = ns.net.Net.build("Grouped", (3, 8, 8), [("net.a", _conv(4)), ("net.b", _conv(5))])
    expected = state(net)
    taken = take(net.graph, write(tmp_path / "w.pth", expected))
    assert_weights(expected, taken.weights)
    assert () == taken.report.notes


def test_tables_inside_tables(tmp_path: Path) -> None:
    """The network's weights are found among epochs, optimisers and averages, and it is told."""
    expected = {name: torch.from_numpy(value) for name, value in state(small()).items()}
    other = {name: value * 2 for name, value in expected.items()}
    checkpoint = {
        "epoch": 3,
        "optimizer": {"state": {0: {"exp_avg": torch.zeros(3)}}},
        "model_ema": other,
        "state_dict": {f"module.{name}": value for name, value in expected.items()},
    }
    torch.save(checkpoint, tmp_path / "w.pth")
    taken = take(small().graph, tmp_path / "w.pth")
    assert_weights({n: v.numpy() for n, v in expected.items()}, taken.weights)
    text = taken.report.text()
    assert '  the weights are its "state_dict"\n  not taken: "model_ema"\n' in text


def test_what_may_be_left_out(tmp_path: Path) -> None:
    """Counters; a bias of 0; a norm that neither scales nor shifts: they change nothing."""
    expected = state(small())
    path = write(
        tmp_path / "w.pth",
        {
            name: value
            for name, value in expected.items()
            if name not in {"conv1.bn.weight", "conv1.bn.bias", "conv2.conv.bias"}
            and not name.endswith("tracked")
        },
    )
    taken = take(small().graph, path)
    expected["conv1.bn.weight"][:] = 1
    expected["conv1.bn.bias"][:] = 0
    expected["conv2.conv.bias"][:] = 0
    assert_weights(expected, taken.weights)
    assert "not in the file, and 0 says the same: conv1.bn.bias, conv2.conv.bias" in " ".join(
        taken.report.text().split()
    )


@pytest.mark.parametrize(
    "name",
    ["conv1.conv.weight", "conv1.bn.running_var", "conv1.bn.weight", "fc2.weight", "fc2.bias"],
)
def test_what_is_missing(name: str, tmp_path: Path) -> None:
    """A weight, a statistic, half a norm, a bias where others have theirs: nothing stands for it."""
    expected = state(small())
    del expected[name]
    with pytest.raises(FileError, match=rf"1 tensor missing: {name}"):
        take(small().graph, write(tmp_path / "w.pth", expected))


@pytest.mark.parametrize("value", [0, 1])
def test_a_bias_too_many(value: int, tmp_path: Path) -> None:
    """A bias that the network has no place for must be 0."""
    expected = state(small())
    tensors = {**expected, "conv1.conv.bias": np.full(4, value, np.float32)}
    path = write(tmp_path / "w.pth", tensors)
    if value:
        with pytest.raises(FileError, match=r"conv1\.conv\.bias is not 0, and conv1\.conv has no"):
            take(small().graph, path)
    else:
        assert_weights(expected, take(small().graph, path).weights)


def test_side_classifiers_are_left_out(tmp_path: Path) -> None:
    """Parts of a file that the network lacks, where only one choice of them fits."""
    expected = state(small())
    renamed = {
        name.replace("conv", "stage").replace("fc", "head"): v for name, v in expected.items()
    }
    aux = {f"aux.{n}": v for n, v in (("0.weight", np.ones((5, 6))), ("0.bias", np.ones(5)))}
    taken = take(small().graph, write(tmp_path / "w.pth", {**aux, **renamed}))
    assert_weights(expected, taken.weights)
    assert sorted(aux) == sorted(entry.name for entry in taken.report.left)
    twice: dict[str, Any] = {}
    for name, value in renamed.items():
        twice |= {name.replace("head1", "side1"): value} if "head1" in name else {}
        twice[name] = value
    twice = dict(sorted(twice.items(), key=lambda pair: "stage" not in pair[0]))
    with pytest.raises(FileError, match="parts of it could be left out in several ways"):
        take(small().graph, write(tmp_path / "w.pth", twice))


@pytest.mark.parametrize("suffix", [".pth", ".npz"])
def test_matrices_that_are_turned(suffix: str, tmp_path: Path) -> None:
    """Inputs × outputs: told by those that aren't square, and then true of the square ones too."""
    expected = state(small())
    turned = {
        n: v.T.copy() if n.startswith("fc") and v.ndim == 2 else v for n, v in expected.items()
    }
    taken = take(small().graph, write(tmp_path / f"w{suffix}", turned))
    assert_weights(expected, taken.weights)
    assert "turned: fc1.dense.weight 6×5, fc2.weight 5×5" in taken.report.text()


def test_a_square_matrix_in_doubt(tmp_path: Path) -> None:
    """Where a file keeps matrices both ways round, a square one could be either."""
    net = ns.net.Net.build("D", (4,), [(f"d{n}", _dense(out)) for n, out in enumerate((5, 5, 6))])
    expected = state(net)
    expected["d0.weight"] = expected["d0.weight"].T.copy()
    with pytest.raises(FileError, match="it is square, and the file keeps matrices both ways"):
        take(net.graph, write(tmp_path / "w.npz", expected))


def _dense(out: int) -> Any:
    return Dense(out=out)


def test_a_map_laid_flat_in_another_order(tmp_path: Path) -> None:
    """A turned matrix on a map comes from where maps are laid flat by rows: never taken."""
    net = ns.net.Net.build("Flat", (3, 4, 4), [("conv", _conv(2)), ("fc", _dense(7))])
    expected = state(net)
    expected["fc.weight"] = expected["fc.weight"].T.copy()
    with pytest.raises(FileError, match=r"lays 2×4×4 flat in another\s+order"):
        take(net.graph, write(tmp_path / "w.npz", expected))


@pytest.mark.parametrize(
    ("dtype", "exact"), [("float16", False), ("bfloat16", False), ("float64", True)]
)
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_other_floats(dtype: str, exact: Any, suffix: str, tmp_path: Path) -> None:
    """Values of other precision become 32-bit floats."""
    from safetensors.torch import save_file

    expected = state(small())
    kind = getattr(torch, dtype)
    tensors = {
        n: torch.from_numpy(v).to(kind) if v.dtype.kind == "f" else torch.from_numpy(v)
        for n, v in expected.items()
    }
    path = tmp_path / f"w{suffix}"
    torch.save(tensors, path) if suffix == ".pth" else save_file(tensors, path)
    rounded = {
        n: v if exact or v.dtype.kind != "f" else torch.from_numpy(v).to(kind).float().numpy()
        for n, v in expected.items()
    }
    taken = take(small().graph, path)
    assert_weights(rounded, taken.weights)
    assert {"float32", "int64"} == {str(value.dtype) for value in taken.weights.values()}


@pytest.mark.parametrize(
    ("dtype", "words"), [("int8", "int8"), ("bool", "bool"), ("complex64", "complex64")]
)
def test_numbers_that_are_no_weights(dtype: str, words: str, tmp_path: Path) -> None:
    """Quantised, logical and complex tensors are told, with their sort."""
    expected = state(small())
    tensors = {n: torch.from_numpy(v) for n, v in expected.items()}
    tensors["fc2.weight"] = tensors["fc2.weight"].to(getattr(torch, dtype))
    torch.save(tensors, tmp_path / "w.pth")
    with pytest.raises(FileError, match=rf"fc2\.weight is of .*{words}"):
        take(small().graph, tmp_path / "w.pth")


def test_odd_values_are_told(tmp_path: Path) -> None:
    """NaN, infinities and variances below 0 are taken, and it is said where they are."""
    expected = state(small())
    expected["fc1.dense.weight"][0, :2] = np.nan
    expected["conv2.conv.bias"][1] = np.inf
    expected["conv1.bn.running_var"][3] = -1
    taken = take(small().graph, write(tmp_path / "w.pth", expected))
    assert_weights(expected, taken.weights)
    assert (
        "it holds NaN: 2 in fc1.dense.weight",
        "it holds infinite values: 1 in conv2.conv.bias",
        "it holds variances below 0: 1 in conv1.bn.running_var",
    ) == taken.report.odd


SHARED = """\
# Shared

Input: 4×6×6

| name  | layer     | out | kernel | padding | shares |
|-------|-----------|-----|--------|---------|--------|
| a     | conv      | 4   | 3×3    | 1       |        |
| b     | conv      | 4   | 3×3    | 1       | a      |
| fc    | dense     | 3   |        |         |        |
"""


def test_shared_weights_have_one_place(tmp_path: Path) -> None:
    """A file may name them once, under either name, or under both."""
    net = ns.load(SHARED)
    whole = state(net)
    own = {name: value for name, value in whole.items() if not name.startswith("b.")}
    alias = {name: value for name, value in whole.items() if not name.startswith("a.")}
    for tensors in (whole, own, alias):
        taken = take(net.graph, write(tmp_path / "w.pth", tensors))
        assert_weights(own, taken.weights)


def test_a_renamed_row_is_found_among_known_ones(tmp_path: Path) -> None:
    """Where most names are the network's, only what is left is matched by order."""
    expected = state(small())
    renamed = {name.replace("conv2.conv", "second"): value for name, value in expected.items()}
    taken = take(small().graph, write(tmp_path / "w.pth", renamed))
    assert_weights(expected, taken.weights)
    assert {"by name", "by order"} == {match.how for match in taken.report.matches}
