"""Calls of torch into rows: each by its layer kind, by a rule of its own, or as an opaque row.

Requirements met here: what no kind and no rule says is listed with its place and reason, once,
and its place in the network is kept; a row's output is what torch made, or it isn't the row.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from inspect import signature
from math import prod
from typing import Any

from netsheet.convert.torch_module.rows import LETTERS, Rows, Stored
from netsheet.convert.torch_module.trace import (
    LAYER,
    Call,
    Trace,
    Traced,
    Visit,
    replaced,
    viewed,
)
from netsheet.convert.torch_module.view import MOST, Sizes, View, plain
from netsheet.core.errors import RuleError, UnsupportedError
from netsheet.core.graph import INPUT
from netsheet.core.shape import Shape
from netsheet.layers.base import Layer
from netsheet.layers.operand import Made, Operand
from netsheet.layers.registry import find, kinds

HOW = frozenset({"cudnn_enabled", "cudnn_enable", "memory_format"})
"""Arguments that say how something is computed, and not what."""

FUNCTIONALS = {"train": "training"}
"""Names of arguments in torch.nn.functional, where torch's own differ."""

NO_BATCH = -1
"""Where the batch of a tensor stands that has none: of what is stored."""


def realised(t: "Translator", call: Call) -> View:
    """The row that a module was made from."""
    layer, *reads = call.args
    if layer.kind == INPUT:
        view = t.view(reads[0])
        t.rows[view.row].label = call.visit.name
        return view
    rows = [t.at(t.whole(one), call.visit) for one in reads]
    stated = {w.name: w for w in layer.weights(*(Shape(t.shapes[row]) for row in rows))}
    weights = {
        name: Stored(traced, tuple(map(int, stated[name].shape)))
        for name, traced in call.kwargs["weights"].items()
        if name in stated
    }
    view = t.add(call.visit, layer.nickname(), layer, rows, weights)
    t.rows[view.row].given = True
    return view if call.made[0].varies else view.reshaped((1, *view.sizes))


Rule = Callable[["Translator", Call], View | Sequence[View]]
"""What makes rows of a call: it gives what each tensor that the call made is."""


@cache
def by_call() -> Mapping[str, tuple[type[Layer], ...]]:
    """The kinds that say one of torch's functions, by its name."""
    found: dict[str, list[type[Layer]]] = {}
    for kind in kinds():
        for name in kind.torch_calls:
            found.setdefault(name, []).append(kind)
    return {name: tuple(each) for name, each in found.items()}


@cache
def rules() -> Mapping[str, Rule]:
    """Rules of their own, by the function's name."""
    from netsheet.convert.torch_module import (
        arithmetic,
        einsum,
        filters,
        joining,
        norms,
        products,
        reading,
        reducing,
    )

    found: dict[str, Rule] = {LAYER: realised}
    for module in (reading, arithmetic, filters, joining, norms, reducing, products, einsum):
        found.update(module.RULES)
    return found


