"""Whose number is it? From a printed figure back to what was counted, of which network.

Requirements met here: every quantity, every tool's convention and every near variant of the network
is tried, a bounded number of them; all that print so are given, the simplest first.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from netsheet.audit.edit import Target, edited
from netsheet.audit.edits import kernel, norm_for_bias
from netsheet.audit.printed import Form, Printed, fitting, read_printed
from netsheet.audit.reading import Counting, ungrouped
from netsheet.audit.readings.params import COUNTINGS
from netsheet.core.convention import MODELS, Convention, Term
from netsheet.core.errors import ChoiceError, RuleError
from netsheet.core.graph import Graph, Node
from netsheet.sheet.quantities import row_total
from netsheet.sheet.sheet import Sheet
from netsheet.sheet.tools import counting_parameters, tools

SIDES = (224, 227, 256, 299, 320)
"""Sides of pictures that networks are commonly counted for."""

DEAREST = 4
_NOUN = re.compile(
    r"^(?P<number>.*?)\s*(?P<noun>params?|parameters?|weights|(?<=[\sKMGTB\d])(?:FLOPs?|MACs?|Macs?|mult-adds|ops)|neurons)$",
    re.IGNORECASE,
)
_OF = {"param": "parameters", "params": "parameters", "parameter": "parameters"}


class Match(NamedTuple):
    """One way in which a number comes about: of what, counted how, in which unit, its value."""

    quantity: str
    network: tuple[str, ...]
    counted: tuple[str, ...]
    printed: tuple[str, ...]
    value: int
    cost: int


class Candidate(NamedTuple):
    """A network that may be meant, and how it differs."""

    words: tuple[str, ...]
    sheet: Sheet
    cost: int


class Count(NamedTuple):
    """A quantity of a network, how it is counted, its value, and how unusual that is.

    tool: whether the words name a tool, and so say more than what they share a value with.
    """

    quantity: str
    words: tuple[str, ...]
    value: int
    cost: int
    tool: bool = False


def whence(
    text: str, name: str, graph: Graph, relatives: Mapping[str, Graph] | None = None
) -> list[Match]:
    """Everything that prints so, the simplest first; ChoiceError for what is no number.

    relatives: networks that go by nearly the same name.
    """
    number, noun = _parse(text)
    found: dict[tuple[str, int], Match] = {}
    for candidate in candidates(name, graph, relatives or {}):
        for count in _values(candidate, number, noun):
            for form in fitting(count.value, number)[:1]:
                match = _match(candidate, count, form, number)
                key = (count.quantity, count.value)  # of networks that count alike, the nearest
                kept = found.get(key)
                if match.cost <= DEAREST and (kept is None or match.cost < kept.cost):
                    found[key] = match
                elif count.tool and kept is not None and kept.network == match.network:
                    found[key] = kept._replace(counted=(*kept.counted, *count.words))
    return sorted(
        found.values(), key=lambda match: (match.cost, len(match.network), len(match.printed))
    )


def _parse(text: str) -> tuple[Printed, str]:
    """The number, and what it is said to be of."""
    found = _NOUN.match(text.strip())
    number = read_printed(text.strip())
    noun = ""
    if number is None and found is not None:
        number = read_printed(found["number"])
        noun = _quantity(found["noun"])
    elif number is not None and re.search(r"(?:flops?|macs?|ops)\s*$", text.strip(), re.IGNORECASE):
        noun = "operations"
    if number is None or not number.value or number.percent:
        message = (
            f'"{text[:60]}" is no count; write it as printed: "4.12 G", "25.6M params", "97.8 MB"'
        )
        raise ChoiceError(message)
    return number, noun


def _quantity(noun: str) -> str:
    word = noun.casefold()
    if word.startswith("param") or word == "weights":
        return "parameters"
    return "neurons" if word == "neurons" else "operations"


def _match(candidate: Candidate, count: Count, form: Form, number: Printed) -> Match:
    cost = candidate.cost + count.cost + form.cost
    said = tuple(form.words(number))
    return Match(count.quantity, candidate.words, count.words, said, count.value, cost)


def candidates(name: str, graph: Graph, relatives: Mapping[str, Graph]) -> Iterator[Candidate]:
    """The network as it is, its relatives, other inputs, other kernels, groups made whole."""
    yield Candidate((name,), Sheet(graph), 0)
    every = [(name, graph, 0), *((other, g, 1) for other, g in relatives.items())]
    for other, one, cost in every[1:]:
        yield Candidate((other,), Sheet(one), cost)
    for other, one, cost in every:
        yield from _inputs(other, one, cost + 1)
        whole = ungrouped(one)
        if whole is not None:
            yield Candidate((other, "groups ignored"), Sheet(whole), cost + 1)
    sheet = Sheet(graph)
    target = Target(sheet, Node("", 0, len(graph.rows) - 1, (), None))
    for edit in (*kernel.edits(target), *norm_for_bias.edits(target)):
        changed = edited(edit, graph)
        if changed is not None:
            with suppress(RuleError):
                other_sheet = Sheet(changed)
                other_sheet.facts  # noqa: B018 refuses what can't be
                yield Candidate((name, edit.words), other_sheet, edit.rank)


def _inputs(name: str, graph: Graph, cost: int) -> Iterator[Candidate]:
    shape = graph.input_shape
    if shape.rank != 2:  # noqa: PLR2004 a picture
        return
    for side in SIDES:
        other = (shape.channels, side, side)
        if other == tuple(shape):
            continue
        with suppress(RuleError):
            sheet = Sheet(graph.with_input(other))
            sheet.facts  # noqa: B018 refuses what can't be
            yield Candidate((name, f"on {'×'.join(map(str, other))}"), sheet, cost)


def _values(candidate: Candidate, number: Printed, noun: str) -> Iterator[Count]:
    """Every count of a candidate that a number may be."""
    sheet = candidate.sheet
    if number.bytes:
        yield from _sizes(sheet)
        return
    if noun in {"", "parameters"}:
        for counting in COUNTINGS:
            yield Count("parameters", counting.words, _sum(sheet, counting.terms), counting.cost)
        for rule in counting_parameters(candidate.words[0]):
            value = _sum(sheet, rule.params)
            if value != sheet.total.params:  # it differs here from what all count
                yield Count("parameters", (f"as {rule.name} counts",), value, 1, tool=True)
    if noun in {"", "operations"}:
        for counting in operations():
            yield Count("operations", counting.words, _sum(sheet, counting.terms), counting.cost)
    if noun in {"", "neurons"}:
        yield Count("neurons", (), int(sheet.total.neurons), 1)


def operations() -> Iterator[Counting]:
    """Every way of counting operations: our own, with parts, and every tool's."""
    yield Counting(("one per multiply-add",), (Term("multiply-adds"),), 0)
    yield Counting(("two per multiply-add",), (Term("multiply-adds", 2),), 1)
    yield Counting(
        ("one per multiply-add", "dense layers left out"),
        (Term("multiply-adds", but=("dense",)),),
        1,
    )
    for name, rule in tools().items():
        if len(rule.terms) > 1 or rule.terms[0].quantity != "multiply-adds":
            yield Counting((f"as {name} counts",), rule.terms, 1)
    for text in ("macs+bias", "flops+bias", "flops+bias+norm", "flops+all", "macs+all"):
        yield Counting((text,), Convention.parse(text).terms, 2)


def _sizes(sheet: Sheet) -> Iterator[Count]:
    """Sizes in bytes: of a file, and of memory."""
    for counting in COUNTINGS:
        count = _sum(sheet, counting.terms)
        for each, cost in ((4, 0), (2, 1), (1, 2)):
            words = (*counting.words, f"{each} bytes each")
            yield Count("a file of its parameters", words, each * count, counting.cost + cost)
    for place, model in enumerate(MODELS.values()):
        peak = int(Sheet(sheet.graph, memory=model).total.memory)
        yield Count("peak memory", (f"as --memory {model.name}",), peak, 1 + place)
    yield Count("kept for the backward pass", (), int(sheet.total.kept), 1)
    yield Count("torchinfo's forward/backward pass size", (), _passed(sheet), 1)


def _passed(sheet: Sheet) -> int:
    """2 · 4 bytes for each output of a layer that owns parameters, as torchinfo counts."""
    return 8 * sum(facts.values for facts in sheet.facts if facts.params)


def _sum(sheet: Sheet, terms: tuple[Term, ...]) -> int:
    return sum(row_total(sheet, terms, place) for place in range(len(sheet.graph.rows)))
