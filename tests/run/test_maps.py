"""Contact sheets: what is drawn is what was computed, and what is left out is told."""

from math import inf, isnan, nan
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("PIL")

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from netsheet.core.errors import FileError, UnsupportedError
from netsheet.picture.page import plain
from netsheet.run.maps import ContactSheet, Facts, draw, measure, write, write_maps

PAPER, LOWEST, HIGHEST, MAGENTA = (255, 255, 255), (25, 66, 148), (122, 48, 0), (255, 0, 200)
HALF_BELOW, HALF_ABOVE, FRAME = (102, 161, 230), (215, 141, 80), (190, 190, 190)

Colour = tuple[int, int, int]
Rows = list[list[Colour]]
DEAD = "maps dead (zero everywhere)"

Drawn = dict[str, tuple[float, float]]


def sheet_of(maps: Any, **options: Any) -> ContactSheet:
    """A contact sheet of some row."""
    return draw(torch.as_tensor(maps), name="conv1", words="conv 3×3, 2", **options)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    """Every text that is drawn from now on, and where."""
    texts: Drawn = {}
    usual = ImageDraw.ImageDraw.text

    def text(self: Any, place: tuple[float, float], words: str, *rest: Any, **more: Any) -> None:
        texts[words] = place
        usual(self, place, words, *rest, **more)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", text)
    return texts


def places(
    image: Image.Image, rows: Rows, zoom: tuple[int, int], rim: Colour = FRAME
) -> list[tuple[int, int]]:
    """Where on a page a framed tile stands whose values are `zoom` (width, height) pixels large."""
    page = np.asarray(image)
    block = np.array(rows, dtype=np.uint8).repeat(zoom[1], axis=0).repeat(zoom[0], axis=1)
    framed = np.stack(
        [np.pad(block[..., part], 1, constant_values=rim[part]) for part in range(3)], axis=-1
    )
    high, wide = framed.shape[:2]
    height, width = page.shape[0] - high + 1, page.shape[1] - wide + 1
    same = (page[:height, :width] == framed[0, 0]).all(-1)
    same &= (page[1 : height + 1, 1 : width + 1] == framed[1, 1]).all(-1)
    return [
        (int(x) + 1, int(y) + 1)
        for y, x in np.argwhere(same)
        if (page[y : y + high, x : x + wide] == framed).all()
    ]


def assert_drawn(
    sheet: ContactSheet, rows: Rows, zoom: tuple[int, int], rim: Colour = FRAME
) -> None:
    """Assert that a tile of these colours stands on the page once, in a frame of that colour."""
    found = places(sheet.image, rows, zoom, rim)
    assert 1 == len(found), f"found at {found}"


# --- figures ---


def test_figures_are_of_all_values() -> None:
    """Least, greatest and mean, zeros and dead maps are counted over every value."""
    maps = torch.tensor([[[0.0, 0.0], [0.0, -0.0]], [[-2.0, 0.0], [4.0, 6.0]]])
    expected = Facts((2, 2, 2), 8, -2.0, 6.0, 1.0, 5, 1, 0, 0)
    assert expected == measure(maps)
    assert expected == measure(maps.to(torch.bfloat16))
    assert expected == measure(maps.requires_grad_())
    assert expected == measure(maps.int())


def test_figures_leave_out_what_is_no_number() -> None:
    """NaN and infinities are counted apart; a map that has some isn't dead."""
    maps = torch.tensor([[nan, 0.0], [inf, -inf], [0.0, 0.0], [5.0, 1.0]])
    assert Facts((4, 2), 8, 0.0, 5.0, 1.2, 3, 1, 1, 2) == measure(maps)


def test_figures_of_nothing_finite() -> None:
    """Without a finite value there is neither a least, a greatest nor a mean."""
    facts = measure(torch.tensor([nan, inf]))
    assert [True] * 3 == [isnan(x) for x in (facts.least, facts.greatest, facts.mean)]
    assert (0, 0, 1, 1) == (facts.zeros, facts.dead, facts.nan, facts.infinite)


# --- pixels ---


def test_a_map_is_drawn_value_by_value() -> None:
    """Each value is a block of one colour: white at zero, the last colours at ±scale."""
    sheet = sheet_of([[[-4.0, -2.0, 0.0], [0.0, 2.0, 4.0]], [[4.0] * 3, [0.0] * 3]], beyond=0.0)
    assert (4.0, 0, 2) == (sheet.scale, sheet.outside, sheet.shown)
    first = [[LOWEST, HALF_BELOW, PAPER], [PAPER, HALF_ABOVE, HIGHEST]]
    assert_drawn(sheet, first, (24, 24))
    assert_drawn(sheet, [[HIGHEST] * 3, [PAPER] * 3], (24, 24))


