"""Data sets known by name: where they come from, how they are told, and what is shipped."""

import gzip
import hashlib
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("PIL")

import numpy as np  # noqa: E402 torch first

from netsheet.core.errors import DataError  # noqa: E402 torch first
from netsheet.train.data import known as home  # noqa: E402 torch first
from netsheet.train.data.find import find_data  # noqa: E402 torch first
from netsheet.train.data.idx import read_idx  # noqa: E402 torch first
from netsheet.train.data.known import File, Known, find, known, on_this_machine  # noqa: E402 torch first
from netsheet.train.data.pictures import Data  # noqa: E402 torch first
from support.training import blobs, write_mnist  # noqa: E402 torch first

WHOLE = on_this_machine(find("fashion-mnist"))


def data(what: object, **options: Any) -> Data:
    """Data that are known by their values."""
    found = find_data(what, **options)
    assert isinstance(found, Data)
    return found


@pytest.mark.parametrize("name", list(known()))
def test_each_says_where_it_comes_from(name: str) -> None:
    """Source, licence and paper of each, and a checksum of each file."""
    what = known()[name]
    assert all((what.title, what.about, what.home, what.licence, what.cite))
    assert all(file.md5 or file.sha256 for file in what.files)
    assert what.shipped or what.base.startswith("http")
    assert not what.instead or known()[what.instead].shipped


def test_published_checksums() -> None:
    """Two of them, typed in a second time from the data sets' own pages."""
    md5 = {file.name: file.md5 for name in known() for file in known()[name].files}
    assert "c58f30108f718f92721af3b95e74349a" == md5["cifar-10-python.tar.gz"]
    fashion = {file.name: file.md5 for file in find("fashion-mnist").files}
    assert "8d4fb7e6c68d591d4c3dfef9ec88bf0d" == fashion["train-images-idx3-ubyte.gz"]


@pytest.mark.parametrize("name", ["fashion-mnist", "Fashion_MNIST", "fashionmnist"])
def test_names_are_forgiving(name: str) -> None:
    """Capitals, hyphens and underscores make no difference."""
    assert "Fashion-MNIST" == find(name).title


def test_the_shipped_subset() -> None:
    """10,000 pictures of 10 classes, equally many of each, in training and in test."""
    found = data("fashion-mnist-10k", val=0)
    assert found.test is not None
    assert ([800] * 10, [200] * 10) == (found.train.counts(), found.test.counts())
    assert ("T-shirt/top", "Ankle boot") == (found.classes[0], found.classes[9])


@pytest.mark.skipif(WHOLE is None, reason="the whole of Fashion-MNIST is not installed")
def test_the_subset_is_of_the_training_pictures() -> None:
    """Of each class the first 1,000 training pictures: 800, then 200; no test picture is among them."""
    whole, subset = data(WHOLE, val=0), data("fashion-mnist-10k", val=0)
    assert whole.test is not None
    assert subset.test is not None
    for label in range(10):
        places = torch.nonzero(whole.train.labels == label)[:1000, 0]
        for part, expected in ((subset.train, places[:800]), (subset.test, places[800:])):
            mine = torch.nonzero(part.labels == label)[:, 0]
            assert torch.equal(whole.train.raw(expected), part.raw(mine))
    held_out = {bytes(x.numpy().tobytes()) for x in whole.test.raw(torch.arange(10_000))}
    shipped = [p.raw(torch.arange(len(p))) for p in (subset.train, subset.test)]
    assert 0 == sum(bytes(x.numpy().tobytes()) in held_out for part in shipped for x in part)


@pytest.mark.skipif(WHOLE is None, reason="the whole of Fashion-MNIST is not installed")
def test_the_whole_set_is_recognised_in_any_folder() -> None:
    """A folder with its files has its classes' names, although IDX holds none."""
    found = data(WHOLE)
    assert (54_000, 6_000, 10_000) == tuple(map(len, found.parts.values()))
    assert ("fashion-mnist", "Trouser") == (found.name, found.classes[1])


