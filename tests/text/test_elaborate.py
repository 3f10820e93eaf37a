"""What tables mean: blocks, defaults, repeats, conditions, rules, and which rows are read."""

from typing import Any

import pytest

from netsheet.core.graph import Graph, Group
from netsheet.layers.registry import find
from support.reading import read_sheet


def graph(table: str, *, above: str = "Input: 3×32×32", **given: Any) -> Graph:
    """The network of a document: an input, and a table with whatever stands below it."""
    return read_sheet(f"{above}\n\n{table.strip()}\n", **given).graph


def rows(net: Graph) -> list[tuple[str, Any, tuple[str, ...]]]:
    """Each row behind the input: its name, its layer, and the names of what it reads."""
    names = [row.name for row in net.rows]
    return [
        (row.name, row.layer, tuple(names[read] for read in row.reads))
        for row in net.rows
        if row.reads
    ]


def layer(word: str, **given: Any) -> Any:
    """A layer by its word."""
    return find(word)(**given)


CONV = layer("conv", out=8, kernel=(3, 3))
RELU, BN, ADD = layer("relu"), layer("bn"), layer("add")


def test_rows_read_the_row_above_or_those_that_from_names() -> None:
    """A name, several names, the network's input, and `above`."""
    net = graph("""
| name | layer  | from              |
|------|--------|-------------------|
| a    | relu   |                   |
| b    | relu   | input             |
| c    | relu   | -                 |
| d    | add    | a, b and above    |
| e    | concat | a + input & d     |
""")
    assert [
        ("a", RELU, ("input",)),
        ("b", RELU, ("input",)),
        ("c", RELU, ("b",)),
        ("d", ADD, ("a", "b", "c")),
        ("e", layer("concat"), ("a", "input", "d")),
    ] == rows(net)


def test_rows_without_a_name_get_one() -> None:
    """Their layer's, with a number, or with the label in brackets; others' names are left alone."""
    net = graph("""
| name  | layer       |
|-------|-------------|
|       | relu        |
|       | 2×2 max pool |
| relu2 | relu        |
|       | relu        |
|       | bn (first)  |
| -     | bn          |
""")
    names = ["relu1", "pool1", "relu2", "relu3", "bn_first", "bn1"]
    assert names == [name for name, _, _ in rows(net)]


def test_layers_follow_in_place() -> None:
    """From `then`, from the layer's cell, or both; a second of a kind gets a number."""
    net = graph("""
| name | layer          | out | kernel | then                     |
|------|----------------|-----|--------|--------------------------|
| c1   | conv           | 8   | 3×3    | bn, relu; relu           |
| c2   | conv, bn       | 8   | 3×3    | leaky relu (0.2)         |
| c3   | conv, bn, relu | 8   | 3×3    |                          |
| c4   | conv           | 8   | 3×3    | none                     |
""")
    leaky = layer("leaky relu", slope=0.2)
    assert [
        ("c1.conv", CONV, ("input",)),
        ("c1.bn", BN, ("c1.conv",)),
        ("c1.relu", RELU, ("c1.bn",)),
        ("c1.relu2", RELU, ("c1.relu",)),
        ("c2.conv", CONV, ("c1.relu2",)),
        ("c2.bn", BN, ("c2.conv",)),
        ("c2.leaky_relu", leaky, ("c2.bn",)),
        ("c3.conv", CONV, ("c2.leaky_relu",)),
        ("c3.bn", BN, ("c3.conv",)),
        ("c3.relu", RELU, ("c3.bn",)),
        ("c4", CONV, ("c3.relu",)),
    ] == rows(net)
    assert Group("then", "conv") == net.groups["c1"]


def test_a_group_is_read_at_its_end() -> None:
    """The name of a row with followers stands for the last of them; parts have names of their own."""
    net = graph("""
| name | layer | out | kernel | then     | from        |
|------|-------|-----|--------|----------|-------------|
| c1   | conv  | 8   | 3×3    | bn, relu |             |
| r1   | relu  |     |        |          | c1          |
| r2   | relu  |     |        |          | c1.bn       |
""")
    assert [("c1.relu",), ("c1.bn",)] == [reads for _, _, reads in rows(net)[3:]]


