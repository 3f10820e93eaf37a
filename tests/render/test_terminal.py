"""A sheet on terminals of any width."""

import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsheet.core.convention import FLOPS
from netsheet.core.span import display_width
from netsheet.render.layout import NARROWEST
from netsheet.render.terminal import drawn, render, render_explanation
from netsheet.sheet.column import Share
from netsheet.sheet.sheet import Sheet
from support.built import NETS

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@cache
def sheet(name: str) -> Sheet:
    """A net's sheet, computed once."""
    return Sheet(NETS[name]())


def assert_fits(text: str, width: int) -> None:
    """Assert that no line takes more columns than there are, and none ends in blanks."""
    too_wide = [line for line in text.splitlines() if display_width(line) > width]
    assert [] == too_wide
    assert [] == [line for line in text.splitlines() if line != line.rstrip()]


def test_a_line_that_is_too_wide_is_noticed() -> None:
    """Negative control: the checker sees one column too many, also of wide characters."""
    assert_fits("x" * 80, 80)
    for text in ("x" * 81, "합" * 41, "blank "):
        with pytest.raises(AssertionError):
            assert_fits(text, 80)


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("depth", [1, 9])
def test_every_net_fits_80_columns(name: str, depth: int) -> None:
    """At 80 columns every net is shown with names, layers, shapes, parameters, multiply-adds."""
    text = render(sheet(name), width=80, depth=depth, colour=False)
    assert_fits(text, 80)
    head = text.splitlines()[2].replace("% ", "%").split()
    wanted = ["name", "layer", "output", "params", "macs"]
    assert wanted == [title for title in head if title in wanted]


@pytest.mark.parametrize("name", ["alexnet", "googlenet", "resnet50"])
def test_the_classics_show_the_field_at_80_columns(name: str) -> None:
    """AlexNet, GoogLeNet and ResNet-50 show the receptive field too, and nothing is cut."""
    text = render(sheet(name), width=80, colour=False)
    assert "field" == text.splitlines()[2].split()[-1]
    assert "…" not in text


@given(
    name=st.sampled_from(sorted(NETS)),
    width=st.integers(60, 200),
    depth=st.integers(1, 3),
    exact=st.booleans(),
)
def test_no_line_is_wider_than_the_terminal(
    name: str,
    width: int,
    depth: int,
    exact: bool,  # noqa: FBT001 drawn by hypothesis
) -> None:
    """Whatever the net, width and depth: the table fits, and numbers are whole."""
    text = render(sheet(name), width=width, depth=depth, exact=exact, colour=False)
    assert_fits(text, width)


@given(name=st.sampled_from(sorted(NETS)), width=st.integers(-5, 59))
def test_hardly_any_room_is_enough(name: str, width: int) -> None:
    """On a sliver of a terminal something readable is left: never wider than 30 columns or it."""
    text = render(sheet(name), width=width, colour=False)
    assert_fits(text, max(width, NARROWEST))
    assert text.splitlines()[2].startswith("name")


def test_wider_terminals_show_more() -> None:
    """At 120 columns shares, neurons and memory join; at 160 bars do."""
    heads = [
        render(sheet("alexnet"), width=width, colour=False).splitlines()[2].split()
        for width in (80, 120, 160)
    ]
    assert len(heads[0]) < len(heads[1]) <= len(heads[2])
    assert {"neurons", "memory", "kept"} <= set(heads[1])
    assert "████▍" in render(sheet("alexnet"), width=160, colour=False)


def test_all_digits_on_request() -> None:
    """`exact` writes every digit, in the table and below it."""
    text = render(sheet("alexnet"), width=120, exact=True, colour=False)
    assert "60,965,224" in text.splitlines()[16]
    assert "2,323,200 B" in text


def test_columns_asked_for_are_the_columns_shown() -> None:
    """Columns come in the order asked for, whatever they are called."""
    text = render(sheet("alexnet"), columns=["#params", "output"], width=80, colour=False)
    assert "name   params     output" == text.splitlines()[2]


def test_a_column_without_room_is_named() -> None:
    """What was asked for and doesn't fit is said, with a way to get it."""
    asked = ["layer", "output", "params", "weights", "biases", "macs", "neurons", "connections"]
    text = render(sheet("alexnet"), columns=[*asked, "memory", "kept"], width=60, colour=False)
    assert_fits(text, 60)
    flat = " ".join(text.split())
    assert "No room for macs, neurons, connections, memory, kept: a wider terminal" in flat