@pytest.mark.parametrize(
    "wrong",
    [
        [[HIGHEST, HALF_ABOVE, PAPER], [PAPER, HALF_BELOW, LOWEST]],  # signs exchanged
        [[PAPER, HALF_BELOW, LOWEST], [HIGHEST, HALF_ABOVE, PAPER]],  # mirrored
        [[LOWEST, HALF_BELOW, (254, 255, 255)], [PAPER, HALF_ABOVE, HIGHEST]],  # zero not white
        [[LOWEST, HALF_BELOW, PAPER, PAPER], [PAPER, HALF_ABOVE, HIGHEST, PAPER]],  # too wide
    ],
)
def test_another_map_is_noticed(wrong: Rows) -> None:
    """Negative control: a tile of other pixels isn't found."""
    sheet = sheet_of([[[-4.0, -2.0, 0.0], [0.0, 2.0, 4.0]]], beyond=0.0)
    with pytest.raises(AssertionError, match="found at"):
        assert_drawn(sheet, wrong, (24, 24))


def test_a_wrong_frame_is_noticed() -> None:
    """Negative control: a tile in a frame of another colour isn't found."""
    with pytest.raises(AssertionError, match="found at"):
        assert_drawn(sheet_of([[[4.0]], [[-4.0]]] * 2, beyond=0.0), [[HIGHEST]], (24, 24), MAGENTA)


@pytest.mark.parametrize(("side", "zoom"), [(3, 24), (13, 8), (55, 2), (96, 1), (200, 1)])
def test_small_maps_are_enlarged(side: int, zoom: int) -> None:
    """Small maps are enlarged by whole numbers, and it is told."""
    sheet = sheet_of(torch.ones(1, side, side))
    assert_drawn(sheet, [[HIGHEST] * side] * side, (zoom, zoom))
    told = f" · a value is {zoom}×{zoom} pixels" if zoom > 1 else ""
    assert f"all 1 maps drawn{told}" == sheet.lines[2]


def test_large_maps_are_averaged() -> None:
    """Maps of more than 256 pixels a side are drawn by means of blocks, and it is told."""
    maps = torch.zeros(1, 300, 301)
    maps[0, 0, 0] = 4.0  # one of four: the block's mean is 1
    maps[0, 1, 300] = -2.0  # the last column's blocks hold two values: the mean is −1
    sheet = sheet_of(maps, scale=2.0)
    rows = [[PAPER] * 151 for _ in range(150)]
    rows[0][0], rows[0][150] = HALF_ABOVE, HALF_BELOW
    assert_drawn(sheet, rows, (1, 1))
    assert "all 1 maps drawn · a pixel is the mean of 2×2 values" == sheet.lines[2]


def test_of_volumes_the_middle_slice_is_drawn() -> None:
    """C×D×H×W is drawn by slice D/2, which is told; figures are of all values."""
    maps = torch.zeros(2, 5, 1, 2)
    maps[0, 2] = torch.tensor([8.0, -8.0])
    maps[1, 1, 0, 0] = nan
    sheet = sheet_of(maps, scale=8.0)
    assert_drawn(sheet, [[HIGHEST, LOWEST]], (24, 24))
    assert_drawn(sheet, [[PAPER, PAPER]], (24, 24), MAGENTA)  # the NaN lies in another slice
    assert (
        "conv 3×3, 2 · C×D×H×W = 2×5×1×2",
        f"least -8 · greatest 8 · mean 0 · zeros 17 of 20 (85.0%) · 0 of 2 {DEAD}",
        "all 2 maps drawn by their middle slice, 2 of 0 to 4 along D · a value is 24×24 pixels",
        "1 NaN of 20 values, in magenta",
    ) == sheet.lines


def test_maps_of_one_axis_are_strips() -> None:
    """C×L is drawn as a strip a channel, twelve pixels high."""
    sheet = sheet_of([[-1.0, 0.0, 1.0] * 20, [0.5] * 60], beyond=0.0)
    assert_drawn(sheet, [[LOWEST, PAPER, HIGHEST] * 20], (13, 12))
    assert_drawn(sheet, [[HALF_ABOVE] * 60], (13, 12))
    assert (
        "conv 3×3, 2 · C×L = 2×60",
        "all 2 maps drawn · a value is 13 pixels wide",
    ) == (sheet.lines[0], sheet.lines[2])


