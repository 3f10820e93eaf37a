"""The whole text of errors that ONNX files cause, on the page beside this file.

The files are those of tests/convert/test_onnx_hostile.py and a few more, made here by the titles
of the page. `python tests/messages/test_onnx_messages.py` writes the page anew; read the
difference as a newcomer would.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

pytest.importorskip("onnx")

from onnx import TensorProto, defs, helper

import netsheet as ns
from netsheet.convert.onnx_model.model import OLDEST
from netsheet.core.errors import NetsheetError
from support.hostile import (
    BOMBS,
    CONTRADICTIONS,
    ELSEWHERE,
    beside,
    branching,
    doubling,
    itself,
    nested,
    sized,
    small,
)
from support.onnx_files import node, saved

PAGE = Path(__file__).parent / "onnx.text"

Maker = Callable[[Path], Path]


def made(make: Callable[[], Any]) -> Maker:
    """The way to a file from the way to its model."""
    return lambda folder: saved(make(), folder)


def stored(data: bytes) -> Maker:
    """The way to a file of these bytes."""

    def write(folder: Path) -> Path:
        path = folder / "net.onnx"
        path.write_bytes(data)
        return path

    return write


def elsewhere(location: str) -> Maker:
    """The way to a file whose tensor lies there."""

    def write(folder: Path) -> Path:
        inside = folder / "model"
        (inside / "data").mkdir(parents=True)
        (folder / "secret.bin").write_bytes(bytes(432))
        (inside / "link.bin").symlink_to(folder / "secret.bin")
        (inside / "away").symlink_to(folder)
        return beside(inside, location.replace("ABOVE", "/folder"))

    return write


def of_type(number: int) -> Any:
    """A model with a tensor of a type that there isn't."""
    found = sized(4, 3, 3, 3)
    found.graph.initializer[0].data_type = number
    return found


def in_segments() -> Any:
    """A model with a tensor that is a part of one."""
    found = small()
    found.graph.initializer[0].segment.begin = 1
    return found


def sparse() -> Any:
    """A model with a sparse tensor."""
    found = small()
    values = helper.make_tensor("v", TensorProto.FLOAT, [1], [1.0])
    places = helper.make_tensor("p", TensorProto.INT64, [1], [0])
    found.graph.sparse_initializer.append(helper.make_sparse_tensor(values, places, [3]))
    return found


WHOLE = small().SerializeToString()

FILES: dict[str, Maker] = {
    "no file": lambda folder: folder / "net.onnx",
    "an empty file": stored(b""),
    "a sheet": stored(b"# a sheet\n\n| name | layer |\n"),
    "a file cut off": stored(WHOLE[: len(WHOLE) // 2]),
    "a file cut off in a text": stored(WHOLE[:5]),
    "graphs without end": stored(nested(1000)),
    "functions that double each other": made(doubling),
    "a function that calls itself": made(itself),
    **{name: made(make) for name, (make, _) in CONTRADICTIONS.items()},
    **{f"a bomb: {name}": made(make) for name, make in BOMBS.items()},
    "a tensor of a gigantic size": made(lambda: sized(2**31, 2**31)),
    "a tensor of a size below nothing": made(lambda: sized(-4, 3, 3, 3)),
    "a tensor without its values": made(lambda: sized(4, 3, 3, 3)),
    "a tensor with too few bytes": made(lambda: sized(4, 3, 3, 3, values=bytes(8))),
    "a tensor of an unknown type": made(lambda: of_type(99)),
    "a tensor in segments": made(in_segments),
    "a sparse tensor": made(sparse),
    "branches without end": made(lambda: branching(10)),
    "a loop": made(lambda: small(nodes=[node("Loop", "- - x", "y")])),
    **{f"values beside: {n}": elsewhere(at) for n, at in ELSEWHERE.items() if at != "pipe"},
}


def said(make: Maker) -> str:
    """The message with which a file is refused; its folder, and the newest opset, left out."""
    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        path = make(folder)
        with pytest.raises(NetsheetError) as caught:
            ns.from_onnx(path).sheet()
        newest = f"are {OLDEST} to {defs.onnx_opset_version()}\n"
        found = str(caught.value).replace(f"{path.parent}/", "")
        return found.replace(newest, f"are {OLDEST} to NEWEST\n")


def cases() -> dict[str, str]:
    """The page's messages, by title."""
    text = PAGE.read_text(encoding="utf-8")
    return {
        match["title"]: match["message"]
        for match in re.finditer(
            r"^## (?P<title>[^\n]+)\n\n(?P<message>.*?)\n(?=\n## |\Z)",
            text,
            re.MULTILINE | re.DOTALL,
        )
    }


def page() -> str:
    """The page as it should be."""
    return "\n\n".join(f"## {title}\n\n{said(make)}" for title, make in FILES.items()) + "\n"


@pytest.mark.parametrize("title", FILES)
def test_each_file_is_answered_as_the_page_shows(title: str) -> None:
    """The whole message, with its reason and its hint."""
    assert cases()[title] == said(FILES[title])


def test_the_page_shows_these_and_no_others() -> None:
    """A case that is gone, or new, is noticed."""
    assert [*FILES] == [*cases()]
    assert 60 <= len(FILES)


def test_a_message_that_is_off_is_noticed() -> None:
    """Negative control: another file is answered otherwise."""
    assert cases()["a circle"] != said(FILES["nothing to read"])


def test_a_file_that_is_well_is_no_case() -> None:
    """Negative control: where nothing is wrong, there is no message."""
    with pytest.raises(pytest.fail.Exception):
        said(stored(WHOLE))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name} written\n")
