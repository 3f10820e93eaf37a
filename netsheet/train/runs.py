"""A run from its start, or from where it was stopped, to a judged model.

Requirements met here: what can be refused is refused before anything is written; a run without a
folder leaves nothing behind; a run in a folder can go on after anything that stops it.
"""

from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import Tensor

from netsheet.core.errors import ChoiceError, TrainingError
from netsheet.core.graph import Graph
from netsheet.run.realise import realise
from netsheet.text.read import read
from netsheet.text.write import write_markdown
from netsheet.train.data.find import lasting
from netsheet.train.loop.checkpoint import Checkpoint, latest
from netsheet.train.loop.epoch import Epoch, Standing
from netsheet.train.loop.keep import InFolder, InMemory
from netsheet.train.loop.rundir import (
    CHECKPOINTS,
    MODEL,
    REPORT,
    check_new,
    locked,
    read_run,
    write_run,
)
from netsheet.train.loop.trainer import Ended, Trainer
from netsheet.train.loop.world import World, join, threads
from netsheet.train.plan import Plan, Source, settle
from netsheet.train.recipe import Recipe
from netsheet.train.report.page import write_report
from netsheet.train.tell.teller import Teller, Tellers
from netsheet.train.use.evaluate import Evaluation, evaluate_part
from netsheet.train.use.model import Model, load_model


@dataclass(frozen=True)
class Options:
    """What does not settle the weights: where to, on what, and who is told.

    out: the run's folder, None to keep nothing. device: "cpu", "cuda", …, the best there is where
    it is None. tell: who hears of the training, beside the folder.
    """

    out: Path | None = None
    device: str | None = None
    threads: int | None = None
    tell: Teller = field(default_factory=Teller)
    tensorboard: bool = False
    report: bool = True
    every: float | None = None


@dataclass(frozen=True, eq=False)
class Result:
    """What a training gave.

    history: its epochs. model: the best one's. best: that epoch. val, test: the model judged on
    those parts. ended: "done", "early" or "asked" (stopped by Ctrl-C, and can go on).
    """

    history: tuple[Epoch, ...]
    model: Model
    best: Epoch
    ended: str
    val: Evaluation | None
    test: Evaluation | None
    folder: Path | None

    def __repr__(self) -> str:
        return f"<Result {self.summary()}>"

    def summary(self) -> str:
        """What was reached, in a line."""
        return ", ".join(self.figures())

    def figures(self) -> list[str]:
        """The best epoch, and what its model reached on each part."""
        parts = [f"best epoch {self.best.epoch} of {len(self.history)}"]
        for name, found in (("validation", self.val), ("test", self.test)):
            if found is not None:
                parts.append(f"{name} {found.words()}")
        return parts

    def _repr_html_(self) -> str:
        from netsheet.train.report.page import fragment

        return fragment(self)


def run(
    graph: Graph,
    source: Source,
    recipe: Recipe,
    options: Options,
    *,
    adapt: bool = False,
) -> Result | None:
    """Train a network; None in processes but the first, and if stopped before an epoch's end.

    FitError, DataError and ChoiceError before anything is written; TrainingError if it can't go on.
    """
    with join(options.device) as world, threads(options.threads, world.near) as used:
        tell = options.tell if world.first else Teller()
        plan = settle(graph, source, recipe, world, adapt=adapt, progress=tell.looking)
        with ExitStack() as stack:
            if options.out is not None and world.first:
                check_new(options.out)
                stack.enter_context(locked(options.out))
                check_new(options.out)
                write_run(options.out, _written(plan, world), write_markdown(plan.graph))
            world.wait()
            tell.begin(plan.words(world, used))
            return _go(plan, world, options, tell, None)


def go_on(folder: Path, options: Options, source: Source | None = None) -> Result | None:
    """Go on with a run from its last whole checkpoint; TrainingError if that can't be.

    source: the data, for runs on values of Python, which a folder can't name.
    """
    made, sheet = read_run(folder)
    with join(options.device) as world, threads(options.threads, world.near) as used:
        tell = options.tell if world.first else Teller()
        with locked(folder) if world.first else nullcontext():
            world.wait()
            asked = source or _source(made, folder)
            graph = read(sheet, source=str(folder / "sheet.md")).graph
            recipe = Recipe.from_json(made["recipe"])
            plan = settle(graph, asked, recipe, world, progress=tell.looking)
            if plan.data.fingerprint() != made["fingerprint"]:
                raise TrainingError(
                    f"the data are not those that {folder} was trained on\n"
                    "  a run goes on with the same pictures, labels and parts"
                )
            checkpoint, wrong = latest(folder / CHECKPOINTS)
            tell.begin(plan.words(world, used))
            for line in wrong:
                tell.say(f"left out: {line}")
            return _go(plan, world, options, tell, checkpoint, folder)


