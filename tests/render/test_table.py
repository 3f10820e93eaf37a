"""The model that every format is written from, and what stands below it."""

import pytest

from netsheet.core.convention import FLOPS, Convention
from netsheet.core.errors import ChoiceError
from netsheet.render.footer import facts, last_map, parts, peak
from netsheet.render.table import Table, choose, default_columns, input_text, plain, table
from netsheet.sheet.column import Share
from netsheet.sheet.sheet import Sheet
from support.built import HOSTILE, NETS, alexnet, googlenet, resnet50, small, two_inputs, unet


def column(shown: Table, name: str) -> list[str]:
    """One column's cells, exactly."""
    place = [heading.name for heading in shown.headings].index(name)
    return [line.cells[place].exact for line in shown.lines]


def words(shown: Table, name: str) -> list[str]:
    """One column's cells, at a glance."""
    place = [heading.name for heading in shown.headings].index(name)
    return [line.cells[place].text for line in shown.lines]


def test_alexnet_cell_by_cell() -> None:
    """AlexNet's parameters, row by row, are those of its convolutions and dense layers by hand."""
    shown = table(Sheet(alexnet()))
    assert [
        "34,944",
        "0",
        "307,456",
        "0",
        "885,120",
        "663,936",
        "442,624",
        "0",
        "37,752,832",
        "16,781,312",
        "4,097,000",
    ] == column(shown, "params")
    assert ["11", "19", "51", "67", "99", "131", "163", "195", "all", "all", "all"] == words(
        shown, "receptive_field"
    )


def test_the_layer_says_what_follows_and_what_it_reads() -> None:
    """Behind → stands what follows in place; behind ← what is read, unless that is the row above."""
    shown = table(Sheet(unet()))
    assert "conv 3×5, 8 → relu" == words(shown, "layer")[0]
    assert "concat ← down, up" == words(shown, "layer")[4]
    assert ["", "", "", "", "down, up", ""] == words(table(Sheet(unet()), columns=["from"]), "from")
    assert "concat" == words(table(Sheet(unet()), columns=["layer", "from"]), "layer")[4]
    assert "conv 3×5, 8" == words(table(Sheet(unet()), columns=["layer", "then"]), "layer")[0]


def test_lines_inside_say_what_they_read() -> None:
    """In a block, a row that reads the block's input from below its first row says so."""
    shown = table(Sheet(googlenet()), depth=2)
    found = {line.name: line.cells[1].text for line in shown.lines}
    assert "conv 1×1, 64 → relu" == found["inception_3a.1x1"]
    assert "conv 1×1, 96 → relu ← pool2" == found["inception_3a.3x3reduce"]
    assert "conv 3×3, 128 → relu" == found["inception_3a.3x3"]
    assert "concat ← 1x1, 3x3, 5x5, poolproj" == found["inception_3a.output"]


def test_short_words_keep_their_long_form() -> None:
    """What follows is as short as papers write it; the full words are kept."""
    shown = table(Sheet(small()))
    cell = shown.lines[0].cells[1]
    assert ("conv 5×5, 8 → bn, relu", "conv 5×5, 8 → batch norm, relu") == (cell.text, cell.exact)


def test_the_total_line_adds_up_what_adds_up() -> None:
    """Counts have a total; shapes and receptive fields don't."""
    shown = table(Sheet(alexnet()))
    found = dict(zip((h.name for h in shown.headings), shown.total, strict=True))
    assert "60,965,224" == found["params"].exact
    assert "724,406,816" == found["macs"].exact
    assert "" == found["output"].text == found["receptive_field"].text == found["layer"].text


def test_depth_opens_groups() -> None:
    """Depth 1 is as written, 2 opens stages, 3 their blocks; nothing is shown twice."""
    levels = [
        max(line.level for line in table(Sheet(resnet50()), depth=depth).lines)
        for depth in (1, 2, 3, 4, 99)
    ]
    assert [0, 1, 2, 3, 3] == levels
    names = [line.name for line in table(Sheet(resnet50()), depth=99).lines]
    assert len(names) == len(set(names))


def test_columns_are_known_by_any_heading() -> None:
    """Papers' headings name columns too; names come first, and nothing twice."""
    assert ("name", "params", "macs", "receptive_field") == choose(
        ["#params", "Mult-Adds", "name", "rf", "parameters"]
    )
    assert ("name", "layer", "from") == choose(["description", "from"])


def test_an_unknown_column_is_refused_with_what_there_is() -> None:
    """A column that isn't there is refused, and the nearest one named."""
    with pytest.raises(ChoiceError) as caught:
        choose(["parms"])
    assert 'there is no column "parms"; did you mean "params"?' == str(caught.value)
    with pytest.raises(ChoiceError) as caught:
        choose(["qqq\x1b[31m"])
    assert str(caught.value).startswith(
        'there is no column "qqq\N{REPLACEMENT CHARACTER}[31m"; there are name, layer, then, from, '
    )


