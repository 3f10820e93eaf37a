"""What torch exports: every idiom is read as the layer that was exported, and runs the same."""

import io
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

import torch

import netsheet as ns
from support.exportable import MODULES
from support.onnx_files import assert_close, results, run, sampled, unlike
from support.project import ROOT

GOLDEN = ROOT / "tests" / "golden" / "onnx"

KINDS = {
    "Residual": "conv relu max_pool conv relu conv add relu conv relu conv add relu "
    "conv relu conv conv add relu conv relu conv add relu adaptive_average_pool dense",
    "Activated": "conv hardswish conv relu6 adaptive_average_pool conv relu conv hardsigmoid "
    "multiply adaptive_average_pool dense relu dense hardsigmoid reshape multiply "
    "silu prelu elu mish softplus leaky_relu hardtanh log_sigmoid gelu gelu selu softsign tanh "
    "softplus adaptive_average_pool dense hardswish dense log_softmax",
    "Turned": "conv conv layer_norm conv gelu conv layer_scale add adaptive_average_pool flatten "
    "layer_norm dense",
    "Shuffled": "conv slice slice conv relu concat channel_shuffle group_norm instance_norm "
    "instance_norm average_pool dense",
    "Enlarged": "conv relu max_pool conv transposed_conv concat conv local_response_norm "
    "pixel_shuffle pixel_unshuffle upsample resample pad sigmoid glu",
    "Tied": "conv conv relu conv adaptive_average_pool flatten",
}
"""The rows that modules are read as, norms folded into convolutions as the exporter does."""


def exported(module: Any, opset: int, *, batch: bool, folded: bool = True) -> bytes:
    """A module as torch's exporter of many years writes it."""
    file = io.BytesIO()
    modes = torch.onnx.TrainingMode
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is to be replaced, and says so again and again
        torch.onnx.export(
            module,
            (torch.zeros(1, *module.shape),),
            file,  # type: ignore[arg-type]  # a file in memory will do
            dynamo=False,
            opset_version=opset,
            input_names=["x"],
            dynamic_axes={"x": {0: "N"}} if batch else None,
            do_constant_folding=folded,
            training=modes.EVAL if folded else modes.PRESERVE,
        )
    return file.getvalue()


def made(name: str) -> Any:
    """One of the modules, with weights of which none is like another."""
    torch.manual_seed(0)
    return unlike(MODULES[name]())


def ran(module: Any, inputs: Mapping[str, Any]) -> list[Any]:
    """What a plain module puts out."""
    with torch.no_grad():
        found = module(*inputs.values())
    return list(found) if isinstance(found, tuple) else [found]


def assert_read_right(path: Path, module: Any, inputs: Mapping[str, Any]) -> ns.Net:
    """Require that nothing is missing, and that the rows run as the module and as the file do."""
    net = ns.load(path)
    assert () == net.missing
    expected = ran(module, inputs)
    actual = results(net.to_torch().eval(), inputs)
    for one, other, third in zip(expected, actual, run(path.read_bytes(), inputs), strict=True):
        assert_close(one, other)
        assert_close(third, other)
    return net


@pytest.mark.parametrize("opset", [9, 13, 17])
@pytest.mark.parametrize("name", MODULES)
def test_an_exported_module_is_read(name: str, opset: int, tmp_path: Path) -> None:
    """With parameters exact, whatever the opset, with norms and with these folded away."""
    if (name, opset) in {("Activated", 9), ("Enlarged", 9)}:
        pytest.skip("the exporter can't, or writes what torch doesn't do")
    module = made(name)
    path = tmp_path / "net.onnx"
    path.write_bytes(exported(module, opset, batch=name != "Shuffled", folded=False))
    inputs = sampled({"x": module.shape}, 1 if name == "Shuffled" else 2)
    net = assert_read_right(path, module, inputs)
    assert sum(p.numel() for p in module.parameters()) == net.totals().params


@pytest.mark.parametrize("name", KINDS)
def test_idioms_are_single_rows(name: str, tmp_path: Path) -> None:
    """Nothing is left of how they are written out."""
    module = made(name)
    path = tmp_path / "net.onnx"
    path.write_bytes(exported(module, 17, batch=name != "Shuffled"))
    rows = [row.layer.kind.replace(" ", "_") for row in ns.load(path).graph.rows[1:]]
    assert KINDS[name].split() == rows


def test_names_come_from_the_module_tree(tmp_path: Path) -> None:
    """As the module's own parameters are called."""
    module = made("Residual")
    path = tmp_path / "net.onnx"
    path.write_bytes(exported(module, 17, batch=True, folded=False))
    state = {
        name: tuple(x.shape)
        for name, x in module.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    found = {}
    for name, values in ns.load(path).weights.items():
        row, _, tensor = name.rpartition(".")
        outer = f"{row.rpartition('.')[0]}.{tensor}"  # of a row that another joined
        found[name if name in state else outer] = tuple(values.shape)
    assert state == found


def test_a_weight_used_twice_is_shared(tmp_path: Path) -> None:
    """And counted once."""
    module = made("Tied")
    path = tmp_path / "net.onnx"
    path.write_bytes(exported(module, 17, batch=True))
    net = ns.load(path)
    owners = [net.graph.rows[row.shares].name for row in net.graph.rows if row.shares >= 0]
    assert 1 == len(owners)
    assert owners[0].startswith("twice")


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.onnx")), ids=lambda path: path.stem)
def test_what_the_new_exporter_wrote_is_read(path: Path) -> None:
    """Files of torch.export's way, whose making needs a package that isn't among ours."""
    name = path.stem.partition("-")[0]
    net = ns.load(path)
    assert () == net.missing
    inputs = sampled({"x": MODULES[name].shape}, 2)
    for expected, actual in zip(
        run(path.read_bytes(), inputs), results(net.to_torch().eval(), inputs), strict=True
    ):
        assert_close(expected, actual)
    rows = [row.layer.kind.replace(" ", "_") for row in net.graph.rows[1:]]
    if path.stem.endswith("optimised"):
        assert KINDS[name].split() == rows


def test_there_are_such_files() -> None:
    """The test above is not left with nothing."""
    assert 4 <= len(list(GOLDEN.glob("*.onnx")))
