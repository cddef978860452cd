"""What the functions for share prices return: daily rows, and whether they are real."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dlwidgets.language import SILENT, Both, say, suggest

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

FEWEST = 2

HEADINGS = {
    "open": Both("open", "开盘价"),
    "high": Both("high", "最高价"),
    "low": Both("low", "最低价"),
    "close": Both("close", "收盘价"),
    "volume": Both("volume (shares)", "成交量（股）"),
}


@dataclass(frozen=True, eq=False, repr=False)
class Prices:
    """Daily prices, one row a trading day, ascending.

    Attributes:
        titles: what the series is called, in both languages.
        synthetic: whether the prices were drawn at random; the title then says so, too.
        sources: where they come from, in both languages.
        notes: whatever about them is not as asked for, in both languages.
    """

    titles: Both
    _rows: pd.DataFrame
    synthetic: bool
    sources: Both
    notes: Both = SILENT

    def __post_init__(self) -> None:
        if len(self._rows) < FEWEST:
            message = say(
                f"{self.title}: expected prices of at least {FEWEST} days, got {len(self._rows)}; "
                "choose an earlier start or a later end",
                f"{self.title}：至少应有 {FEWEST} 天的价格，只有 {len(self._rows)} 天；"
                "请选更早的 start 或更晚的 end",
            )
            raise ValueError(message)

    @property
    def frame(self) -> pd.DataFrame:
        """A copy of the rows: date, and as float64 open, high, low, close, volume (shares)."""
        return self._rows.copy()

    @property
    def title(self) -> str:
        """What the series is called, in the chosen language."""
        return str(self.titles)

    @property
    def source(self) -> str:
        """Where the prices come from, in the chosen language."""
        return str(self.sources)

    @property
    def note(self) -> str:
        """Whatever about the prices is not as asked for; empty where all is."""
        return str(self.notes)

    def plot(self, column: str = "high") -> Figure:
        """Return a line of one column over the days, as a matplotlib figure.

        The figure is not pyplot's: as the last value of a cell it shows itself once.

        Raises:
            ValueError: when there is no such column.
        """
        from dlwidgets.data.picture import line

        if not isinstance(column, str) or column not in HEADINGS:
            message = say(
                f"plot: expected one of {', '.join(HEADINGS)}, got {column!r}.",
                f"plot：应为 {'、'.join(HEADINGS)} 之一，得到 {column!r}。",
            )
            raise ValueError(message + suggest(str(column), HEADINGS))
        return line(
            self._rows["date"].to_numpy(),
            self._rows[column].to_numpy(),
            self.titles,
            HEADINGS[column],
        )

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        first, last = (f"{day:%Y-%m-%d}" for day in self._rows["date"].iloc[[0, -1]])
        note = f" [{self.note}]" if self.note else ""
        return say(
            f"Prices {self.title}: {len(self):,} days, {first} to {last}, {self.source}{note}",
            f"价格 {self.title}：{len(self):,} 天，{first} 至 {last}，{self.source}{note}",
        )


def read_prices(table: str | Path | pd.DataFrame, title: str | None = None) -> Prices:
    """Return daily prices of your own, from a CSV file or a DataFrame.

    Columns date, open, high, low, close and volume in any order; tushare's names (trade_date,
    vol) and Chinese ones (日期, 开盘价, 最高价, 最低价, 收盘价, 成交量) are known. Dates have the
    year first. Days come out ascending, equal rows of one day as one; rows without any price
    (holidays) are left out and counted in ``note``. Volume is in shares, and NaN where there is
    no such column; a column ``vol`` counts lots of 100 shares, as tushare's does.

    Args:
        table: a path, or a frame, which is not changed.
        title: what the series is called; left out, the name of the file.

    Raises:
        FileNotFoundError: when there is no such file.
        TypeError: when ``table`` is neither a path nor a DataFrame.
        ValueError: when a column is missing or a day can't be right; names it.
    """
    import pandas as pd  # takes 0.3 s, which images never need

    if isinstance(table, pd.DataFrame):
        known = any(str(name).strip().lower() in ("date", "trade_date") for name in table.columns)
        dated = isinstance(table.index, pd.DatetimeIndex) and not known
        given = table.rename_axis("date").reset_index() if dated else table
        return of_table(
            given, "read_prices", _named(str(title or "DataFrame")), _named("DataFrame")
        )
    try:
        path = Path(table).expanduser()
    except TypeError as error:
        message = say(
            f"read_prices: expected a path or a DataFrame, got {type(table).__name__}",
            f"read_prices：应为路径或 DataFrame，得到 {type(table).__name__}",
        )
        raise TypeError(message) from error
    if not path.is_file():
        message = say(
            f"read_prices: there is no file {path}; synthetic_index() needs none",
            f"read_prices：没有文件 {path}；synthetic_index() 不需要文件",
        )
        raise FileNotFoundError(message)
    return of_file(path, _named(str(title or path.stem)))


def of_file(path: Path, titles: Both) -> Prices:
    """Return the prices that a CSV file holds."""
    from dlwidgets.data.quotes import read_table

    return of_table(read_table(path), str(path), titles, Both(f"from {path}", f"来自 {path}"))


def of_table(table: pd.DataFrame, where: str, titles: Both, sources: Both) -> Prices:
    """Return the prices of a table; ``where`` names it in errors."""
    from dlwidgets.data.quotes import tidy

    rows, blank = tidy(table, where)
    notes = Both(f"{blank} days without prices left out", f"略去 {blank} 天无价格的行")
    return Prices(titles, rows, synthetic=False, sources=sources, notes=notes if blank else SILENT)


def _named(name: str) -> Both:
    return Both(name, name)
