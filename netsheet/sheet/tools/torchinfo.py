"""torchinfo's mult-adds: the parameters of a layer, times the positions at which it uses them."""

from netsheet.core.convention import Convention, Term

CONVENTIONS = (
    Convention(
        "torchinfo",
        (
            Term("multiply-adds", but=("transposed conv",)),
            Term("bias additions", but=("transposed conv",)),
            Term("trained values at each position", 1, ("transposed conv",)),
            Term("trained values", 1, ("norm", "activation")),
        ),
        "its mult-adds: one for each multiply-add, one for each output with a bias, and one for "
        "each parameter of a normalisation, however large the map",
        source="torchinfo 1.8.0, `summary`, measured",
    ),
)
