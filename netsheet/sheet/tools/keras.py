"""Keras' parameters: a summary's total, with what is not trained."""

import re

from netsheet.core.convention import TRAINED, Convention, Term

_SENTENCE = "its parameters: what is trained, and the running mean and variance of batch norm"
_TRAINED_AND_KEPT = (*TRAINED, Term("running statistics", 1, ("batch norm",)))
_BIASES = Term("biases that its convolutions lack")
_SCALES = Term("weights", -1, ("batch norm",))
_INPUT = Term("statistics of each channel, and their count", 1, ("input",))


def _rule(name: str, network: str, *more: Term, but: str = "") -> Convention:
    """Keras' rule as one of its own networks departs from it."""
    source = f"Keras' applications, {network}"
    return Convention(
        name,
        (Term("multiply-adds"),),
        f"{_SENTENCE}{but}",
        params=(*_TRAINED_AND_KEPT, *more),
        source=source,
    )


CONVENTIONS = (
    _rule("keras", "MobileNetV2: 3,538,984"),
    _rule(
        "keras-resnet",
        "ResNet50: 25,636,712",
        _BIASES,
        but="; and the biases that its ResNets keep in their convolutions",
    ),
    _rule(
        "keras-inception",
        "InceptionV3: 23,851,784",
        _SCALES,
        but="; its Inception's batch norm has no scale",
    ),
    _rule(
        "keras-efficientnet",
        "EfficientNetB0: 5,330,571",
        _INPUT,
        but="; and the mean and variance of the input, with their count, that its EfficientNets "
        "of version 1 hold",
    ),
)

_OWN = (
    (re.compile(r"resnet-?\d+(?!.*v2)", re.IGNORECASE), CONVENTIONS[1]),
    (re.compile(r"inception[-_ ]?v3", re.IGNORECASE), CONVENTIONS[2]),
    (re.compile(r"efficientnet[-_ ]?b\d", re.IGNORECASE), CONVENTIONS[3]),
)
"""Networks that Keras builds in its own way, by how their names begin."""


def choose(convention: Convention, network: str) -> Convention:
    """What Keras counts in its own network of a name, where it departs from the plain rule."""
    return next((rule for name, rule in _OWN if name.match(network)), convention)
