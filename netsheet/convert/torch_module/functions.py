"""Names of torch's functions: one name for `F.relu`, `torch.relu`, `x.relu()` and `x.relu_()`.

Requirements met here: a function is named by what it does, whichever door it is called through;
what only asks a tensor about itself is told from what computes.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple


class Known(NamedTuple):
    """A function: its name, whether it overwrites its first argument, and what sort it is of.

    sort: "passive" asks about a tensor; "number" makes Python's numbers of values; "same" gives
    its first tensor as it is; "view" the same values, read otherwise; "like" a new tensor of the
    first one's shape; "joining" one of the shape that all have; "" anything else.
    """

    name: str
    in_place: bool
    sort: str


def names(text: str) -> frozenset[str]:
    """Words between blanks."""
    return frozenset(text.split())


PASSIVE = names(
    """
    shape device dtype layout is_cuda is_cpu is_meta is_sparse is_quantized is_mkldnn is_leaf
    requires_grad ndim names grad_fn grad output_nr _version is_nested is_mps is_xla is_xpu
    is_hpu is_ipu is_vulkan is_maia is_mtia is_sparse_csr itemsize nbytes _backward_hooks _base
    _grad size dim ndimension numel nelement element_size stride storage_offset is_contiguous
    is_floating_point is_complex is_signed is_same_size is_inference get_device __len__ __repr__
    __format__ __hash__ __dir__ data_ptr storage untyped_storage _assert is_tensor is_storage
    is_conj is_neg is_distributed result_type can_cast
    """
)
"""Names of what only asks."""

NUMBERS = names(
    """
    item tolist __bool__ __int__ __float__ __index__ __complex__ equal allclose is_nonzero numpy
    __contains__ __array__
    """
)
"""Names of what makes Python's numbers of values."""

SAME = names(
    """
    contiguous clone detach detach_ data to type type_as float double half bfloat16 cpu cuda
    alias positive lift_fresh __pos__ pin_memory resolve_conj resolve_neg requires_grad_
    retain_grad set_requires_grad
    """
)
"""Names of what leaves the values as they are."""

VIEWS = names(
    """
    view reshape flatten unflatten ravel view_as reshape_as unsqueeze squeeze transpose swapaxes
    swapdims permute movedim moveaxis t T mT H mH adjoint expand expand_as broadcast_to chunk
    split tensor_split unbind narrow select __getitem__ __iter__ diagonal unsafe_chunk
    unsafe_split split_with_sizes hsplit vsplit dsplit select_scatter real
    """
)
"""Names of what gives the same values, or some of them, read otherwise."""

LIKE = names(
    """
    relu relu6 leaky_relu elu selu celu gelu silu mish hardswish hardsigmoid sigmoid tanh
    softplus softsign logsigmoid hardtanh softmax log_softmax batch_norm layer_norm group_norm
    instance_norm dropout dropout1d dropout2d dropout3d alpha_dropout feature_dropout exp log
    abs sin cos erf square sqrt rsqrt reciprocal neg local_response_norm
    """
)
"""Names of what makes one value of each value of its first argument, of the same type."""

JOINING = names(
    """
    add sub mul div
    """
)
"""Names of what joins two tensors, or a tensor and a number, value by value."""

DUNDERS = {
    "__add__": "add",
    "__radd__": "add",
    "__iadd__": "add",
    "__sub__": "sub",
    "__isub__": "sub",
    "__rsub__": "rsub",
    "__mul__": "mul",
    "__rmul__": "mul",
    "__imul__": "mul",
    "__truediv__": "div",
    "__div__": "div",
    "__itruediv__": "div",
    "__idiv__": "div",
    "__rtruediv__": "rdiv",
    "__rdiv__": "rdiv",
    "__matmul__": "matmul",
    "__rmatmul__": "rmatmul",
    "__neg__": "neg",
    "__abs__": "abs",
    "__pow__": "pow",
    "__ipow__": "pow",
    "__rpow__": "rpow",
    "__floordiv__": "floor_divide",
    "__mod__": "remainder",
    "__eq__": "eq",
    "__ne__": "ne",
    "__lt__": "lt",
    "__le__": "le",
    "__gt__": "gt",
    "__ge__": "ge",
    "__and__": "bitwise_and",
    "__or__": "bitwise_or",
    "__invert__": "bitwise_not",
}
"""What Python's operators are called."""

SYNONYMS = {
    "subtract": "sub",
    "multiply": "mul",
    "divide": "div",
    "true_divide": "div",
    "concat": "cat",
    "concatenate": "cat",
    "absolute": "abs",
    "negative": "neg",
    "clip": "clamp",
    "log_sigmoid": "logsigmoid",
    "upsample": "interpolate",
    "native_channel_shuffle": "channel_shuffle",
    "expit": "sigmoid",
}
"""One name for functions of several."""

IN_PLACE = frozenset({"__iadd__", "__isub__", "__imul__", "__itruediv__", "__idiv__", "__ipow__"})


def learn(function: Callable[..., Any]) -> Known:
    """What a function is; its name is as torch's own, without the sign of working in place."""
    name = getattr(function, "__name__", type(function).__name__)
    if name in {"__get__", "__set__", "__delete__"}:
        name, setting = _property(function), name != "__get__"
        if setting:
            sort = "same" if name == "requires_grad" else ""
            return Known(f"set_{name}", in_place=True, sort=sort)
    in_place = name in IN_PLACE or (
        name.endswith("_") and not name.endswith("__") and name != "requires_grad_"
    )
    plain = DUNDERS.get(name) or (name.rstrip("_") if in_place else name)
    for family in ("linalg_", "fft_", "special_"):
        plain = plain.removeprefix(family)
    plain = SYNONYMS.get(plain, plain)
    return Known(plain, in_place, _sort(plain))


def _property(function: Any) -> str:
    """The name of the property whose getter or setter this is."""
    owner = getattr(function, "__self__", None)
    return str(
        getattr(owner, "__name__", "") or getattr(getattr(owner, "fget", None), "__name__", "")
    )


def _sort(name: str) -> str:
    for sort, names in (
        ("passive", PASSIVE),
        ("number", NUMBERS),
        ("same", SAME),
        ("view", VIEWS),
        ("like", LIKE),
        ("joining", JOINING),
    ):
        if name in names:
            return sort
    return ""


INPLACE_AT = {
    "relu": 1,
    "relu6": 1,
    "selu": 1,
    "silu": 1,
    "mish": 1,
    "hardswish": 1,
    "hardsigmoid": 1,
    "leaky_relu": 2,
    "elu": 2,
    "celu": 2,
    "hardtanh": 3,
    "threshold": 3,
    "dropout": 3,
    "dropout1d": 3,
    "dropout2d": 3,
    "dropout3d": 3,
}
"""Where `inplace` stands among the arguments of functions that have it."""


def overwriting(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
    """Whether a call asks for its first argument to be overwritten."""
    place = INPLACE_AT.get(name)
    if place is None:
        return False
    return (kwargs.get("inplace") if len(args) <= place else args[place]) is True


NORMED = ("input", "weight", "bias", "running_mean", "running_var")

POSITIONS = {
    "batch_norm": (*NORMED, "training", "momentum", "eps", "cudnn_enabled"),
    "instance_norm": (*NORMED, "use_input_stats", "momentum", "eps", "cudnn_enabled"),
    "layer_norm": ("input", "normalized_shape", "weight", "bias", "eps", "cudnn_enable"),
    "group_norm": ("input", "num_groups", "weight", "bias", "eps", "cudnn_enabled"),
    "dropout": ("input", "p", "train"),
    "softmax": ("input", "dim", "dtype"),
    "log_softmax": ("input", "dim", "dtype"),
}
"""Arguments of functions of `torch` that stand otherwise than those of `torch.nn.functional`."""


def by_name(function: Any, name: str, args: Sequence[Any]) -> tuple[Sequence[Any], dict[str, Any]]:
    """Arguments by their names where their order is not that of `torch.nn.functional`."""
    names = POSITIONS.get(name)
    if names is None or getattr(function, "__module__", None) == "torch.nn.functional":
        return args, {}
    return args[:1], dict(zip(names[1:], args[1:], strict=False))
