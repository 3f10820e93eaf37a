"""timm: the GMACs of its tables of results."""

from netsheet.core.convention import Convention, Term

CONVENTIONS = (
    Convention(
        "timm",
        (
            Term("multiply-adds"),
            Term("outputs", 2, ("batch norm",), where=(("affine", True),)),
            Term("outputs", 1, ("batch norm",), where=(("affine", False),)),
            Term("outputs", 5, ("group norm", "layer norm")),
        ),
        "its GMACs: one for each multiply-add, and two for each value of a batch norm",
        source="timm's published results: ResNet-50 (stride on the 3×3) 4.11 GMACs",
    ),
)
