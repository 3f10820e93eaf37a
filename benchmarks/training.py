"""Pictures a second in training: netsheet beside a plain torch loop, Lightning and Keras.

    python benchmarks/training.py              some ten minutes on two cores
    python benchmarks/training.py --quick      the small network alone
    python benchmarks/training.py --cpu-time   on one core, by the processor time that each uses

Each tool trains the same network (checked by its parameters) on the same pictures with the same
recipe: AdamW with decay 0.02, a constant rate of 0.001, batches of 128, no augmentation, float32.
Each runs in a process of its own, in turn, for several rounds; of its epochs but the first the
fastest counts, as other work on the machine can only make one slower. A plain loop is written
twice: with torch's DataLoader, as most are, and with batches indexed from one tensor, as careful
people do.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, NamedTuple

GOAL = 1.3
"""How many times as fast as the plain loop training is to be, and no less than 0.97 anywhere."""
LEAST = 0.97

BATCH = 128
CLASSES = 10

LENET = """\
# LeNet

Input: 1×28×28

| name  | layer    | out | kernel | padding | then |
|-------|----------|-----|--------|---------|------|
| conv1 | conv     | 6   | 5×5    | 2       | relu |
| pool1 | max pool |     | 2×2    |         |      |
| conv2 | conv     | 16  | 5×5    |         | relu |
| pool2 | max pool |     | 2×2    |         |      |
| fc1   | dense    | 120 |        |         | relu |
| fc2   | dense    | 84  |        |         | relu |
| fc3   | dense    | 10  |        |         |      |
"""


class Net(NamedTuple):
    """A network to train: its pictures' shape, how many there are, and epochs of a round."""

    shape: tuple[int, int, int]
    pictures: int
    epochs: int
    params: int


NETS = {
    "LeNet, 1×28×28": Net((1, 28, 28), 20_480, 4, 61_706),
    "ResNet-18, 3×32×32": Net((3, 32, 32), 1_280, 3, 11_181_642),
}


def data(net: Net) -> tuple[Any, Any]:
    """Pictures N×C×H×W, 8-bit, and labels that can be learned from them."""
    import numpy as np

    generator = np.random.default_rng(0)
    labels = generator.integers(0, CLASSES, net.pictures)
    pictures = generator.integers(0, 128, (net.pictures, *net.shape))
    rows = net.shape[1] // CLASSES
    for label in range(CLASSES):
        pictures[labels == label, :, label * rows : (label + 1) * rows] += 12
    return pictures.astype(np.uint8), labels


def plain_lenet(nn: Any) -> Any:
    """LeNet as people write it in torch."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, CLASSES),
    )  # fmt: skip


def plain_resnet(nn: Any) -> Any:
    """ResNet-18 as people write it in torch, with its stem for large pictures."""

    class Block(nn.Module):  # type: ignore[misc] # torch is handed in
        def __init__(self, inputs: int, width: int, stride: int) -> None:
            super().__init__()
            self.body = nn.Sequential(
                nn.Conv2d(inputs, width, 3, stride, 1, bias=False),
                nn.BatchNorm2d(width),
                nn.ReLU(),
                nn.Conv2d(width, width, 3, 1, 1, bias=False),
                nn.BatchNorm2d(width),
            )
            same = stride == 1 and inputs == width
            self.shortcut = nn.Identity() if same else nn.Sequential(
                nn.Conv2d(inputs, width, 1, stride, bias=False), nn.BatchNorm2d(width)
            )  # fmt: skip
            self.relu = nn.ReLU()

        def forward(self, x: Any) -> Any:
            return self.relu(self.body(x) + self.shortcut(x))

    parts = [
        nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)
    ]  # fmt: skip
    inputs = 64
    for width, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        for step in (stride, 1):
            parts.append(Block(inputs, width, step))
            inputs = width
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, CLASSES))


def plain(name: str) -> Any:
    """The network in plain torch."""
    from torch import nn

    return plain_lenet(nn) if name.startswith("LeNet") else plain_resnet(nn)


def normalised(net: Net) -> tuple[Any, Any]:
    """Pictures as float32 with mean 0 and deviation 1, and labels, as tensors."""
    import torch

    pictures, labels = data(net)
    x = torch.from_numpy(pictures).float() / 255
    x = (x - x.mean((0, 2, 3), keepdim=True)) / x.std((0, 2, 3), keepdim=True)
    return x, torch.from_numpy(labels)


Epochs = list[float]


class Measured(NamedTuple):
    """Pictures a second of each epoch, parameters, and the last epoch's mean loss."""

    rates: Epochs
    params: int
    loss: float


