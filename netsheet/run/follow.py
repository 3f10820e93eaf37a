"""A value of a network followed to its products: the row run on a picture, then traced.

Requirements met here: what the trace adds up is held against what torch computed for the same
value; the row's own inputs and weights are used, in the numbers that torch used.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from netsheet.convolution.account import number
from netsheet.convolution.reading import Place
from netsheet.convolution.rows import row_of
from netsheet.convolution.trace import Look, Trace, trace
from netsheet.core.graph import Graph
from netsheet.run.picture import decode, prepare
from netsheet.run.realise import Network, activations, realise
from netsheet.run.weights import load_weights
from netsheet.sheet.infer import infer


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """A traced value, what torch has for it, and what it becomes in the rows that follow in place.

    after: (row's name, value) for each of them that keeps the shape.
    """

    trace: Trace
    computed: float
    after: tuple[tuple[str, float], ...]
    told: str

    @property
    def off(self) -> float:
        """By how much torch's value differs from the exact sum."""
        return abs(self.computed - self.trace.value)

    def lines(self) -> list[str]:
        """What torch has, and what becomes of it."""
        said = "the same" if self.off == 0 else f"off by {self.off:.1g}: its sums are rounded"
        lines = [f"  torch has {number(self.computed)}, {said}"]
        lines += [f"  then {name}: {number(value)}" for name, value in self.after]
        return [*lines, f"  weights: {self.told}"]


def follow(
    graph: Graph,
    name: str,
    place: Place,
    picture: str | Path,
    *,
    weights: str | Path | None = None,
    seed: int = 0,
) -> Followed:
    """Run a network on a picture and follow one output of a row: (channel, row, column).

    weights: a .safetensors or .pth file; drawn at random from `seed` otherwise. ChoiceError for a
    row that is not there or can't be followed, RuleError for a place that is not there,
    PictureError and FileError for bad files.
    """
    at, node = row_of(graph, name)
    row = graph.rows[at]
    x_shape = infer(graph)[row.reads[0]].output
    row.layer.output(x_shape)
    prepared = prepare(decode(picture), graph.input_shape)
    network = realise(graph, seed=seed).eval()
    told = f"drawn at random from seed {seed} (He 2015)"
    if weights is not None:
        told = f"{load_weights(network, weights):,} values from {weights}"
    after = [graph.rows[i].name for i in range(at + 1, node.last + 1) if node.children]
    wanted = [graph.rows[row.reads[0]].name, row.name, *after]
    with torch.inference_mode():
        kept = activations(network, prepared.tensor, wanted)
    x, y = kept[wanted[0]][0], kept[row.name][0]
    followed = trace(
        row.layer, x_shape, place, looking(x), _weights(network, row.name), name=row.name
    )
    becomes = [
        (each, float(kept[each][0][place])) for each in after if kept[each][0].shape == y.shape
    ]
    return Followed(followed, float(y[place]), tuple(becomes), told)


def looking(values: Tensor) -> Look:
    """A tensor's values by their places."""
    held = values.detach().cpu()
    return lambda place: float(held[place])


def _weights(network: Network, name: str) -> dict[str, Look]:
    """The tensors of a row that a trace asks for."""
    module: Any = network.row(name)
    tensors = {each: getattr(module, each, None) for each in ("weight", "bias")}
    return {each: looking(tensor) for each, tensor in tensors.items() if isinstance(tensor, Tensor)}
