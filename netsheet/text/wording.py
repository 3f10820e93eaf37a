"""How terms and conditions of a block are written in its cells: `4*width`, `stride ≠ 1`.

Requirements met here: reading a cell gives the term's value in every use of the block.
"""

from netsheet.fold.terms import (
    Axes,
    Condition,
    Constant,
    Holds,
    Is,
    Named,
    Over,
    Several,
    Term,
    Times,
    Turns,
)
from netsheet.text.forms import write_value


def term_text(term: Term) -> str:
    """A term as its cell is written.

    >>> term_text(Times("width", 4)), term_text(Over("kernel", 2, floor=True))
    ('4*width', 'kernel//2')
    """
    match term:
        case Constant(value):
            return write_value(value)
        case Named(name):
            return name
        case Times(name, factor):
            return f"{factor}*{name}"
        case Over(name, divisor, floor):
            return f"{name}{'//' if floor else '/'}{divisor}"
        case Axes(items):
            return "×".join(_axis_text(item) for item in items)
        case Turns(items):
            return " then ".join(map(term_text, items))


def _axis_text(term: Term) -> str:
    """What stands for one axis: a term, or two with a stroke between them."""
    if isinstance(term, Axes):
        return "/".join(map(term_text, term.items))
    if isinstance(term, Constant) and isinstance(term.value, tuple):
        return "/".join(map(str, term.value))
    return f"({term_text(term)})" if isinstance(term, Times) else term_text(term)


def condition_text(condition: Condition) -> str:
    """A condition as the cell `if` is written.

    >>> condition_text(Is(Named("input"), Times("width", 4), equal=False))
    'input ≠ 4*width'
    """
    match condition:
        case Is(left, right, equal):
            return f"{term_text(left)} {'=' if equal else '≠'} {term_text(right)}"
        case Holds(name, yes):
            return name if yes else f"not {name}"
        case Several(parts, every):
            return (" and " if every else " or ").join(map(condition_text, parts))
