"""Read a sheet: a Markdown document or a CSV of its main table, into a graph and its claims.

Requirements met here: what is read is a `Reading`, complete; every problem of the text comes at
once in one TableError; nothing but netsheet's own errors leaves, whatever the text.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import PurePath
from typing import NamedTuple

from netsheet.core.claim import Claim
from netsheet.core.errors import EnoughError
from netsheet.core.graph import Graph
from netsheet.core.shape import Shape
from netsheet.core.span import shorten
from netsheet.layers.input import Input
from netsheet.layers.registry import key, suggestion, words
from netsheet.text.absent import note_no_table
from netsheet.text.document import parse_csv, parse_markdown
from netsheet.text.elaborate import put_table
from netsheet.text.headings import structure_headings
from netsheet.text.inputs import put_document_input
from netsheet.text.parts import Document, Table
from netsheet.text.turn import Scope
from netsheet.text.variants import choose, variant_names
from netsheet.text.work import Work


class Reading(NamedTuple):
    """What a text says: the network, its claims with their places, and its variants' names."""

    graph: Graph
    claims: tuple[Claim, ...]
    title: str
    variant: str
    variants: tuple[str, ...]


def read(
    text: str,
    *,
    source: str = "sheet",
    computed: Mapping[str, str] | None = None,
    variant: str = "",
    shape: Shape | None = None,
) -> Reading:
    """Read a sheet's text.

    source: its name for messages; a name that ends in .csv is read as CSV. computed: columns
    that are claims, by normalised heading. variant: which network of a document that describes
    several. shape: another input than the text's, C×H×W. Raises TableError with every problem
    of the text, and ChoiceError if there is no such variant.
    """
    document = parse(text, source)
    work = Work(document, computed or {}, shape)
    work.chosen = choose(work, variant)
    scope = Scope("", work.chosen)
    main = document.main
    if main is None:
        note_no_table(document)
        document.problems.check()
        raise AssertionError
    work.standing(Input)  # rules that can't be read are noted, whether any row needs them or not
    _put_input(work, main, scope)
    with suppress(EnoughError):
        put_table(work, main, scope)
        _check_links(work)
        if not document.problems.found and len(work.builder.rows) < 2:  # noqa: PLR2004 an input and a layer
            hint = "add a row: | conv1 | conv | 16 | 3×3 |"
            document.problems.add("the table has no layers", main.span, hint=hint)
    document.problems.check()
    title = variant or document.title or PurePath(source).stem
    graph = work.builder.graph(title)
    names = variant_names(document)
    return Reading(graph, tuple(work.claims), document.title, variant, names)


def parse(text: str, source: str) -> Document:
    """The parts of a text: CSV by its name, Markdown otherwise."""
    if source.casefold().endswith(".csv"):
        return parse_csv(text, source)
    return parse_markdown(text, source)


def _put_input(work: Work, main: Table, scope: Scope) -> None:
    """The input above the table; noted if there is none, and no row for it."""
    document = work.document
    in_table = _has_input_row(main)
    if document.inputs or (work.shape is not None and not in_table):
        scope.above = put_document_input(work)
        scope.set("input", scope.above)
    elif not in_table:
        scope.above = None
        hint = "write it above the table, channels first: Input: 3×224×224"
        if document.source.casefold().endswith(".csv"):
            hint = 'begin with a row whose layer is input, with its shape under "output"'
        where = document.vague or main.span
        document.problems.add("the input's size is not given", where, hint=hint)


def _has_input_row(table: Table) -> bool:
    """Whether some row's layer is an input."""
    headings = structure_headings()
    places = [p for p, cell in enumerate(table.headings) if headings.get(key(cell.text)) == "layer"]
    return any(
        words().get(key(row[place].text.partition("(")[0])) is Input
        for place in places
        for row in table.rows
        if place < len(row)
    )


def _check_links(work: Work) -> None:
    """Note tables of connections that no row has used."""
    rows = {line.name for plan in work.plans.values() for line in plan.lines}
    for name, table in work.document.links.items():
        if name not in work.linked and name not in rows:
            what = f'connections for "{shorten(name)}", and no row of the main table is called so'
            near = suggestion(name, rows).removeprefix("; ")
            hint = near or "the heading names a convolution: ## Connections conv3"
            work.problems.add(what, table.heading or table.span, hint=hint)
