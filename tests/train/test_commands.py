"""The commands: what they print, their exit status, and the examples of their help."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("PIL")

from netsheet.cli import main  # noqa: E402 torch first
from netsheet.cli.commands import find  # noqa: E402 torch first
from netsheet.train.data import known as home  # noqa: E402 torch first
from support.training import NORMED, PLAIN, damage, write_folders, write_png  # noqa: E402 torch first

QUICK = ["--epochs", "1", "--batch", "64", "--lr", "0.01", "--threads", "1"]


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with a sheet."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mynet.md").write_text(PLAIN, encoding="utf-8")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, str, str]:
    """Status, standard output and standard error of a command."""
    status = main(command)
    out, err = capsys.readouterr()
    return status, out, err


def test_from_a_sheet_to_an_answer(capsys: pytest.CaptureFixture[str], there: Path) -> None:
    """Train, evaluate, predict, explain and export, one after the other, as a person would."""
    status, out, err = run(capsys, "train", "mynet.md", "--data", "digits", *QUICK)
    assert (0, "") == (status, err)
    assert "Plain on digits" in out
    assert re.search(r"^epoch 1/1  train ", out, re.MULTILINE)
    assert "model: runs/mynet-digits-1/model.safetensors" in out
    assert "report: runs/mynet-digits-1/report.html" in out
    names = {path.name for path in (there / "runs" / "mynet-digits-1").iterdir()}
    assert {
        "run.json",
        "sheet.md",
        "log.csv",
        "checkpoints",
        "model.safetensors",
        "report.html",
    } <= names
    reached = re.search(r"test (\S+) % of 179", out)
    assert reached

    status, out, err = run(capsys, "evaluate", "runs/mynet-digits-1")
    assert (0, "") == (status, err)
    assert f"test: {reached[1]} % of 179 (95 %: " in out
    model = "runs/mynet-digits-1/model.safetensors"
    status, out, _ = run(
        capsys, "evaluate", model, "--data", "digits", "--part", "val", "--format", "json"
    )
    made = json.loads(out)
    assert (0, "val", 179) == (status, made["part"], sum(map(sum, made["confusion"])))

    write_png(there / "pictures" / "a.png", [[0, 255] * 4] * 8)
    status, out, err = run(capsys, "predict", model, "pictures", "--top", "2", "--why", "why")
    assert (0, "") == (status, err)
    assert re.match(r"pictures/a\.png  \d \S+ %  \d \S+ %\n  why: why/a-grad-cam\.png\n", out)
    status, out, _ = run(capsys, "predict", model, "pictures/a.png", "--format", "csv")
    assert 3 == len(list(csv.DictReader(io.StringIO(out))))

    sheet = "runs/mynet-digits-1/sheet.md"
    status, out, _ = run(
        capsys,
        "run",
        sheet,
        "pictures/a.png",
        "--weights",
        model,
        "--maps",
        "maps",
        "--why",
        "w.png",
    )
    assert 0 == status
    assert "normalised by the training pictures" in out
    assert {"conv1.png", "conv2.png"} == {path.name for path in (there / "maps").iterdir()}
    assert (there / "w.png").exists()


def test_a_name_stays_a_name(capsys: pytest.CaptureFixture[str], there: Path) -> None:
    """A run's folder that is called as its data are does not hide them."""
    run(capsys, "train", "mynet.md", "--data", "digits", *QUICK, "--out", "digits", "--no-report")
    assert "digits" == json.loads((there / "digits" / "run.json").read_text())["data"]["what"]
    assert 0 == run(capsys, "evaluate", "digits")[0]