def test_long_strips_are_averaged() -> None:
    """A strip longer than 1024 values is drawn by means, and it is told."""
    sheet = sheet_of(torch.tensor([[0.0, 2.0] * 1000]), beyond=0.0)
    assert_drawn(sheet, [[HALF_ABOVE] * 1000], (1, 12))
    assert "all 1 maps drawn · a pixel is the mean of 2 values" == sheet.lines[2]


@pytest.mark.parametrize("shape", [(130,), (130, 1), (130, 1, 1), (130, 1, 1, 1)])
def test_a_vector_is_folded(shape: tuple[int, ...], drawn: Drawn) -> None:
    """Values without axes stand 64 in a row, labelled by the channel that begins it."""
    values = torch.zeros(130)
    values[64], values[129] = -1, 1
    sheet = sheet_of(values.reshape(shape))
    assert_drawn(sheet, [[LOWEST, *[PAPER] * 63]], (12, 12))
    assert_drawn(sheet, [[PAPER, HIGHEST]], (12, 12))
    assert ["0", "64", "128"] == [text for text in drawn if text in {"0", "64", "128"}]
    assert (
        "least -1 · greatest 1 · mean 0 · zeros 128 of 130 (98.5%)",
        "all 130 values drawn, 64 in a row",
    ) == sheet.lines[1:]


def test_a_long_vector_is_cut() -> None:
    """Of a vector the first `limit` rows are drawn, and it is told."""
    sheet = sheet_of(torch.ones(4096), limit=2)
    assert (128, "first 128 of 4,096 values drawn, 64 in a row") == (sheet.shown, sheet.lines[2])


def test_of_many_maps_the_first_are_drawn(drawn: Drawn) -> None:
    """The first 64 of 256 maps are drawn, in rows of eight, each above its channel's number."""
    sheet = sheet_of(torch.ones(256, 13, 13))
    assert (64, "first 64 of 256 maps drawn · a value is 8×8 pixels") == (
        sheet.shown,
        sheet.lines[2],
    )
    assert "63" in drawn
    assert "64" not in drawn
    found = places(sheet.image, [[HIGHEST] * 13] * 13, (8, 8))
    assert 64 == len(found)
    assert [(x, y - 4) for x, y in found] == [drawn[str(channel)] for channel in range(64)]
    assert [8] * 8 == [sum(y == row for _, y in found) for row in sorted({y for _, y in found})]


def test_a_dead_map_is_marked(drawn: Drawn) -> None:
    """A map that is zero everywhere is called so at its tile and in the heading."""
    sheet = sheet_of([[[0.0, 0.0]], [[0.0, 1.0]]])
    assert {"0 zero", "1"} < set(drawn)
    assert (
        "least 0 · greatest 1 · mean 0.25 · zeros 3 of 4 (75.0%) · 1 of 2 maps dead (zero everywhere)"
        == sheet.lines[1]
    )


# --- the scale ---


def bar(image: Image.Image) -> list[tuple[int, int, int]]:
    """The bar's pixels from left to right, from one of the rows that begin with its first colour."""
    page = np.asarray(image)
    rows = [y for y in range(image.height) if tuple(page[y, 25]) == LOWEST]
    assert 14 == len(rows)
    red, green, blue = page[rows[7], 24 : 24 + 515].T.tolist()
    return list(zip(red, green, blue, strict=True))


def test_the_bar_shows_the_scale(drawn: Drawn) -> None:
    """The bar runs from the lowest colour over white in its middle to the highest, with numbers."""
    pixels = bar(sheet_of([[[0.0, 0.0]], [[3.0, -1.0]]], scale=3.2).image)
    assert [FRAME, LOWEST, HALF_BELOW, PAPER, HALF_ABOVE, HIGHEST, FRAME] == [
        pixels[place] for place in (0, 1, 129, 257, 385, 513, 514)
    ]
    assert 1 == pixels.count(PAPER)
    numbers = {"-3.2": 25, "-1.6": 153, "0": 281, "+1.6": 409, "+3.2": 537}
    assert numbers == {text: drawn[text][0] for text in numbers}


def test_values_beyond_the_scale_are_counted(drawn: Drawn) -> None:
    """What has an end colour without being at the end is counted, in the heading and on the bar."""
    maps = torch.cat([torch.full((999,), 1.0), torch.tensor([-50.0])]).reshape(1, 10, 100)
    sheet = sheet_of(maps)
    assert (1.0, 1) == (sheet.scale, sheet.outside)
    assert "1 of 1,000 values lie beyond ±1 and have its end colours" == sheet.lines[3]
    assert {"-1 and less", "+1 and more"} < set(drawn)
    whole = sheet_of(maps, beyond=0.0)
    assert (50.0, 0, 3) == (whole.scale, whole.outside, len(whole.lines))


