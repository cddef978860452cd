import dataclasses
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib import font_manager

from dlwidgets.data import Prices, read_prices, synthetic_index
from dlwidgets.data.lettering import Lettering
from dlwidgets.language import set_language

ROWS = {
    "date": ["2020-01-02", "2020-01-03", "2020-01-06"],
    "open": [1.0, 2.0, 3.0],
    "high": [4.0, 5.0, 6.0],
    "low": [0.5, 1.0, 2.0],
    "close": [2.0, 3.0, 4.0],
    "volume": [100.0, 200.0, 300.0],
}
WANTED = pd.DataFrame(ROWS).assign(date=pd.to_datetime(ROWS["date"]).astype("datetime64[ns]"))


def table(**changed: object) -> pd.DataFrame:
    return pd.DataFrame({**ROWS, **changed})


def same(prices: Prices) -> None:
    pd.testing.assert_frame_equal(prices.frame, WANTED)


def written(path: Path, frame: pd.DataFrame, encoding: str = "utf-8") -> Path:
    frame.to_csv(path, index=False, encoding=encoding)
    return path


def test_a_file_is_read_and_told_of(tmp_path: Path) -> None:
    file = written(tmp_path / "mine.csv", table())
    prices = read_prices(file)
    same(prices)
    assert len(prices) == 3
    assert (prices.title, prices.synthetic, prices.note) == ("mine", False, "")
    assert repr(prices) == f"Prices mine: 3 days, 2020-01-02 to 2020-01-06, from {file}"
    assert read_prices(str(file), title="$HSI$").title == "$HSI$"
    set_language("zh")
    assert repr(prices) == f"价格 mine：3 天，2020-01-02 至 2020-01-06，来自 {file}"


def test_the_rows_can_not_be_changed_by_who_looks_at_them() -> None:
    given = table()
    prices = read_prices(given)
    seen = prices.frame
    seen.loc[0, "high"] = -1
    given.loc[0, "high"] = -1
    same(prices)
    with pytest.raises(dataclasses.FrozenInstanceError):
        prices.synthetic = True  # type: ignore[misc]


def test_tushares_columns_are_known_and_lots_become_shares() -> None:
    theirs = pd.DataFrame(
        {
            "ts_code": "000300.SH",
            "trade_date": ["20200106", "20200103", "20200102"],
            **{name: ROWS[name][::-1] for name in ("close", "open", "high", "low")},
            "vol": [3.0, 2.0, 1.0],
        }
    )
    same(read_prices(theirs))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_chinese_file_of_any_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    names = ["日期", "开盘价", "最高价", "最低价", "收盘价", "成交量"]
    frame = table(date=["2020年1月2日", "2020年1月3日", "2020/1/6"]).set_axis(names, axis=1)
    same(read_prices(written(tmp_path / "沪深300.csv", frame, encoding)))


@pytest.mark.parametrize(
    "dates",
    [
        [20200102, 20200103, 20200106],
        [20200102.0, 20200103.0, 20200106.0],
        ["2020.1.2", " 2020/01/03 ", "2020-1-6 00:00:00"],
        pd.to_datetime(ROWS["date"]),
        pd.to_datetime(ROWS["date"]).tz_localize("Asia/Shanghai"),
        [pd.Timestamp(day).date() for day in ROWS["date"]],
    ],
    ids=["int", "float", "text", "datetime", "zone", "date"],
)
def test_dates_come_in_many_forms(dates: object) -> None:
    same(read_prices(table(date=dates)))


def test_dates_may_be_the_index() -> None:
    frame = table().set_index("date")
    frame.index = pd.to_datetime(frame.index)
    same(read_prices(frame))
    same(read_prices(frame.rename_axis(None)))


def test_columns_may_be_of_pandas_own_types() -> None:
    same(read_prices(table().convert_dtypes()))
    same(read_prices(table().astype({"date": "category", "high": "category"})))
    holey = table().convert_dtypes()
    holey.loc[1, "volume"] = pd.NA
    assert read_prices(holey).frame["volume"].isna().tolist() == [False, True, False]


def test_order_spaces_capitals_and_separators_do_not_matter() -> None:
    given = table(volume=["100", "200", "300"], high=["4", " 5.0", "6"]).iloc[[2, 0, 1]]
    same(read_prices(given.rename(columns={"high": " High "}).set_index("open").reset_index()))
    dear = read_prices(table(high=["4,000.5", "5,000", "6,000"]))
    assert dear.frame["high"].tolist() == [4000.5, 5000, 6000]


def test_equal_rows_of_a_day_become_one_and_different_ones_are_refused() -> None:
    twice = pd.concat([table(), table()])
    same(read_prices(twice))
    twice.iloc[3, 1] = 1.5
    with pytest.raises(
        ValueError, match="read_prices: 2020-01-02: two rows with different"
    ) as caught:
        read_prices(twice)
    assert "keep one row" in str(caught.value)


def test_holidays_without_prices_are_left_out_and_counted(tmp_path: Path) -> None:
    holiday = pd.DataFrame({"date": ["2020-01-04", "2020-01-05"], "volume": [0, 0]})
    prices = read_prices(pd.concat([table(), holiday]))
    same(prices)
    assert prices.note == "2 days without prices left out"
    assert repr(prices).endswith("[2 days without prices left out]")
    # Excel leaves lines of commas behind.
    file = written(tmp_path / "a.csv", table())
    file.write_text(file.read_text("utf-8") + ",,,,,\n", "utf-8")
    same(read_prices(file))


