"""`netsheet data`: which data sets are known, and what is in one."""

import argparse

from netsheet.cli.command import Command
from netsheet.cli.streams import put


def arguments(command: argparse.ArgumentParser) -> None:
    """All, or one."""
    command.add_argument(
        "data", metavar="DATA", nargs="?", help="a name, a folder or a file; all names if left out"
    )


def run(asked: argparse.Namespace) -> int:
    """List known data sets, or tell of one."""
    put(_one(asked.data) if asked.data else _all())
    return 0


def _all() -> str:
    from netsheet.train.data.known import known, on_this_machine

    lines = [f"{'name':<18} {'here':<5} what"]
    for name, what in known().items():
        here = "yes" if on_this_machine(what) else "no"
        lines += [f"{name:<18} {here:<5} {what.about}", f"{'':<24} {what.licence}"]
    lines += [
        "",
        "netsheet data NAME tells where a set comes from; --data of train takes a folder too",
    ]
    return "\n".join(lines) + "\n"


def _one(what: str) -> str:
    from netsheet.train.data.find import find_data
    from netsheet.train.data.folder import Listed

    found = find_data(what)
    if isinstance(found, Listed):
        parts = {name: entry.labels for name, entry in found.entries.items()}
        size = "sizes differ" if found.shape is None else str(found.shape)
        head = f"{found.name}: {size}, {len(found.classes)} classes"
    else:
        parts = {name: part.labels for name, part in found.parts.items()}
        head = f"{found.name}: {found.summary()}"
    import torch

    counts = [
        torch.bincount(labels, minlength=len(found.classes)).tolist() for labels in parts.values()
    ]
    width = max(5, *(len(name) for name in found.classes))
    lines = [head, *(f"  {line}" for line in found.story), ""]
    lines.append(f"{'class':<{width}}" + "".join(f"{name:>9}" for name in parts))
    for place, name in enumerate(found.classes):
        lines.append(f"{name:<{width}}" + "".join(f"{column[place]:>9,}" for column in counts))
    lines.append(f"{'all':<{width}}" + "".join(f"{sum(column):>9,}" for column in counts))
    return "\n".join(lines) + "\n"


COMMAND = Command(
    "data",
    76,
    "the data sets that are known by name, and what is in one",
    arguments,
    run,
    (
        ("netsheet data", "names, with licences, and which are on this machine"),
        ("netsheet data digits", "parts, classes, source and checksums of one"),
    ),
)
