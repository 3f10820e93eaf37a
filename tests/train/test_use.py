"""A trained model: judged, asked, explained, exported."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("PIL")

import numpy as np  # noqa: E402 torch first
from PIL import Image  # noqa: E402 torch first

import netsheet as ns  # noqa: E402 torch first
from netsheet.core.errors import ChoiceError, FileError, FitError, UnsupportedError  # noqa: E402 torch first
from netsheet.core.shape import Shape  # noqa: E402 torch first
from netsheet.run.execute import execute  # noqa: E402 torch first
from netsheet.run.intake import Intake  # noqa: E402 torch first
from netsheet.run.picture import Normal  # noqa: E402 torch first
from netsheet.run.realise import realise  # noqa: E402 torch first
from netsheet.run.why import explain, grad_cam, last_map, occlusion, scores  # noqa: E402 torch first
from netsheet.train.data.find import find_data  # noqa: E402 torch first
from netsheet.train.data.pictures import Data  # noqa: E402 torch first
from netsheet.train.runs import Result  # noqa: E402 torch first
from netsheet.train.use.evaluate import calibration_error, evaluate_part, judged  # noqa: E402 torch first
from netsheet.train.use.export import Whole, export  # noqa: E402 torch first
from netsheet.train.use.model import Model, load_model  # noqa: E402 torch first
from netsheet.train.use.predict import pictures, predict, written  # noqa: E402 torch first
from support.training import NORMED, QUICK, blobs, damage, net, write_png  # noqa: E402 torch first

CLOTHES = NORMED.replace("1×8×8", "1×28×28").replace("| 3×3    | same", "| 5×5/2  | same")


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A model for digits, trained for a second, in a folder."""
    folder = tmp_path_factory.mktemp("use") / "run"
    made: Result = ns.train(net(NORMED), "digits", **{**QUICK, "epochs": 5}, out=folder)
    return made


def digits() -> Data:
    """The data it was trained on."""
    found = find_data("digits")
    assert isinstance(found, Data)
    return found


