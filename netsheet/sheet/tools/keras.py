"""Keras' parameters: a summary's total, with what is not trained."""

import re

from netsheet.core.convention import TRAINED, Convention, Term

_STATISTICS = Term("running statistics", 1, ("batch norm",))
_BIASES = Term("biases that its convolutions lack")
_RESNET = re.compile(r"resnet-?\d+(?!.*v2)", re.IGNORECASE)

CONVENTIONS = (
    Convention(
        "keras",
        (Term("multiply-adds"),),
        "its parameters: what is trained, and the running mean and variance of batch norm",
        params=(*TRAINED, _STATISTICS),
        source="Keras' applications: MobileNetV2 3,538,984",
    ),
    Convention(
        "keras-resnet",
        (Term("multiply-adds"),),
        "its parameters: what is trained, the running mean and variance of batch norm, and the "
        "biases that its ResNets keep in their convolutions",
        params=(*TRAINED, _STATISTICS, _BIASES),
        source="Keras' applications: ResNet50 25,636,712",
    ),
)


def choose(convention: Convention, network: str) -> Convention:
    """Keras' own ResNets keep the biases of their convolutions: a ResNet is counted so."""
    return CONVENTIONS[1] if _RESNET.match(network) else convention
