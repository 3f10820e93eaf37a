"""The whole text of every error that a sheet can cause.

Most stand on the pages beside this file: under each heading a sheet, and what is said of it. What
a page can't hold (bytes, line ends, texts beyond all measure) is made here.
`python tests/messages/rewrite.py` writes the pages anew; read the difference as a newcomer would.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from netsheet.core.errors import ChoiceError, FileError, TableError
from netsheet.core.shape import Shape
from netsheet.net import load
from netsheet.sheet.columns import headings
from netsheet.text.file import decode
from netsheet.text.read import read
from support.cases import Case, cases
from support.reading import bounded, read_sheet, said

FOLDER = Path(__file__).parent
CASES = [
    pytest.param(case, id=f"{page.stem}: {case.title}")
    for page in sorted(FOLDER.glob("*.md"))
    for case in cases(page)
]
AT_LEAST = 100
"""Fewer cases would mean that a page is no longer found."""


def check(case: Case) -> None:
    """What is said of a case's sheet is what its page shows, to the last caret."""
    assert case.message == said(case.sheet, source=case.source, variant=case.variant) + "\n"


@pytest.mark.parametrize("case", CASES)
def test_each_wrong_sheet_is_answered_as_the_page_shows(case: Case) -> None:
    """The whole message, with its lines, carets, sums and hints."""
    check(case)


def test_the_pages_are_found() -> None:
    """The cases are many, and no two of a page have one title."""
    assert len(CASES) >= AT_LEAST
    assert [] == [title for title, count in Counter(p.id for p in CASES).items() if count > 1]


@pytest.mark.parametrize("change", ["caret", "line", "word"])
def test_a_message_that_is_off_is_noticed(change: str) -> None:
    """A caret one column off, a line too few or another word fails the check."""
    [case] = [p.values[0] for p in CASES if p.id == "shapes: a kernel larger than its input"]
    assert isinstance(case, Case)
    wrong = {
        "caret": case.message.replace("^^^^", "^^^"),
        "line": "".join(case.message.splitlines(keepends=True)[:-1]),
        "word": case.message.replace("height", "width"),
    }[change]
    assert wrong != case.message
    with pytest.raises(AssertionError):
        check(case._replace(message=wrong))


