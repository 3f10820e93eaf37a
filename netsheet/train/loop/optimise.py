"""The optimiser: what it changes, and its memory as named tensors.

Requirements met here: weights decay, biases and norms don't; its whole state can be written down by
the parameters' names, and taken up again to the bit.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from netsheet.train.recipe import Recipe

FUSED = frozenset({"cpu", "cuda"})
"""Devices on which torch updates all parameters in one pass."""


def optimiser(network: nn.Module, recipe: Recipe, device: torch.device) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter 2017, arXiv:1711.05101) or SGD with Nesterov's momentum."""
    decayed = [weight for weight in network.parameters() if weight.ndim > 1]
    others = [weight for weight in network.parameters() if weight.ndim <= 1]
    groups: list[dict[str, Any]] = [
        {"params": decayed, "weight_decay": recipe.decay},
        {"params": others, "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    fused = device.type in FUSED
    if recipe.optimiser == "adamw":
        return torch.optim.AdamW(groups, lr=recipe.lr, fused=fused)
    return torch.optim.SGD(
        groups,
        lr=recipe.lr,
        momentum=recipe.momentum,
        nesterov=recipe.momentum > 0,
        fused=fused,
    )


def set_rate(made: torch.optim.Optimizer, rate: float) -> None:
    """The learning rate of the next step."""
    for group in made.param_groups:
        group["lr"] = rate


def state_of(made: torch.optim.Optimizer, network: nn.Module) -> dict[str, Tensor]:
    """What the optimiser remembers, as `parameter/word` → tensor."""
    found = {}
    for name, weight in network.named_parameters():
        for word, value in made.state.get(weight, {}).items():
            if isinstance(value, Tensor):
                found[f"{name}/{word}"] = value.detach().cpu().contiguous()
    return found


def take_state(
    made: torch.optim.Optimizer, network: nn.Module, found: Mapping[str, Tensor]
) -> None:
    """Take up what was remembered, each value laid out in memory as its parameter is."""
    weights = dict(network.named_parameters())
    for key, value in found.items():
        name, _, word = key.rpartition("/")
        weight = weights[name]
        same = value.shape == weight.shape
        laid = torch.empty_like(weight).copy_(value) if same else value.to(weight.device)
        made.state[weight][word] = laid
