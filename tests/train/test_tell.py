"""What a training tells: lines, a bar, CSV, TensorBoard, and the page at its end."""

import base64
import csv
import importlib.util
import io
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("PIL")

import numpy as np  # noqa: E402 torch first
from PIL import Image  # noqa: E402 torch first
from rich.console import Console  # noqa: E402 torch first

import netsheet as ns  # noqa: E402 torch first
from netsheet.core.errors import ChoiceError  # noqa: E402 torch first
from netsheet.train.api import teller  # noqa: E402 torch first
from netsheet.train.data.find import find_data  # noqa: E402 torch first
from netsheet.train.data.pictures import Data  # noqa: E402 torch first
from netsheet.train.loop.epoch import Epoch, Measured  # noqa: E402 torch first
from netsheet.train.report.curves import Curve, chart  # noqa: E402 torch first
from netsheet.train.report.gallery import picture  # noqa: E402 torch first
from netsheet.train.report.matrix import matrix  # noqa: E402 torch first
from netsheet.train.runs import Result  # noqa: E402 torch first
from netsheet.train.tell.bar import Bar  # noqa: E402 torch first
from netsheet.train.tell.csv_log import csv_text  # noqa: E402 torch first
from netsheet.train.tell.lines import Lines  # noqa: E402 torch first
from netsheet.train.tell.teller import Moment, epoch_line  # noqa: E402 torch first
from support.training import NORMED, QUICK, blobs, net  # noqa: E402 torch first

EPOCH = Epoch(
    9, 198, 0.001, Measured(0.61234, 0.77123, 1408), Measured(0.45, 0.84231, 179), 12.3, 5412.4
)
MOMENT = Moment(205, 220, 10, 10, 7, 22, 0.5, 0.8, 0.001, 5400.0, 75.0, 0.45)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A short training in a folder, with classes whose names must be escaped."""
    x, y = blobs(240, 4)
    folder = tmp_path_factory.mktemp("tell") / "run"

    class Named:
        """A dataset with names of classes."""

        classes = ("<b>", "&amp;", "'quote'", "plain")

        def __len__(self) -> int:
            return len(x)

        def __getitem__(self, place: int) -> tuple[Any, int]:
            return x[place], int(y[place])

    recipe = {**QUICK, "epochs": 2, "lr": 0.0005}
    made: Result = ns.train(
        net(NORMED), Named(), **recipe, adapt=True, out=folder, tensorboard=_has_tensorboard()
    )
    return made


def _has_tensorboard() -> bool:
    return importlib.util.find_spec("tensorboard") is not None


def test_an_epoch_is_one_line() -> None:
    """Figures with a fixed number of digits, within 80 columns."""
    expected = "epoch  9/10  train 0.6123 77.12 %  val 0.4500 84.23 % *  5,412/s  1:15 left"
    assert expected == epoch_line(EPOCH, 10, best=True, left=75.0)
    without = EPOCH._replace(val=None, epoch=10)
    assert "epoch 10/10  train 0.6123 77.12 %  5,412/s  done" == epoch_line(
        without, 10, best=True, left=0
    )


def test_lines_for_a_log() -> None:
    """A line an epoch; within one only when a minute has passed; no sign that moves a cursor."""
    out = io.StringIO()
    quiet = Lines(out)
    quiet.begin("LeNet on digits\n")
    quiet.step(MOMENT)
    quiet.epoch(EPOCH, 10, best=False, left=75.0)
    quiet.say("done")
    assert 4 == len(out.getvalue().splitlines())
    often = Lines(out, every=0.0)
    often.looking(5, 100)
    often.step(MOMENT)
    text = out.getvalue()
    assert "looked at 5 of 100 pictures" in text
    assert "epoch 10/10, step 7/22  train 0.5000 80.00 %  5,400/s  1:15 left" in text
    assert not re.search(r"[\r\x1b]", text)


def test_a_bar_on_a_terminal() -> None:
    """Loss, accuracy, rate and time left move; an epoch's line stays; nothing is left behind."""
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100, color_system=None)
    bar = Bar(console)
    bar.begin("LeNet on digits\n")
    bar.step(MOMENT)
    bar.epoch(EPOCH, 10, best=True, left=75.0)
    bar.end()
    text = out.getvalue()
    for words in ("epoch 10/10", "loss 0.5000", "80.00 %", "5,400/s", "1:15 left", "val 0.4500"):
        assert words in text
    assert "\x1b[2K" in text  # the bar is taken away


def test_who_is_told_is_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    """Lines where there is no terminal; nobody on request; anything else is refused."""
    assert "Lines" == type(teller()).__name__
    assert "Bar" == type(teller("bar")).__name__
    assert "Teller" == type(teller(False)).__name__  # noqa: FBT003 a person's word
    with pytest.raises(ChoiceError, match="progress can't be 'loud'"):
        teller("loud")
    ns.train(net(NORMED), "digits", **{**QUICK, "epochs": 1, "progress": "lines"})
    out = capsys.readouterr().out
    assert re.search(r"^epoch 1/1  train \d\.\d{4} ", out, re.MULTILINE)
    assert max(map(len, out.splitlines())) <= 80
    assert "licence CC BY 4.0" in " ".join(out.split())


