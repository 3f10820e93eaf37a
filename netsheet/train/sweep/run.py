"""The sweep itself: trials handed out, results written down, settings compared.

Requirements met here: a setting is judged by the mean over its seeds, with their spread beside it,
and chosen by validation, never by test; a trial that fails is told and does not stop the others.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, as_completed
from concurrent.futures.process import BrokenProcessPool
from hashlib import sha256
from pathlib import Path
from statistics import mean, stdev
from typing import Any, NamedTuple

from netsheet.core.errors import ChoiceError, TrainingError
from netsheet.core.files import write_whole
from netsheet.core.graph import Graph
from netsheet.text.write import write_markdown
from netsheet.train.data.find import lasting
from netsheet.train.loop.rundir import locked
from netsheet.train.machine import cores
from netsheet.train.plan import Source
from netsheet.train.recipe import Recipe
from netsheet.train.sweep.executor import Submits, find
from netsheet.train.sweep.grid import WIDTH, Trial, trials
from netsheet.train.sweep.journal import Journal
from netsheet.train.sweep.trial import run_trial
from netsheet.train.tell.teller import Teller, percent

TRIALS, RESULTS = "trials", "results.csv"


class Setting(NamedTuple):
    """One setting's results over its seeds: by name the values, one a seed."""

    setting: str
    values: dict[str, list[float]]

    def figure(self, name: str) -> str:
        """Mean and spread, `92.31 % ± 0.12`; empty where nothing was measured."""
        found = self.values.get(name, [])
        if not found:
            return ""
        spread = f" ± {100 * stdev(found):.2f}" if len(found) > 1 else ""
        return percent(mean(found)) + spread


class Swept(NamedTuple):
    """A sweep's end: settings, the best first, and what went wrong by trial."""

    settings: list[Setting]
    failed: dict[str, str]
    left: int
    seeds: int

    def table(self) -> str:
        """All settings, for a terminal."""
        width = max([7, *(len(each.setting) for each in self.settings)])
        spread = (
            f"mean ± standard deviation over {self.seeds} seeds" if self.seeds > 1 else "one seed"
        )
        lines = [f"{'setting':<{width}}  {'validation':>16}  {'test':>16}  seeds"]
        for each in self.settings:
            val, test = each.figure("val"), each.figure("test")
            many = len(each.values.get("val") or each.values.get("train") or [])
            lines.append(f"{each.setting:<{width}}  {val:>16}  {test:>16}  {many:>5}")
        lines += ["", f"{spread}; the best by validation first"]
        lines += [f"failed: {name}: {why.splitlines()[0]}" for name, why in self.failed.items()]
        if self.left:
            lines.append(f"{self.left} trials are left; the same command goes on with them")
        return "\n".join(lines) + "\n"


