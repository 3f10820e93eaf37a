"""Families: the groups of a network that one block can stand for.

Requirements met here: groups of one name for their kind (a class's, a block's) are taken together
where their forms can be made one; groups without such a name where they look alike; no group is
in a family with one inside it; work is bounded, however groups nest.
"""

from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from netsheet.core.graph import LISTS, Graph, Node
from netsheet.fold.chain import is_chain
from netsheet.fold.form import Form, Shapes, Use, fixed, form_of, tail_of
from netsheet.fold.pattern import Pattern, merged, pattern_of
from netsheet.layers.base import Layer

MOST_VISITS = 300_000
"""Rows looked at in finding forms: each is, once for every group around it."""

MOST_MERGED = 200
"""Rows of the largest forms that are made one with others."""

MOST_TRIALS = 200
"""Trials to make a form one with a family, for each word."""


@dataclass(eq=False)
class Family:
    """Groups that are built alike: what their rows have in common, and where each stands.

    word: what a group of it is called. uses: in order; form: for each, which of the pattern's
    forms it has.
    """

    word: str
    pattern: Pattern
    uses: list[Use] = field(default_factory=list)
    form: list[int] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others, also where families are found anew: its word and first use."""
        return self.word, self.uses[0].name


Forms = dict[tuple[str, Form], list[Use]]
"""The groups that have one form and one word, by both."""


def forms_of(graph: Graph, shapes: Shapes, *, chains: bool = True) -> Forms:
    """The forms of a network's groups, each with the groups that have it.

    chains: whether a layer and what follows it in place are one line, and no group.
    """
    exact: Forms = {}
    known: dict[int, tuple[Any, ...]] = {}

    def signature(layer: Layer) -> tuple[Any, ...]:
        found = known.get(id(layer))
        if found is None:
            found = known[id(layer)] = fixed(layer)
        return found

    lines: set[str] = set()
    for node in _groups(graph, lines if chains else None):
        found = form_of(graph, node, shapes, signature, lines)
        if found is not None:
            form, use = found
            word = node.group.word if node.group is not None else ""
            exact.setdefault((word, form), []).append(use)
    _take_tails(exact)
    return exact


def families(exact: Forms, apart: Container[str] = ()) -> list[Family]:
    """The families of a network, by first use; a group that is built like no other is alone.

    apart: words whose forms are not made one.
    """
    by_word: dict[str, list[tuple[Form, list[Use]]]] = {}
    for (word, form), uses in exact.items():
        by_word.setdefault(word, []).append((form, uses))
    grown: list[_Growing] = []
    for word, alike in by_word.items():
        grown += _grow(word, alike, 0 if word in apart else MOST_TRIALS)
    return sorted((each.family() for each in grown), key=lambda family: family.uses[0][1:3])


def _take_tails(exact: Forms) -> None:
    """Let groups that are like others but for what follows in place be like them."""
    for (word, form), uses in list(exact.items()):
        for tail in range(1, tail_of(form) + 1):
            others = exact.get((word, form[:-tail]), [])
            if len(others) >= len(uses) and not any(use.owner for use in uses):
                others += [use._replace(tail=tail) for use in uses]
                others.sort(key=lambda use: use.first)
                del exact[word, form]
                break


def _groups(graph: Graph, lines: set[str] | None) -> Iterator[Node]:
    """The groups that a block may stand for, smallest first, as many as can be looked at.

    Those that are a layer and what follows it in place are left to `lines`, where there is any.
    """
    nodes = [node for top in graph.outline for node in top.walk()]
    names = Counter(node.name for node in nodes)
    visits = 0
    for node in sorted(nodes, key=lambda node: node.last - node.first):
        size = node.last - node.first + 1
        if size == 1 or names[node.name] > 1 or size == len(graph.rows):
            continue
        if _numbers_alike(node):
            continue
        visits += size
        if visits > MOST_VISITS:
            return
        if lines is not None and is_chain(graph, node):
            lines.add(node.name)
        elif lines is None or node.group is None or node.group.style == "block":
            yield node


def _numbers_alike(node: Node) -> bool:
    """Whether a group has no word of its own, and numbers groups of one word: a row repeated.

    Whether it was written as one row or as several makes no difference, so that a text that was
    written is written alike when it has been read.
    """
    if node.group is not None and node.group.style == "repeat":
        return True
    words = {child.group.word if child.group is not None else "" for child in node.children}
    unnamed = node.group is None or not node.group.word
    numbered = all(child.label.isdecimal() for child in node.children)
    return unnamed and numbered and len(words) == 1 and "" not in words


def _list(form: Form) -> bool:
    """Whether a group is a list: its parts are called by numbers."""
    return all(row.name.partition(".")[0].isdecimal() for row in form)


@dataclass
class _Growing:
    """A family that forms are added to."""

    word: str
    pattern: Pattern
    forms: list[Form]
    uses: list[list[Use]]

    def take(self, form: Form, uses: list[Use]) -> bool:
        """Add a form and its uses, if one block can stand for all."""
        if not self._similar(form) or self._nested(uses):
            return False
        if self.word in LISTS and _list(form):
            return False
        pattern = merged([*self.forms, form])
        if pattern is None:
            return False
        self.pattern = pattern
        self.forms.append(form)
        self.uses.append(uses)
        return True

    def _similar(self, form: Form) -> bool:
        """Whether it is worth a trial: it has rows of the same names, and is not too large."""
        if max(len(form), len(self.pattern.rows)) > MOST_MERGED:
            return False
        mine = {row.name for row in self.pattern.rows}
        common = sum(row.name in mine for row in form)
        return 2 * common >= max(len(form), len(mine))

    def _nested(self, uses: list[Use]) -> bool:
        """Whether one group would stand inside another."""
        spans = sorted((use.first, use.last) for each in (*self.uses, uses) for use in each)
        return any(one[1] >= other[0] for one, other in pairwise(spans))

    def family(self) -> Family:
        """The family, its uses in order."""
        pairs = [(use, form) for form, uses in enumerate(self.uses) for use in uses]
        pairs.sort(key=lambda pair: pair[0].first)
        return Family(
            self.word, self.pattern, [use for use, _ in pairs], [form for _, form in pairs]
        )


def _grow(word: str, alike: list[tuple[Form, list[Use]]], most: int) -> list[_Growing]:
    """Families of one word: forms, from the one most used on, joined where they can be.

    most: so many trials are made.
    """
    found: list[_Growing] = []
    trials = 0
    for form, uses in sorted(alike, key=lambda pair: (-len(pair[1]), pair[1][0].first)):
        for growing in found:
            trials += 1
            if trials <= most and growing.take(form, uses):
                break
        else:
            found.append(_Growing(word, pattern_of(form), [form], [uses]))
    return found
