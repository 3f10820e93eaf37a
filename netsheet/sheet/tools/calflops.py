"""calflops: what it calls MACs."""

from netsheet.core.convention import Convention, Term

CONVENTIONS = (
    Convention(
        "calflops",
        (Term("multiply-adds"),),
        "its MACs: one for each multiply-add of convolution and dense layers, and nothing else",
        source="calflops 0.3.2, `calculate_flops`, measured",
    ),
)
