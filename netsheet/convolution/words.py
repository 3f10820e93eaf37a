"""What is said of kernels, of what was clipped, and of the algorithms that were weighed."""

from fractions import Fraction
from itertools import chain
from math import lcm

from netsheet.convolution.border import MODES
from netsheet.convolution.choice import Choice
from netsheet.convolution.finish import Clipped
from netsheet.convolution.kernel import Kernel
from netsheet.convolution.named import SHOWS, Rows, Weight
from netsheet.convolution.task import Task
from netsheet.core.numbers import Number

MOST_SHOWN = 11
"""Sides of the largest kernel whose numbers are shown."""

MOST_DIVISOR = 1024
"""Fractions are brought over one number, if that is not larger."""


def told_kernel(kernel: Kernel) -> list[str]:
    """What a kernel is called and does, its numbers, and what they add up to."""
    rows, columns = kernel.size
    name = f"{kernel.name}, {columns}×{rows}"
    lines = [f"{name}: {kernel.words}" if kernel.words else name]
    for plane in kernel.planes:
        lines += [f"  {line}" for line in numbers(plane)]
        if len(kernel.planes) > 1:
            lines.append("")
    total = f"  sum {short(kernel.sum)}"
    why = kernel.total.partition(":")[2].strip()
    lines.append(f"{total}: {why}" if why else total)
    return lines


def numbers(rows: Rows) -> list[str]:
    """The numbers of a kernel in columns, fractions over one number; of a large one the size alone.

    >>> from netsheet.convolution.kernel import find_kernel
    >>> numbers(find_kernel("1/9 2/9; -1 0").rows)
    [' 1   2', '-9   0', 'over 9']
    """
    flat = list(chain.from_iterable(rows))
    if max(len(rows), len(rows[0])) > MOST_SHOWN:
        same = f", each {short(flat[0])}" if len(set(flat)) == 1 else ""
        return [f"{len(flat):,} numbers{same}"]
    over = 1
    if all(isinstance(number, Fraction | int) for number in flat):
        over = lcm(*(Fraction(number).denominator for number in flat))
        over = over if over <= MOST_DIVISOR else 1
    texts = [[short(number * over) for number in row] for row in rows]
    width = max(len(text) for text in chain.from_iterable(texts))
    lines = ["  ".join(f"{text:>{width}}" for text in row) for row in texts]
    return [*lines, f"over {over}"] if over != 1 else lines


def short(number: Weight) -> str:
    """A number as people write it: whole, or with the digits that matter, or as a fraction.

    >>> short(Fraction(1, 961)), short(Fraction(1, 2)), short(1 / 3), short(-4)
    ('1/961', '0.5', '0.3333', '-4')
    """
    if isinstance(number, Fraction) and float(f"{float(number):.4g}") != number:
        return f"{number}"
    return f"{float(number) + 0.0:.4g}"


def told_padding(task: Task) -> list[str]:
    """How much padding there is on each side, and what it holds."""
    (above, below), (left, right) = task.pads
    if not (above or below or left or right):
        return ["no padding: every window lies inside the picture"]
    sides = f"{above} above, {below} below, {left} left, {right} right"
    even = len({above, below, left, right}) == 1
    amount = f"{above} on each side" if even else sides
    holds = MODES[task.border.mode] if task.border.mode != "constant" else f"{task.border.value:g}"
    return [f"padding: {amount}, holding {holds}"]


def told_clipped(clipped: Clipped, task: Task, show: str) -> list[str]:
    """How values below 0 are made visible, and how many values could not be held."""
    top = 255 if task.source.itemsize == 1 else 65_535
    lines = [] if show == "clip" else [f"values are shown {SHOWS[show]}"]
    for count, word, becomes in (
        (clipped.below, "below 0", "0"),
        (clipped.above, f"above {top:,}", f"{top:,}"),
    ):
        if count:
            part = f"{count:,} of {clipped.of:,} values ({count / clipped.of:.1%})"
            lines.append(f"clipped: {part} {word}, now {becomes}")
    if not clipped.below + clipped.above:
        lines.append("nothing clipped")
    return lines


def told_choice(task: Task, choice: Choice) -> list[str]:
    """What each algorithm would take, and why some can't: the cheapest first.

    The times are those of the machine on which the model was measured, with as many threads.
    """
    direct = task.macs
    lines = [f"{'algorithm':<13} {'multiply-adds':>18} {'of direct':>10} {'estimate':>10}"]
    for offer in choice.offers:
        name = offer.algorithm.name
        if offer.refused:
            lines.append(f"{name:<13} {offer.refused}")
            continue
        share = f"{int(offer.macs) / direct:.1%}"
        chosen = "  chosen" if offer.algorithm is choice.algorithm else ""
        time = f"{1000 * offer.seconds:,.3g} ms"
        lines.append(f"{name:<13} {int(offer.macs):>18,} {share:>10} {time:>10}{chosen}")
    lines.append("")
    lines += _derived(task, choice)
    return lines


def _derived(task: Task, choice: Choice) -> list[str]:
    """How the multiply-adds of the chosen algorithm come about, beside the definition's."""
    from netsheet.convolution.counts import direct

    by_definition = direct(task)
    taken = next(o.macs for o in choice.offers if o.algorithm is choice.algorithm)
    lines = [f"by definition: {_sum(by_definition)}"]
    if int(taken) != int(by_definition):
        lines.append(f"{choice.algorithm.name}: {_sum(taken)}")
        saved = int(by_definition) - int(taken)
        part = f"{saved / int(by_definition):.1%}"
        lines.append(f"saved: {int(by_definition):,} − {int(taken):,} = {saved:,}, {part}")
    bound = choice.algorithm.bound(task, 1.0)
    lines.append(
        f"off by at most {bound:.2g} times the largest value"
        f"{', and half a unit for rounding' * (task.result.kind == 'u')}"
    )
    return lines


def _sum(value: int) -> str:
    """A number with how it came about, where it remembers that."""
    if isinstance(value, Number):
        return f"{value.formula()} = {value.explain()}"
    return f"{value:,}"
