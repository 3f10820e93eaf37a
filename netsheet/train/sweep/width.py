"""A network made wider or narrower: every hidden layer's channels times a factor.

Requirements met here: input and scores stay what they are; layers whose channels are equal stay
equal, so that what is added together still can be; a depthwise convolution stays one.
"""

from dataclasses import replace
from math import lcm

from netsheet.core.errors import FitError, RuleError
from netsheet.core.graph import Graph
from netsheet.sheet.infer import infer


def widened(graph: Graph, factor: float) -> Graph:
    """The network with all hidden channels times the factor, to whole numbers and at least 1.

    Where there are groups, all channels are rounded to what every number of groups divides.
    FitError where connections are drawn channel by channel, or a layer refuses the result.
    """
    if factor == 1:
        return graph
    facts = infer(graph)
    makers = {_maker(graph, place) for place in graph.outputs}
    reads = [facts[row.reads[0]].output.channels if row.reads else 0 for row in graph.rows]
    unit = lcm(
        *(
            groups
            for place, row in enumerate(graph.rows)
            if (groups := getattr(row.layer, "groups", 1) or 1) != reads[place]
        )
    )
    rows = []
    for place, row in enumerate(graph.rows):
        layer = row.layer
        if getattr(layer, "links", None):
            what = f"{graph.name} can't be {factor:g} times as wide"
            raise FitError(f'{what}\n  "{row.name}" is connected channel by channel')
        out = getattr(layer, "out", None)
        if out is None or place in makers:
            rows.append(row)
            continue
        wide = max(1, round(out * factor / unit)) * unit
        changed = {"out": wide}
        if (getattr(layer, "groups", 1) or 1) == reads[place] > 1:  # depthwise
            changed["groups"] = max(1, round(reads[place] * factor / unit)) * unit
        rows.append(row._replace(layer=replace(layer, **changed)))
    made = replace(graph, rows=tuple(rows))
    try:
        infer(made)
    except RuleError as error:
        raise FitError(f"{graph.name} can't be {factor:g} times as wide\n  {error.what}") from error
    return made


def _maker(graph: Graph, place: int) -> int:
    """The row that settles how many scores an output has."""
    while (
        getattr(graph.rows[place].layer, "out", None) is None and len(graph.rows[place].reads) == 1
    ):
        place = graph.rows[place].reads[0]
    return place
