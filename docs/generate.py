"""Write the pages that are made from the code, and the drawings they show.

python docs/generate.py            write them
python docs/generate.py --check    status 1 if one is stale
"""

import os
import re
import sys
from fractions import Fraction
from functools import partial
from pathlib import Path

from netsheet.audit.verdict import Report, Verdict
from netsheet.cli.commands import every
from netsheet.cli.parser import NETS, overview, parser
from netsheet.cli.published import published
from netsheet.convert.onnx_model.builder import operators
from netsheet.convert.onnx_model.kinds import IDIOMS
from netsheet.convolution.arithmetic import go_through
from netsheet.convolution.filters import filters
from netsheet.convolution.kernel import find_kernel
from netsheet.convolution.named import Filter, Rows
from netsheet.core.convention import MODELS, PARTS
from netsheet.core.graph import Row
from netsheet.core.shape import Shape
from netsheet.layers.absent import Absent
from netsheet.layers.attribute import Attribute
from netsheet.layers.average_pool import AveragePool
from netsheet.layers.base import Layer
from netsheet.layers.conv import Conv
from netsheet.layers.max_pool import MaxPool
from netsheet.layers.registry import kinds
from netsheet.layers.transposed_conv import TransposedConv
from netsheet.net import load
from netsheet.render.audit.markdown import LEGEND, pieces
from netsheet.render.stamp.draw import scene_of
from netsheet.render.stamp.svg import animated
from netsheet.sheet.columns import columns
from netsheet.sheet.tools import tools

LISTED = re.compile(r"- . line \d")
"""How a list of a document's claims begins, of which the page shows only those that need a word."""

HERE = Path(__file__).parent

PLANE = 3
"""Sizes of a map with two axes, its channels among them."""


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
        "Each figure is in the zoo's sheets or in `netsheet/audit/claims`, with its source.",
        "How verdicts come about is told in [the audit](audit.md).",
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


def named() -> str:
    """Every named filter: its numbers, what it does, and why they add up to what they do."""
    parts = [
        "# Named filters",
        "",
        "A filter is asked for by its name: `netsheet filter cat.jpg --kernel outline -o out.png`,",
        'or `ns.filter(picture, "outline")`.',
        "Numbers behind the name are set in order: `gaussian:9:1.5`.",
        "Each is laid on the picture as it stands here, without the flip.",
        "This page is made by `python docs/generate.py`.",
    ]
    for each in filters().values():
        parts += ["", f"## {each.name}", "", f"It {each.words}.", ""]
        parts += ["```text", *_planes(each), "```", "", _total(each)]
        if each.show == "middle":
            parts += ["", "Its values may lie below 0, and are shown with 0 as mid-grey."]
        if each.settings:
            parts += ["", "| number | means | if left out |", "|--------|-------|-------------|"]
        for setting in each.settings:
            left = "" if setting.default is None else f"{setting.default:g}"
            parts.append(f"| `{setting.name}` | {setting.words} | {left} |")
    return "\n".join(parts) + "\n"


def _planes(each: Filter) -> list[str]:
    """The numbers of a filter, of both of its planes if it has two."""
    lines: list[str] = []
    for rows in find_kernel(each.name).planes:
        lines += [*([""] if lines else []), *_numbers(rows)]
    return lines


def _numbers(rows: Rows) -> list[str]:
    """The numbers in columns: whole, as fractions, or with three digits."""
    texts = [[_number(number) for number in row] for row in rows]
    width = max(len(text) for row in texts for text in row)
    return ["  ".join(f"{text:>{width}}" for text in row) for row in texts]


def _number(number: Fraction | float) -> str:
    return f"{number}" if isinstance(number, Fraction) else f"{number:.3f}"


def _total(each: Filter) -> str:
    """Why its numbers add up to what they do, as a sentence."""
    total, _, why = each.total.partition(": ")
    return f"Its numbers add up to {total}: {why}."


