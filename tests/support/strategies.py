"""Random layers, the inputs they read, and random networks, made from what each kind declares.

A kind that is added is covered on arrival. What is drawn at random and refused by the kind is
mended, by leaving out the attribute that the refusal names.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from hypothesis import assume
from hypothesis import strategies as st

from netsheet.core.errors import RuleError
from netsheet.core.graph import Graph, Group, Row, check_count
from netsheet.core.shape import Shape
from netsheet.layers.attribute import Attribute
from netsheet.layers.base import Layer
from netsheet.layers.input import Input
from netsheet.layers.registry import find, kinds
from netsheet.sheet.infer import infer

MENDINGS = 8
MOST_AXES = 3

UNREALISED = frozenset({"opaque"})
"""Kinds that nothing can compute: only their place is known."""


class Case(NamedTuple):
    """A layer, and the shapes of what it reads."""

    layer: Layer
    inputs: tuple[Shape, ...]


def example_cases(kind: type[Layer]) -> list[Case]:
    """The kind's own examples."""
    return [
        Case(kind(**attributes), tuple(Shape(x) for x in inputs))
        for attributes, inputs, _ in kind.examples
    ]


def of_case(case: Case) -> Graph:
    """A network of one layer."""
    shapes = case.inputs or (Shape((1,)),)
    rows = [Row(f"input{place}", Input(shape=x), ()) for place, x in enumerate(shapes)]
    return Graph("one", (*rows, Row("row", case.layer, tuple(range(len(case.inputs))))))


@st.composite
def cases(
    draw: st.DrawFn,
    kind: type[Layer],
    ranks: Sequence[int] = (0, 1, 2, 3),
    largest: Sequence[int] = (1, 12, 9, 5),
) -> Case:
    """A layer of this kind with inputs that it accepts: of these ranks, and axes by rank."""
    groups = draw(st.integers(1, 3))
    x = draw(shapes(ranks, groups, largest))
    found = draw(layers(kind, draw(companions(kind, x)), groups))
    if found is None and not x.rank and max(ranks):  # most that refuse a flat vector read a map
        x = draw(shapes([rank for rank in ranks if rank], groups, largest))
        found = draw(layers(kind, draw(companions(kind, x)), groups))
    if found is None:
        found = draw(layers(kind, (x,) * max(1, kind.inputs[0]), groups))
    assume(found is not None)
    assert found is not None
    return found


@st.composite
def layers(
    draw: st.DrawFn, kind: type[Layer], inputs: tuple[Shape, ...], groups: int = 1
) -> Case | None:
    """A layer of this kind that accepts these inputs, or nothing if it hardly can."""
    x = inputs[0] if inputs else draw(shapes((0, 1, 2, 3)))
    declared = {attribute.name: attribute for attribute in kind.attributes()}
    chosen = {
        name: draw(values(attribute, x, groups))
        for name, attribute in declared.items()
        if attribute.required or draw(st.booleans())
    }
    for _ in range(MENDINGS):
        try:
            layer = kind(**chosen)
            layer.facts(*inputs)
        except RuleError as error:
            name = error.attribute
            if name in chosen and not declared[name].required:
                del chosen[name]
            elif name in chosen and chosen[name] != 1:
                chosen[name] = 1
            else:
                return None
        else:
            return Case(layer, inputs)
    return None


@st.composite
def shapes(
    draw: st.DrawFn,
    ranks: Sequence[int],
    groups: int = 1,
    largest: Sequence[int] = (1, 12, 9, 5),
) -> Shape:
    """A small shape of one of these ranks, whose channels are a multiple of `groups`."""
    rank = draw(st.sampled_from(list(ranks)))
    size = draw(st.tuples(*[st.integers(1, largest[rank])] * rank))
    return Shape((groups * draw(st.integers(1, 3)), *size))


