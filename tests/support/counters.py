"""What a tool counts that leaves torch changed behind it: printed as JSON, from a process of its own.

calflops, DeepSpeed and torchlens put their own functions in the place of torch's; Keras takes its
backend for the whole process; calflops imports timm, which it needs for none of this.
"""

import contextlib
import importlib.util
import io
import json
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

Count = Callable[[Any, tuple[int, ...]], int]


def calflops() -> Count:
    """The second of its three numbers."""
    importlib.import_module("transformers")  # asks whether timm is there, and believes the stand-in
    from support.stand_in import stand_in

    stand_in("timm", "torchvision")
    tool = importlib.import_module("calflops")

    def count(module: Any, shape: tuple[int, ...]) -> int:
        given = {"output_as_string": False, "print_results": False, "print_detailed": False}
        return int(tool.calculate_flops(module, input_shape=(1, *shape), **given)[1])

    return count


def deepspeed() -> Count:
    """The MACs of its flops profiler."""
    tool = importlib.import_module("deepspeed.profiling.flops_profiler")

    def count(module: Any, shape: tuple[int, ...]) -> int:
        given = {"as_string": False, "print_profile": False, "detailed": False}
        return int(tool.get_model_profile(module, input_shape=(1, *shape), **given)[1])

    return count


def torchlens() -> Count:
    """The MACs of the forward pass that it logs."""
    tool = importlib.import_module("torchlens")
    import torch

    def count(module: Any, shape: tuple[int, ...]) -> int:
        return int(tool.trace(module, torch.zeros(1, *shape)).total_macs_forward)

    return count


def counted(count: Count) -> dict[str, dict[str, int]]:
    """The networks written in plain torch, and one layer of each kind."""
    from support.networks import KNOWN
    from support.plain_models import PLAIN
    from support.single_layers import KINDS, single

    networks = {}
    for name, made in PLAIN.items():
        networks[name] = count(made().eval(), tuple(KNOWN[name].graph().input_shape))
    kinds = {}
    for kind in KINDS:
        graph, module = single(kind)
        kinds[kind] = count(module.eval(), tuple(graph.input_shape))
    return {"networks": networks, "kinds": kinds}


def keras(names: list[str]) -> dict[str, int]:
    """The parameters of its own networks, by its names for them."""
    os.environ["KERAS_BACKEND"] = "torch"
    made = importlib.import_module("keras.applications")
    return {name: made.__dict__[name](weights=None).count_params() for name in names}


def xla() -> float:
    """The flops of one convolution 3×3, 64→64, on 56×56, padding same."""
    jax = importlib.import_module("jax")

    def conv(x: Any, weight: Any) -> Any:
        return jax.lax.conv_general_dilated(x, weight, (1, 1), "SAME")

    given = jax.numpy.zeros((1, 64, 56, 56)), jax.numpy.zeros((64, 64, 3, 3))
    found = jax.jit(conv).lower(*given).compile().cost_analysis()
    return float((found if isinstance(found, dict) else found[0])["flops"])


TOOLS: dict[str, Callable[[], Count]] = {
    "calflops": calflops,
    "deepspeed": deepspeed,
    "torchlens": torchlens,
}


def main(tool: str, names: list[str]) -> None:
    """Print what a tool counts, with nothing of what it prints itself."""
    warnings.simplefilter("ignore")
    root = Path(__file__).parents[2]
    sys.path[:0] = [str(root), str(root / "tests")]
    with contextlib.redirect_stdout(io.StringIO()):
        found: Any
        if tool == "keras":
            found = keras(names)
        elif tool == "xla":
            found = xla()
        else:
            found = counted(TOOLS[tool]())
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
