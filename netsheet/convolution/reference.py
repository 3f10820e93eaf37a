"""Convolution by definition, written as plainly as the formulas: slow, dull, trusted.

The convolution of two functions is (f ∗ g)(t) = ∫ f(τ)·g(t − τ) dτ: one of the two is turned round,
slid over the other, and at each place the products are added up. Of two sequences it is

    (x ∗ w)[i] = Σₜ x[i − t]·w[t]

and of a picture and a filter

    (x ∗ w)[i, j] = Σₛ Σₜ x[i − s, j − t]·w[s, t].

The minus signs are the flip. Without it, it is the cross-correlation

    (x ⋆ w)[i, j] = Σₛ Σₜ x[i + s, j + t]·w[s, t],

which is what networks compute and call convolution: as their weights are learnt, they are learnt
turned round. One is the other with the filter turned by half a turn, w[k − 1 − s, k − 1 − t].

With C channels, stride s, dilation d, padding p and a bias b, output channel o of a network is

    y[o, i, j] = b[o] + Σ_c Σₛ Σₜ w[o, c, s, t] · x[c, i·s + s·d − p, j·s + t·d − p].

Source: Goodfellow, Bengio & Courville, Deep Learning, 2016, section 9.1, equations 9.1 to 9.6;
Dumoulin & Visin 2016, arXiv:1603.07285.
"""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netsheet.convolution.border import Border

Values = NDArray[Any]


def by_definition(
    x: Values,
    weight: Values,
    *,
    bias: Sequence[float] | Values | None = None,
    stride: Sequence[int],
    padding: Sequence[tuple[int, int]],
    dilation: Sequence[int],
    groups: int = 1,
    border: Border | None = None,
    flip: bool = False,
) -> NDArray[np.float64]:
    """The convolution (flip) or cross-correlation of a map with filters, by its formula.

    x: C×L, C×H×W or C×D×H×W. weight: C_out × C/groups × k…, as many k as x has axes behind its
    channels. padding: before and after, for each axis. Gives C_out × the number of window
    positions. Products are added one by one in float64.

        >>> import numpy as np
        >>> x, w = np.array([[0.0, 0, 1, 0, 0]]), np.array([[[1.0, 2, 3]]])
        >>> once = {"stride": [1], "padding": [(0, 0)], "dilation": [1]}
        >>> by_definition(x, w, **once).tolist(), by_definition(x, w, **once, flip=True).tolist()
        ([[3.0, 2.0, 1.0]], [[1.0, 2.0, 3.0]])
    """
    around = border or Border()
    outputs, reads, *kernel = weight.shape
    size = [
        (n + before + after - (d * (k - 1) + 1)) // s + 1
        for n, k, s, (before, after), d in zip(
            x.shape[1:], kernel, stride, padding, dilation, strict=True
        )
    ]
    y = np.zeros((outputs, *size))
    with np.errstate(all="ignore"):  # NaN and infinities follow the formula, without a word
        for o, *place in product(range(outputs), *map(range, size)):
            total = np.float64(0 if bias is None else bias[o])
            first = o // (outputs // groups) * reads
            for c, *tap in product(range(reads), *map(range, kernel)):
                at = [
                    i * s + t * d - before
                    for i, s, t, d, (before, _) in zip(
                        place, stride, tap, dilation, padding, strict=True
                    )
                ]
                turned = [k - 1 - t for k, t in zip(kernel, tap, strict=True)] if flip else tap
                w = np.float64(weight[(o, c, *turned)])
                total += w * value_at(x, first + c, at, around)
            y[(o, *place)] = total
    return y


def value_at(x: Values, channel: int, at: Sequence[int], border: Border) -> np.float64:
    """The value of a map at a position, which may lie beyond its edge."""
    places = [border.source(i, n) for i, n in zip(at, x.shape[1:], strict=True)]
    if None in places:
        return np.float64(border.value)
    return np.float64(x[(channel, *places)])
