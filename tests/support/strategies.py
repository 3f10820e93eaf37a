"""Random layers, the inputs they read, and random networks, made from what each kind declares.

A kind that is added is covered on arrival. What is drawn at random and refused by the kind is
mended, by leaving out the attribute that the refusal names.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from hypothesis import assume
from hypothesis import strategies as st

from netsheet.core.errors import RuleError
from netsheet.core.graph import Graph, Row
from netsheet.core.shape import Shape
from netsheet.layers.attribute import Attribute
from netsheet.layers.base import Layer
from netsheet.layers.input import Input
from netsheet.layers.registry import find, kinds

MENDINGS = 8

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
    known = [x, wider, gate, Shape(x[:1]), column]
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
