"""Names for rows, made of what the file calls its operators, tensors and values.

A name is taken from the module that the exporter says, the operator's path, what its weights'
names begin with, or its own or its output's name, whichever says something first. Separators
become dots, what all names begin with is left out, and what follows in place joins the row above.

Requirements met here: every name may be a row's, no two are alike, and none is both a row's and
a group's, whatever a file calls its parts.
"""

import re
from collections import Counter
from collections.abc import Sequence
from os.path import commonprefix

from netsheet.convert.onnx_model.operation import Operation
from netsheet.core.graph import INPUT

ENDINGS = frozenset(
    {
        *("weight", "weights", "bias", "biases", "kernel", "gamma", "beta", "scale", "offset"),
        *("w", "b", "s", "mean", "var", "variance", "riv", "rm", "running_mean", "running_var"),
        *("moving_mean", "moving_variance", "moving_var", "slope", "alpha", "value"),
        *("conv2d", "readvariableop", "matmul", "biasadd", "fusedbatchnormv3"),
    }
)
"""Last words of tensors' names that say which of a layer's tensors it is."""

SPEAKING = re.compile(r"[^\W\d_]{3,}|[^\W\d_]{2,}\d")
"""A name that says something has a word in it, or two letters and a number: `fc6`."""

DUMB = re.compile(r"(?:node_?)?(?:n|r|op|val|node|output|input|tensor|tmp|out|t|v)?_?\d+(?::\d+)?")
"""Names that a program made up by counting."""

Path = tuple[str, ...]


def names(operations: Sequence[Operation]) -> tuple[list[str], dict[str, str]]:
    """A name for each operation, in order; and groups of what follows in place, by name."""
    paths = [_path(operation) for operation in operations]
    paths = _without_common(paths)
    followers = _followers(operations, paths)
    leaders = {leader for leader in followers if leader is not None}
    free = _Free()
    inner: dict[Path, int] = Counter(path for path in paths if path)
    prefixes = {path[:depth] for path in inner for depth in range(1, len(path))}
    found: list[str] = []
    heads: dict[int, str] = {}
    thens: dict[str, str] = {}
    for place, operation in enumerate(operations):
        nick = operation.layer.nickname()
        leader = followers[place]
        path = paths[place]
        if leader is not None:
            head = heads[place] = heads[leader]
            thens.setdefault(head, operations[leader].layer.kind)
            found.append(free.take(f"{head}.{nick}"))
            continue
        if path is None:
            base = nick if operation.layer.kind == INPUT else f"{nick}"
            head = free.head(base, numbered=operation.layer.kind != INPUT)
        elif inner[path] > 1 or path in prefixes:
            head = ".".join(path)
            found.append(free.take(f"{head}.{nick}"))
            heads[place] = found[-1]
            continue
        else:
            head = free.head(".".join(path), numbered=False)
        heads[place] = head
        found.append(free.take(f"{head}.{nick}") if place in leaders else free.take(head))
    return found, thens


class _Free:
    """The names that are still to be had."""

    def __init__(self) -> None:
        self.rows: set[str] = set()
        self.groups: set[str] = set()
        self.counts: Counter[str] = Counter()

    def _taken(self, name: str) -> bool:
        return (
            name in self.rows or name in self.groups or any(g in self.rows for g in _groups(name))
        )

    def head(self, name: str, *, numbered: bool) -> str:
        """A name that nothing is called yet, with a number behind it if it needs one."""
        often = 1
        tried = f"{name}1" if numbered else name
        while self._taken(tried):
            name = self._beside(name)
            self.counts[name] += 1
            often = self.counts[name]
            tried = f"{name}{often}" if numbered else f"{name}_{1 + often}"
        return tried

    def take(self, name: str) -> str:
        """This name, or the next that is free; from now on it is taken."""
        tried, often = name, 1
        while self._taken(tried):
            name, often = self._beside(name), often + 1
            tried = f"{name}_{often}"
        self.rows.add(tried)
        self.groups.update(_groups(tried))
        return tried

    def _beside(self, name: str) -> str:
        """The same name outside of what would be a group, and is a row."""
        row = next((group for group in _groups(name) if group in self.rows), None)
        return name if row is None else f"{row}_{name[len(row) + 1 :]}"


def _groups(name: str) -> list[str]:
    """The groups that a name lies in."""
    parts = name.split(".")
    return [".".join(parts[:depth]) for depth in range(1, len(parts))]


# --- where a name comes from ---