def companions(kind: type[Layer], x: Shape) -> st.SearchStrategy[tuple[Shape, ...]]:
    """As many inputs as the kind reads: x, and beside it others that may go with it."""
    least, most = kind.inputs
    if most <= 1:
        return st.just((x,) * least)
    wider, gate = Shape((x.channels + 1, *x.size)), Shape((x.channels, *(1,) * x.rank))
    column = Shape((*x[:-2], x[-1], 2) if x.rank else x)
    filters = Shape((2, *x[:1], *(min(n, 2) for n in x.size)) if 0 < x.rank < MOST_AXES else x)
    known = [x, wider, gate, Shape(x[:1]), column, filters]
    others = st.sampled_from([other for other in known if _go_together(kind, x, other)] or known)
    more = st.lists(others, min_size=max(0, least - 1), max_size=min(most - 1, least + 1))
    if most == 2:  # the first and the second may play different parts
        return more.map(lambda rest: (x, *rest))
    return more.flatmap(lambda rest: st.permutations([x, *rest])).map(tuple)


def values(  # noqa: C901, PLR0911, PLR0912 one for each form
    attribute: Attribute, x: Shape, groups: int
) -> st.SearchStrategy[Any]:
    """Values that an attribute takes, by its form."""
    low = attribute.at_least or 0
    whole = st.integers(low, low + 3)
    each = st.tuples(*[whole] * max(1, x.rank))
    match attribute.form:
        case "number" if attribute.name == "groups":
            return st.just(groups)
        case "number":
            return st.one_of(st.integers(1, 3).map(lambda n: n * groups), st.just(x.channels))
        case "axes":
            return st.one_of(whole, each)
        case "padding":
            pairs = st.tuples(*[st.tuples(whole, whole)] * max(1, x.rank))
            words = [st.sampled_from(attribute.allowed())] if attribute.words else []
            return st.one_of(whole, each, pairs, *words)
        case "yes/no":
            return st.booleans()
        case "decimal":
            return st.sampled_from([0.25, 0.5, 0.75])
        case "word":
            return st.sampled_from(sorted(set(dict(attribute.words).values())))
        case "links":
            channels = st.integers(0, int(x.channels) - 1)
            reads = st.lists(channels, min_size=1, max_size=4, unique=True).map(tuple)
            return st.lists(reads, min_size=1, max_size=5).map(tuple)
        case "shape":
            return st.just(x)
        case "letters":
            ways = st.permutations("C" + "".join(x.axes)).map("".join)
            return st.integers(1, len(x)).flatmap(lambda n: ways.map(lambda way: way[:n]))
        case "axis":
            return st.sampled_from("C" + "".join(x.axes))
        case "order":
            return st.permutations("C" + "".join(x.axes)).map("".join)
        case "label":
            return st.sampled_from(["fft2", "grid sample"])
        case "sizes":
            return st.one_of(st.lists(st.integers(1, 4), max_size=5).map(tuple), regrouped(x))
    message = f"say here what an attribute of the form {attribute.form} may hold"
    raise AssertionError(message)


@st.composite
def regrouped(draw: st.DrawFn, x: Shape) -> tuple[int, ...]:
    """Other sizes that hold as many values."""
    left, sizes = int(x.values), []
    for _ in range(draw(st.integers(0, 3))):
        sizes.append(draw(st.sampled_from([n for n in range(1, left + 1) if left % n == 0])))
        left //= sizes[-1]
    return (*sizes, left)


@st.composite
def graphs(
    draw: st.DrawFn,
    words: Sequence[str] = (),
    *,
    ranks: Sequence[int] = (1, 2),
    largest: int = 12,
    rows: int = 8,
) -> Graph:
    """A small network of these kinds (of all, unless told): chains, branches, joins, groups."""
    families: dict[str, list[type[Layer]]] = {}
    every = [kind for kind in kinds() if kind.inputs[1] and kind.kind not in UNREALISED]
    for kind in [find(word) for word in words] or every:
        families.setdefault(kind.family, []).append(kind)
    size = draw(st.tuples(*[st.integers(4, largest)] * draw(st.sampled_from(list(ranks)))))
    x = Shape((draw(st.integers(1, 4)), *size))
    made, found = [Row("input", Input(shape=x), ())], [x]
    group = 0
    for place in range(1, 1 + draw(st.integers(1, rows))):
        kind = draw(st.sampled_from(draw(st.sampled_from(list(families.values())))))
        reads = draw(_reads(kind, found))
        case = draw(layers(kind, tuple(found[read] for read in reads)))
        if case is None:
            continue
        group += draw(st.integers(0, 1))
        name = draw(st.sampled_from([f"row{place}", f"group{group}.row{place}"]))
        if name.startswith("row"):
            group += 1
        made.append(Row(name, case.layer, reads))
        found.append(case.layer.facts(*case.inputs).output)
    assume(len(made) > 1)
    return Graph("random", tuple(made))


