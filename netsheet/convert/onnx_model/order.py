"""Operators in an order in which each comes behind those that it reads."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from netsheet.core.errors import FileError
from netsheet.core.span import shorten

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.model import Node

SHOWN = 6


def sorted_nodes(nodes: Sequence["Node"], known: Collection[str], path: Path) -> tuple["Node", ...]:
    """The operators, the file's order kept where it is one already.

    known: values that are there before any operator. FileError for a value that is made twice,
    for one that nothing makes, and for operators that wait for each other.
    """
    maker: dict[str, int] = {}
    for place, node in enumerate(nodes):
        for name in filter(None, node.outputs):
            if name in maker or name in known:
                raise _fault(path, f'the value "{shorten(name)}" is made twice, last by {node}')
            maker[name] = place
    waits: list[int] = []
    readers: list[list[int]] = [[] for _ in nodes]
    for place, node in enumerate(nodes):
        reads = {name for name in node.inputs if name and name not in known}
        missing = sorted(name for name in reads if name not in maker)
        if missing:
            raise _fault(path, f'{node} reads "{shorten(missing[0])}", which nothing makes')
        makers = {maker[name] for name in reads}
        waits.append(len(makers))
        for other in makers:
            readers[other].append(place)
    return tuple(nodes[place] for place in _sorted(waits, readers, nodes, path))


def _sorted(
    waits: list[int], readers: list[list[int]], nodes: Sequence["Node"], path: Path
) -> list[int]:
    """Places in order: always the first of those that wait for nothing."""
    from heapq import heapify, heappop, heappush

    ready = [place for place, count in enumerate(waits) if not count]
    heapify(ready)
    found: list[int] = []
    while ready:
        place = heappop(ready)
        found.append(place)
        for reader in readers[place]:
            waits[reader] -= 1
            if not waits[reader]:
                heappush(ready, reader)
    if len(found) < len(nodes):
        waiting = [str(nodes[place]) for place, count in enumerate(waits) if count]
        shown = ", ".join(waiting[:SHOWN]) + (", …" if len(waiting) > SHOWN else "")
        raise _fault(path, f"its operators go round in a circle: {shown}")
    return found


def _fault(path: Path, what: str) -> FileError:
    return FileError(f"{path} is no network\n  {what}", path=path)
