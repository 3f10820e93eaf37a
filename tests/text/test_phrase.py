"""The words of a layer cell, as papers write them."""

import pytest

from netsheet.core.errors import CellError
from netsheet.layers.registry import find, kinds
from netsheet.text.phrase import BlockWord, Phrase, attribute_of, read_phrase

BLOCKS = {
    "fire": BlockWord("fire", ("s", "e")),
    "inception": BlockWord("Inception"),
    "denselayer": BlockWord("dense layer"),
    "mbconv": BlockWord("MBConv", ("expansion", "kernel", "k")),
    "fusedmbconv": BlockWord("Fused-MBConv", ("expansion",)),
}


@pytest.mark.parametrize(
    ("text", "kind", "attributes"),
    [
        ("conv", "conv", {}),
        ("Convolution", "conv", {}),
        ("CONV2D", "conv", {}),
        ("  max   pool ", "max pool", {}),
        ("Max-Pooling", "max pool", {}),
        ("`conv`", "conv", {}),
        ("**conv**", "conv", {}),
        ("conv3-64", "conv", {"kernel": "3", "out": "64"}),
        ("FC-4096", "dense", {"out": "4096"}),
        ("fc1000", "dense", {"out": "1000"}),
        ("1000-d fc", "dense", {"out": "1000"}),
        ("3×3 conv", "conv", {"kernel": "3×3"}),
        ("3x3 conv", "conv", {"kernel": "3x3"}),
        ("conv 3×3", "conv", {"kernel": "3×3"}),
        ("conv 7×7/2", "conv", {"kernel": "7×7/2"}),
        ("7×7/2 conv", "conv", {"kernel": "7×7/2"}),
        ("3 × 3 max pool", "max pool", {"kernel": "3 × 3"}),
        ("3×3×3 conv", "conv", {"kernel": "3×3×3"}),
        ("3×3 conv, 64", "conv", {"kernel": "3×3", "out": "64"}),
        ("3×3 conv, 64 filters", "conv", {"kernel": "3×3", "out": "64"}),
        ("3×3 conv, 1,024", "conv", {"kernel": "3×3", "out": "1024"}),
        ("conv, 12,345,678", "conv", {"out": "12345678"}),
        ("7×7 conv, 64, /2", "conv", {"kernel": "7×7", "out": "64", "stride": "2"}),
        ("7×7 conv, 64, stride 2", "conv", {"kernel": "7×7", "out": "64", "stride": "2"}),
        ("conv, padding same, no bias", "conv", {"padding": "same", "bias": "no"}),
        ("conv, same padding", "conv", {"padding": "same padding"}),
        ("conv, kernel size 3", "conv", {"kernel size": "3"}),
        ("conv (out=64, kernel=3×3)", "conv", {"out": "64", "kernel": "3×3"}),
        ("conv (3×3, stride 2)", "conv", {"kernel": "3×3", "stride": "2"}),
        ("conv (out=(2*32))", "conv", {"out": "(2*32)"}),
        ("dropout (40%)", "dropout", {"drop": "40%"}),
        ("dropout(0.4)", "dropout", {"drop": "0.4"}),
        ("leaky relu (0.2)", "leaky relu", {"slope": "0.2"}),
        ("dense (10)", "dense", {"out": "10"}),
        ("adaptive average pool (6×6)", "adaptive average pool", {"size": "6×6"}),
        ("pad (1, reflect)", "pad", {"padding": "1", "mode": "reflect"}),
        ("relu (inplace)", "relu", {"inplace": "yes"}),
        ("max pool (rounding: up)", "max pool", {"rounding": "up"}),
        (
            "tanh (amplitude=1.7159, slope=0.6667)",
            "tanh",
            {"amplitude": "1.7159", "slope": "0.6667"},
        ),
    ],
)
def test_layers_and_what_goes_with_them(text: str, kind: str, attributes: dict[str, str]) -> None:
    """The kind, and the texts of its attributes by heading."""
    phrase = read_phrase(text, BLOCKS)
    assert (find(kind), attributes) == (phrase.kind, dict(phrase.attributes))
    assert ("", ()) == (phrase.label, phrase.then)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("fire", Phrase("fire")),
        ("Fire", Phrase("fire")),
        ("inception (3a)", Phrase("Inception", label="3a")),
        ("dense layer", Phrase("dense layer")),
        ("fire (s=16, e=64)", Phrase("fire", attributes={"s": "16", "e": "64"})),
        ("fire, s=16, relu", Phrase("fire", attributes={"s": "16"}, then=("relu",))),
        ("fire16", Phrase("fire", attributes={"s": "16"})),
        ("MBConv6", Phrase("MBConv", attributes={"expansion": "6"})),
        ("mbconv 6", Phrase("MBConv", attributes={"expansion": "6"})),
        ("Fused-MBConv4", Phrase("Fused-MBConv", attributes={"expansion": "4"})),
        ("MBConv6, 5×5", Phrase("MBConv", attributes={"expansion": "6", "kernel": "5×5"})),
        ("MBConv6, k5x5", Phrase("MBConv", attributes={"expansion": "6", "k": "5x5"})),
        ("3×3 MBConv", Phrase("MBConv", attributes={"kernel": "3×3"})),
        ("MBConv 3×3", Phrase("MBConv", attributes={"kernel": "3×3"})),
        ("MBConv, 3×3, bn", Phrase("MBConv", attributes={"kernel": "3×3"}, then=("bn",))),
    ],
)
def test_blocks(text: str, phrase: Phrase) -> None:
    """A block's own word comes before a layer's, and takes named values and a label.

    A number at its end is its first parameter, a size its kernel, as papers print them.
    """
    assert phrase == read_phrase(text, BLOCKS)


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("conv, bn, relu", ("bn", "relu")),
        ("3×3 conv, 64, bn, leaky relu (0.2)", ("bn", "leaky relu (0.2)")),
        ("conv (3×3, 64), relu", ("relu",)),
    ],
)
def test_what_follows(text: str, then: tuple[str, ...]) -> None:
    """A layer behind a comma follows in place."""
    assert then == read_phrase(text, {}).then


