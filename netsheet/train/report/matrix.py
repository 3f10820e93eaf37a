"""A confusion matrix, as an SVG: truth down, answers across.

Requirements met here: every count that a person could read is written; the darkness of a cell is
the part of its row, so that rare classes show as well as frequent ones; right and wrong answers
have a hue each, which stay apart in grey by their place on the diagonal.
"""

from collections.abc import Sequence
from html import escape

WRITTEN = 30
"""Classes up to which counts and names are written."""

CELL, SMALL = 34, 6


def matrix(classes: Sequence[str], counts: Sequence[Sequence[int]]) -> str:
    """The whole matrix; with many classes as a map of darkness without numbers."""
    many = len(classes)
    written = many <= WRITTEN
    side = CELL if written else max(2, min(SMALL, 720 // many))
    longest = max(len(name) for name in classes)
    margin = min(160, 14 + 6.6 * longest) if written else 24
    width, height = margin + many * side + 10, margin + many * side + 10
    right = sum(row[place] for place, row in enumerate(counts))
    whole = sum(map(sum, counts))
    label = f"Confusion matrix of {many} classes: {right:,} of {whole:,} answers on the diagonal"
    box = f'viewBox="0 0 {width:g} {height:g}" style="max-width:{width:g}px"'
    parts = [f'<svg class="matrix" {box} role="img" aria-label="{label}">']
    for truth, row in enumerate(counts):
        total = sum(row) or 1
        for taken, count in enumerate(row):
            if not count:
                continue
            x, y = margin + taken * side, margin + truth * side
            kind = "yes" if truth == taken else "no"
            share = count / total
            parts.append(
                f'<g class="cell"><title>{escape(classes[truth])} taken for '
                f"{escape(classes[taken])}: {count:,} of {total:,}</title>"
                f'<rect x="{x:g}" y="{y:g}" width="{side - 1}" height="{side - 1}" class="{kind}" '
                f'style="fill-opacity:{0.08 + 0.87 * share:.2f}"/>'
            )
            if written:
                ink = "over" if share > 0.55 else "on"  # noqa: PLR2004 dark enough for light ink
                parts.append(
                    f'<text x="{x + side / 2:g}" y="{y + side / 2 + 4:g}" text-anchor="middle" '
                    f'class="{ink}">{count}</text>'
                )
            parts.append("</g>")
    if written:
        parts += _names(classes, margin, side)
    parts.append('<text x="2" y="12" class="axis">answer →</text>')
    parts.append('<text x="2" y="27" class="axis">truth ↓</text></svg>')
    return "\n".join(parts)


def _names(classes: Sequence[str], margin: float, side: int) -> list[str]:
    parts = []
    for place, name in enumerate(classes):
        middle = margin + place * side + side / 2
        shown = escape(name if len(name) <= 22 else name[:21] + "…")  # noqa: PLR2004 the margin's width
        parts.append(
            f'<text x="{margin - 6:g}" y="{middle + 4:g}" text-anchor="end">{shown}</text>'
        )
        parts.append(
            f'<text transform="translate({middle + 4:g} {margin - 6:g}) rotate(-90)">{shown}</text>'
        )
    return parts
