"""`path.py:function`: a person's own file, from Python and on the command line."""

from pathlib import Path

import pytest

import netsheet as ns
from netsheet.cli import main
from netsheet.convert.torch_module.file import split
from netsheet.core.errors import ChoiceError, FileError, UnsupportedError

SOURCE = '''
import torch
from torch import nn

import neighbour


class Small(nn.Module):
    """A convolution and a dense layer."""

    def __init__(self, out=neighbour.OUT):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.fc = nn.Linear(8, out)

    def forward(self, x):
        return self.fc(self.conv(x).relu().mean((2, 3)))


class Strange(Small):
    def forward(self, x):
        return torch.cumsum(super().forward(x), 1)


def make():
    return Small()


def broken():
    return Small(out="many")


ready = Small()
NUMBER = 3
'''


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file of somebody's, with a neighbour that it imports."""
    (tmp_path / "neighbour.py").write_text("OUT = 10\n", encoding="utf-8")
    path = tmp_path / "model.py"
    path.write_text(SOURCE, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("what", "name"),
    [("a/b.py:make", "make"), ("b.py:Net.small", "Net.small"), ("b.py", None), ("a.md#b", None)],
)
def test_a_place_in_a_file_is_told_from_a_path(what: str, name: str | None) -> None:
    """Only what ends in .py and names something in it."""
    found = split(what)
    assert name == (None if found is None else found[1])


@pytest.mark.parametrize("name", ["make", "Small", "ready"])
def test_a_module_is_read_from_a_file(source: Path, name: str) -> None:
    """By a function that makes it, by its class, or as it stands there."""
    pytest.importorskip("torch")
    net = ns.load(f"{source}:{name}", input=(3, 32, 32))
    assert "Small" == net.name
    assert 3 * 8 * 9 + 8 + 80 + 10 == net.totals().params
    assert f"{source}:{name}" == net.source


def test_the_input_is_guessed_and_noted(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On the command line the note stands beside the sheet, on standard error."""
    pytest.importorskip("torch")
    assert 0 == main(["show", f"{source}:make", "--columns", "output"])
    out, err = capsys.readouterr()
    assert "Small   input 3×224×224" in out
    assert err.startswith("note: input 3×224×224 is a guess")


def test_check_says_what_is_missing(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With exit status 1; a module that is whole is well."""
    pytest.importorskip("torch")
    assert 0 == main(["check", f"{source}:make", "--input", "3×8×8"])
    assert capsys.readouterr().out.startswith("Small: well, ")
    assert 1 == main(["check", f"{source}:Strange", "--input", "3×8×8"])
    out = capsys.readouterr().out
    assert out.startswith("Strange: 1 missing, ")
    assert "  missing: cumsum at Strange: no layer kind says cumsum\n" in out


def test_a_module_is_written_as_a_sheet(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sheet that is written is the network that was read."""
    pytest.importorskip("torch")
    out = tmp_path / "small.md"
    assert 0 == main(["convert", f"{source}:make", str(out), "--input", "3×8×8"])
    assert "written" in capsys.readouterr().out
    assert ns.load(f"{source}:make", input="3×8×8").graph.rows == ns.load(out).graph.rows


def test_explain_names_the_modules_rows(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`explain` takes the module's own names."""
    pytest.importorskip("torch")
    assert 0 == main(["explain", f"{source}:make", "conv.params", "--input", "3×8×8"])
    assert "conv.params = 3·3·3·8 + 8 = 224" in capsys.readouterr().out


def test_what_goes_wrong_in_a_file_is_told(source: Path) -> None:
    """A name that is not there, a file that is not there, something else than a module."""
    pytest.importorskip("torch")
    with pytest.raises(ChoiceError, match=r'model\.py has no "mak"; did you mean "make"\?'):
        ns.load(f"{source}:mak")
    with pytest.raises(FileError, match="there is no such file"):
        ns.load(f"{source.parent / 'other.py'}:make")
    with pytest.raises(
        UnsupportedError, match=r"model\.py:NUMBER gives 3, which is no torch module"
    ):
        ns.load(f"{source}:NUMBER")


def test_an_error_in_a_file_has_its_line(source: Path) -> None:
    """An exception in it is the file's fault, told with the line of the file."""
    pytest.importorskip("torch")
    with pytest.raises(FileError, match=r"model\.py:14 can't be run: TypeError"):
        ns.load(f"{source}:broken")
    wrong = source.with_name("wrong.py")
    wrong.write_text("x = 1\ny = (\n", encoding="utf-8")
    with pytest.raises(FileError, match=r"wrong\.py:2 can't be run: SyntaxError"):
        ns.load(f"{wrong}:x")
