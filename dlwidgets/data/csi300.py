"""The CSI 300 index of Shanghai's and Shenzhen's shares: from a file, from tushare, or made up."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from dlwidgets.data.days import DAY, Span, missing, span
from dlwidgets.data.folders import folders, writable
from dlwidgets.data.prices import Prices, of_file
from dlwidgets.data.synthetic import synthetic_index
from dlwidgets.language import Both, say, suggest

if TYPE_CHECKING:
    from pathlib import Path

Source = Literal["auto", "file", "tushare", "synthetic"]

CODE = "000300.SH"
FILE = "000300.csv"
TITLES = Both("CSI 300", "沪深 300 指数")
NOT_REAL = Both(
    "neither file nor token, so this is not the CSI 300: see help(csi300)",
    "没有数据文件，也没有 token，所以这不是沪深 300：见 help(csi300)",
)


def csi300(
    start: str | date = "2010-10-10",
    end: str | date | None = None,
    token: str | None = None,
    source: Source = "auto",
    *,
    root: str | Path | None = None,
) -> Prices:
    """Return the daily prices of the CSI 300, or, without file and token, a made-up index.

    The file ``000300.csv`` is looked for under ``root``; without it, under ``csi300`` in the
    folder that the environment variable ``DLWIDGETS_DATA`` names, then in dlwidgets' cache
    folder. A teacher can hand that file to a class; its columns may be named as `read_prices`
    knows them. tushare's own client sends the token unencrypted.

    Args:
        start: the first day.
        end: the last day; left out, up to the newest there is.
        token: yours from tushare.pro; left out, the environment variable ``TUSHARE_TOKEN``.
        source: ``"file"``: the file and nothing else. ``"tushare"``: the file, and from tushare
            whatever days it lacks, which are then added to it; a download that was cut goes on
            where it stopped. ``"synthetic"``: `synthetic_index` over the same span, or 3,500
            days where the end is open. ``"auto"``: the file where there is one, else tushare
            where there is a token, else synthetic; the network is never asked without a token.
        root: the folder that holds the file; only this one is then looked at.

    Returns:
        `Prices` in index points, volume in shares. Their ``synthetic``, ``title`` and ``source``
        tell what they are.

    Raises:
        TypeError: when ``token`` is no text.
        ValueError: when a date can't be read, ``start`` lies after ``end`` or in the future,
            ``source`` is unknown, there is no token, the file is damaged, or fewer than 2 days
            remain.
        FileNotFoundError: for ``source="file"``, when there is none.
        RuntimeError: when a download fails; says why and what to do.
    """
    asked = span(start, end)
    if source not in get_args(Source):
        message = say(
            f"source: expected one of {', '.join(get_args(Source))}, got {source!r}.",
            f"source：应为 {'、'.join(get_args(Source))} 之一，得到 {source!r}。",
        )
        raise ValueError(message + suggest(str(source), get_args(Source)))
    roots = folders("csi300", root)
    found = next((place / FILE for place in roots if (place / FILE).is_file()), None)
    own = _token(token)
    if source == "synthetic":
        return _synthetic(*asked)
    if source == "file" and found is None:
        raise FileNotFoundError(_no_file(roots))
    if found is not None and source != "tushare":
        return _cut(of_file(found, TITLES), *asked)
    if own:
        return _downloaded(found or writable("csi300", roots) / FILE, asked, own)
    if source == "tushare":
        raise ValueError(_no_token())
    return replace(_synthetic(*asked), notes=NOT_REAL)


def _token(given: object) -> str:
    """Return the user's token; empty where there is none."""
    if given is not None and not isinstance(given, str):
        message = say(
            f"token: expected a text, got {type(given).__name__}",
            f"token：应为文本，得到 {type(given).__name__}",
        )
        raise TypeError(message)
    return (given or os.environ.get("TUSHARE_TOKEN") or "").strip()


def _synthetic(first: date, last: date | None) -> Prices:
    """Return the made-up index over a span; an open one is as long today as tomorrow."""
    if last is None:
        return synthetic_index(start=first)
    return synthetic_index(start=first, days=int(np.busday_count(first, last + DAY)))


