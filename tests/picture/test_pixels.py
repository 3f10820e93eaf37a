"""Pictures read with all their bits and their transparency, and written again: nothing is lost."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PIL")
pytest.importorskip("numpy")

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from netsheet.core.errors import ChoiceError, PictureError
from netsheet.picture.deep import encode
from netsheet.picture.pixels import read_pixels
from netsheet.picture.writing import write_pixels

PROFILE = b"\0\0\x02\x0c not a real profile, but kept as if it were"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder, so that messages name short paths."""
    monkeypatch.chdir(tmp_path)


def picture(channels: int, bits: int, size: tuple[int, int] = (13, 17)) -> NDArray[Any]:
    """Random values of so many channels and bits, H×W×C."""
    kind = np.uint8 if bits == 8 else np.uint16
    return np.random.default_rng(channels).integers(0, 2**bits, (*size, channels), kind)


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def by_hand(values: NDArray[Any], colour: int, filters: str, *chunks: tuple[bytes, bytes]) -> bytes:
    """A 16-bit PNG put together by hand, its rows with the PNG filters named one after another.

    PNG specification, section 9.2: 0 none, 1 what lies to the left is taken off, 2 what lies above.
    """
    height, width, channels = values.shape
    raw = values.astype(">u2").tobytes()
    step, row = 2 * channels, 2 * channels * width
    lines = []
    for y in range(height):
        kind = filters[y % len(filters)]
        line = bytearray(raw[y * row : (y + 1) * row])
        for x in reversed(range(row)):
            if kind == "1" and x >= step:
                line[x] = (line[x] - line[x - step]) % 256
            if kind == "2" and y:
                line[x] = (line[x] - raw[(y - 1) * row + x]) % 256
        lines.append(kind.encode().translate(bytes.maketrans(b"012", b"\0\1\2")) + bytes(line))
    head = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)
    parts = [(b"IHDR", head), *chunks, (b"IDAT", zlib.compress(b"".join(lines))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


COLOURS = {1: 0, 2: 4, 3: 2, 4: 6}


@pytest.mark.parametrize("channels", COLOURS)
def test_sixteen_bits_are_read_to_the_last(channels: int) -> None:
    """A deep PNG made by hand, with each filter of rows, gives the very numbers put in."""
    values = picture(channels, 16)
    Path("a.png").write_bytes(by_hand(values, COLOURS[channels], "0112"))
    read = read_pixels("a.png").values
    assert np.uint16 == read.dtype
    assert (values == read).all()


@pytest.mark.parametrize("channels", COLOURS)
def test_sixteen_bits_are_written_to_the_last(channels: int) -> None:
    """What another program reads of our deep PNG is what was put in."""
    cv2 = pytest.importorskip("cv2")
    values = picture(channels, 16)
    found = cv2.imdecode(np.frombuffer(encode(values), np.uint8), cv2.IMREAD_UNCHANGED)
    wanted = {1: [0], 2: [0, 0, 0, 1], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[channels]  # OpenCV's order
    assert (values[..., wanted] == found.reshape(*values.shape[:2], -1)).all()


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("channels", COLOURS)
def test_a_png_written_and_read_is_the_same(channels: int, bits: int) -> None:
    """Values, depth, transparency and profile go through a PNG unchanged."""
    values = picture(channels, bits)
    assert () == write_pixels("a.png", values, PROFILE)
    read = read_pixels("a.png")
    assert (values.dtype, PROFILE) == (read.values.dtype, read.profile)
    assert (values == read.values).all()


def test_a_lost_bit_is_noticed() -> None:
    """Negative control: one bit of one value off is seen by the comparison above."""
    values = picture(3, 16)
    Path("a.png").write_bytes(by_hand(values, 2, "0"))
    values[5, 5, 1] ^= 1
    assert not (values == read_pixels("a.png").values).all()


def test_strips_of_rows_join(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deep PNG that is made in many strips is the same picture."""
    monkeypatch.setattr("netsheet.picture.deep.STRIP_BYTES", 100)
    values = picture(3, 16, (50, 4))
    write_pixels("a.png", values)
    assert (values == read_pixels("a.png").values).all()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("channels", COLOURS)
def test_deep_pictures_are_set_upright(channels: int, orientation: int) -> None:
    """A 16-bit picture is turned as Pillow turns the same picture of 8 bits."""
    from PIL import ImageOps

    tags = Image.Exif()
    tags[0x0112] = orientation
    exif = (b"eXIf", tags.tobytes().removeprefix(b"Exif\0\0"))
    values = picture(channels, 8)
    deep = values.astype(np.uint16) * 257
    Path("a.png").write_bytes(by_hand(deep, COLOURS[channels], "0", exif))
    image = Image.fromarray(values[..., 0] if channels == 1 else values)
    image.getexif()[0x0112] = orientation
    wanted = np.asarray(ImageOps.exif_transpose(image)).astype(np.uint16) * 257
    read = read_pixels("a.png")
    assert (wanted == read.values.reshape(wanted.shape)).all()
    assert (orientation != 1) == any("EXIF" in step for step in read.steps)


@pytest.mark.parametrize(
    ("mode", "channels"), [("1", 1), ("L", 1), ("P", 3), ("RGB", 3), ("LA", 2)]
)
def test_each_way_of_storing_is_read(mode: str, channels: int) -> None:
    """Black and white, palettes and grey come as the channels they show."""
    shown = Image.fromarray(picture(3, 8)).convert(mode)
    shown.save("a.png")
    read = read_pixels("a.png").values
    assert channels == read.shape[-1]
    usual = {1: "L", 2: "LA", 3: "RGB"}[channels]
    assert (np.asarray(shown.convert(usual)).reshape(read.shape) == read).all()


def test_a_colour_that_is_not_drawn_becomes_alpha() -> None:
    """A PNG's transparent colour is an alpha channel, in 8 bits and in 16."""
    values = np.array([[[7], [9]], [[9], [7]]], np.uint8)
    Image.fromarray(values[..., 0]).save("a.png", transparency=9)
    assert [[255, 0], [0, 255]] == read_pixels("a.png").values[..., 1].tolist()
    deep = np.array([[[7, 8, 9], [9, 9, 9]]], np.uint16) * 257
    key = (b"tRNS", struct.pack(">HHH", 9 * 257, 9 * 257, 9 * 257))
    Path("b.png").write_bytes(by_hand(deep, 2, "0", key))
    read = read_pixels("b.png").values
    assert [[65535, 0]] == read[..., 3].tolist()
    assert (deep == read[..., :3]).all()


def test_what_a_format_has_no_place_for_is_told() -> None:
    """A JPEG holds no transparency, and only PNGs hold 16 bits."""
    clear = np.zeros((4, 4, 4), np.uint8)
    assert ("transparency laid on white: a JPEG holds none",) == write_pixels("a.jpg", clear)
    assert 255 == read_pixels("a.jpg").values.min()
    grey = np.zeros((4, 4, 2), np.uint16)
    told = (
        "upper 8 of 16 bits kept: a BMP holds no more",
        "transparency laid on white: a BMP holds none",
    )
    assert told == write_pixels("a.bmp", grey)
    assert (4, 4, 1) == read_pixels("a.bmp").values.shape


def test_no_format_no_file() -> None:
    """A suffix that stands for no format is refused, and nothing is written."""
    with pytest.raises(ChoiceError, match=r'"a.tiff" ends in no format of pictures'):
        write_pixels("a.tiff", picture(3, 8))
    assert [] == list(Path().iterdir())


@pytest.mark.parametrize("cut", [0.3, 0.7, 0.95])
def test_a_deep_picture_cut_short_is_refused(cut: float) -> None:
    """A 16-bit PNG that ends too early is told as such."""
    data = by_hand(picture(3, 16, (200, 200)), 2, "0")
    Path("a.png").write_bytes(data[: int(cut * len(data))])
    with pytest.raises(PictureError, match="cut short or damaged"):
        read_pixels("a.png")


def test_a_cmyk_profile_is_not_kept() -> None:
    """CMYK is turned to RGB, told so, and its profile of inks left behind."""
    Image.new("CMYK", (3, 2), (0, 0, 0, 0)).save("a.jpg", icc_profile=PROFILE)
    read = read_pixels("a.jpg")
    assert (b"", 255) == (read.profile, int(read.values.min()))
    assert "CMYK inks turned to RGB without a colour profile" in read.steps


def test_size_is_looked_at_first() -> None:
    """A picture with too many pixels is refused before they are unpacked."""
    buffer = io.BytesIO()
    Image.new("L", (100, 100)).save(buffer, "PNG")
    Path("a.png").write_bytes(buffer.getvalue())
    with pytest.raises(PictureError, match="100×100 = 10,000 pixels"):
        read_pixels("a.png", limit_pixels=9_999)
