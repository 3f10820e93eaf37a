"""Weights from files into a realised network: safetensors, and torch's own files without code.

Requirements met here: nothing in a file is executed; every name and shape that does not fit is
told, at once, before a single value is changed.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from netsheet.core.errors import FileError, UnsupportedError
from netsheet.core.span import shorten

SHOWN = 6
"""Names of one sort that a message lists."""


def load_weights(module: torch.nn.Module, path: str | Path) -> int:
    """Fill a module from a .safetensors, .pth or .pt file; gives the number of values taken.

    Names and shapes must be the module's own. FileError tells everything that does not fit.
    """
    file = Path(path)
    found = _read(file)
    own = module.state_dict()
    problems = _differences(own, found)
    if problems:
        raise FileError(
            f"{file} does not fit the network\n" + "\n".join(f"  {p}" for p in problems), path=file
        )
    counters = {name: value for name, value in own.items() if name not in found}
    module.load_state_dict({**counters, **found})
    return sum(value.numel() for value in found.values())


def fill(module: torch.nn.Module, weights: Mapping[str, Any]) -> None:
    """Fill a module with tensors by its own names, torch's or numpy's; others stay as they are.

    UnsupportedError names a tensor that the module doesn't have, or has in another shape.
    """
    own = module.state_dict(keep_vars=True)
    for name, values in weights.items():
        if name not in own or own[name].shape != tuple(values.shape):
            sizes = "×".join(map(str, values.shape)) or "a number"
            has = "none" if name not in own else "×".join(map(str, own[name].shape)) or "a number"
            raise UnsupportedError(f'"{name}" is {sizes}, and the network has {has}')
        with torch.no_grad():
            own[name].copy_(values if isinstance(values, Tensor) else torch.tensor(values))


def _read(file: Path) -> Mapping[str, Tensor]:
    """The tensors of a file by name; FileError says why there are none."""
    if not file.is_file():
        raise FileError(f"there is no file of weights {file}", path=file)
    suffix = file.suffix.casefold()
    if suffix not in {".safetensors", ".pth", ".pt"}:
        what = f"{file} has no known format of weights"
        raise FileError(f"{what}\n  give a .safetensors, .pth or .pt file", path=file)
    try:
        if suffix == ".safetensors":
            from safetensors.torch import load_file

            return load_file(file)
        loaded = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:  # a hostile file can make a reader raise anything
        why = shorten(
            str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__, 120
        )
        what = f"{file} can't be read as weights\n  {why}"
        hint = "files that hold code instead of numbers are not opened"
        raise FileError(f"{what}\n  {hint}", path=file) from error
    for key in ("state_dict", "model"):
        if isinstance(loaded, Mapping) and isinstance(loaded.get(key), Mapping):
            loaded = loaded[key]
    if not isinstance(loaded, Mapping) or not all(
        isinstance(value, Tensor) for value in loaded.values()
    ):
        raise FileError(
            f"{file} holds no table of named tensors\n  save module.state_dict()", path=file
        )
    return loaded


def _differences(own: Mapping[str, Tensor], found: Mapping[str, Tensor]) -> list[str]:
    """What keeps a table of weights from fitting, in words."""
    problems = []
    missing = [
        name for name in own if name not in found and not name.endswith("num_batches_tracked")
    ]
    extra = [name for name in found if name not in own]
    other = [name for name in own if name in found and own[name].shape != found[name].shape]
    if missing:
        problems.append(f"{len(missing)} tensors are missing: {_names(missing)}")
    if extra:
        problems.append(f"{len(extra)} tensors are not the network's: {_names(extra)}")
    for name in other[:SHOWN]:
        shapes = ("×".join(map(str, table[name].shape)) or "a number" for table in (found, own))
        problems.append(f"{name} is {' in the file, and the network has '.join(shapes)}")
    if len(other) > SHOWN:
        problems.append(f"and {len(other) - SHOWN} more shapes differ")
    return problems


def _names(names: list[str]) -> str:
    return ", ".join(shorten(name, 60) for name in names[:SHOWN]) + (
        ", …" if len(names) > SHOWN else ""
    )
