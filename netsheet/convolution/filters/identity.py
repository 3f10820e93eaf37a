"""Identity: the picture itself."""

from netsheet.convolution.named import Filter, Rows, Setting, middle


def _rows(size: float) -> tuple[Rows, ...]:
    return (middle(int(size)),)


FILTERS = (
    Filter(
        "identity",
        10,
        "leaves the picture as it is; what other filters are made from",
        "1: each value is taken once, and nothing else",
        _rows,
        (Setting("size", 3, "side of the kernel", whole=True),),
    ),
)
