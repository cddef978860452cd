"""Copies of what a module is given, as many as are needed."""

from __future__ import annotations

import torch

from dlwidgets.training.adversarial.game import SAMPLES

_REAL = 2048
"""Real examples that are kept, for the judge."""
_BYTES = 32 * 2**20
"""Memory that they may take."""


class Rows:
    """What a module was given, row by row."""

    def __init__(self) -> None:
        """Begin without a row."""
        self.count = 0
        self.full = False
        self.passed = False
        self._x: list[torch.Tensor] = []
        self._y: list[torch.Tensor | None] = []

    def append(self, x: torch.Tensor, y: torch.Tensor | None, *, passed: bool) -> None:
        """Keep a copy, unless its rows have another shape than those before."""
        if self._x and x.shape[1:] != self._x[0].shape[1:]:
            return
        self.passed = passed
        self._x.append(x.detach().clone())
        self._y.append(None if y is None else y.detach().clone())
        self.count += len(x)
        size = max(1, x[:1].numel() * x.element_size())
        self.full = self.count >= min(_REAL, max(SAMPLES, _BYTES // size))

    def taken(self) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Return all rows, and their labels if each has one."""
        known = [y for y in self._y if y is not None]
        whole = len(known) == len(self._x) and len({y.shape[1:] for y in known}) == 1
        return torch.cat(self._x), torch.cat(known) if whole else None
