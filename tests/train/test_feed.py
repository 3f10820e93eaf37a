"""From pictures to batches: intake, normalisation, augmentation, order."""

from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("PIL")

import numpy as np  # noqa: E402 torch first
from hypothesis import given, settings  # noqa: E402 torch first
from hypothesis import strategies as st  # noqa: E402 torch first

from netsheet.core.errors import ChoiceError  # noqa: E402 torch first
from netsheet.core.shape import Shape  # noqa: E402 torch first
from netsheet.run.intake import Intake, Rule  # noqa: E402 torch first
from netsheet.run.picture import Normal  # noqa: E402 torch first
from netsheet.train.data.find import find_data  # noqa: E402 torch first
from netsheet.train.data.pictures import Data, Held, Pictures  # noqa: E402 torch first
from netsheet.train.feed.augmentation import choose, every, names, parse  # noqa: E402 torch first
from netsheet.train.feed.chance import Draw, shuffled  # noqa: E402 torch first
from netsheet.train.feed.feed import Feed, in_order  # noqa: E402 torch first
from netsheet.train.feed.normal import measured  # noqa: E402 torch first
from support.training import blobs  # noqa: E402 torch first

CPU = torch.device("cpu")


def intake(pictures: tuple[int, ...], shape: tuple[int, ...], rule: Rule = "as they are") -> Intake:
    """An intake that leaves values from 0 to 1 as they are."""
    channels = shape[0]
    normal = Normal("nothing", (0.0,) * channels, (1.0,) * channels)
    return Intake(Shape(pictures), Shape(shape), rule, 255.0, normal)


def whole(x: Any, y: Any) -> Pictures:
    """All of some arrays, as one part."""
    found = find_data((x, y), val=0, test=0)
    assert isinstance(found, Data)
    return found.train


def test_normalising_as_numpy_does_it() -> None:
    """(x/255 − mean)/deviation by channel, with figures that numpy gives for all pictures."""
    x, y = blobs(40, channels=3)
    normal = measured(whole(x, y))
    unit = x / 255
    mean, deviation = unit.mean((0, 2, 3)), unit.std((0, 2, 3))
    assert np.allclose(mean, normal.mean, rtol=1e-12)
    assert np.allclose(deviation, normal.deviation, rtol=1e-12)
    into = Intake(Shape((3, 8, 8)), Shape((3, 8, 8)), "as they are", 255.0, normal)
    expected = (unit - mean[:, None, None]) / deviation[:, None, None]
    found = into(torch.from_numpy(x))
    assert np.allclose(expected, found.numpy(), atol=1e-5)
    assert torch.float32 == found.dtype
    assert found.is_contiguous(memory_format=torch.channels_last)


def test_a_channel_that_never_changes_is_not_divided_by_zero() -> None:
    """It becomes all zeros."""
    x = np.full((4, 1, 4, 4), 7, np.uint8)
    x[:, :, 0, 0] = 200  # in float data there are no levels to tell
    flat = Pictures.all(Held(torch.full((4, 1, 4, 4), 3.0)), torch.tensor([0, 1, 0, 1]), ("a", "b"))
    normal = measured(flat)
    assert (3.0, 1.0) == (normal.mean[0], normal.deviation[0])


def test_padding_resizing_trimming_and_channels() -> None:
    """Each rule does what its words say."""
    x = torch.arange(2 * 9, dtype=torch.uint8).view(2, 1, 3, 3)
    padded = intake((1, 3, 3), (1, 6, 5), "pad").place(x)
    assert (2, 1, 6, 5) == tuple(padded.shape)
    assert torch.equal(x, padded[:, :, 1:4, 1:4])
    assert int(x.sum()) == int(padded.sum())
    trimmed = intake((1, 3, 3), (1, 1, 3)).trim(x)
    assert x[:, :, 1:2].tolist() == trimmed.tolist()
    resized = intake((1, 3, 3), (1, 6, 6), "resize")(x)
    assert (2, 1, 6, 6) == tuple(resized.shape)
    assert pytest.approx(float(x.float().mean() / 255), abs=2e-3) == float(resized.mean())
    tripled = intake((1, 3, 3), (3, 3, 3)).place(x)
    assert torch.equal(x.expand(-1, 3, -1, -1), tripled)
    colour = torch.tensor([255, 0, 0], dtype=torch.uint8).view(1, 3, 1, 1)
    assert pytest.approx(0.299) == float(intake((3, 1, 1), (1, 1, 1))(colour))


def test_an_intake_is_written_down_whole() -> None:
    """Plain values and back; anything else is refused."""
    made = intake((1, 28, 28), (1, 32, 32), "pad")
    assert made == Intake.from_json(made.to_json())
    with pytest.raises(ValueError, match="stretch"):
        Intake.from_json({**made.to_json(), "rule": "stretch"})


