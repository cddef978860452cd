"""What all arms of a comparison share, and how one of them is trained."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from dlwidgets.language import say
from dlwidgets.training.choices import choose_optimizer
from dlwidgets.training.fit import split_data
from dlwidgets.training.metrics import mean_loss

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from torch import nn

    from dlwidgets.training.arms.arm import Arm
    from dlwidgets.training.choices import Loss
    from dlwidgets.training.metrics import Batch, Data

Tick = Callable[[int], None]
"""Hears how many epochs have just been done."""

TRAIN, TEST = 0, 1
"""Places of the parts of the data in `Outcome.losses`."""

EVAL_MODE, TRAIN_MODE = 0, 1
"""Places of the modes in which they were measured."""


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """What came of one arm.

    Attributes:
        arm: what was trained.
        losses: mean losses, (part, mode, seed, epoch): of `TRAIN` and `TEST` samples, in
            `EVAL_MODE` and in `TRAIN_MODE`, from epoch 0, before the first step; NaN once the run
            has diverged.
        norms: the length of all weights (parameters of two and more dimensions) as one vector,
            (seed, epoch).
        models: the trained model of each seed.
        start: the model of the first seed before the first step.
        seconds: how long all of it took.
    """

    arm: Arm
    losses: NDArray[np.float64]
    norms: NDArray[np.float64]
    models: tuple[nn.Module, ...]
    start: nn.Module
    seconds: float

    @property
    def best(self) -> int | None:
        """The epoch with the least mean test loss, where stopping would pay; None if diverged."""
        means = self.losses[TEST, EVAL_MODE].mean(0)
        return int(np.nanargmin(means)) if np.isfinite(means).any() else None


@dataclass(frozen=True, eq=False, slots=True)
class Plan:
    """The data, the seeds and how to learn: the same for every arm.

    Attributes:
        data: as the user has given it.
        optimizer: a name or a class; ``options`` are its own.
        source: lines of code that make ``data``; empty where the user has it.
        kept: of loaders that draw an order of their own, the batches of each seed.
    """

    data: object
    seeds: tuple[int, ...]
    epochs: int
    batch_size: int
    device: torch.device
    optimizer: str | type[torch.optim.Optimizer]
    options: dict[str, Any]
    loss: Loss
    loss_source: str
    source: str = ""
    kept: dict[int, list[list[Batch]]] = field(default_factory=dict)

    def feed(self, seed: int) -> Iterable[Iterable[Batch]]:
        """Return the batches of each epoch: the same for all arms of a seed."""
        from dlwidgets.data.loader import Loader  # types only above this line

        batches, _, _ = split_data(self.data, self.batch_size, seed, self.device)
        if isinstance(batches, Loader):
            # Each iteration of a loader is its next epoch.
            return (batches for _ in range(self.epochs))
        if seed not in self.kept:
            with seeded(seed, self.device):
                self.kept[seed] = [
                    [(x.to(self.device), y.to(self.device)) for x, y in batches]
                    for _ in range(self.epochs)
                ]
        return self.kept[seed]

    def parts(self) -> tuple[Data, Data]:
        """Return the training and the test samples on which losses are measured."""
        batches, test, _ = split_data(self.data, self.batch_size, self.seeds[0], self.device)
        if test is None:
            raise ValueError(
                say(
                    "compare: expected data with a test part, got none; give (train, test), each "
                    "as (x, y)",
                    "compare：数据应含测试部分；请给出 (训练, 测试)，各为 (x, y)",
                )
            )
        whole = getattr(batches, "split", None)
        if whole is None:
            return [batch for epoch in list(self.feed(self.seeds[0]))[:1] for batch in epoch], test
        return (whole.x, whole.y), test

    def build(self, arm: Arm, model: nn.Module) -> torch.optim.Optimizer:
        """Return the optimizer of an arm."""
        options = {**self.options, **arm.options}
        lr = options.pop("lr", None)
        return choose_optimizer(self.optimizer, model, lr, options)

    def train(self, arm: Arm, tick: Tick) -> Outcome:
        """Train one arm from every seed."""
        shape = (len(self.seeds), self.epochs + 1)
        losses, norms = np.full((2, 2, *shape), math.nan), np.full(shape, math.nan)
        begun = time.perf_counter()
        models, starts = [], []
        parts = self.parts()
        for place, seed in enumerate(self.seeds):
            model, start = self._run(arm, seed, parts, losses[:, :, place], norms[place], tick)
            models.append(model)
            starts.append(start)
        seconds = time.perf_counter() - begun
        return Outcome(arm, losses, norms, tuple(models), starts[0], seconds)

    def _run(
        self,
        arm: Arm,
        seed: int,
        parts: tuple[Data, Data],
        losses: NDArray[np.float64],
        norms: NDArray[np.float64],
        tick: Tick,
    ) -> tuple[nn.Module, nn.Module]:
        """Train from one seed, as a plain loop would; return the model and how it began."""
        with seeded(seed, self.device):
            model = arm.fresh().to(self.device)
            start = deepcopy(model)
            optimizer = self.build(arm, model)
            self._measure(model, parts, losses[:, :, 0])
            norms[0] = norm(model)
            torch.manual_seed(seed)
            for epoch, batches in enumerate(self.feed(seed), 1):
                if not self._epoch(arm, model, optimizer, batches):
                    tick(self.epochs + 1 - epoch)
                    return model, start
                self._measure(model, parts, losses[:, :, epoch])
                norms[epoch] = norm(model)
                tick(1)
        return model, start

    def _epoch(
        self,
        arm: Arm,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        batches: Iterable[Batch],
    ) -> bool:
        """Learn from each batch; return whether all losses were numbers."""
        model.train()
        for x, y in batches:
            loss = self.loss(model(x), y)
            if arm.penalty is not None:
                loss = loss + arm.penalty(model)
            if not loss.isfinite():
                return False
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return True

    def _measure(
        self, model: nn.Module, parts: tuple[Data, Data], losses: NDArray[np.float64]
    ) -> None:
        for part, data in enumerate(parts):
            for mode in (EVAL_MODE, TRAIN_MODE):
                found = mean_loss(model, data, self.loss, training=mode == TRAIN_MODE)
                losses[part, mode] = found if math.isfinite(found) else math.nan


def norm(model: nn.Module) -> float:
    """Return the length of all weights as one vector; biases do not count."""
    squares = [w.detach().double().square().sum() for w in model.parameters() if w.ndim > 1]
    return math.sqrt(sum(float(square) for square in squares))


@contextmanager
def seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Run a block from a seed; the user's own random state is as before afterwards."""
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield
