"""A folder of class folders: pictures in files, decoded with suspicion.

Requirements met here: every file is looked at before training begins, so that a damaged one is
named then, and not in the middle of the night; where all fit into memory each is decoded once.
"""

import os
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor

from netsheet.core.errors import DataError, PictureError
from netsheet.core.shape import Shape
from netsheet.run.picture import decode, prepare
from netsheet.train.data.labels import check_filled
from netsheet.train.data.pictures import Data, Held, Pictures
from netsheet.train.data.split import stratified
from netsheet.train.machine import available_bytes, cores

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"})
"""Files that are taken for pictures; what they are is told by their content."""

PARTS = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "testing": "test",
}
"""Folders that are parts, not classes."""

SMALL = 64
"""Pixels: pictures all of one size up to this side are taken as they are, not resized."""

PROBED = 64
"""Pictures that are looked at to tell size and channels."""

SHOWN = 6

Damaged = Literal["refuse", "skip"]
Progress = Callable[[int, int], None]


class Filed(NamedTuple):
    """Pictures in files below a folder, decoded to C×H×W each time they are asked for."""

    root: Path
    paths: tuple[str, ...]
    shape: Shape

    @property
    def scale(self) -> float:
        """8-bit values."""
        return 255.0

    def __len__(self) -> int:
        return len(self.paths)

    def take(self, places: Tensor) -> Tensor:
        """The pictures at these places, decoded by several threads."""
        with warnings.catch_warnings():  # threads that set filters leave each other's behind
            return torch.stack(list(POOL.map(self.one, places.tolist())))

    def one(self, place: int) -> Tensor:
        """One picture, C×H×W, 8-bit; PictureError if it has gone bad since it was looked at."""
        return decoded(self.root / self.paths[place], self.shape)

    def name(self, place: int) -> str:
        """Its path below the folder."""
        return self.paths[place]

    def digest(self) -> bytes:
        """Over paths and sizes of files, as reading them all again would take long."""
        made = sha256(repr(tuple(self.shape)).encode())
        for path in self.paths:
            made.update(f"{path}\n{(self.root / path).stat().st_size}\n".encode())
        return made.digest()


POOL = ThreadPoolExecutor(cores(), thread_name_prefix="decode")
"""Pillow lets go of Python's lock while it decodes."""


def decoded(path: Path, shape: Sequence[int]) -> Tensor:
    """A picture as C×H×W, 8-bit: the largest centred part of these proportions, resized."""
    image = prepare(decode(path), shape, normal=None).image
    channels, height, width = shape
    values = np.array(image, dtype=np.uint8).reshape(height, width, channels)
    return torch.from_numpy(values).permute(2, 0, 1).contiguous()


class Entry(NamedTuple):
    """Files of one part and their labels."""

    paths: tuple[str, ...]
    labels: Tensor


@dataclass(frozen=True, eq=False)
class Listed:
    """A folder whose files are known, and not yet decoded: to what size depends on the sheet.

    shape: of the pictures if all those looked at have one small size, else None. channels: 1 if
    they are all grey, else 3.
    """

    name: str
    root: Path
    classes: tuple[str, ...]
    entries: dict[str, Entry]
    story: tuple[str, ...]
    shape: Shape | None
    channels: int
    left_alone: tuple[str, ...] = field(default=())

    def load(
        self,
        shape: Sequence[int],
        *,
        damaged: Damaged = "refuse",
        hold: bool | None = None,
        progress: Progress | None = None,
    ) -> Data:
        """Decode every picture to C×H×W, and hold them in memory or read them again each time.

        hold: None holds them if they take less than half of what is free. damaged: whether one
        that can't be decoded is refused (DataError names them all) or left out and told.
        """
        wanted = Shape.of(shape)
        total = sum(len(entry.paths) for entry in self.entries.values())
        if hold is None:
            free = available_bytes()
            hold = free is None or total * wanted.values < free // 2
        bad: list[PictureError] = []
        parts, done = {}, 0
        for part, entry in self.entries.items():
            store = Filed(self.root, entry.paths, wanted)
            good, values = _looked_at(
                store,
                hold=hold,
                bad=bad,
                progress=progress and partial(_shifted, progress, done, total),
            )
            done += len(entry.paths)
            labels = entry.labels[good]
            kept: Held | Filed
            if values is None:
                kept = store
                parts[part] = Pictures(store, good, labels, self.classes)
            else:
                names = tuple(entry.paths[place] for place in good.tolist())
                kept = Held(values, names=names)
                parts[part] = Pictures.all(kept, labels, self.classes)
        if bad and damaged == "refuse":
            raise DataError(_damage(bad, total), path=self.root)
        check_filled(parts["train"].labels, self.classes, self.root)
        story = list(self.story)
        if bad:
            story.append(f"{len(bad)} damaged left out: {_names(bad)}")
        if not hold:
            story.append("too many to hold in memory: decoded anew each time")
        augment = ("crop", "flip") if min(wanted.size) >= SMALL else ("shift",)
        return Data(
            self.name, parts["train"], parts.get("val"), parts.get("test"), tuple(story), augment
        )


def _shifted(progress: Progress, before: int, total: int, done: int, _: int) -> None:
    progress(before + done, total)