def test_normalising_leaves_its_input_alone() -> None:
    """Data that are held in memory are not changed, floats neither."""
    x = torch.rand(2, 1, 3, 3)
    before = x.clone()
    into = Intake(
        Shape((1, 3, 3)), Shape((1, 3, 3)), "as they are", 1.0, Normal("x", (0.5,), (2.0,))
    )
    assert not torch.equal(into(x), x)
    assert torch.equal(before, x)


def draw(count: int, step: int = 0, first: int = 0, end: int | None = None) -> Draw:
    """Chance for some pictures of a batch."""
    return Draw(0, 0, step, count, first, count if end is None else end)


@pytest.mark.parametrize("name", names())
def test_each_augmentation_varies_and_keeps_the_shape(name: str) -> None:
    """Pictures stay as many and as large, most of them change, and not by leaving the scale."""
    x = torch.from_numpy(blobs(64, side=16)[0])
    found = choose(name).apply(x, draw(64), Shape((1, 16, 16)))
    assert x.shape == found.shape
    changed = (found.float() != x.float()).flatten(1).any(1)
    assert 24 <= int(changed.sum()) <= 64
    assert float(found.float().min()) >= -60
    assert float(found.float().max()) <= 255 * 1.5


@pytest.mark.parametrize("name", names())
def test_chance_depends_on_the_place_in_the_batch_alone(name: str) -> None:
    """Two halves, varied apart, are the whole; another step varies otherwise; the same one alike."""
    x = torch.from_numpy(blobs(32, side=16)[0])
    shape = Shape((1, 16, 16))
    one = choose(name)
    together = one.apply(x, draw(32), shape)
    halves = [one.apply(x[a:b], draw(32, 0, a, b), shape) for a, b in ((0, 16), (16, 32))]
    assert torch.equal(together, torch.cat(halves))
    assert torch.equal(together, one.apply(x, draw(32), shape))
    assert not torch.equal(together, one.apply(x, draw(32, step=1), shape))


def test_flip_mirrors_the_part_asked_for() -> None:
    """Half of the pictures by default, all with flip=1; each is itself or its mirror."""
    x = torch.from_numpy(blobs(2000)[0])
    shape = Shape((1, 8, 8))
    found = choose("flip").apply(x, draw(2000), shape)
    mirrored = (found == x.flip(3)).flatten(1).all(1)
    same = (found == x).flatten(1).all(1)
    assert bool((mirrored | same).all())
    assert 900 < int(mirrored.sum()) < 1100
    assert torch.equal(x.flip(3), choose("flip=1").apply(x, draw(2000), shape))


def test_shift_moves_by_whole_pixels() -> None:
    """A lone pixel comes out alone, at most that far away, at every place alike often."""
    x = torch.zeros(4000, 1, 16, 16, dtype=torch.uint8)
    x[:, 0, 8, 8] = 9
    found = choose("shift=0.125").apply(x, draw(4000), Shape((1, 16, 16)))
    places = torch.nonzero(found)
    assert 4000 == len(places)
    moved = places[:, 2:] - 8
    assert (-2, 2) == (int(moved.min()), int(moved.max()))
    counts = torch.bincount((moved[:, 0] + 2) * 5 + moved[:, 1] + 2, minlength=25)
    assert 100 < int(counts.min())
    assert int(counts.max()) < 230


def test_crop_and_rotate_by_nothing_are_the_picture() -> None:
    """The whole area, and hardly a degree, give the picture itself, pixel for pixel."""
    x = torch.from_numpy(blobs(8, side=16)[0])
    shape = Shape((1, 16, 16))
    turned = choose("rotate=1e-6").apply(x, draw(8), shape)
    assert torch.allclose(x.float(), turned, atol=1e-2)
    from netsheet.train.feed.warp import through, windows

    one, zero = torch.ones(8), torch.zeros(8)
    assert torch.allclose(x.float(), through(x, windows(one, one, zero, zero), shape), atol=1e-3)


def test_crop_takes_a_part_and_brings_it_to_the_input() -> None:
    """Pictures of 20×20 become the network's 8×8; a quarter of the area is half of each side."""
    from netsheet.train.feed.warp import through, windows

    x = torch.arange(16.0).view(1, 1, 4, 4)
    half = torch.tensor([0.5])
    corner = through(x, windows(half, half, -half, -half), Shape((1, 2, 2)))
    assert [[0.0, 1.0], [4.0, 5.0]] == corner[0, 0].tolist()
    large = torch.from_numpy(blobs(8, side=20)[0])
    assert (8, 1, 8, 8) == choose("crop").apply(large, draw(8), Shape((1, 8, 8))).shape


