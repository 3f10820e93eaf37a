"""The audit of sheets: conventions by hand arithmetic, checks with planted faults, hypotheses."""

import pytest

import netsheet as ns
from netsheet.audit.edits import kinds
from netsheet.audit.readings import readers
from netsheet.audit.sheets import audit_sheet
from netsheet.audit.verdict import Finding, Report, Verdict
from netsheet.net import from_text

HEAD = "# Net\n\nInput: 3×32×32\n\n"


def audit(
    text: str, *, hypotheses: bool = False, relatives: dict[str, str] | None = None
) -> Report:
    """The report of a sheet's text; relatives are the texts of others that go by its name."""
    net = from_text(text)
    graphs = {name: from_text(other).graph for name, other in (relatives or {}).items()}
    return audit_sheet(net.sheet(), net.claims, variants=graphs, hypotheses=hypotheses)


def only(report: Report) -> Finding:
    """The one finding of a report."""
    (found,) = report.findings
    return found


def one(claim: str, column: str = "params", rows: str = "") -> Finding:
    """What is said of one claim about a convolution of 16 filters 5×5 on 3×32×32, with its heading.

    It has 1,200 weights, 16 biases, and 28·28·1,200 = 940,800 multiply-adds, 12,544 outputs.
    """
    rows = rows or f"| c | conv | 16 | 5×5 | {claim} |\n"
    text = f"{HEAD}| name | layer | out | kernel | {column} |\n|---|---|---|---|---|\n{rows}"
    return only(audit(text))


@pytest.mark.parametrize(
    ("column", "claim", "verdict", "ways"),
    [
        ("params", "1,216", Verdict.AGREES, ()),
        ("params", "1.2K", Verdict.AGREES, ()),
        ("params", "1,200", Verdict.CONVENTION, ("biases left out",)),
        ("params", "1,217", Verdict.DISAGREES, ()),
        ("params", "1.19K", Verdict.CONVENTION, ("K = 1024",)),
        ("params", "many", Verdict.UNCHECKED, ()),
        ("weights", "1,200", Verdict.AGREES, ()),
        ("weights", "1,216", Verdict.CONVENTION, ("biases counted",)),
        ("macs", "940,800", Verdict.AGREES, ()),
        ("macs", "940K", Verdict.CONVENTION, ("cut instead of rounded",)),
        ("macs", "941K", Verdict.AGREES, ()),
        ("macs", "942K", Verdict.ROUNDING, ()),
        ("macs", "1,881,600", Verdict.CONVENTION, ("two per multiply-add",)),
        ("macs", "953,344", Verdict.CONVENTION, ("biases counted",)),
        ("macs", "1,894,144", Verdict.CONVENTION, ("two per multiply-add", "biases counted")),
        ("macs", "about 960 thousand", Verdict.CONVENTION, ("about",)),
        ("macs", "about 1.5 million", Verdict.DISAGREES, ()),
        ("connections", "953,344", Verdict.AGREES, ()),
        ("connections", "940,800", Verdict.CONVENTION, ("biases left out",)),
        ("neurons", "12,544", Verdict.AGREES, ()),
        ("depth", "1", Verdict.AGREES, ()),
        ("output", "28×28×16", Verdict.AGREES, ()),
        ("output", "16×28×28", Verdict.AGREES, ()),
        ("output", "28×28", Verdict.AGREES, ()),
        ("output", "28×27×16", Verdict.DISAGREES, ()),
        ("output", "lots", Verdict.UNCHECKED, ()),
        ("% params", "100 %", Verdict.AGREES, ()),
        ("% macs", "≤ 99 %", Verdict.DISAGREES, ()),
        ("% macs", "≥ 99 %", Verdict.AGREES, ()),
        ("receptive field", "5", Verdict.AGREES, ()),
        ("receptive field", "7", Verdict.DISAGREES, ()),
        ("biases", "16", Verdict.AGREES, ()),
    ],
)
def test_a_cell(column: str, claim: str, verdict: Verdict, ways: tuple[str, ...]) -> None:
    """One cell under each convention, by hand arithmetic."""
    found = one(claim, column)
    assert (verdict, ways) == (found.verdict, found.ways)


def test_a_wrong_cell_says_what_is_right_and_why() -> None:
    """The computed value with its sum, how far off it is, and its place."""
    found = one("1,101")
    assert "it is 1,216 = 5·5·3·16 + 16; 10.4 % more than printed" == found.why
    assert found.span is not None
    assert found.span.line == 7
    assert found.explanation is not None
    assert found.explanation.value == "1,216"


