"""Orders of registration: what is found is held against trying them all."""

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsheet.weights.modules import Module, Place
from netsheet.weights.registering import registered
from netsheet.weights.slots import Slot
from netsheet.weights.table import Entry


def place(name: str, size: int) -> Place:
    """A row whose weight has so many values."""
    return Place(name, {"weight": Slot(f"{name}.weight", name, "weight", (size,), "conv")})


def module(name: str, size: int) -> Module:
    """A module whose weight has so many values."""
    entry = Entry(f"{name}.weight", (size,), "float", "float32", lambda: None)
    return Module(name, {"weight": entry})


def fits(one: Place, other: Module) -> bool:
    """Whether they have as many values."""
    return one.first.shape == other.first.shape


def is_registered(names: Sequence[str]) -> bool:
    """By the rule's own words: numbers in their order, and what is inside a module together."""
    heads = [name.partition(".")[0] for name in names]
    order = list(dict.fromkeys(heads))
    if heads != [head for head in order for _ in range(heads.count(head))]:
        return False
    for stem in "ab":
        own = [head for head in order if head.startswith(stem)]
        if own != sorted(own):
            return False
    inside = [
        [name.partition(".")[2] for name in names if name.partition(".")[0] == head]
        for head in order
    ]
    return all(rest == [""] or is_registered(rest) for rest in inside)


def by_trying(places: Sequence[Place], modules: Sequence[Module]) -> Iterator[tuple[str, ...]]:
    """Every order that may be one of registration, and fits."""
    for order in permutations(modules):
        if is_registered([each.name for each in order]) and all(
            fits(*pair) for pair in zip(places, order, strict=True)
        ):
            yield tuple(each.name for each in order)


@st.composite
def trees(draw: st.DrawFn) -> list[str]:
    """A few modules, some of them inside others, called a1, a2, b1 and so on."""
    names = []
    for stem in "ab":
        for number in range(1, 1 + draw(st.integers(0, 3))):
            children = draw(st.lists(st.sampled_from(["a1", "a2", "b1"]), max_size=2, unique=True))
            names += [f"{stem}{number}.{child}" for child in children] or [f"{stem}{number}"]
    return names[:6] or ["a1"]


@settings(max_examples=200)
@given(names=trees(), data=st.data())
def test_all_orders_are_tried(names: list[str], data: st.DataObject) -> None:
    """One is found if there is one, it is sure if there is no other, and never a wrong one."""
    sizes = data.draw(st.lists(st.integers(1, 2), min_size=len(names), max_size=len(names)))
    modules = [module(name, size) for name, size in zip(names, sizes, strict=True)]
    shuffled = data.draw(st.permutations(sizes))
    places = [place(f"row{number}", size) for number, size in enumerate(shuffled)]
    every = list(by_trying(places, modules))
    found = registered(places, modules, fits)
    assert bool(every) == (found is not None)
    if found is not None:
        assert tuple(each.name for each in found.modules) in every
        assert (len(every) == 1) == found.sure
        assert (len(every) > 1) == bool(found.doubt[0])


def test_the_rule_notices_what_is_no_order() -> None:
    """Negative control of the oracle: numbers turned round, and a module split in two."""
    assert is_registered(["a1", "b1.a1", "b1.b1", "a2"])
    assert not is_registered(["a2", "a1"])
    assert not is_registered(["b1.a1", "a1", "b1.b1"])
    assert not is_registered(["b1.a2", "b1.a1"])


@pytest.mark.parametrize(
    ("rows", "names", "expected"),
    [
        # conv3 and shortcut have one shape; what both names have in common tells them
        (["1.conv3", "1.shortcut"], ["0.down", "0.conv3"], ["0.conv3", "0.down"]),
        # a stem has the shape of what a stage holds; the stage is a group of rows, as x is
        (["stem", "s.a", "s.b"], ["x.1", "x.2", "bn"], ["bn", "x.1", "x.2"]),
    ],
)
def test_names_and_groups_tell(rows: Any, names: Any, expected: Any) -> None:
    """Of several orders that fit, the one that names and groups speak for."""
    found = registered([place(n, 1) for n in rows], [module(n, 1) for n in names], fits)
    assert found is not None
    assert expected == [each.name for each in found.modules]
    assert (True, True) == (found.sure, found.by_parts)


def test_too_much_to_look_at() -> None:
    """Hundreds of modules of one shape and no numbers: no order is told, and that soon."""
    names = [f"{'abcdefghij'[n % 10]}{'abcdefghij'[n // 10]}x" for n in range(60)]
    places = [place(f"row{number}", 1) for number in range(60)]
    assert registered(places, [module(name, 1) for name in names], fits) is None
