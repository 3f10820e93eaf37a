"""Files that are broken, lie, or hold code: a clear refusal, nothing executed, nothing read outside."""

import io
import json
import pickle
import struct
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("safetensors")
pytest.importorskip("numpy")

import numpy as np
import torch

from netsheet.core.errors import FileError
from netsheet.weights.files import Format, formats, read, suffixes
from netsheet.weights.take import take
from support.weight_files import small, state, write

if TYPE_CHECKING:
    from collections.abc import Callable

SUFFIXES = [".pth", ".safetensors", ".npz", ".onnx"]


class Hostile:
    """An object that runs code when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        """Create a file."""
        return (Path.touch, (Path("touched"),))


def saved_code(path: Path) -> None:
    """A file of each sort with code in it, where that sort can hold any."""
    hostile: Any = {"weight": Hostile()}
    if path.suffix == ".pth":
        torch.save(hostile, path)
    elif path.suffix == ".npz":
        np.savez(path, weight=np.array([Hostile()], dtype=object))
    else:
        path.write_bytes(pickle.dumps(hostile))


@pytest.mark.parametrize("suffix", [*SUFFIXES, ".pt"])
def test_no_code_is_run(suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is refused, and its code has not run."""
    monkeypatch.chdir(tmp_path)
    saved_code(tmp_path / f"evil{suffix}")
    with pytest.raises(FileError, match=r"can't be read as weights|does not fit"):
        take(small().graph, tmp_path / f"evil{suffix}")
    assert not (tmp_path / "touched").exists()


def test_the_code_would_have_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: careless readers do run it."""
    monkeypatch.chdir(tmp_path)
    readers: dict[str, Callable[[Path], Any]] = {
        ".pth": lambda path: torch.load(path, weights_only=False),
        ".npz": lambda path: np.load(path, allow_pickle=True)["weight"],
    }
    for suffix, careless in readers.items():
        saved_code(tmp_path / f"evil{suffix}")
        careless(tmp_path / f"evil{suffix}")
        assert (tmp_path / "touched").exists()
        (tmp_path / "touched").unlink()


def test_what_code_it_is_is_told(tmp_path: Path) -> None:
    """A pickled module names its class, and what to save instead."""
    torch.save(torch.nn.Conv2d(3, 4, 3), tmp_path / "w.pth")
    with pytest.raises(FileError) as caught:
        read(tmp_path / "w.pth")
    assert (
        f"{tmp_path / 'w.pth'} can't be read as weights\n"
        "  it holds code, torch.nn.modules.conv.Conv2d\n"
        "  nothing in it was run; save module.state_dict(), which holds tensors only"
    ) == str(caught.value)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("kept", [0, 1, 7, 0.3, 0.9])
def test_truncated(suffix: str, kept: float, tmp_path: Path) -> None:
    """A file that ends too soon, wherever that is."""
    path = write(tmp_path / f"w{suffix}", state(small()))
    data = path.read_bytes()
    path.write_bytes(data[: int(kept if kept >= 1 else kept * len(data))])
    with pytest.raises(FileError, match="can't be read as weights"):
        take(small().graph, path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_noise(suffix: str, tmp_path: Path) -> None:
    """A file of random bytes, and one with some bytes changed: refused, or read as it stands."""
    generator = np.random.default_rng(0)
    path = tmp_path / f"w{suffix}"
    path.write_bytes(generator.bytes(2000))
    with pytest.raises(FileError, match="can't be read as weights"):
        read(path)
    whole = write(path, state(small())).read_bytes()
    for _ in range(40):
        data = bytearray(whole)
        for place in generator.integers(0, len(data), 8):
            data[place] ^= 1 << int(generator.integers(8))
        path.write_bytes(data)
        try:
            take(small().graph, path)
        except FileError:
            continue


def test_a_compressed_torch_file(tmp_path: Path) -> None:
    """Mapped as if it were not compressed it would give noise, and unpacked it may be a bomb."""
    plain = write(tmp_path / "plain.pth", state(small()))
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(tmp_path / "w.pth", "w") as new:
        for part in old.infolist():
            new.writestr(part.filename, old.read(part), zipfile.ZIP_DEFLATED)
    with pytest.raises(FileError, match="its parts are compressed, which torch never does"):
        read(tmp_path / "w.pth")


def test_the_old_format_of_torch(tmp_path: Path) -> None:
    """Files from before torch 1.6 are read as well, and a size that is a lie is refused."""
    tensors = {name: torch.from_numpy(value) for name, value in state(small()).items()}
    torch.save(tensors, tmp_path / "w.pth", _use_new_zipfile_serialization=False)
    assert take(small().graph, tmp_path / "w.pth").report.fits
    data = (tmp_path / "w.pth").read_bytes()
    size = struct.pack("<q", tensors["fc1.dense.weight"].numel())
    assert size in data
    (tmp_path / "w.pth").write_bytes(data.replace(size, struct.pack("<q", 1 << 55)))
    with pytest.raises(FileError, match="can't be read as weights"):
        take(small().graph, tmp_path / "w.pth")


def test_a_program_is_no_weights(tmp_path: Path) -> None:
    """TorchScript, though its file ends in .pt."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch would have us use something newer
        trace: Any = torch.jit.trace
        module = trace(torch.nn.Linear(2, 2), torch.zeros(1, 2))
    module.save(str(tmp_path / "w.pt"))
    with pytest.raises(FileError, match="it is a program of TorchScript, and not weights"):
        read(tmp_path / "w.pt")


