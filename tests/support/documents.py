"""Run what a Markdown page shows, so that no page can show what isn't so.

- ```` ```python ```` blocks run from top to bottom in one namespace. A comment behind an expression
  that is a literal (`# 35_000`) or begins with `->` is a claim, and must be what came out.
- ```` ```pycon ```` blocks are Python sessions, checked as doctests, in the same namespace.
- ```` ```console ```` blocks show `$ netsheet …` and exactly what it prints on 80 columns; `...`
  alone on a line stands for any lines. With nothing shown, the command must only succeed.
  `$ echo $?` shows the last exit status. Other programs may be named, but not answer, as nobody
  checks that.
- ```` ```markdown file=lenet.md ```` is written to the empty folder in which the page runs, and so
  is ```` ```python file=model.py ````, which is not run by itself.
- Words behind the language name what a block needs: ```` ```python torch ```` is left out where
  torch is not installed.
"""

import ast
import contextlib
import doctest
import importlib
import io
import os
import re
import shlex
import sys
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from markdown_it import MarkdownIt

from support.project import EXTRAS, missing

Main = Callable[[list[str]], int | None]

ALIASES = {
    "py": "python",
    "python3": "python",
    "bash": "console",
    "sh": "console",
    "shell": "console",
    "shell-session": "console",
}
"""Names under which a block would escape being run, and the name to use."""

SHELL_SIGNS = frozenset("|<>&;")


class Block(NamedTuple):
    """A fenced block: its language, the words behind it, its text, and the text's first line."""

    language: str
    words: tuple[str, ...]
    text: str
    line: int


class Tally(NamedTuple):
    """How many blocks of a page were run, and how many left out for want of a library."""

    ran: int
    left_out: int


def netsheet_main(argv: list[str]) -> int | None:
    """Call the command line in this process; imported late, as few pages need it."""
    main: Main = importlib.import_module("netsheet.cli").main
    return main(argv)


def blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a Markdown text that say what they are, from top to bottom."""
    for token in MarkdownIt().parse(text):
        if token.type == "fence" and token.map and token.info.split():
            language, *words = token.info.split()
            yield Block(language, tuple(words), token.content, token.map[0] + 2)


def check_document(page: Path, folder: Path, *, main: Main = netsheet_main) -> Tally:
    """Run every example of a page inside an empty folder and assert that each says what is so."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    ran = left_out = 0
    with contextlib.chdir(folder):
        for block in blocks(page.read_text(encoding="utf-8")):
            place = f"{page.name}:{block.line}"
            usual = ALIASES.get(block.language)
            assert usual is None, f"{place}: write {usual}, which is run, not {block.language}"
            named = any(word.startswith("file=") for word in block.words)
            if block.language == "markdown" or (block.language == "python" and named):
                _write_files(block, place)
            elif block.language in {"python", "pycon", "console"}:
                needs = frozenset(block.words)
                assert needs <= EXTRAS, f"{place}: no extra brings {sorted(needs - EXTRAS)}"
                if missing(needs):
                    left_out += 1
                    continue
                if block.language == "python":
                    _run_python(block, page, namespace)
                elif block.language == "pycon":
                    _run_session(block, page, namespace)
                else:
                    _run_console(block, place, main)
                ran += 1
    return Tally(ran, left_out)


def _write_files(block: Block, place: str) -> None:
    for word in block.words:
        key, _, name = word.partition("=")
        assert ("file", Path(name).name) == (key, name), f"{place}: expected file=NAME, got {word}"
        Path(name).write_text(block.text, encoding="utf-8")


