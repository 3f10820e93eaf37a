"""One trial, wherever it is computed: it begins, or goes on, in a folder of its own."""

import sys
from pathlib import Path
from typing import Any

from netsheet.core.errors import NetsheetError
from netsheet.text.read import read
from netsheet.train.loop.checkpoint import steps
from netsheet.train.loop.rundir import CHECKPOINTS, RUN
from netsheet.train.plan import Source
from netsheet.train.recipe import Recipe
from netsheet.train.runs import Options, Result, go_on, run
from netsheet.train.sweep.width import widened
from netsheet.train.tell.lines import Lines
from netsheet.train.tell.teller import Teller


def run_trial(asked: dict[str, Any]) -> dict[str, Any]:
    """Run one trial from plain values, and give its result as plain values.

    What goes wrong with the trial is handed back as `error`, so that any executor can carry it.
    """
    try:
        result = _trained(asked)
    except NetsheetError as error:
        return {"error": str(error)}
    if result is None or result.ended == "asked":
        return {"stopped": True}
    found: dict[str, Any] = {
        "epochs": len(result.history),
        "best": result.best.epoch,
        "ended": result.ended,
        "seconds": round(sum(epoch.seconds for epoch in result.history), 2),
        "train": result.best.train.accuracy,
    }
    for name, judged in (("val", result.val), ("test", result.test)):
        if judged is not None:
            found[name] = judged.accuracy
            found[f"{name}_loss"] = judged.loss
    return found


def _trained(asked: dict[str, Any]) -> Result | None:
    folder = Path(asked["folder"])
    tell = Lines(sys.stdout) if asked["told"] else Teller()
    options = Options(folder, asked["device"], asked["threads"], tell, report=asked["report"])
    if steps(folder / CHECKPOINTS):
        return go_on(folder, options)
    (folder / RUN).unlink(missing_ok=True)  # killed before its first checkpoint
    graph = widened(read(asked["sheet"], source="the sweep's sheet").graph, asked["width"])
    recipe = Recipe.from_json(asked["recipe"])
    data = asked["data"]
    source = Source(
        data["what"], data["val"], data["test"], data["seed"], data["damaged"], data["fit"]
    )
    return run(graph, source, recipe, options, adapt=asked["adapt"])
