"""The training of a forecaster in slices, and what it forecasts on the way and in the end."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from dlwidgets.language import say
from dlwidgets.models.forecaster import Forecaster, go_on, windows
from dlwidgets.training.checks import check
from dlwidgets.training.forecast.result import Forecast, Scores, errors
from dlwidgets.training.forecast.setting import Scaled, Setting, scale
from dlwidgets.training.retrain.job import Job, Lane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from torch import Tensor

    from dlwidgets.training.forecast.series import Series

EVERY = 5
"""Epochs between two looks at the forecast; at first there are more."""


class Fit(Lane):
    """A forecaster in training.

    Attributes:
        setting: the position of the knobs.
        scaled: the series as the model sees it.
        model: what is trained; None before the first slice.
        one_step: the newest one-step forecasts, (T,), in the units of the series; NaN for the
            days of the first window. None before the first look.
        free: the free-running forecast of the test part; None before the end.
    """

    def __init__(
        self,
        series: Series,
        setting: Setting,
        fresh: Callable[[], nn.Module],
        *,
        whole: bool = False,
    ) -> None:
        """Prepare to train.

        Args:
            series: the prices.
            setting: the position of the knobs.
            fresh: makes the model, once the random numbers are at the seed.
            whole: a batch goes through the model in one go, as batch norm needs it; else a large
                one in pieces whose gradients are added, which is the same but for rounding.

        Raises:
            ValueError: for a series that is too short for this setting.
        """
        setting.check(len(series))
        super().__init__("model", self._work(fresh), setting.steps)
        self.series, self.setting = series, setting
        self._piece = setting.batch_size if whole else setting.at_once
        self.scaled: Scaled = scale(series, setting.split)
        self.model: nn.Module | None = None
        self.one_step: NDArray[np.float64] | None = None
        self.free: NDArray[np.float64] | None = None

    def job(self) -> Job:
        """Return the training, to be advanced."""
        return Job([self], self.setting.seed)

    def _step(self) -> None:
        # A row without a number is a piece of a forecast. It ends with that, not with the steps.
        row = next(self._rows, None)
        if row is None:
            self.ending = "done"
        elif row and not np.isfinite(row[0]):
            self.ending = "diverged"
        elif row:
            if self._kept is None:
                self._kept = np.empty((self.steps, 1))
            self._kept[self._done] = row
            self._done += 1

    def _work(self, fresh: Callable[[], nn.Module]) -> Iterator[tuple[float, ...]]:
        at = self.setting
        self.model = model = fresh().train()
        optimizer = torch.optim.Adam(model.parameters(), lr=at.lr)
        like = next(model.parameters())
        device = like.device
        x, y = windows(self.scaled.z.to(device, like.dtype), at.window)
        order = torch.Generator().manual_seed(at.seed)
        for epoch in range(1, at.epochs + 1):
            rows = torch.randperm(at.samples, generator=order).to(device).split(at.batch_size)
            for some in rows:
                yield from self._learn(model, optimizer, x, y, some)
            if epoch in (1, 2, at.epochs) or epoch % EVERY == 0:
                yield from self._look(model, x)
        yield from self._run_free(model, x)

    def _learn(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        x: Tensor,
        y: Tensor,
        rows: Tensor,
    ) -> Iterator[tuple[float, ...]]:
        """Take a step; the last row has its loss."""
        optimizer.zero_grad()
        total = 0.0
        for some in rows.split(self._piece):
            said = model(x[some]).reshape(-1, 1)
            loss = nn.functional.mse_loss(said, y[some]) * (len(some) / len(rows))
            loss.backward()
            total += loss.item()
            if len(some) < len(rows):
                yield ()
        optimizer.step()
        yield (total,)

    def _look(self, model: nn.Module, x: Tensor) -> Iterator[tuple[()]]:
        """Forecast each day from the true ones before it; the parts of the series apart."""
        at = self.setting
        said = []
        for part in (x[: self.setting.samples], x[self.setting.samples :]):
            for some in part.split(at.at_once):
                said.append(_said(model, some))
                yield ()
        one_step = np.full(len(self.series), np.nan)
        one_step[self.setting.window :] = self.scaled.back(torch.cat(said)[:, 0])
        one_step.flags.writeable = False
        self.one_step = one_step

    def _run_free(self, model: nn.Module, x: Tensor) -> Iterator[tuple[()]]:
        """Forecast the test part in runs of ``horizon`` days, each from true days alone."""
        at = self.setting
        tests = len(self.series) - at.split
        starts = x[self.setting.samples :: self.setting.horizon]  # (runs, n, 1)
        days = min(self.setting.horizon, tests)
        runs = torch.empty(len(starts), days, dtype=x.dtype)
        model.eval()
        for first in range(0, len(starts), at.at_once):
            rows = slice(first, first + at.at_once)
            for day, said in zip(range(days), go_on(model, starts[rows]), strict=False):
                runs[rows, day] = said[:, 0].cpu()
                yield ()
        model.train()
        free = np.full(len(self.series), np.nan)
        # The last run may reach beyond the last day.
        free[self.setting.split :] = self.scaled.back(runs.reshape(-1)[:tests])
        free.flags.writeable = False
        self.free = free

    def forecast(self) -> Forecast:
        """Return what it has come to, once it is through."""
        truth, split = self.series.prices, self.setting.split
        nothing = np.full(len(truth), np.nan)
        one_step = nothing if self.one_step is None else self.one_step
        free = nothing if self.free is None else self.free
        yesterday, known = naive(truth, split, 1), naive(truth, split, self.setting.horizon)
        forecasts = (one_step, yesterday, free, known)
        return Forecast(
            setting=self.setting,
            dates=self.series.dates,
            truth=truth,
            one_step=one_step,
            naive=yesterday,
            free_running=free,
            naive_free=known,
            losses=self.rows[:, 0].copy(),
            scores=Scores(*(errors(one, truth, split) for one in forecasts)),
            ending=self.ending,
        )


def _said(model: nn.Module, x: Tensor) -> Tensor:
    """Return what a model says after each window, (N, 1); it stays in training."""
    with torch.no_grad():
        said: Tensor = model.eval()(x).reshape(-1, 1)
    model.train()
    return said


def naive(truth: NDArray[np.float64], split: int, horizon: int) -> NDArray[np.float64]:
    """Return the forecast "as on the last day known", (T,); NaN before the test part.

    Args:
        truth: the series, (T,).
        split: where the test part begins.
        horizon: 1 for "same as yesterday"; h where the true days are seen every h days.
    """
    days = np.arange(split, len(truth))
    known = np.full(len(truth), np.nan)
    known[split:] = truth[split + (days - split) // horizon * horizon - 1]
    return known


def maker(setting: Setting, model: nn.Module | None) -> Callable[[], nn.Module]:
    """Return what makes the model to train: a `Forecaster`, or a copy of one's own.

    Raises:
        TypeError: for a model that is no module.
        ValueError: for one that can't be trained, or does not answer windows (N, n, 1) with (N, 1).
    """
    if model is None:
        return lambda: Forecaster(setting.hidden_size)
    check("model", "an nn.Module", "nn.Module", model, right=isinstance(model, nn.Module))
    if not any(p.requires_grad for p in model.parameters()):
        raise ValueError(
            say(
                "model: expected a parameter to train, got none with requires_grad",
                "model：没有可训练的参数（requires_grad）",
            )
        )
    try:
        shape = tuple(_said_by(deepcopy(model), setting.window).shape)
    except Exception as error:
        raise ValueError(
            say(
                f"model: can't take windows of shape (N, {setting.window}, 1): {error}",
                f"model：无法处理形状为 (N, {setting.window}, 1) 的窗口：{error}",
            )
        ) from error
    if shape not in ((2, 1), (2,)):
        raise ValueError(
            say(
                f"model: expected one number for each window, (N, 1), got {('N', *shape[1:])}",
                f"model：每个窗口应给出一个数 (N, 1)，得到 {('N', *shape[1:])}",
            )
        )
    kept = deepcopy(model)
    return lambda: deepcopy(kept)


def _said_by(model: nn.Module, window: int) -> Tensor:
    from dlwidgets.training.hooks import unwatched

    some = next(model.parameters()).new_zeros(2, window, 1)
    with unwatched(), torch.no_grad(), torch.random.fork_rng([]):
        said: Tensor = model.eval()(some)
    return said
