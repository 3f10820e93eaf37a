"""The data that a model is judged on: others, or its own, brought to the size that it knows."""

from pathlib import Path

from netsheet.core.errors import ChoiceError, FitError
from netsheet.train.data.find import find_data
from netsheet.train.data.folder import Damaged, Listed
from netsheet.train.data.pictures import Data
from netsheet.train.loop.rundir import RUN, read_run
from netsheet.train.use.model import Model


def data_for(
    model: Model,
    run: str | Path,
    what: str | None,
    *,
    val: float = 0.1,
    test: float = 0.1,
    seed: int = 0,
    damaged: Damaged = "refuse",
) -> Data:
    """Data by what was named, or those that the run names; ChoiceError where none can be found.

    Of its own data a model gets the parts of its training, so that it is never tested on what it
    has learned from.
    """
    if what is None:
        folder = Path(run) if Path(run).is_dir() else Path(run).parent
        if not (folder / RUN).exists():
            raise ChoiceError(f"{run} doesn't say where its data are: name them with --data")
        own = read_run(folder)[0]["data"]
        if own["what"] is None:
            raise ChoiceError(f"{folder} was trained on values of Python: name data with --data")
        what, val, test, seed = own["what"], own["val"], own["test"], own["seed"]
        damaged = own["damaged"]
    assert what is not None  # noqa: S101 named, or found
    found = find_data(what, val=val, test=test, seed=seed)
    if isinstance(found, Listed):
        if found.classes != model.classes:
            names = ", ".join(found.classes[:6])
            raise FitError(f"the data's classes are not the model's: {names}, …")
        return found.load(model.intake.pictures, damaged=damaged)
    return found