def write_digit(path: Path, index: int) -> int:
    """A test picture as a person would have it, 0…255; gives its label."""
    part = digits().test
    assert part is not None
    raw = part.raw(torch.tensor([index]))[0, 0].numpy()
    write_png(path, (raw.astype(int) * 255 // 16).astype(np.uint8))
    return int(part.labels[index])


def test_the_file_is_the_model(result: Result, tmp_path: Path) -> None:
    """Loaded from its folder, or moved elsewhere by itself, it gives the same probabilities."""
    assert result.folder is not None
    moved = tmp_path / "m.safetensors"
    moved.write_bytes((result.folder / "model.safetensors").read_bytes())
    part = digits().test
    assert part is not None
    stored = part.raw(torch.arange(20))
    expected = result.model.probabilities(stored)
    for path in (result.folder, moved):
        model = load_model(path)
        assert torch.equal(expected, model.probabilities(stored))
        assert (result.model.classes, "Normed") == (model.classes, model.graph.name)
        assert model.notes["test"]["accuracy"] == result.test.accuracy if result.test else 0
    assert torch.allclose(torch.ones(20), expected.sum(1))


def test_files_that_are_no_model(result: Result, tmp_path: Path) -> None:
    """Weights alone, an empty folder, notes that somebody changed."""
    from safetensors.torch import load_file, save_file

    assert result.folder is not None
    with pytest.raises(FileError, match="holds no trained model"):
        load_model(tmp_path)
    weights = load_file(result.folder / "model.safetensors")
    save_file(weights, tmp_path / "w.safetensors")
    with pytest.raises(FileError, match="holds weights alone"):
        load_model(tmp_path / "w.safetensors")
    notes = {**result.model.notes, "format": 1, "sheet": "# no sheet", "intake": {}, "classes": []}
    save_file(weights, tmp_path / "x.safetensors", {"netsheet": json.dumps(notes)})
    with pytest.raises(FileError, match="its notes can't be understood"):
        load_model(tmp_path / "x.safetensors")
    (tmp_path / "y.safetensors").write_bytes(b"noise")
    with pytest.raises(FileError, match="can't be read as weights"):
        load_model(tmp_path / "y.safetensors")


# --- judged ---


def test_an_evaluation_adds_up_by_hand() -> None:
    """Accuracy, confusion, recall, precision and loss of six answers, worked out by hand."""
    x, y = blobs(6, 3)
    found = find_data((x, y), val=0, test=0)
    assert isinstance(found, Data)
    labels = found.train.labels  # 0 1 2 0 1 2
    chances = torch.tensor(
        [[8, 1, 1], [1, 8, 1], [1, 1, 8], [1, 8, 1], [1, 8, 1], [4, 3, 3]], dtype=torch.double
    )
    made = judged("test", found.train, torch.arange(6), (chances / 10).log(), labels)
    assert [[1, 1, 0], [0, 2, 0], [1, 0, 1]] == made.confusion.tolist()
    assert (4, 6, 4 / 6) == (made.right, made.pictures, made.accuracy)
    recall_precision = [(name, found_, right) for name, _, found_, right in made.by_class()]
    assert [("0", 0.5, 0.5), ("1", 1.0, 2 / 3), ("2", 0.5, 1.0)] == recall_precision
    expected = -(4 * np.log(0.8) + np.log(0.1) + np.log(0.3)) / 6
    assert pytest.approx(expected) == made.loss
    assert [3, 5] == [mistake.place for mistake in made.worst]
    assert (0, 1) == (made.worst[0].truth, made.worst[0].taken)
    assert pytest.approx(0.8) == made.worst[0].sure
    assert sorted([(0, 1, 1), (2, 0, 1)]) == sorted(made.confusions())


def test_the_interval_is_wilsons() -> None:
    """The bounds that the literature prints for 15 of 50: 0.1910 to 0.4375 (Newcombe 1998)."""
    from netsheet.train.use.evaluate import Evaluation

    matrix = torch.tensor([[15, 35], [0, 0]])
    made = Evaluation("test", ("a", "b"), matrix, 0.0, 0.0, None, ())
    assert pytest.approx((0.1910, 0.4375), abs=1e-4) == made.interval


def test_calibration_by_hand() -> None:
    """Ten answers at 0.75, of which six are right: 0.15 too sure; half as many at 1.0, all right."""
    sure = torch.tensor([0.75] * 10 + [1.0] * 5)
    right = torch.tensor([True] * 6 + [False] * 4 + [True] * 5)
    assert pytest.approx(0.15 * 10 / 15, abs=1e-6) == calibration_error(sure, right)


def test_evaluating_is_what_plain_torch_says(result: Result) -> None:
    """Accuracy and confusion by a loop over single pictures, without anything of ours."""
    part = digits().test
    assert part is not None
    normal = result.model.intake.normal
    matrix = torch.zeros(10, 10, dtype=torch.long)
    with torch.no_grad():
        for picture, label in part:
            x = (picture[None] - normal.mean[0]) / normal.deviation[0]
            matrix[label, int(result.model.network(x).argmax())] += 1
    assert result.test is not None
    assert matrix.tolist() == result.test.confusion.tolist()
    report = result.test.report()
    assert f"test: {100 * result.test.accuracy:.2f} % of 179 (95 %: " in report
    assert all(f"\n{name} " in report for name in "0123456789")


def test_other_data_are_refused(result: Result) -> None:
    """Other classes, other sizes."""
    for data, complaint in (
        (blobs(40), "tells 10 classes .* apart, and the data have 4 classes"),
        ("fashion-mnist-10k", "tells 10 classes"),
    ):
        found = find_data(data)
        assert isinstance(found, Data)
        with pytest.raises(FitError, match=complaint):
            evaluate_part(result.model, found.train, "train")
    large = find_data((np.zeros((20, 9, 9)), np.arange(20) % 10), val=0, test=0)
    assert isinstance(large, Data)
    with pytest.raises(FitError, match=r"trained on pictures of 1×8×8, and the data's are 1×9×9"):
        evaluate_part(result.model, large.train, "train")


# --- asked ---


def test_pictures_are_answered_as_the_data_were(result: Result, tmp_path: Path) -> None:
    """Each test digit, written as a PNG, gets the probabilities that it has as data."""
    part = digits().test
    assert part is not None
    for index in range(12):
        write_digit(tmp_path / f"{index:02d}.png", index)
    answers = list(predict(result.model, pictures([tmp_path]), top=10, batch=5))
    expected = result.model.probabilities(part.raw(torch.arange(12)))
    for answer, row in zip(answers, expected, strict=True):
        found = dict(answer.top)
        assert [pytest.approx(float(p), abs=0.02) for p in row] == [
            found[name] for name in result.model.classes
        ]
    assert [f"{index:02d}.png" for index in range(12)] == [each.picture.name for each in answers]


def test_answers_as_text_csv_and_json(result: Result, tmp_path: Path) -> None:
    """The same classes in each; a picture that can't be read is named and the others answered."""
    label = write_digit(tmp_path / "a.png", 0)
    write_digit(tmp_path / "b.png", 1)
    damage(tmp_path / "b.png")
    answers = list(predict(result.model, pictures([tmp_path]), top=2))
    assert str(label) == answers[0].top[0][0]
    assert "is cut short or damaged" in answers[1].wrong
    made = json.loads(written(answers, "json"))
    assert [2, 0] == [len(each["top"]) for each in made]
    assert "error" in made[1]
    rows = list(csv.DictReader(io.StringIO(written(answers, "csv"))))
    assert [(str(label), "1"), (made[0]["top"][1]["class"], "2")] == [
        (row["class"], row["rank"]) for row in rows
    ]
    text = written(answers, "text").splitlines()
    assert text[0].startswith(f"{tmp_path / 'a.png'}  {label} ")
    assert f"{tmp_path / 'b.png'}  can't be read" == text[1]
    (tmp_path / "empty").mkdir()
    with pytest.raises(ChoiceError, match="there is no picture in"):
        pictures([tmp_path / "empty"])


def test_running_with_a_model_s_weights_takes_its_way_in(result: Result, tmp_path: Path) -> None:
    """`netsheet run --weights`: normalised as in training, outputs named, maps and why drawn."""
    assert result.folder is not None
    label = write_digit(tmp_path / "d.png", 3)
    graph = net(NORMED).graph
    weights = result.folder / "model.safetensors"
    done = execute(
        graph, tmp_path / "d.png", weights=weights, maps=tmp_path / "maps", why=tmp_path / "why.png"
    )
    part = digits().test
    assert part is not None
    expected = result.model.probabilities(part.raw(torch.tensor([3])))
    assert torch.allclose(expected, done.output, atol=0.02)
    report = done.report()
    assert "normalised by the training pictures" in report
    assert any(line.endswith(f"  {label}") for line in report.splitlines())
    assert {"conv1.png", "conv2.png"} <= {path.name for path in (tmp_path / "maps").iterdir()}
    with Image.open(tmp_path / "why.png") as drawn:
        assert drawn.width > 600
    other = net(NORMED.replace("1×8×8", "1×10×10")).graph
    with pytest.raises(FileError, match=r"was trained on 1×8×8, and Normed reads 1×10×10"):
        execute(other, tmp_path / "d.png", weights=weights)


# --- why ---

SPOT = """\
# Spot

Input: 1×16×16

| name | layer | out | kernel | padding | then |
|------|-------|-----|--------|---------|------|
| conv | conv  | 2   | 3×3    | same    | relu |
| gap  | global average pool | | |   |      |
| fc   | dense | 2   |        |         | softmax |
"""


def spotter() -> Any:
    """A network whose second class is simply how bright the picture is: its first map is the picture."""
    network: Any = realise(net(SPOT).graph).eval()
    with torch.no_grad():
        for weight in network.parameters():
            weight.zero_()
        network.row("conv.conv").weight[0, 0, 1, 1] = 1
        network.row("fc.dense").weight[1, 0] = 50
    return network


def spot() -> Any:
    """A dark picture with a bright spot in rows 2 to 5 and columns 9 to 12."""
    x = torch.zeros(1, 1, 16, 16)
    x[:, :, 2:6, 9:13] = 1
    return x


@pytest.mark.parametrize("method", ["grad-cam", "occlusion"])
def test_what_speaks_for_a_class_is_where_it_is(method: str) -> None:
    """Of a network that only looks at brightness, both ways point at the bright spot."""
    why = explain(spotter(), spot(), 1, method)
    top = int(why.values.flatten().argmax())
    assert 2 <= top // 16 <= 5
    assert 9 <= top % 16 <= 12
    assert (16, 16) == tuple(why.values.shape)
    assert float(why.values[12:, :4].abs().max()) < 0.1 * float(why.values.max())


def test_grad_cam_is_its_formula() -> None:
    """ReLU of the maps weighted by their mean gradients, computed here by torch's autograd."""
    network = realise(net(SPOT).graph, seed=3).eval()
    x = torch.randn(1, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    conv, fc = (network.row(name) for name in ("conv.conv", "fc.dense"))
    maps = torch.relu(conv(x)).detach().requires_grad_()
    score = fc(maps.mean((2, 3)))[0, 1]
    (slope,) = torch.autograd.grad(score, maps)
    expected = torch.relu((slope.mean((2, 3), keepdim=True) * maps).sum(1))[0].detach()
    assert torch.allclose(expected, grad_cam(network, x, 1).values, atol=1e-6)
    assert "conv.relu" == last_map(network.graph)


def test_occlusion_is_the_fall_of_the_probability() -> None:
    """One square, covered by hand, at a corner that no other square touches."""
    network, x = spotter(), spot() + 0.01
    why = occlusion(network, x, 1)
    covered = x.clone()
    covered[:, :, :4, :4] = 0
    with torch.no_grad():
        before, after = (torch.softmax(scores(network, each), 1)[0, 1] for each in (x, covered))
    assert pytest.approx(float(before - after), abs=1e-6) == float(why.values[0, 0])


def test_networks_that_work_in_place_can_be_explained_too() -> None:
    """An activation that overwrites the map does not spoil the gradient."""
    text = SPOT.replace("| relu |", "| relu (in place=yes) |")
    network = realise(net(text).graph, seed=3).eval()
    assert network.overwrites
    x = torch.randn(1, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    expected = grad_cam(realise(net(SPOT).graph, seed=3).eval(), x, 1, "conv.conv").values
    assert torch.allclose(expected, grad_cam(network, x, 1, "conv.conv").values, atol=1e-6)


def test_why_needs_a_map() -> None:
    """A network of dense layers alone has none; an unknown way is refused."""
    flat = "# Flat\n\nInput: 1×1×1\n\n| name | layer | out |\n|---|---|---|\n| fc | dense | 2 |\n"
    network = realise(net(flat).graph).eval()
    with pytest.raises(UnsupportedError, match="has no map for Grad-CAM"):
        grad_cam(network, torch.zeros(1, 1, 1, 1), 0)
    with pytest.raises(ChoiceError, match='no method "lime"'):
        explain(network, torch.zeros(1, 1, 1, 1), 0, "lime")


def test_predicting_can_draw_why(result: Result, tmp_path: Path) -> None:
    """A drawing for each picture, by either way, none over another."""
    for name in ("a/x.png", "b/x.png"):
        write_digit(tmp_path / name, 4)
    for method in ("grad-cam", "occlusion"):
        paths = pictures([tmp_path / "a", tmp_path / "b"])
        list(predict(result.model, paths, why=method, folder=tmp_path / "why"))
    names = sorted(path.name for path in (tmp_path / "why").iterdir())
    assert ["x-2-grad-cam.png", "x-2-occlusion.png", "x-grad-cam.png", "x-occlusion.png"] == names


# --- exported ---


def test_an_exported_model_answers_as_the_model(result: Result, tmp_path: Path) -> None:
    """onnxruntime, given plain pictures 0…255 in batches of any size, gives the probabilities."""
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    path = tmp_path / "m.onnx"
    done = export(result.model, path)
    assert done.difference is not None
    assert done.difference < 1e-5
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    part = digits().test
    assert part is not None
    stored = part.raw(torch.arange(33))
    levels = (stored.int() * 255 // 16).to(torch.uint8)  # as a PNG has them
    for some in (levels, levels[:1]):
        (found,) = session.run(["probabilities"], {"pictures": some.numpy()})
        expected = result.model.probabilities(some.float() / 255 * 16)
        assert np.allclose(expected.numpy(), found, atol=1e-5)
    meta = session.get_modelmeta().custom_metadata_map
    assert list(result.model.classes) == json.loads(meta["classes"])


@pytest.mark.parametrize("rule", ["pad", "resize"])
def test_the_border_and_the_size_are_inside(rule: Any, tmp_path: Path) -> None:
    """A model that pads or resizes its pictures does so in the file; distances become probabilities."""
    pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    graph = ns.load("lenet5").graph
    normal = Normal("x", (0.3,), (0.4,))
    intake = Intake(Shape((1, 28, 28)), graph.input_shape, rule, 255.0, normal)
    model = Model(graph, realise(graph, seed=1).eval(), intake, tuple("0123456789"))
    done = export(model, tmp_path / "m.onnx")
    assert done.difference is not None
    assert done.difference < 1e-4


def test_a_file_that_answers_otherwise_is_not_written(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: an exporter that forgets to normalise is noticed, and nothing is written."""
    pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    real = Whole.forward
    calls = []

    def forgetful(self: Whole, given: Any) -> Any:
        calls.append(1)
        if torch.compiler.is_compiling() or torch.compiler.is_exporting():
            return torch.softmax(self.network(given.float()), 1)
        return real(self, given)

    monkeypatch.setattr(Whole, "forward", forgetful)
    with pytest.raises(FileError, match="onnxruntime answers otherwise than the model"):
        export(result.model, tmp_path / "m.onnx")
    assert calls
    assert [] == list(tmp_path.iterdir())
