"""The door: a network as people hold it, from the zoo, a file or text, with all it can do.

Requirements met here: every method imports what it needs when it is called, so that holding a
network costs nothing; files are read whole, with bounds, and errors name them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from netsheet.convert.format import NO_WEIGHTS, Imported, Missing, Weights
from netsheet.core.claim import Claim
from netsheet.core.convention import LIVE, MACS, Convention, MemoryModel
from netsheet.core.errors import ChoiceError, TableError, UnsupportedError
from netsheet.core.graph import Graph
from netsheet.core.shape import Shape
from netsheet.core.span import shorten

if TYPE_CHECKING:
    from netsheet.compare.difference import Difference
    from netsheet.sheet.infer import Totals
    from netsheet.sheet.sheet import Sheet, SheetRow


@dataclass(frozen=True)
class Net:
    """A network: its graph of rows, and what its text claims about the computed cells.

    weights: tensors by name (`conv1.weight`), where it was read with any. missing: what the file
    it was read from has and a sheet can't say. notes: what was assumed in reading it.
    """

    graph: Graph
    claims: tuple[Claim, ...] = field(default=(), compare=False)
    text: str = field(default="", compare=False, repr=False)
    source: str = field(default="", compare=False)
    variant: str = field(default="", compare=False)
    weights: Weights = field(default_factory=lambda: NO_WEIGHTS, compare=False, repr=False)
    missing: tuple[Missing, ...] = field(default=(), compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def build(cls, name: str, input: Sequence[int], rows: Iterable[tuple[Any, ...]]) -> "Net":  # noqa: A002 the field's word
        """A network from Python values.

        rows: (name, layer) reads the row above, (name, layer, "other") or (name, layer,
        ["one", "two"]) the rows named; `layer` may be a list, whose further layers follow in
        place. Raises RuleError where a layer refuses its input.
        """
        from netsheet.text.build import build

        return cls(build(name, Shape.of(input), rows))

    @property
    def name(self) -> str:
        """The network's name."""
        return self.graph.name

    @property
    def input(self) -> Shape:
        """Shape of its input, C×H×W."""
        return self.graph.input_shape

    def with_input(self, shape: Sequence[int] | str) -> "Net":
        """The same network on an input of another size, C×H×W."""
        wanted = Shape.parse(shape) if isinstance(shape, str) else Shape.of(shape)
        return replace(self, graph=self.graph.with_input(wanted))

    def sheet(
        self,
        input: Sequence[int] | str | None = None,  # noqa: A002 the field's word
        convention: Convention | str = MACS,
        memory: MemoryModel = LIVE,
    ) -> "Sheet":
        """Every cell computed. RuleError where a layer refuses its input.

        convention: what `ops` counts: macs, flops, with parts as flops+bias, or another tool's
        name: fvcore, thop, torchinfo, …
        """
        from netsheet.sheet.sheet import Sheet

        net = self if input is None else self.with_input(input)
        if isinstance(convention, str):
            from netsheet.sheet.tools import convention as named

            convention = named(convention, self.name)
        sheet = Sheet(net.graph, convention, memory, _display)
        sheet.facts  # noqa: B018 refuses what can't be at once, not when a cell is looked at
        return sheet

    def totals(self) -> "Totals":
        """Parameters, buffers, multiply-adds and neurons, without a sheet: for searches."""
        from netsheet.sheet.infer import totals

        return totals(self.graph)

    def explain(self, row: str = "", column: str = "") -> str:
        """How cells came about: of a row, of one of its columns, or of the totals."""
        return self.sheet().explain(row, column)

    def to_markdown(self) -> str:
        """The network as a canonical sheet; reading it gives the same network."""
        from netsheet.text.write import write_markdown

        return write_markdown(self.graph)

    def to_csv(self) -> str:
        """The main table as CSV, its first row the input; reading it gives the same network."""
        from netsheet.text.write import write_csv

        return write_csv(self.graph)

    def to_svg(
        self, *, depth: int | Literal["auto"] = "auto", fold: bool = True, width: int | None = None
    ) -> str:
        """A drawing of the network by its structure.

        depth: how many levels of groups are opened. fold: whether equal blocks are drawn once,
        with how often they repeat. width: the most pixels it may take across.
        """
        from netsheet.render.svg import draw

        return draw(self.sheet(), depth=depth, fold=fold, width=width)

    def write(self, path: str | Path) -> None:
        """Write it in the format of the path's suffix (.md, .onnx, .py, …), whole or not at all.

        ChoiceError for a suffix that no format has, UnsupportedError where the format can't say
        what the network does, FileError where the file can't be written.
        """
        from netsheet.convert import writer
        from netsheet.core.files import write_whole

        write = writer(path).write
        assert write is not None  # noqa: S101 a writer has one
        write_whole(path, write(self.graph, self.weights))

    def with_weights(self, path: str | Path) -> "Net":
        """The same network with its weights from a .pth, .pt, .safetensors, .npz or .onnx file.

        Their names may be others, if order and shapes determine the match. FileError is the
        whole report where they do not fit; `notes` has it where they do.
        """
        from netsheet.weights.take import take

        taken = take(self.graph, path)
        notes = (*self.notes, taken.report.text().rstrip())
        return replace(self, weights=taken.weights, notes=notes)

    def to_torch(self, *, seed: int | None = 0) -> Any:  # noqa: ANN401 torch.nn.Module
        """The torch module: names of rows are names of modules.

        Its weights are the network's own, and drawn from `seed` where it has none. RuleError
        where they do not fit it, as when it was given another input.
        """
        from netsheet.run.realise import realise

        module = realise(self.graph, seed=seed)
        if self.weights:
            from netsheet.run.weights import fill

            fill(module, self.weights)
        return module

    @cached_property
    def rows(self) -> tuple[str, ...]:
        """Names of its lines."""
        return tuple(node.name for node in self.graph.outline)

    def _repr_svg_(self) -> str:
        return self.to_svg()


