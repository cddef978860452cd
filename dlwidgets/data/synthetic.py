"""A share index that never was: plausible prices for lessons without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dlwidgets.data.days import day
from dlwidgets.data.prices import FEWEST, Prices
from dlwidgets.language import Both, say

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

MOST_DAYS = 50_000
FIRST_DAY, LAST_DAY = np.datetime64("1678-01-01"), np.datetime64("2262-01-01")
"""What nanoseconds in 64 bits can count."""

LEVEL = 3000.0
"""Points at the start: about where the CSI 300 stood in October 2010."""

CALM = 0.011
"""Standard deviation of a middling day's logarithmic return, half of it overnight or less."""

PERSISTENCE, WAVES = 0.98, 0.10
"""The logarithm of volatility keeps 98 % of itself each day and is shaken by this much."""

NIGHT = 0.4
"""Share of a day's deviation that falls between yesterday's close and today's open."""

SHARES = 1e10
UNRULY = 1.5
"""How strongly the volume grows with volatility."""


def synthetic_index(seed: int = 0, *, start: str | date = "2010-10-11", days: int = 3500) -> Prices:
    """Return a made-up share index, as `csi300` returns the real one; it always says synthetic.

    A geometric random walk whose volatility changes slowly, as that of real indices does: calm
    and stormy months follow one another. High and low are drawn as the extremes of a Brownian
    path from open to close, so high ≥ max(open, close) and low ≤ min(open, close). Every weekday
    is a trading day; holidays are not imitated. The walk has no memory that would help to
    foretell its direction.

    Source: the volatility is a first-order autoregression of its logarithm (S. J. Taylor,
    Modelling Financial Time Series, 1986).

    Args:
        seed: the same seed gives the same prices.
        start: the first day; a weekend moves it to the Monday after.
        days: trading days, 2 to 50,000.

    Raises:
        TypeError: when ``seed`` or ``days`` is no integer.
        ValueError: when ``days`` is out of range, ``seed`` is negative, or ``start`` is no date.
    """
    import pandas as pd

    count = _integer("days", days, FEWEST, MOST_DAYS)
    chosen = _integer("seed", seed, 0, None)
    first = day("start", start)
    dates = np.busday_offset(np.datetime64(first), np.arange(count), roll="forward")
    if not FIRST_DAY < dates[0] <= dates[-1] < LAST_DAY:
        message = say(
            f"start: {count:,} days from {first} leave pandas' calendar (1678 to 2261); "
            "choose fewer days or another start",
            f"start：从 {first} 起的 {count:,} 天超出 pandas 的日历（1678 至 2261 年）；"
            "请减少天数或另选开始日期",
        )
        raise ValueError(message)
    rows = pd.DataFrame(
        {"date": dates.astype("datetime64[ns]"), **_walk(np.random.default_rng(chosen), count)}
    )
    return Prices(
        titles=Both(f"synthetic index (seed {chosen})", f"合成指数（种子 {chosen}）"),
        _rows=rows,
        synthetic=True,
        sources=Both("drawn at random, not real prices", "随机生成，并非真实价格"),
    )


def _walk(rng: np.random.Generator, days: int) -> dict[str, NDArray[np.float64]]:
    """Return open, high, low, close (points) and volume (shares) of ``days`` days."""
    shocks = rng.standard_normal((5, days))
    waves = np.empty(days)
    wave = 0.0
    for i in range(days):
        waves[i] = wave = PERSISTENCE * wave + WAVES * shocks[0, i]
    spread = CALM * np.exp(waves)  # (days,) deviation of each day's return
    night = NIGHT * spread * shocks[1]
    light = np.sqrt(1 - NIGHT**2) * spread
    course = light * shocks[2]
    close = np.log(LEVEL) + np.cumsum(night + course)
    start = close - course
    tails = -2 * np.log1p(-rng.random((2, days))) * light**2
    reach = np.sqrt(course**2 + tails)  # extremes of a Brownian bridge from open to close
    middle = (start + close) / 2  # rounding may bring an extreme below an end
    logarithms = {
        "open": start,
        "high": np.maximum(middle + reach[0] / 2, np.maximum(start, close)),
        "low": np.minimum(middle - reach[1] / 2, np.minimum(start, close)),
        "close": close,
    }
    volume = SHARES * np.exp(UNRULY * waves + 0.25 * shocks[4])
    prices = {name: np.exp(one).round(2) for name, one in logarithms.items()}
    return {**prices, "volume": volume.round(-2)}


def _integer(name: str, value: object, low: int, high: int | None) -> int:
    limits = f"{low:,}–{high:,}" if high is not None else f"≥ {low}"
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        message = say(
            f"synthetic_index: expected {name} as an integer ({limits}), got {value!r}",
            f"synthetic_index：{name} 应为整数（{limits}），得到 {value!r}",
        )
        raise TypeError(message)
    if value < low or (high is not None and value > high):
        message = say(
            f"synthetic_index: expected {name} {limits}, got {value:,}",
            f"synthetic_index：{name} 应为 {limits}，得到 {value:,}",
        )
        raise ValueError(message)
    return int(value)
