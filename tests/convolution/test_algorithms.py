"""Every algorithm gives what the definition gives, within the bound that it states."""

import pytest

pytest.importorskip("numpy")

from typing import Any

import numpy as np
from hypothesis import given, settings
from numpy.typing import NDArray

from netsheet.convolution import fourier, opencv
from netsheet.convolution.algorithms import algorithms, find_algorithm
from netsheet.convolution.choice import choose, offers
from netsheet.convolution.operation import convolve, correlate
from netsheet.convolution.task import make_task
from netsheet.core.errors import ChoiceError, RuleError
from support.convolutions import Case, cases

EXAMPLES = 50
"""Random convolutions that each test looks at."""


@pytest.fixture(params=["with OpenCV and SciPy", "with numpy alone"])
def _engines(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test with the libraries that do inner loops, and without."""
    if request.param == "with numpy alone":
        monkeypatch.setattr("netsheet.convolution.opencv.opencv", lambda: None)
        monkeypatch.setattr("netsheet.convolution.fourier.scipy_fft", lambda: None)
    else:
        pytest.importorskip("cv2")
        pytest.importorskip("scipy")


def assert_within(case: Case, name: str, y: NDArray[Any]) -> None:
    """Assert that outputs are as near to the definition's as the algorithm says."""
    wanted = case.defined()
    assert wanted.shape == y.shape
    task = make_task(case.x, case.weight, **case.options())
    bound = find_algorithm(name).bound(task, case.largest)
    off = float(np.abs(y - wanted).max())
    assert off <= bound + 1e-12 * float(np.abs(wanted).max()), f"{name}: off by {off}"


def check_all(case: Case) -> set[str]:
    """Hold each algorithm that takes a case against the definition; the names of those that do."""
    task = make_task(case.x, case.weight, **case.options())
    took = {offer.algorithm.name for offer in offers(task) if not offer.refused}
    for name in took:
        y = correlate(case.x, case.weight, algorithm=name, **case.options())
        assert case.x.dtype == y.dtype
        assert_within(case, name, y)
    return took


@pytest.mark.usefixtures("_engines")
class TestAgainstTheDefinition:
    """The same claims, whichever library does the inner loops."""

    @given(case=cases())
    @settings(max_examples=EXAMPLES)
    def test_channels_groups_and_axes(self, case: Case) -> None:
        """Any map and filters: each algorithm that takes them gives what the definition gives."""
        assert {"direct", "fft", "matrix"} <= check_all(case)

    @given(case=cases(plane=True))
    @settings(max_examples=EXAMPLES)
    def test_one_kernel_for_every_channel(self, case: Case) -> None:
        """As with pictures: products, sums of products and boxes too."""
        check_all(case)

    @given(case=cases(ranks=(2,), kernel=3, plain=True))
    @settings(max_examples=EXAMPLES)
    def test_three_by_three(self, case: Case) -> None:
        """Winograd's algorithm takes all of these, with outputs of odd and even numbers."""
        assert "winograd" in check_all(case)


def test_every_algorithm_is_put_to_the_test() -> None:
    """Each algorithm takes one of these at least, so that none goes untested."""
    rng = np.random.default_rng(0)
    kernels = [
        np.ones((3, 3)) / 9,
        np.outer([1.0, 2, 1], [1.0, 2, 1]),
        np.outer([1.0, 2, 1], [1.0, 2, 1]) + np.outer([1.0, 0, -1], [1.0, 0, -1]),
    ]
    took: set[str] = set()
    for kernel in kernels:
        weight = np.broadcast_to(kernel, (2, 1, 3, 3)).copy()
        task = make_task(rng.normal(size=(2, 9, 9)), weight, groups=2)
        took |= {offer.algorithm.name for offer in offers(task) if not offer.refused}
    assert set(algorithms()) == took


@pytest.mark.parametrize("name", ["direct", "fft", "matrix", "winograd"])
def test_a_wrong_output_is_noticed(name: str) -> None:
    """Negative control: one output off by a thousandth of its size is out of bounds."""
    rng = np.random.default_rng(1)
    x, weight = rng.normal(size=(2, 8, 8)), rng.normal(size=(2, 2, 3, 3))
    from netsheet.convolution.border import Border

    case = Case(x, weight, None, (1, 1), ((1, 1), (1, 1)), (1, 1), 1, Border())
    y = correlate(x, weight, padding=1, algorithm=name)
    assert_within(case, name, y)
    y[1, 3, 3] *= 1.001
    with pytest.raises(AssertionError, match="off by"):
        assert_within(case, name, y)


@given(case=cases())
@settings(max_examples=60)
def test_convolution_turns_the_kernel_round(case: Case) -> None:
    """`convolve` is what the definition says with its flip, and not what it says without."""
    y = convolve(case.x, case.weight, **case.options())
    wanted = case.defined(flip=True)
    assert wanted.shape == y.shape
    tolerance = 1e-3 if case.x.dtype == np.float32 else 1e-9
    assert np.allclose(wanted, y, rtol=0, atol=tolerance * (1 + np.abs(wanted).max()))


# --- what can't be added up in another order ---

ODD = {"NaN": np.nan, "infinity": np.inf, "minus infinity": -np.inf}


@pytest.mark.usefixtures("_engines")
@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("groups", [1, 4])
def test_nan_and_infinity_as_defined_or_refused(odd: str, kind: Any, groups: int) -> None:
    """NaN and infinities turn up where the definition puts them, or the algorithm refuses."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(4, 12, 13)).astype(kind)
    x[1, 4, 5] = ODD[odd]
    x[2, 4, 6] = np.inf
    kernel = np.array([[0.0, -1, 0], [2, 5, -1], [0, -1, 0]])
    weight = np.broadcast_to(kernel, (4, 4 // groups, 3, 3)).copy()
    options: dict[str, Any] = {"padding": 1, "groups": groups}
    from netsheet.convolution.border import Border

    border = Border()
    wanted = Case(x, weight, None, (1, 1), ((1, 1),) * 2, (1, 1), groups, border).defined()
    task = make_task(x, weight, **options)
    took = []
    for offer in offers(task):
        name = offer.algorithm.name
        if offer.refused:
            with pytest.raises(RuleError, match=f"{name} can't compute this"):
                correlate(x, weight, algorithm=name, **options)
            continue
        took.append(name)
        y = correlate(x, weight, algorithm=name, **options)
        assert np.array_equal(np.isnan(wanted), np.isnan(y)), name
        assert np.array_equal(np.isposinf(wanted), np.isposinf(y)), name
        assert np.allclose(wanted, y, rtol=1e-4, atol=1e-4, equal_nan=True), name
    assert {"direct", "matrix"} == set(took)
    assert choose(task).algorithm.name in took


def test_an_infinite_border_counts_as_well() -> None:
    """A border of infinity keeps algorithms away that it would spread in."""
    task = make_task(np.ones((1, 9, 9)), np.ones((1, 1, 3, 3)), border="constant", value=np.inf)
    assert "infinities" in find_algorithm("fft").refuses(task)


# --- choosing ---


def test_an_algorithm_that_refuses_says_why() -> None:
    """Asked for by name, an algorithm that can't do it is an error with its reason."""
    with pytest.raises(RuleError) as caught:
        correlate(np.ones((5, 5)), np.ones((2, 2)), algorithm="winograd")
    expected = (
        "winograd can't compute this: it is for kernels of 3×3\n"
        "  leave the choice to auto, or name another"
    )
    assert expected == str(caught.value)


def test_an_unknown_algorithm_is_answered_with_the_nearest() -> None:
    """A misspelt name brings the right one."""
    with pytest.raises(ChoiceError, match='no algorithm "windograd"; did you mean "winograd"'):
        correlate(np.ones((5, 5)), np.ones((3, 3)), algorithm="windograd")


def chosen(
    shape: tuple[int, ...], weight: NDArray[Any], kind: Any = np.float32, **options: Any
) -> str:
    """The algorithm that is picked for ones of this shape."""
    return choose(make_task(np.ones(shape, kind), weight, **options), threads=2).algorithm.name


def plane(kernel: NDArray[Any], channels: int = 3) -> NDArray[Any]:
    """One kernel for each of so many channels."""
    return np.broadcast_to(kernel, (channels, 1, *kernel.shape)).copy()


def test_structure_is_used_where_it_pays() -> None:
    """Large kernels: a product is separable, a box takes running sums, any other a transform."""
    line = np.exp(-(np.linspace(-2, 2, 31) ** 2))
    rng = np.random.default_rng(3)
    picture, three = (3, 1000, 1500), {"groups": 3, "padding": "same"}
    assert "separable" == chosen(picture, plane(np.outer(line, line)), **three)
    assert "running sums" == chosen(picture, plane(np.ones((31, 31)) / 961), **three)
    assert "fft" == chosen(picture, plane(rng.normal(size=(51, 51))), **three)
    two = np.outer(line, line) - np.outer(line**4, line**4)
    assert "low rank" == chosen(picture, plane(two), **three)


def test_channels_take_products_of_matrices() -> None:
    """1×1 and many channels are products of matrices; 3×3 of many channels is Winograd's."""
    rng = np.random.default_rng(4)
    assert "matrix" == chosen((256, 56, 56), rng.normal(size=(64, 256, 1, 1)))
    assert "matrix" == chosen((64, 28, 28), rng.normal(size=(128, 64, 5, 5)), padding=2)
    assert "winograd" == chosen((256, 56, 56), rng.normal(size=(256, 256, 3, 3)), padding=1)


def test_small_kernels_stay_direct() -> None:
    """A kernel of few numbers without structure is added up as it is."""
    sharpen = np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]])
    assert "direct" == chosen((3, 1000, 1500), plane(sharpen), groups=3, padding=1)


def test_engines_are_there() -> None:
    """Where the extra is installed, OpenCV and SciPy are found."""
    pytest.importorskip("cv2")
    pytest.importorskip("scipy")
    assert opencv.opencv() is not None
    assert fourier.scipy_fft() is not None