def test_another_convention_shows_its_own_count() -> None:
    """Where FLOPs are asked for, the column of operations stands in place of multiply-adds."""
    assert "ops" in default_columns(Sheet(small(), FLOPS))
    assert "macs" not in default_columns(Sheet(small(), FLOPS))
    shown = table(Sheet(small(), FLOPS))
    assert (
        "1,318,656"
        == dict(zip((h.name for h in shown.headings), (c.exact for c in shown.total), strict=True))[
            "ops"
        ]
    )


def test_a_flat_input_has_no_field_column() -> None:
    """Without positions there is no receptive field to show."""
    assert "receptive_field" not in default_columns(Sheet(NETS["flat"]()))
    assert "field" not in [fact.label for fact in facts(Sheet(NETS["flat"]()))]


def test_every_input_is_named() -> None:
    """One input is its shape; several have their names."""
    assert "3×227×227" == input_text(Sheet(alexnet()))
    assert "left 1×32×32, right 3×32×32" == input_text(Sheet(two_inputs()))


def test_control_characters_never_reach_a_page() -> None:
    """No line break, escape, or sign that turns the direction of writing survives."""
    assert '<script>alert("1")</script> & | `x` *b* �[31m[red] �=1+1' == plain(HOSTILE)


# --- below the table ---


def test_the_parts_of_alexnet() -> None:
    """96 % of AlexNet's parameters are dense, 92 % of its multiply-adds convolutions."""
    convolutions, dense, rest = parts(Sheet(alexnet()))
    assert (5, 2_334_080, 665_784_864) == convolutions[1:3] + convolutions[4:5]
    assert (3, 58_631_144, Share(58_631_144, 60_965_224)) == dense[1:4]
    assert (0, 0) == (rest.params, rest.macs)


def test_every_figure_comes_with_what_it_means() -> None:
    """The convention is named with the multiply-adds, memory with its place and definition."""
    found = {fact.label: fact for fact in facts(Sheet(resnet50()))}
    assert "25,557,032" == found["params"].exact
    assert "53,173" == found["buffers"].exact
    assert (
        "one per multiply-add of convolution and dense layers; left out: biases, normalisation, "
        "activations, pooling, adding maps"
    ) == found["macs"].note
    assert found["memory"].note.startswith("peak, at conv2_x.1.shortcut.bn: values alive at once ")
    assert (
        "what one value of conv5_x, the last map with more than one position, sees: "
        "190.6 % of 224×224"
    ) == found["field"].note


def test_no_buffers_no_line_about_them() -> None:
    """AlexNet stores nothing that isn't trained, and nothing is said about it."""
    assert "buffers" not in [fact.label for fact in facts(Sheet(alexnet()))]


def test_the_convention_in_use_has_its_own_line() -> None:
    """FLOPs with normalisation are named as such, beside the multiply-adds."""
    found = {fact.label: fact for fact in facts(Sheet(small(), Convention.parse("flops+norm")))}
    assert "659,328" == found["macs"].exact
    assert f"{2 * 659_328 + 2 * 8 * 28 * 28:,}" == found["flops+norm"].exact
    assert found["flops+norm"].note.startswith("two per multiply-add ")


def test_axes_that_differ_are_both_compared_with_the_input() -> None:
    """On an input that isn't square, the field is compared on each axis."""
    found = {fact.label: fact for fact in facts(Sheet(unet()))}
    assert found["field"].note.endswith("sees: at most 14.1 % × 22.9 % of 64×48")


def test_peak_and_last_map_name_rows() -> None:
    """The peak names the row that runs then, the field the line that it belongs to."""
    assert "join" == peak(Sheet(unet()))
    assert "pool5" == last_map(Sheet(alexnet()))


@pytest.mark.parametrize("name", NETS)
def test_every_net_has_a_table(name: str) -> None:
    """Nets of any rank, with several inputs, without weights: all have a whole table."""
    sheet = Sheet(NETS[name]())
    shown = table(sheet, depth=9)
    assert len(list(sheet.lines(9))) == len(shown.lines)
    assert {len(shown.headings)} == {len(line.cells) for line in shown.lines} | {len(shown.total)}


def test_what_is_derived_is_said_once() -> None:
    """The last sentence explains the signs that occur, and names the computed columns."""
    assert (
        "→ what follows in place; ← what a row reads where that is not simply the row above. "
        "Computed from the layers, for one sample: output, params, macs, memory, field; "
        "`netsheet explain NET ROW.COLUMN` shows how any of them came about."
    ) == table(Sheet(unet())).closing
    assert "" == table(Sheet(unet()), columns=["name"]).closing
