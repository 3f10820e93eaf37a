"""How long it takes to find what prose claims of networks: netsheet beside a reader of Markdown.

    python benchmarks/prose.py         half a minute

The text is ten thousand lines of real documents, those that tests/golden/prose_lines.toml holds
labelled by hand; a fifth of them hold claims. No other tool looks for such claims, so the peer is
markdown-it-py, which only parses the same text. Both run in turn in one process; the best of the
rounds is compared and printed as a ratio. The goal is two seconds.
"""

import time
import tomllib
from collections.abc import Callable
from pathlib import Path

from markdown_it import MarkdownIt

from netsheet.audit.document import audit_document
from netsheet.cli.nets import find

LINES = 10_000
ROUNDS = 5
GOAL_S = 2.0
LABELLED = Path(__file__).parents[1] / "tests" / "golden" / "prose_lines.toml"


def lines() -> list[str]:
    """The labelled lines, over and over until there are enough."""
    sources = tomllib.loads(LABELLED.read_text(encoding="utf-8"))["source"]
    found = [text for source in sources for text, _ in source["lines"]]
    return (found * (LINES // len(found) + 1))[:LINES]


def best_s(run: Callable[[], object]) -> float:
    """The least processor time of a few rounds, in seconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    """Measure and print."""
    text = "\n".join(lines()) + "\n"
    claims = len(audit_document(text, "lines.md", find=find).findings)
    parser = MarkdownIt("gfm-like", {"linkify": False})
    ours = best_s(lambda: audit_document(text, "lines.md", find=find))
    theirs = best_s(lambda: parser.parse(text))
    print(f"{LINES:,} lines, {len(text):,} characters, {claims:,} claims judged")
    print(f"netsheet audit      {ours:6.2f} s   {ours / theirs:5.2f}× the parser alone")
    print(f"markdown-it-py      {theirs:6.2f} s")
    print(f"goal: {GOAL_S:g} s; {'reached' if ours <= GOAL_S else 'missed'}")


if __name__ == "__main__":
    main()
