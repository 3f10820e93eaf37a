"""Data in files: IDX, CIFAR, npz, arrays; read as other programs write them, refused when broken."""

import gzip
import io
import pickle
import tarfile
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("PIL")

import numpy as np  # noqa: E402 torch first

from netsheet.core.errors import ChoiceError, DataError  # noqa: E402 torch first
from netsheet.train.data.box import Box  # noqa: E402 torch first
from netsheet.train.data.find import find_data  # noqa: E402 torch first
from netsheet.train.data.idx import read_idx  # noqa: E402 torch first
from netsheet.train.data.pictures import Data  # noqa: E402 torch first
from support.training import (  # noqa: E402 torch first
    Python2Pickler,
    blobs,
    cifar_rows,
    idx_bytes,
    write_idx,
    write_mnist,
)


def found(what: Any, **options: Any) -> Data:
    """Data that are known by their values, not by a folder of pictures."""
    data = find_data(what, **options)
    assert isinstance(data, Data)
    return data


@pytest.mark.parametrize("suffix", [".gz", ""])
def test_idx_files_plain_and_packed(tmp_path: Path, suffix: str) -> None:
    """Pictures, labels and parts come out as they went in."""
    write_mnist(tmp_path, suffix=suffix)
    data = found(tmp_path, val=0)
    pictures, labels = blobs(60, seed=1)
    assert np.array_equal(pictures, data.train.raw(torch.arange(60)).numpy())
    assert labels.tolist() == data.train.labels.tolist()
    assert data.test is not None
    assert (60, 20, None) == (len(data.train), len(data.test), data.val)
    assert (1, 8, 8) == data.shape
    assert ("0", "1", "2", "3") == data.classes


@pytest.mark.parametrize(
    ("kind", "type_"),
    [(0x08, "u1"), (0x09, "i1"), (0x0B, ">i2"), (0x0C, ">i4"), (0x0D, ">f4"), (0x0E, ">f8")],
)
def test_idx_types(kind: int, type_: str) -> None:
    """Each type of the format, big-endian, gives its numbers."""
    values = np.arange(6).reshape(2, 3)
    assert values.tolist() == read_idx(idx_bytes(values.astype(type_), kind), "x").tolist()


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        (b"", "x is no IDX file\n  it begins with nothing"),
        (b"\x89PNG....", "it begins with 89 50 4e 47"),
        (b"\0\0\x08\x09", "it has 9 axes"),
        (b"\0\0\x08\x01\0\0\0\x05abc", r"its header says 5, 13 bytes in all, and it has 11"),
        (b"\0\0\x08\x03" + b"\xff" * 12, r"its header says 4294967295×4294967295×4294967295"),
    ],
)
def test_a_broken_idx_file_is_refused(raw: bytes, complaint: str) -> None:
    """Cut short, too long, of another kind, or with a header that would fill any memory."""
    with pytest.raises(DataError, match=complaint):
        read_idx(raw, "x")


def test_a_gzip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """A small file that unpacks to more than it should is stopped at the limit."""
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(bytes(10_000_000)))
    with pytest.raises(DataError, match=r"a\.gz holds more than the 1,000 bytes"):
        Box(tmp_path).read("a.gz", 1_000)
    assert 10_000_000 == len(Box(tmp_path).read("a.gz"))


def test_half_a_part_and_unequal_counts_are_refused(tmp_path: Path) -> None:
    """Pictures without labels, and labels for other pictures."""
    pictures, labels = blobs(20)
    write_idx(tmp_path / "train-images-idx3-ubyte", pictures[:, 0])
    with pytest.raises(DataError, match="but no labels of train"):
        find_data(tmp_path)
    write_idx(tmp_path / "train-labels-idx1-ubyte", labels[:19])
    with pytest.raises(DataError, match=r"has 20 pictures, and .* 19 labels"):
        find_data(tmp_path)
    write_idx(tmp_path / "train-labels-idx1-ubyte.gz", labels)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(gzip.compress(b"junk"))
    with pytest.raises(DataError, match="it begins with 1f 8b"):
        find_data(tmp_path)


def test_letters_are_numbered_from_one(tmp_path: Path) -> None:
    """EMNIST's names and labels 1 to 26: classes are the numbers met, kept as names."""
    pictures, labels = blobs(24, 3)
    write_idx(tmp_path / "emnist-letters-train-images-idx3-ubyte", pictures[:, 0])
    write_idx(tmp_path / "emnist-letters-train-labels-idx1-ubyte", labels + 1)
    data = found(tmp_path, val=0, test=0)
    assert ("1", "2", "3") == data.classes
    assert labels.tolist() == data.train.labels.tolist()


