"""`netsheet filter`, `draw` and `trace`: what they print and write, and that nothing is half written."""

import json
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

import netsheet as ns
from netsheet.cli import main
from netsheet.convolution.files import Failed, Written, filter_all
from netsheet.convolution.filters import filters
from netsheet.convolution.gallery import gallery
from netsheet.convolution.kernel import find_kernel
from netsheet.core.errors import ChoiceError, FileError
from netsheet.picture.pixels import read_pixels


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder, so that messages name short paths."""
    monkeypatch.chdir(tmp_path)


def picture(*shape: int, seed: int = 0) -> NDArray[Any]:
    """Random values, H×W×C."""
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def saved(name: str, values: NDArray[Any], **options: Any) -> Path:
    """A picture's file."""
    Image.fromarray(values[..., 0] if values.shape[-1] == 1 else values).save(name, **options)
    return Path(name)


def run(capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, str, str]:
    """Status, standard output and standard error of a command."""
    status = main(command)
    out, err = capsys.readouterr()
    return status, out, err


OUTLINE = """\
a.png:
  PNG, 7×6 pixels (width×height), RGB
outline, 3×3: draws outlines: bright where a value lies above its eight neighbours, else black
  -1  -1  -1
  -1   8  -1
  -1  -1  -1
  sum 0: eight times the value, less its eight neighbours, which cancel where all is equal
  padding: 1 on each side, holding the map mirrored in its outermost value, which is not repeated
  clipped: 50 of 126 values (39.7%) below 0, now 0
  clipped: 45 of 126 values (35.7%) above 255, now 255
out.png: 7×6 written
"""


def test_a_picture_is_filtered_and_all_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """The kernel, why its sum, the padding, what was clipped, and what was written."""
    values = picture(6, 7, 3)
    saved("a.png", values)
    status, out, err = run(capsys, "filter", "a.png", "--kernel", "outline", "-o", "out.png")
    exact = _outline(values)
    below, above = int((exact < 0).sum()), int((exact > 255).sum())
    expected = OUTLINE.replace(
        "50 of 126 values (39.7%)", f"{below} of 126 values ({below / 126:.1%})"
    )
    expected = expected.replace(
        "45 of 126 values (35.7%)", f"{above} of 126 values ({above / 126:.1%})"
    )
    assert (0, expected, "") == (status, out, err)
    assert np.array_equal(np.clip(exact, 0, 255), read_pixels("out.png").values)


def _outline(values: NDArray[Any]) -> NDArray[Any]:
    """Eight times each value less its eight neighbours, mirrored at the edge: by numpy alone."""
    wide = np.pad(values.astype(int), ((1, 1), (1, 1), (0, 0)), mode="reflect")
    high, across = values.shape[:2]
    near = sum(wide[i : i + high, j : j + across] for i in range(3) for j in range(3))
    return 9 * values.astype(int) - near


def test_numbers_on_the_command_line_and_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    """Stride, padding, border, dilation, repeat, grey, flip, show and algorithm are followed."""
    values = picture(20, 22, 3)
    saved("a.png", values)
    kernel = "1/4 1/4 0; 1/4 1/4 0; 0 0 0"
    options = {
        "stride": 2, "padding": 3, "border": "edge", "dilation": 2, "repeat": 2, "grey": True,
        "flip": True, "show": "middle", "algorithm": "matrix",
    }  # fmt: skip
    command = ["filter", "a.png", "--kernel", kernel, "-o", "out.png"]
    for name, value in options.items():
        command += [f"--{name}"] if value is True else [f"--{name}", str(value)]
    status, out, _ = run(capsys, *command)
    assert 0 == status
    assert "colour turned to grey" in out
    assert "pass 2: clipped" in out
    wanted = ns.filter(values, kernel, **options)  # type: ignore[arg-type]  # as the command has them
    assert np.array_equal(wanted, read_pixels("out.png").values)


