"""Sizes in bytes, and the receptive field."""

from collections.abc import Iterator
from fractions import Fraction

from netsheet.audit.reading import Grounds, Reading, distinct, span_of
from netsheet.audit.readings import Reader
from netsheet.core.convention import MODELS
from netsheet.sheet.sheet import Sheet


def readings(grounds: Grounds, row: str, column: str) -> Iterator[Reading]:
    """The column's value; of memory, by each definition."""
    if column == "receptive_field":
        return iter(_field(grounds, row))
    found = []
    for cost, model in enumerate(MODELS.values()):
        words = () if not cost else (f"memory as `--memory {model.name}`",)
        sheet = Sheet(grounds.sheet.graph, memory=model)
        node = span_of(sheet, row)
        if node is not None:
            value = sheet.value(column, node) if row else int(getattr(sheet.total, column))
            found.append(Reading(value, words, min(cost, 2)))
    return distinct(found)


def _field(grounds: Grounds, row: str) -> list[Reading]:
    node = span_of(grounds.sheet, row)
    if node is None:
        return []
    sheet = grounds.sheet
    field = sheet.value("receptive_field", node) if row else sheet.total.receptive_field
    return [Reading(Fraction(field.size[0]))] if field.axes else []


READER = Reader(("memory", "kept", "receptive_field"), readings)
