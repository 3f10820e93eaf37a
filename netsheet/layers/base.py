"""What a layer kind is: a frozen value that states a few primitives; everything else is derived.

Requirements met here: attributes are declared once (meaning, symbol, bounds, default, headings
that papers use) and are checked when the layer is made; a layer states output, weights,
multiply-adds and window, and a `Facts` record of plain ints is computed from these once per
input shape; handed numbers that remember, the same rules explain themselves.
"""

from abc import ABC
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cache
from typing import Any, ClassVar, NamedTuple, Self

from netsheet.core.errors import RuleError
from netsheet.core.numbers import product
from netsheet.core.shape import AXIS_WORDS, Shape
from netsheet.layers.absent import absent
from netsheet.layers.attribute import Attribute, check_value, named, show

Axes = int | tuple[int, ...]
"""One number for every axis, or one a axis."""

VALUE_BYTES = 4
"""torch's own intermediate values are counted as 32-bit floats."""


class Weight(NamedTuple):
    """One stored tensor of a layer: its name and shape as torch keeps it, and what it is for.

    role: "weight" or "bias" (both are changed by training), or "buffer" (stored, not trained).
    """

    name: str
    shape: tuple[int, ...]
    role: str = "weight"

    @property
    def count(self) -> int:
        """Number of values, multiplied as people say it: window first, then channels."""
        return product(reversed(self.shape))


class Window(NamedTuple):
    """What one axis of the output reads: output i reads (i·stride + first … i·stride + last)/up.

    `up` is the step between inputs, for layers that enlarge; with 1 the window is exact and
    its `reads` positions lie `gap` apart (the dilation).
    """

    reads: int
    stride: int = 1
    first: int = 0
    gap: int = 1
    up: int = 1

    @property
    def last(self) -> int:
        """Offset of the last position read."""
        return self.first + (self.reads - 1) * self.gap


POINT = Window(1)
"""Each output position reads its own input position."""

POINTS = ((), (POINT,), (POINT, POINT), (POINT, POINT, POINT))
"""The same for every rank."""


class Whole(NamedTuple):
    """Every output reads the whole axis, `exact` if all of it."""

    exact: bool = True


class Keeps(NamedTuple):
    """What training keeps of a layer for its backward pass, as torch does.

    input, output: whether the values read or made are kept. extra: further bytes, such as the
    places of a pool's winners.
    """

    input: bool = False
    output: bool = False
    extra_bytes: int = 0


