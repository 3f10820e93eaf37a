"""The operation against other programs: torch, SciPy, OpenCV, numpy, over random shapes."""

import pytest

pytest.importorskip("numpy")

from typing import Any

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from netsheet.convolution.operation import convolve, correlate
from netsheet.convolution.reference import by_definition
from support.convolutions import Case, cases

Values = NDArray[Any]

EXAMPLES = 80


def assert_close(expected: Values, actual: Values) -> None:
    """Assert equal shapes, and values that differ by rounding at most."""
    assert expected.shape == actual.shape
    rough = np.float32 in {expected.dtype.type, actual.dtype.type}
    limit = (1e-5 if rough else 1e-12) * (1 + float(np.abs(expected).max(initial=0)))
    assert float(np.abs(expected - actual).max(initial=0)) <= limit


def test_a_difference_is_noticed() -> None:
    """Negative control: another shape, and a value off by a little more than rounding."""
    ones = np.ones((2, 3))
    assert_close(ones, ones + 1e-13)
    with pytest.raises(AssertionError):
        assert_close(ones, ones + 1e-11)
    with pytest.raises(AssertionError):
        assert_close(ones, np.ones((3, 2)))


MODES = {"zero": "constant", "constant": "constant", "edge": "replicate", "reflect": "reflect"}
MODES |= {"wrap": "circular"}


def by_torch(case: Case) -> Values:
    """What torch's own convolution gives, its padding laid by torch as well."""
    import torch
    from torch.nn import functional

    flat = [side for pair in reversed(case.padding) for side in pair]
    x = torch.from_numpy(case.x.astype(np.float64))[None]
    mode = MODES[case.border.mode]
    value = {"value": case.border.value} if mode == "constant" else {}
    x = functional.pad(x, flat, mode=mode, **value)
    rank = case.x.ndim - 1
    run = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}[rank]
    bias = None if case.bias is None else torch.from_numpy(case.bias)
    found: Values = run(
        x, torch.from_numpy(case.weight), bias, case.stride, 0, case.dilation, case.groups
    )[0].numpy()
    return found


@given(case=cases())
@settings(max_examples=EXAMPLES)
def test_torch_agrees(case: Case) -> None:
    """Every rank, channels, groups, stride, dilation, uneven padding, borders and biases."""
    pytest.importorskip("torch")
    assert_close(by_torch(case), correlate(case.x, case.weight, **case.options()))


@given(case=cases())
@settings(max_examples=30)
def test_the_definition_agrees_with_torch(case: Case) -> None:
    """The reference is held against torch too, as a reference can be wrong."""
    pytest.importorskip("torch")
    assert_close(by_torch(case), case.defined())


SCIPY = {"edge": "nearest", "reflect": "mirror", "wrap": "grid-wrap", "constant": "constant"}


@given(data=st.data(), rank=st.integers(1, 3), mode=st.sampled_from(sorted(SCIPY)))
@settings(max_examples=EXAMPLES)
def test_scipy_ndimage_agrees(data: st.DataObject, rank: int, mode: str) -> None:
    """One channel at equal size: `ndimage.correlate` and `convolve`, with each of its borders."""
    ndimage = pytest.importorskip("scipy.ndimage")
    sides = [data.draw(st.sampled_from([1, 3, 5])) for _ in range(rank)]
    size = [data.draw(st.integers(side, side + 5)) for side in sides]
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    x, kernel = rng.normal(size=size), rng.normal(size=sides)
    options: dict[str, Any] = {"border": mode, "value": 3.0, "padding": "same"}
    expected = ndimage.correlate(x, kernel, mode=SCIPY[mode], cval=3.0)
    assert_close(expected, correlate(x, kernel, **options))
    expected = ndimage.convolve(x, kernel, mode=SCIPY[mode], cval=3.0)
    assert_close(expected, convolve(x, kernel, **options))


@given(data=st.data(), rank=st.integers(1, 3), mode=st.sampled_from(["full", "valid"]))
@settings(max_examples=EXAMPLES)
def test_scipy_signal_agrees(data: st.DataObject, rank: int, mode: str) -> None:
    """`signal.convolve` in full is a padding of one less than the kernel; valid is none."""
    signal = pytest.importorskip("scipy.signal")
    sides = [data.draw(st.integers(1, 5)) for _ in range(rank)]
    size = [data.draw(st.integers(side, side + 6)) for side in sides]
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    x, kernel = rng.normal(size=size), rng.normal(size=sides)
    padding: Any = tuple(side - 1 for side in sides) if mode == "full" else "valid"
    expected = signal.convolve(x, kernel, mode=mode, method="direct")
    assert_close(expected, convolve(x, kernel, padding=padding))


