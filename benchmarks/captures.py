"""Which way of capturing a module sees what it computes: the evidence for the import's choice.

    python benchmarks/captures.py               one convolutional model of each of timm's families
    python benchmarks/captures.py NAME NAME …   these

Four ways, on models that others wrote, made on torch's meta device and in use: `torch.fx`, which
runs the code on stand-ins for tensors; `torch.export`; hooks on modules; and what netsheet does,
every call of torch's functions seen through `__torch_function__`. A way sees a model if it raises
no error, and if the multiply-adds that follow from what it saw are what torch's own counter says.
"""

import argparse
import statistics
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

from survey import convolutional, library, made, smallest

import netsheet as ns


class Trial(NamedTuple):
    """What one way made of one model: seconds, and why it failed; no reason where it did not."""

    seconds: float
    why: str


def by_function(model: Any, shape: tuple[int, ...]) -> int:  # noqa: ANN401 a module
    """Multiply-adds by netsheet's import; an error where something is missing."""
    net = ns.from_torch(model, shape)
    if net.missing:
        raise LookupError(str(net.missing[0]))
    return net.totals().macs


def by_export(model: Any, shape: tuple[int, ...]) -> int:  # noqa: ANN401 a module
    """Multiply-adds of an exported program, counted as it runs on shapes."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    x = torch.empty(1, *shape, device="meta")
    with torch.no_grad():
        program = torch.export.export(model, (x,))
        with FlopCounterMode(display=False) as counter:
            program.module()(x)
    return counter.get_total_flops() // 2


def by_fx(model: Any, shape: tuple[int, ...]) -> int:  # noqa: ANN401 a module
    """Multiply-adds of a traced graph, counted as shapes are propagated."""
    import torch
    from torch.fx import symbolic_trace
    from torch.fx.passes.shape_prop import ShapeProp
    from torch.utils.flop_counter import FlopCounterMode

    with torch.no_grad():
        found = symbolic_trace(model)
        with FlopCounterMode(display=False) as counter:
            ShapeProp(found).propagate(torch.empty(1, *shape, device="meta"))
    return counter.get_total_flops() // 2


def by_hooks(model: Any, shape: tuple[int, ...]) -> int:  # noqa: ANN401 a module
    """Multiply-adds of the convolutions and dense layers that are modules and are called."""
    import torch
    from torch import nn

    total = 0

    def convolved(part: Any, _: Any, out: Any) -> None:  # noqa: ANN401 a module and what it gives
        nonlocal total
        total += prod(out.shape) * prod(part.weight.shape[1:])

    layers = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
    handles = [
        part.register_forward_hook(convolved)
        for part in model.modules()
        if isinstance(part, layers)
    ]
    with torch.no_grad():
        model(torch.empty(1, *shape, device="meta"))
    for handle in handles:
        handle.remove()
    return total


WAYS: dict[str, Callable[[Any, tuple[int, ...]], int]] = {
    "torch.fx": by_fx,
    "torch.export": by_export,
    "hooks on modules": by_hooks,
    "__torch_function__ (netsheet)": by_function,
}


def tried(way: Callable[[Any, tuple[int, ...]], int], model: Any, expected: int) -> Trial:  # noqa: ANN401 a module
    """One way on one model."""
    shape = tuple(model.default_cfg["input_size"])
    start = time.perf_counter()
    try:
        found = way(model, shape)
    except Exception as error:  # noqa: BLE001 whatever a way raises, it did not see the model
        return Trial(time.perf_counter() - start, type(error).__name__)
    seconds = time.perf_counter() - start
    return Trial(seconds, "" if found == expected else "other multiply-adds than the model has")


def counted(model: Any) -> int:  # noqa: ANN401 a module
    """What torch's own counter says of the model as it runs."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    x = torch.empty(1, *model.default_cfg["input_size"], device="meta")
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(x)
    return counter.get_total_flops() // 2


def main() -> int:
    """Try every way on every model, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", help="models; one of each family if left out")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    timm = library()
    names = asked.names or smallest(timm)
    models = {name: model for name in names if convolutional(model := made(timm, name))}
    print(f"{len(models)} models of timm {timm.__version__}")
    for what, way in WAYS.items():
        trials = {name: tried(way, model, counted(model)) for name, model in models.items()}
        failures = Counter(trial.why for trial in trials.values() if trial.why)
        seen = len(trials) - failures.total()
        middle = 1000 * statistics.median(trial.seconds for trial in trials.values())
        print(f"{what:<30} sees {seen:3} of {len(trials)}; {middle:6.0f} ms in the middle")
        for why, times in failures.most_common():
            where = [name for name, trial in trials.items() if trial.why == why]
            print(f"    {times:3} × {why}: {', '.join(where)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
