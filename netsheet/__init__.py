"""A convolutional network written once, as a table; every other number computed and explained.

>>> import netsheet as ns
>>> sheet = ns.load("alexnet").sheet()
>>> sheet.total.params
60965224
>>> print(sheet["conv2"].params.explain())
conv2.params = 5·5·(96/2)·256 + 256 = 307,456
  by the rule k·k·(C/g)·C_out + C_out
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netsheet.convolution.operation import convolve, correlate
    from netsheet.convolution.picture import filter  # noqa: A004 the word that people use
    from netsheet.core.convention import Convention, MemoryModel
    from netsheet.core.errors import NetsheetError
    from netsheet.core.shape import Shape
    from netsheet.net import Net, diff, from_onnx, from_torch, load, networks
    from netsheet.train.api import train

_HOMES = {
    "Convention": "netsheet.core.convention",
    "MemoryModel": "netsheet.core.convention",
    "Net": "netsheet.net",
    "NetsheetError": "netsheet.core.errors",
    "Shape": "netsheet.core.shape",
    "convolve": "netsheet.convolution.operation",
    "correlate": "netsheet.convolution.operation",
    "diff": "netsheet.net",
    "filter": "netsheet.convolution.picture",
    "from_onnx": "netsheet.net",
    "from_torch": "netsheet.net",
    "load": "netsheet.net",
    "networks": "netsheet.net",
}

_PACKAGES = ("train",)
"""Packages that are public by their own name."""

__all__ = [
    "Convention",
    "MemoryModel",
    "Net",
    "NetsheetError",
    "Shape",
    "convolve",
    "correlate",
    "diff",
    "filter",
    "from_onnx",
    "from_torch",
    "load",
    "networks",
    "train",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 whatever the name stands for
    """Public names, each imported when it is first asked for: importing netsheet costs nothing."""
    if name == "__version__":
        from importlib.metadata import version

        return version("netsheet")
    from importlib import import_module

    if name in _PACKAGES:
        return import_module(f"netsheet.{name}")
    home = _HOMES.get(name)
    if home is None:
        message = f"module 'netsheet' has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return sorted([*__all__, "__version__"])
