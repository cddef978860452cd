"""Races: the real optimizers of torch, step by step from one start, with all they remember."""

from __future__ import annotations

import functools
import math
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.optim.lr_scheduler import ReduceLROnPlateau

from dlwidgets.explain.optimizers.formulas import Formula, formula
from dlwidgets.explain.optimizers.schedules import quiet
from dlwidgets.explain.optimizers.stages import takes_closure
from dlwidgets.explain.untouched import kept_random
from dlwidgets.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.explain.optimizers.course import Course, Lap, Watched
    from dlwidgets.explain.optimizers.racers import Racer

Numbers = NDArray[np.float64]
Pair = tuple[float, float]


@dataclass(frozen=True)
class Piece:
    """A stretch of a path with one optimizer: the step it begins at, and what a step computes."""

    begin: int
    title: str
    formula: Formula | None


@dataclass(frozen=True, eq=False)
class Path:
    """Where one racer went, and what its optimizer held on the way.

    Attributes:
        points: the two numbers that are followed, (steps + 1, 2); NaN after it stopped.
        losses: at these points, (steps + 1,).
        stopped: the first step without a finite loss, gradient or parameter; None if none.
        gradients: before each step, (steps, 2).
        pieces: which optimizer was used from when.
        options: the names of numbers in ``param_groups``, ...
        held: ... and their values at each step, (steps, options).
        state: the names in ``optimizer.state``, ...
        before: ... their values before each step, (steps, names, 2), zero where there are none,
        after: ... and after it.
        curves: what a net makes of its inputs at each point, (steps + 1, places); else None.
    """

    points: Numbers
    losses: Numbers
    stopped: int | None
    gradients: Numbers
    pieces: tuple[Piece, ...]
    options: tuple[str, ...]
    held: Numbers
    state: tuple[str, ...]
    before: Numbers
    after: Numbers
    curves: Numbers | None

    def piece(self, step: int) -> Piece:
        """Return what carries out a step."""
        return next(one for one in reversed(self.pieces) if one.begin <= step)


def race(course: Course, racer: Racer, steps: int) -> Path:
    """Run one racer over a course: ``steps`` steps of torch's own optimizer, in double precision.

    The optimizer is made anew, so that nobody else's is touched; random numbers are as if none had
    been drawn. The path ends where a loss, gradient or parameter is no finite number.

    Raises:
        ValueError: where torch refuses a step; the text is torch's.
    """
    with kept_random(set()), torch.enable_grad(), quiet():
        torch.manual_seed(course.seed)
        return _Run(course.begin(), racer, steps).path()


