"""Ctrl-C and its kin: a request to stop, which is met when the step in hand is done.

Requirements met here: the first request lets the step end, so that all can be saved; the second is
obeyed at once.
"""

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self

ASKED = (signal.SIGINT, signal.SIGTERM)


class Interrupt:
    """While inside, Ctrl-C and a polite kill set `asked` instead of stopping the program."""

    def __init__(self) -> None:
        self.asked = 0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in ASKED:
                self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _ask(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 a handler's signature
        if self.asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.asked = number
