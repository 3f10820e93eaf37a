"""Convolutions in words: `32 by 32 by 3 image, four 5 by 5 by 3 filters: 28 by 28 by 4`.

Requirements met here: a sentence is judged only where input, kernel and output are all said; it is
called false only where its padding is said too, and no stride that it leaves open makes it true.
"""

from collections.abc import Iterator

from netsheet.audit.prose.expression import Expression
from netsheet.audit.prose.roles import Roles, Shaped, Step, roles_of
from netsheet.audit.prose.sentence import Sentence
from netsheet.audit.prose.tokens import ARROW, NUM
from netsheet.audit.verdict import Finding, Verdict
from netsheet.layers.axis import positions

STRIDES = (1, 2, 3, 4)
"""Strides that a sentence may leave unsaid."""


def convolutions(sentence: Sentence) -> Iterator[Finding]:
    """What a sentence says of convolutions, judged."""
    roles = roles_of(sentence)
    yield from _kept(sentence)
    yield from _weights(sentence)
    yield from _sums(sentence)
    gives = list(_strides_give(sentence, roles))
    yield from gives
    if not gives:
        yield from _slides(sentence, roles)


def _finding(sentence: Sentence, first: int, end: int, **found: object) -> Finding:
    base = Finding("", sentence.said(first, end), Verdict.AGREES, span=sentence.span(first, end))
    return base._replace(**found)  # type: ignore[arg-type]  # fields of a finding


# One convolution after another.


def _slides(sentence: Sentence, roles: Roles) -> Iterator[Finding]:
    """From an input through each kernel to the outputs that are said."""
    inputs = roles.inputs or roles.bare[:1]
    if len(inputs) != 1 or not roles.steps or len(roles.outputs) != len(roles.steps):
        return
    given: tuple[int, ...] = inputs[0].dims
    parts = [inputs[0], *(step.kernel for step in roles.steps), *roles.outputs]
    first, end = min(p.first for p in parts), max(p.end for p in parts)
    worst = _finding(sentence, first, end)
    for step, output in zip(roles.steps, roles.outputs, strict=True):
        verdict, ways, why = judge(given, step, output.dims, roles.padding, roles.stride)
        if verdict is not Verdict.AGREES and worst.verdict is Verdict.AGREES:
            worst = worst._replace(verdict=verdict, ways=ways, why=why)
        given = output.dims
    yield worst


def judge(
    given: tuple[int, ...],
    step: Step,
    output: tuple[int, ...],
    padding: int | str | None,
    stride: int | None,
) -> tuple[Verdict, tuple[str, ...], str]:
    """Whether a kernel makes an output of an input, by a padding and stride said or usual."""
    kernel = step.kernel.dims
    axes = 1 if len(given) == 1 else 2
    sides, sizes, out = kernel[:axes], given[:axes], output[:axes]
    if len(kernel) == len(given) == 3 and kernel[2] != given[2]:  # noqa: PLR2004 height, width, channels
        return Verdict.UNCHECKED, (), f"the kernel is {kernel[2]} deep, and the input {given[2]}"
    if len(sides) != axes or len(out) != axes:
        return Verdict.UNCHECKED, (), "sizes of different axes"
    if step.count is not None and len(output) == 3 and output[2] != step.count:  # noqa: PLR2004 as above
        why = f"{step.count} filters make {step.count} maps, not {output[2]}"
        certain = step.count > 1
        return (Verdict.DISAGREES if certain else Verdict.UNCHECKED), (), why
    wanted = tuple(zip(sizes, sides, out, strict=True))
    for s in [stride] if stride is not None else STRIDES:
        for word, pad in _paddings(padding, sides[0]):
            if all(_fits(n, k, o, s, pad) for n, k, o in wanted):
                ways = ((word,) if word else ()) + (
                    (f"stride {s}",) if stride is None and s > 1 else ()
                )
                return (Verdict.CONVENTION if ways else Verdict.AGREES), ways, ""
    if padding is None:
        return Verdict.UNCHECKED, (), "no padding is said, and no usual one gives this"
    n, k, o = next(
        each for each in wanted if not _fits(*each, stride or 1, _number(padding, each[1]))
    )
    pad = _number(padding, k)
    right = positions(n, k, stride or 1, (pad, pad), 1) if n + 2 * pad >= k else 0
    sum_said = f"⌊({n} + 2·{pad} − {k})/{stride or 1}⌋ + 1 = {right}"
    return Verdict.DISAGREES, (), f"{sum_said}, not {o}"


