"""Weights to begin with: every kind's are filled, whatever lay in the memory before."""

from typing import Any

import pytest

pytest.importorskip("torch")

import torch

from netsheet.layers.base import Layer
from netsheet.layers.registry import kinds
from netsheet.run import standardised
from netsheet.run.realise import realise
from support.strategies import example_cases, of_case

REALISED = [kind for kind in kinds() if kind.kind != "opaque"]
"""Kinds that run on torch: all of which it is known what they do."""


@pytest.fixture
def dirty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory that is handed out holds what is no number."""
    plain = torch.nn.Module.to_empty

    def to_empty(self: torch.nn.Module, **options: Any) -> torch.nn.Module:
        made = plain(self, **options)
        for values in (*made.parameters(), *made.buffers()):
            if values.is_floating_point():
                values.data.fill_(float("nan"))
        return made

    monkeypatch.setattr(torch.nn.Module, "to_empty", to_empty)


def check(kind: type[Layer]) -> None:
    """Require that no value of a network with a kind's examples is left as it lay there."""
    for case in example_cases(kind):
        for name, values in realise(of_case(case)).state_dict().items():
            assert not values.isnan().any(), f"{kind.kind}: {name} is not filled"


@pytest.mark.usefixtures("dirty")
@pytest.mark.parametrize("kind", REALISED, ids=lambda kind: kind.kind)
def test_nothing_is_left_as_it_lay_in_memory(kind: type[Layer]) -> None:
    """All parameters and buffers are drawn, or set to what they begin with."""
    check(kind)


@pytest.mark.usefixtures("dirty")
def test_what_is_left_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a gain that nobody sets, as once it was."""
    monkeypatch.setattr(standardised.Standardised, "reset_others", lambda _: None)
    kind = next(kind for kind in kinds() if kind.kind == "standardised conv")
    with pytest.raises(AssertionError, match="gain is not filled"):
        check(kind)
