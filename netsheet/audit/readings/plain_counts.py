"""Columns counted in one way, or nearly so: weights, biases, buffers, connections, neurons."""

from collections.abc import Iterator

from netsheet.audit.reading import Counting, Grounds, Reading
from netsheet.audit.readings import Reader
from netsheet.core.convention import Term

_WEIGHTED = ("conv", "dense")
_OUTPUTS = Term("outputs", of=_WEIGHTED)
_PRODUCTS = Term("multiply-adds")

COUNTINGS = {
    "weights": (
        Counting((), (Term("weights"),), 0),
        Counting(("biases counted",), (Term("trained values"),), 1),
    ),
    "biases": (Counting((), (Term("biases"),), 0),),
    "connections": (
        Counting((), (_PRODUCTS, Term("bias additions")), 0),
        Counting(("biases left out",), (_PRODUCTS,), 1),
    ),
    "neurons": (
        Counting((), (_OUTPUTS,), 0),
        Counting(("pools counted",), (_OUTPUTS, Term("outputs", of=("max pool",))), 1),
    ),
    "buffers": (Counting((), (Term("running statistics"),), 0),),
}


def readings(grounds: Grounds, row: str, column: str) -> Iterator[Reading]:
    """The column's own count, and what it may be taken for."""
    return grounds.counts(COUNTINGS[column], row)


READER = Reader(tuple(COUNTINGS), readings)
