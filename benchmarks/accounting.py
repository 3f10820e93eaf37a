"""How long it takes to account for a network: netsheet beside torchinfo, fvcore, ptflops and torch.

    python benchmarks/accounting.py            about three minutes
    python benchmarks/accounting.py --quick    ResNet-50 alone

All are measured in one run on one machine, in turn, each after its imports and with the network
already made; medians are compared and printed as ratios. A peer counts with its faster way, on
the CPU or on torch's meta device, which computes shapes alone. Before anything is timed, every
tool's parameters or multiply-adds are held against netsheet's, so that all count one network.
"""

import argparse
import contextlib
import gc
import io
import logging
import os
import resource
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import netsheet as ns
from netsheet.core.graph import Graph
from netsheet.sheet.columns import columns
from netsheet.sheet.infer import totals
from netsheet.sheet.sheet import Sheet

GOALS = {"full sheet": 40, "totals alone": 500, "process": 10}
"""How many times faster than the fastest other tool ResNet-50 is to be."""
INPUT = (1, 3, 224, 224)
NETWORKS = ("resnet50-v1.5", "alexnet-one-tower", "googlenet", "resnet152-v1.5")

# The command line that a user of torchinfo would write for ResNet-50, as a process of its own.
SUMMARY = """
import sys; sys.path.insert(0, {here!r})
import torchinfo
from models import resnet50
torchinfo.summary(resnet50(), input_size=(1, 3, 224, 224))
"""


def median_ms(run: Callable[[], object], seconds: float = 2.0, least: int = 5) -> float:
    """Median time of a call in milliseconds, over as many calls as fit the time."""
    run()
    times = []
    gc.collect()
    stop = time.perf_counter() + seconds
    while len(times) < least or time.perf_counter() < stop:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
        if len(times) >= 2000:  # noqa: PLR2004 enough for a median
            break
    return 1000 * statistics.median(times)


def full_sheet(graph: Graph) -> Sheet:
    """Every column of every row, and every cell of the lines as written."""
    sheet = Sheet(graph).compute()
    for row in sheet.rows:
        for name in columns():
            sheet.value(name, row.node)
    return sheet


def forget(graph: Graph) -> None:
    """Let the layers forget what they have computed."""
    for row in graph.rows:
        row.layer.memo.clear()


def ours(name: str) -> dict[str, float]:
    """Netsheet's times in milliseconds, by what is done."""
    net = ns.load(name)

    def cold() -> None:
        forget(net.graph)
        full_sheet(net.graph)

    return {
        "full sheet": median_ms(lambda: full_sheet(net.graph)),
        "full sheet, nothing remembered": median_ms(cold),
        "totals alone": median_ms(lambda: totals(net.graph)),
        "text to full sheet": median_ms(lambda: full_sheet(ns.load(name).graph)),
    }


def peers(name: str) -> dict[str, float]:
    """Other tools' times in milliseconds; those that are not installed are left out, and said."""
    import torch
    from models import MODELS

    model = MODELS[name]().eval()
    with torch.device("meta"):
        ghost = MODELS[name]().eval()
    x = torch.zeros(INPUT)
    sheet = ns.load(name).sheet()
    found: dict[str, float] = {}
    for tool, make in TOOLS.items():
        try:
            call = make()
        except ImportError:
            print(f"  {tool} is not installed, and left out", file=sys.stderr)
            continue
        best = []
        for device, module, given in (("cpu", model, x), ("meta", ghost, x.to("meta"))):
            try:
                counted = call(module, given, device)
            except Exception as error:  # noqa: BLE001 a tool that can't do a device is told so, whatever it raises
                print(f"  {tool} does not run on {device}: {type(error).__name__}", file=sys.stderr)
                continue
            check(tool, counted, sheet)
            best.append(median_ms(partial(call, module, given, device)))
        if best:
            found[tool] = min(best)
    return found


def check(tool: str, counted: dict[str, int], sheet: Sheet) -> None:
    """Refuse a comparison in which a tool counted another network."""
    for column, value in counted.items():
        expected = int(getattr(sheet.total, column))
        if value != expected:
            raise SystemExit(f"{tool} counts {value:,} {column} where netsheet has {expected:,}")


Call = Callable[[Any, Any, str], dict[str, int]]


def _torchinfo() -> Call:
    import torchinfo

    def call(module: Any, x: Any, device: str) -> dict[str, int]:  # noqa: ANN401 torch is imported later
        found = torchinfo.summary(module, input_data=x, verbose=0, device=device)
        return {"params": found.total_params}

    return call