def netsheet(name: str, net: Net, precision: str = "float32") -> Measured:
    """Ours."""
    import netsheet as ns

    made = ns.load(LENET) if name.startswith("LeNet") else ns.load("resnet18")
    result = ns.train(
        made, data(net), adapt=True, epochs=net.epochs, batch=BATCH, lr=0.001, decay=0.02,
        schedule="constant", warmup=0, augment="none", precision=precision, val=0, test=0,
        progress=False, report=False,
    )  # fmt: skip
    params = sum(weight.numel() for weight in result.model.network.parameters())
    return Measured([e.rate for e in result.history], params, result.history[-1].train.loss)


def netsheet_bfloat16(name: str, net: Net) -> Measured:
    """Ours in mixed precision, where the processor multiplies 16-bit floats."""
    return netsheet(name, net, "bfloat16")


def loop(name: str, net: Net, batches: Callable[[Any, Any], Any]) -> Measured:
    """A plain loop."""
    import torch

    torch.manual_seed(0)
    module = plain(name).train()
    made = torch.optim.AdamW(module.parameters(), lr=0.001, weight_decay=0.02)
    loss_of = torch.nn.CrossEntropyLoss()
    x, y = normalised(net)
    rates, mean = [], 0.0
    for _ in range(net.epochs):
        start, seen, total, right = time.perf_counter(), 0, 0.0, 0
        for pictures, labels in batches(x, y):
            made.zero_grad(set_to_none=True)
            scores = module(pictures)
            loss = loss_of(scores, labels)
            loss.backward()
            made.step()
            seen += len(labels)
            total += loss.item() * len(labels)
            right += int((scores.argmax(1) == labels).sum())
        rates.append(seen / (time.perf_counter() - start))
        mean = total / seen
    return Measured(rates, sum(w.numel() for w in module.parameters()), mean)


def plain_loader(name: str, net: Net) -> Measured:
    """Batches from torch's DataLoader."""
    from torch.utils.data import DataLoader, TensorDataset

    return loop(
        name, net, lambda x, y: DataLoader(TensorDataset(x, y), BATCH, shuffle=True, drop_last=True)
    )


def plain_indexed(name: str, net: Net) -> Measured:
    """Batches indexed from one tensor."""
    import torch

    def batches(x: Any, y: Any) -> Any:
        for places in torch.randperm(len(x)).split(BATCH):
            yield x[places], y[places]

    return loop(name, net, batches)


def lightning(name: str, net: Net) -> Measured:
    """Lightning's trainer, with everything off that can be."""
    import logging

    import lightning as L  # noqa: N812 as its users write it
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)

    class Module(L.LightningModule):  # type: ignore[misc,name-defined] # it has no types
        def __init__(self) -> None:
            super().__init__()
            self.inside = plain(name)
            self.rates: Epochs = []
            self.total = self.seen = 0.0

        def training_step(self, batch: Any, place: int) -> Any:  # noqa: ARG002 Lightning's signature
            pictures, labels = batch
            loss = torch.nn.functional.cross_entropy(self.inside(pictures), labels)
            self.total += loss.item() * len(labels)
            self.seen += len(labels)
            return loss

        def configure_optimizers(self) -> Any:
            return torch.optim.AdamW(self.parameters(), lr=0.001, weight_decay=0.02)

        def on_train_epoch_start(self) -> None:
            self.start, self.total, self.seen = time.perf_counter(), 0.0, 0.0

        def on_train_epoch_end(self) -> None:
            self.rates.append(self.seen / (time.perf_counter() - self.start))

    L.seed_everything(0)
    module = Module()
    trainer = L.Trainer(
        max_epochs=net.epochs, accelerator="cpu", logger=False, enable_checkpointing=False,
        enable_progress_bar=False, enable_model_summary=False,
    )  # fmt: skip
    loader = DataLoader(TensorDataset(*normalised(net)), BATCH, shuffle=True, drop_last=True)
    trainer.fit(module, loader)
    params = sum(weight.numel() for weight in module.parameters())
    return Measured(module.rates, params, module.total / module.seen)


