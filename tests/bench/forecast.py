"""Whether the book's forecaster beats "same as yesterday" on the real CSI 300, in index points."""

from __future__ import annotations

import statistics

import torch

import dlwidgets
from dlwidgets.models import Forecaster
from dlwidgets.training.forecast import Fit, Setting, read
from tests.bench.table import show

SEEDS = (0, 1, 2)
TEST_DAYS = 600
HORIZON = 20
WINDOWS = (5, 30, 60)
HIDDEN = (8, 32)


def row(series: object, window: int, hidden: int) -> list[str]:
    """Train once a seed; return medians over the seeds."""
    scores = []
    data = read(series)
    for seed in SEEDS:
        setting = Setting(
            len(data) - TEST_DAYS,
            window=window,
            hidden_size=hidden,
            horizon=HORIZON,
            epochs=15,
            batch_size=20,
            lr=0.005,
            seed=seed,
        )
        fit = Fit(data, setting, lambda: Forecaster(hidden))
        fit.job().advance()
        scores.append(fit.forecast().scores)
    cells = [str(window), str(hidden)]
    for model, naive in ((0, 1), (2, 3)):
        for error in (0, 1):
            ours = statistics.median(one[model][error] for one in scores)
            theirs = scores[0][naive][error]
            cells += [f"{ours:.1f}", f"{theirs:.1f}", f"{ours / theirs:.2f}"]
    return cells


def main() -> None:
    """Print the errors of both forecasts in the test part."""
    torch.set_num_threads(1)
    try:
        prices = dlwidgets.data.csi300(source="file")
    except FileNotFoundError as error:
        print(f"\nForecasts left out: {error}")
        return
    print(f"\n{prices}")
    show(
        f"Daily high, the last {TEST_DAYS} days; LSTM against the naive forecast, median of "
        f"{len(SEEDS)} seeds; one step ahead (naive: yesterday's high), and free running for "
        f"{HORIZON} days (naive: the last known); a ratio above 1: naive is better",
        [
            "window",
            "hidden",
            *("MAE", "naive", "ratio", "RMSE", "naive", "ratio"),
            *("free MAE", "naive", "ratio", "free RMSE", "naive", "ratio"),
        ],
        [row(prices, window, hidden) for window in WINDOWS for hidden in HIDDEN],
    )
