"""The learning rate of each step: a function of the step alone, with nothing to carry along."""

from math import cos, pi

from netsheet.train.recipe import Recipe

START = 25.0
"""One cycle begins at the top divided by this. Source: Smith and Topin 2017, arXiv:1708.07120."""

END = 10_000.0
"""And ends at its beginning divided by this."""


def rate(recipe: Recipe, step: int, steps: int) -> float:
    """The learning rate of a step, counted from 0, of so many in all.

    After a warm-up in a straight line: constant, or down to 0 along half a cosine (Loshchilov and
    Hutter 2016, arXiv:1608.03983, equation 5). One cycle: up and down along half cosines.

        >>> recipe = Recipe(lr=1.0, warmup=0.5, schedule="cosine")
        >>> [round(rate(recipe, step, 8), 3) for step in range(8)]
        [0.25, 0.5, 0.75, 1.0, 1.0, 0.854, 0.5, 0.146]
    """
    rising = round(recipe.warmup * steps)
    done = (step - rising) / max(1, steps - rising)
    if recipe.schedule == "one-cycle":
        low = recipe.lr / START
        if step < rising:
            return _along(low, recipe.lr, step / rising)
        return _along(recipe.lr, low / END, (step - rising) / max(1, steps - 1 - rising))
    if step < rising:
        return recipe.lr * (step + 1) / rising
    return recipe.lr if recipe.schedule == "constant" else _along(recipe.lr, 0.0, done)


def _along(start: float, end: float, part: float) -> float:
    """From start to end along half a cosine."""
    return end + (start - end) * (1 + cos(pi * min(1.0, part))) / 2
