"""Whose number is it? Values are hand arithmetic: 16 filters 5×5 on 3×32×32, with biases.

1,200 weights and 16 biases; 28·28·1,200 = 940,800 multiply-adds; 28·28·16 = 12,544 outputs.
"""

import pytest

from netsheet.audit.whence import Match, whence
from netsheet.core.errors import ChoiceError
from netsheet.net import from_text, load
from support.tools_seen import SEEN

TEXT = """# Net

Input: 3×32×32

| name | layer | out | kernel |
|---|---|---|---|
| c | conv | 16 | 5×5 |
"""


def found(number: str, text: str = TEXT) -> list[Match]:
    """All that this prints as."""
    return whence(number, "net", from_text(text).graph)


@pytest.mark.parametrize(
    ("number", "quantity", "how", "value"),
    [
        ("1,216", "parameters", "", 1216),
        ("1.22K params", "parameters", "", 1216),
        ("1,200 weights", "parameters", "biases left out", 1200),
        ("940,800", "operations", "one per multiply-add", 940_800),
        ("1.88M", "operations", "two per multiply-add", 1_881_600),
        ("1.88 MFLOPs", "operations", "two per multiply-add", 1_881_600),
        ("953.3K", "operations", "as onnx-tool counts", 953_344),  # 940,800 + 12,544 biases
        ("4.864 KB", "a file of its parameters", "4 bytes each", 4864),
        ("4.75 KiB", "a file of its parameters", "4 bytes each, K = 1024", 4864),
        ("12,544 neurons", "neurons", "", 12_544),
    ],
)
def test_numbers_are_traced(number: str, quantity: str, how: str, value: int) -> None:
    """The counting is among what is found, with its exact value."""
    said = {(m.quantity, ", ".join((*m.counted, *m.printed)), m.value) for m in found(number)}
    assert (quantity, how, value) in said


def test_the_simplest_comes_first() -> None:
    """A plain count stands before one with conventions."""
    assert ((), ()) == (found("1,216")[0].counted, found("1,216")[0].printed)
    costs = [match.cost for match in found("1.2K")]
    assert costs == sorted(costs)


def test_what_nothing_prints_as() -> None:
    """Neither of a number far away is anything found, nor of the wrong quantity."""
    assert [] == found("3.333 G")
    assert [] == [match for match in found("1,216 neurons") if match.quantity != "neurons"]


def test_a_network_in_the_place_of_another() -> None:
    """Batch norm in place of the bias: 1,200 + 2·16 = 1,232."""
    (only,) = found("1,232 params")
    assert (1232, "net") == (only.value, only.network[0])
    assert "batch norm" in only.network[1]


def test_relatives_are_tried() -> None:
    """Of networks that go by nearly the same name, one may be meant: 75·20 + 20 = 1,520."""
    other = from_text(TEXT.replace("16", "20")).graph
    (only,) = whence("1,520", "net", from_text(TEXT).graph, {"net-wide": other})
    assert (1520, "net-wide") == (only.value, only.network[0])


@pytest.mark.parametrize("text", ["hello", "", "12 %", "G", "four billion", "0"])
def test_what_is_no_count_is_refused(text: str) -> None:
    """The message shows how a number is written."""
    with pytest.raises(ChoiceError, match="is no count; write it as printed"):
        found(text)


def test_the_number_people_quote_for_resnet50() -> None:
    """4.12 G: the network with the stride in the 3×3, and all that ptflops counted before 0.7.1.

    On torchvision's resnet50 ptflops 0.7.0 gave 4,121,925,096 (tests/golden/tools.toml).
    """
    graphs = {"resnet50-v1.5": load("resnet50-v1.5").graph}
    matches = whence("4.12 G", "resnet50", load("resnet50").graph, graphs)
    said = {(match.network[0], match.counted, match.value) for match in matches}
    assert ("resnet50-v1.5", ("as ptflops-once counts",), 4_121_925_096) in said


@pytest.mark.parametrize("network", ["resnet50", "inception_v3", "efficientnet_b0", "mobilenet_v2"])
def test_a_tool_that_counts_parameters_otherwise_is_named(network: str) -> None:
    """What Keras said of its own network is traced to Keras."""
    expected = SEEN["keras"][network][1]
    matches = whence(f"{expected:,}", network, load(network).graph)
    words = {match.value: match.counted[-1] for match in matches}
    assert words[expected].startswith("as keras")


def test_a_tool_that_counts_parameters_as_all_do_is_not_named() -> None:
    """VGG-16 has no batch norm: its number is everybody's."""
    matches = whence("138,357,544", "vgg16", load("vgg16").graph)
    assert [("parameters", ())] == [(match.quantity, match.counted) for match in matches]
