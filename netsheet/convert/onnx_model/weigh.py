"""How much is in a file, counted on its bytes before it is opened.

Requirements met here: a file that is cut off, or that would take far more memory opened than it
has bytes (millions of empty operators, subgraphs without end), is refused while it is still
nothing but bytes; no library is needed for it.

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

MESSAGES: dict[str, dict[int, str]] = {
    "model": {7: "graph", 8: "leaf", 14: "leaf", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph", 3: "leaf", 4: "leaf"},
    "graph": {
        1: "node",
        5: "tensor",
        11: "leaf",
        12: "leaf",
        13: "leaf",
        14: "leaf",
        15: "leaf",
        16: "leaf",
    },
    "function": {7: "node", 9: "leaf", 11: "attribute", 12: "leaf", 14: "leaf"},
    "node": {5: "attribute", 9: "leaf"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "leaf", 23: "leaf"},
    "tensor": {3: "leaf", 13: "leaf", 16: "leaf"},
    "leaf": {},
}
"""Fields of onnx.proto that are messages; a leaf's own fields are counted, and none below."""


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
                if inner is not None and place <= end:
                    waiting.append((start, place, inner, depth + 1))
            elif kind in {EIGHT_BYTES, FOUR_BYTES}:
                place += 8 if kind == EIGHT_BYTES else 4
            else:
                raise _refusal(path, f"byte {place:,} begins nothing that is known")
            if place > end:
                raise _refusal(path, f"it ends at byte {end:,}, and byte {place:,} is needed")
        if depth > DEEPEST:
            raise _refusal(path, f"its graphs are nested more than {DEEPEST} deep")
    return count


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
