"""The final numbers of every run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch

from dlwidgets.language import say
from dlwidgets.training.metrics import accuracy, mean_loss
from dlwidgets.training.sweep.result import Sweep

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from torch import Tensor, nn

    from dlwidgets.training.metrics import Batch
    from dlwidgets.training.sweep.axes import Axis
    from dlwidgets.training.sweep.task import Task

SAMPLES = 4096
"""Training samples on which the loss before and after is measured, at most."""


def judged(
    task: Task,
    swept: tuple[Axis, ...],
    optimizer: str,
    runs: list[tuple[Tensor, nn.Module]],
    apart: str,
) -> Sweep:
    """Return the sweep with the loss of every trained model, and what the test part says."""
    losses = np.stack([curve.numpy() for curve, _ in runs])
    # Once a loss is no number, later ones mean nothing.
    losses[np.logical_or.accumulate(~np.isfinite(losses), axis=1)] = math.nan
    whole = np.isfinite(losses).all(axis=1)
    models = [model for _, model in runs]
    samples = _samples(task)

    def of_all(measure: Callable[[nn.Module], float]) -> NDArray[np.float64]:
        found = (
            measure(model) if good else math.nan for model, good in zip(models, whole, strict=True)
        )
        numbers = np.fromiter(found, np.float64, len(models))
        return np.where(np.isfinite(numbers), numbers, math.nan)

    test = task.test
    return Sweep(
        optimizer=optimizer,
        axes=swept,
        settings=tuple(task.settings),
        losses=losses,
        start=mean_loss(task.model, samples, task.loss),
        final=of_all(lambda model: mean_loss(model, samples, task.loss)),
        test_loss=None if test is None else of_all(lambda m: mean_loss(m, test, task.loss)),
        test_accuracy=(
            of_all(lambda m: accuracy(m, test)) if test is not None and task.classes else None
        ),
        models=tuple(models),
        samples=samples,
        apart=apart,
    )


def _samples(task: Task) -> Batch:
    """Return the first training samples that a run sees."""
    xs, ys, count = [], [], 0
    for x, y in task.batches():
        xs.append(x)
        ys.append(y)
        count += len(x)
        if count >= SAMPLES:
            break
    if not xs:
        raise ValueError(say("sweep: there is no example in the data", "sweep：数据中没有样本"))
    return torch.cat(xs)[:SAMPLES], torch.cat(ys)[:SAMPLES]
