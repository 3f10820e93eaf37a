"""A network run on a picture: steps told, maps written, weights taken or refused whole."""

import pickle
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("PIL")

import netsheet as ns  # noqa: E402 torch first
from netsheet.cli import main  # noqa: E402 torch first
from netsheet.core.errors import ChoiceError, FileError, PictureError  # noqa: E402 torch first
from netsheet.run.execute import execute  # noqa: E402 torch first
from netsheet.run.weights import load_weights  # noqa: E402 torch first
from support.project import ROOT  # noqa: E402 torch first

CAT = ROOT / "examples" / "cat.jpg"

SMALL = """\
# Small

Input: 3×32×32

| name  | layer | out | kernel | then     |
|-------|-------|-----|--------|----------|
| conv1 | conv  | 4   | 5×5    | bn, relu |
| gap   | global average pool | | |       |
| fc    | dense | 10  |        | softmax  |
"""


def test_a_run_tells_all_it_did(tmp_path: Path) -> None:
    """Steps, counts, weights, time, outputs and files, in words."""
    result = execute(ns.load(SMALL).graph, CAT, maps=tmp_path / "maps")
    report = result.report(top=3)
    for words in (
        "JPEG, 451×300 pixels",
        "Small on 1×3×32×32: 362 parameters, ",
        "weights: drawn at random from seed 0 (He 2015)",
        "largest outputs of fc.softmax (10):",
        "random weights: which output is largest means nothing yet",
        f"conv1: {tmp_path / 'maps' / 'conv1.png'}",
    ):
        assert words in report
    assert ["conv1.png"] == [path.name for path in (tmp_path / "maps").iterdir()]
    assert 3 == len(result.top(3))
    assert pytest.approx(1.0) == float(result.output.sum())


def test_the_output_is_the_modules_own() -> None:
    """What a run gives is what `to_torch()` gives for the same picture and seed."""
    from netsheet.run.picture import decode, prepare

    net = ns.load(SMALL)
    x = prepare(decode(CAT), net.input).tensor
    module = net.to_torch(seed=3).eval()
    with torch.inference_mode():
        expected = module(x)
    assert torch.equal(expected, execute(net.graph, CAT, seed=3).output)
    assert not torch.equal(expected, execute(net.graph, CAT, seed=4).output)


def test_weights_from_files(tmp_path: Path) -> None:
    """Both safetensors and torch's own files give the same run, and are no longer called random."""
    from safetensors.torch import save_file

    net = ns.load(SMALL)
    module = net.to_torch(seed=7)
    save_file(module.state_dict(), tmp_path / "w.safetensors")
    torch.save(module.state_dict(), tmp_path / "w.pth")
    torch.save({"state_dict": module.state_dict()}, tmp_path / "w.pt")
    outputs = [
        execute(net.graph, CAT, weights=tmp_path / f"w{suffix}")
        for suffix in (".safetensors", ".pth", ".pt")
    ]
    expected = execute(net.graph, CAT, seed=7).output
    assert all(torch.equal(expected, result.output) for result in outputs)
    assert "random" not in outputs[0].report()
    assert "values from" in outputs[0].report()


def test_weights_that_do_not_fit_are_refused_whole(tmp_path: Path) -> None:
    """Missing, foreign and misshapen tensors are told at once, and nothing is changed."""
    net = ns.load(SMALL)
    module = net.to_torch()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    state = dict(net.to_torch(seed=9).state_dict())
    del state["fc.dense.weight"]
    state["foreign"] = torch.zeros(2)
    state["conv1.conv.weight"] = torch.zeros(4, 3, 3, 3)
    torch.save(state, tmp_path / "w.pth")
    with pytest.raises(FileError) as caught:
        load_weights(module, tmp_path / "w.pth")
    told = str(caught.value)
    assert "does not fit Small" in told
    assert "1 tensor missing: fc.dense.weight 10×4" in told
    assert "conv1.conv.weight is 4×3×3×3 in the file, and the network has 4×3×5×5" in told
    assert "1 tensor left over: foreign 2" in told
    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())


class Hostile:
    """An object that runs code when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Create a file."""
        return (Path.touch, (Path("touched"),))  # type: ignore[return-value]


@pytest.mark.parametrize("suffix", [".pth", ".pt", ".safetensors", ".bin"])
def test_no_code_of_a_file_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    """A file with code in it is refused, and the code has not run."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / f"evil{suffix}"
    path.write_bytes(pickle.dumps({"weight": Hostile()}))
    with pytest.raises(FileError, match=r"can't be read as weights|no known format"):
        load_weights(ns.load(SMALL).to_torch(), path)
    assert not (tmp_path / "touched").exists()


def test_the_hostile_file_would_have_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted code does run where a careless reader unpickles it."""
    monkeypatch.chdir(tmp_path)
    pickle.loads(pickle.dumps({"weight": Hostile()}))  # noqa: S301 our own planted fault
    assert (tmp_path / "touched").exists()


def test_bad_input_writes_nothing(tmp_path: Path) -> None:
    """A missing picture, row or file of weights is told before anything is written."""
    graph = ns.load(SMALL).graph
    maps = tmp_path / "maps"
    with pytest.raises(PictureError):
        execute(graph, tmp_path / "none.jpg", maps=maps)
    with pytest.raises(ChoiceError, match="Small has no row"):
        execute(graph, CAT, maps=maps, rows=["conv7"])
    with pytest.raises(FileError, match="there is no file of weights"):
        execute(graph, CAT, maps=maps, weights=tmp_path / "none.pth")
    with pytest.raises(PictureError):
        execute(ns.load(SMALL.replace("3×32×32", "5×32×32")).graph, CAT, maps=maps)
    assert not maps.exists()


def test_the_command_runs_a_network(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`netsheet run` from the command line, with maps of a row inside a line."""
    sheet = tmp_path / "small.md"
    sheet.write_text(SMALL, encoding="utf-8")
    command = [
        "run",
        str(sheet),
        str(CAT),
        "--maps",
        str(tmp_path / "m"),
        "--rows",
        "conv1.conv,conv1",
    ]
    assert 0 == main(command)
    assert "feature maps:" in capsys.readouterr().out
    assert {"conv1.conv.png", "conv1.png"} == {path.name for path in (tmp_path / "m").iterdir()}
    assert 2 == main(["run", str(sheet), str(sheet)])
    assert "netsheet: " in capsys.readouterr().err


@pytest.mark.parametrize("name", ["lenet5", "googlenet-heads"])
def test_grey_pictures_and_several_outputs(name: str) -> None:
    """A network for grey pictures reads a colour one; of several outputs the last is told."""
    result = execute(ns.load(name).graph, CAT)
    assert (1, 10 if name == "lenet5" else 1000) == tuple(result.output.shape)