def test_without_volume_it_is_nan() -> None:
    prices = read_prices(table().drop(columns="volume"))
    assert prices.frame["volume"].isna().all()
    assert prices.frame["high"].tolist() == [4.0, 5.0, 6.0]


def test_a_constant_series_is_as_good_as_any() -> None:
    flat = dict.fromkeys(("open", "high", "low", "close"), 7.0)
    assert read_prices(table(**flat)).frame["high"].tolist() == [7.0, 7.0, 7.0]


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (table(high=[4.0, np.nan, 6.0]), "2020-01-03: some prices are there but not all"),
        (table(high=[4.0, np.inf, 6.0]), "2020-01-03: an infinite price"),
        (table(high=[4.0, 0.1, 0.1]), "2020-01-03, 2020-01-06: the high is below the low"),
        (table(high=["4", "five", "6"]), "high of 2020-01-03 is no number: 'five'"),
        (table(high=[4j, 5, 6]), "high of 2020-01-02 is no number: .*4j"),
        (table(high=[{}, 5, 6]), "high of 2020-01-02 is no number"),
        (table(high=[True, False, True]), "high of 2020-01-02 is no number"),
        (table(date=["2020-01-02", "3/1/2020", "x"]), "row 2 has no date .* '3/1/2020'"),
        (table(date=["2020-01-02", "2020-13-01", "x"]), "row 2 has no date"),
        (table(date=["2020-01-02", None, "2020-01-06"]), "row 2 has no date"),
        (table().drop(columns="high"), "no column high; the columns are date, open, low"),
        (table().rename(columns={"high": "hihg"}), r"Did you mean 'hihg'\?"),
        (table().set_axis(["date", "open", "high", "high", "close", "v"], axis=1), "two columns"),
        (pd.DataFrame(), "the columns are none"),
        (table().head(1), "DataFrame: expected prices of at least 2 days, got 1"),
        (table().head(0), "DataFrame: expected prices of at least 2 days, got 0"),
    ],
)
def test_what_can_not_be_right_is_refused_by_its_date(frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_prices(frame)


def test_many_wrong_days_are_counted() -> None:
    frame = synthetic_index(days=40).frame
    frame.loc[5:20, "close"] = np.nan
    with pytest.raises(ValueError, match="2010-10-18, 2010-10-19, 2010-10-20 and 13 more: some"):
        read_prices(frame)


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no file .*nowhere\.csv"):
        read_prices(tmp_path / "nowhere.csv")
    with pytest.raises(FileNotFoundError, match="there is no file"):
        read_prices(tmp_path)
    with pytest.raises(TypeError, match="expected a path or a DataFrame, got list"):
        read_prices([1, 2])  # type: ignore[arg-type]
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "picture.csv").write_bytes(bytes(range(128, 256)) * 3)
    (tmp_path / "page.csv").write_text("<html>\n<body a='1,2'>,,,\n", "utf-8")
    for name in ("empty", "picture", "page"):
        with pytest.raises(ValueError, match=f"{name}.csv"):
            read_prices(tmp_path / f"{name}.csv")


def test_the_plot_shows_the_column_that_was_asked_for() -> None:
    prices = read_prices(table(), title="$x_1$ 指数")
    figure = prices.plot()
    (line,) = figure.axes[0].lines
    assert line.get_ydata().tolist() == [4.0, 5.0, 6.0]
    assert line.get_xdata()[0] == np.datetime64("2020-01-02")
    assert figure.axes[0].get_ylabel() == "high"
    assert prices.plot("volume").axes[0].lines[0].get_ydata().tolist() == [100, 200, 300]
    figure.savefig(BytesIO(), format="png")
    with pytest.raises(ValueError, match=r"got 'hihg'\. Did you mean 'high'\?"):
        prices.plot("hihg")
    with pytest.raises(ValueError, match="expected one of open, high"):
        prices.plot(["high"])  # type: ignore[arg-type]
    assert read_prices(table(), title=300).title == "300"  # type: ignore[arg-type]


def test_the_plot_is_chinese_where_a_font_has_the_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    set_language("zh")
    axes = synthetic_index(days=5).plot().axes[0]
    chinese = ("合成指数（种子 0）", "最高价")
    english = ("synthetic index (seed 0)", "high")
    wanted = chinese if Lettering().shows("".join(chinese)) else english
    assert (axes.get_title(), axes.get_ylabel()) == wanted
    latin = [font for font in font_manager.fontManager.ttflist if "DejaVu" in font.name]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", latin)
    axes = synthetic_index(days=5).plot().axes[0]
    assert (axes.get_title(), axes.get_ylabel()) == english


def test_errors_speak_chinese() -> None:
    set_language("zh")
    with pytest.raises(ValueError, match="2020-01-03：价格不全；请补全或删除该行"):
        read_prices(table(high=[4.0, np.nan, 6.0]))
    with pytest.raises(ValueError, match="缺少列 high；现有的列为 date, open"):
        read_prices(table().drop(columns="high"))
