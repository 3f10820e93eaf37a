"""torch.utils.flop_counter.FlopCounterMode: floating point operations."""

from netsheet.core.convention import Convention, Term

CONVENTIONS = (
    Convention(
        "torch-flop-counter",
        (Term("multiply-adds", 2),),
        "two for each multiply-add of convolution and dense layers, and nothing else",
        source="torch 2.13, `torch.utils.flop_counter.FlopCounterMode`, measured",
    ),
)
