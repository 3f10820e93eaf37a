"""Sheet and data brought together: what does not fit is said, with the change that would make it."""

from typing import Literal

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("PIL")

import netsheet as ns  # noqa: E402 torch first
from netsheet.core.errors import FitError  # noqa: E402 torch first
from netsheet.core.shape import Shape  # noqa: E402 torch first
from netsheet.run.realise import realise  # noqa: E402 torch first
from netsheet.train.adapt import fit  # noqa: E402 torch first
from netsheet.train.head import head_of  # noqa: E402 torch first
from support.training import NORMED, PLAIN, net  # noqa: E402 torch first


def refused(name: str, shape: tuple[int, ...], classes: int) -> str:
    """What is said about a network of the zoo and data that it does not fit."""
    with pytest.raises(FitError) as caught:
        fit(ns.load(name).graph, Shape(shape), classes)
    return str(caught.value)


def test_alexnet_on_grey_pictures_is_told_to_the_last_cell() -> None:
    """The whole message: what does not fit, every cell that would change, and the other way."""
    expected = """\
AlexNet does not fit the data
  its input is 3×227×227, and the pictures are 1×28×28
  "fc8.softmax" gives 1,000 scores, and the data have 10 classes
  --adapt changes the sheet for this training:
    input: shape 3×227×227 → 1×227×227
    fc8.dense: out 1000 → 10 (params 4,097,000 → 40,970)
    conv1.conv: params 34,944 → 11,712
    and the pictures are resized to its input
  --fit resize brings the pictures to the sheet's input instead"""
    assert expected == refused("alexnet", (1, 28, 28), 10)


def test_a_network_that_can_read_the_pictures_gets_their_input() -> None:
    """ResNet-18 reads 1×28×28; its first convolution loses two channels, its last layer classes."""
    text = refused("resnet18", (1, 28, 28), 10)
    assert "input: shape 3×224×224 → 1×28×28" in text
    fitted = fit(ns.load("resnet18").graph, Shape((1, 28, 28)), 10, adapt=True)
    assert ("as they are", (1, 28, 28)) == (fitted.rule, fitted.graph.input_shape)
    network = realise(fitted.graph).eval()
    assert (2, 10) == tuple(network(torch.zeros(2, 1, 28, 28)).shape)
    shown = {(change.row, change.column): change.params for change in fitted.changes}
    # 512·1000 + 1000, and 512·10 + 10
    assert (513_000, 5_130) == shown["fc", "out"]


def test_little_pictures_are_padded_without_being_asked() -> None:
    """LeNet-5 reads 32×32 and MNIST has 28×28: a border, as in the paper, and nothing changes."""
    fitted = fit(ns.load("lenet5").graph, Shape((1, 28, 28)), 10)
    assert ("pad", ()) == (fitted.rule, fitted.changes)
    assert ns.load("lenet5").graph.rows == fitted.graph.rows


def test_pictures_of_the_input_s_size_need_nothing() -> None:
    """They are taken as they are."""
    fitted = fit(net(PLAIN).graph, Shape((1, 8, 8)), 10)
    assert ("as they are", ()) == (fitted.rule, fitted.changes)


def test_a_rule_by_choice_leaves_the_sheet_alone() -> None:
    """With --fit, pictures come to the input; channels too."""
    rules: tuple[Literal["pad", "resize"], ...] = ("pad", "resize")
    for rule in rules:
        fitted = fit(net(PLAIN).graph, Shape((3, 40, 5)), 10, rule=rule)
        assert (rule, ()) == (fitted.rule, fitted.changes)


def test_pictures_of_their_own_sizes_are_brought_to_the_input() -> None:
    """From folders: resized, whatever the network reads; only classes can be a misfit."""
    assert "as they are" == fit(ns.load("alexnet").graph, None, 1000).rule
    with pytest.raises(FitError, match=r"fc8\.dense: out 1000 → 2"):
        fit(ns.load("alexnet").graph, None, 2)


