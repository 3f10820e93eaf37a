"""Precision and recall of the reader of prose, on lines of real documents labelled by hand."""

import tomllib
from collections import Counter
from typing import Any

from netsheet.audit.prose.find import claims
from netsheet.audit.verdict import Verdict
from support.project import ROOT

SOURCES: list[dict[str, Any]] = tomllib.loads(
    (ROOT / "tests" / "golden" / "prose_lines.toml").read_text(encoding="utf-8")
)["source"]


def score(sources: list[dict[str, Any]]) -> dict[str, Counter[str]]:
    """By kind of document: lines, claims by hand, found, found rightly, called wrong.

    All claims of the labelled lines are right, but for what people round as they like.
    """
    tally: dict[str, Counter[str]] = {}
    for source in sources:
        counts = tally.setdefault(source["kind"], Counter())
        for text, labelled in source["lines"]:
            judged = [f for f in claims(text, "x.md") if f.verdict is not Verdict.UNCHECKED]
            left = list(labelled)
            counts["lines"] += 1
            counts["claims"] += len(labelled)
            counts["found"] += len(judged)
            counts["called wrong"] += sum(finding.verdict.wrong for finding in judged)
            for finding in judged:
                if finding.text in left:
                    left.remove(finding.text)
                    counts["rightly"] += 1
    return tally


def shown(tally: dict[str, Counter[str]]) -> str:
    """The table that docs/audit.md prints."""
    heads = ("lines", "claims", "found", "rightly", "called wrong")
    lines = [f"{'':<15}" + "".join(f"{head:>14}" for head in heads)]
    for kind, counts in sorted(tally.items()):
        lines.append(f"{kind:<15}" + "".join(f"{counts[head]:>14}" for head in heads))
    whole = sum(tally.values(), Counter[str]())
    lines.append(f"{'all':<15}" + "".join(f"{whole[head]:>14}" for head in heads))
    precision, recall = whole["rightly"] / whole["found"], whole["rightly"] / whole["claims"]
    lines.append(f"precision {precision:.3f}, recall {recall:.3f}")
    return "\n".join(lines)


def test_precision_and_recall() -> None:
    """What is found is there, nearly all that is there is found, and nothing is called wrong."""
    tally = score(SOURCES)
    print(f"\n{shown(tally)}")  # noqa: T201 the table
    whole = sum(tally.values(), Counter[str]())
    assert 0 == whole["called wrong"]
    assert whole["found"] == whole["rightly"]
    assert 0.85 <= whole["rightly"] / whole["claims"] < 1


def test_the_page_shows_this_table() -> None:
    """docs/audit.md prints the table as it is."""
    page = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    assert shown(score(SOURCES)) in page


def test_enough_was_labelled() -> None:
    """Lines of at least thirty packages' READMEs, and of as many licences and changelogs."""
    packages = {
        kind: {s["package"] for s in SOURCES if s["kind"] == kind} for kind in ("readme", "licence")
    }
    assert len(packages["readme"]) >= 30
    assert len(packages["licence"]) >= 30
    assert sum(len(source["lines"]) for source in SOURCES) >= 200
    assert all({"package", "version", "licence", "kind", "lines"} == set(s) for s in SOURCES)


def test_a_label_that_is_off_is_noticed() -> None:
    """Negative control: a claim that is not there lowers recall, one less lowers what is rightly found."""
    more = [{**SOURCES[0], "lines": [["nothing here", ["3 x 3 = 10"]]]}]
    less = [{**SOURCES[0], "lines": [["so 3 x 3 x 64 x 64 = 36,864 weights", []]]}]
    assert Counter(lines=1, claims=1) == +score(more)[SOURCES[0]["kind"]]
    assert Counter(lines=1, found=1) == +score(less)[SOURCES[0]["kind"]]
