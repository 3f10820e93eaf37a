"""The command line: what it prints, its exit status, and that nothing is half written."""

import csv
import io
import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import netsheet as ns
from netsheet.cli import main
from netsheet.cli.commands import every
from support.project import missing

SHEET = """\
# Small

Input: 3×32×32

| name  | layer | out | kernel | then |
|-------|-------|-----|--------|------|
| conv1 | conv  | 4   | 5×5    | relu |
| fc    | dense | 10  |        |      |
"""


TRAINED = ("--data", "runs/", "model.safetensors", "netsheet data")
"""What an example of the help holds that trains, or uses what was trained, or needs torch."""


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A small sheet in a file."""
    path = tmp_path / "small.md"
    path.write_text(SHEET, encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, str, str]:
    """Status, standard output and standard error of a command."""
    status = main(command)
    out, err = capsys.readouterr()
    return status, out, err


def test_show_fits_eighty_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table of every shipped network fits an old terminal."""
    monkeypatch.setenv("COLUMNS", "80")
    for name in ns.networks():
        status, out, err = run(capsys, "show", name)
        assert (0, "") == (status, err)
        assert max(map(len, out.splitlines())) <= 80


def test_show_json_is_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    """Keys, order and exact integers of `show --format json`."""
    _, out, _ = run(capsys, "show", "alexnet", "--format", "json")
    data = json.loads(out)
    assert ["name", "input", "convention", "rows", "total"] == [
        k for k in data if k in {"name", "input", "convention", "rows", "total"}
    ]
    assert ("AlexNet", [3, 227, 227]) == (data["name"], data["input"])
    conv2 = next(row for row in data["rows"] if row["name"] == "conv2")
    expected = {
        "name": "conv2", "layer": "conv", "from": ["pool1"], "output": [256, 27, 27],
        "params": 307_456, "macs": 223_948_800, "neurons": 186_624, "receptive_field": 51,
    }  # fmt: skip
    assert expected == {key: conv2[key] for key in expected}
    assert (60_965_224, 724_406_816) == (data["total"]["params"], data["total"]["macs"])
    assert data["total"]["params"] == sum(row["params"] for row in data["rows"])


def test_show_csv_holds_exact_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    """A spreadsheet gets whole numbers."""
    _, out, _ = run(capsys, "show", "lenet5", "--format", "csv", "--columns", "output,params")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert "1516" == next(row["params"] for row in rows if row["name"] == "C3")


@pytest.mark.parametrize("form", ["text", "markdown", "csv", "json", "html"])
def test_show_writes_a_file_whole(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str
) -> None:
    """With -o the same goes into a file, and nothing to the terminal."""
    path = tmp_path / "out"
    assert (0, "", "") == run(capsys, "show", "lenet5", "--format", form, "-o", str(path))
    assert "C3" in path.read_text(encoding="utf-8")


def test_show_another_input_and_convention(capsys: pytest.CaptureFixture[str]) -> None:
    """The input may be changed, and what `ops` counts."""
    _, out, _ = run(
        capsys,
        "show",
        "squeezenet1.0",
        "--input",
        "3x224x224",
        "--format",
        "json",
        "--convention",
        "flops",
    )
    data = json.loads(out)
    assert (818_924_576, 2 * 818_924_576) == (data["total"]["macs"], data["total"]["ops"])
    assert data["convention"].startswith("flops")


def test_explain_a_cell_a_row_and_the_totals(capsys: pytest.CaptureFixture[str]) -> None:
    """Three ways to ask."""
    _, cell, _ = run(capsys, "explain", "alexnet", "conv2.params")
    assert (
        "conv2.params = 5·5·(96/2)·256 + 256 = 307,456\n  by the rule k·k·(C/g)·C_out + C_out\n"
        == cell
    )
    _, row, _ = run(capsys, "explain", "alexnet", "conv2")
    assert cell.strip() in row
    _, inside, _ = run(capsys, "explain", "alexnet", "conv2.lrn.output")
    assert inside.startswith("conv2.lrn.output = 256×27×27")
    _, total, _ = run(capsys, "explain", "alexnet", "total.params")
    assert total.startswith("AlexNet.params = ")
    _, everything, _ = run(capsys, "explain", "alexnet")
    assert total.strip() in everything


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (
            ["show", "alexnett"],
            'netsheet: there is no network "alexnett" in the zoo, and no such file; did you mean "alexnet"?\n',
        ),
        (["show", "none.md"], "netsheet: none.md can't be read: there is no such file\n"),
        (["explain", "alexnet", "conv9"], 'netsheet: AlexNet has no row "conv9"; did you mean'),
        (
            ["explain", "alexnet", "conv2.prams"],
            'netsheet: there is no column "prams"; did you mean "params"?\n',
        ),
        (["show", "alexnet", "--columns", "prams"], "prams"),
        (["show", "alexnet", "--convention", "flips"], 'netsheet: there is no convention "flips"'),
        (["show", "alexnet", "--input", "3×2×2"], "the window doesn't fit the input's height"),
        (
            ["convert", "alexnet", "x.docx"],
            'netsheet: "x.docx" ends in no format that can be written; there are .md, .csv, .json, .html, .svg',
        ),
    ],
)
def test_bad_input_is_status_2_and_a_word(
    capsys: pytest.CaptureFixture[str], command: list[str], message: str
) -> None:
    """What is wrong goes to standard error, and nothing to standard output."""
    status, out, err = run(capsys, *command)
    assert (2, "") == (status, out)
    assert message in err