@pytest.mark.parametrize("name", ["nin", "squeezenet1.0", "googlenet", "vgg11", "resnet50"])
def test_the_layer_that_gives_the_scores_is_found(name: str) -> None:
    """Behind pools, activations, dropout and softmax: the last layer with channels of its own."""
    graph = ns.load(name).graph
    fitted = fit(graph, graph.input_shape, 7, adapt=True)
    (change,) = [each for each in fitted.changes if each.column == "out"]
    last = [r.name for r in graph.rows if r.layer.family in {"conv", "dense"}][-1]
    assert last == change.row
    with torch.device("meta"):
        network = realise(fitted.graph).eval()
        assert 7 == network(torch.zeros(2, *graph.input_shape)).shape[1]


def test_every_classifier_of_several_is_changed() -> None:
    """GoogLeNet's side classifiers learn the same classes."""
    graph = ns.load("googlenet-heads").graph
    fitted = fit(graph, graph.input_shape, 5, adapt=True)
    assert 3 == len([each for each in fitted.changes if each.column == "out"])
    assert 3 == len(head_of(fitted.graph).outputs)


def test_networks_that_are_no_classifiers() -> None:
    """An output that is a map, and another number of axes, can't be adapted."""
    maps = PLAIN.replace("| fc    | dense | 10  |        |         |      |\n", "")
    with pytest.raises(FitError, match=r'"conv2\.relu" of Plain gives 10×4×4'):
        fit(net(maps).graph, Shape((1, 8, 8)), 10, adapt=True)
    with pytest.raises(FitError, match="they differ in their axes"):
        fit(net(PLAIN).graph, Shape((1, 100)), 10)


def test_a_final_softmax_is_left_out_while_training() -> None:
    """The loss takes its logarithm itself; rows and weights keep their names."""
    graph = net(NORMED).graph
    head = head_of(graph)
    assert [("fc2.dense", 1)] == list(head.outputs)
    assert [r.name for r in graph.rows[:-1]] == [r.name for r in head.graph.rows]
    whole, trained = realise(graph), realise(head.graph)
    assert list(whole.state_dict()) == list(trained.state_dict())
    x = torch.randn(4, 1, 8, 8)
    whole.eval()
    trained.eval()
    assert torch.allclose(whole(x), torch.softmax(trained(x), 1), atol=1e-6)


def test_distances_count_against_a_class() -> None:
    """LeNet-5's output is the distance from each class's code: the nearest is the answer."""
    head = head_of(ns.load("lenet5").graph)
    assert [("OUTPUT", -1)] == list(head.outputs)
    found = head.scores(torch.tensor([[3.0, 1.0, 2.0]]))
    assert 1 == int(found.argmax())


def test_side_classifiers_count_three_tenths() -> None:
    """The loss of three outputs is main + 0.3·side + 0.3·side, by torch's own cross-entropy."""
    head = head_of(ns.load("googlenet-heads").graph)
    generator = torch.Generator().manual_seed(0)
    output = {each.row: torch.randn(6, 10, generator=generator) for each in head.outputs}
    labels = torch.arange(6)
    single = [torch.nn.functional.cross_entropy(output[each.row], labels) for each in head.outputs]
    expected = single[2] + 0.3 * single[0] + 0.3 * single[1]
    assert torch.allclose(expected, head.loss(output, labels, 0.0))


def test_label_smoothing_is_torchs() -> None:
    """A tenth of each target spread over all classes, as written out by hand."""
    head = head_of(net(PLAIN).graph)
    scores = torch.randn(5, 10, generator=torch.Generator().manual_seed(1))
    labels = torch.tensor([1, 2, 3, 4, 5])
    logs = torch.log_softmax(scores, 1)
    targets = torch.full((5, 10), 0.1 / 10)
    targets[torch.arange(5), labels] += 0.9
    assert torch.allclose(-(targets * logs).sum(1).mean(), head.loss(scores, labels, 0.1))
