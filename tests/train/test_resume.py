"""Stops and resumes: the same weights as never having stopped, whatever did the stopping."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("PIL")

from safetensors.torch import load_file  # noqa: E402 torch first

import netsheet as ns  # noqa: E402 torch first
from netsheet.core.errors import FileError, TrainingError  # noqa: E402 torch first
from netsheet.core.files import whole_folder  # noqa: E402 torch first
from netsheet.train.loop import checkpoint, trainer  # noqa: E402 torch first
from netsheet.train.loop.optimise import Update  # noqa: E402 torch first
from netsheet.train.loop.rundir import CHECKPOINTS, MODEL, locked  # noqa: E402 torch first
from netsheet.train.plan import Source  # noqa: E402 torch first
from netsheet.train.recipe import Recipe  # noqa: E402 torch first
from netsheet.train.runs import Options, Result, go_on, run  # noqa: E402 torch first
from netsheet.train.tell.teller import Moment, Teller  # noqa: E402 torch first
from support.training import NORMED, PLAIN, QUICK, blobs, net  # noqa: E402 torch first

RECIPE = Recipe.of(epochs=3, batch=64, lr=0.01, augment=("shift",), precision="float32", clip=1.0)
STEPS = 22
"""Of an epoch: 1,439 digits in batches of 64."""


class AtStep(Teller):
    """Sends this process a signal when a step is done."""

    def __init__(self, step: int, number: int = signal.SIGINT) -> None:
        self.at, self.number = step, number
        self.said: list[str] = []

    def step(self, moment: Moment) -> None:
        """The signal, once."""
        if moment.step == self.at:
            os.kill(os.getpid(), self.number)

    def say(self, words: str) -> None:
        """Remember what was said."""
        self.said.append(words)


def trained(folder: Path, tell: Teller | None = None, recipe: Recipe = RECIPE) -> Result | None:
    """A training on the digits, in a folder."""
    options = Options(folder, "cpu", 1, tell or Teller(), report=False)
    return run(net(NORMED).graph, Source("digits"), recipe, options)


def resumed(folder: Path, tell: Teller | None = None) -> Result | None:
    """Going on with it."""
    return go_on(folder, Options(folder, "cpu", 1, tell or Teller(), report=False))


def last(folder: Path) -> dict[str, Any]:
    """Everything that the last checkpoint holds, tensors by name."""
    path = folder / CHECKPOINTS / f"step-{checkpoint.steps(folder / CHECKPOINTS)[-1]:08d}"
    found = {}
    for file in ("weights", "optimiser"):
        for name, value in load_file(path / f"{file}.safetensors").items():
            found[f"{file}: {name}"] = value
    return found


def assert_same_bits(first: Path, second: Path) -> None:
    """Require that two runs ended in the same weights, optimisers, models and histories."""
    one, other = last(first), last(second)
    assert list(one) == list(other)
    assert [] == [name for name in one if not torch.equal(one[name], other[name])]
    models = [load_file(folder / MODEL) for folder in (first, second)]
    assert [] == [name for name in models[0] if not torch.equal(models[0][name], models[1][name])]
    columns = [
        [line.split(",")[:7] for line in (folder / "log.csv").read_text().splitlines()]
        for folder in (first, second)
    ]
    assert columns[0] == columns[1]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was never stopped."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    result = trained(folder)
    assert result is not None
    assert "done" == result.ended
    return folder


@pytest.mark.parametrize("stops", [[1], [5, 30], [STEPS], [STEPS - 1, STEPS + 1, 2 * STEPS]])
def test_stopped_and_resumed_is_never_stopped(
    tmp_path: Path, whole: Path, stops: list[int]
) -> None:
    """Ctrl-C in the middle of an epoch, at its end, several times: the same weights to the bit.

    Batch norm, dropout, augmentation, clipping and AdamW are all in it.
    """
    folder = tmp_path / "run"
    tell = AtStep(stops[0])
    result = trained(folder, tell)
    assert result is None or "asked" == result.ended
    assert any(f"to go on: netsheet train --resume {folder}" in words for words in tell.said)
    for step in stops[1:]:
        stopped = resumed(folder, AtStep(step))
        assert stopped is None or "asked" == stopped.ended
    ended = resumed(folder)
    assert ended is not None
    assert "done" == ended.ended
    assert_same_bits(whole, folder)


def test_a_polite_kill_saves_as_well(tmp_path: Path, whole: Path) -> None:
    """SIGTERM, as a cluster sends before it kills."""
    folder = tmp_path / "run"
    assert trained(folder, AtStep(7, signal.SIGTERM)) is None
    assert [0, 7] == checkpoint.steps(folder / CHECKPOINTS)
    resumed(folder)
    assert_same_bits(whole, folder)


def forget_optimiser(*_: Any) -> None:
    """Planted: what the optimiser remembered is not taken up again."""


def test_a_planted_fault_in_resuming_is_noticed(
    tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: an optimiser that forgets gives other weights, and the comparison fails."""
    folder = tmp_path / "run"
    trained(folder, AtStep(5))
    monkeypatch.setattr(Update, "take_state", forget_optimiser)
    resumed(folder)
    with pytest.raises(AssertionError):
        assert_same_bits(whole, folder)


