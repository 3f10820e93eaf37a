"""Fold a network: find what repeats, choose what becomes a block, and make the tables.

Requirements met here: a block has so few parameters that it can be read; what can't be folded
well stays as it is; the work is bounded, and the same network always gives the same tables.
"""

from netsheet.core.graph import Graph
from netsheet.fold.blocks import Block, Folded, Part
from netsheet.fold.choose import Choice
from netsheet.fold.families import Family, families
from netsheet.fold.form import shapes_of
from netsheet.fold.frame import Inside, Whole
from netsheet.fold.table import Maker

MOST_PARAMETERS = 8
MOST_ROUNDS = 8


def fold(graph: Graph, *, chains: bool = True, repeats: bool = True) -> Folded:
    """A network's rows with repeated structure in blocks.

    chains: whether a layer and what follows it in place are one row, and never a block. repeats:
    whether equal rows that follow each other in a group of their own, and are called by numbers,
    become one.
    """
    shapes = shapes_of(graph)
    found = families(graph, shapes)
    whole = Whole(graph)
    banned: set[Family] = set()
    for _ in range(MOST_ROUNDS):
        choice = Choice.of(graph, found, whole, frozenset(banned), chains=chains)
        maker = Maker(graph, shapes, choice, repeats=repeats)
        blocks = _blocks(maker)
        wide = {f for f, block in blocks.items() if len(block.parameters) > MOST_PARAMETERS}
        if not wide:
            break
        banned |= wide
    else:
        choice = Choice.of(graph, found, whole, frozenset(found), chains=chains)
        maker = Maker(graph, shapes, choice, repeats=repeats)
        blocks = {}
    ordered = [blocks[family] for family in choice.rank]
    return Folded(maker.parts(whole), tuple(ordered))


def flat(graph: Graph) -> tuple[Part, ...]:
    """A network's rows, none of them folded; a layer and what follows it in place are one."""
    shapes = shapes_of(graph)
    whole = Whole(graph)
    choice = Choice.of(graph, [], whole)
    return Maker(graph, shapes, choice, repeats=False).parts(whole)


def _blocks(maker: Maker) -> dict[Family, Block]:
    """The blocks of the chosen families, inner ones first."""
    for family in reversed(maker.choice.rank):
        frame: Inside = maker.choice.frames[family]
        maker.blocks[family] = maker.block(family, frame)
    return maker.blocks
