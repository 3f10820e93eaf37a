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
        **{7: "graph", 8: "entry", 14: "entry", 20: "training", 25: "function"},
    },
    "training": {1: "graph", 2: "graph", 3: "entry", 4: "entry"},
    "graph": {
        **dict.fromkeys((2, 10), TEXT),
        **dict.fromkeys((11, 12, 13), "value"),
        **{1: "node", 5: "tensor", 14: "leaf", 15: "leaf", 16: "entry"},
    },
    "function": {
        **dict.fromkeys((1, 4, 5, 6, 8, 10, 13), TEXT),
        **{7: "node", 9: "entry", 11: "attribute", 12: "value", 14: "entry"},
    },
    "node": {**dict.fromkeys((1, 2, 3, 4, 6, 7, 8), TEXT), 5: "attribute", 9: "entry"},
    "attribute": {
        **dict.fromkeys((1, 13, 21), TEXT),
        **{5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "leaf", 23: "leaf"},
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
        below = MESSAGES[message]
        while place < end:
            count += 1
            if count > MOST_FIELDS:
                raise _refusal(path, f"it has more than {MOST_FIELDS:,} entries")
            key, place = _varint(data, place, end, path)
            kind = key & 7
            if kind == VARINT:
                _, place = _varint(data, place, end, path)
            elif kind == PIECE:
                length, start = _varint(data, place, end, path)
                place = start + length
                inner = below.get(key >> 3)
                if inner == TEXT and not _is_text(data[start:place]):
                    raise _refusal(path, f"the text at byte {start:,} is not UTF-8")
                if inner not in {None, TEXT} and place <= end:
                    waiting.append((start, place, inner or "leaf", depth + 1))
            elif kind in {EIGHT_BYTES, FOUR_BYTES}:
                place += 8 if kind == EIGHT_BYTES else 4
            else:
                raise _refusal(path, f"byte {place:,} begins nothing that is known")
            if place > end:
                raise _refusal(path, f"it ends at byte {end:,}, and byte {place:,} is needed")
        if depth > DEEPEST:
            raise _refusal(path, f"its graphs are nested more than {DEEPEST} deep")
    return count


def _is_text(piece: bytes) -> bool:
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


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
