"""The registry: kinds found by folder, known by many words, clashes refused."""

import pytest

from netsheet.core.errors import ChoiceError
from netsheet.layers.registry import find, gather, key, kinds


@pytest.mark.parametrize(
    "word",
    ["max pool", "MaxPool", "max-pool", "Max Pooling", "MaxPool2d", "max_pool", " MAX  POOL "],
)
def test_words_are_compared_by_their_letters(word: str) -> None:
    """Capitals, blanks, hyphens and underscores don't matter."""
    assert "max pool" == find(word).kind


def test_a_misspelt_word_gets_the_nearest() -> None:
    """The answer names what was probably meant."""
    with pytest.raises(
        ChoiceError, match=r'there is no layer "batch nrom"; did you mean "batch norm"\?'
    ):
        find("batch nrom")


def test_two_kinds_never_share_a_word() -> None:
    """A clash is refused, naming both files."""
    conv, dense = find("conv"), find("dense")
    clash = type(
        "Clash", (dense,), {"kind": "clash", "aliases": ("Conv",), "__module__": "elsewhere"}
    )
    with pytest.raises(
        ChoiceError, match=r'"Conv" names two layer kinds: netsheet\.layers\.conv and elsewhere'
    ):
        gather([conv, clash])


def test_every_kind_of_the_contract_is_there() -> None:
    """What the language promises, a file each."""
    promised = """input; conv; transposed conv; max pool; average pool; adaptive average pool; adaptive max pool;
        dense; relu; relu6; leaky relu; prelu; sigmoid; tanh; gelu; silu; hardswish; hardsigmoid; softmax;
        batch norm; layer norm; group norm; local response norm; dropout; flatten; concat; add; multiply;
        upsample; channel shuffle; pad; identity"""
    assert {word.strip() for word in promised.split(";")} <= {kind.kind for kind in kinds()}
    modules = [kind.__module__ for kind in kinds()]
    assert len(modules) == len(set(modules))


def test_keys_are_stable() -> None:
    """A key of a key is the key."""
    for kind in kinds():
        for word in (kind.kind, *kind.aliases):
            assert key(word) == key(key(word))
