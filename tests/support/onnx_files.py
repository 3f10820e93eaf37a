"""ONNX files for tests: built operator by operator, run by onnxruntime, compared with torch.

For tests that begin with `pytest.importorskip` of what they need: nothing is imported above.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from netsheet.core.graph import Graph, Row
from netsheet.core.shape import Shape
from netsheet.layers.base import Layer
from netsheet.layers.input import Input
from netsheet.layers.registry import find

TOLERANCE = 1e-4
"""How far results of torch and onnxruntime may lie apart, as a share of the largest."""


def layer(word: str, **given: Any) -> Layer:
    """A layer of the kind that a word stands for."""
    return find(word)(**given)


def model(
    nodes: Sequence[Any],
    inputs: Mapping[str, Sequence[int | str | None] | None],
    outputs: Sequence[str],
    stored: Mapping[str, Any] | None = None,
    *,
    opset: int = 17,
    name: str = "net",
) -> Any:
    """A model of these nodes; stored are numpy arrays, inputs are sizes with the batch first."""
    from onnx import TensorProto, helper, numpy_helper

    given = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in inputs.items()]
    made = [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in outputs]
    tensors = [numpy_helper.from_array(array, n) for n, array in (stored or {}).items()]
    graph = helper.make_graph(list(nodes), name, given, made, tensors)
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=min(10, 3 + opset // 2)
    )


def node(op: str, inputs: str, outputs: str, name: str = "", **attributes: Any) -> Any:
    """A node; its inputs and outputs with blanks between, `-` for one that is left out."""
    from onnx import helper

    given = ["" if each == "-" else each for each in inputs.split()]
    return helper.make_node(op, given, outputs.split(), name=name, **attributes)


def saved(made: Any, folder: Path, name: str = "net.onnx") -> Path:
    """A model written to a file."""
    path = folder / name
    path.write_bytes(made.SerializeToString())
    return path


def run(data: bytes, inputs: Mapping[str, Any]) -> list[Any]:
    """What onnxruntime makes of a file, on torch's tensors or numpy's arrays."""
    import numpy as np
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    found: list[Any] = session.run(None, {n: np.asarray(x) for n, x in inputs.items()})
    return found


def shared() -> Graph:
    """A convolution used twice, and a dense layer that shares its weights but not its bias."""
    rows = (
        Row("input", Input(shape=Shape((4, 6, 6))), ()),
        Row("conv", layer("conv", out=4, kernel=3, padding=1), (0,)),
        Row("again", layer("conv", out=4, kernel=3, padding=1), (1,), 1),
        Row("fc", layer("dense", out=5), (2,)),
        Row("twin", layer("dense", out=5), (1,), 3, ("weight",)),
        Row("both", layer("add"), (3, 4)),
    )
    return Graph("shared", rows)


def sampled(shapes: Mapping[str, Sequence[int]], batch: int, seed: int = 0) -> dict[str, Any]:
    """Random inputs of these shapes."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    return {n: torch.randn(batch, *shape, generator=generator) for n, shape in shapes.items()}


def assert_close(expected: Any, actual: Any) -> None:
    """Require that two arrays have one shape and nearly the same values, not a number alike."""
    import numpy as np

    one, other = np.asarray(expected), np.asarray(actual)
    assert one.shape == other.shape
    finite = one[np.isfinite(one)]
    near = TOLERANCE * max(1.0, float(np.abs(finite).max(initial=0)))
    assert np.allclose(one, other, rtol=0, atol=near, equal_nan=True), np.abs(one - other).max()


def unlike(module: Any, seed: int = 0) -> Any:
    """A module whose vectors and statistics are random, so that none of them is 0 or 1."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    state = module.state_dict(keep_vars=True)
    with torch.no_grad():
        for name, values in state.items():
            vector = values.ndim == 1 or name.endswith(".value")
            if vector and values.dtype == torch.float32:
                values.copy_(0.4 + 0.3 * torch.rand(values.shape, generator=generator))
    return module.eval()


def results(module: Any, inputs: Mapping[str, Any]) -> list[Any]:
    """What a network's torch module puts out, in the order of its rows."""
    return list(outputs(module, inputs).values())


def outputs(module: Any, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What a network's torch module puts out, by name; by one thread, as these are small."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.no_grad():
            found = module(*inputs.values())
    finally:
        torch.set_num_threads(threads)
    lone = module.graph.rows[module.graph.outputs[0]].name
    return found if isinstance(found, dict) else {lone: found}


def assert_written_right(graph: Graph, *, batch: int = 2) -> bytes:
    """Require that a network is written as a valid file that does what its torch module does."""
    import onnx

    from netsheet.convert.onnx_model import write
    from netsheet.run.realise import realise

    module = unlike(realise(graph))
    data = write(graph, module.state_dict())
    onnx.checker.check_model(onnx.load_from_string(data), full_check=True)
    inputs = sampled(module.shapes, batch)
    for expected, actual in zip(results(module, inputs), run(data, inputs), strict=True):
        assert_close(expected, actual)
    return data
