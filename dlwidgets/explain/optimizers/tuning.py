"""A rate that suits: the one of a small grid with the lowest loss at the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets.explain.optimizers.race import race

if TYPE_CHECKING:
    from dlwidgets.explain.optimizers.course import Course
    from dlwidgets.explain.optimizers.racers import Racer

GRID = tuple(float(f"{rate:.2g}") for rate in np.logspace(-3, 0, 10))
"""Rates that are tried: three a decade, from 0.001 to 1."""


def tuned(course: Course, racer: Racer, steps: int) -> Racer:
    """Return the racer with the rate of `GRID` that ends at the lowest loss.

    A racer with several stages gets one rate for all of them. Where every rate diverges, the
    smallest is taken, and the racer does not count as tuned.
    """
    best, least = racer, np.inf
    for rate in GRID:
        tried = racer.rated(rate)
        path = race(course, tried, steps)
        loss = np.inf if path.stopped is not None else _end(path.losses)
        if best is racer or loss < least:
            best, least = tried, loss
    return replace(best, tuned=bool(np.isfinite(least)))


def _end(losses: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """Return the mean of the last tenth: the last loss alone is luck where batches are drawn."""
    return float(np.mean(losses[-max(1, len(losses) // 10) :]))
