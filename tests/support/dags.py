"""Random acyclic networks with random names, for laws that must hold in all of them."""

from typing import NamedTuple

from hypothesis import strategies as st

from netsheet.core.graph import Graph, Row
from netsheet.core.shape import Shape
from support.graphs import layer

SHAPE = Shape((4, 8, 8))
RELU = layer("relu")
ADD = layer("add")
CONV = layer("conv", out=4, kernel=3, padding=1)
CONCAT = layer("concat")
INPUT = layer("input", shape=SHAPE)


@st.composite
def brackets(draw: st.DrawFn, count: int) -> list[str]:
    """A prefix for each of so many rows, groups in groups, rows of one group in succession."""
    prefixes = []
    path: list[str] = []
    for number in range(count):
        leave = draw(st.integers(0, len(path)))
        path = path[: len(path) - leave] if draw(st.booleans()) else path
        if draw(st.integers(0, 3)) == 0 and len(path) < 4:
            path = [*path, f"g{number}"]
        prefixes.append("".join(f"{part}." for part in path))
    return prefixes


@st.composite
def dags(draw: st.DrawFn, most: int = 25) -> Graph:
    """A network of which nothing is known but that it is one; all maps have one size."""
    count = draw(st.integers(1, most))
    near = draw(st.integers(1, most))
    prefixes = draw(brackets(count))
    rows = [Row("input", INPUT, ())]
    for number in range(1, count):
        few = draw(st.sampled_from((1, 1, 1, 2, 2, 3, 0)))
        reads = tuple(
            sorted({number - draw(st.integers(1, min(near, number))) for _ in range(few)})
        )
        made = (
            INPUT if not reads else ADD if len(reads) > 1 else draw(st.sampled_from((RELU, CONV)))
        )
        rows.append(Row(f"{prefixes[number]}r{number}", made, reads))
    return Graph("random", tuple(rows))


class Drawn(NamedTuple):
    """A network made of nothing but sequences, ways side by side, and skips: how many of each."""

    graph: Graph
    skips: int
    forks: int


@st.composite
def series_parallel(draw: st.DrawFn, most: int = 30) -> Drawn:
    """A network that can be drawn without a wire out of place."""
    rows = [Row("input", INPUT, ())]
    skips = forks = 0

    def chain(start: int, depth: int, prefix: str) -> int:
        nonlocal skips, forks
        for _ in range(draw(st.integers(1, 3))):
            kind = draw(st.sampled_from(("row", "row", "skip", "fork")))
            group = draw(st.booleans())
            inside = f"{prefix}g{len(rows)}." if group else prefix
            if kind == "row" or depth == 0 or len(rows) > most:
                rows.append(Row(f"{inside}r{len(rows)}", CONV, (start,)))
            elif kind == "skip":
                skips += 1
                end = chain(start, depth - 1, inside)
                rows.append(Row(f"{inside}r{len(rows)}", ADD, (start, end)))
            else:
                forks += 1
                ends = [chain(start, depth - 1, inside) for _ in range(draw(st.integers(2, 4)))]
                rows.append(Row(f"{inside}r{len(rows)}", ADD, tuple(ends)))
            start = len(rows) - 1
        return start

    chain(0, 3, "")
    return Drawn(Graph("series-parallel", tuple(rows)), skips, forks)


@st.composite
def twins(draw: st.DrawFn) -> Graph:
    """The same random block over and over, now and then with a row between."""
    body = draw(dags(6))
    rows = [Row("input", INPUT, ())]
    for number in range(draw(st.integers(1, 5))):
        start = len(rows)
        if draw(st.integers(0, 4)) == 0:
            rows.append(Row(f"between{number}", RELU, (start - 1,)))
            start += 1
        for row in body.rows:
            reads = tuple(start + read for read in row.reads) or (start - 1,)
            made = RELU if not row.reads else row.layer
            rows.append(Row(f"block{number}.{row.name}", made, reads))
    return Graph("twins", tuple(rows))
