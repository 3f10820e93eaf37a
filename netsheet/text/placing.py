"""A row that is one layer, put into the network with what follows it in place.

Requirements met here: a convolution with connections is a sparse one; `#3×3 reduce` makes a 1×1
convolution before the 3×3; what stands in the cells of a refused row is still checked.
"""

from netsheet.core.errors import RefusedError
from netsheet.core.graph import Group
from netsheet.core.span import shorten
from netsheet.layers.base import Layer
from netsheet.layers.registry import find
from netsheet.text.attributes import links_text, texts_of
from netsheet.text.builder import Place
from netsheet.text.cells import Cell
from netsheet.text.following import followers_of, put_followers
from netsheet.text.headings import FILTERS, REDUCE, filters_of
from netsheet.text.making import make
from netsheet.text.parts import Table
from netsheet.text.turn import Turn
from netsheet.text.work import Work


def put_layer(work: Work, turn: Turn, kind: type[Layer]) -> Place:
    """A row that is one layer, and what follows it in place; the last one's place."""
    _joins(work, turn, kind)
    ruled = kind
    texts = texts_of(work, turn, kind)
    links = work.document.links.get(turn.line.name) if turn.scope.block is None else None
    if links is not None and not turn.follows:
        work.linked.add(turn.line.name)
        kind = _linked(work, turn, kind, texts, links)
    followers = followers_of(work, turn, ruled)
    reduce = _filters(work, turn, texts)
    if reduce is None:
        return _put(work, turn, kind, texts, followers)
    first = {"out": reduce, "kernel": Cell("1×1", reduce.span)}
    if "bias" in texts:
        first["bias"] = texts["bias"]
    work.builder.groups[turn.full] = Group("block", "reduced conv")
    place = _put(work, turn.part("reduce"), kind, first, followers)
    return _put(work, turn.part("conv").reading((place,), work), kind, texts, followers)


def _joins(work: Work, turn: Turn, kind: type[Layer]) -> None:
    """Refuse a row that joins others and doesn't say which, or does so again and again."""
    cell = turn.line.cells.get("from")
    if kind.inputs[1] <= 1 or (cell is not None and not cell.blank and not turn.index):
        return
    if not turn.line.unread and not turn.index:
        what = f"{kind.kind} joins several rows, and it is not said which"
        have = "from" in turn.line.headings.structure
        hint = f'{"fill the" if have else "add a"} column "from", as conv2, shortcut'
        work.complain(turn, turn.cell.span, what, hint=hint)
    elif turn.index:
        what = f"{kind.kind} joins several rows, and can't be repeated"
        work.complain(turn, turn.line.cells["repeat"].span, what, hint="take the cell out")
    raise RefusedError


def _linked(
    work: Work, turn: Turn, kind: type[Layer], texts: dict[str, Cell], table: Table
) -> type[Layer]:
    """A convolution with a table of connections is a sparse one: put them among its texts."""
    sparse = find("sparse conv")
    if kind not in {find("conv"), sparse}:
        what = f"there are connections for it, and {kind.kind} is no convolution"
        work.complain(turn, turn.cell.span, what, hint="connections choose what a conv reads")
        raise RefusedError
    links = links_text(work, table)
    if links is None:
        raise RefusedError
    count = len(table.headings) - 1
    out = texts.pop("out", None)
    if out is not None and not out.blank and out.text != str(count):
        what = f"out is {shorten(out.text)}, and its connections make {count}"
        work.complain(turn, out.span, what, hint="each column of the connections is an output")
    texts["links"] = Cell(links, table.span)
    own = {attribute.name for attribute in sparse.attributes()}
    for name in [name for name in texts if name not in own]:
        cell = texts.pop(name)
        if not cell.blank:
            what = f'a conv with connections has no "{name}"'
            work.complain(turn, cell.span, what, hint="take it out")
    return sparse


def _filters(work: Work, turn: Turn, texts: dict[str, Cell]) -> Cell | None:
    """Take `#3×3` as the number of filters; give the cell of `#3×3 reduce` if it is filled."""
    counted = [name for name in texts if filters_of(name)]
    reduce = None
    sides = set()
    for name in counted:
        cell = texts.pop(name)
        match = REDUCE.fullmatch(name) or FILTERS.fullmatch(name)
        side = match[1] if match is not None else ""
        sides.add(side)
        if REDUCE.fullmatch(name):
            reduce = cell
        else:
            texts.setdefault("kernel", Cell(f"{side}×{side}", cell.span))
            texts["out"] = cell
        if len(sides) > 1:
            what = "one convolution has filters of one size"
            work.complain(turn, cell.span, what, hint="give each size of filters a row of its own")
            raise RefusedError
    return reduce


def _put(
    work: Work, turn: Turn, kind: type[Layer], texts: dict[str, Cell], followers: list[Cell]
) -> Place:
    """One layer from its texts, and what follows it in place."""
    place: Place = None
    name = f"{turn.full}.{kind.nickname()}" if followers else turn.full
    try:
        layer = make(work, turn, kind, texts)
    except RefusedError:
        pass
    else:
        place = work.builder.add(name, layer, turn.reads, turn.placed(texts))
    if not followers:
        return place
    work.builder.groups[turn.full] = Group("then", kind.kind)
    return put_followers(work, turn, followers, place, {kind.nickname()})