def _written(plan: Plan, world: World) -> dict[str, Any]:
    """What a run's folder says of it."""
    from importlib.metadata import version

    import torch

    source = plan.source
    return {
        "network": plan.graph.name,
        "data": {
            "what": lasting(source.what),
            "name": plan.data.name,
            "val": source.val,
            "test": source.test,
            "seed": source.seed,
            "damaged": source.damaged,
            "fit": plan.intake.rule,
            "hold": source.hold,
        },
        "fingerprint": plan.data.fingerprint(),
        "classes": list(plan.data.classes),
        "recipe": plan.recipe.to_json(),
        "intake": plan.intake.to_json(),
        "changes": [str(change) for change in plan.changes],
        "processes": world.size,
        "device": world.device.type,
        "versions": {"netsheet": version("netsheet"), "torch": torch.__version__},
    }


def _source(made: dict[str, Any], folder: Path) -> Source:
    """The data that a run's folder names."""
    data = made["data"]
    if data["what"] is None:
        raise TrainingError(f"{folder} was trained on values of Python: give them again to go on")
    parts = (data["val"], data["test"], data["seed"])
    return Source(data["what"], *parts, data["damaged"], data["fit"], data["hold"])


def _go(
    plan: Plan,
    world: World,
    options: Options,
    tell: Teller,
    checkpoint: Checkpoint | None,
    folder: Path | None = None,
) -> Result | None:
    """Train as planned, from the start or a checkpoint, and judge the best model."""
    out = folder or options.out
    keeper = InMemory()
    if out is not None:
        writer = _writer(plan, out)
        keeper = (
            InFolder(out, writer) if options.every is None else InFolder(out, writer, options.every)
        )
    listening: list[Teller] = [tell]
    step = 0 if checkpoint is None else int(checkpoint.state["standing"]["step"])
    if options.tensorboard and world.first:
        if out is None:
            raise ChoiceError("TensorBoard's files need a folder: give the run one")
        from netsheet.train.tell.tensorboard import TensorBoard

        listening.append(TensorBoard(out / "tensorboard", step))
    told = Tellers(listening)
    trainer = Trainer(plan, world, told, keeper)
    if checkpoint is not None:
        trainer.take(checkpoint)
        where = f"step {step:,} of {plan.total:,}"
        told.say(f"going on from {where}, in epoch {len(trainer.standing.history) + 1}")
    try:
        ended = trainer.run()
    finally:
        told.end()
    if not world.first:
        return None
    if ended.how == "asked":
        saved = f"; all is saved\nto go on: netsheet train --resume {out}" if out else ""
        told.say(f"stopped after step {ended.standing.step:,} of {plan.total:,}{saved}")
        return _stopped(plan, ended, keeper, out)
    return _closed(_judged(plan, ended, keeper, out, world), plan, options, told)


def _model(plan: Plan, weights: dict[str, Tensor], notes: dict[str, Any]) -> Model:
    network = realise(plan.graph, seed=plan.recipe.seed)
    network.load_state_dict(weights)
    return Model(plan.graph, network.eval(), plan.intake, plan.data.classes, notes)


def _notes(plan: Plan, standing: Standing) -> dict[str, Any]:
    """How a model was made, for the model's file."""
    best = standing.best_epoch
    return {
        "data": plan.data.name,
        "fingerprint": plan.data.fingerprint(),
        "story": list(plan.data.story),
        "recipe": plan.recipe.to_json(),
        "epoch": None if best is None else best.to_json(),
    }


def _writer(plan: Plan, out: Path) -> Callable[[dict[str, Tensor], Standing], None]:
    def write_best(weights: dict[str, Tensor], standing: Standing) -> None:
        _model(plan, weights, _notes(plan, standing)).save(out / MODEL)

    return write_best


def _stopped(plan: Plan, ended: Ended, keeper: InMemory, out: Path | None) -> Result | None:
    """What a training gave that someone stopped: its best model so far, judged on nothing."""
    best = ended.standing.best_epoch
    if best is None:
        return None
    model = _best(plan, ended.standing, keeper, out)
    return Result(tuple(ended.standing.history), model, best, ended.how, None, None, out)


def _best(plan: Plan, standing: Standing, keeper: InMemory, out: Path | None) -> Model:
    """The best epoch's model: in memory, or on disk if the run went on behind that epoch."""
    if keeper.best:
        return _model(plan, keeper.best, _notes(plan, standing))
    assert out is not None  # noqa: S101 only a folder has checkpoints
    return load_model(out)


def _judged(plan: Plan, ended: Ended, keeper: InMemory, out: Path | None, world: World) -> Result:
    """The best model, judged on the parts that it did not learn from."""
    best = ended.standing.best_epoch
    assert best is not None  # noqa: S101 an epoch was done
    model = _best(plan, ended.standing, keeper, out)
    found = {
        name: evaluate_part(model, part, name, world.device)
        for name, part in plan.data.parts.items()
        if name != "train"
    }
    model.notes.update({name: each.to_json() for name, each in found.items()})
    history = tuple(ended.standing.history)
    return Result(history, model, best, ended.how, found.get("val"), found.get("test"), out)


def _closed(result: Result, plan: Plan, options: Options, tell: Teller) -> Result:
    """Write the judged model and the report, and say what was reached."""
    tell.say("\n".join(result.figures()))
    out = result.folder
    if out is not None:
        result.model.save(out / MODEL)
        words = f"model: {out / MODEL}"
        if options.report:
            write_report(out / REPORT, result, plan)
            words += f"\nreport: {out / REPORT}"
        tell.say(words)
    return result
