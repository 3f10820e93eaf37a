"""`netsheet sweep`: many trainings of one network, compared."""

import argparse
import gc
from pathlib import Path

from netsheet.cli.command import Command
from netsheet.cli.commands.train import data_arguments, recipe_arguments, recipe_of
from netsheet.cli.streams import net_argument, net_of, put
from netsheet.core.errors import ChoiceError
from netsheet.train.politeness import be_polite


def arguments(command: argparse.ArgumentParser) -> None:
    """Which network and data, over what, and where."""
    net_argument(command)
    data_arguments(command)
    command.add_argument(
        "--over",
        metavar="CHOICES",
        action="append",
        help="lr=0.001,0.003,width=1,2: every value of a recipe's choice with every other; "
        "width multiplies the network's channels",
    )
    command.add_argument("--seeds", type=int, default=1, metavar="N", help="of each setting; 1")
    command.add_argument("--out", metavar="FOLDER", default="sweep", help="sweep if left out")
    command.add_argument(
        "--executor",
        metavar="NAME",
        default="processes",
        help="processes, here (one after the other), dask or ray, the last two with :ADDRESS",
    )
    command.add_argument("--workers", type=int, metavar="N", help="trainings at once; one a core")
    command.add_argument("--threads", type=int, metavar="N", help="of each; a share of the cores")
    command.add_argument("--adapt", action="store_true", help="as for train")
    command.add_argument("--fit", choices=("pad", "resize"), help="as for train")
    command.add_argument("--device", metavar="NAME", help="as for train")
    command.add_argument("--reports", action="store_true", help="write each run's report.html")
    recipe_arguments(command)


def run(asked: argparse.Namespace) -> int:
    """Train all of them; status 1 if one failed."""
    be_polite()
    gc.enable()
    from netsheet.train.api import teller
    from netsheet.train.plan import Source
    from netsheet.train.recipe import Recipe
    from netsheet.train.sweep.grid import parse
    from netsheet.train.sweep.run import sweep

    if asked.data is None or not (asked.over or asked.seeds > 1):
        hint = "netsheet sweep NET --data DATA --over lr=… --seeds N"
        raise ChoiceError(f"name data, and what is varied or how many seeds: {hint}")
    over = parse(asked.over) if asked.over else {}
    recipe = Recipe.of(**recipe_of(asked))
    net = net_of(asked.net, asked.input)
    source = Source(asked.data, asked.val, asked.test, asked.split_seed, asked.damaged, asked.fit)
    swept = sweep(
        net.graph,
        source,
        recipe,
        over,
        Path(asked.out),
        seeds=asked.seeds,
        executor=asked.executor,
        workers=asked.workers,
        threads=asked.threads,
        device=asked.device,
        adapt=asked.adapt,
        report=asked.reports,
        tell=teller("lines"),
    )
    put("\n" + swept.table())
    return 1 if swept.failed else 0


COMMAND = Command(
    "sweep",
    78,
    "many trainings of one network, compared",
    arguments,
    run,
    (
        ("netsheet sweep mynet.md --data digits --over lr=0.01,0.1 --seeds 3", "means and spreads"),
        ("netsheet sweep mynet.md --data photos --over lr=0.001,width=1,2 --executor dask", ""),
    ),
)
