"""The history of a run as CSV, an epoch a line."""

import csv
import io
from collections.abc import Sequence

from netsheet.train.loop.epoch import Epoch

HEADINGS = (
    "epoch",
    "step",
    "lr",
    "train_loss",
    "train_accuracy",
    "val_loss",
    "val_accuracy",
    "seconds",
    "pictures_per_second",
)


def csv_text(history: Sequence[Epoch]) -> str:
    """All epochs, with full digits; cells without a value are empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADINGS)
    for epoch in history:
        val = ("", "") if epoch.val is None else epoch.val[:2]
        writer.writerow(
            [
                epoch.epoch,
                epoch.step,
                repr(epoch.lr),
                *map(repr, epoch.train[:2]),
                *(value if value == "" else repr(value) for value in val),
                f"{epoch.seconds:.2f}",
                f"{epoch.rate:.1f}",
            ]
        )
    return out.getvalue()
