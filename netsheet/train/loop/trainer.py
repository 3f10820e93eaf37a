"""Steps and epochs: the loop itself.

Requirements met here: whatever chance there is depends on seed, epoch and step alone; the weights
after a stop and a resume are those of a run without one; nothing is read back from a device more
often than a person can see; a loss that is no number ends the run with the step that made it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn

from netsheet.core.errors import TrainingError
from netsheet.run.realise import Network, realise
from netsheet.train.data.pictures import Pictures
from netsheet.train.feed.augmentation import every
from netsheet.train.feed.chance import seeded
from netsheet.train.feed.feed import Feed, in_order
from netsheet.train.loop.checkpoint import Checkpoint
from netsheet.train.loop.epoch import Epoch, Measured, Standing, better
from netsheet.train.loop.interrupt import Interrupt
from netsheet.train.loop.optimise import Update
from netsheet.train.loop.precision import Numbers, numbers
from netsheet.train.loop.schedule import rate
from netsheet.train.loop.world import World
from netsheet.train.plan import Plan
from netsheet.train.tell.teller import Moment, Teller

READ = {"cpu": 1}
"""Steps after which sums are read back from a device; from others than these, 20."""

VOTE = 8
"""Steps after which several processes ask each other whether to stop."""

EVALUATED = 2
"""How many times as many pictures are evaluated at once as are trained on in a portion."""


class Keeper(Protocol):
    """Who keeps what a training gives: a folder, or memory."""

    def save(self, trainer: "Trainer") -> None:
        """Keep everything that is needed to go on."""

    def keep_best(self, trainer: "Trainer") -> None:
        """Keep the weights as the best so far."""

    def logged(self, standing: Standing) -> None:
        """Write down the history."""

    def due(self) -> bool:
        """Whether it is time to save in the middle of an epoch."""

    def left(self) -> str:
        """What there is to go on from, in words."""


class Ended(NamedTuple):
    """How a training ended: "done", "early" (no better epoch came), or "asked" (interrupted)."""

    how: str
    standing: Standing


class Trainer:
    """One process's part of a training."""

    def __init__(self, plan: Plan, world: World, tell: Teller, keeper: Keeper) -> None:
        self.plan, self.world, self.tell, self.keeper = plan, world, tell, keeper
        recipe = plan.recipe
        self.head = plan.head
        network = realise(plan.head.graph, seed=recipe.seed).to(world.device)
        if recipe.layout == "channels-last" and plan.intake.shape.rank == 2:  # noqa: PLR2004 pictures
            network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # torch's stub lacks it
        self.network: Network = network
        self.update = Update(network, recipe, world.device)
        self.numbers: Numbers = numbers(recipe.precision, world.device)
        self.standing = Standing()
        self.feed = Feed(
            plan.data.train,
            plan.intake,
            every(recipe.augment),
            recipe.batch,
            recipe.seed,
            world.device,
            recipe.accumulate,
            world.rank,
            world.size,
        )
        kind = torch.float32 if world.device.type == "mps" else torch.float64
        self.sums = torch.zeros(3, dtype=kind, device=world.device)
        self.bad = torch.tensor(-1, device=world.device)

    # What is written down, and taken up again.

    def tensors(self) -> dict[str, dict[str, Tensor]]:
        """Weights and the optimiser's memory, on the CPU."""
        return {
            "weights": {name: value.cpu() for name, value in self.network.state_dict().items()},
            "optimiser": self.update.state(),
        }

    def take(self, checkpoint: Checkpoint) -> None:
        """Stand where a checkpoint was written."""
        self.network.load_state_dict(checkpoint.tensors["weights"])
        self.update.take_state(checkpoint.tensors.get("optimiser", {}))
        self.standing = Standing.from_json(checkpoint.state["standing"])
        if scaler := checkpoint.state.get("scaler"):
            self.numbers.scaler.load_state_dict(scaler)
        if self.world.first:
            self.sums.copy_(torch.tensor(self.standing.sums, dtype=self.sums.dtype))

    def state(self) -> dict[str, Any]:
        """Plain values that go with the tensors."""
        return {
            "standing": self.standing.to_json(),
            "scaler": self.numbers.scaler.state_dict(),
            "ranks": self.world.size,
            "threads": torch.get_num_threads(),
            "torch": torch.__version__,
        }

    # The loop.

    def run(self) -> Ended:
        """Train until the epochs are done, no better one comes, or someone asks to stop."""
        recipe, standing = self.plan.recipe, self.standing
        with Interrupt() as interrupt, _own_chance(self.world.device), self._whole() as model:
            if standing.step == 0:
                self.save()
            while len(standing.history) < recipe.epochs:
                if not self._epoch(model, interrupt):
                    self.save()
                    return Ended("asked", standing)
                self._close_epoch()
                if recipe.patience and standing.stale >= recipe.patience:
                    return Ended("early", standing)
                asked = self.world.any(bool(interrupt.asked))
                if asked and len(standing.history) < recipe.epochs:
                    return Ended("asked", standing)
        return Ended("done", standing)

    @contextmanager
    def _whole(self) -> Iterator[nn.Module]:
        """The network as all processes train it; a lost one is told in our words."""
        if self.world.size == 1:
            yield self.network
            return
        device = [self.world.device.index] if self.world.device.type == "cuda" else None
        try:
            yield nn.parallel.DistributedDataParallel(
                self.network, device_ids=device, gradient_as_bucket_view=True
            )
        except RuntimeError as error:  # torch's DistError is one
            if not _lost(error):
                raise
            done = self.standing.step
            raise TrainingError(
                f"another process of this training was lost after step {done:,}\n"
                f"  {str(error).strip().splitlines()[0][:150]}\n"
                f"  {self.keeper.left()}"
            ) from error

    def _epoch(self, model: nn.Module, interrupt: Interrupt) -> bool:
        """The steps of an epoch still to do; False if someone asked to stop before its end."""
        standing, steps = self.standing, self.plan.steps
        epoch = len(standing.history)
        model.train()
        started, before = time.perf_counter(), standing.seconds
        first = standing.step - epoch * steps
        every_so_often = READ.get(self.world.device.type, 20)
        seen = self.sums.tolist()
        for within, portions in enumerate(self.feed.epoch(epoch, first), start=first + 1):
            self._step(model, portions)
            standing.step += 1
            standing.seconds = before + time.perf_counter() - started
            if within % every_so_often == 0 or within == steps:
                spent = time.perf_counter() - started
                seen = self._look(within, seen, within - first, spent)
            if within < steps and (self.world.size == 1 or within % VOTE == 0):
                if self.world.any(bool(interrupt.asked)):
                    return False
                if self.world.any(self.world.first and self.keeper.due()):
                    self.save()
        return True

    def _step(self, model: nn.Module, portions: list[tuple[Tensor, Tensor]]) -> None:
        """One step: gradients of every portion, then the weights."""
        recipe, standing = self.plan.recipe, self.standing
        self.update.set_rate(rate(recipe, standing.step, self.plan.total))
        self._seed(standing.step)
        scaler = self.numbers.scaler
        for number, (x, labels) in enumerate(portions, start=1):
            last = number == len(portions)
            with _alone(model) if not last else nullcontext():
                with self.numbers.cast(self.world.device):
                    output = model(x)
                    loss = self.head.loss(output, labels, recipe.smoothing)
                scaled: Any = scaler.scale(loss / len(portions) if len(portions) > 1 else loss)
                scaled.backward()
            self._count(loss.detach(), self.head.scores(output).detach(), labels)
        seen = self.update.take_gradients()
        if recipe.clip:
            scaler.unscale_(self.update.optimiser)
            nn.utils.clip_grad_norm_(seen, recipe.clip)
        scaler.step(self.update.optimiser)
        scaler.update()
        self.update.clear()

    def _seed(self, step: int) -> None:
        """Have dropout draw what it would draw in this step of any run with this seed."""
        # torch.manual_seed would write down the way here for a GPU that may never be used
        seed = seeded(self.plan.recipe.seed, "dropout", step, self.world.rank).initial_seed()
        torch.default_generator.manual_seed(seed)
        if self.world.device.type == "cuda":
            torch.cuda.manual_seed(seed)
        elif self.world.device.type == "mps":
            torch.mps.manual_seed(seed)

    def _count(self, loss: Tensor, scores: Tensor, labels: Tensor) -> None:
        """Add a portion to the sums, and note the first step whose loss is no number."""
        many = len(labels)
        right = (scores.argmax(1) == labels).sum()
        self.sums += torch.stack((loss.to(self.sums.dtype) * many, right, right.new_tensor(many)))
        if self.world.device.type == "cpu":
            if not loss.isfinite():
                self.bad.fill_(self.standing.step + 1)
                self._check()
            return
        now = torch.full_like(self.bad, self.standing.step + 1)
        self.bad = torch.where((self.bad < 0) & ~loss.isfinite(), now, self.bad)

    def _check(self) -> None:
        """Refuse to go on from a loss that is no number."""
        step = int(self.bad.item())
        if step >= 0:
            epoch = len(self.standing.history) + 1
            raise TrainingError(
                f"the loss is no number any more at step {step:,}, in epoch {epoch}\n"
                f"  the learning rate is {self.update.rate:g}: a lower --lr, "
                f"or --clip 1, may help\n  {self.keeper.left()}"
            )

    def _look(self, within: int, seen: list[float], done: int, seconds: float) -> list[float]:
        """Read the sums back, check them, and tell where the epoch is."""
        self._check()
        sums: list[float] = self.sums.tolist()
        many = max(1.0, sums[2])
        recent = (sums[0] - seen[0]) / max(1.0, sums[2] - seen[2])
        speed = done * self.plan.recipe.batch / max(seconds, 1e-9)
        total = self.plan.total
        left = (total - self.standing.step) * self.plan.recipe.batch / speed
        moment = Moment(
            self.standing.step,
            total,
            len(self.standing.history) + 1,
            self.plan.recipe.epochs,
            within,
            self.plan.steps,
            sums[0] / many,
            sums[1] / many,
            self.update.rate,
            speed,
            left,
            recent,
        )
        self.tell.step(moment)
        return sums

    def _close_epoch(self) -> None:
        """Validate, keep the model if it is the best, write everything down."""
        standing, plan = self.standing, self.plan
        trained = standing.seconds
        started = time.perf_counter()
        loss, right, many = self.world.total(self.sums.clone()).tolist()
        val = None if plan.data.val is None else self.measure(plan.data.val)
        epoch = Epoch(
            len(standing.history) + 1,
            standing.step,
            self.update.rate,
            Measured(loss / many, right / many, round(many)),
            val,
            trained + time.perf_counter() - started,
            many / max(trained, 1e-9),
        )
        best = better(epoch, standing.best_epoch)
        standing.history.append(epoch)
        standing.stale = 0 if best else standing.stale + 1
        if best:
            standing.best = len(standing.history) - 1
            if self.world.first:
                self.keeper.keep_best(self)
        standing.seconds = 0.0
        self.sums.zero_()
        self.save()
        if self.world.first:
            self.keeper.logged(standing)
        left = (plan.recipe.epochs - epoch.epoch) * epoch.seconds
        self.tell.epoch(epoch, plan.recipe.epochs, best=best, left=left)

    def save(self) -> None:
        """Keep everything; the sums of all processes together."""
        self.standing.sums = self.world.total(self.sums.clone()).tolist()
        if self.world.first:
            self.keeper.save(self)
        self.world.wait()

    @torch.no_grad()
    def measure(self, pictures: Pictures) -> Measured:
        """Loss and accuracy on pictures as they are, over all processes, in 32 bits."""
        network = self.network.eval()
        sums = torch.zeros_like(self.sums)
        batch = EVALUATED * self.feed.portion
        for _, x, labels in in_order(
            pictures, self.plan.intake, batch, self.world.device, self.world.rank, self.world.size
        ):
            scores = self.head.scores(network(x))
            loss = nn.functional.cross_entropy(scores, labels, reduction="sum")
            right = (scores.argmax(1) == labels).sum()
            sums += torch.stack((loss.to(sums.dtype), right, right.new_tensor(len(labels))))
        loss_sum, right_sum, many = self.world.total(sums).tolist()
        return Measured(loss_sum / many, right_sum / many, round(many))


@contextmanager
def _alone(model: nn.Module) -> Iterator[None]:
    """Gradients inside are added up here, and exchanged when the last portion is done."""
    if isinstance(model, nn.parallel.DistributedDataParallel):
        with model.no_sync():
            yield
    else:
        yield


@contextmanager
def _own_chance(device: torch.device) -> Iterator[None]:
    """Leave the global random state as it was: dropout draws from it in between."""
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        yield


def _lost(error: RuntimeError) -> bool:
    """Whether torch's error says that another process is gone."""
    text = str(error).casefold()
    signs = (
        "connection closed",
        "connection reset",
        "connection refused",
        "broken pipe",
        "gloo",
        "nccl",
        "timed out",
        "socket",
    )
    return any(sign in text for sign in signs)
