"""Where things stand in a diagram, whatever the network; and that the checks of it can fail."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsheet.core.graph import Graph
from netsheet.render.diagram.drawing import Badge, Drawing, DrawnBox, DrawnWire, Rect
from netsheet.render.diagram.faces import Text
from netsheet.render.diagram.plan import Plan
from support import geometry, graphs
from support.dags import Drawn, dags, series_parallel, twins
from support.geometry import check, laid_out
from support.graphs import NETWORKS


@pytest.mark.parametrize("depth", [None, 1, 2])
@pytest.mark.parametrize("name", NETWORKS)
def test_drawings_keep_their_promises(name: str, depth: int | None) -> None:
    """Nothing overlaps, every link is drawn once and clear of other boxes, text keeps inside."""
    for fold in (True, False):
        for width in (None, 600, 2500):
            drawing, plan = laid_out(NETWORKS[name](), depth, fold=fold, width=width)
            check(drawing, plan)


@given(dags(), st.sampled_from((None, 1, 2, 16)))
def test_any_network_is_drawn_whole(graph: Graph, depth: int | None) -> None:
    """Whatever the links, all are drawn, and no box or text is in the way."""
    drawing, plan = laid_out(graph, depth)
    check(drawing, plan)


@given(twins(), st.sampled_from((None, 1, 2, 16)))
def test_repeated_blocks_are_drawn_whole(graph: Graph, depth: int | None) -> None:
    """Folded blocks, boxes and groups keep the same promises."""
    drawing, plan = laid_out(graph, depth)
    check(drawing, plan)


@settings(max_examples=50)
@given(series_parallel())
def test_branches_in_branches_are_drawn_whole(drawn: Drawn) -> None:
    """Branches, skips and groups in each other keep the same promises."""
    drawing, plan = laid_out(drawn.graph, 16)
    check(drawing, plan)


def test_a_stack_is_a_stack() -> None:
    """AlexNet's boxes stand one below the other, on one axis, in their order."""
    drawing, _ = laid_out(graphs.alexnet())
    assert 1 == len({box.rect.x + box.rect.width / 2 for box in drawing.boxes})
    assert [box.box for box in sorted(drawing.boxes, key=lambda box: box.rect.y)] == list(range(12))


def test_branches_stand_side_by_side() -> None:
    """The first boxes of the four branches of an inception module are level, left to right."""
    drawing, _ = laid_out(graphs.inception_module())
    rects = {box.card.name: box.rect for box in drawing.boxes}
    first = [rects[name] for name in ("1x1", "3x3reduce", "5x5reduce", "pool")]
    assert 1 == len({rect.y for rect in first})
    assert [rect.x for rect in first] == sorted({rect.x for rect in first})
    middle = (first[0].x + first[-1].right) / 2
    assert middle == rects["output"].x + rects["output"].width / 2


def test_a_skip_runs_in_an_outer_lane() -> None:
    """The skip of a U-Net's first level runs outside of the second's, and both outside of all."""
    drawing, plan = laid_out(graphs.unet(2, grouped=False))
    names = [box.node.name for box in plan.boxes]
    outer = {
        names[wire.source]: max(x for x, _ in wire.points)
        for wire in drawing.wires
        if names[wire.target].endswith("concat") and names[wire.source].startswith("enc")
    }
    edge = max(box.rect.right for box in drawing.boxes)
    assert edge < outer["enc2_conv2"] < outer["enc1_conv2"]


def test_what_repeats_carries_its_number() -> None:
    """Folded blocks of a ResNet-50 say ×2, ×3, ×5 and ×2."""
    drawing, _ = laid_out(graphs.resnet())
    found = [badge.text.pieces[0][0] for badge in drawing.badges]
    assert ["×2", "×3", "×5", "×2"] == found


def test_tall_networks_are_broken_into_columns() -> None:
    """GoogLeNet stands in two columns of nearly one height, as a poster would have it."""
    drawing, _ = laid_out(graphs.googlenet())
    axes = {box.rect.x + box.rect.width / 2 for box in drawing.boxes if box.card.family == "merge"}
    assert 2 == len(axes)
    assert 0.6 < drawing.width / drawing.height < 1.6


def test_no_column_is_begun_inside_a_skip() -> None:
    """A U-Net can't be broken where its outermost skip runs: it keeps one axis."""
    drawing, _ = laid_out(graphs.unet())
    assert 1 == len({box.rect.x + box.rect.width / 2 for box in drawing.boxes})


# The checks themselves.


def gated() -> tuple[Drawing, Plan]:
    """A drawing of twelve boxes, with skips, a frame in a frame, and a fold."""
    return laid_out(graphs.squeeze_excite(2))


def moved(drawing: Drawing, box: int, x: float, y: float) -> Drawing:
    """A drawing with one box, and what is in it, elsewhere."""
    shift = [
        each._replace(
            rect=each.rect.moved(x, y), texts=tuple(text.moved(x, y) for text in each.texts)
        )
        if each.box == box
        else each
        for each in drawing.boxes
    ]
    return drawing._replace(boxes=tuple(shift))


