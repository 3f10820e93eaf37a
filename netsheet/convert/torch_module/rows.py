"""The rows of a network as they are made, in the order of what is read.

Requirements met here: rows that bring values into another order are made once, and only where
somebody needs them; a stored tensor that several rows use is owned by one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from netsheet.convert.torch_module.trace import Leaf, Traced, Visit
from netsheet.convert.torch_module.view import MOST, Sizes, Step, View, in_few_axes, plain, shuffle
from netsheet.core.errors import UnsupportedError
from netsheet.core.graph import OWN, PARAMETER
from netsheet.core.shape import AXES, Shape
from netsheet.layers.registry import find

LETTERS = {rank + 1: "".join(("C", *axes)) for rank, axes in AXES.items()}
"""Letters of a map's axes, by their number."""


class Stored(NamedTuple):
    """A stored tensor that a row uses as its weight: what it is, and its shape there."""

    traced: Traced
    shape: Sizes


@dataclass(slots=True)
class Draft:
    """A row as it is made: where it stands, what it may be called there, and its weights."""

    visit: Visit
    label: str
    layer: Any
    reads: tuple[int, ...]
    weights: dict[str, Stored] = field(default_factory=dict)
    shares: int = OWN
    tied: tuple[str, ...] = ()
    whole_name: bool = False
    """Whether the label is the row's whole name, wherever it stands."""
    given: bool = False
    """Whether it was a row before, which stays as it was."""


