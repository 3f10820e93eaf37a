"""Colours of signed values: blue below zero, white at zero, orange above, on one symmetric scale.

Requirements met here: lightness falls evenly from zero to either end and alike on both sides, so
that equal steps look equal and a grey print shows how large a value is; blue against orange is told
apart with every common colour blindness; zero is exactly white, the ends are exactly the ends; what
is not a number has a colour of its own that no number has.
"""

from decimal import ROUND_CEILING, Context
from math import isinf

import torch
from torch import Tensor

from netsheet.picture.page import ODD, Colour

BELOW: tuple[Colour, ...] = (
    (255, 255, 255),
    (213, 232, 251),
    (173, 209, 247),
    (136, 185, 240),
    (102, 161, 230),
    (73, 137, 216),
    (49, 113, 197),
    (35, 89, 173),
    (25, 66, 148),
)
"""From zero to the lowest value, at equal distances.

Source: own. CIELAB lightness 100 down to 30 in equal steps, hue 252° to 290°, as much chroma as
sRGB holds up to 52.
"""

ABOVE: tuple[Colour, ...] = (
    (255, 255, 255),
    (249, 226, 205),
    (241, 197, 159),
    (229, 169, 117),
    (215, 141, 80),
    (197, 114, 48),
    (176, 89, 19),
    (151, 66, 0),
    (122, 48, 0),
)
"""From zero to the highest value. Source: as `BELOW`, hue 72° to 54°, chroma up to 62."""

NOT_A_NUMBER: Colour = ODD
"""Magenta: NaN and the infinities, which have no place on the scale."""

STEPS = 256
"""Steps of colour from zero to either end."""


def _between(anchors: tuple[Colour, ...]) -> Tensor:
    """STEPS + 1 colours from the first anchor to the last, in straight lines."""
    place = torch.linspace(0, len(anchors) - 1, STEPS + 1, dtype=torch.float64)
    left = place.long().clamp(max=len(anchors) - 2)
    table = torch.tensor(anchors, dtype=torch.float64)
    part = (place - left)[:, None]
    return (table[left] * (1 - part) + table[left + 1] * part).round().to(torch.uint8)


TABLE = torch.cat([_between(BELOW).flip(0), _between(ABOVE)[1:]])
"""All colours, from −scale to +scale: (2·STEPS + 1)×3."""


def paint(values: Tensor, scale: float) -> Tensor:
    """Colour values of any shape S by a scale from −scale to +scale: S×3, uint8.

    Values beyond the scale get its end colours; the caller says how many there are.
    """
    numbers = torch.nan_to_num(values.double() / scale, nan=0.0)
    place = ((numbers.clamp(-1, 1) + 1) * STEPS).round().long()
    colours = TABLE[place]
    colours[~values.isfinite()] = torch.tensor(NOT_A_NUMBER, dtype=torch.uint8)
    return colours


def fitting_scale(values: Tensor, beyond: float) -> float:
    """The smallest scale of two digits that leaves at most this part of the values outside.

    Values that are not finite don't count. Where that would be zero, as so few values differ from
    it, the scale holds them all; where all are zero, it is 1.
    """
    sizes = values[values.isfinite()].double().abs().flatten()
    if not sizes.numel() or not sizes.any():
        return 1.0
    kept = sizes.numel() - int(beyond * sizes.numel())
    largest = float(sizes.kthvalue(max(1, kept)).values) or float(sizes.max())
    rounded = float(Context(prec=2, rounding=ROUND_CEILING).create_decimal_from_float(largest))
    return largest if isinf(rounded) else rounded
