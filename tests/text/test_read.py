"""Reading whole sheets: networks, claims with their places, variants."""

import pytest

import netsheet as ns
from netsheet.core.claim import Claim
from netsheet.core.errors import ChoiceError
from netsheet.core.shape import Shape
from netsheet.layers.conv import Conv
from netsheet.layers.input import Input
from netsheet.sheet.columns import headings
from netsheet.text.read import read
from netsheet.zoo.catalogue import catalogue
from support.reading import read_sheet

SHEET = """# Small

Input: 3×32×32

| name | layer | out | kernel | output  | params | (params, paper) |
|------|-------|-----|--------|---------|--------|-----------------|
| c1   | conv  | 8   | 3×3    | 8×30×30 | 224    | 0.2K            |
| r1   | relu  |     |        |         |        |                 |
| fc   | dense | 10  |        |         | 72,010 |                 |
| total |      |     |        |         | 72,234 |                 |
"""


def test_a_sheet_is_a_network() -> None:
    """Title, rows in order, each reading the row above."""
    reading = read_sheet(SHEET)
    assert "Small" == reading.graph.name == reading.title
    assert ["input", "c1", "r1", "fc"] == [row.name for row in reading.graph.rows]
    assert [(), (0,), (1,), (2,)] == [row.reads for row in reading.graph.rows]
    assert Conv(8, (3, 3)) == reading.graph.rows[1].layer
    assert Input(Shape((3, 32, 32))) == reading.graph.rows[0].layer
    assert ("", ()) == (reading.variant, reading.variants)


def test_claims_are_kept() -> None:
    """Filled computed cells, by row; a total has no row; a remark is none."""
    assert [
        ("c1", "output", "8×30×30"),
        ("c1", "params", "224"),
        ("fc", "params", "72,010"),
        ("", "params", "72,234"),
    ] == [(claim.row, claim.column, claim.text) for claim in read_sheet(SHEET).claims]


def check_claims(claims: tuple[Claim, ...], lines: list[str]) -> None:
    """At each claim's place stands its text."""
    assert claims
    for claim in claims:
        line = lines[claim.span.line - 1]
        assert claim.text == line[claim.span.start : claim.span.end]


@pytest.mark.parametrize(
    "name", [name for name in catalogue() if ns.load(name).claims], ids=lambda name: name
)
def test_claims_of_the_zoo_stand_in_their_places(name: str) -> None:
    """The text at a claim's span is the claim, in every printed table that is shipped."""
    net = ns.load(name)
    check_claims(net.claims, net.text.split("\n"))


def test_claims_of_a_csv_stand_in_their_places() -> None:
    """In quotes and without."""
    text = 'name,layer,output,params\nin,input,"1×8×8",\nr,relu,"1×8×8", 0\n'
    check_claims(read_sheet(text, source="net.csv").claims, text.split("\n"))


def test_a_claim_out_of_place_is_noticed() -> None:
    """The check of claims fails for a span one column off, and where there are none."""
    claims = read_sheet(SHEET).claims
    moved = claims[0]._replace(span=claims[0].span._replace(start=0))
    with pytest.raises(AssertionError):
        check_claims((moved,), SHEET.split("\n"))
    with pytest.raises(AssertionError):
        check_claims((), [])


@pytest.mark.parametrize("word", ["total", "Total", "TOTALS", "sum total", "Σ", "all layers"])
def test_a_row_of_totals_is_no_layer(word: str) -> None:
    """Under the name or under the layer, with nothing that makes a layer of it."""
    for row in (f"| {word} | | 9 |", f"| | {word} | 9 |"):
        reading = read_sheet(
            f"Input: 3×8×8\n\n| name | layer | params |\n|---|---|---|\n| r | relu | |\n{row}\n"
        )
        assert ["input", "r"] == [row.name for row in reading.graph.rows]
        assert [("", "9")] == [(claim.row, claim.text) for claim in reading.claims]


def test_a_sum_is_an_addition() -> None:
    """A layer called sum adds maps."""
    reading = read_sheet(
        "Input: 3×8×8\n\n| name | layer | from |\n|---|---|---|\n| r | relu | |\n"
        "| total | sum | input, r |\n"
    )
    assert "add" == reading.graph.rows[2].layer.kind


def test_another_input() -> None:
    """A shape that is asked for takes the place of the text's, whichever way that is written."""
    row = "| name | layer | output |\n|---|---|---|\n| in | input | 3×8×8 |\n| r | relu | |\n"
    shape = Shape((3, 64, 48))
    for text, name in ((SHEET, "input"), (row, "in")):
        graph = read(text, computed=headings(), shape=shape).graph
        assert (name, shape) == (graph.rows[0].name, graph.rows[0].layer.shape)


