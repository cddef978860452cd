"""Columns of numbers that double as they fill: what a run has measured, step by step.

One row a step, one float64 column a metric, so that a value read back is the value torch gave.
A million steps of three metrics take about 38 MB. Reading while another thread appends is safe:
a reader takes the number of rows first, and rows below it are never moved in place.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import NDArray

_FIRST_CAPACITY = 1024


class Column:
    """A float64 column with a value for each row, NaN where nothing was logged."""

    def __init__(self, capacity: int = _FIRST_CAPACITY) -> None:
        """Start with room for ``capacity`` rows, all of them NaN."""
        self.values: NDArray[np.float64] = np.full(capacity, math.nan)

    def put(self, row: int, value: float) -> None:
        """Write ``value`` at ``row`` (from 0), doubling the room until the row fits."""
        if row >= len(self.values):
            larger = np.full(max(2 * len(self.values), 1 << row.bit_length()), math.nan)
            larger[: len(self.values)] = self.values
            self.values = larger
        self.values[row] = value

    def read(self, start: int, stop: int) -> NDArray[np.float64]:
        """Return rows ``start`` to ``stop`` (NaN beyond the room); a view, not to be changed."""
        values = self.values[start:stop]
        missing = (stop - start) - len(values)
        return values if missing <= 0 else np.append(values, np.full(missing, math.nan))


class Changes:
    """A quantity that seldom changes, kept as the rows at which it did."""

    def __init__(self) -> None:
        """Start without any value."""
        self._rows = Column(16)
        self._values = Column(16)
        self._length = 0
        self.last = math.nan

    def put(self, row: int, value: float) -> None:
        """Note that the quantity is ``value`` from ``row`` on; equal values cost nothing."""
        if self._length and (value == self.last or (value != value and self.last != self.last)):  # noqa: PLR0124 -- NaN is the one number unlike itself
            return
        if self._length and self._rows.values[self._length - 1] == row:  # noqa: PD011 -- no pandas
            self._length -= 1
        self._values.put(self._length, value)
        self._rows.put(self._length, row)
        self._length += 1
        self.last = value

    def read(self, rows: int) -> NDArray[np.float64]:
        """Return the value at each of the first ``rows`` rows, NaN before the first one."""
        length = self._length
        if not length:
            return np.full(rows, math.nan)
        at = np.searchsorted(self._rows.read(0, length), np.arange(rows), side="right") - 1
        return np.where(at < 0, math.nan, self._values.read(0, length)[at])


class History:
    """The rows of a run: seconds, epoch and metrics of each step."""

    def __init__(self) -> None:
        """Start without rows."""
        self.rows = 0
        self.metrics: dict[str, Column] = {}
        self.undrawn: set[str] = set()
        self._seconds = Column()
        self._epochs = Changes()
        self._epoch: int | None = -1  # None of the epochs that there are.

    def open_row(self, seconds: float, epoch: int | None) -> None:
        """Begin the row of the next step, ``seconds`` after the start, in ``epoch`` if known."""
        self._seconds.put(self.rows, seconds)
        if epoch != self._epoch:
            self._epochs.put(self.rows, math.nan if epoch is None else epoch)
            self._epoch = epoch
        self.rows += 1

    def put(self, name: str, value: float, row: int | None = None) -> None:
        """Write a metric into ``row`` (from 0; the newest by default)."""
        column = self.metrics.get(name)
        if column is None:
            column = self.metrics[name] = Column()
        column.put(self.rows - 1 if row is None else row, value)

    def get(self, name: str, row: int) -> float:
        """Return a metric at ``row``, NaN where it has none."""
        column = self.metrics.get(name)
        return math.nan if column is None else float(column.read(row, row + 1)[0])

    def last_finite(self, name: str, rows: int) -> tuple[float, int] | None:
        """Return the newest finite value among the first ``rows`` rows, and its step from 1."""
        if name not in self.metrics:
            return None
        values = self.metrics[name].read(0, rows)
        finite = np.flatnonzero(np.isfinite(values))
        return (float(values[finite[-1]]), int(finite[-1]) + 1) if len(finite) else None

    def frame(self, knobs: Iterable[tuple[str, Changes]] = ()) -> pd.DataFrame:
        """Return everything as a ``pandas.DataFrame`` of its own, one row a step.

        Columns: ``step`` (from 1), ``epoch`` (from 1, only when known), ``seconds``, the metrics
        in the order in which they first appeared, then the value of each knob at that step (but
        a metric that was logged under a knob's name stands in its place).
        """
        import pandas as pd  # takes 0.3 s, and training alone never needs it

        rows = self.rows
        columns: dict[str, object] = {"step": np.arange(1, rows + 1)}
        epochs = self._epochs.read(rows)
        if not np.isnan(epochs).all():
            whole = not np.isnan(epochs).any()
            columns["epoch"] = epochs.astype(np.int64) if whole else epochs
        columns["seconds"] = self._seconds.read(0, rows).copy()
        for name, column in list(self.metrics.items()):
            columns[name] = column.read(0, rows).copy()
        for name, changes in knobs:
            # What the user logged under a knob's name stands.
            columns.setdefault(name, changes.read(rows))
        return pd.DataFrame(columns)

    def load(self, frame: pd.DataFrame, metrics: Iterable[str]) -> None:
        """Fill an empty history from a table that :meth:`frame` made."""
        self._seconds.values = frame["seconds"].to_numpy(dtype=np.float64, copy=True)
        self.rows = len(frame)
        if "epoch" in frame:
            epochs = frame["epoch"].to_numpy(dtype=np.float64)
            for row in np.flatnonzero(np.diff(epochs, prepend=math.nan) != 0):
                self._epochs.put(int(row), float(epochs[row]))
        for name in metrics:
            column = self.metrics[name] = Column()
            column.values = frame[name].to_numpy(dtype=np.float64, copy=True)
