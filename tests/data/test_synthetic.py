import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlwidgets.data import Prices, synthetic_index
from dlwidgets.language import set_language


def test_the_same_seed_gives_the_same_prices() -> None:
    one, again, other = (synthetic_index(seed, days=50).frame for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(one, again)
    assert not np.isclose(one["close"], other["close"]).all()
    shorter = synthetic_index(0).frame
    digest = hashlib.sha256(shorter["high"].to_numpy().tobytes()).hexdigest()
    # Lessons tell what is to be seen in this series.
    assert (len(shorter), digest[:16]) == (3500, "c598b29cf9d45116")


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 400))
def test_highs_and_lows_enclose_the_day_and_there_are_no_weekends(seed: int, days: int) -> None:
    frame = synthetic_index(seed, start="2020-02-29", days=days).frame
    assert list(frame.columns) == ["date", "open", "high", "low", "close", "volume"]
    assert len(frame) == days
    ends = frame[["open", "close"]]
    assert (frame["high"] >= ends.max(axis=1)).all()
    assert (frame["low"] <= ends.min(axis=1)).all()
    assert (frame.drop(columns="date") > 0).all(axis=None)
    assert frame["date"].iloc[0] == pd.Timestamp("2020-03-02")  # the Monday
    assert (frame["date"].dt.day_of_week < 5).all()
    assert frame["date"].is_monotonic_increasing
    assert not frame["date"].duplicated().any()


def test_its_returns_are_like_those_of_a_real_index() -> None:
    # The CSI 300 from 2005 to 2025: deviation 0.016, excess kurtosis 4.4, correlation of
    # squared returns 0.2. Here as means over seeds.
    figures = []
    for seed in range(10):
        returns = np.log(synthetic_index(seed).frame["close"]).diff().dropna()
        squares = returns**2
        figures.append((returns.std(), returns.kurt(), squares.autocorr(1), returns.autocorr(1)))
    deviation, kurtosis, clustering, memory = np.mean(figures, axis=0)
    assert 0.010 < deviation < 0.020
    assert 1.5 < kurtosis < 8
    assert 0.1 < clustering < 0.4
    assert abs(memory) < 0.02


def test_it_always_says_that_it_is_synthetic() -> None:
    prices = synthetic_index(5, days=30)
    assert isinstance(prices, Prices)
    assert prices.synthetic is True
    assert repr(prices) == (
        "Prices synthetic index (seed 5): 30 days, 2010-10-11 to 2010-11-19, drawn at random, not "
        "real prices"
    )
    assert "synthetic" in prices.plot().axes[0].get_title()
    set_language("zh")
    assert repr(prices) == (
        "价格 合成指数（种子 5）：30 天，2010-10-11 至 2010-11-19，随机生成，并非真实价格"
    )


def test_the_longest_is_still_a_price() -> None:
    frame = synthetic_index(0, start="1900-01-01", days=50_000).frame
    assert np.isfinite(frame["high"]).all()


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"days": 1}, ValueError, "expected days 2–50,000, got 1"),
        ({"days": 50_001}, ValueError, "got 50,001"),
        ({"days": 2.5}, TypeError, "expected days as an integer"),
        ({"days": True}, TypeError, "got True"),
        ({"seed": -1}, ValueError, "expected seed ≥ 0, got -1"),
        ({"seed": "0"}, TypeError, "got '0'"),
        ({"start": "10/11/2010"}, ValueError, "year first, such as '2010-10-10'"),
        ({"start": "2010-02-30"}, ValueError, "start: expected a date"),
        ({"start": "2200-01-01", "days": 50_000}, ValueError, "leave pandas' calendar"),
        ({"start": "1500-01-01"}, ValueError, "leave pandas' calendar"),
    ],
)
def test_what_can_not_be_is_refused(
    arguments: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        synthetic_index(**arguments)