def write_cifar10(folder: Path, form: str, rows: int = 20) -> tuple[Any, Any]:
    """All files of CIFAR-10 in one form; gives the first batch."""
    folder.mkdir(parents=True, exist_ok=True)
    first: tuple[Any, Any] | None = None
    for number, name in enumerate([*(f"data_batch_{n}" for n in range(1, 6)), "test_batch"]):
        pictures, labels = cifar_rows(rows, number)
        flat = pictures.reshape(rows, -1)
        if form == "binary":
            raw = np.concatenate([labels[:, None].astype(np.uint8), flat], 1).tobytes()
            (folder / f"{name}.bin").write_bytes(raw)
        else:
            table = Python2Pickler().table(
                batch_label=[1], labels=labels.tolist(), data=flat, filenames=[b"a.png"]
            )
            (folder / name).write_bytes(table)
        first = first or (pictures, labels)
    names = [f"class {number}".encode() for number in range(10)]
    if form == "binary":
        (folder / "batches.meta.txt").write_bytes(b"\n".join(names) + b"\n\n")
    else:
        (folder / "batches.meta").write_bytes(Python2Pickler().table(label_names=names))
    assert first is not None
    return first


@pytest.mark.parametrize("form", ["binary", "Python"])
def test_cifar10_in_both_forms(tmp_path: Path, form: str) -> None:
    """Five batches and a test batch: the same pictures, labels and names from either form."""
    pictures, labels = write_cifar10(tmp_path, form)
    data = found(tmp_path, val=0)
    assert (100, 20) == (len(data.train), len(data.test or ()))
    assert np.array_equal(pictures, data.train.raw(torch.arange(20)).numpy())
    assert labels.tolist() == data.train.labels[:20].tolist()
    assert ("class 0", "class 9") == (data.classes[0], data.classes[-1])


def test_the_python_files_are_as_python_2_wrote_them(tmp_path: Path) -> None:
    """Python's own reader agrees with what the tests write, so that they test the real format."""
    pictures, labels = write_cifar10(tmp_path, "Python")
    raw = (tmp_path / "data_batch_1").read_bytes()
    table = pickle.loads(raw, encoding="bytes")  # noqa: S301 written above
    assert labels.tolist() == table[b"labels"]
    assert np.array_equal(pictures.reshape(20, -1), table[b"data"])


def test_cifar_from_an_archive(tmp_path: Path) -> None:
    """The .tar.gz as it is published, given itself or by its folder, without being unpacked."""
    pictures, _ = write_cifar10(tmp_path / "cifar-10-batches-bin", "binary")
    archive = tmp_path / "there" / "cifar-10-binary.tar.gz"
    archive.parent.mkdir()
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(tmp_path / "cifar-10-batches-bin", "cifar-10-batches-bin")
    for what in (archive, archive.parent):
        data = found(what, val=0)
        assert np.array_equal(pictures[3], data.train.raw(torch.tensor([3]))[0].numpy())
    assert [archive] == list(archive.parent.iterdir())


def test_cifar100_takes_the_fine_labels(tmp_path: Path) -> None:
    """Rows begin with a coarse and a fine label; the fine one is the class."""
    pictures, fine = cifar_rows(40, 0)
    rows = [np.full((40, 1), 7, np.uint8), fine[:, None].astype(np.uint8), pictures.reshape(40, -1)]
    raw = np.concatenate(rows, 1).tobytes()
    (tmp_path / "train.bin").write_bytes(raw)
    (tmp_path / "test.bin").write_bytes(raw)
    (tmp_path / "fine_label_names.txt").write_text("\n".join(f"fine {n}" for n in range(10)))
    data = found(tmp_path, val=0)
    assert fine.tolist() == data.train.labels.tolist()
    assert "fine 3" == data.classes[3]


