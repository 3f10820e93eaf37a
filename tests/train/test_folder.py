"""Folders of pictures: parts, sizes, and pictures that are damaged."""

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("PIL")

import numpy as np  # noqa: E402 torch first

from netsheet.core.errors import DataError  # noqa: E402 torch first
from netsheet.run.picture import decode, prepare  # noqa: E402 torch first
from netsheet.train.data.find import find_data  # noqa: E402 torch first
from netsheet.train.data.folder import Filed, Listed  # noqa: E402 torch first
from netsheet.train.data.pictures import Data, Held  # noqa: E402 torch first
from support.training import blobs, damage, write_folders, write_png  # noqa: E402 torch first


def listed(root: Path, **options: Any) -> Listed:
    """A folder of pictures."""
    found = find_data(root, **options)
    assert isinstance(found, Listed)
    return found


def test_class_folders_are_split_by_class(tmp_path: Path) -> None:
    """Without parts: a tenth each for validation and test, of every class, nothing twice."""
    write_folders(tmp_path, each=20)
    (tmp_path / "cat" / "notes.txt").write_text("no picture")
    (tmp_path / "cat" / ".hidden.png").write_text("no picture")
    found = listed(tmp_path)
    assert ("cat", "dog", "fish") == found.classes
    counts = {name: torch.bincount(e.labels).tolist() for name, e in found.entries.items()}
    assert {"train": [16] * 3, "val": [2] * 3, "test": [2] * 3} == counts
    paths = [path for entry in found.entries.values() for path in entry.paths]
    assert (60, 60) == (len(paths), len(set(paths)))
    assert "1 files that are no pictures left alone: notes.txt" in found.story


def test_named_parts_are_taken(tmp_path: Path) -> None:
    """train, valid and test as folders; a missing val is split off train, a missing test isn't."""
    for part, each in (("train", 20), ("valid", 4), ("test", 3)):
        write_folders(tmp_path / "a" / part, each=each)
    assert {"train": 60, "val": 12, "test": 9} == {
        name: len(entry.paths) for name, entry in listed(tmp_path / "a").entries.items()
    }
    write_folders(tmp_path / "b" / "train", each=20)
    assert {"train": 54, "val": 6} == {
        name: len(entry.paths) for name, entry in listed(tmp_path / "b").entries.items()
    }
    assert ["train"] == list(listed(tmp_path / "b", val=0).entries)


def test_adding_a_picture_moves_no_other(tmp_path: Path) -> None:
    """Which part a picture is in depends on its own path: one more changes at most the border."""
    write_folders(tmp_path, each=50)
    before = {p: n for n, e in listed(tmp_path).entries.items() for p in e.paths}
    write_png(tmp_path / "cat" / "zzz.png", np.zeros((9, 9)))
    after = {p: n for n, e in listed(tmp_path).entries.items() for p in e.paths}
    assert 2 >= sum(before[path] != after[path] for path in before)


def test_pictures_are_decoded_to_one_size(tmp_path: Path) -> None:
    """Each becomes what `netsheet run` would make of it, before normalising."""
    write_folders(tmp_path)
    found = listed(tmp_path)
    assert (None, 3) == (found.shape, found.channels)
    data = found.load((3, 16, 16))
    assert isinstance(data.train.store, Held)
    for index in (0, 5):
        path = tmp_path / data.train.name(index)
        expected = prepare(decode(path), (3, 16, 16), normal=None).tensor[0]
        assert torch.equal(expected, data.train[index][0])


def test_small_pictures_of_one_size_are_left_alone(tmp_path: Path) -> None:
    """A folder of 8×8 grey pictures is known as that, as if it were a file of them."""
    pictures, labels = blobs(40)
    for place, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        write_png(tmp_path / f"class {label}" / f"{place}.png", picture[0])
    found = listed(tmp_path)
    assert ((1, 8, 8), 1) == (found.shape, found.channels)
    data = found.load((1, 8, 8))
    place = int(Path(data.train.name(3)).stem)
    assert pictures[place].tolist() == data.train.raw(torch.tensor([3]))[0].tolist()


def test_held_and_decoded_each_time_are_the_same(tmp_path: Path) -> None:
    """Pictures that don't fit into memory are decoded when they are asked for."""
    write_folders(tmp_path)
    found = listed(tmp_path)
    held, filed = (found.load((3, 12, 12), hold=hold) for hold in (True, False))
    assert isinstance(filed.train.store, Filed)
    places = torch.tensor([7, 0, 3])
    assert torch.equal(held.train.raw(places), filed.train.raw(places))
    assert held.train.name(7) == filed.train.name(7)
    assert "too many to hold in memory: decoded anew each time" in filed.story