@st.composite
def _reads(draw: st.DrawFn, kind: type[Layer], found: Sequence[Shape]) -> tuple[int, ...]:
    """Rows for a layer to read: mostly the last, sometimes another; for a join some that fit."""
    last = len(found) - 1
    first = draw(st.sampled_from([last, last, last, draw(st.integers(0, last))]))
    least, most = kind.inputs
    if most == 1:
        return (first,)
    fitting = [place for place, x in enumerate(found) if _go_together(kind, found[first], x)]
    wanted = st.lists(st.sampled_from(fitting), min_size=least - 1, max_size=min(most - 1, 2))
    more = draw(wanted if fitting else st.just([first] * (least - 1)))
    return (first, *more) if more or least == 1 else (first, first)


def _go_together(kind: type[Layer], *inputs: Shape) -> bool:
    try:
        kind().output(*inputs)
    except (RuleError, TypeError):  # refused, or made with attributes only
        return False
    return True


class Slot(NamedTuple):
    """A row of a group that is used several times: what it is, what it reads, and what varies.

    reads: slots above it, or −1 for what the group reads. varies: attributes drawn anew for each
    use. optional: whether a use may lack it.
    """

    label: str
    word: str
    given: dict[str, Any]
    reads: tuple[int, ...]
    varies: tuple[str, ...]
    optional: bool


CHOICES: dict[str, dict[str, Sequence[Any]]] = {
    "conv": {
        "out": (2, 4, 6, 8),
        "kernel": (1, 3, (1, 3)),
        "stride": (1, 2, (1, 2)),
        "padding": (1, 2, "same", (1, 0), ((0, 1), (2, 1))),
        "groups": (1, 2),
        "bias": (True, False),
    },
    "batch norm": {"epsilon": (1e-05, 0.001, 3e-07), "affine": (True, False)},
    "relu": {"inplace": (True, False)},
    "max pool": {"kernel": (2, 3), "stride": (1, 2), "padding": (1,), "rounding": ("down", "up")},
    "dropout": {"drop": (0.1, 0.25, 0.5)},
    "group norm": {"groups": (1, 2), "epsilon": (1e-05, 0.1)},
    "silu": {},
    "add": {},
    "concat": {},
    "multiply": {},
    "dense": {"out": (3, 5), "bias": (True, False)},
    "parameter": {"sizes": ((2, 1, 1), (4, 1, 1), (1,))},
    "upsample": {"factor": (2, (1, 2)), "mode": ("nearest", "linear")},
}
"""What rows of repeated groups are, and what their attributes may be."""

LABELS = (
    *("conv1", "conv2", "bn1", "bn2", "relu", "0", "1", "2", "add", "branch.0", "branch.1"),
    *("a.conv", "a.bn", "a.relu", "a.b.c", "input", "3×3", "downsample.0", "downsample.1", "none"),
)


@st.composite
def _slots(draw: st.DrawFn) -> list[Slot]:
    """The rows of a group, as a person would vary them from use to use."""
    found: list[Slot] = []
    for label in draw(st.lists(st.sampled_from(LABELS), min_size=1, max_size=6, unique=True)):
        word = draw(st.sampled_from(["conv", "conv", "conv", *CHOICES]))
        choices = CHOICES[word]
        names = draw(st.lists(st.sampled_from(sorted(choices)), unique=True)) if choices else []
        needed = [a.name for a in find(word).attributes() if a.required]
        names = [*dict.fromkeys([*needed, *names])]
        given = {name: draw(st.sampled_from(choices[name])) for name in names}
        varies = tuple(draw(st.lists(st.sampled_from(names), unique=True))) if names else ()
        last = len(found) - 1
        read = st.sampled_from([last, last, -1, *range(len(found))])
        least, most = find(word).inputs
        count = 0 if not most else draw(st.integers(max(1, least), 3)) if most > 1 else 1
        reads = tuple(draw(read) for _ in range(count))
        found.append(Slot(label, word, given, reads, varies, draw(st.booleans())))
    return found


