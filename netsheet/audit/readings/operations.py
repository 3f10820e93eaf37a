"""Multiply-adds and operations: one or two each, with what else is counted, and as tools count."""

from collections.abc import Iterator
from functools import cache

from netsheet.audit.reading import Counting, Grounds, Reading
from netsheet.audit.readings import Reader
from netsheet.core.convention import PART_TERMS, Term
from netsheet.sheet.tools import tools

_ONE, _TWO = Term("multiply-adds"), Term("multiply-adds", 2)
_BIASES = PART_TERMS["bias"]


@cache
def countings() -> tuple[Counting, ...]:
    """Every way of counting operations, the plainest first."""
    own = (
        Counting((), (_ONE,), 0),
        Counting(("two per multiply-add",), (_TWO,), 1),
        Counting(("biases counted",), (_ONE, _BIASES), 1),
        Counting(("dense layers left out",), (Term("multiply-adds", but=("dense",)),), 1),
        Counting(
            ("two per multiply-add", "dense layers left out"),
            (Term("multiply-adds", 2, but=("dense",)),),
            2,
        ),
        Counting(("two per multiply-add", "biases counted"), (_TWO, _BIASES), 2),
    )
    others = tuple(
        Counting((f"as {name} counts",), rule.terms, 2, tool=True)
        for name, rule in tools().items()
        if len(rule.terms) > 1
    )
    return (*own, *others)


def readings(grounds: Grounds, row: str, column: str) -> Iterator[Reading]:  # noqa: ARG001 one signature for all
    """Every way of counting a row's operations."""
    return grounds.counts(countings(), row)


READER = Reader(("macs", "ops"), readings)
