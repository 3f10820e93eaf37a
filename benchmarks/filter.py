"""Filters on a 12-megapixel photograph: netsheet beside OpenCV, SciPy, Pillow and torch.

    python benchmarks/filter.py            about two minutes
    python benchmarks/filter.py --model    holds the cost model's choices against measurements
    python benchmarks/filter.py --rates    measures the figures of netsheet/convolution/rates.py

All are measured in one run on one machine, in turns: each round runs every one of them once, in an
order that is drawn anew, for one that runs after a greedy one finds its memory given back. Medians
over the rounds are compared and printed as ratios. All have the same number of threads, one
for each core. A peer is handed the picture as it likes it best, floats and channels first where it
takes no other, and that is made before the clock starts. Before anything is timed, every result
is held against netsheet's: a value of 8 bits may differ by one, as it does at a half, and where
Pillow rounds on its way.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import numpy as np

import netsheet as ns
from netsheet.convolution.blocks import carry_out, cores
from netsheet.convolution.choice import choose, offers
from netsheet.convolution.kernel import find_kernel
from netsheet.convolution.picture import apply, planes
from netsheet.convolution.task import Task, make_task

PICTURE = Path(__file__).parents[1] / "examples" / "cat.jpg"
SIZE = (4000, 3000)
"""Width and height to which the photograph is enlarged: 12 megapixels."""

ARBITRARY = np.random.default_rng(51).normal(size=(51, 51)) / 51 + 1 / 51**2

CASES: dict[str, tuple[Any, float]] = {
    "sharpen 3×3": ("sharpen", 1.0),
    "Gaussian 9×9": ("gaussian:9", 5.0),
    "box 31×31": ("box:31", 5.0),
    "arbitrary 51×51": (ARBITRARY, 1.0),
}
"""Kernels, and how many times as fast as `cv2.filter2D` they are to be."""

NOISE = 0.95
"""Medians of one and the same call, twice in one run, differ by so much here."""

Run = Callable[[], Any]


class Peer(NamedTuple):
    """A call that a user would make: its name, the call, and its result as H×W×C of 8 bits."""

    name: str
    run: Run
    seen: Callable[[Any], Any]


def photograph() -> Any:  # noqa: ANN401 an array
    """The photograph, enlarged to 12 megapixels: H×W×C."""
    from PIL import Image

    return np.asarray(Image.open(PICTURE).convert("RGB").resize(SIZE, Image.Resampling.BICUBIC))


def rounded(values: Any) -> Any:  # noqa: ANN401 an array
    """Floats as 8 bits."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def peers(picture: Any, name: str, plane: Any) -> Iterator[Peer]:  # noqa: ANN401 arrays
    """What other libraries offer for a kernel; those that are not installed are left out."""
    makers = (_opencv, _scipy, _pillow, _torch)
    for make in makers:
        try:
            yield from make(picture, name, plane)
        except ImportError as error:
            print(f"  {error.name} is not installed, and left out", file=sys.stderr)


def _opencv(picture: Any, name: str, plane: Any) -> Iterator[Peer]:  # noqa: ANN401 arrays
    import cv2

    cv2.setNumThreads(cores())
    edge = cv2.BORDER_REFLECT_101
    yield Peer("cv2.filter2D", lambda: cv2.filter2D(picture, -1, plane, borderType=edge), _as_is)
    if name.startswith("Gaussian"):
        line = plane.sum(0)
        run = lambda: cv2.sepFilter2D(picture, -1, line, line, borderType=edge)  # noqa: E731 a call
        yield Peer("cv2.sepFilter2D", run, _as_is)
    if name.startswith("box"):
        run = lambda: cv2.boxFilter(picture, -1, (31, 31), borderType=edge)  # noqa: E731 a call
        yield Peer("cv2.boxFilter", run, _as_is)


def _scipy(picture: Any, name: str, plane: Any) -> Iterator[Peer]:  # noqa: ANN401 arrays
    from scipy import ndimage, signal

    floats = picture.astype(np.float32)
    plane = plane.astype(np.float32)
    if name.startswith("Gaussian"):
        line = plane.sum(0)

        def lines() -> Any:  # noqa: ANN401 an array
            down = ndimage.correlate1d(floats, line, 0, mode="mirror")
            return ndimage.correlate1d(down, line, 1, mode="mirror")

        yield Peer("ndimage.correlate1d, twice", lines, rounded)
    elif name.startswith("box"):
        run = lambda: ndimage.uniform_filter(floats, (31, 31, 1), mode="mirror")  # noqa: E731 a call
        yield Peer("ndimage.uniform_filter", run, rounded)
    elif name.startswith("sharpen"):
        run = lambda: ndimage.correlate(floats, plane[..., None], mode="mirror")  # noqa: E731 a call
        yield Peer("ndimage.correlate", run, rounded)
    half = len(plane) // 2
    laid = np.pad(floats, ((half, half), (half, half), (0, 0)), mode="reflect")
    turned = np.ascontiguousarray(plane[::-1, ::-1, None])
    run = lambda: signal.oaconvolve(laid, turned, mode="valid", axes=(0, 1))  # noqa: E731 a call
    yield Peer("signal.oaconvolve", run, rounded)


