"""What torch holds while it runs, counted by storages: exact, op by op, also on the meta device."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

pytest.importorskip("torch")

import torch
from torch import Tensor, nn
from torch.multiprocessing import reductions
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

WeakRef: Any = reductions.StorageWeakRef


class Meter(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's are untyped
    """Notes every storage that an operation hands out, and how much of it is alive at once.

    What torch's kernels lay out and let go inside one operation isn't seen. Storages of
    `own` tensors, such as a module's parameters, aren't counted.
    """

    def __init__(self, own: Iterable[Tensor] = ()) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # as above
        self.own = {tensor.untyped_storage()._cdata for tensor in own}
        self.alive: dict[int, tuple[Any, int]] = {}
        self.peak = 0

    def see(self, *tensors: Tensor) -> None:
        """Count these from now on, for as long as somebody holds them."""
        self.alive = {key: seen for key, seen in self.alive.items() if not seen[0].expired()}
        for tensor in tensors:
            storage = tensor.untyped_storage()
            if storage._cdata not in self.own:
                self.alive[storage._cdata] = (WeakRef(storage), storage.nbytes())
        self.peak = max(self.peak, sum(size for _, size in self.alive.values()))

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Run one operation, and look at what it made."""
        made = func(*args, **(kwargs or {}))
        self.see(*[leaf for leaf in tree_leaves(made) if isinstance(leaf, Tensor)])
        return made


def own_tensors(module: nn.Module) -> list[Tensor]:
    """A module's parameters and buffers: stored with it, and no activations."""
    return [*module.parameters(), *module.buffers()]


def peak_bytes(module: nn.Module, call: Callable[[], Any]) -> int:
    """Most bytes of activations alive at once while a call runs the module in use."""
    module.eval()
    with torch.no_grad(), Meter(own_tensors(module)) as meter:
        call()
    peak: int = meter.peak
    return peak


def saved_bytes(module: nn.Module, *xs: Tensor) -> int:
    """Bytes of storages that torch saves for the backward pass of one training step."""
    own = {tensor.untyped_storage()._cdata for tensor in own_tensors(module)}
    saved: dict[int, Any] = {}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage._cdata not in own:
            saved[storage._cdata] = storage  # held, so that no later one takes its place
        return tensor

    module.train()
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        module(*xs)
    return sum(storage.nbytes() for storage in saved.values())
