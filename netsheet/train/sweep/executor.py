"""Where trials are computed: what an executor is, found by folder.

Requirements met here: an executor is anything with `submit` in the sense of `concurrent.futures`;
one is known as soon as its file lies in `executors/`; what it needs is imported when it is used.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from netsheet.core.errors import ChoiceError

if TYPE_CHECKING:
    from concurrent.futures import Future

FOLDER = Path(__file__).with_name("executors")


class Submits(Protocol):
    """What trials are handed to."""

    def submit(self, work: Callable[..., Any], /, *given: Any) -> "Future[Any]":
        """Compute `work(*given)` somewhere, some time."""


class Executor(NamedTuple):
    """A way of computing trials.

    open: takes how many at once (None: as many as makes sense) and an address, empty for none.
    """

    name: str
    meaning: str
    open: Callable[[int | None, str], AbstractContextManager[Submits]]


@cache
def names() -> tuple[str, ...]:
    """What executors there are."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__"))


def find(text: str) -> tuple[Executor, str]:
    """`processes`, or `dask:tcp://host:8786` with an address; ChoiceError with what there is."""
    name, _, address = text.partition(":")
    if name not in names():
        raise ChoiceError(f'there is no executor "{name}"\n  there are {", ".join(names())}')
    found: Executor = import_module(f"netsheet.train.sweep.executors.{name}").EXECUTOR
    return found, address