class _Run:
    def __init__(self, lap: Lap, racer: Racer, steps: int) -> None:
        self.lap, self.racer, self.steps = lap, racer, steps
        self.pieces: list[Piece] = []
        self.points, self.losses = np.full((steps + 1, 2), np.nan), np.full(steps + 1, np.nan)
        self.gradients = np.full((steps, 2), np.nan)
        self.held: list[dict[str, float]] = []
        self.states: list[tuple[dict[str, Pair], dict[str, Pair]]] = []
        self.curves: list[Tensor] = []

    def path(self) -> Path:
        """Run, and return what was seen."""
        stopped = None
        self._arrive(0)
        for step in range(self.steps):
            if not self._step(step):
                stopped = step
                break
            self._arrive(step + 1)
            if not all(map(math.isfinite, self.points[step + 1])):
                stopped = step + 1
                break
        else:
            with torch.no_grad():
                self.losses[self.steps] = self.lap.loss(self.steps).item()
            stopped = None if np.isfinite(self.losses[self.steps]) else self.steps
        return self._seen(stopped)

    def _arrive(self, place: int) -> None:
        self.points[place] = _read([p for p, _ in self.lap.watched], self.lap.watched)
        if self.lap.curve:
            self.curves.append(self.lap.curve())

    def _turn(self, step: int) -> None:
        """Take the optimizer that begins at a step."""
        for begin, stage in self.racer.stages:
            if begin != step:
                continue
            made = stage.make(self.lap.parameters)
            self.optimizer, schedule = made, self.racer.schedule
            self.scheduler = schedule.make(made) if schedule else None
            self.pieces.append(Piece(step, stage.title, formula(made)))
            self.closing = takes_closure(made)

    def _step(self, step: int) -> bool:
        """Take one step; False where loss or gradient are no finite numbers."""
        with self._refusals(step):
            self._turn(step)
            self.losses[step] = self._backward(step).item()
        leaves = [_gradient(p) for p, _ in self.lap.watched]
        self.gradients[step] = _read(leaves, self.lap.watched)
        if not all(map(math.isfinite, (self.losses[step], *self.gradients[step]))):
            return False
        self.held.append(numbers(self.optimizer.param_groups[0]))
        # Between steps of one optimizer nothing changes what it remembers.
        fresh = self.pieces[-1].begin == step
        before = self._state() if fresh else self.states[-1][1]
        with self._refusals(step):
            if self.closing:
                # Torch's types say float; its optimizers take the tensor, as everybody gives it.
                closure: Any = functools.partial(self._backward, step)
                self.optimizer.step(closure)
            else:
                self.optimizer.step()
            if isinstance(self.scheduler, ReduceLROnPlateau):
                self.scheduler.step(self.losses[step])
            elif self.scheduler:
                self.scheduler.step()
        self.states.append((before, self._state()))
        return True

    def _backward(self, step: int) -> Tensor:
        self.optimizer.zero_grad()
        loss = self.lap.loss(step)
        # A function of the user's may run a model, whose own gradients are none of our business.
        loss.backward(inputs=self.lap.parameters)
        return loss

    @contextmanager
    def _refusals(self, step: int) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise ValueError(
                say(
                    f"{self.racer.name}: torch refused step {step + 1}: {error}",
                    f"{self.racer.name}：torch 拒绝第 {step + 1} 步：{error}",
                )
            ) from error

    def _state(self) -> dict[str, Pair]:
        """Return what the optimizer remembers of the two numbers that are followed."""
        known = self.pieces[-1].formula
        (first, i), (second, j) = self.lap.watched
        ours, theirs = (self.optimizer.state.get(p, {}) for p in (first, second))
        found = {}
        for name in known.state if known else ours:
            pair = _number(ours.get(name), first, i), _number(theirs.get(name), second, j)
            if pair[0] is not None and pair[1] is not None:
                found[name] = (pair[0], pair[1])
        return found

    def _seen(self, stopped: int | None) -> Path:
        options = tuple(dict.fromkeys(name for one in self.held for name in one))
        state = tuple(dict.fromkeys(name for _, after in self.states for name in after))
        held = np.full((self.steps, len(options)), np.nan)
        before, after = np.zeros((2, self.steps, len(state), 2))
        for i, (values, pair) in enumerate(zip(self.held, self.states, strict=True)):
            held[i] = [values.get(name, np.nan) for name in options]
            for table, values_of in zip((before, after), pair, strict=True):
                for k, name in enumerate(state):
                    table[i, k] = values_of.get(name, (0.0, 0.0))
        curves = None
        if self.curves:
            curves = np.full((self.steps + 1, len(self.curves[0])), np.nan)
            curves[: len(self.curves)] = torch.stack(self.curves).numpy()
        return Path(
            self.points,
            self.losses,
            stopped,
            self.gradients,
            tuple(self.pieces),
            options,
            held,
            state,
            before,
            after,
            curves,
        )


def numbers(group: dict[str, Any]) -> dict[str, float]:
    """Return the numbers of a group of parameters, pairs of betas apart."""
    found = {}
    for name, value in group.items():
        if name == "betas":
            found["betas[0]"], found["betas[1]"] = float(value[0]), float(value[1])
        elif isinstance(value, (int, float)) or (isinstance(value, Tensor) and value.numel() == 1):
            found[name] = float(value)
    return found


def _gradient(parameter: Tensor) -> Tensor:
    return torch.zeros_like(parameter) if parameter.grad is None else parameter.grad


def _read(tensors: list[Tensor], watched: tuple[Watched, Watched]) -> Pair:
    first, second = (
        float(one.detach().reshape(-1)[at]) for one, (_, at) in zip(tensors, watched, strict=True)
    )
    return first, second


def _number(value: object, parameter: Tensor, at: int) -> float | None:
    """Return the number that belongs to one of a parameter; None where there is none."""
    if isinstance(value, (int, float)):
        return float(value)
    if not isinstance(value, Tensor) or value.numel() not in {1, parameter.numel()}:
        return None
    return float(value.detach().reshape(-1)[at if value.numel() > 1 else 0])