DRAWINGS: dict[str, tuple[Layer, tuple[int, ...]]] = {
    "stride-1-padding-0": (Conv(out=1, kernel=3, bias=False), (1, 7, 7)),
    "stride-2-padding-0": (Conv(out=1, kernel=3, stride=2, bias=False), (1, 7, 7)),
    "stride-1-padding-1": (Conv(out=1, kernel=3, padding=1, bias=False), (1, 5, 5)),
    "stride-2-padding-1": (Conv(out=1, kernel=3, stride=2, padding=1, bias=False), (1, 8, 7)),
    "rgb": (Conv(out=4, kernel=3, padding=1), (3, 4, 4)),
    "skewer": (Conv(out=2, kernel=1), (3, 4, 4)),
    "groups": (Conv(out=4, kernel=3, groups=2, bias=False), (4, 4, 4)),
    "gaps": (Conv(out=1, kernel=3, dilation=2, bias=False), (1, 7, 7)),
    "max-pool": (MaxPool(kernel=2), (1, 5, 5)),
    "average-pool": (AveragePool(kernel=3, stride=2, padding=1), (1, 5, 5)),
    "transposed": (TransposedConv(out=1, kernel=3, stride=2, padding=1, bias=False), (1, 3, 3)),
}
"""The layers that docs/convolution.md shows, step by step."""


def stamped(name: str) -> str:
    """One of them as an SVG that moves."""
    layer, shape = DRAWINGS[name]
    return animated(scene_of(go_through(layer, Shape(shape))))


def onnx_operators() -> str:
    """For every kind the operators of ONNX that it is written as, and read from."""
    parts = [
        "# Operators of ONNX",
        "",
        "For every layer kind the operators that it is written as, and those that it is read from.",
        "Written is the kind's first example on a map; another may need other operators.",
        "Many kinds that have an operator are known written out too: SiLU as `Sigmoid` and `Mul`.",
        "This page is made by `python docs/generate.py`; [ONNX](onnx.md) tells the rest.",
        "",
        "| layer | written as | read from |",
        "|-------|------------|-----------|",
    ]
    parts += [
        f"| {kind.kind} | {_written(kind)} | {_read(kind)} |"
        for kind in sorted(kinds(), key=lambda kind: kind.kind)
    ]
    return "\n".join(parts) + "\n"


def _written(kind: type[Layer]) -> str:
    """The operators of a kind's first example that reads a map, or why there are none."""
    if isinstance(kind.to_onnx, Absent):
        return f"not: {kind.to_onnx.reason}"
    examples = [(given, inputs) for given, inputs, _ in kind.examples]
    given, inputs = next((e for e in examples if e[1] and len(e[1][0]) == PLANE), examples[0])
    laid = operators(Row("row", kind(**given), tuple(range(len(inputs)))), [*map(Shape, inputs)])
    return ", ".join(f"`{op}`" for op in dict.fromkeys(node.op for node in laid.nodes))


def _read(kind: type[Layer]) -> str:
    """The operators that a kind is read from, and whether it is known written out too."""
    if isinstance(kind.from_onnx, Absent):
        return f"not: {kind.from_onnx.reason}"
    found = [f"`{op}`" for op in kind.onnx_ops if op not in IDIOMS]
    idiom = ["written out"] if IDIOMS.intersection(kind.onnx_ops) else []
    return ", ".join(found + idiom)


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


def filtered() -> None:
    """All filters on the photograph, and one of its values followed to its products."""
    from netsheet.cli import main as run
    from netsheet.convolution.gallery import gallery

    cat = HERE.parent / "examples" / "cat.jpg"
    gallery(cat).save(HERE / "pictures" / "filters.jpg", quality=85)
    trace = HERE / "pictures" / "trace.svg"
    run(["trace", str(cat), "0,0,150", "--kernel", "outline", "-o", str(trace)])


PAGES = {
    "layers.md": layers,
    "columns.md": computed,
    "commands.md": commands,
    "audits.md": audits,
    "filters.md": named,
    "onnx-operators.md": onnx_operators,
    "pictures/googlenet.svg": drawing,
    **{f"pictures/{name}.svg": partial(stamped, name) for name in DRAWINGS},
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
        filtered()
        return 0
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