def sweep(
    graph: Graph,
    source: Source,
    recipe: Recipe,
    over: Mapping[str, Sequence[Any]],
    folder: Path,
    *,
    seeds: int = 1,
    executor: str = "processes",
    workers: int | None = None,
    threads: int | None = None,
    device: str | None = None,
    adapt: bool = False,
    report: bool = False,
    tell: Teller | None = None,
) -> Swept:
    """Train every setting with every seed, or what is left of that, in a folder.

    Each trial has its own folder below `trials`, and its share of the cores unless `threads` says
    how many; equal bits need equally many. TrainingError if the folder holds another sweep,
    or if a worker was killed; the same call goes on.
    """
    if lasting(source.what) is None:
        raise ChoiceError("a sweep's data are a name or a path, which its workers can read")
    chosen, address = find(executor)
    planned = trials(over, seeds)
    told = executor == "here" and tell is not None
    tell = tell or Teller()
    at_once = 1 if executor == "here" else workers or cores()
    sheet = write_markdown(graph)
    shared: dict[str, Any] = {
        "sheet": sheet,
        "recipe": recipe.to_json(),
        "adapt": adapt,
        "data": {
            "what": lasting(source.what),
            "val": source.val,
            "test": source.test,
            "seed": source.seed,
            "damaged": source.damaged,
            "fit": source.fit,
        },
    }
    with locked(folder):
        head = {**shared, "over": {name: list(values) for name, values in over.items()}}
        head["sheet"] = sha256(sheet.encode()).hexdigest()
        journal = Journal(folder, head)
        waiting = [trial for trial in planned if trial.name not in journal.done]
        done = len(planned) - len(waiting)
        tell.say(f"{len(planned)} trials, {done} of them done already, {at_once} at once")
        each = threads or max(1, cores() // at_once)
        work = [
            (trial, _asked(trial, shared, folder, device, each, report=report, told=told))
            for trial in waiting
        ]
        failed: dict[str, str] = {}
        if work:
            with chosen.open(workers, address) as pool:
                _collect(pool, work, _Book(journal, tell, failed))
        found = _settings(planned, journal.done)
        write_whole(folder / RESULTS, _csv(planned, journal.done))
    left = len([trial for trial in planned if trial.name not in journal.done]) - len(failed)
    return Swept(found, failed, left, seeds)


def _asked(
    trial: Trial,
    shared: Mapping[str, Any],
    folder: Path,
    device: str | None,
    threads: int,
    *,
    report: bool,
    told: bool,
) -> dict[str, Any]:
    """A trial as plain values, which any executor can carry."""
    choices = dict(trial.choices)
    width = choices.pop(WIDTH, 1.0)
    recipe = {**shared["recipe"], **choices, "seed": trial.seed}
    recipe["augment"] = list(recipe["augment"])
    return {
        **shared,
        "recipe": recipe,
        "width": width,
        "folder": str((folder / TRIALS / trial.name).resolve()),
        "device": device,
        "threads": threads,
        "report": report,
        "told": told,
    }


class _Book(NamedTuple):
    """Where results are written down as they come."""

    journal: Journal
    tell: Teller
    failed: dict[str, str]

    def take(self, future: "Future[Any]", trial: Trial) -> bool:
        """Write down a result; False if somebody stopped it."""
        result = future.result()
        if "stopped" in result:
            return False
        if "error" in result:
            self.failed[trial.name] = result["error"]
            self.journal.note(trial.name, "failed", why=result["error"])
        else:
            self.journal.note(trial.name, "done", result=result)
        self.tell.say(f"{trial.name}  {result.get('error') or _said(result)}")
        return True


def _collect(pool: Submits, work: Sequence[tuple[Trial, dict[str, Any]]], book: _Book) -> None:
    """Hand out every trial, and write down each result as it comes."""
    waiting: dict[Future[Any], Trial] = {}
    try:
        for trial, asked in work:
            book.journal.note(trial.name, "begun")
            future = pool.submit(run_trial, asked)
            if not future.done():
                waiting[future] = trial
            elif not book.take(future, trial):  # in this process: the next one is not begun
                return
        for future in as_completed(waiting):
            book.take(future, waiting[future])
    except BrokenProcessPool as error:
        raise TrainingError(
            "a worker of the sweep was killed\n"
            f"  {len(book.journal.done)} trials are done; the same command goes on with the others"
        ) from error
    finally:
        for future in waiting:
            future.cancel()


def _said(result: Mapping[str, Any]) -> str:
    parts = [f"{name} {percent(result[name])}" for name in ("val", "test") if name in result]
    return "  ".join([*parts, f"{result['seconds']:.0f} s"])


def _settings(planned: Sequence[Trial], done: Mapping[str, Mapping[str, Any]]) -> list[Setting]:
    """Results gathered by setting, the best first."""
    found: dict[str, dict[str, list[float]]] = {}
    for trial in planned:
        result = done.get(trial.name)
        if result is not None:
            values = found.setdefault(trial.setting, {})
            for name in ("train", "val", "test"):
                if name in result:
                    values.setdefault(name, []).append(result[name])
    made = [Setting(setting, values) for setting, values in found.items()]
    return sorted(made, key=lambda each: -mean(each.values.get("val") or each.values["train"]))


def _csv(planned: Sequence[Trial], done: Mapping[str, Mapping[str, Any]]) -> str:
    """Every trial, a line each."""
    names = [name for name, _ in planned[0].choices]
    figures = ("train", "val", "val_loss", "test", "test_loss", "epochs", "best", "seconds")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*names, "seed", *figures])
    for trial in planned:
        result = done.get(trial.name, {})
        chosen = [
            value if not isinstance(value, tuple) else "+".join(value) for _, value in trial.choices
        ]
        writer.writerow([*chosen, trial.seed, *(result.get(name, "") for name in figures)])
    return out.getvalue()