def _path(operation: Operation) -> Path | None:
    """The parts of an operation's name; None where nothing says one."""
    node = operation.node
    if node.scope:
        return clean(node.scope.split("."))
    if "/" in node.name:
        found = _of_scopes(node.name, node.op)
        if found:
            return found
    stored = [tensor.name for tensor in operation.stored.values() if tensor.name]
    own = _of_words(node.name, operation)
    if own is not None and "." in node.name:
        return own
    return _of_tensors(stored) or own or _of_words((*node.outputs, "")[0], operation)


def _of_scopes(name: str, op: str) -> Path | None:
    """`/layer1/layer1.0/conv1/Conv` is layer1.0.conv1: each scope says its place or its whole way."""
    *scopes, last = [part for part in name.split("/") if part]
    if not _is_operator(last, op):
        scopes.append(last)
    elif not scopes:
        return None
    parts: list[str] = []
    before = ""
    for scope in scopes:
        inner = scope[len(before) + 1 :] if before and scope.startswith(f"{before}.") else scope
        parts += inner.split(".")
        before = scope
    return clean(parts)


def _is_operator(word: str, op: str) -> bool:
    """Whether a name's last part is only what the operator is called, perhaps numbered."""
    bare = re.sub(r"[_\d]+$", "", word).casefold()
    return bare in {op.casefold(), "biasadd", "conv2d", "matmul", "fusedbatchnormv3", "sub"} or (
        bare in {"add", "mul", "div", "transpose", "reshape", "unsqueeze", "cast", "concat", "clip"}
    )


def _of_tensors(stored: Sequence[str]) -> Path | None:
    """What the names of a layer's tensors begin with."""
    speaking = [name for name in stored if "::" not in name and SPEAKING.search(name)]
    if not speaking:
        return None
    shared = commonprefix(speaking) if len(speaking) > 1 else speaking[0]
    cut = max(shared.rfind(sign) for sign in "._/:")
    words = re.split(r"([._/:]+)", shared if len(speaking) == 1 else shared[: cut + 1])
    while words and (
        not words[-1] or not words[-1][0].isalnum() or words[-1].isdigit() or _ending(words[-1])
    ):
        words.pop()
    text = "".join(words)
    return clean(re.split(r"[./:]", text)) if SPEAKING.search(text) else None


def _ending(word: str) -> bool:
    return word.casefold() in ENDINGS


def _of_words(name: str, operation: Operation) -> Path | None:
    """An operator's or a value's name, if it says more than what kind it is and a number."""
    bare = name.removeprefix("node_")
    plain = re.sub(r"[_\d]+$", "", bare).casefold()
    kinds = {operation.op.casefold(), operation.node.op.casefold(), operation.layer.nickname()}
    if not SPEAKING.search(bare) or DUMB.fullmatch(bare) or "::" in bare:
        return None
    if plain in kinds and not operation.layer.kind == INPUT and bare != name:
        return None
    if plain in kinds and re.fullmatch(r"[A-Z]\w*_\d+", bare):
        return None
    return clean(re.split(r"[./:]", bare.removesuffix("_output_0")))


def clean(parts: Sequence[str]) -> Path | None:
    """Parts that rows' names may have: letters, digits and a few signs; None if nothing is left."""
    found = []
    for part in parts:
        text = re.sub(r"[^\w+#×-]+", "_", part).strip("_")
        if re.search(r"[^\W_]", text):
            found.append(re.sub(r"^-+", "", text)[:60])
    return tuple(found) or None


def _without_common(paths: list[Path | None]) -> list[Path | None]:
    """Paths without the parts that all of them begin with, where more than one row has them."""
    known = [path for path in paths if path]
    cut = 0
    while (
        len(known) > 1
        and all(len(path) > cut + 1 for path in known)
        and (len({path[cut] for path in known}) == 1)
    ):
        cut += 1
    return [path[cut:] if path else None for path in paths]


def _followers(operations: Sequence[Operation], paths: Sequence[Path | None]) -> list[int | None]:
    """For each operation, the one whose row it joins: it has no name, and follows in place."""
    place = {id(operation.output): number for number, operation in enumerate(operations)}
    readers: Counter[int] = Counter(
        place[id(value)] for each in operations for value in each.reads if id(value) in place
    )
    found: list[int | None] = []
    for number, operation in enumerate(operations):
        above = place.get(id(operation.reads[0])) if len(operation.reads) == 1 else None
        joins = (
            above is not None
            and paths[number] is None
            and above == number - 1
            and readers[above] == 1
            and operation.layer.family in {"activation", "norm", "dropout"}
            and operations[above].layer.kind != INPUT
        )
        found.append(
            (above if found[above] is None else found[above])
            if joins and above is not None
            else None
        )
    return found
