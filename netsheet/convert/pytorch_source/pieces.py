"""A network as pieces of source: what makes each row, and how groups hold them.

Requirements met here: rows keep their names, and stand in the order of the graph; a map that a
dense layer reads is laid flat before; a group whose rows stand apart, or that only joins what
others made, is taken apart, so that what is left of it can be called.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from netsheet.convert.pytorch_source.lacking import Lacking
from netsheet.convert.pytorch_source.names import unique
from netsheet.convert.pytorch_source.nn import Done, Made, Writer
from netsheet.convert.pytorch_source.template import OUTSIDE, Piece, Ref
from netsheet.core.errors import UnsupportedError
from netsheet.core.graph import INPUT, Graph, Group
from netsheet.core.shape import Shape
from netsheet.sheet.infer import infer
from netsheet.sheet.storage import overwrites

LARGEST_JOIN = 4
"""Rows of a group that joins others and has no weights, and so is no module of its own."""

LISTS = frozenset({"Sequential", "ModuleList", "ModuleDict"})
"""Words that say of a group only that it is one."""

SEPARATOR = "."
"""Between the labels of a piece whose group was taken apart."""


FLATTEN = Done("flatten")


class Leaf(NamedTuple):
    """What makes a row, or is done in its place; its output's shape; whether it has weights."""

    made: Made | Done
    shape: Shape
    stored: bool


class Item(NamedTuple):
    """A leaf with its name, by parts, and the items that it reads, by number."""

    number: int
    way: tuple[str, ...]
    reads: tuple[int, ...]
    leaf: Leaf


@dataclass
class Pieces:
    """A network's pieces: its leaves, the shapes that pieces give, and those that they read."""

    graph: Graph
    network: Piece
    leaves: dict[Piece, Leaf] = field(default_factory=dict)
    gives: dict[Piece, tuple[Shape, ...]] = field(default_factory=dict)
    reads: dict[Piece, tuple[Shape, ...]] = field(default_factory=dict)


def pieces(graph: Graph, lacking: Lacking) -> Pieces:
    """A network as pieces; UnsupportedError names a row that has no form in torch."""
    items = _items(graph, lacking)
    tree = _Tree(graph, items)
    network = tree.network()
    return Pieces(graph, network, tree.leaves, tree.gives, tree.reads)


def _items(graph: Graph, lacking: Lacking) -> list[Item]:
    """The rows but for the inputs, each with what makes it, and maps laid flat where needed."""
    facts = infer(graph)
    in_place = overwrites(graph, facts)
    batchless: set[int] = set()
    found: list[Item] = []
    flat: dict[tuple[int, tuple[str, ...]], int] = {}
    for place, row in enumerate(graph.rows):
        if row.layer.kind == INPUT:
            continue
        layer = row.layer
        if layer.in_place and place not in in_place:
            layer = replace(layer, inplace=False)  # as the realised module copies what it reads
        xs = [facts[read].output for read in row.reads]
        try:
            made: Any = layer.to_torch(Writer(lacking, *xs), *xs)
        except NotImplementedError as error:
            message = f'"{row.name}": {layer.kind} has no form in torch'
            raise UnsupportedError(message) from error
        if batchless.issuperset(row.reads):
            batchless.add(place)
        elif isinstance(made, Done) and made.how == "concat" and batchless.intersection(row.reads):
            sizes = (len(x) if r in batchless else 0 for r, x in zip(row.reads, xs, strict=True))
            made = made._replace(detail=tuple(sizes))
        reads = row.reads
        if isinstance(made, Made) and made.flat:
            way = _before(graph, place)
            number = flat.get((reads[0], way))
            if number is None:
                number = flat[reads[0], way] = len(graph.rows) + len(flat)
                leaf = Leaf(FLATTEN, Shape((xs[0].values,)), stored=False)
                also = [item.way[-1] for item in found if item.way[:-1] == way]
                found.append(Item(number, (*way, _free(graph, way, also)), reads, leaf))
            reads = (number,)
        stored = bool(layer.weights(*xs))
        leaf = Leaf(made, facts[place].output, stored)
        found.append(Item(place, tuple(row.name.split(".")), reads, leaf))
    return found


