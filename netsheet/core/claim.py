"""Claims: what a text says about a computed cell, kept with its place."""

from typing import NamedTuple

from netsheet.core.span import Span


class Claim(NamedTuple):
    """A filled computed cell: row (empty for the total), column, text as printed, and place.

    heading: what stands above the cell, for it may hold the unit: `GFLOPs`.
    """

    row: str
    column: str
    text: str
    span: Span
    heading: str = ""
