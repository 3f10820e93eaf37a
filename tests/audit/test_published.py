"""The published corpus: verdicts against labels made by hand, and the known oddities explained."""

import tomllib
from collections import Counter
from typing import Any

import pytest

import netsheet as ns
from netsheet.audit.sheets import audit_sheet
from netsheet.audit.verdict import Finding, Hypothesis, Verdict
from netsheet.cli.published import Audited, published
from netsheet.core.claim import Claim
from netsheet.core.span import Span
from support.project import ROOT

LABELS: list[dict[str, Any]] = tomllib.loads(
    (ROOT / "tests" / "golden" / "audit_labels.toml").read_text(encoding="utf-8")
)["document"]
WORDS = {
    "agrees": Verdict.AGREES,
    "convention": Verdict.CONVENTION,
    "rounding": Verdict.ROUNDING,
    "disagrees": Verdict.DISAGREES,
    "contradicts": Verdict.CONTRADICTS,
    "unchecked": Verdict.UNCHECKED,
}


def findings(audited: Audited) -> list[Finding]:
    """Every finding of a document."""
    return [finding for report in audited.reports for finding in report.findings]


def hypotheses(name: str) -> list[Hypothesis]:
    """Every hypothesis of a document."""
    (audited,) = [each for each in published() if each.name == name]
    return [hypothesis for report in audited.reports for hypothesis in report.hypotheses]


def confusion(labels: list[dict[str, Any]]) -> Counter[tuple[Verdict, Verdict]]:
    """How often each label met each verdict; each label must be met by a claim."""
    table: Counter[tuple[Verdict, Verdict]] = Counter()
    by_name = {document["name"]: document for document in labels}
    assert sorted(by_name) == sorted(audited.name for audited in published())
    for audited in published():
        document = by_name[audited.name]
        known = {
            (subject, text): WORDS[word] for subject, text, word, _ in document.get("labels", [])
        }
        met = set()
        for report in audited.reports:
            for finding in report.findings:
                subject = finding.subject if finding.column else ""
                keys = [(f"{report.title}: {subject}", finding.text), (subject, finding.text)]
                key = next((key for key in keys if key in known), keys[1])
                met.add(key)
                table[known.get(key, Verdict.AGREES), finding.verdict] += 1
        assert set() == set(known) - met, f"{audited.name}: labelled, but not claimed"
        plain = sum(1 for each in findings(audited)) - len(known)
        assert document["agrees"] == plain, f"{audited.name}: agreeing claims"
    return table


def shown(table: Counter[tuple[Verdict, Verdict]]) -> str:
    """The table of labels against verdicts, as docs/audit.md prints it."""
    heads = [verdict.words for verdict in Verdict]
    lines = [f"{'by hand':<26}" + "".join(f"{verdict.mark:>6}" for verdict in Verdict)]
    for label, head in zip(Verdict, heads, strict=True):
        counts = [table[label, verdict] for verdict in Verdict]
        lines.append(f"{head:<26}" + "".join(f"{count or '':>6}" for count in counts))
    return "\n".join(line.rstrip() for line in lines)


def test_verdicts_are_those_of_the_labels() -> None:
    """Every claim of the corpus gets the verdict that hand arithmetic gives it."""
    table = confusion(LABELS)
    print(f"\n{shown(table)}")  # noqa: T201 the confusion table
    wrong = {key: count for key, count in table.items() if key[0] is not key[1]}
    assert {} == wrong, shown(table)


def test_no_cell_that_is_right_is_called_wrong() -> None:
    """Of the claims that are right, plainly or under a convention, none is called wrong."""
    table = confusion(LABELS)
    right = {Verdict.AGREES, Verdict.CONVENTION}
    assert 0 == sum(
        count for (label, said), count in table.items() if label in right and said.wrong
    )
    assert sum(count for (label, _), count in table.items() if label in right) > 250


def test_the_page_shows_this_table() -> None:
    """docs/audit.md prints the confusion table as it is."""
    page = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    assert shown(confusion(LABELS)) in page


def test_a_label_that_is_off_is_noticed() -> None:
    """Negative control: a label turned round, and one for a claim that nobody makes, are noticed."""
    turned = [dict(document) for document in LABELS]
    turned[0]["labels"] = [
        [s, t, "convention" if t == "34M" else w, how] for s, t, w, how in turned[0]["labels"]
    ]
    table = confusion(turned)
    assert 1 == table[Verdict.CONVENTION, Verdict.DISAGREES]
    invented = [dict(document) for document in LABELS]
    invented[0]["labels"] = [*invented[0]["labels"], ["conv1.params", "3K", "disagrees", ""]]
    with pytest.raises(AssertionError, match="labelled, but not claimed"):
        confusion(invented)