class Translator(Rows):
    """Rows from a trace, in the order of its calls."""

    def __init__(self, trace: Trace) -> None:
        super().__init__(trace.visits[0])
        self.trace = trace
        self.views: dict[int, View] = {}
        self.batch_at: dict[int, int] = {}
        self.lost: dict[int, tuple[int, ...]] = {}
        self.missing: dict[tuple[str, str, str], int] = {}
        self.low_borders: set[int] = set()

    def note(self, what: str, where: str, why: str) -> None:
        """Note something that can't be expressed; what is noted twice is counted."""
        key = (what, where, why)
        self.missing[key] = self.missing.get(key, 0) + 1

    def undo(self, count: int) -> None:
        """Take back the rows from `count` on, and what tensors were by them."""
        if len(self.rows) > count:
            self.views = {key: view for key, view in self.views.items() if view.row < count}
        super().undo(count)

    # What tensors are.

    def batch(self, traced: Traced) -> int:
        """The dimension that is the batch; `NO_BATCH` of what depends on no input."""
        if not traced.varies:
            return NO_BATCH
        first = self.batch_at.get(id(traced))
        if first is None:
            # Of one sample alone, whatever has no axis of 1 in front has no batch.
            alone = self.trace.batch == 1 and traced.shape[:1] != (1,)
            return NO_BATCH if alone else 0
        return first

    def sizes(self, traced: Traced) -> Sizes:
        """A tensor's sizes without its batch."""
        at = self.batch(traced)
        if at == NO_BATCH:
            return traced.shape
        if len(traced.shape) <= at or traced.shape[at] != self.trace.batch:
            raise UnsupportedError("it mixes the batch with other axes")
        return traced.shape[:at] + traced.shape[at + 1 :]

    def axes(self, traced: Traced, dims: int | Sequence[int]) -> tuple[int, ...]:
        """Axes without the batch, for torch's dimensions; UnsupportedError for the batch."""
        count, at = len(traced.shape), self.batch(traced)
        found = []
        for dim in (dims,) if isinstance(dims, int) else dims:
            place = dim % count if count else 0
            if place == at:
                raise UnsupportedError("it goes over the batch, and a sheet is of one sample")
            found.append(place - (0 <= at < place))
        return tuple(found)

    def set(self, traced: Traced, view: View, *, batch: int = 0) -> None:
        """Say what a tensor is."""
        self.held.append(traced)
        self.views[id(traced)] = view
        if batch and traced.varies:
            self.batch_at[id(traced)] = batch

    def view(self, traced: Traced) -> View:
        """What a tensor is; what depends on no input becomes rows now."""
        found = self.views.get(id(traced))
        if found is not None:
            return found
        if id(traced) in self.lost:
            raise UnsupportedError("it reads what mixes the batch with other axes")
        if traced.varies or traced.call is None:
            found = self._unknown(traced) if traced.varies else self.parameter(traced)
        elif any(leaf.trained for leaf in traced.leaves()):
            self.translate(traced.call)
            found = self.views[id(traced)]
        else:
            found = self.parameter(traced)
        self.set(traced, found)
        return found

    def whole(self, traced: Traced) -> View:
        """What a tensor is, with axes stretched to their sizes where they were to be."""
        view, sizes = self.view(traced), self.sizes(traced)
        if view.sizes != sizes and prod(view.sizes) != prod(sizes):
            view = self.stretched(view, sizes, traced)
            self.set(traced, view, batch=self.batch(traced))
        return view

    def _unknown(self, traced: Traced) -> View:
        """A tensor that a call made beside what its rule expressed, such as places of maxima."""
        assert traced.call is not None  # noqa: S101 inputs are known from the start
        name = traced.call.name
        return self.opaque(traced.call, traced, f"no layer kind says what {name} gives here")

    # Calls.

    def run(self) -> None:
        """Every call that depends on an input, in order."""
        for call in self.trace.calls:
            if call.varies or call.name == LAYER:
                self.translate(call)

    def translate(self, call: Call) -> None:
        """Rows of one call; where there are none, an opaque row, and a note of it."""
        if any(id(one) in self.views for one in call.made):
            return
        before = len(self.rows)
        try:
            self._translated(call)
        except (UnsupportedError, RuleError) as error:
            why = error.what if isinstance(error, RuleError) else str(error)
            self.undo(before)
            for one in call.made:
                if id(one) not in self.views:
                    self.opaque(call, one, why)

    def _translated(self, call: Call) -> None:
        """Rows of one call; UnsupportedError or RuleError where there are none."""
        if call.late:
            raise UnsupportedError("it reads a value that was overwritten since")
        rule = rules().get(call.name)
        made = rule(self, call) if rule is not None else self.by_kind(call)
        views = [made] if isinstance(made, View) else list(made)
        for one, view in zip(call.made, views, strict=False):
            self._agree(one, view)
            if id(one) not in self.views:
                self.set(one, view)

    def _agree(self, traced: Traced, view: View) -> None:
        """Refuse a row that gives another shape than torch did."""
        sizes, found = self.sizes(traced), view.sizes
        if found == sizes or (prod(found) == prod(sizes) == 1):
            return
        if len(found) == len(sizes) and all(a in {1, b} for a, b in zip(found, sizes, strict=True)):
            return  # to be stretched where somebody needs all of it
        shown = "×".join(map(str, found))
        raise UnsupportedError(f"its row would give {shown}, and torch gave {sizes}")

    def by_kind(self, call: Call) -> View:
        """A row of the kind that says the call's function."""
        why = f"no layer kind says {call.name}"
        for kind in by_call().get(call.name, ()):
            try:
                return self._row(kind, call)
            except UnsupportedError as error:
                why = str(error)
        raise UnsupportedError(why)

    def _row(self, kind: type[Layer], call: Call) -> View:
        """A row of a kind, made from the call's arguments."""
        args, kwargs = self.operands(call, kind.torch_reads)
        made = from_torch(kind, args, kwargs)
        layer: Any = made.layer
        if call.in_place and getattr(layer, "inplace", None) is False:
            layer = replace(layer, inplace=True)
        return self.made(call, made._replace(layer=layer), kind.torch_reads)

    def operands(
        self, call: Call, reads: str, instead: Mapping[int, Traced] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """A call's arguments as a kind is handed them; `instead` has other tensors for some."""

        def operand(one: Traced) -> Operand:
            return self.operand((instead or {}).get(id(one), one), reads, call.visit)

        kwargs = {
            FUNCTIONALS.get(name, name): replaced(value, operand)
            for name, value in call.kwargs.items()
            if name not in HOW
        }
        return replaced(call.args, operand), kwargs

    def made(self, call: Call, made: Made, reads: str = "plain") -> View:
        """The row of a layer with what it reads and its weights."""
        views = [self._laid(one, reads, call.visit) for one in made.reads]
        given = {name: one.source for name, one in made.weights.items() if one is not None}
        rows = [view.row for view in views]
        layer, weights = self.stored(made.layer, rows, given)
        view = self.add(call.visit, call.name, layer, rows, weights)
        first = views[0]
        if reads == "any":
            return first._replace(row=view.row)
        return view if first.order is None else view.permuted(first.order)

    def stored(
        self, layer: Any, rows: Sequence[int], given: Mapping[str, Traced]
    ) -> tuple[Any, dict[str, Stored]]:
        """A layer's weights among stored tensors, with the shapes that it states.

        UnsupportedError where a tensor isn't stored, or has another size.
        """
        trained = True
        for name, traced in given.items():
            if traced.varies:
                raise UnsupportedError(f"its {name} is computed from the network's input")
            if name == "weight" and not any(leaf.trained for leaf in traced.leaves()):
                trained = False
            elif traced.leaf is None and not viewed(traced):
                raise UnsupportedError(f"its {name} is computed from other stored tensors")
        if not trained:
            if not hasattr(layer, "trained"):
                raise UnsupportedError("its weight is no parameter, and its kind's is one")
            layer = replace(layer, trained=False)
        stated = {w.name: w for w in layer.weights(*(Shape(self.shapes[row]) for row in rows))}
        found = {}
        for name, traced in given.items():
            if name not in stated or prod(stated[name].shape) != prod(traced.shape):
                raise UnsupportedError(f"its {name} has {prod(traced.shape):,} values")
            found[name] = Stored(traced, tuple(map(int, stated[name].shape)))
        return layer, found

    def operand(self, traced: Traced, reads: str, visit: Visit) -> Operand:
        """A tensor as a layer kind is handed it."""
        if not traced.varies and id(traced) not in self.views:
            letters = LETTERS.get(len(traced.shape), "")
            return Operand(traced.shape, letters, NO_BATCH, traced)
        view = self._read(traced, reads, visit)
        letters = view.letters or LETTERS.get(len(view.sizes), "")
        letters = letters if len(letters) == len(view.sizes) else ""
        return Operand(view.sizes, letters, self.batch(traced), traced)

    def _read(self, traced: Traced, reads: str, visit: Visit) -> View:
        """A map as a kind can read it: laid plainly, turned, or however it is."""
        view = self.view(traced) if reads == "any" else self.whole(traced)
        self.sizes(traced)  # refuses where the batch is mixed with other axes
        if reads == "any":
            return view
        if reads == "turned":
            return self.turned(view, visit)
        if self.batch(traced) > 0:
            raise UnsupportedError("its batch stands behind another axis")
        if traced.varies and self.batch(traced) == NO_BATCH:
            raise UnsupportedError("its samples are parts of one")
        return plain(self.at(view, visit), view.sizes)

    def _laid(self, operand: Operand, reads: str, visit: Visit) -> View:
        """The view of an operand that a layer reads; of what is stored, a row by itself."""
        view = self._read(operand.source, reads, visit)
        if reads == "plain" or not view.steps:
            return plain(view.row, self.shapes[view.row])
        return view

    def opaque(self, call: Call, traced: Traced, why: str) -> View:
        """Keep the place of what can't be expressed, and note it."""
        self.note(call.name, call.visit.name or self.trace.name, why)
        reads: dict[int, None] = {}
        for one in call.read():
            reads |= dict.fromkeys(self._rows_behind(one))
        sizes = self._apart(traced)
        if sizes is None:
            self.lost[id(traced)] = tuple(reads)
            self.held.append(traced)
            return plain(0, ())
        rows = tuple(reads) or (0,)
        few = sizes if 1 <= len(sizes) <= MOST else (prod(sizes),)
        kind: Any = find("opaque")
        made = kind(called=call.name.strip("_"), sizes=few)
        view = self.add(call.visit, call.name.strip("_"), made, rows).reshaped(sizes)
        self.set(traced, view, batch=self.batch(traced))
        return view

    def _apart(self, traced: Traced) -> Sizes | None:
        """A tensor's sizes without its batch; None where this is mixed, or there are no values."""
        try:
            sizes = self.sizes(traced)
        except UnsupportedError:
            return None
        return sizes if all(sizes) else None

    def _rows_behind(self, traced: Traced) -> Iterable[int]:
        """The rows that a tensor comes from, wherever its values lie in them."""
        if id(traced) in self.lost:
            return self.lost[id(traced)]
        found = self.views.get(id(traced))
        if found is not None:
            return (found.row,)
        if traced.varies:
            return ()
        return [
            self.parameter(Traced(tuple(leaf.tensor.shape), varies=False, leaf=leaf)).row
            for leaf in traced.leaves()
            if leaf.trained and id(leaf.tensor) not in self.owners
        ]


def from_torch(kind: type[Layer], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Made:
    """The layer that a kind makes of a call's arguments; UnsupportedError if it knows some not."""
    make: Any = kind.from_torch  # type: ignore[attr-defined]  # kinds with torch_calls have it
    try:
        made: Made = make(*args, **kwargs)
    except TypeError as error:
        try:
            signature(make).bind(*args, **kwargs)
        except TypeError:
            known = ", ".join(name for name in kwargs if name not in signature(make).parameters)
            what = f"{kind.kind} has no place for {known or 'one of its arguments'}"
            raise UnsupportedError(what) from error
        raise
    return made
