"""A network's weights as safetensors, by the names of its rows. Reading them is `--weights`."""

from netsheet.convert.format import Format, Weights
from netsheet.core.errors import UnsupportedError
from netsheet.core.graph import Graph


def write(graph: Graph, weights: Weights) -> bytes:
    """The tensors by name; what they are of is told in the file's metadata.

    UnsupportedError where the network has no weights.
    """
    from importlib.metadata import version

    if not weights:
        what = f"{graph.name} has no weights to write"
        raise UnsupportedError(f"{what}\n  give a file of them: --weights FILE")
    import numpy as np
    from safetensors.numpy import save

    tensors = {name: np.array(_plain(value), order="C") for name, value in weights.items()}
    told = {"format": "pt", "network": graph.name, "netsheet": version("netsheet")}
    return _in_order(save(tensors, told))


def _in_order(data: bytes) -> bytes:
    """The same file with its header in order, which the library leaves to chance."""
    import json

    end = 8 + int.from_bytes(data[:8], "little")
    header = json.dumps(json.loads(data[8:end]), separators=(",", ":"), sort_keys=True).encode()
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + data[end:]


def _plain(value: object) -> object:
    """An array of numpy's, of a tensor of torch's too."""
    detach = getattr(value, "detach", None)
    return value if detach is None else detach().cpu().numpy()


FORMAT = Format(
    "safetensors", (".safetensors",), 90, "weights alone, by the names of the rows", write=write
)