def test_a_given_scale_is_kept() -> None:
    """A scale that is given makes sheets comparable; what lies beyond is counted against it."""
    sheet = sheet_of([[[16.0, -9.0, 8.0, 7.0]]], scale=8.0)
    assert (8.0, 2) == (sheet.scale, sheet.outside)
    assert_drawn(sheet, [[HIGHEST, LOWEST, HIGHEST, (151, 66, 0)]], (24, 24))


def test_what_is_no_number_stands_out(drawn: Drawn) -> None:
    """NaN and infinities are magenta, in a magenta frame, explained beside the bar and counted."""
    sheet = sheet_of([[[nan, 1.0], [inf, -inf]], [[1.0, -1.0], [0.0, 0.0]]])
    assert_drawn(sheet, [[MAGENTA, HIGHEST], [MAGENTA, MAGENTA]], (24, 24), MAGENTA)
    assert_drawn(sheet, [[HIGHEST, LOWEST], [PAPER, PAPER]], (24, 24))
    assert "no finite number" in drawn
    assert "1 NaN and 2 infinite of 8 values, in magenta" == sheet.lines[3]


def test_nothing_finite_is_told() -> None:
    """A sheet without a finite value says so instead of figures."""
    sheet = sheet_of([[[nan, nan]], [[nan, nan]]])
    assert (
        "no finite value · zeros 0 of 4 (0.0%) · 0 of 2 maps dead (zero everywhere)",
        "all 2 maps drawn · a value is 24×24 pixels",
        "4 NaN of 4 values, in magenta",
    ) == sheet.lines[1:]


# --- the heading ---


def test_the_heading_is_drawn(drawn: Drawn) -> None:
    """Name, layer, shape and figures stand on the page, in the font's own signs."""
    sheet = sheet_of(torch.tensor([[[1.5, -0.25, 0.0]]]), beyond=0.0)
    words = (
        "conv 3×3, 2 · C×H×W = 1×1×3",
        f"least -0.25 · greatest 1.5 · mean 0.4167 · zeros 1 of 3 (33.3%) · 0 of 1 {DEAD}",
        "all 1 maps drawn · a value is 24×24 pixels",
    )
    assert words == sheet.lines
    assert ["conv1", *(line.replace("×", "x") for line in words)] == list(drawn)[:4]


def test_a_long_heading_is_wrapped(drawn: Drawn) -> None:
    """Nothing of a long name is cut off: it goes on in the next line."""
    name = "".join(f"{number:03}" for number in range(100))
    layer = " ".join(f"add{number}" for number in range(100))
    sheet = draw(torch.ones(1, 2, 2), name=name, words=layer)
    lines = sorted(drawn, key=lambda text: drawn[text][1])
    title = [line for line in lines if line.isdecimal() and len(line) > 2]
    assert name == "".join(title)
    assert [] == [line for line in title if ImageFont.load_default(22).getlength(line) > 720]
    assert layer == " ".join(lines[len(title) :]).partition(" · ")[0]
    assert 768 == sheet.image.width


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3×3 – 5 ≥ 4 → 2", "3x3 - 5 >= 4 to 2"),
        ("±3.2 · “é”", "±3.2 · “e”"),
        ("합성곱\n1", "????1"),
        ("conv\x1b[2J", "conv?[2J"),
    ],
)
def test_signs_that_the_font_lacks_are_replaced(text: str, expected: str) -> None:
    """What Pillow's own font can't draw is written with what it can, or as a question mark."""
    assert expected == plain(text)


# --- refusals ---


@pytest.mark.parametrize(
    ("maps", "sizes"),
    [
        (torch.ones(2, 2, 2, 2, 2), "2×2×2×2×2"),
        (torch.ones(()), "no axis"),
        (torch.ones(3, 0, 2), "3×0×2"),
        (torch.ones(2, 2, dtype=torch.complex64), "2×2, complex"),
    ],
)
def test_what_is_no_map_is_refused(maps: torch.Tensor, sizes: str) -> None:
    """Tensors of other ranks, without values or with complex ones, are refused."""
    with pytest.raises(UnsupportedError) as caught:
        sheet_of(maps)
    expected = f"maps of {sizes} can't be drawn\n  C, C×L, C×H×W and C×D×H×W can"
    assert expected == str(caught.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"limit": 0}, "0 maps can't be drawn\n  the limit is 1 or more"),
        ({"scale": 0.0}, "a scale of 0 can't be drawn\n  it is a number above 0"),
        ({"scale": nan}, "a scale of nan can't be drawn\n  it is a number above 0"),
        ({"scale": inf}, "a scale of inf can't be drawn\n  it is a number above 0"),
        (
            {"beyond": 1.0},
            "a part of 1 can't lie beyond the scale\n  it is 0 or more, and below 1",
        ),
    ],
)
def test_senseless_wishes_are_refused(options: dict[str, Any], message: str) -> None:
    """A limit, a scale or a part that makes no sense is refused."""
    with pytest.raises(UnsupportedError) as caught:
        sheet_of(torch.ones(1, 2, 2), **options)
    assert message == str(caught.value)


