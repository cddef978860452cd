"""What a forecast has come to: numbers of each day, errors, and whether naive was beaten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import pandas as pd

from dlwidgets.language import SILENT, Both

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.training.forecast.setting import Setting
    from dlwidgets.training.retrain.job import Ending


class Score(NamedTuple):
    """Errors in the test part, in the units of the series."""

    mae: float
    rmse: float


class Scores(NamedTuple):
    """The errors of the four forecasts."""

    one_step: Score
    naive: Score
    free_running: Score
    naive_free: Score


def errors(forecast: NDArray[np.float64], truth: NDArray[np.float64], split: int = 0) -> Score:
    """Return the mean absolute error and the root of the mean squared error from ``split`` on.

    Args:
        forecast: what was said of each day, (T,).
        truth: what each day was, (T,).
        split: where the test part begins.
    """
    off = np.asarray(forecast, np.float64)[split:] - np.asarray(truth, np.float64)[split:]
    with np.errstate(over="ignore", invalid="ignore"):
        return Score(float(np.mean(np.abs(off))), float(np.sqrt(np.mean(off**2))))


@dataclass(frozen=True, eq=False, repr=False)
class Forecast:
    """What a forecaster says of each day, beside the truth and the naive forecast.

    Attributes:
        setting: the position of the knobs; ``setting.split`` is the first row of the test part.
        dates: the days; None where the series has none.
        truth: the series, (T,).
        one_step: each day from the true days before it, (T,); NaN for the first window.
        naive: each day as the day before, (T,); NaN before the test part.
        free_running: runs of ``setting.horizon`` days in which the model sees its own numbers,
            (T,); NaN before the test part.
        naive_free: the last true day before each run, (T,); likewise.
        losses: of each step, mean squared error of the scaled values.
        scores: MAE and RMSE in the test part of each of the four forecasts.
        ending: ``"done"``, ``"diverged"``, ``"failed"``, or empty while it goes on.
    """

    setting: Setting
    dates: pd.DatetimeIndex | None
    truth: NDArray[np.float64]
    one_step: NDArray[np.float64]
    naive: NDArray[np.float64]
    free_running: NDArray[np.float64]
    naive_free: NDArray[np.float64]
    losses: NDArray[np.float64]
    scores: Scores
    ending: Ending

    @property
    def frame(self) -> pd.DataFrame:
        """The test part as a frame: truth and forecasts of each day."""
        index = pd.RangeIndex(len(self.truth)) if self.dates is None else self.dates
        columns = {name: getattr(self, name) for name in ("truth", *Scores._fields)}
        return pd.DataFrame(columns, index=index).iloc[self.setting.split :]

    @property
    def table(self) -> pd.DataFrame:
        """MAE and RMSE of the forecasts, and what they are of those of the naive one beside."""
        table = pd.DataFrame(self.scores, index=list(Scores._fields), columns=["mae", "rmse"])
        for name in ("mae", "rmse"):
            beside = table[name].to_numpy()[[1, 1, 3, 3]]
            with np.errstate(divide="ignore", invalid="ignore"):
                table[f"{name}_ratio"] = table[name].to_numpy() / beside
        return table

    @property
    def verdict(self) -> Both:
        """Whether the one-step forecast beats "same as yesterday" in the test part, in words."""
        return judged(self.scores.one_step, self.scores.naive, _YESTERDAY)

    @property
    def free_verdict(self) -> Both:
        """Whether the free-running forecast beats "as on the last day known", in words."""
        return judged(self.scores.free_running, self.scores.naive_free, _KNOWN)

    def __repr__(self) -> str:
        return f"Forecast: {self.verdict}\n{self.table.to_string(float_format='{:.4g}'.format)}"


_YESTERDAY = Both("“same as yesterday”", "“与昨天相同”")
_KNOWN = Both("“same as on the last day known”", "“与最后已知的一天相同”")


def better(model: Score, naive: Score) -> Literal["", "yes", "no", "mixed"]:
    """Return whether a model beats a naive forecast; empty where nothing is known yet."""
    if not all(map(np.isfinite, (*model, *naive))):
        return ""
    lower = [model.mae < naive.mae, model.rmse < naive.rmse]
    return "yes" if all(lower) else "mixed" if any(lower) else "no"


def judged(model: Score, naive: Score, name: Both) -> Both:
    """Return the same in words."""
    found = better(model, naive)
    if not found:
        return SILENT
    en = f"MAE {model.mae:.4g} against {naive.mae:.4g}, RMSE {model.rmse:.4g} against "
    en += f"{naive.rmse:.4g}"
    zh = f"MAE {model.mae:.4g} 对 {naive.mae:.4g}，RMSE {model.rmse:.4g} 对 {naive.rmse:.4g}"
    if naive.mae == 0:
        return Both(
            f"Nothing to beat: {name.en} is never wrong here ({en}).",
            f"无从超越：此处{name.zh}从不出错（{zh}）。",
        )
    if found == "yes":
        return Both(
            f"The model beats {name.en} in the test part: {en}.",
            f"在测试部分，模型优于{name.zh}：{zh}。",
        )
    if found == "mixed":
        which = ("MAE", "RMSE") if model.mae < naive.mae else ("RMSE", "MAE")
        return Both(
            f"No clear gain over {name.en}: the {which[0]} is lower, the {which[1]} is not ({en}).",
            f"与{name.zh}相比没有明显优势：{which[0]} 更低，{which[1]} 则不然（{zh}）。",
        )
    return Both(
        f"The model is no better than {name.en} in the test part: {en}.",
        f"在测试部分，模型并不优于{name.zh}：{zh}。",
    )
