"""Whatever holds a series of prices, as one row of numbers with its days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import torch

from dlwidgets.language import SILENT, Both, say, suggest
from dlwidgets.training.forecast.days import in_order, named, of_index, of_values

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

NAMED = 3
"""Days that an error names before it says how many more there are."""

DAYS = ("date", "trade_date", "datetime", "日期")
"""Columns of a frame in which days stand, if its index has none."""


@dataclass(frozen=True, eq=False)
class Series:
    """One number a day, oldest first.

    Attributes:
        prices: finite, (T,).
        dates: the days, rising and each once; None where the series has no dates.
        title: what the series is called.
        column: which number of each day it is; empty where there was only one.
        synthetic: whether it is made up.
        notes: what was done to it: sorted, repeated days left out.
    """

    prices: NDArray[np.float64]
    dates: pd.DatetimeIndex | None = None
    title: Both = SILENT
    column: str = ""
    synthetic: bool = False
    notes: tuple[Both, ...] = ()

    def __len__(self) -> int:
        return len(self.prices)

    def day(self, row: int) -> str:
        """Return the day of a row in words."""
        return named(self.dates, row)

    def row(self, day: object) -> int:
        """Return the first row that is not before a day.

        Raises:
            ValueError: for text that is no date, or a series without dates.
        """
        if self.dates is None:
            raise ValueError(
                say(
                    f"split: expected a share such as 0.8, as this series has no dates; got "
                    f"{day!r}",
                    f"split：此序列没有日期，应为 0.8 这样的比例；得到 {day!r}",
                )
            )
        try:
            stamp = pd.Timestamp(day)  # type: ignore[arg-type]  # whatever it can't take, it refuses
        except (TypeError, ValueError) as error:
            raise ValueError(
                say(
                    f"split: expected a share such as 0.8 or a day such as '2020-01-02', got "
                    f"{day!r}",
                    f"split：应为 0.8 这样的比例或 '2020-01-02' 这样的日期，得到 {day!r}",
                )
            ) from error
        return int(self.dates.searchsorted(stamp))


def read(data: object, column: Hashable | None = None) -> Series:
    """Return the series that ``data`` holds.

    Args:
        data: what `dlwidgets.data.csi300` returns, a pandas DataFrame or Series, an array, tensor
            or list. Without data the synthetic index.
        column: of a frame; without it ``"high"``, or the only one with numbers.

    Raises:
        TypeError: for anything else, or a column given for what has none.
        ValueError: for an unknown column, numbers that are none, or days that contradict.
    """
    if data is None:
        data = _synthetic()
    frame = getattr(data, "frame", None)
    if isinstance(frame, pd.DataFrame):
        title = str(getattr(data, "title", "") or "")
        titles = getattr(data, "titles", None)
        return _of_frame(
            frame,
            column,
            title=titles if isinstance(titles, Both) else Both(title, title),
            synthetic=bool(getattr(data, "synthetic", False)),
        )
    if isinstance(data, pd.DataFrame):
        return _of_frame(data, column)
    if column is not None:
        raise TypeError(
            say(
                f"column: expected a frame to choose {column!r} from, got {type(data).__name__}; "
                "leave column out",
                f"column：只有表格才能选择列 {column!r}，得到 {type(data).__name__}；请去掉 column",
            )
        )
    if isinstance(data, pd.Series):
        name = "" if data.name is None else str(data.name)
        return _series(data.to_numpy(), of_index(data.index), title=Both(name, name))
    return _series(_array(data), None)


def _synthetic() -> object:
    from dlwidgets import data

    return data.synthetic_index()


def _array(data: object) -> NDArray[Any]:
    if isinstance(data, torch.Tensor):
        data = data.detach().cpu()
        # NumPy has no such numbers.
        data = (data.float() if data.dtype is torch.bfloat16 else data).numpy()
    if not isinstance(data, (np.ndarray, list, tuple)):
        raise TypeError(
            say(
                "series: expected prices as a pandas DataFrame or Series, an array, a tensor or a "
                f"list, got {type(data).__name__}",
                "series：应为 pandas 的 DataFrame 或 Series、数组、张量或列表，"
                f"得到 {type(data).__name__}",
            )
        )
    values = np.asarray(data)
    if values.ndim == 2 and 1 in values.shape:  # noqa: PLR2004 -- a column or a row
        values = values.reshape(-1)
    if values.ndim != 1:
        raise ValueError(
            say(
                f"series: expected one row of numbers, got shape {values.shape}; choose a column",
                f"series：应为一维序列，得到形状 {values.shape}；请选取一列",
            )
        )
    return values


def _of_frame(
    frame: pd.DataFrame, column: Hashable | None, *, title: Both = SILENT, synthetic: bool = False
) -> Series:
    days = of_index(frame.index)
    for name in DAYS:
        if days is None and name in frame.columns:
            days = of_values(frame[name], name)
    labels = [label for label in frame.columns if label not in DAYS]
    numbers = [str(label) for label in labels]
    if column is None:
        column = labels[0] if len(labels) == 1 else "high"
    if column not in labels:
        raise ValueError(
            say(
                f"column: expected one of {', '.join(numbers)}, got {column!r}; choose one with "
                f"column=.{suggest(str(column), numbers)}",
                f"column：应为 {', '.join(numbers)} 之一，得到 {column!r}；"
                f"请用 column= 选择。{suggest(str(column), numbers)}",
            )
        )
    alike = [label for label in labels if label == column]
    if len(alike) > 1:
        raise ValueError(
            say(
                f"column: {column!r} names {len(alike)} columns; rename them",
                f"column：有 {len(alike)} 列都叫 {column!r}；请重命名",
            )
        )
    return _series(
        frame[column].to_numpy(), days, title=title, column=str(column), synthetic=synthetic
    )


def _series(values: NDArray[Any], days: pd.DatetimeIndex | None, **about: Any) -> Series:  # noqa: ANN401 -- fields
    numbers = _numbers(values)
    _finite(numbers, days)
    notes: list[Both] = []
    if days is not None:
        numbers, days, notes = in_order(numbers, days)
    numbers.flags.writeable = False
    return Series(numbers, days, notes=tuple(notes), **about)


def _numbers(values: NDArray[Any]) -> NDArray[np.float64]:
    try:
        if values.dtype.kind in "bcMm":
            raise TypeError(values.dtype.name)  # noqa: TRY301 -- one text for all that are no prices
        return np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            say(
                f"series: expected numbers, got {error}; convert them with pd.to_numeric",
                f"series：应为数值，得到 {error}；请用 pd.to_numeric 转换",
            )
        ) from error


def _finite(values: NDArray[np.float64], days: pd.DatetimeIndex | None) -> None:
    missing = np.flatnonzero(np.zeros(0) if days is None else days.isna())
    if len(missing):
        raise ValueError(
            say(
                f"series: expected a day in each row, got none in row {missing[0]}; leave such "
                "rows out",
                f"series：每行都应有日期，第 {missing[0]} 行没有；请去掉这样的行",
            )
        )
    wrong = np.flatnonzero(~np.isfinite(values))
    if not len(wrong):
        return
    where = ", ".join(f"{named(days, int(row))}: {values[row]}" for row in wrong[:NAMED])
    more = len(wrong) - NAMED
    rest = say(f" and {more:,} more", f" 等，另有 {more:,} 处") if more > 0 else ""
    raise ValueError(
        say(
            f"series: expected finite numbers, got {where}{rest}; leave such days out (.dropna()) "
            "or fill them (.ffill())",
            f"series：应为有限数值，得到 {where}{rest}；请去掉这些日子（.dropna()）"
            "或填补（.ffill()）",
        )
    )
