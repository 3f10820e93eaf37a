"""Pictures: decoded whatever they are stored as, refused with a reason, prepared as stated."""

import io
import os
import struct
import zlib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("PIL")
pytest.importorskip("torch")

import torch
from PIL import Image
from torch.nn import functional

from netsheet.core.errors import PictureError
from netsheet.run.picture import IMAGENET, Normal, Picture, decode, prepare
from support.project import ROOT

CAT = ROOT / "examples" / "cat.jpg"

RED, GREEN, BLUE, WHITE, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255,) * 3, (0,) * 3


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder, so that messages name short paths."""
    monkeypatch.chdir(tmp_path)


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    size: tuple[int, int], depth: int, colour: int, rows: str = "", *chunks: tuple[bytes, str]
) -> bytes:
    """A PNG put together by hand: rows and further chunks in hexadecimal digits."""
    header = struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, 0)
    raw = b"".join(b"\0" + bytes.fromhex(row) for row in rows.split("/"))
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            *(chunk(kind, bytes.fromhex(data)) for kind, data in chunks),
            chunk(b"IDAT", zlib.compress(raw)),
            chunk(b"IEND", b""),
        ]
    )


def stored(image: Image.Image, form: str, **options: object) -> bytes:
    """A picture's file in some format."""
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def read(data: bytes, name: str = "a.file", **options: int) -> Picture:
    """Decode these bytes from a file."""
    Path(name).write_bytes(data)
    return decode(name, **options)


def colours(picture: Picture) -> list[object]:
    """The pixels from the top left, row by row: numbers of a grey picture, triples otherwise."""
    width, height = picture.image.size
    return [picture.image.getpixel((x, y)) for y in range(height) for x in range(width)]


def refusal(data: bytes, name: str = "a.jpg") -> str:
    """The whole message with which these bytes are refused; the error names the path."""
    with pytest.raises(PictureError) as caught:
        read(data, name)
    assert Path(name) == caught.value.path
    return str(caught.value)


# --- orientation ---

LETTERS = {"a": RED, "b": GREEN, "c": BLUE, "d": WHITE, "e": BLACK, "f": (255, 255, 0)}

UPRIGHT = "abc/def"

ORIENTATIONS = {
    # Exif 2.32, tag 0x0112: which side of the scene the stored 0th row and 0th column show
    1: ("abc/def", []),  # top, left
    2: ("cba/fed", ["EXIF orientation 2: mirrored left to right"]),  # top, right
    3: ("fed/cba", ["EXIF orientation 3: turned upside down"]),  # bottom, right
    4: ("def/abc", ["EXIF orientation 4: mirrored top to bottom"]),  # bottom, left
    5: ("ad/be/cf", ["EXIF orientation 5: mirrored along the diagonal from the top left"]),
    6: ("cf/be/ad", ["EXIF orientation 6: turned 90° clockwise"]),  # right, top
    7: ("fc/eb/da", ["EXIF orientation 7: mirrored along the diagonal from the top right"]),
    8: ("da/eb/fc", ["EXIF orientation 8: turned 90° anticlockwise"]),  # left, bottom
}
"""How `UPRIGHT` is stored under each orientation, and what is said about it."""


def lettered(text: str, side: int = 1) -> Image.Image:
    """A picture of squares, one a letter."""
    rows = text.split("/")
    image = Image.new("RGB", (len(rows[0]) * side, len(rows) * side))
    for y, row in enumerate(rows):
        for x, letter in enumerate(row):
            image.paste(LETTERS[letter], (x * side, y * side, (x + 1) * side, (y + 1) * side))
    return image