def test_check_says_all_is_well(capsys: pytest.CaptureFixture[str], sheet: Path) -> None:
    """Status 0, with what was read."""
    status, out, _ = run(capsys, "check", str(sheet))
    assert (0, "Small: well, 2 lines, 4 rows, 31,674 parameters, 266,560 multiply-adds\n") == (
        status,
        out,
    )


def test_check_lists_every_problem(capsys: pytest.CaptureFixture[str], sheet: Path) -> None:
    """Status 1, and all problems at once, each with its place."""
    sheet.write_text(
        SHEET.replace("| conv  | 4 ", "| convv | 4 ").replace("| 10  |", "| ten |"),
        encoding="utf-8",
    )
    status, out, err = run(capsys, "check", str(sheet))
    assert (1, "") == (status, err)
    assert 'there is no layer "convv"\n' in out
    assert '\n  did you mean "conv"?\n' in out
    assert f"{sheet}:7" in out
    assert f"{sheet}:8" in out
    assert out.endswith("2 problems\n")


def test_a_broken_sheet_is_status_2_elsewhere(
    capsys: pytest.CaptureFixture[str], sheet: Path
) -> None:
    """Show of a sheet with problems prints them on standard error."""
    sheet.write_text(SHEET.replace("conv  |", "convv |"), encoding="utf-8")
    status, out, err = run(capsys, "show", str(sheet))
    assert (2, "") == (status, out)
    assert "did you mean" in err


def test_fmt_mends_and_checks(capsys: pytest.CaptureFixture[str], sheet: Path) -> None:
    """--check tells and changes nothing; fmt mends; then --check is content."""
    messy = SHEET.replace("| 5×5    |", "| 5 x 5 |")
    sheet.write_text(messy, encoding="utf-8")
    assert (1, f"{sheet}: not canonical; `netsheet fmt {sheet}` mends it\n", "") == run(
        capsys, "fmt", "--check", str(sheet)
    )
    assert messy == sheet.read_text(encoding="utf-8")
    assert (0, f"{sheet}: formatted\n", "") == run(capsys, "fmt", str(sheet))
    assert SHEET == sheet.read_text(encoding="utf-8")
    assert (0, "", "") == run(capsys, "fmt", "--check", str(sheet))


@pytest.mark.parametrize("suffix", [".md", ".csv", ".json", ".html", ".svg"])
def test_convert_by_suffix(capsys: pytest.CaptureFixture[str], tmp_path: Path, suffix: str) -> None:
    """Each format is written whole; sheets read back as the same network."""
    path = tmp_path / f"net{suffix}"
    assert (0, f"{path}: googlenet written\n", "") == run(capsys, "convert", "googlenet", str(path))
    if suffix in {".md", ".csv"}:
        assert ns.load("googlenet").graph.rows == ns.load(path).graph.rows


def test_zoo_lists_networks_with_totals(capsys: pytest.CaptureFixture[str]) -> None:
    """Every name with its parameters and multiply-adds."""
    _, out, _ = run(capsys, "zoo")
    assert max(map(len, out.splitlines())) <= 80
    assert any(
        line.split()[:4] == ["googlenet", "3×224×224", "6,998,552", "1,582,671,872"]
        for line in out.splitlines()
    )
    _, names, _ = run(capsys, "zoo", "--names")
    assert list(ns.networks()) == names.split()


def test_zoo_groups_by_family_and_chooses(capsys: pytest.CaptureFixture[str]) -> None:
    """Each family's name stands above its networks; words choose some, by name or family."""
    _, out, _ = run(capsys, "zoo", "mobilenet")
    lines = out.splitlines()
    assert max(map(len, lines)) <= 80
    assert ["MobileNet", "MobileNetV2", "MobileNetV3"] == [
        line for line in lines if line.startswith("Mobile")
    ]
    place = lines.index("MobileNetV3")
    assert "" == lines[place - 1]
    assert ["mobilenet_v3_large", "3×224×224", "5,483,032", "216,589,760", "64"] == lines[
        place + 1
    ].split()
    _, names, _ = run(capsys, "zoo", "network", "in", "network", "--names")
    assert ["nin", "nin-imagenet"] == names.split()


