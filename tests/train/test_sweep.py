"""Sweeps: grids, journals that survive, executors that make no difference."""

import json
import os
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
from netsheet.core.errors import ChoiceError, FitError, TrainingError  # noqa: E402 torch first
from netsheet.run.realise import realise  # noqa: E402 torch first
from netsheet.train.loop.rundir import MODEL  # noqa: E402 torch first
from netsheet.train.plan import Source  # noqa: E402 torch first
from netsheet.train.recipe import Recipe  # noqa: E402 torch first
from netsheet.train.sweep.executor import find, names  # noqa: E402 torch first
from netsheet.train.sweep.grid import Trial, parse, trials  # noqa: E402 torch first
from netsheet.train.sweep.journal import NAME, Journal  # noqa: E402 torch first
from netsheet.train.sweep.run import TRIALS, Swept, sweep  # noqa: E402 torch first
from netsheet.train.sweep.width import widened  # noqa: E402 torch first
from netsheet.train.tell.teller import Teller  # noqa: E402 torch first
from support.training import PLAIN, net  # noqa: E402 torch first

RECIPE = Recipe.of(epochs=1, batch=64, augment=(), precision="float32")
OVER = {"lr": (0.01, 1e-9), "width": (1.0,)}


def swept(folder: Path, executor: str = "here", seeds: int = 2, **options: Any) -> Swept:
    """Two learning rates, of which one learns nothing, on the digits."""
    chosen: dict[str, Any] = {"over": OVER, "recipe": RECIPE, **options}
    return sweep(
        net(PLAIN).graph, Source("digits"), chosen.pop("recipe"), chosen.pop("over"), folder,
        seeds=seeds, executor=executor, device="cpu", threads=1, **chosen,
    )  # fmt: skip


def test_choices_are_read_in_the_recipe_s_types() -> None:
    """Every spelling of the help, and augmentations joined by +."""
    expected = {
        "lr": (0.001, 0.003),
        "batch": (32, 64),
        "optimiser": ("sgd", "adamw"),
        "augment": ((), ("shift", "flip")),
        "width": (0.5, 2.0),
    }
    found = parse(
        ["lr=1e-3,3e-3,batch=32,64", "optimiser=sgd,adamw,augment=none,shift+flip", "width=.5,2"]
    )
    assert expected == found
    assert [int] * 2 == [type(value) for value in found["batch"]]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("0.1", '"0.1" names nothing to vary'),
        ("rate=1", '"rate" can\'t be varied\n  it is accumulate'),
        ("seed=1", "--seeds says how many seeds"),
        ("lr=1,lr=2", "lr is varied twice"),
        ("lr=x", 'lr can\'t be "x"\n  it is a number'),
        ("lr=-1", "lr can't be -1"),
        ("width=0", "width can't be 0"),
        ("optimiser=adam", "it is adamw, sgd"),
    ],
)
def test_choices_that_can_t_be(text: str, complaint: str) -> None:
    """Each is refused before anything is trained."""
    with pytest.raises(ChoiceError, match=complaint):
        parse([text])


def test_every_choice_with_every_other() -> None:
    """2 × 3 settings with 2 seeds are 12 trials, each of a name of its own."""
    found = trials({"lr": (0.1, 0.2), "width": (1.0, 2.0, 4.0)}, 2)
    assert 12 == len({trial.name for trial in found})
    assert ("lr=0.1 width=1", "lr-0.1_width-1_seed-1") == (found[1].setting, found[1].name)
    assert 1 == len(trials({}, 1))
    with pytest.raises(ChoiceError, match="0 trials"):
        trials({"lr": (0.1,)}, 0)


@pytest.mark.parametrize("factor", [0.5, 2.0, 1.3])
@pytest.mark.parametrize("name", ["resnet18", "googlenet", "squeezenet1.1", "alexnet"])
def test_a_wider_network_is_one(name: str, factor: float) -> None:
    """Residuals still add up and groups divide; input and scores stay what they are."""
    graph = ns.load(name).graph
    wide = widened(graph, factor)
    with torch.device("meta"):
        network = realise(wide).eval()
        assert 2 * 1000 == network(torch.zeros(2, *graph.input_shape)).numel()
    first, now = (
        next(r.layer.out for r in g.rows if r.layer.kind == "conv") for g in (graph, wide)
    )
    assert abs(first * factor - now) <= 1
    params = [ns.net.Net(each).totals().params for each in (graph, wide)]
    assert (params[1] > params[0]) == (factor > 1)