def test_damaged_pictures_are_all_named(tmp_path: Path) -> None:
    """Refused by default, before training, each with what is wrong with it."""
    write_folders(tmp_path, each=20)
    names = ["cat/000.png", "dog/001.png"]
    for name in names:
        damage(tmp_path / name)
    (tmp_path / "fish" / "002.png").write_text("<html>")
    with pytest.raises(DataError) as caught:
        listed(tmp_path).load((3, 12, 12))
    text = str(caught.value)
    assert text.startswith("3 pictures of 60 can't be used\n")
    assert all(str(tmp_path / name) in text for name in [*names, "fish/002.png"])
    assert "is cut short or damaged: it begins as a PNG" in text
    assert "is a web page" in text
    assert text.endswith("leave them out with --damaged skip")


@pytest.mark.parametrize("hold", [True, False])
def test_damaged_pictures_are_left_out_by_choice(tmp_path: Path, *, hold: bool) -> None:
    """With "skip" the others stay as they are, and the story names what was left out."""
    write_folders(tmp_path, each=20)
    whole: Data = listed(tmp_path).load((3, 12, 12))
    out = whole.train.name(0)
    damage(tmp_path / out)
    data = listed(tmp_path).load((3, 12, 12), damaged="skip", hold=hold)
    assert len(whole.train) - 1 == len(data.train)
    assert f"1 damaged left out: {tmp_path / out}" in data.story
    rest = torch.arange(len(data.train))
    assert torch.equal(whole.train.raw(rest + 1), data.train.raw(rest))
    assert torch.equal(whole.train.labels[1:], data.train.labels)


def test_a_class_of_damaged_pictures_is_empty(tmp_path: Path) -> None:
    """When nothing of a class is left there is nothing to learn it from."""
    write_folders(tmp_path, each=5)
    for path in (tmp_path / "dog").iterdir():
        damage(path)
    with pytest.raises(DataError, match="class is empty in training: dog"):
        listed(tmp_path).load((3, 12, 12), damaged="skip")


def test_folders_that_can_t_be(tmp_path: Path) -> None:
    """No classes, an empty class, a class that only the test part has."""
    with pytest.raises(DataError, match="holds 0 class folders"):
        find_data(tmp_path)
    write_folders(tmp_path / "a")
    (tmp_path / "a" / "bird").mkdir()
    with pytest.raises(DataError, match=r"class bird is empty: no picture in .*bird"):
        find_data(tmp_path / "a")
    write_folders(tmp_path / "b" / "train")
    write_folders(tmp_path / "b" / "test", classes=("cat", "dog", "bird"))
    with pytest.raises(DataError, match="has classes that training has not: bird"):
        find_data(tmp_path / "b")
    write_folders(tmp_path / "c", each=2)
    with pytest.raises(DataError, match="a class has 2 pictures, which can't be split in 3 parts"):
        find_data(tmp_path / "c")


def test_a_picture_that_goes_bad_later_is_named(tmp_path: Path) -> None:
    """Decoded each time, a file that was good at first and is damaged then is told by name."""
    write_folders(tmp_path)
    data = listed(tmp_path).load((3, 12, 12), hold=False)
    damage(tmp_path / data.train.name(2))
    with pytest.raises(DataError.__mro__[1], match=data.train.name(2)):
        data.train.raw(torch.tensor([0, 2]))


def test_one_damaged_picture_among_ten_thousand_is_found(tmp_path: Path) -> None:
    """All are looked at, and the one is named."""
    write_folders(tmp_path / "seed", each=10, side=9)
    raw = (tmp_path / "seed" / "cat" / "000.png").read_bytes()
    for name in ("cat", "dog"):
        (tmp_path / "all" / name).mkdir(parents=True)
        for place in range(5000):
            (tmp_path / "all" / name / f"{place:04d}.png").write_bytes(raw)
    (tmp_path / "all" / "dog" / "3210.png").write_bytes(raw[: len(raw) // 2])
    with pytest.raises(DataError, match=r"1 picture of 10,000 can't be used\n.*3210\.png"):
        listed(tmp_path / "all").load((3, 9, 9))
