"""The published corpus: the zoo's sheets and the claims beside the audit, each audited."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import netsheet.audit
from netsheet.audit.document import audit_document
from netsheet.audit.networks import Known, nobody
from netsheet.audit.sheets import Member, audit_family
from netsheet.audit.verdict import Report
from netsheet.cli.nets import find as in_zoo
from netsheet.cli.nets import relatives_of
from netsheet.core.graph import Graph
from netsheet.layers.registry import key
from netsheet.net import Net, from_text, load
from netsheet.zoo.catalogue import FOLDER as ZOO
from netsheet.zoo.catalogue import gather, variants

CLAIMS = Path(netsheet.audit.__file__).parent / "claims"


class Audited(NamedTuple):
    """A document of the corpus with its title, what stands below that, and its reports."""

    name: str
    title: str
    source: str
    reports: tuple[Report, ...]


@cache
def claimed_names() -> dict[str, str]:
    """Networks that only the claims describe, by name normalised: the sheet's path and variant."""
    return {
        key(entry.name): f"{entry.path}#{entry.variant}" if entry.variant else str(entry.path)
        for entry in gather(CLAIMS).values()
        if entry.variant
    }


@cache
def find(name: str) -> Known | None:
    """A network that claims speak of: of their own sheets, or of the zoo."""
    path = claimed_names().get(key(name)) if len(name) <= 60 else None  # noqa: PLR2004 no name is longer
    if path is None:
        return in_zoo(name)
    return Known(name, load(path).graph, {})


@cache
def published() -> tuple[Audited, ...]:
    """Every document of the corpus: the zoo's sheets that claim something, then the claims."""
    return tuple(_published())


def _published() -> Iterator[Audited]:
    for path in (*sorted(ZOO.glob("*.md")), *sorted(CLAIMS.glob("*.md"))):
        text = path.read_text(encoding="utf-8")
        reports = audit_text(text, path.name)
        if any(report.findings for report in reports):
            title, source = _head(text)
            yield Audited(path.stem, title, source, tuple(r for r in reports if r.findings))


def audit_text(text: str, source: str) -> list[Report]:
    """A document of the corpus: its sheets, if it has any, its tables and its prose."""
    members = [
        Member(net.variant or net.name, net.sheet(), net.claims, _relatives(net))
        for net in _nets(text, source)
        if net.claims
    ]
    title = _head(text)[0]
    reports = audit_family(members, source, title) if members else []
    rest = audit_document(text, source, find=nobody if members else find)
    if rest.findings:
        reports.append(rest)
    return reports


def _nets(text: str, source: str) -> list[Net]:
    if "Input:" not in text and not variants(text):
        return []
    return [from_text(text, source=source, variant=name) for name in variants(text) or [""]]


def _relatives(net: Net) -> dict[str, Graph]:
    name = net.variant or net.source.removesuffix(".md")
    return {f"of {other}": _graph(other) for other in relatives_of(name)}


@cache
def _graph(name: str) -> Graph:
    return load(name).graph


def _head(text: str) -> tuple[str, str]:
    """The title and the first paragraph."""
    first, _, rest = text.partition("\n")
    paragraph = rest.strip().partition("\n\n")[0]
    lines = [line for line in paragraph.splitlines() if not line.startswith("Input:")]
    return first.lstrip("# ").strip(), " ".join(lines)