@pytest.mark.parametrize("kernel", ["7×7/2", "7x7 / 2", "7*7/2"])
def test_kernel_and_stride_in_one_cell(kernel: str) -> None:
    """As papers print them."""
    net = graph(f"| name | layer | out | kernel |\n|-|-|-|-|\n| c | conv | 8 | {kernel} |\n")
    assert layer("conv", out=8, kernel=(7, 7), stride=2) == net.rows[1].layer


def test_a_stride_said_twice_in_one_way() -> None:
    """Is said once more, and does no harm; a pool's kernel can be all that is said."""
    net = graph("""
| name | layer        | out | kernel | stride |
|------|--------------|-----|--------|--------|
| c    | conv         | 8   | 3×3/2  | 2      |
| p    | 3×3 max pool |     | 3×3    |        |
""")
    assert layer("conv", out=8, kernel=(3, 3), stride=2) == net.rows[1].layer
    assert layer("max pool", kernel=(3, 3)) == net.rows[2].layer


FIRE = """
## Block fire(squeeze, expand, side=3, act=relu)

| name | layer  | out      | kernel    | padding | then | from  |
|------|--------|----------|-----------|---------|------|-------|
| s    | conv   | squeeze  | 1         |         | act  |       |
| e1   | conv   | expand   | 1         |         | act  | s     |
| e3   | conv   | expand*2 | side×side | side//2 |      | s     |
| out  | concat |          |           |         | act  | e1, e3 |
"""


def test_a_block_is_used_like_a_layer() -> None:
    """Its parameters come from columns, from brackets, and from defaults."""
    net = graph(
        """
| name | layer                       | squeeze | expand | side | act      |
|------|-----------------------------|---------|--------|------|----------|
| f1   | fire                        | 4       | 8      |      |          |
| f2   | fire (squeeze=2, expand=in) |         |        | 5    | bn, relu |
"""
        + FIRE
    )
    names = [
        "f1.s.conv",
        "f1.s.relu",
        "f1.e1.conv",
        "f1.e1.relu",
        "f1.e3",
        "f1.out.concat",
        "f1.out.relu",
    ]
    assert names == [name for name, _, _ in rows(net)[:7]]
    found = {name: (made, reads) for name, made, reads in rows(net)}
    assert (layer("conv", out=16, kernel=(3, 3), padding=1), ("f1.s.relu",)) == found["f1.e3"]
    assert (layer("conv", out=48, kernel=(5, 5), padding=2), ("f2.s.relu",)) == found["f2.e3"]
    assert (BN, ("f2.out.concat",)) == found["f2.out.bn"]
    assert (layer("conv", out=2, kernel=1), ("f1.out.relu",)) == found["f2.s.conv"]
    assert Group("block", "fire") == net.groups["f2"]


def test_a_block_inside_a_block() -> None:
    """Parameters are handed down; rows of the inner one lie inside those of the outer one."""
    net = graph("""
| name | layer | width |
|------|-------|-------|
| p    | pair  | 4     |

## Block pair(width)

| name | layer | wide    | then |
|------|-------|---------|------|
| one  | unit  | width   |      |
| two  | unit  | width*2 | relu |

## Block unit(wide)

| name | layer | out  | kernel | padding |
|------|-------|------|--------|---------|
| c    | conv  | wide | 3×3    | same    |
""")
    assert [
        ("p.one.c", layer("conv", out=4, kernel=(3, 3), padding="same"), ("input",)),
        ("p.two.c", layer("conv", out=8, kernel=(3, 3), padding="same"), ("p.one.c",)),
        ("p.two.relu", RELU, ("p.two.c",)),
    ] == rows(net)