# --- files ---


@pytest.fixture
def sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ContactSheet:
    """A small sheet, to be written into an empty folder."""
    monkeypatch.chdir(tmp_path)
    return sheet_of([[[1.0, -1.0]]])


def test_a_sheet_is_written(sheet: ContactSheet) -> None:
    """The file holds the page's pixels and, as text, its heading; its folders are made."""
    write(sheet, "maps/alexnet/conv1.png")
    with Image.open("maps/alexnet/conv1.png") as image:
        assert ("PNG", "RGB") == (image.format, image.mode)
        assert sheet.image.tobytes() == image.tobytes()
        assert {"Title": "conv1", "Description": "\n".join(sheet.lines)} == image.info
    assert ["conv1.png"] == [file.name for file in Path("maps/alexnet").iterdir()]


def test_a_sheet_is_written_the_same_twice(sheet: ContactSheet) -> None:
    """The same maps give the same bytes, with the rights that any new file has."""
    write(sheet, "a.png")
    write(sheet_of([[[1.0, -1.0]]]), "b.png")
    assert Path("a.png").read_bytes() == Path("b.png").read_bytes()
    Path("c.png").write_bytes(b"")
    assert Path("c.png").stat().st_mode == Path("a.png").stat().st_mode


@pytest.mark.parametrize("step", ["write_bytes", "replace"])
def test_an_old_file_stays_where_writing_fails(
    step: str, sheet: ContactSheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the disk is full, the file that was there is as it was, and nothing lies beside it."""
    Path("a.png").write_text("old", encoding="utf-8")

    def fail(path: Path, *_: object) -> None:
        with path.open("ab") as file:
            file.write(b"half a pict")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, step, fail)
        with pytest.raises(FileError) as caught:
            write(sheet, "a.png")
    assert "a.png can't be written\n  no space left on device" == str(caught.value)
    assert Path("a.png") == caught.value.path
    assert ["a.png"] == [file.name for file in Path().iterdir()]
    assert "old" == Path("a.png").read_text(encoding="utf-8")
    write(sheet, "a.png")
    assert b"\x89PNG" == Path("a.png").read_bytes()[:4]


def test_an_interrupted_write_leaves_nothing(
    sheet: ContactSheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stops the program finds no half-written file."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        write(sheet, "a.png")
    assert [] == list(Path().iterdir())


def test_a_folder_is_not_replaced(sheet: ContactSheet) -> None:
    """Where a folder has the file's name, it stays, and nothing lies beside it."""
    Path("a.png").mkdir()
    with pytest.raises(FileError) as caught:
        write(sheet, "a.png")
    assert "a.png can't be written\n  is a directory" == str(caught.value)
    assert ["a.png"] == [file.name for file in Path().iterdir()]


def test_a_file_is_no_folder(sheet: ContactSheet) -> None:
    """Where a file has the folder's name, it stays, and the folder is named."""
    Path("maps").write_text("mine", encoding="utf-8")
    with pytest.raises(FileError) as caught:
        write(sheet, "maps/conv1.png")
    assert "there can be no folder maps\n  file exists" == str(caught.value)
    assert "mine" == Path("maps").read_text(encoding="utf-8")


def test_maps_are_written_in_one_go(sheet: ContactSheet) -> None:
    """Drawing and writing at once gives the same file as one after the other."""
    write(sheet, "a.png")
    maps = torch.tensor([[[1.0, -1.0]]])
    again = write_maps(maps, Path("b.png"), name="conv1", words="conv 3×3, 2")
    assert sheet.lines == again.lines
    assert Path("a.png").read_bytes() == Path("b.png").read_bytes()
    write_maps(maps, "b.png", name="conv1", words="conv 3×3, 2", scale=2.0)
    assert Path("a.png").read_bytes() != Path("b.png").read_bytes()
