"""What a still picture of a run shows: curves thin enough to draw, marks, and their looks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from dlwidgets.training.envelope import CAPACITY, extremes
from dlwidgets.training.words import event_words

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from dlwidgets.training.run import Run

# Told apart by people with any of the common colour deficiencies; the same as in the monitor.
LIGHT = ("#0072b2", "#c45500", "#00785a", "#a3447f", "#7a6200", "#5b4bb5")
DARK = ("#56b4e9", "#f0a030", "#2fc99a", "#e58fc4", "#ece06a", "#b3a6ff")
DASHES: tuple[tuple[float, ...], ...] = ((), (7, 3), (2, 3), (9, 3, 2, 3), (5, 2, 2, 2, 2, 2))
_MARKS = 40
_FEW = 2
_DECADES = 100.0

Tone = Literal["hand", "code", "bad"]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One series as points; NaN is a gap. A sparse one is logged now and then, as once an epoch."""

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    sparse: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened before step ``x``: by hand, by the code, or a misfortune."""

    x: int
    text: str
    tone: Tone


def curves(run: Run, history: pd.DataFrame, buckets: int = CAPACITY) -> list[Curve]:
    """Return the curves of a run in at most ``buckets`` pairs of points each.

    Args:
        run: the run.
        history: its ``run.history``, from which sparse curves get their exact places.
        buckets: how many pairs of least and greatest value to keep.
    """
    chart = run.chart()
    found = []
    for name in chart.names:
        points, width = chart.points(name).reshape(-1, 2), chart.width
        factor = math.ceil(len(points) / buckets)
        if factor > 1:
            room = np.full((math.ceil(len(points) / factor) * factor, 2), math.nan, np.float32)
            room[: len(points)] = points
            points, width = extremes(room.reshape(-1, 2 * factor)), width * factor
        x, y = _places(points, width, len(history))
        seen = np.flatnonzero(np.isfinite(points[:, 0]))
        sparse = len(seen) <= _FEW or len(seen) < (seen[-1] - seen[0] + 1) / 2
        if sparse:
            x, y = _logged(history[name].to_numpy(dtype=np.float64), x, y, buckets)
        found.append(Curve(name, x, y, sparse))
    return found


def _places(
    points: NDArray[np.float32], width: int, steps: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the steps at which the values of buckets are drawn, and the values."""
    starts = np.arange(len(points), dtype=np.float64) * width + 1
    if width == 1:
        return starts, points[:, 0].astype(np.float64)
    quarter = (width - 1) / 4
    x = np.stack((starts + quarter, starts + 3 * quarter), axis=1).reshape(-1)
    return np.minimum(x, steps), points.reshape(-1).astype(np.float64)


def _logged(
    values: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64], buckets: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    at = np.flatnonzero(np.isfinite(values))
    if len(at) <= 2 * buckets:
        return (at + 1).astype(np.float64), values[at]
    kept = np.isfinite(y)
    return x[kept], y[kept]


def marks(run: Run) -> list[Mark]:
    """Return what happened, thinned: the user's acts first, then the code's, spread evenly."""
    events = run.events
    by_hand = [event for event in events if event.kind != "code"][-_MARKS:]
    coded = [event for event in events if event.kind == "code"]
    room = min(_MARKS - len(by_hand), len(coded))
    spread = np.linspace(0, len(coded) - 1, room).astype(int).tolist() if room else []
    found = []
    for event in sorted([*by_hand, *(coded[i] for i in spread)], key=lambda event: event.step):
        tone: Tone = "code" if event.kind == "code" else "hand"
        if event.kind in {"diverged", "failed", "interrupt"}:
            tone = "bad"
        # What is done after step 12 shows from step 13 on.
        found.append(Mark(event.step + 1, event_words(event), tone))
    return found


def wants_log(drawn: list[Curve]) -> bool:
    """Whether the first curve spans more than two decades and no curve has a value below zero."""
    values = [curve.y[np.isfinite(curve.y)] for curve in drawn]
    if not values or not len(values[0]) or any((held <= 0).any() for held in values):
        return False
    return bool(values[0].max() > _DECADES * values[0].min())
