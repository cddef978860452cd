"""Reading series: what holds prices, in which order, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

import dlwidgets
from dlwidgets.language import Both
from dlwidgets.training.forecast import read

DAYS = pd.bdate_range("2020-01-01", periods=5)
VALUES = [3.0, 1.0, 4.0, 1.0, 5.0]


def frame(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"date": DAYS, "high": VALUES, "low": [v - 1 for v in VALUES]} | columns)


class Prices:
    """What `dlwidgets.data` returns has these."""

    def __init__(self, titles: Both | None = None) -> None:
        self.frame, self.title, self.synthetic = frame(), "CSI 300", True
        if titles:
            self.titles = titles


@pytest.mark.parametrize(
    ("data", "dated"),
    [
        (Prices(), True),
        (frame(), True),
        (frame(date=DAYS.strftime("%Y%m%d")), True),
        (frame(date=DAYS.strftime("%Y%m%d").astype(int)), True),
        (frame(date=DAYS.date), True),
        (frame().rename(columns={"date": "trade_date"}), True),
        (frame().rename(columns={"date": "日期"}), True),
        (frame().set_index("date"), True),
        (frame(date=DAYS.strftime("%Y-%m-%d")).set_index("date"), True),
        (frame().set_index("date").tz_localize("Asia/Shanghai"), True),
        (frame().set_index(DAYS.to_period("D")), True),
        (frame().drop(columns="date"), False),
        (frame().set_index("date")["high"], True),
        (pd.Series(VALUES), False),
        (np.array(VALUES), False),
        (np.array(VALUES)[:, None], False),
        (np.array(VALUES, np.float32), False),
        (torch.tensor(VALUES, requires_grad=True), False),
        (torch.tensor(VALUES, dtype=torch.bfloat16), False),
        (VALUES, False),
        (tuple(VALUES), False),
        (["3", "1", "4", "1.0", "5"], False),
    ],
)
def test_whatever_holds_prices(data: Any, dated: bool) -> None:
    series = read(data)
    assert series.prices.tolist() == VALUES
    assert series.prices.dtype == np.float64
    assert (series.dates is not None) == dated
    if dated:
        assert series.dates.tolist() == DAYS.tolist()
        assert series.day(1) == "2020-01-02"
        assert [series.row(day) for day in ("2020-01-02", "2020-01-04", "2021")] == [1, 3, 5]
    assert series.notes == ()


def test_the_users_numbers_stay_as_they_are_and_the_series_keeps_its_own() -> None:
    given = np.array(VALUES)
    series = read(given)
    given[0] = 99
    assert series.prices[0] == VALUES[0]
    with pytest.raises(ValueError, match="read-only"):
        series.prices[0] = 1


def test_what_the_series_is_called() -> None:
    assert read(Prices()).title == Both("CSI 300", "CSI 300")
    assert read(Prices(Both("index", "指数"))).title == Both("index", "指数")
    assert read(Prices()).synthetic
    assert not read(frame()).synthetic
    assert read(pd.Series(VALUES, name="close")).title.en == "close"


def test_columns_are_chosen_by_name() -> None:
    assert read(frame()).column == "high"
    assert read(frame(), "low").prices[0] == VALUES[0] - 1
    assert read(frame()[["date", "low"]]).column == "low"
    numbered = frame().set_index("date").set_axis([0, 1], axis=1)
    assert (read(numbered, 1).column, read(numbered, 1).prices[0]) == ("1", VALUES[0] - 1)
    assert read(numbered[[0]]).column == "0"
    assert (
        read(numbered.set_axis([("a", "high"), ("a", "low")], axis=1), ("a", "low")).prices[0] == 2
    )
    with pytest.raises(ValueError, match=r"got 'hihg'; choose .* Did you mean 'high'\?"):
        read(frame(), "hihg")
    with pytest.raises(ValueError, match="expected one of low, close, got 'high'"):
        read(frame(close=VALUES).drop(columns="high"))
    with pytest.raises(ValueError, match="'high' names 2 columns"):
        read(pd.concat([frame(), frame()[["high"]]], axis=1))
    with pytest.raises(TypeError, match="expected a frame to choose 'high' from, got list"):
        read(VALUES, "high")


def test_days_are_put_in_order_and_equal_rows_merged_and_both_is_said() -> None:
    mixed = pd.concat([frame().iloc[::-1], frame().iloc[[2]]])
    series = read(mixed)
    assert series.prices.tolist() == VALUES
    assert series.dates.tolist() == DAYS.tolist()
    assert [str(note) for note in series.notes] == ["sorted by date", "1 repeated days left out"]


def test_days_that_contradict_are_refused() -> None:
    twice = pd.concat([frame(), frame(high=9.0).iloc[[1]]])
    with pytest.raises(ValueError, match="2020-01-02 is there twice, with 1 and 9"):
        read(twice)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, None])
def test_prices_that_are_no_numbers_are_named_by_their_days(wrong: float | None) -> None:
    prices = frame()
    prices.loc[1:4, "high"] = wrong
    with pytest.raises(
        ValueError, match=r"2020-01-02: (nan|-?inf), 2020-01-03: .*, 2020-01-06: .* and 1 more"
    ):
        read(prices)
    with pytest.raises(ValueError, match="row 1: "):
        read([1.0, wrong, 2.0])


@pytest.mark.parametrize(
    ("data", "error", "text"),
    [
        ({"a": 1}, TypeError, "expected prices as a pandas DataFrame .* got dict"),
        ("high", TypeError, "got str"),
        (3.5, TypeError, "got float"),
        (np.zeros((3, 4)), ValueError, r"one row of numbers, got shape \(3, 4\)"),
        (np.float64(3), TypeError, "got float64"),
        (np.array(3.0), ValueError, r"got shape \(\)"),
        (["a", "b"], ValueError, "expected numbers, got could not convert"),
        (np.array([True, False]), ValueError, "expected numbers, got bool"),
        (np.array([1j]), ValueError, "expected numbers, got complex128"),
        (DAYS.to_numpy(), ValueError, "expected numbers, got datetime64"),
        (frame(date="never"), ValueError, "expected days in date, got 'never'"),
        (
            pd.Series([1.0, 2.0], index=["a", "b"]),
            ValueError,
            r"days in index, got 'a'; .* \.reset_index\(drop=True\)",
        ),
        (frame(date=[*DAYS[:4], pd.NaT]), ValueError, "a day in each row, got none in row 4"),
    ],
)
def test_what_holds_no_prices_is_refused(data: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        read(data)


def test_days_to_split_at_are_days() -> None:
    with pytest.raises(ValueError, match="a day such as '2020-01-02', got 'soon'"):
        read(frame()).row("soon")
    with pytest.raises(ValueError, match="this series has no dates; got '2020-01-02'"):
        read(VALUES).row("2020-01-02")


def test_errors_in_chinese() -> None:
    dlwidgets.set_language("zh")
    try:
        with pytest.raises(ValueError, match="请去掉这些日子"):
            read([1.0, np.nan])
    finally:
        dlwidgets.set_language(None)