def bomb(shape: tuple[int, ...], *, held: int) -> bytes:
    """An archive with an array that says it has this shape, and unpacks to so many zeros."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": shape}
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("fc2.weight.npy", header.getvalue() + bytes(held))
    return archive.getvalue()


@pytest.mark.parametrize("shape", [(10**6, 10**6), (5, 5)])
def test_an_archive_that_unpacks_to_too_much(shape: tuple[int, ...], tmp_path: Path) -> None:
    """Nothing is unpacked that has not the shape of a place, and no more of it than that."""
    import tracemalloc

    (tmp_path / "w.npz").write_bytes(bomb(shape, held=50_000_000))
    tracemalloc.start()
    with pytest.raises(FileError, match="does not fit Small"):
        take(small().graph, tmp_path / "w.npz")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 20_000_000 > peak


def test_unpacking_it_would_have_been_noticed(tmp_path: Path) -> None:
    """Negative control: reading the whole member takes the memory that is measured above."""
    import tracemalloc

    (tmp_path / "w.npz").write_bytes(bomb((5, 5), held=50_000_000))
    tracemalloc.start()
    with zipfile.ZipFile(tmp_path / "w.npz") as archive:
        archive.read("fc2.weight.npy")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 20_000_000 < peak


@pytest.mark.parametrize(
    "told",
    [
        {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 8]},
        {"dtype": "F32", "shape": [2], "data_offsets": [0, 1 << 40]},
        {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]},
        {"dtype": "F32", "shape": [-1], "data_offsets": [0, 8]},
        {"dtype": "X99", "shape": [2], "data_offsets": [0, 8]},
    ],
)
def test_headers_that_lie(told: dict[str, Any], tmp_path: Path) -> None:
    """A header of safetensors that says more than there is."""
    header = json.dumps({"conv1.bn.bias": told}).encode()
    (tmp_path / "w.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + bytes(8))
    with pytest.raises(FileError, match="can't be read as weights"):
        read(tmp_path / "w.safetensors")
    (tmp_path / "w.safetensors").write_bytes(struct.pack("<Q", 1 << 60) + header)
    with pytest.raises(FileError, match="can't be read as weights"):
        read(tmp_path / "w.safetensors")


def external(path: Path, location: str, **told: int) -> None:
    """A model whose tensor is said to lie in a file beside it."""
    onnx = pytest.importorskip("onnx")
    tensor = onnx.TensorProto(name="fc2.weight", data_type=1, dims=(5, 5))
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in {"location": location, **told}.items():
        tensor.external_data.add(key=key, value=str(value))
    others = [
        onnx.numpy_helper.from_array(value, name)
        for name, value in state(small()).items()
        if name != "fc2.weight"
    ]
    graph = onnx.helper.make_graph([], "g", [], [], [tensor, *others])
    onnx.save_model(onnx.helper.make_model(graph), str(path))


def test_values_beside_a_model(tmp_path: Path) -> None:
    """External data of an ONNX model, in its folder."""
    values = np.arange(25, dtype="<f4").reshape(5, 5)
    (tmp_path / "data.bin").write_bytes(bytes(8) + values.tobytes() + bytes(8))
    external(tmp_path / "w.onnx", "data.bin", offset=8, length=100)
    weights = take(small().graph, tmp_path / "w.onnx").weights
    assert np.array_equal(values, weights["fc2.weight"])


@pytest.mark.parametrize(
    "location", ["../secret.bin", "{absolute}", "link.bin", "sub/../../secret.bin"]
)
def test_values_outside_the_folder(location: str, tmp_path: Path) -> None:
    """Not by dots, nor by a whole path, nor through a link."""
    inside = tmp_path / "inside"
    inside.mkdir()
    secret = tmp_path / "secret.bin"
    secret.write_bytes(bytes(100))
    (inside / "link.bin").symlink_to(secret)
    external(inside / "w.onnx", location.format(absolute=secret), length=100)
    with pytest.raises(FileError, match=r"outside its\s+folder"):
        take(small().graph, inside / "w.onnx")


def test_values_that_are_not_there(tmp_path: Path) -> None:
    """A file beside the model that is missing, or too short, or said to be endless."""
    external(tmp_path / "w.onnx", "data.bin", length=100)
    with pytest.raises(FileError, match=r"fc2\.weight: .*No such file"):
        take(small().graph, tmp_path / "w.onnx")
    (tmp_path / "data.bin").write_bytes(bytes(60))
    for told in ({"length": 1 << 60}, {"offset": -5}, {"offset": 1 << 70}):
        external(tmp_path / "w.onnx", "data.bin", **told)
        with pytest.raises(FileError, match="can't be read as weights"):
            take(small().graph, tmp_path / "w.onnx")


def test_two_tensors_of_one_name(tmp_path: Path) -> None:
    """An archive may hold one name twice, and then nobody knows which is meant."""
    path = write(tmp_path / "w.npz", state(small()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("fc2.weight.npy", archive.read("fc2.weight.npy"))
    with pytest.raises(FileError, match=r'two tensors in it are called "fc2\.weight"'):
        read(path)


@pytest.mark.parametrize("name", ["a." * 5000 + "weight", "w" * 100_000, "\x1b[31mred", "", "."])
def test_hostile_names(name: str, tmp_path: Path) -> None:
    """Names that are long, deep, empty, or steer a terminal."""
    tensors = {name: np.zeros((5, 5), np.float32), "x": np.zeros(3, np.float32)}
    with pytest.raises(FileError) as caught:
        take(small().graph, write(tmp_path / "w.pth", tensors))
    assert "\x1b" not in str(caught.value)
    assert 5000 > len(str(caught.value))


@pytest.mark.parametrize(
    "loaded", [[torch.zeros(3)], {}, {"a": {"b": {"c": {"d": {"e": torch.zeros(2)}}}}}, {1: 2}, 7]
)
def test_no_table_of_tensors(loaded: Any, tmp_path: Path) -> None:
    """What is saved is a list, a number, or a table too deep."""
    torch.save(loaded, tmp_path / "w.pth")
    with pytest.raises(FileError, match="it holds no table of tensors by name"):
        read(tmp_path / "w.pth")


def test_no_file_and_no_format(tmp_path: Path) -> None:
    """What there is to give is told."""
    with pytest.raises(FileError, match="there is no file of weights"):
        read(tmp_path)
    (tmp_path / "w.bin").touch()
    with pytest.raises(FileError) as caught:
        read(tmp_path / "w.bin")
    assert (
        f"{tmp_path / 'w.bin'} has no known format of weights\n"
        "  give a .npz, .onnx, .safetensors, .pth or .pt file"
    ) == str(caught.value)


def test_formats_are_found_by_folder() -> None:
    """Each suffix belongs to one."""
    assert {".pth", ".pt", ".safetensors", ".npz", ".onnx"} == set(suffixes())
    assert all(isinstance(each, Format) for each in formats())
