"""What lies beyond a map's edge: one rule, from a position to the one whose value it takes.

Requirements met here: reference, algorithms and traces all look beyond the edge by this rule, so
that none of them can disagree; a border that can't be taken from a map is refused by the rule of
the layer `pad`.
"""

from typing import NamedTuple

from netsheet.core.errors import ChoiceError
from netsheet.core.shape import Shape
from netsheet.layers.axis import Pads
from netsheet.layers.pad import Pad
from netsheet.layers.registry import suggestion

MODES = {
    "zero": "0",
    "constant": "one number",
    "edge": "the nearest value of the map",
    "reflect": "the map mirrored in its outermost value, which is not repeated",
    "wrap": "the map again, as if it went round",
}
"""What a border can hold, and what that is."""

WORDS = {
    **{mode: mode for mode in MODES},
    "zeros": "zero",
    "replicate": "edge",
    "nearest": "edge",
    "mirror": "reflect",
    "reflection": "reflect",
    "circular": "wrap",
}
"""Words for them: those of numpy, torch and SciPy as well."""


class Border(NamedTuple):
    """What lies beyond the edge; `value` is the number of a constant border, and 0 otherwise."""

    mode: str = "zero"
    value: float = 0.0

    @classmethod
    def of(cls, word: str, value: float = 0.0) -> "Border":
        """The border that a word stands for; ChoiceError where it stands for none."""
        mode = WORDS.get(word.casefold())
        if mode is None:
            hint = suggestion(word, WORDS) or f"; there are {', '.join(MODES)}"
            raise ChoiceError(f'there is no border "{word}"{hint}')
        return cls(mode, float(value) if mode == "constant" else 0.0)

    def source(self, i: int, n: int) -> int | None:
        """The position from 0 to n − 1 whose value position i of an axis takes.

        None where it takes none, but the border's own value.

            >>> [Border("reflect").source(i, 4) for i in range(-3, 7)]
            [3, 2, 1, 0, 1, 2, 3, 2, 1, 0]
            >>> [Border("edge").source(i, 4) for i in (-2, 5)], Border().source(-1, 4)
            ([0, 3], None)
        """
        if 0 <= i < n:
            return i
        if self.mode == "edge":
            return 0 if i < 0 else n - 1
        if self.mode == "wrap":
            return i % n
        if self.mode == "reflect":
            turned = i % (2 * (n - 1))
            return min(turned, 2 * (n - 1) - turned)
        return None

    def check(self, x: Shape, pads: Pads) -> None:
        """Refuse a border that can't be taken from a map of this shape: RuleError says why."""
        if self.mode in {"reflect", "wrap"}:
            Pad(padding=pads, mode=self.mode).output(x)
