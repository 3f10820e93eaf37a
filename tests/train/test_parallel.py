"""Several processes under torchrun: what one would do, and a clear word when one is lost."""

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
distributed = pytest.importorskip("torch.distributed")
if not distributed.is_available() or sys.platform == "win32":
    pytest.skip("torch here has no processes", allow_module_level=True)

from safetensors.torch import load_file  # noqa: E402 torch first

from netsheet.train.loop import checkpoint  # noqa: E402 torch first
from netsheet.train.loop.rundir import CHECKPOINTS, MODEL  # noqa: E402 torch first
from netsheet.train.plan import Source  # noqa: E402 torch first
from netsheet.train.recipe import Recipe  # noqa: E402 torch first
from netsheet.train.runs import Options, go_on, run  # noqa: E402 torch first
from support.training import PLAIN, net  # noqa: E402 torch first

STEPS = 22
RECIPE = Recipe.of(
    epochs=2, batch=64, lr=0.01, precision="float32", augment=("shift",), clip=1.0, accumulate=2
)

SCRIPT = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from train.test_parallel import alone
from netsheet.core.errors import NetsheetError
from netsheet.train.loop import trainer
folder, fault = Path(sys.argv[1]), sys.argv[2]
rank = int(os.environ["RANK"])
if fault == "lost" and rank == 1:
    real = trainer.Trainer._step
    def step(self, *given):
        if self.standing.step == {lost}:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(self, *given)
    trainer.Trainer._step = step
if fault == "same pictures":
    real = trainer.Feed
    trainer.Feed = lambda *given: real(*given[:-2], 0, given[-1])
try:
    alone(folder)
except NetsheetError as error:
    print(f"process {{rank}}: {{error}}", flush=True)
    raise SystemExit(2)
"""


def alone(folder: Path) -> None:
    """The training of these tests, in this process or as one of several."""
    options = Options(folder, "cpu", 1, report=False)
    run(net(PLAIN).graph, Source("digits"), RECIPE, options)


ABORTED = "terminate called without an active exception"
"""What a process says that gloo aborts while it leaves, as it does now and then."""


def torchrun(folder: Path, fault: str = "none") -> subprocess.CompletedProcess[str]:
    """The same in two processes; once more if gloo, which is not ours, aborts one of them."""
    done = _torchrun(folder, fault)
    if done.returncode == 0 or ABORTED not in done.stderr:
        return done
    shutil.rmtree(folder, ignore_errors=True)
    return _torchrun(folder, fault)


def _torchrun(folder: Path, fault: str) -> subprocess.CompletedProcess[str]:
    script = folder.with_suffix(".py")
    tests = str(Path(__file__).parents[1])
    script.write_text(SCRIPT.format(tests=tests, lost=STEPS + 5), encoding="utf-8")
    command = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    return subprocess.run(
        [sys.executable, *command, str(script), str(folder), fault],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


def worst(first: Path, second: Path) -> float:
    """The largest difference between two runs' models."""
    one, other = (load_file(folder / MODEL) for folder in (first, second))
    return max(float((one[name] - other[name]).abs().max()) for name in one)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one process."""
    folder = tmp_path_factory.mktemp("one") / "run"
    alone(folder)
    return folder


def figures(folder: Path) -> list[list[float]]:
    """The history of a run, without times."""
    lines = (folder / "log.csv").read_text().splitlines()[1:]
    return [[float(cell) for cell in line.split(",")[:7]] for line in lines]


def test_two_processes_give_the_weights_of_one(tmp_path: Path, one: Path) -> None:
    """Without batch norm, to 1e-5: pictures shared out, varied alike, gradients averaged.

    Loss and accuracy are of all pictures, and only the first process writes.
    """
    folder = tmp_path / "two"
    done = torchrun(folder)
    assert 0 == done.returncode, done.stderr
    assert worst(one, folder) < 1e-5
    for mine, theirs in zip(figures(one), figures(folder), strict=True):
        assert pytest.approx(mine, abs=2e-3) == theirs
    assert {"checkpoints", "log.csv", "model.safetensors", "run.json", "sheet.md", ".lock"} == {
        path.name for path in folder.iterdir()
    }


def test_processes_that_see_the_same_pictures_are_noticed(tmp_path: Path, one: Path) -> None:
    """Negative control: two processes that both take the first share give other weights."""
    folder = tmp_path / "two"
    done = torchrun(folder, "same pictures")
    assert 0 == done.returncode, done.stderr
    assert worst(one, folder) > 1e-3


def test_a_lost_process_ends_the_run_with_a_word(tmp_path: Path, one: Path) -> None:
    """One of two is killed in the second epoch: the other says so, and how to go on.

    The checkpoint before is whole; one process goes on from it, to the weights that it would have
    had alone.
    """
    folder = tmp_path / "two"
    done = torchrun(folder, "lost")
    assert 0 != done.returncode
    assert (
        f"process 0: another process of this training was lost after step {STEPS + 5}"
        in done.stdout
    )
    assert (
        f"the checkpoint of step {STEPS} is whole; to go on: netsheet train --resume" in done.stdout
    )
    assert f"Signal {int(signal.SIGKILL)}" in done.stderr
    assert [0, STEPS] == checkpoint.steps(folder / CHECKPOINTS)
    result = go_on(folder, Options(folder, "cpu", 1, report=False))
    assert result is not None
    assert "done" == result.ended
    assert worst(one, folder) < 1e-5


def test_a_batch_that_can_t_be_shared_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the nearest that can."""
    from netsheet.core.errors import FitError
    from netsheet.train.loop.world import World
    from netsheet.train.plan import settle

    world = World(torch.device("cpu"), 0, 3)
    monkeypatch.setattr("netsheet.train.plan.available_bytes", lambda device: None)  # noqa: ARG005 as called
    recipe: Any = Recipe.of(batch=64)
    with pytest.raises(FitError, match="can't be shared by 3 processes\n  63 or 66 can"):
        settle(net(PLAIN).graph, Source("digits"), recipe, world)