def _paddings(padding: int | str | None, side: int) -> list[tuple[str, int]]:
    if padding is None:
        same = (side - 1) // 2
        return [("", 0), *([(f"padding {same}, which keeps the size", same)] if side % 2 else [])]
    return [("", _number(padding, side))]


def _number(padding: int | str, side: int) -> int:
    return (side - 1) // 2 if isinstance(padding, str) else padding


def _fits(n: int, k: int, out: int, stride: int, pad: int) -> bool:
    if stride < 1 or n + 2 * pad < k:
        return False
    return positions(n, k, stride, (pad, pad), 1) == out


# One axis: stride 1 gives 5 outputs, stride 2 gives 3.


def _strides_give(sentence: Sentence, roles: Roles) -> Iterator[Finding]:
    """`stride 1 gives 5 outputs`, after inputs and a kernel of one axis."""
    if len(roles.inputs) != 1 or len(roles.steps) != 1 or len(roles.inputs[0].dims) != 1:
        return
    n, k = roles.inputs[0].dims[0], roles.steps[0].kernel.dims[0]
    pad = roles.padding if isinstance(roles.padding, int) else 0
    for at, token in enumerate(sentence.tokens):
        if token.kind != NUM or not sentence.word(at - 1).startswith("stride"):
            continue
        if sentence.word(at + 1) not in {"gives", "give", "yields", "makes"}:
            continue
        result = sentence.tokens[at + 2].number if sentence.kind(at + 2) == NUM else None
        number = token.number
        if result is None or number is None or not number.exact or not result.exact:
            continue
        stride, said = int(number.value), int(result.value)
        right = _fits(n, k, said, stride, pad)
        made = positions(n, k, max(stride, 1), (pad, pad), 1) if n + 2 * pad >= k else 0
        yield _finding(
            sentence,
            at - 1,
            at + 3,
            subject=f"{n} inputs, kernel of {k}",
            verdict=Verdict.AGREES if right else Verdict.DISAGREES,
            why="" if right else f"⌊({n} + 2·{pad} − {k})/{stride}⌋ + 1 = {made}, not {said}",
        )


# Padding that keeps the size.


def _kept(sentence: Sentence) -> Iterator[Finding]:
    """`size kept by padding 1 for 3 by 3, 2 for 5 by 5`: (k − 1)/2."""
    words = sentence.words()
    if "padding" not in words or not {
        "kept",
        "keep",
        "keeps",
        "preserve",
        "preserves",
        "same",
    } & set(words):
        return
    shapes = {found.first: found for found in sentence.expressions if found.dims}
    for at, token in enumerate(sentence.tokens):
        kernel = shapes.get(at + 2)
        if token.kind != NUM or sentence.word(at + 1) != "for" or kernel is None:
            continue
        number = token.number
        if number is None or not number.exact or not square(kernel.dims):
            continue
        side, said = kernel.dims[0], int(number.value)
        right = 2 * said == side - 1
        why = "" if right else f"({side} − 1)/2 = {(side - 1) / 2:g}"
        verdict = Verdict.AGREES if right else Verdict.DISAGREES
        yield _finding(
            sentence,
            at,
            kernel.end,
            subject="padding that keeps the size",
            verdict=verdict,
            why=why,
        )


def square(dims: tuple[int, ...]) -> bool:
    """Whether a product is a window of equal sides."""
    return len(dims) == 2 and dims[0] == dims[1]  # noqa: PLR2004 height and width


# Weights of a convolution between two shapes.


