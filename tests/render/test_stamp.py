"""Convolution arithmetic drawn: what a picture shows is what the layer does, step by step."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from netsheet.convolution.arithmetic import Arithmetic, go_through
from netsheet.convolution.trace import trace
from netsheet.core.errors import UnsupportedError
from netsheet.core.shape import Shape
from netsheet.layers.average_pool import AveragePool
from netsheet.layers.base import Layer
from netsheet.layers.conv import Conv
from netsheet.layers.max_pool import MaxPool
from netsheet.layers.relu import Relu
from netsheet.layers.transposed_conv import TransposedConv
from netsheet.render.stamp import follow
from netsheet.render.stamp.draw import scene_of
from netsheet.render.stamp.palette import Style, themed
from netsheet.render.stamp.panels import panels
from netsheet.render.stamp.scene import Box, Item, Line, Patch, Ring, Scene, Words, only, seen
from netsheet.render.stamp.svg import animated, still

CASES: dict[str, tuple[Layer, tuple[int, ...]]] = {
    "no padding, stride 1": (Conv(out=1, kernel=3, bias=False), (1, 7, 7)),
    "no padding, stride 2": (Conv(out=1, kernel=3, stride=2, bias=False), (1, 7, 7)),
    "padding 1, stride 1": (Conv(out=1, kernel=3, padding=1, bias=False), (1, 5, 5)),
    "padding 1, stride 2": (Conv(out=1, kernel=3, stride=2, padding=1, bias=False), (1, 8, 7)),
    "gaps": (Conv(out=1, kernel=3, dilation=2), (1, 7, 8)),
    "a line": (Conv(out=1, kernel=3, stride=2, padding=1), (1, 7)),
    "uneven": (Conv(out=1, kernel=(2, 3), padding=((1, 0), (0, 2)), bias=False), (1, 5, 6)),
    "colours and filters": (Conv(out=4, kernel=3, padding=1), (3, 5, 5)),
    "groups": (Conv(out=4, kernel=3, groups=2, bias=False), (4, 5, 5)),
    "a skewer": (Conv(out=2, kernel=1, stride=2), (3, 4, 4)),
    "greatest": (MaxPool(kernel=2), (1, 5, 5)),
    "greatest, padded, rounded up": (
        MaxPool(kernel=3, stride=2, padding=1, rounding="up"),
        (2, 6, 6),
    ),
    "mean": (AveragePool(kernel=3, stride=2, padding=1), (2, 5, 5)),
    "transposed": (TransposedConv(out=1, kernel=3, stride=2, padding=1, bias=False), (1, 3, 3)),
    "transposed, more": (TransposedConv(out=1, kernel=2, stride=2, dilation=2, extra=1), (1, 3, 2)),
    "transposed line": (TransposedConv(out=1, kernel=3, stride=2, bias=False), (1, 3)),
}


def drawn(name: str) -> tuple[Arithmetic, Scene]:
    """A case gone through, and its scene."""
    layer, shape = CASES[name]
    arithmetic = go_through(layer, Shape(shape))
    return arithmetic, scene_of(arithmetic)


def of_role(items: Iterable[Item], role: str, kind: Any = object) -> list[Any]:
    """The items of a role."""
    return [item for item in items if item.role == role and isinstance(item, kind)]


def extent(item: Item) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of an item."""
    if isinstance(item, Box):
        return item.x, item.y, item.x + item.width, item.y + item.height
    if isinstance(item, Ring):
        r = item.radius
        return item.x - r, item.y - r, item.x + r, item.y + r
    if isinstance(item, Words):
        left = item.right - item.wide
        return left, item.y - 12, item.right, item.y + 3
    points = item.corners if isinstance(item, Patch) else item.points
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def assert_on_paper(scene: Scene) -> None:
    """Assert that nothing reaches beyond the page."""
    for item in scene.items:
        left, top, right, bottom = extent(item)
        inside = left >= 0 and top >= 0 and right <= scene.width + 1 and bottom <= scene.height + 1
        assert inside, f"beyond the page: {item}"


@pytest.mark.parametrize("name", CASES)
def test_everything_is_on_the_page(name: str) -> None:
    """No grid and no word reaches beyond the page, in the moving picture and with all panels."""
    _, scene = drawn(name)
    assert_on_paper(scene)
    assert_on_paper(panels(scene))


def test_what_reaches_beyond_the_page_is_noticed() -> None:
    """Negative control: one word too far to the right."""
    _, scene = drawn("a line")
    far = Words(scene.width - 5, 50, "too far", "label")
    with pytest.raises(AssertionError, match="too far"):
        assert_on_paper(scene._replace(body=(*scene.body, far)))


