"""What is said of a file: all that fits and all that doesn't, whole, on 80 columns."""

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("safetensors")
pytest.importorskip("numpy")

import numpy as np

from netsheet.core.errors import FileError
from netsheet.weights.take import take
from support.weight_files import small, state, write


def test_a_file_that_fits_by_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """How each row found its tensors; what was turned, filled in, and left over."""
    monkeypatch.chdir(tmp_path)
    words = {
        "conv1.conv": "s.0",
        "conv1.bn": "s.1",
        "conv2.conv": "t",
        "fc1.dense": "u",
        "fc2": "v",
    }
    tensors: dict[str, Any] = {}
    for name, value in state(small()).items():
        row, _, tensor = name.rpartition(".")
        if name != "conv2.conv.bias":
            turned = value.T.copy() if row in {"fc1.dense", "fc2"} and value.ndim == 2 else value
            tensors[f"module.{words[row]}.{tensor}"] = turned
    tensors["module.w.weight"] = np.full((9, 9), np.nan, np.float32)
    taken = take(small().graph, write(Path("w.pth"), tensors))
    assert (
        "w.pth fits Small: it holds 12 tensors\n"
        '  names are taken without "module."\n'
        "  11 tensors, 406 values, by order: conv1.conv from s.0, conv1.bn from s.1,\n"
        "    conv2.conv from t, fc1.dense from u, fc2 from v\n"
        "  turned: fc1.dense.weight 6×5, fc2.weight 5×5\n"
        "  not in the file, and 0 says the same: conv2.conv.bias\n"
        "  1 tensor left over: w.weight 9×9\n"
    ) == taken.report.text()
    assert "406 values from w.pth, 11 tensors by order" == taken.report.words()


def test_a_file_that_does_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing, foreign, misshapen: everything at once, before a value is looked at."""
    monkeypatch.chdir(tmp_path)
    tensors = state(small())
    del tensors["conv1.conv.weight"]
    tensors["conv2.conv.weight"] = np.zeros((6, 4, 5, 5), np.float32)
    tensors["fc2.bias"] = np.zeros(5, np.int32)
    tensors["head.\x1b[31mscale"] = np.zeros((2, 3, 4), np.float32)
    with pytest.raises(FileError) as caught:
        take(small().graph, write(Path("w.npz"), tensors))
    assert (
        "w.npz does not fit Small: it holds 12 tensors\n"
        "  9 tensors, 83 values, by name\n"
        "  1 tensor missing: conv1.conv.weight 4×3×3×3\n"
        "  conv2.conv.weight is 6×4×5×5 in the file, and the network has 6×4×3×3\n"
        "  fc2.bias is of int32 in the file, which no weight is\n"
        "  1 tensor left over: head.�[31mscale 2×3×4"
    ) == str(caught.value)


@pytest.mark.parametrize("count", [5, 500])
def test_a_report_is_short_and_narrow(count: int, tmp_path: Path) -> None:
    """However much there is to say, it is a screen of 80 columns, but for what can't be broken."""
    tensors = {f"layer{n}.{'long' * 5}.weight": np.zeros((n + 1, 3)) for n in range(count)}
    with pytest.raises(FileError) as caught:
        take(small().graph, write(tmp_path / "w.npz", tensors))
    _, *lines = str(caught.value).splitlines()
    assert 80 >= max(map(len, lines))
    assert 24 >= len(lines)
