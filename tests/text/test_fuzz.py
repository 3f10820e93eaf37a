"""Whatever the text: netsheet's own errors or a network, in bounded time and memory.

Random texts, random tables from likely pieces, changed sheets of the zoo, and texts made to hurt.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import netsheet.text
from netsheet.core.errors import ChoiceError, FileError, NetsheetError, TableError
from netsheet.text.file import decode
from netsheet.text.fmt import format_text
from netsheet.text.write import write_csv, write_markdown
from netsheet.zoo.catalogue import FOLDER
from support.project import ROOT
from support.reading import BOUND_S, bounded, read_sheet

ZOO = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))]
RANDOM = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def check(text: str, source: str = "net.md", variant: str = "") -> None:
    """A text is read and written, or refused by an error of ours that can be printed."""
    with bounded():
        try:
            graph = read_sheet(text, source=source, variant=variant).graph
        except (TableError, ChoiceError) as error:
            assert_printable(error)
        else:
            write_markdown(graph)
            write_csv(graph)
        try:
            format_text(text, source=source, computed={})
        except TableError as error:
            assert_printable(error)


def assert_printable(error: NetsheetError) -> None:
    """A message says something, in a few lines that a terminal can show."""
    message = str(error)
    assert message.strip()
    assert len(message) < 200_000
    message.encode("utf-8")
    assert not {letter for letter in message if not letter.isprintable()} - {"\n"}


@RANDOM
@given(st.text())
def test_random_text(text: str) -> None:
    """Any text at all."""
    check(text)
    check(text, "net.csv")


@RANDOM
@given(st.binary())
def test_random_bytes(data: bytes) -> None:
    """Any bytes at all are decoded, or refused with a reason."""
    try:
        text = decode(data, "net.md")
    except FileError as error:
        assert_printable(error)
    else:
        check(text)


# Tables that are nearly right.


def one_of(words: str) -> st.SearchStrategy[str]:
    """One of the words that stand between bars."""
    return st.sampled_from(words.split("|"))


HEADINGS = one_of(
    "name|layer|type|out|kernel|stride|padding|groups|then|from|repeat|if|output|params|#3×3|"
    "#3×3 reduce|width|x|(note)||layr|dilation|bias|size|links|drop|input"
)
CELLS = st.one_of(
    one_of(
        "conv|conv (3×3, 8)|3×3 conv, 8|max pool|relu|add|concat|input|unit|unit (width=3)|bn|dense|"
        "flatten|gap|lrn|dropout (40%)|c1|c2|r|a.b|1|2|3|8|3×3|3×3/2|2x2|same|0|-1|1.5|in|in/2|4*width|"
        "width|x|yes|no|-|none|1e9|1e99|((1|1/0|relu, bn|c1, c2|c1 + c2|input|above|total|2 then 1|"
        "1×8×8|8×8×3|0 1; 2|in = 3|not width|if|then|'|\"|\\|<br>|3×3×3×3|×|,|;|5000|conv3-64|FC-10"
    ),
    st.just(""),
    st.just(""),
    st.text(max_size=5),
)


@st.composite
def tables(draw: st.DrawFn) -> str:
    """A table of likely headings and cells."""
    headings = draw(st.lists(HEADINGS, min_size=1, max_size=7))
    if draw(st.booleans()):
        headings = ["name", "layer", *headings]
    rows = draw(st.lists(st.lists(CELLS, max_size=len(headings) + 1), max_size=6))
    lines = [headings, ["-"] * len(headings), *rows]
    return "\n".join("|" + "|".join(cells) + "|" for cells in lines)


PIECES = st.one_of(
    tables(),
    tables(),
    st.sampled_from(
        [
            "# Net",
            "Input: 3×8×8",
            "Input: 8×8",
            "Every conv: padding same, then relu.",
            "Every unit: then",
            "## Block unit(width)",
            "## Block unit(width=3, x=width)",
            "## Block relu",
            "## Connections c1",
            "## Variants",
            "> quote",
            "- item",
            "```",
            "words",
        ]
    ),
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, min_size=1, max_size=7))
@example(["|name|layer|from|\n|-|-|-|\n|\x1b|\n|conv|conv|conv (3×3, 8)|"])  # a hint names rows
@example(["|name|\n|-|", "## Variants", "|name|\n|-|\n|\x1b|"])  # so does that of a variant
def test_random_documents(parts: list[str]) -> None:
    """Headings, inputs, rules and tables in any order, of cells that may mean something."""
    text = "Input: 3×8×8\n\n" + "\n\n".join(parts) + "\n"
    check(text)
    check(text, variant="c1")


@RANDOM
@given(tables())
def test_random_csv(table: str) -> None:
    """The same tables as CSV."""
    lines = [line.strip("|").replace("|", ",") for line in table.split("\n")]
    check("\n".join([lines[0], *lines[2:]]), "net.csv")


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """A sheet of the zoo with bytes changed, lines lost, doubled or swapped."""
    data = draw(st.sampled_from(ZOO)).encode()
    for _ in range(draw(st.integers(1, 8))):
        place = draw(st.integers(0, max(0, len(data) - 1)))
        lines = data.split(b"\n")
        row, other = place % len(lines), draw(st.integers(0, len(lines) - 1))
        data = draw(
            st.sampled_from(
                [
                    data[:place] + draw(st.binary(max_size=3)) + data[place + 1 :],
                    data[:place] + data[place + draw(st.integers(1, 40)) :],
                    data[:place]
                    + draw(st.sampled_from([b"|", b"\n", b"`", b"#", b"x", b"(", b"9"]))
                    + data[place:],
                    b"\n".join([*lines[:row], *lines[row + 1 :]]),
                    b"\n".join([*lines[:row], lines[row], *lines[row:]]),
                    b"\n".join([*lines[:row], lines[other], *lines[row + 1 :]]),
                ]
            )
        )
    return data


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(mutations(), st.sampled_from(["", "resnet18", "vgg11", "googlenet", "squeezenet1.0"]))
def test_changed_sheets_of_the_zoo(data: bytes, variant: str) -> None:
    """Broken in a few places, they are read or refused."""
    try:
        text = decode(data, "net.md")
    except FileError:
        return
    check(text, variant=variant)
    check(text, "net.csv")


# Texts made to hurt.

TOP = "Input: 8×32×32\n\n| name | layer | out | kernel | padding | then | from |\n|-|-|-|-|-|-|-|\n"


def nested(row: str, bottom: str, *, deep: int = 19) -> str:
    """Blocks that use the next one, so deep."""
    text = "Input: 8×8×8\n\n| layer |\n|-|\n| b0 |\n"
    for level in range(deep):
        text += f"\n## Block b{level}\n\n| layer | from | repeat |\n|-|-|-|\n{row.replace('NEXT', f'b{level + 1}')}"
    return text + f"\n## Block b{deep}\n\n| layer | if |\n|-|-|\n{bottom}"


HOSTILE: dict[str, Callable[[], str]] = {
    "2^20 rows": lambda: nested("| NEXT | input | |\n" * 2, "| relu | |\n"),
    "2^20 rows that are left out": lambda: nested("| NEXT | input | |\n" * 2, "| relu | no |\n"),
    "2^20 blocks without rows": lambda: nested("| NEXT | input | |\n" * 2, ""),
    "5000^19 rows": lambda: nested("| NEXT | | 5000 |\n", "| relu | |\n"),
    "too deep": lambda: nested("| NEXT | | |\n", "| relu | |\n", deep=300),
    "2^20 refused rows": lambda: nested("| NEXT | input | |\n" * 2, "| conv | |\n"),
    "10,000 brackets": lambda: TOP + f"| a | conv | {'(' * 9000} | 3 | | | |\n",
    "100,000 brackets": lambda: "(" * 100_000,
    "a line of 10 MB": lambda: TOP + "x" * 10_000_000,
    "a table of 10 MB": lambda: TOP + "| a | relu |\n" * 800_000,
    "lines of bars": lambda: ("|" * 19_999 + "\n") * 100,
    "a million bars": lambda: "|" * 1_000_000,
    "wide rows": lambda: TOP + ("|" * 19_999 + "\n") * 90,
    "wide headings": lambda: "| layer " * 2000 + "|\n" + "|-" * 2000 + "|\n",
    "9,000 rows of 100 columns": lambda: (
        "|layer" + "|a" * 99 + "|\n|" + "-|" * 100 + "\n" + "|\n" * 9000
    ),
    "quotes in quotes": lambda: (">" * 1000 + " x\n") * 1500,
    "lists in lists": lambda: ("- " * 9000 + "x\n") * 100,
    "steps of lists": lambda: "".join("  " * n + "- a\n" for n in range(1300)),
    "emphasis": lambda: ("*_" * 9999 + "\n") * 100,
    "open links": lambda: ("[" * 19_999 + "\n") * 100,
    "references": lambda: "".join(f"[a{n}]: b\n" for n in range(29_000)),
    "open references": lambda: "[a\n" * 29_000,
    "open tags": lambda: "<a b='c\n\n" * 14_000,
    "open comments": lambda: "<!-- \n" * 29_000,
    "fences": lambda: "~~~~ a\n```\n" * 14_000,
    "an underlined paragraph": lambda: "a\n" * 29_000 + "=\n",
    "tabs": lambda: ("\t" * 19_999 + "\n") * 100,
    "blanks": lambda: (" " * 19_999 + "\n") * 100,
    "rulers": lambda: "|-|-|\n" * 29_000,
    "10,000 tables": lambda: "|a|b|\n|-|-|\n\n" * 9900,
    "9,000 blocks": lambda: "".join(
        f"## Block a{n}(x{n})\n\n|layer|\n|-|\n\n" for n in range(5000)
    ),
    "20,000 rules": lambda: TOP + "\n" + "Every conv: padding same, then relu, foo\n\n" * 9000,
    "a long rule": lambda: TOP + "\nEvery conv: " + "padding 1, " * 1700 + "\n",
    "a rule of many lines": lambda: TOP + "\nEvery conv: padding same,\n" + "then relu,\n" * 20_000,
    "a rule for many": lambda: TOP + "\nEvery " + "conv, " * 3000 + ": padding 1\n",
    "Every and blanks": lambda: ("Every" + " " * 19_000 + ":\n") * 100,
    "Input and brackets": lambda: ("Input: 3×3 (C×" * 1400 + "\n") * 100,
    "Input and digits": lambda: ("Input: " + "3×" * 9000 + "\n") * 100,
    "Input and blanks": lambda: ("Input:" + " " * 9000 + "3" + " " * 9000 + "x\n") * 100,
    "headings and blanks": lambda: ("## Block a" + " " * 19_000 + "b\n") * 100,
    "many parameters": lambda: ("## Block a(" + "a," * 9000 + ")\n\n|layer|\n|-|\n\n") * 50,
    "long numbers": lambda: (
        TOP + f"| a | conv | {'9' * 5000} | {'9×' * 3000} | {'9/' * 3000} | relu | |\n"
    ),
    "long sums": lambda: (
        TOP + "".join(f"| a{n} | conv | {'+'.join('1' * 190)} | 3 | 1 | | |\n" for n in range(3000))
    ),
    "many followers": lambda: TOP + ("| a | relu | | | | " + "relu," * 3800 + " | |\n") * 90,
    "many names": lambda: TOP + ("| a | relu | | | | | " + "a+" * 9000 + " |\n") * 90,
    "many misspelt names": lambda: (
        TOP + "".join(f"| a{n} | relu | | | | | zz{n} |\n" for n in range(9900))
    ),
    "many misspelt layers": lambda: (
        TOP + "".join(f"| a{n} | reluu{n} | | | | | |\n" for n in range(9900))
    ),
    "one name": lambda: TOP + "| a | relu | | | | | |\n" * 9900,
    "long phrases": lambda: TOP + ("| | " + "3×3 " * 90 + " | | | | | |\n") * 4000,
    "long names": lambda: (
        TOP + "".join(f"| {'a.' * 90}{n} | relu | | | | | |\n" for n in range(9000))
    ),
    "9,000 inputs": lambda: "| layer | output |\n|-|-|\n" + "| input | 8×32×32 |\n" * 9000,
    "9,000 variants": lambda: (
        TOP + "\n## Variants\n\n|name|\n|-|\n" + "".join(f"|v{n}|\n" for n in range(9000))
    ),
    "many connections": lambda: (
        TOP
        + "| c | conv | | 3 | | | |\n\n## Connections c\n\n|"
        + "a|" * 99
        + "\n|"
        + "-|" * 99
        + "\n"
        + ("|" + "x|" * 99 + "\n") * 9000
    ),
    "many outputs": lambda: (
        TOP.replace("padding", "links")
        + "".join(f"| c{n} | sparse conv | | 1 | {'0 1;' * 2000}0 | | |\n" for n in range(90))
    ),
    "adaptive pools": lambda: (
        "Input: 8×32×32\n\n| layer | size |\n|-|-|\n"
        + "".join(f"| adaptive max pool | {4000 + n} |\n" for n in range(9000))
    ),
    "NULs": lambda: TOP + "| a\0 | relu |\n" * 100,
    "halves of characters": lambda: TOP + "| a\ud800 | relu |\n" * 100,
    "signs of direction": lambda: TOP + "| a\u202e\u2066\u200f | re\u200blu |\n",
    "escapes": lambda: TOP + "| a\x1b[2J | \x07relu |\n\x0b\x0c\x85\u2028",
    "marks on letters": lambda: TOP + "| a" + "\u0301" * 9000 + " | relu |\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_texts_made_to_hurt(name: str) -> None:
    """Deep, wide, long and endless things end soon, with an error of ours or a network."""
    check(HOSTILE[name]())


@pytest.mark.parametrize("name", ["csv quotes", "csv lines", "csv commas", "csv blanks"])
def test_csv_made_to_hurt(name: str) -> None:
    """Quotes that never end, cells over thousands of lines, and nothing but commas."""
    text = {
        "csv quotes": ('"' * 19_999 + "\n") * 100,
        "csv lines": 'layer,"' + "a\n" * 29_000,
        "csv commas": ("," * 19_999 + "\n") * 100,
        "csv blanks": ((" " * 9000 + '"') * 2 + "\n") * 100,
    }[name]
    check(text, "net.csv")


def test_memory_is_bounded() -> None:
    """The largest text that is read at all takes no more than a few hundred megabytes."""
    code = (
        "import resource, sys; sys.path[:0] = sys.argv[1:]\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        "from support.reading import read_sheet\n"
        "from netsheet.core.errors import TableError\n"
        "cells = '|relu' + '|a' * 98 + '|'\n"
        "try:\n"
        "    read_sheet('|layer' + '|(a)' * 98 + '|\\n|' + '-|' * 99 + '\\n' + (cells + '\\n') * 9500)\n"
        "except TableError as error:\n"
        "    print(str(error).splitlines()[0])\n"
    )
    command = [sys.executable, "-c", code, str(ROOT), str(ROOT / "tests")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ("the input's size is not given\n", "") == (done.stdout, done.stderr)


# The checkers themselves.


def test_an_error_that_is_not_ours_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in the reader fails the check."""

    def stumble(*_: object) -> None:
        raise KeyError("oops")

    monkeypatch.setattr("netsheet.text.elaborate.reads_of", stumble)
    with pytest.raises(KeyError):
        check(ZOO[0])


