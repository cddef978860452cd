"""Schedules, against torch's schedulers stepped by hand."""

from __future__ import annotations

import copy
import functools
from typing import Any

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler

from dlwidgets.explain.optimizers import rates, read_schedule
from dlwidgets.explain.optimizers.schedules import KNOWN, quiet

STEPS = 30
PARTIAL = functools.partial


def by_hand(make: Any, losses: Any = None, steps: int = STEPS) -> list[float]:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.2, momentum=0.9)
    scheduler = make(optimizer)
    found = []
    for step in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if losses is None:
            scheduler.step()
        else:
            scheduler.step(losses[step])
    return found


def chained(optimizer: torch.optim.Optimizer) -> Any:
    return lr_scheduler.ChainedScheduler(
        [lr_scheduler.ConstantLR(optimizer, 0.1, 4), lr_scheduler.ExponentialLR(optimizer, 0.9)]
    )


def sequential(optimizer: torch.optim.Optimizer) -> Any:
    warm, cool = lr_scheduler.LinearLR(optimizer, 0.1), lr_scheduler.StepLR(optimizer, 3)
    return lr_scheduler.SequentialLR(optimizer, [warm, cool], milestones=[6])


MADE: list[Any] = [
    PARTIAL(lr_scheduler.StepLR, step_size=7, gamma=0.3),
    PARTIAL(lr_scheduler.OneCycleLR, max_lr=1.0, total_steps=STEPS + 1),
    PARTIAL(lr_scheduler.CyclicLR, base_lr=0.01, max_lr=0.5, step_size_up=4),
    PARTIAL(lr_scheduler.LambdaLR, lr_lambda=lambda step: 1 / (1 + step)),
    PARTIAL(lr_scheduler.CosineAnnealingWarmRestarts, T_0=5, T_mult=2),
    lr_scheduler.LinearLR,
    chained,
    sequential,
]


@pytest.mark.parametrize("make", MADE)
def test_rates_are_those_of_torch(make: Any) -> None:
    with quiet():
        expected = by_hand(make)
        assert rates(read_schedule(make), 0.2, STEPS).tolist() == expected


def test_a_plateau_hears_the_losses() -> None:
    make = PARTIAL(lr_scheduler.ReduceLROnPlateau, patience=2, factor=0.1)
    losses = np.concatenate([np.linspace(1, 0.5, 10), np.full(STEPS - 10, 0.5)])
    schedule = read_schedule(make)
    assert schedule.listens
    found = rates(schedule, 0.2, STEPS, losses)
    assert found.tolist() == by_hand(make, losses)
    assert found[-1] < found[0]


@pytest.mark.parametrize("name", KNOWN)
def test_each_name_has_a_shape_within_the_steps(name: str) -> None:
    schedule = read_schedule(name, STEPS)
    found = rates(schedule, 0.1, STEPS)
    assert np.isfinite(found).all()
    assert len(set(found.tolist())) > 1
    known = {"torch": torch, "optimizer": torch.optim.SGD([torch.zeros(1)], lr=0.1)}
    assert type(eval(schedule.source, known)).__name__ == name


@pytest.mark.parametrize("make", MADE)
def test_a_scheduler_of_ones_own_goes_on_in_a_copy(make: Any) -> None:
    optimizer = torch.optim.SGD(
        [{"params": [torch.zeros(1)]}, {"params": [torch.zeros(2)], "lr": 0.05}],
        lr=0.2,
        momentum=0.9,
    )
    with quiet():
        scheduler = make(optimizer)
        for _ in range(4):
            optimizer.step()
            scheduler.step()
        before = [group["lr"] for group in optimizer.param_groups]
        kept = copy.deepcopy(scheduler.state_dict())
        schedule = read_schedule(scheduler)
        found = rates(schedule, 99.0, 12)
        again = rates(schedule, 99.0, 12)
    assert schedule.done == 4
    assert [group["lr"] for group in optimizer.param_groups] == before
    assert scheduler.state_dict() == kept
    assert np.array_equal(found, again)
    with quiet():
        expected = []
        for _ in range(12):
            expected.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    assert found.tolist() == expected


def test_one_cycle_ends_when_its_steps_do() -> None:
    schedule = read_schedule(PARTIAL(lr_scheduler.OneCycleLR, max_lr=1.0, total_steps=10))
    found = rates(schedule, 0.1, 15)
    assert np.isfinite(found[:10]).all()
    assert np.isnan(found[12:]).all()


@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        ("SteppLR", ValueError, r"Did you mean 'StepLR'\?"),
        (4, TypeError, "got int"),
        (lr_scheduler.StepLR, ValueError, "step_size.*functools.partial"),
        (lambda _optimizer: 3, TypeError, "to return a scheduler, got int"),
        (lambda optimizer: optimizer.nothing, ValueError, "could not be made"),
    ],
)
def test_schedules_that_can_not_be_drawn(given: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        read_schedule(given)
