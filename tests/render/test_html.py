"""A sheet as a page: sound, closed to the outside, and readable."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from netsheet.render import html
from netsheet.render.html import render
from netsheet.render.notebook import fragment, row_fragment
from netsheet.render.svg import draw
from netsheet.render.table import plain
from netsheet.sheet.sheet import Sheet
from support.built import HOSTILE, NETS, alexnet, googlenet, resnet50, small

VOID = frozenset({"meta", "input", "br", "hr", "img", "link"})


class Page(HTMLParser):
    """Reads a page strictly: tags in balance, identifiers once, nothing that runs or loads."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.rows: list[list[str]] = []
        self.tags: list[str] = []
        self.title = ""
        self.feed(text)
        self.close()
        assert [] == self.open, "left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a tag; what runs or loads something is refused."""
        self.tags.append(tag)
        assert tag not in {"script", "iframe", "object", "embed", "link", "base", "form"}, tag
        for name, value in attrs:
            assert not name.startswith("on"), name
            assert name not in {"src", "href", "action", "srcset"}, name
            assert "url(" not in (value or ""), value
            if name == "id":
                assert value not in self.ids, value
                self.ids.add(value or "")
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """Close a tag: the one opened last."""
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Collect a cell's own text, without its derivation."""
        if "title" in self.open:
            self.title += data
        inside = [tag for tag in self.open if tag in {"th", "td", "div", "style"}]
        if inside and inside[-1] in {"th", "td"} and "tr" in self.open:
            self.rows[-1][-1] += data


def read(text: str) -> Page:
    """A page, checked."""
    assert not re.search(r"https?:|//[a-z]|@import|javascript:", text), "names something outside"
    return Page(text)


@pytest.mark.parametrize("name", NETS)
def test_a_page_is_sound(name: str) -> None:
    """Every net's page is balanced, runs nothing, loads nothing."""
    page = read(render(Sheet(NETS[name]())))
    assert f"{plain(NETS[name]().name)} – netsheet" == page.title


@pytest.mark.parametrize("name", NETS)
def test_a_notebooks_cell_is_sound(name: str) -> None:
    """So are a sheet's fragment and those of its rows."""
    sheet = Sheet(NETS[name]())
    read(fragment(sheet, depth=3))
    for row in sheet.rows:
        read(row_fragment(row))


@pytest.mark.parametrize(
    "fault",
    [
        "<script>1</script>",
        "<b>",
        "</td>",
        '<p onclick="x">a</p>',
        '<img src="data:,x">',
        '<p style="background:url(x)">a</p>',
        '<p id="a">a</p><p id="a">b</p>',
        "<p>https://example.com</p>",
        '<meta http-equiv="refresh" content="0;//example.com">',
    ],
)
def test_a_faulty_page_is_noticed(fault: str) -> None:
    """Negative control: whatever is unbalanced, doubled, runs or loads is seen."""
    text = render(Sheet(small()))
    read(text)
    with pytest.raises(AssertionError):
        read(text.replace("<h2>", fault + "<h2>", 1))


@pytest.mark.parametrize("write", [render, fragment])
def test_hostile_text_is_only_shown(write: object) -> None:
    """A name full of markup is shown as it is, and never as a tag."""
    assert callable(write)
    text = write(Sheet(NETS["hostile"]()))
    assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; | `x`" in text
    assert "<script" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert HOSTILE not in text


def test_the_table_holds_the_sheets_cells() -> None:
    """Rows, as heard cell by cell: name, layer, and figures at a glance."""
    rows = read(render(Sheet(alexnet()))).rows
    assert ["name", "layer", "output", "params", "macs", "memory", "field"] == rows[0]
    assert [
        "conv2",
        "conv 5×5, 256, groups 2 → relu, lrn",
        "256×27×27",
        "307K",
        "224M",
        "1.49 MB",
        "51",
    ] == next(row for row in rows if row[0] == "conv2")
    assert ["total", "", "", "61.0M", "724M", "2.32 MB", ""] in rows


