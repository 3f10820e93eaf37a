"""Names for rows, such as a person would give them, of what the file calls its parts.

What all names begin with is left out. What follows in place without a name of its own, or with
its leader's, joins the row above: `conv1.conv`, `conv1.relu`. What has no name and lies among the
rows of a group belongs there: `inception_3a.concat`.

Requirements met here: every name may be a row's, no two are alike, and none is both a row's and
a group's, whatever a file calls its parts.
"""

import re
from collections import Counter
from collections.abc import Sequence

from netsheet.convert.onnx_model.operation import Operation
from netsheet.convert.onnx_model.paths import Path, is_named, path_of
from netsheet.core.graph import INPUT, LONGEST_NAME, PARAMETER

FOLLOWING = frozenset({"activation", "norm", "dropout"})
"""Families that follow in place."""

FOLLOWERS = re.compile(
    r"[._]?(?:bn|batch_?norm(?:alization)?|norm|scale|relu\d*|prelu|act|activation|drop(?:out)?|"
    r"lrn|softmax|sigmoid|tanh|elu|gelu|silu|swish|mish)[._\d]*",
    re.IGNORECASE,
)
"""What stands behind a leader's name in a follower's."""

DEEPEST = 12
"""Parts of a name; a file may have more."""


def names(operations: Sequence[Operation]) -> tuple[list[str], dict[str, str]]:
    """A name for each operation, in order; and the kinds of rows that others joined, by name."""
    paths = [path_of(operation) for operation in operations]
    given = [place for place, operation in enumerate(operations) if operation.layer.kind == INPUT]
    if len(given) == 1:  # a sheet says the size of its only input above its table
        paths[given[0]] = (INPUT,)
    paths = _without_common(operations, paths, given)
    reads = _reads(operations)
    leaders = _leaders(operations, paths, reads)
    paths = _grouped(operations, paths, reads, leaders)
    leading = {leader for leader in leaders if leader is not None}
    often = Counter(path for place, path in enumerate(paths) if path and leaders[place] is None)
    groups = {path[:depth] for path in often for depth in range(1, len(path))}
    free = Free()
    found: list[str] = []
    heads: dict[int, str] = {}
    joined: dict[str, str] = {}
    for place, operation in enumerate(operations):
        nick, path, leader = operation.layer.nickname(), paths[place], leaders[place]
        if leader is not None:
            joined.setdefault(heads[leader], operations[leader].layer.kind)
            found.append(free.take(f"{heads[leader]}.{nick}"))
            continue
        inside = path is not None and (often[path] > 1 or path in groups)
        base = ".".join(path) if path else nick
        if inside:
            base = f"{base}.{nick}"
        head = free.head(base, numbered=path is None and operation.layer.kind != INPUT)
        heads[place] = head
        found.append(free.take(f"{head}.{nick}" if place in leading else head))
    return found, joined


class Free:
    """The names that are still to be had."""

    def __init__(self) -> None:
        self.rows: set[str] = set()
        self.groups: set[str] = set()
        self.counts: Counter[str] = Counter()

    def head(self, name: str, *, numbered: bool) -> str:
        """A name that nothing is called yet, with a number behind it if it needs one."""
        tried = f"{name}1" if numbered else name
        while self._taken(tried):
            name = self._beside(name)
            self.counts[name] += 1
            tried = f"{name}{self.counts[name]}" if numbered else f"{name}_{1 + self.counts[name]}"
        return tried

    def take(self, name: str) -> str:
        """This name, or the next that is free; from now on it is taken."""
        tried = self.head(name, numbered=False)
        self.rows.add(tried)
        self.groups.update(_groups(tried))
        return tried

    def _taken(self, name: str) -> bool:
        return (
            name in self.rows or name in self.groups or any(g in self.rows for g in _groups(name))
        )

    def _beside(self, name: str) -> str:
        """The same name outside of what would be a group, and is a row."""
        row = next((group for group in _groups(name) if group in self.rows), None)
        return name if row is None else f"{row}_{name[len(row) + 1 :]}"


def _groups(name: str) -> list[str]:
    """The groups that a name lies in."""
    parts = name.split(".")
    return [".".join(parts[:depth]) for depth in range(1, len(parts))]


