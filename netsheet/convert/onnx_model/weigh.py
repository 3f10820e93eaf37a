"""How much is in a file, counted on its bytes before it is opened.

Requirements met here: a file that is cut off, or that would take far more memory opened than it
has bytes (millions of empty operators, subgraphs without end), is refused while it is still
nothing but bytes, and so is one whose names are no text; no library is needed for it.

The encoding is Protocol Buffers': a field is its number and its kind in one varint, then a varint,
8 or 4 bytes, or a length and so many bytes, which may be a message again.
"""

from pathlib import Path

from netsheet.core.errors import FileError

MOST_FIELDS = 1_000_000
"""Far above any network: an operator has about a dozen."""

DEEPEST = 40
"""Messages within messages; a subgraph in a subgraph takes three."""

VARINT, EIGHT_BYTES, PIECE, FOUR_BYTES = 0, 1, 2, 5

TEXT = "text"

MESSAGES: dict[str, dict[int, str]] = {
    "model": {
        **dict.fromkeys((2, 3, 4, 6), TEXT),
        7: "graph",
        **dict.fromkeys((8, 14), "entry"),
        20: "training",
        25: "function",
    },
    "training": {1: "graph", 2: "graph", 3: "entry", 4: "entry"},
    "graph": {
        **dict.fromkeys((2, 10), TEXT),
        **dict.fromkeys((11, 12, 13), "value"),
        1: "node",
        5: "tensor",
        **dict.fromkeys((14, 15), "leaf"),
        16: "entry",
    },
    "function": {
        **dict.fromkeys((1, 4, 5, 6, 8, 10, 13), TEXT),
        7: "node",
        **dict.fromkeys((9, 14), "entry"),
        11: "attribute",
        12: "value",
    },
    "node": {**dict.fromkeys((1, 2, 3, 4, 6, 7, 8), TEXT), 5: "attribute", 9: "entry"},
    "attribute": {
        **dict.fromkeys((1, 13, 21), TEXT),
        **dict.fromkeys((5, 10), "tensor"),
        **dict.fromkeys((6, 11), "graph"),
        **dict.fromkeys((22, 23), "leaf"),
    },
    "tensor": {3: "leaf", 8: TEXT, 12: TEXT, 13: "entry", 16: "entry"},
    "value": {1: TEXT, 2: "type", 3: TEXT, 4: "entry"},
    "type": {1: "sized", 6: TEXT},
    "sized": {2: "shape"},
    "shape": {1: "size"},
    "size": {2: TEXT, 3: TEXT},
    "entry": {1: TEXT, 2: TEXT},
    "leaf": {},
}
"""Fields of onnx.proto that are messages or text. A leaf's own fields are counted, none below."""


def weigh(data: bytes, path: Path) -> int:
    """The number of fields in a model; FileError where there are too many, or bytes are missing."""
    count = 0
    waiting = [(0, len(data), "model", 0)]
    while waiting:
        place, end, message, depth = waiting.pop()
        if depth > DEEPEST:
            raise _refusal(path, f"its graphs are nested more than {DEEPEST} deep")
        while place < end:
            count += 1
            if count > MOST_FIELDS:
                raise _refusal(path, f"it has more than {MOST_FIELDS:,} entries")
            key, start = _varint(data, place, end, path)
            start, place = _extent(data, key & 7, start, end, path)
            inner = MESSAGES[message].get(key >> 3) if key & 7 == PIECE else None
            if inner == TEXT:
                _check_text(data[start:place], start, path)
            elif inner is not None:
                waiting.append((start, place, inner, depth + 1))
    return count


def _extent(data: bytes, kind: int, start: int, end: int, path: Path) -> tuple[int, int]:
    """Where a field's value begins, and where it ends, by its kind."""
    if kind == VARINT:
        _, stop = _varint(data, start, end, path)
    elif kind == PIECE:
        length, start = _varint(data, start, end, path)
        stop = start + length
    elif kind in {EIGHT_BYTES, FOUR_BYTES}:
        stop = start + (8 if kind == EIGHT_BYTES else 4)
    else:
        raise _refusal(path, f"byte {start:,} follows nothing that is known")
    if stop > end:
        raise _refusal(path, f"it ends at byte {end:,}, and byte {stop:,} is needed")
    return start, stop


def _check_text(piece: bytes, start: int, path: Path) -> None:
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refusal(path, f"the text at byte {start:,} is not UTF-8") from error


def _varint(data: bytes, place: int, end: int, path: Path) -> tuple[int, int]:
    """A whole number of 7 bits a byte, lowest first, and where it ends."""
    value = shift = 0
    while place < end:
        byte = data[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:  # noqa: PLR2004 the highest bit says that more follows
            return value, place
        shift += 7
        if shift > 63:  # noqa: PLR2004 bits of a number
            break
    raise _refusal(path, f"the number at byte {place:,} doesn't end")


def _refusal(path: Path, why: str) -> FileError:
    return FileError(f"{path} is no whole ONNX file\n  {why}", path=path)
