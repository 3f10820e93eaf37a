"""The optimiser: what it changes, and its memory as named tensors.

Requirements met here: weights decay, biases and norms don't; its whole state can be written down by
the parameters' names, however they are laid out in memory, and taken up again to the bit.

torch's fused updates copy what is laid out channels last before they read it. They are handed each
such weight in the order in which it lies there, a view of the same memory, and copy nothing.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from netsheet.train.recipe import Recipe

FUSED = frozenset({"cpu", "cuda"})
"""Devices on which torch updates all parameters in one pass."""

AS_IT_LIES = (0, 2, 3, 1)
"""Axes of a weight that is laid out channels last, in the order of its memory."""

AS_IT_IS = (0, 3, 1, 2)
"""And back."""


class Update:
    """AdamW (Loshchilov and Hutter 2017, arXiv:1711.05101) or SGD with Nesterov's momentum.

    optimiser: torch's, which sees weights as they lie in memory.
    """

    def __init__(self, network: nn.Module, recipe: Recipe, device: torch.device) -> None:
        self.weights = dict(network.named_parameters())
        self.seen = {name: _lying(weight) for name, weight in self.weights.items()}
        decayed = [self.seen[name] for name, weight in self.weights.items() if weight.ndim > 1]
        others = [self.seen[name] for name, weight in self.weights.items() if weight.ndim <= 1]
        groups: list[dict[str, Any]] = [
            {"params": decayed, "weight_decay": recipe.decay},
            {"params": others, "weight_decay": 0.0},
        ]
        groups = [group for group in groups if group["params"]]
        fused = device.type in FUSED
        self.optimiser: torch.optim.Optimizer
        if recipe.optimiser == "adamw":
            self.optimiser = torch.optim.AdamW(groups, lr=recipe.lr, fused=fused)
        else:
            self.optimiser = torch.optim.SGD(
                groups,
                lr=recipe.lr,
                momentum=recipe.momentum,
                nesterov=recipe.momentum > 0,
                fused=fused,
            )

    @property
    def rate(self) -> float:
        """The learning rate of the step."""
        return float(self.optimiser.param_groups[0]["lr"])

    def set_rate(self, rate: float) -> None:
        """The learning rate of the next step."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate

    def take_gradients(self) -> list[nn.Parameter]:
        """Show the optimiser each weight's gradient; gives what it sees."""
        for name, weight in self.weights.items():
            seen = self.seen[name]
            if seen is not weight and weight.grad is not None:
                seen.grad = weight.grad.permute(AS_IT_LIES)
        return list(self.seen.values())

    def clear(self) -> None:
        """Let every gradient go."""
        for name, weight in self.weights.items():
            weight.grad = self.seen[name].grad = None

    def state(self) -> dict[str, Tensor]:
        """What the optimiser remembers, as `parameter/word` → tensor, in the parameter's axes."""
        found = {}
        for name, weight in self.weights.items():
            seen = self.seen[name]
            for word, value in self.optimiser.state.get(seen, {}).items():
                if isinstance(value, Tensor):
                    turned = seen is not weight and value.shape == seen.shape
                    plain = value.permute(AS_IT_IS) if turned else value
                    found[f"{name}/{word}"] = plain.detach().cpu().contiguous()
        return found

    def take_state(self, found: Mapping[str, Tensor]) -> None:
        """Take up what was remembered."""
        for key, value in found.items():
            name, _, word = key.rpartition("/")
            weight, seen = self.weights[name], self.seen[name]
            turned = seen is not weight and value.shape == weight.shape
            laid = value.permute(AS_IT_LIES).contiguous() if turned else value.clone()
            self.optimiser.state[seen][word] = laid.to(weight.device)


def _lying(weight: nn.Parameter) -> nn.Parameter:
    """A weight in the order of its memory, and the same memory: itself, or a view of it."""
    last = weight.ndim == len(AS_IT_LIES) and weight.is_contiguous(
        memory_format=torch.channels_last
    )
    if not last or weight.is_contiguous():
        return weight
    return nn.Parameter(weight.detach().permute(AS_IT_LIES))
