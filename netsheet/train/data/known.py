"""Data sets known by name: what they are, whose, where they come from, and how to tell them.

Requirements met here: one file a data set, in `known/`; nothing is downloaded unasked: a set that
is not on this machine is told with its source, its checksums and its licence; files that are
there are held against the checksums before they are believed.
"""

import hashlib
import os
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from netsheet.core.errors import ChoiceError, DataError
from netsheet.train.data.box import Box

FOLDER = Path(__file__).with_name("known")

PLACE = "NETSHEET_DATA"
"""Name of the environment's variable that holds a folder of data sets."""


class File(NamedTuple):
    """A published file: its name, MD5 as published, and SHA-256 of what it unpacks to, if known."""

    name: str
    md5: str = ""
    sha256: str = ""


class Known(NamedTuple):
    """A data set: `format` is idx (all its files) or cifar (one of them is enough).

    base: where its files are published. debian: the package that brings it. instead: the shipped
    set that stands in for it. shipped: whether its files lie in this package.
    """

    name: str
    title: str
    about: str
    home: str
    licence: str
    cite: str
    format: str
    files: tuple[File, ...]
    classes: tuple[str, ...] = ()
    augment: tuple[str, ...] = ()
    base: str = ""
    debian: str = ""
    instead: str = ""
    shipped: bool = False

    def story(self, where: Path | None, checked: str) -> tuple[str, ...]:
        """Lines for people: what it is, whose, from where."""
        place = "shipped with netsheet" if self.shipped else f"from {where}"
        return (
            f"{self.title}: {self.about}",
            f"{self.cite}; licence {self.licence}; {self.home}",
            f"{place}; {checked}",
        )

    def absence(self) -> str:
        """What to do to have it."""
        lines = [f"{self.title} is not on this machine", f"  {self.about}; {self.cite}"]
        lines.append(f"  licence: {self.licence}; {self.home}")
        if self.debian:
            lines.append(f"  on Debian and Ubuntu: apt-get install {self.debian}")
        folders = " or ".join(str(place) for place in list(places(self))[:2])
        which = "one of these files" if self.format == "cifar" else "these files"
        lines.append(f"  or put {which} into {folders}, or give their folder as --data:")
        lines += [f"    {self.base}{file.name}  md5 {file.md5}" for file in self.files]
        return "\n".join(lines)


@cache
def known() -> dict[str, Known]:
    """Every data set that is known, by name."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.toml"))}


def _read(path: Path) -> Known:
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    files = tuple(File(**each) for each in table.pop("files"))
    for name in ("classes", "augment"):
        table[name] = tuple(table.get(name, ()))
    return Known(name=path.stem, files=files, **table)


def named(name: str) -> Known | None:
    """A data set by name, with or without hyphens, or None."""
    wanted = _bare(name)
    return next((each for each in known().values() if _bare(each.name) == wanted), None)


def _bare(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "")


def find(name: str) -> Known:
    """A data set by name; ChoiceError with what there is."""
    found = named(name)
    if found is not None:
        return found
    from difflib import get_close_matches

    near = get_close_matches(name.casefold(), known(), n=1, cutoff=0.6)
    hint = f'did you mean "{near[0]}"?' if near else f"known by name are {', '.join(known())}"
    raise ChoiceError(f'there is no data set "{name}", and no such folder or file\n  {hint}')


def places(what: Known) -> Iterator[Path]:
    """Folders where a data set's files may lie, in the order in which they are looked for."""
    if what.shipped:
        yield FOLDER / what.name
        return
    if PLACE in os.environ:
        yield Path(os.environ[PLACE]) / what.name
    cache_home = os.environ.get("XDG_CACHE_HOME")
    yield (Path(cache_home) if cache_home else Path.home() / ".cache") / "netsheet" / what.name
    if what.debian:
        yield Path(os.sep) / "usr" / "share" / "datasets" / what.name


def on_this_machine(what: Known) -> Path | None:
    """The first of its places that holds its files, packed or unpacked."""
    enough = any if what.format == "cifar" else all
    for place in places(what):
        if enough(_there(place, file) for file in what.files):
            return place
    return None


def present(what: Known, place: Path) -> list[File]:
    """The files of a set that a place holds."""
    return [file for file in what.files if _there(place, file)]


def _there(place: Path, file: File) -> Path | None:
    for name in (file.name, file.name.removesuffix(".gz")):
        if (place / name).is_file():
            return place / name
    return None


def check(what: Known, place: Path) -> str:
    """Hold a set's files against their checksums, and say which; DataError if one is another."""
    sums = set()
    files = present(what, place)[: 1 if what.format == "cifar" else None]
    for file in files:
        path = _there(place, file)
        assert path is not None  # noqa: S101 `on_this_machine` saw it
        kind = _matches(path, file)
        if kind is None:
            raise DataError(
                f"{path} is not the published file: its checksums differ\n"
                f"  md5 should be {file.md5 or 'unknown'}"
                + (f", or SHA-256 of the content {file.sha256}" if file.sha256 else "")
                + f"\n  fetch it again; to use it as it is, give the folder: --data {place}",
                path=path,
            )
        sums.add(kind)
    word = "1 file" if len(files) == 1 else f"{len(files)} files"
    return f"{word} checked: {' and '.join(sorted(sums))}"


def recognised(folder: Path) -> Known | None:
    """The data set whose labels a folder of IDX files holds, told by their checksums."""
    for what in known().values():
        labels = [file for file in what.files if "labels" in file.name]
        found = [(_there(folder, file), file) for file in labels]
        if found and all(path is not None and _sure(path, file) for path, file in found):
            return what
    return None


def _sure(path: Path, file: File) -> bool:
    kind = _matches(path, file)
    return kind is not None and not kind.startswith("unpacked")


def _matches(path: Path, file: File) -> str | None:
    """Which checksum a file has, if one of its own."""
    raw = path.read_bytes()
    if file.sha256:
        content = Box(path.parent).read(path.name)
        if hashlib.sha256(content).hexdigest() == file.sha256:
            return "SHA-256 of the content"
    if file.md5 and path.name == file.name:
        if hashlib.md5(raw, usedforsecurity=False).hexdigest() == file.md5:
            return "MD5 as published"
        return None
    return None if file.sha256 else "unpacked, so that no checksum is known"
