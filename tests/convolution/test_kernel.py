"""Kernels: named ones do what they say, and what people write is read, or refused with a reason."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("numpy")

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netsheet.convolution.filters import filters
from netsheet.convolution.kernel import Kernel, find_kernel, from_text
from netsheet.convolution.picture import planes
from netsheet.convolution.separate import separate, single
from netsheet.core.errors import NetsheetError

NAMES = sorted(filters())


# --- named filters ---


@pytest.mark.parametrize("name", NAMES)
def test_the_sum_is_the_one_stated(name: str) -> None:
    """A filter's numbers add up to what it says they do, for each of its planes."""
    stated = filters()[name].total.partition(":")[0].partition(",")[0]
    for rows in find_kernel(name).planes:
        assert pytest.approx(float(stated), abs=1e-12) == float(sum(map(sum, rows)))


@pytest.mark.parametrize("name", NAMES)
def test_each_filter_says_what_it_does_and_why(name: str) -> None:
    """What it does, and a reason behind its sum; sides are odd, so that there is a middle."""
    kernel = find_kernel(name)
    assert all(len(words.split()) >= 5 for words in (kernel.words, kernel.total.partition(":")[2]))
    assert (1, 1) == tuple(side % 2 for side in kernel.size)
    assert {kernel.size} == {(len(rows), len(rows[0])) for rows in kernel.planes}