def test_export_by_the_command(capsys: pytest.CaptureFixture[str], there: Path) -> None:
    """A checked file, and what goes in and out of it."""
    pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    run(capsys, "train", "mynet.md", "--data", "digits", *QUICK, "--out", "r", "--no-report")
    status, out, _ = run(capsys, "export", "r", "m.onnx")
    assert 0 == status
    assert "takes pictures, N×1×8×8, 8-bit, 0…255; normalises them itself" in out
    assert "onnxruntime answers as the model does, within " in out
    assert (there / "m.onnx").exists()
    assert (2, "") == run(capsys, "export", "r", "m.tflite")[:2]


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        ("train mynet.md", "name a network and its data"),
        ("train --data digits", "name a network and its data"),
        ("train mynet.md --resume r", "--resume RUN goes on with its own network and data"),
        ("train --resume nowhere", "nowhere holds no run"),
        ("train mynet.md --data diggits", 'did you mean "digits"?'),
        ("train mynet.md --data digits --lr 0", "lr can't be 0.0"),
        ("train mynet.md --data digits --augment flop", 'no augmentation "flop"'),
        ("train mynet.md --data fashion-mnist-10k", "Plain does not fit the data"),
        ("train mynet.md --data digits --val 0.9 --test 0.9", "can't be split off"),
        ("evaluate nowhere", "there is no file of weights nowhere"),
        ("predict nowhere a.png", "there is no file of weights nowhere"),
        ("sweep mynet.md --data digits", "name data, and what is varied"),
        ("sweep mynet.md --data digits --over rate=1", '"rate" can\'t be varied'),
        ("data mnist", "MNIST is not on this machine"),
        ("data no/such/place", "there is no folder or file no/such/place"),
    ],
)
def test_bad_input_is_status_2_and_a_word(
    capsys: pytest.CaptureFixture[str],
    there: Path,
    command: str,
    complaint: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is wrong goes to standard error, nothing to standard output, and nothing is written."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(there / "nothing"))
    status, out, err = run(capsys, *command.split())
    assert (2, "") == (status, out)
    assert complaint in err
    assert ["mynet.md"] == [path.name for path in there.iterdir()]


def test_a_picture_that_can_t_be_read_is_status_1(
    capsys: pytest.CaptureFixture[str], there: Path
) -> None:
    """The others are answered all the same."""
    run(capsys, "train", "mynet.md", "--data", "digits", *QUICK, "--out", "r", "--no-report")
    for name in ("a.png", "b.png"):
        write_png(there / "p" / name, [[0, 255] * 4] * 8)
    damage(there / "p" / "a.png")
    status, out, err = run(capsys, "predict", "r", "p")
    assert 1 == status
    assert "netsheet: p/a.png is cut short or damaged" in err
    assert "p/a.png  can't be read" == out.splitlines()[0]
    assert out.splitlines()[1].startswith("p/b.png  ")


def test_a_folder_of_pictures_from_start_to_end(
    capsys: pytest.CaptureFixture[str], there: Path
) -> None:
    """Class folders, one picture damaged: refused with its name, then left out by choice."""
    write_folders(there / "photos", each=20)
    damage(there / "photos" / "cat" / "000.png")
    command = ["train", "mynet.md", "--data", "photos", "--adapt", *QUICK, "--out", "r"]
    status, _, err = run(capsys, *command, "--fit", "resize")
    assert 2 == status
    assert "photos/cat/000.png is cut short or damaged" in err
    status, out, err = run(capsys, *command, "--damaged", "skip", "--input", "1×16×16")
    assert (0, "") == (status, err)
    assert "1 damaged left out: photos/cat/000.png" in re.sub(r"\s+", " ", out)
    assert "fc: out 10 → 3" in out
    status, out, _ = run(capsys, "evaluate", "r")
    assert 0 == status
    assert "test: " in out
    status, out, _ = run(capsys, "predict", "r", "photos/dog/022.png", "--top", "1")
    assert re.match(r"photos/dog/022\.png  (cat|dog|fish) ", out)


def test_data_are_listed_and_told(capsys: pytest.CaptureFixture[str], there: Path) -> None:
    """Names with licences; parts, classes and checksums of one; a folder of one's own."""
    _, out, _ = run(capsys, "data")
    assert all(name in out for name in home.known())
    _, out, _ = run(capsys, "data", "digits")
    assert "2 files checked: SHA-256 of the content" in out
    assert re.search(r"^all +1,439 +179 +179$", out, re.MULTILINE)
    write_folders(there / "photos")
    _, out, _ = run(capsys, "data", "photos")
    assert "photos: sizes differ, 3 classes" in out
    assert re.search(r"^cat +10 +1 +1$", out, re.MULTILINE)


@pytest.mark.usefixtures("there")
def test_a_sweep_by_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """Two rates, the better one first; status 1 when one fails."""
    command = ["sweep", "mynet.md", "--data", "digits", *QUICK, "--executor", "here"]
    status, out, _ = run(capsys, *command, "--over", "lr=0.01,1e-9")
    assert 0 == status
    table = out[out.index("setting") :].splitlines()
    assert table[1].startswith("lr=0.01 ")
    status, out, _ = run(
        capsys, *command, "--optimiser", "sgd", "--over", "lr=900", "--out", "other"
    )
    assert 1 == status
    assert "failed: lr-900_seed-0: the loss is no number any more" in out


def test_the_examples_of_the_help_run(
    capsys: pytest.CaptureFixture[str], there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each example of the commands that train works as printed, but for a shorter recipe.

    Those under torchrun, on Dask, or for files of the reader's own are run elsewhere.
    """
    monkeypatch.setattr(home, "places", lambda what: [home.FOLDER / what.name])  # the subset
    (there / "mynet.md").write_text(NORMED.replace("1×8×8", "1×28×28"), encoding="utf-8")
    write_png(there / "shirt.png", [[0, 255] * 14] * 28)
    write_png(there / "photos" / "a.png", [[0, 255] * 14] * 28)
    ran = []
    for name in ("train", "evaluate", "predict", "data"):
        for line, _ in find(name).examples:
            words = line.split()[1:]
            if words[0] == "train" and "fashion-mnist" in line:
                words = [*words, "--epochs", "1", "--batch", "1000", "--threads", "1"]
            if any(word in line for word in ("torchrun", "--data photos", "model.safetensors")):
                continue
            assert 0 == main(words), line
            ran.append(line)
            capsys.readouterr()
    assert 7 == len(ran), ran


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_ctrl_c_saves_and_says_how_to_go_on(
    capsys: pytest.CaptureFixture[str], there: Path
) -> None:
    """Status 130; the command that is offered goes on to the end."""
    command = [sys.executable, "-m", "netsheet", "train", "mynet.md", "--data", "digits"]
    with subprocess.Popen(
        [*command, "--epochs", "2000", "--batch", "64", "--out", "r", "--no-report"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=there,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("epoch"):
                break
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate()
    assert (130, "") == (process.returncode, errors)
    assert "all is saved\nto go on: netsheet train --resume r\n" in rest
    made = json.loads((there / "r" / "run.json").read_text())
    made["recipe"]["epochs"] = 1  # so that what is offered ends soon
    (there / "r" / "run.json").write_text(json.dumps(made))
    status, out, _ = run(capsys, "train", "--resume", "r", "--no-report")
    assert 0 == status
    assert "going on from step " in out