def test_broken_cifar_files_are_refused(tmp_path: Path) -> None:
    """A cut row, a label out of range, and a table that holds something else."""
    write_cifar10(tmp_path / "a", "binary")
    path = tmp_path / "a" / "data_batch_2.bin"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DataError, match=r"data_batch_2\.bin is cut short"):
        find_data(tmp_path / "a")
    write_cifar10(tmp_path / "b", "binary")
    path = tmp_path / "b" / "data_batch_1.bin"
    path.write_bytes(b"\x0c" + path.read_bytes()[1:])
    with pytest.raises(DataError, match="label 12 of train picture 0 is out of range"):
        find_data(tmp_path / "b")
    write_cifar10(tmp_path / "c", "Python")
    (tmp_path / "c" / "data_batch_3").write_bytes(Python2Pickler().table(labels=[1, 2]))
    with pytest.raises(DataError, match="data_batch_3 is no part of CIFAR"):
        find_data(tmp_path / "c")


@pytest.mark.parametrize(
    "names",
    [
        ("x_train", "y_train", "x_test", "y_test"),
        ("train_images", "train_labels", "test_images", "test_labels"),
    ],
)
def test_npz_by_the_names_people_use(tmp_path: Path, names: tuple[str, ...]) -> None:
    """Keras' and MedMNIST's names; a column of labels counts as a vector."""
    (x, y), (u, v) = blobs(40), blobs(12, seed=5)
    path = tmp_path / "a.npz"
    np.savez_compressed(path, **dict(zip(names, (x[:, 0], y[:, None], u[:, 0], v), strict=True)))
    data = found(path, val=0)
    assert (40, 12) == (len(data.train), len(data.test or ()))
    assert np.array_equal(x, data.train.raw(torch.arange(40)).numpy())
    assert y.tolist() == data.train.labels.tolist()


class Hostile:
    """An object that leaves a file behind when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Create a file."""
        return (Path.touch, (Path("touched"),))  # type: ignore[return-value]


def test_npz_with_objects_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An array of objects, which numpy would unpickle if it were asked to, is refused."""
    monkeypatch.chdir(tmp_path)
    objects = np.empty(1, object)
    objects[0] = Hostile()
    np.savez("a.npz", x=objects, y=np.zeros(1))
    Path("touched").unlink(missing_ok=True)
    with pytest.raises(DataError, match="holds objects in x"):
        find_data("a.npz")
    assert not Path("touched").exists()
    np.load("a.npz", allow_pickle=True)["x"]
    assert Path("touched").exists()  # the control: a careless reader runs it


def test_npz_that_is_none_or_holds_other_names(tmp_path: Path) -> None:
    """Not a zip, and arrays that nobody knows by name."""
    (tmp_path / "a.npz").write_bytes(b"no zip")
    with pytest.raises(DataError, match="can't be read as arrays"):
        find_data(tmp_path / "a.npz")
    np.savez(tmp_path / "b.npz", left=np.zeros(3), right=np.zeros(3))
    with pytest.raises(DataError, match="holds left, right\n  name the arrays x_train"):
        find_data(tmp_path / "b.npz")


def test_a_huge_npz_is_refused_by_its_headers(tmp_path: Path) -> None:
    """What an array would take is known before a byte of it is unpacked."""
    import zipfile

    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        head, {"descr": "|u1", "fortran_order": False, "shape": (10**6, 3, 500, 500)}
    )
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("x.npy", head.getvalue())
        archive.writestr("y.npy", head.getvalue())
    with pytest.raises(DataError, match="unpacks to 1,500,000,000,000 bytes"):
        find_data(tmp_path / "a.npz")


def test_arrays_of_every_layout() -> None:
    """N×H×W, N×C×H×W and N×H×W×C give the same; whole numbers from 0 to 255 become 8 bits."""
    x, y = blobs(40, channels=3)
    first = found((x, y), val=0, test=0)
    last = found((np.moveaxis(x, 1, 3), y), val=0, test=0)
    floats = found((x.astype(np.float64), y), val=0, test=0)
    tensors = found((torch.from_numpy(x), torch.from_numpy(y)), val=0, test=0)
    assert 1 == len({each.fingerprint() for each in (first, last, floats, tensors)})
    assert torch.uint8 == first.train.raw(torch.tensor([0])).dtype
    assert (1, 8, 8) == found((x[:, 0], y)).shape


def test_floats_stay_floats() -> None:
    """Pictures of floats are kept as float32, and not scaled."""
    x, y = blobs(40)
    data = found((x / 255 - 0.5, y), val=0, test=0)
    assert (torch.float32, 1.0) == (data.train.raw(torch.tensor([0])).dtype, data.train.store.scale)
    assert np.allclose(x[7] / 255 - 0.5, data.train[7][0].numpy())


def test_few_levels_are_noticed() -> None:
    """Digits of 0 to 16 have their own white."""
    x, y = blobs(40)
    data = found((x // 16, y), val=0, test=0)
    assert float((x // 16).max()) == data.train.store.scale


class Dataset:
    """Somebody else's map-style dataset: pictures of Pillow, and class names."""

    classes = ("a", "b", "c", "d")

    def __init__(self) -> None:
        self.x, self.y = blobs(40)

    def __len__(self) -> int:
        return 40

    def __getitem__(self, place: int) -> tuple[Any, int]:
        from PIL import Image

        return Image.fromarray(self.x[place, 0]), int(self.y[place])


