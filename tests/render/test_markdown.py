"""A sheet as Markdown, read back by a Markdown parser."""

from itertools import pairwise

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from netsheet.core.span import display_width
from netsheet.render.markdown import escape, render
from netsheet.render.table import plain, table
from netsheet.sheet.sheet import Sheet
from support.built import HOSTILE, NETS, alexnet


def parsed(text: str) -> list[Token]:
    """The tokens a Markdown reader sees, HTML allowed."""
    return MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)


def shown(token: Token) -> str:
    """What a reader shows of an inline token."""
    return "".join(child.content for child in token.children or [])


def cells(text: str) -> list[list[list[str]]]:
    """Every table's rows of cells, as they are shown."""
    tables: list[list[list[str]]] = []
    tokens = parsed(text)
    for before, token in pairwise(tokens):
        if token.type == "table_open":
            tables.append([])
        elif token.type == "tr_open":
            tables[-1].append([])
        elif token.type == "inline" and before.type in {"th_open", "td_open"}:
            tables[-1][-1].append(shown(token))
    return tables


def assert_shows(text: str, sheet: Sheet, *, depth: int) -> None:
    """Assert that a Markdown reader shows the sheet's cells, and neither tags nor emphasis in them."""
    model = table(sheet, depth=depth)
    body, parts = cells(text)
    assert [heading.title for heading in model.headings] == body[0]
    for line, row in zip(model.lines, body[1:-1], strict=True):
        assert [cell.text for cell in line.cells] == [row[0].lstrip("\xa0"), *row[1:]]
    assert [cell.text for cell in model.total] == body[-1]
    assert ["convolutions", "dense", "rest"] == [row[0] for row in parts[1:]]
    inner = [child.type for token in parsed(text) for child in token.children or []]
    assert set() == {"html_inline", "em_open", "link_open", "image", "s_open"} & set(inner)
    assert "html_block" not in [token.type for token in parsed(text)]


@pytest.mark.parametrize("name", NETS)
def test_a_reader_shows_the_cells(name: str) -> None:
    """Whatever names hold, a Markdown reader shows them, in a table of the right shape."""
    sheet = Sheet(NETS[name]())
    assert_shows(render(sheet, depth=3), sheet, depth=3)


@pytest.mark.parametrize(
    ("sound", "fault"),
    [("34.9K", "35.9K"), ("conv1", "<b>conv1</b>"), ("conv 11", "*conv* 11"), ("| pool1", "|x| y")],
)
def test_a_faulty_table_is_noticed(sound: str, fault: str) -> None:
    """Negative control: a wrong figure, a tag, emphasis, or a cell too many is seen."""
    sheet = Sheet(alexnet())
    text = render(sheet)
    assert_shows(text, sheet, depth=1)
    assert sound in text
    with pytest.raises((AssertionError, ValueError)):
        assert_shows(text.replace(sound, fault, 1), sheet, depth=1)


def test_the_heading_is_the_nets_name() -> None:
    """A hostile name is a heading, and nothing else."""
    tokens = parsed(render(Sheet(NETS["hostile"]())))
    assert ["heading_open", "inline", "heading_close"] == [token.type for token in tokens[:3]]
    assert plain(HOSTILE) == shown(tokens[1])


@pytest.mark.parametrize("name", NETS)
def test_columns_stand_under_each_other(name: str) -> None:
    """In the plain text, all lines of a table are equally wide."""
    text = render(Sheet(NETS[name]()), depth=2)
    for block in text.split("\n\n"):
        if block.startswith("|"):
            assert 1 == len({display_width(line) for line in block.splitlines()})


def test_words_keep_their_underscores() -> None:
    """An underscore inside a word needs no sign before it, one beside a word does."""
    assert "conv_1" == escape("conv_1")
    assert r"\_a\_ \\ \$" == escape("_a_ \\ $")


def test_all_digits_on_request() -> None:
    """`exact` writes every digit."""
    assert "**60,965,224**" in render(Sheet(alexnet()), exact=True)


def test_the_convention_is_named() -> None:
    """The definitions stand below the figures."""
    text = render(Sheet(alexnet()))
    assert (
        "- **macs 724,406,816**: one per multiply-add of convolution and dense layers; left out: "
        "biases, normalisation, activations, pooling, adding maps\n"
    ) in text
    assert "- **memory 2.32 MB**: peak, at conv1.relu: values alive at once" in text
