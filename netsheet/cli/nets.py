"""Networks for audits: of the zoo or of files, with those that go by nearly the same name."""

from collections.abc import Iterator
from functools import cache

from netsheet.audit.networks import Known
from netsheet.layers.registry import key
from netsheet.net import Net, load
from netsheet.zoo.catalogue import catalogue

LONGEST = 60
USUAL_INPUT = (3, 224, 224)


@cache
def zoo_keys() -> dict[str, str]:
    """Names of the zoo, normalised."""
    return {key(name): name for name in catalogue()}


@cache
def find(name: str) -> Known | None:
    """A network of the zoo by the name that a text uses: `ResNet-50`, `vgg16`."""
    if len(name) > LONGEST:
        return None
    found = zoo_keys().get(key(name))
    return None if found is None else known(load(found), found)


def known(net: Net, name: str) -> Known:
    """A network with its relatives: those of the zoo whose names begin alike, and another input."""
    relatives = {other: load(other).graph for other in relatives_of(name)}
    if (
        net.input != USUAL_INPUT
        and net.input.rank == len(USUAL_INPUT) - 1
        and net.input[0] == USUAL_INPUT[0]
    ):
        from contextlib import suppress

        from netsheet.core.errors import RuleError
        from netsheet.sheet.infer import infer

        with suppress(RuleError):
            other = net.graph.with_input(USUAL_INPUT)
            infer(other)
            relatives[f"{name} on {'×'.join(map(str, USUAL_INPUT))}"] = other
    return Known(name, net.graph, relatives)


def relatives_of(name: str) -> Iterator[str]:
    """Other names of the zoo that begin with this one, or that this one begins with."""
    mine = key(name)
    for other in catalogue():
        its = key(other)
        if its != mine and (_begins(its, mine) or _begins(mine, its)):
            yield other


def _begins(longer: str, shorter: str) -> bool:
    """Whether a name is another with something behind it that is no further digit."""
    rest = longer.removeprefix(shorter)
    return longer.startswith(shorter) and bool(rest) and not rest[0].isdigit()
