"""Lines of Python as `ruff format` leaves them, 88 columns wide.

Requirements met here: what fits stays on one line; a call that doesn't is opened, first with all
its arguments on one line, then with a line each; a remark behind code never makes it too long.
"""

from collections.abc import Sequence
from typing import NamedTuple

WIDTH = 88
INDENT = "    "


class Call(NamedTuple):
    """Something in brackets: `nn.Conv2d(` … `)`; a literal, `[` … `]`, is opened a line each."""

    opening: str
    items: tuple["Code", ...]
    closing: str = ")"
    literal: bool = False


class Sum(NamedTuple):
    """Terms with one operator between them: `x + y`."""

    operator: str
    terms: tuple["Code", ...]
    opening: str = ""
    """What stands before it: `name=`."""


Code = str | Call | Sum


def flat(code: Code) -> str:
    """Code on one line."""
    if isinstance(code, str):
        return code
    if isinstance(code, Sum):
        return code.opening + f" {code.operator} ".join(map(flat, code.terms))
    items = [flat(item) for item in code.items]
    lone = code.literal and code.closing == ")" and len(items) == 1
    return f"{code.opening}{', '.join(items)}{',' if lone else ''}{code.closing}"


def named(name: str, code: Code) -> Code:
    """Code as the value of an argument or a variable: `name=…`, `name = …`."""
    if isinstance(code, str):
        return name + code
    return code._replace(opening=name + code.opening)


def lines(code: Code, depth: int, *, after: str = "", remark: str = "") -> list[str]:
    """Code as lines, `depth` levels in; `after` stands behind it, then a remark."""
    behind = f"  # {remark}" if remark else ""
    margin = INDENT * depth
    whole = f"{margin}{flat(code)}{after}"
    if len(whole + behind) <= WIDTH:
        return [whole + behind]
    if len(whole) <= WIDTH or isinstance(code, str) or (isinstance(code, Call) and not code.items):
        above = [f"{margin}# {remark}"] if remark else []
        return [*above, whole]
    opened = _opened(code, depth, after)
    if len(opened[-1] + behind) <= WIDTH:
        return [*opened[:-1], opened[-1] + behind]
    return [f"{margin}# {remark}", *opened] if remark else opened


def _opened(code: Call | Sum, depth: int, after: str) -> list[str]:
    """Code on several lines."""
    margin, inner = INDENT * depth, INDENT * (depth + 1)
    if isinstance(code, Sum):
        terms = [lines(term, depth + 1) for term in code.terms]
        found = [f"{margin}{code.opening}("]
        for place, term in enumerate(terms):
            first = term[0].removeprefix(inner)
            found += [inner + (f"{code.operator} {first}" if place else first), *term[1:]]
        return [*found, f"{margin}){after}"]
    together = inner + ", ".join(map(flat, code.items))
    if not code.literal and len(together) <= WIDTH:
        return [f"{margin}{code.opening}", together, f"{margin}{code.closing}{after}"]
    found = [f"{margin}{code.opening}"]
    lone = len(code.items) == 1 and not code.literal
    for item in code.items:
        found += lines(item, depth + 1, after="" if lone else ",")
    return [*found, f"{margin}{code.closing}{after}"]


def paragraph(text: str, depth: int, *, first: int = 0) -> list[str]:
    """Prose as lines; `first` columns of the first line are taken."""
    import textwrap

    margin = INDENT * depth
    wrapped = textwrap.wrap(" " * first + text, WIDTH - len(margin), break_on_hyphens=False)
    return [margin + line for line in wrapped]


def docstring(paragraphs: Sequence[str], depth: int) -> list[str]:
    """A docstring: its first paragraph on the line of the quotes, where that is all of it."""
    margin = INDENT * depth
    if len(paragraphs) == 1 and len(margin + paragraphs[0]) + 6 <= WIDTH:
        return [f'{margin}"""{paragraphs[0]}"""']
    first, *others = paragraphs
    text = paragraph(first, depth, first=3)
    found = [f'{margin}"""{text[0].strip()}', *text[1:]]
    for each in others:
        block = each.startswith(INDENT)
        found += ["", *([margin + each] if block else paragraph(each, depth))]
    return [*found, f'{margin}"""']
