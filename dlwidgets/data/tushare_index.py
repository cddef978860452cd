"""The daily prices of an index from tushare: page after page, each kept as soon as it is there."""

from __future__ import annotations

import warnings
from json import JSONDecodeError
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from dlwidgets.data.days import Span, missing
from dlwidgets.data.quotes import tidy
from dlwidgets.language import say

if TYPE_CHECKING:
    from collections.abc import Callable

FIELDS = ("trade_date", "open", "high", "low", "close", "vol")
TIMEOUT = 30
"""Seconds to wait for an answer."""


class Client(Protocol):
    """The part of tushare's ``pro`` that is used."""

    def index_daily(self, *, ts_code: str, start_date: str, end_date: str, fields: str) -> object:
        """Return the rows of a span, the newest first, as many as the server gives at once."""


class Store(Protocol):
    """What is known already, and what is to be kept."""

    covered: list[Span]

    def add(self, rows: pd.DataFrame, covered: list[Span]) -> None:
        """Take in the rows of an answer, and the days after which none need be asked for."""

    def keep(self) -> None:
        """Write down what has come so far."""


def fetch(code: str, wanted: Span, token: str, store: Store) -> None:
    """Ask tushare for the days of ``wanted`` that ``store`` lacks, until nothing is missing.

    An answer holds as many rows as the server gives at once; whatever is missing before the
    first or after the last of them is asked for again, and an empty answer ends that side. So it
    does not matter how many rows that are. Each answer is kept before the next request.

    Raises:
        RuntimeError: when tushare can't be reached, refuses, or answers something else.
    """
    pro: Client | None = None
    while gaps := missing(wanted, store.covered):
        pro = pro or client(token)
        gap = gaps[-1]
        rows = _ask(pro, code, gap)
        days = rows["date"].dt.date
        store.add(rows, [(days.iloc[0], days.iloc[-1])] if len(days) else [gap])
        store.keep()


def client(token: str) -> Client:
    """Return tushare's own client; its import warns of its old code, which nobody can mend."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import tushare
        except Exception as error:  # old code, on whatever Python and pandas there are
            message = say(
                f"tushare can't be imported ({error}); update it, or use a file",
                f"tushare 无法导入（{error}）；请升级，或使用文件",
            )
            raise RuntimeError(message) from error
    client: Client = tushare.pro_api(token, timeout=TIMEOUT)
    return client


def _ask(pro: Client, code: str, gap: Span) -> pd.DataFrame:
    """Return the rows of one answer, ascending."""
    first, last = gap
    try:
        answer = pro.index_daily(
            ts_code=code,
            start_date=f"{first:%Y%m%d}",
            end_date=f"{last:%Y%m%d}",
            fields=",".join(FIELDS),
        )
    except Exception as error:  # tushare raises plain Exception for whatever its server refuses
        raise RuntimeError(_reason(error)) from error
    return _rows(answer, gap)


def _rows(answer: object, gap: Span) -> pd.DataFrame:
    """Return an answer's rows in our form; refuse what was not asked for."""
    if not isinstance(answer, pd.DataFrame) or not len(answer.columns):
        # tushare's client turns every HTTP error into a frame without columns.
        message = say(
            "tushare: the server answered with an HTTP error; try again later, or use a file",
            "tushare：服务器返回 HTTP 错误；请稍后再试，或使用文件",
        )
        raise RuntimeError(message)
    lacking = [name for name in FIELDS if name not in answer.columns]
    if lacking:
        raise RuntimeError(
            _changed(
                f"the answer has no column {', '.join(lacking)}, only {', '.join(answer.columns)}",
                f"返回的数据缺少列 {'、'.join(lacking)}，只有 {'、'.join(answer.columns)}",
            )
        )
    try:
        rows, _ = tidy(answer, "tushare")
    except ValueError as error:
        message = say(
            f"tushare: the answer can't be used ({error}); try again later, or use a file",
            f"tushare：返回的数据无法使用（{error}）；请稍后再试，或使用文件",
        )
        raise RuntimeError(message) from error
    days = rows["date"].dt.date
    strange = days[(days < gap[0]) | (days > gap[1])]
    if len(strange):
        raise RuntimeError(
            _changed(
                f"asked for {gap[0]} to {gap[1]}, the answer holds {strange.iloc[0]}",
                f"请求 {gap[0]} 至 {gap[1]}，返回的数据却含有 {strange.iloc[0]}",
            )
        )
    return rows


def _changed(en: str, zh: str) -> str:
    return say(
        f"tushare: {en}: its protocol has changed. Update tushare and dlwidgets, or use a file",
        f"tushare：{zh}：接口已改变。请升级 tushare 与 dlwidgets，或使用文件",
    )


def _reason(error: Exception) -> str:
    """Say why there is no answer, and the way out. The token is never shown."""
    if isinstance(error, JSONDecodeError):
        return _garbled(error.doc)
    if isinstance(error, KeyError | TypeError | AttributeError):
        form = f"{type(error).__name__}: {error}"
        return _changed(
            f"the answer is not of the known form ({form})", f"返回的数据格式未知（{form}）"
        )
    if isinstance(error, OSError):
        return _unreachable(error)
    return _refused(str(error))


def _garbled(text: str) -> str:
    if text.lstrip().startswith("<"):
        return say(
            "tushare: the answer is a web page, not data; a proxy or a login page stands between, "
            "or the service is down. Open a page in a browser to log in, or try again later",
            "tushare：返回的是网页而不是数据；可能需要先登录网络（代理或认证页面），或服务暂停。"
            "请先用浏览器打开任一网页登录，或稍后再试",
        )
    return say(
        "tushare: the answer breaks off in the middle; try again",
        "tushare：返回的数据中途截断；请再试一次",
    )


def _unreachable(error: OSError) -> str:
    kind = type(error).__name__
    if "Timeout" in kind:
        return say(
            f"tushare: no answer within {TIMEOUT:g} seconds; try again later",
            f"tushare：{TIMEOUT:g} 秒内没有回应；请稍后再试",
        )
    if "Chunked" in kind or "Decoding" in kind:
        return _garbled("")
    return say(
        f"tushare: the server can't be reached ({kind}); is there a network, does it need a proxy?",
        f"tushare：无法连接服务器（{kind}）；请检查网络与代理设置",
    )


# How tushare's server says no, in its own words.
_RATE = ("每分钟", "每小时", "每天", "最多访问", "频率")
_POINTS = ("权限", "积分")
_TOKEN = ("token", "Token", "TOKEN")


def _refused(words: str) -> str:
    refusals: list[tuple[tuple[str, ...], Callable[[], str]]] = [
        (
            _RATE,
            lambda: say(
                "too many requests; wait a minute (or until tomorrow, as it says) and call again",
                "请求过于频繁；请等一分钟（或按提示等到明天）后再调用",
            ),
        ),
        (
            _POINTS,
            lambda: say(
                "this account may not read index_daily; collect points at tushare.pro, or use a "
                "file",
                "该账号无权访问 index_daily；请在 tushare.pro 积累积分，或使用文件",
            ),
        ),
        (
            _TOKEN,
            lambda: say(
                "the token is not accepted; copy it anew from your page at tushare.pro",
                "token 无效；请从 tushare.pro 的个人主页重新复制",
            ),
        ),
    ]
    advice = next(
        (advise() for signs, advise in refusals if any(sign in words for sign in signs)),
        say("try again later, or use a file", "请稍后再试，或使用文件"),
    )
    return say(
        f"tushare: the server refuses: {words!r}; {advice}",
        f"tushare：服务器拒绝：{words!r}；{advice}",
    )
