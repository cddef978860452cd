"""What the generator made of the same noise, over the whole run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets.training.adversarial.thinning import Thinned

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

LIMIT = 64 * 2**20
"""Bytes that a film may take; beyond, every second shot goes."""
SIDE = 64
"""Pixels on the longer side of a tile; of larger images every n-th pixel is kept."""
_SMALLEST = 64
"""Numbers in the smallest row that is taken for a square image: 8 x 8, the digits."""


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """The samples after ``step`` steps.

    Attributes:
        step: completed steps.
        tiles: uint8 (n, height, width, 1 or 3), black to white over the range of the real data.
        scores: float32 (n,), what the discriminator makes of each: the probability to be real.
        guesses: int8 (n,), the class that the judge sees in each, -1 without a judge.
    """

    step: int
    tiles: NDArray[np.uint8]
    scores: NDArray[np.float32]
    guesses: NDArray[np.int8]

    @property
    def nbytes(self) -> int:
        """The memory that it takes."""
        return self.tiles.nbytes + self.scores.nbytes + self.guesses.nbytes


class Film:
    """The shots of a run, at most `LIMIT` bytes of them, spaced evenly over all that were taken."""

    def __init__(self, limit: int = LIMIT) -> None:
        """Begin without a shot."""
        self._limit = limit
        self._shots: Thinned[Shot] = Thinned(3)

    def append(self, shot: Shot) -> None:
        """Take the next shot; all are of one size."""
        if not self._shots.offered:
            self._shots = Thinned(self._limit // max(1, shot.nbytes))
        self._shots.append(shot)

    def __len__(self) -> int:
        return len(self._shots)

    def __getitem__(self, index: int) -> Shot:
        return self._shots[index]

    @property
    def steps(self) -> list[int]:
        """The step of each shot, oldest first."""
        return [shot.step for shot in self._shots]

    @property
    def stride(self) -> int:
        """Every how many looks a shot was kept."""
        return self._shots.stride

    @property
    def nbytes(self) -> int:
        """The memory that all shots take."""
        return sum(shot.nbytes for shot in self._shots)


def as_tiles(samples: torch.Tensor, low: float, high: float) -> NDArray[np.uint8]:
    """Return samples as images, ``low`` black and ``high`` white.

    Args:
        samples: (n, h, w), (n, 1 or 3, h, w), (n, s*s) for square images from 8 x 8 on, or
            (n, k), each then a row of k pixels. Of other channels the first is shown.
        low: the number that is black.
        high: the number that is white.
    """
    values = samples.detach().float().cpu().numpy()
    images = _images(values)
    every = max(1, math.ceil(max(images.shape[1:3]) / SIDE))
    images = images[:, ::every, ::every]
    span = high - low if high > low else 1.0
    shares = np.clip(np.nan_to_num((images - low) / span), 0, 1)
    pixels: NDArray[np.uint8] = np.rint(255 * shares).astype(np.uint8)
    return pixels


def _images(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (n, h, w, channels)."""
    if values.ndim == 4:  # noqa: PLR2004 -- (n, channels, h, w)
        shown = values if values.shape[1] == 3 else values[:, :1]  # noqa: PLR2004 -- red, green, blue
        return np.moveaxis(shown, 1, -1)
    if values.ndim == 3:  # noqa: PLR2004 -- (n, h, w)
        return values[..., None]
    rows = values.reshape(len(values), -1)
    side = math.isqrt(rows.shape[1])
    if side * side == rows.shape[1] >= _SMALLEST:
        return rows.reshape(-1, side, side, 1)
    return rows[:, None, :, None]