class KerasParts:
    """Keras' layers with the channels where its backend prefers them."""

    def __init__(self, keras: Any, *, first: bool) -> None:
        self.keras, self.layers = keras, keras.layers
        self.axis = 1 if first else -1
        keras.config.set_image_data_format("channels_first" if first else "channels_last")

    def conv(self, x: Any, width: int, size: int, stride: int = 1, pad: int = 0) -> Any:
        """A convolution without biases, batch norm, ReLU."""
        return self.layers.ReLU()(self.norm(self.bare(x, width, size, stride, pad)))

    def bare(self, x: Any, width: int, size: int, stride: int = 1, pad: int = 0) -> Any:
        """A convolution alone."""
        if pad:
            x = self.layers.ZeroPadding2D(pad)(x)
        return self.layers.Conv2D(width, size, stride, use_bias=False)(x)

    def norm(self, x: Any) -> Any:
        """Batch norm."""
        return self.layers.BatchNormalization(self.axis)(x)

    def lenet(self, x: Any) -> Any:
        """LeNet up to its last layer."""
        relu = {"activation": "relu"}
        x = self.layers.Conv2D(6, 5, **relu)(self.layers.ZeroPadding2D(2)(x))
        x = self.layers.Conv2D(16, 5, **relu)(self.layers.MaxPool2D(2)(x))
        x = self.layers.Flatten()(self.layers.MaxPool2D(2)(x))
        return self.layers.Dense(84, **relu)(self.layers.Dense(120, **relu)(x))

    def resnet(self, x: Any) -> Any:
        """ResNet-18 up to its last layer."""
        x = self.layers.ZeroPadding2D(1)(self.conv(x, 64, 7, 2, 3))
        x, inputs = self.layers.MaxPool2D(3, 2)(x), 64
        for width, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
            for step in (stride, 1):
                body = self.norm(self.bare(self.conv(x, width, 3, step, 1), width, 3, 1, 1))
                if step != 1 or inputs != width:
                    x = self.norm(self.bare(x, width, 1, step))
                x, inputs = self.layers.ReLU()(self.layers.Add()([body, x])), width
        return self.layers.GlobalAveragePooling2D()(x)


