"""Parts of a data set: stratified, seeded, and the same on every machine and in every version.

Requirements met here: each class gives the same share; whether a picture belongs to a part
depends on the seed and its key alone, so that adding a picture moves no other from one part to
another but at the border.
"""

from collections.abc import Sequence
from hashlib import sha256

import torch
from torch import Tensor

from netsheet.core.errors import DataError


def stratified(
    labels: Tensor, keys: Sequence[str], shares: Sequence[float], *, seed: int = 0
) -> list[Tensor]:
    """Places in as many parts as there are shares, and behind them the rest.

    Of each class the pictures are put in the order of SHA-256 over seed and key, and the first
    round(share·count) taken, at least 1, then the next; the rest keeps at least 1. Places are
    ascending. DataError: a class with fewer pictures than parts, shares that leave nothing.

        >>> import torch
        >>> labels = torch.tensor([0] * 10 + [1] * 20)
        >>> part, rest = stratified(labels, [str(place) for place in range(30)], [0.1])
        >>> torch.bincount(labels[part]).tolist(), torch.bincount(labels[rest]).tolist()
        ([1, 2], [9, 18])
    """
    if not all(0 < share < 1 for share in shares) or sum(shares) >= 1:
        shown = ", ".join(f"{share:g}" for share in shares)
        what = f"shares of {shown} can't be split off"
        raise DataError(f"{what}\n  each is above 0, and all together below 1")
    order = sorted(range(len(keys)), key=lambda place: _rank(seed, keys[place]))
    parts: list[list[int]] = [[] for _ in range(len(shares) + 1)]
    by_class: dict[int, list[int]] = {}
    for place in order:
        by_class.setdefault(int(labels[place]), []).append(place)
    for places in by_class.values():
        if len(places) < len(parts):
            what = f"a class has {len(places)} pictures, which can't be split in {len(parts)} parts"
            raise DataError(f"{what}\n  give it more, or give the parts as folders or files")
        start = 0
        for number, share in enumerate(shares):
            spare = len(places) - start - (len(shares) - number)  # one for each part behind
            count = min(max(1, round(share * len(places))), spare)
            parts[number] += places[start : start + count]
            start += count
        parts[-1] += places[start:]
    return [torch.tensor(sorted(part), dtype=torch.long) for part in parts]


def _rank(seed: int, key: str) -> bytes:
    return sha256(f"{seed}\n{key}".encode()).digest()
