"""The flops profiler of DeepSpeed: what it calls MACs."""

from netsheet.core.convention import Convention, Term

CONVENTIONS = (
    Convention(
        "deepspeed",
        (Term("multiply-adds"),),
        "its MACs: one for each multiply-add of convolution and dense layers, and nothing else",
        source="DeepSpeed 0.19.8, its flops profiler, whose counts for AlexNet, GoogLeNet, "
        "ResNet-50 and MobileNetV2 are their multiply-adds",
    ),
)
