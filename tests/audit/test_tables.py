"""Tables of networks in documents: headings, units, rows that name a network, and what is let be."""

import pytest

from netsheet.audit.document import audit_document
from netsheet.audit.headings import column_of, unit_of
from netsheet.audit.networks import Known, with_classes
from netsheet.audit.verdict import Finding, Verdict
from netsheet.cli.nets import find as in_zoo
from netsheet.net import from_text

SMALL = from_text(
    """# Net

Input: 3×32×32

| name | layer | out | kernel |
|---|---|---|---|
| c | conv | 16 | 5×5 |
| d | dense | 10 | |
"""
)
"""1,216 + 125,450 = 126,666 parameters; 940,800 + 125,440 = 1,066,240 multiply-adds."""


def find(name: str) -> Known | None:
    """The one network that there is."""
    return Known("small", SMALL.graph, {}) if name.casefold() in {"small", "smallnet"} else None


def findings(text: str) -> dict[str, Finding]:
    """What is found in a document, by its subject."""
    return {each.subject: each for each in audit_document(text, "x.md", find=find).findings}


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("params", "params"),
        ("Params (M)", "params"),
        ("#Params", "params"),
        ("Parameters", "params"),
        ("# of Parameters (Millions)", "params"),
        ("GFLOPs", "ops"),
        ("FLOPs (G)", "ops"),
        ("GMACs", "macs"),
        ("MACs", "macs"),
        ("Mult-Adds", "macs"),
        ("FLOPs/2", "macs"),
        ("Top-1", ""),
        ("acc@1", ""),
        ("Size", ""),
        ("Batch size", ""),
        ("Time (ms)", ""),
        ("", ""),
    ],
)
def test_headings(heading: str, column: str) -> None:
    """A heading names a computed column or none."""
    assert column == column_of(heading)


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("Params (M)", 10**6),
        ("Params (in millions)", 10**6),
        ("Million Mult-Adds", 10**6),
        ("GFLOPs", 10**9),
        ("GMACs", 10**9),
        ("params", 1),
    ],
)
def test_units_of_headings(heading: str, unit: int) -> None:
    """A unit stands in the heading once for all cells."""
    assert unit == unit_of(heading)[0]


def test_a_table_of_networks() -> None:
    """Each cell is held against its network, in the heading's unit; unknown rows are let be."""
    found = findings(
        "| Model | Params (K) | MMACs | Top-1 |\n|:--|--:|--:|--:|\n"
        "| [SmallNet](https://x.org/1.216) | 126.7 | 1.07 | 70.1 |\n"
        "| Other | 12 | 3 | 71 |\n"
    )
    assert {"small.params", "small.macs"} == set(found)
    assert {Verdict.AGREES} == {each.verdict for each in found.values()}
    span = found["small.params"].span
    assert span is not None
    assert (3, "126.7") == (span.line, span.text[span.start : span.end])


def test_a_wrong_cell() -> None:
    """What does not follow is told with what it is."""
    (found,) = findings("| Model | Params |\n|---|---|\n| Small | 136,666 |\n").values()
    assert (Verdict.DISAGREES, "126,666") == (found.verdict, found.computed)


@pytest.mark.parametrize(
    "text",
    [
        "| Model | Top-1 |\n|---|---|\n| Small | 71.2 |\n",
        "| Model | Params |\n|---|---|\n| Large | 71.2 |\n",
        "| Model | Params |\n|---|---|\n| Small | - |\n",
        "| Model | Params |\n|---|---|\n| Small | |\n",
        "| Model | Params\n|---\n| Small | 5 |\n",
        "| Params | date |\n|---|---|\n| Small | 5 |\n",
        "Model | Params\n\nSmall | 5\n",
    ],
)
def test_what_is_no_claim(text: str) -> None:
    """No table of quantities, no known network, no number, no table."""
    assert {} == findings(text)


def test_other_classes() -> None:
    """A network for 100 classes: 12,544·100 + 100 + 1,216 = 1,255,716 parameters."""
    assert "of 100 classes" in dict(with_classes(SMALL.graph))
    (found,) = findings("| Model | Params |\n|---|---|\n| Small | 1,255,716 |\n").values()
    assert (Verdict.CONVENTION, ("of 100 classes",)) == (found.verdict, found.ways)


def test_flops_that_count_more_than_multiply_adds() -> None:
    """940,800 + 125,440 are multiply-adds; with biases, and more, a program may come to 1,078,794.

    Of what is called multiply-adds it would be wrong, of FLOPs halved it may not be called so.
    """
    head = "| Model | {} |\n|---|---|\n| Small | 1,070,001 |\n"
    (halved,) = findings(head.format("FLOPs/2")).values()
    (plain,) = findings(head.format("Mult-Adds")).values()
    assert [Verdict.CONVENTION, Verdict.DISAGREES] == [halved.verdict, plain.verdict]


def test_rows_need_not_be_many_to_be_fast() -> None:
    """Ten thousand rows of an unknown network, and a line of marks without end."""
    rows = "| Large | 71.2 |\n" * 10_000
    assert {} == findings("| Model | Params |\n|---|---|\n" + rows)
    assert {} == findings("|" * 50_000 + "\n" + "|-" * 50_000 + "\n")


TOOLS = """| model | MACs |
|---|---|
| resnet50-v1.5 | {resnet} |
| googlenet-bn | {googlenet} |
| vgg16 | 15.47G |
"""


@pytest.mark.parametrize(
    ("resnet", "googlenet", "ways"),
    [
        ("4.1115G", "1.5892G", ("as fvcore counts",)),  # 4,111,512,576 and 1,589,174,368
        ("4.1115G", "1.5827G", ()),  # alone among plain counts
        ("4,111,512,576", "1.5827G", ("as fvcore counts",)),  # alone, but to the unit
    ],
)
def test_a_tools_rule_needs_company(resnet: str, googlenet: str, ways: tuple[str, ...]) -> None:
    """Of many tools one fits a few digits by chance: not two networks, and not every digit."""
    text = TOOLS.format(resnet=resnet, googlenet=googlenet)
    found = {f.subject: f for f in audit_document(text, "x.md", find=in_zoo).findings}
    one = found["resnet50-v1.5.macs"]
    assert (ways, not ways) == (one.ways, one.verdict.wrong)