def rerouted(drawing: Drawing, number: int, change: Callable[[DrawnWire], DrawnWire]) -> Drawing:
    """A drawing with one wire changed."""
    wires = list(drawing.wires)
    wires[number] = change(wires[number])
    return drawing._replace(wires=tuple(wires))


def with_text(drawing: Drawing, text: str) -> Drawing:
    """A drawing whose first box says something else."""
    first: DrawnBox = drawing.boxes[0]
    texts = (first.texts[0]._replace(pieces=((text, "name"),)),)
    return drawing._replace(boxes=(first._replace(texts=texts), *drawing.boxes[1:]))


def check_twelve_boxes(drawing: Drawing) -> None:
    """The check of boxes, on the drawing of `gated`."""
    geometry.check_boxes(drawing, 12)


FAULTS: dict[str, tuple[Callable[..., None], Callable[[Drawing], Drawing]]] = {
    "a box on another": (
        check_twelve_boxes,
        lambda d: moved(d, 1, 0, d.boxes[2].rect.y - d.boxes[1].rect.y),
    ),
    "a box is missing": (
        check_twelve_boxes,
        lambda d: d._replace(boxes=d.boxes[:-1]),
    ),
    "a box outside of its frame": (
        geometry.check_frames,
        lambda d: moved(d, d.frames[0].first, 1000, 0),
    ),
    "a stranger in a frame": (
        geometry.check_frames,
        lambda d: moved(d, 0, 0, d.frames[0].rect.y + 40 - d.boxes[0].rect.y),
    ),
    "frames that cross": (
        geometry.check_frames,
        lambda d: d._replace(
            frames=(d.frames[0], d.frames[1]._replace(rect=d.frames[1].rect.moved(0, 300)))
        ),
    ),
    "a wire ends beside its box": (
        geometry.check_ends,
        lambda d: rerouted(d, 0, lambda w: w._replace(points=(w.points[0], (0.0, w.points[0][1])))),
    ),
    "a wire ends at another box": (
        geometry.check_ends,
        lambda d: rerouted(d, 0, lambda w: w._replace(target=w.target + 1)),
    ),
    "a wire slants": (
        geometry.check_ends,
        lambda d: rerouted(
            d, 0, lambda w: w._replace(points=(w.points[0], (5.0, 5.0), w.points[-1]))
        ),
    ),
    "a wire through boxes": (
        geometry.check_ways,
        lambda d: rerouted(
            d, 0, lambda w: w._replace(points=(w.points[0], (w.points[0][0], d.height)))
        ),
    ),
    "two wires on one line": (
        geometry.check_bundles,
        lambda d: rerouted(d, 0, lambda w: w._replace(points=d.wires[-1].points)),
    ),
    "text too long for its box": (geometry.check_texts, lambda d: with_text(d, "M" * 40)),
    "a label on a box": (
        geometry.check_texts,
        lambda d: d._replace(labels=(d.labels[0].moved(0, 40), *d.labels[1:])),
    ),
    "a wire through a label": (
        geometry.check_texts,
        lambda d: d._replace(labels=(d.labels[0].moved(-20, 0), *d.labels[1:])),
    ),
    "a badge on text": (
        geometry.check_badges,
        lambda d: d._replace(
            frames=(d.frames[0]._replace(badge=at(d.boxes[1].rect)), *d.frames[1:])
        ),
    ),
    "a box off the paper": (geometry.check_paper, lambda d: moved(d, 0, -200, 0)),
    "a label off the paper": (
        geometry.check_paper,
        lambda d: d._replace(labels=(d.labels[0].moved(2000, 0),)),
    ),
}
"""Checks of a drawing, and a fault that each must notice."""


def at(rect: Rect) -> Badge:
    """A badge right on top of something."""
    return Badge(rect, Text((("×2", "times"),), rect.x + 20, rect.y + 12))


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_in_a_drawing_are_noticed(fault: str) -> None:
    """Each check passes on a drawing, and fails on the same drawing with a fault planted in it."""
    verify, plant = FAULTS[fault]
    drawing, _ = gated()
    verify(drawing)
    with pytest.raises(AssertionError):
        verify(plant(drawing))


@pytest.mark.parametrize(
    "plant",
    [
        pytest.param(lambda wires: wires[1:], id="missing"),
        pytest.param(lambda wires: (*wires, wires[0]), id="twice"),
        pytest.param(lambda wires: (*wires[1:], wires[0]._replace(source=3)), id="invented"),
    ],
)
def test_links_missing_or_invented_are_noticed(
    plant: Callable[[tuple[DrawnWire, ...]], tuple[DrawnWire, ...]],
) -> None:
    """The check of links fails on a drawing without one, with one twice, or with a wrong one."""
    drawing, plan = gated()
    geometry.check_links(drawing, plan.links)
    with pytest.raises(AssertionError):
        geometry.check_links(drawing._replace(wires=plant(drawing.wires)), plan.links)
