"""Fold a network: find what repeats, choose what becomes a block, and make the tables.

Requirements met here: a block has so few parameters that it can be read; what can't be folded
well stays as it is; the work is bounded, and the same network always gives the same tables.
"""

from netsheet.core.graph import Graph
from netsheet.fold.blocks import Block, Folded, Part
from netsheet.fold.choose import Choice
from netsheet.fold.families import Family, families, forms_of
from netsheet.fold.form import shapes_of
from netsheet.fold.frame import Inside, Whole
from netsheet.fold.table import Maker

MOST_PARAMETERS = 8
MOST_LACKS = 2
"""Parameters of a block that say no more than whether one of its rows is there."""

MOST_ROUNDS = 8


def fold(graph: Graph, *, chains: bool = True, repeats: bool = True) -> Folded:
    """A network's rows with repeated structure in blocks.

    chains: whether a layer and what follows it in place are one row, and never a block. repeats:
    whether equal rows that follow each other in a group of their own, and are called by numbers,
    become one.
    """
    shapes = shapes_of(graph)
    exact = forms_of(graph, shapes, chains=chains)
    whole = Whole(graph)
    apart: set[str] = set()
    banned: set[tuple[str, str]] = set()
    for _ in range(MOST_ROUNDS):
        found = families(exact, apart)
        choice = Choice.of(graph, found, whole, frozenset(banned), chains=chains)
        maker = Maker(graph, shapes, choice, repeats=repeats)
        blocks = _blocks(maker)
        wide = [family for family, block in blocks.items() if _is_wide(block)]
        if not wide:
            ordered = [blocks[family] for family in choice.rank]
            return Folded(maker.parts(whole), tuple(ordered))
        apart |= {family.word for family in wide if len(family.pattern.forms) > 1}
        banned |= {family.key for family in wide if len(family.pattern.forms) == 1}
    choice = Choice.of(graph, [], whole, chains=chains)
    return Folded(Maker(graph, shapes, choice, repeats=repeats).parts(whole), ())


def _is_wide(block: Block) -> bool:
    """Whether a block has too many parameters, or too many that only say what it lacks."""
    lacks = sum(not parameter.attribute for parameter in block.parameters)
    return len(block.parameters) > MOST_PARAMETERS or lacks > MOST_LACKS


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