def by_definition(arithmetic: Arithmetic) -> dict[tuple[int, ...], str]:
    """What tests/support/definitions.py computes for the numbers of a case, as cells show it."""
    from fractions import Fraction

    from support.definitions import Computing

    weights = {"weight": {p: float(v) for p, v in arithmetic.weights.items()}}
    if arithmetic.biases:
        weights["bias"] = {p: float(v) for p, v in arithmetic.biases.items()}
    values = {p: float(v) for p, v in arithmetic.values.items()}
    shape = tuple(arithmetic.x)
    computed = Computing(arithmetic.layer, [shape], [values], weights, tuple(arithmetic.y)).values()
    found = {}
    for place, value in computed.items():
        nearest = Fraction(value).limit_denominator(100)
        found[place] = str(nearest).replace("-", "−")
    return found


@pytest.mark.parametrize("name", CASES)
def test_numbers_in_the_output_are_the_definitions(name: str) -> None:
    """After the last step every output cell holds what the kind's definition gives."""
    arithmetic, scene = drawn(name)
    shown = scene.at(scene.steps - 1).body
    right = max(item.x for item in shown if isinstance(item, Box | Words))
    expected = sorted(by_definition(arithmetic).values())
    numbers = [
        item.text for item in shown
        if isinstance(item, Words) and item.role in {"number", "small"} and item.anchor == "middle"
    ]  # fmt: skip
    given = [
        str(v).replace("-", "−")
        for v in (*arithmetic.values.values(), *arithmetic.weights.values())
    ]
    for text in given:
        numbers.remove(text)
    assert expected == sorted(numbers)
    assert right > 0


def test_a_wrong_number_is_noticed() -> None:
    """Negative control: with another number in the input, other numbers are expected."""
    arithmetic, _ = drawn("no padding, stride 1")
    changed = {**arithmetic.values, (0, 3, 3): arithmetic.values[0, 3, 3] + 1}
    assert by_definition(arithmetic) != by_definition(arithmetic._replace(values=changed))


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("transposed")])
def test_each_step_marks_what_is_read_and_what_is_made(name: str) -> None:
    """The cells under the window are those the layer reads, and outputs are filled one by one."""
    arithmetic, scene = drawn(name)
    layer, x = arithmetic.layer, arithmetic.x
    rank = x.rank
    k = [arithmetic.kernel[axis] for axis in range(rank)]
    for step, place in enumerate(arithmetic.steps):
        body = scene.at(step).body
        d = getattr(layer, "dilation", 1)
        inside = [
            at
            for taps in product(*map(range, k))
            if all(
                0 <= (at := i * s + t * d - before) < n
                for i, s, t, (before, _), n in zip(
                    place, arithmetic.stride, taps, arithmetic.pads, x.size, strict=True
                )
            )
        ]
        assert len(inside) * x.channels == len(of_role(body, "tap"))
        assert x.channels == len(of_role(body, "window"))
        outputs = arithmetic.y.channels
        assert outputs == len(of_role(body, "now"))
        assert outputs * (step + 1) == len(of_role(body, "made"))
        assert len(of_role(body, "caption")) == 1


def test_padding_is_hatched_and_the_rest_struck_out() -> None:
    """8×7, 3×3, stride 2, padding 1: 34 cells of padding; of 10 rows one is never read: 9 cells."""
    _, scene = drawn("padding 1, stride 2")
    body = scene.at(0).body
    assert 10 * 9 - 8 * 7 == len(of_role(body, "padding"))
    assert 2 * 9 == len(of_role(body, "struck", Line))
    assert themed()["light"]["padding"].hatched
    _, pool = drawn("greatest")
    assert 2 * (25 - 16) == len(of_role(pool.at(0).body, "struck"))
    _, whole = drawn("no padding, stride 2")
    assert [] == of_role(whole.body, "struck") + of_role(whole.body, "padding")


def test_a_window_with_gaps_has_rings() -> None:
    """Nine taps are ringed in the input and nine in the filter, whose gaps are dashed."""
    _, scene = drawn("gaps")
    body = scene.at(3).body
    assert 9 + 9 == len(of_role(body, "ring", Ring))
    assert 25 - 9 == len(of_role(body, "gap", Box))
    assert [] == of_role(drawn("padding 1, stride 1")[1].body, "ring")