def keras(name: str, net: Net, backend: str) -> Measured:
    """Keras' fit on arrays, channels first on torch and last on JAX, as each prefers."""
    os.environ["KERAS_BACKEND"] = backend
    import keras as k

    parts = KerasParts(k, first=backend == "torch")
    k.utils.set_random_seed(0)
    given = k.Input(net.shape if backend == "torch" else (*net.shape[1:], net.shape[0]))
    body = parts.lenet(given) if name.startswith("LeNet") else parts.resnet(given)
    module = k.Model(given, k.layers.Dense(CLASSES)(body))
    module.compile(
        k.optimizers.AdamW(0.001, weight_decay=0.02),
        k.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    pictures, labels = (each.numpy() for each in normalised(net))
    if backend == "jax":
        pictures = pictures.transpose(0, 2, 3, 1).copy()
    rates: Epochs = []

    class Clock(k.callbacks.Callback):  # type: ignore[misc,name-defined] # it has no types
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002 Keras' signature
            self.start = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002 as above
            rates.append(len(labels) / (time.perf_counter() - self.start))

    history = module.fit(pictures, labels, BATCH, net.epochs, verbose=0, callbacks=[Clock()])
    params = sum(math.prod(weight.shape) for weight in module.trainable_weights)
    return Measured(rates, params, float(history.history["loss"][-1]))


TOOLS: dict[str, tuple[Callable[[str, Net], Measured], str]] = {
    "netsheet": (netsheet, "torch"),
    "plain loop, DataLoader": (plain_loader, "torch"),
    "plain loop, indexed": (plain_indexed, "torch"),
    "Lightning": (lightning, "lightning"),
    "Keras on torch": (lambda name, net: keras(name, net, "torch"), "keras"),
    "Keras on JAX": (lambda name, net: keras(name, net, "jax"), "jax"),
    "netsheet, bfloat16": (netsheet_bfloat16, "torch"),
}
"""What is measured, and the module that it needs."""


def one(tool: str, name: str, threads: int, *, cpu_time: bool) -> None:
    """Measure one tool in this process, and print it as JSON."""
    warnings.simplefilter("ignore")
    if cpu_time:
        time.perf_counter = time.process_time
    import torch

    torch.set_num_threads(threads)
    found = TOOLS[tool][0](name, NETS[name])
    print("measured " + json.dumps(found._asdict()))


def in_a_process(tool: str, name: str, threads: int, *, cpu_time: bool = False) -> Measured | None:
    """Measure one tool in a process of its own; None if it fails, which is said."""
    environment = {
        **os.environ, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads),
        "TF_CPP_MIN_LOG_LEVEL": "3", "JAX_PLATFORMS": "cpu",
    }  # fmt: skip
    if threads == 1:
        environment["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    command = [sys.executable, __file__, "--one", tool, "--net", name, "--threads", str(threads)]
    command += ["--cpu-time"] * cpu_time
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603 our own interpreter
    for line in done.stdout.splitlines():
        if line.startswith("measured "):
            return Measured(**json.loads(line.removeprefix("measured ")))
    last = (done.stderr.strip().splitlines() or ["no word"])[-1]
    print(f"  {tool} failed: {last[:150]}", file=sys.stderr)
    return None


def compare(name: str, net: Net, rounds: int, threads: int, *, cpu_time: bool) -> None:
    """Measure every tool on one network in turn, and print rates and ratios."""
    print(f"\n{name}: {net.params:,} parameters, {net.pictures:,} pictures, batches of {BATCH}")
    rates: dict[str, float] = {}
    losses: dict[str, float] = {}
    tools = [tool for tool, (_, needs) in TOOLS.items() if find_spec(needs) is not None]
    for tool in TOOLS.keys() - set(tools):
        print(f"  {tool} is not installed, and left out")
    for number in range(rounds):
        for tool in tools if number % 2 == 0 else reversed(tools):
            found = in_a_process(tool, name, threads, cpu_time=cpu_time)
            if found is None:
                continue
            if found.params != net.params:
                raise SystemExit(f"{tool} trains {found.params:,} parameters, not {net.params:,}")
            rates[tool] = max(rates.get(tool, 0.0), *found.rates[1:])
            losses[tool] = found.loss
    plain_best = max(rate for tool, rate in rates.items() if tool.startswith("plain"))
    print(f"  {'':<24} {'pictures/s':>11}  {'netsheet is':>11}  loss at the end")
    for tool, rate in rates.items():
        print(
            f"  {tool:<24} {rate:>11,.0f}  {rates['netsheet'] / rate:>10.2f}×  {losses[tool]:.3f}"
        )
    for tool in ("plain loop, DataLoader", "plain loop, indexed"):
        ratio = rates["netsheet"] / rates[tool]
        words = "reached" if ratio >= GOAL else "NOT REACHED"
        print(f"  against the {tool}: {ratio:.2f}×, goal {GOAL}×: {words}")
    ratio = rates["netsheet"] / plain_best
    print(
        f"  never slower than {LEAST}× the faster of them: {'kept' if ratio >= LEAST else 'BROKEN'}"
    )


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser(description="training: netsheet beside other tools")
    options.add_argument("--quick", action="store_true", help="the small network alone")
    options.add_argument("--rounds", type=int, default=3, help="of each tool; 3")
    options.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    options.add_argument("--cpu-time", action="store_true", help="processor time, on one core")
    options.add_argument("--one", help=argparse.SUPPRESS)
    options.add_argument("--net", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.one:
        one(asked.one, asked.net, asked.threads, cpu_time=asked.cpu_time)
        return
    from importlib.metadata import version

    threads = 1 if asked.cpu_time else asked.threads
    clock = "a second of processor time" if asked.cpu_time else "a second"
    load = f"load of the machine {os.getloadavg()[0]:.1f}"
    print(f"torch {version('torch')}, pictures {clock}, threads: {threads}, {load}")
    print(f"best of {asked.rounds} rounds")
    for name, net in list(NETS.items())[: 1 if asked.quick else None]:
        compare(name, net, asked.rounds, threads, cpu_time=asked.cpu_time)


if __name__ == "__main__":
    main()
