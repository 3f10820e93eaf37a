"""A network as a torch module: the rows' names, shapes and parameters, and nothing else.

Requirements met here: rows run in order and a value is let go after its last reader, so that
what the module holds is what the sheet's memory column says; parameters are named `row.weight`;
the global random state is left alone; modules can be copied and pickled.
"""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor

from netsheet.core.errors import RuleError, UnsupportedError
from netsheet.core.graph import INPUT, OWN, Graph
from netsheet.run import nn
from netsheet.run.initialise import initialise
from netsheet.sheet.infer import infer
from netsheet.sheet.storage import overwrites

if TYPE_CHECKING:
    from netsheet.core.shape import Shape

Output = Tensor | dict[str, Tensor]


class Step(NamedTuple):
    """One row as it is run: way to its module, rows read, rows no longer needed, and copying.

    given: it is an input. copies: it works in place, but what it reads is needed elsewhere.
    """

    way: tuple[str, ...]
    reads: tuple[int, ...]
    frees: tuple[int, ...]
    given: bool
    copies: bool


class Group(torch.nn.Module):
    """Rows whose names begin alike. Rows may have any name, such as `training` or `forward`."""

    def __setattr__(self, name: str, value: Any) -> None:
        """Tell torch's own attributes from rows of the same name."""
        rows = self.__dict__.get("_modules", {})
        if name in rows and not isinstance(value, torch.nn.Module):
            object.__setattr__(self, name, value)
        else:
            super().__setattr__(name, value)

    def hold(self, way: tuple[str, ...], module: torch.nn.Module) -> None:
        """Put a row's module in its place, with groups on the way to it."""
        name, *rest = way
        if not rest:
            self._modules[name] = module
            return
        below = self._modules.setdefault(name, Group())
        assert isinstance(below, Group)  # noqa: S101 a graph has no row that is a group too
        below.hold(tuple(rest), module)


class Network(Group):
    """A network that runs: `network(x)` gives the output, or a dict if there are several.

    Inputs go by position, in the order of their rows, or by the rows' names. Each carries the
    batch first, N×C×H×W, and must have the shape that the network was realised for.
    """

    def __init__(self, graph: Graph, modules: Iterable[torch.nn.Module]) -> None:
        super().__init__()
        self.graph = graph
        facts = infer(graph)
        self.shapes: dict[str, Shape] = {
            graph.rows[place].name: facts[place].output for place in graph.inputs
        }
        outputs = set(graph.outputs)
        in_place = overwrites(graph, facts)
        frees: list[list[int]] = [[] for _ in graph.rows]
        for place, readers in enumerate(graph.readers):
            if readers and place not in outputs:
                frees[readers[-1]].append(place)
        self.steps = tuple(
            Step(
                tuple(row.name.split(".")),
                row.reads,
                tuple(frees[place]),
                row.layer.kind == INPUT,
                row.layer.in_place and place not in in_place,
            )
            for place, row in enumerate(graph.rows)
        )
        self.overwrites = bool(in_place)
        held = list(modules)
        for row, module in zip(graph.rows, held, strict=True):
            if row.shares != OWN:
                share(module, held[row.shares], row.tied)
        for step, module in zip(self.steps, held, strict=True):
            self.hold(step.way, module)

    def row(self, name: str) -> torch.nn.Module:
        """The module of a row or group; ChoiceError for a name that is not there."""
        return self._at(tuple(self.graph.node(name).name.split(".")))

    def _at(self, way: tuple[str, ...]) -> torch.nn.Module:
        module: torch.nn.Module = self
        for name in way:
            found = module._modules[name]  # noqa: SLF001 an attribute of torch's may hide a row's name
            assert found is not None  # noqa: S101 only to tell the type checker
            module = found
        return module

    def forward(self, *inputs: Tensor, **named: Tensor) -> Output:
        """Run every row; RuleError if an input is missing, unknown, or of another shape."""
        values = dict(zip(self.shapes, inputs, strict=False))
        if len(inputs) > len(self.shapes) or named.keys() & values.keys():
            what = f"{self.graph.name} got {len(inputs) + len(named)} inputs"
            raise RuleError(what, hint=f"it reads {', '.join(self.shapes)}")
        return self.consume(values | named)

    def consume(self, inputs: dict[str, Tensor]) -> Output:
        """As `network(**inputs)`, but emptying the dict, so that inputs too can be let go."""
        return self._run(inputs, {})

    def _run(self, inputs: dict[str, Tensor], keep: dict[int, Tensor | None]) -> Output:
        """Run every row, taking inputs out of their dict and noting the rows asked for."""
        self._check(inputs)
        values: dict[int, Tensor] = {}
        for place, step in enumerate(self.steps):
            row = self._at(step.way)
            if step.given:
                values[place] = row(inputs.pop(".".join(step.way)))
            elif step.copies:
                values[place] = row(values[step.reads[0]].clone())
            else:
                values[place] = row(*[values[read] for read in step.reads])
            if place in keep:
                keep[place] = values[place].clone() if self.overwrites else values[place]
            for freed in step.frees:
                del values[freed]
        outputs = {self.graph.rows[place].name: values[place] for place in self.graph.outputs}
        return outputs if len(outputs) > 1 else outputs.popitem()[1]

    def _check(self, inputs: dict[str, Tensor]) -> None:
        """Refuse inputs that are not those the network reads."""
        if inputs.keys() != self.shapes.keys():
            what = f"{self.graph.name} got inputs {', '.join(inputs) or 'none'}"
            raise RuleError(what, hint=f"it reads {', '.join(self.shapes)}")
        for name, shape in self.shapes.items():
            given = tuple(inputs[name].shape)
            if given[1:] != shape:
                what = f'"{name}" was given {"×".join(map(str, given)) or "one number"}'
                need = f"it was realised for N×{shape}, where N is the number of samples"
                raise RuleError(what, sums=(need,), hint="realise graph.with_input(…) for another")


