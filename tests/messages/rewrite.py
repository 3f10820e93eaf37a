"""Write the pages beside this file anew, with what is said now. Read the difference afterwards.

PYTHONPATH=.:tests python tests/messages/rewrite.py
"""

import sys
from pathlib import Path

from support.cases import cases
from support.reading import said

for page in sorted(Path(__file__).parent.glob("*.md")):
    text = page.read_text(encoding="utf-8")
    for case in cases(page):
        message = said(case.sheet, source=case.source, variant=case.variant)
        head, rest = text.split(f"## {case.title}\n", 1)
        before, after = rest.split("```text\n", 1)
        _, end = after.split("```", 1) if after.startswith("```") else after.split("\n```", 1)
        text = f"{head}## {case.title}\n{before}```text\n{message}\n```{end}"
    if text != page.read_text(encoding="utf-8"):
        page.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{page.name} rewritten\n")
