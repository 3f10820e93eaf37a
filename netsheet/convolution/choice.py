"""Which algorithm: what each would cost for a task, and the cheapest that can do it.

Requirements met here: the choice is made from shapes, types and the kernel's numbers alone, so
that the same call is computed in the same way each time; every refusal has its reason.
"""

from typing import NamedTuple

from netsheet.convolution.algorithm import Algorithm
from netsheet.convolution.algorithms import algorithms, find_algorithm
from netsheet.convolution.blocks import cores
from netsheet.convolution.task import Task
from netsheet.core.errors import RuleError


class Offer(NamedTuple):
    """What an algorithm says of a task: why it can't do it, or what it takes.

    macs: multiply-adds, as a number that remembers how it came about where it can. seconds: on the
    machine of `netsheet.convolution.rates`.
    """

    algorithm: Algorithm
    refused: str
    macs: int
    seconds: float


class Choice(NamedTuple):
    """The algorithm chosen, and what all of them said, the cheapest first and refusals last."""

    algorithm: Algorithm
    offers: tuple[Offer, ...]


def offers(task: Task, threads: int | None = None) -> tuple[Offer, ...]:
    """What every algorithm says of a task, the cheapest first and refusals last."""
    workers = threads or cores()
    found = []
    for algorithm in algorithms().values():
        refused = algorithm.refuses(task)
        if refused:
            found.append(Offer(algorithm, refused, 0, float("inf")))
        else:
            seconds = algorithm.seconds(task, workers)
            found.append(Offer(algorithm, "", algorithm.macs(task), seconds))
    return tuple(sorted(found, key=lambda offer: offer.seconds))


def choose(task: Task, name: str = "auto", threads: int | None = None) -> Choice:
    """The cheapest algorithm for a task, or the one of this name; RuleError if that refuses it."""
    if name == "auto":
        said = offers(task, threads)
        return Choice(said[0].algorithm, said)
    algorithm = find_algorithm(name)
    refused = algorithm.refuses(task)
    if refused:
        what = f"{algorithm.name} can't compute this: {refused}"
        raise RuleError(
            what, hint="leave the choice to auto, or name another", attribute="algorithm"
        )
    return Choice(algorithm, offers(task, threads))
