"""What ails two nets that train against each other: codes with their evidence, no words."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Code = Literal["vanishing", "too_strong", "collapse", "oscillation"]

WINDOW = 5
"""Readings whose median counts, so that one odd look is no illness."""
WARMUP = 100
"""Steps before anything is said: no generator is good at once."""
COLLAPSED_AFTER = 300
"""Steps before samples that are alike count as a collapse: those of an untrained generator are."""
ALIKE = 0.5
"""Samples collapse where their mean distance is below this share of the data's: a healthy dense
GAN on digits reaches 0.6 to 1, a collapsed one 0.1 to 0.3."""
GROWING = 1.15
"""A generator whose samples spread by this factor since half as many steps is still learning."""
SAME = 0.15
"""Samples nearer to each other than even those of an untrained generator (0.2) do not spread."""
SCARCE = 0.03
"""A class with a smaller share of the samples than this counts as missing."""
SURE_REAL, SURE_FAKE = 0.9, 0.1
"""Scores beyond which the discriminator is hardly ever wrong; at rest both are 0.5."""
FAINT = 0.02
"""Share of its greatest value so far below which the generator's gradient has vanished."""
SATURATED = 0.05
"""The score of samples below which log(1 - D(G(z))) is flat."""
SWING = 0.2
"""Share of its mean by which the averaged loss of the generator swings (standard deviation) when
neither side holds the balance: 0.06 to 0.12 in healthy games on digits, 0.3 to 0.6 in others."""
CYCLES = 3
"""As often must it swing up and down: once is no rhythm."""
STEPS = 1024
"""Newest steps in which a swing is looked for."""
_BATCHES = 25
"""Steps over which a loss is averaged first: one batch is noise."""


@dataclass(slots=True, eq=False)
class Reading:
    """One look at the game, after ``step`` steps; NaN where something is not known.

    Attributes:
        step: completed steps.
        loss_d, loss_g: the losses of the last step, those of one net added up.
        real, fake: mean score of real examples and of samples.
        grad_d, grad_g: length of the gradient of the step that followed.
        spread: mean distance between two samples, as a share of that of the data.
        covered: classes with at least `SCARCE` of the samples, of those that the data have.
    """

    step: int
    loss_d: float = math.nan
    loss_g: float = math.nan
    real: float = math.nan
    fake: float = math.nan
    grad_d: float = math.nan
    grad_g: float = math.nan
    spread: float = math.nan
    covered: float = math.nan


@dataclass(frozen=True, slots=True)
class Finding:
    """One illness, with the numbers that show it."""

    code: Code
    evidence: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of the data, and how far the judge of them can be trusted."""

    count: int
    accuracy: float
    trusted: bool


def diagnose(
    readings: Sequence[Reading],
    recent: Sequence[Reading],
    losses: NDArray[np.float64],
    classes: Classes | None = None,
) -> list[Finding] | None:
    """Return what ails the game, worst first; None while it is too early to say.

    Args:
        readings: looks at the whole run, thinned.
        recent: the newest looks, each of them.
        losses: the generator's loss at each step, oldest first.
        classes: of the data, where a judge knows them.
    """
    window = list(recent)[-WINDOW:]
    if len(window) < WINDOW or window[-1].step < WARMUP:
        return None
    found = [_vanishing(readings, window), _too_strong(window)]
    if not any(found):
        # Samples that a certain discriminator never let go from the start have not collapsed.
        found.append(_collapse(readings, window, classes))
    found.append(_oscillation(losses))
    return [one for one in found if one is not None]


def _middle(values: list[float]) -> float:
    finite = [value for value in values if math.isfinite(value)]
    return median(finite) if finite else math.nan


def _vanishing(readings: Sequence[Reading], window: list[Reading]) -> Finding | None:
    now, fake = _middle([r.grad_g for r in window]), _middle([r.fake for r in window])
    greatest = max((r.grad_g for r in readings if math.isfinite(r.grad_g)), default=math.nan)
    if not (now < FAINT * greatest and fake < SATURATED):
        return None
    evidence = {"gradient": now, "greatest": greatest, "fake": fake}
    return Finding("vanishing", evidence)


def _too_strong(window: list[Reading]) -> Finding | None:
    real, fake = _middle([r.real for r in window]), _middle([r.fake for r in window])
    if not (real > SURE_REAL and fake < SURE_FAKE):
        return None
    return Finding("too_strong", {"real": real, "fake": fake})


def _collapse(
    readings: Sequence[Reading], window: list[Reading], classes: Classes | None
) -> Finding | None:
    spread, covered = _middle([r.spread for r in window]), _middle([r.covered for r in window])
    if window[-1].step < COLLAPSED_AFTER:
        return None
    half = [r for r in readings if r.step <= window[-1].step / 2]
    if not half or (spread > SAME and spread > GROWING * half[-1].spread):
        return None
    known = classes is not None and classes.trusted and math.isfinite(covered)
    few = known and classes is not None and covered <= classes.count / 2
    if not (spread < ALIKE or few):
        return None
    evidence = {"spread": spread}
    if known and classes is not None:
        evidence |= {"covered": covered, "classes": classes.count, "accuracy": classes.accuracy}
    return Finding("collapse", evidence)


def _oscillation(losses: NDArray[np.float64]) -> Finding | None:
    values = losses[np.isfinite(losses)][-STEPS:]
    if len(values) < WARMUP:
        return None
    swing, cycles = swings(values)
    if swing < SWING or cycles < CYCLES:
        return None
    return Finding("oscillation", {"swing": swing, "period": len(values) / cycles})


def swings(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return how far values swing around their trend, as a share of their mean, and how often.

    They are averaged over `_BATCHES` first; the trend is their mean over half of all. Once up and
    down is one swing.
    """
    rest = _averaged(values, _BATCHES) - _averaged(values, len(values) // 2)
    share = float(rest.std() / max(abs(float(values.mean())), 1e-12))
    return share, int(np.count_nonzero(np.diff(np.sign(rest)))) / 2


def _averaged(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Return the mean over ``width`` values around each; fewer at the ends."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(len(values))
    low = np.maximum(0, at - width // 2)
    high = np.minimum(len(values), at + width // 2 + 1)
    means: NDArray[np.float64] = (sums[high] - sums[low]) / (high - low)
    return means