def _weights(sentence: Sentence) -> Iterator[Finding]:
    """`5 x 5 x 3 x 4 for 32 by 32 by 3 to 28 by 28 by 4`, and `… for the next one`."""
    at = {found.first: found for found in sentence.expressions}
    last: tuple[int, ...] = ()
    for found in sentence.expressions:
        dims = found.dims
        if len(dims) != 4 or sentence.word(found.end) != "for":  # noqa: PLR2004 k, k, C, C_out
            continue
        one = at.get(found.end + 1)
        other = at.get(one.end + 1) if one is not None and sentence.word(one.end) == "to" else None
        if one is not None and other is not None and len(one.dims) == len(other.dims) == 3:  # noqa: PLR2004 H, W, C
            yield _between(sentence, found, one, other)
            last = other.dims
        elif last and sentence.word(found.end + 2) == "next":
            right = dims[2] == last[2]
            why = "" if right else f"it reads {last[2]} channels, not {dims[2]}"
            yield _finding(
                sentence,
                found.first,
                found.end + 3,
                verdict=Verdict.AGREES if right else Verdict.DISAGREES,
                why=why,
            )
    yield from _named(sentence)


def _between(
    sentence: Sentence, product: Expression, one: Expression, other: Expression
) -> Finding:
    kernel, channels, count = product.dims[:2], product.dims[2], product.dims[3]
    step = Step(Shaped((*kernel, channels), product.first, product.end), count)
    verdict, ways, why = judge(one.dims, step, other.dims, None, None)
    if (channels, count) != (one.dims[2], other.dims[2]):
        verdict = Verdict.DISAGREES
        ways, why = (
            (),
            f"its channels are {one.dims[2]} and {other.dims[2]}, not {channels} and {count}",
        )
    return _finding(sentence, product.first, other.end, verdict=verdict, ways=ways, why=why)


def _named(sentence: Sentence) -> Iterator[Finding]:
    """`1 by 1 convolution from 128 to 32 channels`: a layer, of which nothing is claimed."""
    for found in sentence.expressions:
        words = [sentence.word(found.end + place) for place in range(6)]
        if not words[0].startswith("convolution") or words[1] != "from" or words[3] != "to":
            continue
        numbers = [sentence.tokens[found.end + place].number for place in (2, 4)]
        if None in numbers or len(found.dims) != 2 or not words[5].startswith("channel"):  # noqa: PLR2004 a window
            continue
        one, other = (int(number.value) for number in numbers if number is not None)
        weights = found.dims[0] * found.dims[1] * one * other
        why = f"it names a layer and states no number; {weights:,} weights and {other:,} biases"
        yield _finding(sentence, found.first, found.end + 6, verdict=Verdict.UNCHECKED, why=why)


# A shape as sums: (32-5+1) by (32-5+1) by (3-3+1).


def _sums(sentence: Sentence) -> Iterator[Finding]:
    """A product of sums beside the shape that it is."""
    shapes = [found for found in sentence.expressions if len(found.dims) > 1]
    for found in sentence.expressions:
        if not found.sums or len(found.factors) < 2 or found.number is not None:  # noqa: PLR2004 a shape has sides
            continue
        if any(f.denominator != 1 for f in found.factors):
            continue
        sizes = tuple(int(factor) for factor in found.factors)
        same = [shape for shape in shapes if len(shape.dims) == len(sizes)]
        shown = "×".join(map(str, sizes))
        if any(shape.dims == sizes for shape in same):
            yield _finding(sentence, found.first, found.end, computed=shown)
        elif sentence.word(found.first - 1) in {"since", "because"} and same:
            said = "×".join(map(str, same[-1].dims))
            yield _finding(
                sentence,
                found.first,
                found.end,
                verdict=Verdict.DISAGREES,
                why=f"it is {shown}, not {said}",
            )


def transitions(sentence: Sentence) -> Iterator[tuple[Expression, Expression]]:
    """Shapes with an arrow between them: `7×7×512 → 4096`."""
    by_first = {found.first: found for found in sentence.expressions}
    for found in sentence.expressions:
        if sentence.kind(found.end) == ARROW and found.end + 1 in by_first:
            other = by_first[found.end + 1]
            if len(found.dims) > 1 and (len(other.dims) > 1 or other.number is not None):
                yield found, other
