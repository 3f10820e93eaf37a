"""`netsheet audit`: what a sheet or a document claims, held against what is so."""

import argparse
import re
from pathlib import Path

from netsheet.audit.allow import allowed, entries
from netsheet.audit.document import audit_document
from netsheet.audit.networks import Known
from netsheet.audit.sheets import audit_sheet
from netsheet.audit.verdict import Report
from netsheet.cli.command import Command
from netsheet.cli.nets import find, known, relatives_of
from netsheet.cli.streams import put, read_input
from netsheet.core.errors import TableError
from netsheet.net import Net, from_text, load
from netsheet.text.file import read_file
from netsheet.zoo.catalogue import catalogue, variants


def arguments(command: argparse.ArgumentParser) -> None:
    """What is audited, with what it is compared, and how it is told."""
    command.add_argument(
        "net",
        metavar="NET|FILE",
        nargs="+",
        help="a network, a sheet, or any document: .md .txt .html .tex; - is standard input",
    )
    command.add_argument(
        "--net", dest="against", metavar="NET", help="a network that a document's prose speaks of"
    )
    command.add_argument(
        "--allow", metavar="FILE", help="known findings, one a line: SUBJECT TEXT  # why"
    )
    command.add_argument("--format", default="text", choices=("text", "markdown", "json", "html"))
    command.add_argument(
        "--quiet", action="store_true", help="print only what does not follow, and only if any"
    )
    command.add_argument(
        "-o", "--output", metavar="FILE", help="write to a file, whole or not at all"
    )


def run(asked: argparse.Namespace) -> int:
    """Print what was found; status 1 if something disagrees."""
    against = known(load(asked.against), asked.against) if asked.against else None
    reports = [report for what in asked.net for report in audited(what, against)]
    unused: list[str] = []
    if asked.allow:
        reports, unused = allowed(reports, entries(read_file(Path(asked.allow))))
    shown = [report for report in reports if _worth_a_look(report)] if asked.quiet else reports
    if shown or not asked.quiet:
        put(_written(shown, asked), asked.output)
    for entry in unused:
        put(f"{asked.allow}: nothing answers to: {entry}\n")
    return 0 if all(report.answer for report in reports) else 1


def _worth_a_look(report: Report) -> bool:
    """Whether something in a report does not follow, and is not known."""
    return any(finding.key not in report.allowed for finding in report.not_following)


def _written(reports: list[Report], asked: argparse.Namespace) -> str:
    from netsheet.render.audit import written

    return written(reports, asked.format)


def audited(what: str, against: Known | None = None) -> list[Report]:
    """The reports of a network, a sheet or a document."""
    if what in catalogue() or (what.casefold() in catalogue()):
        return [audit_net(load(what), what)]
    path, _, variant = what.partition("#")
    text = read_input() if what == "-" else read_file(Path(path)) if _is_file(path) else None
    if text is None:
        return [audit_net(load(what), what)]  # says what is wrong with the name
    source = "standard input" if what == "-" else path
    nets = sheets_of(text, source, variant)
    reports = [audit_net(net, net.variant or source) for net in nets]
    own = known(nets[0], nets[0].variant or nets[0].name) if len(nets) == 1 else None
    prose = audit_document(text, source, find=find, known=against or own)
    if prose.findings or not reports:
        reports.append(prose)
    return reports


INPUT = re.compile(r"^Input: *\d", re.MULTILINE)
"""What a text holds that is meant as a sheet."""


def _is_file(path: str) -> bool:
    return bool(Path(path).suffix) or Path(path).exists()


def sheets_of(text: str, source: str, variant: str = "") -> list[Net]:
    """The networks that a text describes; none if it is a document of another kind.

    A text that says its input's size is meant as a sheet, and TableError tells what is wrong with
    it; any other that can't be read as one is taken for a document.
    """
    if not source.casefold().endswith((".md", ".csv", "standard input", ".markdown")):
        return []
    names = [variant] if variant else variants(text) or [""]
    try:
        return [from_text(text, source=source, variant=name) for name in names]
    except TableError:
        if INPUT.search(text) or source.casefold().endswith(".csv") or variants(text):
            raise
        return []


def audit_net(net: Net, name: str) -> Report:
    """What a network's sheet claims, with its relatives for what it may have been taken for."""
    graphs = {f"of {other}": load(other).graph for other in relatives_of(name)}
    return audit_sheet(net.sheet(), net.claims, source=net.source, variants=graphs)


COMMAND = Command(
    "audit",
    35,
    "what a sheet or a document claims, against what is so",
    arguments,
    run,
    (
        ("netsheet audit googlenet", "is that table really right? cell by cell"),
        ("netsheet audit notes.md --net alexnet", "arithmetic in prose, against a network"),
        ("netsheet audit README.md --format html -o audit.html", ""),
        (
            "netsheet audit docs/*.md --allow known.txt --quiet",
            "for CI: status 1 if something is wrong",
        ),
    ),
)