def test_units_in_the_heading() -> None:
    """`params (K)` and `MFLOPs` give the unit of the cells below."""
    assert Verdict.AGREES is one("0.94", "mflops").verdict
    assert ("two per multiply-add",) == one("1.88", "mflops").ways


NORMED = """| name | layer | out | kernel | then | params |
|------|-------|-----|--------|------|--------|
| c    | conv  | 16  | 5×5    | bn   | {claim} |
"""


@pytest.mark.parametrize(
    ("claim", "ways"),
    [
        ("1,248", ()),  # 1,216 and two for each of 16 channels
        ("1,216", ("batch norm left out",)),
        ("1,280", ("batch norm counted with four values a channel",)),
        ("1,200", ("biases left out",)),
    ],
)
def test_batch_norm_in_many_ways(claim: str, ways: tuple[str, ...]) -> None:
    """Batch norm has two trained values a channel, or none, or four, as people count."""
    assert ways == only(audit(HEAD + NORMED.format(claim=claim))).ways


GROUPED = """| name | layer | out | kernel | groups | params |
|------|-------|-----|--------|--------|--------|
| a    | conv  | 8   | 1×1    |        |        |
| b    | conv  | 8   | 3×3    | 2      | {claim} |
| c    | dense | 10  |        |        |        |
| total |      |     |        |        | {total} |
"""


def test_groups_dense_layers_and_relatives() -> None:
    """Row b has 3·3·4·8 + 8 = 296; ignoring groups 584; the total without its dense layer 32 + 296."""
    found = audit(HEAD + GROUPED.format(claim="584", total="328")).findings
    assert [("groups ignored",), ("dense layers left out",)] == [each.ways for each in found]
    text = HEAD + GROUPED.format(claim="296", total="")
    other = text.replace("| b    | conv  | 8   | 3×3", "| b    | conv  | 8   | 5×5")
    claimed = text.replace("296", "808")  # 5·5·4·8 + 8
    assert ("of wide",) == only(audit(claimed, relatives={"of wide": other})).ways


def test_a_column_that_is_rounded_is_not_cut() -> None:
    """A cell that would have to be cut, among cells that are rounded up, is off by rounding."""
    rows = "".join(
        f"| c{place} | conv | {out} | 1×1 | {claim} |\n"
        for place, (out, claim) in enumerate(
            [(19, "0.1K"), (15, "0.3K"), (29, "0.5K"), (25, "0.8K"), (38, "0.9K")]
        )
    )
    # 76, 300, 464, 750, 988: 0.076, 0.3, 0.464, 0.75, 0.988 thousand: three rounded up, one cut
    text = f"{HEAD}| name | layer | out | kernel | params |\n|---|---|---|---|---|\n{rows}"
    verdicts = [found.verdict for found in audit(text).findings]
    assert [Verdict.AGREES] * 4 + [Verdict.ROUNDING] == verdicts
    alone = audit(text.replace("0.1K", "").replace("0.5K", "")).findings
    assert Verdict.CONVENTION is alone[-1].verdict


def test_every_computed_column_is_read_or_said_not_to_be() -> None:
    """A column without a reader is not checkable, never wrong; the usual ones have readers."""
    assert {"params", "macs", "ops", "depth", "neurons", "connections", "share"} <= set(readers())
    assert Verdict.UNCHECKED is one("3", "buffers", "| c | conv | 16 | 5×5 | n/a? |\n").verdict


BRANCHES = """| name  | layer  | out | kernel | padding | from | output | input size | params | ops  | depth | % params |
|-------|--------|-----|--------|---------|------|--------|------------|--------|------|-------|----------|
| block | two    |     |        |         |      | {out}  |            | {p}    | {ops} | 1 | {s1} |
| pool  | max pool |   | 2×2    |         |      |        | {read}     |        |      | 0    | |
| fc    | dense  | 10  |        |         |      |        |            | 12,810 | 13K  | 1     | {s2} |
| total |        |     |        |         |      |        |            | {total} |     |       | |

## Block two

| name | layer | out | kernel | padding | from |
|------|-------|-----|--------|---------|------|
| a    | conv  | 2   | 1×1    |         | input |
| b    | conv  | 3   | 3×3    | 1       | input |
| join | concat |    |        |         | a, b |
"""
RIGHT = {
    "out": "32×32×5",
    "read": "32×32×5",
    "p": "92",
    "ops": "89,088",
    "s1": "0.7 %",
    "s2": "99.3 %",
    "total": "12,902",
}


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("branches add up", {"out": "32×32×6"}),
        ("output = next input", {"read": "16×16×5"}),
        ("params × positions = ops", {"ops": "189,088"}),
        ("a column adds up to its total", {"total": "13,902"}),
        ("shares add up to 100 %", {"s1": "0.9 %"}),
    ],
)
def test_checks_without_ground_truth(kind: str, change: dict[str, str]) -> None:
    """Each check holds where it should, and a planted fault fails that check alone."""
    # a: 3·2 + 2 = 8; b: 9·3·3 + 3 = 84; 92 in all; 32·32·(6 + 81) = 89,088; fc: 5·16·16·10 + 10
    good = audit(HEAD + BRANCHES.format(**RIGHT))
    assert [] == [check.kind for check in good.checks if not check.holds]
    assert kind in {check.kind for check in good.checks}
    bad = audit(HEAD + BRANCHES.format(**RIGHT | change))
    failed = {check.kind for check in bad.checks if not check.holds}
    assert kind in failed
    assert failed <= {kind, "output = next input"}


