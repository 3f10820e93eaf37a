"""thop (pytorch-OpCounter)."""

from netsheet.core.convention import Convention, Term

_SEEN = (
    Term("multiply-adds", but=("transposed conv",)),
    Term("multiply-adds as if of a plain convolution", 1, ("transposed conv",)),
    Term("outputs", 4, ("batch norm",), where=(("affine", True),)),
    Term("outputs", 2, ("batch norm",), where=(("affine", False),)),
    Term("outputs", 4, ("layer norm",)),
    Term("outputs", 1, ("average pool", "prelu")),
    Term("outputs", 3, ("softmax",)),
    Term("positions", -1, ("softmax",)),
    Term("outputs", 1, ("upsample",), where=(("mode", "nearest"),)),
    Term("outputs", 5, ("upsample",), where=(("mode", "linear"),), axes=1),
    Term("outputs", 11, ("upsample",), where=(("mode", "linear"),), axes=2),
)
_ADAPTIVE = ("adaptive average pool",)
_SOURCE = "thop 0.1.1, `profile`, measured"

CONVENTIONS = (
    Convention(
        "thop",
        (*_SEEN, Term("inputs", 1, _ADAPTIVE), Term("outputs", 1, _ADAPTIVE)),
        "its MACs: one for each multiply-add, four for each value of a batch norm, and for an "
        "adaptive average pool that is a module its inputs and outputs; no biases, no ReLU",
        source=_SOURCE,
    ),
    Convention(
        "thop-functions",
        _SEEN,
        "its MACs: one for each multiply-add, four for each value of a batch norm; an adaptive "
        "pool written as a function is not seen",
        source=_SOURCE,
    ),
)