def test_depthwise_layers_stay_depthwise() -> None:
    """As many groups as channels, before and after."""
    text = PLAIN.replace(
        "| fc    |", "| dw    | depthwise conv | | 3×3 | same    | relu |\n| fc    |"
    )
    wide = widened(net(text).graph, 2)
    layer = next(row.layer for row in wide.rows if row.name.startswith("dw"))
    assert (32, 32) == (layer.out, layer.groups)
    with pytest.raises(FitError, match=r'"C3\.conv" is connected channel by channel'):
        widened(ns.load("lenet5").graph, 2)


def test_settings_are_compared_over_seeds(tmp_path: Path) -> None:
    """The rate that learns comes first, with mean and spread; each trial has its run's folder."""
    found = swept(tmp_path)
    assert ["lr=0.01 width=1", "lr=1e-09 width=1"] == [each.setting for each in found.settings]
    assert [2, 2] == [len(each.values["val"]) for each in found.settings]
    best, worst = (each.values["val"] for each in found.settings)
    assert min(best) > 0.6
    assert max(worst) < 0.3
    table = found.table()
    assert "mean ± standard deviation over 2 seeds" in table
    assert " ± " in table.splitlines()[1]
    lines = (tmp_path / "results.csv").read_text().splitlines()
    assert "lr,width,seed,train,val" == ",".join(lines[0].split(",")[:5])
    assert 5 == len(lines)
    assert all((tmp_path / TRIALS / trial.name / MODEL).exists() for trial in trials(OVER, 2))


class Counting(Teller):
    """Remembers what was said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, words: str) -> None:
        """Remember it."""
        self.said.append(words)


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    """The same call again trains nothing; with more seeds only those; a torn line is not believed."""
    swept(tmp_path, seeds=1)
    before = (tmp_path / NAME).read_text()
    tell = Counting()
    again = swept(tmp_path, seeds=1, tell=tell)
    assert ["2 trials, 2 of them done already, 1 at once"] == tell.said
    assert before == (tmp_path / NAME).read_text()
    assert 2 == len(again.settings)
    lines = before.splitlines(keepends=True)
    (tmp_path / NAME).write_text("".join(lines[:-1]) + lines[-1][:20])
    tell = Counting()
    swept(tmp_path, seeds=2, tell=tell)
    assert "4 trials, 1 of them done already, 1 at once" == tell.said[0]
    assert all(json.loads(line) for line in (tmp_path / NAME).read_text().splitlines())


def test_another_sweep_s_folder_is_refused(tmp_path: Path) -> None:
    """Other epochs, another grid: what differs is named."""
    swept(tmp_path, seeds=1)
    with pytest.raises(TrainingError, match="holds another sweep: its recipe differ"):
        swept(tmp_path, seeds=1, recipe=RECIPE.changed(epochs=2))
    with pytest.raises(TrainingError, match="its over differ"):
        swept(tmp_path, seeds=1, over={"lr": (0.5,)})


def test_a_sweep_needs_data_that_workers_can_read(tmp_path: Path) -> None:
    """Values of Python are refused, with what to give instead."""
    with pytest.raises(ChoiceError, match="a sweep's data are a name or a path"):
        sweep(net(PLAIN).graph, Source(([], [])), RECIPE, OVER, tmp_path)


def test_a_trial_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    """A rate that explodes is told, and the other setting is there."""
    found = swept(
        tmp_path, over={"lr": (0.01, 900.0)}, seeds=1, recipe=RECIPE.changed(optimiser="sgd")
    )
    assert ["lr=0.01"] == [each.setting for each in found.settings]
    assert "the loss is no number any more" in found.failed["lr-900_seed-0"]
    assert "failed: lr-900_seed-0: the loss is no number" in found.table()


def test_executors_make_no_difference(tmp_path: Path) -> None:
    """A trial in a process of its own gives the bits that it gives in this one."""
    swept(tmp_path / "here", over={"lr": (0.01,)}, seeds=1)
    swept(tmp_path / "there", "processes", over={"lr": (0.01,)}, seeds=1, workers=1)
    name = trials({"lr": (0.01,)}, 1)[0].name
    one, other = (
        load_file(tmp_path / where / TRIALS / name / MODEL) for where in ("here", "there")
    )
    assert all(torch.equal(one[key], other[key]) for key in one)


@pytest.mark.filterwarnings("ignore")  # Dask's own, about its event loop while it shuts down
def test_a_dask_cluster(tmp_path: Path) -> None:
    """A local cluster of two workers gives the bits of this process too."""
    pytest.importorskip("distributed")
    swept(tmp_path / "here", over={"lr": (0.01, 0.02)}, seeds=1)
    found = swept(tmp_path / "dask", "dask", over={"lr": (0.01, 0.02)}, seeds=1, workers=2)
    assert (2, {}) == (len(found.settings), found.failed)
    for trial in trials({"lr": (0.01, 0.02)}, 1):
        one, other = (
            load_file(tmp_path / where / TRIALS / trial.name / MODEL) for where in ("here", "dask")
        )
        assert all(torch.equal(one[key], other[key]) for key in one)


@pytest.mark.filterwarnings("ignore")  # Ray's own
def test_a_ray_cluster(tmp_path: Path) -> None:
    """The same on Ray, where that is installed."""
    pytest.importorskip("ray")
    found = swept(tmp_path, "ray", over={"lr": (0.01,)}, seeds=1, workers=1)
    assert (1, {}) == (len(found.settings), found.failed)


def test_executors_are_found_by_name() -> None:
    """With what there is, and an address only where one makes sense."""
    assert ("dask", "here", "processes", "ray") == names()
    assert "tcp://host:8786" == find("dask:tcp://host:8786")[1]
    with pytest.raises(ChoiceError, match='no executor "slurm"\n  there are dask, here'):
        find("slurm")
    for text in ("processes:x", "here:x"):
        executor, address = find(text)
        with pytest.raises(ChoiceError), executor.open(1, address):
            pass


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from train.test_sweep import swept
from netsheet.train.loop import trainer
real = trainer.Trainer._step
def step(self, *given):
    if self.plan.recipe.lr < 1e-6 and self.standing.step == 30:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, *given)
trainer.Trainer._step = step
from train.test_sweep import RECIPE
swept(Path(sys.argv[1]), seeds=1, recipe=RECIPE.changed(epochs=2))
"""


