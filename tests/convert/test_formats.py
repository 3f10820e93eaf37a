"""The registry of formats: found by folder, one for a suffix."""

from pathlib import Path

import pytest

import netsheet as ns
from netsheet.convert import formats, gather, reader, writer
from netsheet.convert.format import Format, Missing
from netsheet.core.errors import ChoiceError


def test_sheets_and_pages_are_written() -> None:
    """The formats that need nothing but netsheet."""
    suffixes = [suffix for each in formats() if each.write for suffix in each.suffixes]
    assert {".md", ".csv", ".json", ".html", ".svg"} <= set(suffixes)


def test_two_formats_that_claim_one_suffix_are_refused() -> None:
    """Whatever its letters, naming both."""
    one, other = Format("One", (".net",), 1, ""), Format("Other", (".NET",), 2, "")
    with pytest.raises(ChoiceError, match=r'"\.NET" is the suffix of two formats: One and Other'):
        gather([one, other])


def test_the_suffix_chooses_whatever_its_letters() -> None:
    """`.SVG` is `.svg`; a sheet is read by the text reader and by no format."""
    assert "SVG" == writer("Net.SVG").name
    assert reader("net.md") is None


def test_an_unknown_suffix_is_refused_and_nothing_written(tmp_path: Path) -> None:
    """The message lists what there is."""
    with pytest.raises(ChoiceError, match=r"ends in no format that can be written; there are \.md"):
        ns.load("lenet5").write(tmp_path / "net.docx")
    assert [] == list(tmp_path.iterdir())


def test_a_network_is_written_by_suffix(tmp_path: Path) -> None:
    """From Python as from the command line."""
    ns.load("lenet5").write(tmp_path / "net.csv")
    assert ns.load("lenet5").graph.rows == ns.load(tmp_path / "net.csv").graph.rows


def test_what_is_missing_is_told_in_one_line() -> None:
    """What, where, how often, and why."""
    once = Missing("torch.fft", "stem.mix", "no layer says it")
    assert "torch.fft at stem.mix: no layer says it" == str(once)
    assert "torch.fft at stem.mix (3 times): no layer says it" == str(once._replace(times=3))
