"""The loop: it does what a plain loop would do, it learns, and it notices when it doesn't."""

import math
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("PIL")

import numpy as np  # noqa: E402 torch first

import netsheet as ns  # noqa: E402 torch first
from netsheet.core.errors import ChoiceError, FitError, TrainingError  # noqa: E402 torch first
from netsheet.train.data.find import find_data  # noqa: E402 torch first
from netsheet.train.data.pictures import Data  # noqa: E402 torch first
from netsheet.train.feed.chance import shuffled  # noqa: E402 torch first
from netsheet.train.loop.schedule import rate  # noqa: E402 torch first
from netsheet.train.recipe import Recipe  # noqa: E402 torch first
from netsheet.train.runs import Result  # noqa: E402 torch first
from netsheet.train.tell.teller import Moment, Teller  # noqa: E402 torch first
from support.training import NORMED, PLAIN, QUICK, blobs, net  # noqa: E402 torch first


def plain_loop(text: str, data: Data, recipe: Recipe) -> dict[str, Any]:
    """Weights after training in plain torch, written without anything of ours but the order.

    No augmentation, no dropout; float32, channels first; torch's own optimisers and schedules.
    """
    module = net(text).to_torch(seed=recipe.seed)
    images = data.train.raw(torch.arange(len(data.train))).float() / 255
    if data.train.store.scale != 255:
        images = images * 255 / data.train.store.scale
    mean, deviation = images.mean((0, 2, 3)), images.double().std((0, 2, 3), correction=0).float()
    images = (images - mean.view(-1, 1, 1)) / deviation.view(-1, 1, 1)
    groups = [
        {"params": [p for p in module.parameters() if p.ndim > 1], "weight_decay": recipe.decay},
        {"params": [p for p in module.parameters() if p.ndim == 1], "weight_decay": 0.0},
    ]
    made: Any
    if recipe.optimiser == "adamw":
        made = torch.optim.AdamW(groups, lr=recipe.lr)
    else:
        made = torch.optim.SGD(groups, lr=recipe.lr, momentum=recipe.momentum, nesterov=True)
    steps = len(images) // recipe.batch
    total = steps * recipe.epochs
    rising = round(recipe.warmup * total)

    def factor(step: int) -> float:
        if step < rising:
            return (step + 1) / rising
        return 0.5 * (1 + math.cos(math.pi * (step - rising) / (total - rising)))

    schedule = torch.optim.lr_scheduler.LambdaLR(made, factor)
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=recipe.smoothing)
    for epoch in range(recipe.epochs):
        order = shuffled(len(images), recipe.seed, epoch)
        for step in range(steps):
            chosen = order[step * recipe.batch : (step + 1) * recipe.batch]
            made.zero_grad()
            loss_of(module(images[chosen]), data.train.labels[chosen]).backward()
            if recipe.clip:
                torch.nn.utils.clip_grad_norm_(module.parameters(), recipe.clip)
            made.step()
            schedule.step()
    found: dict[str, Any] = module.state_dict()
    return found


def digits(**options: Any) -> Data:
    """The shipped digits."""
    found = find_data("digits", **options)
    assert isinstance(found, Data)
    return found


RECIPES = {
    "adamw": Recipe.of(epochs=2, batch=64, lr=0.005, augment=(), precision="float32"),
    "sgd, clipped, smoothed": Recipe.of(
        epochs=2, batch=32, optimiser="sgd", lr=0.05, clip=0.5, smoothing=0.1, augment=(),
        precision="float32", warmup=0.2, decay=0.01,
    ),
}  # fmt: skip


def train(text: str, data: Any, recipe: Recipe, **options: Any) -> Result:
    """A training by a recipe, in memory."""
    made = recipe.to_json()
    return ns.train(net(text), data, progress=False, **made, **options)


def worst(first: dict[str, Any], second: dict[str, Any]) -> float:
    """The largest difference between two tables of weights of the same names."""
    assert list(first) == list(second)
    return max(float((first[name] - second[name]).abs().max()) for name in first)


class Last(Teller):
    """Remembers the network's weights after the last step."""

    def __init__(self) -> None:
        self.moments: list[Moment] = []

    def step(self, moment: Moment) -> None:
        """Each moment."""
        self.moments.append(moment)


