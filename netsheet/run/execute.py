"""Run a network on a picture, and say all that was done on the way.

Requirements met here: the picture's way into the network is told step by step, and is the way that
the training pictures went where the weights say so; time is measured after a run to warm up;
outputs of untrained weights are called so; feature maps are written for the rows asked for.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from PIL import Image

from netsheet.core.errors import FileError
from netsheet.core.graph import Graph, Node
from netsheet.run.intake import Intake
from netsheet.run.maps import write_maps
from netsheet.run.picture import Picture, decode, prepare
from netsheet.run.realise import Network, activations, realise
from netsheet.run.weights import fill, load_weights, notes_of
from netsheet.run.why import draw, explain, scores, write
from netsheet.sheet.sheet import Sheet

RUNS = 5
"""Timed runs, of which the median counts."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a run gave.

    output: the network's values for the picture, as 1×… tensor on the CPU. seconds: the median
    of `RUNS` runs. maps: the contact sheets written, by row. classes: what the outputs stand for,
    where the weights say it. why: a drawing of what speaks for the likeliest, if one was asked for.
    """

    sheet: Sheet
    steps: tuple[str, ...]
    picture: Path
    weights: str
    trained: bool
    output: torch.Tensor
    output_row: str
    seconds: float
    maps: dict[str, Path]
    classes: tuple[str, ...] = ()
    why: Path | None = None

    def top(self, count: int) -> list[tuple[int, float]]:
        """The largest outputs with their numbers, counted from 0."""
        values, places = self.output.flatten().topk(min(count, self.output.numel()))
        return [(int(place), float(value)) for place, value in zip(places, values, strict=True)]

    def report(self, top: int = 5) -> str:
        """All of it in words, a line each."""
        total = self.sheet.total
        shape = self.sheet.graph.input_shape
        lines = [f"{self.picture}:", *(f"  {step}" for step in self.steps)]
        counts = f"{total.params:,} parameters, {total.macs:,} multiply-adds"
        rate = f"{total.macs / self.seconds / 1e9:.1f} billion multiply-adds a second"
        how = f"median of {RUNS} runs, {torch.get_num_threads()} threads"
        lines += [
            f"{self.sheet.graph.name} on 1×{shape}: {counts}",
            f"  weights: {self.weights}",
            f"  ran in {1000 * self.seconds:.1f} ms, {rate} ({how})",
            f"largest outputs of {self.output_row} ({'×'.join(map(str, self.output.shape[1:]))}):",
        ]
        for place, value in self.top(top):
            name = f"  {self.classes[place]}" if place < len(self.classes) else ""
            lines.append(f"  {place:>6}  {value:.6g}{name}")
        if not self.trained:
            lines.append("  random weights: which output is largest means nothing yet")
        if self.maps:
            lines.append("feature maps:")
            lines += [f"  {row}: {path}" for row, path in self.maps.items()]
        if self.why is not None:
            lines.append(f"why: {self.why}")
        return "\n".join(lines) + "\n"


def execute(
    graph: Graph,
    picture: str | Path,
    *,
    weights: str | Path | Mapping[str, Any] | None = None,
    maps: str | Path | None = None,
    rows: Sequence[str] | None = None,
    seed: int = 0,
    why: str | Path | None = None,
    method: str = "grad-cam",
) -> Result:
    """Decode a picture, run the network on it, and write feature maps if a folder is given.

    weights: a file of them, or tensors by name; drawn at random from `seed` otherwise. A file that
    training has written says how pictures come in, and what the outputs stand for. rows: the rows
    or groups whose maps are written; by default every line of the sheet that has weights and a
    map. why: a PNG for what speaks for the largest output, found by `method`. PictureError,
    FileError, RuleError and ChoiceError tell of bad input, before anything is written.
    """
    sheet = Sheet(graph)
    chosen = _chosen(sheet, rows)
    noted = _noted(graph, weights)
    tensor, steps, image = _taken(graph, decode(picture), noted.intake)
    network = realise(graph, seed=seed)
    told = f"drawn at random from seed {seed} (He 2015)"
    if isinstance(weights, Mapping):
        fill(network, weights)
        told = f"{len(weights)} tensors that came with the network"
    elif weights is not None:
        report = load_weights(network, weights)
        told = "; ".join([report.words(), *report.odd])
    network.eval()
    with torch.inference_mode():
        seconds = _time(network, tensor)
        found = network(tensor)
        kept = activations(network, tensor, [node.name for node in chosen]) if maps else {}
    row = graph.rows[graph.outputs[-1]].name
    output = found[row] if isinstance(found, dict) else found
    written: dict[str, Path] = {}
    for node in chosen if maps is not None else ():
        path = Path(maps or "") / f"{node.name}.png"
        write_maps(kept[node.name][0], path, name=node.name, words=_words(sheet, node))
        written[node.name] = path
    return Result(
        sheet,
        steps,
        Path(picture),
        told,
        weights is not None,
        output.detach(),
        row,
        seconds,
        written,
        noted.classes,
        None if why is None else _explained(network, tensor, image, method, Path(why), noted),
    )


class _Noted(NamedTuple):
    """What training noted beside weights: how pictures come in, and what outputs stand for."""

    intake: Intake | None = None
    classes: tuple[str, ...] = ()


def _noted(graph: Graph, weights: str | Path | Mapping[str, Any] | None) -> _Noted:
    """What a file of weights says about their use; FileError if that is not for this network."""
    if not isinstance(weights, str | Path):
        return _Noted()
    notes = notes_of(weights)
    if notes is None:
        return _Noted()
    try:
        intake = Intake.from_json(notes["intake"])
        classes = tuple(map(str, notes["classes"]))
    except (KeyError, TypeError, ValueError) as error:
        what = f"{weights}: what is noted about its use can't be understood"
        raise FileError(what, path=weights) from error
    if intake.shape != graph.input_shape:
        what = (
            f"{weights} was trained on {intake.shape}, and {graph.name} reads {graph.input_shape}"
        )
        raise FileError(f"{what}\n  name the sheet that lies beside it", path=weights)
    return _Noted(intake, classes)


def _taken(
    graph: Graph, picture: Picture, intake: Intake | None
) -> tuple[torch.Tensor, tuple[str, ...], Image.Image]:
    """The picture as the network reads it, all that was done to it, and how it looks then."""
    if intake is not None:
        tensor, steps = intake.take(picture)
        return tensor, steps, intake.seen(tensor)
    prepared = prepare(picture, graph.input_shape)
    return prepared.tensor, prepared.steps, prepared.image


def _explained(
    network: Network,
    tensor: torch.Tensor,
    image: Image.Image,
    method: str,
    path: Path,
    noted: _Noted,
) -> Path:
    """Draw what speaks for the likeliest output."""
    with torch.no_grad():
        target = int(scores(network, tensor)[0].argmax())
    name = noted.classes[target] if target < len(noted.classes) else f"output {target}"
    found = explain(network, tensor, target, method)
    write(draw(found, image, f"{network.graph.name}: {name}", (f"for {name}",)), path)
    return path


def _chosen(sheet: Sheet, rows: Sequence[str] | None) -> list[Node]:
    """The lines whose maps are written."""
    if rows is not None:
        return [sheet.graph.node(name) for name in rows]
    return [
        node
        for node in sheet.graph.outline
        if sheet.value("params", node) and sheet.facts[node.last].output.rank
    ]


def _words(sheet: Sheet, node: Node) -> str:
    """What made the values: the layer, and what followed it in place."""
    return " then ".join([sheet.describe(node), *sheet.then(node)])


def _time(network: torch.nn.Module, x: torch.Tensor) -> float:
    """Median time of a run, in seconds, after one to warm up."""
    try:
        network(x)
    except RuntimeError as error:
        if "memory" not in str(error):
            raise
        raise FileError(
            "there is not enough memory to run the network; a smaller --input may fit"
        ) from error
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        network(x)
        times.append(time.perf_counter() - start)
    return sorted(times)[RUNS // 2]
