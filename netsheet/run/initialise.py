"""Weights to begin training with: reproducible, and none of it from the global random state.

Requirements met here: a row's weights depend on the seed, its own name and its own shape only,
so that changing one row leaves the others' weights alone, on every device.
"""

from math import sqrt
from typing import Any
from zlib import crc32

import torch
from torch import nn

from netsheet.core.graph import Graph
from netsheet.layers.base import WEIGHTED, Facts

SQUASHING = frozenset({"hardsigmoid", "sigmoid", "softmax", "tanh"})
"""Activations that are nearly straight around 0: what goes in comes out about as large."""


def gain(graph: Graph, place: int) -> float:
    """By how much a row's weights make up for what the next activation takes away.

    √2 before ReLU and its kin, which drop half of what comes in (He et al. 2015,
    arXiv:1502.01852, equation 10); 1 before squashing activations, and where none follows.
    """
    while readers := graph.readers[place]:
        place = readers[0]
        layer = graph.rows[place].layer
        if layer.family == "activation":
            return 1.0 if layer.kind in SQUASHING else sqrt(2)
        if layer.family in WEIGHTED:
            break
    return 1.0


def initialise(module: nn.Module, graph: Graph, place: int, facts: Facts, seed: int) -> None:
    """Fill a row's module: He's normal weights for convolutions and dense layers, biases 0.

    The deviation is gain/√n, where n is how many weighted inputs an output adds up. Whatever
    else has weights begins as torch has it: a norm's γ at 1 and β at 0, PReLU's slope at ¼.
    """
    row = graph.rows[place]
    weight: Any = getattr(module, "weight", None)
    reset_buffers: Any = getattr(module, "reset_buffers", None)
    reset_parameters: Any = getattr(module, "reset_parameters", None)
    if reset_buffers is not None:
        reset_buffers()
    if row.layer.family in WEIGHTED and isinstance(weight, nn.Parameter) and weight.ndim > 1:
        # torch's generator takes 32 bits of a seed and drops the others
        generator = torch.Generator().manual_seed(crc32(f"{seed} {row.name}".encode()))
        deviation = gain(graph, place) * sqrt(facts.values / facts.macs)
        drawn = torch.empty(weight.shape, dtype=weight.dtype, device="cpu")
        with torch.no_grad():
            weight.copy_(drawn.normal_(0, deviation, generator=generator))
        if (bias := getattr(module, "bias", None)) is not None:
            nn.init.zeros_(bias)
        if (reset_others := getattr(module, "reset_others", None)) is not None:
            reset_others()
    elif reset_parameters is not None:
        reset_parameters()
