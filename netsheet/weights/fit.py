"""Whether a tensor of a file fits a place, and what must be done to it for that.

Requirements met here: a matrix is turned, or read as a kernel, only where its shape leaves no
doubt; a map that is laid flat in another order is never taken as if it were ours.
"""

from collections.abc import Iterable
from enum import StrEnum
from math import prod

from netsheet.weights.slots import Slot
from netsheet.weights.table import Entry


class Change(StrEnum):
    """What is done to a tensor so that it fits."""

    NONE = ""
    TURNED = "turned"
    RESHAPED = "read as another shape"


class Turning(StrEnum):
    """How a file keeps its matrices."""

    OURS = "outputs × inputs"
    TURNED = "inputs × outputs"
    BOTH = "both ways"
    UNKNOWN = "unknown"


def change(slot: Slot, entry: Entry, turning: Turning) -> Change | None:
    """What must be done to a tensor to fit a place; None if it doesn't fit."""
    shape = entry.shape
    if slot.family == "dense" and len(shape) == len(slot.shape) == 2:  # noqa: PLR2004 a matrix
        return _matrix(slot, entry, turning)
    if shape == slot.shape:
        return Change.NONE
    if prod(shape) != prod(slot.shape) or not shape or not slot.shape:
        return Change.RESHAPED if prod(shape) == prod(slot.shape) else None
    if _without_ones(shape) == _without_ones(slot.shape):
        return Change.RESHAPED
    if slot.laid is not None and shape == (slot.shape[0], *slot.laid):
        return Change.RESHAPED
    return None


def _matrix(slot: Slot, entry: Entry, turning: Turning) -> Change | None:
    """A dense layer's weight, as it is or turned."""
    ours = entry.shape == slot.shape
    theirs = entry.shape == slot.shape[::-1]
    if entry.turned is not None:
        return (
            (Change.TURNED if theirs else None) if entry.turned else (Change.NONE if ours else None)
        )
    if ours and (not theirs or turning is not Turning.TURNED):
        return Change.NONE
    return Change.TURNED if theirs else None


def turning(slots: Iterable[Slot], entries: Iterable[Entry]) -> Turning:
    """How a file keeps its matrices, by those that fit in one way only, and by Keras' names."""
    dense = {slot.shape for slot in slots if slot.family == "dense"}
    matrices = [entry for entry in entries if len(entry.shape) == 2]  # noqa: PLR2004 a matrix
    ours = any(e.shape in dense and e.shape[::-1] not in dense for e in matrices)
    theirs = any(
        (e.shape[::-1] in dense and e.shape not in dense) or e.last == "kernel" for e in matrices
    )
    if ours and theirs:
        return Turning.BOTH
    if not ours and not theirs:
        return Turning.UNKNOWN
    return Turning.OURS if ours else Turning.TURNED


def doubt(slot: Slot, entry: Entry, made: Change, turning: Turning) -> str:
    """Why a fit is not sure after all; empty where it is."""
    if slot.family != "dense" or entry.turned is not None:
        return ""
    if made is Change.TURNED and slot.laid is not None:
        return f"it is turned, as Keras keeps it, which lays {slot.laid} flat in another order"
    if turning is Turning.BOTH and entry.shape == entry.shape[::-1]:
        return "it is square, and the file keeps matrices both ways round"
    return ""


def _without_ones(shape: Iterable[int]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)