@pytest.mark.parametrize("name", RECIPES)
def test_the_weights_are_those_of_a_plain_loop(name: str) -> None:
    """Optimisers, schedule, decay, clipping, smoothing: as torch's own do it, to 1e-5."""
    recipe, data = RECIPES[name], digits(val=0)
    expected = plain_loop(PLAIN, data, recipe)
    result = train(PLAIN, data, recipe)
    assert worst(expected, result.model.network.state_dict()) < 1e-5


@pytest.mark.parametrize(
    "change", [{"decay": 0.5}, {"lr": 0.006}, {"batch": 65}, {"seed": 1}, {"warmup": 0.5}]
)
def test_another_recipe_is_noticed(change: dict[str, Any]) -> None:
    """Negative control: whatever is changed, the weights are not those of the plain loop."""
    data = digits(val=0)
    expected = plain_loop(PLAIN, data, RECIPES["adamw"])
    result = train(PLAIN, data, RECIPES["adamw"].changed(**change))
    assert worst(expected, result.model.network.state_dict()) > 1e-4


def test_portions_give_the_weights_of_the_whole() -> None:
    """Gradient accumulation: the same batch in four portions, to 1e-5."""
    recipe, data = RECIPES["adamw"], digits()
    whole = train(PLAIN, data, recipe)
    portions = train(PLAIN, data, recipe.changed(accumulate=4))
    assert worst(whole.model.network.state_dict(), portions.model.network.state_dict()) < 1e-5


def test_the_layout_in_memory_makes_no_difference() -> None:
    """Channels last or first, to 1e-5."""
    recipe, data = RECIPES["adamw"], digits()
    last = train(PLAIN, data, recipe)
    first = train(PLAIN, data, recipe.changed(layout="channels-first"))
    assert worst(last.model.network.state_dict(), first.model.network.state_dict()) < 1e-5


def test_the_same_seed_gives_the_same_bits() -> None:
    """With batch norm, dropout and augmentation; another seed gives others."""
    first, again, other = (
        ns.train(net(NORMED), "digits", **{**QUICK, "epochs": 1}, seed=seed) for seed in (5, 5, 6)
    )
    assert 0.0 == worst(first.model.network.state_dict(), again.model.network.state_dict())
    assert first.history[0].train == again.history[0].train
    assert worst(first.model.network.state_dict(), other.model.network.state_dict()) > 1e-3


def test_the_global_random_state_is_left_alone() -> None:
    """Whoever draws numbers beside a training gets the numbers that they would have got."""
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    ns.train(net(NORMED), "digits", **{**QUICK, "epochs": 1})
    assert torch.equal(expected, torch.rand(3))


def test_digits_are_learned() -> None:
    """Ten epochs of a small network: nearly all test pictures right, far from one in ten by chance."""
    result = ns.train(net(NORMED), "digits", **{**QUICK, "epochs": 10})
    assert result.test is not None
    assert result.test.accuracy > 0.93
    losses = [epoch.train.loss for epoch in result.history]
    assert losses[-1] < losses[0] / 3


def test_shuffled_labels_are_not_learned() -> None:
    """Negative control: with labels that mean nothing, held-out pictures stay at chance.

    The training pictures themselves can be learned by heart, which must not look like success.
    """
    x, y = blobs(1500, 10, side=8, seed=3)
    generator = np.random.default_rng(0)
    nonsense = ns.train(
        net(PLAIN),
        (x, generator.permutation(y)),
        **{**QUICK, "epochs": 25},
        augment="none",
        test=0.4,
    )
    assert nonsense.test is not None
    low, high = nonsense.test.interval
    assert nonsense.history[-1].train.accuracy > 0.3
    assert low < 0.1 < high or nonsense.test.accuracy < 0.1
    sense = ns.train(net(PLAIN), blobs(600, 4), **{**QUICK, "epochs": 2}, adapt=True)
    assert sense.test is not None
    assert 1.0 == sense.test.accuracy


def test_the_shipped_clothes_are_learned() -> None:
    """One epoch over Fashion-MNIST's 7,200 shipped pictures is well beyond chance."""
    text = NORMED.replace("1×8×8", "1×28×28").replace(
        "| 3×3    | same    |", "| 5×5/2  | same    |"
    )
    result = ns.train(net(text), "fashion-mnist-10k", **{**QUICK, "epochs": 1}, augment="flip")
    assert result.test is not None
    assert result.test.accuracy > 0.65


