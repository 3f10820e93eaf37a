"""What a notebook shows: networks as drawings, sheets and rows as tables whose figures open."""

import netsheet as ns
from netsheet.sheet.sheet import Sheet


def test_a_sheet_and_a_row_show_themselves() -> None:
    """The hooks that notebooks call give HTML fragments with the figures in them."""
    sheet = ns.load("lenet5").sheet()
    page = sheet._repr_html_()
    assert page is not None
    assert "<table" in page
    assert "60,000" in page or "60.0K" in page
    row = sheet["C3"]._repr_html_()
    assert row is not None
    assert "5·5·60 + 16" in row


def test_a_network_shows_its_drawing() -> None:
    """A network's hook gives an SVG."""
    assert ns.load("lenet5")._repr_svg_().startswith("<svg")


def test_a_bare_sheet_shows_nothing_of_its_own() -> None:
    """Without a format handed in, the notebook falls back to its plain text."""
    sheet = Sheet(ns.load("lenet5").graph)
    assert sheet._repr_html_() is None
    assert sheet["C3"]._repr_html_() is None


def test_a_sheet_tells_no_hook_it_lacks() -> None:
    """Notebooks ask for many hooks; those that are not there are attribute errors."""
    row = ns.load("lenet5").sheet()["C3"]
    assert not hasattr(row, "_repr_latex_")
    assert not hasattr(row, "_ipython_canary_method_should_not_exist_")
