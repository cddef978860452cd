"""How near the generated points have come to the real ones, in the course of a game."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from dlwidgets.models.adversarial import discriminator_loss, generator_loss
from dlwidgets.training.playground.aside import aside
from dlwidgets.training.playground.targets import SIGMA

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.training.playground.play import Play

LOOKED = 400
"""Points of both kinds that are looked at."""

ROWS = 400
"""Rows that are kept at most; of more, every second is dropped and half as often is measured."""

EVERY = 4
"""Rounds between two looks, to begin with."""

FAIR = 0.25
"""A mode counts as found with a quarter of its fair share of the generated points."""

COLUMNS = ("round", "loss_d", "loss_g", "real", "fake", "distance", "modes")


@dataclass(frozen=True)
class Row:
    """What was measured after a round, over `LOOKED` real and as many generated points.

    Attributes:
        round: after how many rounds.
        loss_d: the loss of D.
        loss_g: the loss of G.
        real: the mean of D(x).
        fake: the mean of D(G(z)).
        distance: the energy distance between the real and the generated points.
        modes: how many Gaussians of the mixture are found; NaN where there are none.
    """

    round: int
    loss_d: float
    loss_g: float
    real: float
    fake: float
    distance: float
    modes: float

    def numbers(self) -> tuple[float, ...]:
        """Return them in the order of `COLUMNS`."""
        return tuple(float(getattr(self, name)) for name in COLUMNS)


class Measures:
    """The rows of a game, evenly spread over its rounds however many there are.

    Attributes:
        z: the noise of the points that are looked at: the same at every look.
        real: the real points that are looked at.
        floor: the energy distance between two halves of the real points, which no generator can be
            expected to fall below; NaN where there are too few.
    """

    def __init__(self, play: Play) -> None:
        self._play = play
        self._every = EVERY
        self._rows: list[tuple[float, ...]] = []
        draw = torch.Generator().manual_seed(play.setting.seed)
        points = play.target.points
        order = torch.randperm(len(points), generator=draw)
        self.real = points[order[:LOOKED]]
        self.z = play.noise(LOOKED, draw)
        self._within = mean_distance(self.real, self.real)
        other = points[order[LOOKED : 2 * LOOKED]]
        enough = len(other) == LOOKED
        self.floor = energy_distance(self.real, other) if enough else float("nan")

    @property
    def rows(self) -> NDArray[np.float64]:
        """What was measured, (rows, 7), as `COLUMNS` says."""
        return np.array(self._rows, np.float64).reshape(-1, len(COLUMNS))

    def after_round(self) -> None:
        """Measure, where this round is one of those."""
        if self._play.rounds % self._every == 0:
            self.take()

    def take(self) -> None:
        """Measure now, and keep it."""
        self._rows.append(self.now().numbers())
        if len(self._rows) > ROWS:
            self._every *= 2
            self._rows = [row for row in self._rows if row[0] % self._every == 0]

    @aside()
    @torch.no_grad()
    def now(self) -> Row:
        """Measure now."""
        play = self._play
        fake = play.generator(self.z)
        on_real, on_fake = play.discriminator(self.real), play.discriminator(fake)
        form = play.live.loss
        within = mean_distance(fake, fake)
        return Row(
            play.rounds,
            discriminator_loss(on_real, on_fake, form).item(),
            generator_loss(on_fake, form).item(),
            scores(on_real, form).mean().item(),
            scores(on_fake, form).mean().item(),
            2 * mean_distance(self.real, fake) - self._within - within,
            float(modes_found(fake, play.target.centres)),
        )


def scores(logits: Tensor, form: str) -> Tensor:
    """Return D(x): the sigmoid of the logits, and with least squares the logits themselves."""
    return logits if form == "least_squares" else logits.sigmoid()


def mean_distance(a: Tensor, b: Tensor) -> float:
    """Return the mean of |a − b| over all pairs."""
    # In float64: the differences of such means are small.
    return torch.cdist(a.double(), b.double()).mean().item()


def energy_distance(a: Tensor, b: Tensor) -> float:
    """Return 2 E|a − b| − E|a − a2| − E|b − b2|: 0 for equal clouds.

    a2 and b2 are other points of the same clouds; the farther these are apart, the more.

    Source: G. Székely and M. Rizzo, "Energy statistics", J. Stat. Plan. Inference 143 (2013).
    """
    return 2 * mean_distance(a, b) - mean_distance(a, a) - mean_distance(b, b)


def modes_found(points: Tensor, centres: Tensor) -> float:
    """Return how many Gaussians have their share of points within 3σ; NaN without Gaussians."""
    if not len(centres):
        return float("nan")
    near = torch.cdist(points, centres) <= 3 * SIGMA  # (n, k)
    return float((near.sum(dim=0) >= FAIR * len(points) / len(centres)).sum())
