"""Weights into a realised network: from a file, or as they came with the network.

Requirements met here: every name and shape that does not fit is told, before a single value is
changed; rows that share weights get them once.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from netsheet.core.errors import FileError, RuleError
from netsheet.weights.take import take

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netsheet.run.realise import Network
    from netsheet.weights.report import Report

SHOWN = 6
"""Names that a message lists."""

NOTES = "netsheet"
"""Under this key a .safetensors file of ours holds how its weights are to be used, as JSON."""


def notes_of(path: str | Path) -> dict[str, Any] | None:
    """How the weights in a file are to be used, as training noted it; None where nothing is noted.

    FileError for a file that can't be read.
    """
    from safetensors import safe_open

    file = Path(path)
    if not file.is_file():
        raise FileError(f"there is no file of weights {file}", path=file)
    if file.suffix.casefold() != ".safetensors":
        return None
    try:
        with safe_open(file, "pt") as opened:
            found = json.loads((opened.metadata() or {}).get(NOTES, "null"))
    except Exception as error:  # a hostile file can make a reader raise anything
        raise FileError(f"{file} can't be read as weights", path=file) from error
    return found if isinstance(found, dict) else None


def load_weights(network: "Network", path: str | Path) -> "Report":
    """Fill a network from a file of .pth, .pt, .safetensors, .npz or .onnx; gives what was done.

    Names may be others, if order and shapes determine the match; FileError tells everything that
    does not fit.
    """
    taken = take(network.graph, path)
    fill(network, taken.weights)
    return taken.report


def fill(network: "Network", weights: "Mapping[str, Any]") -> None:
    """Fill a network with tensors by the names of its rows, torch's or numpy's; others stay.

    Tensors without values (torch's "meta" device) are passed over, on either side. RuleError tells
    the names that the network doesn't have, and shapes that it has otherwise.
    """
    own = network.state_dict()
    values = {name: _tensor(value) for name, value in weights.items()}
    wrong = [
        f"{name} is {'×'.join(map(str, value.shape))}, and the network has "
        f"{'×'.join(map(str, own[name].shape)) if name in own else 'no such tensor'}"
        for name, value in values.items()
        if name not in own or own[name].shape != value.shape
    ]
    if wrong:
        what = f"the weights do not fit {network.graph.name}"
        more = [f"and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else []
        hint = "they are for another input, or another version of the network"
        raise RuleError(what, sums=(*wrong[:SHOWN], *more), hint=hint)
    with torch.no_grad():
        for name, value in values.items():
            if not (own[name].is_meta or value.is_meta):
                own[name].copy_(value)


def _tensor(value: Any) -> torch.Tensor:
    """A tensor of torch's; numpy's arrays are copied, as they may be read-only."""
    return value if isinstance(value, torch.Tensor) else torch.tensor(value)