def test_a_block_of_two_inputs() -> None:
    """`input` is the first, `input2` the second; as numbers, `input` is the first one's channels."""
    net = graph("""
| name | layer | out | kernel | padding | from     |
|------|-------|-----|--------|---------|----------|
| a    | conv  | 6   | 3×3    | 1       |          |
| j    | join  |     |        |         | a, input |

## Block join

| name | layer  | out     | kernel | from           |
|------|--------|---------|--------|----------------|
| both | concat |         |        | input, input2  |
| c    | conv   | input/2 | 1      |                |
""")
    assert [
        ("j.both", layer("concat"), ("a", "input")),
        ("j.c", layer("conv", out=3, kernel=1), ("j.both",)),
    ] == rows(net)[1:]


def test_a_block_may_be_chosen_by_a_word() -> None:
    """A parameter can name a layer, a block, or what follows."""
    net = graph("""
| name | layer | kind   | act          |
|------|-------|--------|--------------|
| a    | any   | tanh   | none         |
| b    | any   | inner  | relu, bn     |

## Block any(kind, act)

| name | layer | then |
|------|-------|------|
| x    | kind  | act  |

## Block inner

| name | layer |
|------|-------|
| y    | relu  |
""")
    assert ["a.x", "b.x.y", "b.x.relu", "b.x.bn"] == [name for name, _, _ in rows(net)]


def test_a_block_without_rows_passes_its_input_on() -> None:
    """Where every row is left out, what the block reads is its output."""
    net = graph("""
| name | layer | on  |
|------|-------|-----|
| a    | maybe | no  |
| b    | maybe | yes |
| end  | bn    |     |

## Block maybe(on)

| name | layer | if |
|------|-------|----|
| r    | relu  | on |
""")
    assert [("b.r", RELU, ("input",)), ("end", BN, ("b.r",))] == rows(net)


def test_repeats() -> None:
    """A row or a block so many times, one behind the other; a choice for the first and the rest."""
    net = graph("""
| name | layer | out | kernel | stride        | repeat | width |
|------|-------|-----|--------|---------------|--------|-------|
| c    | conv  | 8   | 3×3    | 2 then 1      | 3      |       |
| u    | unit  |     |        |               | ×2     | 4 then in*2 |
| r    | relu  |     |        |               | 1      |       |
| s    | relu  |     |        |               | 0      |       |
| end  | bn    |     |        |               |        |       |

## Block unit(width)

| name | layer | out   | kernel |
|------|-------|-------|--------|
| x    | conv  | width | 1      |
""")
    two = layer("conv", out=8, kernel=(3, 3), stride=2)
    assert [
        ("c.1", two, ("input",)),
        ("c.2", CONV, ("c.1",)),
        ("c.3", CONV, ("c.2",)),
        ("u.1.x", layer("conv", out=4, kernel=1), ("c.3",)),
        ("u.2.x", layer("conv", out=8, kernel=1), ("u.1.x",)),
        ("r.1", RELU, ("u.2.x",)),
        ("end", BN, ("r.1",)),
    ] == rows(net)
    assert [Group("repeat", "conv"), Group("repeat", "unit")] == [net.groups[name] for name in "cu"]


def test_repetitions_are_counted() -> None:
    """`before` is how many were made before this one, by all repeated rows of the table."""
    net = graph("""
| name | layer        | out        | repeat | drop     |
|------|--------------|------------|--------|----------|
| a    | dense        | 1 + before | 3      |          |
| b    | dense        | 9          |        |          |
| c    | unit         |            | 2      |          |
| d    | drop path    |            | 1      | before/8 |
| e    | dense        | before     |        |          |

## Block unit(width=10*before)

| name | layer | out            | repeat |
|------|-------|----------------|--------|
| one  | dense | width + before | 2      |
""")
    outs = [made.out for _, made, _ in rows(net) if made.kind == "dense"]
    assert [1, 2, 3, 9, 30, 31, 40, 41, 6] == outs
    assert 5 / 8 == next(made.drop for name, made, _ in rows(net) if name == "d.1")


