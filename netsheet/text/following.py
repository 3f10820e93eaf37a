"""What follows a row in place: `then: bn, relu`, from its cell, its layer cell, or a rule.

Requirements met here: each follower is a row of the network, named after its row; a problem of
a follower points at its own words.
"""

from netsheet.core.errors import CellError, RefusedError
from netsheet.core.span import shorten
from netsheet.layers.base import Layer
from netsheet.text.attributes import texts_of
from netsheet.text.builder import Place
from netsheet.text.cells import Cell, name_beside, split_list
from netsheet.text.forms import named_text
from netsheet.text.making import make
from netsheet.text.turn import Turn
from netsheet.text.work import Work

MOST_FOLLOWERS = 100


def followers_of(work: Work, turn: Turn, ruled: type[Layer] | None) -> list[Cell]:
    """The words of what follows in place; a rule's only where the row says nothing itself."""
    found = [turn.cell.part(text) for text in turn.phrase.then]
    cell = turn.line.cells.get("then")
    if cell is None:
        return found or (work.standing(ruled).then if ruled is not None else [])
    line = turn.line
    if line.then is None:
        line.then = [cell.part(piece) for piece in split_list(cell.text)]
    for piece in line.then:
        named = named_text(piece.text, turn.values)
        words = [piece.text] if named is piece.text else split_list(named)
        found += [piece if word is piece.text else Cell(word, piece.span) for word in words]
    return [word for word in found if not word.blank]


def put_followers(
    work: Work, turn: Turn, followers: list[Cell], place: Place, taken: set[str]
) -> Place:
    """One row for each follower, reading the one before; the last one's place.

    taken: names that stand in the group already.
    """
    if len(followers) > MOST_FOLLOWERS:
        hint = f"at most {MOST_FOLLOWERS}; give some of them rows of their own"
        what = f"{len(followers):,} layers follow in place"
        work.complain(turn, followers[0].span, what, hint=hint)
        return None
    for cell in followers:
        work.step(cell.span)
        try:
            place = _put(work, turn, cell, place, taken)
        except CellError as error:
            work.note(turn, error, cell)
            place = None
        except RefusedError:
            place = None
    return place


def _put(work: Work, turn: Turn, cell: Cell, place: Place, taken: set[str]) -> Place:
    phrase = work.phrase(cell.text)
    kind = phrase.kind
    if kind is None:
        hint = "only a layer can; give the block a row of its own"
        raise CellError(f"block {shorten(phrase.word)} can't follow in place", hint)
    if phrase.label:
        what = f'"({shorten(phrase.label)})" says nothing that {kind.kind} knows'
        raise CellError(what, piece=phrase.label)
    if kind.inputs[1] != 1:
        hint = 'give it a row of its own, and name the rows in the column "from"'
        raise CellError(f"{kind.kind} can't follow in place", hint)
    follower = turn.follower(cell, phrase, place, work)
    texts = texts_of(work, follower, kind)
    name = name_beside(kind.nickname(), taken)
    layer = make(work, follower, kind, texts)
    return work.builder.add(f"{turn.full}.{name}", layer, (place,), follower.placed(texts))
