"""What became of each run, in one word."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BACK = 0.15
"""A good run ends at most this far from the best loss on the way back to the start, by ratio, as
losses span decades."""

NOUGHT = 0.01
"""And this share of what the best has gained never matters."""


class Zone(StrEnum):
    """How a run ended, compared with the best."""

    SMALL = "small"  # below the best rate, and not there yet
    GOOD = "good"
    UNSTABLE = "unstable"  # above the best rate, and thrown back
    WORSE = "worse"  # of other options: neither side means "too small"
    DIVERGED = "diverged"  # no number any more, or above where it began


def best(final: NDArray[np.float64]) -> int | None:
    """Return the run with the lowest loss, or None where none is a number."""
    return int(np.nanargmin(final)) if np.isfinite(final).any() else None


def zones(final: NDArray[np.float64], start: float, *, rates: bool) -> tuple[Zone, ...]:
    """Return the zone of each run.

    Args:
        final: the loss at the end of each run, (runs,); NaN where it diverged.
        start: the loss before the first step, the same for all.
        rates: whether the runs are those of rising learning rates, which tells too small from
            unstable.
    """
    top = best(final)
    if top is None or final[top] > start:
        return (Zone.DIVERGED,) * len(final)
    least = final[top]
    bar = least + NOUGHT * (start - least)
    if least > 0:
        bar = max(bar, least * (start / least) ** BACK)

    def zone(run: int) -> Zone:
        if not np.isfinite(final[run]) or final[run] > start:
            return Zone.DIVERGED
        if final[run] <= bar:
            return Zone.GOOD
        if not rates:
            return Zone.WORSE
        return Zone.SMALL if run < top else Zone.UNSTABLE

    return tuple(zone(run) for run in range(len(final)))
