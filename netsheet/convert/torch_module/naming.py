"""What rows are called: by their place in the module tree, and by the function that was called.

Requirements met here: a module that makes one row gives it its name; names are the network's own
and can be written in a sheet; no name is taken twice, and none is a group's too.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from netsheet.convert.torch_module.rows import Draft
from netsheet.convert.torch_module.trace import Trace
from netsheet.core.graph import LONGEST_NAME, Group

_ODD = re.compile(r"[^\w+#×-]")


def names(drafts: Sequence[Draft]) -> list[str]:
    """A name for each row."""
    made = Counter(id(draft.visit) for draft in drafts if not draft.whole_name)
    inside = _opened(drafts)
    found = []
    for draft in drafts:
        place = draft.visit.name
        if draft.whole_name:
            name = draft.label
        elif place and made[id(draft.visit)] == 1 and place not in inside:
            name = place
        else:
            name = f"{place}.{draft.label}".lstrip(".")
        found.append(_tidy(name))
    return _apart(found, drafts)


def _opened(drafts: Sequence[Draft]) -> set[str]:
    """Names of visits inside which other rows stand."""
    found: set[str] = set()
    for draft in drafts:
        found |= set(above(draft.label if draft.whole_name else draft.visit.name))
    return found


def above(name: str) -> Iterator[str]:
    """The names of the groups that a name stands in, from the inside out."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _tidy(name: str) -> str:
    """The name with parts that a row's name may have."""
    parts = [_ODD.sub("_", part) for part in name.split(".")]
    parts = [part if part.strip("_+#×-") else f"{part}x" for part in parts]
    return ".".join(parts)[-LONGEST_NAME:].lstrip(".")


def _apart(names: list[str], drafts: Sequence[Draft]) -> list[str]:
    """The same names, each taken once, and none that other names lie below."""
    groups: set[str] = set()
    for name in names:
        groups |= set(above(name))
    taken: set[str] = set()
    found = []
    for name, draft in zip(names, drafts, strict=True):
        if name in groups:
            name = f"{name}.{_tidy(draft.layer.nickname())}"  # noqa: PLW2901 the name as it will be
        number, once = 2, name
        while name in taken or name in groups:
            name = f"{once}_{number}"  # noqa: PLW2901 as above
            number += 1
        taken.add(name)
        found.append(name)
    return found


def groups(names: Sequence[str], trace: Trace) -> dict[str, Group]:
    """The class of each module that several rows stand in."""
    opened = {group for name in names for group in above(name)}
    words = {_tidy(visit.name): visit.word for visit in trace.visits if visit.name}
    words |= {_tidy(path): word for path, word in trace.words.items() if path}
    return {name: Group("block", words[name]) for name in sorted(opened) if name in words}