def _display(shown: "Sheet | SheetRow") -> str:
    """A sheet or a row as a notebook shows it."""
    from netsheet.render.notebook import fragment, row_fragment
    from netsheet.sheet.sheet import Sheet

    return fragment(shown) if isinstance(shown, Sheet) else row_fragment(shown)


def load(what: str | Path, *, input: Sequence[int] | str | None = None) -> Net:  # noqa: A002 the field's word
    """A network from the zoo by name, from a path, or from text.

    A path is a sheet's (`path.md#variant`), an ONNX file's, or a Python file's with the name of a
    torch module in it, or of what makes one (`path.py:make`). input: another input than it says,
    C×H×W. Raises TableError with every problem of the text, ChoiceError for an unknown name,
    FileError for a file that can't be read or run, UnsupportedError for what can't be imported.
    """
    shape = (
        None if input is None else Shape.parse(input) if isinstance(input, str) else Shape.of(input)
    )
    if isinstance(what, str) and ("\n" in what):
        return from_text(what, shape=shape)
    from netsheet.zoo.catalogue import catalogue, find

    entry = find(str(what))
    if entry is not None:
        return from_text(
            entry.path.read_text(encoding="utf-8"),
            source=entry.path.name,
            variant=entry.variant,
            shape=shape,
        )
    name, _, variant = str(what).partition("#")
    path = Path(name)
    if not path.suffix and not path.exists():
        from netsheet.layers.registry import suggestion

        missing = f'there is no network "{shorten(name)}" in the zoo, and no such file'
        message = missing + suggestion(name, catalogue())
        message += "" if "did you mean" in message else "; `netsheet zoo` lists what is there"
        raise ChoiceError(message)
    from netsheet.convert import reader
    from netsheet.convert.torch_module.file import made, split
    from netsheet.text.file import read_file

    place = split(str(what))
    if place is not None:
        return _from_file(made(*place), shape, str(what))
    other = reader(path)
    if other is not None and other.read is not None:
        return from_imported(other.read(path, shape), str(what))
    return from_text(
        read_file(path), source=str(what).partition("#")[0], variant=variant, shape=shape
    )


def from_text(
    text: str, *, source: str = "text", variant: str = "", shape: Shape | None = None
) -> Net:
    """A network from a sheet's text; TableError with every problem of it."""
    from netsheet.sheet.columns import headings
    from netsheet.text.read import read

    reading = read(text, source=source, computed=headings(), variant=variant, shape=shape)
    return Net(reading.graph, reading.claims, text, source, reading.variant)


def from_imported(imported: Imported, source: str) -> Net:
    """A network that a format's reader gave."""
    return Net(
        imported.graph,
        source=source,
        weights=imported.weights,
        missing=imported.missing,
        notes=imported.notes,
    )