@given(data=st.data())
@settings(max_examples=30)
def test_numpy_agrees(data: st.DataObject) -> None:
    """`np.convolve` and `np.correlate` are ours in one dimension."""
    n, k = data.draw(st.integers(1, 20)), data.draw(st.integers(1, 20))
    assume(k <= n)
    rng = np.random.default_rng(n * 100 + k)
    x, kernel = rng.integers(-9, 9, n), rng.integers(-9, 9, k)
    expected = np.convolve(x, kernel)
    assert np.array_equal(expected, np.rint(convolve(x, kernel, padding=k - 1)))
    assert_close(np.correlate(x, kernel, "valid").astype(float), correlate(x, kernel))


OPENCV = {"zero": "BORDER_CONSTANT", "edge": "BORDER_REPLICATE", "reflect": "BORDER_REFLECT_101"}


@given(data=st.data(), mode=st.sampled_from(sorted(OPENCV)))
@settings(max_examples=EXAMPLES)
def test_opencv_agrees(data: st.DataObject, mode: str) -> None:
    """`filter2D` over a picture of floats, colours by themselves."""
    cv2 = pytest.importorskip("cv2")
    sides = [data.draw(st.sampled_from([1, 3, 5, 7])) for _ in range(2)]
    size = [data.draw(st.integers(max(2, side), side + 9)) for side in sides]
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    x, kernel = rng.normal(size=(*size, 3)), rng.normal(size=sides)
    expected = cv2.filter2D(x, cv2.CV_64F, kernel, borderType=getattr(cv2, OPENCV[mode]))
    weight = np.broadcast_to(kernel, (3, 1, *sides))
    y = correlate(x.transpose(2, 0, 1), weight, groups=3, padding="same", border=mode)
    assert_close(expected, y.transpose(1, 2, 0))


# --- by hand ---


def test_a_sum_done_by_hand() -> None:
    """A 3×3 map and a 2×2 filter, written out: no flip, then with it."""
    x = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    w = [[1, 0], [0, -1]]
    assert [[1 - 5, 2 - 6], [4 - 8, 5 - 9]] == correlate(x, w).tolist()
    assert [[5 - 1, 6 - 2], [8 - 4, 9 - 5]] == convolve(x, w).tolist()


def test_sizes_of_an_introductory_lecture() -> None:
    """7 by 3 with strides 1 and 2, 5 by 3 with padding 1, 32×32×3 by four filters of 5×5×3."""
    assert (5,) == correlate(np.ones(7), np.ones(3)).shape
    assert (3,) == correlate(np.ones(7), np.ones(3), stride=2).shape
    assert (5,) == correlate(np.ones(5), np.ones(3), padding=1).shape
    assert (4, 28, 28) == correlate(np.ones((3, 32, 32)), np.ones((4, 3, 5, 5))).shape
    y = correlate(np.ones((3, 9, 9)), np.ones((2, 3, 5, 5)), bias=[0.5, -75])
    assert [75.5, 0.0] == [float(y[0].max()), float(y[1].max())]


def test_whole_numbers_are_exact() -> None:
    """Products of whole numbers are added up without rounding, and equal torch's to the bit."""
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(5)
    x = rng.integers(-100, 100, (3, 20, 21)).astype(np.float32)
    w = rng.integers(-9, 9, (4, 3, 5, 5)).astype(np.float32)
    expected = torch.nn.functional.conv2d(torch.from_numpy(x)[None], torch.from_numpy(w))[0]
    assert np.array_equal(expected.numpy(), correlate(x, w, algorithm="direct"))
    assert np.array_equal(expected.numpy(), correlate(x, w, algorithm="matrix"))


def test_the_references_flip_is_the_formulas() -> None:
    """(x ∗ w)[i] = Σ x[i − t]·w[t], as numpy has it in full, is the reference's with its flip."""
    x, w = np.arange(1.0, 6)[None], np.array([[[1.0, 10, 100]]])
    y = by_definition(x, w, stride=[1], padding=[(2, 2)], dilation=[1], flip=True)
    assert np.convolve([1, 2, 3, 4, 5], [1, 10, 100]).tolist() == y[0].tolist()