def _pillow(picture: Any, name: str, plane: Any) -> Iterator[Peer]:  # noqa: ANN401 arrays
    from PIL import Image, ImageFilter

    image = Image.fromarray(picture)
    if name.startswith("sharpen"):
        kernel = ImageFilter.Kernel((3, 3), plane.ravel().tolist(), 1)
        yield Peer("Pillow's Kernel", lambda: image.filter(kernel), _inner)
    if name.startswith("box"):
        yield Peer("Pillow's BoxBlur", lambda: image.filter(ImageFilter.BoxBlur(15)), _inner)


def _torch(picture: Any, name: str, plane: Any) -> Iterator[Peer]:  # noqa: ANN401, ARG001 arrays
    import torch
    from torch.nn import functional

    torch.set_num_threads(cores())
    half = len(plane) // 2
    if len(plane) > 31:  # noqa: PLR2004 minutes, and no user would
        return
    x = torch.from_numpy(picture.transpose(2, 0, 1).astype(np.float32))[:, None].contiguous()
    laid = functional.pad(x, [half] * 4, mode="reflect")
    weight = torch.from_numpy(plane.astype(np.float32))[None, None]

    def run() -> Any:  # noqa: ANN401 a tensor
        with torch.inference_mode():
            return functional.conv2d(laid, weight)

    yield Peer("torch's conv2d", run, lambda y: rounded(y[:, 0].numpy().transpose(1, 2, 0)))


def _as_is(made: Any) -> Any:  # noqa: ANN401 an array
    return made


def _inner(made: Any) -> Any:  # noqa: ANN401 an image; its border is Pillow's own
    return np.asarray(made)


def _without_libraries(picture: Any, kernel: Any) -> Any:  # noqa: ANN401 arrays
    """What netsheet does where neither OpenCV nor SciPy is installed."""
    with (
        mock.patch("netsheet.convolution.opencv.opencv", return_value=None),
        mock.patch("netsheet.convolution.fourier.scipy_fft", return_value=None),
    ):
        return ns.filter(picture, kernel)


def check(name: str, ours: Any, theirs: Any, margin: int) -> None:  # noqa: ANN401 arrays
    """Refuse a comparison in which somebody computed something else."""
    inside = slice(margin, -margin)
    off = np.abs(ours[inside, inside].astype(int) - theirs[inside, inside].astype(int))
    if off.max() > 1:
        raise SystemExit(f"{name} differs by {off.max()}, at {np.mean(off != 0):.2%} of the values")