def test_papers_notations_beside_a_blocks_name() -> None:
    """`MBConv6, k5×5`: a number is the first parameter, a size stays the size that it is."""
    net = graph("""
| name | layer           | k   |
|------|-----------------|-----|
| a    | MBConv6, k5×5   |     |
| b    | MBConv2         | 3×1 |
| c    | square 3×3      |     |

## Block MBConv(expansion, k)

| layer | out         | kernel |
|-------|-------------|--------|
| conv  | expansion*2 | k      |

## Block square(kernel=5, out=min(3, (1 + 2)*2))

| layer | out | kernel |
|-------|-----|--------|
| conv  | out | kernel |
""")
    assert [
        layer("conv", out=12, kernel=(5, 5)),
        layer("conv", out=4, kernel=(3, 1)),
        layer("conv", out=3, kernel=(3, 3)),
    ] == [made for _, made, _ in rows(net)]


def test_a_row_that_is_there_after_all_is_read() -> None:
    """Of two rows with one name the first is left out: the name stands for the second alone."""
    net = graph(
        """
| name  | layer | width |
|-------|-------|-------|
| u     | unit  | 2     |
| end   | relu  |       |
| other | relu  |       |
| join  | add   |       |

## Block unit(width)

| name | layer | out   | from  | if        |
|------|-------|-------|-------|-----------|
| way  | dense | 4     | input | width = 1 |
| way  | dense | width | input | width = 2 |
| last | relu  |       | way   |           |
""".replace("| join  | add   |       |\n", "")
    )
    assert ("u.last", RELU, ("u.way",)) == rows(net)[1]
    outside = graph("""
| name | layer | from  | if        |
|------|-------|-------|-----------|
| u.w  | relu  | input | 1 = 2     |
| u.w  | silu  | input | 1 = 1     |
| v.x  | relu  | u.w   |           |
""")
    assert ("v.x", RELU, ("u.w",)) == rows(outside)[-1]


def test_conditions() -> None:
    """A row whose condition fails is left out, and its readers read what it would have read."""
    net = graph("""
| name | layer | from    | if               |
|------|-------|---------|------------------|
| a    | relu  |         | in = 3           |
| b    | relu  |         | in > 3 or no     |
| c    | bn    | input   | not in = 3       |
| d    | bn    |         |                  |
| e    | add   | b, c, d |                  |
""")
    assert [
        ("a", RELU, ("input",)),
        ("d", BN, ("input",)),
        ("e", ADD, ("a", "input", "d")),
    ] == rows(net)


def test_one_of_two_rows_of_one_name() -> None:
    """Rows that exclude each other may share a name."""
    table = """
| name | layer | wide |
|------|-------|------|
| u    | unit  | %s   |

## Block unit(wide)

| name | layer | from     | if       |
|------|-------|----------|----------|
| x    | relu  |          | wide     |
| x    | bn    | input    | not wide |
| y    | add   | x, input |          |
"""
    for wide, made in (("yes", RELU), ("no", BN)):
        net = graph(table % wide)
        assert [("u.x", made, ("input",)), ("u.y", ADD, ("u.x", "input"))] == rows(net)


