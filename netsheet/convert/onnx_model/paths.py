"""Where a row's name comes from: the module, path, tensors or value that an operator belongs to.

Requirements met here: a name says something, or there is none; counted names that a program made
up (`n19`, `r17`, `Conv_5`, `onnx::Conv_139`) are none; parts are as rows' names may be.
"""

import re
from collections.abc import Sequence

from netsheet.convert.onnx_model.operation import Operation
from netsheet.convert.onnx_model.tensors import MADE_UP
from netsheet.core.graph import INPUT

Path = tuple[str, ...]

LONGEST_PART = 60

ENDINGS = frozenset(
    {
        *("weight", "weights", "bias", "biases", "kernel", "gamma", "beta", "scale", "shift"),
        *("offset", "w", "b", "s", "mean", "var", "variance", "riv", "rm"),
        *("running_mean", "running_var"),
        *("moving_mean", "moving_variance", "moving_var", "slope", "alpha", "value"),
        *("conv2d", "readvariableop", "matmul", "biasadd", "fusedbatchnormv3"),
    }
)
"""Last words of tensors' names that say which of a layer's tensors it is."""

STEPS = frozenset(
    {
        *("add", "biasadd", "cast", "clip", "concat", "constant", "conv2d", "div", "gather"),
        *("fusedbatchnormv3", "identity", "matmul", "mul", "pow", "reshape", "slice", "split"),
        *("sqrt", "squeeze", "sub", "transpose", "unsqueeze", "erf", "sigmoid", "pad", "where"),
    }
)
"""Last words of paths that say which of a module's operators it is."""

SPEAKING = re.compile(r"[^\W\d_]{3,}|[^\W\d_]{2,}\d")
"""A name that says something has a word in it, or two letters and a number: `fc6`."""

COUNTED = re.compile(
    r"(?:node_?)?(?:n|r|op|val|node|output|input|tensor|tmp|out|t|v|x)?_?\d+(?::\d+)?"
)
"""Names that a program made up by counting."""


def path_of(operation: Operation) -> Path | None:
    """The parts of an operation's name; None where nothing says one."""
    node = operation.node
    stored = [tensor.name for tensor in operation.stored.values() if tensor.name]
    found = _of_scopes(node.name, node.op) if "/" in node.name else _of_itself(node.name, node.op)
    if found is None:
        found = _of_module(stored) or (clean(node.scope.split(".")) if node.scope else None)
    return found or _of_tensors(stored) or _of_value((*node.outputs, "")[0], operation)


def is_named(operation: Operation) -> bool:
    """Whether an operator has a name of its own, that says something and is no way to it."""
    node = operation.node
    return "/" not in node.name and _of_itself(node.name, node.op) is not None


def _of_itself(name: str, op: str) -> Path | None:
    """An operator's own name, unless a program made it up: `Conv_5`, `node_conv2d`, `n19`."""
    made_up = name.startswith("node_") or re.fullmatch(rf"{re.escape(op)}[_\d]*", name)
    if made_up or "::" in name or COUNTED.fullmatch(name) or not SPEAKING.search(name):
        return None
    return clean(re.split(r"[.:]", name))


def _of_module(stored: Sequence[str]) -> Path | None:
    """The module that holds a tensor, as torch names it: `layer1.0.conv1.weight`."""
    for name in stored:
        module, _, last = name.rpartition(".")
        if module and last in {"weight", "bias", "running_mean"} and "/" not in name:
            return clean(module.split("."))
    return None


def _of_scopes(name: str, op: str) -> Path | None:
    """`/layer1/layer1.0/conv1/Conv` is layer1.0.conv1: a scope says its place, or its whole way."""
    *scopes, last = [part for part in name.split("/") if part] or [""]
    if not _is_step(last, op):
        scopes.append(last)
    parts: list[str] = []
    before = ""
    for scope in scopes:
        inner = scope[len(before) + 1 :] if before and scope.startswith(f"{before}.") else scope
        parts += inner.split(".")
        before = scope
    return clean(parts)


def _is_step(word: str, op: str) -> bool:
    """Whether a name is only what an operator is called, perhaps numbered."""
    bare = re.sub(r"[_\d]+$", "", word).casefold()
    return bare == op.casefold() or bare in STEPS or bare.startswith("reduce")


def _of_tensors(stored: Sequence[str]) -> Path | None:
    """What the names of a layer's tensors have before the word for the tensor itself."""
    for name in stored:
        words = re.split(r"([._/:]+)", name)
        if "::" in name or MADE_UP.fullmatch(name):
            continue
        plain = words[:-2] if len(words) > 2 and words[-1].isdigit() else words  # noqa: PLR2004 a word, a sign, a number
        if plain[-1].casefold() in ENDINGS:
            words = plain[:-1]
        while words and not words[-1].strip("._/:"):
            words.pop()
        text = "".join(words)
        if re.search(r"[^\W\d_]{2}", text):
            return clean(re.split(r"[./:]", text))
    return None


def _of_value(name: str, operation: Operation) -> Path | None:
    """A value's name, if it says more than what kind of layer it comes from and a number."""
    bare = name.strip("/").removesuffix("_output_0")
    if "::" in bare or not SPEAKING.search(bare) or COUNTED.fullmatch(bare):
        return None
    kinds = {operation.op, operation.node.op, operation.layer.nickname(), operation.layer.kind}
    plain = re.sub(r"[_\d]+$", "", bare).replace("_", "").casefold()
    same = plain in {re.sub(r"[ _]", "", kind).casefold() for kind in kinds}
    if operation.layer.kind != INPUT and (same or _is_step(bare, operation.node.op)):
        return None
    return clean(re.split(r"[./:]", bare))


def clean(parts: Sequence[str]) -> Path | None:
    """Parts that rows' names may have: letters, digits and a few signs; None if nothing is left."""
    found = []
    for part in parts:
        text = re.sub(r"[^\w+#×-]+", "_", part)[:LONGEST_PART].strip("_").lstrip("-")
        if re.search(r"[^\W_]", text):
            found.append(text)
    return tuple(found) or None
