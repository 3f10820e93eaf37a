"""onnx-tool, which counts the nodes of an ONNX graph, with batch norm folded away or free."""

from netsheet.core.convention import Convention, Term

CONVENTIONS = (
    Convention(
        "onnx-tool",
        (
            Term("multiply-adds"),
            Term("bias additions"),
            Term("outputs", 1, ("relu",)),
            Term("outputs", 2, ("relu6", "leaky relu", "prelu")),
            Term("additions of further inputs", 1, ("add",)),
            Term("values that windows read", 1, ("max pool", "average pool")),
            Term("inputs", 1, ("adaptive average pool",)),
        ),
        "its MACs: one for each multiply-add, bias addition, value behind ReLU (two behind ReLU6), "
        "residual addition, value that a pool's windows read; batch norm is free",
        source="onnx-tool 1.0.1, measured; a graph whose batch norms were folded into biases "
        "counts those as well, and GlobalAveragePool four more an output",
    ),
)
