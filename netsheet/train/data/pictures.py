"""What every source of data becomes: parts of pictures with labels, and a story of where from.

Requirements met here: a part is a plain torch dataset, which other people's loops can use as it
is; pictures stay in the type they came in, 8-bit ones in a quarter of the memory of floats.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

import torch
from torch import Tensor

from netsheet.core.shape import Shape

HASHED = 2**30
"""Bytes of pictures up to which all are hashed; of more, every so-manieth is."""


class Store(Protocol):
    """Where pictures are: `take` gives those at some places, N×C×H×W, 8-bit or float32.

    shape: C×H×W of every picture. scale: what a value is divided by to lie in 0…1.
    """

    @property
    def shape(self) -> Shape:
        """C×H×W."""

    @property
    def scale(self) -> float:
        """The brightest value that there can be: 255, or fewer levels; 1 for floats as they are."""

    def __len__(self) -> int: ...

    def take(self, places: Tensor) -> Tensor:
        """The pictures at these places, in this order."""

    def name(self, place: int) -> str:
        """What a person calls the picture at a place."""

    def digest(self) -> bytes:
        """A fingerprint of what is stored."""


@dataclass(frozen=True, eq=False)
class Held:
    """Pictures held in memory, N×C×H×W.

    word: what a picture without a name of its own is called. most: the brightest value that there
    can be, where it is not 255 for 8-bit values and 1 for floats.
    """

    values: Tensor
    word: str = "picture"
    names: tuple[str, ...] = ()
    most: float | None = None

    @property
    def shape(self) -> Shape:
        """C×H×W."""
        return Shape.of(self.values.shape[1:])

    @property
    def scale(self) -> float:
        """The brightest value that there can be."""
        if self.most is not None:
            return self.most
        return 255.0 if self.values.dtype == torch.uint8 else 1.0

    def __len__(self) -> int:
        return len(self.values)

    def take(self, places: Tensor) -> Tensor:
        """The pictures at these places."""
        return self.values.index_select(0, places)

    def name(self, place: int) -> str:
        """Its own name, or `picture 123`, counted from 0 as in the file."""
        return self.names[place] if self.names else f"{self.word} {place:,}"

    def digest(self) -> bytes:
        """Over all values, or evenly chosen pictures of very many."""
        every = max(1, self.values.numel() * self.values.element_size() // HASHED)
        made = sha256(repr((tuple(self.values.shape), str(self.values.dtype))).encode())
        made.update(self.values[::every].contiguous().numpy().data)
        return made.digest()


@dataclass(frozen=True, eq=False)
class Pictures(torch.utils.data.Dataset[tuple[Tensor, int]]):
    """One part of a data set: `store` at `places`, and a label (0 to classes − 1) for each.

    As a torch dataset it gives (picture, label): the picture C×H×W as float32, 8-bit values
    scaled to 0…1, not normalised.
    """

    store: Store
    places: Tensor
    labels: Tensor
    classes: tuple[str, ...]

    @classmethod
    def all(cls, store: Store, labels: Tensor, classes: tuple[str, ...]) -> "Pictures":
        """Every picture of a store."""
        return cls(store, torch.arange(len(store)), labels, classes)

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        raw = self.raw(torch.tensor([index % len(self)]))[0]
        return raw.float() / self.store.scale, int(self.labels[index])

    def __iter__(self) -> Iterator[tuple[Tensor, int]]:
        return (self[index] for index in range(len(self)))

    @property
    def shape(self) -> Shape:
        """C×H×W."""
        return self.store.shape

    def raw(self, indices: Tensor) -> Tensor:
        """Pictures as they are stored, N×C×H×W."""
        return self.store.take(self.places[indices])

    def name(self, index: int) -> str:
        """What a person calls a picture."""
        return self.store.name(int(self.places[index]))

    def counts(self) -> list[int]:
        """Pictures of each class."""
        return torch.bincount(self.labels, minlength=len(self.classes)).tolist()

    def chosen(self, indices: Tensor) -> "Pictures":
        """A part of this part."""
        return Pictures(self.store, self.places[indices], self.labels[indices], self.classes)

    def digest(self) -> bytes:
        """A fingerprint of pictures, labels and classes."""
        made = sha256(self.store.digest())
        made.update(self.places.numpy().data)
        made.update(self.labels.numpy().data)
        made.update(repr(self.classes).encode())
        return made.digest()


@dataclass(frozen=True)
class Data:
    """A data set: what is learned from, what decides between models, what judges the last one.

    story: lines that say where it comes from, under which licence, and what was done to it.
    augment: names of the augmentations that suit it by default.
    """

    name: str
    train: Pictures
    val: Pictures | None = None
    test: Pictures | None = None
    story: tuple[str, ...] = ()
    augment: tuple[str, ...] = ()
    _prints: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes; a label is a place in them."""
        return self.train.classes

    @property
    def shape(self) -> Shape:
        """C×H×W of every picture."""
        return self.train.shape

    @property
    def parts(self) -> dict[str, Pictures]:
        """The parts that there are, by name: train, val, test."""
        found = {"train": self.train, "val": self.val, "test": self.test}
        return {name: part for name, part in found.items() if part is not None}

    def fingerprint(self) -> str:
        """What tells these data from others: hexadecimal, the same on every machine."""
        if "all" not in self._prints:
            made = sha256()
            for name, part in self.parts.items():
                made.update(name.encode() + part.digest())
            self._prints["all"] = made.hexdigest()[:32]
        return self._prints["all"]

    def summary(self) -> str:
        """Pictures of each part, shape and classes, in one line."""
        parts = ", ".join(f"{len(part):,} {name}" for name, part in self.parts.items())
        return f"{parts}; {self.shape}, {listing(self.classes)}"


def levels(values: Tensor) -> float | None:
    """The brightest value of 8-bit pictures with few levels, such as 16; None for all others."""
    if values.dtype != torch.uint8 or not values.numel():
        return None
    brightest = int(values.max())
    return float(brightest) if 0 < brightest < 128 else None  # noqa: PLR2004 half of the range is never used


def listing(classes: Sequence[str], most: int = 10) -> str:
    """`10 classes: cat, dog, …`."""
    shown = ", ".join(classes[:most]) + (", …" if len(classes) > most else "")
    return f"{len(classes):,} class{'es' * (len(classes) != 1)}: {shown}"
