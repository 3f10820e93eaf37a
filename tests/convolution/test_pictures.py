"""Filters on pictures: each value as defined, rounded and clipped; nothing else is touched."""

import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PIL")
pytest.importorskip("numpy")

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

import netsheet as ns
from netsheet.convolution.border import Border
from netsheet.convolution.filters import filters
from netsheet.convolution.finish import Clipped
from netsheet.convolution.kernel import find_kernel
from netsheet.convolution.opencv import on_cores
from netsheet.convolution.picture import Filtered, apply, planes
from netsheet.convolution.reference import by_definition
from netsheet.core.errors import ChoiceError, NetsheetError, PictureError, RuleError

Values = NDArray[Any]


@pytest.fixture(params=["with OpenCV and SciPy", "with numpy alone"])
def _engines(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test with the libraries that do inner loops, and without."""
    if request.param == "with numpy alone":
        monkeypatch.setattr("netsheet.convolution.opencv.opencv", lambda: None)
        monkeypatch.setattr("netsheet.convolution.fourier.scipy_fft", lambda: None)
    else:
        pytest.importorskip("cv2")
        pytest.importorskip("scipy")


def picture(*shape: int, bits: int = 8, seed: int = 0) -> Values:
    """Random values, H×W×C."""
    kind = np.uint8 if bits == 8 else np.uint16
    return np.random.default_rng(seed).integers(0, 2**bits, shape, kind)


def defined(values: Values, plane: Values, border: Border, **options: Any) -> Values:
    """What the definition gives for each colour, H×W×C, before anything is rounded."""
    usual = {"stride": (1, 1), "dilation": (1, 1)}
    pads = options.pop("padding", None) or [(side // 2, side // 2) for side in plane.shape]
    made = [
        by_definition(
            values[None, ..., c], plane[None, None], padding=pads, border=border,
            **{**usual, **options},
        )[0]
        for c in range(values.shape[-1])
    ]  # fmt: skip
    return np.stack(made, -1)


def assert_rounded(exact: Values, made: Values, slack: float = 1e-3) -> None:
    """Assert that values are these numbers, rounded and clipped; next to a half, either way."""
    top = np.iinfo(made.dtype).max
    assert exact.shape == made.shape
    off = np.abs(np.clip(exact, 0, top) - made.astype(float)).max()
    assert off <= 0.5 + slack, f"off by {off}"


KERNELS = [
    "sharpen",
    "box:5",
    "gaussian:7",
    "sobel-x",
    "emboss",
    "motion:7:30",
    "1 2 3; 0 0 -1; 5 0 1",
]
BORDERS = ["zero", "edge", "reflect", "wrap", "constant"]


@pytest.mark.usefixtures("_engines")
class TestAgainstTheDefinition:
    """The same claims, whichever library does the inner loops."""

    @pytest.mark.parametrize("bits", [8, 16])
    @pytest.mark.parametrize("border", BORDERS)
    @pytest.mark.parametrize("kernel", KERNELS)
    def test_colours_are_filtered_as_defined(self, kernel: str, border: str, bits: int) -> None:
        """Each colour by itself, with each border, in 8 bits and in 16."""
        values = picture(19, 23, 3, bits=bits)
        [plane] = planes(find_kernel(kernel))
        exact = defined(values, plane, Border.of(border, 9))
        made = ns.filter(values, kernel, border=border, value=9, show="clip")
        assert values.dtype == made.dtype
        assert_rounded(exact, made, 1e-3 if bits == 8 else 0.05)

    @given(data=st.data())
    @settings(max_examples=40)
    def test_any_kernel_and_options(self, data: st.DataObject) -> None:
        """Random kernels, strides, dilations, paddings and channels, by each algorithm chosen."""
        rng = np.random.default_rng(data.draw(st.integers(0, 999)))
        high, wide = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 5))
        dilation = data.draw(st.integers(1, 2))
        channels = data.draw(st.sampled_from([1, 3, 5]))
        size = data.draw(st.integers(9, 30)), data.draw(st.integers(9, 30))
        stride = data.draw(st.integers(1, 3))
        padding = (data.draw(st.integers(0, 4)), data.draw(st.integers(0, 4)))
        values = picture(*size, channels, bits=data.draw(st.sampled_from([8, 16])))
        plane = rng.normal(size=(high, wide))
        border = data.draw(st.sampled_from(BORDERS))
        exact = defined(
            values, plane, Border.of(border, 5), stride=(stride, stride),
            dilation=(dilation, dilation), padding=[(p, p) for p in padding],
        )  # fmt: skip
        made = ns.filter(
            values, plane, stride=stride, dilation=dilation, padding=padding, border=border,
            value=5,
        )  # fmt: skip
        assert_rounded(exact, made, 2e-3 if values.dtype == np.uint8 else 0.3)

    @pytest.mark.parametrize("kind", [np.uint8, np.float32, np.float64])
    def test_a_picture_in_many_parts_is_the_same(self, kind: Any) -> None:
        """Rows and edges computed apart, and on two threads, give one picture without seams."""
        values = picture(300, 90, 3).astype(kind)
        for kernel in ("sharpen", "gaussian:9", "box:11", "outline", TWO):
            [plane] = planes(find_kernel(kernel))
            r = len(plane) // 2  # around the middle, where the parts meet
            near = values[147 - r : 153 + r, 20 - r : 24 + r]
            exact = defined(near, plane, Border(), padding=[(0, 0), (0, 0)])
            for algorithm in named(values, kernel):
                parts = ns.filter(values, kernel, border="wrap", threads=2, algorithm=algorithm)
                whole = ns.filter(values, kernel, border="wrap", threads=1, algorithm="fft")
                off = np.abs(whole.astype(float) - parts.astype(float)).max()
                assert off <= (1 if kind == np.uint8 else 1e-2), (algorithm, kernel)
                if kind == np.uint8:
                    assert_rounded(exact, parts[147:153, 20:24])

    @pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 7])
    @pytest.mark.parametrize("kernel", ["sharpen", "gaussian:5", "box:3", "emboss"])
    def test_as_many_channels_as_there_are(self, channels: int, kernel: str) -> None:
        """More than OpenCV takes in one go, too; of 2 and 4 the last is transparency."""
        values = picture(24, 31, channels)
        [plane] = planes(find_kernel(kernel))
        colours = channels - (channels in {2, 4})
        exact = defined(values[..., :colours], plane, Border("reflect"))
        made = ns.filter(values, kernel, show="clip")
        assert_rounded(exact, made[..., :colours])
        assert np.array_equal(values[..., colours:], made[..., colours:])


TWO = "1 2 3 2 1; 2 4 0 4 2; 3 6 1 6 3; 2 4 0 4 2; 1 2 3 2 1"
"""A sum of two products."""


def named(values: Values, kernel: str) -> list[str]:
    """The algorithms that take a kernel on a picture."""
    [choice] = apply(values, find_kernel(kernel)).choices
    return [offer.algorithm.name for offer in choice.offers if not offer.refused]


def test_a_seam_is_noticed() -> None:
    """Negative control: a row that is one off is seen by the comparison."""
    values = picture(19, 23, 3)
    [plane] = planes(find_kernel("box:5"))
    exact, made = defined(values, plane, Border("reflect")), ns.filter(values, "box:5")
    assert_rounded(exact, made)
    made[7] += 1
    with pytest.raises(AssertionError, match="off by"):
        assert_rounded(exact, made)


def test_opencv_gives_the_same_picture() -> None:
    """A photograph filtered by us and by `cv2.filter2D` differs at rounded halves at most."""
    cv2 = pytest.importorskip("cv2")
    values = np.asarray(Image.open(Path(__file__).parents[2] / "examples" / "cat.jpg"))
    for kernel in ("sharpen", "outline", "gaussian:9", "box:9"):
        [plane] = planes(find_kernel(kernel))
        theirs = cv2.filter2D(values, -1, plane, borderType=cv2.BORDER_REFLECT_101)
        ours = ns.filter(values, kernel)
        assert int(np.abs(theirs.astype(int) - ours.astype(int)).max()) <= 1
        assert np.mean(theirs != ours) < 1e-3


def test_pillow_gives_the_same_inner_picture() -> None:
    """Pillow's own kernels, whose borders are left unfiltered, agree inside."""
    from PIL import ImageFilter

    values = picture(40, 50, 3)
    kernel = ImageFilter.Kernel((3, 3), [0, -1, 0, -1, 5, -1, 0, -1, 0], 1)
    theirs = np.asarray(Image.fromarray(values).filter(kernel))
    assert np.array_equal(theirs[1:-1, 1:-1], ns.filter(values, "sharpen")[1:-1, 1:-1])


# --- rounding, clipping, signs ---


def run(values: Values, kernel: Any, **options: Any) -> Filtered:
    """Filter with what is clipped counted."""
    return apply(values, find_kernel(kernel), counted=True, **options)


def test_values_are_rounded_to_even() -> None:
    """2.5 becomes 2 and 3.5 becomes 4, as in IEEE 754."""
    values = np.array([[5, 7, 9, 11]], np.uint8)[..., None]
    assert [2, 4, 4, 6] == ns.filter(values, "1/2")[0, :, 0].tolist()


def test_what_is_clipped_is_counted() -> None:
    """Counted by hand: three values doubled leave the range, one goes below."""
    values = np.array([[0, 100, 128, 200, 255, 10]], np.uint8)[..., None]
    doubled = run(values, "2")
    assert [0, 200, 255, 255, 255, 20] == doubled.values[0, :, 0].tolist()
    assert (Clipped(0, 3, 6),) == doubled.clipped
    lowered = run(values, "-1")
    assert ([0] * 6, (Clipped(5, 0, 6),)) == (lowered.values[0, :, 0].tolist(), lowered.clipped)
    deep = run(values.astype(np.uint16) * 257, "2")
    assert (Clipped(0, 3, 6),) == deep.clipped


def test_counting_changes_no_value() -> None:
    """Whether clipping is counted or not, the picture is the same."""
    values = picture(60, 70, 3)
    for kernel in ("sharpen", "outline", "unsharp:7", "1 2; 3 4"):
        options: dict[str, Any] = {"padding": "valid"}
        counted = run(values, kernel, **options).values
        assert np.array_equal(counted, ns.filter(values, kernel, padding="valid"))


def test_a_mean_clips_nothing_and_is_not_counted() -> None:
    """Weights of 0 and more that add up to 1 can't leave the range."""
    for kernel in ("box:5", "gaussian:5", "identity"):
        assert (Clipped(),) == run(picture(20, 20, 3), kernel).clipped


def test_signs_are_made_visible() -> None:
    """A rising edge under Sobel: clipped, on mid-grey, and without its sign."""
    values = np.array([[10, 10, 20, 20]] * 3, np.uint8)[..., None]
    falling = values[:, ::-1]
    assert [0, 40, 40, 0] == ns.filter(values, "sobel-x", show="clip")[1, :, 0].tolist()
    assert [0, 0, 0, 0] == ns.filter(falling, "sobel-x", show="clip")[1, :, 0].tolist()
    assert [128, 168, 168, 128] == ns.filter(values, "sobel-x")[1, :, 0].tolist()
    assert [128, 88, 88, 128] == ns.filter(falling, "sobel-x")[1, :, 0].tolist()
    assert [0, 40, 40, 0] == ns.filter(falling, "sobel-x", show="absolute")[1, :, 0].tolist()
    deep = (values.astype(np.uint16) << 8).astype(np.uint16)
    assert [32768, 43008] == ns.filter(deep, "sobel-x")[1, :2, 0].tolist()


def test_both_directions_are_joined() -> None:
    """Sobel by its bare name is √(across² + down²), rounded."""
    values = picture(15, 16, 1)
    across, down = (
        defined(values, plane, Border("reflect")) for plane in planes(find_kernel("sobel"))
    )
    assert_rounded(np.hypot(across, down), ns.filter(values, "sobel"))


def test_repeating_is_doing_it_again() -> None:
    """Three times at once is once, three times."""
    values = picture(20, 21, 3)
    thrice = ns.filter(ns.filter(ns.filter(values, "box"), "box"), "box")
    done = run(values, "box", repeat=3)
    assert np.array_equal(thrice, done.values)
    assert 3 == len(done.clipped)


def test_flip_turns_the_kernel_round() -> None:
    """A shift to the left becomes one to the right."""
    values = picture(6, 7, 1)
    kernel = "0 0 0; 0 0 1; 0 0 0"
    assert np.array_equal(values[:, 1:], ns.filter(values, kernel)[:, :-1])
    assert np.array_equal(values[:, :-1], ns.filter(values, kernel, flip=True)[:, 1:])


# --- transparency, grey, floats ---


@pytest.mark.parametrize("channels", [2, 4])
@pytest.mark.parametrize("bits", [8, 16])
def test_transparency_is_left_alone(channels: int, bits: int) -> None:
    """The last of two or four channels comes out as it went in; the others as without it."""
    values = picture(40, 50, channels, bits=bits)
    for kernel in ("sharpen", "sobel", "box:31"):
        made = ns.filter(values, kernel)
        assert np.array_equal(values[..., -1], made[..., -1])
        colours = ns.filter(np.ascontiguousarray(values[..., :-1]), kernel)
        assert int(np.abs(colours.astype(int) - made[..., :-1].astype(int)).max()) <= 1


def test_transparency_follows_stride_and_padding() -> None:
    """Each output has the transparency of the pixel in its window's middle."""
    values = picture(9, 9, 2)
    strided = ns.filter(values, "box", stride=2)
    assert np.array_equal(values[::2, ::2, 1], strided[..., 1])
    inner = ns.filter(values, "box", padding="valid")
    assert np.array_equal(values[1:-1, 1:-1, 1], inner[..., 1])
    wide = ns.filter(values, "box", padding=2)
    assert np.array_equal(values[..., 1], wide[1:-1, 1:-1, 1])


@pytest.mark.parametrize("bits", [8, 16])
def test_grey_is_pillows(bits: int) -> None:
    """Colours become the grey that Pillow makes of them; transparency stays."""
    values = picture(30, 31, 4, bits=8)
    wanted = np.asarray(Image.fromarray(values[..., :3]).convert("L"))
    given = values if bits == 8 else values.astype(np.uint16) * 257
    made = ns.filter(given, "identity", grey=True)
    assert (30, 31, 2) == made.shape
    off = made[..., 0].astype(int) - wanted.astype(int) * (1 if bits == 8 else 257)
    assert np.abs(off).max() <= (0 if bits == 8 else 128)  # the wanted grey is rounded to 8 bits
    assert np.array_equal(given[..., 3], made[..., 1])


def test_floats_are_neither_rounded_nor_clipped() -> None:
    """A picture of floats keeps its type, and values of every size."""
    values = np.random.default_rng(0).normal(size=(12, 13, 3))
    [plane] = planes(find_kernel("outline"))
    made = ns.filter(values, "outline")
    assert np.float64 == made.dtype
    assert np.allclose(defined(values, plane, Border("reflect")), made, atol=1e-12)
    small = ns.filter(values.astype(np.float32), "outline")
    assert (np.dtype(np.float32), (12, 13)) == (
        small.dtype,
        ns.filter(values[..., 0], "outline").shape,
    )


# --- what can't be ---

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an even kernel": (
        {"kernel": "1 2; 3 4"},
        "a kernel of 2×2 has no middle, so that the picture would be shifted\n"
        "  add a row or column of zeros, or say how much padding there is: valid, or a number",
    ),
    "a kernel larger than the picture": (
        {"kernel": "box:9"},
        "the kernel, 9×9, is larger than the picture, 7×8\n"
        "  both are width×height; take a smaller kernel",
    ),
    "an unknown border": (
        {"kernel": "box", "border": "mirorr"},
        'there is no border "mirorr"; did you mean "mirror"?',
    ),
    "a border too wide": (
        {"kernel": "box", "padding": 7},
        "a border of 7 can't be taken from a map with W = 7\n  at most 6 with mode reflect",
    ),
    "half a border": (
        {"kernel": "box", "border": "constant", "value": 0.5},
        "a border of 0.5 does not fit the picture\n  its values are whole numbers from 0 to 255",
    ),
    "no stride": (
        {"kernel": "box", "stride": 0},
        "stride of conv can't be 0: it must be at least 1\n  stride: step of the window, in pixels",
    ),
    "no times": ({"kernel": "box", "repeat": 0}, "0 times can't be done\n  repeat is a whole number from 1"),
    "an unknown way to show": (
        {"kernel": "box", "show": "midle"},
        'values can\'t be shown as "midle"; did you mean "middle"?',
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_is_refused(what: str) -> None:
    """The whole message, whichever option is at fault."""
    options, message = REFUSED[what]
    with pytest.raises(NetsheetError) as caught:
        ns.filter(picture(8, 7, 3), **options)
    assert message == str(caught.value)


@pytest.mark.parametrize(
    "values",
    [np.zeros((3,), np.uint8), np.zeros((0, 4), np.uint8), np.zeros((4, 4), np.int64), [["a"]]],
    ids=["a line", "empty", "of int64", "of text"],
)
def test_what_is_no_picture_is_refused(values: Any) -> None:
    """Arrays that hold no picture raise one of our errors."""
    with pytest.raises(RuleError, match=r"picture"):
        ns.filter(values, "box")


def test_an_even_kernel_may_be_laid_on_with_padding_stated() -> None:
    """Where it is said how much padding there is, a kernel needs no middle."""
    assert (7, 6, 3) == ns.filter(picture(8, 7, 3), "1 2; 3 4", padding="valid").shape
    assert (9, 8, 3) == ns.filter(picture(8, 7, 3), "1 2; 3 4", padding=1).shape


def test_a_file_is_a_picture_too(tmp_path: Path) -> None:
    """A path gives what its pixels give; a broken file raises PictureError."""
    values = picture(8, 9, 3)
    Image.fromarray(values).save(tmp_path / "a.png")
    assert np.array_equal(ns.filter(values, "box"), ns.filter(tmp_path / "a.png", "box"))
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(PictureError):
        ns.filter(str(tmp_path / "b.png"), "box")
    with pytest.raises(ChoiceError):
        ns.filter(values, "no such kernel")


# --- memory ---

MOST_BESIDE = 12_000_000
"""Bytes beside the picture and what comes out, with two threads, however high it is."""


@pytest.mark.usefixtures("_engines")
@pytest.mark.parametrize("kernel", ["sharpen", "gaussian:9", "box:15", "sobel", "sobel-x"])
def test_memory_does_not_grow_with_the_picture(kernel: str) -> None:
    """Beside what goes in and comes out, as much is held for a high picture as for a low one."""

    def beside(high: int) -> int:
        values = np.zeros((high, 500, 3), np.uint8)
        tracemalloc.start()
        try:
            run(values, kernel, threads=2)
            return tracemalloc.get_traced_memory()[1] - values.nbytes
        finally:
            tracemalloc.stop()

    beside(600)  # what is imported and cached the first time is not the picture's
    assert max(beside(1200), beside(4800)) < MOST_BESIDE


def test_a_picture_held_as_floats_is_noticed() -> None:
    """Negative control: the same picture as float32 takes more than that test allows."""
    values = np.zeros((4800, 500, 3), np.uint8)
    tracemalloc.start()
    held = values.astype(np.float32)
    peak = tracemalloc.get_traced_memory()[1] - values.nbytes
    tracemalloc.stop()
    assert held.nbytes > MOST_BESIDE
    assert peak > MOST_BESIDE


def test_names_of_all_filters_are_tried() -> None:
    """Every named filter runs on a picture and keeps its size and type."""
    values = picture(20, 22, 3)
    for name in filters():
        made = ns.filter(values, name)
        assert (values.shape, values.dtype) == (made.shape, made.dtype)


def test_filter_is_lazy() -> None:
    """The function stands at the top, and importing netsheet does not load what it needs."""
    assert ns.filter is sys.modules["netsheet.convolution.picture"].filter


def test_what_was_asked_before_changes_nothing() -> None:
    """The same call twice gives the same; another option, size or type is thought about anew."""
    x = picture(40, 50, 3)
    first = ns.filter(x, "sharpen")
    assert np.array_equal(first, ns.filter(x, "sharpen"))
    assert np.array_equal(first[:20], ns.filter(x[:21], "sharpen")[:20])
    assert not np.array_equal(first, ns.filter(x, "sharpen", border="zero"))
    assert np.array_equal(first, ns.filter(x, "sharpen", stride=(1, 1)))
    with pytest.raises(RuleError, match="stride"):
        ns.filter(x, "sharpen", stride=(1.0, 1.0))  # type: ignore[arg-type]  # equal to (1, 1)
    with pytest.raises(RuleError, match="can't compute this"):
        ns.filter(x, "sharpen", algorithm="running sums")


def test_libraries_are_used_from_the_moment_they_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan that was made with OpenCV is not used without it."""
    pytest.importorskip("cv2")
    x = picture(200, 200, 3)
    ns.filter(x, "sharpen")
    asked = []
    monkeypatch.setattr("netsheet.convolution.opencv.opencv", lambda: asked.append(1))
    ns.filter(x, "sharpen")
    assert len(asked) > 2


def test_opencv_has_its_threads_back() -> None:
    """The number of its threads is one for the process; it is as it was, whatever happens."""
    cv2 = pytest.importorskip("cv2")
    before = cv2.getNumThreads()
    try:
        cv2.setNumThreads(3)
        with ThreadPoolExecutor(4) as pool:
            x = picture(900, 800, 3)
            list(pool.map(lambda name: ns.filter(x, name), ["sharpen", "gaussian:9", "box:31"] * 6))
        assert cv2.getNumThreads() == 3
        with suppress(ZeroDivisionError), on_cores(1):
            assert cv2.getNumThreads() == 1
            raise ZeroDivisionError
        assert cv2.getNumThreads() == 3
    finally:
        cv2.setNumThreads(before)