def test_the_history_as_csv(result: Result) -> None:
    """With full digits, as a spreadsheet reads it; without validation its cells are empty."""
    assert result.folder is not None
    rows = list(csv.DictReader(io.StringIO((result.folder / "log.csv").read_text())))
    assert [epoch.train.loss for epoch in result.history] == [float(r["train_loss"]) for r in rows]
    assert [e.val.accuracy for e in result.history if e.val] == [
        float(r["val_accuracy"]) for r in rows
    ]
    (alone,) = csv.DictReader(io.StringIO(csv_text([EPOCH._replace(val=None)])))
    assert ("", "0.001", "198") == (alone["val_loss"], alone["lr"], alone["step"])


def test_tensorboard_reads_what_was_logged(result: Result) -> None:
    """Its own reader finds the history's figures at the epochs' steps."""
    reader = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    assert result.folder is not None
    events = reader.EventAccumulator(str(result.folder / "tensorboard")).Reload()
    for part in ("train", "val"):
        found = [(event.step, event.value) for event in events.Scalars(f"{part}/loss")]
        measured = [(epoch.step, getattr(epoch, part).loss) for epoch in result.history]
        assert measured == [(step, pytest.approx(value)) for step, value in found]
    with pytest.raises(ChoiceError, match="TensorBoard's files need a folder"):
        ns.train(net(NORMED), "digits", **QUICK, tensorboard=True)


def test_the_page_is_whole_and_safe(result: Result) -> None:
    """Curves, matrix and worst mistakes as pictures in one file, without script, names escaped."""
    assert result.folder is not None
    page = (result.folder / "report.html").read_text(encoding="utf-8")
    assert 4 == page.count("<svg")
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "http://" not in re.sub(r"xmlns=\S+", "", page.partition("How it was made")[0])
    assert "&lt;b&gt;" in page
    assert "<b></th>" not in page
    assert "&amp;amp;" in page
    assert result.test is not None
    assert f"{100 * result.test.accuracy:.2f} %" in page
    wrong = result.test.pictures - result.test.right
    assert min(wrong, 24) == page.count("data:image/png;base64,")


def test_the_page_can_be_left_out(tmp_path: Path) -> None:
    """For a thousand runs of a sweep."""
    ns.train(net(NORMED), "digits", **{**QUICK, "epochs": 1}, out=tmp_path / "run", report=False)
    assert not (tmp_path / "run" / "report.html").exists()


def test_a_picture_inside_a_page_is_the_picture() -> None:
    """As PNG, pixel for pixel."""
    data = find_data(blobs(240, 4))
    assert isinstance(data, Data)
    assert data.test is not None
    uri = picture(data.test, 5)
    with Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))) as image:
        assert data.test.raw(torch.tensor([5]))[0, 0].tolist() == np.asarray(image).tolist()


def test_a_chart_is_to_scale() -> None:
    """A straight line of values is a straight line of points, evenly spaced, within the frame."""
    text = chart("Loss", [1, 2, 3, 4], [Curve("train", [4.0, 3.0, 2.0, 1.0], 0)])
    (points,) = re.findall(r'polyline points="([^"]+)"', text)
    places = [tuple(map(float, each.split(","))) for each in points.split()]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(places)]
    assert all(pytest.approx(steps[0], abs=0.2) == step for step in steps)
    assert steps[0][0] > 0
    assert steps[0][1] > 0  # lower values lie lower


def test_a_chart_of_one_epoch_and_with_gaps() -> None:
    """One value is a dot; what is no number breaks the line."""
    assert 'circle cx="' in chart("Loss", [1], [Curve("train", [0.5], 0)])
    gap = [1.0, 0.5, float("nan"), 0.2, 0.1]
    assert 2 == chart("Loss", [1, 2, 3, 4, 5], [Curve("train", gap, 0)]).count("<polyline")
    assert "<svg" in chart("Loss", [1, 2], [Curve("train", [float("nan")] * 2, 0)])


def test_a_matrix_writes_every_count() -> None:
    """Each count that isn't zero is written in its cell; a hundred classes are a map."""
    text = matrix(("a", "b", "c"), [[5, 1, 0], [0, 7, 0], [2, 0, 9]])
    assert ["5", "1", "7", "2", "9"] == re.findall(r'class="(?:over|on)">(\d+)<', text)
    assert "21 of 24 answers on the diagonal" in text
    large = matrix(
        [str(n) for n in range(100)], [[int(a == b) for b in range(100)] for a in range(100)]
    )
    assert 100 == large.count("<rect")
    assert 'class="over"' not in large