def _before(graph: Graph, place: int) -> tuple[str, ...]:
    """The group in which a map is laid flat for a row: outside all that begin with the row."""
    way = tuple(graph.rows[place].name.split("."))
    (read,) = graph.rows[place].reads
    depth = len(way) - 1
    while depth:
        inside = ".".join(way[:depth]) + "."
        above = graph.rows[place - 1].name if place else ""
        if above.startswith(inside) or graph.rows[read].name.startswith(inside):
            break
        depth -= 1
    return way[:depth]


def _free(graph: Graph, way: tuple[str, ...], also: Iterable[str]) -> str:
    """A label for a flattened map that no row or group beside it has."""
    taken = {row.name.split(".")[len(way)] for row in graph.rows if _inside(row.name, way)}
    return unique("flatten", {*taken, *also})


def _inside(name: str, way: tuple[str, ...]) -> bool:
    return tuple(name.split(".")[: len(way)]) == way and name.count(".") >= len(way)


@dataclass
class _Node:
    """Items `first` to `end` (excluded) under one label; ins and outs are items by number."""

    label: str
    way: tuple[str, ...]
    first: int
    end: int
    ins: list[int]
    outs: list[int]
    nodes: list["_Node"] = field(default_factory=list)
    item: Item | None = None

    @property
    def reads(self) -> Sequence[int]:
        """The items that it is given, one as often as a leaf reads it."""
        return self.ins if self.item is None else self.item.reads

    @property
    def is_chain(self) -> bool:
        """Whether each of its nodes reads the one before, and nothing else."""
        if not self.nodes or len(self.ins) != 1:
            return False
        above = [self.ins, *(node.outs for node in self.nodes)]
        return self.nodes[-1].outs == self.outs and all(
            len(node.outs) == 1 and list(node.reads) == before
            for node, before in zip(self.nodes, above, strict=False)
        )

    def walk(self) -> Iterator["_Node"]:
        """This node and all below it."""
        yield self
        for node in self.nodes:
            yield from node.walk()


