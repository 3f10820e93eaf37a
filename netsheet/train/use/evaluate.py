"""A model judged on pictures: how often it is right, where it errs, and how sure it is.

Requirements met here: counts come with the interval that chance leaves open; the mistakes a person
would want to see are named; figures can be added up from the confusion matrix shown beside them.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Any, NamedTuple

import torch
from torch import Tensor

from netsheet.core.errors import FitError
from netsheet.train.data.pictures import Pictures
from netsheet.train.feed.feed import in_order
from netsheet.train.head import probabilities
from netsheet.train.tell.teller import percent
from netsheet.train.use.model import BATCH, Model

NORMAL_95 = 1.959964
"""Between −z and z lie 95 % of a normal distribution."""

BINS = 15
"""Bins of the calibration error. Source: Guo et al. 2017, arXiv:1706.04599, section 2."""

WORST = 24
"""Mistakes that are kept."""


class Mistake(NamedTuple):
    """A picture taken for another class: place in the part, name, classes, probabilities."""

    place: int
    name: str
    truth: int
    taken: int
    sure: float
    of_truth: float


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a model did on one part.

    confusion: classes×classes, truth down, answer across. loss: mean cross-entropy. calibration:
    mean distance of how sure the model is from how often it is right, over 15 bins. worst: wrong
    answers, the surest first.
    """

    part: str
    classes: tuple[str, ...]
    confusion: Tensor
    loss: float
    calibration: float
    top5: float | None
    worst: tuple[Mistake, ...]

    @property
    def pictures(self) -> int:
        """How many were judged."""
        return int(self.confusion.sum())

    @property
    def right(self) -> int:
        """How many answers were right."""
        return int(self.confusion.diagonal().sum())

    @property
    def accuracy(self) -> float:
        """Part of the answers that were right."""
        return self.right / self.pictures

    @property
    def interval(self) -> tuple[float, float]:
        """What the accuracy may be by chance alone: 95 %, Wilson 1927.

        >>> import torch
        >>> made = Evaluation("test", ("a", "b"), torch.tensor([[40, 10], [0, 50]]), 0, 0, None, ())
        >>> [round(bound, 4) for bound in made.interval]
        [0.8256, 0.9448]
        """
        many, part, z = self.pictures, self.accuracy, NORMAL_95
        middle = part + z * z / (2 * many)
        reach = z * sqrt(part * (1 - part) / many + z * z / (4 * many * many))
        whole = 1 + z * z / many
        return (middle - reach) / whole, (middle + reach) / whole

    def by_class(self) -> list[tuple[str, int, float, float]]:
        """Of each class: name, pictures, part found (recall), part right of those said."""
        found = []
        for place, name in enumerate(self.classes):
            right = int(self.confusion[place, place])
            there, said = int(self.confusion[place].sum()), int(self.confusion[:, place].sum())
            found.append(
                (name, there, right / there if there else 0.0, right / said if said else 0.0)
            )
        return found

    def words(self) -> str:
        """`92.31 % of 10,000 (95 %: 91.77 to 92.82)`."""
        low, high = (100 * bound for bound in self.interval)
        return f"{percent(self.accuracy)} of {self.pictures:,} (95 %: {low:.2f} to {high:.2f})"

    def report(self) -> str:
        """All figures, for a terminal."""
        lines = [f"{self.part}: {self.words()}", f"loss {self.loss:.4f}"]
        if self.top5 is not None:
            lines[-1] += f", among the first five {percent(self.top5)}"
        lines[-1] += f", calibration error {percent(self.calibration)}"
        width = max(5, *(len(name) for name in self.classes))
        lines += ["", f"{'class':<{width}}  pictures    found    right of those said"]
        for name, there, found, right in self.by_class():
            lines.append(f"{name:<{width}}  {there:>8,}  {percent(found):>9}  {percent(right):>9}")
        errors = self.confusions()
        if errors:
            lines += ["", "most often taken for another:"]
            lines += [
                f"  {self.classes[truth]} for {self.classes[taken]}: {many:,}"
                for truth, taken, many in errors
            ]
        return "\n".join(lines) + "\n"

    def confusions(self, most: int = 5) -> list[tuple[int, int, int]]:
        """The most frequent mistakes: truth, answer, how often."""
        off = self.confusion.clone()
        off.fill_diagonal_(0)
        values, places = off.flatten().topk(min(most, off.numel()))
        columns = len(self.classes)
        return [
            (int(place) // columns, int(place) % columns, int(value))
            for value, place in zip(values, places, strict=True)
            if value
        ]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "part": self.part,
            "pictures": self.pictures,
            "right": self.right,
            "accuracy": self.accuracy,
            "interval": list(self.interval),
            "loss": self.loss,
            "calibration": self.calibration,
            "top5": self.top5,
            "classes": list(self.classes),
            "confusion": self.confusion.tolist(),
        }


