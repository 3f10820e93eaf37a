"""Weights for a network from a file: matched, read, and checked.

Requirements met here: all that does not fit is told at once, with all that does, before anything
is changed; only tensors that have a place are read; what a value can't be, and what is odd about
values, is said.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from netsheet.core.errors import FileError
from netsheet.core.graph import Graph
from netsheet.weights.files import read, unreadable
from netsheet.weights.fit import Change
from netsheet.weights.match import match
from netsheet.weights.report import SHOWN, Given, Match, Report
from netsheet.weights.table import Entry


class Taken(NamedTuple):
    """Weights by the names of the rows, `conv1.weight`, as numpy's arrays; and the report."""

    weights: dict[str, Any]
    report: Report


def take(graph: Graph, path: str | Path) -> Taken:
    """A network's weights from a file of .pth, .pt, .safetensors, .npz or .onnx.

    FileError says why a file can't be read, or is the whole report where it does not fit;
    RuleError says where a layer refuses its input.
    """
    report = match(graph, read(path))
    doubts = [*report.doubts, *_dropped(report)]
    report = replace(report, doubts=tuple(doubts))
    if not report.fits:
        raise FileError(report.text().rstrip(), path=report.path)
    weights = {made.slot.name: _value(report, made) for made in report.matches}
    weights |= {each.slot.name: _constant(each) for each in report.given}
    return Taken(weights, replace(report, odd=tuple(_odd(weights))))


def _dropped(report: Report) -> Iterator[str]:
    """Biases of the file that the network has no place for, and that are not 0."""
    rows = {made.entry.told_module: made.slot for made in report.matches}
    for entry in report.left:
        slot = rows.get(entry.told_module)
        if slot is None or entry.told_role != "bias":
            continue
        if entry.size > slot.size or _load(report, entry).any():
            yield f"{entry.name} is not 0, and {slot.row} has no bias"


def _load(report: Report, entry: Entry) -> Any:  # noqa: ANN401 numpy's array
    """A tensor's values; FileError if the file doesn't hold what it says."""
    try:
        value = entry.load()
    except FileError:
        raise
    except Exception as error:  # a hostile file can make a reader raise anything
        raise unreadable(report.path, f"{entry.name}: {error}") from error
    if tuple(value.shape) != entry.shape:
        raise unreadable(report.path, f"{entry.name} is not of the shape that is told")
    return value


def _value(report: Report, made: Match) -> Any:  # noqa: ANN401 numpy's array
    """A tensor as its place wants it."""
    import numpy as np

    value = _load(report, made.entry)
    if made.change is Change.TURNED:
        value = value.T
    kind = np.int64 if made.slot.is_counter else np.float32
    with np.errstate(over="ignore"):  # it is told below
        return np.ascontiguousarray(value, dtype=kind).reshape(made.slot.shape)


def _constant(given: Given) -> Any:  # noqa: ANN401 numpy's array
    """The value of a place that the file leaves out."""
    import numpy as np

    return np.full(given.slot.shape, given.value, np.int64 if given.slot.is_counter else np.float32)


def _odd(weights: Mapping[str, Any]) -> Iterator[str]:
    """What is odd about values: NaN, infinities, variances below 0."""
    import numpy as np

    tests: dict[str, Callable[[str, Any], Any]] = {
        "NaN": lambda _, value: np.isnan(value),
        "infinite values": lambda _, value: np.isinf(value),
        "variances below 0": lambda name, value: (value < 0) & name.endswith("running_var"),
    }
    for words, test in tests.items():
        counts = {name: int(np.count_nonzero(test(name, value))) for name, value in weights.items()}
        found = [f"{count:,} in {name}" for name, count in counts.items() if count]
        if found:
            more = f" and {len(found) - SHOWN} more tensors" if len(found) > SHOWN else ""
            yield f"it holds {words}: {', '.join(found[:SHOWN])}{more}"
