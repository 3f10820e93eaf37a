"""A network made wider or narrower: every hidden layer's channels times a factor.

Requirements met here: input and scores stay what they are; layers whose channels are equal stay
equal, so that what is added together still can be; a depthwise convolution stays one.
"""

from dataclasses import replace

from netsheet.core.errors import FitError, RuleError
from netsheet.core.graph import Graph
from netsheet.sheet.infer import infer


def widened(graph: Graph, factor: float) -> Graph:
    """The network with all hidden channels times the factor, to whole numbers and at least 1.

    Channels of a grouped layer are rounded to a multiple of its groups. FitError where a layer
    refuses the result.
    """
    if factor == 1:
        return graph
    facts = infer(graph)
    makers = {_maker(graph, place) for place in graph.outputs}
    rows = []
    for place, row in enumerate(graph.rows):
        layer = row.layer
        out = getattr(layer, "out", None)
        if out is None or place in makers:
            rows.append(row)
            continue
        groups = getattr(layer, "groups", 1) or 1
        reads = facts[row.reads[0]].output.channels
        if groups > 1 and groups == reads == out:
            wide = max(1, round(out * factor))
            rows.append(row._replace(layer=replace(layer, out=wide, groups=wide)))
            continue
        wide = max(1, round(out * factor / groups)) * groups
        rows.append(row._replace(layer=replace(layer, out=wide)))
    changed = replace(graph, rows=tuple(rows))
    try:
        infer(changed)
    except RuleError as error:
        raise FitError(f"{graph.name} can't be {factor:g} times as wide\n  {error.what}") from error
    return changed


def _maker(graph: Graph, place: int) -> int:
    """The row that settles how many scores an output has."""
    while (
        getattr(graph.rows[place].layer, "out", None) is None and len(graph.rows[place].reads) == 1
    ):
        place = graph.rows[place].reads[0]
    return place
