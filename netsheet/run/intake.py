"""How pictures become what a network reads: brought to its shape, then normalised.

Requirements met here: training, evaluation and single pictures go the same way, by one value that
is kept with the weights; every change is told in words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from netsheet.core.shape import Shape
from netsheet.run.picture import Normal, Picture, prepare

Rule = Literal["as they are", "pad", "resize"]

LUMA = (0.299, 0.587, 0.114)
"""Red, green and blue in grey. Source: ITU-R BT.601."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Pictures of one shape, and what is done to them before a network of another reads them.

    pictures, shape: C×H×W as stored, and as the network reads. rule: how height and width are
    brought there: left alone, a border of zeros, or resized; pictures that are then larger are
    trimmed to their centre. scale: what stored values are divided by to lie in 0…1. normal: what
    each channel then loses, and is divided by.
    """

    pictures: Shape
    shape: Shape
    rule: Rule
    scale: float
    normal: Normal

    def place(self, x: Tensor) -> Tensor:
        """Channels, and height and width at least the network's; N×C×H×W of any type."""
        wanted = self.shape.channels
        if x.shape[1] != wanted:
            if wanted == 1:
                weights = torch.tensor(LUMA, device=x.device)
                x = (x.float() * weights[:, None, None]).sum(1, keepdim=True)
            else:
                x = x.expand(-1, wanted, *x.shape[2:])
        if self.rule == "resize" and x.shape[2:] != self.shape.size:
            x = functional.interpolate(
                x.float(), self.shape.size, mode="bilinear", antialias=True, align_corners=False
            )
        if self.rule == "pad":
            down, across = (
                max(0, size - had) for size, had in zip(self.shape.size, x.shape[2:], strict=True)
            )
            border = (across // 2, across - across // 2, down // 2, down - down // 2)
            x = functional.pad(x, border)
        return x

    def trim(self, x: Tensor) -> Tensor:
        """The centre of maps that are larger than the network's input."""
        for axis, size in enumerate(self.shape.size, start=2):
            spare = x.shape[axis] - size
            if spare:
                x = x.narrow(axis, spare // 2, size)
        return x

    def normalise(self, x: Tensor) -> Tensor:
        """Scaled and normalised, float32; channels last in memory where that is a layout."""
        layout = torch.channels_last if x.ndim == 4 else torch.contiguous_format  # noqa: PLR2004 N×C×H×W
        y = x.to(dtype=torch.float32, memory_format=layout, copy=True)
        shape = (-1, *(1,) * (x.ndim - 2))
        mean, deviation = (
            torch.tensor(part, device=x.device).view(shape)
            for part in (self.normal.mean, self.normal.deviation)
        )
        return y.mul_(1 / (self.scale * deviation)).sub_(mean / deviation)

    def __call__(self, x: Tensor) -> Tensor:
        """All of it: stored pictures N×C×H×W to what the network reads, without any chance."""
        return self.normalise(self.trim(self.place(x)))

    def take(self, picture: Picture) -> tuple[Tensor, tuple[str, ...]]:
        """A decoded picture as the network reads it, 1×C×H×W, and all that was done to it."""
        prepared = prepare(picture, self.pictures, normal=None)
        channels, height, width = self.pictures
        raw = np.array(prepared.image, dtype=np.uint8).reshape(height, width, channels)
        stored = torch.from_numpy(raw).permute(2, 0, 1)[None]
        if self.scale != 255:  # noqa: PLR2004 8-bit values
            stored = stored.float() / 255 * self.scale
        return self(stored), (*prepared.steps[:-1], *self.words())

    def seen(self, x: Tensor) -> Image.Image:
        """A network's input 1×C×H×W as a person sees it: what was normalised is put back."""
        mean, deviation = (
            torch.tensor(part)[:, None, None] for part in (self.normal.mean, self.normal.deviation)
        )
        levels = ((x[0] * deviation + mean) * 255).clamp(0, 255).round().to(torch.uint8)
        if len(levels) == len(LUMA):
            return Image.fromarray(levels.permute(1, 2, 0).contiguous().numpy())
        return Image.fromarray(levels[0].contiguous().numpy())

    def words(self) -> list[str]:
        """What is done, a line each."""
        lines = []
        before, after = self.pictures, self.shape
        if before.channels != after.channels:
            lines.append(
                "colour turned to grey: 0.299 red + 0.587 green + 0.114 blue"
                if after.channels == 1
                else f"grey repeated in {after.channels} channels"
            )
        if before.size != after.size:
            sizes = "×".join(map(str, before.size)), "×".join(map(str, after.size))
            how = {
                "pad": "a border of zeros around {}, to {}",
                "resize": "resized {} → {} (bilinear)",
                "as they are": "centre of {} taken, {}",
            }
            lines.append(how[self.rule].format(*sizes))
        less, by = (", ".join(f"{x:.4g}" for x in part) for part in self.normal[1:])
        scaled = f"0…{self.scale:g} scaled to 0…1, then " if self.scale != 1 else ""
        lines.append(f"{scaled}normalised by {self.normal.name}: less {less}, then divided by {by}")
        return lines

    def to_json(self) -> dict[str, Any]:
        """Plain values, from which `from_json` makes the same intake."""
        return {
            "pictures": list(self.pictures),
            "shape": list(self.shape),
            "rule": self.rule,
            "scale": self.scale,
            "normal": [self.normal.name, list(self.normal.mean), list(self.normal.deviation)],
        }

    @classmethod
    def from_json(cls, made: Mapping[str, Any]) -> "Intake":
        """An intake from plain values; KeyError, TypeError or ValueError for others."""
        name, mean, deviation = made["normal"]
        rule = made["rule"]
        if rule not in {"as they are", "pad", "resize"}:
            raise ValueError(rule)
        normal = Normal(str(name), tuple(map(float, mean)), tuple(map(float, deviation)))
        shapes = Shape.of(made["pictures"]), Shape.of(made["shape"])
        return cls(*shapes, rule, float(made["scale"]), normal)
