"""Any table of daily prices brought into one form; what can't be right is refused by its date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dlwidgets.data.days import parsed
from dlwidgets.language import say, suggest

if TYPE_CHECKING:
    from pathlib import Path

PRICES = ("open", "high", "low", "close")
COLUMNS = ("date", *PRICES, "volume")

NAMES = {
    "date": ("date", "trade_date", "日期", "交易日期", "交易日", "时间"),
    "open": ("open", "开盘价", "开盘"),
    "high": ("high", "最高价", "最高"),
    "low": ("low", "最低价", "最低"),
    "close": ("close", "收盘价", "收盘"),
    "volume": ("volume", "vol", "成交量"),
}
"""What each column is called elsewhere."""

LOT = 100
"""Shares in a lot (手), which tushare's ``vol`` counts."""

SHOWN = 3


def read_table(path: Path) -> pd.DataFrame:
    """Read a CSV file as texts, in UTF-8 or as a Chinese Excel writes it.

    Raises:
        ValueError: where it is no table.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return pd.read_csv(path, dtype=str, encoding=encoding)
        except UnicodeDecodeError:
            continue
        except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            reason: object = error
            break
    else:
        reason = say("neither UTF-8 nor GB 18030", "既非 UTF-8 也非 GB 18030")
    message = say(
        f"{path} is no CSV table ({reason}); save it as CSV with the columns {', '.join(COLUMNS)}",
        f"{path} 不是 CSV 表格（{reason}）；请另存为 CSV，列为 {'、'.join(COLUMNS)}",
    )
    raise ValueError(message)


def tidy(table: pd.DataFrame, where: str) -> tuple[pd.DataFrame, int]:
    """Return date, open, high, low, close and volume, days ascending, each day once.

    Rows that are blank but for their date are left out: some sources list holidays so. Equal
    rows of one day become one. A table without volume gets a column of NaN.

    Args:
        table: columns in any order, also with tushare's names or in Chinese; numbers may be
            texts with thousands separators. Where the volume is called ``vol``, it is tushare's
            and counts lots of 100 shares; it becomes shares.
        where: what the table is called in errors.

    Returns:
        The rows, and the number of days left out for want of prices.

    Raises:
        ValueError: where a column is missing, or a day has no date, a text for a number, some
            prices but not all, an infinite price, a high below its low, or two different rows.
    """
    found = columns_of(table, where)
    given = table[list(found.values())].set_axis(list(found), axis=1)
    given = given.reset_index(drop=True).dropna(how="all")
    rows = pd.DataFrame({"date": _dates(given["date"], where)})
    for name in (*PRICES, "volume"):
        if name in found:
            rows[name] = _numbers(given[name], given["date"], name, where)
        else:
            rows[name] = np.nan
    if found.get("volume", "").strip().lower() == "vol":
        rows["volume"] *= LOT
    blank = rows[[*PRICES]].isna().all(axis=1)
    rows = rows[~blank].drop_duplicates().sort_values("date", kind="stable")
    _check(rows, where)
    return rows.reset_index(drop=True), int(blank.sum())


def columns_of(table: pd.DataFrame, where: str) -> dict[str, str]:
    """Return for each of our columns what it is called in ``table``.

    Raises:
        ValueError: where one is missing, other than volume, or two have one name.
    """
    if table.columns.duplicated().any():
        twice = table.columns[table.columns.duplicated()][0]
        message = say(
            f"{where}: two columns are called {twice!r}; keep one",
            f"{where}：有两列都叫 {twice!r}；请只保留一列",
        )
        raise ValueError(message)
    present = {str(name).strip().lower(): name for name in table.columns}
    found = {
        name: present[other]
        for name, others in NAMES.items()
        for other in reversed(others)
        if other in present
    }
    lacking = [name for name in COLUMNS[:-1] if name not in found]
    if not lacking:
        return {name: found[name] for name in COLUMNS if name in found}
    listed = ", ".join(map(str, table.columns)) or say("none", "无")
    message = say(
        f"{where}: no column {', '.join(lacking)}; the columns are {listed}. Rename yours to "
        f"{', '.join(COLUMNS)}.",
        f"{where}：缺少列 {'、'.join(lacking)}；现有的列为 {listed}。"
        f"请改名为 {'、'.join(COLUMNS)}。",
    )
    raise ValueError(message + suggest(lacking[0], list(present)))


def _dates(column: pd.Series[Any], where: str) -> pd.Series[Any]:
    if pd.api.types.is_datetime64_any_dtype(column) and not column.isna().any():
        plain = pd.DatetimeIndex(column).tz_localize(None).normalize()
        return pd.Series(plain, column.index).astype("datetime64[ns]")
    texts = column.astype(str).str.removesuffix(".0")
    days = texts.map(lambda text: parsed(str(text)))
    wrong = days.isna()
    if wrong.any():
        row = int(texts.index[wrong][0]) + 1
        message = say(
            f"{where}: row {row} has no date that can be read: "
            f"{texts[wrong].iloc[0]!r}; write the year first, such as 2010-10-11",
            f"{where}：第 {row} 行的日期无法识别：{texts[wrong].iloc[0]!r}；"
            "请把年份写在前面，例如 2010-10-11",
        )
        raise ValueError(message)
    return pd.to_datetime(days).astype("datetime64[ns]")


def _numbers(
    column: pd.Series[Any], dates: pd.Series[Any], name: str, where: str
) -> pd.Series[Any]:
    if pd.api.types.is_any_real_numeric_dtype(column):
        return column.astype("float64")
    plain = column.astype(object)
    texts = plain.where(column.isna(), plain.map(str).str.strip().str.replace(",", ""))
    numbers = pd.to_numeric(texts, errors="coerce")
    wrong = numbers.isna() & ~texts.isna() & (texts.astype(str).str.lower() != "nan")
    if wrong.any():
        message = say(
            f"{where}: {name} of {dates[wrong].iloc[0]} is no number: {column[wrong].iloc[0]!r}",
            f"{where}：{dates[wrong].iloc[0]} 的 {name} 不是数：{column[wrong].iloc[0]!r}",
        )
        raise ValueError(message)
    return numbers.astype("float64")


def _check(rows: pd.DataFrame, where: str) -> None:
    """Refuse days that can't be right."""
    prices = rows[[*PRICES]]
    _refuse(
        rows[prices.isna().any(axis=1)],
        where,
        "some prices are there but not all; complete or delete the row",
        "价格不全；请补全或删除该行",
    )
    _refuse(
        rows[np.isinf(prices.to_numpy()).any(axis=1)],
        where,
        "an infinite price; correct or delete the row",
        "价格为无穷大；请改正或删除该行",
    )
    _refuse(
        rows[rows["high"] < rows["low"]],
        where,
        "the high is below the low; were columns exchanged?",
        "最高价低于最低价；列是否弄反了？",
    )
    _refuse(
        rows[rows["date"].duplicated()],
        where,
        "two rows with different numbers; keep one row",
        "出现两行且数值不同；请只保留一行",
    )


def _refuse(wrong: pd.DataFrame, where: str, en: str, zh: str) -> None:
    if wrong.empty:
        return
    days = [f"{one:%Y-%m-%d}" for one in wrong["date"]]
    more = len(days) - SHOWN
    listed = ", ".join(days[:SHOWN]) + (
        say(f" and {more} more", f" 等 {more} 天") if more > 0 else ""
    )
    raise ValueError(say(f"{where}: {listed}: {en}", f"{where}：{listed}：{zh}"))
