"""What there is to say of each box and frame: names, layers, figures, and the whole in a tooltip.

Requirements met here: words and numbers only, from the sheet; a name leaves out what the frames
around it say already.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from netsheet.render.diagram.plan import Part, Plan
from netsheet.render.diagram.tree import Branches, Frame, Sequence, single
from netsheet.render.units import exact, percent
from netsheet.sheet.column import Share
from netsheet.sheet.sheet import Sheet

FAMILIES = {
    "conv": "conv",
    "max pool": "pool",
    "average pool": "pool",
    "adaptive pool": "pool",
    "dense": "dense",
    "norm": "point",
    "activation": "point",
    "dropout": "point",
    "add": "merge",
    "concat": "merge",
    "multiply": "merge",
    "input": "input",
}
"""Colour of each family of layers; any other is "other", a closed group is "group"."""


class Card(NamedTuple):
    """What there is to say of a box: family, name, layer, what follows, figures, output, all."""

    family: str
    name: str
    what: str
    then: str
    params: int
    macs: int
    output: str
    tooltip: str

    @property
    def round(self) -> bool:
        """Whether it is drawn round: it joins ways, or is where they begin."""
        return self.family in {"merge", "input"} and not (self.params or self.macs)


class Title(NamedTuple):
    """What stands on a frame: its name, what it is, parameters of all it holds, and the tooltip."""

    name: str
    word: str
    params: int
    tooltip: str


def names(tree: Sequence, prefix: str = "") -> Iterator[tuple[Part, str]]:
    """What each box and frame is called where it stands: without the names around it."""
    for item in tree.items:
        if isinstance(item, Branches):
            for lane in item.lanes:
                yield from names(lane, prefix)
            continue
        at = single(item)
        yield at.part, _called(at.part, prefix)
        if isinstance(at, Frame):
            yield from names(at.body, _inside(at, prefix))


def _called(part: Part, prefix: str) -> str:
    first, last = part.named
    name = first.name.removeprefix(prefix)
    return name if last is first else f"{name}–{last.label}"


def _inside(frame: Frame, prefix: str) -> str:
    """What names inside a frame begin with, and what goes without saying there."""
    inner = frame.part.node.name + "."
    return inner if inner.startswith(prefix) else prefix


@dataclass
class Teller:
    """Tells boxes and frames from a sheet."""

    sheet: Sheet
    plan: Plan
    called: Mapping[Part, str]

    def card(self, part: Part) -> Card:
        """What there is to say of a box."""
        node, name = part.node, self.called[part]
        facts, row = self.sheet.facts, self.sheet.graph.rows[node.first]
        then = ", ".join(self.sheet.then(node))
        family = FAMILIES.get(row.layer.family, "other")
        if node.children and (node.group is None or node.group.style != "then"):
            family, then = "group", _counted(node.last - node.first + 1, "row")
        what = self.sheet.describe(node)
        params, macs = self.sheet.value("params", node), self.sheet.value("macs", node)
        output = facts[node.last].output
        same = bool(row.reads) and facts[row.reads[0]].output == output
        return Card(
            family=family,
            name=name,
            what="" if what == name else what.removeprefix(name + " "),
            then=then,
            params=params,
            macs=macs,
            output="" if same and not params and not macs else str(output),
            tooltip=self.tooltip(part, self.plan.boxes[part.first].times),
        )

    def title(self, part: Part) -> Title:
        """What stands on a group's frame; its word, unless the frame around it says the same."""
        group, name = part.node.group, self.called[part]
        known = {name, _around(self.sheet, part)}
        word = group.word if group is not None and group.word not in known else ""
        params = self.sheet.value("params", part.node)
        return Title(name, word, params, self.tooltip(part, part.times))

    def tooltip(self, part: Part, times: int) -> str:
        """A line's whole name and exact figures, and how often it stands in the network."""
        node = part.node
        first, last = part.named
        lines = [first.name if first is last else f"{first.name} – {last.name}"]
        lines.append(" + ".join((self.sheet.describe(node), *self.sheet.then(node))))
        lines.append(f"output {self.sheet.facts[node.last].output}")
        for column, what in COUNTS.items():
            count = self.sheet.value(column, node)
            if count:
                share = percent(Share(count, self.totals[column]))
                lines.append(f"{exact(count)} {what}, {share} of all")
        if times > 1:
            lines.append(f"this {times:,} times")
        return "\n".join(lines)

    @cached_property
    def totals(self) -> dict[str, int]:
        """The network's totals."""
        return {column: sum(self.sheet.column(column)) for column in COUNTS}


COUNTS = {"params": "parameters", "macs": "multiply-adds"}
"""Columns that a diagram shows, and what they count."""


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def _around(sheet: Sheet, part: Part) -> str:
    """The word of the group around a part that has a name of its own in it."""
    nodes = sheet.graph.nodes
    outer = nodes.get(part.named[0].name.rpartition(".")[0])
    return outer.group.word if outer is not None and outer.group is not None else ""
