"""torchvision: what the metadata of its weights call `_ops`."""

from netsheet.core.convention import Convention, Term

CONVENTIONS = (
    Convention(
        "torchvision",
        (Term("multiply-adds"),),
        "its `_ops`: one for each multiply-add of convolution and dense layers, in billions with "
        "three decimals",
        source="torchvision 0.29.2, metadata of the weights: AlexNet 0.714, ResNet-50 4.089, "
        "MobileNetV2 0.301",
    ),
)
