"""What a count counts, as a value: a number without its convention is half a number.

Requirements met here: every rule by which netsheet counts operations or memory is one record
with a name and a sentence; nothing else in the house decides what is counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from netsheet.core.errors import ChoiceError

PARTS = {
    "bias": "one addition for each output that has a bias",
    "norm": "two operations (scale and shift) for each normalised value",
    "activation": "one operation for each activated value",
    "pool": "one operation for each value that a pooling window reads",
    "add": "one operation for each value of an addition or multiplication of maps",
}
"""What a convention can take in beside multiply-adds, by the name used on the command line."""


@dataclass(frozen=True, slots=True)
class Convention:
    """How operations are counted: per multiply-add, and what else is taken in."""

    name: str
    per_mac: int = 1
    parts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def sentence(self) -> str:
        """What is counted, in words, for the foot of a table."""
        unit = {1: "one per multiply-add", 2: "two per multiply-add"}[self.per_mac]
        text = f"{unit} of convolution and dense layers"
        taken = [name for name in PARTS if name in self.parts]
        left = [name for name in PARTS if name not in self.parts]
        if taken:
            text += f"; counted too: {', '.join(WORDS[name] for name in taken)}"
        if left:
            text += f"; left out: {', '.join(WORDS[name] for name in left)}"
        return text

    @classmethod
    def parse(cls, text: str) -> "Convention":
        """Read `macs`, `flops`, or either with parts: `flops+bias+norm`; `all` takes all in.

        ChoiceError names what there is.
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
        names = PARTS if "all" in parts else dict.fromkeys(parts)
        weights = {name: 2 if name == "norm" else 1 for name in PARTS if name in names}
        name = "+".join((base, *weights))
        return cls(name, 2 if base == "flops" else 1, MappingProxyType(weights))


WORDS = {
    "bias": "biases",
    "norm": "normalisation",
    "activation": "activations",
    "pool": "pooling",
    "add": "adding maps",
}

MACS = Convention("macs")
FLOPS = Convention("flops", per_mac=2)


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