def _run_python(block: Block, page: Path, namespace: dict[str, object]) -> None:
    source = "\n" * (block.line - 1) + block.text  # so that a traceback names the page's line
    comments = {
        token.start[0]: token.string.lstrip("# ").rstrip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    for statement in ast.parse(source, str(page)).body:
        if isinstance(statement, ast.Expr):
            code = compile(ast.Expression(statement.value), str(page), "eval")
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                value = eval(code, namespace)  # noqa: S307 the page's own text is what we run
            claim = _claim(comments.get(statement.end_lineno or 0, ""))
            if claim:
                place = f"{page.name}:{statement.end_lineno}"
                assert claim in _renderings(value, printed.getvalue()), (
                    f"{place}: not what came out"
                )
        else:
            exec(compile(ast.Module([statement], []), str(page), "exec"), namespace)


def _claim(comment: str) -> str:
    """What a comment claims to come out, or nothing where it is prose."""
    if comment.startswith("->"):
        return comment.removeprefix("->").strip()
    try:
        ast.literal_eval(comment)
    except (SyntaxError, ValueError):
        return ""
    return comment


def _renderings(value: object, printed: str) -> list[str]:
    """The ways in which a page may write what came out."""
    if value is None:
        return [printed.strip()]
    grouped = [f"{value:,}", f"{value:_}"] if isinstance(value, int) else []
    return [str(value), repr(value), *grouped]


def _run_session(block: Block, page: Path, namespace: dict[str, object]) -> None:
    session = doctest.DocTestParser().get_doctest(
        block.text, {}, page.name, str(page), block.line - 1
    )
    session.globs = namespace
    report: list[str] = []
    results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(
        session, out=report.append, clear_globs=False
    )
    assert 0 == results.failed, "".join(report)


class Exchange(NamedTuple):
    """One command of a console block, what the page shows below it, and on which line it stands."""

    command: str
    shown: list[str]
    line: int


def _exchanges(block: Block, place: str) -> list[Exchange]:
    found: list[Exchange] = []
    continued = False
    for number, line in enumerate(block.text.splitlines(), block.line):
        if continued:
            last = found.pop()
            found.append(last._replace(command=last.command + line.removeprefix("> ")))
        elif line.startswith("$ "):
            found.append(Exchange(line.removeprefix("$ "), [], number))
        else:
            assert found, f"{place}: a console block begins with a command, `$ …`"
            found[-1].shown.append(line.rstrip())
        continued = bool(found) and not found[-1].shown and found[-1].command.endswith("\\")
        if continued:
            last = found.pop()
            found.append(last._replace(command=last.command.removesuffix("\\")))
    return found


def _run_console(block: Block, place: str, main: Main) -> None:
    status = 0
    exchanges = _exchanges(block, place)
    following = [exchange.command for exchange in exchanges[1:]] + [""]
    for (command, shown, line), next_command in zip(exchanges, following, strict=True):
        here = f"{place.rpartition(':')[0]}:{line}: $ {command}"
        while shown and not shown[-1]:
            shown.pop()
        if command.strip() == "echo $?":
            assert shown == [str(status)], here
            continue
        program, *arguments = shlex.split(command)
        if program != "netsheet":
            assert not shown, f"{here}: only netsheet's answers are checked, so show no other's"
            continue
        assert not _shell_signs(command), f"{here}: no shell runs this"
        status, screen = _call(main, arguments)
        if shown:
            assert_same_screen(shown, screen, here)
        elif next_command.strip() != "echo $?":
            assert 0 == status, f"{here}: exit status {status}\n" + "\n".join(screen)


def _shell_signs(command: str) -> list[str]:
    """The words of a command that only a shell would act on."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars="".join(SHELL_SIGNS))
    lexer.whitespace_split = True
    lexer.commenters = ""
    return [word for word in lexer if word and set(word) <= SHELL_SIGNS]


def _call(main: Main, arguments: list[str]) -> tuple[int, list[str]]:
    """Run a command as a terminal of 80 columns would show it; its status and its lines."""
    raw = io.BytesIO()
    screen = io.TextIOWrapper(raw, encoding="utf-8", write_through=True)
    environment = {k: v for k, v in os.environ.items() if k not in {"FORCE_COLOR", "LINES"}}
    with (
        mock.patch.dict(os.environ, {**environment, "COLUMNS": "80"}, clear=True),
        mock.patch.object(sys, "argv", ["netsheet", *arguments]),
        mock.patch.object(sys, "stdin", io.StringIO()),
        contextlib.redirect_stdout(screen),
        contextlib.redirect_stderr(screen),
    ):
        try:
            status = main(arguments)
        except SystemExit as leaving:
            if isinstance(leaving.code, str):
                raise  # a message is no exit status, and would go unseen here
            status = leaving.code
    lines = [line.rstrip() for line in raw.getvalue().decode().splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    return status or 0, lines


def assert_same_screen(shown: list[str], screen: list[str], place: str) -> None:
    """What is shown must be what was printed; a shown `...` stands for any lines, also for none."""
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in shown)
    if not re.fullmatch(pattern, "".join(line + "\n" for line in screen)):
        assert shown == screen, place
