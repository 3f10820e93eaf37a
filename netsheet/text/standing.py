"""Standing rules for a sheet that is written: what is said once of every layer of a kind.

Requirements met here: a rule is made only where it empties cells of many rows, and the few that
differ then say so themselves; what is written with a rule reads as it would without.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from netsheet.fold.blocks import Follower, Part
from netsheet.fold.terms import Constant, Term
from netsheet.layers.attribute import Attribute
from netsheet.layers.base import Layer

LEAST = 3
"""Rows that a rule must speak for."""

MOST_EXCEPT = 0.25
"""So many rows may differ, for each that agrees."""

OF_EACH = frozenset({"out", "kernel", "stride", "size", "sizes", "factor", "links", "shape"})
"""Attributes that make a row what it is, and so stand in it."""

Then = tuple[Follower, ...]


@dataclass(slots=True)
class Rule:
    """What is said of every layer of a kind: attributes, and what follows in place."""

    attributes: dict[str, Constant] = field(default_factory=dict)
    then: Then = ()


NO_RULE = Rule()


def rules_for(tables: Iterable[Iterable[Part]]) -> dict[type[Layer], Rule]:
    """The rules that shorten these tables, by kind."""
    rows: dict[type[Layer], list[Mapping[str, Term]]] = {}
    behind: dict[type[Layer], list[Then]] = {}
    for part in (part for table in tables for part in table):
        if isinstance(part.what, type):
            rows.setdefault(part.what, []).append(part.cells)
            behind.setdefault(part.what, []).append(part.then)
        for follower in part.then:
            rows.setdefault(follower.kind, []).append(follower.cells)
    found = {}
    for kind, given in rows.items():
        attributes = {
            declared.name: usual
            for declared in kind.attributes()
            if (usual := _usual(declared, given)) is not None
        }
        rule = Rule(attributes, _usually_behind(behind.get(kind, [])))
        if rule != NO_RULE:
            found[kind] = rule
    return found


def _usual(declared: Attribute, rows: list[Mapping[str, Term]]) -> Constant | None:
    """What most rows say of an attribute, if a rule may say it for them."""
    if declared.name in OF_EACH:
        return None
    counts = Counter(
        term for cells in rows if isinstance(term := cells.get(declared.name), Constant)
    )
    if not counts:
        return None
    [(usual, count)] = counts.most_common(1)
    excepted = len(rows) - count
    silent = any(declared.name not in cells for cells in rows)
    if silent and (declared.required or declared.default is None):
        return None
    return usual if count >= LEAST and excepted <= MOST_EXCEPT * count else None


def _usually_behind(lines: list[Then]) -> Then:
    """What follows most rows of a kind, if a rule may say so."""
    whole = [then for then in lines if _constant(then)]
    usual = next((then for then in whole if 2 * whole.count(then) > len(lines)), ())
    count = whole.count(usual)
    return usual if count > LEAST and len(lines) - count <= MOST_EXCEPT * count else ()


def _constant(then: Then) -> bool:
    """Whether no follower hangs on a parameter."""
    return all(isinstance(term, Constant) for each in then for term in each.cells.values())
