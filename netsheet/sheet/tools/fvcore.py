"""fvcore's flop counter, which counts a multiply-add once and calls it a flop."""

from netsheet.core.convention import Convention, Term

CONVENTIONS = (
    Convention(
        "fvcore",
        (
            Term("multiply-adds"),
            Term("outputs", 2, ("batch norm",), where=(("affine", True),)),
            Term("outputs", 1, ("batch norm",), where=(("affine", False),)),
            Term("outputs", 5, ("group norm", "layer norm")),
            Term("inputs", 1, ("adaptive average pool",), axes=2),
            Term("outputs", 1, ("upsample",), where=(("mode", "nearest"),), axes=2),
            Term("outputs", 4, ("upsample",), where=(("mode", "linear"),), axes=2),
        ),
        "its flops: one for each multiply-add, two for each value of a batch norm, one for each "
        "value that an adaptive average pool of pictures reads; no biases, no activations",
        source="fvcore 0.1.5, `FlopCountAnalysis`, measured",
    ),
)
