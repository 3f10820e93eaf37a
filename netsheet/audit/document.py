"""The audit of a document: its prose, and its tables of networks.

Requirements met here: whatever the text, the time is in proportion to it; what can't be read is
left alone; with a network to compare with, prose is held against it.
"""

from netsheet.audit.networks import Find, Known, nobody
from netsheet.audit.prose.find import claims
from netsheet.audit.tables import audit_tables
from netsheet.audit.verdict import Report

MOST_FINDINGS = 10_000
"""So many claims are judged; no document has more that anyone would read."""


def audit_document(
    text: str, source: str, *, find: Find = nobody, known: Known | None = None
) -> Report:
    """Every claim of a document: arithmetic in prose, and figures of networks in tables.

    find: networks that its tables may name. known: a network that its prose speaks of.
    """
    grounds = known.grounds() if known is not None else None
    prose = []
    for finding in claims(text, source, grounds):
        prose.append(finding)
        if len(prose) >= MOST_FINDINGS:
            break
    judged = audit_tables(text, source, find)
    return Report(
        source,
        source,
        (*judged.findings, *prose),
        columns=tuple(note for note in judged.columns if note.cells > 1),
        hypotheses=tuple(judged.hypotheses),
        checks=tuple(judged.checks),
    )
