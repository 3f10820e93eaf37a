"""Well-known networks built in Python: totals by part, as tools of other hands count them."""

import pytest

from netsheet.core.convention import MACS, Convention
from netsheet.core.graph import Graph
from netsheet.sheet.sheet import Sheet
from support.networks import KNOWN, Known, resnet50


def counted(graph: Graph, part: str) -> int:
    """Operations that a part adds to the multiply-adds."""
    with_part = Sheet(graph, Convention.parse(f"macs+{part}")).total.ops
    return int(with_part - Sheet(graph, MACS).total.ops)


def assert_known(graph: Graph, known: Known) -> None:
    """Require a network's totals: parameters, operations by part, and the last map's field."""
    sheet = Sheet(graph)
    assert known.params == sheet.total.params
    assert known.conv_macs == sheet.parts["convolutions"]["macs"]
    assert known.dense_macs == sheet.parts["dense"]["macs"]
    assert known.conv_macs + known.dense_macs == sheet.total.macs
    assert known.bias_adds == counted(graph, "bias")
    assert 2 * known.normalised == counted(graph, "norm")
    assert known.activated == counted(graph, "activation")
    assert known.added == counted(graph, "add")
    assert {known.field} == set(sheet.total.receptive_field.size)


@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN)
def test_known_totals(known: Known) -> None:
    """Every total is the known one, to the unit."""
    assert_known(known.graph(), known)


def test_the_same_parameters_with_the_stride_elsewhere() -> None:
    """ResNet-50 v1 has v1.5's parameters and fewer multiply-adds."""
    first, later = (Sheet(resnet50(stride_on=side)).total for side in (1, 3))
    assert 25_557_032 == first.params == later.params
    assert (3_857_973_248, 4_089_184_256) == (first.macs, later.macs)


def test_another_network_is_noticed() -> None:
    """Negative control: with the stride on another convolution the totals are others."""
    with pytest.raises(AssertionError):
        assert_known(resnet50(stride_on=1), KNOWN["ResNet-50"])


@pytest.mark.parametrize("field", [name for name in Known._fields if name.endswith(("s", "d"))])
def test_a_total_that_is_off_by_one_is_noticed(field: str) -> None:
    """Negative control: each total is really compared."""
    known = KNOWN["MobileNetV2"]
    with pytest.raises(AssertionError):
        assert_known(known.graph(), known._replace(**{field: getattr(known, field) + 1}))
