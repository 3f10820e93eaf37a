"""Labels and parts: ranges, empty classes, and splits that are fair and repeatable."""

import pytest

torch = pytest.importorskip("torch")

from hypothesis import given  # noqa: E402 torch first
from hypothesis import strategies as st  # noqa: E402 torch first

from netsheet.core.errors import DataError  # noqa: E402 torch first
from netsheet.train.data.find import find_data  # noqa: E402 torch first
from netsheet.train.data.labels import classify  # noqa: E402 torch first
from netsheet.train.data.pictures import Data  # noqa: E402 torch first
from netsheet.train.data.split import stratified  # noqa: E402 torch first
from support.training import blobs  # noqa: E402 torch first


@given(
    st.lists(st.integers(3, 60), min_size=2, max_size=6),
    st.floats(0.05, 0.4),
    st.floats(0.05, 0.4),
    st.integers(0, 99),
)
def test_a_split_is_stratified_and_complete(
    counts: list[int], first: float, second: float, seed: int
) -> None:
    """Every picture is in one part, and each class gives its share to within one picture."""
    labels = torch.tensor([label for label, count in enumerate(counts) for _ in range(count)])
    keys = [str(place) for place in range(len(labels))]
    parts = stratified(labels, keys, [first, second], seed=seed)
    assert list(range(len(labels))) == sorted(torch.cat(parts).tolist())
    for part, share in zip(parts, (first, second), strict=False):
        for label, count in enumerate(counts):
            had = int((labels[part] == label).sum())
            assert had >= 1
            assert abs(had - share * count) <= 1


def test_a_split_is_the_same_everywhere() -> None:
    """The places that SHA-256 gives, worked out once by hand with Python's own hashlib."""
    labels = torch.zeros(10, dtype=torch.long)
    keys = [str(place) for place in range(10)]
    chosen, rest = stratified(labels, keys, [0.3], seed=7)
    from hashlib import sha256

    order = sorted(range(10), key=lambda place: sha256(f"7\n{place}".encode()).hexdigest())
    assert (sorted(order[:3]), sorted(order[3:])) == (chosen.tolist(), rest.tolist())
    assert chosen.tolist() != stratified(labels, keys, [0.3], seed=8)[0].tolist()


@pytest.mark.parametrize("shares", [[0.0], [1.0], [0.6, 0.5], [-0.1], [float("nan")]])
def test_shares_that_can_t_be(shares: list[float]) -> None:
    """None, all, more than all, less than none."""
    with pytest.raises(DataError, match="can't be split off"):
        stratified(torch.tensor([0, 0, 1, 1]), list("abcd"), shares)


def test_empty_classes_are_named() -> None:
    """Of named classes each must have a training picture."""
    with pytest.raises(DataError, match="class is empty in training: b\n"):
        classify({"train": [0, 0, 2]}, ("a", "b", "c"))
    with pytest.raises(DataError, match="2 classes are empty in training: b, d"):
        classify({"train": [0, 2]}, ("a", "b", "c", "d"))


def test_labels_out_of_range_are_named() -> None:
    """The first one, its picture, and how many more there are."""
    with pytest.raises(DataError) as caught:
        classify({"train": [0, 1, 2], "test": [0, 3, 4]}, ("a", "b", "c"))
    expected = (
        "label 3 of test picture 1 is out of range\n  there are 3 classes, 0 to 2; so are 1 more"
    )
    assert expected == str(caught.value)


def test_parts_that_are_given_stay() -> None:
    """Where train and test are given, validation alone is split off; nothing where nothing is wanted."""
    x, y = blobs(80)
    both = {"train": (x, y), "test": (x, y)}
    for options, expected in (
        ({}, {"train": 72, "val": 8, "test": 80}),
        ({"val": 0}, {"train": 80, "test": 80}),
        ({"val": 0.25}, {"train": 60, "val": 20, "test": 80}),
    ):
        found = find_data(both, **options)
        assert isinstance(found, Data)
        assert expected == {name: len(part) for name, part in found.parts.items()}


def test_fingerprints_tell_data_apart() -> None:
    """One pixel, one label, another split: another fingerprint; the same data: the same."""
    x, y = blobs(60)

    def print_of(pictures: object, labels: object, seed: int = 0) -> str:
        found = find_data((pictures, labels), seed=seed)
        assert isinstance(found, Data)
        return found.fingerprint()

    other, turned = x.copy(), y.copy()
    other[5, 0, 0, 0] ^= 1
    turned[0], turned[1] = y[1], y[0]
    assert print_of(x, y) == print_of(x.copy(), list(y))
    assert 4 == len({print_of(x, y), print_of(other, y), print_of(x, turned), print_of(x, y, 1)})
