"""A layer and what follows it in place: `conv1.conv`, `conv1.bn`, `conv1.relu` are one line.

Requirements met here: a group is a chain only if reading its one line makes the same rows again,
names included.
"""

from netsheet.core.graph import INPUT, OWN, Graph, Node

LONGEST_CHAIN = 100


def name_beside(stem: str, taken: set[str]) -> str:
    """The first of `relu`, `relu2`, `relu3` that is free, and is taken now."""
    name, count = stem, 1
    while name in taken:
        count += 1
        name = f"{stem}{count}"
    taken.add(name)
    return name


def is_chain(graph: Graph, node: Node) -> bool:
    """Whether a group is one layer and what follows it in place, as reading would make it.

    Its rows are named as reading would name them, read from outside only at the end, and have
    weights of their own.
    """
    places = range(node.first, node.last + 1)
    if not 1 < len(places) <= LONGEST_CHAIN or any(child.children for child in node.children):
        return False
    taken: set[str] = set()
    for place in places:
        row = graph.rows[place]
        first, last = place == node.first, place == node.last
        if row.name != f"{node.name}.{name_beside(row.layer.nickname(), taken)}":
            return False
        if row.layer.kind == INPUT or row.shares != OWN:
            return False
        if not first and (row.layer.inputs[1] != 1 or row.reads != (place - 1,)):
            return False
        if not last and graph.readers[place] != (place + 1,):
            return False
    return True