def test_the_convention_in_use_is_named() -> None:
    """FLOPs are shown as such, with what they count."""
    text = render(Sheet(NETS["small"](), FLOPS), width=80, colour=False)
    assert "ops" in text.splitlines()[2].split()
    assert re.search(r"^flops +1,318,656  two per multiply-add", text, re.MULTILINE)


def test_colours_change_no_letter() -> None:
    """With colours taken away the text is the same; asked not to, there are none."""
    plain = render(sheet("resnet50"), width=140, depth=2, colour=False)
    coloured = render(sheet("resnet50"), width=140, depth=2, colour=True)
    assert "\x1b" not in plain
    assert "\x1b[1m" in coloured
    assert plain == ESCAPE.sub("", coloured)


def test_colours_follow_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Off a terminal there are no colours; on one there are, unless NO_COLOR is set."""
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b" not in render(sheet("small"), width=80)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" in render(sheet("small"), width=80)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in render(sheet("small"), width=80)


def test_the_width_is_the_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a width, the terminal's is taken, and 80 where there is none."""
    monkeypatch.delenv("COLUMNS", raising=False)
    assert render(sheet("alexnet"), width=80) == render(sheet("alexnet"))
    monkeypatch.setenv("COLUMNS", "120")
    assert render(sheet("alexnet"), width=120) == render(sheet("alexnet"))


def test_names_do_nothing_to_a_terminal() -> None:
    """Escapes, markup and line breaks in names are shown, not obeyed."""
    text = render(sheet("hostile"), width=100, depth=3, colour=False)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[red]" in text


def test_lines_inside_are_set_in() -> None:
    """A block's rows stand below it, two blanks further in."""
    lines = render(sheet("googlenet"), width=80, depth=2, colour=False).splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("inception_3a"))
    assert lines[place + 1].startswith("  1x1 ")


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 1, "    "),
        (1, 1, "████"),
        (1, 2, "██  "),
        (1, 32, "▏   "),
        (1, 10**9, "▏   "),
        (31, 32, "███▉"),
        (0, 0, "    "),
    ],
)
def test_a_bar_is_drawn_to_an_eighth(part: int, whole: int, expected: str) -> None:
    """Bars are as long as their share; a trace is seen."""
    assert expected == drawn(Share(part, whole), 4)


# --- explanations ---


def test_an_explanation_is_shown_as_it_is() -> None:
    """Without a terminal, an explanation keeps its lines."""
    text = sheet("alexnet").explain("conv2", "params")
    assert text + "\n" == render_explanation(text, width=100, colour=False)
    assert "conv2.params = 5·5·(96/2)·256 + 256 = 307,456\n" in text
    text = sheet("alexnet").explain("conv2")
    assert text + "\n" == render_explanation(text, width=1000, colour=False)


def test_styles_end_where_they_should() -> None:
    """A bar's colour doesn't reach its figure, nor a label's faintness the definition."""
    text = render(sheet("alexnet"), width=160, colour=True)
    assert "\x1b[36m████▍   \x1b[0m  61.9 %" in text
    assert "\x1b[2mdepth    \x1b[0m\x1b[1m          8\x1b[0m  weighted layers" in text


@pytest.mark.parametrize("width", [30, 40, 80, 120])
def test_an_explanation_fits_its_width(width: int) -> None:
    """Long sums are broken at blanks and set in; nothing is lost."""
    for name in ("", "inception_3a", "inception_3a.3x3"):
        text = sheet("googlenet").explain(name)
        shown = render_explanation(text, width=width, colour=False)
        assert_fits(shown, width)
        assert text.split() == shown.split() or width < 60
        assert "".join(text.split()) == "".join(shown.split())


def test_an_explanation_sets_off_what_matters() -> None:
    """In colours, subject, value and rule differ; the letters are the same."""
    text = sheet("alexnet").explain("conv2", "params")
    coloured = render_explanation(text, width=100, colour=True)
    assert text + "\n" == ESCAPE.sub("", coloured)
    assert "\x1b[36mconv2.params\x1b[0m" in coloured
    assert "\x1b[1m307,456\x1b[0m" in coloured
    assert "\x1b[2mby the rule k·k·(C/g)·C_out + C_out\x1b[0m" in coloured
