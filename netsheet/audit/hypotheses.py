"""Hypotheses: the smallest changes that would make a cell right, and how many cells each explains.

Requirements met here: the search is bounded: small edits of the line that disagrees (or of the
whole network, for a total), each tried on that line alone, and only those that fit there on all
of the sheet; a change that fits one cell and could do so by chance is not offered; those that
explain most cells come first; all are told as hypotheses.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from netsheet.audit.cells import printed_claim, subject_of
from netsheet.audit.edit import Edit, Target, edited, part
from netsheet.audit.edits import kinds
from netsheet.audit.printed import Printed, fitting, interval
from netsheet.audit.reading import Grounds, span_of
from netsheet.audit.readings import readers
from netsheet.audit.shapes import SHAPED, judge_shape
from netsheet.audit.slips import slips
from netsheet.audit.verdict import Finding, Hypothesis, Verdict
from netsheet.audit.ways import Fit, fits
from netsheet.core.claim import Claim
from netsheet.core.errors import RuleError
from netsheet.core.graph import Graph, Node
from netsheet.layers.base import Facts
from netsheet.sheet.infer import infer
from netsheet.sheet.sheet import Sheet

CHANCE = Fraction(15, 100)
"""A change that fits one cell is offered if the edits of its kind would rarely do so by chance."""

SHOWN = 3
"""Hypotheses kept for one line."""

COUNTED = frozenset({"params", "macs", "ops", "weights", "connections", "neurons"})
"""Columns whose cells an edit is first tried on."""


EDITED_ROWS = 10_000
"""Rows of all the edits of one kind that are tried for a line: a large network has fewer tries."""

FEWEST = 20
"""So many edits of a kind are tried however large the network is."""


class Cell(NamedTuple):
    """A claim with its number and whether it follows now."""

    claim: Claim
    printed: Printed | None
    follows: bool


@dataclass
class Search:
    """The search over one sheet: its cells, and what was found."""

    grounds: Grounds
    cells: list[Cell]
    found: list[tuple[int, Hypothesis]] = field(default_factory=list)

    def run(self) -> tuple[tuple[Hypothesis, ...], tuple[str, ...]]:
        """Every hypothesis, those that explain most first; and the lines that none explains."""
        lines = dict.fromkeys(
            cell.claim.row
            for cell in self.cells
            if not cell.follows
            and (cell.claim.column in COUNTED | SHAPED | {"share", "macs_share"})
        )
        for row in lines:
            self._line(row)
        kept = _without_repeats(self.found)
        explained = {name for found in kept for name in found.mends}
        left = tuple(
            subject_of(cell.claim)
            for cell in self.cells
            if not cell.follows and subject_of(cell.claim) not in explained
        )
        return tuple(kept), left

    def _line(self, row: str) -> None:
        """All that might explain the cells of one line."""
        mine = [cell for cell in self.cells if cell.claim.row == row]
        self.found += _slips(self.grounds, mine)
        node = span_of(self.grounds.sheet, row)
        if node is None:
            return
        shapes_only = all(c.follows or c.claim.column == "input_size" for c in mine)
        if row and shapes_only:
            node = _line_above(self.grounds.sheet, node) or node
            mine = [cell for cell in self.cells if cell.claim.row == node.name]
        target = Target(self.grounds.sheet, node)
        alone = self.grounds.sheet.graph if target.whole else part(self.grounds.sheet, node)
        most = max(FEWEST, EDITED_ROWS // len(alone.rows))
        ranked: list[tuple[int, Hypothesis]] = []
        for _, kind in kinds():
            edits = list(islice(kind(target), most))
            good = [edit for edit in edits if self._fits_line(edit, alone, mine)]
            for edit in good:
                hypothesis = self._try(edit, len(edits), whole=target.whole)
                if hypothesis is not None:
                    ranked.append((edit.rank, hypothesis))
        ranked.sort(key=_order)
        self.found += ranked[:SHOWN]

    def _fits_line(self, edit: Edit, alone: Graph, mine: Sequence[Cell]) -> bool:
        """Whether the line's counted cells follow with the edit, one that didn't among them."""
        graph = edited(edit, self.grounds.sheet.graph if edit.wide else alone)
        if graph is None:
            return False
        try:
            facts = infer(graph)
            if not edit.wide and not all(_near(facts, cell) for cell in mine):
                return False
            grounds = Grounds.of(Sheet(graph))
            mended = False
            for cell in mine:
                if cell.claim.column not in COUNTED or cell.printed is None:
                    continue
                row = cell.claim if edit.wide else cell.claim._replace(row="")
                if not _simple(grounds, row, cell.printed, cut=not cell.claim.row):
                    return False
                mended = mended or not cell.follows
        except RuleError:
            return False
        shaped = any(not c.follows and c.claim.column in SHAPED for c in self.cells)
        return mended or (shaped and edit.rank == 1)

    def _try(self, edit: Edit, tried: int, *, whole: bool) -> Hypothesis | None:
        """An edit held against every cell of the sheet that it touches.

        A total that a change keeps right is little evidence: it may touch it little.
        """
        graph = edited(edit, self.grounds.sheet.graph)
        if graph is None:
            return None
        try:
            sheet = Sheet(graph)
            sheet.facts  # noqa: B018 refuses what can't be
        except RuleError:
            return None
        grounds = Grounds.of(sheet)
        mends: list[str] = []
        keeps: list[str] = []
        breaks: list[str] = []
        sums: list[str] = []
        for cell in self.cells:
            touched, follows, said = self._again(grounds, cell)
            if not touched:
                continue
            name = subject_of(cell.claim)
            if follows:
                (keeps if cell.follows else mends).append(name)
                sums.append(f"{cell.claim.text}: {said}")
            elif cell.follows:
                breaks.append(name)
        if not mends or len(breaks) > len(mends) + len(keeps):
            return None
        found = Hypothesis(edit.words, tuple(mends), tuple(keeps), tuple(breaks), tuple(sums))
        lone = [c for c in self.cells if subject_of(c.claim) in mends]
        few = (len(mends) if whole else found.explains) < 2  # noqa: PLR2004 one cell fits easily
        if few and lone and by_chance(lone[0].printed, tried) > CHANCE:
            return None
        return found

    def _again(self, grounds: Grounds, cell: Cell) -> tuple[bool, bool, str]:
        """Whether an edit touches a cell, whether that follows then, and its value."""
        claim = cell.claim
        node = span_of(grounds.sheet, claim.row)
        old = span_of(self.grounds.sheet, claim.row)
        if node is None or old is None:
            return False, False, ""
        if claim.column in SHAPED:
            before = self.grounds.sheet.value(claim.column, old)
            after = grounds.sheet.value(claim.column, node)
            judged = judge_shape(grounds.sheet, claim)
            return before != after, judged.verdict is Verdict.AGREES, str(after)
        if claim.column not in readers() or cell.printed is None:
            return False, False, ""
        values = [
            next(readers()[claim.column].readings(each, claim.row, claim.column), None)
            for each in (self.grounds, grounds)
        ]
        if values[0] is None or values[1] is None or values[0].value == values[1].value:
            return False, False, ""
        fitted = _simple(grounds, claim, cell.printed, cut=not claim.row)
        said = f"{fitted[0].reading.value:,}" if fitted else ""
        if fitted and (ways := (*fitted[0].reading.words, *fitted[0].form.words(cell.printed))):
            said += f" ({', '.join(ways)})"
        return True, bool(fitted), said


def _line_above(sheet: Sheet, node: Node) -> Node | None:
    """The line that a line reads first: what it puts out is what this one reads."""
    reads = sheet.graph.rows[node.first].reads
    return next((n for n in sheet.graph.outline if reads and n.first <= reads[0] <= n.last), None)


def _near(facts: Sequence[Facts], cell: Cell) -> bool:
    """Whether the plain counts of rows are near enough to a cell to look at it closely: quick."""
    if cell.printed is None or cell.claim.column not in {"params", "macs", "ops"}:
        return True
    if cell.claim.column == "params":
        counts = [sum(each.params for each in facts), sum(each.weights for each in facts)]
    else:
        macs = sum(each.macs for each in facts)
        counts = [macs, 2 * macs]
    ranges = [interval(cell.printed, scale=scale) for scale in cell.printed.scales]
    return any(r.low * 99 <= 100 * n and 100 * n <= r.high * 101 for r in ranges for n in counts)


def _simple(grounds: Grounds, claim: Claim, printed: Printed, *, cut: bool) -> list[Fit]:
    """How a cell could follow: counted plainly or nearly so, and not cut; a total may be cut."""
    readings = readers()[claim.column].readings(grounds, claim.row, claim.column)
    near = [reading for reading in readings if reading.cost <= 1]
    return [fit for fit in fits(near, printed) if not fit.form.cut or printed.exact or cut]


def by_chance(printed: Printed | None, tried: int) -> Fraction:
    """About how likely one of so many edits is to fit a printed number by chance."""
    if printed is None or not printed.value:
        return Fraction(1)
    found = interval(printed)
    middle = printed.value * printed.scales[0]
    return tried * (found.high - found.low) / middle


def _slips(grounds: Grounds, mine: Sequence[Cell]) -> Iterator[tuple[int, Hypothesis]]:
    """Slips of the pen in the cells of a line that don't follow."""
    for cell in mine:
        if cell.follows or cell.printed is None or cell.claim.column not in readers():
            continue
        readings = list(
            readers()[cell.claim.column].readings(grounds, cell.claim.row, cell.claim.column)
        )
        for words in slips(cell.printed, readings):
            yield 1, Hypothesis(words, (subject_of(cell.claim),))


