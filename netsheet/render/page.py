"""A whole page of HTML around its body: one frame for all that is written as a page.

Requirements met here: nothing is loaded and nothing is run, even if something slipped through; a
page fits the reader's light or dark, and a small screen.
"""

from collections.abc import Iterable
from html import escape
from pathlib import Path

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""Nothing is loaded and nothing is run, even if something slipped through."""


def whole_page(title: str, body: Iterable[str], css: str = "") -> str:
    """A page of these lines. `title`: plain text; `css`: rules behind those that all pages have."""
    shared = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            f"<title>{escape(title)} – netsheet</title>",
            f"<style>\n{shared}{css}</style>",
            "</head>",
            "<body>",
            "<main>",
            *body,
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )
