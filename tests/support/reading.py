"""Reading texts in tests: what is said of a wrong one, and a bound on how long it may take."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

import pytest

from netsheet.core.errors import ChoiceError, NetsheetError, TableError
from netsheet.sheet.columns import headings
from netsheet.text.read import Reading, read

BOUND_S = 10
"""A net for what takes for ever, not a benchmark: reading takes far less, whatever the text.

It is the process's own time, so that a busy machine doesn't matter.
"""


def read_sheet(text: str, *, source: str = "net.md", variant: str = "") -> Reading:
    """Read a text with the computed columns that netsheet has."""
    return read(text, source=source, computed=headings(), variant=variant)


def said(text: str, *, source: str = "net.md", variant: str = "") -> str:
    """The whole message about a text that is wrong; a text that reads well fails the test."""
    with pytest.raises(NetsheetError) as caught:
        read_sheet(text, source=source, variant=variant)
    assert isinstance(caught.value, TableError | ChoiceError), type(caught.value)
    return str(caught.value)


@contextlib.contextmanager
def bounded(seconds: float = BOUND_S) -> Iterator[None]:
    """Fail what computes longer, wherever it hangs; where there are no alarms, wait."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 as signals call it
        raise AssertionError(f"it took more than {seconds} s")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