def from_torch(
    module: Any,  # noqa: ANN401 torch.nn.Module
    *inputs: Sequence[int] | str,
    training: bool = False,
    name: str = "",
) -> Net:
    """A network from a torch module, and the shape of each of its inputs, C×H×W without the batch.

    The module's own code runs on shapes alone: no data, no gradients, and the module is as before
    afterwards. Its weights come along. What a sheet can't say is listed in `missing`, and its
    place in the network is kept; what was assumed, in `notes`. training: as it is trained, instead
    of as it is used. Without a shape, that of the input is guessed, which is noted.

    UnsupportedError where the module can't be run so: where its way depends on values, say.
    """
    from netsheet.convert.torch_module import from_module

    shapes = [Shape.parse(each) if isinstance(each, str) else Shape.of(each) for each in inputs]
    imported = from_module(module, *shapes, training=training, name=name)
    return from_imported(imported, f"{type(module).__module__}.{type(module).__qualname__}")


def _from_file(found: Any, shape: Shape | None, source: str) -> Net:  # noqa: ANN401 whatever is there
    """A network from what a Python file has: a torch module, or a network already."""
    if isinstance(found, Net):
        return found if shape is None else found.with_input(shape)
    if not hasattr(found, "forward"):
        what = f"{source} gives {shorten(repr(found))}, which is no torch module"
        raise UnsupportedError(what)
    from netsheet.convert.torch_module import from_module

    return from_imported(from_module(found, *([] if shape is None else [shape])), source)


def from_onnx(path: str | Path, *, input: Sequence[int] | str | None = None) -> Net:  # noqa: A002 the field's word
    """A network from an ONNX file, whatever it is called, with its weights.

    What a sheet can't say is listed in `missing`, and its place in the network is kept where its
    shape is known; what was assumed is in `notes`. Values are read when they are asked for, so
    the file must stay where it is as long as they are. input: the shape of the first input,
    C×H×W, where the file leaves it open or another is wanted.

    FileError for a file that is not whole, contradicts itself, or reaches out of its folder;
    UnsupportedError for opsets before 7, or where nothing of it can be read.
    """
    from netsheet.convert.onnx_model import read

    shape = Shape.parse(input) if isinstance(input, str) else input
    found = read(Path(path), None if shape is None else Shape.of(shape))
    return from_imported(found, str(path))


def diff(
    before: "Net | Sheet | str | Path",
    after: "Net | Sheet | str | Path",
    *,
    input: Sequence[int] | str | None = None,  # noqa: A002 the field's word
    convention: Convention | str = MACS,
    memory: MemoryModel = LIVE,
) -> "Difference":
    """Two networks row by row: what changed, and what that does to each total.

    before, after: networks, sheets, or whatever `load` takes. input: another input for both,
    C×H×W. The value has `equal`, `rows` and `totals`; printed, or shown in a notebook, it tells
    what a reviewer would. Raises what `load` and `Net.sheet` raise.

    >>> import netsheet as ns
    >>> found = ns.diff("resnet50", "resnet50-v1.5")
    >>> found.totals["macs"].difference
    231211008
    >>> [row.name for row in found.rows if row.changes][:2]
    ['conv3_x.1.conv1.conv', 'conv3_x.1.conv2.conv']
    """
    from netsheet.compare.difference import Difference
    from netsheet.sheet.sheet import Sheet

    sheets = [
        each
        if isinstance(each, Sheet)
        else (each if isinstance(each, Net) else load(each)).sheet(input, convention, memory)
        for each in (before, after)
    ]
    return Difference(sheets[0], sheets[1], _display_difference, _tell_difference)


def _display_difference(found: "Difference") -> str:
    """A comparison as a notebook shows it."""
    from netsheet.render.comparison_html import fragment

    return fragment(found)


def _tell_difference(found: "Difference") -> str:
    """A comparison in lines of text."""
    from netsheet.render.comparison_text import render

    return render(found, width=80, colour=False).rstrip("\n")


def networks() -> tuple[str, ...]:
    """Names of the networks that are shipped."""
    from netsheet.zoo.catalogue import catalogue

    return tuple(catalogue())


__all__ = [
    "Net",
    "TableError",
    "diff",
    "from_onnx",
    "from_text",
    "from_torch",
    "load",
    "networks",
]
