"""A chart of any length in at most 2,000 buckets, in which no spike is lost.

Each bucket spans ``width`` steps (a power of two) and keeps two values a series: its minimum and
its maximum, in the order in which they occurred. When the buckets run out, neighbours merge and
the width doubles, so the cost of an update depends on the new rows alone. What the history
keeps undrawn is left out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.training.history import History

CAPACITY = 2000
"""Buckets at most: two values each make 4,000 points a series."""

_LARGEST = float(np.finfo(np.float32).max)

Token = tuple[int, int]


def extremes(block: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return minimum and maximum of each row of ``block`` in order of occurrence.

    Args:
        block: (buckets, values) numbers; NaN and infinities count as missing.

    Returns:
        (buckets, 2) float32, NaN where a row has no finite value.
    """
    finite = np.isfinite(block)
    whole = bool(finite.all())
    if block.shape[1] == 1:
        picked = block.repeat(2, axis=1)  # A bucket of one step: most charts, most of the time.
    else:
        low = (block if whole else np.where(finite, block, np.inf)).argmin(axis=1)
        high = (block if whole else np.where(finite, block, -np.inf)).argmax(axis=1)
        order = np.stack((np.minimum(low, high), np.maximum(low, high)), axis=1)
        picked = np.take_along_axis(block, order, axis=1)
    if not whole:
        picked = np.where(finite.any(axis=1, keepdims=True), picked, math.nan)
    # What is beyond 32 bits stays a number, so that the spike survives the next merging.
    return np.asarray(np.clip(picked, -_LARGEST, _LARGEST), np.float32)


class Envelope:
    """The decimated chart of a :class:`History`, brought up to date by :meth:`update`."""

    def __init__(self, history: History, capacity: int = CAPACITY) -> None:
        """Draw ``history`` in at most ``capacity`` buckets (an even number)."""
        self._history = history
        self._capacity = capacity
        self._points: dict[str, NDArray[np.float32]] = {}
        self._rows = 0
        self.width = 1
        self.version = 0

    @property
    def length(self) -> int:
        """The number of buckets in use."""
        return -(-self._rows // self.width)

    @property
    def names(self) -> list[str]:
        """The series, in the order in which they first appeared."""
        return list(self._points)

    def update(self) -> None:
        """Take in the rows that came since the last call (and the newest again: it may grow)."""
        rows = self._history.rows
        while rows > self._capacity * self.width:
            self._halve()
        first = max(self._rows - 1, 0) // self.width
        for name, column in list(self._history.metrics.items()):
            if name in self._history.undrawn:
                continue
            points = self._points.get(name)
            if points is None:
                points = np.full((self._capacity, 2), math.nan, np.float32)
                self._points[name] = points
                start = 0
            else:
                start = first
            last = -(-rows // self.width)
            values = column.read(start * self.width, last * self.width)
            if last * self.width > rows:
                values = values.copy()
                values[rows - start * self.width :] = math.nan
            if last > start:
                points[start:last] = extremes(values.reshape(-1, self.width))
        self._rows = rows

    def points(self, name: str, first: int = 0) -> NDArray[np.float32]:
        """Return two values a bucket, from bucket ``first`` on, as one flat float32 array.

        Bucket ``b`` covers the steps ``b * width + 1`` to ``(b + 1) * width``.
        """
        return self._points[name][first : self.length].reshape(-1)

    def last(self, name: str) -> float:
        """Return the newest value of a series that is not missing (NaN if there is none)."""
        newest = self._history.get(name, self._history.rows - 1) if self._history.rows else math.nan
        if not math.isnan(newest):
            return newest
        values = self._history.metrics[name].read(0, self._history.rows)
        tail = max(0, len(values) - 4096)
        logged = np.flatnonzero(~np.isnan(values[tail:]))
        if len(logged):
            return float(values[tail + logged[-1]])
        logged = np.flatnonzero(~np.isnan(values[:tail]))
        return float(values[logged[-1]]) if len(logged) else math.nan

    def changed_since(self, token: Token | None) -> tuple[int, Token]:
        """Return the first bucket that changed since ``token`` was given, and a new token."""
        fresh = (self.version, self._rows)
        if token is None or token[0] != self.version:
            return 0, fresh
        return max(token[1] - 1, 0) // self.width, fresh

    def _halve(self) -> None:
        """Merge neighbouring buckets, so that each spans twice as many steps."""
        for points in self._points.values():
            points[: self._capacity // 2] = extremes(points.reshape(-1, 4))
            points[self._capacity // 2 :] = math.nan
        self.width *= 2
        self.version += 1