class Facts(NamedTuple):
    """The numbers of one layer on one input shape; plain ints."""

    output: Shape
    values: int
    weights: int
    biases: int
    buffers: int
    macs: int
    bias_adds: int
    inputs: int
    windows: tuple[Window | Whole, ...]
    pointwise: bool
    keeps: Keeps
    scratch_bytes: int

    @property
    def params(self) -> int:
        """What training changes: weights and biases."""
        return self.weights + self.biases


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Layer(ABC):
    """A layer kind; see any file beside this one.

    Equality, hash and text are written here once, and not made anew for each kind: making them
    would take a tenth of the time in which netsheet starts.
    """

    kind: ClassVar[str] = ""
    aliases: ClassVar[tuple[str, ...]] = ()
    family: ClassVar[str] = "other"
    source: ClassVar[str] = ""
    inputs: ClassVar[tuple[int, int]] = (1, 1)
    presets: ClassVar[dict[str, dict[str, str]]] = {}
    """Other words for the kind that settle some attributes: "depthwise conv" is groups = in."""
    shorthand: ClassVar[tuple[str, ...]] = ()
    """Patterns of one-word notations, with attributes as named groups: `conv3-64`."""
    short: ClassVar[str] = ""
    """Short name that a row gets when nobody names it: `bn`; the kind's own where empty."""
    argument: ClassVar[str] = ""
    """The attribute that a lone number in brackets sets: `dropout (40%)`."""
    torch_calls: ClassVar[tuple[str, ...]] = ()
    """Functions of torch that are this kind; `from_torch` has their arguments (see Operand)."""
    torch_reads: ClassVar[str] = "plain"
    """How a map may be laid that `from_torch` is handed.

    "any": each value is by itself, and however a map is cut is all one; "turned": axes are told
    apart by their letters, in whatever order; "plain": as the kind's rules have it.
    """
    examples: ClassVar[
        tuple[tuple[dict[str, Any], tuple[tuple[int, ...], ...], tuple[int, ...]], ...]
    ] = ()

    memo: dict[Any, Facts] = field(default_factory=dict, init=False, repr=False, compare=False)

    output: ClassVar[Callable[..., Shape]]

    onnx_ops: ClassVar[tuple[str, ...]] = ()
    """The operators of ONNX that may be this kind: those that `from_onnx` is asked about."""

    from_onnx: ClassVar[Callable[..., Any]] = absent("no operator is this kind")
    """The layer that an operator is. Its signature is the operator's: first its inputs, of which
    those called x are maps, given as their shapes, and the others constants, called as the
    weights that they are; then, by keyword, its attributes with the standard's names and
    defaults. UnsupportedError says what the kind can't do."""

    def values(self) -> tuple[Any, ...]:
        """The attributes' values, in the order of their declarations."""
        return tuple([getattr(self, declared.name) for declared in self.attributes()])

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.values() == other.values()

    def __hash__(self) -> int:
        return hash((type(self), self.values()))

    def __repr__(self) -> str:
        given = zip(self.attributes(), self.values(), strict=True)
        inside = ", ".join(f"{declared.name}={value!r}" for declared, value in given)
        return f"{type(self).__name__}({inside})"

    def __post_init__(self) -> None:
        """Check every attribute against its declaration; RuleError names the one at fault."""
        for declared in self.attributes():
            value = getattr(self, declared.name)
            check_value(declared, value, self.kind)
            lone = type(value) is tuple and len(value) == 1 and isinstance(value[0], int)
            if lone and declared.form != "sizes":
                # One number for one axis and one for all axes are one thing, written one way.
                object.__setattr__(self, declared.name, value[0])

    @classmethod
    def attributes(cls) -> tuple[Attribute, ...]:
        """The declarations of this kind's attributes, in order."""
        return _attributes(cls)

    def weights(self, *xs: Shape) -> tuple[Weight, ...]:  # noqa: ARG002 kinds that have weights use it
        """Every stored tensor, given the input shapes."""
        return ()

    def macs(self, *shapes: Shape) -> int:  # noqa: ARG002 kinds that multiply use it
        """Multiply-adds for one sample, given the input shapes and then the output's; no biases."""
        return 0

    def windows(self, *xs: Shape) -> tuple[Window | Whole, ...]:
        """What each axis of the output reads of the first input; by default its own position."""
        return POINTS[xs[0].rank]

    def keeps(self, *xs: Shape) -> Keeps:  # noqa: ARG002 kinds with extra bytes use it
        """What training keeps for the backward pass."""
        return Keeps()

    def scratch_bytes(self, *xs: Shape) -> int:  # noqa: ARG002 kinds that need it use it
        """Bytes that torch holds only while the layer runs, beside input and output."""
        return 0

    @property
    def shares_storage(self) -> str:
        """When the output is the input's own memory: never, always, or in use (not in training)."""
        return "never"

    @property
    def in_place(self) -> bool:
        """Whether the output overwrites the input."""
        return False

    @classmethod
    def nickname(cls) -> str:
        """What a row of this kind is called when nobody names it."""
        return cls.short or cls.kind.replace(" ", "_")

    def describe(self) -> str:
        """The kind with what matters most, as a person would name it: `conv 5×5, 256`."""
        return self.kind

    def drawn(self) -> "Layer":
        """The layer as drawings tell it from others; what differs in training alone is left out."""
        return self

    def to_torch(self, nn: Any, *xs: Shape) -> Any:
        """The torch module that computes this layer; `nn` is netsheet.run.nn."""
        raise NotImplementedError

    def to_onnx(self, onnx: Any, *xs: Shape) -> Any:
        """The value that the layer's operators put out; `onnx` lays them down.

        See `netsheet.convert.onnx_model.builder`. A kind that has no operators is
        `absent("why")` here.
        """
        raise NotImplementedError

    def remembering(self) -> Self:
        """The same layer with its numbers named by their symbols, for explanation."""
        symbols: dict[str, Any] = {}
        for declared in self.attributes():
            value = getattr(self, declared.name)
            if declared.symbol:
                symbols[declared.name] = named(value, declared.symbol)
        return replace(self, **symbols)

    def facts(self, *xs: Shape) -> Facts:
        """The layer's numbers on these input shapes, computed once; RuleError if it refuses."""
        key = xs[0] if len(xs) == 1 else xs
        found = self.memo.get(key)
        if found is None:
            if len(self.memo) > 256:  # noqa: PLR2004 a search over sizes must not grow without end
                self.memo.clear()
            found = self.memo[key] = self._facts(*xs)
        return found

    def _facts(self, *xs: Shape) -> Facts:
        y = self.output(*xs)
        values = y.values
        weights = biases = buffers = 0
        for weight in self.weights(*xs):
            if weight.role == "weight":
                weights += weight.count
            elif weight.role == "bias":
                biases += weight.count
            else:
                buffers += weight.count
        windows = self.windows(*xs) if xs else ()
        return Facts(
            output=y,
            values=values,
            weights=weights,
            biases=biases,
            buffers=buffers,
            macs=self.macs(*xs, y),
            bias_adds=values if biases and self.family in WEIGHTED else 0,
            inputs=sum([x.values for x in xs]),
            windows=windows,
            pointwise=windows == POINTS[len(windows)],
            keeps=self.keeps(*xs),
            scratch_bytes=self.scratch_bytes(*xs),
        )


