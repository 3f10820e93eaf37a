"""Known findings: a file that lists what an audit need not complain of, each with its reason.

Requirements met here: a line is a finding's subject and text as a report prints them, and behind a
# why it is allowed; an entry that nothing answers to any more is told, so that the list stays true.
"""

from collections.abc import Sequence
from dataclasses import replace

from netsheet.audit.verdict import Report


def entries(text: str) -> list[str]:
    """The findings that a file allows, one a line; what stands behind a # is a reason."""
    found = []
    for line in text.splitlines():
        entry = " ".join(line.partition("#")[0].split())
        if entry:
            found.append(entry)
    return found


def allowed(reports: Sequence[Report], entry_list: Sequence[str]) -> tuple[list[Report], list[str]]:
    """Reports that know what is allowed in them, and the entries that nothing answers to.

    An entry is `SOURCE: SUBJECT TEXT`, or without its source, for any. A claim in prose is known by
    its text alone, as reports print it.
    """
    known, unused = set(entry_list), set(entry_list)
    made = []
    for report in reports:
        mine = []
        for finding in report.findings:
            key = " ".join(finding.key.split())
            keys = {key} if finding.column else {key, " ".join(finding.text.split())}
            names = (keys | {f"{report.source}: {each}" for each in keys}) & known
            if names and finding.verdict.wrong:
                mine.append(finding.key)
                unused -= names
        made.append(replace(report, allowed=tuple(mine)))
    return made, [entry for entry in entry_list if entry in unused]
