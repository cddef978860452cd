"""The days of a series: read from whatever holds them, put in order, each once."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dlwidgets.language import Both, say

if TYPE_CHECKING:
    from numpy.typing import NDArray


def named(dates: pd.DatetimeIndex | None, row: int) -> str:
    """Return the day of a row as text; the number of the row where there are no dates."""
    if dates is None:
        return say(f"row {row}", f"第 {row} 行")
    # Midnight of a day is just the day.
    return str(dates[row]).removesuffix(" 00:00:00")


def of_index(index: pd.Index[Any]) -> pd.DatetimeIndex | None:
    """Return the days of an index, or None where it counts rows."""
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp()
    if isinstance(index, pd.DatetimeIndex):
        return index.tz_localize(None)
    # Numbers count rows; texts and dates of Python's own are days.
    return of_values(index.to_series(), "index") if index.dtype.kind == "O" else None


def of_values(values: pd.Series[Any], name: str) -> pd.DatetimeIndex:
    """Return the days that a column holds; ``name`` is what it is called in errors."""
    # 20200102 as a number is a day in tushare's way, not nanoseconds.
    plain = values.astype(str) if values.dtype.kind in "iu" else values
    try:
        with warnings.catch_warnings():
            # Of texts in an odd form: those that are days are taken, the others refused below.
            warnings.simplefilter("ignore", UserWarning)
            days = pd.DatetimeIndex(pd.to_datetime(plain))
    except (TypeError, ValueError) as error:
        raise ValueError(
            say(
                f"series: expected days in {name}, got {values.iloc[0]!r}; convert them with "
                f"pd.to_datetime, or number the rows with .reset_index(drop=True) ({error})",
                f"series：{name} 应为日期，得到 {values.iloc[0]!r}；请用 pd.to_datetime 转换，"
                f"或用 .reset_index(drop=True) 按行编号（{error}）",
            )
        ) from error
    return days.tz_localize(None)


def in_order(
    values: NDArray[np.float64], days: pd.DatetimeIndex
) -> tuple[NDArray[np.float64], pd.DatetimeIndex, list[Both]]:
    """Return the rows by rising day, each day once, and what was done for that."""
    notes = []
    if not days.is_monotonic_increasing:
        order = np.argsort(days.to_numpy(), kind="stable")
        values, days = values[order], days[order]
        notes.append(Both("sorted by date", "已按日期排序"))
    again = np.flatnonzero(days[1:] == days[:-1]) + 1
    for row in again:
        if values[row] != values[row - 1]:
            raise ValueError(
                say(
                    f"series: {named(days, int(row))} is there twice, with {values[row - 1]:g} and "
                    f"{values[row]:g}; keep one (.drop_duplicates())",
                    f"series：{named(days, int(row))} 出现两次，值为 {values[row - 1]:g} 和 "
                    f"{values[row]:g}；请只保留一个（.drop_duplicates()）",
                )
            )
    if len(again):
        keep = np.ones(len(values), bool)
        keep[again] = False
        values, days = values[keep], days[keep]
        notes.append(
            Both(f"{len(again):,} repeated days left out", f"已去掉 {len(again):,} 个重复日期")
        )
    return values, days, notes