def test_an_input_that_is_asked_for_is_enough() -> None:
    """A text without an input can be read with one."""
    graph = read("| layer |\n|---|\n| relu |\n", shape=Shape((3, 8, 8))).graph
    assert ["input", "relu1"] == [row.name for row in graph.rows]


def test_several_inputs() -> None:
    """Each row of the kind input is one."""
    graph = read_sheet(
        "| name | layer | output | out | kernel | from |\n|---|---|---|---|---|---|\n"
        "| left | input | 1×8×8 | | | |\n| right | input (1×8×8) | | | | |\n"
        "| both | concat | | | | left, right |\n| c | conv | | 4 | 3×3 | |\n"
    ).graph
    assert ((0, 1), (0, 1)) == (graph.inputs, graph.rows[2].reads)
    assert Shape((4, 6, 6)) == graph.rows[3].layer.facts(Shape((2, 8, 8))).output


def test_an_input_row_beside_the_input_above_the_table() -> None:
    """They are one, and the row's name can be read from."""
    graph = read_sheet(
        "Input: 3×8×8\n\n| name | layer | from |\n|---|---|---|\n| in | input | |\n"
        "| r | relu | in |\n"
    ).graph
    assert [("input", ()), ("r", (0,))] == [(row.name, row.reads) for row in graph.rows]


@pytest.mark.parametrize(
    "shape", ["224×224×3", "64×64", "28×28×1", "5×5×3"], ids=lambda shape: shape
)
def test_a_shape_that_looks_wrong_may_be_meant(shape: str) -> None:
    """(C×H×W) behind it says so."""
    order = "C×L" if shape.count("×") == 1 else "C×H×W"
    graph = read_sheet(f"Input: {shape} ({order})\n\n| layer |\n|---|\n| relu |\n").graph
    assert Shape.parse(shape) == graph.input_shape


VARIANTS = """# Family

Input: 3×32×32

| name | layer | wide | narrow | out   | kernel | if   |
|------|-------|------|--------|-------|--------|------|
| c1   |       | conv | conv   | width | side   |      |
| b1   |       | bn   |        |       |        |      |
| r1   |       | relu | relu   |       |        | acts |

## Variants

| name | layer  | width | side | acts | input   | params | claims |
|------|--------|-------|------|------|---------|--------|--------|
| big  | wide   | 2*32  | 5    | yes  |         | 5K     |        |
| tiny | narrow | 4     | 1    | no   | 3×16×16 | 9      | no     |
"""


@pytest.mark.parametrize(
    ("variant", "shape", "rows", "claims"),
    [
        ("big", (3, 32, 32), ["input", "c1", "b1", "r1"], ["5K"]),
        ("tiny", (3, 16, 16), ["input", "c1"], ["9"]),
    ],
)
def test_variants(variant: str, shape: tuple[int, ...], rows: list[str], claims: list[str]) -> None:
    """A variant chooses columns, values, the input, and claims about its total."""
    text = VARIANTS.replace("| layer | wide", "| (kind) | wide")
    reading = read_sheet(text, variant=variant)
    assert variant == reading.graph.name == reading.variant
    assert ("big", "tiny") == reading.variants
    assert shape == reading.graph.input_shape
    assert rows == [row.name for row in reading.graph.rows]
    assert claims == [claim.text for claim in reading.claims]


def test_a_variants_own_input_comes_before_the_documents() -> None:
    """The row of a variant says more than the document."""
    text = VARIANTS.replace("| layer | wide", "| (kind) | wide")
    assert (3, 16, 16) == read_sheet(text, variant="tiny").graph.input_shape


def test_choosing_is_not_guessed() -> None:
    """Several networks and none chosen is refused, though the first would do."""
    with pytest.raises(ChoiceError):
        read_sheet(VARIANTS)


@pytest.mark.parametrize(
    ("text", "source", "name"),
    [
        ("Input: 3×8×8\n\n| layer |\n|---|\n| relu |\n", "folder/my.net.md", "my.net"),
        ("# T\n\nInput: 3×8×8\n\n| layer |\n|---|\n| relu |\n", "a.md", "T"),
        ("layer,output\ninput,3×8×8\nrelu,\n", "a.csv", "a"),
        ("layer,output\ninput,3×8×8\nrelu,\n", "A.CSV", "A"),
    ],
)
def test_the_name_of_a_network(text: str, source: str, name: str) -> None:
    """The first heading, or the name of the file."""
    assert name == read_sheet(text, source=source).graph.name
