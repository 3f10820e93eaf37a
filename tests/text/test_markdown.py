"""Documents seen at a glance, held against the library that parses Markdown."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsheet.text.markdown import Piece, parsed_pieces, pieces, plain_pieces
from netsheet.zoo.catalogue import FOLDER

LINES = st.sampled_from(
    [
        "", "", "# Name", "## Block a(b)", "#no heading", "#", "## closed ##", "### ", "####### seven",
        "prose", "prose | with a bar", "  indented prose", "Input: 3×8×8", "Every conv: then relu.",
        "| name | layer |", "|---|---|", "| a | conv |", "a | b", "---|---", ":-- | --:", "|", "| a |",
        "   | a | b |", " # heading", "# a # b #", "# tail\\#", "text\t", "x | y | z", "*emphasis*", "1990 was",
    ]
)  # fmt: skip


def check_pieces(lines: list[str], found: list[Piece]) -> None:
    """What was seen is what the library parses."""
    assert list(parsed_pieces(lines)) == found


@given(st.lists(LINES, max_size=14))
def test_plain_documents_are_seen_as_they_are_parsed(lines: list[str]) -> None:
    """Headings, prose and tables in any order."""
    check_pieces(lines, list(plain_pieces(lines)))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_the_zoo_is_seen_as_it_is_parsed(path: Path) -> None:
    """Every shipped sheet."""
    lines = path.read_text(encoding="utf-8").split("\n")
    check_pieces(lines, list(pieces(lines)))


OTHER = [
    "```",
    "    code",
    "> quote",
    "- item",
    "* * *",
    "1. item",
    "<!-- remark",
    "-->",
    "===",
    "---",
    "~~~",
    "\tcode",
    "+ x",
    "2) y",
]


@given(st.lists(st.one_of(LINES, st.sampled_from(OTHER)), max_size=14))
def test_other_documents_are_left_to_the_library(lines: list[str]) -> None:
    """Whatever may hide a table goes to the library."""
    check_pieces(lines, list(pieces(lines)))


@pytest.mark.parametrize("line", OTHER)
def test_nothing_that_hides_a_table_is_taken_at_a_glance(line: str) -> None:
    """Each construct of Markdown that isn't a heading, prose or a table is noticed."""
    lines = ["| a | b |", "|---|---|", line, "| c | d |", "", line]
    check_pieces(lines, list(pieces(lines)))


def test_the_check_of_pieces_can_fail() -> None:
    """A glance at what it isn't meant for sees a table in a block of code."""
    lines = ["```", "| a | b |", "|---|---|", "```"]
    with pytest.raises(AssertionError):
        check_pieces(lines, list(plain_pieces(lines)))
