"""A run as one page: what was reached, how it went, where it errs, and how to make it again.

Requirements met here: one file, nothing loaded from elsewhere, no script; readable in light and
dark and on paper; text from data and sheet is escaped, whatever it holds.
"""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from netsheet.core.files import write_whole
from netsheet.render.page import whole_page
from netsheet.render.units import exact, short
from netsheet.sheet.sheet import Sheet
from netsheet.train.data.pictures import Pictures
from netsheet.train.loop.epoch import Epoch
from netsheet.train.plan import Plan
from netsheet.train.report.curves import Curve, chart
from netsheet.train.report.gallery import picture
from netsheet.train.report.matrix import matrix
from netsheet.train.tell.teller import clock, percent
from netsheet.train.use.evaluate import Evaluation

if TYPE_CHECKING:
    from netsheet.train.runs import Result

STYLES = Path(__file__).with_name("report.css")


def write_report(path: Path, result: "Result", plan: Plan) -> None:
    """Write the page, whole or not at all."""
    write_whole(path, page(result, plan))


def page(result: "Result", plan: Plan) -> str:
    """The whole page."""
    title = f"{plan.graph.name} on {plan.data.name}"
    judged = result.test or result.val
    name = "test" if result.test else "val"
    part = plan.data.parts[name] if judged else None
    body = [
        f"<header>\n<h1>{escape(title)}</h1>",
        f'<p class="under">{escape(plan.data.summary())}</p>\n</header>',
        *_tiles(result, plan),
        "<h2>Epoch by epoch</h2>",
        *charts(result.history, result.best),
    ]
    if judged is not None and part is not None:
        body += _judgement(judged, part)
    body += ["<h2>How it was made</h2>", *_made(plan)]
    return whole_page(title, body, STYLES.read_text(encoding="utf-8"))


def _tiles(result: "Result", plan: Plan) -> Iterator[str]:
    facts = []
    for label, found in (("test", result.test), ("validation", result.val)):
        if found is not None:
            low, high = found.interval
            between = f"{100 * low:.2f} to {100 * high:.2f} (95 %)"
            facts.append((f"{label} accuracy", percent(found.accuracy), between))
    seconds = sum(epoch.seconds for epoch in result.history)
    last = result.history[-1]
    best = f"the best is {result.best.epoch}"
    params = int(Sheet(plan.graph).total.params)
    facts += [
        ("epochs", str(len(result.history)), best),
        ("time", clock(seconds), f"{last.rate:,.0f} pictures a second"),
        ("parameters", short(params), exact(params)),
    ]
    yield '<dl class="tiles">'
    for label, figure, note in facts:
        yield (
            f"<div><dt>{escape(label)}</dt><dd><strong>{escape(figure)}</strong>"
            f"<small>{escape(note)}</small></dd></div>"
        )
    yield "</dl>"


def charts(history: Sequence[Epoch], best: Epoch) -> Iterator[str]:
    """Loss, accuracy and learning rate."""
    x = [float(epoch.epoch) for epoch in history]
    val = [epoch.val for epoch in history if epoch.val is not None]
    loss = [Curve("train", [epoch.train.loss for epoch in history], 0)]
    right = [Curve("train", [epoch.train.accuracy for epoch in history], 0)]
    if len(val) == len(history):
        loss.append(Curve("val", [each.loss for each in val], 1))
        right.append(Curve("val", [each.accuracy for each in val], 1))
    mark = float(best.epoch)
    yield '<div class="charts">'
    yield chart("Loss", x, loss, mark=mark)
    yield chart("Accuracy", x, right, percent=True, mark=mark)
    yield chart(
        "Learning rate at the epoch's end", x, [Curve("lr", [epoch.lr for epoch in history], 0)]
    )
    yield "</div>"
    yield (
        '<p class="under">Training is measured while it learns, on varied pictures; validation '
        "afterwards, on pictures as they are. The upright line is the epoch that is kept.</p>"
    )


def _judgement(found: Evaluation, part: Pictures) -> Iterator[str]:
    yield f"<h2>Judged on {found.pictures:,} {escape(found.part)} pictures</h2>"
    error = percent(found.calibration)
    yield f"<p>{escape(found.words())}; loss {found.loss:.4f}; calibration error {error}.</p>"
    yield '<div class="side">'
    yield matrix(found.classes, found.confusion.tolist())
    yield from _classes(found)
    yield "</div>"
    if found.worst:
        wrong = found.pictures - found.right
        yield f"<h2>Worst mistakes, of {wrong:,}</h2>"
        words = "Wrong answers, the surest first: what it is, and what it was taken for."
        yield f'<p class="under">{words}</p>'
        yield '<div class="gallery">'
        for mistake in found.worst:
            truth, taken = (escape(found.classes[each]) for each in (mistake.truth, mistake.taken))
            yield (
                f'<figure><img src="{picture(part, mistake.place)}" alt="{escape(mistake.name)}" '
                f'title="{escape(mistake.name)}"><figcaption><b>{truth}</b><br>taken for {taken}, '
                f"{100 * mistake.sure:.0f} %</figcaption></figure>"
            )
        yield "</div>"


def _classes(found: Evaluation) -> Iterator[str]:
    yield '<div class="box slim" tabindex="0" role="region" aria-label="Class by class">'
    yield "<table><thead><tr>"
    heads = ("pictures", "found", "right of those said")
    yield '<th scope="col">class</th>' + "".join(
        f'<th scope="col" class="num">{head}</th>' for head in heads
    )
    yield "</tr></thead>\n<tbody>"
    for name, there, recall, precision in found.by_class():
        cells = "".join(
            f'<td class="num">{each}</td>'
            for each in (f"{there:,}", percent(recall), percent(precision))
        )
        yield f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>'
    yield "</tbody></table></div>"


def _made(plan: Plan) -> Iterator[str]:
    lines = [
        ("data", [plan.data.summary(), *plan.data.story]),
        ("input", plan.intake.words()),
        ("augmentation", [", ".join(plan.recipe.augment) or "none"]),
        ("recipe", [plan.recipe.words(), f"{plan.recipe.precision}, {plan.recipe.layout}"]),
        ("memory", [plan.need.words(plan.recipe.batch // plan.recipe.accumulate)]),
        ("sheet changed", [str(change) for change in plan.changes]),
        ("fingerprint", [plan.data.fingerprint()]),
    ]
    yield '<dl class="defs">'
    for label, words in lines:
        if words:
            text = "<br>".join(escape(line) for line in words)
            yield f"<dt>{escape(label)}</dt><dd>{text}</dd>"
    yield "</dl>"


def fragment(result: "Result") -> str:
    """A result as a notebook shows it: the summary and the curves."""
    css = STYLES.read_text(encoding="utf-8")
    shown = "\n".join(charts(result.history, result.best))
    return f"<style>{css}</style>\n<p><b>{escape(result.summary())}</b></p>\n{shown}"