def exif(orientation: int) -> bytes:
    """EXIF data with this orientation and nothing else."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags.tobytes()


def assert_upright(picture: Picture) -> None:
    """Assert that a picture shows `UPRIGHT`, pixel by pixel."""
    assert [LETTERS[letter] for letter in UPRIGHT if letter != "/"] == colours(picture)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("form", ["PNG", "WebP"])
def test_a_picture_is_set_upright(form: str, orientation: int) -> None:
    """Each EXIF orientation is undone to the last pixel, and told."""
    text, words = ORIENTATIONS[orientation]
    options = {"lossless": True} if form == "WebP" else {}
    image = lettered(text)
    picture = read(stored(image, form, exif=exif(orientation), **options))
    assert_upright(picture)
    width, height = image.size
    assert orientation == picture.orientation
    assert (width, height) == picture.size
    assert (f"{form}, {width}×{height} pixels (width×height), RGB", *words) == picture.steps


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_photograph_is_set_upright(orientation: int) -> None:
    """A JPEG's EXIF orientation is undone as well: the middle of each square has its colour."""
    image = lettered(ORIENTATIONS[orientation][0], 32)
    picture = read(stored(image, "JPEG", quality=95, exif=exif(orientation)))
    for y, row in enumerate(UPRIGHT.split("/")):
        for x, letter in enumerate(row):
            found = picture.image.getpixel((32 * x + 16, 32 * y + 16))
            assert list(LETTERS[letter]) == pytest.approx(found, abs=6)


@pytest.mark.parametrize(("said", "true"), [*pairwise(ORIENTATIONS), (8, 6), (5, 7), (2, 1)])
def test_a_wrong_orientation_is_noticed(said: int, true: int) -> None:
    """Negative control: a picture stored for one orientation and marked as another isn't upright."""
    picture = read(stored(lettered(ORIENTATIONS[true][0]), "PNG", exif=exif(said)))
    with pytest.raises(AssertionError):
        assert_upright(picture)


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_unknown_orientation_is_left(value: int) -> None:
    """An orientation that Exif doesn't know changes nothing, and is told."""
    picture = read(stored(lettered(UPRIGHT), "PNG", exif=exif(value)))
    assert_upright(picture)
    assert 1 == picture.orientation
    assert "EXIF orientation is none of 1 to 8: left as stored" == picture.steps[-1]


def test_broken_exif_is_left() -> None:
    """EXIF data that make no sense change nothing, and are told."""
    picture = read(stored(lettered(UPRIGHT), "PNG", exif=b"Exif\0\0XX\x2a\0garbage"))
    assert_upright(picture)
    assert "EXIF data can't be read: left as stored" == picture.steps[-1]


def test_half_of_exif_is_left_quietly() -> None:
    """EXIF data cut short hold no orientation; Pillow's warning of it doesn't reach the user."""
    picture = read(stored(lettered(UPRIGHT), "PNG", exif=b"Exif\0\0II*\0\x08\0\0\0\x05\0"))
    assert ("PNG, 3×2 pixels (width×height), RGB",) == picture.steps


# --- what files store ---

PALETTE = (b"PLTE", "0a141e 28323c ff0000")