def test_mixed_precision_learns_as_well() -> None:
    """bfloat16 on the CPU: layers in 16 bits, weights in 32, and nearly the same accuracy."""
    result = ns.train(net(NORMED), "digits", **{**QUICK, "epochs": 8}, precision="bfloat16")
    assert result.test is not None
    assert result.test.accuracy > 0.9
    assert {torch.float32} == {w.dtype for w in result.model.network.parameters()}
    with pytest.raises(FitError, match="float16 is not trained on a CPU"):
        ns.train(net(NORMED), "digits", **QUICK, precision="float16", device="cpu")


RESIDUAL = """\
# Residual

Input: 1×8×8

| name   | layer               | width | stride | out |
|--------|---------------------|-------|--------|-----|
| stage1 | residual            | 8     | 1      |     |
| stage2 | residual            | 16    | 2      |     |
| gap    | global average pool |       |        |     |
| fc     | dense               |       |        | 4   |

## Block residual(width, stride)

| name     | layer | out   | kernel | stride | padding | from            | then     |
|----------|-------|-------|--------|--------|---------|-----------------|----------|
| conv1    | conv  | width | 3×3    | stride | 1       |                 | bn, relu |
| conv2    | conv  | width | 3×3    |        | 1       |                 | bn       |
| shortcut | conv  | width | 1×1    | stride |         | input           | bn       |
| add      | add   |       |        |        |         | conv2, shortcut | relu     |
"""

HEADS = """\
# Heads

Input: 1×8×8

| name  | layer | out | kernel | then    | from  |
|-------|-------|-----|--------|---------|-------|
| conv1 | conv  | 8   | 3×3    | relu    |       |
| side  | dense | 4   |        | softmax |       |
| conv2 | conv  | 8   | 3×3    | relu    | conv1 |
| fc    | dense | 4   |        | softmax |       |
"""


@pytest.mark.parametrize("text", [RESIDUAL, HEADS, "lenet5"])
def test_networks_of_other_kinds_learn(text: str) -> None:
    """Residuals, side classifiers, and LeNet-5, whose outputs are distances."""
    result = ns.train(
        net(text), blobs(120, 4), adapt=True, fit="resize", epochs=8, batch=24, lr=0.01,
        val=0, augment="none", progress=False,
    )  # fmt: skip
    assert result.test is not None
    assert result.history[-1].train.loss < 0.5 * result.history[0].train.loss
    assert result.test.accuracy > 0.8


def test_a_loss_that_is_no_number_stops_the_training() -> None:
    """It says which step, in which epoch, and what may help."""
    with pytest.raises(TrainingError) as caught:
        ns.train(net(PLAIN), "digits", **{**QUICK, "lr": 900.0}, optimiser="sgd")
    text = str(caught.value)
    assert text.startswith("the loss is no number any more at step ")
    assert "in epoch 1\n" in text
    assert "a lower --lr, or --clip 1, may help" in text
    assert "nothing was kept" in text


def test_training_ends_early_when_nothing_gets_better() -> None:
    """With patience 2 at a rate of almost nothing: two epochs after the best one."""
    result = ns.train(net(PLAIN), "digits", **{**QUICK, "epochs": 30, "lr": 1e-12}, patience=2)
    assert "early" == result.ended
    assert result.best.epoch + 2 == len(result.history)


def test_the_best_epoch_s_model_is_kept() -> None:
    """What comes back is judged as that epoch's validation was, not as the last one's."""
    result = ns.train(
        net(PLAIN), "digits", **{**QUICK, "epochs": 6, "lr": 0.08}, schedule="constant"
    )
    best = max(result.history, key=lambda e: (e.val.accuracy, -e.val.loss) if e.val else (0, 0))
    assert best == result.best
    assert result.val is not None
    assert best.val is not None
    assert best.val.accuracy == result.val.accuracy


def test_without_validation_the_last_model_is_kept() -> None:
    """There is nothing to choose by."""
    result = ns.train(net(PLAIN), "digits", **QUICK, val=0)
    assert (None, None, 3) == (result.val, result.history[0].val, result.best.epoch)
    assert result.test is not None


