"""Errors that a person can cause. A bug of ours is none of these, and is never caught.

Requirements met here: each error carries fields, not only a string; it says what is wrong,
where, which sum failed, and what to try; all problems of one table come at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from netsheet.core.span import Span, printable


class NetsheetError(Exception):
    """Something in the input is at fault, and the message says what to do about it.

    A message may quote the input, and yet nothing in it steers the terminal that shows it.
    """

    def __str__(self) -> str:
        return printable(super().__str__())


class RuleError(NetsheetError):
    """A layer refuses its input: `what` in words, `sums` that failed, `hint` on what to try.

    `attribute` names the layer's attribute that is at fault, if one is, so that a table can
    point at its cell.
    """

    def __init__(
        self, what: str, *, sums: Sequence[str] = (), hint: str = "", attribute: str = ""
    ) -> None:
        self.what = what
        self.sums = tuple(sums)
        self.hint = hint
        self.attribute = attribute
        super().__init__(what)

    def __str__(self) -> str:
        hint = [f"  {self.hint}"] if self.hint else []
        return printable("\n".join([self.what, *(f"  {line}" for line in self.sums), *hint]))


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a text: what, where, the failed sums, what was known, what to try."""

    what: str
    span: Span | None = None
    sums: tuple[str, ...] = ()
    hint: str = ""
    known: str = ""

    def __str__(self) -> str:
        """All parts, a line or more each."""
        parts = [self.what]
        if self.span is not None:
            parts.append(self.span.show())
        parts += [f"  {line}" for line in (*self.sums, self.known, self.hint) if line]
        return printable("\n".join(parts))


class TableError(NetsheetError):
    """A text does not describe a network; `problems` lists everything that is wrong with it."""

    SHOWN = 50
    MOST = 500
    """With so many problems a text is read no further."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__()

    def __str__(self) -> str:
        shown = [str(problem) for problem in self.problems[: self.SHOWN]]
        more = len(self.problems) - self.SHOWN
        if more > 0:
            stopped = "; reading stopped there" if len(self.problems) >= self.MOST else ""
            shown.append(f"and {more:,} more problem{'s' * (more > 1)}{stopped}")
        return "\n\n".join(shown)


class CellError(NetsheetError):
    """A cell's text can't mean what its place asks for; the reader notes it with its place.

    what: in words. hint: what to try. sums: the sum that failed. piece: the part of the text that
    is at fault, empty for all of it.
    """

    def __init__(
        self, what: str, hint: str = "", *, sums: Sequence[str] = (), piece: str = ""
    ) -> None:
        self.what = what
        self.hint = hint
        self.sums = tuple(sums)
        self.piece = piece
        super().__init__(what)

    @classmethod
    def of(cls, error: RuleError) -> "CellError":
        """A layer's refusal as a cell's."""
        return cls(error.what, error.hint, sums=error.sums)


class UnknownError(CellError):
    """A cell needs a value that is not known: what is at fault was noted before."""

    def __init__(self) -> None:
        super().__init__("it needs a number that is not known")


class RefusedError(NetsheetError):
    """A row can't be made, and why is noted already: a signal inside the reader."""


class EnoughError(NetsheetError):
    """So many rows were read that reading ends, which is noted: a signal inside the reader."""


class TooMuchError(NetsheetError):
    """Arithmetic in a text that grows beyond all use, or is nested too deep: a signal inside."""


class UnsupportedError(NetsheetError):
    """A converter or a realisation met something that it cannot express."""


class ChoiceError(NetsheetError):
    """A name that is not there: an unknown network, row, column, format or convention."""


class FileError(NetsheetError):
    """A file that can't be read or written: `path`, and why."""

    def __init__(self, message: str, *, path: str | Path | None = None) -> None:
        self.path = path
        super().__init__(message)


class PictureError(FileError):
    """A picture that can't be used: `path`, and why."""


@dataclass(slots=True)
class Problems:
    """Problems collected while reading, raised together at the end.

    One thing wrong at one place is noted once, however often its row is read; when there are
    more than anyone would look at, reading ends.
    """

    found: list[Problem] = field(default_factory=list)
    seen: set[tuple[str, Span | None]] = field(default_factory=set)

    def add(
        self,
        what: str,
        span: Span | None = None,
        *,
        sums: Sequence[str] = (),
        known: str = "",
        hint: str = "",
    ) -> None:
        """Note one problem and read on; TableError once there are too many."""
        if (what, span) in self.seen:
            return
        self.seen.add((what, span))
        self.found.append(Problem(what, span, tuple(sums), hint, known))
        if len(self.found) >= TableError.MOST:
            self.check()

    def check(self) -> None:
        """Raise `TableError` with everything found, if anything was."""
        if self.found:
            raise TableError(
                sorted(self.found, key=lambda p: (p.span.line, p.span.start) if p.span else (0, 0))
            )