def test_a_case_that_cannot_be_read_is_noticed(tmp_path: Path) -> None:
    """A page whose case lacks its message fails, instead of being left out."""
    page = tmp_path / "page.md"
    page.write_text("## lost\n\n```sheet\n| layer |\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="a case that can't be read"):
        cases(page)


def test_a_sheet_that_reads_well_is_no_case() -> None:
    """The helper that expects a message fails where there is none."""
    with pytest.raises(pytest.fail.Exception):
        said("Input: 3×8×8\n\n| layer |\n|-------|\n| relu  |\n")


# What a page can't hold.

SHEET = """# Net

Input: 3×32×32

| name | layer | out | kernel |
|------|-------|-----|--------|
| c1   | conv  | 8   | 3×3    |
"""
WRONG = SHEET.replace("8  ", "0  ")
ANSWER = """row 1 "c1": out of conv can't be 0: it must be at least 1
    net.md:7 | c1   | conv  | 0   | 3×3    |
                              ^
  out: output channels, one for each filter"""


WAYS: dict[str, Callable[[str], str]] = {
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "BOM": lambda text: "\ufeff" + text,
    "BOM and CRLF": lambda text: "\ufeff" + text.replace("\n", "\r\n"),
    "no last line end": lambda text: text.rstrip("\n"),
    "empty lines behind": lambda text: text + "\n" * 20,
}


@pytest.mark.parametrize("way", WAYS)
def test_line_ends_and_marks_change_nothing(way: str) -> None:
    """The same network is read, and a wrong sheet gets the same answer, caret and all."""
    assert read_sheet(SHEET).graph == read_sheet(WAYS[way](SHEET)).graph
    assert ANSWER == said(WAYS[way](WRONG))


@pytest.mark.parametrize(
    ("rows", "answer"),
    [
        (
            15_000,
            "a table of 15,001 rows\n"
            "    net.md:5 | name | layer | out | kernel |\n"
            "             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
            "  a table has at most 10,000; repeats and blocks say more in fewer",
        ),
        (
            40_000,
            "net.md has 40,008 lines\n"
            "  a sheet has at most 30,000; repeats and blocks say more in fewer",
        ),
        (
            1_000_000,
            "net.md has 11,000,119 characters\n"
            "  a sheet has at most 2,000,000; is this the right file?",
        ),
    ],
)
def test_a_table_of_a_million_rows(rows: int, answer: str) -> None:
    """It is refused before anything is parsed, in a blink."""
    with bounded():
        assert answer == said(SHEET + "| | relu |\n" * rows)


def test_a_cell_of_a_megabyte() -> None:
    """It is refused, and what is shown of it is short."""
    answer = """line 8 has 1,000,015 characters
    net.md:8 | %s…
             ^
  a line has at most 20,000""" % ("x" * 98)
    with bounded():
        assert answer == said(SHEET + "| " + "x" * 1_000_000 + " | conv | 8 |\n")


def test_a_long_cell_is_shown_in_part() -> None:
    """A name of 500 letters is cut, and its length told."""
    name = "x" * 500
    answer = f"""row 2: "{name[:40]}… (500 characters)" can't be the name of a row
    net.md:8 | {name[:98]}…
               {"^" * 98}
  letters and digits, and with them _, -, +, # and ×, at most 200 characters; dots nest names"""
    assert answer == said(SHEET + f"| {name} | relu | | |\n")


def test_a_hundred_wrong_rows() -> None:
    """All are counted, and fifty shown."""
    message = said(SHEET + "".join(f"| r{n} | reluu | | |\n" for n in range(100)))
    assert 'row 2 "r0": there is no layer "reluu"' == message.splitlines()[0]
    assert 50 == message.count("there is no layer")
    assert "and 50 more problems" == message.splitlines()[-1]


def test_more_wrong_rows_than_anyone_would_read() -> None:
    """Reading stops, and says so."""
    with bounded():
        message = said(SHEET + "".join(f"| r{n} | reluu{n} | | |\n" for n in range(9_000)))
    assert "and 450 more problems; reading stopped there" == message.splitlines()[-1]


@pytest.mark.parametrize(
    ("letter", "shown"),
    [("\0", "U+0000"), ("\ud800", "U+D800")],
    ids=["NUL", "half a character"],
)
def test_what_is_no_text(letter: str, shown: str) -> None:
    """A NUL, or half of a character, is shown where it stands."""
    answer = f"""line 8 holds a character that is none, {shown}
    net.md:8 | a� | relu | | |
                ^
  this is no text; is this the right file?"""
    assert answer == said(SHEET + f"| a{letter} | relu | | |\n")


def test_a_text_can_not_steer_the_terminal() -> None:
    """Escapes and signs that turn the direction of writing are shown, not obeyed."""
    answer = """row 2 "r2": there is no layer "re�[lu�"
    net.md:8 | r2 | re�[lu� | | |
                    ^^^^^^^
  did you mean "relu" or "relu6"?"""
    assert answer == said(SHEET + "| r2 | re\x1b[lu\u202e | | |\n")


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (
            SHEET.replace("Net", "Netz für alle").encode("latin-1", "replace"),
            "net.md is not UTF-8: byte 0xfc in line 1; save it as UTF-8",
        ),
        (
            SHEET.encode() + b"| \xff |",
            "net.md is not UTF-8: byte 0xff in line 8; save it as UTF-8",
        ),
        (b"\xff\xfe\x00\xd8", "net.md begins like UTF-16, but isn't"),
    ],
    ids=["Latin-1", "a stray byte", "a mark of UTF-16"],
)
def test_what_is_not_utf_8(data: bytes, answer: str) -> None:
    """The byte and its line are told."""
    with pytest.raises(FileError) as caught:
        decode(data, "net.md")
    assert answer == str(caught.value)


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16"])
def test_usual_ways_to_write_text_are_read(code: str, tmp_path: Path) -> None:
    """UTF-8 with and without its mark, and UTF-16 with it, hold the same network."""
    path = tmp_path / "net.md"
    path.write_bytes(SHEET.encode(code))
    assert read_sheet(SHEET).graph == load(path).graph


def test_an_input_asked_for_may_be_wrong() -> None:
    """Another input than the text's is checked as the text's own, without a place in it."""
    with pytest.raises(TableError) as caught:
        read(SHEET, source="net.md", computed=headings(), shape=Shape((224, 224, 3)))
    assert (
        "the input asked for: 224×224×3 would be 224 channels of 224×3 pixels\n"
        "  shapes are written channels first: 3×224×224"
    ) == str(caught.value)


def test_many_variants_are_not_all_listed() -> None:
    """A document of a thousand networks names some."""
    rows = "".join(f"| n{number} |\n" for number in range(1000))
    with pytest.raises(ChoiceError) as caught:
        read_sheet(SHEET + "\n## Variants\n\n| name |\n|------|\n" + rows)
    shown = ", ".join(f"n{number}" for number in range(40))
    assert f"net.md describes 1000 networks: {shown}, …; choose one, as net.md#n0" == str(
        caught.value
    )