def _without_common(
    operations: Sequence[Operation], paths: list[Path | None], given: Sequence[int]
) -> list[Path | None]:
    """Paths without the parts that all but inputs' begin with, and none too long.

    Nothing is left out where operators have names of their own, without a way to them.
    """
    known = [path for place, path in enumerate(paths) if path and place not in given]
    named = any(is_named(each) for place, each in enumerate(operations) if place not in given)
    cut = 0
    while (
        not named
        and len(known) > 1
        and all(len(path) > cut + 1 for path in known)
        and len({path[cut] for path in known}) == 1
    ):
        cut += 1
    cuts = [0 if place in given else cut for place, _ in enumerate(paths)]
    return [_short(path[cut:]) if path else None for path, cut in zip(paths, cuts, strict=True)]


def _short(path: Path) -> Path:
    """A path whose name leaves room for a number and a kind."""
    parts = path[-DEEPEST:]
    while len(".".join(parts)) > LONGEST_NAME - 40:
        parts = parts[1:] if len(parts) > 1 else (parts[0][: LONGEST_NAME - 40],)
    return parts


def _reads(operations: Sequence[Operation]) -> list[tuple[int, ...]]:
    """For each operation the places of those that it reads."""
    place = {id(operation.output): number for number, operation in enumerate(operations)}
    return [tuple(place[id(value)] for value in operation.reads) for operation in operations]


def _leaders(
    operations: Sequence[Operation], paths: Sequence[Path | None], reads: Sequence[tuple[int, ...]]
) -> list[int | None]:
    """For each operation the first of the row that it joins, if it follows one in place."""
    readers = Counter(read for each in reads for read in each)
    found: list[int | None] = []
    for place, operation in enumerate(operations):
        above = place - 1
        if (
            reads[place] != (above,)
            or readers[above] != 1
            or operation.layer.family not in FOLLOWING
            or operations[above].layer.kind in {INPUT, PARAMETER}
        ):
            found.append(None)
            continue
        leader = above if found[above] is None else found[above]
        assert leader is not None  # noqa: S101 the one above it is, or has one
        found.append(leader if _joins(paths[place], paths[leader], paths[above]) else None)
    return found


def _joins(path: Path | None, leader: Path | None, above: Path | None) -> bool:
    """Whether a name is none of its own: none at all, its leader's, or that and a kind."""
    if path is None or path == leader:
        return True
    for other in (leader, above):
        own, name = "".join(f"{part}." for part in path), ".".join(other or ())
        if name and own.startswith(name) and FOLLOWERS.fullmatch(own[len(name) :].rstrip(".")):
            return True
    return False


def _grouped(
    operations: Sequence[Operation],
    paths: Sequence[Path | None],
    reads: Sequence[tuple[int, ...]],
    leaders: Sequence[int | None],
) -> list[Path | None]:
    """Paths, those without one put among the rows of a group that they lie in."""
    found = list(paths)
    readers: list[list[int]] = [[] for _ in operations]
    for place, each in enumerate(reads):
        for read in each:
            readers[read].append(place)
    for place, operation in enumerate(operations):
        if found[place] is not None or leaders[place] is not None or operation.layer.kind == INPUT:
            continue
        around = [place - 1, *(reads[place] if len(reads[place]) > 1 else readers[place])]
        group = _shared([_named(found, leaders, other) for other in around if other >= 0])
        if group and len(around) > 1:
            found[place] = (*group, operation.layer.nickname())
    return found


def _named(paths: Sequence[Path | None], leaders: Sequence[int | None], place: int) -> Path | None:
    """The path of an operation, or of the row that it joined."""
    leader = leaders[place]
    return paths[place if leader is None else leader]


def _shared(paths: Sequence[Path | None]) -> Path:
    """The group that all of some rows lie in; empty if there is none."""
    known = [path for path in paths if path]
    if len(known) < len(paths) or not known:
        return ()
    depth = 0
    while all(len(path) > depth + 1 for path in known) and len({p[depth] for p in known}) == 1:
        depth += 1
    return known[0][:depth]
