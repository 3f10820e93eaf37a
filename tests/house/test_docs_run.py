"""Every example of README.md, CONTRIBUTING.md and docs is run, and shows what really comes out."""

import sys
from pathlib import Path

import pytest

from support.documents import Tally, check_document
from support.project import ROOT

PAGES = sorted(
    page
    for pattern in ("README.md", "CONTRIBUTING.md", "docs/**/*.md")
    for page in ROOT.glob(pattern)
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_shows_is_so(page: Path, tmp_path: Path) -> None:
    """Each block of the page runs, and what it shows is what comes out."""
    check_document(page, tmp_path)


def shout(argv: list[str]) -> int:
    """Stand in for the command line: print each word on a line; fail when there is none."""
    print(*argv, sep="\n")  # noqa: T201 a command prints
    if not argv:
        print("say something", file=sys.stderr)  # noqa: T201 a command prints
        sys.exit(2)
    return 0


def check(text: str, folder: Path) -> Tally:
    """Check a page of this text with `shout` for its command line."""
    page = folder / "page.md"
    page.write_text(text, encoding="utf-8")
    inside = folder / "inside"
    inside.mkdir()
    return check_document(page, inside, main=shout)


TRUE_PAGES = {
    "python, one namespace": "```python\nx = 2\n```\nand then\n```python\nx + 1  # 3\n```\n",
    "a comment in prose": "```python\n1 + 1  # two, of course\n```\n",
    "an exact text": "```python\nprint('a' + 'b')  # -> ab\n```\n",
    "digits in groups": "```python\n60965224  # 60,965,224\n```\n",
    "a session": "```python\nx = 2\n```\n```pycon\n>>> x * 3\n6\n```\n",
    "a command": "```console\n$ netsheet one 'two three'\none\ntwo three\n```\n",
    "a long command": "```console\n$ netsheet one \\\n> two\none\ntwo\n```\n",
    "left-out lines": "```console\n$ netsheet a b c d\na\n...\nd\n```\n",
    "nothing left out": "```console\n$ netsheet a b\na\n...\nb\n```\n",
    "a command that works": "```console\n$ netsheet show\n$ netsheet fmt\n```\n",
    "a failure": "```console\n$ netsheet\n\nsay something\n$ echo $?\n2\n```\n",
    "another program": "```console\n$ make test\n```\n",
    "a module": "```python file=a.py\nX = 1 / 0\n```\n```python\nimport os\nos.listdir()  # ['a.py']\n```\n",
    "a file": "```markdown file=a\nb\n```\n```python\nimport os\nos.listdir()  # ['a']\n```\n",
}

FALSE_PAGES = {
    "python fails": ("```python\n1 / 0\n```\n", "division by zero"),
    "a wrong number": (
        "text\n\n```python\nx = 1\nx + 1  # 3\n```\n",
        "page.md:5: not what came out",
    ),
    "a wrong text": ("```python\nprint('a')  # -> b\n```\n", "not what came out"),
    "a wrong session": ("```pycon\n>>> 1 + 1\n3\n```\n", r"Expected:\s+3\s+Got:\s+2"),
    "a failing session": ("```pycon\n>>> 1 / 0\n```\n", "ZeroDivisionError"),
    "a wrong line": ("```console\n$ netsheet one\ntwo\n```\n", r"page.md:2: \$ netsheet one"),
    "a line too few": ("```console\n$ netsheet one two\none\n```\n", "netsheet one two"),
    "a line too many": ("```console\n$ netsheet one\none\ntwo\n```\n", "netsheet one"),
    "a wrong end": ("```console\n$ netsheet a b c\na\n...\nd\n```\n", "netsheet a b c"),
    "a wrong beginning": ("```console\n$ netsheet a b c\nb\n...\nc\n```\n", "netsheet a b c"),
    "dots inside a line": ("```console\n$ netsheet abc\na...\n```\n", "netsheet abc"),
    "a silent failure": ("```console\n$ netsheet\n```\n", r"exit status 2\s+say something"),
    "a wrong status": ("```console\n$ netsheet\n$ echo $?\n1\n```\n", r"echo \$\?"),
    "another's answer": ("```console\n$ make test\nall passed\n```\n", "only netsheet's answers"),
    "a pipe": ("```console\n$ netsheet one | wc\n```\n", "no shell runs this"),
    "no command": ("```console\none\n```\n", "begins with a command"),
    "an alias": ("```sh\nnetsheet one\n```\n", "page.md:2: write console"),
    "an unknown need": ("```python trch\nimport trch\n```\n", "no extra brings .'trch'"),
    "a module elsewhere": ("```python file=../a.py\n```\n", "expected file=NAME"),
    "a file elsewhere": ("```markdown file=../a.md\n```\n", "expected file=NAME"),
}


@pytest.mark.parametrize("name", TRUE_PAGES)
def test_a_true_page_passes(name: str, tmp_path: Path) -> None:
    """A page that shows what is so passes, whichever way it shows it."""
    check(TRUE_PAGES[name], tmp_path)


@pytest.mark.parametrize("name", FALSE_PAGES)
def test_a_false_page_fails(name: str, tmp_path: Path) -> None:
    """Negative control: a page that shows what isn't so fails, and the place is named."""
    text, complaint = FALSE_PAGES[name]
    with pytest.raises((AssertionError, ArithmeticError), match=complaint):
        check(text, tmp_path)


def test_a_block_is_left_out_only_for_want_of_a_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A block that needs what is not installed is left out and counted; the others run."""
    monkeypatch.setattr("support.documents.missing", lambda names: sorted(names & {"torch"}))
    text = "```python torch\n1 / 0\n```\n```python\n1 + 1  # 2\n```\n"
    assert Tally(ran=1, left_out=1) == check(text, tmp_path)