STORED = {
    "grey": (png((2, 1), 8, 0, "01ff"), [1, 255], ["grey"]),
    "black and white": (png((2, 1), 1, 0, "40"), [0, 255], ["black and white"]),
    "grey of 4 bits": (png((2, 1), 4, 0, "1f"), [17, 255], ["grey"]),
    "grey of 16 bits": (
        png((4, 1), 16, 0, "0000 0100 80ff ffff"),
        [0, 1, 128, 255],
        ["16-bit grey", "upper 8 of 16 bits used"],
    ),
    "RGB": (png((2, 1), 8, 2, "010203 fffefd"), [(1, 2, 3), (255, 254, 253)], ["RGB"]),
    "RGB of 16 bits": (
        png((1, 1), 16, 2, "0100 80ff ffff"),
        [(1, 128, 255)],
        ["16-bit RGB", "upper 8 of 16 bits used"],
    ),
    "palette": (
        png((3, 1), 8, 3, "000102", PALETTE),
        [(10, 20, 30), (40, 50, 60), RED],
        ["palette"],
    ),
    "RGBA": (
        png((3, 1), 8, 6, "ff000000 ff0000ff 00000080"),
        [WHITE, RED, (127, 127, 127)],
        ["RGB with transparency", "transparency laid on white"],
    ),
    "RGBA, opaque": (
        png((2, 1), 8, 6, "010203ff ff0000ff"),
        [(1, 2, 3), RED],
        ["RGB with transparency", "transparency left out: every pixel is opaque"],
    ),
    "RGBA of 16 bits": (
        png((2, 1), 16, 6, "1234 5678 9abc ffff" * 2),
        [(0x12, 0x56, 0x9A)] * 2,
        [
            "16-bit RGB with transparency",
            "upper 8 of 16 bits used",
            "transparency left out: every pixel is opaque",
        ],
    ),
    "grey and alpha": (
        png((3, 1), 8, 4, "0000 00ff 0080"),
        [255, 0, 127],
        ["grey with transparency", "transparency laid on white"],
    ),
    "palette and alpha": (
        png((3, 1), 8, 3, "000102", PALETTE, (b"tRNS", "ff00")),
        [(10, 20, 30), WHITE, RED],
        ["palette", "transparency laid on white"],
    ),
    "one clear grey": (
        png((2, 1), 8, 0, "0102", (b"tRNS", "0002")),
        [1, 255],
        ["grey", "transparency laid on white"],
    ),
    "one clear grey of 2 bits": (
        png((2, 1), 2, 0, "60", (b"tRNS", "0001")),
        [255, 170],
        ["grey", "transparency laid on white"],
    ),
    "one clear grey of 16 bits": (
        png((2, 1), 16, 0, "1234 5678", (b"tRNS", "1234")),
        [255, 0x56],
        ["16-bit grey", "upper 8 of 16 bits used", "transparency laid on white"],
    ),
    "one clear colour": (
        png((2, 1), 8, 2, "010203 040506", (b"tRNS", "0004 0005 0006")),
        [(1, 2, 3), WHITE],
        ["RGB", "transparency laid on white"],
    ),
    "one clear colour of 16 bits": (
        png((2, 1), 16, 2, "1234 5678 9abc 0000 0000 0000", (b"tRNS", "1234 5678 9abc")),
        [WHITE, BLACK],
        ["16-bit RGB", "upper 8 of 16 bits used", "transparency laid on white"],
    ),
}


@pytest.mark.parametrize("name", STORED)
def test_every_way_of_storing_is_read(name: str) -> None:
    """Pixels come out as grey or RGB of 8 bits, transparency over white, and each change is told."""
    data, expected, (kind, *words) = STORED[name]
    picture = read(data)
    assert expected == colours(picture)
    assert ("L" if isinstance(expected[0], int) else "RGB") == picture.image.mode
    size = f"{picture.size[0]}×{picture.size[1]}"
    assert (f"PNG, {size} pixels (width×height), {kind}", *words) == picture.steps
    assert ("PNG", kind.removeprefix("16-bit "), 1) == (
        picture.format,
        picture.kind,
        picture.orientation,
    )


@pytest.mark.parametrize(
    ("inks", "colour"),
    [((0, 0, 0, 0), WHITE), ((0, 0, 0, 255), BLACK), ((255, 0, 0, 0), (0, 255, 255))],
)
def test_cmyk_is_turned_to_rgb(inks: tuple[int, ...], colour: tuple[int, ...]) -> None:
    """No ink is white, black ink is black, cyan ink takes red away; it is told."""
    picture = read(stored(Image.new("CMYK", (16, 16), inks), "JPEG", quality=95))
    assert list(colour) == pytest.approx(picture.image.getpixel((8, 8)), abs=2)
    assert (
        "JPEG, 16×16 pixels (width×height), CMYK",
        "CMYK inks turned to RGB without a colour profile",
    ) == picture.steps


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WebP", "BMP"])
@pytest.mark.parametrize(("mode", "colour"), [("RGB", (200, 100, 50)), ("L", 100)])
def test_the_listed_formats_are_read(form: str, mode: str, colour: tuple[int, ...] | int) -> None:
    """JPEG, PNG, WebP and BMP are read, whatever the file is called."""
    picture = read(stored(Image.new(mode, (24, 16), colour), form), "a.txt")
    assert (form, (24, 16), (24, 16)) == (picture.format, picture.size, picture.image.size)
    found = picture.image.convert(mode).getpixel((8, 8))
    assert colour == pytest.approx(found, abs=6)