def test_standing_rules() -> None:
    """They fill what is left empty, for every layer of a kind, also inside blocks."""
    net = graph(
        """
| name | layer    | out | kernel | padding | bias | then |
|------|----------|-----|--------|---------|------|------|
| c1   | conv     | 8   | 3×3    |         |      |      |
| c2   | conv     | 8   | 3×3    | 0       | yes  | relu |
| c3   | conv, lrn | 8  | 3×3    | -       |      |      |
| p    | max pool |     |        |         |      |      |
| u    | unit     |     |        |         |      | relu |

## Block unit

| name | layer | out | kernel |
|------|-------|-----|--------|
| c    | conv  | 8   | 3×3    |
""",
        above="Input: 3×32×32\n\nEvery conv: padding same,\nno bias, then bn.\nEvery max pool and avg pools: kernel 2×2\n\n"
        "Every conv: stride 1.\nEvery once in a while: nothing at all.\n\nEverything else is prose: as here.",
    )
    same = layer("conv", out=8, kernel=(3, 3), padding="same", bias=False)
    assert [
        ("c1.conv", same),
        ("c1.bn", BN),
        ("c2.conv", CONV),
        ("c2.relu", RELU),
        ("c3.conv", layer("conv", out=8, kernel=(3, 3), bias=False)),
        ("c3.lrn", layer("lrn")),
        ("p", layer("max pool", kernel=(2, 2))),
        ("u.c.conv", same),
        ("u.c.bn", BN),
        ("u.relu", RELU),
    ] == [(name, made) for name, made, _ in rows(net)]


VARIANTS = """
| name | layer | 1×  | 2×  | (why) | from     |
|------|-------|-----|-----|-------|----------|
| c1   | conv  | 8   | 16  | a     |          |
| u    | unit  | 4   | 8   | b     |          |
| end  | fc    | 10  | 20  | c     |          |

## Block unit(out)

| name | layer | out | kernel |
|------|-------|-----|--------|
| c    | conv  | out | 1×1    |

## Variants

| name   | out     | norm               | act   | pad  | bare |
|--------|---------|--------------------|-------|------|------|
| small  | 1×      | -                  | relu  | half | yes  |
| large  | 2×      | bn (epsilon=0.001) | silu  | 1    | no   |
"""
RULES = """Input: 3×32×32

Every conv: kernel 3, padding pad, bias not bare, then norm, act.
"""


def test_a_rule_may_name_columns_of_the_variants() -> None:
    """Also in blocks, which don't know them; where a variant has nothing, nothing follows."""
    small, large = (graph(VARIANTS, above=RULES, variant=name) for name in ("small", "large"))
    bare = {"bias": False, "padding": "half"}
    assert [
        ("c1.conv", layer("conv", out=8, kernel=3, **bare)),
        ("c1.relu", RELU),
        ("u.c.conv", layer("conv", out=4, kernel=(1, 1), **bare)),
        ("u.c.relu", RELU),
        ("end", layer("dense", out=10)),
    ] == [(name, made) for name, made, _ in rows(small)]
    norm, silu = layer("bn", epsilon=0.001), layer("silu")
    assert [
        ("c1.conv", layer("conv", out=16, kernel=3, padding=1)),
        ("c1.bn", norm),
        ("c1.silu", silu),
        ("u.c.conv", layer("conv", out=8, kernel=(1, 1), padding=1)),
        ("u.c.bn", norm),
        ("u.c.silu", silu),
        ("end", layer("dense", out=20)),
    ] == [(name, made) for name, made, _ in rows(large)]


def test_a_variant_may_say_which_column_holds_an_attribute() -> None:
    """As VGG's and ShuffleNet's tables have one column a network; the others' are remarks."""
    table = VARIANTS.replace("1×  | 2× ", "C   | k  ").replace("| 1×      |", "| C       |")
    table = table.replace("| 2×      |", "| k       |")
    for name, filters in (("small", [8, 4, 10]), ("large", [16, 8, 20])):
        outs = [
            made.out
            for _, made, _ in rows(graph(table, above=RULES, variant=name))
            if made.kind in {"conv", "dense"}
        ]
        assert filters == outs


def test_connections() -> None:
    """A convolution with a table of marks reads what is marked; X, 1 and yes are marks."""
    net = graph(
        """
| name | layer | kernel | out | then |
|------|-------|--------|-----|------|
| c1   | conv  | 3×3    | 3   | relu |

## Connections c1

| map | 0 | 1 | 2   |
|-----|---|---|-----|
| 0   | X |   | yes |
| 1   | x | 1 | no  |
| 2   |   | ✓ | –   |
"""
    )
    sparse = layer("sparse conv", links=((0, 1), (1, 2), (0,)), kernel=(3, 3))
    assert [("c1.conv", sparse), ("c1.relu", RELU)] == [(name, made) for name, made, _ in rows(net)]


