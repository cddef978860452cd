"""One position of the knobs of a forecast, and the samples that it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from dlwidgets.language import say
from dlwidgets.models.forecaster import windows

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from dlwidgets.training.forecast.series import Series


MOST = 256
"""Windows that go through a model at once, at most."""

WORK = 2**18
"""Hidden numbers, of all windows and days, that an LSTM works out in some milliseconds."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One position of the knobs; equal positions give equal numbers, bit for bit.

    Attributes:
        split: how many days are for training, from the first; the others are the test part.
        window: how many days the model sees.
        hidden_size: of the LSTM.
        horizon: after how many days of its own numbers the model sees the true ones again.
        lr: the learning rate of Adam.
        epochs: passes over the training part.
        batch_size: windows of a step.
        seed: of the weights and of the order of the windows.
    """

    split: int
    window: int = 30
    hidden_size: int = 16
    horizon: int = 20
    lr: float = 0.01
    epochs: int = 10
    batch_size: int = 64
    seed: int = 0

    @property
    def samples(self) -> int:
        """How many windows are for training."""
        return self.split - self.window

    @property
    def steps(self) -> int:
        """How many steps of the optimizer there are."""
        return self.epochs * -(-self.samples // self.batch_size)

    @property
    def at_once(self) -> int:
        """How many windows go through the model at once, so that it takes some milliseconds."""
        return max(1, min(MOST, WORK // (self.window * self.hidden_size)))

    def check(self, days: int) -> None:
        """Raise ValueError where the parts of a series of so many days are too short."""
        if self.samples >= 1 and self.split < days:
            return
        raise ValueError(
            say(
                f"split: {self.split:,} of {days:,} days for training and a window of "
                f"{self.window:,}: expected at least one window with its next day in the training "
                "part and one day to test; lower window, move split, or give more days",
                f"split：共 {days:,} 天，训练 {self.split:,} 天，窗口 {self.window:,} 天。"
                "训练部分至少应有一个窗口及其后一天，测试部分至少应有一天；"
                "请减小 window、移动 split 或给出更多数据",
            )
        )


@dataclass(frozen=True, eq=False)
class Scaled:
    """A series as a model sees it, about 0 with a spread about 1.

    The mean and the deviation are those of the training part alone. The book takes them from all
    data; but then each training sample says something about days that are still to come, and the
    errors in the test part look better than those that anybody can have who forecasts.

    Attributes:
        z: the scaled values, (T,), float64.
        mean: of the training part.
        std: its standard deviation; 1 where all its values are equal.
    """

    z: Tensor
    mean: float
    std: float

    def back(self, z: Tensor) -> NDArray[np.float64]:
        """Return values of the model in the units of the series."""
        return z.cpu().numpy().astype(np.float64) * self.std + self.mean

    def windows(self, window: int) -> tuple[Tensor, Tensor]:
        """Return each window and the value that follows it, (T − n, n, 1) and (T − n, 1).

        They are of the type of new layers, float32 unless that was changed.
        """
        return windows(self.z.to(torch.get_default_dtype()), window)


def scale(series: Series, split: int) -> Scaled:
    """Return a series scaled by its first ``split`` values.

    Raises:
        ValueError: for numbers so large that they have no deviation.
    """
    train = series.prices[:split]
    with np.errstate(over="ignore", invalid="ignore"):
        mean, std = float(np.mean(train)), float(np.std(train))
    if not np.isfinite(std):
        raise ValueError(
            say(
                f"series: the values reach {np.abs(train).max():g}, too large to be scaled; divide "
                "them by a power of ten",
                f"series：数值大至 {np.abs(train).max():g}，无法规范化；请除以 10 的幂",
            )
        )
    std = std or 1.0
    with np.errstate(over="ignore"):
        z = torch.from_numpy((series.prices - mean) / std)  # (T,)
    return Scaled(z, mean, std)
