"""Random networks whose rows have names that Python or torch keep for themselves."""

from hypothesis import strategies as st

from netsheet.core.graph import Graph
from support.strategies import graphs

WORDS = ("training", "type", "class", "1x1", "keys", "_modules", "a-b", "ﬁ", "0", "1", "x", "self")
GROUPS = ("", "", "", "a.", "b.", "a.b.", "forward.", "1.")


@st.composite
def renamed(draw: st.DrawFn) -> Graph:
    """A random network, some of whose rows have other names; rows of a group may stand apart."""
    graph = draw(graphs(ranks=(1, 2, 3)))
    names: list[str] = []
    for row in graph.rows:
        name = row.name
        if draw(st.booleans()):
            name = draw(st.sampled_from(GROUPS)) + draw(st.sampled_from(WORDS))
        if any(name == n or n.startswith(f"{name}.") or name.startswith(f"{n}.") for n in names):
            name = f"{row.name}_"
        names.append(name)
    rows = [row._replace(name=name) for row, name in zip(graph.rows, names, strict=True)]
    return Graph("random", tuple(rows))
