"""`train`: from a network and data to a model, in one call.

Requirements met here: whatever people hold pictures in is taken; nothing is written unless a folder
is named; progress suits where it is read, a terminal, a notebook or a log.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from netsheet.core.errors import ChoiceError
from netsheet.core.graph import Graph
from netsheet.run.intake import Rule
from netsheet.train.data.folder import Damaged
from netsheet.train.feed.augmentation import parse
from netsheet.train.plan import Source
from netsheet.train.recipe import Recipe
from netsheet.train.runs import Options, Result, go_on, run
from netsheet.train.tell.bar import Bar
from netsheet.train.tell.lines import Lines
from netsheet.train.tell.teller import Teller


def train(
    net: Any,
    data: Any,
    *,
    out: str | Path | None = None,
    adapt: bool = False,
    fit: Rule | None = None,
    val: float = 0.1,
    test: float = 0.1,
    split_seed: int = 0,
    damaged: Damaged = "refuse",
    device: str | None = None,
    threads: int | None = None,
    progress: bool | str | None = None,
    tensorboard: bool = False,
    report: bool = True,
    resume: bool = False,
    **recipe: Any,
) -> Result:
    """Train a network on data, and judge the best model.

    net: a `Net` or its graph. data: a name ("fashion-mnist"), a path, (pictures, labels), a torch
    dataset, or a dict of these by part. out: the run's folder; without it nothing is written.
    adapt: change input and classes of the sheet to the data's. fit: how pictures come to the
    input, "pad" or "resize". recipe: epochs, batch, lr, … as `Recipe` has them. resume: go on
    with the run in `out`, with its own recipe. FitError, DataError, ChoiceError, TrainingError.

        >>> import torch
        >>> import netsheet as ns
        >>> small = ns.load('''# Small
        ...
        ... Input: 1×8×8
        ...
        ... | name  | layer | out | kernel | then |
        ... |-------|-------|-----|--------|------|
        ... | conv1 | conv  | 8   | 3×3    | relu |
        ... | fc    | dense | 10  |        |      |
        ... ''')
        >>> result = ns.train(small, "digits", epochs=2, lr=0.01, progress=False)
        >>> result.test.accuracy > 0.8
        True
    """
    graph = getattr(net, "graph", net)
    if not isinstance(graph, Graph):
        what = f"a network can't be {type(net).__name__}"
        raise ChoiceError(f"{what}\n  give netsheet.load(…), or the network's graph")
    source = Source(data, val, test, split_seed, damaged, fit)
    folder = None if out is None else Path(out)
    options = Options(folder, device, threads, teller(progress), tensorboard, report)
    if resume:
        if folder is None:
            raise ChoiceError("there is no run to go on with\n  give its folder as out")
        result = go_on(folder, options, source)
    else:
        chosen = {**recipe, "augment": _augment(recipe.get("augment"))}
        result = run(graph, source, Recipe.of(**chosen), options, adapt=adapt)
    if result is None:
        raise KeyboardInterrupt
    return result


def _augment(given: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Augmentations by name, one text with commas or several; None for those that suit the data."""
    if given is None or given == "auto":
        return None
    return parse(given) if isinstance(given, str) else tuple(given)


def teller(progress: bool | str | None = None) -> Teller:  # noqa: FBT001 a person's word
    """Who tells a person: a bar on a terminal or in a notebook, lines elsewhere, or nobody.

    progress: "bar", "lines", False for nobody; None tells by what standard output is.
    """
    if progress is False:
        return Teller()
    if progress in {None, True}:
        progress = "bar" if sys.stdout.isatty() or _in_a_notebook() else "lines"
    if progress == "bar":
        return Bar()
    if progress == "lines":
        return Lines(sys.stdout)
    raise ChoiceError(f'progress can\'t be {progress!r}\n  it is "bar", "lines" or False')


def _in_a_notebook() -> bool:
    shell: Any = sys.modules.get("IPython")
    return shell is not None and getattr(shell.get_ipython(), "kernel", None) is not None