def test_depths_add_up() -> None:
    """A depth column against the network's depth; one layer too many is noticed."""
    good = audit(HEAD + BRANCHES.format(**RIGHT))
    assert any(check.kind == "depths add up" and check.holds for check in good.checks)
    bad = audit(HEAD + BRANCHES.format(**RIGHT).replace("| 0    | |", "| 1    | |"))
    assert any(check.kind == "depths add up" and not check.holds for check in bad.checks)


def best(rows: str, columns: str = "params | macs") -> str:
    """The first hypothesis for a table of these rows."""
    count = columns.count("|") + 1
    head = f"| name | layer | out | kernel | {columns} |\n|---|---|---|---|{'---|' * count}\n"
    report = audit(HEAD + head + rows, hypotheses=True)
    return report.hypotheses[0].change if report.hypotheses else ""


@pytest.mark.parametrize(
    ("rows", "change"),
    [
        # 5·5·3·20 + 20 = 1,520 and 28·28·1,500 = 1,176,000
        ("| c | conv | 16 | 5×5 | 1,520 | 1,176,000 |\n", "c with 20 filters instead of 16"),
        # 3·3·3·16 + 16 = 448 and 30·30·432 = 388,800
        (
            "| c | conv | 16 | 5×5 | 448 | 388,800 |\n",
            "c with a kernel of 3×3 instead of 5×5",
        ),
        # 5·5·12 + 12·16 + 16 + 12 = 520 with both biases; 28·28·(300 + 192) = 385,728
        ("| c | conv | 16 | 5×5 | 520 | 385,728 |\n", "c depthwise separable, with multiplier 4"),
        # 16·30·30·10 + 10 with the pool, 16·30·30 skipped
        (
            "| c | conv | 16 | 3×3 | | |\n| p | max pool | | 2×2 | | |\n| d | dense | 10 | | 144,010 | |\n",
            "p skipped",
        ),
    ],
)
def test_small_edits_are_found(rows: str, change: str) -> None:
    """Each kind of edit explains what it would make, and comes first."""
    assert change == best(rows)


def test_no_hypothesis_is_offered_for_what_anything_explains() -> None:
    """One cell that many filter counts would fit, beside one that they would not, stays unexplained."""
    report = audit(
        f"{HEAD}| name | layer | out | kernel | params | macs |\n|---|---|---|---|---|---|\n"
        "| c | conv | 16 | 5×5 | 1.4K | 940,800 |\n",
        hypotheses=True,
    )
    assert () == report.hypotheses
    assert ("c.params",) == report.unexplained


def test_every_kind_of_edit_gives_a_bounded_number() -> None:
    """No kind of edit gives more than a few thousand for any line of the zoo's largest tables."""
    from netsheet.audit.edit import Target

    for name in ("googlenet", "vgg16", "squeezenet1.0"):
        sheet = ns.load(name).sheet()
        for _, kind in kinds():
            for node in sheet.graph.outline[1:]:
                assert sum(1 for _ in kind(Target(sheet, node))) <= 12_000


def test_a_report_answers_no_only_for_what_is_wrong() -> None:
    """Off by rounding and not checkable are no reason to fail; disagreement is."""
    texts = {"1,216": True, "1,217": False, "many": True, "1,200": True}
    head = f"{HEAD}| name | layer | out | kernel | params |\n|---|---|---|---|---|\n"
    assert texts == {c: audit(f"{head}| c | conv | 16 | 5×5 | {c} |\n").answer for c in texts}