def _looked_at(
    store: Filed, *, hold: bool, bad: list[PictureError], progress: Progress | None
) -> tuple[Tensor, Tensor | None]:
    """Places of the pictures that can be decoded, and their values if they are to be held."""
    values = torch.empty(len(store), *store.shape, dtype=torch.uint8) if hold else None
    good: list[int] = []

    def one(place: int) -> Tensor | PictureError:
        try:
            return store.one(place)
        except PictureError as error:
            return error

    with warnings.catch_warnings():  # as in `take`
        for place, found in enumerate(POOL.map(one, range(len(store)))):
            if isinstance(found, PictureError):
                bad.append(found)
            else:
                if values is not None:
                    values[len(good)] = found
                good.append(place)
            if progress is not None:
                progress(place + 1, len(store))
    return torch.tensor(good, dtype=torch.long), None if values is None else values[: len(good)]


def _names(bad: Sequence[PictureError]) -> str:
    names = ", ".join(str(error.path) for error in bad[:SHOWN])
    return names + (", …" if len(bad) > SHOWN else "")


def _damage(bad: Sequence[PictureError], total: int) -> str:
    word = "picture" if len(bad) == 1 else "pictures"
    lines = [f"{len(bad)} {word} of {total:,} can't be used"]
    for error in bad[:SHOWN]:
        first, *rest = str(error).splitlines()
        lines.append(f"  {first}: {rest[0].strip()}" if rest else f"  {first}")
    if len(bad) > SHOWN:
        lines.append(f"  and {len(bad) - SHOWN} more")
    lines.append("  mend or remove them, or leave them out with --damaged skip")
    return "\n".join(lines)


def survey(root: Path, *, val: float = 0.1, test: float = 0.1, seed: int = 0) -> Listed:
    """What a folder holds: parts with class folders inside, or class folders alone.

    Class folders alone are split, stratified by class; a missing `val` is split off `train`, a
    missing `test` is not. DataError names folders without a picture.
    """
    folders = _folders(root)
    parts = {PARTS[each.name.lower()]: each for each in folders if each.name.lower() in PARTS}
    if "train" in parts:
        classes = tuple(each.name for each in _folders(parts["train"]))
        _same_classes(parts, classes, root)
    else:
        parts, classes = {"train": root}, tuple(each.name for each in folders)
    if len(classes) < 2:  # noqa: PLR2004 nothing to tell apart
        what = f"{root} holds {len(classes)} class folders"
        raise DataError(
            f"{what}\n  put the pictures of each class in a folder of its name", path=root
        )
    entries, strangers = {}, []
    for part, folder in parts.items():
        paths: list[str] = []
        labels: list[int] = []
        for label, name in enumerate(classes):
            found, other = _pictures(folder / name, root)
            strangers += other
            if not found and part == "train":
                what = f"class {name} is empty: no picture in {folder / name}"
                suffixes = ", ".join(sorted(SUFFIXES))
                raise DataError(f"{what}\n  pictures end in {suffixes}", path=folder / name)
            paths += found
            labels += [label] * len(found)
        entries[part] = Entry(tuple(paths), torch.tensor(labels, dtype=torch.long))
    story = [f"folder {root}"]
    entries, told = _split(
        entries,
        flat="train" not in {PARTS.get(f.name.lower()) for f in folders},
        val=val,
        test=test,
        seed=seed,
    )
    story += told
    if strangers:
        names = ", ".join(strangers[:SHOWN]) + (", …" if len(strangers) > SHOWN else "")
        story.append(f"{len(strangers)} files that are no pictures left alone: {names}")
    shape, channels = _probe(root, entries["train"].paths)
    return Listed(root.name or str(root), root, classes, entries, tuple(story), shape, channels)


def _folders(root: Path) -> list[Path]:
    return sorted(
        each for each in root.iterdir() if each.is_dir() and not each.name.startswith(".")
    )


def _same_classes(parts: dict[str, Path], classes: tuple[str, ...], root: Path) -> None:
    for folder in parts.values():
        strange = [each.name for each in _folders(folder) if each.name not in classes]
        if strange:
            what = f"{folder} has classes that training has not: {', '.join(strange[:SHOWN])}"
            raise DataError(what, path=root)


def _pictures(folder: Path, root: Path) -> tuple[list[str], list[str]]:
    """Pictures below a folder, by path below the root, and the names of what is none."""
    found, other = [], []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.startswith("."):
                continue
            path = Path(place, name)
            if path.suffix.lower() in SUFFIXES:
                found.append(path.relative_to(root).as_posix())
            else:
                other.append(name)
    return found, other


def _split(
    entries: dict[str, Entry], *, flat: bool, val: float, test: float, seed: int
) -> tuple[dict[str, Entry], list[str]]:
    """Split off what is missing of val and, of class folders alone, test."""
    shares = {}
    if "val" not in entries and val:
        shares["val"] = val
    if flat and test:
        shares["test"] = test
    if not shares:
        return entries, []
    whole = entries["train"]
    found = stratified(whole.labels, whole.paths, list(shares.values()), seed=seed)
    names = [*shares, "train"]
    for name, places in zip(names, found, strict=True):
        chosen = tuple(whole.paths[place] for place in places.tolist())
        entries = {**entries, name: Entry(chosen, whole.labels[places])}
    told = ", ".join(f"{share:.0%} {name}" for name, share in shares.items())
    return entries, [f"split by class, seed {seed}: {told}"]


def _probe(root: Path, paths: Sequence[str]) -> tuple[Shape | None, int]:
    """Size and channels of some pictures, evenly chosen; those that can't be read don't count."""
    step = max(1, len(paths) // PROBED)
    sizes, modes = set(), set()
    for path in paths[::step]:
        try:
            image = decode(root / path).image
        except PictureError:
            continue
        sizes.add(image.size)
        modes.add(image.mode)
    channels = 1 if modes == {"L"} else 3
    if len(sizes) == 1:
        width, height = sizes.pop()
        if max(width, height) <= SMALL:
            return Shape((channels, height, width)), channels
    return None, channels
