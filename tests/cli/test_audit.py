"""`netsheet audit` and `netsheet whence`: what they print, and their exit status."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from netsheet.cli import main
from support.project import ROOT

RIGHT = "conv2 has 5·5·48·256 = 307,200 weights.\n"
WRONG = "pool5 holds 6·6·256 = 9,126 values.\n"
SHEET = """# Small

Input: 3×32×32

| name  | layer | out | kernel | params |
|-------|-------|-----|--------|--------|
| conv1 | conv  | 16  | 5×5    | {}     |
"""


def run(capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, str, str]:
    """Status, standard output and standard error of a command."""
    status = main(command)
    out, err = capsys.readouterr()
    return status, out, err


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A document with one claim that is right and one that is wrong."""
    path = tmp_path / "page.md"
    path.write_text(RIGHT + "\n" + WRONG, encoding="utf-8")
    return path


def test_the_status_says_whether_something_is_wrong(
    capsys: pytest.CaptureFixture[str], page: Path
) -> None:
    """0 if all is right, 1 if not; nothing goes to standard error."""
    status, out, err = run(capsys, "audit", str(page))
    assert (1, "") == (status, err)
    assert "6·6·256 = 9,126: it is 9,216" in " ".join(out.split())
    page.write_text(RIGHT, encoding="utf-8")
    assert 0 == run(capsys, "audit", str(page))[0]


@pytest.mark.parametrize("what", ["no-such-net", "no/such/file.md"])
def test_what_is_not_there_is_another_status(capsys: pytest.CaptureFixture[str], what: str) -> None:
    """A name that is none, or a file that is none, is no audit that found something."""
    status, out, err = run(capsys, "audit", what)
    assert (2, "") == (status, out)
    assert what in err