def test_the_winner_is_ringed() -> None:
    """At each step the ring is around the greatest value under the window."""
    arithmetic, scene = drawn("greatest")
    for step, place in enumerate(arithmetic.steps):
        body = scene.at(step).body
        [ring] = of_role(body, "winner", Ring)
        [word] = [
            item for item in body
            if isinstance(item, Words) and item.role == "number"
            and abs(item.x - ring.x) < 1 and abs(item.y - 4.5 - ring.y) < 1
        ]  # fmt: skip
        window = [
            arithmetic.values[0, 2 * place[0] + a, 2 * place[1] + b] for a in (0, 1) for b in (0, 1)
        ]
        assert max(window) == int(word.text)


def test_groups_have_frames_and_names() -> None:
    """Two groups: a frame around each one's channels and one around its filters, dashed, named."""
    _, scene = drawn("groups")
    assert 4 == len(of_role(scene.body, "band", Box))
    assert ["group 0", "group 1"] == [item.text for item in of_role(scene.body, "band", Words)]
    assert all(roles["band"].dashed for roles in themed().values())
    kernels = of_role(scene.body, "weight", Box)
    assert 4 * 2 * 9 == len(kernels)


def test_slices_are_aligned_and_have_one_sum_and_one_bias() -> None:
    """Each filter's slices stand below each other, beside their channels; sums are written out."""
    arithmetic, scene = drawn("colours and filters")
    body = scene.at(7).body
    columns = {round(item.x) for item in of_role(body, "weight", Box)}
    assert 4 * 3 == len(columns)
    texts = [item.text for item in body if isinstance(item, Words)]
    for found in arithmetic.at(arithmetic.steps[7]):
        totals = [int(each.total) for each in found.slices]
        assert int(found.value) == sum(totals) + int(found.bias or 0)
        ends = [
            text for text in texts if "bias" in text and text.endswith(f"= {_minus(found.value)}")
        ]
        assert ends
        first = f"{_minus(totals[0])} "
        assert any(text.startswith(first) and text.count(" ") == 4 for text in texts)


def _minus(value: float) -> str:
    return f"{int(value)}".replace("-", "−")


def test_a_skewer_goes_through_one_position_of_every_channel() -> None:
    """The line is upright, and ends at the same cell of each sheet."""
    arithmetic, scene = drawn("a skewer")
    for step in range(scene.steps):
        body = scene.at(step).body
        lines = of_role(body, "skewer", Line)
        windows = of_role(body, "window", Patch)
        assert (arithmetic.x.channels + 1, arithmetic.x.channels) == (len(lines), len(windows))
        assert 1 == len({x for line in lines for x, _ in line.points})
        (x, _), *_ = lines[0].points
        for window in windows:
            xs = [a for a, _ in window.corners]
            assert min(xs) < x < max(xs)


def test_a_transposed_convolution_marks_its_input_and_grows_its_output() -> None:
    """One input cell has the thick edge; the stamp lies on the larger map; what is cut is struck."""
    arithmetic, scene = drawn("transposed")
    assert 9 == scene.steps == len(arithmetic.steps)
    labels = [item.text for item in of_role(scene.body, "label", Words)]
    assert ["input 3×3", "filter 3×3", "output 5×5"] == labels
    assert 49 - 25 == len(of_role(scene.body, "cut"))
    assert 2 * (49 - 25) == len(of_role(scene.body, "struck"))
    for step in range(9):
        body = scene.at(step).body
        assert 1 == len(of_role(body, "source")) == len(of_role(body, "window"))
    input_cells = of_role(scene.body, "cell")
    assert 9 + 25 == len(input_cells)


def test_the_sums_are_the_sheets() -> None:
    """How the output's size comes about is told in the sheet's own words."""
    arithmetic, scene = drawn("padding 1, stride 2")
    assert (
        "H_out = ⌊(8 + 2·1 − (1·(3 − 1) + 1))/2⌋ + 1 = 4",
        "W_out = ⌊(7 + 2·1 − (1·(3 − 1) + 1))/2⌋ + 1 = 4",
    ) == arithmetic.sums
    assert set(arithmetic.sums) <= {item.text for item in of_role(scene.heading, "formula")}


