"""`netsheet diff`: what it compares, its exit status, and where it writes."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from netsheet.cli import main

OLD = """# Small

Input: 3×16×16

| name  | layer | out | kernel |
|-------|-------|-----|--------|
| conv1 | conv  | 4   | 3×3    |
| fc    | dense | 10  |        |
"""
NEW = OLD.replace("| 4   |", "| 8   |")


@pytest.fixture
def sheets(tmp_path: Path) -> tuple[str, str]:
    """Two versions of a sheet, in files."""
    paths = tmp_path / "old.md", tmp_path / "new.md"
    for path, text in zip(paths, (OLD, NEW), strict=True):
        path.write_text(text, encoding="utf-8")
    return str(paths[0]), str(paths[1])


def run(capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, str, str]:
    """Status, standard output and standard error of a command."""
    status = main(["diff", *command])
    out, err = capsys.readouterr()
    return status, out, err


def test_two_files_that_differ(capsys: pytest.CaptureFixture[str], sheets: tuple[str, str]) -> None:
    """Status 1, as diff has it; the sum is right: 4·(3·9 + 1) and 4·14·14·10 parameters more."""
    status, out, err = run(capsys, *sheets)
    assert (1, "") == (status, err)
    assert "Small, two versions\n" in out
    assert "~ conv1  conv 3×3: out 4 → 8" in out
    assert f"+{4 * (3 * 9 + 1) + 4 * 14 * 14 * 10:,}" in out


def test_two_that_are_equal(capsys: pytest.CaptureFixture[str], sheets: tuple[str, str]) -> None:
    """Status 0, and one sentence."""
    status, out, err = run(capsys, sheets[0], sheets[0])
    assert (0, "") == (status, err)
    assert "The networks are equal: 3 rows, 7,962 parameters" in out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("alexnet", "alexnt"), 'there is no network "alexnt" in the zoo'),
        (("alexnet", "-", "--columns", "x"), 'there is no column "x"'),
        (("-", "-"), "standard input can be one of the two networks, not both"),
        (("alexnet", "missing.md"), "missing.md can't be read"),
        (("alexnet", "vgg11", "--input", "3×20×20"), "the window doesn't fit"),
    ],
)
def test_bad_input_is_said_and_nothing_printed(
    given: tuple[str, ...],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Status 2, the reason on standard error."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(OLD.encode())))
    status, out, err = run(capsys, *given)
    assert (2, "") == (status, out)
    assert said in err


def test_standard_input_is_one_of_them(
    capsys: pytest.CaptureFixture[str], sheets: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`git show HEAD~1:net.md | netsheet diff - net.md`."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(OLD.encode())))
    status, out, _ = run(capsys, "-", sheets[1])
    assert 1 == status
    assert "out 4 → 8" in out


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="a shell's <( ) needs /dev/fd")
def test_pipes_are_read_like_files(sheets: tuple[str, str]) -> None:
    """`netsheet diff <(git show A:net.md) <(git show B:net.md)`."""
    command = f"{sys.executable} -m netsheet diff <(cat {sheets[0]}) <(cat {sheets[1]})"
    done = subprocess.run(
        ["bash", "-c", command],  # noqa: S607 whichever bash there is
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (1, "") == (done.returncode, done.stderr)
    assert "out 4 → 8" in done.stdout


def test_two_of_one_document_and_two_of_the_zoo(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Names of the zoo, and `path.md#variant`."""
    text = OLD.replace("| 4   |", "| wide |") + (
        "\n## Variants\n\n| name | wide |\n|---|---|\n| a | 4 |\n| b | 8 |\n"
    )
    path = tmp_path / "two.md"
    path.write_text(text, encoding="utf-8")
    status, out, _ = run(capsys, f"{path}#a", f"{path}#b")
    assert 1 == status
    assert "a → b\n" in out
    assert 0 == run(capsys, "vgg16", "VGG16")[0]


def test_formats_and_files(
    capsys: pytest.CaptureFixture[str], sheets: tuple[str, str], tmp_path: Path
) -> None:
    """JSON and Markdown; a file is written whole, and the status is the same."""
    status, out, _ = run(capsys, *sheets, "--format", "json")
    assert (1, False) == (status, json.loads(out)["equal"])
    target = tmp_path / "diff.md"
    status, out, _ = run(capsys, *sheets, "--format", "markdown", "-o", str(target))
    assert (1, "") == (status, out)
    assert "| **params**" in target.read_text(encoding="utf-8")


def test_another_convention_and_input(
    capsys: pytest.CaptureFixture[str], sheets: tuple[str, str]
) -> None:
    """Both are counted as asked, on the input asked for."""
    status, out, _ = run(
        capsys, *sheets, "--input", "3×32×32", "--convention", "flops", "--columns", "ops,output"
    )
    assert 1 == status
    assert "input 3×32×32" in out
    assert re_find(out, "ops") != re_find(out, "macs")
    assert "4×30×30 → 8×30×30" in out


def re_find(text: str, label: str) -> str:
    """The line of one total."""
    return next(line[len(label) :] for line in text.splitlines() if line.startswith(f"{label} "))