@dataclass
class _Growing:
    """A network of repeated groups in the making."""

    rows: list[Row]
    shapes: list[Shape]
    groups: dict[str, Group]

    def add(self, name: str, layer: Any, reads: Sequence[int]) -> int | None:
        """One more row; None where the layer refuses what it would read."""
        try:
            check_count(layer, len(reads))
            shape = layer.facts(*(self.shapes[read] for read in reads)).output
        except RuleError:
            return None
        if max(shape) > 200:
            return None
        self.rows.append(Row(name, layer, tuple(reads)))
        self.shapes.append(shape)
        return len(self.rows) - 1

    def use(self, draw: st.DrawFn, name: str, slots: Sequence[Slot], source: int) -> int:
        """A group built by its slots, with what varies drawn anew; what it gives."""
        stands: list[int] = []
        for slot in slots:
            reads = [stands[read] if read >= 0 else source for read in slot.reads]
            place = None
            if not (slot.optional and draw(st.booleans())):
                given = dict(slot.given)
                for attribute in slot.varies:
                    given[attribute] = draw(st.sampled_from(CHOICES[slot.word][attribute]))
                try:
                    layer = find(slot.word)(**given)
                except RuleError:
                    layer = None
                if layer is not None:
                    place = self.add(f"{name}.{slot.label}", layer, reads)
            above = stands[-1] if stands else source
            stands.append(place if place is not None else above)
        return stands[-1]

    def again(self, name: str, first: int, end: int, prefix: str, source: int) -> bool:
        """A group once more with the weights of an earlier one; whether it reads the same shape."""
        outside = {read for row in self.rows[first:end] for read in row.reads if read < first}
        if len(outside) != 1 or self.shapes[outside.pop()] != self.shapes[source]:
            return False
        moved = len(self.rows) - first
        for place in range(first, end):
            row = self.rows[place]
            reads = tuple(read + moved if read >= first else source for read in row.reads)
            stored = row.layer.weights(*(self.shapes[read] for read in row.reads))
            owner = place if row.shares < 0 else row.shares
            label = row.name[len(prefix) :]
            shares = owner if stored else -1
            self.rows.append(Row(f"{name}{label}", row.layer, reads, shares))
            self.shapes.append(self.shapes[place])
        return True


@st.composite
def repeating(draw: st.DrawFn) -> Graph:
    """A network of groups that are built alike and differ in attributes, or lack some rows."""
    size = draw(st.sampled_from([8, 16]))
    x = Shape((draw(st.sampled_from([2, 4])), size, size))
    net = _Growing([Row("input", Input(shape=x), ())], [x], {})
    kinds_of_group = draw(st.lists(_slots(), min_size=1, max_size=2))
    words = draw(st.lists(st.sampled_from(WORDS), min_size=2, max_size=2))
    source, taken = 0, set[str]()
    done: list[tuple[int, int, str]] = []
    for number in range(draw(st.integers(2, 8))):
        which = draw(st.integers(0, len(kinds_of_group) - 1))
        parent = draw(st.sampled_from(["", "net.", f"stage{number // 3}."]))
        name = f"{parent}{draw(st.sampled_from(['block', 'layer1.', '']))}{number}"
        if name in taken:
            continue
        taken.add(name)
        first = len(net.rows)
        shared = draw(st.sampled_from([None, None, None, *done]))
        if shared is None or not net.again(name, *shared, source):
            source = net.use(draw, name, kinds_of_group[which], source)
        if len(net.rows) > first:
            done.append((first, len(net.rows), name))
            net.groups[name] = Group("block", words[which])
            source = draw(st.sampled_from([source, len(net.rows) - 1]))
        if draw(st.integers(0, 4)) == 0:
            source = net.add(f"row{number}", find("relu")(), [source]) or source
    assume(len(net.rows) > 1)
    try:
        return Graph("repeating", tuple(net.rows), net.groups)
    except RuleError:
        assume(condition=False)
        raise