def test_every_figure_opens_to_its_derivation() -> None:
    """Each computed cell of the lines as written holds its sum; totals do as well."""
    text = render(Sheet(alexnet()))
    assert (
        '<summary title="307,456, 0.5 %"><span>307K</span></summary><div class="why left">'
        "<p>conv2.params = 5·5·(96/2)·256 + 256 = <b>307,456</b></p>"
        '<p class="rule">by the rule k·k·(C/g)·C_out + C_out</p></div>'
    ) in text
    assert 11 * 5 + 3 == text.count("<details name=")
    assert "AlexNet.params = 34,944 + 307,456 + 885,120" in text


def test_groups_open_to_their_rows() -> None:
    """Every row inside a group belongs to each group around it, and each has one checkbox."""
    text = render(Sheet(resnet50()))
    groups = re.findall(r'<input type="checkbox" id="(g\d+)"', text)
    assert len(groups) == len(set(groups))
    assert set(groups) == set(re.findall(r"table:has\(#(g\d+):not\(:checked\)\)", text))
    inner = next(row for row in text.splitlines() if ">conv1<" in row and 'class="in' in row)
    assert 'class="in g7 g6"' in inner or re.search(r'class="in g\d+ g\d+"', inner)


def test_the_page_says_what_a_table_must() -> None:
    """Headings have a scope, the table a caption, the language is named, definitions are there."""
    text = render(Sheet(alexnet()))
    assert '<html lang="en">' in text
    assert 7 == text.count('<th scope="col"', 0, text.index("Where it sits"))
    assert "<caption>" in text
    assert "<dt>macs 724,406,816</dt><dd>one per multiply-add of convolution" in text
    assert "<dt>memory 2.32 MB</dt><dd>peak, at conv1.relu: values alive at once" in text
    assert "convention macs: one per multiply-add" in text


def test_a_drawing_is_put_in() -> None:
    """A drawing handed in stands in the page; without one there is no place for it."""
    drawing = '<svg viewBox="0 0 1 1"><title>it</title></svg>'
    assert drawing in render(Sheet(small()), diagram=drawing)
    assert "Drawing" not in render(Sheet(small()))


def test_pages_stay_small() -> None:
    """GoogLeNet and ResNet-50, with everything opened and derived, stay below 400 KB."""
    for build in (googlenet, resnet50):
        assert len(render(Sheet(build())).encode()) < 400_000


@pytest.mark.parametrize("name", ["alexnet", "googlenet", "hostile"])
def test_a_page_with_its_drawing_is_sound(name: str) -> None:
    """With the drawing that we make of the net put in, a page still runs and loads nothing."""
    sheet = Sheet(NETS[name]())
    drawing = draw(sheet).replace('xmlns="http://www.w3.org/2000/svg"', "")
    read(render(sheet, diagram=drawing))


# --- readable in light and dark ---

CSS = Path(html.__file__).with_name("page.css").read_text(encoding="utf-8")


def palettes(css: str) -> list[dict[str, str]]:
    """The colours of each theme: light, dark."""
    found = re.findall(r":root \{([^}]*)\}", css)[:2]
    return [dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in found]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def assert_contrast(front: str, back: str, least: float = 4.5) -> None:
    """Assert that text can be read on its ground (WCAG 2.2, AA)."""
    high, low = sorted((luminance(front), luminance(back)), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= least, f"{front} on {back}"


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("front", ["ink", "soft", "accent"])
@pytest.mark.parametrize("back", ["paper", "shade", "card"])
def test_text_has_contrast(theme: int, front: str, back: str) -> None:
    """In light and in dark, every text colour meets AA on every ground."""
    palette = palettes(CSS)[theme]
    assert_contrast(palette[front], palette[back])


def test_faint_text_is_noticed() -> None:
    """Negative control: grey on white fails; black on white has the known 21."""
    assert_contrast("#000000", "#ffffff", 21)
    with pytest.raises(AssertionError):
        assert_contrast("#949494", "#ffffff")