def _fvcore() -> Call:
    from fvcore.nn import FlopCountAnalysis

    logging.getLogger("fvcore").setLevel(logging.ERROR)

    def call(module: Any, x: Any, device: str) -> dict[str, int]:  # noqa: ANN401, ARG001 torch is imported later
        found = FlopCountAnalysis(module, x)
        found.unsupported_ops_warnings(enabled=False).uncalled_modules_warnings(enabled=False)
        found.total()
        return {}

    return call


def _ptflops() -> Call:
    from ptflops import get_model_complexity_info

    def call(module: Any, x: Any, device: str) -> dict[str, int]:  # noqa: ANN401 torch is imported later
        if device != "cpu":
            raise NotImplementedError("it makes its own input on the CPU")
        with contextlib.redirect_stdout(io.StringIO()):
            _, params = get_model_complexity_info(
                module,
                tuple(x.shape[1:]),
                as_strings=False,
                print_per_layer_stat=False,
                backend="pytorch",
            )
        return {"params": params}

    return call


def _flop_counter() -> Call:
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    def call(module: Any, x: Any, device: str) -> dict[str, int]:  # noqa: ANN401, ARG001 torch is imported later
        with torch.no_grad(), FlopCounterMode(display=False) as counter:
            module(x)
        return {"macs": counter.get_total_flops() // 2}

    return call


TOOLS: dict[str, Callable[[], Call]] = {
    "torchinfo": _torchinfo,
    "fvcore": _fvcore,
    "ptflops": _ptflops,
    "torch flop counter": _flop_counter,
}


def process(command: list[str]) -> tuple[float, float]:
    """Wall time in milliseconds and peak memory in MB of a process; the best of several."""
    best, memory = float("inf"), 0.0
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    for _ in range(7):
        start = time.perf_counter()
        done = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603 our own interpreter
        _, status, usage = os.wait4(done.pid, 0)
        done.returncode = os.waitstatus_to_exitcode(status)
        if done.returncode:
            raise SystemExit(f"{' '.join(command[:4])} failed")
        best = min(best, time.perf_counter() - start)
        memory = usage.ru_maxrss / 1000
    return 1000 * best, memory


def modules_of_import() -> set[str]:
    """Heavy modules that `import netsheet` pulls in: none."""
    code = "import sys, netsheet; print(*sys.modules)"
    out = subprocess.run(  # noqa: S603 our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    return {"torch", "numpy", "rich", "onnx", "PIL"} & set(out.split())


def ratio(label: str, found: float, goal: int | None = None) -> str:
    """A ratio; with a goal, whether it is reached."""
    text = f"  {label:<32} {found:9.0f}×"
    if goal is None:
        return text
    return f"{text}  goal {goal}×: {'reached' if found >= goal else 'NOT REACHED'}"


def processes(here: str) -> None:
    """Compare whole processes. First of all: a child's peak counts what its parent holds."""
    print("whole processes, start to end: wall time in ms and peak memory in MB, best of 7")
    own = process([sys.executable, "-m", "netsheet", "show", "resnet50"])
    print(f"  {'netsheet show resnet50':<32} {own[0]:9.0f} {own[1]:7.0f}")
    if find_spec("torchinfo") is None:
        print("  torchinfo is not installed: nothing to compare with")
        return
    other = process([sys.executable, "-c", SUMMARY.format(here=here)])
    print(f"  {'torchinfo, the same network':<32} {other[0]:9.0f} {other[1]:7.0f}")
    print(ratio("time", other[0] / own[0], GOALS["process"]))
    print(ratio("memory", other[1] / own[1]))


def network(name: str) -> None:
    """Compare one network's accounts."""
    print(f"\n{name}, one sample of 3×224×224, times in ms")
    mine, theirs = ours(name), peers(name)
    for what, each in (*mine.items(), *theirs.items()):
        print(f"  {what:<32} {each:9.3f}")
    if not theirs:
        return
    tool = min(theirs, key=lambda t: theirs[t])
    print(f"  against the fastest other tool, {tool}:")
    goals = GOALS if name == NETWORKS[0] else {}
    for what, each in mine.items():
        print(ratio(what, theirs[tool] / each, goals.get(what)))


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser(description="netsheet beside other tools")
    options.add_argument("--quick", action="store_true", help="ResNet-50 alone")
    quick = options.parse_args().quick
    warnings.simplefilter("ignore")
    here = str(Path(__file__).parent)
    sys.path.insert(0, here)
    heavy = ", ".join(sorted(modules_of_import())) or "neither torch nor numpy, nor anything heavy"
    print(f"import netsheet pulls in {heavy}\n")
    processes(here)
    for name in NETWORKS[:1] if quick else NETWORKS:
        network(name)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"\npeak memory of this run, all tools together: {peak:.0f} MB")


if __name__ == "__main__":
    main()
