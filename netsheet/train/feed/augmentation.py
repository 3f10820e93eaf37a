"""What an augmentation is: a name, its meaning, and pictures varied by chance.

Requirements met here: an augmentation is known as soon as its file lies in `augmentations/`; its
name costs no import, so that a command line can offer it; how much it varies can be said behind
its name, `shift=0.125`.
"""

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from netsheet.core.errors import ChoiceError
from netsheet.core.shape import Shape

if TYPE_CHECKING:
    from netsheet.train.feed.chance import Draw

Apply = Callable[[Any, "Draw", Shape, float], Any]


class Augmentation(NamedTuple):
    """One way of varying pictures.

    meaning: in words, with `{amount}` where how much stands. amount: how much unless told
    otherwise, and the most that makes sense. apply: takes N×C×H×W (8-bit or float), chance for
    each, the shape that the network reads, and how much; gives as many pictures, of that size
    where it resizes.
    """

    name: str
    meaning: str
    apply: Apply
    amount: float
    most: float = 1.0


class Chosen(NamedTuple):
    """An augmentation and how much it varies."""

    augmentation: Augmentation
    amount: float

    def __str__(self) -> str:
        return self.augmentation.meaning.format(amount=self.amount)

    def apply(self, x: Any, draw: "Draw", shape: Shape) -> Any:
        """Vary pictures."""
        return self.augmentation.apply(x, draw, shape, self.amount)


FOLDER = Path(__file__).with_name("augmentations")


@cache
def names() -> tuple[str, ...]:
    """What augmentations there are."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__"))


def find(name: str) -> Augmentation:
    """An augmentation by name; ChoiceError with what there is."""
    if name not in names():
        message = f'there is no augmentation "{name}"\n  there are {", ".join(names())}'
        raise ChoiceError(message)
    found: Augmentation = import_module(f"netsheet.train.feed.augmentations.{name}").AUGMENTATION
    return found


def choose(text: str) -> Chosen:
    """`shift` or `shift=0.125`; ChoiceError says what can't be."""
    name, equals, amount = (part.strip() for part in text.partition("="))
    found = find(name)
    try:
        value = float(amount) if equals else found.amount
    except ValueError as error:
        raise ChoiceError(f'"{text}" says no number behind the =') from error
    if not 0 < value <= found.most:
        message = f"{name} can't vary by {value:g}\n  it takes more than 0, at most {found.most:g}"
        raise ChoiceError(message)
    return Chosen(found, value)


def parse(text: str) -> tuple[str, ...]:
    """Names with commas, each with how much behind a = where it is said; `none` is none.

    ChoiceError for one that is not there.

        >>> parse("shift, flip"), parse("none")
        (('shift', 'flip'), ())
    """
    asked = [word.strip().replace(" ", "") for word in text.split(",") if word.strip()]
    if asked == ["none"]:
        return ()
    for each in asked:
        if each.partition("=")[0] not in names():
            find(each.partition("=")[0])
    return tuple(dict.fromkeys(asked))


def every(chosen: Sequence[str]) -> list[Chosen]:
    """The augmentations named."""
    return [choose(name) for name in chosen]