def _order(ranked: tuple[int, Hypothesis]) -> tuple[int, int, int]:
    """Those that mend and keep most and break least first; then the less unusual."""
    rank, found = ranked
    return (-(found.explains - len(found.breaks)), len(found.breaks), rank)


def _without_repeats(found: Sequence[tuple[int, Hypothesis]]) -> list[Hypothesis]:
    """The best first; of those that mend what better ones mend, one more that breaks nothing."""
    kept: list[Hypothesis] = []
    again: set[tuple[str, ...]] = set()
    for _, hypothesis in sorted(found, key=_order):
        mended = {name for other in kept for name in other.mends}
        if set(hypothesis.mends) <= mended:
            first = next(other for other in kept if set(hypothesis.mends) & set(other.mends))
            if hypothesis.breaks or not first.breaks or first.mends in again:
                continue
            again.add(first.mends)
        kept.append(hypothesis)
    return kept


def search(
    grounds: Grounds, claims: Sequence[Claim], findings: Sequence[Finding]
) -> tuple[tuple[Hypothesis, ...], tuple[str, ...]]:
    """Hypotheses for what does not follow, and the subjects that none explains."""
    verdicts = {(f.row, f.column, f.text): f.verdict for f in findings}
    cells = []
    for claim in claims:
        verdict = verdicts.get((claim.row, claim.column, claim.text))
        if verdict is not None and verdict is not Verdict.UNCHECKED:
            cells.append(Cell(claim, printed_claim(claim), verdict.follows))
    if all(cell.follows for cell in cells):
        return (), ()
    return Search(grounds, cells).run()


def left_out(grounds: Grounds, claim: Claim) -> Iterator[Hypothesis]:
    """Each line without which a printed total would be right, whether by chance or not.

    Whoever has several totals of one column sees whether the same line explains them.
    """
    printed = printed_claim(claim)
    if printed is None or claim.row or claim.column not in {"params", "macs", "ops"}:
        return
    sheet = grounds.sheet
    column = "macs" if claim.column == "ops" else claim.column
    whole = int(getattr(sheet.total, column))
    for node in sheet.graph.outline:
        count = sheet.value(column, node)
        if count and fitting(whole - count, printed)[:1] and not fitting(whole, printed):
            said = f"{claim.text}: {whole - count:,}"
            yield Hypothesis(f"{node.name} left out", (subject_of(claim),), sums=(said,))
