"""A network with its repeated structure folded: a table of rows, and blocks that rows use.

Requirements met here: every row of the network comes out again, with its name, its attributes
and what it reads, if each row of the table is put in place of what it stands for; a block's
parameters are named after what they are for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from netsheet.fold.terms import Condition, Parameter, Term
from netsheet.layers.base import Layer

Read = str | int
"""What a row of a table reads: another one by its name, or a source of the block by its number.

A name may be that of a row inside another row's block: `layer1.conv1`. EVERY stands for all that
the block reads, in order.
"""

EVERY = -1


class Follower(NamedTuple):
    """A layer that follows in place: its kind, its cells, and its label behind the line's."""

    kind: type[Layer]
    cells: Mapping[str, Term]
    label: str


class Part(NamedTuple):
    """A row of a table.

    name: in its table, nested by dots. what: the kind of layer, or the block that it uses. cells:
    its attributes or arguments that are not at their defaults. above: whether what it reads is one
    thing, and stands above it. when: where it may be missing, when it is there. then: what follows
    it in place; its own layer is then called `name.label`. times: how often it is repeated, 0
    where it isn't, the parts being called name.start, name.start+1 and so on. shares: whose
    weights it uses. first, last: the rows of the network that it stands for, in the main table.
    """

    name: str
    what: "type[Layer] | Block"
    cells: Mapping[str, Term]
    reads: tuple[Read, ...] = ()
    above: bool = True
    when: Condition | None = None
    then: tuple[Follower, ...] = ()
    label: str = ""
    times: int = 0
    start: int = 0
    shares: str = ""
    tied: tuple[str, ...] = ()
    first: int = -1
    last: int = -1


@dataclass(frozen=True, eq=False, slots=True)
class Block:
    """A table that rows use, with its parameters.

    word: what its groups are called in the network; empty where they have no word. labels: how
    its uses are called, to name it after them. sources: how many rows a use reads, 0 if that
    differs from use to use. arguments: for each group of the network that uses it, by name, the
    values of its parameters. kinds: of its layers.
    """

    word: str
    labels: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    parts: tuple[Part, ...]
    sources: int
    arguments: Mapping[str, Mapping[str, Any]]
    kinds: tuple[type[Layer], ...]


class Folded(NamedTuple):
    """A network's main table and its blocks, outer ones before those that they use."""

    parts: tuple[Part, ...]
    blocks: tuple[Block, ...]