def test_a_planted_fault_in_chance_is_noticed(
    tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: dropout that goes on from where the process stands gives other weights."""
    monkeypatch.setattr(trainer.Trainer, "_seed", lambda self, step: None)  # noqa: ARG005 planted
    folder = tmp_path / "run"
    trained(folder, AtStep(5))
    resumed(folder)
    with pytest.raises(AssertionError):
        assert_same_bits(whole, folder)


def test_a_run_that_is_done_stays_as_it_is(tmp_path: Path, whole: Path) -> None:
    """Resuming it trains nothing, and judges the same model."""
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    result = resumed(folder)
    assert result is not None
    assert "done" == result.ended
    assert_same_bits(whole, folder)


def test_a_damaged_checkpoint_is_left_out(tmp_path: Path, whole: Path) -> None:
    """One flipped bit in the last checkpoint: it is told, and the one before it taken."""
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    path = folder / CHECKPOINTS / f"step-{3 * STEPS:08d}" / "weights.safetensors"
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    tell = AtStep(-1)
    resumed(folder, tell)
    assert f"left out: {path} is not as it was written: it is damaged" in tell.said
    assert f"going on from step {2 * STEPS} of {3 * STEPS}, in epoch 3" in tell.said
    assert_same_bits(whole, folder)


def test_no_whole_checkpoint_is_told(tmp_path: Path, whole: Path) -> None:
    """When both are damaged there is nothing to go on from."""
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    for path in (folder / CHECKPOINTS).glob("*/state.json"):
        path.write_text("{")
    with pytest.raises(TrainingError, match="holds no whole checkpoint to go on from\n"):
        resumed(folder)


def test_other_data_are_refused(tmp_path: Path) -> None:
    """A run goes on with the pictures, labels and parts that it began with."""
    x, y = blobs(80)
    folder = tmp_path / "run"
    options = Options(folder, "cpu", 1, report=False)
    run(net(PLAIN).graph, Source((x, y)), RECIPE, options, adapt=True)
    with pytest.raises(TrainingError, match="was trained on values of Python"):
        resumed(folder)
    other = x.copy()
    other[0, 0, 0, 0] ^= 1
    with pytest.raises(TrainingError, match="the data are not those that"):
        go_on(folder, options, Source((other, y)))
    assert go_on(folder, options, Source((x, y))) is not None


def test_a_folder_with_a_run_is_refused(tmp_path: Path, whole: Path) -> None:
    """Nothing in it is changed, and how to go on with it is said."""
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(TrainingError, match=f"netsheet train --resume {folder}"):
        trained(folder)
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_without_a_run_can_t_go_on(tmp_path: Path) -> None:
    """It says that there is none."""
    with pytest.raises(TrainingError, match="holds no run"):
        resumed(tmp_path)


def python(code: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run some Python in a process of its own, with one thread."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True, text=True, check=False, env=environment, **options,
    )  # fmt: skip


HOLD = """
import sys, time
from pathlib import Path
from netsheet.train.loop.optimise import Update  # noqa: E402 torch first
from netsheet.train.loop.rundir import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_two_runs_in_one_folder_are_refused(tmp_path: Path) -> None:
    """While another process holds it; once that is killed, however roughly, the folder is free."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert "held\n" == other.stdout.readline()
        with pytest.raises(TrainingError, match=f"is being written by process {other.pid}\n"):
            trained(tmp_path)
        other.kill()
    with locked(tmp_path):
        pass


KILLED = """
import os, signal, sys
from pathlib import Path
from netsheet.core import files
from netsheet.train.loop import checkpoint
left = int(sys.argv[2])
real = checkpoint.save_file
def save_file(tensors, path, *more):
    global left
    real(tensors, path, *more)
    left -= 1
    if left == 0:
        with open(path, "r+b") as file:
            file.truncate(100)
        os.kill(os.getpid(), signal.SIGKILL)
checkpoint.save_file = save_file
sys.path.insert(0, {tests!r})
from train.test_resume import trained
trained(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("write", [4, 5])
def test_killed_in_the_middle_of_a_checkpoint(tmp_path: Path, whole: Path, write: int) -> None:
    """A kill -9 while the second epoch's weights, or optimiser, are half written.

    The checkpoints before are whole, what was half written is gone after the resume, and the
    weights at the end are those of a run that was never killed.
    """
    folder = tmp_path / "run"
    tests = str(Path(__file__).parents[1])
    done = python(KILLED.format(tests=tests), str(folder), str(write + 1))
    assert -signal.SIGKILL == done.returncode, done.stderr
    inside = {path.name for path in (folder / CHECKPOINTS).iterdir()}
    assert 1 == len([name for name in inside if name.endswith(".part")])
    assert [0, STEPS] == checkpoint.steps(folder / CHECKPOINTS)
    resumed(folder)
    inside = {path.name for path in (folder / CHECKPOINTS).iterdir()}
    assert {f"step-{2 * STEPS:08d}", f"step-{3 * STEPS:08d}"} == inside
    assert_same_bits(whole, folder)


FULL = """
import resource, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from train.test_resume import trained
from netsheet.core.errors import TrainingError
from netsheet.train.tell.teller import Teller
class Fill(Teller):
    def step(self, moment):
        if moment.step == 30:
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    trained(Path(sys.argv[1]), Fill())
except TrainingError as error:
    print(error)
    raise SystemExit(2)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_a_full_disk_is_told_and_the_last_checkpoint_kept(tmp_path: Path, whole: Path) -> None:
    """The system refuses to write more in the second epoch: it says so, and the first one is whole."""
    folder = tmp_path / "run"
    done = python(FULL.format(tests=str(Path(__file__).parents[1])), str(folder))
    assert 2 == done.returncode, done.stderr
    assert "can't be written\n" in done.stdout
    assert f"the checkpoint of step {STEPS} is whole; to go on: netsheet train" in done.stdout
    assert [0, STEPS] == checkpoint.steps(folder / CHECKPOINTS)
    assert [] == list(folder.rglob("*.part"))
    resumed(folder)
    assert_same_bits(whole, folder)


def test_a_training_that_explodes_keeps_its_last_checkpoint(tmp_path: Path) -> None:
    """The loss turns to NaN in a later epoch: the step is told, and how to go on from before."""
    folder = tmp_path / "run"

    class Poison(Teller):
        """Spoils the weights in the second epoch."""

        def step(self, moment: Moment) -> None:
            """By a handle that the test has on the trainer."""
            if moment.step == 30:
                with torch.no_grad():
                    next(iter(seen[0].network.parameters())).fill_(float("nan"))

    seen: list[trainer.Trainer] = []
    real = trainer.Trainer.run

    def spying(self: trainer.Trainer) -> trainer.Ended:
        seen.append(self)
        return real(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer.Trainer, "run", spying)
        with pytest.raises(TrainingError) as caught:
            trained(folder, Poison())
    text = str(caught.value)
    assert "the loss is no number any more at step 31, in epoch 2\n" in text
    assert f"the checkpoint of step {STEPS} is whole" in text
    weights = {name: value for name, value in last(folder).items() if "weights" in name}
    assert all(bool(value.isfinite().all()) for value in weights.values())


def test_a_folder_is_whole_or_not_there(tmp_path: Path) -> None:
    """What raises while a folder is filled leaves nothing; a name that is taken is refused."""

    def fill(text: str, *, fail: bool = False) -> None:
        with whole_folder(tmp_path / "a") as part:
            (part / "x").write_text(text)
            if fail:
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fill("half", fail=True)
    assert [] == list(tmp_path.iterdir())
    fill("whole")
    with pytest.raises(FileError, match="can't be written"):
        fill("another")
    assert ["a"] == [path.name for path in tmp_path.iterdir()]
    assert "whole" == (tmp_path / "a" / "x").read_text()


def test_only_two_checkpoints_are_kept(whole: Path) -> None:
    """The last one, and the one before it in case that is damaged."""
    assert [2 * STEPS, 3 * STEPS] == checkpoint.steps(whole / CHECKPOINTS)


def test_a_checkpoint_is_plain_to_read(whole: Path) -> None:
    """JSON with checksums, and safetensors that other programs open."""
    path = whole / CHECKPOINTS / f"step-{3 * STEPS:08d}"
    state = json.loads((path / "state.json").read_text())
    assert {"weights.safetensors", "optimiser.safetensors"} == set(state["files"])
    assert 3 * STEPS == state["standing"]["step"]
    assert {"conv1.conv.weight", "fc2.dense.bias"} <= set(load_file(path / "weights.safetensors"))


def test_the_python_door_goes_on_too(tmp_path: Path, whole: Path) -> None:
    """`ns.train(…, out=…, resume=True)`."""
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    result = ns.train(net(NORMED), "digits", out=folder, resume=True, progress=False)
    assert 3 == len(result.history)
    assert "done" == result.ended
    with pytest.raises(TrainingError, match="holds a run already"):
        ns.train(net(NORMED), "digits", out=folder, **QUICK)
