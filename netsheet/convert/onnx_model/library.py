"""The onnx package, where it is installed."""

from typing import Any

from netsheet.core.errors import UnsupportedError


def onnx_of() -> Any:
    """The package; UnsupportedError says how to get it."""
    try:
        import onnx
    except ImportError as error:
        message = 'ONNX files need the onnx package: pip install "netsheet[onnx]"'
        raise UnsupportedError(message) from error
    return onnx


def producer() -> str:
    """Our own version, which a file that we write says."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("netsheet")
    except PackageNotFoundError:
        return ""