EXPLAINED = [
    ("googlenet", "inception_4a.3x3.conv with 204 filters instead of 208", 4),
    ("googlenet", "inception_5a reading 928 channels instead of 832", 2),
    ("googlenet", "conv1.conv depthwise separable, with multiplier 8", 2),
    ("mobilenet-tables", "two digits swapped: 1.91 for 1.19", 1),
    ("mobilenet-tables", "conv1 left out", 4),
    ("mobilenet", "dw13.conv with stride 1 instead of 2", 2),
    ("copies", "pool5 skipped", 1),
    ("copies", "the dense layers applied at each position, without flattening", 1),
    ("copies", "one digit wrong: 62,378,344 for 62,377,344", 1),
    ("copies", "C3.conv reading every map, not those of its table", 1),
    ("copies", "C3.conv reading one map for each of its own: the others forgotten", 1),
    ("copies", "a factor of 10 in the unit", 1),
    ("copies", "a factor of 1,000,000 in the unit", 1),
    ("copies", "fire2 taken for one convolution 3×3, 128", 1),
]


@pytest.mark.parametrize(("name", "change", "cells"), EXPLAINED)
def test_known_oddities_are_explained(name: str, change: str, cells: int) -> None:
    """What is known to be behind a wrong figure is offered, with as many cells as it explains."""
    found = [h for h in hypotheses(name) if h.change == change]
    assert cells == max((h.explains for h in found), default=0)


def test_a_count_of_a_related_network_is_explained() -> None:
    """6,624,904 is torchvision's GoogLeNet to the unit; without knowing that, its changes are found."""
    (copies,) = [each for each in published() if each.name == "copies"]
    (found,) = [each for each in findings(copies) if each.text == "6,624,904"]
    assert (Verdict.CONVENTION, ("of googlenet-bn-3x3",)) == (found.verdict, found.ways)
    claim = Claim("", "params", "6,624,904", Span("notes.md", 1, 1, 10, "6,624,904"))
    report = audit_sheet(ns.load("googlenet").sheet(), [claim])
    assert [
        "every 5x5.conv with a kernel of 3×3 instead of 5×5, and batch norm in place of the convolutions' biases"
    ] == [each.change for each in report.hypotheses]


def test_the_best_hypothesis_for_googlenet_comes_first() -> None:
    """204 filters for 208 explains four cells and stands first; what speaks against it is told."""
    first, *rest = hypotheses("googlenet")
    assert (
        "inception_4a.3x3.conv with 204 filters instead of 208",
        ("inception_4a.params", "inception_4a.ops", "inception_4b.params"),
        ("inception_4b.ops",),
        ("inception_4a.output",),
    ) == (first.change, first.mends, first.keeps, first.breaks)
    assert all(other.explains <= first.explains for other in rest)


def test_what_nothing_explains_is_said_to_be_so() -> None:
    """No single filter count or input depth explains 4c, 4d, 4e and 5b, whose cells contradict."""
    (googlenet,) = [each for each in published() if each.name == "googlenet"]
    report = googlenet.reports[0]
    names = ["inception_4c", "inception_4d", "inception_4e", "inception_5b"]
    assert tuple(f"{name}.params" for name in names) == report.unexplained
    failed = [check for check in report.checks if not check.holds]
    assert [f"{name}.params" for name in names] == [check.subjects[0] for check in failed]


def test_googlenets_eleven_cells() -> None:
    """Exactly the cells that don't follow from the printed filters are found."""
    (googlenet,) = [each for each in published() if each.name == "googlenet"]
    assert [
        "2.7K",
        "34M",
        "364K",
        "73M",
        "437K",
        "463K",
        "580K",
        "840K",
        "1072K",
        "54M",
        "1388K",
    ] == [finding.text for finding in googlenet.reports[0].not_following]


def test_the_sum_of_a_faulty_column_is_told() -> None:
    """6.8 million is the sum of GoogLeNet's printed column, and the right totals stand beside it."""
    (googlenet,) = [each for each in published() if each.name == "googlenet"]
    params, ops = googlenet.reports[0].notes
    assert params.startswith("The printed params add up to 6,797,700, about 6.8 million")
    assert params.endswith("The network has 6,998,552 parameters.")
    assert ops.endswith("The network has 1,582,671,872 multiply-adds.")


def test_mobilenets_shares_do_not_add_up() -> None:
    """94.86, 3.06, 1.19 and 0.18 per cent are 99.29, though they cover all multiply-adds."""
    (tables,) = [each for each in published() if each.name == "mobilenet-tables"]
    failed = [c for report in tables.reports for c in report.checks if not c.holds]
    assert ["94.86 % + 3.06 % + 1.19 % + 0.18 % = 99.29 %"] == [check.sum for check in failed]