def spin() -> None:
    """Never end."""
    while True:
        pass


def test_what_takes_for_ever_is_noticed() -> None:
    """The bound on time rings."""
    with pytest.raises(AssertionError, match="it took more than"), bounded(0.05):
        spin()


@pytest.mark.parametrize("message", ["", "\x1b[31m", "x" * 300_000, "\ud800"])
def test_a_message_that_can_not_be_shown_is_noticed(
    message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing at all, an escape, a flood, and half a character, of an error that tidies nothing."""
    monkeypatch.setattr(NetsheetError, "__str__", Exception.__str__)
    with pytest.raises((AssertionError, UnicodeEncodeError)):
        assert_printable(ChoiceError(message))


# Patterns.


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern of the reader, with its name."""
    for path in sorted(Path(netsheet.text.__file__).parent.glob("*.py")):
        module = import_module(f"netsheet.text.{path.stem}")
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                yield f"{path.stem}.{name}", value


PATTERNS = dict(patterns())
BOMBS = [
    "1",
    "a",
    " ",
    "x",
    "×",
    "1×",
    "1 ",
    "1,",
    "1/",
    "/",
    "//",
    "a ",
    "a(",
    "(",
    ",",
    "Input: ",
    "1.",
    "-",
    "then ",
    "and ",
    "Block ",
    "by ",
    "1e",
    "%",
    "3×3 ",
]
LENGTH = 20_000


def try_bombs(pattern: re.Pattern[str]) -> None:
    """Long repetitions with an end that doesn't fit take time in proportion to their length."""
    for piece in BOMBS:
        for end in ("", "!", "\x00", "("):
            text = (piece * LENGTH)[:LENGTH] + end
            with bounded(BOUND_S / 5):
                for method in (pattern.match, pattern.fullmatch):
                    method(text)
                text = text[: LENGTH // 10]
                pattern.search(text)
                pattern.split(text)


def test_the_patterns_are_found() -> None:
    """There are some to check."""
    assert {"prose.INPUT", "formula._TOKEN", "phrase._KERNEL_LAST", "document._BLOCK"} <= set(
        PATTERNS
    )


@pytest.mark.parametrize("name", PATTERNS)
def test_no_pattern_explodes(name: str) -> None:
    """Each pattern of the reader, on what patterns are known to choke on."""
    try_bombs(PATTERNS[name])


@pytest.mark.parametrize("bad", [r"(a+)+$", r"(\d+\s*)*x$", r"(?:1|1×|×)+!?z"])
def test_a_pattern_that_explodes_is_noticed(bad: str) -> None:
    """The usual suspects fail the check."""
    with pytest.raises(AssertionError, match="it took more than"):
        try_bombs(re.compile(bad))
