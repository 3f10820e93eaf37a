"""ptflops, whose two backends differ, and whose first one came to count some layers twice."""

from netsheet.core.convention import Convention, Term

_PRODUCTS = (Term("multiply-adds"), Term("bias additions"))
_NORMS = (
    Term("outputs", 2, ("batch norm",), where=(("affine", True),)),
    Term("outputs", 1, ("batch norm",), where=(("affine", False),)),
    Term("outputs", 2, ("group norm",)),
    Term("outputs", 1, ("layer norm",)),
)
_LRN = (
    Term("outputs", 3, ("local response norm",)),
    Term("padded squares", 1, ("local response norm",)),
)
_POOLS = ("max pool", "average pool")
_ADAPTIVE = ("adaptive pool",)
_ONCE = ("relu6", "silu", "softmax", "leaky relu")


def _rule(name: str, relu: int, pools: int, adaptive: int, sentence: str) -> Convention:
    return Convention(
        name,
        (
            *_PRODUCTS,
            *_NORMS,
            Term("outputs", relu, ("relu",)),
            Term("outputs", 2 if pools > 1 else 1, ("gelu", "prelu")),
            Term("outputs", 1, _ONCE),
            Term("inputs", pools, _POOLS),
            Term("inputs", adaptive, _ADAPTIVE),
            Term("outputs", 2 if pools > 1 else 1, ("upsample",)),
            *_LRN,
        ),
        sentence,
        source="ptflops 0.7.5, 0.7.0 and 0.6.9, `get_model_complexity_info`, measured",
    )


_BASE = "its GMac: one for each multiply-add, bias addition, two for each value of a batch norm"

CONVENTIONS = (
    _rule(
        "ptflops",
        2,
        2,
        2,
        f"{_BASE}; ReLU, and what pools read, twice: as a module and as the function inside it",
    ),
    _rule(
        "ptflops-functions",
        1,
        2,
        1,
        f"{_BASE}; max pools twice, as modules; ReLU and adaptive pools once, as functions",
    ),
    _rule(
        "ptflops-once",
        1,
        1,
        1,
        f"{_BASE}; ReLU, and what pools read, once, as in versions before 0.7.1",
    ),
    Convention(
        "ptflops-aten",
        _PRODUCTS,
        "backend aten: one for each multiply-add, and one for each output with a bias",
        source="ptflops 0.7.5, `backend='aten'`, measured",
    ),
)
