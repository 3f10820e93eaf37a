"""Another number of filters in one convolution, or of outputs in one dense layer."""

from collections.abc import Iterator

from netsheet.audit.edit import Edit, Target, near_counts, with_layer


def edits(target: Target) -> Iterator[Edit]:
    """Each filter count of the line replaced by each near one."""
    if target.whole:
        return
    for _, row in target.rows():
        out = getattr(row.layer, "out", None)
        if row.layer.family not in {"conv", "dense"} or out is None:
            continue
        if getattr(row.layer, "groups", 1) > 1:
            continue
        for count in near_counts(out):
            words = f"{row.name} with {count} filters instead of {out}"
            yield Edit(words, with_layer(row.name, out=count), 2)


EDITS = edits
