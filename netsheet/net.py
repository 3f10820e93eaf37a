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
from netsheet.core.errors import ChoiceError, FileError, TableError
from netsheet.core.graph import Graph
from netsheet.core.shape import Shape
from netsheet.core.span import shorten

if TYPE_CHECKING:
    from netsheet.compare.difference import Difference
    from netsheet.sheet.infer import Totals
    from netsheet.sheet.sheet import Sheet, SheetRow

LARGEST_FILE = 16_000_000


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

    def to_torch(self, *, seed: int | None = 0) -> Any:  # noqa: ANN401 torch.nn.Module
        """The torch module: names of rows are names of modules, weights drawn from `seed`."""
        from netsheet.run.realise import realise

        return realise(self.graph, seed=seed)

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
    """A network from the zoo by name, from a sheet's path (`path.md#variant`), or from text.

    input: another input than the sheet's, C×H×W. Raises TableError with every problem of the
    text, ChoiceError for an unknown name, FileError for a file that can't be read.
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


def read_file(path: Path) -> str:
    """A sheet's text; FileError says why it can't be read."""
    try:
        if path.is_dir():
            message = f"{path} is a folder, not a sheet"
            raise FileError(message, path=path)
        size = path.stat().st_size
        if size > LARGEST_FILE:
            message = f"{path} has {size:,} bytes; a sheet has at most {LARGEST_FILE:,}"
            raise FileError(message, path=path)
        data = path.read_bytes()
    except OSError as error:
        reason = {
            "FileNotFoundError": "there is no such file",
            "PermissionError": "it may not be read",
        }
        message = (
            f"{path} can't be read: {reason.get(type(error).__name__, error.strerror or error)}"
        )
        raise FileError(message, path=path) from error
    return decode(data, str(path))


def decode(data: bytes, source: str) -> str:
    """Text from bytes: UTF-8, or UTF-16 with its mark; FileError names the place otherwise."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            message = f"{source} begins like UTF-16, but isn't"
            raise FileError(message, path=source) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        byte = f"byte 0x{data[error.start]:02x} in line {line}"
        message = f"{source} is not UTF-8: {byte}; save it as UTF-8"
        raise FileError(message, path=source) from error


def from_imported(imported: Imported, source: str) -> Net:
    """A network that a format's reader gave."""
    return Net(
        imported.graph,
        source=source,
        weights=imported.weights,
        missing=imported.missing,
        notes=imported.notes,
    )


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


__all__ = ["Net", "TableError", "decode", "diff", "from_text", "load", "networks", "read_file"]
