"""Names in written Python: of classes, parameters, variables; which labels can be attributes.

Requirements met here: a row keeps its name whatever it is; one that Python or `nn.Module` keeps
for itself is reached by brackets, and never by a dot.
"""

import keyword
import re
import unicodedata
from collections.abc import Collection

RESERVED = frozenset(
    {
        "T_destination", "add_module", "append", "apply", "bfloat16", "buffers", "call_super_init",
        "children", "clear", "compile", "cpu", "cuda", "double", "dump_patches", "eval", "extend",
        "extra_repr", "float", "forward", "get_buffer", "get_extra_state", "get_parameter",
        "get_submodule", "half", "insert", "ipu", "items", "keys", "load_state_dict", "modules",
        "mtia", "named_buffers", "named_children", "named_modules", "named_parameters",
        "parameters", "pop", "register_backward_hook", "register_buffer", "register_forward_hook",
        "register_forward_pre_hook", "register_full_backward_hook",
        "register_full_backward_pre_hook", "register_load_state_dict_post_hook",
        "register_load_state_dict_pre_hook", "register_module", "register_parameter",
        "register_state_dict_post_hook", "register_state_dict_pre_hook", "requires_grad_",
        "set_extra_state", "set_submodule", "share_memory", "state_dict", "to", "to_empty",
        "train", "training", "type", "update", "values", "xpu", "zero_grad",
    }
)  # fmt: skip
"""What `nn.Module`, `nn.Sequential` and `nn.ModuleDict` call their own, besides names with _."""

LONGEST_CLASS = 40

TAKEN = frozenset(
    {"Any", "F", "OrderedDict", "Parts", "Sequence", "Tensor", "chain", "functional", "input"}
    | {"len", "math", "nn", "numbered", "range", "self", "super", "torch"}
)
"""Names that mean something in a written file."""


def is_identifier(label: str) -> bool:
    """Whether Python takes a label as a name, and leaves it as it is."""
    return (
        label.isidentifier()
        and not keyword.iskeyword(label)
        and unicodedata.normalize("NFKC", label) == label
    )


def is_reserved(label: str) -> bool:
    """Whether a module can't have a part of this name by torch's own means."""
    return label in RESERVED or label.startswith("_")


def is_attribute(label: str) -> bool:
    """Whether a part may be written `self.label`."""
    return is_identifier(label) and not is_reserved(label)


def identifier(text: str, default: str) -> str:
    """A name for a variable or parameter, near some text: small letters, digits and _."""
    plain = re.sub(r"[^0-9a-z]+", "_", text.casefold()).strip("_")
    if plain and plain[0].isdigit():
        plain = f"{default}_{plain}"
    return plain if plain and is_attribute(plain) and plain not in TAKEN else default


def class_name(text: str, default: str = "") -> str:
    """A class's name, near some text: `squeeze-excite` is `SqueezeExcite`; may be the default."""
    plain = unicodedata.normalize("NFKD", text.partition(",")[0])
    parts = re.findall(r"[0-9A-Za-z]+", plain.encode("ascii", "ignore").decode())
    name = "".join(part[0].upper() + part[1:] for part in parts)
    name = name.lstrip("0123456789")[:LONGEST_CLASS]
    name = name[:1].upper() + name[1:]
    return default if keyword.iskeyword(name) or not name else name


def spelt(name: str, title: str) -> str:
    """A variant's name, in its beginning spelt as the sheet's title: `resnet50` is ResNet50."""
    wanted = [letter for letter in title.casefold() if letter.isalnum()]
    place = 0
    for letter in wanted:
        while place < len(name) and not name[place].isalnum():
            place += 1
        if name[place : place + 1].casefold() != letter:
            return name
        place += 1
    return title + " " + name[place:] if wanted else name


def unique(name: str, taken: Collection[str]) -> str:
    """The name, with a number behind it where it is taken."""
    found, count = name, 1
    while found in taken:
        count += 1
        found = f"{name}{count}"
    return found
