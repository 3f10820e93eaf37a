"""ONNX on the command line: shown, checked, written and read again; what is missing is told."""

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("onnx")

import numpy as np

import netsheet as ns
from netsheet.cli import main
from support.onnx_files import model, node, saved

SHEET = """\
# Small

Input: 3×16×16

| name  | layer    | out | kernel | padding | then     |
|-------|----------|-----|--------|---------|----------|
| conv1 | conv     | 4   | 5×5    | same    | bn, relu |
| pool1 | max pool |     | 2×2/2  |         |          |
| fc    | dense    | 10  |        |         | softmax  |
"""

LOST = "missing: Det at lost: no layer is this operator"


def run(capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, str, str]:
    """Status, standard output and standard error of a command."""
    status = main(command)
    out, err = capsys.readouterr()
    return status, out, err


def partly(folder: Path) -> Path:
    """A file of which one operator is no layer; a tensor that nothing reads lies in it too."""
    nodes = [node("Conv", "x w", "y", "conv1"), node("Det", "x", "z", "lost")]
    stored: dict[str, Any] = {"w": np.ones((4, 3, 1, 1), "f"), "idle": np.ones(7, "f")}
    return saved(model(nodes, {"x": ["N", 3, 4, 4]}, ["y", "z"], stored), folder)


def test_a_sheet_is_converted_and_back(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sheet → ONNX → sheet: the canonical one, byte for byte."""
    pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    Path("net.md").write_text(SHEET, encoding="utf-8")
    assert (0, "net.onnx: Small written\n", "") == run(capsys, "convert", "net.md", "net.onnx")
    assert (0, "back.md: Small written\n", "") == run(capsys, "convert", "net.onnx", "back.md")
    assert ns.load("net.md").to_markdown() == Path("back.md").read_text(encoding="utf-8")


def test_it_is_shown_as_its_sheet(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`show x.onnx` prints what `show x.md` does."""
    pytest.importorskip("torch")
    (tmp_path / "net.md").write_text(SHEET, encoding="utf-8")
    ns.load(tmp_path / "net.md").write(tmp_path / "net.onnx")
    expected = run(capsys, "show", str(tmp_path / "net.md"))
    assert expected == run(capsys, "show", str(tmp_path / "net.onnx"))
    assert (0, "") == (expected[0], expected[2])


def test_what_is_missing_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """On standard error, with what was assumed; the rest is shown."""
    path = partly(tmp_path)
    status, out, err = run(capsys, "show", str(path))
    assert 0 == status
    assert "conv1" in out
    assert [LOST, "note: nothing reads 1 of its tensors, of 7 values: idle"] == sorted(
        err.splitlines()
    )


def test_a_file_is_checked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Status 1 where something is missing, and 0 where nothing is."""
    status, out, _ = run(capsys, "check", str(partly(tmp_path)))
    assert 1 == status
    assert out.startswith("net: 1 missing, ")
    assert f"  {LOST}\n" in out
    whole = model([node("Relu", "x", "y")], {"x": ["N", 3, 4, 4]}, ["y"])
    status, out, _ = run(capsys, "check", str(saved(whole, tmp_path)))
    assert (0, "net: well, 1 lines, 2 rows, 0 parameters, 0 multiply-adds\n") == (status, out)


def test_a_broken_file_is_the_input_s_fault(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Status 2, the message on standard error, and nothing written."""
    path = tmp_path / "net.onnx"
    path.write_bytes(b"no network")
    status, out, err = run(capsys, "convert", str(path), str(tmp_path / "net.md"))
    assert (2, "") == (status, out)
    assert err.startswith(f"netsheet: {path} is no whole ONNX file")
    assert not (tmp_path / "net.md").exists()


def test_from_onnx_reads_any_name(tmp_path: Path) -> None:
    """Whatever the suffix; `load` goes by it."""
    path = partly(tmp_path).rename(tmp_path / "net.bin")
    assert "conv1" in ns.from_onnx(path).rows
