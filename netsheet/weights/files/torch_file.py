"""torch's own files, .pth and .pt: tables of tensors, never the code that they may hold.

Requirements met here: only `weights_only` reading is used; the tensors are found wherever a
training script has put them, by what they are, and it is said where; values are mapped from the
file and not read, but from the old format that can't be mapped.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from netsheet.weights.files import Format, unreadable
from netsheet.weights.table import Entry, Table

DEEPEST = 3
"""Tables inside tables that are looked into."""

PLAIN = (
    "state_dict",
    "model_state_dict",
    "model_state",
    "model",
    "module",
    "net",
    "network",
    "weights",
    "params",
)
"""What training scripts call a network's weights, the surest first."""

AVERAGED = ("ema", "ema_state_dict", "model_ema", "state_dict_ema", "params_ema")
"""What they call weights that were averaged over training."""

HINT = "save module.state_dict(), which holds tensors only"

_FOREIGN = re.compile(r"GLOBAL ([\w.]+)")


def read(path: Path) -> Table:
    """The tensors of a file."""
    loaded = _load(path)
    found = dict(_tables(loaded, ()))
    if not found:
        raise unreadable(path, "it holds no table of tensors by name", HINT)
    way = min(found, key=_surest)
    notes = []
    if way:
        notes.append(f'the weights are its "{".".join(way)}"')
    others = [other for other in found if other and other != way]
    if others:
        told = ", ".join(f'"{".".join(other)}"' for other in others)
        notes.append(f"not taken: {told}")
    entries = tuple(_entry(name, value) for name, value in found[way].items())
    return Table(path, entries, notes=tuple(notes))


def _load(path: Path) -> Any:  # noqa: ANN401 whatever was saved
    """What a file holds, without its code; FileError if it has some."""
    import pickle
    import warnings

    import torch

    mapped = zipfile.is_zipfile(path)
    if mapped:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
        if any(part.filename.endswith("/constants.pkl") for part in parts):
            raise unreadable(path, "it is a program of TorchScript, and not weights", HINT)
        if any(part.compress_type != zipfile.ZIP_STORED for part in parts):
            raise unreadable(path, "its parts are compressed, which torch never does")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what torch advises about files with code in them
            return torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)
    except pickle.UnpicklingError as error:
        foreign = _FOREIGN.search(str(error))
        what = f"it holds code, {foreign[1]}" if foreign else "it is no table of tensors"
        raise unreadable(path, what, f"nothing in it was run; {HINT}") from error


def _tables(value: Any, way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:  # noqa: ANN401 whatever was saved
    """Every table of tensors by name, by the way to it."""
    import torch

    if not isinstance(value, Mapping) or len(way) > DEEPEST:
        return
    named = {key: each for key, each in value.items() if isinstance(key, str)}
    tensors = {key: each for key, each in named.items() if isinstance(each, torch.Tensor)}
    if tensors:
        yield way, tensors
        return
    for key, each in named.items():
        if key != "optimizer":
            yield from _tables(each, (*way, key))


def _surest(way: tuple[str, ...]) -> tuple[int, int]:
    """How sure it is that a table is the network's weights; the least is the surest."""
    last = way[-1] if way else ""
    if not way or last in PLAIN:
        return (0, PLAIN.index(last) if way else -1)
    return (2 if last in AVERAGED else 1, 0)


def _entry(name: str, value: Any) -> Entry:  # noqa: ANN401 torch's tensor
    """A tensor by its name."""
    import torch

    sort = "other"
    if value.layout == torch.strided and not value.is_quantized:
        sort = "float" if value.is_floating_point() else "int"
        sort = "bool" if value.dtype == torch.bool else sort
        sort = "other" if value.is_complex() else sort

    def load() -> Any:  # noqa: ANN401 numpy's array
        plain = value.detach()
        return (plain.float() if plain.is_floating_point() else plain).contiguous().numpy()

    dtype = str(value.dtype).removeprefix("torch.")
    return Entry(name, tuple(value.shape), sort, dtype, load)


FORMAT = Format("torch", (".pth", ".pt"), read)
