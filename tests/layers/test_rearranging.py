"""Reshape, permute, reductions, pixel shuffles and products: known answers, and refusals."""

from typing import Any

import pytest

from netsheet.core.errors import RuleError
from netsheet.core.shape import Shape
from netsheet.layers.registry import find


def made(word: str, **attributes: Any) -> Any:
    """A layer by its word."""
    return find(word)(**attributes)


REFUSALS: tuple[tuple[str, dict[str, Any], tuple[tuple[int, ...], ...], str], ...] = (
    (
        "reshape",
        {"sizes": (8, 9)},
        ((64, 7, 7),),
        "64×7×7 can't be read as 8×9: they hold different numbers of values\n"
        "  64×7×7: 3,136 values\n"
        "  8×9: 72 values\n"
        "  the products must agree",
    ),
    (
        "permute",
        {"order": "HWC"},
        ((64, 7),),
        "64×7 has no height\n  its axes are C (channels), L (length)",
    ),
    (
        "permute",
        {"order": "HC"},
        ((64, 7, 7),),
        "H×C leaves out axes of 64×7×7\n  name all of C, H, W, in the order they are to have",
    ),
    (
        "reduce",
        {"over": "D"},
        ((64, 7, 7),),
        "64×7×7 has no depth\n  its axes are C (channels), H (height), W (width)",
    ),
    (
        "pixel shuffle",
        {"factor": 2},
        ((6, 7, 7),),
        "6 channels don't fill patches of 2×2\n  the channels must be a multiple of 4",
    ),
    (
        "pixel unshuffle",
        {"factor": 2},
        ((3, 8, 7),),
        "patches of 2 don't cover the input's width\n  W = 7 must be a multiple of 2",
    ),
    (
        "matmul",
        {},
        ((49, 64), (49, 64)),
        "matmul can't multiply 49×64 with 49×64: they need the first's last axis, 64, as the second's last but one\n"
        "  permute and reshape bring axes into place",
    ),
    (
        "add",
        {"stretch": True},
        ((64, 7, 7), (32, 1, 1)),
        "add can't join 64×7×7, 32×1×1: they need the same shape, or axes of 1 to stretch\n"
        "  in channels, 32 is neither 1 nor 64",
    ),
    (
        "glu",
        {},
        ((7, 3, 3),),
        "7 channels have no halves\n  the input's channels must be an even number",
    ),
    (
        "hardtanh",
        {"low": 1.0},
        ((7,),),
        "nothing lies between 1 and 1\n  low must be below high",
    ),
)


@pytest.mark.parametrize(("word", "attributes", "shapes", "message"), REFUSALS)
def test_refusals(
    word: str, attributes: dict[str, Any], shapes: tuple[tuple[int, ...], ...], message: str
) -> None:
    """The message says what doesn't fit, and what would."""
    with pytest.raises(RuleError) as caught:
        made(word, **attributes).output(*map(Shape, shapes))
    assert message == str(caught.value)


@pytest.mark.parametrize("value", ["", "HH", "X", "HWC"])
def test_an_axis_is_one_known_letter(value: str) -> None:
    """No letter, one twice, one that names no axis, several where one is meant."""
    with pytest.raises(RuleError, match="it takes one axis by its letter"):
        made("softmax", over=value)


def test_a_gate_and_a_shift_stretch_over_each_other() -> None:
    """A channel's factor and a position's factor make a whole map, as in CBAM."""
    shapes = Shape((64, 1, 1)), Shape((1, 7, 7))
    assert (64, 7, 7) == made("multiply").output(*shapes)
    assert (64, 7, 7) == made("add", stretch=True).output(*shapes)


def test_attention_costs_what_its_paper_says() -> None:
    """n² ·d multiply-adds for each of two products: Vaswani et al. 2017, table 1."""
    queries, keys = Shape((8, 100, 64)), Shape((8, 64, 100))
    scores = made("matmul").facts(queries, keys)
    assert (8, 100, 100) == scores.output
    assert 8 * 100 * 100 * 64 == scores.macs
    assert 8 * 100 * 100 * 64 == made("matmul").facts(scores.output, queries).macs


def test_space_to_depth_of_yolo() -> None:
    """YOLOv2's reorg: 26×26×64 becomes 13×13×256 (Redmon & Farhadi 2016, section 2)."""
    assert (256, 13, 13) == made("space to depth", factor=2).output(Shape((64, 26, 26)))


def test_words_for_reductions_settle_what_is_computed() -> None:
    """A mean is a reduction by mean, whatever it is over."""
    import netsheet as ns

    sheet = "Input: 8×4×4\n\n| name | layer | over | keep |\n|-|-|-|-|\n"
    net = ns.load(f"{sheet}| m | reduce max | H×W | no |\n| s | mean | channels | |\n")
    assert ["max over H×W", "mean over C"] == [row.description for row in net.sheet().rows]
    assert [(8,), (1,)] == [row.output for row in net.sheet().rows]