@pytest.mark.parametrize("schedule", ["cosine", "one-cycle", "constant"])
def test_schedules_rise_and_fall(schedule: Any) -> None:
    """Up to the highest rate where the warm-up ends, never above, and down as each should."""
    recipe = Recipe(lr=0.5, warmup=0.25, schedule=schedule)
    rates = [rate(recipe, step, 100) for step in range(100)]
    top = rates.index(max(rates))
    assert pytest.approx(0.5, rel=1e-3) == max(rates)
    assert 24 <= top <= 26
    assert rates[:top] == sorted(rates[:top])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    ends = {"cosine": 0.0, "one-cycle": 0.0, "constant": 0.5}
    assert pytest.approx(ends[schedule], abs=1e-3) == rates[-1]


def test_one_cycle_is_torchs() -> None:
    """The rates of torch's own OneCycleLR, step by step."""
    made = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    theirs = torch.optim.lr_scheduler.OneCycleLR(
        made, max_lr=0.4, total_steps=200, pct_start=0.3, cycle_momentum=False
    )
    expected = []
    for _ in range(200):
        expected.append(made.param_groups[0]["lr"])
        made.step()
        theirs.step()
    recipe = Recipe(lr=0.4, warmup=0.3, schedule="one-cycle")
    found = [rate(recipe, step, 200) for step in range(200)]
    # torch's peak lies at step 0.3·200 − 1, ours at 0.3·200
    assert np.allclose(expected[59:], found[60:] + found[-1:], atol=6e-3)
    assert np.allclose(expected[:59], found[:59], atol=1.1e-2)


@pytest.mark.parametrize(
    ("choice", "complaint"),
    [
        ({"epochs": 0}, "epochs can't be 0\n  it is a whole number from 1 on"),
        ({"batch": 2.5}, "batch can't be 2.5"),
        ({"lr": 0}, "lr can't be 0\n  it is a number above 0"),
        ({"lr": float("nan")}, "lr can't be nan"),
        ({"smoothing": 1.0}, "smoothing can't be 1.0\n  it is a number from 0 below 1"),
        ({"optimiser": "adam"}, "optimiser can't be 'adam'\n  it is adamw, sgd"),
        ({"schedule": "step"}, "it is cosine, one-cycle, constant"),
        ({"learning_rate": 1}, 'a recipe has no "learning_rate"'),
        ({"seed": "x"}, "seed can't be 'x'"),
    ],
)
def test_recipes_that_can_t_be(choice: dict[str, Any], complaint: str) -> None:
    """Each choice is checked when a recipe is made."""
    with pytest.raises(ChoiceError, match=complaint):
        Recipe.of(**choice)


def test_a_recipe_is_written_down_whole() -> None:
    """Plain values and back; the rate follows the optimiser, the warm-up the schedule."""
    made = Recipe.of(optimiser="sgd", augment=("flip",), schedule="one-cycle")
    assert (0.1, 5e-4, 0.3) == (made.lr, made.decay, made.warmup)
    assert made == Recipe.from_json(made.to_json())
    assert 0.02 == Recipe.of(optimiser="sgd", lr=0.02).lr


def test_a_batch_larger_than_the_data() -> None:
    """All pictures are one batch then, and that is said."""
    result = ns.train(net(PLAIN), blobs(40), **{**QUICK, "batch": 1000}, adapt=True)
    assert 3 == result.history[-1].step


def test_what_is_no_network_is_refused() -> None:
    """With what to give instead."""
    with pytest.raises(ChoiceError, match="a network can't be str"):
        ns.train("lenet5", "digits")


def test_the_package_can_be_called_and_looked_into() -> None:
    """`ns.train` trains, and is the package as well, whichever is used first."""
    import netsheet.train.recipe as inside

    package: Any = ns.train
    assert inside is package.recipe
    assert callable(ns.train)


def test_the_result_is_plain_torch() -> None:
    """The network is a module that saves, loads and runs without us; the history are numbers."""
    result = ns.train(net(NORMED), "digits", **{**QUICK, "epochs": 1})
    module = result.model.network
    assert isinstance(module, torch.nn.Module)
    other = net(NORMED).to_torch(seed=9)
    other.load_state_dict(module.state_dict())
    x = torch.randn(3, 1, 8, 8)
    assert torch.equal(module(x), other.eval()(x))
    assert 0 < result.history[0].train.loss < 5
    assert "<svg" in result._repr_html_()
    assert "test" in repr(result)
