"""Known findings: what is allowed counts no more, and what allows nothing is told."""

from netsheet.audit.allow import allowed, entries
from netsheet.audit.document import audit_document

TEXT = "It has 6·6·256 = 9,126 values, and 5·5·3·96 = 7,201 weights.\n"


def test_entries() -> None:
    """One a line, with a reason behind #; blanks are single."""
    text = "# heading\n\nconv1.params   2.7K  # separable\n  x.md: 4: 2·2 = 5 \n"
    assert ["conv1.params 2.7K", "x.md: 4: 2·2 = 5"] == entries(text)


def test_allowed_findings_are_no_fault() -> None:
    """An entry with or without the source; the other finding stays a fault."""
    report = audit_document(TEXT, "x.md")
    keys = [finding.key for finding in report.findings]
    assert 2 == len(keys)
    (one,), unused = allowed([report], [keys[0], "gone 3"])
    assert (False, (keys[0],), ["gone 3"]) == (one.answer, one.allowed, unused)
    (both,), unused = allowed([report], [f"x.md: {keys[0]}", keys[1]])
    assert (True, []) == (both.answer, unused)
    (other,), unused = allowed([report], [f"y.md: {keys[0]}"])
    assert (False, [f"y.md: {keys[0]}"]) == (other.answer, unused)


def test_what_is_right_needs_no_entry() -> None:
    """An entry for a claim that is right is told as one that nothing answers to."""
    report = audit_document("It has 6·6·256 = 9,216 values.\n", "x.md")
    entry = report.findings[0].key
    assert [entry] == allowed([report], [entry])[1]


def test_prose_is_known_by_its_text() -> None:
    """What a report prints of a claim in prose is enough, with its source or without."""
    report = audit_document(TEXT, "x.md")
    texts = [finding.text for finding in report.findings]
    (both,), unused = allowed([report], [texts[0], f"x.md: {texts[1]}"])
    assert (True, []) == (both.answer, unused)
