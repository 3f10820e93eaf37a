"""The shape of an input as people write it, channels first; and what looks like another order.

Requirements met here: 224×224×3 and 28×28, where channels seem to stand last or to be missing,
are refused with what to write instead, and with what to write if they are meant; what is written
here is read back as it is.
"""

import re

from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape

_ORDER = re.compile(r"\(\s*C\s*[×xX*].{0,20}\)$", re.IGNORECASE)
_LETTERS = {0: "C", 1: "C×L", 2: "C×H×W", 3: "C×D×H×W"}

FEW = 4
"""Up to so many, equal numbers may well be channels and a size."""

COLOURS = 3


def read_shape(text: str) -> Shape:
    """A shape from its cell; `(C×H×W)` behind it says that it is meant as it stands."""
    match = _ORDER.search(text)
    if match is not None:
        return Shape.parse(text[: match.start()])
    shape = Shape.parse(text)
    check_order(shape, text)
    return shape


def check_order(shape: Shape, text: str = "") -> None:
    """Refuse a shape whose channels seem to stand last or to be missing.

    text: the shape as it is written, to show how to write it if it is meant.
    """
    instead = _seems(shape)
    if not instead:
        return
    size = f"{shape[1]}×{shape[2]} pixels" if shape.rank == 2 else f"length {shape[1]}"  # noqa: PLR2004 a picture
    meant = f"; if it is meant, write {text} ({_LETTERS[shape.rank]})" if text else ""
    raise RuleError(
        f"{shape} would be {shape[0]} channels of {size}",
        hint=f"shapes are written channels first: {instead}{meant}",
        attribute="output",
    )


def _seems(shape: Shape) -> str:
    """What a shape was probably meant to be; empty for one that is as it should be."""
    if shape.rank not in {1, 2} or min(shape[:2]) <= FEW:
        return ""
    first, second, *rest = shape
    if rest == [COLOURS] or (rest == [1] and first == second):
        return f"{rest[0]}×{first}×{second}"
    if not rest and first == second:
        return f"1×{shape} for grey pictures, 3×{shape} for coloured ones"
    return ""


def shape_text(shape: Shape) -> str:
    """A shape as it is written so that it is read back."""
    return f"{shape} ({_LETTERS[shape.rank]})" if _seems(shape) else str(shape)
