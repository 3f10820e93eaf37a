"""What the file of a diagram holds: well-formed, harmless, exact, legible by day and by night."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from netsheet.core.errors import ChoiceError
from netsheet.render.diagram.legend import entries
from netsheet.render.diagram.palette import DARK, LIGHT, Theme
from netsheet.render.svg import draw
from netsheet.sheet.sheet import Sheet
from support import graphs
from support.geometry import laid_out
from support.graphs import NETWORKS


def parsed(svg: str) -> ET.Element:
    """The file as a tree of elements; fails unless it is well-formed."""
    return ET.fromstring(svg)  # noqa: S314 our own text


def tags(root: ET.Element, name: str) -> list[ET.Element]:
    """All elements of a name."""
    return list(root.iter(f"{{http://www.w3.org/2000/svg}}{name}"))


@pytest.mark.parametrize("name", NETWORKS)
def test_the_file_holds_the_drawing(name: str) -> None:
    """Well-formed, with a part of the wires' path for each link and a tooltip for each box."""
    graph = NETWORKS[name]()
    drawing, plan = laid_out(graph)
    root = parsed(draw(graph))
    (wires,) = [path for path in tags(root, "path") if path.get("class") == "wire"]
    assert len(plan.links) == (wires.get("d") or "").count("M")
    assert len(drawing.boxes) + len(drawing.frames) + 1 == len(tags(root, "title"))


def test_the_same_network_gives_the_same_bytes() -> None:
    """Drawing twice, from a graph or from a sheet, gives one and the same file."""
    first, second = graphs.googlenet(), graphs.googlenet()
    assert draw(first) == draw(Sheet(second))


def test_the_file_names_itself_for_those_who_cannot_see_it() -> None:
    """It is a picture with a name, a title, and a description that begins at the top."""
    root = parsed(draw(graphs.alexnet()))
    assert ("img", "Diagram of AlexNet") == (root.get("role"), root.get("aria-label"))
    assert "Diagram of AlexNet" == tags(root, "title")[0].text
    expected = "From top to bottom: input, 3×227×227; conv1, conv 11×11/4, 96, 96×55×55; "
    assert (tags(root, "desc")[0].text or "").startswith(expected)


def test_long_networks_are_described_briefly() -> None:
    """The description names forty boxes, and says how many there are besides."""
    text = tags(parsed(draw(graphs.googlenet())), "desc")[0].text or ""
    assert 40 == text.count("; ")
    assert text.endswith("; and 43 more")


def test_size_is_told_three_times_alike() -> None:
    """The view box, the size and the ground of the page agree."""
    root = parsed(draw(graphs.alexnet()))
    page = tags(root, "rect")[0]
    assert f"0 0 {page.get('width')} {page.get('height')}" == root.get("viewBox")
    assert (page.get("width"), page.get("height")) == (root.get("width"), root.get("height"))


@pytest.mark.parametrize("name", ["googlenet", "unet"])
def test_a_width_is_kept(name: str) -> None:
    """However wide a drawing is, it is shown no wider than asked for, and not distorted."""
    root = parsed(draw(NETWORKS[name](), width=500))
    wide, high = (float(root.get(side) or 0) for side in ("width", "height"))
    _, _, box_wide, box_high = map(float, (root.get("viewBox") or "").split())
    assert wide <= 500
    assert box_high / box_wide == pytest.approx(high / wide, rel=1e-3)


def test_columns_keep_to_the_width() -> None:
    """Columns that would not fit are not made: 900 pixels hold GoogLeNet's one, not its two."""
    root = parsed(draw(graphs.googlenet(), width=900))
    assert float((root.get("viewBox") or "").split()[2]) <= 900


def test_tooltips_give_every_digit() -> None:
    """A box's tooltip has its whole name, layer, output, and exact counts with their share."""
    root = parsed(draw(graphs.alexnet()))
    expected = (
        "fc6\ndense 4096 + relu + dropout 50%\noutput 4096\n"
        "37,752,832 parameters, 61.9 % of all\n37,748,736 multiply-adds, 5.2 % of all"
    )
    assert expected in [title.text for title in tags(root, "title")]


def test_tooltips_of_what_repeats_name_all_of_it() -> None:
    """A folded block tells its first and last name and how often it stands there."""
    titles = [title.text or "" for title in tags(parsed(draw(graphs.resnet())), "title")]
    (text,) = [title for title in titles if title.startswith("conv4_x.2 – conv4_x.6\n")]
    assert text.endswith("\nthis 5 times")


def test_titles_give_the_exact_totals() -> None:
    """Below the name stand input, output, parameters and multiply-adds, exactly."""
    found = ["".join(text.itertext()) for text in tags(parsed(draw(graphs.resnet())), "text")]
    expected = "3×224×224 → 1000 · 25,557,032 parameters · 4,089,184,256 multiply-adds"
    assert ["ResNet-50", expected] == found[:2]