def evaluate_part(
    model: Model, pictures: Pictures, part: str, device: torch.device | None = None
) -> Evaluation:
    """Judge a model on pictures; FitError if they are not of its shape or its classes."""
    if pictures.classes != model.classes:
        others = _few(pictures.classes)
        raise FitError(f"the model tells {_few(model.classes)} apart, and the data have {others}")
    if pictures.shape != model.intake.pictures:
        what = f"the model was trained on pictures of {model.intake.pictures}"
        raise FitError(f"{what}, and the data's are {pictures.shape}")
    device = device or torch.device("cpu")
    network = model.network.to(device)
    found = [
        (indices, model.scores(x).cpu(), labels.cpu())
        for indices, x, labels in in_order(pictures, model.intake, BATCH, device)
    ]
    network.cpu()
    order = torch.cat([indices for indices, _, _ in found])
    scores = torch.cat([each for _, each, _ in found])
    labels = torch.cat([each for _, _, each in found])
    return judged(part, pictures, order, scores, labels)


def judged(
    part: str, pictures: Pictures, order: Tensor, scores: Tensor, labels: Tensor
) -> Evaluation:
    """An evaluation from scores N×classes and labels of the pictures in some order."""
    classes = len(pictures.classes)
    chances = probabilities(scores)
    sure, taken = chances.max(1)
    right = taken == labels
    confusion = torch.bincount(labels * classes + taken, minlength=classes**2)
    top5 = None
    if classes > 5:  # noqa: PLR2004 among five
        top5 = float((scores.topk(5).indices == labels[:, None]).any(1).double().mean())
    wrong = torch.nonzero(~right)[:, 0]
    worst = wrong[sure[wrong].argsort(descending=True, stable=True)][:WORST]
    mistakes = tuple(
        Mistake(
            int(order[place]),
            pictures.name(int(order[place])),
            int(labels[place]),
            int(taken[place]),
            float(sure[place]),
            float(chances[place, labels[place]]),
        )
        for place in worst
    )
    loss = float(torch.nn.functional.cross_entropy(scores.double(), labels))
    calibration = calibration_error(sure, right)
    matrix = confusion.view(classes, classes)
    return Evaluation(part, pictures.classes, matrix, loss, calibration, top5, mistakes)


def calibration_error(sure: Tensor, right: Tensor) -> float:
    """Expected calibration error over 15 bins of equal width. Source: as `BINS`, equation 3.

    >>> import torch
    >>> calibration_error(torch.tensor([0.9, 0.9]), torch.tensor([True, False]))
    0.4
    """
    bins = (sure * BINS).ceil().long().clamp(1, BINS)
    total = 0.0
    for each in torch.unique(bins):
        inside = bins == each
        gap = sure[inside].double().mean() - right[inside].double().mean()
        total += float(gap.abs()) * int(inside.sum()) / len(sure)
    return round(total, 6)


def _few(classes: tuple[str, ...]) -> str:
    return f"{len(classes)} classes ({', '.join(classes[:3])}, …)"