PUBLISHED = {
    # Gonzalez & Woods, Digital Image Processing, 4th edition, figures 3.45 to 3.51
    "laplacian": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "outline": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "sobel-x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "sobel-y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "prewitt-x": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
    "prewitt-y": [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
    # GIMP's manual, convolution matrix
    "emboss": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "motion:3": [[0, 0, 0], [Fraction(1, 3)] * 3, [0, 0, 0]],
    "motion:3:90": [[0, Fraction(1, 3), 0]] * 3,
    "motion:3:45": [
        [0, 0, Fraction(1, 3)], [0, Fraction(1, 3), 0], [Fraction(1, 3), 0, 0],
    ],
    "box:5": [[Fraction(1, 25)] * 5] * 5,
    "sharpen:0.5": [[0, -0.5, 0], [-0.5, 3, -0.5], [0, -0.5, 0]],
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_numbers_are_the_published_ones(name: str) -> None:
    """The classic filters have their classic numbers."""
    assert PUBLISHED[name] == [list(row) for row in find_kernel(name).rows]


@pytest.mark.parametrize(("size", "sigma"), [(3, None), (5, None), (9, None), (9, 1.5), (31, 5.0)])
def test_gaussian_is_opencvs(size: int, sigma: float | None) -> None:
    """The bell curve, with σ by OpenCV's rule where it is left out."""
    cv2 = pytest.importorskip("cv2")
    if sigma is None and size <= 9:
        sigma = 0.3 * ((size - 1) * 0.5 - 1) + 0.8  # OpenCV rounds its own small kernels
    line = cv2.getGaussianKernel(size, sigma)
    asked = f"gaussian:{size}" if sigma in {None, 0.3 * ((size - 1) * 0.5 - 1) + 0.8} else ""
    [plane] = planes(find_kernel(asked or f"gaussian:{size}:{sigma}"))
    assert np.allclose(line @ line.T, plane, rtol=0, atol=1e-15)


def test_unsharp_is_the_picture_and_what_a_blur_takes_away() -> None:
    """2·identity − blur with amount 1, and with amount 0 the picture itself."""
    [mask], [blur] = planes(find_kernel("unsharp:7:1")), planes(find_kernel("gaussian:7"))
    [itself] = planes(find_kernel("identity:7"))
    assert np.allclose(2 * itself - blur, mask, atol=1e-15)
    assert np.allclose(itself, planes(find_kernel("unsharp:7:0"))[0], atol=1e-15)


def test_both_directions_are_one_name() -> None:
    """Sobel and Prewitt by their bare names are both of their directions."""
    for name in ("sobel", "prewitt"):
        across, down = (find_kernel(f"{name}-{axis}").rows for axis in "xy")
        assert (across, down) == find_kernel(name).planes


# --- as people write them ---

WRITTEN = {
    "0 -1 0; -1 5 -1; 0 -1 0": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "0,-1,0;-1,5,-1;0,-1,0": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "1/9 1/9": [[Fraction(1, 9)] * 2],
    " 1\t2 \n 3 4 \n": [[1, 2], [3, 4]],
    "1, 2\n3, 4 # a remark\n# another": [[1, 2], [3, 4]],
    "0.1 1e-3 +2 .5": [[Fraction(1, 10), Fraction(1, 1000), 2, Fraction(1, 2)]],
    "-1/2": [[Fraction(-1, 2)]],
    "7": [[7]],
    ";1;;2;": [[1], [2]],
}


@pytest.mark.parametrize("text", WRITTEN)
def test_numbers_are_read(text: str) -> None:
    """Rows behind semicolons or line ends, numbers behind blanks or commas, fractions exact."""
    assert WRITTEN[text] == [list(row) for row in find_kernel(text).rows]


def test_a_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text or CSV file of numbers is a kernel, and has the file's name."""
    monkeypatch.chdir(tmp_path)
    Path("blur.csv").write_text("\ufeff1/4,1/2\r\n1/4,0\r\n", encoding="utf-8")
    kernel = find_kernel("blur.csv")
    assert ("blur.csv", 1) == (kernel.name, kernel.sum)


@pytest.mark.parametrize(
    "rows", [[[1, 2], [3, 4.5]], np.array([[1, 2], [3, 4.5]]), ((1, 2), (3, 4.5))]
)
def test_rows_of_python_or_numpy(rows: Any) -> None:
    """Lists, tuples and arrays are kernels as well."""
    assert [[1, 2], [3, 4.5]] == [list(row) for row in find_kernel(rows).rows]


LIST = ", ".join(filters())

REFUSED: dict[str, Any] = {
    "": "a kernel without numbers can't be laid on\n  give a number at least",
    " ; ": "a kernel without numbers can't be laid on\n  give a number at least",
    "1 2; 3": "a kernel's rows are equally long, and these have 1 and 2 numbers\n"
    "  a semicolon or a line end stands between rows",
    "1 x": '"x" in a kernel is no number\n'
    "  numbers are written as 5, −0.5 with a plain minus, or 1/9",
    "1 nan": '"nan" in a kernel is no number\n'
    "  numbers are written as 5, −0.5 with a plain minus, or 1/9",
    "1 1e999": "a kernel holds a number that is too large\n  a number is at most 1e+30",
    "1/0": '"1/0" in a kernel divides by 0\n  write another number',
    "gausian": 'there is no kernel "gausian"; did you mean "gaussian"?\n'
    '  numbers are written as "0 -1 0; -1 5 -1; 0 -1 0", or in a file',
    "nothing like it": f'there is no kernel "nothing like it"; there are {LIST}\n'
    '  numbers are written as "0 -1 0; -1 5 -1; 0 -1 0", or in a file',
    "box:4": "box of size 4 can't be made\n  it is a whole odd number from 1 to 1,001",
    "box:2.5": "box of size 2.5 can't be made\n  it is a whole odd number from 1 to 1,001",
    "box:99999": "box of size 99999 can't be made\n  it is a whole odd number from 1 to 1,001",
    "box:3:1": '"box:3:1" has too many numbers\n  box takes size',
    "sobel:3": '"sobel:3" has too many numbers\n  sobel takes no numbers',
    "gaussian:5:0": "a bell of sigma 0 can't be made\n  it is a number above 0",
    "gaussian:five": '"five" in a kernel is no number\n'
    "  numbers are written as 5, −0.5 with a plain minus, or 1/9",
    "1 " * 1002: "a kernel of 1×1,002 is too large\n  a side has at most 1,001 numbers",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_kernel_is_refused(text: str) -> None:
    """The whole message: what is wrong, and what to try."""
    with pytest.raises(NetsheetError) as caught:
        find_kernel(text)
    assert REFUSED[text] == str(caught.value)


@pytest.mark.parametrize(
    "rows", [[], [[]], [[1], [2, 3]], [["x"]], [1, 2], [[float("nan")]], [[1j]]]
)
def test_rows_that_are_no_kernel_are_refused(rows: Any) -> None:
    """Python values that make no kernel raise one of our errors."""
    with pytest.raises(NetsheetError):
        find_kernel(rows)


def test_files_that_are_no_kernel_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder, a picture, and a text of words."""
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("bytes.bin").write_bytes(b"\xff\xd8\xff\xe0")
    Path("words.txt").write_text("1 2\nthree 4\n", encoding="utf-8")
    expected = {
        "folder": "folder is a folder, not a kernel",
        "bytes.bin": "bytes.bin can't be read as a kernel\n  it is no text",
        "words.txt": 'words.txt holds no kernel\n  "three" in a kernel is no number\n'
        "  numbers are written as 5, −0.5 with a plain minus, or 1/9",
    }
    for name, message in expected.items():
        with pytest.raises(NetsheetError) as caught:
            find_kernel(name)
        assert message == str(caught.value)


@given(text=st.text(max_size=40))
def test_any_text_is_a_kernel_or_an_error_of_ours(text: str) -> None:
    """Whatever is written, it is read or refused, and never fails in another way."""
    try:
        kernel = find_kernel(text)
    except NetsheetError:
        return
    assert isinstance(kernel, Kernel)


@given(
    st.lists(st.lists(st.fractions(-1000, 1000), min_size=2, max_size=2), min_size=1, max_size=4)
)
def test_written_and_read_is_the_same(rows: list[list[Fraction]]) -> None:
    """Fractions written out are read back exactly."""
    text = "; ".join(" ".join(map(str, row)) for row in rows)
    assert rows == [list(row) for row in from_text(text)]


# --- taken apart ---

RANKS = {"box": 1, "gaussian": 1, "sobel-x": 1, "prewitt-y": 1, "sharpen": 2, "laplacian": 2}
RANKS |= {"outline": 2, "emboss": 3, "motion:9:45": 9, "unsharp": 2, "identity": 1}


@pytest.mark.parametrize("name", RANKS)
def test_a_kernels_rank_is_found(name: str) -> None:
    """As many products as numpy says that the matrix has rank, and they add up to the kernel."""
    [plane] = planes(find_kernel(name))
    parts = separate(plane)
    assert RANKS[name] == parts.rank == np.linalg.matrix_rank(plane)
    made = sum(np.outer(*part) for part in parts.lines)
    assert np.allclose(plane, made, rtol=0, atol=1e-15)
    assert parts.left <= 1e-14


@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 8), st.integers(1, 8))
def test_sums_of_products_are_taken_apart(seed: int, rank: int, high: int, wide: int) -> None:
    """A random sum of products is found to be one of no more products."""
    rng = np.random.default_rng(seed)
    plane = sum(np.outer(rng.normal(size=high), rng.normal(size=wide)) for _ in range(rank))
    parts = separate(np.asarray(plane))
    assert min(rank, high, wide) >= parts.rank
    made = sum((np.outer(*part) for part in parts.lines), np.zeros((high, wide)))
    assert np.allclose(plane, made, rtol=0, atol=1e-12)
    assert np.abs(plane - made).sum() <= parts.left + 1e-15


def test_whole_numbers_come_apart_as_such() -> None:
    """A kernel of whole numbers leaves no rounding, and zeros stay zeros."""
    parts = separate(np.outer([1.0, 4, 6, 4, 1], [1.0, 0, -2, 0, 1]))
    assert (0.0, 2) == (parts.left, int(np.count_nonzero(parts.lines[0][1] == 0)))


def test_three_axes_come_apart_or_not() -> None:
    """A product of three one-axis kernels is found; a kernel that is none is told from it."""
    rng = np.random.default_rng(0)
    lines = [rng.normal(size=side) for side in (3, 4, 5)]
    made = np.multiply.outer(np.multiply.outer(lines[0], lines[1]), lines[2])
    found = single(made)
    assert found is not None
    assert [3, 4, 5] == [len(line) for line in found.lines[0]]
    made[0, 0, 0] += 1
    assert single(made) is None