class _Tree:
    """Items put into groups."""

    def __init__(self, graph: Graph, items: Sequence[Item]) -> None:
        self.graph, self.items = graph, items
        outputs = frozenset(graph.outputs)
        self.last = {item.number: len(items) * (item.number in outputs) for item in items}
        for at, item in enumerate(items):
            for read in item.reads:
                self.last[read] = max(self.last.get(read, 0), at)
        self.apart = _apart(items)
        self.leaves: dict[Piece, Leaf] = {}
        self.gives: dict[Piece, tuple[Shape, ...]] = {}
        self.reads: dict[Piece, tuple[Shape, ...]] = {}

    def network(self) -> Piece:
        """All of it; its inputs and outputs are the graph's."""
        whole = _Node("", (), 0, len(self.items), [], [])
        whole.ins, whole.outs = list(self.graph.inputs), list(self.graph.outputs)
        whole.nodes = list(self._nodes(0, len(self.items), 0, ()))
        branched = {self._family(node) for node in whole.walk() if not node.is_chain}
        shapes = {item.number: item.leaf.shape for item in self.items}
        for place in self.graph.inputs:
            shapes[place] = self.graph.rows[place].layer.facts().output
        return self._piece(whole, (), branched, shapes)

    def _nodes(self, first: int, end: int, depth: int, label: tuple[str, ...]) -> Iterator[_Node]:
        """The nodes of some items, `depth` levels in."""
        at = first
        while at < end:
            way = self.items[at].way[: depth + 1]
            stop = at + 1
            while stop < end and self.items[stop].way[: depth + 1] == way:
                stop += 1
            here = (*label, way[-1])
            if self.items[at].way == way:
                yield self._node(here, way, at, stop, [])
            elif way in self.apart:
                yield from self._nodes(at, stop, depth + 1, here)
            else:
                node = self._group(here, way, at, stop)
                if self._only_joins(node):
                    yield from self._nodes(at, stop, depth + 1, here)
                elif self._begins_with_join(at, stop, way):
                    join = self.items[at].way
                    yield self._node((*here, join[-1]), join, at, at + 1, [])
                    yield self._group(here, way, at + 1, stop)
                else:
                    yield node
            at = stop

    def _group(self, label: tuple[str, ...], way: tuple[str, ...], first: int, end: int) -> _Node:
        return self._node(label, way, first, end, list(self._nodes(first, end, len(way), ())))

    def _node(
        self, label: tuple[str, ...], way: tuple[str, ...], first: int, end: int, nodes: list[_Node]
    ) -> _Node:
        inside = {item.number for item in self.items[first:end]}
        reads = [read for item in self.items[first:end] for read in item.reads]
        ins = list(dict.fromkeys(read for read in reads if read not in inside))
        outs = [i.number for i in self.items[first:end] if self.last[i.number] >= end]
        item = None if nodes else self.items[first]
        return _Node(SEPARATOR.join(label), way, first, end, ins, outs, nodes, item)

    def _begins_with_join(self, first: int, end: int, way: tuple[str, ...]) -> bool:
        """Whether a group first joins all that it reads, which its caller may do as well."""
        item, *others = self.items[first:end]
        joins = isinstance(item.leaf.made, Done) and len(set(item.reads)) > 1
        if not (joins and others and item.way[:-1] == way):
            return False
        inside = {other.number for other in (item, *others)}
        return all(inside.issuperset(other.reads) for other in others)

    def _only_joins(self, node: _Node) -> bool:
        """Whether a group has no weights, and joins what others made."""
        inside = [item.leaf for item in self.items[node.first : node.end]]
        joins = any(isinstance(leaf.made, Done) and leaf.made.how != FLATTEN.how for leaf in inside)
        return joins and len(inside) <= LARGEST_JOIN and not any(leaf.stored for leaf in inside)

    def _family(self, node: _Node) -> str:
        """Which groups may be one but for a part: those of one word, or called alike."""
        group = self.graph.groups.get(".".join(node.way), Group("block", ""))
        if not node.nodes or group.style != "block":
            return ""
        return self._word(node) or "like " + re.sub(r"[0-9]+[a-z]?", "#", node.label)

    def _word(self, node: _Node) -> str:
        """What a group is, where a person said it."""
        group = self.graph.groups.get(".".join(node.way), Group("", ""))
        return group.word if group.style == "block" and group.word not in LISTS else ""

    def _piece(
        self,
        node: _Node,
        reads: tuple[Ref, ...],
        branched: Collection[str],
        shapes: Mapping[int, Shape],
    ) -> Piece:
        """A node as a piece; groups of a family that never branches are not compared as such."""
        name = ".".join(node.way)
        if node.item is not None:
            leaf = node.item.leaf
            made = leaf.made
            word = made.callee if isinstance(made, Made) else f"={made.how}"
            if isinstance(made, Done):
                told = (*made.detail, made.axis) if made.how == "concat" else made.detail
                word += "".join(f" {number}" for number in told)
            values = made.values if isinstance(made, Made) else ()
            piece = Piece(node.label, word, reads, values, name=name)
            self.leaves[piece] = leaf
        else:
            known = {number: Ref(OUTSIDE, place) for place, number in enumerate(node.ins)}
            for place, below in enumerate(node.nodes):
                known |= {number: Ref(place, out) for out, number in enumerate(below.outs)}
            pieces = tuple(
                self._piece(below, tuple(known[each] for each in below.reads), branched, shapes)
                for below in node.nodes
            )
            family = self._family(node)
            word = self._word(node)
            gives = tuple(known[each] for each in node.outs)
            family = family if family in branched else ""
            piece = Piece(node.label, word, reads, (), pieces, gives, family, name)
        self.gives[piece] = tuple(shapes[each] for each in node.outs)
        self.reads[piece] = tuple(shapes[each] for each in node.ins)
        return piece


def _apart(items: Iterable[Item]) -> set[tuple[str, ...]]:
    """The groups whose items stand apart."""
    now: set[tuple[str, ...]] = set()
    closed: set[tuple[str, ...]] = set()
    found: set[tuple[str, ...]] = set()
    for item in items:
        ways = {item.way[:depth] for depth in range(1, len(item.way))}
        closed |= now - ways
        found |= ways & closed
        now = ways
    return found
