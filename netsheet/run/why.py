"""Why a network says what it says: which parts of a picture speak for a class.

Requirements met here: both ways work on any realised network, whatever its rows; a map says its
method, its row and its scale; nothing is drawn as if it were an explanation of more than it is.

Grad-CAM asks which places of a late map raise the class's score, by one backward pass; it is as
coarse as that map. Occlusion covers one part after another, and asks how much the probability
falls; it needs no gradient, and a forward pass for each part.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from netsheet.core.errors import ChoiceError, UnsupportedError
from netsheet.core.files import write_whole
from netsheet.core.graph import Graph
from netsheet.picture.page import Bar, Tile, compose
from netsheet.run.colours import TABLE, fitting_scale, paint
from netsheet.run.realise import Network, activations
from netsheet.sheet.infer import infer

Method = Literal["grad-cam", "occlusion"]

SIDE = 228
"""Pixels: the longer side of what is drawn, so that three pictures stand in a row."""

PARTS = 12
"""An occluding square is moved over so many places along each side."""

OVER = 220
"""How much of a picture its map hides where it is strongest, of 255."""

COVERED = 0.25
"""Part of the side that the occluding square covers."""

BATCH = 64


@dataclass(frozen=True, eq=False)
class Why:
    """A map over the input, H×W: above 0 what speaks for the class, below 0 what speaks against."""

    values: Tensor
    method: Method
    words: str


def score_row(graph: Graph) -> tuple[str, int]:
    """The row that gives the scores of the last output, before softmax; −1 for distances."""
    row = graph.rows[graph.outputs[-1]]
    if row.layer.kind == "softmax":
        row = graph.rows[row.reads[0]]
    return row.name, -1 if row.layer.kind == "rbf" else 1


def scores(network: Network, x: Tensor) -> Tensor:
    """Scores N×classes of the last output, before softmax: the larger, the likelier."""
    name, sign = score_row(network.graph)
    return activations(network, x, [name])[name].flatten(1) * sign


def last_map(graph: Graph) -> str:
    """The last row with a map of more than one position that is no pool: what Grad-CAM looks at.

    UnsupportedError where there is none.
    """
    facts = infer(graph)
    found = [
        row.name
        for row, fact in zip(graph.rows, facts, strict=True)
        if row.reads
        and fact.output.rank == 2  # noqa: PLR2004 height and width
        and max(fact.output.size) > 1
        and "pool" not in row.layer.family
    ]
    if not found:
        raise UnsupportedError(f"{graph.name} has no map for Grad-CAM to look at")
    return found[-1]


def grad_cam(network: Network, x: Tensor, target: int, row: str | None = None) -> Why:
    """Grad-CAM of a class for one input 1×C×H×W: ReLU(Σ_k α_k·A_k), brought to the input's size.

    α_k is the mean over all places of the score's gradient by map A_k. Source: Selvaraju et al.
    2016, arXiv:1610.02391, equations 1 and 2. row: whose maps, by default the last ones.
    ChoiceError for a row that is not there, UnsupportedError for one without a map.
    """
    name = row or last_map(network.graph)
    place = network.graph.node(name).last
    seen: list[Tensor] = []

    def keep(module: torch.nn.Module, given: Any, found: Tensor) -> Tensor:  # noqa: ARG001 a hook's signature
        seen.append(found)
        return found.clone()  # so that a row that works in place leaves this one alone

    handle = network.row(network.graph.rows[place].name).register_forward_hook(keep)
    try:
        with torch.enable_grad():
            score = scores(network, x.detach().requires_grad_())[0, target]
            maps = seen[0]
            if maps.ndim != 4:  # noqa: PLR2004 N×C×H×W
                raise UnsupportedError(f'"{name}" has no map for Grad-CAM to look at')
            (slope,) = torch.autograd.grad(score, maps)
    finally:
        handle.remove()
    weights = slope.mean((2, 3), keepdim=True)
    heat = (weights * maps.detach()).sum(1, keepdim=True).clamp(min=0)
    large = functional.interpolate(heat, x.shape[2:], mode="bilinear", align_corners=False)
    coarse = "×".join(map(str, maps.shape[2:]))
    return Why(large[0, 0], "grad-cam", f"Grad-CAM at {name}, {coarse} places")


@torch.no_grad()
def occlusion(network: Network, x: Tensor, target: int) -> Why:
    """By how much a class's probability falls when a square is covered, for one input 1×C×H×W.

    The square covers a quarter of each side with the value 0, which after normalising is the mean
    of the training pictures; where squares overlap their falls are averaged. Source: Zeiler and
    Fergus 2013, arXiv:1311.2901, section 4.2.
    """
    height, width = x.shape[2:]
    before = torch.softmax(scores(network, x), 1)[0, target]
    total, count = torch.zeros(height, width), torch.zeros(height, width)
    squares = [(top, left) for top in _places(height) for left in _places(width)]
    tall, wide = (max(1, round(COVERED * side)) for side in (height, width))
    for start in range(0, len(squares), BATCH):
        some = squares[start : start + BATCH]
        covered = x.repeat(len(some), 1, 1, 1)
        for number, (top, left) in enumerate(some):
            covered[number, :, top : top + tall, left : left + wide] = 0
        after = torch.softmax(scores(network, covered), 1)[:, target]
        for (top, left), fall in zip(some, (before - after).tolist(), strict=True):
            total[top : top + tall, left : left + wide] += fall
            count[top : top + tall, left : left + wide] += 1
    words = f"occlusion by squares of {tall}×{wide}, fall of the probability {before:.3f}"
    return Why(total / count, "occlusion", words)


def _places(side: int) -> list[int]:
    """Where squares begin along a side, from the first to the last place."""
    room = side - max(1, round(COVERED * side))
    many = min(PARTS, room + 1)
    return sorted({round(number * room / max(1, many - 1)) for number in range(many)})


METHODS: dict[str, Callable[[Network, Tensor, int], Why]] = {
    "grad-cam": grad_cam,
    "occlusion": occlusion,
}


def explain(network: Network, x: Tensor, target: int, method: str) -> Why:
    """One of the ways by name; ChoiceError for another."""
    if method not in METHODS:
        raise ChoiceError(f'there is no method "{method}"\n  there are {", ".join(METHODS)}')
    return METHODS[method](network, x, target)


def draw(why: Why, picture: Image.Image, title: str, lines: tuple[str, ...] = ()) -> Image.Image:
    """The picture, the map in signed colours, and the map laid over the picture, side by side."""
    height, width = why.values.shape
    zoom = max(1, SIDE // max(height, width))
    part = min(1.0, SIDE / max(height, width))
    size = (round(width * zoom * part), round(height * zoom * part))
    how = Image.Resampling.NEAREST if zoom > 1 else Image.Resampling.BILINEAR
    seen = picture.convert("RGB").resize(size, how)
    scale = fitting_scale(why.values, 0.0)
    colours = Image.fromarray(paint(why.values, scale).numpy())
    heat = colours.resize(size, Image.Resampling.BILINEAR)
    strength = Image.fromarray((why.values.abs() / scale * OVER).to(torch.uint8).numpy())
    over = seen.convert("L").convert("RGB")
    over.paste(heat, mask=strength.resize(size, Image.Resampling.BILINEAR))
    tiles = [
        Tile("as the network sees it", seen, odd=False),
        Tile("what speaks for it", heat, odd=False),
        Tile("both", over, odd=False),
    ]
    bar = Bar(Image.fromarray(TABLE[None].numpy()), scale, over=False, odd=False)
    return compose(title, (why.words, *lines), tiles, bar=bar)


def write(made: Image.Image, path: str | Path) -> None:
    """Write a drawing as PNG, whole or not at all."""
    import io

    encoded = io.BytesIO()
    made.save(encoded, "PNG", optimize=True)
    write_whole(path, encoded.getvalue())
