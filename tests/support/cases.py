"""Pages of cases: under a heading a sheet, and the whole message that it must be answered with.

    ## a misspelt layer

    ```sheet
    | layer |
    …
    ```

    ```text
    row 1: there is no layer …
    ```

Behind `sheet` may stand `csv`, and `variant=NAME`.
"""

import re
from pathlib import Path
from typing import NamedTuple

_CASE = re.compile(
    r"^## (?P<title>[^\n]+)\n\n```sheet(?P<words>[^\n]*)\n(?P<sheet>.*?)^```\n\n```text\n"
    r"(?P<message>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


class Case(NamedTuple):
    """A sheet, how it is read, and what must be said of it."""

    title: str
    sheet: str
    source: str
    variant: str
    message: str


def cases(page: Path) -> list[Case]:
    """The cases of a page; one that can't be read fails, as it would never be checked."""
    text = page.read_text(encoding="utf-8")
    found = [_case(match) for match in _CASE.finditer(text)]
    assert len(found) == text.count("```sheet"), f"{page.name} has a case that can't be read"
    return found


def _case(match: re.Match[str]) -> Case:
    words = match["words"].split()
    variant = next((word.partition("=")[2] for word in words if word.startswith("variant=")), "")
    source = "net.csv" if "csv" in words else "net.md"
    return Case(match["title"], match["sheet"], source, variant, match["message"])