def _cut(prices: Prices, first: date, last: date | None) -> Prices:
    """Return the days from ``first`` to ``last``; say where the rows do not reach that far."""
    frame = prices.frame
    days = frame["date"].dt.date
    rows = frame[(days >= first) & (days <= (last or date.max))].reset_index(drop=True)
    newest = days.iloc[-1]
    if rows.empty:
        message = say(
            f"{prices.title}: no prices from {first} to {last or newest}, {prices.source}: they go "
            f"from {days.iloc[0]} to {newest}",
            f"{prices.title}：{first} 至 {last or newest} 没有价格，{prices.source}："
            f"数据从 {days.iloc[0]} 到 {newest}",
        )
        raise ValueError(message)
    notes = [prices.notes, *_short((first, last), (days.iloc[0], newest))]
    return replace(prices, _rows=rows, notes=_joined([note for note in notes if note.en]))


def _short(asked: tuple[date, date | None], there: Span) -> list[Both]:
    """Say where the rows begin later or end earlier than was asked, weekends aside."""
    first, last = asked
    begins, ends = there
    notes = []
    if missing((first, begins - DAY), []):
        notes.append(Both(f"asked from {first}, begins {begins}", f"要求从 {first}，始于 {begins}"))
    if last is not None and missing((ends + DAY, last), []):
        notes.append(Both(f"asked up to {last}, ends {ends}", f"要求到 {last}，止于 {ends}"))
    return notes


def _joined(notes: list[Both]) -> Both:
    return Both("; ".join(note.en for note in notes), "；".join(note.zh for note in notes))


def _downloaded(file: Path, asked: tuple[date, date | None], token: str) -> Prices:
    """Return the days asked for, after fetching those that the file lacks."""
    from dlwidgets.data.price_store import Store
    from dlwidgets.data.tushare_index import fetch

    store = Store(file)
    wanted = _hull(asked, store.covered)
    had = store.kept
    try:
        fetch(CODE, wanted, token, store)
    except RuntimeError as error:
        came = store.kept - had
        kept = say(
            f"{error}. The {came:,} days that have come are kept; call again to go on",
            f"{error}。已收到的 {came:,} 天已保存；再次调用即可继续",
        )
        raise RuntimeError(kept if came else str(error)) from error
    rows = store.finish()
    if rows.empty:
        message = say(
            f"tushare: no prices from {wanted[0]} to {wanted[1]}; choose an earlier start",
            f"tushare：{wanted[0]} 至 {wanted[1]} 没有价格；请选更早的 start",
        )
        raise ValueError(message)
    sources = Both(f"from tushare, kept in {file}", f"来自 tushare，保存于 {file}")
    return _cut(Prices(TITLES, rows, synthetic=False, sources=sources), *asked)


def _hull(asked: tuple[date, date | None], covered: list[Span]) -> Span:
    """Return one span around what is asked for and what is there: the file shall have no hole."""
    now = date.today()  # noqa: DTZ011 -- the day on the user's own calendar
    first, last = asked
    if first > now:
        message = say(
            f"start {first} lies in the future; choose an earlier day",
            f"start {first} 在未来；请选更早的日期",
        )
        raise ValueError(message)
    lows, highs = [one[0] for one in covered], [one[1] for one in covered]
    return min([first, *lows]), max([min(last or now, now), *highs])


def _no_file(roots: list[Path]) -> str:
    places = ", ".join(str(place / FILE) for place in roots)
    return say(
        f"csi300: there is no file {places}. Name its folder with root= or put it under csi300 in "
        "the folder of DLWIDGETS_DATA; csi300(token=...) fetches it, and "
        "dlwidgets.data.synthetic_index() needs none",
        f"csi300：没有文件 {places}。请用 root= 指定所在文件夹，或放到 DLWIDGETS_DATA 的 csi300 "
        "文件夹下；csi300(token=...) 可下载，dlwidgets.data.synthetic_index() 无需文件",
    )


def _no_token() -> str:
    return say(
        "csi300: source='tushare' needs a token: register at tushare.pro, then write "
        "csi300(token='...') or set the environment variable TUSHARE_TOKEN. "
        "dlwidgets.data.synthetic_index() needs none",
        "csi300：source='tushare' 需要 token：请在 tushare.pro 注册，然后写 csi300(token='...') "
        "或设置环境变量 TUSHARE_TOKEN。dlwidgets.data.synthetic_index() 无需 token",
    )
