"""This process, one trial after the other: for a GPU, and for looking closely."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from netsheet.core.errors import ChoiceError
from netsheet.train.sweep.executor import Executor, Submits


class Here:
    """Computes what is submitted at once."""

    def submit(self, work: Callable[..., Any], /, *given: Any) -> "Future[Any]":
        """A future that is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(work(*given))
        except Exception as error:  # noqa: BLE001 a future carries whatever was raised
            future.set_exception(error)
        return future


@contextmanager
def open_here(workers: int | None, address: str) -> Iterator[Submits]:
    """One trial at a time."""
    if address or (workers or 1) > 1:
        raise ChoiceError("the executor `here` is this process: one worker, no address")
    yield Here()


EXECUTOR = Executor("here", "this process, one after the other", open_here)
