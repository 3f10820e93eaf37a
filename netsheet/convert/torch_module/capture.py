"""A module run on shapes alone, every call of torch noted.

Requirements met here: the module's own code runs, on tensors without values (torch's "meta"
device): no data, no gradients, no copy of its weights; afterwards the module and the random
state are exactly as before, also where the run raised an error.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from typing import Any, NamedTuple

from netsheet.convert.torch_module.functions import Known, by_name, learn, overwriting
from netsheet.convert.torch_module.trace import LAYER, Call, Leaf, Trace, Traced, Visit
from netsheet.convert.torch_module.untouched import untouched
from netsheet.core.errors import UnsupportedError
from netsheet.layers.base import Layer

BATCH = 17
"""Samples of the run: a number that no network has as a size, so that the batch is told apart."""


class Entry(NamedTuple):
    """A tensor that was met: itself (held, so that its place isn't taken), its twin, and its trace.

    The twin has its shape and no values; a tensor of the run is its own.
    """

    tensor: Any
    twin: Any
    traced: Traced


class Recorder:
    """Notes every call of torch's functions, and carries it out on shapes."""

    def __init__(self, module: Any, trace: Trace) -> None:
        import torch

        self.torch = torch
        self.trace = trace
        self.known: dict[int, Entry] = {}
        self.functions: dict[Any, Known] = {}
        self.paths = {id(part): path for path, part in module.named_modules()}
        self.names = {id(tensor): name for name, tensor in module.named_buffers()}
        self.names |= {id(tensor): name for name, tensor in module.named_parameters()}
        self.visits: dict[str, int] = {}
        self.stack = [Visit("", "", type(module).__name__)]
        self.modules: list[int] = []
        self.silent = 0
        trace.visits.append(self.stack[0])
        trace.words = {path: type(part).__name__ for path, part in module.named_modules()}

    # Where the run is.

    def enter(self, module: Any, _: Any) -> None:
        """A module is called: from here on rows stand in it, unless it is a row itself."""
        self.modules.append(id(module))
        self.silent += isinstance(vars(module).get("layer"), Layer)
        above = self.stack[-1]
        path = self.paths.get(id(module))
        if path == "":
            self.stack.append(above)
            return
        if path is None:
            name = f"{above.name}.{type(module).__name__}".lstrip(".")
        elif not above.path or path.startswith(f"{above.path}."):
            inside = path[len(above.path) + 1 :] if above.path else path
            name = f"{above.name}.{inside}".lstrip(".")
        else:
            name = path
        times = self.visits[name] = self.visits.get(name, 0) + 1
        if times > 1:
            name = f"{name}_{times}"
        visit = Visit(name, path or "", type(module).__name__, above)
        self.stack.append(visit)
        self.trace.visits.append(visit)

    def leave(self, module: Any, args: Any, out: Any) -> Any:
        """It has returned; what it called and never returned from is left too.

        What is given goes on instead of the outcome: a row that gives what it reads, or overwrites
        it, has an outcome of its own.
        """
        layer = vars(module).get("layer")
        instead = None
        if isinstance(layer, Layer):
            self.silent -= 1
            if not self.silent:
                instead = _like(self.torch, out) if any(one is out for one in args) else None
                self._row(module, layer, args, out if instead is None else instead)
        while self.modules:
            self.stack.pop()
            if self.modules.pop() == id(module):
                break
        return instead

    def _row(self, module: Any, layer: Layer, args: Any, out: Any) -> None:
        """Note the call of a module that was made from a row: it is that row."""
        read: list[Entry] = []
        traced, _ = self._swapped(tuple(args), read)
        stored = {**dict(module.named_parameters()), **dict(module.named_buffers())}
        weights = {name: self._swapped(tensor, [])[0] for name, tensor in stored.items()}
        call = Call(LAYER, module, (layer, *traced), {"weights": weights}, self.stack[-1])
        made = Traced(tuple(out.shape), any(entry.traced.varies for entry in read), call)
        call.made = (made,)
        self.known[id(out)] = Entry(out, out, made)
        self.trace.calls.append(call)

    @property
    def where(self) -> str:
        """The module that is running, for messages."""
        return self.stack[-1].name or self.trace.name

    # What is called.

    def handle(self, function: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Carry out one call on shapes, and note it."""
        known = self.functions.get(function)
        if known is None:
            known = self.functions[function] = learn(function)
        if known.sort == "passive":
            return function(*args, **kwargs)
        args, named = by_name(function, known.name, args)
        kwargs = {**named, **kwargs}
        read: list[Entry] = []
        traced_args, twin_args = self._swapped(args, read)
        traced_kwargs: Any = {}
        twin_kwargs: Any = {}
        for name, value in kwargs.items():
            traced_kwargs[name], twin_kwargs[name] = self._swapped(value, read)
        varies = any(entry.traced.varies for entry in read)
        call = Call(known.name, function, traced_args, traced_kwargs, self.stack[-1])
        if known.sort == "number":
            return self._number(call, read, varies=varies)
        if known.sort == "same" and read:
            return self._same(call, read[0], args, kwargs)
        call.late = any(entry.traced.stale for entry in read)
        call.in_place = known.in_place or overwriting(known.name, args, kwargs)
        out = self._run(call, known.sort, read, twin_args, twin_kwargs)
        return self._note(call, known.sort, read, out, varies=varies)

    def _swapped(self, value: Any, read: list[Entry]) -> tuple[Any, Any]:
        """Nested arguments twice: with traced tensors, and with twins; `read` gets all entries."""
        if isinstance(value, self.torch.Tensor):
            entry = self.known.get(id(value)) or self._meet(value)
            read.append(entry)
            return entry.traced, entry.twin
        if type(value) in {tuple, list}:
            pairs = [self._swapped(item, read) for item in value]
            kind = type(value)
            return kind(pair[0] for pair in pairs), kind(pair[1] for pair in pairs)
        return value, value

    def _meet(self, tensor: Any) -> Entry:
        """A tensor that is met for the first time: stored in the module, or made out of sight."""
        name = self.names.get(id(tensor))
        if name is None and tensor.is_meta and not self.trained(tensor):
            call = Call("unseen", lambda: None, (), {}, self.stack[-1])
            traced = Traced(tuple(tensor.shape), varies=True, call=call)
            call.made = (traced,)
            self.trace.calls.append(call)
        else:
            leaf = Leaf(name or "", tensor, self.trained(tensor))
            traced = Traced(tuple(tensor.shape), varies=False, leaf=leaf)
        twin = self.torch.empty(tensor.shape, dtype=tensor.dtype, device="meta")
        entry = self.known[id(tensor)] = Entry(tensor, twin, traced)
        self.known[id(twin)] = Entry(twin, twin, traced)
        return entry

    def trained(self, tensor: Any) -> bool:
        """Whether training changes a tensor: whether it is a parameter."""
        return isinstance(tensor, self.torch.nn.Parameter)

    def _number(self, call: Call, read: list[Entry], *, varies: bool) -> Any:
        """A Python number of values, which must not depend on the input."""
        if varies:
            self.refuse(call, "it goes by the values of a map, and there are only shapes")
        values = {id(entry.traced): entry.traced.value() for entry in read}
        if any(value is None for value in values.values()):
            self.refuse(call, "it goes by values, and the module has none")
        from netsheet.convert.torch_module.trace import replaced

        args = replaced(call.args, lambda one: values[id(one)])
        return call.function(*args, **call.kwargs)

    def refuse(self, call: Call, why: str) -> None:
        """Raise UnsupportedError with the place."""
        name = call.name.strip("_")
        raise UnsupportedError(f"{name} at {self.where}: {why}")

    def _same(self, call: Call, entry: Entry, args: Sequence[Any], kwargs: Any) -> Any:
        """The tensor as it is; where its type changes, another with the same trace."""
        dtypes = [x for x in (*args, *kwargs.values()) if isinstance(x, self.torch.dtype)]
        named = {"float": "float32", "double": "float64", "half": "float16"}
        if call.name in named or call.name == "bfloat16":
            dtypes = [getattr(self.torch, named.get(call.name, call.name))]
        if (
            call.name in {"to", "type_as"}
            and len(args) > 1
            and isinstance(args[1], self.torch.Tensor)
        ):
            dtypes = [args[1].dtype]
        twin = entry.twin
        dtype = dtypes[0] if dtypes else twin.dtype
        if call.name not in {"clone", "contiguous"} and dtype == twin.dtype:
            return entry.tensor if entry.tensor.is_meta else twin
        made = self.torch.empty(twin.shape, dtype=dtype, device="meta")
        traced = Traced(entry.traced.shape, entry.traced.varies, call)
        call.made = (traced,)
        if not self.silent:
            self.trace.calls.append(call)
        self.known[id(made)] = Entry(made, made, traced)
        return made

    def _run(
        self, call: Call, sort: str, read: list[Entry], args: Any, kwargs: Mapping[str, Any]
    ) -> Any:
        """The outcome on shapes; of what is common, without asking torch, which is slow at it."""
        torch = self.torch
        if sort == "like" and isinstance(args[0] if args else None, torch.Tensor):
            return args[0] if call.in_place else _like(torch, args[0])
        if sort == "joining" and len(args) > 1 and not args[2:]:
            one, other = args
            if isinstance(one, torch.Tensor) and one.is_floating_point():
                same = isinstance(other, float | int) or (
                    isinstance(other, torch.Tensor)
                    and one.shape == other.shape
                    and one.dtype == other.dtype
                )
                if same:
                    return one if call.in_place else _like(torch, one)
        if not read and kwargs.get("device") is not None:
            kwargs = {**kwargs, "device": _at_hand(torch, kwargs["device"])}
        return call.function(*args, **kwargs)

    def _note(self, call: Call, sort: str, read: list[Entry], out: Any, *, varies: bool) -> Any:
        """Note what a call made, tensor by tensor."""
        if not read and isinstance(out, self.torch.Tensor):  # made of nothing: stored from now on
            self.known[id(out)] = self._stored(out)
            return out
        if sort == "view" and call.name == "__iter__":
            out = list(out)
        found = list(_tensors(out, self.torch.Tensor))
        if not found:
            return out
        base = read[0].traced
        made = []
        for tensor in found:
            traced = Traced(tuple(tensor.shape), varies, call)
            if sort == "view":
                if base.aliases is None:
                    base.aliases = [base]
                traced.aliases = base.aliases
                base.aliases.append(traced)
            made.append(traced)
            if not self.silent or id(tensor) not in self.known:
                self.known[id(tensor)] = Entry(tensor, tensor, traced)
        call.made = tuple(made)
        if call.in_place and not self.silent:
            self._overwrite(read[0], made[0])
        if not self.silent:
            self.trace.calls.append(call)
        return iter(out) if call.name == "__iter__" else out

    def _stored(self, tensor: Any) -> Entry:
        twin = tensor if tensor.is_meta else _like(self.torch, tensor)
        leaf = Leaf("", tensor, trained=False)
        traced = Traced(tuple(tensor.shape), varies=False, leaf=leaf)
        self.known[id(twin)] = Entry(twin, twin, traced)
        return Entry(tensor, twin, traced)

    def _overwrite(self, entry: Entry, made: Traced) -> None:
        """What an entry stood for is gone, and with it what others read of the same memory."""
        for other in entry.traced.aliases or ():
            other.stale = other is not entry.traced
        self.known[id(entry.tensor)] = Entry(entry.tensor, entry.twin, made)
        self.known[id(entry.twin)] = Entry(entry.twin, entry.twin, made)


def _like(torch: Any, tensor: Any) -> Any:
    return torch.empty(tensor.shape, dtype=tensor.dtype, device="meta")


def _at_hand(torch: Any, device: Any) -> Any:
    """A device that every machine has."""
    return device if torch.device(device).type in {"cpu", "meta"} else "meta"


def _tensors(value: Any, kind: type) -> Iterator[Any]:
    """Every tensor in a nested outcome: tuples, lists, dicts, and objects with fields."""
    if isinstance(value, kind):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _tensors(item, kind)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _tensors(item, kind)


@cache
def _mode() -> Any:
    """The class of torch's that lets a recorder see every call."""
    from torch.overrides import TorchFunctionMode

    class Recording(TorchFunctionMode):
        """Hands every call of torch's functions to a recorder."""

        def __init__(self, recorder: Recorder) -> None:
            super().__init__()
            self.recorder = recorder

        def __torch_function__(
            self, function: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            """Hand on, without the types."""
            del types
            return self.recorder.handle(function, args, kwargs or {})

    return Recording


def capture(
    module: Any, inputs: Mapping[str, tuple[int, ...]], *, training: bool, batch: int = BATCH
) -> Trace:
    """Run a module on inputs of these shapes, without their batch; see `Trace`.

    UnsupportedError with its place where the module goes by values, or is no plain module.
    """
    import torch
    from torch.nn.modules import module as hooks

    trace = Trace(batch, type(module).__name__, parameters=dict(module.named_parameters()))
    recorder = Recorder(module, trace)
    given = []
    for name, shape in inputs.items():
        tensor = torch.empty((batch, *shape), device="meta")
        traced = trace.inputs[name] = Traced((batch, *shape), varies=True)
        recorder.known[id(tensor)] = Entry(tensor, tensor, traced)
        given.append(tensor)
    with ExitStack() as stack:
        stack.enter_context(untouched(module, training=training))
        stack.enter_context(torch.no_grad())
        handles = [
            hooks.register_module_forward_pre_hook(recorder.enter),
            hooks.register_module_forward_hook(recorder.leave),
        ]
        for handle in handles:
            stack.callback(handle.remove)
        stack.enter_context(_mode()(recorder))
        outcome = module(*given)
    _outputs(recorder, outcome, "", trace.outputs)
    return trace


def _outputs(recorder: Recorder, outcome: Any, name: str, found: dict[str, Traced]) -> None:
    """The tensors of an outcome that depend on an input, by where they stand in it."""
    if isinstance(outcome, recorder.torch.Tensor):
        entry = recorder.known.get(id(outcome))
        if entry is not None and entry.traced.varies:
            found[name] = entry.traced
        return
    if isinstance(outcome, Mapping):
        items: list[tuple[Any, Any]] = list(outcome.items())
    elif isinstance(outcome, list | tuple):
        items = list(zip(getattr(outcome, "_fields", range(len(outcome))), outcome, strict=True))
    elif hasattr(outcome, "__dataclass_fields__"):
        items = [(field, getattr(outcome, field)) for field in outcome.__dataclass_fields__]
    else:
        return
    for key, item in items:
        _outputs(recorder, item, f"{name}_{key}".lstrip("_"), found)
