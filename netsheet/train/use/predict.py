"""A model asked about pictures: the likeliest classes, and why.

Requirements met here: pictures go the way that the training pictures went; a picture that can't
be read is named, and the others are answered all the same.
"""

import csv
import io
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor

from netsheet.core.errors import ChoiceError, FitError, PictureError
from netsheet.run.picture import decode
from netsheet.run.why import draw, explain, write
from netsheet.train.data.folder import SUFFIXES
from netsheet.train.head import probabilities
from netsheet.train.use.model import Model

BATCH = 64

Format = Literal["text", "csv", "json"]


@dataclass(frozen=True)
class Answer:
    """What a model says of a picture: classes with probabilities, the likeliest first.

    wrong: why the picture can't be read; then there are no classes. why: drawings of what speaks
    for the first class, by method.
    """

    picture: Path
    top: tuple[tuple[str, float], ...]
    wrong: str = ""
    why: tuple[Path, ...] = ()


def pictures(paths: Sequence[str | Path]) -> list[Path]:
    """The pictures of these paths, folders with all in them, in order; ChoiceError for none."""
    found: list[Path] = []
    for each in map(Path, paths):
        if not each.is_dir():
            found.append(each)
            continue
        inside = [
            Path(place, name)
            for place, _, names in os.walk(each)
            for name in names
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith(".")
        ]
        if not inside:
            raise ChoiceError(
                f"there is no picture in {each}\n  they end in {', '.join(sorted(SUFFIXES))}"
            )
        found += sorted(inside)
    return found


def predict(
    model: Model,
    paths: Sequence[Path],
    *,
    top: int = 5,
    why: str | None = None,
    folder: Path | None = None,
    batch: int = BATCH,
) -> Iterator[Answer]:
    """An answer for each picture, in order. why: "grad-cam" or "occlusion", drawn into a folder."""
    if model.intake.pictures.rank != 2:  # noqa: PLR2004 height and width
        raise FitError(f"the model reads {model.intake.pictures}, which are no pictures")
    for start in range(0, len(paths), batch):
        some = paths[start : start + batch]
        ready: list[Tensor | str] = []
        for path in some:
            try:
                ready.append(model.intake.take(decode(path))[0])
            except PictureError as error:
                ready.append(str(error))
        inputs = [each for each in ready if isinstance(each, Tensor)]
        chances = probabilities(model.scores(torch.cat(inputs))) if inputs else torch.empty(0)
        rows = iter(chances)
        for path, each in zip(some, ready, strict=True):
            if isinstance(each, str):
                yield Answer(path, (), each)
                continue
            row = next(rows)
            values, places = row.topk(min(top, len(row)))
            said = tuple(
                (model.classes[int(place)], float(value))
                for value, place in zip(values, places, strict=True)
            )
            drawn: tuple[Path, ...] = ()
            if why is not None and folder is not None:
                drawn = (_drawn(model, path, each, int(places[0]), why, folder),)
            yield Answer(path, said, why=drawn)


def _drawn(model: Model, path: Path, x: Tensor, target: int, method: str, folder: Path) -> Path:
    """A drawing of what speaks for a class; its file is named after the picture."""
    found = explain(model.network, x, target, method)
    out = folder / f"{path.stem}-{method}.png"
    number = 2
    while out.exists():
        out, number = folder / f"{path.stem}-{number}-{method}.png", number + 1
    title = f"{path.name}: {model.classes[target]}"
    write(draw(found, model.intake.seen(x), title, (f"for {model.classes[target]}",)), out)
    return out


def written(answers: Sequence[Answer], form: Format) -> str:
    """Answers as text, CSV (a line a class) or JSON."""
    if form == "json":
        return json.dumps([_plain(each) for each in answers], indent=1, ensure_ascii=False) + "\n"
    if form == "csv":
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("picture", "rank", "class", "probability"))
        for each in answers:
            for rank, (name, chance) in enumerate(each.top, start=1):
                writer.writerow((each.picture, rank, name, f"{chance:.6f}"))
        return out.getvalue()
    return "".join(_line(each) for each in answers)


def _plain(answer: Answer) -> dict[str, Any]:
    top = [{"class": name, "probability": round(chance, 6)} for name, chance in answer.top]
    made: dict[str, Any] = {"picture": str(answer.picture), "top": top}
    if answer.wrong:
        made["error"] = answer.wrong
    if answer.why:
        made["why"] = [str(path) for path in answer.why]
    return made


def _line(answer: Answer) -> str:
    if answer.wrong:
        return f"{answer.picture}  can't be read\n"
    said = "  ".join(f"{name} {100 * chance:.1f} %" for name, chance in answer.top)
    drawn = "".join(f"\n  why: {path}" for path in answer.why)
    return f"{answer.picture}  {said}{drawn}\n"
