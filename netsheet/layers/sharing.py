"""Rows that use one set of weights: which tensors are shared, and which are a row's own."""

from collections.abc import Collection, Sequence

from netsheet.core.errors import RuleError
from netsheet.layers.base import Weight


def own(
    stored: Sequence[Weight],
    theirs: Sequence[Weight],
    tied: Collection[str] = (),
    *,
    owner: str = "",
) -> tuple[Weight, ...]:
    """The tensors that are a row's own, of those that its layer stores; the others are shared.

    theirs: what the owner's layer stores. tied: names of the tensors that are shared; all where
    none is named. RuleError where these are not both rows', name for name and shape for shape. A
    parameter by itself has one tensor, which goes by any name.

    >>> fc, head = Weight("weight", (10, 84)), Weight("bias", (10,), "bias")
    >>> [weight.name for weight in own((fc, head), (fc,), ["weight"])]
    ['bias']
    """
    if len(tied) == 1 and (_alone(stored) or _alone(theirs)):
        (name,) = tied
        stored, theirs = _called(stored, name), _called(theirs, name)
    wanted = tuple(tied) or tuple(weight.name for weight in stored)
    mine = {weight.name: weight.shape for weight in stored if weight.name in wanted}
    other = {weight.name: weight.shape for weight in theirs if weight.name in wanted}
    if not mine or mine != other or len(mine) != len(set(wanted)):
        sums = (
            f"its own are {_listed(stored)}",
            f"those of {owner or 'the other'} are {_listed(theirs)}",
        )
        what = f'it can\'t use the weights of "{owner}"' if owner else "the weights differ"
        hint = "rows share weights of one name and one shape"
        raise RuleError(what, sums=sums, hint=hint, attribute="shares")
    return tuple(weight for weight in stored if weight.name not in wanted)


VALUE = "value"
"""What the one tensor of a parameter by itself is called."""


def _alone(weights: Sequence[Weight]) -> bool:
    """Whether these are the tensors of a parameter by itself."""
    return [weight.name for weight in weights] == [VALUE]


def _called(weights: Sequence[Weight], name: str) -> Sequence[Weight]:
    """The same tensors, that of a parameter by itself under another name."""
    return [weights[0]._replace(name=name)] if _alone(weights) else weights


def _listed(weights: Sequence[Weight]) -> str:
    """Names and shapes: `weight 64×3×3×3, bias 64`."""
    shown = [f"{w.name} {'×'.join(str(int(n)) for n in w.shape) or 'scalar'}" for w in weights]
    return ", ".join(shown) or "none"
