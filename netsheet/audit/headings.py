"""What a table's heading says: the column that its cells claim, and the unit they are in.

Requirements met here: headings of papers and READMEs are known (`Params (M)`, `GFLOPs`,
`Million Mult-Adds`); a heading that is not surely one of these is none.
"""

import re
from functools import cache

from netsheet.layers.registry import key
from netsheet.sheet.columns import headings as computed

_IN = re.compile(r"[(\[]\s*(?:in\s+)?(?P<unit>[^()\[\]]*?)\s*[)\]]|[,_ ]+in\s+(?P<after>\w+)\s*$")
_UNITS = {
    "k": 1,
    "thousands": 1,
    "thousand": 1,
    "m": 2,
    "million": 2,
    "millions": 2,
    "mio": 2,
    "g": 3,
    "b": 3,
    "bn": 3,
    "billion": 3,
    "billions": 3,
    "×10^6": 2,
    "×10^9": 3,
    "10^6": 2,
    "10^9": 3,
}
_LEADING = re.compile(
    r"(?P<unit>[KMGT])(?=flops?\b|mac|madd|params?\b|ops\b|multi?-?add)|(?P<word>thousand|million|billion)s?\s+(?:of\s+)?",
    re.IGNORECASE,
)
_MORE = {
    "macs": "macs",
    "mac": "macs",
    "multadd": "macs",
    "multadds": "macs",
    "flops": "ops",
    "flop": "ops",
    "maddscpu": "macs",
    "mult-adds": "macs",
    "mmadds": "macs",
    "paramcount": "params",
    "paramscount": "params",
    "numparams": "params",
    "nparams": "params",
    "noofparameters": "params",
    "파라미터": "params",
    "파라미터수": "params",
    "연산량": "ops",
    "depth": "depth",
    "layers": "depth",
}
"""Further spellings, normalised, that only tables of networks use."""


@cache
def unit_of(heading: str) -> tuple[int, ...]:
    """What the cells below a heading are counted in: (1,) if it says nothing.

    >>> unit_of("Params (M)"), unit_of("GFLOPs"), unit_of("params")
    ((1000000, 1048576), (1000000000, 1073741824), (1,))
    """
    found = _IN.search(heading)
    if found:
        text = (found["unit"] or found["after"] or "").casefold()
        words = re.sub(r"[^\w×^]+", " ", text).split()
        powers = [_UNITS[word] for word in words if word in _UNITS]
        if powers:
            return _powers(powers[0])
    leading = _LEADING.match(heading.strip().lstrip("#"))
    if leading:
        return _powers(_UNITS[(leading["unit"] or leading["word"]).casefold()])
    return (1,)


def _powers(power: int) -> tuple[int, ...]:
    return (1000**power, 1024**power)


@cache
def column_of(heading: str) -> str:
    """The computed column that a heading of a table of networks names; empty if none."""
    bare = _IN.sub("", heading).strip().strip("*_`").lstrip("#").strip()
    known = computed()
    for text in (heading, bare, _LEADING.sub("", bare, count=1)):
        name = _MORE.get(key(text)) or known.get(key(text))
        if name:
            return name
    return ""