@pytest.mark.parametrize("form", ["PNG", "WebP"])
def test_of_an_animation_the_first_frame_is_taken(form: str) -> None:
    """An animated file gives its first frame, and says so."""
    first, second = Image.new("RGB", (4, 4), RED), Image.new("RGB", (4, 4), BLUE)
    third = Image.new("RGB", (4, 4), GREEN)
    options = {"lossless": True} if form == "WebP" else {}
    data = stored(first, form, save_all=True, append_images=[second, third], **options)
    picture = read(data)
    assert [RED] * 16 == colours(picture)
    assert (
        f"{form}, 4×4 pixels (width×height), RGB",
        "first of 3 frames taken",
    ) == picture.steps


# --- refusals ---

READ = "JPEG, PNG, WebP and BMP are read"

STRANGERS = {
    "a GIF": stored(Image.new("L", (2, 2)), "GIF"),
    "a TIFF": stored(Image.new("L", (2, 2)), "TIFF"),
    "an AVIF": b"\0\0\0\x20ftypavif\0\0\0\0",
    "an HEIC": b"\0\0\0\x18ftypheic\0\0\0\0",
    "a JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n",
    "a JPEG XL": b"\xff\x0a\xfa\x1f",
    "a PDF": b"%PDF-1.7\n",
    "an SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "a web page": b"\n<!DOCTYPE html>\n<html><title>Not found</title></html>",
    "a Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
}


@pytest.mark.parametrize("what", STRANGERS)
def test_other_formats_are_named(what: str) -> None:
    """A file of another format is refused by its format's name, though it is called .jpg."""
    assert f"a.jpg is {what}\n  {READ}: save it as one of these" == refusal(STRANGERS[what])


