"""Figures to normalise by, computed from the training pictures.

Requirements met here: of 8-bit pictures the sums are of whole numbers, so that the figures are
the same on every machine; a channel that never changes is not divided by zero.
"""

from math import sqrt

import torch

from netsheet.run.picture import Normal
from netsheet.train.data.pictures import Pictures

CHUNK = 1024
"""Pictures that are looked at together."""


def measured(pictures: Pictures, most: int | None = None) -> Normal:
    """Mean and deviation of each channel over all training pictures, values scaled to 0…1.

    most: of so many pictures at most, evenly chosen, for those that are decoded each time.

        >>> import torch
        >>> from netsheet.train.data.pictures import Held
        >>> half = torch.tensor([0, 255], dtype=torch.uint8).view(2, 1, 1, 1)
        >>> measured(Pictures.all(Held(half), torch.tensor([0, 1]), ("a", "b")))
        Normal(name='the training pictures', mean=(0.5,), deviation=(0.5,))
    """
    every = 1 if most is None else max(1, -(-len(pictures) // most))
    chosen = torch.arange(0, len(pictures), every)
    channels = pictures.shape.channels
    count = [0.0] * channels
    sums, squares = [0.0] * channels, [0.0] * channels
    for places in torch.split(chosen, CHUNK):
        x = pictures.raw(places).transpose(0, 1).flatten(1)
        for channel, values in enumerate(x):
            if values.dtype == torch.uint8:
                histogram = torch.bincount(values, minlength=256)
                number = torch.arange(256)
                total = float((histogram * number).sum())
                square = float((histogram * number**2).sum())
            else:
                exact = values.double()
                total, square = float(exact.sum()), float(exact.square().sum())
            count[channel] += len(values)
            sums[channel] += total
            squares[channel] += square
    scale = pictures.store.scale
    mean = [total / many for total, many in zip(sums, count, strict=True)]
    spread = [
        sqrt(max(0.0, square / many - middle * middle))
        for square, many, middle in zip(squares, count, mean, strict=True)
    ]
    return Normal(
        "the training pictures",
        tuple(middle / scale for middle in mean),
        tuple((each or scale) / scale for each in spread),
    )
