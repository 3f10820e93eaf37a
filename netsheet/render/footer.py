"""What stands below a table: totals with their definitions, and totals by part.

Requirements met here: no count without the convention it follows, no memory figure without its
definition and its place, no receptive field without saying of which row.
"""

from collections.abc import Sequence
from typing import NamedTuple

from netsheet.core.convention import MACS, TRAINED
from netsheet.core.graph import OWN
from netsheet.render.units import exact, field, field_exact, percent, short, size
from netsheet.sheet.column import Share
from netsheet.sheet.columns import columns, receptive_field
from netsheet.sheet.columns.receptive_field import Field
from netsheet.sheet.quantities import added_up
from netsheet.sheet.sheet import Sheet

SHOWN = 3
"""Names that a note lists."""


class Fact(NamedTuple):
    """A figure of the whole network: label, at a glance, to the last digit, unit, what it means."""

    label: str
    text: str
    exact: str
    unit: str
    note: str


class Part(NamedTuple):
    """A part of the network: its rows, parameters and multiply-adds, and their shares."""

    name: str
    rows: int
    params: int
    params_share: Share
    macs: int
    macs_share: Share


def parts(sheet: Sheet) -> tuple[Part, ...]:
    """Convolutions, dense layers, and the rest."""
    total = sheet.total
    return tuple(
        Part(
            name,
            part["rows"],
            part["params"],
            Share(part["params"], total.params),
            part["macs"],
            Share(part["macs"], total.macs),
        )
        for name, part in sheet.parts.items()
    )


def facts(sheet: Sheet) -> tuple[Fact, ...]:
    """Every total that is worth a line, with what it means."""
    total = sheet.total
    weights, biases = exact(total.weights), exact(total.biases)
    found = [
        _count("params", total.params, f"what training changes: {weights} weights, {biases} biases")
    ]
    shared = [row for row in sheet.graph.rows if row.shares != OWN]
    if shared:
        owners = dict.fromkeys(sheet.graph.rows[row.shares].name for row in shared)
        names = _some([row.name for row in shared])
        note = f"rows that use the weights of {_some(list(owners))}, counted there once: {names}"
        found.append(_count("shared", len(shared), note))
    if sheet.graph.unused:
        values = sum(sheet.facts[place].values for place in sheet.graph.unused)
        names = _some([sheet.graph.rows[place].name for place in sheet.graph.unused])
        note = f"counted, for they are stored, but no row reads them: {names}"
        found.append(_count("unused", values, note))
    if total.buffers:
        found.append(_count("buffers", total.buffers, columns()["buffers"].meaning))
    found.append(_count("macs", total.macs, MACS.sentence + _products(sheet)))
    unknown = [row.name for row in sheet.graph.rows if row.layer.family == "opaque"]
    if unknown:
        note = f"rows whose multiply-adds are not known, and not in the totals: {_some(unknown)}"
        found.append(_count("opaque", len(unknown), note))
    if sheet.convention.params != TRAINED:
        found.append(_by_terms(sheet, "counted_params", total.counted_params))
    elif sheet.convention.name != MACS.name:
        found.append(_by_terms(sheet, "ops", total.ops))
    found += [
        _bytes("memory", total.memory, f"peak, at {peak(sheet)}: {sheet.memory.sentence}"),
        _bytes("kept", total.kept, "what training keeps for the backward pass of one sample"),
        _count("neurons", total.neurons, columns()["neurons"].meaning),
        _count("depth", total.depth, "weighted layers (convolutions, dense) on the longest way"),
    ]
    if total.receptive_field.axes:
        found.append(_seen(sheet, total.receptive_field))
    return tuple(found)


def _products(sheet: Sheet) -> str:
    """What else multiplies and adds: products of maps, as in attention."""
    rows = zip(sheet.facts, sheet.graph.rows, strict=True)
    macs = sum(facts.macs for facts, row in rows if row.layer.family == "matmul")
    return f"; {exact(macs)} of products of two maps are in it" if macs else ""


def _by_terms(sheet: Sheet, column: str, value: int) -> Fact:
    """A count by the convention in use: what it counts, and, of several terms, their sums."""
    convention = sheet.convention
    terms = convention.terms if column == "ops" else convention.params
    added = added_up(sheet, terms, 0, len(sheet.graph.rows) - 1)
    sums = [
        f"{exact(count)} {word}" if each == 1 else f"{exact(each)}·{exact(count)} {word}"
        for (word, each), count in added.items()
    ]
    shown = f"; {' + '.join(sums)}" if len(sums) > 1 else ""
    return _count(convention.name, value, f"{convention.sentence}{shown}")


def peak(sheet: Sheet) -> str:
    """The row that runs while the most memory is held; of several, the first."""
    held = sheet.column("memory")
    return sheet.graph.rows[held.index(sheet.total.memory)].name


def last_map(sheet: Sheet) -> str:
    """The line whose field stands for the network's: the last map with more than one position."""
    place = receptive_field.last_map(sheet)
    return next(node.name for node in sheet.graph.outline if node.first <= place <= node.last)


def _seen(sheet: Sheet, value: Field) -> Fact:
    """The receptive field of the last map, and how much of the input that is."""
    of = "×".join(map(str, value.of))
    shares = [percent(Share(side, n)) for side, n in zip(value.size, value.of, strict=True)]
    relative = shares[0] if len(set(shares)) == 1 else " × ".join(shares)
    bound = "" if value.exact else "at most "
    where = f"{last_map(sheet)}, the last map with more than one position"
    note = f"what one value of {where}, sees: {bound}{relative} of {of}"
    if value.whole:
        note += "; all of the input"
    return Fact("field", field(value), field_exact(value), "pixels", note)


def _count(label: str, value: int, note: str) -> Fact:
    return Fact(label, short(value), exact(value), "", note)


def _some(names: Sequence[str]) -> str:
    """The first few of some names, and how many more there are."""
    shown = ", ".join(names[:SHOWN])
    return shown if len(names) <= SHOWN else f"{shown} and {len(names) - SHOWN} more"


def _bytes(label: str, value: int, note: str) -> Fact:
    return Fact(label, size(value), f"{exact(value)} B", "bytes", note)
