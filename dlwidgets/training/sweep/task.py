"""What every run of a sweep shares, and how one of them is carried out by itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from dlwidgets.training.choices import Loss
    from dlwidgets.training.metrics import Batch, Data

Build = Callable[[nn.Module, dict[str, Any]], torch.optim.Optimizer]
Tick = Callable[[int], None]
"""Hears how many steps have just been done."""


@dataclass(frozen=True, slots=True)
class Task:
    """The model as it begins, the batches, and how to learn from them.

    Attributes:
        model: a copy of the user's, never changed; runs begin with copies of this.
        batches: called anew for each run, gives the same batches in the same order.
        classes: whether the targets are class indices.
        settings: the options of the optimizer, one dict a run.
        build: makes the optimizer of a model and such options.
    """

    model: nn.Module
    batches: Callable[[], Iterable[Batch]]
    test: Data | None
    classes: bool
    loss: Loss
    build: Build
    settings: list[dict[str, Any]]
    steps: int
    device: torch.device
    seed: int

    def feed(self) -> Iterator[Batch]:
        """Yield the batches of a run, epoch after epoch, until there were enough."""
        done = 0
        batches = self.batches()
        while done < self.steps:
            before = done
            for x, y in batches:
                if done == self.steps:
                    return
                yield x.to(self.device), y.to(self.device)
                done += 1
            if done == before:
                return

    def fresh(self) -> nn.Module:
        """Return a model to train, as it is at the start of each run."""
        return deepcopy(self.model).train()

    @contextmanager
    def seeded(self) -> Iterator[None]:
        """Run a block from the seed; the user's own random state is as before afterwards."""
        devices = [self.device] if self.device.type == "cuda" else []
        with torch.random.fork_rng(devices):
            torch.manual_seed(self.seed)
            yield


def learn(
    model: nn.Module, optimizer: torch.optim.Optimizer, loss: Loss, batches: Iterable[Batch]
) -> Iterator[float]:
    """Train as a plain loop would; yield the loss of each batch once its step is taken."""
    for x, y in batches:
        value = loss(model(x), y)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        yield value.item()


def apart(task: Task, setting: dict[str, Any], tick: Tick) -> tuple[Tensor, nn.Module]:
    """Train one run by itself; return its losses, (steps,), and its model.

    A run whose loss is no number any more ends there; the rest of its losses is NaN.
    """
    losses = torch.full((task.steps,), math.nan)
    model = task.fresh()
    optimizer = task.build(model, setting)
    with task.seeded():
        for step, loss in enumerate(learn(model, optimizer, task.loss, task.feed())):
            losses[step] = loss
            if not math.isfinite(losses[step]):
                tick(task.steps - step)
                return losses, model
            tick(1)
    return losses, model