def test_filters_from_the_output_that_is_printed() -> None:
    """In either order of the axes, and for a vector."""
    net = graph("""
| name | layer | kernel | output   |
|------|-------|--------|----------|
| a    | conv  | 3×3    | 30×30×8  |
| b    | conv  | 3×3    | 16×28×28 |
| c    | dense |        | 1×1×10   |
| d    | dense |        | 10       |
""")
    assert [8, 16, 10, 10] == [made.out for _, made, _ in rows(net)]


def test_filters_before_a_convolution() -> None:
    """`#3×3 reduce` is a 1×1 convolution first, with what follows."""
    net = graph("""
| name | layer | #3×3 reduce | #3×3 | #5×5 | kernel | padding | bias | then |
|------|-------|-------------|------|------|--------|---------|------|------|
| a    | conv  | 4           | 8    |      |        | 1       | no   | relu |
| b    | conv  |             |      | 8    |        | 2       |      |      |
""")
    assert [
        ("a.reduce.conv", layer("conv", out=4, kernel=(1, 1), bias=False)),
        ("a.reduce.relu", RELU),
        ("a.conv.conv", layer("conv", out=8, kernel=(3, 3), padding=1, bias=False)),
        ("a.conv.relu", RELU),
        ("b", layer("conv", out=8, kernel=(5, 5), padding=2)),
    ] == [(name, made) for name, made, _ in rows(net)]
    assert Group("block", "reduced conv") == net.groups["a"]


def test_words_that_settle_attributes_give_way() -> None:
    """A depthwise conv has as many filters as channels, unless a column says otherwise."""
    net = graph("""
| name | layer          | out  | kernel |
|------|----------------|------|--------|
| a    | depthwise conv |      | 3×3    |
| b    | depthwise conv | 2*in | 3×3    |
""")
    assert [(3, 3), (6, 3)] == [(made.out, made.groups) for _, made, _ in rows(net)]


def test_remarks_are_free() -> None:
    """Columns with a heading in brackets, and `notes`, hold what they like; so do empty cells."""
    net = graph("""
| name | layer | (source)      | notes | out |
|------|-------|---------------|-------|-----|
| r    | relu  | table 1, p. 7 | {{}}  | -   |
""")
    assert [("r", RELU, ("input",))] == rows(net)


def test_names_with_times_signs_may_be_read_with_an_x() -> None:
    """And the other way round."""
    net = graph("""
| name | layer | from     |
|------|-------|----------|
| 3×3  | relu  |          |
| 5x5  | relu  |          |
| end  | add   | 3x3, 5×5 |
""")
    assert ("end", ADD, ("3×3", "5x5")) == rows(net)[-1]


def test_axes_are_one_two_or_three() -> None:
    """One number a window stands for every axis of the input."""
    for shape, size in (("1×20", (18,)), ("1×20×20", (18, 18)), ("1×9×20×20", (7, 18, 18))):
        net = graph(
            "| layer | out | kernel |\n|-|-|-|\n| conv | 8 | 3 |\n", above=f"Input: {shape}"
        )
        row = net.rows[1]
        assert size == row.layer.facts(net.input_shape).output.size


def test_equal_layers_are_one_object() -> None:
    """So that their facts are computed once."""
    net = graph("""
| name | layer | out | kernel | padding |
|------|-------|-----|--------|---------|
| a    | conv  | 8   | 3×3    | 1       |
| b    | conv  | 8   | 3×3    | 1       |
""")
    assert net.rows[1].layer is net.rows[2].layer


