"""A race with everything that can be changed about it, and what comes of each change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets.explain.optimizers.course import Course, fitting, on_surface
from dlwidgets.explain.optimizers.race import Path, race
from dlwidgets.explain.optimizers.racers import Racer, read_racer
from dlwidgets.explain.optimizers.schedules import Schedule, rates
from dlwidgets.explain.optimizers.script import script
from dlwidgets.explain.optimizers.tuning import tuned
from dlwidgets.language import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets.explain.optimizers.surfaces import Surface

MOST, LONGEST, SCHEDULES = 8, 1000, 6
"""Racers and schedules at once, which colour and dash still tell apart; steps of a race."""

FIT_RATES = {"adagrad": 0.1}
"""Rates of the usual optimizers on the book's comparison; of all others 0.01, as in the book."""


@dataclass(frozen=True, eq=False)
class Contest:
    """What a race is run with, and its paths; every change makes a new one.

    Attributes:
        surface: the loss; None for the book's comparison, a small net that learns a curve.
        start: where all begin.
        steps: how many each takes.
        seed: of whatever is random.
        racers: who takes part.
        schedules: those that are drawn.
        paths: of the racers, in order.
    """

    surface: Surface | None
    start: tuple[float, float]
    steps: int
    seed: int
    racers: tuple[Racer, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    paths: tuple[Path, ...] = field(default=(), repr=False)

    @property
    def course(self) -> Course:
        """What is run on."""
        if self.surface is None:
            return fitting(self.seed)
        return on_surface(self.surface, self.start, self.seed)

    @property
    def names(self) -> list[str]:
        """What the racers are called; a second of a name has a number."""
        found: list[str] = []
        for racer in self.racers:
            name, again = racer.name, 2
            while name in found:
                name, again = f"{racer.name} {again}", again + 1
            found.append(name)
        return found

    def entered(self, given: Sequence[object]) -> Contest:
        """Return the contest with more racers; those without a rate of their own get one."""
        if not 1 <= len(self.racers) + len(given) <= MOST:
            raise ValueError(
                say(
                    f"OptimizerExplorer: expected 1 to {MOST} optimizers, got "
                    f"{len(self.racers) + len(given)}; more could not be told apart",
                    f"OptimizerExplorer：应为 1 到 {MOST} 个优化器，"
                    f"得到 {len(self.racers) + len(given)} 个；再多就无法区分",
                )
            )
        course = self.course
        read = [read_racer(one) for one in given]
        racers = [_rated(self, racer, course, said=said) for racer, said in read]
        return replace(self, racers=(*self.racers, *racers))

    def elsewhere(self, surface: Surface | None) -> Contest:
        """Return the contest on another surface; optimizers known by name change rates."""
        moved = replace(
            self, surface=surface, start=surface.start if surface else self.start, paths=()
        )
        course = moved.course
        racers = [
            _rated(moved, racer, course, said=all(not s.known for _, s in racer.stages))
            for racer in self.racers
        ]
        return replace(moved, racers=tuple(racers))

    def tuned(self) -> Contest:
        """Return the contest with the best rate of a small grid for each racer."""
        course = self.course
        racers = [
            tuned(course, one, self.steps)
            if any("lr" in stage.options for _, stage in one.stages)
            else one
            for one in self.racers
        ]
        return replace(self, racers=tuple(racers))

    def with_racer(self, at: int, racer: Racer) -> Contest:
        """Return the contest with another racer in one place."""
        racers = list(self.racers)
        racers[at] = racer
        return replace(self, racers=tuple(racers))

    def run(self, before: Contest | None = None) -> Contest:
        """Return the contest with its paths; those that ``before`` has are not run again."""
        same = before is not None and (
            (before.surface, before.start, before.steps, before.seed)
            == (self.surface, self.start, self.steps, self.seed)
        )
        known = (
            {id(r): p for r, p in zip(before.racers, before.paths, strict=True)}
            if same and before
            else {}
        )
        course = self.course
        paths = [known.get(id(one)) or race(course, one, self.steps) for one in self.racers]
        return replace(self, paths=tuple(paths))

    def rates(self, losses: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return the rate that each schedule gives at each step, (schedules, steps).

        Schedules without an optimizer of their own begin at 0.1.
        """
        found = [rates(one, 0.1, self.steps, losses) for one in self.schedules]
        return np.stack(found) if found else np.zeros((0, self.steps))

    def script(self, at: int) -> str:
        """Return plain PyTorch that walks the path of one racer; empty for the net."""
        if self.surface is None:
            return ""
        return script(self.surface, self.start, self.racers[at], self.steps)


def _rated(contest: Contest, racer: Racer, course: Course, *, said: bool) -> Racer:
    """Return a racer with a rate that suits the course, unless the user has said one."""
    if said:
        return racer
    known = FIT_RATES if contest.surface is None else contest.surface.rates
    for at, (_, stage) in enumerate(racer.stages):
        if not stage.known or "lr" not in stage.options:
            continue
        rate = known.get(stage.known, 0.01 if contest.surface is None else None)
        if rate is None:
            return tuned(course, racer, contest.steps)
        racer = racer.rated(rate, at)
    return racer