WORDS = ("", "Block", "Sequential", "Conv", "inverted residual", "Block2", "relu", "a (b)", "!")
"""What groups are called: as classes are, as people say, and so that a block can't be."""


@st.composite
def versions(draw: st.DrawFn) -> tuple[Graph, Graph]:
    """A network and another version of it: rows renamed, put in, taken out, moved or changed.

    Now and then, another network altogether.
    """
    first = draw(st.one_of(repeating(), graphs(rows=12)))
    if draw(st.integers(0, 5)) == 0:
        return first, draw(st.one_of(repeating(), graphs(rows=12)))
    rows = list(first.rows)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(rows) - 1))
        changed = draw(st.sampled_from(EDITS))(draw, rows, place)
        if changed is not None and _works(changed):
            rows = changed
    try:
        second = Graph(draw(st.sampled_from([first.name, "other"])), tuple(rows), first.groups)
        infer(second)
    except RuleError:
        assume(condition=False)
        raise
    return first, second


def _works(rows: Sequence[Row]) -> bool:
    """Whether every layer takes what it would read."""
    outputs: list[Shape] = []
    try:
        for row in rows:
            outputs.append(row.layer.facts(*(outputs[read] for read in row.reads)).output)
    except RuleError:
        return False
    return True


def _moved_on(row: Row, at: int, by: int, instead: int) -> Row:
    """A row whose reads from a place on moved; what read the place itself reads another one."""
    reads = tuple(
        instead if read == at and instead >= 0 else read + by * (read >= at) for read in row.reads
    )
    shares = row.shares + by * (row.shares >= at)
    return row._replace(reads=reads, shares=shares)


def _renamed(draw: st.DrawFn, rows: list[Row], place: int) -> list[Row] | None:
    name = f"{draw(st.sampled_from(['new', 'conv1', 'block7.conv1']))}{place}"
    return [*rows[:place], rows[place]._replace(name=name), *rows[place + 1 :]]


def _put_in(draw: st.DrawFn, rows: list[Row], place: int) -> list[Row] | None:
    layer = find(draw(st.sampled_from(["relu", "batch norm", "dropout"])))()
    name = f"{draw(st.sampled_from(['extra', 'block0.extra']))}{len(rows)}"
    below = [_moved_on(row, place + 1, 1, -1) for row in rows[place + 1 :]]
    return [*rows[: place + 1], Row(name, layer, (place,)), *below]


def _taken_out(draw: st.DrawFn, rows: list[Row], place: int) -> list[Row] | None:  # noqa: ARG001 as the others
    if not rows[place].reads or any(row.shares == place for row in rows):
        return None
    below = [_moved_on(row, place, -1, rows[place].reads[0]) for row in rows[place + 1 :]]
    return [*rows[:place], *below]


def _changed(draw: st.DrawFn, rows: list[Row], place: int) -> list[Row] | None:
    choices = CHOICES.get(rows[place].layer.kind)
    if not choices:
        return None
    name = draw(st.sampled_from(sorted(choices)))
    try:
        layer = replace(rows[place].layer, **{name: draw(st.sampled_from(choices[name]))})
    except RuleError:
        return None
    return [*rows[:place], rows[place]._replace(layer=layer), *rows[place + 1 :]]


def _swapped(draw: st.DrawFn, rows: list[Row], place: int) -> list[Row] | None:  # noqa: ARG001 as the others
    if place + 1 >= len(rows) or place in rows[place + 1].reads or rows[place + 1].shares == place:
        return None
    turned = {place: place + 1, place + 1: place}
    swapped = [*rows[:place], rows[place + 1], rows[place], *rows[place + 2 :]]
    return [
        row._replace(
            reads=tuple(turned.get(read, read) for read in row.reads),
            shares=turned.get(row.shares, row.shares),
        )
        for row in swapped
    ]


EDITS = (_renamed, _put_in, _taken_out, _changed, _swapped)