def test_sheets_are_audited(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A sheet's own cells, and the prose of the same file about it."""
    path = tmp_path / "small.md"
    path.write_text(SHEET.format("1,216"), encoding="utf-8")
    assert 0 == run(capsys, "audit", str(path))[0]
    path.write_text(SHEET.format("1,261"), encoding="utf-8")
    status, out, _ = run(capsys, "audit", str(path))
    assert 1 == status
    assert "1,261" in out
    assert "1,216" in out
    path.write_text(SHEET.format("1,216") + "\n" + WRONG, encoding="utf-8")
    assert 1 == run(capsys, "audit", str(path))[0]


def test_a_broken_sheet_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A text with an input is meant as a sheet: its problem is told with its place."""
    path = tmp_path / "small.md"
    path.write_text(SHEET.format("1").replace("| conv  |", "| comv  |"), encoding="utf-8")
    status, out, err = run(capsys, "audit", str(path))
    assert (2, "") == (status, out)
    assert "small.md:7" in err
    assert "comv" in err


def test_a_network_to_compare_with(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Prose that names no network is held against the one that is named."""
    path = tmp_path / "notes.txt"
    path.write_text("The second layer has 307K weights, 256 filters of 5x5x48.\n", encoding="utf-8")
    assert 0 == run(capsys, "audit", str(path), "--net", "alexnet")[0]
    assert 2 == run(capsys, "audit", str(path), "--net", "alexnot")[0]


def test_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document may come from a pipe."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(WRONG.encode()), "utf-8"))
    status, out, _ = run(capsys, "audit", "-")
    assert 1 == status
    assert "9,216" in out


@pytest.mark.parametrize("suffix", [".md", ".txt", ".html", ".tex"])
def test_kinds_of_documents(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, suffix: str
) -> None:
    """The same arithmetic in each kind of document."""
    text = {
        ".html": "<p>It holds 6&times;6&middot;256 = <b>9,126</b> values.</p>",
        ".tex": r"It holds $6 \times 6 \cdot 256 = 9{,}126$ values.",
    }.get(suffix, WRONG)
    path = tmp_path / f"page{suffix}"
    path.write_text(text, encoding="utf-8")
    status, out, _ = run(capsys, "audit", str(path), "--format", "json")
    assert (1, "9,216") == (status, json.loads(out)["reports"][0]["findings"][0]["computed"])


def test_known_findings_are_allowed(
    capsys: pytest.CaptureFixture[str], page: Path, tmp_path: Path
) -> None:
    """A list of what is known makes the status 0; an entry that nothing answers to is told."""
    found = json.loads(run(capsys, "audit", str(page), "--format", "json")[1])
    (wrong,) = [f for f in found["reports"][0]["findings"] if f["verdict"] == "disagrees"]
    known = tmp_path / "known.txt"
    entry = f"{wrong['subject']} {wrong['text']}".strip()
    known.write_text(f"{entry}  # as the author wrote it\nold.params 3 # gone\n", encoding="utf-8")
    status, out, _ = run(capsys, "audit", str(page), "--allow", str(known))
    assert 0 == status
    assert "nothing answers to: old.params 3" in out
    assert 2 == run(capsys, "audit", str(page), "--allow", str(tmp_path / "none.txt"))[0]


def test_quiet_says_only_what_is_wrong(capsys: pytest.CaptureFixture[str], page: Path) -> None:
    """For hooks: nothing if nothing is wrong."""
    assert "9,216" in run(capsys, "audit", "--quiet", str(page))[1]
    page.write_text(RIGHT, encoding="utf-8")
    assert (0, "", "") == run(capsys, "audit", "--quiet", str(page))


def test_several_documents(capsys: pytest.CaptureFixture[str], page: Path, tmp_path: Path) -> None:
    """One that is wrong decides the status, whichever it is."""
    other = tmp_path / "other.md"
    other.write_text(RIGHT, encoding="utf-8")
    for files in ([page, other], [other, page]):
        assert 1 == run(capsys, "audit", *map(str, files))[0]
    assert 0 == run(capsys, "audit", str(other), str(other))[0]


@pytest.mark.parametrize("form", ["text", "markdown", "json", "html"])
def test_reports_are_written_whole(
    capsys: pytest.CaptureFixture[str], page: Path, tmp_path: Path, form: str
) -> None:
    """What goes to a file is what is printed, and the status is the same."""
    status, out, _ = run(capsys, "audit", str(page), "--format", form)
    target = tmp_path / "report"
    assert (1, "") == run(capsys, "audit", str(page), "--format", form, "-o", str(target))[:2]
    assert 1 == status
    assert out == target.read_text(encoding="utf-8")


def test_googlenet_is_answered(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is that table really right? The eleven cells, the likely reasons and the right totals."""
    monkeypatch.setenv("COLUMNS", "80")
    status, out, err = run(capsys, "audit", "googlenet")
    assert (1, "") == (status, err)
    assert max(map(len, out.splitlines())) <= 80
    flat = " ".join(out.split())
    for cell in (
        "conv1.params 2.7K", "conv1.ops 34M", "4a.params 364K", "4a.ops 73M", "4b.params 437K",
        "4c.params 463K", "4d.params 580K", "4e.params 840K", "5a.params 1072K", "5a.ops 54M",
        "5b.params 1388K",
    ):  # fmt: skip
        place, text = cell.split(" ")
        assert f"{place} {text}" in flat.replace("inception_", "").replace("inception", ""), cell
    assert "204 filters instead of 208" in flat
    assert "depthwise separable, with multiplier 8" in flat
    assert "add up to 6,797,700, about 6.8 million" in flat
    assert "The network has 6,998,552 parameters" in flat
    assert "The network has 1,582,671,872 multiply-adds" in flat


def test_the_same_report_twice() -> None:
    """Nothing depends on how a set is ordered: two processes with different seeds print the same."""
    command = [
        sys.executable,
        "-m",
        "netsheet",
        "audit",
        "vgg16",
        "squeezenet1.0",
        "--format",
        "json",
    ]
    said = [
        subprocess.run(
            command, capture_output=True, cwd=ROOT, check=False,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert said[0] == said[1]
    assert json.loads(said[0])["format"] == 1


def test_whence_names_what_was_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Status 0 and the ways; 1 where nothing prints so; 2 for what is no number."""
    status, out, _ = run(capsys, "whence", "alexnet", "60,965,224")
    assert (0, True) == (status, "parameters of alexnet" in out)
    status, out, _ = run(capsys, "whence", "alexnet", "3,333,333,333")
    assert (1, "nothing known of alexnet prints as 3,333,333,333\n") == (status, out)
    assert 2 == run(capsys, "whence", "alexnet", "many")[0]


def test_the_hook_and_the_action_call_what_there_is() -> None:
    """Each `netsheet` command that they call is one, with options that it has."""
    from netsheet.cli.commands import every

    names = {command.name for command in every()}
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    action = (ROOT / "action.yml").read_text(encoding="utf-8")
    called = [
        line.split("netsheet ", 1)[1].split()[0]
        for line in (hooks + action).splitlines()
        if "entry: netsheet " in line or line.lstrip().startswith("netsheet ")
    ]
    assert len(called) >= 4
    assert set(called) <= names
    for option in ("--net", "--allow", "--format", "--output", "--quiet"):
        assert option in hooks + action


def test_the_hook_runs_in_a_shell_as_written(page: Path) -> None:
    """The entry of the hook, with a file behind it as pre-commit calls it."""
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    (entry,) = [
        line.split(": ", 1)[1] for line in hooks.splitlines() if "entry: netsheet audit" in line
    ]
    done = subprocess.run(
        [sys.executable, "-m", *entry.split(), str(page)],
        capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False,
    )  # fmt: skip
    assert 1 == done.returncode
    assert "9,216" in done.stdout
