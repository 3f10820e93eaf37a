"""Weights into a realised network: from a file, or as they came with the network.

Requirements met here: every name and shape that does not fit is told, before a single value is
changed; rows that share weights get them once.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import torch

from netsheet.core.errors import RuleError
from netsheet.weights.take import take

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from netsheet.run.realise import Network
    from netsheet.weights.report import Report

SHOWN = 6
"""Names that a message lists."""


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

    RuleError tells the names that the network doesn't have, and shapes that it has otherwise.
    """
    own = network.state_dict()
    values = {name: torch.as_tensor(value) for name, value in weights.items()}
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
            own[name].copy_(value)
