"""Cells and lists, and each form of an attribute's cell, read and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsheet.core.errors import CellError
from netsheet.layers.attribute import Attribute
from netsheet.layers.registry import find
from netsheet.text.cells import (
    Cell,
    name_beside,
    parameter,
    split_list,
    split_names,
    split_row,
    tidy,
)
from netsheet.text.forms import read_attribute, split_times, write_attribute


def attribute(word: str, name: str) -> Attribute:
    """The declaration of a kind's attribute."""
    return next(each for each in find(word).attributes() if each.name == name)


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("| a | b |", ["a", "b"]),
        ("a | b", ["a", "b"]),
        ("| a | b", ["a", "b"]),
        ("a | b |", ["a", "b"]),
        ("|a|b|", ["a", "b"]),
        ("| | b | |", ["", "b", ""]),
        ("||", [""]),
        ("|", [""]),
        (r"| a \| b | c |", ["a | b", "c"]),
        (r"| a \|", ["a |"]),
        ("|\ta\t|\tb\t|", ["a", "b"]),
        ("  | a |  ", ["a"]),
        ("| 합성곱 | b |", ["합성곱", "b"]),
        ("nothing", ["nothing"]),
    ],
)
def test_the_cells_of_a_line(line: str, texts: list[str]) -> None:
    """Bars split, an outer bar may be left out, a bar behind a backslash is text."""
    assert texts == [cell.text for cell in split_row(line, "net.md", 7)]


@given(st.text(alphabet="a|\\ \t×합", max_size=30))
def test_a_cell_stands_where_its_span_says(line: str) -> None:
    """The text at a cell's place is the cell's text."""
    for cell in split_row(line, "net.md", 7):
        check_place(cell)


def check_place(cell: Cell) -> None:
    """The line between a span's ends is the cell's text, with its bars escaped."""
    start, end = cell.span.start, cell.span.end
    if cell.text:
        assert cell.text == cell.span.text[start:end].replace("\\|", "|")
    assert 0 <= start < end


def test_a_cell_off_its_place_is_noticed() -> None:
    """The check of places fails for a span one column off."""
    cell = split_row("| abc |", "net.md", 7)[0]
    with pytest.raises(AssertionError):
        check_place(cell._replace(span=cell.span._replace(start=1)))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("relu, lrn", ["relu", "lrn"]),
        ("relu,lrn;bn", ["relu", "lrn", "bn"]),
        ("dropout (drop=0.5, x=1), bn", ["dropout (drop=0.5, x=1)", "bn"]),
        ("a (b (c, d), e), f", ["a (b (c, d), e)", "f"]),
        (", ,a,", ["a"]),
        ("a), b", ["a)", "b"]),
        ("a (b, c", ["a (b, c"]),
        ("", []),
    ],
)
def test_lists(text: str, parts: list[str]) -> None:
    """Commas and semicolons split, outside brackets."""
    assert parts == split_list(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("conv1, conv2", ["conv1", "conv2"]),
        ("conv1 + conv2", ["conv1", "conv2"]),
        ("conv1+conv2", ["conv1", "conv2"]),
        ("conv1 and conv2 & conv3", ["conv1", "conv2", "conv3"]),
        ("band, andy", ["band", "andy"]),
        ("+1-1", ["+1-1"]),
        ("a+b", ["a+b"]),
        ("x, a+b, c+d", ["x", "a+b", "c", "d"]),
        ("fire 2", ["fire 2"]),
    ],
)
def test_names_of_rows(text: str, names: list[str]) -> None:
    """Commas, + and "and" join names; a + may be part of one that is known."""
    assert names == split_names(text, {"a+b", "+1-1"}.__contains__)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("conv1", "conv1"),
        ("inception (3a)", "inception_3a"),
        ("  max   pool ", "max_pool"),
        ("`conv1`", "conv1"),
        ("**conv1**", "conv1"),
        ("[a]", "a"),
    ],
)
def test_names_are_tidied(text: str, name: str) -> None:
    """Blanks and brackets can't be in a module's name."""
    assert name == tidy(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [("#3×3 reduce", "n3x3reduce"), ("s1x1", "s1x1"), (" pool proj ", "poolproj"), ("1a", "1a")],
)
def test_headings_as_parameters(text: str, name: str) -> None:
    """# stands for n and × for x; blanks go."""
    assert name == parameter(text)


def test_names_beside_others() -> None:
    """The second relu is relu2."""
    taken = {"conv", "relu2"}
    assert ["relu", "relu3", "bn"] == [name_beside(stem, taken) for stem in ("relu", "relu", "bn")]


