"""What a layer kind can't do, said with its reason instead of a method."""

from typing import Any, NamedTuple

from netsheet.core.errors import UnsupportedError


class Absent(NamedTuple):
    """Stands where a method would; called, it refuses with its reason."""

    reason: str

    def __call__(self, *given: Any, **named: Any) -> Any:  # noqa: ARG002 whatever it is asked
        """UnsupportedError, always."""
        raise UnsupportedError(self.reason)


def absent(reason: str) -> Any:
    """Say that a kind has no such method, and why.

    >>> absent("no operator does that")()
    Traceback (most recent call last):
    netsheet.core.errors.UnsupportedError: no operator does that
    """
    return Absent(reason)
