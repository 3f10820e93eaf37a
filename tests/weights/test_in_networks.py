"""Weights in a network: from Python, on the command line, in torch, and written again."""

import json
import struct
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("safetensors")
pytest.importorskip("numpy")

import numpy as np
import torch

import netsheet as ns
from netsheet.cli import main
from netsheet.core.errors import FileError, RuleError, UnsupportedError
from support.weight_files import SMALL, assert_weights, small, state, write


def test_with_weights(tmp_path: Path) -> None:
    """The same network with its weights, a note of how they came, and nothing else changed."""
    expected = state(small())
    net = small()
    filled = net.with_weights(write(tmp_path / "w.pth", expected))
    assert_weights(expected, filled.weights)
    assert filled.graph == net.graph
    assert {} == dict(net.weights)
    assert filled.notes[-1].startswith(f"{tmp_path / 'w.pth'} fits Small: it holds 12 tensors\n")


def test_to_torch_has_them(tmp_path: Path) -> None:
    """Where a network has weights, its module has these; without, they are drawn from the seed."""
    expected = state(small(), seed=3)
    net = small().with_weights(write(tmp_path / "w.safetensors", expected))
    for seed in (0, 1):
        module = net.to_torch(seed=seed)
        assert_weights(expected, {n: v.numpy() for n, v in module.state_dict().items()})
    plain = small().to_torch(seed=0).state_dict()
    assert not np.array_equal(expected["fc2.weight"], plain["fc2.weight"].numpy())


def test_weights_by_name_may_be_torchs_own_and_some() -> None:
    """A network's weights are tensors of either library; rows that have none keep the drawn ones."""
    from dataclasses import replace

    net = replace(small(), weights={"fc2.bias": torch.arange(5.0)})
    module = net.to_torch(seed=4)
    drawn = small().to_torch(seed=4).state_dict()
    assert [0.0, 1.0, 2.0, 3.0, 4.0] == module.state_dict()["fc2.bias"].tolist()
    assert torch.equal(drawn["fc2.weight"], module.state_dict()["fc2.weight"])


def test_another_input_may_need_other_weights(tmp_path: Path) -> None:
    """A dense layer on a larger map has more weights; that is told, and nothing is filled."""
    text = SMALL.replace("| gap   | global average pool | | | | |  |\n", "")
    net = ns.load(text)
    net = net.with_weights(write(tmp_path / "w.pth", state(net)))
    with pytest.raises(RuleError) as caught:
        net.with_input((3, 16, 16)).to_torch()
    assert (
        "the weights do not fit Small\n"
        "  fc1.dense.weight is 5×384, and the network has 5×1536\n"
        "  they are for another input, or another version of the network"
    ) == str(caught.value)


def test_safetensors_are_written(tmp_path: Path) -> None:
    """By the names of the rows, in one way only, with the network's name; reading gives them back."""
    expected = state(small())
    net = small().with_weights(write(tmp_path / "w.npz", expected))
    net.write(tmp_path / "out.safetensors")
    data = (tmp_path / "out.safetensors").read_bytes()
    header = json.loads(data[8 : 8 + struct.unpack("<Q", data[:8])[0]])
    told = {"format": "pt", "network": "Small", "netsheet": ns.__version__}
    assert told == header["__metadata__"]
    again = small().with_weights(tmp_path / "out.safetensors")
    assert_weights(expected, again.weights)
    again.write(tmp_path / "again.safetensors")
    assert data == (tmp_path / "again.safetensors").read_bytes()


def test_nothing_is_written_without_weights(tmp_path: Path) -> None:
    """A network alone has none."""
    with pytest.raises(UnsupportedError, match="Small has no weights to write"):
        small().write(tmp_path / "w.safetensors")
    assert [] == list(tmp_path.iterdir())


def test_the_command_converts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From one file of weights to another, with the report; a file that does not fit writes none."""
    monkeypatch.chdir(tmp_path)
    Path("small.md").write_text(SMALL, encoding="utf-8")
    expected = state(small())
    write(Path("w.pth"), {f"module.{name}": value for name, value in expected.items()})
    command = ["convert", "small.md", "small.safetensors", "--weights"]
    assert 0 == main([*command, "w.pth"])
    assert (
        "w.pth fits Small: it holds 12 tensors\n"
        '  names are taken without "module."\n'
        "  12 tensors, 412 values, by name\n"
        "small.safetensors: Small written\n"
    ) == capsys.readouterr().out
    assert_weights(expected, small().with_weights("small.safetensors").weights)
    Path("small.safetensors").unlink()
    del expected["fc2.weight"]
    write(Path("w.pth"), expected)
    assert 2 == main([*command, "w.pth"])
    out, err = capsys.readouterr()
    assert "" == out
    assert "netsheet: w.pth does not fit Small: it holds 11 tensors\n" in err
    assert "1 tensor missing: fc2.weight 5×5\n" in err
    assert not Path("small.safetensors").exists()


def test_a_bad_file_changes_nothing(tmp_path: Path) -> None:
    """The network is as it was."""
    net = small().with_weights(write(tmp_path / "w.pth", state(small())))
    before = dict(net.weights)
    with pytest.raises(FileError):
        net.with_weights(write(tmp_path / "x.pth", {"a": np.zeros(3, np.float32)}))
    assert_weights(before, net.weights)