def test_zoo_of_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """A word that nothing has is answered with what is near, or where all is."""
    said = 'netsheet: no network or family of the zoo has "resnett" in its name'
    assert (2, "", f'{said}; did you mean "ResNet" or "ResNeXt"?\n') == run(
        capsys, "zoo", "resnett"
    )
    status, _, err = run(capsys, "zoo", "qqqq")
    assert (2, True) == (status, err.endswith("; `netsheet zoo` lists all\n"))


def test_standard_input_and_a_closed_pipe() -> None:
    """`-` reads standard input; a reader that leaves early is no error."""
    command = [sys.executable, "-m", "netsheet", "show", "-", "--format", "csv"]
    done = subprocess.run(command, input=SHEET.encode(), capture_output=True, check=False)
    assert (0, b"") == (done.returncode, done.stderr)
    assert b"conv1" in done.stdout
    pipe = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m netsheet show vgg19 | head -1"],  # noqa: S607 the shell is what is tested
        capture_output=True,
        check=False,
    )
    assert (0, b"") == (pipe.returncode, pipe.stderr)


def test_every_command_has_help_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    """--help of each command shows how it is used."""
    for command in every():
        with pytest.raises(SystemExit) as left:
            main([command.name, "--help"])
        assert left.value.code == 0
        assert f"examples:\n  netsheet {command.name}" in capsys.readouterr().out


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """--help lists the commands, each with its first example."""
    with pytest.raises(SystemExit):
        main(["--help"])
    out = capsys.readouterr().out
    assert [] == [command.name for command in every() if command.examples[0][0] not in out]


def test_a_command_loads_no_other() -> None:
    """A quick command stays quick: the files of the others are not read."""
    statements = "from netsheet.cli import main; main(['zoo', '--names']); import sys"
    shown = "print(*(name for name in sys.modules if name.startswith('netsheet.cli.commands.')))"
    done = subprocess.run(
        [sys.executable, "-c", f"{statements}; {shown}"], capture_output=True, text=True, check=True
    )
    assert "netsheet.cli.commands.zoo" == done.stdout.splitlines()[-1]


OF_ONES_OWN = (
    *("cat.jpg", "digit.png", "photos", "nets/*", "nets.md", "old.md", "docs/*"),
    *(".onnx", ".pth", "model.py", "git show", ">"),
)
"""What an example has in it that speaks of files of the reader's own."""


def test_the_examples_of_the_help_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each example that needs no file of the reader's own works as it is printed.

    Those that train, or use what was trained, are run in tests/train/test_commands.py; those of
    diff show what differs, and so end with 1, as does an audit of a table that is wrong.
    """
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mynet.md").write_text(SHEET, encoding="utf-8")
    for name in ("notes.md", "README.md"):
        (tmp_path / name).write_text("conv2 has 5·5·48·256 = 307,200 weights.\n", encoding="utf-8")
    ran = 0
    for command in every():
        for line, _ in command.examples:
            words = shlex.split(line)
            if any(word in line for word in (*OF_ONES_OWN, *TRAINED)):
                continue
            if words[-1].endswith((".gif", ".png")) and missing(frozenset({"PIL"})):
                continue
            wrong = command.name == "diff" or line == "netsheet audit googlenet"
            assert int(wrong) == main(words[1:])
            capsys.readouterr()
            ran += 1
    assert ran >= 12


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_names_every_command_and_option(
    capsys: pytest.CaptureFixture[str], shell: str
) -> None:
    """The scripts hold what the parser holds."""
    _, out, _ = run(capsys, "completion", shell)
    for word in ("show", "explain", "convert", "completion"):
        assert word in out
    assert ("--columns" if shell != "fish" else "-l columns") in out


def test_bash_completes(tmp_path: Path) -> None:
    """bash, given the script, offers the commands and the values of an option."""
    script = tmp_path / "completion.bash"
    assert main(["completion", "bash"]) == 0
    with script.open("w") as file:
        subprocess.run(
            [sys.executable, "-m", "netsheet", "completion", "bash"], stdout=file, check=True
        )
    probe = (
        f"source {script}; COMP_WORDS=(netsheet sh); COMP_CWORD=1; _netsheet; echo ${{COMPREPLY[@]}}; "
        "COMP_WORDS=(netsheet show x --format m); COMP_CWORD=4; _netsheet; echo ${COMPREPLY[@]}"
    )
    out = subprocess.run(["bash", "-c", probe], capture_output=True, text=True, check=True).stdout  # noqa: S607 the shell is what is tested
    assert "show\nmarkdown\n" == out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """The version is the package's."""
    assert (0, f"netsheet {ns.__version__}\n", "") == run(capsys, "--version")
