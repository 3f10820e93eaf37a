"""torchscan's MACs."""

from netsheet.core.convention import Convention, Term

_SEEN = (
    Term("multiply-adds", but=("transposed conv",)),
    Term("multiply-adds as if of a plain convolution", 1, ("transposed conv",)),
    Term("axes", 4, ("transposed conv",)),
    Term("outputs", 2, ("batch norm",), where=(("affine", True),)),
    Term("outputs", 1, ("batch norm",), where=(("affine", False),)),
    Term("comparisons along a window's side", 1, ("max pool",)),
    Term("steps of a mean along a window's side", 1, ("average pool",)),
)
_ADAPTIVE = (
    Term("comparisons in an adaptive window", 1, ("adaptive max pool",)),
    Term("steps of a mean in an adaptive window", 1, ("adaptive average pool",)),
)
_SOURCE = "torchscan 0.2.0, `crawl_module`, measured; a pool's kernel given as one number"

CONVENTIONS = (
    Convention(
        "torchscan",
        (*_SEEN, *_ADAPTIVE),
        "its MACs: one for each multiply-add, two for each value of a batch norm; for each output "
        "of a max pool its window's side less one; an adaptive pool where it is a module",
        source=_SOURCE,
    ),
    Convention(
        "torchscan-functions",
        _SEEN,
        "its MACs: one for each multiply-add, two for each value of a batch norm; for each output "
        "of a max pool its window's side less one; an adaptive pool that is a function not at all",
        source=_SOURCE,
    ),
)
