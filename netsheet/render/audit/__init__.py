"""Reports of audits: terminal, Markdown, JSON, HTML. Each formats a report and computes nothing."""

from importlib import import_module
from typing import TYPE_CHECKING

from netsheet.audit.verdict import Report

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS = {"text": "terminal", "markdown": "markdown", "json": "json_report", "html": "html"}
"""What `--format` takes, and the module that writes it."""


def written(reports: list[Report], form: str) -> str:
    """Reports in one of the formats."""
    render: Callable[[list[Report]], str] = import_module(f"{__name__}.{FORMATS[form]}").render
    return render(reports)
