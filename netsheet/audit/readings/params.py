"""Parameters: with or without biases, batch norm, dense layers; its statistics counted in."""

from collections.abc import Iterator

from netsheet.audit.reading import Counting, Grounds, Reading
from netsheet.audit.readings import Reader
from netsheet.core.convention import Term

WEIGHTED = ("conv", "dense")
_ALL = Term("trained values")
_STATISTICS = Term("running statistics")
_LACKED = Term("biases that its convolutions lack")

COUNTINGS = (
    Counting((), (_ALL,), 0),
    Counting(("biases left out",), (Term("weights", of=WEIGHTED),), 1),
    Counting(("batch norm left out",), (Term("trained values", but=("norm",)),), 1),
    Counting(("dense layers left out",), (Term("trained values", but=("dense",)),), 1),
    Counting(("dense layers alone",), (Term("trained values", of=("dense",)),), 2),
    Counting(("batch norm counted with four values a channel",), (_ALL, _STATISTICS), 1),
    Counting(("biases left out", "dense layers left out"), (Term("weights", of=("conv",)),), 2),
    Counting(("a bias counted for every convolution",), (_ALL, _LACKED), 2),
    Counting(
        ("batch norm counted with four values a channel", "a bias for every convolution"),
        (_ALL, _STATISTICS, _LACKED),
        2,
    ),
)


def readings(grounds: Grounds, row: str, column: str) -> Iterator[Reading]:  # noqa: ARG001 one signature for all
    """Every way of counting a row's parameters."""
    return grounds.counts(COUNTINGS, row)


READER = Reader(("params", "counted_params"), readings)