@pytest.mark.parametrize("text", ["3×5", "3x5", "3X5", "3*5", "3 x 5", "3 × 5", "3 by 5", "3·5"])
def test_all_mean_times(text: str) -> None:
    """`x`, `X`, `×` and `*` all mean times, with blanks or without."""
    assert (3, 5) == read_attribute(attribute("conv", "kernel"), text, {})


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("3×(2*4)", ["3", "(2*4)"]),
        ("(3×2)×4", ["(3×2)", "4"]),
        ("max(1, 2)×4", ["max(1, 2)", "4"]),
        ("side×side", ["side", "side"]),
        ("side x side", ["side", "side"]),
        ("xx×yx", ["xx", "yx"]),
        ("×", ["", ""]),
    ],
)
def test_times_outside_brackets(text: str, parts: list[str]) -> None:
    """Within brackets a times sign multiplies, and between them it separates axes."""
    assert parts == split_times(text)


@pytest.mark.parametrize(
    ("word", "name", "text", "value"),
    [
        ("conv", "out", "64", 64),
        ("conv", "out", "1,024", 1024),
        ("conv", "out", "2*(3+4)", 14),
        ("conv", "kernel", "3", 3),
        ("conv", "kernel", "(1+2)×5", (3, 5)),
        ("conv", "kernel", "1×2×3", (1, 2, 3)),
        ("conv", "padding", "2", 2),
        ("conv", "padding", "1×2", (1, 2)),
        ("conv", "padding", "same", "same"),
        ("conv", "padding", "SAME", "same"),
        ("conv", "padding", "VALID", "valid"),
        ("conv", "padding", "0/1", ((0, 1),)),
        ("conv", "padding", "0/1×2/3", ((0, 1), (2, 3))),
        ("conv", "padding", "0/1 × 2", ((0, 1), (2, 2))),
        ("conv", "bias", "yes", True),
        ("conv", "bias", "no", False),
        ("conv", "bias", "✓", True),
        ("conv", "bias", "–", False),
        ("conv", "bias", "without", False),
        ("conv", "bias", "1 = 2", False),
        ("max pool", "rounding", "ceil", "up"),
        ("max pool", "rounding", "Floor", "down"),
        ("dropout", "drop", "40%", 0.4),
        ("dropout", "drop", ".4", 0.4),
        ("dropout", "drop", "1/4", 0.25),
        ("batch norm", "epsilon", "1e-45", 1e-45),
        ("sparse conv", "links", "0 1; 2,3 ;4", ((0, 1), (2, 3), (4,))),
    ],
)
def test_each_form_is_read(word: str, name: str, text: str, value: object) -> None:
    """What a cell means, by the form of its attribute."""
    assert value == read_attribute(attribute(word, name), text, {})


@pytest.mark.parametrize(
    ("word", "name", "text", "what"),
    [
        ("conv", "out", "1,02", '"1,02" can\'t be read from "," on'),
        ("conv", "kernel", "3×", '"3×" lacks a number beside its sign'),
        ("conv", "kernel", "×3", '"×3" lacks a number beside its sign'),
        ("conv", "padding", "/", '"/" lacks a number beside its sign'),
        ("conv", "padding", "same!", '"same!" can\'t be computed: "!" means nothing'),
        ("max pool", "rounding", "sideways", 'it can\'t be "sideways"'),
        ("dropout", "drop", "1e999", "1e999 is too large a number"),
        ("dropout", "drop", "nan", 'nothing is called "nan" here'),
        ("sparse conv", "links", "0 -1", '"-1" is no input channel'),
        ("sparse conv", "links", "0 99999999999", '"99999999999" is no input channel'),
        ("sparse conv", "links", "0 ²", '"²" is no input channel'),
        ("input", "shape", "3×a", '"a" in "3×a" is no size'),
        ("conv", "out", "1" * 500, f'"{"1" * 40}… (500 characters)" is too long'),
    ],
)
def test_each_form_refuses(word: str, name: str, text: str, what: str) -> None:
    """What a cell can't mean, with what it takes."""
    with pytest.raises(CellError) as caught:
        read_attribute(attribute(word, name), text, {})
    assert what == caught.value.what


FORMS = {
    "number": st.integers(-(10**14), 10**14),
    "axes": st.one_of(
        st.integers(0, 99), st.lists(st.integers(0, 99), min_size=2, max_size=3).map(tuple)
    ),
    "padding": st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=3
    ).map(tuple),
    "decimal": st.floats(allow_nan=False, allow_infinity=False),
    "yes/no": st.booleans(),
    "links": st.lists(
        st.lists(st.integers(0, 999), min_size=1, max_size=5).map(tuple), min_size=1, max_size=5
    ).map(tuple),
}
HOLDERS = {
    "number": ("conv", "out"),
    "axes": ("conv", "kernel"),
    "padding": ("conv", "padding"),
    "decimal": ("dropout", "drop"),
    "yes/no": ("conv", "bias"),
    "links": ("sparse conv", "links"),
}


@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
def test_a_value_written_is_read_back(form: str, data: st.DataObject) -> None:
    """Whatever the value, its cell gives it back, to the last bit."""
    declared = attribute(*HOLDERS[form])
    value = data.draw(FORMS[form])
    text = write_attribute(declared, value)
    found = read_attribute(declared, text, {})
    assert (value, type(value)) == (found, type(found))
