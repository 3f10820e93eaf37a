"""Brightness and contrast."""

from torch import Tensor

from netsheet.core.shape import Shape
from netsheet.train.feed.augmentation import Augmentation
from netsheet.train.feed.chance import Draw


def apply(x: Tensor, draw: Draw, shape: Shape, amount: float) -> Tensor:  # noqa: ARG001 any size will do
    """Scale each picture, and its distance from its own mean, by 1 − `amount` to 1 + `amount`."""
    light, contrast = (
        (1 + amount * (2 * numbers - 1)).view(-1, *(1,) * (x.ndim - 1)).to(x.device)
        for numbers in draw.uniform("light", 2).unbind(1)
    )
    y = x.float() * light
    mean = y.flatten(1).mean(1).view(-1, *(1,) * (x.ndim - 1))
    return (y - mean) * contrast + mean


AUGMENTATION = Augmentation(
    "light", "brightness and contrast changed by up to {amount:.0%}", apply, 0.2
)
