"""Names for the parameters of a block, after what they are for.

Requirements met here: `out` is what the block gives; a lone number of filters inside is its
`width`; another attribute that one row has goes by its own name; else the row's name tells them
apart; what may be missing is there `with_` its name; a name is an identifier that means nothing
else in a sheet or in Python.
"""

import re
from collections import Counter
from collections.abc import Sequence
from keyword import iskeyword

from netsheet.fold.solve import Found, Values
from netsheet.layers.registry import key

TAKEN = frozenset(
    {
        "and",
        "or",
        "not",
        "if",
        "else",
        "in",
        "input",
        "inputs",
        "above",
        "yes",
        "no",
        "true",
        "false",
    }
    | {"name", "layer", "from", "then", "repeat", "shares", "x", "none", "nothing"}
    | {"min", "max", "floor", "ceil", "round", "divisible"}
    | {"output", "params", "macs", "ops", "neurons", "memory", "weights", "biases", "buffers"}
    | {"connections", "depth", "kept", "field", "share", "total", "note", "notes"}
    | {"self", "super", "forward"}
)
"""Words that mean something else where a parameter's name stands."""


SHORT = {"sizes": "size"}
"""What one of several numbers of an attribute is called."""


def names_of(found: Sequence[Found], outputs: Values) -> dict[str, str]:
    """A name for each parameter, by its key. outputs: channels of what the block gives, by use."""
    attributes = {each.key: SHORT.get(each.attribute, each.attribute) for each in found}
    counts = Counter(attributes.values())
    wide = [each for each in found if each.attribute == "out" and list(outputs) != each.values]
    names: dict[str, str] = {}
    taken: set[str] = set()
    for each in found:
        if each.attribute == "out" and each not in wide:
            wanted = "out"
        elif wide == [each]:
            wanted = "width"
        elif not each.attribute:
            wanted = f"with_{_clean(each.label)}"
        elif counts[attributes[each.key]] == 1:
            wanted = attributes[each.key]
        elif each.attribute == "out":
            wanted = _clean(each.label)
        else:
            wanted = f"{_clean(each.label)}_{attributes[each.key]}"
        names[each.key] = _beside(wanted, taken)
    return names


def _clean(label: str) -> str:
    """A row's name as an identifier: `3x3reduce` is `n3x3reduce`, `branch2.0` is `branch2_0`."""
    text = re.sub(r"\W+", "_", label.replace("×", "x")).strip("_")
    if not text.isascii() or not text:
        return "p"
    return f"n{text}" if text[0].isdigit() else text


def _beside(wanted: str, taken: set[str]) -> str:
    """The name, with a number behind it where it is taken or means something else."""
    name, number = wanted, 1
    while key(name) in taken or name.casefold() in TAKEN or iskeyword(name):
        number += 1
        name = f"{wanted}_{number}" if wanted[-1].isdigit() else f"{wanted}{number}"
    taken.add(key(name))
    return name