def test_a_long_table_is_read_quickly() -> None:
    """Five thousand rows that read far above: time grows with the rows, not with their square."""
    lines = "".join(f"| c{n} | relu | c{n // 2} |\n" for n in range(1, 5000))
    net = graph("| name | layer | from |\n|-|-|-|\n| c0 | relu | |\n" + lines)
    assert ("c4999", ("c2499",)) == (rows(net)[-1][0], rows(net)[-1][2])


def test_repeats_count_from_any_number() -> None:
    """`3 from 0`, as torch's lists do; the number of times may be computed."""
    net = graph("""
| name | layer | repeat        | twice | from    |
|------|-------|---------------|-------|---------|
| r    | relu  | 3 from 0      |       |         |
| b    | bn    | ×2 from 7     |       | r.1     |
| u    | unit  | 1 from 10     | 2     |         |

## Block unit(twice)

| name | layer | repeat         |
|------|-------|----------------|
| x    | relu  | 2*twice from 0 |
""")
    assert [
        ("r.0", RELU, ("input",)),
        ("r.1", RELU, ("r.0",)),
        ("r.2", RELU, ("r.1",)),
        ("b.7", BN, ("r.1",)),
        ("b.8", BN, ("b.7",)),
        *((f"u.10.x.{n}", RELU, (f"u.10.x.{n - 1}" if n else "b.8",)) for n in range(4)),
    ] == rows(net)
    assert Group("repeat", "relu") == net.groups["r"]


def test_names_that_count_up() -> None:
    """`conv1 to 4` stands for four rows; a row that is really called so comes first."""
    net = graph("""
| name   | layer  | from                     |
|--------|--------|--------------------------|
| a1     | relu   |                          |
| a2     | relu   |                          |
| a3     | relu   |                          |
| b.0    | relu   |                          |
| b.1    | relu   |                          |
| all    | concat | a1 to 3, b.0 to b.1      |
| a1_to_2 | relu  |                          |
| c      | concat | a1 to 2 and input        |
""")
    reads = {name: read for name, _, read in rows(net)}
    assert ("a1", "a2", "a3", "b.0", "b.1") == reads["all"]
    assert ("a1_to_2", "input") == reads["c"]


def test_all_that_a_block_reads() -> None:
    """`inputs`, in the order of the row that uses the block."""
    net = graph("""
| name | layer | from         |
|------|-------|--------------|
| a    | relu  |              |
| one  | join  |              |
| two  | join  | one, a       |
| more | join  | input, one, two |

## Block join

| name | layer  | from   |
|------|--------|--------|
| all  | concat | inputs |
""")
    assert [("a",), ("one.all", "a"), ("input", "one.all", "two.all")] == [
        read for _, _, read in rows(net)[1:]
    ]


def test_a_sum_that_is_left_out_leaves_the_row_above() -> None:
    """Whichever it would have read first: what goes through stays, what goes past is dropped."""
    table = """
| name | layer | sum |
|------|-------|-----|
| u    | unit  | no  |
| end  | bn    |     |

## Block unit(sum)

| name | layer | from    | if  |
|------|-------|---------|-----|
| x    | relu  |         |     |
| y    | add   | %s      | sum |
"""
    for order in ("x, input", "input, x"):
        assert [("u.x", RELU, ("input",)), ("end", BN, ("u.x",))] == rows(graph(table % order))


def test_a_number_behind_a_blocks_name_is_no_part_of_its_word() -> None:
    """Two forms of a unit are both called unit."""
    net = graph("""
| name | layer  | repeat |
|------|--------|--------|
| a    | unit   |        |
| b    | unit 2 |        |
| c    | unit 2 | 2      |

## Block unit

| name | layer |
|------|-------|
| x    | relu  |

## Block unit 2

| name | layer |
|------|-------|
| x    | bn    |
""")
    assert [RELU, BN, BN, BN] == [made for _, made, _ in rows(net)]
    assert {"unit"} == {group.word for group in net.groups.values()}
    assert Group("repeat", "unit") == net.groups["c"]