WEIGHTED = frozenset({"conv", "dense"})
"""Families whose outputs are sums of many inputs times trained weights: these count as depth."""

SUMMING = WEIGHTED | {"matmul"}
"""Families whose outputs are weighted sums, whatever the weights come from: these are neurons."""


@cache
def _attributes(cls: type[Layer]) -> tuple[Attribute, ...]:
    declared = []
    for item in fields(cls):
        if not item.init:
            continue
        required = item.default is MISSING and item.default_factory is MISSING
        declared.append(
            Attribute(
                item.name,
                default=None if required else item.default,
                required=required,
                **item.metadata,
            )
        )
    return tuple(declared)


def per_axis(value: Axes, rank: int, *, attribute: str) -> tuple[int, ...]:
    """One number for each axis: a single number stands for all; RuleError for too few or many."""
    if isinstance(value, int):
        return (value,) * rank
    if len(value) != rank:
        axes = "one axis" if rank == 1 else f"{rank} axes"
        what = f"{attribute} {show(value)} has {len(value)} numbers, and the input has {axes}"
        raise RuleError(
            what, hint="give one number for all axes, or one number an axis", attribute=attribute
        )
    return value


def axes_of(letters: str, x: Shape, *, attribute: str) -> tuple[int, ...]:
    """The places of axes given by their letters, C at 0; RuleError for one that x doesn't have."""
    there = ("C", *x.axes)
    for letter in letters:
        if letter not in there:
            what = f"{x} has no {AXIS_WORDS[letter]}"
            has = ", ".join(f"{each} ({AXIS_WORDS[each]})" for each in there)
            raise RuleError(what, hint=f"its axes are {has}", attribute=attribute)
    return tuple(there.index(letter) for letter in letters)


def over_axes(x: Shape, letters: str) -> tuple[Window | Whole, ...]:
    """The windows of a layer that reads some axes whole, and its own place on the others."""
    return tuple(Whole() if letter in letters else POINT for letter in x.axes)


def mixed(x: Shape) -> tuple[Whole, ...]:
    """The windows of a layer after which positions are others: each may read everything."""
    return (Whole(exact=False),) * x.rank


def needs_rank(x: Shape, kind: str) -> None:
    """Refuse a flat vector: it has no axes, and can't be convolved."""
    if not x.size:
        what = f"{kind} can't read {x}, a flat vector: it needs a map, as C×H×W"
        hint = "flatten and dense layers make flat vectors; it belongs above them"
        raise RuleError(what, hint=hint)