def test_somebody_elses_dataset() -> None:
    """A map-style torch dataset is taken, with its class names."""
    data = found(Dataset(), val=0, test=0)
    assert ("a", "b", "c", "d") == data.classes
    assert np.array_equal(blobs(40)[0], data.train.raw(torch.arange(40)).numpy())


def test_a_part_is_a_plain_dataset() -> None:
    """Our parts go into torch's own DataLoader: float32 from 0 to 1, and a label."""
    x, y = blobs(40)
    part = found((x, y), val=0, test=0).train
    pictures, labels = next(iter(torch.utils.data.DataLoader(part, batch_size=8)))
    assert torch.equal(torch.from_numpy(x[:8]).float() / 255, pictures)
    assert y[:8].tolist() == labels.tolist()
    assert 40 == len(list(part))
    with pytest.raises(IndexError):
        part[40]


@pytest.mark.parametrize(
    ("what", "complaint"),
    [
        ((np.zeros((4, 8, 8)), [0, 1, 2]), "train has 4 pictures and 3 labels"),
        ((np.zeros((4, 8, 8)), [0, 1, -1, 0]), "label -1 of train picture 2 is out of range"),
        ((np.zeros((4, 8, 8)), [0, 1, 0.5, 0]), "labels of train are float64, not whole numbers"),
        ((np.zeros((4, 8, 8)), ["a", "b", "a", "b"]), "not whole numbers"),
        ((np.zeros((4, 8, 8)), np.eye(4)), "the labels of train are 4×4"),
        ((np.zeros((4, 8, 8)), [1, 1, 1, 1]), "there is one class alone, 1"),
        ((np.zeros((0, 8, 8)), []), "train has no pictures"),
        ((np.zeros(4), [0, 1, 0, 1]), "pictures of train are 4\n"),
        ((np.full((4, 8, 8), np.nan), [0, 1, 0, 1]), "train picture 0 has values that are no"),
        ((np.array([["a"] * 8] * 4), [0, 1, 0, 1]), "not numbers"),
        ({"test": (np.zeros((4, 8, 8)), [0, 1, 0, 1])}, "the parts are train, val and test"),
        ({"train": 3}, "train is int, from which no pictures can be taken"),
    ],
)
def test_values_that_can_t_be_are_refused(what: Any, complaint: str) -> None:
    """Each says what is wrong, and where."""
    with pytest.raises(DataError, match=complaint):
        find_data(what)


def test_parts_must_agree() -> None:
    """Another size, and a label that training has never seen."""
    x, y = blobs(40)
    with pytest.raises(DataError, match="pictures of train are 1×8×8, and of test 1×6×6"):
        find_data({"train": (x, y), "test": (x[:, :, :6, :6], y)})
    with pytest.raises(DataError, match=r"label 9 of test picture 39 is out of range\n.*0 to 3"):
        find_data({"train": (x, y), "test": (x, np.append(y[:-1], 9))})


@pytest.mark.parametrize(
    ("what", "complaint"),
    [
        ("fashon-mnist", 'did you mean "fashion-mnist"'),
        ("nowhere/at/all", "there is no folder or file nowhere/at/all"),
        ("xyz", "known by name are cifar10"),
    ],
)
def test_a_name_that_is_none(what: str, complaint: str) -> None:
    """A typing error gets the nearest name, a path is told as a path."""
    with pytest.raises(ChoiceError, match=complaint):
        find_data(what)


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    """A file that is no data set is refused with what is read."""
    (tmp_path / "a.csv").write_text("1,2\n")
    with pytest.raises(DataError, match=r"a\.csv is no data set that is read"):
        find_data(tmp_path / "a.csv")
