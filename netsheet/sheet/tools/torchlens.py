"""torchlens: what it calls MACs."""

from netsheet.core.convention import Convention, Term

CONVENTIONS = (
    Convention(
        "torchlens",
        (Term("multiply-adds"),),
        "its MACs: one for each multiply-add of convolution and dense layers, and nothing else",
        source="torchlens 2.36.1, whose counts for AlexNet, GoogLeNet, ResNet-50 and "
        "MobileNetV2 are their multiply-adds",
    ),
)