def test_presets_are_told_apart_from_what_is_said() -> None:
    """A depthwise conv settles filters and groups, unless the row says otherwise."""
    phrase = read_phrase("3×3 depthwise conv", {})
    assert ({"out": "in", "groups": "in"}, {"kernel": "3×3"}) == (phrase.presets, phrase.attributes)


@pytest.mark.parametrize(
    ("text", "what", "hint", "piece"),
    [
        ("convv", 'there is no layer "convv"', 'did you mean "conv"?', "convv"),
        (
            "convolutoin",
            'there is no layer "convolutoin"',
            'did you mean "convolution" or "deconvolution"?',
            "convolutoin",
        ),
        (
            "max poool (3×3)",
            'there is no layer "max poool"',
            'did you mean "max pool"?',
            "max poool",
        ),
        ("fyre", 'there is no layer "fyre"', 'did you mean "fire"?', "fyre"),
        ("conv, reluu", 'there is no layer "reluu"', 'did you mean "relu" or "relu6"?', "reluu"),
        ("conv, bn, zzz", 'there is no layer "zzz"', None, "zzz"),
        ("conv (", '"conv (" has half a pair of brackets', "", ""),
        ("conv (a) (b)", 'there is no layer "conv (a) (b)"', None, "conv (a) (b)"),
        ("conv, 64, 128", "out is given twice: 64 and 128", "leave one of them out", "128"),
        ("3×3 conv (5×5)", "kernel is given twice: 5×5 and 3×3", "leave one of them out", "3×3"),
        ("", "no layer is named", None, ""),
        (
            "fire (16, 64)",
            '"(16, 64)" can\'t be read',
            "values are named: fire (name=value, name=value)",
            "16, 64",
        ),
        ("x" * 401, f'"{"x" * 40}… (401 characters)" is too long', "at most 400 characters", ""),
    ],
)
def test_refusals(text: str, what: str, hint: str | None, piece: str | None) -> None:
    """What can't be read is named, with the nearest word and the piece at fault."""
    with pytest.raises(CellError) as caught:
        read_phrase(text, BLOCKS)
    error = caught.value
    assert what == error.what
    if hint is not None:
        assert hint == error.hint
    if piece is not None:
        assert piece == error.piece


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.kind)
def test_every_word_of_every_kind_is_read(kind: type) -> None:
    """Each kind is found by its name, its other words and the words that settle attributes."""
    for word in (kind.kind, *kind.aliases, *kind.presets):  # type: ignore[attr-defined]
        assert kind is read_phrase(word, {}).kind
        assert kind is read_phrase(word.upper(), {}).kind


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("padding same", ("padding", "same")),
        ("kernel 3×3/2", ("kernel", "3×3/2")),
        ("3×3", ("kernel", "3×3")),
        ("/2", ("stride", "2")),
        ("no bias", ("bias", "no")),
        ("bias", ("bias", "yes")),
        ("stride 2 then 1", ("stride", "2 then 1")),
        ("colour red", None),
        ("relu", None),
    ],
)
def test_words_that_settle_an_attribute(text: str, pair: tuple[str, str] | None) -> None:
    """As they stand behind a comma, in brackets or in a rule."""
    assert pair == attribute_of(text, find("conv"))
