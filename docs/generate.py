"""Write the pages that are made from the code: layers.md, columns.md, commands.md, audits.md.

python docs/generate.py            write them
python docs/generate.py --check    status 1 if one is stale
"""

import os
import re
import sys
from pathlib import Path

from netsheet.audit.verdict import Report, Verdict
from netsheet.cli.commands import every
from netsheet.cli.parser import NETS, overview, parser
from netsheet.cli.published import published
from netsheet.core.convention import MODELS, PARTS
from netsheet.layers.attribute import Attribute
from netsheet.layers.base import Layer
from netsheet.layers.registry import kinds
from netsheet.net import load
from netsheet.render.audit.markdown import LEGEND, pieces
from netsheet.sheet.columns import columns
from netsheet.sheet.tools import tools

LISTED = re.compile(r"- . line \d")
"""How a list of a document's claims begins, of which the page shows only those that need a word."""

HERE = Path(__file__).parent


def layers() -> str:
    """Every kind with its attributes, spellings and source."""
    parts = [
        "# Layers",
        "",
        "Every layer kind: the words that stand for it, its columns, and its rule's source.",
        "This page is made by `python docs/generate.py`.",
    ]
    for kind in sorted(kinds(), key=lambda kind: kind.kind):
        parts += ["", f"## {kind.kind}", "", *_documentation(kind), "", f"Source: {kind.source}."]
        words = ", ".join(f"`{word}`" for word in dict.fromkeys((*kind.aliases, *kind.presets)))
        if words:
            parts += ["", f"Also called {words}."]
        if kind.attributes():
            parts += [
                "",
                "| column | means | if left out | also headed |",
                "|--------|-------|-------------|-------------|",
            ]
            parts += [_attribute(attribute) for attribute in kind.attributes()]
    return "\n".join(parts) + "\n"


def _documentation(kind: type[Layer]) -> list[str]:
    lines = [line.strip() for line in (kind.__doc__ or "").strip().splitlines()]
    paragraphs = " ".join(line or "\n" for line in lines).split("\n")
    return "\n\n".join(" ".join(p.split()) for p in paragraphs).splitlines()


def _attribute(attribute: Attribute) -> str:
    default = attribute.default
    if attribute.required:
        shown = "must be given"
    elif isinstance(default, bool):
        shown = "yes" if default else "no"
    else:
        shown = "" if default is None else f"{default}"
    also = ", ".join(attribute.headings)
    return f"| `{attribute.name}` | {attribute.meaning} | {shown} | {also} |"


def computed() -> str:
    """Every computed column."""
    parts = [
        "# Computed columns",
        "",
        "Each may be left out of a sheet; filled in, it is a claim.",
        "Every cell explains itself: `netsheet explain NET ROW.COLUMN`.",
        "This page is made by `python docs/generate.py`.",
        "",
        "| column | unit | means | also headed |",
        "|--------|------|-------|-------------|",
    ]
    for column in columns().values():
        also = ", ".join(column.headings)
        parts += [f"| `{column.name}` | {column.unit} | {column.meaning} | {also} |"]
    parts += [
        "",
        "## Conventions",
        "",
        "`--convention` says what `ops` counts: `macs` (one per multiply-add) or `flops` (two).",
        "With `+`, it counts more:",
        "",
    ]
    parts += [f"- `{name}`: {meaning}" for name, meaning in PARTS.items()]
    parts += [
        "- `all`: all of these",
        "",
        "`--as` counts as another tool does, and says with its sums what that adds:",
        "",
    ]
    parts += [f"- `{rule.name}`: {rule.sentence} ({rule.source})" for rule in tools().values()]
    parts += [
        "",
        "## Memory",
        "",
        "`--memory` says which values count as held:",
        "",
    ]
    parts += [f"- `{name}`: {model.sentence}" for name, model in MODELS.items()]
    return "\n".join(parts) + "\n"


def commands() -> str:
    """The help of every command."""
    os.environ["COLUMNS"] = "100"
    top = parser()
    parts = [
        "# Commands",
        "",
        "This page is made by `python docs/generate.py`.",
        "",
        "```text",
        overview(every()) + "\n" + NETS.strip(),
        "```",
    ]
    for action in top._actions:  # noqa: SLF001 argparse offers no other way to look inside
        if action.dest != "command" or not isinstance(action.choices, dict):
            continue
        for name, sub in action.choices.items():
            parts += ["", f"## netsheet {name}", "", "```text", sub.format_help().strip(), "```"]
    parts += [
        "",
        "Exit status: 0 fine; 1 the answer is no (a failed check); 2 the input is at fault.",
        "What is at fault is said on standard error, and nothing is written.",
    ]
    return "\n".join(parts) + "\n"


def audits() -> str:
    """What is right in the published tables, and what is not, and why."""
    documents = published()
    parts = [
        "# Audits of published tables",
        "",
        "What well-known papers and pages print of their networks, held against the networks.",
        "Each figure is in the zoo's sheets or in `netsheet/audit/claims`, with its source; "
        "how verdicts come about is told in [the audit](audit.md).",
        "This page is made by `python docs/generate.py`.",
        "",
        f"{LEGEND}.",
        "",
        f"| document | claims | {' | '.join(verdict.mark for verdict in Verdict)} |",
        f"|----------|--------|{'----|' * len(Verdict)}",
    ]
    for audited in documents:
        found = [finding for report in audited.reports for finding in report.findings]
        counts = [sum(each.verdict is verdict for each in found) for verdict in Verdict]
        shown = " | ".join(str(count) if count else "" for count in counts)
        parts.append(f"| {audited.title} | {len(found)} | {shown} |")
    for audited in documents:
        parts += ["", f"## {audited.title}", "", audited.source]
        for report in audited.reports:
            parts += ["", *_audit(report)]
    return "\n".join(parts) + "\n"


def _audit(report: Report) -> list[str]:
    """A report without the cells that simply agree, which its summary counts."""
    heading, summed, *rest = pieces(report, level=3)
    told = [piece for piece in rest if not LISTED.match(piece)]
    return "\n\n".join([heading, summed, *told]).split("\n")


def drawing() -> str:
    """GoogLeNet, drawn by its structure."""
    return load("googlenet").to_svg()


def maps() -> None:
    """The first 12 feature maps of AlexNet's first layer, before ReLU, on the photograph."""
    from netsheet.run.maps import write_maps
    from netsheet.run.picture import decode, prepare
    from netsheet.run.realise import activations, realise

    net = load("alexnet")
    x = prepare(decode(HERE.parent / "examples" / "cat.jpg"), net.input).tensor
    found = activations(realise(net.graph).eval(), x, ["conv1.conv"])["conv1.conv"][0]
    words = net.sheet()["conv1"].description
    write_maps(found, HERE / "pictures" / "maps.png", name="conv1.conv", words=words, limit=12)


PAGES = {
    "layers.md": layers,
    "columns.md": computed,
    "commands.md": commands,
    "audits.md": audits,
    "pictures/googlenet.svg": drawing,
}


def stale(folder: Path) -> list[str]:
    """Pages in a folder that are not what the code says."""
    return [
        name
        for name, make in PAGES.items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != make()
    ]


def main() -> int:
    """Write or check the pages."""
    if "--check" in sys.argv[1:]:
        old = stale(HERE)
        print(
            "\n".join(f"{name} is stale: run python docs/generate.py" for name in old)
            or "pages are fresh"
        )
        return 1 if old else 0
    if "--maps" in sys.argv[1:]:
        maps()
        return 0
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
