"""Every layer kind, found by folder in sorted order, and the words that stand for it.

Requirements met here: a kind is known as soon as its file lies here; two kinds that claim one
word are refused, naming both files; words are normalised before they are compared.
"""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path

from netsheet.core.errors import ChoiceError
from netsheet.layers.base import Layer


def key(word: str) -> str:
    """A word as it is compared: small letters and digits only (`Max-Pool` is `maxpool`).

    >>> key("Max-Pooling 2D"), key("×")
    ('maxpooling2d', '×')
    """
    text = word.casefold().replace("×", "x")
    kept = re.sub(r"[\s_\-./()]+", "", text)
    return "×" if word.strip() == "×" else kept


def gather(kinds: Iterable[type[Layer]]) -> dict[str, type[Layer]]:
    """Kinds by every word that stands for them; ChoiceError if two claim one word."""
    found: dict[str, type[Layer]] = {}
    for kind in kinds:
        for word in (kind.kind, *kind.aliases, *kind.presets):
            other = found.setdefault(key(word), kind)
            if other is not kind:
                message = (
                    f'"{word}" names two layer kinds: {other.__module__} and {kind.__module__}'
                )
                raise ChoiceError(message)
    return found


@cache
def kinds() -> tuple[type[Layer], ...]:
    """Every layer kind, sorted by file name."""
    found = []
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem in {"__init__", "registry", "base", "attribute"}:
            continue
        module = import_module(f"netsheet.layers.{path.stem}")
        found += [
            value
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, Layer)
            and value.__module__ == module.__name__
            and value.kind
        ]
    return tuple(found)


@cache
def words() -> dict[str, type[Layer]]:
    """Layer kinds by normalised word."""
    return gather(kinds())


def find(word: str) -> type[Layer]:
    """The kind that a word stands for; ChoiceError with the nearest words otherwise."""
    kind = words().get(key(word))
    if kind is None:
        message = f'there is no layer "{word}"{suggestion(word, [k.kind for k in kinds()])}'
        raise ChoiceError(message)
    return kind


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean "max pool"?`, or nothing where nothing is near.

    A second word is offered only where it is about as near as the first.
    """
    wanted = key(word[:60])
    by_key = {key(name): name for name in known}
    near = get_close_matches(wanted, by_key, n=2, cutoff=0.6)
    if not near:
        return ""
    nearness = [SequenceMatcher(None, wanted, name).ratio() for name in near]
    kept = [name for name, each in zip(near, nearness, strict=True) if each > nearness[0] - 0.1]
    return "; did you mean " + " or ".join(f'"{by_key[name]}"' for name in kept) + "?"
