"""Comparisons as they are printed, letter by letter."""

import re

import pytest

import netsheet as ns
from netsheet.render import comparison_markdown, comparison_text
from support.goldens import assert_golden
from support.project import ROOT

KEPT = ROOT / "tests" / "golden" / "compare"

OLD = """# Digits

Input: 1×28×28

| name  | layer    | out | kernel | padding | then          |
|-------|----------|-----|--------|---------|---------------|
| conv1 | conv     | 32  | 5×5    |         | relu          |
| pool1 | max pool |     | 2×2/2  |         |               |
| conv2 | conv     | 64  | 5×5    |         | relu          |
| pool2 | max pool |     | 2×2/2  |         |               |
| fc1   | dense    | 512 |        |         | relu, dropout |
| fc2   | dense    | 10  |        |         |               |
"""
NEW = (
    OLD.replace("32  | 5×5    |         | relu   ", "32  | 3×3    | 1       | bn, relu")
    .replace("| 512 |", "| 128 |")
    .replace("| fc1 ", "| conv3 | conv | 64 | 3×3 | | relu |\n| fc1 ")
)

PAIRS = {
    "digits": (OLD, NEW),
    "deeper": ("resnet50", "resnet101"),
    "stride": ("resnet50", "resnet50-v1.5"),
    "others": ("alexnet", "vgg16"),
    "widths": ("mobilenet_v3_small", "mobilenet_v3_large"),
    "drops": ("efficientnet_b0", "efficientnet_b1"),
    "growth": ("densenet121", "densenet169"),
    "same": ("vgg16", "vgg16"),
}
"""An edited sheet; more blocks; other attributes; other networks; and nothing at all."""


@pytest.mark.parametrize("name", PAIRS)
def test_texts_are_as_kept(name: str) -> None:
    """Each was read by a person before it was kept."""
    found = ns.diff(*map(ns.load, PAIRS[name]))
    assert_golden(f"{name}.txt", comparison_text.render(found, width=80, colour=False), KEPT)


def test_markdown_is_as_kept() -> None:
    """Two tables, aligned."""
    found = ns.diff(*map(ns.load, PAIRS["digits"]))
    assert_golden("digits.md", comparison_markdown.render(found), KEPT)


def test_nothing_else_is_kept() -> None:
    """No text stays behind when its pair goes."""
    wanted = {"digits.md", *(f"{name}.txt" for name in PAIRS)}
    assert wanted == {path.name for path in KEPT.iterdir()}


def test_an_edited_sheet_adds_up_by_hand() -> None:
    """What the kept text says of its sheets, added up from the layers by hand.

    conv1 has 32·(25 + 1), then 32·(9 + 1) and 2·32 of the norm. fc1 reads 4×4 after maps of 24, 12
    and 8; then 3×3, after maps of 28, 14, 10, 5 and the third convolution.
    """
    found = ns.diff(ns.load(OLD), ns.load(NEW))
    before = 32 * 26 + 64 * (32 * 25 + 1) + 512 * (64 * 4 * 4 + 1) + 10 * 513
    after = 32 * 10 + 64 + 64 * (32 * 25 + 1) + 64 * (64 * 9 + 1) + 128 * (64 * 9 + 1) + 10 * 129
    delta = found.totals["params"]
    assert (before, after) == (delta.old, delta.new)
    text = str(found)
    [line] = re.findall("^params .*", text, re.MULTILINE)
    assert ["params", f"{before:,}", f"{after:,}", f"−{before - after:,}"] == line.split()[:4]
