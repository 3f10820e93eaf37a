"""What blocks are called in a sheet that is written.

Requirements met here: a block bears the word of its groups wherever it can, so that they are
called the same when the sheet is read; no block hides another, or a layer that is written.
"""

import re
from collections import Counter
from collections.abc import Sequence

from netsheet.fold.blocks import Block
from netsheet.layers.registry import key, kinds

LONGEST = 60
LONGEST_CONTENT = 3

_WORD = re.compile(r"\w[\w .+#×-]*(?<![ #])")
_STEM = re.compile(r"[._-]*\d.*$")


def titles(blocks: Sequence[Block]) -> dict[Block, str]:
    """A name for each block."""
    taken = {key(word) for kind in kinds() for word in (kind.kind, *kind.presets)}
    found: dict[Block, str] = {}
    uses = sorted(blocks, key=lambda block: -len(block.labels))
    for block in uses:
        wanted = block.word if _fits(block.word) else _made_up(block)
        name, number = wanted, 1
        while key(name) in taken or _is_notation(name):
            number += 1
            name = f"{wanted} {number}" if wanted[-1].isdigit() else f"{wanted}{number}"
        taken.add(key(name))
        found[block] = name
    return found


def _fits(word: str) -> bool:
    """Whether a word can be a block's name as it stands."""
    return len(word) <= LONGEST and _WORD.fullmatch(word) is not None and bool(key(word))


def _is_notation(name: str) -> bool:
    """Whether a name would be read as a layer: `conv3-64`."""
    return any(
        re.fullmatch(pattern, name, re.IGNORECASE) for kind in kinds() for pattern in kind.shorthand
    )


def _made_up(block: Block) -> str:
    """A name for groups without a word: what they hold, if that is little, or how they are called.

    `conv-bn-relu`, or `inception` where they are called inception_3a, inception_3b.
    """
    if len(block.kinds) <= LONGEST_CONTENT:
        return "-".join(kind.nickname() for kind in block.kinds)
    stems = Counter(stem for label in block.labels if (stem := _stem(label)))
    return stems.most_common(1)[0][0] if stems else "block"


def _stem(name: str) -> str:
    """The last part of a name that has letters before any number."""
    for part in reversed(name.split(".")):
        stem = _STEM.sub("", part)
        if _fits(stem) and not stem.isdigit():
            return stem
    return ""