def test_a_number_as_border(capsys: pytest.CaptureFixture[str]) -> None:
    """`--border 200` lays that number around the picture."""
    values = picture(8, 9, 1)
    saved("a.png", values)
    run(capsys, "filter", "a.png", "--kernel", "box", "--border", "200", "-o", "out.png")
    wanted = ns.filter(values, "box", border="constant", value=200)
    assert np.array_equal(wanted, read_pixels("out.png").values)


def test_sixteen_bits_transparency_orientation_and_profile_stay(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What a picture has beside its colours comes out again; it is set upright first."""
    from netsheet.picture.writing import write_pixels

    deep = picture(9, 8, 4).astype(np.uint16) * 257
    write_pixels("deep.png", deep, b"a profile")
    run(capsys, "filter", "deep.png", "--kernel", "sharpen", "-o", "out.png")
    read = read_pixels("out.png")
    assert (np.dtype(np.uint16), b"a profile") == (read.values.dtype, read.profile)
    assert np.array_equal(deep[..., 3], read.values[..., 3])
    tags = Image.Exif()
    tags[0x0112] = 6
    values = picture(9, 8, 3)
    saved("turned.png", values, exif=tags)
    _, out, _ = run(capsys, "filter", "turned.png", "--kernel", "identity", "-o", "out.png")
    assert "EXIF orientation 6: turned 90° clockwise" in out
    assert np.array_equal(np.rot90(values, -1), read_pixels("out.png").values)


def test_how_it_is_computed_is_told_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    """Each algorithm's multiply-adds, those refused with reasons, and what is saved, derived."""
    saved("a.png", picture(400, 300, 3))
    _, out, _ = run(
        capsys, "filter", "a.png", "--kernel", "gaussian:31", "-o", "o.png", "--explain"
    )
    assert "winograd      it is for kernels of 3×3" in out
    assert "separable" in out.split("  chosen")[0].splitlines()[-1]
    definition = 400 * 300 * 31 * 31 * 3
    assert (
        f"by definition: H_out·W_out·k·k·(C/g)·C_out = 400·300·31·31·(3/3)·3 = {definition:,}"
        in out
    )
    taken = 3 * (430 * 300 * 31 + 400 * 300 * 31)
    assert f"C·(rows·W_out·k_w + H_out·W_out·k_h) = 3·(430·300·31 + 400·300·31) = {taken:,}" in out
    assert f"saved: {definition:,} − {taken:,} = {definition - taken:,}, 93.3%" in out


def test_the_kernels_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Every named filter, what it does and why its sum."""
    status, out, _ = run(capsys, "filter", "--list")
    assert 0 == status
    for each in filters().values():
        assert f"{each.words}\n  sum {each.total}\n" in out
    assert "gaussian:size:sigma\n" in out


def test_a_gallery_shows_every_filter(capsys: pytest.CaptureFixture[str]) -> None:
    """One page with a tile for each named filter; with a kernel, that and the picture as it is."""
    saved("a.png", picture(40, 60, 3))
    assert (0, "g.png: gallery written\n", "") == run(
        capsys, "filter", "a.png", "--gallery", "-o", "g.png"
    )
    page = Image.open("g.png")
    assert page.width > 4 * 60
    page.close()
    small = gallery("a.png", ["identity"])
    values = np.asarray(small)
    tile = np.asarray(Image.open("a.png"))
    found = np.lib.stride_tricks.sliding_window_view(values, tile.shape)[..., 0, :, :, :]
    assert (found == tile).all(axis=(-1, -2, -3)).any()
    saved("large.png", picture(100, 900, 3))
    assert 300 < gallery("large.png", ["box", "sobel"]).width < 800


# --- folders ---


def test_a_folder_is_filtered_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Each picture under its name; what is no picture is passed over, and told."""
    Path("in").mkdir()
    for number in range(5):
        saved(f"in/{number}.png", picture(8, 9, 3, seed=number))
    Path("in/notes.txt").write_text("no picture", encoding="utf-8")
    Path("in/.hidden.png").write_bytes(Path("in/0.png").read_bytes())
    status, out, err = run(capsys, "filter", "in", "--kernel", "box", "-o", "out")
    assert (0, "") == (status, err)
    assert "out: 5 of 5 pictures written" in out
    assert "1 other file passed over, for no picture that is read begins so" in out
    assert [f"{n}.png" for n in range(5)] == sorted(p.name for p in Path("out").iterdir())
    for number in range(5):
        wanted = ns.filter(picture(8, 9, 3, seed=number), "box")
        assert np.array_equal(wanted, read_pixels(f"out/{number}.png").values)


def test_one_bad_picture_keeps_none_of_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    """A picture cut short is told by name, the others are written, and the status says so."""
    Path("in").mkdir()
    saved("in/good.png", picture(30, 30, 3))
    Path("in/bad.png").write_bytes(Path("in/good.png").read_bytes()[:200])
    status, out, err = run(capsys, "filter", "in", "--kernel", "box", "-o", "out")
    assert 2 == status
    assert "out: 1 of 2 pictures written" in out
    assert err.startswith(f"netsheet: {Path('in/bad.png')} is cut short or damaged")
    assert ["good.png"] == [p.name for p in Path("out").iterdir()]


def test_a_bar_is_shown_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal a bar counts the pictures; elsewhere there is none."""
    Path("in").mkdir()
    saved("in/a.png", picture(8, 9, 3))
    _, _, plain = run(capsys, "filter", "in", "--kernel", "box", "-o", "out")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    _, _, shown = run(capsys, "filter", "in", "--kernel", "box", "-o", "out")
    assert ("", True) == (plain, "filtering" in shown)


def test_pictures_that_would_be_lost_are_kept() -> None:
    """The folder of the pictures themselves, and two pictures of one name, are refused."""
    Path("in").mkdir()
    Path("also").mkdir()
    one, other = saved("in/a.png", picture(5, 5, 3)), saved("also/a.png", picture(5, 5, 3))
    box = find_kernel("box")
    with pytest.raises(FileError, match="in is the folder of the pictures themselves"):
        list(filter_all([one], Path("in"), box))
    with pytest.raises(ChoiceError, match=r"two pictures would be written as a\.png"):
        list(filter_all([one, other], Path("out"), box))
    assert not Path("out").exists()
    done = list(filter_all([one, Path("none.png")], Path("out"), box))
    assert {Written, Failed} == {type(each) for each in done}


# --- what can't be: a word, and no file ---


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


BAD: dict[str, tuple[list[str], str]] = {
    "no such file": (["none.png", "--kernel", "box"], "there is no file none.png"),
    "not a picture": (["text.png", "--kernel", "box"], "text.png is no picture"),
    "cut short": (["cut.png", "--kernel", "box"], "cut.png is cut short or damaged"),
    "a bomb": (["bomb.png", "--kernel", "box"], "bomb.png is too large: 60,000×60,000"),
    "a kernel too large": (["a.png", "--kernel", "box:9"], "the kernel, 9×9, is larger than the picture, 7×6"),
    "an even kernel": (["a.png", "--kernel", "1 1; 1 1"], "a kernel of 2×2 has no middle"),
    "an empty kernel": (["a.png", "--kernel", ""], "a kernel without numbers"),
    "no numbers": (["a.png", "--kernel", "1 two 3"], '"two" in a kernel is no number'),
    "unequal rows": (["a.png", "--kernel", "1 2; 3"], "a kernel's rows are equally long"),
    "an unknown name": (["a.png", "--kernel", "outlin"], 'there is no kernel "outlin"; did you mean "outline"'),
    "no kernel": (["a.png"], "which kernel? name one behind --kernel"),
    "no picture": ([], "there is nothing to filter"),
    "no stride": (["a.png", "--kernel", "box", "--stride", "0"], "stride of conv can't be 0"),
    "no padding": (["a.png", "--kernel", "box", "--padding", "much"], "padding of conv can't be much"),
    "no border": (["a.png", "--kernel", "box", "--border", "wall"], 'there is no border "wall"'),
    "a border out of range": (
        ["a.png", "--kernel", "box", "--border", "300"], "a border of 300 does not fit the picture",
    ),
    "no times": (["a.png", "--kernel", "box", "--repeat", "0"], "0 times can't be done"),
    "an algorithm that can't": (
        ["a.png", "--kernel", "sharpen", "--algorithm", "separable"],
        "separable can't compute this: the kernel is no product of one-axis kernels",
    ),
    "an empty folder": (["empty", "--kernel", "box"], "there is no picture in empty"),
    "a gallery of two": (["a.png", "a.png", "--gallery"], "a gallery is made of one picture"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_told_and_nothing_is_written(
    what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 2, one clear message, no file and no part of one."""
    saved("a.png", picture(6, 7, 3))
    Path("text.png").write_text("this is no picture at all", encoding="utf-8")
    Path("cut.png").write_bytes(Path("a.png").read_bytes()[:100])
    Path("bomb.png").write_bytes(bomb(60_000, 60_000))
    Path("empty").mkdir()
    before = sorted(Path().rglob("*"))
    command, message = BAD[what]
    status, out, err = run(capsys, "filter", *command, "-o", "out/out.png")
    assert (2, "") == (status, out)
    assert err.startswith(f"netsheet: {message}")
    assert before == sorted(Path().rglob("*"))


def test_where_to_write_must_be_said_and_make_sense(capsys: pytest.CaptureFixture[str]) -> None:
    """No path, a suffix that stands for nothing, and the picture itself are refused."""
    path = saved("a.png", picture(6, 7, 3))
    before = path.read_bytes()
    for out, message in {
        "": "where is it to be written? name a path behind -o",
        "o.tiff": '"o.tiff" ends in no format of pictures that can be written',
        "a.png": "a.png is the picture itself, which would be lost",
    }.items():
        command = ["filter", "a.png", "--kernel", "box", *(["-o", out] if out else [])]
        status, _, err = run(capsys, *command)
        assert (2, True) == (status, err.startswith(f"netsheet: {message}"))
    assert (before, [path]) == (path.read_bytes(), list(Path().iterdir()))


# --- draw ---


@pytest.mark.parametrize("suffix", [".svg", ".gif", ".png"])
def test_arithmetic_is_drawn_by_suffix(suffix: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One command, three formats; what was drawn is told."""
    command = "draw conv --input 7×7 --kernel 3 --stride 2 --padding 1 -o"
    status, out, _ = run(capsys, *command.split(), f"out{suffix}")
    told = f"out{suffix}: conv 3×3/2, padding 1: 7×7 → 4×4, 16 steps drawn\n"
    assert (0, told) == (status, out)
    begins = {".svg": b"<svg ", ".gif": b"GIF89a", ".png": b"\x89PNG"}[suffix]
    assert Path(f"out{suffix}").read_bytes().startswith(begins)


DRAWN = {
    "draw conv --input 3x5x5 --kernel 3 --filters 4 --bias": "conv 3×3, 4 filters: 3×5×5 → 4×3×3, 9",
    "draw conv --input 4×5×5 --kernel 3 --filters 4 --groups 2": "conv 3×3, 4 filters, groups 2: 4×5×5 → 4×3×3, 9",
    "draw conv --input 7 --kernel 3 --padding same": "conv 3, padding same: 7 → 7, 7",
    "draw max pool --input 6×6 --kernel 2": "max pool 2×2/2: 6×6 → 3×3, 9",
    "draw maxpool2d --input 2×6×6 --kernel 3 --stride 2": "max pool 3×3/2: 2×6×6 → 2×2×2, 4",
    "draw average pool --input 6×6 --kernel 2×3": "average pool 2×3/2×3: 6×6 → 3×2, 6",
    "draw deconv --input 3×3 --kernel 3 --stride 2": "transposed conv 3×3/2: 3×3 → 7×7, 9",
    "draw conv --input 7×7 --kernel 3 --dilation 2 --steps 2-4": "conv 3×3, dilation 2: 7×7 → 3×3, 3",
    "draw conv --input 7×7 --kernel 3 --steps 24": "conv 3×3: 7×7 → 5×5, 1",
}


@pytest.mark.parametrize("command", DRAWN)
def test_layers_are_drawn_by_the_words_of_tables(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Kinds by any of their words, sizes as tables have them, channels, groups and some steps."""
    status, out, err = run(capsys, *command.split(), "-o", "a.svg")
    assert (0, "") == (status, err)
    assert out.startswith(f"a.svg: {DRAWN[command]} step")


NOT_DRAWN = {
    "draw relu --input 7 --kernel 3 -o a.svg": "relu has no picture of its steps",
    "draw conv --input 7×7 --kernel 9 -o a.svg": "the window doesn't fit the input's height",
    "draw conv --input 7×7 --kernel 3 -o a.pdf": '"a.pdf" ends in no format that can be drawn',
    "draw conv --input seven --kernel 3 -o a.svg": 'input "seven" is no size',
    "draw conv --input 7×7 --kernel 3 --steps 25 -o a.svg": "there are no steps 25",
    "draw conv --input 7×7 --kernel 3 --steps last -o a.svg": '"last" are no steps',
    "draw max pool --input 7×7 --kernel 2 --filters 3 -o a.svg": "max pool has no filters",
    "draw conv --input 9×9×9 --kernel 3×3×3 -o a.svg": "a volume has no flat picture",
    "draw conv --input 300×300 --kernel 3 -o a.svg": "1×300×300 to 1×298×298 is too large",
    "draw conv --input 14×14 --kernel 3 -o a.png": "144 steps don't fit one page",
}


@pytest.mark.parametrize("command", NOT_DRAWN)
def test_what_cannot_be_drawn_is_told(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2, the reason, and no file."""
    status, out, err = run(capsys, *command.split())
    assert (2, "") == (status, out)
    assert err.startswith(f"netsheet: {NOT_DRAWN[command]}")
    assert [] == list(Path().iterdir())


# --- trace ---


def test_a_pixel_is_traced_in_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    """As text on the screen or in a file, as data, and as pictures."""
    values = picture(6, 7, 3)
    saved("a.png", values)
    command = ["trace", "a.png", "1,2,3", "--kernel", "outline"]
    status, told, _ = run(capsys, *command)
    exact = int(_outline(values)[2, 3, 1])
    assert 0 == status
    assert f"  9 products add up to {exact}".replace("-", "−") in told
    held = min(max(exact, 0), 255)
    assert f"  the picture holds {held}: {exact}, clipped to {held}".replace("-", "−") in told
    for suffix in (".txt", ".json", ".svg", ".png"):
        status, out, _ = run(capsys, *command, "-o", f"t{suffix}")
        assert (0, f"t{suffix}: trace written\n") == (status, out)
    assert told == Path("t.txt").read_text(encoding="utf-8")
    data = json.loads(Path("t.json").read_text(encoding="utf-8"))
    assert exact == data["value"] == sum(p["product"] for p in data["slices"][0]["products"])
    assert [1, 2, 3] == data["place"]


def test_a_pixel_is_asked_about_the_other_way_round(capsys: pytest.CaptureFixture[str]) -> None:
    """Who reads a corner's value, mirrored borders counted, and what a weight meets."""
    saved("a.png", picture(6, 7, 3))
    base = ["trace", "a.png", "--kernel", "box"]
    _, out, _ = run(capsys, *base[:2], "0,0,0", *base[2:], "--of", "input")
    assert "4 outputs read it, at 4 positions of channel 0" in out
    _, out, _ = run(capsys, *base[:2], "0,0", *base[2:], "--of", "weight", "--border", "zero")
    assert "used 42 times, once for each output, on channel 0 of the input" in out
    assert "12 of them lie in the padding" in out
    for of, place in (("input", "0,0,0"), ("weight", "0,0")):
        for suffix in (".svg", ".png", ".txt", ".json"):
            status, _, _ = run(
                capsys, *base[:2], place, *base[2:], "--of", of, "-o", f"{of}{suffix}"
            )
            assert (0, True) == (status, Path(f"{of}{suffix}").stat().st_size > 0)


def test_a_picture_without_a_kernel_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """It is no sheet that isn't UTF-8: what is missing is said."""
    saved("a.png", picture(9, 9, 3))
    status, _, err = run(capsys, "trace", "a.png", "0,1,2")
    assert (2, True) == (status, "a.png is a picture; say what is laid on it" in err)


def test_a_networks_value_is_traced(capsys: pytest.CaptureFixture[str]) -> None:
    """A row by its name or its group's, with what torch has and what follows in place."""
    pytest.importorskip("torch")
    saved("a.png", picture(40, 40, 1))
    command = ["trace", "lenet5", "C1", "2,3,4", "--picture", "a.png"]
    status, out, _ = run(capsys, *command)
    assert 0 == status
    assert out.startswith("LeNet-5 C1.conv, output 2,3,4 (channel, row, column) of 6×28×28\n")
    assert "  torch has " in out
    assert "  then C1." in out
    run(capsys, *command, "-o", "t.json")
    data = json.loads(Path("t.json").read_text(encoding="utf-8"))
    assert abs(data["value"] - data["computed"]) < 1e-5
    assert 25 == len(data["slices"][0]["products"])


def test_a_network_is_asked_the_other_way_round_without_weights(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """LeNet-5's C3: 25 positions of ten channels read a value; a weight meets 100."""
    _, out, _ = run(capsys, "trace", "lenet5", "C3", "0,4,5", "--of", "input")
    assert (
        "250 outputs read it, at 25 positions of channels 0, 4, 5, 6, 9, 10, 11, 12, 14, 15" in out
    )
    run(capsys, "trace", "lenet5", "C3", "7,2,2", "--of", "weight", "-o", "w.json")
    data = json.loads(Path("w.json").read_text(encoding="utf-8"))
    assert (3, 100) == (data["channel"], len(data["meets"]))


NOT_TRACED = {
    "trace lenet5 C3 0,99,0 --of input": "0,99,0 lies outside the input, 6×14×14",
    "trace lenet5 C3 here --of input": '"here" is no place',
    "trace lenet5 F6 0 --of input": '"F6" has no row that can be followed',
    "trace lenet5 C9 0,0,0 --of input": 'LeNet-5 has no row "C9"',
    "trace lenet5 C1 0,0,0": "values need a picture; name one behind --picture",
    "trace lenet5 C1": "name a row of the network and a place in it",
    "trace lenet5 C1 0,0,0 --of input -o a.pdf": '"a.pdf" ends in no format that a trace',
    "trace a.png 9,0,0 --kernel box": "9,0,0 lies outside the output, 3×6×7",
    "trace a.png 0,0,0 --kernel sobel": "sobel is two filters, whose results are joined",
    "trace a.png 0 0 --kernel box": "name a place in the picture",
}


@pytest.mark.parametrize("command", NOT_TRACED)
def test_what_cannot_be_traced_is_told(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2, the reason, and no file."""
    saved("a.png", picture(6, 7, 3))
    status, out, err = run(capsys, *command.split())
    assert (2, "") == (status, out)
    assert err.startswith(f"netsheet: {NOT_TRACED[command]}")
    assert ["a.png"] == [path.name for path in Path().iterdir()]
