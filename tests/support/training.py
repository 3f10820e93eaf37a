"""Small networks and small data for tests of training, and files as other programs write them."""

import gzip
import io
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("PIL")

import numpy as np
from PIL import Image

import netsheet as ns

PLAIN = """\
# Plain

Input: 1×8×8

| name  | layer | out | kernel | padding | then |
|-------|-------|-----|--------|---------|------|
| conv1 | conv  | 8   | 3×3    | same    | relu |
| conv2 | conv  | 16  | 3×3/2  | same    | relu |
| fc    | dense | 10  |        |         |      |
"""
"""A network without batch norm, for digits."""

NORMED = """\
# Normed

Input: 1×8×8

| name  | layer | out | kernel | padding | then                |
|-------|-------|-----|--------|---------|---------------------|
| conv1 | conv  | 16  | 3×3    | same    | bn, relu            |
| conv2 | conv  | 32  | 3×3/2  | same    | bn, relu            |
| fc1   | dense | 32  |        |         | relu, dropout (0.2) |
| fc2   | dense | 10  |        |         | softmax             |
"""
"""Batch norm, dropout and a softmax: everything that a resume could forget."""

QUICK: dict[str, Any] = {"epochs": 3, "batch": 64, "lr": 0.01, "progress": False}
"""A training of a second."""


def net(text: str) -> ns.Net:
    """A network from its sheet."""
    return ns.load(text)


def blobs(
    count: int = 240, classes: int = 4, side: int = 8, seed: int = 0, channels: int = 1
) -> tuple[Any, Any]:
    """Pictures that can be told apart: of each class another quarter is bright; N×C×H×W, 8-bit."""
    generator = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    values = generator.integers(0, 60, (count, channels, side, side))
    half = side // 2
    for place, label in enumerate(labels):
        top, left = half * (label // 2 % 2), half * (label % 2)
        values[place, :, top : top + half, left : left + half] += 150
    return values.astype(np.uint8), labels


def idx_bytes(array: Any, kind: int = 0x08) -> bytes:
    """An array as an IDX file holds it."""
    head = struct.pack(">HBB", 0, kind, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + bytes(array.tobytes())


def write_idx(path: Path, array: Any) -> None:
    """Write an IDX file, through gzip if its name says so."""
    raw = idx_bytes(np.asarray(array, np.uint8))
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)


def write_mnist(folder: Path, *, suffix: str = ".gz", train: int = 60, test: int = 20) -> None:
    """The four files of the MNIST family, of 8×8 pictures of four classes."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, count, seed in (("train", train, 1), ("t10k", test, 2)):
        pictures, labels = blobs(count, seed=seed)
        write_idx(folder / f"{part}-images-idx3-ubyte{suffix}", pictures[:, 0])
        write_idx(folder / f"{part}-labels-idx1-ubyte{suffix}", labels)


def write_png(path: Path, array: Any) -> None:
    """Write a grey or colour picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(array, np.uint8)).save(path)


def write_folders(
    root: Path, classes: Sequence[str] = ("cat", "dog", "fish"), each: int = 12, side: int = 20
) -> None:
    """Class folders of colour pictures, each class with another bright quarter; sizes differ."""
    pictures, labels = blobs(each * len(classes), len(classes), side, channels=3)
    for place, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        wide = np.moveaxis(picture, 0, 2)
        if place % 2:
            wide = np.concatenate([wide, wide[:, -4:]], 1)  # another width
        write_png(root / classes[label] / f"{place:03d}.png", wide)


def damage(path: Path) -> None:
    """Cut a file in half."""
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])


class Python2Pickler:
    """Writes the instructions that Python 2 wrote for CIFAR's tables: protocol 2, str as bytes."""

    def __init__(self) -> None:
        self.out = io.BytesIO()
        self.out.write(b"\x80\x02")

    def string(self, value: bytes) -> None:
        """Python 2's str."""
        if len(value) < 256:
            self.out.write(b"U" + bytes([len(value)]) + value)
        else:
            self.out.write(b"T" + struct.pack("<i", len(value)) + value)

    def number(self, value: int) -> None:
        """A small whole number."""
        self.out.write(b"K" + bytes([value]))

    def numbers(self, values: Sequence[int]) -> None:
        """A list of small whole numbers."""
        self.out.write(b"](")
        for value in values:
            self.number(value)
        self.out.write(b"e")

    def strings(self, values: Sequence[bytes]) -> None:
        """A list of str."""
        self.out.write(b"](")
        for value in values:
            self.string(value)
        self.out.write(b"e")

    def array(self, values: Any) -> None:
        """An array of bytes, as numpy's __reduce__ gives it."""
        self.out.write(b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85")
        self.string(b"b")
        self.out.write(b"\x87R(K\x01")
        for size in values.shape:
            self.out.write(b"M" + struct.pack("<H", size))
        self.out.write(b"\x86cnumpy\ndtype\n")
        self.string(b"u1")
        self.out.write(b"K\x00K\x01\x87R(K\x03")
        self.string(b"|")
        self.out.write(b"NNN" + 2 * b"J\xff\xff\xff\xff" + b"K\x00tb\x89")
        self.string(values.tobytes())
        self.out.write(b"tb")

    def table(self, **entries: Any) -> bytes:
        """A dict of arrays, lists of numbers and lists of str; the whole pickle."""
        self.out.write(b"}(")
        for key, value in entries.items():
            self.string(key.encode())
            if isinstance(value, np.ndarray):
                self.array(value)
            elif value and isinstance(value[0], bytes):
                self.strings(value)
            else:
                self.numbers(value)
        self.out.write(b"u.")
        return self.out.getvalue()


def cifar_rows(count: int, seed: int) -> tuple[Any, Any]:
    """Pictures 3×32×32 and labels 0 to 9."""
    generator = np.random.default_rng(seed)
    pictures = generator.integers(0, 256, (count, 3, 32, 32)).astype(np.uint8)
    return pictures, np.arange(count) % 10
