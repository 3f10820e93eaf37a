"""Idioms: operators that together say what one says, found by folder, a file each.

A file has a table `RULES`: by operator, a function that is handed the operation and the walk. It
looks back from the operator that an idiom ends with, and gives the value that stands for it, or
None where it isn't one. What an idiom leaves unread is no part of the network.

Requirements met here: a rewriting says the same values, for every input; weights that an idiom
takes are taken only if nothing else reads what they made, so that nothing is counted twice.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netsheet.convert.onnx_model.operation import Operation, Value
    from netsheet.convert.onnx_model.walk import Walk

Rewrite = Callable[["Operation", "Walk"], "Value | None"]


@cache
def rewrites() -> dict[str, tuple[Rewrite, ...]]:
    """Every rewriting by the operator that it ends with, in the order of the files."""
    found: dict[str, list[Rewrite]] = {}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem == "__init__":
            continue
        for op, rule in import_module(f"{__name__}.{path.stem}").RULES.items():
            found.setdefault(op, []).append(rule)
    return {op: tuple(rules) for op, rules in found.items()}