def test_a_sweep_that_was_killed_goes_on(tmp_path: Path) -> None:
    """A kill -9 in the second trial's second epoch: both end as if it had never been.

    The first stays done, and the second goes on from its own checkpoint.
    """
    script = KILLED.format(tests=str(Path(__file__).parents[1]))
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "killed")],
        capture_output=True, text=True, check=False, env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert -signal.SIGKILL == done.returncode, done.stderr
    recipe = RECIPE.changed(epochs=2)
    tell = Counting()
    found = swept(tmp_path / "killed", seeds=1, recipe=recipe, tell=tell)
    assert "2 trials, 1 of them done already, 1 at once" == tell.said[0]
    assert 2 == len(found.settings)
    swept(tmp_path / "whole", seeds=1, recipe=recipe)
    for trial in trials(OVER, 1):
        one, other = (
            load_file(tmp_path / where / TRIALS / trial.name / MODEL)
            for where in ("killed", "whole")
        )
        assert all(torch.equal(one[key], other[key]) for key in one)


def test_a_killed_worker_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that the system kills ends the sweep with a word, and the journal is whole."""
    from concurrent.futures import Future
    from concurrent.futures.process import BrokenProcessPool

    from netsheet.train.sweep.executors.here import Here

    class Breaks(Here):
        """The second trial's worker is killed."""

        handed = 0

        def submit(self, work: Any, /, *given: Any) -> "Future[Any]":
            """As a broken pool does."""
            Breaks.handed += 1
            if Breaks.handed == 1:
                return super().submit(work, *given)
            future: Future[Any] = Future()
            future.set_exception(BrokenProcessPool("terminated abruptly"))
            return future

    monkeypatch.setattr("netsheet.train.sweep.executors.here.Here", Breaks)
    with pytest.raises(TrainingError, match="a worker of the sweep was killed\n"):
        swept(tmp_path, seeds=1)
    journal = [json.loads(line) for line in (tmp_path / NAME).read_text().splitlines()]
    assert {"begun", "done"} >= {line["event"] for line in journal[1:]}


def test_a_journal_is_appended_and_believed_line_by_line(tmp_path: Path) -> None:
    """Events in order; damage inside, which no kill explains, is told."""
    journal = Journal(tmp_path, {"a": 1})
    journal.note("x", "begun")
    journal.note("x", "done", result={"val": 0.5})
    assert {"x": {"val": 0.5}} == Journal(tmp_path, {"a": 1}).done
    path = tmp_path / NAME
    path.write_text(path.read_text().replace('"begun"', '"begun'))
    with pytest.raises(Exception, match="a line of it is no JSON"):
        Journal(tmp_path, {"a": 1})
    assert "seed-0" == Trial((), 0).name
