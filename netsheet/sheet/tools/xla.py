"""XLA's cost analysis: products with the zeros of a padding are left out."""

from netsheet.core.convention import Convention, Term

CONVENTIONS = (
    Convention(
        "xla",
        (Term("multiply-adds that meet no padding", 2),),
        "two for each multiply-add of convolution and dense layers that meets no padding",
        source="XLA's cost analysis: 3×3, 64→64 on 56×56, padding same, has 225,738,752 flops "
        "for 231,211,008",
    ),
)