def test_erase_paints_a_square_of_half_the_side() -> None:
    """At most a quarter of a picture changes, to the picture's own mean."""
    x = torch.from_numpy(blobs(400, side=16)[0])
    found = choose("erase").apply(x, draw(400), Shape((1, 16, 16)))
    changed = found != x
    assert 64 >= int(changed.flatten(1).sum(1).max()) > 40
    means = x.float().mean((1, 2, 3)).to(torch.uint8)
    for place in range(0, 400, 50):
        values = found[place][changed[place]]
        assert {int(means[place])} >= set(values.tolist())


def test_augmentations_are_named_and_bounded() -> None:
    """Unknown names and senseless amounts are refused."""
    assert ("crop", "erase", "flip", "light", "rotate", "shift") == names()
    assert ("shift=0.1", "flip") == parse(" shift = 0.1 , flip, flip")
    for text, complaint in (
        ("flop", 'no augmentation "flop"'),
        ("none,flip", 'no augmentation "none"'),
    ):
        with pytest.raises(ChoiceError, match=complaint):
            parse(text)
    for text, complaint in (
        ("shift=2", "shift can't vary by 2"),
        ("flip=0", "flip can't vary by 0"),
        ("flip=x", "says no number"),
    ):
        with pytest.raises(ChoiceError, match=complaint):
            every([text])


@given(st.integers(1, 500), st.integers(0, 3), st.integers(0, 3))
@settings(max_examples=40)
def test_an_epoch_shows_every_picture_once(count: int, seed: int, epoch: int) -> None:
    """An order is a permutation, the same for the same seed and epoch, another for others."""
    order = shuffled(count, seed, epoch)
    assert list(range(count)) == sorted(order.tolist())
    assert torch.equal(order, shuffled(count, seed, epoch))
    if count > 50:
        assert not torch.equal(order, shuffled(count, seed, epoch + 1))
        assert not torch.equal(order, shuffled(count, seed + 1, epoch))


def feed(part: Pictures, **options: Any) -> Feed:
    """Batches of 12, varied."""
    chosen = {"batch": 12, "seed": 3, "device": CPU, **options}
    return Feed(part, intake((1, 8, 8), (1, 8, 8)), every(("shift", "flip")), **chosen)


def batches(made: Feed, epoch: int = 0, first: int = 0) -> list[tuple[Any, Any]]:
    """Every step's portions laid behind each other."""
    return [
        (torch.cat([x for x, _ in step]), torch.cat([y for _, y in step]))
        for step in made.epoch(epoch, first)
    ]


def test_an_epoch_can_be_entered_in_its_middle() -> None:
    """From a step on, an epoch gives the batches that it would have given anyway."""
    part = whole(*blobs(100))
    full = batches(feed(part))
    assert 8 == len(full)
    late = batches(feed(part), first=5)
    assert all(torch.equal(a[0], b[0]) for a, b in zip(full[5:], late, strict=True))
    assert not torch.equal(full[0][0], batches(feed(part), epoch=1)[0][0])


def test_portions_and_processes_share_a_batch() -> None:
    """Two processes of two portions each see, together, what one process sees: pictures, varied alike."""
    part = whole(*blobs(100))
    alone = batches(feed(part))
    for step in range(3):
        shares = [list(feed(part, parts=2, rank=rank, ranks=2).epoch(0))[step] for rank in range(2)]
        together = torch.cat(
            [shares[rank][portion][0] for portion in range(2) for rank in range(2)]
        )
        assert torch.equal(alone[step][0], together)


class Elsewhere:
    """A store that is not in memory."""

    def __init__(self, values: Any) -> None:
        self.held = Held(values)
        self.shape, self.scale = self.held.shape, self.held.scale

    def __len__(self) -> int:
        return len(self.held)

    def take(self, places: Any) -> Any:
        """As if from files."""
        return self.held.take(places)

    def name(self, place: int) -> str:
        """A name."""
        return str(place)

    def digest(self) -> bytes:
        """None."""
        return b""


def test_fetching_ahead_changes_nothing() -> None:
    """Pictures that are decoded each time come in the same batches as pictures in memory."""
    x, y = blobs(100)
    held = whole(x, y)
    filed = Pictures.all(Elsewhere(torch.from_numpy(x)), held.labels, held.classes)
    for first in (0, 3):
        pairs = zip(
            batches(feed(held), first=first), batches(feed(filed), first=first), strict=True
        )
        assert all(torch.equal(a[0], b[0]) and torch.equal(a[1], b[1]) for a, b in pairs)


def test_evaluation_sees_every_picture_once_over_all_processes() -> None:
    """Three processes share 100 pictures: each once, none left out."""
    part = whole(*blobs(100))
    into = intake((1, 8, 8), (1, 8, 8))
    seen = [
        int(place)
        for rank in range(3)
        for indices, _, _ in in_order(part, into, 7, CPU, rank, 3)
        for place in indices
    ]
    assert list(range(100)) == sorted(seen)
