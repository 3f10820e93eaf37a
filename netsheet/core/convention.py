"""What a count counts, as a value: a number without its convention is half a number.

Requirements met here: every rule by which netsheet counts operations, parameters or memory, the
rules of other tools among them, is one record with a name and a sentence: a sum of terms, which is
data; nothing else in the house decides what is counted.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from netsheet.core.errors import ChoiceError


class Term(NamedTuple):
    """One thing that a convention counts: so much for each unit of a quantity of some layers.

    quantity: what is counted of a row, by its name in `netsheet/sheet/quantities.py`. each: how
    much one counts. of: kinds or families of layers, all if empty; but: those left out.
    where: what attributes must hold, as `("affine", True)`. axes: of maps with so many axes
    alone, any if 0.
    """

    quantity: str
    each: int = 1
    of: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    where: tuple[tuple[str, Any], ...] = ()
    axes: int = 0

    def __str__(self) -> str:
        """`2 for each output of batch norm`."""
        words = f"{self.each} for each {ONE.get(self.quantity, self.quantity)}"
        if self.of:
            words += f" of {', '.join(self.of)}"
        if self.but:
            words += f" but of {', '.join(self.but)}"
        found = [f"{name} {_said(value)}" for name, value in self.where]
        found += [f"of {self.axes} axes"] * bool(self.axes)
        return f"{words} ({', '.join(found)})" if found else words


def _said(value: Any) -> str:  # noqa: ANN401 an attribute's value
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


ONE = {
    "multiply-adds": "multiply-add",
    "bias additions": "bias addition",
    "outputs": "output",
    "inputs": "input",
    "trained values": "trained value",
}
"""Quantities in the singular, where that is not the same word."""

POOLS = ("max pool", "average pool", "adaptive pool")
PARTS = {
    "bias": "one addition for each output that has a bias",
    "norm": "two operations (scale and shift) for each normalised value",
    "activation": "one operation for each activated value",
    "pool": "one operation for each value that a pooling window reads",
    "add": "one operation for each value of an addition or multiplication of maps",
}
"""What a convention can take in beside multiply-adds, by the name used on the command line."""

PART_TERMS = {
    "bias": Term("bias additions"),
    "norm": Term("outputs", 2, ("norm",)),
    "activation": Term("outputs", 1, ("activation",)),
    "pool": Term("values that windows read", 1, POOLS),
    "add": Term("outputs", 1, ("add", "multiply")),
}

TRAINED = (Term("trained values"),)
"""Parameters as everybody counts them, but for a few tools."""


@dataclass(frozen=True, slots=True)
class Convention:
    """How operations are counted, and parameters: a sum of terms, with a name and a sentence.

    source: where the rule comes from, for the rules of other tools.
    """

    name: str
    terms: tuple[Term, ...]
    sentence: str
    params: tuple[Term, ...] = TRAINED
    source: str = ""

    @classmethod
    def parse(cls, text: str) -> "Convention":
        """Read `macs`, `flops`, or either with parts: `flops+bias+norm`; `all` takes all in.

        ChoiceError names what there is. What other tools count is in `netsheet/sheet/tools`.
        """
        base, *parts = text.casefold().replace(" ", "").split("+")
        if base not in {"macs", "flops"} or any(
            part not in PARTS and part != "all" for part in parts
        ):
            known = (
                f"write macs or flops, and add with + what is counted too: {', '.join(PARTS)}, all"
            )
            message = f'there is no convention "{text[:60]}"; {known}'
            raise ChoiceError(message)
        chosen = [name for name in PARTS if "all" in parts or name in parts]
        each = 2 if base == "flops" else 1
        terms = (Term("multiply-adds", each), *(PART_TERMS[name] for name in chosen))
        return cls("+".join((base, *chosen)), terms, _sentence(each, chosen))


def _sentence(each: int, taken: list[str]) -> str:
    """What is counted, in words, for the foot of a table."""
    unit = {1: "one per multiply-add", 2: "two per multiply-add"}[each]
    text = f"{unit} of convolution and dense layers"
    left = [name for name in PARTS if name not in taken]
    if taken:
        text += f"; counted too: {', '.join(WORDS[name] for name in taken)}"
    if left:
        text += f"; left out: {', '.join(WORDS[name] for name in left)}"
    return text


WORDS = {
    "bias": "biases",
    "norm": "normalisation",
    "activation": "activations",
    "pool": "pooling",
    "add": "adding maps",
}

MACS = Convention.parse("macs")
FLOPS = Convention.parse("flops")


@dataclass(frozen=True, slots=True)
class MemoryModel:
    """Which values are held while a row runs.

    held_inputs: the caller holds what it passes on (the network's input, and each block's input
    until the block is done), as Python does when torch runs a module as people write it.
    scratch: what torch's layers hold beside input and output is counted.
    in_place: every activation overwrites its input.
    """

    name: str
    held_inputs: bool = False
    scratch: bool = False
    in_place: bool = False
    value_bytes: int = 4

    @property
    def sentence(self) -> str:
        """The definition, for the foot of a table."""
        text = (
            f"values alive at once while one sample passes, {self.value_bytes} bytes each: a row's "
            "input and output, and whatever is still needed below"
        )
        if self.held_inputs:
            text += "; besides, what the callers hold: the network's and each block's input"
        if self.scratch:
            text += "; and what a layer lays out while it runs: winners' places, padded copies"
        if self.in_place:
            text += "; activations overwrite their input"
        return text


LIVE = MemoryModel("live")
TORCH = MemoryModel("torch", held_inputs=True, scratch=True)
MODELS = {
    model.name: model
    for model in (
        LIVE,
        TORCH,
        MemoryModel("torch-inplace", held_inputs=True, scratch=True, in_place=True),
    )
}