def medians(runs: dict[str, Run], rounds: int, slow: float = 2.0) -> dict[str, float]:
    """Median times in milliseconds, all runs in turns; what takes long runs less often."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    drawn = random.Random(0)  # noqa: S311 an order
    for _ in range(rounds):
        for name in drawn.sample(list(runs), len(runs)):
            if len(times[name]) > 2 and sum(times[name]) > slow:  # noqa: PLR2004 enough of it
                continue
            start = time.perf_counter()
            runs[name]()
            times[name].append(time.perf_counter() - start)
    return {name: 1000 * statistics.median(each) for name, each in times.items()}


def compare(rounds: int) -> None:
    """The photograph, four kernels, and everybody who can do them."""
    picture = photograph()
    print(f"a colour photograph of {SIZE[0]}×{SIZE[1]}, 8 bits, {cores()} threads; times in ms\n")
    for name, (kernel, goal) in CASES.items():
        asked = find_kernel(kernel)
        [plane] = planes(asked)
        filtered = apply(picture, asked)
        runs: dict[str, Run] = {"netsheet": partial(ns.filter, picture, kernel)}
        for peer in peers(picture, name, plane):
            check(peer.name, filtered.values, peer.seen(peer.run()), len(plane))
            runs[peer.name] = peer.run
        runs["netsheet, numpy alone"] = partial(_without_libraries, picture, kernel)
        runs["netsheet"]()
        found = medians(runs, rounds)
        own = found["netsheet"]
        print(f"{name}: netsheet by {filtered.choices[0].algorithm.name}")
        for peer_name, each in found.items():
            ratio = "" if peer_name.startswith("netsheet") else f"{each / own:8.2f}×"
            reached = "reached" if each / own >= goal * NOISE else "NOT REACHED"
            wanted = f"  goal {goal:g}×: {reached}" if peer_name == "cv2.filter2D" else ""
            print(f"  {peer_name:<28} {each:9.1f} {ratio}{wanted}")
        print()


# --- the cost model ---


def tasks() -> Iterator[tuple[str, Task, Any]]:
    """Tasks of many sorts, each with its map: what the model is held against."""
    rng = np.random.default_rng(0)

    def plane(kernel: Any, size: tuple[int, int], kind: Any, channels: int = 3) -> tuple[Task, Any]:  # noqa: ANN401 arrays
        x = (rng.random((*size, channels)) * 255).astype(kind).transpose(2, 0, 1)
        result = {"result": x.dtype, "dtype": np.dtype(np.float32)} if x.dtype.kind == "u" else {}
        weight = np.broadcast_to(kernel, (channels, 1, *kernel.shape))
        return make_task(x, weight, groups=channels, padding="same", **result), x

    bell = lambda k: np.outer(*[np.exp(-(np.linspace(-2, 2, k) ** 2))] * 2)  # noqa: E731 short
    kernels = {
        "sharpen": planes(find_kernel("sharpen"))[0],
        "bell 5": bell(5),
        "bell 9": bell(9),
        "bell 31": bell(31),
        "box 9": np.ones((9, 9)) / 81,
        "box 31": np.ones((31, 31)) / 961,
        "any 7": rng.normal(size=(7, 7)),
        "any 15": rng.normal(size=(15, 15)),
        "any 51": rng.normal(size=(51, 51)),
        "rank 2, 15": bell(15) - 2 * bell(15) ** 2,
    }
    for size in ((100, 120), (1000, 1500)):
        for kind in (np.uint8, np.float32, np.float64):
            for name, kernel in kernels.items():
                task, x = plane(kernel, size, kind)
                yield f"{name}, {size[1]}×{size[0]}×3 {np.dtype(kind).name}", task, x
    for channels, out, n, k in (
        (64, 64, 56, 1), (256, 64, 56, 1), (64, 64, 56, 3), (128, 128, 28, 3), (256, 256, 56, 3),
        (3, 64, 224, 7), (32, 64, 28, 5), (3, 4, 300, 3), (1, 6, 28, 5), (16, 16, 64, 11),
    ):  # fmt: skip
        x = rng.normal(size=(channels, n, n)).astype(np.float32)
        weight = rng.normal(size=(out, channels, k, k))
        yield f"{channels}→{out}, {k}×{k} on {n}×{n}", make_task(x, weight, padding=k // 2), x


def hold_model(rounds: int) -> None:
    """For each task the model's choice, the fastest as measured, and what the difference costs."""
    lost = []
    print(f"{'task':<36} {'chosen':<13} {'fastest':<13} {'ms':>9} {'loses':>7}")
    for name, task, x in tasks():
        said = [offer for offer in offers(task) if not offer.refused]
        runs: dict[str, Run] = {}
        for offer in said:
            if offer.seconds < 30 * said[0].seconds:  # slower ones are not in question
                plan = offer.algorithm.plan(task)
                runs[offer.algorithm.name] = partial(carry_out, task, x, plan)
        for run in runs.values():
            run()
        found = medians(runs, rounds)
        chosen = choose(task).algorithm.name
        fastest = min(found, key=lambda each: found[each])
        lost.append(found[chosen] / found[fastest])
        times = f"{found[chosen]:9.2f} {lost[-1]:6.2f}×"
        print(f"{name:<36} {chosen:<13} {fastest:<13} {times}", flush=True)
    right = sum(each < 1.1 for each in lost)  # noqa: PLR2004 no difference
    print(f"\n{right} of {len(lost)} choices are within a tenth of the fastest")
    print(f"a choice takes {statistics.geometric_mean(lost):.2f}× what the fastest does on average")
    print(f"and {max(lost):.2f}× at worst")


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser(description="filters, beside other libraries")
    options.add_argument("--model", action="store_true", help="hold the cost model to measurements")
    options.add_argument(
        "--rates", action="store_true", help="measure what the model computes with"
    )
    options.add_argument("--rounds", type=int, default=25, help="turns that each one has")
    asked = options.parse_args()
    if asked.model:
        hold_model(asked.rounds)
    elif asked.rates:
        from measure_rates import measure

        measure()
    else:
        compare(asked.rounds)


if __name__ == "__main__":
    main()