def test_unfriendly_names_are_only_names() -> None:
    """Markup in a name is text; nothing is run, fetched or closed by it."""
    svg = draw(graphs.unfriendly())
    root = parsed(svg)
    assert [] == tags(root, "script") + tags(root, "image") + tags(root, "a")
    assert '<script>alert("net")</script> & \ufffd' in (root.get("aria-label") or "")
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]", svg)


def test_nothing_is_fetched() -> None:
    """No address, no import, no font, no reference but the name of SVG itself."""
    svg = draw(graphs.googlenet()).replace('xmlns="http://www.w3.org/2000/svg"', "", 1)
    assert [] == re.findall(r"https?:|url\(|@import|@font-face|href|\bon\w+=", svg)


def test_letters_nobody_measured_are_set_in_their_room() -> None:
    """A name in an alphabet whose width is a guess is told how long it may be."""
    texts = tags(parsed(draw(graphs.unfriendly())), "text")
    stretched = {"".join(text.itertext()) for text in texts if text.get("textLength")}
    assert {"합성곱층", "ﷺﷺﷺﷺﷺﷺ"} <= stretched
    assert not {"input", "Слой"} & stretched


def test_light_and_dark_are_in_the_file() -> None:
    """The style sheet has both themes, the dark one where the reader's device asks for it."""
    style = tags(parsed(draw(graphs.alexnet())), "style")[0].text or ""
    light, _, dark = style.partition("@media (prefers-color-scheme:dark){")
    assert f".page{{fill:{LIGHT.page}}}" in light
    assert f".page{{fill:{DARK.page}}}" in dark


def luminance(colour: str) -> float:
    """Relative luminance of a colour, as WCAG 2.1 defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    """Contrast of two colours, from 1 to 21."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_letters_have_contrast_on_every_ground(theme: Theme) -> None:
    """Text stands out at least 4.5 to 1 on every ground, edges and wires 3 to 1."""
    grounds = [theme.page, theme.frame, *(tint.ground for tint in theme.tints.values())]
    assert 4.5 <= min(contrast(ink, on) for ink in (theme.ink, theme.quiet) for on in grounds)
    assert 3 <= min(contrast(theme.wire, on) for on in (theme.page, theme.frame))
    assert 3 <= min(contrast(tint.edge, tint.ground) for tint in theme.tints.values())


def test_black_on_white_is_the_most_contrast() -> None:
    """The measure of contrast is the published one: 21 for black on white, 1 for a colour on itself."""
    assert pytest.approx(21) == contrast("#000000", "#ffffff")
    assert pytest.approx(1) == contrast("#6e7b88", "#6e7b88")
    assert pytest.approx(4.48, abs=0.01) == contrast("#777777", "#ffffff")


def test_the_legend_tells_what_is_there() -> None:
    """Only families in use, where most parameters and multiply-adds sit, repeats if there are any."""
    expected = [
        ("conv", "convolution"),
        ("pool", "pooling"),
        ("dense", "dense"),
        ("params", "parameters, most in fc6"),
        ("macs", "multiply-adds, most in conv2"),
    ]
    assert expected == list(entries(laid_out(graphs.alexnet())[0]))
    assert "times" in [entry.sign for entry in entries(laid_out(graphs.resnet())[0])]


def test_bars_are_shares_of_the_largest() -> None:
    """AlexNet's fc6 has the longest bar of parameters, conv2 that of multiply-adds."""
    root = parsed(draw(graphs.alexnet()))
    longest: dict[str, tuple[float, str]] = {}
    for group in tags(root, "g"):
        title = group.find("{http://www.w3.org/2000/svg}title")
        for bar in group.iter("{http://www.w3.org/2000/svg}rect"):
            style = bar.get("class") or ""
            if title is not None and style in {"full", "hollow"} and bar.get("height") == "3":
                length = float(bar.get("width") or 0)
                name = (title.text or "").partition("\n")[0]
                longest[style] = max(longest.get(style, (0.0, "")), (length, name))
    assert {"full": "fc6", "hollow": "conv2"} == {style: n for style, (_, n) in longest.items()}


@pytest.mark.parametrize("depth", [0, -1, "all", 1.5])
def test_depths_that_make_no_sense_are_refused(depth: Any) -> None:
    """A depth is a number from 1 on, or auto; the message says what the numbers mean."""
    with pytest.raises(ChoiceError) as refused:
        draw(graphs.alexnet(), depth=depth)
    expected = (
        f"a diagram has no depth {depth}: 1 shows the lines as written, 2 opens groups once; "
        "auto opens as many as stay legible"
    )
    assert expected == str(refused.value)


def test_a_thousand_rows_are_drawn() -> None:
    """A ResNet of a thousand rows and more, block by block."""
    sheet = Sheet(graphs.resnet((30, 36, 30, 12), "Large")).compute()
    svg = draw(sheet, depth=3, fold=False)
    assert 1000 < len(sheet.graph.rows)
    assert 400 < svg.count("<title>")