class Rows:
    """Rows, one behind the other, and which of them own what is stored."""

    def __init__(self, root: Visit) -> None:
        self.root = root
        self.rows: list[Draft] = []
        self.shapes: list[Sizes] = []
        self.held: list[Traced] = []
        self.laid: dict[tuple[int, tuple[Step, ...]], int] = {}
        self.layers: dict[Any, Any] = {}
        self.owners: dict[int, tuple[int, str]] = {}
        self.parameter_rows: dict[int, View] = {}

    def add(
        self,
        visit: Visit,
        label: str,
        layer: Any,
        reads: Sequence[int] = (),
        weights: Mapping[str, Stored] | None = None,
        *,
        whole_name: bool = False,
    ) -> View:
        """One more row; RuleError where the layer refuses what it reads."""
        layer = self.layers.setdefault(layer, layer)
        facts = layer.facts(*(Shape(self.shapes[read]) for read in reads))
        draft = Draft(visit, label, layer, tuple(reads), dict(weights or {}), whole_name=whole_name)
        self._own(draft)
        self.rows.append(draft)
        self.shapes.append(tuple(facts.output))
        return plain(len(self.rows) - 1, self.shapes[-1])

    def make(self, visit: Visit, kind: str, *reads: int, label: str = "", **given: Any) -> View:
        """One more row of this kind."""
        layer: Any = find(kind)
        return self.add(visit, label or kind.replace(" ", "_"), layer(**given), reads)

    def undo(self, count: int) -> None:
        """Take back the rows from `count` on, of a call that could not be expressed."""
        if len(self.rows) == count:
            return
        del self.rows[count:], self.shapes[count:]
        self.laid = {key: row for key, row in self.laid.items() if row < count}
        self.owners = {key: owner for key, owner in self.owners.items() if owner[0] < count}
        stored = self.parameter_rows
        self.parameter_rows = {key: view for key, view in stored.items() if view.row < count}

    def stretched(self, view: View, sizes: Sizes, traced: Traced) -> View:
        """A tensor's axes of 1 repeated as often as the sizes say."""
        visit = self._visit_of(traced)
        row = self.at(view.reshaped(sizes_like(view.sizes, len(sizes))), visit)
        shape = self.shapes[row]
        factors = tuple(b // a for a, b in zip(shape[1:], sizes[1:], strict=True))
        made = plain(row, shape)
        if any(factor > 1 for factor in factors):
            made = self.make(visit, "upsample", row, label="expand", factor=factors)
        if sizes[0] != shape[0]:
            reads = (made.row,) * (sizes[0] // shape[0])
            made = self.add(visit, "expand", find("concat")(), reads)
        return made

    # Values in their order.

    def at(self, view: View, visit: Visit) -> int:
        """The row whose values lie as they are read; rows that bring them there are made."""
        if not view.steps:
            return view.row
        known = self.laid.get((view.row, view.steps))
        if known is not None:
            return known
        named = shuffle(view)
        if named is not None:
            attribute = "groups" if named.kind == "channel shuffle" else "factor"
            given: dict[str, Any] = {attribute: named.number}
            row = self.make(visit, named.kind, view.row, **given).row
        else:
            row = self._step(view, visit)
        self.laid[view.row, view.steps] = row
        return row

    def turned(self, view: View, visit: Visit) -> View:
        """The same view with no more than a turn of axes left to do, if there are few enough."""
        if view.order is not None and len(view.base) <= MOST:
            return view
        if view.steps and view.steps[-1].order and len(view.sizes) <= MOST:
            before = view._replace(steps=view.steps[:-1])
            row = self.at(before, visit)
            return plain(row, self.shapes[row]).permuted(view.steps[-1].order)
        return plain(self.at(view, visit), view.sizes)

    def _step(self, view: View, visit: Visit) -> int:
        """The last step of a chain as rows, behind those before it."""
        before = view._replace(steps=view.steps[:-1])
        sizes, order = view.steps[-1]
        if order:
            if len(sizes) <= MOST and all(before.sizes):
                row = self.at(before, visit)
                letters = LETTERS[len(sizes)]
                way = "".join(letters[place] for place in order)
                return self.make(visit, "permute", row, order=way).row
            for step in in_few_axes(before.sizes, order):
                before = before.permuted(step.order) if step.order else before.reshaped(step.sizes)
            return self.at(before, visit)
        if len(sizes) > MOST:
            raise UnsupportedError(f"it reads {len(sizes)} axes, and a map has at most {MOST}")
        row = self.at(before, visit)
        sizes = sizes or (1,)
        if self.shapes[row] == sizes:
            return row
        if len(sizes) == 1:
            return self.make(visit, "flatten", row).row
        return self.make(visit, "reshape", row, sizes=sizes).row

    # Stored tensors.

    def parameter(self, traced: Traced) -> View:
        """A stored tensor as a row by itself, once for all that read it."""
        leaf = traced.leaf
        key = id(leaf.tensor) if leaf is not None else id(traced)
        found = self.parameter_rows.get(key)
        if found is None:
            found = self._parameter(traced, leaf)
            self.parameter_rows[key] = found
            self.held.append(traced)
        return found.reshaped(traced.shape)

    def _parameter(self, traced: Traced, leaf: Leaf | None) -> View:
        """The row itself; it shares what another row owns already."""
        sizes = traced.shape
        while len(sizes) > 1 and sizes[0] == 1:
            sizes = sizes[1:]
        owner = self.owners.get(id(leaf.tensor)) if leaf is not None else None
        if owner is not None:
            theirs = self.rows[owner[0]]
            if theirs.shares != OWN or theirs.weights[owner[1]].traced.leaf is not leaf:
                raise UnsupportedError("it uses a stored tensor that other rows use otherwise")
            sizes = theirs.weights[owner[1]].shape
        kind: Any = find("parameter")
        made = kind(sizes=sizes, trained=leaf is not None and leaf.trained)
        name = leaf.name if leaf is not None and owner is None else ""
        label = name or (traced.call.name if traced.call is not None else "parameter")
        stored = {} if owner is not None else {"value": Stored(traced, sizes)}
        visit = self._visit_of(traced)
        view = self.add(visit, label, made, (), stored, whole_name=bool(name))
        if owner is not None:
            draft = self.rows[view.row]
            draft.shares, draft.tied = owner[0], (owner[1],)
        return view

    def _own(self, draft: Draft) -> None:
        """Let a row share the stored tensors that another row owns."""
        owned: dict[int, list[str]] = {}
        for name, stored in draft.weights.items():
            for leaf in stored.traced.leaves():
                owner = self.owners.get(id(leaf.tensor))
                if owner is not None:
                    owned.setdefault(owner[0], []).append(name)
        place = len(self.rows)
        if owned:
            self._share(draft, owned)
        for name, stored in draft.weights.items():
            for leaf in stored.traced.leaves():
                self.owners.setdefault(id(leaf.tensor), (place, name))

    def _share(self, draft: Draft, owned: Mapping[int, list[str]]) -> None:
        """Say which row's weights a row uses; UnsupportedError where a row can't say it."""
        owner, *others = owned
        names = owned[owner]
        theirs = self.rows[owner]
        alone = theirs.layer.kind == PARAMETER and len(names) == 1 and not others
        if alone and theirs.weights["value"].shape == draft.weights[names[0]].shape:
            draft.shares, draft.tied = owner, (names[0],)
            return
        same = all(
            name in theirs.weights
            and theirs.weights[name].shape == draft.weights[name].shape
            and theirs.weights[name].traced.leaf is draft.weights[name].traced.leaf
            and draft.weights[name].traced.leaf is not None
            for name in names
        )
        if others or not same or theirs.shares != OWN:
            raise UnsupportedError("it uses a stored tensor that other rows use otherwise")
        draft.shares = owner
        draft.tied = () if len(names) == len(draft.weights) else tuple(names)

    def _visit_of(self, traced: Traced) -> Visit:
        return traced.call.visit if traced.call is not None else self.root


def sizes_like(sizes: Sizes, count: int) -> Sizes:
    """Sizes with 1 before them until there are so many."""
    return (1,) * (count - len(sizes)) + sizes