def test_the_same_is_drawn_each_time() -> None:
    """Numbers come from a seed, so that a picture is the same each time; another seed, another."""
    layer, shape = CASES["colours and filters"]
    once, again = (animated(scene_of(go_through(layer, Shape(shape)))) for _ in range(2))
    assert once == again
    assert once != animated(scene_of(go_through(layer, Shape(shape), seed=2)))


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (Conv(out=1, kernel=3), (1, 5, 5, 5), "a volume has no flat picture"),
        (Conv(out=1, kernel=3), (1, 60, 60), "too large to be looked at"),
        (Relu(), (1, 5, 5), "relu has no picture of its steps"),
        (Conv(out=16, kernel=3), (8, 5, 5), "128 slices of filters are too many"),
        (MaxPool(kernel=2), (9, 4, 4), "9 channels are too many"),
        (TransposedConv(out=2, kernel=3), (1, 3, 3), "drawn with one channel"),
    ],
)
def test_what_cannot_be_looked_at_is_refused(
    layer: Layer, shape: tuple[int, ...], message: str
) -> None:
    """Volumes, large maps, many channels and layers without a window are told, not drawn badly."""
    with pytest.raises(UnsupportedError, match=message):
        scene_of(go_through(layer, Shape(shape)))


# --- SVG ---

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", CASES)
def test_svg_is_well_formed_and_needs_nothing(name: str) -> None:
    """XML with a title and a description; no script, nothing fetched."""
    _, scene = drawn(name)
    text = animated(scene)
    root = ET.fromstring(text)  # noqa: S314 our own text
    assert f"{SVG}svg" == root.tag
    assert scene.title == root.findtext(f"{SVG}title")
    assert root.findtext(f"{SVG}desc")
    assert not re.search(
        r"<script|href|https?://(?!www\.w3\.org/2000/svg)|@import|url\((?!#hatch)", text
    )


def test_svg_shows_each_step_in_its_time() -> None:
    """Each stretch of steps is visible from its first step's time to its last one's end."""
    _, scene = drawn("no padding, stride 2")
    text = animated(scene)
    assert 9 == scene.steps
    assert (
        "@keyframes s4-4{0%{visibility:hidden}44.44%{visibility:visible}55.56%{visibility:hidden}"
        in text
    )
    assert "@keyframes s4-8{0%{visibility:hidden}44.44%{visibility:visible}100%" in text
    assert "animation:s4-4 9s step-end infinite" in text
    for item in scene.body:
        if item.when:
            assert f'<g class="s{item.when[0]}-{item.when[1]}">' in text


def test_svg_is_calm_and_dark_where_asked() -> None:
    """Readers who want no motion see the first step; those who want it dark have it dark."""
    text = animated(drawn("no padding, stride 2")[1])
    assert "@media (prefers-reduced-motion:reduce)" in text
    assert ".s0-0{visibility:visible;" in text
    assert ".s1-1{visibility:hidden;" in text
    assert "@media (prefers-color-scheme:dark)" in text
    assert "@keyframes" not in still(drawn("no padding, stride 2")[1], 3)


# --- colours ---


def luminance(colour: str) -> float:
    """Relative luminance. Source: WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio. Source: WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_letters_can_be_read_on_every_ground(theme: str) -> None:
    """Numbers and words have a contrast of 4.5 at least on whatever they stand on."""
    roles = themed()[theme]
    grounds = [
        roles[name].fill for name in ("page", "cell", "tap", "weight", "made", "now", "source")
    ]
    for role in ("number", "small", "label", "title", "caption"):
        assert min(contrast(roles[role].fill, ground) for ground in grounds) >= 4.5
    for role in ("faint", "tiny"):
        assert contrast(roles[role].fill, roles["padding"].fill) >= 4.5
    assert contrast(roles["formula"].fill, roles["page"].fill) >= 4.5


def test_nothing_is_told_by_colour_alone() -> None:
    """What means something differs in more than its colour: width, hatching, dashes or shape."""

    def shape(style: Style) -> tuple[float, bool, bool, bool]:
        return style.width, style.hatched, style.dashed, bool(style.fill)

    roles = themed()["light"]
    assert shape(roles["window"]) != shape(roles["cell"])
    assert shape(roles["padding"]) != shape(roles["cell"])
    assert shape(roles["gap"]) != shape(roles["cell"])
    assert shape(roles["now"]) != shape(roles["made"])
    assert shape(roles["source"]) != shape(roles["tap"])
    assert shape(roles["band"]) != shape(roles["cell"])


# --- GIF and PNG ---


def test_a_gif_has_a_frame_for_each_step(tmp_path: Path) -> None:
    """It goes on for ever, a second for each step, and its frames differ."""
    pytest.importorskip("PIL")
    from PIL import Image, ImageChops

    from netsheet.render.stamp.raster import write_gif

    _, scene = drawn("padding 1, stride 2")
    write_gif(scene, tmp_path / "a.gif", seconds=0.5)
    with Image.open(tmp_path / "a.gif") as gif:
        assert (scene.steps, 0, 500) == (gif.n_frames, gif.info["loop"], gif.info["duration"])  # type: ignore[attr-defined]  # of a GIF
        assert (round(scene.width), round(scene.height)) == gif.size
        first = gif.convert("RGB")
        gif.seek(5)
        assert ImageChops.difference(first, gif.convert("RGB")).getbbox() is not None


@pytest.mark.parametrize("font", ["with matplotlib's letters", "with Pillow's own"])
def test_a_png_is_drawn_with_either_font(
    font: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice as fine as the scene, its title kept as text; signs that a font lacks are replaced."""
    pytest.importorskip("PIL")
    from PIL import Image

    from netsheet.render.stamp import raster

    if font == "with Pillow's own":
        monkeypatch.setattr(raster, "find_spec", lambda _: None)
    else:
        pytest.importorskip("matplotlib")
    raster._font.cache_clear()
    _, scene = drawn("a skewer")
    raster.write_png(scene.at(0), tmp_path / "a.png")
    raster._font.cache_clear()
    with Image.open(tmp_path / "a.png") as image:
        image.load()
        assert (round(2 * scene.width), round(2 * scene.height)) == image.size
        assert scene.title == image.text["Title"]  # type: ignore[attr-defined]  # of a PNG
    dark = raster.draw(scene, dark=True, scale=1).getpixel((2, 2))
    light = raster.draw(scene, scale=1).getpixel((2, 2))
    assert ((18, 23, 29), (255, 255, 255)) == (dark, light)


