"""How many of timm's convolutional models are imported whole: makes docs/timm.md.

    python benchmarks/survey.py                 every one, and the page; about a quarter of an hour
    python benchmarks/survey.py --quick         the smallest of each family, printed
    python benchmarks/survey.py NAME NAME …     these, printed

timm is wanted without what it brings: `pip install --constraint constraints.txt --no-deps timm`.
Models are made on torch's "meta" device, so that nothing is downloaded and no weights are laid out.
"""

import argparse
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import netsheet as ns

PAGE = Path(__file__).parent.parent / "docs" / "timm.md"

MIXING = re.compile(r"Attention|Attn|MHSA|SHSA|LiteMLA|HSMSSD|Lambda|LSTM|Rope|GAU")
"""Classes whose name says that they mix positions otherwise than by convolution."""

WEIGHING = frozenset({"SplitAttn", "SelectiveKernelAttn"})
"""Classes that are called attention, and weigh branches of convolutions."""

WINDOWS = 2
"""Convolutions that overlap which a model has at least: patches cut out of a picture are none."""


class Named(type):
    """A class whose every attribute is its own name: timm asks torchvision for names only."""

    def __getattr__(cls, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        return f"{cls.__name__}.{name}"


class Stub(ModuleType):
    """A module that has any class it is asked for."""

    __path__: tuple[str, ...] = ()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 whatever is asked for
        if name.startswith("__"):
            raise AttributeError(name)
        return Named(name, (), {})


class Finder(MetaPathFinder, Loader):
    """Finds a stub for everything of torchvision."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """A spec for torchvision's modules, and for no other."""
        del path, target
        ours = name.partition(".")[0] == "torchvision"
        return ModuleSpec(name, self, is_package=True) if ours else None

    def create_module(self, spec: ModuleSpec) -> Stub:
        """An empty stub."""
        return Stub(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing in it."""


@contextmanager
def without_torchvision() -> Iterator[None]:
    """Timm's data module wants torchvision, which its models do not need: a stub stands for it."""
    finder = Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name, module in sys.modules.items() if type(module) is Stub]:
            del sys.modules[name]


def library() -> Any:  # noqa: ANN401 a module
    """Timm, imported; ModuleNotFoundError where it isn't there."""
    if find_spec("timm") is None:
        message = "timm is not installed: pip install --no-deps timm"
        raise ModuleNotFoundError(message, name="timm")
    with without_torchvision(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import timm
    return timm


def made(timm: Any, name: str) -> Any:  # noqa: ANN401 a module
    """A model on the device that has no values, in use."""
    import torch

    with torch.device("meta"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return timm.create_model(name, pretrained=False).eval()


def convolutional(model: Any) -> bool:  # noqa: ANN401 a module
    """Whether a model convolves beyond its stem, and mixes positions in no other way."""
    from torch import nn

    names = {type(part).__name__ for part in model.modules()}
    if any(MIXING.search(name) and name not in WEIGHING for name in names):
        return False
    convs = [
        part for part in model.modules() if isinstance(part, nn.Conv1d | nn.Conv2d | nn.Conv3d)
    ]
    overlapping = [
        part
        for part in convs
        if any(k > s for k, s in zip(part.kernel_size, part.stride, strict=True))
    ]
    return len(overlapping) >= WINDOWS


class Finding(NamedTuple):
    """What the import of one model gave."""

    name: str
    family: str
    parameters: int
    counted: int
    macs: int
    flops: int
    missing: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether a sheet says all of it."""
        return not self.missing

    @property
    def exact(self) -> bool:
        """Whether its parameters are the model's, to the last one."""
        return self.counted == self.parameters

    @property
    def agrees(self) -> bool:
        """Whether its multiply-adds are half of what torch's own counter says."""
        return 2 * self.macs == self.flops


def examined(timm: Any, name: str, model: Any) -> Finding:  # noqa: ANN401 modules
    """Import one model, and count it with torch too."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    shape = tuple(model.default_cfg["input_size"])
    family = timm.models.model_entrypoint(name).__module__.rpartition(".")[2]
    parameters = sum(tensor.numel() for tensor in model.parameters())
    try:
        net = ns.from_torch(model, shape)
    except ns.NetsheetError as error:
        params, macs, missing = 0, 0, (str(error),)
    else:
        params, macs = net.totals().params, net.totals().macs
        missing = tuple(map(str, net.missing))
    model.requires_grad_(requires_grad=False)  # the counter's hooks fail at views of parameters
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(torch.empty(1, *shape, device="meta"))
    flops = counter.get_total_flops()
    return Finding(name, family, parameters, params, macs, flops, missing)


def survey(
    timm: Any,  # noqa: ANN401 a module
    names: Iterable[str],
    tell: Callable[[str], Any],
    *,
    kind: bool = True,
) -> list[Finding]:
    """Every model among these names that is convolutional, or every one that is not."""
    found = []
    for name in names:
        model = made(timm, name)
        if convolutional(model) is kind:
            found.append(examined(timm, name, model))
            tell(line(found[-1]))
    return found


def line(found: Finding) -> str:
    """One model on one line."""
    state = "whole" if found.whole else f"{len(found.missing)} missing: {found.missing[0]}"
    exact = "exact" if found.exact else f"{found.counted:,} for {found.parameters:,}"
    macs = "equal" if found.agrees else f"{found.macs:,} for {found.flops / 2:,.0f}"
    return f"{found.name}: {state}; parameters {exact}; multiply-adds {macs}"


def share(part: int, whole: int) -> str:
    """`652 of 658 (99.1 %)`."""
    return f"{part} of {whole} ({100 * part / whole:.1f} %)"


def counts(found: Iterable[Finding]) -> list[int]:
    """How many are whole, exact, and agree with torch's counter."""
    found = list(found)
    return [sum(getattr(each, what) for each in found) for what in ("whole", "exact", "agrees")]


def failing(found: Iterable[Finding]) -> list[str]:
    """A line for each that is not whole, exact and in agreement."""
    lines = [f"- {line(each)}" for each in found if not (each.whole and each.exact and each.agrees)]
    return lines or ["Nothing."]


def page(timm: Any, found: list[Finding], others: list[Finding], models: int) -> str:  # noqa: ANN401 a module
    """The page: the rule, totals, a line for each family, and everything that fails."""
    import torch

    whole, exact, agrees = (share(count, len(found)) for count in counts(found))
    versions = f"timm {timm.__version__} and torch {torch.__version__.partition('+')[0]}"
    weighing = " and ".join(f"`{name}`" for name in sorted(WEIGHING))
    parts = [
        PAGE_HEAD.format(
            versions=versions, models=models, windows=WINDOWS, pattern=MIXING.pattern,
            weighing=weighing, whole=whole, exact=exact, agrees=agrees,
        ),
        "| family | models | whole | parameters | multiply-adds |",
        "|--------|--------|-------|------------|---------------|",
    ]  # fmt: skip
    families: dict[str, list[Finding]] = {}
    for each in found:
        families.setdefault(each.family, []).append(each)
    for family, members in sorted(families.items()):
        parts.append(f"| {family} | {len(members)} | {' | '.join(map(str, counts(members)))} |")
    parts += ["", "## What fails", "", *failing(found)]
    whole, exact, agrees = (share(count, len(others)) for count in counts(others))
    parts += ["", OTHERS_HEAD.format(whole=whole, exact=exact, agrees=agrees), *failing(others)]
    parts += ["", "## The models", ""]
    for family, members in sorted(families.items()):
        parts.append(f"- {family}: {', '.join(each.name for each in members)}")
    return "\n".join(parts) + "\n"


PAGE_HEAD = """\
# timm's convolutional models, imported

Made by `python benchmarks/survey.py` with {versions}.
Each model is made on torch's meta device, without weights, and imported at the input that it names.

Of timm's {models} models those are surveyed that are convolutional, which is decided by two rules.
At least {windows} of a model's convolutions have windows that overlap.
None of its modules has a class whose name says that it mixes positions in another way: `{pattern}`.
{weighing} are called attention and weigh branches of convolutions, so they stay.

- imported whole: {whole}
- parameters equal to the model's, to the last one: {exact}
- multiply-adds equal to half of what torch's own counter says: {agrees}
"""

OTHERS_HEAD = """\
## Models that are not convolutional

They are not what netsheet is for; one of each family, the one of the shortest name, is read all the same.

- imported whole: {whole}
- parameters equal: {exact}
- multiply-adds equal: {agrees}

What fails of these:
"""  # noqa: E501 a sentence on a line


def smallest(timm: Any) -> list[str]:  # noqa: ANN401 a module
    """For each family the model of the shortest name: a small one, and there is one of each."""
    by_family: dict[str, list[str]] = {}
    for name in timm.list_models():
        family = timm.models.model_entrypoint(name).__module__
        by_family.setdefault(family, []).append(name)
    return [min(names, key=lambda name: (len(name), name)) for names in by_family.values()]


def main() -> int:
    """Survey and write, or print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", help="models; all of them if left out")
    parser.add_argument("--quick", action="store_true", help="one model of each family")
    asked = parser.parse_args()
    timm = library()
    names = asked.names or (smallest(timm) if asked.quick else timm.list_models())
    found = survey(timm, names, tell)
    whole, exact, _ = counts(found)
    print(f"{len(found)} convolutional models: {whole} whole, {exact} exact")
    if not asked.names and not asked.quick:
        others = survey(timm, smallest(timm), tell, kind=False)
        PAGE.write_text(page(timm, found, others, len(names)), encoding="utf-8")
    return 0 if whole == exact == len(found) else 1


def tell(text: str) -> None:
    """Print at once."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