@pytest.mark.parametrize("data", [b"hello\n", b"\0" * 100, b"\x89PNG", b"RIFF1234WAVE", b"\xff"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    """Bytes that begin like no known format are no picture."""
    assert f"a.jpg is no picture\n  {READ}, and it begins like none of them" == refusal(data)


def test_an_empty_file_is_refused() -> None:
    """An empty file is called empty."""
    assert "a.jpg is empty\n  fetch or copy it again" == refusal(b"")


def test_a_missing_file_is_refused() -> None:
    """A name without a file says so."""
    with pytest.raises(PictureError) as caught:
        decode("pictures/dog.jpg")
    assert "there is no file pictures/dog.jpg\n  check its name and folder" == str(caught.value)


def test_a_folder_is_refused() -> None:
    """A folder is no picture."""
    Path("cats.jpg").mkdir()
    with pytest.raises(PictureError) as caught:
        decode("cats.jpg")
    assert "cats.jpg is a folder, not a picture\n  name a picture's file" == str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused() -> None:
    """A pipe, on which reading would wait for ever, isn't opened."""
    os.mkfifo("cat.jpg")
    with pytest.raises(PictureError) as caught:
        decode("cat.jpg")
    assert "cat.jpg is a device or a pipe, not a picture\n  name a picture's file" == str(
        caught.value
    )


def test_a_forbidden_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the system doesn't open is refused with the system's reason."""

    def forbid(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    Path("a.jpg").write_bytes(b"")
    monkeypatch.setattr(Path, "open", forbid)
    with pytest.raises(PictureError) as caught:
        decode("a.jpg")
    assert "a.jpg can't be read\n  permission denied" == str(caught.value)
    assert isinstance(caught.value.__cause__, PermissionError)


CUT = "a.jpg is cut short or damaged\n  it begins as a {}, but its {} can't be read{}\n  fetch or copy it again"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WebP", "BMP"])
def test_a_file_cut_in_its_pixels_is_refused(form: str) -> None:
    """Half a file isn't drawn as half a picture: it is refused."""
    noise = Image.frombytes("RGB", (40, 40), torch.arange(4800).mul(7919).to(torch.uint8).numpy())
    data = stored(noise, form)
    part = "header" if form == "WebP" else "pixels"  # WebP's decoder wants all bytes at once
    hint = ", or there are no pixels" if form == "WebP" else ""
    assert CUT.format(form, part, hint) == refusal(data[: len(data) * 2 // 3])
    assert (40, 40) == read(data).size


def test_any_length_may_stand_in_a_header() -> None:
    """A WebP is known as one though the length in its header holds line breaks."""
    expected = CUT.format("WebP", "header", ", or there are no pixels")
    assert expected == refusal(b"RIFF\n\n\n\nWEBPVP8 ")


@pytest.mark.parametrize("size", [(0, 5), (5, 0), (0, 0)])
def test_a_picture_without_pixels_is_refused(size: tuple[int, int]) -> None:
    """A header that promises no pixels is refused."""
    expected = CUT.format("PNG", "header", ", or there are no pixels")
    assert expected == refusal(png(size, 8, 2))


def test_a_file_cut_in_its_header_is_refused() -> None:
    """A file that ends before its header does is refused."""
    expected = CUT.format("PNG", "header", ", or there are no pixels")
    assert expected == refusal(png((2, 2), 8, 2)[:20])


BOMB = (
    "a.jpg is too large: {} pixels\n"
    "  at most {} are unpacked, for a small file can fill a large memory\n"
    "  make it smaller first; in Python, decode(…, limit_pixels=…) raises the limit"
)


def vast_jpeg() -> bytes:
    """A small JPEG whose header claims 60,000×50,000 pixels."""
    data = stored(Image.new("L", (8, 8)), "JPEG")
    frame = data.index(b"\xff\xc0") + 5
    return data[:frame] + struct.pack(">HH", 50_000, 60_000) + data[frame + 4 :]


def vast_bmp() -> bytes:
    """A small BMP whose header claims 60,000×50,000 pixels."""
    data = stored(Image.new("RGB", (8, 8)), "BMP")
    return data[:18] + struct.pack("<ii", 60_000, 50_000) + data[26:]


BOMBS = {
    "PNG": (png((100_000, 100_000), 8, 2), "100,000×100,000 = 10,000,000,000"),
    "JPEG": (vast_jpeg(), "60,000×50,000 = 3,000,000,000"),
    "BMP": (vast_bmp(), "60,000×50,000 = 3,000,000,000"),
}


@pytest.mark.parametrize("form", BOMBS)
def test_a_bomb_is_refused_by_its_header(form: str) -> None:
    """A header that claims too many pixels is refused before anything is unpacked."""
    data, size = BOMBS[form]
    assert BOMB.format(size, "100,000,000") == refusal(data)


def test_the_limit_is_exact() -> None:
    """As many pixels as the limit are read, one less is refused."""
    data = png((2, 3), 8, 0, "0000/0000/0000")
    assert (2, 3) == read(data, limit_pixels=6).size
    with pytest.raises(PictureError) as caught:
        read(data, "a.jpg", limit_pixels=5)
    assert BOMB.format("2×3 = 6", "5") == str(caught.value)


SEEDS = [
    STORED["RGBA"][0],
    STORED["palette and alpha"][0],
    stored(lettered("cf/be/ad", 8), "JPEG", exif=exif(6)),
    stored(lettered(UPRIGHT), "WebP", exif=exif(3)),
    stored(lettered(UPRIGHT), "BMP"),
]


@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=6),
    length=st.integers(0, 2000),
)
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_hostile_file_is_read_or_refused(
    seed: bytes, changes: list[tuple[int, int]], length: int
) -> None:
    """Whatever bytes a file holds, it gives a picture or `PictureError`, and no other error."""
    data = bytearray(seed)
    for place, byte in changes:
        data[place % len(data)] = byte
    try:
        picture = read(bytes(data[:length]), limit_pixels=10_000)
    except PictureError as error:
        assert str(error).startswith("a.file ")  # noqa: PT017 refusing is one of two right answers
    else:
        assert picture.image.mode in {"L", "RGB"}


# --- preparing ---


def grey(rows: list[list[int]]) -> Picture:
    """A decoded grey picture of these pixels."""
    text = "/".join(bytes(row).hex() for row in rows)
    return read(png((len(rows[0]), len(rows)), 8, 0, text))


def flat(colour: tuple[int, int, int], size: tuple[int, int] = (4, 4)) -> Picture:
    """A decoded picture of one colour."""
    return read(stored(Image.new("RGB", size, colour), "PNG"))


def test_the_centre_is_cropped() -> None:
    """Where nothing needs resizing, the pixels of the centre come through as they are."""
    picture = grey([[0, 51, 102, 153, 204], [255, 204, 153, 102, 51]])
    prepared = prepare(picture, (1, 2, 2))
    expected = torch.tensor([[[[0.2, 0.4], [0.8, 0.6]]]])
    torch.testing.assert_close(prepared.tensor, expected)
    assert (
        "PNG, 5×2 pixels (width×height), grey",
        "centre 2×2 taken, from column 1 and row 0",
        "0…255 scaled to 0…1",
    ) == prepared.steps


CROPS = {
    # picture (width, height), network (H, W), crop: what is taken (width×height), and from where
    ((451, 300), (227, 227), 1.0): ("300×300", 75, 0),
    ((300, 451), (227, 227), 1.0): ("300×300", 0, 75),
    ((256, 256), (224, 224), 0.875): ("224×224", 16, 16),
    ((400, 300), (50, 200), 1.0): ("400×100", 0, 100),
    ((400, 300), (200, 50), 1.0): ("75×300", 162, 0),
    ((100, 100), (2, 3), 1.0): ("100×67", 0, 16),
    ((30, 20), (64, 64), 1.0): ("20×20", 5, 0),
    ((1, 5000), (32, 32), 1.0): ("1×1", 0, 2499),
    ((5000, 1), (32, 32), 0.1): ("1×1", 2499, 0),
}


@pytest.mark.parametrize("case", CROPS)
def test_the_crop_is_told(case: tuple[tuple[int, int], tuple[int, int], float]) -> None:
    """The largest centred part of the network's proportions is taken, and told with its place."""
    size, (height, width), crop = case
    taken, left, top = CROPS[case]
    prepared = prepare(flat(RED, size), (3, height, width), crop=crop, normal=None)
    assert (1, 3, height, width) == tuple(prepared.tensor.shape)
    assert torch.float32 == prepared.tensor.dtype
    assert (width, height) == prepared.image.size
    assert f"centre {taken} taken, from column {left} and row {top}" == prepared.steps[1]
    resized = [] if taken == f"{width}×{height}" else [f"resized {taken} → {width}×{height}"]
    assert resized == [step.removesuffix(" (bilinear)") for step in prepared.steps[2:-1]]


def test_a_picture_that_fits_is_left() -> None:
    """A picture of the network's size is neither cropped nor resized."""
    prepared = prepare(flat(RED, (5, 3)), (3, 3, 5), normal=None)
    assert ("PNG, 5×3 pixels (width×height), RGB", "0…255 scaled to 0…1") == prepared.steps
    assert [1.0, 0.0, 0.0] == prepared.tensor[0, :, 0, 0].tolist()


def levels(picture: Picture) -> torch.Tensor:
    """A picture's pixels as 3×H×W, 0 to 255."""
    width, height = picture.image.size
    data = torch.frombuffer(bytearray(picture.image.tobytes()), dtype=torch.uint8)
    return data.reshape(height, width, 3).permute(2, 0, 1).float()


def assert_resized(found: torch.Tensor, part: torch.Tensor, *, antialias: bool) -> None:
    """Assert that torch resizes `part` to the same values, but for Pillow's rounding to bytes."""
    side = found.shape[-1]
    expected = functional.interpolate(
        part[None], (side, side), mode="bilinear", antialias=antialias
    )
    torch.testing.assert_close(found * 255, expected, rtol=0, atol=1.01)


def square_cat() -> Picture:
    """The photograph's centre, 300×300."""
    image = decode(CAT).image.crop((75, 0, 375, 300))
    return Picture(CAT, image, "JPEG", (300, 300), "RGB", 1, ())


@pytest.mark.parametrize("side", [60, 227, 299, 450])
def test_resizing_agrees_with_torch(side: int) -> None:
    """Pillow's resizing, as used here, and torch's are two writings of one rule."""
    prepared = prepare(square_cat(), (3, side, side), normal=None)
    assert_resized(prepared.tensor, levels(square_cat()), antialias=True)


def test_resizing_without_averaging_is_noticed() -> None:
    """Negative control: resizing that looks at four pixels only is not what is done here."""
    prepared = prepare(square_cat(), (3, 60, 60), normal=None)
    with pytest.raises(AssertionError, match="not close"):
        assert_resized(prepared.tensor, levels(square_cat()), antialias=False)


def test_cropping_first_is_resizing_first() -> None:
    """What comes out is the usual "resize the shorter side, crop the centre", to the last pixel."""
    image = decode(CAT).image.crop((0, 0, 400, 200))
    picture = Picture(CAT, image, "JPEG", (400, 200), "RGB", 1, ())
    usual = image.resize((200, 100), Image.Resampling.BILINEAR).crop((50, 0, 150, 100))
    assert usual.tobytes() == prepare(picture, (3, 100, 100)).image.tobytes()


@pytest.mark.parametrize(("colour", "luma"), [(RED, 76), (GREEN, 150), (BLUE, 29), (WHITE, 255)])
def test_colour_is_turned_to_grey(colour: tuple[int, int, int], luma: int) -> None:
    """A network of one channel gets the luma of ITU-R BT.601, from 0 to 1, and it is told."""
    prepared = prepare(flat(colour), (1, 4, 4))
    assert [luma / 255] * 16 == pytest.approx(prepared.tensor.flatten().tolist())
    assert (
        "PNG, 4×4 pixels (width×height), RGB",
        "colour turned to grey: 0.299 red + 0.587 green + 0.114 blue",
        "0…255 scaled to 0…1",
    ) == prepared.steps


def test_grey_is_repeated() -> None:
    """A network of three channels gets a grey picture three times, and it is told."""
    prepared = prepare(grey([[0, 51], [102, 255]]), (3, 2, 2), normal=None)
    assert [[0.0, 0.2, 0.4, 1.0]] * 3 == [
        pytest.approx(channel.flatten().tolist()) for channel in prepared.tensor[0]
    ]
    assert ("grey repeated in 3 channels", "0…255 scaled to 0…1") == prepared.steps[1:]


def test_colour_is_normalised_as_for_imagenet() -> None:
    """White and black become the numbers that networks trained on ImageNet know them by."""
    white, black = (prepare(flat(colour), (3, 4, 4)) for colour in (WHITE, BLACK))
    assert [2.2489, 2.4286, 2.6400] == pytest.approx(white.tensor[0, :, 0, 0].tolist(), abs=1e-4)
    assert [-2.1179, -2.0357, -1.8044] == pytest.approx(black.tensor[0, :, 3, 3].tolist(), abs=1e-4)
    assert (
        "normalised as for ImageNet: less 0.485, 0.456, 0.406, then divided by 0.229, 0.224, 0.225"
        == white.steps[-1]
    )


def test_channels_keep_their_order() -> None:
    """Red is channel 0, green 1, blue 2."""
    prepared = prepare(flat((255, 102, 0)), (3, 4, 4), normal=None)
    assert [1.0, 0.4, 0.0] == pytest.approx(prepared.tensor[0, :, 2, 1].tolist())


def test_ones_own_figures_are_used() -> None:
    """Other figures normalise as told, also grey pictures."""
    digits = Normal("MNIST", (0.1307,), (0.3081,))
    prepared = prepare(grey([[255]]), (1, 1, 1), normal=digits)
    assert 2.8215 == pytest.approx(prepared.tensor.item(), abs=1e-4)
    assert "normalised as for MNIST: less 0.1307, then divided by 0.3081" == prepared.steps[-1]


SHAPES = {
    (784,): "784",
    (3, 100): "3×100",
    (4, 32, 32): "4×32×32",
    (2, 32, 32): "2×32×32",
    (3, 8, 32, 32): "3×8×32×32",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_that_no_picture_has_is_refused(shape: tuple[int, ...]) -> None:
    """Inputs with other than C×H×W, or with other than 1 or 3 channels, are refused."""
    with pytest.raises(PictureError) as caught:
        prepare(flat(RED), shape)
    assert (
        f"a picture can't be made into the network's input, {SHAPES[shape]}\n"
        "  a picture gives C×H×W with C = 3 (colour) or C = 1 (grey)\n"
        "  give the network such an input, for example 3×224×224"
    ) == str(caught.value)
    assert Path("a.file") == caught.value.path


def test_a_vast_input_is_refused() -> None:
    """A picture isn't enlarged without end."""
    with pytest.raises(PictureError) as caught:
        prepare(flat(RED), (3, 1_000_000, 1_000))
    assert (
        "a picture can't be made into the network's input, 3×1000000×1000\n"
        "  that is 1,000,000,000 pixels, and 1 to 100,000,000 are made"
    ) == str(caught.value)


@pytest.mark.parametrize(
    ("crop", "text"), [(0, "0"), (-1, "-1"), (1.5, "1.5"), (float("nan"), "nan")]
)
def test_a_senseless_crop_is_refused(crop: float, text: str) -> None:
    """A crop is a part of the picture."""
    with pytest.raises(PictureError) as caught:
        prepare(flat(RED), (3, 4, 4), crop=crop)
    assert (
        f"a crop of {text} can't be taken\n  it is a part of the picture: above 0, at most 1"
    ) == str(caught.value)


def test_figures_for_other_channels_are_refused() -> None:
    """Three means can't normalise one channel."""
    with pytest.raises(PictureError) as caught:
        prepare(flat(RED), (1, 4, 4), normal=IMAGENET)
    assert (
        "1-channel pictures can't be normalised by ImageNet's figures\n"
        "  there are 3 means and 3 deviations"
    ) == str(caught.value)


def test_the_cat_ships() -> None:
    """The photograph is what its page says: a JPEG of 451×300 pixels, without metadata."""
    cat = decode(CAT)
    assert ("JPEG, 451×300 pixels (width×height), RGB",) == cat.steps
    with Image.open(CAT) as stored_cat:
        assert {"jfif", "jfif_version", "jfif_unit", "jfif_density"} == set(stored_cat.info)
    page = (ROOT / "examples" / "PICTURES.md").read_text(encoding="utf-8")
    named = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")}
    present = {file.name for file in CAT.parent.iterdir() if file.suffix in {".jpg", ".png"}}
    assert present == named
