"""What a network's outputs mean to a classifier: which are scores, and how they become one loss.

Requirements met here: a final softmax is left out while training, as the loss takes its logarithm
more exactly by itself; distances count against a class; a network with side classifiers learns
from all of its outputs.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from netsheet.core.errors import FitError
from netsheet.core.graph import Graph
from netsheet.core.shape import Shape
from netsheet.run.realise import Network, Output
from netsheet.sheet.infer import infer

SIDE = 0.3
"""What a side classifier's loss counts. Source: Szegedy et al. 2014, arXiv:1409.4842, section 5."""


class Scores(NamedTuple):
    """One output: the row that gives its scores, and their sign, −1 for distances."""

    row: str
    sign: int


class Head(NamedTuple):
    """A network's outputs as classifiers: the main one last, side classifiers before.

    graph: what is trained; rows and weights are those of the whole network, without the softmax
    rows that nobody reads.
    """

    graph: Graph
    outputs: tuple[Scores, ...]

    def scores(self, output: Output) -> Tensor:
        """The main classifier's scores, N×classes: the larger, the likelier."""
        main = self.outputs[-1]
        found = output[main.row] if isinstance(output, dict) else output
        flat = found.flatten(1)
        return flat if main.sign > 0 else -flat

    def loss(self, output: Output, labels: Tensor, smoothing: float) -> Tensor:
        """Mean cross-entropy, of the main classifier and 0.3 of each side classifier's."""
        whole = self.cross_entropy(self.scores(output), labels, smoothing)
        if isinstance(output, dict):
            for side in self.outputs[:-1]:
                scores = output[side.row].flatten(1) * side.sign
                whole = whole + SIDE * self.cross_entropy(scores, labels, smoothing)
        return whole

    @staticmethod
    def cross_entropy(scores: Tensor, labels: Tensor, smoothing: float) -> Tensor:
        """In 32 bits, whatever the scores were computed in."""
        return functional.cross_entropy(scores.float(), labels, label_smoothing=smoothing)


def head_of(graph: Graph) -> Head:
    """The outputs of a network as classifiers; FitError for one that is none."""
    outputs, dropped = [], set()
    for place in graph.outputs:
        row = graph.rows[place]
        if row.layer.kind == "softmax" and len(graph.readers[row.reads[0]]) == 1:
            dropped.add(place)
            row = graph.rows[row.reads[0]]
        outputs.append(Scores(row.name, -1 if row.layer.kind == "rbf" else 1))
    if len(graph.inputs) != 1:
        what = f"{graph.name} has {len(graph.inputs)} inputs"
        raise FitError(f"{what}\n  a network that is trained on pictures has one")
    return Head(without(graph, dropped), tuple(outputs))


def without(graph: Graph, dropped: set[int]) -> Graph:
    """A graph without some rows that nobody reads."""
    if not dropped:
        return graph
    kept = [place for place in range(len(graph.rows)) if place not in dropped]
    new = {old: place for place, old in enumerate(kept)}
    rows = tuple(
        graph.rows[old]._replace(reads=tuple(new[read] for read in graph.rows[old].reads))
        for old in kept
    )
    return Graph(graph.name, rows, graph.groups, graph.notes)


def widths(graph: Graph) -> dict[str, Shape]:
    """Shape of each output, by the name of its row."""
    facts = infer(graph)
    return {graph.rows[place].name: facts[place].output for place in graph.outputs}


def probabilities(scores: Tensor) -> Tensor:
    """Softmax of scores N×classes, in 32 bits."""
    return torch.softmax(scores.float(), 1)


def share_weights(trained: Network, whole: Network) -> None:
    """Give a whole network the weights of the one that was trained, value by value."""
    whole.load_state_dict(trained.state_dict())
