"""Filters on files: one picture, or all of a folder, each written whole or not at all.

Requirements met here: nothing is written over the picture that is read; a picture of many that
can't be read or written is told, and the others are done; what is no picture is passed over.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any, NamedTuple

from netsheet.convolution.blocks import cores
from netsheet.convolution.kernel import Kernel
from netsheet.convolution.picture import Filtered, apply, to_grey
from netsheet.core.errors import ChoiceError, FileError, NetsheetError, PictureError
from netsheet.picture.formats import begins_as_picture
from netsheet.picture.pixels import read_pixels
from netsheet.picture.writing import FORMATS, format_of, write_pixels


class Written(NamedTuple):
    """A picture that was filtered and written: where, what was done to it, and what came out."""

    picture: Path
    out: Path
    steps: tuple[str, ...]
    told: tuple[str, ...]
    filtered: Filtered

    @property
    def size(self) -> str:
        """Width×height of what was written."""
        high, wide, _ = self.filtered.values.shape
        return f"{wide}×{high}"


class Failed(NamedTuple):
    """A picture of many that could not be filtered, and why."""

    picture: Path
    error: NetsheetError


def filter_file(
    picture: str | Path, out: str | Path, kernel: Kernel, *, grey: bool = False, **options: Any
) -> Written:
    """Filter a picture's file and write it, in the format of the path's suffix.

    options: those of `netsheet.convolution.picture.apply`. ChoiceError for a suffix that stands for
    no format, before anything is read; PictureError, RuleError and FileError as they come.
    """
    source, target = Path(picture), Path(out)
    format_of(target)
    if target.exists() and source.exists() and target.samefile(source):
        what = f"{out} is the picture itself, which would be lost"
        raise FileError(f"{what}\n  give another name", path=target)
    pixels = read_pixels(source)
    steps = list(pixels.steps)
    values = pixels.values
    if grey and values.shape[-1] > 2:  # noqa: PLR2004 grey already
        values = to_grey(values)
        steps.append("colour turned to grey: 0.299 red + 0.587 green + 0.114 blue")
    filtered = apply(values, kernel, counted=True, **options)
    fits = filtered.values.shape[-1] == pixels.values.shape[-1]
    told = write_pixels(target, filtered.values, pixels.profile if fits else b"")
    return Written(source, target, tuple(steps), told, filtered)


def pictures_in(folder: Path) -> tuple[list[Path], int]:
    """The pictures of a folder, sorted, and how many of its files are none.

    A file is a picture by how it begins; those in folders inside, and hidden ones, don't count.
    PictureError where there is none at all.
    """
    files = [each for each in sorted(folder.iterdir()) if each.is_file() and each.name[0] != "."]
    found = [each for each in files if begins_as_picture(each)]
    if not found:
        raise PictureError(
            f"there is no picture in {folder}\n  name a folder that has some", path=folder
        )
    return found, len(files) - len(found)


def filter_all(
    pictures: Sequence[Path], folder: Path, kernel: Kernel, **options: Any
) -> Iterator[Written | Failed]:
    """Filter many pictures into a folder, under their names; hands out each as it is done.

    As many are worked on at once as there are cores. ChoiceError if two would have one name,
    FileError if the folder is the pictures' own, before anything is written.
    """
    names = [_name(picture) for picture in pictures]
    double = {name for name in names if names.count(name) > 1}
    if double:
        raise ChoiceError(f"two pictures would be written as {min(double)}; filter them apart")
    if folder.exists() and any(folder.samefile(picture.parent) for picture in pictures):
        what = f"{folder} is the folder of the pictures themselves, which would be lost"
        raise FileError(f"{what}\n  name another", path=folder)
    threads = options.pop("threads", None) or cores()

    def one(picture: Path, name: str) -> Written | Failed:
        try:
            return filter_file(picture, folder / name, kernel, threads=1, **options)
        except NetsheetError as error:
            return Failed(picture, error)

    with ThreadPoolExecutor(min(threads, len(pictures))) as pool:
        jobs = [pool.submit(one, *each) for each in zip(pictures, names, strict=True)]
        try:
            for job in as_completed(jobs):
                yield job.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _name(picture: Path) -> str:
    """The name that a filtered picture gets: its own, or as a PNG if its suffix isn't written."""
    known = picture.suffix.casefold() in FORMATS
    return picture.name if known else f"{picture.name}.png"
