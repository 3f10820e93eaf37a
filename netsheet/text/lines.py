"""A text as lines, bounded: what is too large or no text at all is refused before it is parsed.

Requirements met here: a byte order mark and any line ending are fine; size and number of lines
are bounded, so that reading takes bounded time and memory, whatever the file.
"""

import re

from netsheet.core.errors import Problems
from netsheet.core.span import Span, shorten

LARGEST = 2_000_000
MOST_LINES = 30_000
LONGEST_LINE = 20_000

_NONE = re.compile("[\0\ud800-\udfff]")
"""What no text holds: NULs and halves of characters."""


def bounded_lines(text: str, source: str, problems: Problems) -> list[str]:
    """The lines of a text, or none with a problem noted if it is too large to be a sheet."""
    if len(text) > LARGEST:
        problems.add(
            f"{shorten(source)} has {len(text):,} characters",
            hint=f"a sheet has at most {LARGEST:,}; is this the right file?",
        )
        return []
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MOST_LINES:
        problems.add(
            f"{shorten(source)} has {len(lines):,} lines",
            hint=f"a sheet has at most {MOST_LINES:,}; repeats and blocks say more in fewer",
        )
        return []
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            problems.add(
                f"line {number} has {len(line):,} characters",
                Span(source, number, 0, 1, line),
                hint=f"a line has at most {LONGEST_LINE:,}",
            )
            return []
        none = _NONE.search(line)
        if none is not None:
            place = none.start()
            problems.add(
                f"line {number} holds a character that is none, U+{ord(line[place]):04X}",
                Span(source, number, place, place + 1, line),
                hint="this is no text; is this the right file?",
            )
            return []
    return lines