def test_pixels_show_what_the_scene_says() -> None:
    """The window's edge has its colour where the scene puts it, and no longer a step later."""
    pytest.importorskip("PIL")
    from netsheet.render.stamp.raster import draw

    _, scene = drawn("no padding, stride 2")
    [window] = [item for item in scene.at(0).items if item.role == "window"]
    assert isinstance(window, Box)
    at = (round(window.x), round(window.y + window.height / 2))
    blue = [int(themed()["light"]["window"].stroke[i : i + 2], 16) for i in (1, 3, 5)]

    def off(step: int) -> int:
        pixel = draw(scene, step, scale=1).getpixel(at)
        assert isinstance(pixel, tuple)
        return max(abs(int(a) - b) for a, b in zip(pixel, blue, strict=True))

    assert off(0) < 20
    assert off(4) > 60


# --- some of the steps, all on one page, a trace ---


def test_some_of_the_steps() -> None:
    """Steps 2 to 4 alone: what was seen at step 3 is now seen at step 1."""
    _, scene = drawn("no padding, stride 2")
    part = only(scene, range(2, 5))
    assert 3 == part.steps
    assert sorted(scene.at(3).body, key=repr) == sorted(part.at(1).body, key=repr)


def test_all_steps_on_one_page() -> None:
    """As many windows as steps; the heading once; nothing moves any more."""
    _, scene = drawn("no padding, stride 2")
    page = panels(scene)
    assert 9 == len(of_role(page.body, "window")) == len(of_role(page.body, "panel"))
    assert 1 == len(of_role(page.heading, "title")) == page.steps
    assert all(seen(item.when, 0) for item in page.items)
    _, many = drawn("no padding, stride 1")
    with pytest.raises(UnsupportedError, match="200 steps don't fit one page"):
        panels(many._replace(steps=200))


def test_a_trace_is_drawn_with_its_products() -> None:
    """Window, filter and products of three channels, the sums, and what is left out is told."""
    x = Shape((5, 6, 6))
    found = trace(
        Conv(out=1, kernel=3, padding=1),
        x,
        (0, 0, 3),
        lambda p: float(p[0] * 36 + p[1] * 6 + p[2]),
        {"weight": lambda p: p[1] + 0.5, "bias": lambda _: 2.0},
        name="a row",
    )
    scene = follow.scene_of(found, ("torch has the same",))
    assert_on_paper(scene)
    assert 3 * 9 == len(of_role(scene.body, "weight")) == len(of_role(scene.body, "made"))
    assert (3 * 6, 3 * 3) == (len(of_role(scene.body, "tap")), len(of_role(scene.body, "padding")))
    texts = [item.text for item in scene.items if isinstance(item, Words)]
    assert "a row, output (0, 0, 3)" in texts
    assert "and 2 more channels, whose sums weigh less" in texts
    assert "torch has the same" in texts
    best = trace(MaxPool(kernel=2), Shape((1, 2, 2)), (0, 0, 0), lambda p: float(p[1] * 2 + p[2]))
    assert 1 == len(of_role(follow.scene_of(best).body, "winner"))