def test_digits_are_scikit_learns() -> None:
    """Picture for picture, label for label."""
    theirs = pytest.importorskip("sklearn.datasets").load_digits()
    mine = data("digits", val=0, test=0).train
    assert np.array_equal(theirs.images, mine.raw(torch.arange(1797))[:, 0].numpy())
    assert theirs.target.tolist() == mine.labels.tolist()


def test_digits_by_their_sums() -> None:
    """Counts by class and the sum of all values, as scikit-learn 1.9.1 gives them."""
    mine = data("digits", val=0, test=0).train
    assert [178, 182, 177, 183, 181, 182, 181, 179, 174, 180] == mine.counts()
    assert 561_718 == int(mine.raw(torch.arange(1797)).sum())
    assert 16.0 == mine.store.scale


def made_up(folder: Path, **sums: str) -> Known:
    """A data set of four files, with these checksums for its labels."""
    write_mnist(folder)
    names = [
        f"{part}-{what}-ubyte.gz"
        for part in ("train", "t10k")
        for what in ("images-idx3", "labels-idx1")
    ]
    files = tuple(
        File(name, **({} if "images" in name else sums))
        if sums
        else File(name, md5=hashlib.md5((folder / name).read_bytes()).hexdigest())  # noqa: S324 as published
        for name in names
    )
    texts = ("made-up", "Made up", "x", "http://example.com", "MIT", "nobody", "idx")
    return Known(*texts, files, ("a", "b", "c", "d"), ("flip",), "http://example.com/")


def test_files_in_the_folder_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found there, held against their checksums, and told with them."""
    made = made_up(tmp_path / "made-up")
    monkeypatch.setattr(home, "known", lambda: {"made-up": made})
    with pytest.raises(DataError) as caught:
        find_data("made-up")
    assert "Made up is not on this machine" in str(caught.value)
    assert f"http://example.com/train-images-idx3-ubyte.gz  md5 {made.files[0].md5}" in str(
        caught.value
    )
    monkeypatch.setenv(home.PLACE, str(tmp_path))
    found = data("made-up")
    assert ("a", "b", "c", "d") == found.classes
    assert ("flip",) == found.augment
    assert f"from {tmp_path / 'made-up'}; 4 files checked: MD5 as published" in found.story
    assert "nobody; licence MIT; http://example.com" in found.story


def test_a_changed_file_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that isn't the published one is refused, with what its checksum should be."""
    made = made_up(tmp_path / "made-up")
    monkeypatch.setattr(home, "known", lambda: {"made-up": made})
    monkeypatch.setenv(home.PLACE, str(tmp_path))
    path = tmp_path / "made-up" / made.files[1].name
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()), mtime=1))  # packed anew
    with pytest.raises(
        DataError, match=r"labels-idx1-ubyte\.gz is not the published file"
    ) as caught:
        find_data("made-up")
    assert f"md5 should be {made.files[1].md5}" in str(caught.value)


def test_content_counts_where_its_checksum_is_known(tmp_path: Path) -> None:
    """Packed anew, as Debian does, or unpacked: the content is the same, and enough."""
    write_mnist(tmp_path / "made-up")
    raw = gzip.decompress((tmp_path / "made-up" / "train-labels-idx1-ubyte.gz").read_bytes())
    assert blobs(60, seed=1)[1].tolist() == read_idx(raw, "x").tolist()
    file = File("train-labels-idx1-ubyte.gz", md5="0" * 32, sha256=hashlib.sha256(raw).hexdigest())
    for name, content in ((file.name, gzip.compress(raw, 1)), (file.name[:-3], raw)):
        (tmp_path / name).write_bytes(content)
        assert "SHA-256 of the content" == home._matches(tmp_path / name, file)
    wrong = file._replace(sha256="1" * 64)
    assert home._matches(tmp_path / file.name, wrong) is None


def test_without_the_whole_set_the_subset_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Said at once, with how to have the whole set; the name tells them apart."""
    monkeypatch.setattr(home, "places", lambda what: [home.FOLDER / what.name])
    found = data("fashion-mnist")
    assert "fashion-mnist-10k" == found.name
    assert "the whole of Fashion-MNIST is not on this machine" in found.story[0]
    assert "apt-get install dataset-fashion-mnist" in found.story[1]
