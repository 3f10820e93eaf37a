"""A trained model: the network, and all that is needed to ask it about a picture, in one file.

Requirements met here: a `.safetensors` file holds sheet, weights, classes and normalisation, so
that it can be moved and used by itself; nothing in it is executed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save
from torch import Tensor

from netsheet.core.errors import FileError, NetsheetError
from netsheet.core.files import write_whole
from netsheet.core.graph import Graph
from netsheet.run.intake import Intake
from netsheet.run.realise import Network, activations, realise
from netsheet.run.weights import NOTES, load_weights, notes_of
from netsheet.text.read import read
from netsheet.text.write import write_markdown
from netsheet.train.head import Head, head_of, probabilities
from netsheet.train.loop.rundir import MODEL

BATCH = 256
"""Pictures that are computed at once unless told otherwise."""


@dataclass(frozen=True, eq=False)
class Model:
    """A trained network: `network` is a plain torch module that gives what the sheet says.

    intake: what pictures go through before it. classes: names, in the order of its scores. notes:
    how it was made and what it reached, as plain values.
    """

    graph: Graph
    network: Network
    intake: Intake
    classes: tuple[str, ...]
    notes: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def head(self) -> Head:
        """Its outputs as classifiers."""
        return head_of(self.graph)

    @torch.no_grad()
    def scores(self, x: Tensor) -> Tensor:
        """Scores before softmax, N×classes, for normalised pictures N×C×H×W."""
        row, sign = self.head.outputs[-1]
        return activations(self.network, x, [row])[row].flatten(1) * sign

    def probabilities(self, stored: Tensor, batch: int = BATCH) -> Tensor:
        """Probabilities of the classes, N×classes, for pictures as data hold them, N×C×H×W."""
        parts = torch.split(stored, batch)
        return torch.cat([probabilities(self.scores(self.intake(part))) for part in parts])

    def save(self, path: str | Path) -> None:
        """Write weights, sheet, classes and normalisation into one file, whole or not at all."""
        notes = {
            **self.notes,
            "format": 1,
            "sheet": write_markdown(self.graph),
            "classes": list(self.classes),
            "intake": self.intake.to_json(),
        }
        tensors = {
            name: value.cpu().contiguous() for name, value in self.network.state_dict().items()
        }
        write_whole(path, save(tensors, {NOTES: json.dumps(notes, ensure_ascii=False)}))

    def __repr__(self) -> str:
        return f"<Model {self.graph.name}: {self.intake.pictures} to {len(self.classes)} classes>"


def load_model(path: str | Path) -> Model:
    """A model from its file, or the best one of a run's folder; FileError says what is wrong."""
    file = Path(path)
    if file.is_dir():
        if not (file / MODEL).is_file():
            what = f"{file} holds no trained model"
            raise FileError(
                f"{what}\n  a run's folder holds {MODEL} after its first epoch", path=file
            )
        file = file / MODEL
    notes = notes_of(file)
    if notes is None:
        what = f"{file} holds weights alone, without sheet, classes and normalisation"
        hint = "name the model.safetensors that `netsheet train` has written, or its folder"
        raise FileError(f"{what}\n  {hint}", path=file)
    graph, intake, classes = _understood(notes, file)
    network = realise(graph)
    load_weights(network, file)
    return Model(graph, network.eval(), intake, classes, notes)


def _understood(notes: Mapping[str, Any], file: Path) -> tuple[Graph, Intake, tuple[str, ...]]:
    """Sheet, intake and classes of a model's notes; FileError if they are not what was written."""
    if notes.get("format") != 1:
        raise FileError(f"{file} is a model of another format than 1, which is read", path=file)
    try:
        graph = read(notes["sheet"], source=f"{file}'s sheet").graph
        intake = Intake.from_json(notes["intake"])
        classes = tuple(map(str, notes["classes"]))
    except (KeyError, TypeError, ValueError, AttributeError, NetsheetError) as error:
        raise FileError(f"{file} is no model: its notes can't be understood", path=file) from error
    return graph, intake, classes
