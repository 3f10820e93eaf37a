"""Networks from Python values, by the same builder that reads text."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from netsheet.core.errors import Problem, Problems, RuleError, TableError
from netsheet.core.graph import Graph, Group
from netsheet.core.shape import Shape
from netsheet.core.span import shorten
from netsheet.layers.base import Layer
from netsheet.layers.input import Input
from netsheet.layers.registry import suggestion
from netsheet.text.builder import Builder, Place, Placed
from netsheet.text.cells import name_beside

SHOWN = 10


def build(name: str, shape: Shape, rows: Iterable[tuple[Any, ...]]) -> Graph:
    """A graph from (name, layer or layers[, what it reads]); RuleError with everything wrong."""
    problems = Problems()
    builder = Builder(problems)
    with suppress(TableError):  # of more problems than anyone would read, all are in `problems`
        _add_all(builder, shape, rows)
    if problems.found:
        raise _refusal(problems.found)
    return builder.graph(name)


def _add_all(builder: Builder, shape: Shape, rows: Iterable[Any]) -> None:
    """Every row, as long as there is room."""
    above = builder.add("input", Input(shape), (), Placed("the input"))
    places = {"input": above}
    for number, row in enumerate(rows, start=1):
        placed = Placed(f"row {number}")
        try:
            label, layers, reads = _parts(row)
            placed = Placed(f'row {number} "{shorten(label)}"')
            if label in places:
                what = f'two rows are called "{shorten(label)}"'
                raise RuleError(what, hint="give one of them another name")  # noqa: TRY301 noted as all others
            above = _add(builder, label, layers, _reads(reads, places, above), placed)
        except RuleError as error:
            builder.refuse(error, (), placed)
            above = None
            if isinstance(row, tuple | list) and row and isinstance(row[0], str):
                places.setdefault(row[0], None)  # whoever reads it has said nothing wrong
        else:
            places[label] = above
        if builder.full:
            break


def _refusal(problems: Sequence[Problem]) -> RuleError:
    """Everything wrong as one error."""
    if len(problems) == 1:
        [one] = problems
        return RuleError(one.what, sums=tuple(filter(None, (*one.sums, one.known))), hint=one.hint)
    return RuleError("\n\n".join(map(str, problems)))


def _parts(row: Any) -> tuple[str, list[Layer], Any]:  # noqa: ANN401 whatever a caller hands in
    """A row's name, its layers, and what it reads."""
    shape = "a row is (name, layer) or (name, layer, what it reads)"
    if not isinstance(row, tuple | list) or len(row) not in {2, 3}:
        raise RuleError(f"{shorten(repr(row))} is no row", hint=shape)
    label, layers, *reads = row
    if not isinstance(label, str):
        raise RuleError(f"{shorten(repr(label))} is no name", hint=shape)
    given = [layers] if isinstance(layers, Layer) else layers
    if not isinstance(given, tuple | list) or not all(isinstance(each, Layer) for each in given):
        hint = "give a layer, or a list of layers that follow each other"
        raise RuleError(f'row "{shorten(label)}" has no layer: {shorten(repr(layers))}', hint=hint)
    if not given:
        raise RuleError(f'row "{shorten(label)}" has no layer', hint=shape)
    return label, list(given), reads[0] if reads else None


def _reads(given: Any, places: dict[str, Place], above: Place) -> tuple[Place, ...]:  # noqa: ANN401 a name or names
    """The places of the rows that a row reads: those named, or the row above."""
    if given is None:
        return (above,)
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, tuple | list):
        hint = "name a row, or several in a list"
        raise RuleError(f"it can't read {shorten(repr(given))}", hint=hint)
    for name in names:
        if name not in places:
            near = suggestion(str(name), places).removeprefix("; ")
            hint = near or f"rows above: {', '.join(list(places)[-SHOWN:])}"
            what = f'it reads "{shorten(str(name))}", and no row above is called so'
            raise RuleError(what, hint=hint)
    return tuple(places[name] for name in names)


def _add(
    builder: Builder, label: str, layers: list[Layer], reads: tuple[Place, ...], placed: Placed
) -> Place:
    """One row, or a layer and what follows it in place."""
    if len(layers) == 1:
        return builder.add(label, layers[0], reads, placed)
    builder.groups[label] = Group("then", layers[0].kind)
    taken: set[str] = set()
    for layer in layers:
        name = name_beside(layer.nickname(), taken)
        reads = (builder.add(f"{label}.{name}", layer, reads, placed),)
    return reads[0]
