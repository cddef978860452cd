"""Schedules of the learning rate: torch's own, stepped, so that what is drawn is what happens."""

from __future__ import annotations

import copy
import functools
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.optim import Optimizer, lr_scheduler
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from dlwidgets.explain.untouched import kept_random
from dlwidgets.language import say, suggest

if TYPE_CHECKING:
    from numpy.typing import NDArray

Make = Callable[[Optimizer], Any]


def _usual(steps: int) -> dict[str, tuple[type[LRScheduler], dict[str, Any]]]:
    """Return schedules with options that show their shape within so many steps."""
    part = max(1, steps // 4)
    return {
        "StepLR": (lr_scheduler.StepLR, {"step_size": part, "gamma": 0.5}),
        "MultiStepLR": (
            lr_scheduler.MultiStepLR,
            {"milestones": [2 * part, 3 * part], "gamma": 0.1},
        ),
        "ExponentialLR": (
            lr_scheduler.ExponentialLR,
            {"gamma": round(0.05 ** (1 / max(1, steps)), 4)},
        ),
        "LinearLR": (
            lr_scheduler.LinearLR,
            {"start_factor": 0.1, "total_iters": part},
        ),
        "PolynomialLR": (lr_scheduler.PolynomialLR, {"total_iters": max(1, steps), "power": 2.0}),
        "CosineAnnealingLR": (lr_scheduler.CosineAnnealingLR, {"T_max": max(1, steps)}),
        "CosineAnnealingWarmRestarts": (
            lr_scheduler.CosineAnnealingWarmRestarts,
            {"T_0": part, "T_mult": 1},
        ),
        "OneCycleLR": (
            lr_scheduler.OneCycleLR,
            {"max_lr": 0.1, "total_steps": max(2, steps)},
        ),
        "CyclicLR": (
            lr_scheduler.CyclicLR,
            {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": part, "cycle_momentum": False},
        ),
        "ReduceLROnPlateau": (
            lr_scheduler.ReduceLROnPlateau,
            {"factor": 0.5, "patience": max(1, steps // 20)},
        ),
    }


KNOWN = tuple(_usual(1))
"""Schedules that can be asked for by name."""


@dataclass(frozen=True, eq=False)
class Schedule:
    """A schedule of a rate, ready for any optimizer.

    Attributes:
        name: what it is called.
        make: makes torch's scheduler for an optimizer.
        source: the line of code after ``scheduler =``; ``optimizer`` stands for the optimizer.
        rate: the rate that it begins from, where it came with an optimizer of its own; it can be
            drawn, but not used in a race.
        done: steps that it had taken when it was given.
        listens: whether each of its steps is told the loss, as those of ReduceLROnPlateau are.
    """

    name: str
    make: Make
    source: str
    rate: float | None = None
    done: int = 0
    listens: bool = False


@contextmanager
def quiet() -> Iterator[None]:
    """Let a block step schedulers by themselves, of which torch would warn."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module="torch.optim")
        warnings.filterwarnings("ignore", message=".*lr_scheduler.*")
        yield


def read_schedule(given: object, steps: int = 100) -> Schedule:
    """Return the schedule that somebody means.

    Args:
        given: a name of `KNOWN` (with options that suit ``steps``), a class of
            ``torch.optim.lr_scheduler`` with its options as
            ``functools.partial(StepLR, step_size=30)``, a function from an optimizer to a
            scheduler (also chained or sequential ones), or a scheduler: a copy of it goes on from
            where it stands, and it is left alone.
        steps: over which a name is to show its shape.

    Raises:
        TypeError: for what is none of these.
        ValueError: for an unknown name, or options that torch refuses.
    """
    if isinstance(given, Schedule):
        return given
    if isinstance(given, str):
        return _named(given, steps)
    if isinstance(given, (LRScheduler, ReduceLROnPlateau)):
        return _copied(given)
    if isinstance(given, functools.partial) and isinstance(given.func, type) and not given.args:
        name = given.func.__name__
        return _checked(Schedule(name, given, _source(name, given.keywords)))
    if callable(given):
        name = str(getattr(given, "__name__", type(given).__name__))
        plain = name if name.isidentifier() else "make_scheduler"
        own = isinstance(given, type) and given.__module__ == "torch.optim.lr_scheduler"
        called = _source(plain, {}) if own else f"{plain}(optimizer)"
        return _checked(Schedule(plain, given, called))
    raise TypeError(
        say(
            "schedule: expected a name such as 'StepLR', functools.partial(StepLR, step_size=30), "
            f"a function from an optimizer to a scheduler, or a scheduler; got "
            f"{type(given).__name__}",
            "调度器：应为名称（如 'StepLR'）、functools.partial(StepLR, step_size=30)、"
            f"由优化器创建调度器的函数，或调度器对象；得到 {type(given).__name__}",
        )
    )


def rates(
    schedule: Schedule, lr: float, steps: int, losses: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return the rate at each of ``steps`` steps, by stepping torch's scheduler; NaN past its end.

    Args:
        schedule: of `read_schedule`.
        lr: the rate of the optimizer; a schedule with an optimizer of its own has that one's.
        steps: how many.
        losses: what ReduceLROnPlateau is told after each step; falling by a tenth at each of the
            first quarter of the steps and constant after it, if not given.
    """
    told = _falling(steps) if losses is None else losses
    found = np.full(steps, np.nan)
    with quiet(), kept_random(set()):
        optimizer = _stand_in(lr if schedule.rate is None else schedule.rate)
        scheduler = schedule.make(optimizer)
        optimizer = scheduler.optimizer if hasattr(scheduler, "optimizer") else optimizer
        for step in range(steps):
            found[step] = float(optimizer.param_groups[0]["lr"])
            optimizer.step()
            try:
                if isinstance(scheduler, ReduceLROnPlateau):
                    scheduler.step(float(told[min(step, len(told) - 1)]))
                else:
                    scheduler.step()
            except ValueError:
                # OneCycleLR has as many steps as it was made for, and says so.
                break
    return found


def _falling(steps: int) -> NDArray[np.float64]:
    places = np.minimum(np.arange(max(1, steps)), max(1, steps // 4))
    falling: NDArray[np.float64] = 0.9 ** places.astype(np.float64)
    return falling


def _stand_in(lr: float) -> Optimizer:
    """Return an optimizer of one number that never moves, with momentum for those who cycle it."""
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr, momentum=0.9)


def _named(name: str, steps: int) -> Schedule:
    usual = {key.lower(): (key, value) for key, value in _usual(steps).items()}
    plain = name.lower()
    found = usual.get(plain) or usual.get(f"{plain}lr")
    if found is None:
        raise ValueError(
            say(
                f"schedule: expected a name among {', '.join(KNOWN)}, got {name!r}."
                f"{suggest(name, KNOWN)}",
                f"调度器：名称应为 {'、'.join(KNOWN)} 之一，得到 {name!r}。{suggest(name, KNOWN)}",
            )
        )
    key, (kind, options) = found
    return _checked(Schedule(key, functools.partial(kind, **options), _source(key, options)))


def _source(name: str, options: dict[str, Any]) -> str:
    named = "".join(f", {k}={v!r}" for k, v in options.items())
    return f"torch.optim.lr_scheduler.{name}(optimizer{named})"


def _checked(schedule: Schedule) -> Schedule:
    """Return a schedule that can be made."""
    try:
        with quiet():
            made = schedule.make(_stand_in(0.1))
    except Exception as error:
        raise ValueError(
            say(
                f"schedule: {schedule.name} could not be made for an optimizer: {error}; give its "
                f"options as functools.partial({schedule.name}, ...)",
                f"调度器：无法为优化器创建 {schedule.name}：{error}；"
                f"请用 functools.partial({schedule.name}, ...) 给出选项",
            )
        ) from error
    if hasattr(made, "step"):
        return replace(schedule, listens=isinstance(made, ReduceLROnPlateau))
    raise TypeError(
        say(
            f"schedule: expected {schedule.name} to return a scheduler, got {type(made).__name__}",
            f"调度器：{schedule.name} 应返回调度器，得到 {type(made).__name__}",
        )
    )


def _copied(given: Any) -> Schedule:  # noqa: ANN401 -- LRScheduler or ReduceLROnPlateau
    """Return a schedule that goes on from where a scheduler stands, with copies of everything."""
    theirs: Optimizer = given.optimizer
    held = [
        {k: copy.deepcopy(v) for k, v in group.items() if k != "params"}
        for group in theirs.param_groups
    ]
    ours = _stand_in(float(held[0]["lr"]))
    # As many groups as the scheduler counts, each with the numbers of its own.
    ours.param_groups[0].update(held[0])
    for group in held[1:]:
        ours.add_param_group({"params": [torch.zeros(1)], **group})
    # Wherever the scheduler, or one inside it, holds the optimizer, its copy holds ours.
    kept = copy.deepcopy(given, {id(theirs): ours})
    inner = getattr(given, "_schedulers", [given])[0]
    return Schedule(
        type(given).__name__,
        lambda _optimizer: copy.deepcopy(kept),
        "copy.deepcopy(scheduler)",
        float(held[0]["lr"]),
        int(getattr(given, "last_epoch", inner.last_epoch)),
        isinstance(given, ReduceLROnPlateau),
    )
