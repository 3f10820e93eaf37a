"""Formats other than the terminal's need no library."""

import subprocess
import sys

FORMATS = "table, footer, layout, terminal, markdown, csv_table, json_sheet, html, notebook, units"


def test_rich_waits_until_a_terminal_is_drawn_on() -> None:
    """Importing every format loads no rich; drawing does."""
    code = (
        "import sys\n"
        f"from netsheet.render import {FORMATS}\n"
        "print('rich' in sys.modules)\n"
        "terminal.render_explanation('a = 1', width=80, colour=False)\n"
        "print('rich' in sys.modules)\n"
    )
    run = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=False
    )
    assert ("False\nTrue\n", "") == (run.stdout, run.stderr)
