"""Another stride in one layer."""

from collections.abc import Iterator

from netsheet.audit.edit import Edit, Target, with_layer
from netsheet.layers.conv import Conv

STEPS = (1, 2)


def edits(target: Target) -> Iterator[Edit]:
    """Each convolution of the line with another stride."""
    if target.whole:
        return
    for _, row in target.rows():
        if not isinstance(row.layer, Conv):
            continue
        for step in STEPS:
            if step != row.layer.stride:
                words = f"{row.name} with stride {step} instead of {row.layer.stride}"
                yield Edit(words, with_layer(row.name, stride=step), 1)


EDITS = edits
