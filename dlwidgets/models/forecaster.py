"""The forecaster: an LSTM reads the last n values of a series, a linear layer says the next one.

Book: section 7.8. Paper: S. Hochreiter, J. Schmidhuber, "Long short-term memory", Neural
Computation 9, 1997.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from dlwidgets.language import say
from dlwidgets.models.sizes import check_counts

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class ForecasterConfig:
    """The sizes of a `Forecaster`.

    Attributes:
        hidden_size: numbers that the LSTM carries from day to day.
        num_layers: LSTMs on top of each other.
    """

    hidden_size: int = 16
    num_layers: int = 1

    def __post_init__(self) -> None:
        """Raise ValueError for sizes that can't be."""
        check_counts("Forecaster", hidden_size=self.hidden_size, num_layers=self.num_layers)


class Forecaster(nn.Module):
    """Says the next value of a series from the n before it.

    Takes windows of shape (samples, n, 1), oldest value first, of any length n, and returns
    (samples, 1). Values should be near 0 with a spread near 1; take mean and deviation from the
    training part alone, see `windows`.

    Args:
        hidden_size: numbers that the LSTM carries from day to day.
        num_layers: LSTMs on top of each other.

    Raises:
        ValueError: for sizes that can't be, or windows of another shape.
    """

    def __init__(self, hidden_size: int = 16, num_layers: int = 1) -> None:
        super().__init__()
        self.config = ForecasterConfig(hidden_size, num_layers)
        self.lstm = nn.LSTM(1, hidden_size, num_layers, batch_first=True)
        self.out = nn.Linear(hidden_size, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return the next value after each window."""
        if x.ndim != 3 or x.shape[2] != 1:  # noqa: PLR2004 -- samples, days, one number
            message = say(
                f"Forecaster: expected windows of shape (samples, n, 1), got {tuple(x.shape)}; "
                "see dlwidgets.models.windows",
                f"Forecaster：窗口的形状应为（样本，n，1），得到 {tuple(x.shape)}；"
                "参见 dlwidgets.models.windows",
            )
            raise ValueError(message)
        states, _ = self.lstm(x)  # (N, n, 1) -> (N, n, hidden)
        return self.out(states[:, -1])  # type: ignore[no-any-return]  # (N, hidden) -> (N, 1)


def windows(series: Tensor, n: int) -> tuple[Tensor, Tensor]:
    """Return each run of ``n`` values with the value that follows it, as samples and targets.

    Sample i holds the values i to i + n − 1, its target is value i + n. So of a series of which
    the first ``split`` values are for training, the samples up to ``split - n`` are too. The
    samples are a view of the series: nothing is copied.

    Args:
        series: the values in order, shape (T,).
        n: the length of a window.

    Returns:
        Samples of shape (T − n, n, 1) and targets of shape (T − n, 1).

    Raises:
        ValueError: for another shape, or fewer than n + 1 values.
    """
    check_counts("windows", n=n)
    if series.ndim != 1 or len(series) <= n:
        shape = tuple(series.shape)
        message = say(
            f"windows: expected one row of at least n + 1 = {n + 1} values, got shape {shape}; "
            "give a longer series or a smaller n",
            f"windows：应为至少 n + 1 = {n + 1} 个值的一维序列，得到形状 {shape}；"
            "请给出更长的序列或减小 n",
        )
        raise ValueError(message)
    x = series.unfold(0, n, 1)[:-1, :, None]  # (T,) -> (T - n + 1, n) -> (T - n, n, 1)
    return x, series[n:, None]  # (T - n, 1)


def go_on(model: nn.Module, past: Tensor) -> Iterator[Tensor]:
    """Yield what a model says day after day, (N, 1) each; see `free_run`."""
    while True:
        with torch.no_grad():
            following = model(past).reshape(-1, 1)  # (N, n, 1) -> (N, 1)
            past = torch.cat([past[:, 1:], following[:, :, None]], 1)  # (N, n, 1)
        yield following


def free_run(model: nn.Module, past: Tensor, days: int) -> Tensor:
    """Let a model go on by itself: each value that it says becomes the newest of its window.

    Args:
        model: takes windows (N, n, 1) and returns the next values (N, 1).
        past: the windows to begin with, (N, n, 1).
        days: how many values to say.

    Returns:
        The values in order, (N, days), without gradients.

    Raises:
        ValueError: when ``days`` is no whole number from 1.
    """
    check_counts("free_run", days=days)
    return torch.cat(list(islice(go_on(model, past), days)), 1)  # (N, days)
