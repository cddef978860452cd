"""What a playground has come to, for whoever asks in Python."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import nn

    from dlwidgets.training.playground import Play


class PlaygroundResults:
    """Points, nets, numbers and the program of a game."""

    _play: Play

    @property
    def points(self) -> NDArray[np.float32]:
        """The real points, (n, 2), in your units."""
        target = self._play.target
        return np.array(target.back(target.points).numpy())

    @property
    def samples(self) -> NDArray[np.float32]:
        """The generated points on the stage, (400, 2), in your units."""
        import torch

        with torch.no_grad():
            found = self._play.generator(self._play.measures.z)
            return np.array(self._play.target.back(found).numpy())

    @property
    def generator(self) -> nn.Module:
        """A copy of G: (n, noise_size) to (n, 2), points of your own in their scaled units."""
        return deepcopy(self._play.generator)

    @property
    def discriminator(self) -> nn.Module:
        """A copy of D: (n, 2), as G returns them, to logits (n, 1)."""
        return deepcopy(self._play.discriminator)

    @property
    def history(self) -> dict[str, NDArray[np.float64]]:
        """What was measured over 400 real and 400 generated points, by name, as the charts show."""
        from dlwidgets.training.playground.measures import COLUMNS

        return dict(zip(COLUMNS, self._play.measures.rows.T.copy(), strict=True))

    def code(self) -> str:
        """Return a program of plain PyTorch that plays this game again up to here.

        It ends with ``samples``, ``G`` and ``D``. More than 400 points of your own it expects as
        ``points``.
        """
        from dlwidgets.training.playground import program

        return program(self._play)