def share(module: torch.nn.Module, owner: torch.nn.Module, names: Collection[str]) -> None:
    """Let a module use another's parameters and buffers: those of these names, or all.

    A tensor by itself is called `value`, whatever it is called where it is used.
    """
    for tensors in (owner._parameters, owner._buffers):  # noqa: SLF001 where torch keeps them
        for name, tensor in tensors.items():
            if not names or name in names or isinstance(owner, nn.Tensor):
                own = "value" if isinstance(module, nn.Tensor) else name
                if isinstance(owner, nn.Tensor) and names and own == name:
                    (own,) = names
                setattr(module, "value" if isinstance(module, nn.Tensor) else own, tensor)


def realise(graph: Graph, *, seed: int | None = 0) -> Network:
    """The network as a torch module on the default device, which may be "meta".

    Weights are He's (see `netsheet.run.initialise`), the same for the same seed on every
    device; `seed=None` draws a new one. UnsupportedError names a row that torch can't run,
    RuleError one that refuses its input.

        >>> import torch
        >>> from netsheet.core.graph import chain
        >>> from netsheet.core.shape import Shape
        >>> from netsheet.layers.registry import find
        >>> rows = [("picture", find("input")(shape=Shape((3, 8, 8)))),
        ...         ("conv1", find("conv")(out=4, kernel=3)), ("fc", find("dense")(out=2))]
        >>> network = realise(chain("small", rows))
        >>> [f"{name} {tuple(weight.shape)}" for name, weight in network.named_parameters()]
        ['conv1.weight (4, 3, 3, 3)', 'conv1.bias (4,)', 'fc.weight (2, 144)', 'fc.bias (2,)']
        >>> network(torch.zeros(5, 3, 8, 8)).shape
        torch.Size([5, 2])
    """
    device = torch.get_default_device()
    if seed is None:
        seed = torch.Generator().seed()
    facts = infer(graph)
    modules: list[torch.nn.Module] = []
    with torch.random.fork_rng(devices=[]):
        for place, row in enumerate(graph.rows):
            try:
                with torch.device("meta"):  # so that torch's own initialisation costs nothing
                    module = row.layer.to_torch(nn, *(facts[read].output for read in row.reads))
            except NotImplementedError as error:
                message = f'"{row.name}": {row.layer.kind} has no form in torch'
                raise UnsupportedError(message) from error
            if device.type != "meta":
                module.to_empty(device=device)
                initialise(module, graph, place, facts[place], seed)
            module.layer = row.layer  # so that whoever reads the module knows what it is
            modules.append(module)
    return Network(graph, modules)


def activations(
    network: Network, x: Tensor | dict[str, Tensor], names: Iterable[str]
) -> dict[str, Tensor]:
    """What the rows and groups of these names put out on an input, by name.

    A group puts out what its last row does. ChoiceError for a name that is not there.
    """
    places = {name: network.graph.node(name).last for name in names}
    inputs = dict(x) if isinstance(x, dict) else {next(iter(network.shapes)): x}
    keep: dict[int, Tensor | None] = dict.fromkeys(places.values())
    network._run(inputs, keep)  # noqa: SLF001 one module's two doors
    found = {name: keep[place] for name, place in places.items()}
    return {name: value for name, value in found.items() if value is not None}
