"""csi300 against a loopback server that speaks the protocol of tushare's own client."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dlwidgets.data import csi300, tushare_index
from dlwidgets.language import set_language

TOKEN = "c0ffee"
FIELDS = ["trade_date", "open", "high", "low", "close", "vol"]
CLOSED = {date(2020, 1, 1), *(date(2020, 1, day) for day in range(24, 32))}
"""Holidays of the made-up exchange."""

Answer = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


def trades(first: date, last: date) -> list[list[object]]:
    """Return the rows of a span, newest first, as tushare sends them; the series starts in 2019."""
    days = [first + timedelta(i) for i in range((last - first).days + 1)]
    return [
        [f"{day:%Y%m%d}", level - 1, level + 2, level - 2, level, level / 10]
        for day in reversed(days)
        if date(2019, 1, 2) <= day <= date(2020, 2, 28) and day.weekday() < 5 and day not in CLOSED
        for level in [3000.0 + day.toordinal() % 97]
    ]


def to_date(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def send(http: BaseHTTPRequestHandler, body: str, status: int = 200, claimed: int = 0) -> None:
    data = body.encode()
    http.send_response(status)
    http.send_header("Content-Length", str(len(data) + claimed))
    http.end_headers()
    http.wfile.write(data)


@dataclass
class Exchange:
    """tushare's server: what it was asked, how many rows it gives at once, how it misbehaves."""

    limit: int = 8000
    asked: list[tuple[str, str]] = field(default_factory=list)
    trouble: dict[int, Answer] = field(default_factory=dict)  # by number of request
    always: Answer | None = None

    def answer(self, http: BaseHTTPRequestHandler) -> None:
        request = json.loads(http.rfile.read(int(http.headers["Content-Length"])))
        params = request["params"]
        self.asked.append((params["start_date"], params["end_date"]))
        trouble = self.always or self.trouble.get(len(self.asked))
        if trouble is not None:
            trouble(http, request)
        elif request["token"] != TOKEN:
            refuse("您的token不对，请确认。", 40101)(http, request)
        else:
            assert http.path == "/dataapi/index_daily"
            assert request["api_name"] == "index_daily"
            assert params["ts_code"] == "000300.SH"
            assert request["fields"].split(",") == FIELDS
            rows = trades(to_date(params["start_date"]), to_date(params["end_date"]))
            give(rows[: self.limit])(http, request)


def refuse(words: str, code: int = 40203) -> Answer:
    text = json.dumps({"request_id": "1", "code": code, "msg": words, "data": None})
    return lambda http, _: send(http, text)


def give(rows: list[list[object]], fields: list[str] = FIELDS) -> Answer:
    data = {"fields": fields, "items": rows, "has_more": False}
    text = json.dumps({"request_id": "1", "code": 0, "msg": None, "data": data})
    return lambda http, _: send(http, text)


def text(body: str, status: int = 200, claimed: int = 0) -> Answer:
    return lambda http, _: send(http, body, status, claimed)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, no data folder and no token, whatever this machine has."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("DLWIDGETS_DATA", "TUSHARE_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "cache" / "dlwidgets" / "csi300"


@pytest.fixture
def exchange(monkeypatch: pytest.MonkeyPatch) -> Iterator[Exchange]:
    """A server to which tushare's own client is sent."""
    asked = Exchange()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        thread = Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        address = f"http://127.0.0.1:{http.server_port}/dataapi"
        monkeypatch.setattr(client(), "_DataApi__http_url", address)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield asked
        http.shutdown()
        thread.join()


def client() -> Any:
    """Return the class of tushare's client, imported as dlwidgets imports it."""
    return type(tushare_index.client(TOKEN))


def expected(first: str, last: str) -> pd.DataFrame:
    rows = trades(date.fromisoformat(first), date.fromisoformat(last))[::-1]
    frame = pd.DataFrame(rows, columns=["date", "open", "high", "low", "close", "volume"])
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[ns]")
    return frame.assign(volume=frame["volume"] * 100)  # lots are of 100 shares


def lay(folder: Path, frame: pd.DataFrame) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    frame.to_csv(folder / "000300.csv", index=False)
    return folder / "000300.csv"


def test_a_download_is_kept_and_read_from_there(home: Path, exchange: Exchange) -> None:
    prices = csi300("2019-11-01", "2020-02-15", token=TOKEN)
    pd.testing.assert_frame_equal(prices.frame, expected("2019-11-01", "2020-02-15"))
    file = home / "000300.csv"
    assert (prices.title, prices.synthetic) == ("CSI 300", False)
    assert prices.source == f"from tushare, kept in {file}"
    assert exchange.asked == [("20191101", "20200215")]  # the last days are a weekend
    assert [path.name for path in home.iterdir()] == ["000300.csv"]
    again = csi300("2019-11-01", "2020-02-15", token=TOKEN)
    pd.testing.assert_frame_equal(again.frame, prices.frame)
    assert again.source == f"from {file}"
    csi300("2019-12-02", "2020-01-31", token=TOKEN, source="tushare")
    assert len(exchange.asked) == 1


@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_it_does_not_matter_how_many_rows_the_server_gives_at_once(
    tmp_path: Path, exchange: Exchange, limit: int
) -> None:
    exchange.limit = limit
    prices = csi300("2020-01-01", "2020-02-10", token=TOKEN, root=tmp_path)
    pd.testing.assert_frame_equal(prices.frame, expected("2020-01-01", "2020-02-10"))


def test_an_open_end_is_today_and_the_beginning_of_the_index_is_found(
    tmp_path: Path, exchange: Exchange
) -> None:
    prices = csi300("2018-06-01", token=TOKEN, root=tmp_path)
    pd.testing.assert_frame_equal(prices.frame, expected("2019-01-02", "2020-02-28"))
    assert exchange.asked[0] == ("20180601", f"{pd.Timestamp.today():%Y%m%d}")


def test_a_cut_download_goes_on_where_it_stopped(home: Path, exchange: Exchange) -> None:
    exchange.limit = 30
    exchange.trouble[3] = refuse("抱歉，您每分钟最多访问该接口2次，权限的具体详情访问：...")
    with pytest.raises(RuntimeError, match="The 60 days that have come are kept; call again"):
        csi300("2019-06-01", "2020-02-28", token=TOKEN)
    assert [path.name for path in home.iterdir()] == ["000300.part.json"]
    # A part is never taken for the whole.
    assert csi300("2019-06-01", "2020-02-28").synthetic
    done = len(exchange.asked)
    prices = csi300("2019-06-01", "2020-02-28", token=TOKEN)
    pd.testing.assert_frame_equal(prices.frame, expected("2019-06-01", "2020-02-28"))
    oldest = expected("2019-06-01", "2020-02-28")["date"].iloc[-60]
    assert exchange.asked[done] == ("20190601", f"{oldest - pd.Timedelta(days=1):%Y%m%d}")
    assert [path.name for path in home.iterdir()] == ["000300.csv"]


def test_a_damaged_part_is_begun_anew(home: Path, exchange: Exchange) -> None:
    home.mkdir(parents=True)
    (home / "000300.part.json").write_text('{"covered": [["2019', "utf-8")
    prices = csi300("2020-01-01", "2020-02-10", token=TOKEN)
    pd.testing.assert_frame_equal(prices.frame, expected("2020-01-01", "2020-02-10"))
    assert exchange.asked[0] == ("20200101", "20200210")
    assert [path.name for path in home.iterdir()] == ["000300.csv"]


def test_only_missing_days_are_asked_for_and_other_columns_stay(
    home: Path, exchange: Exchange
) -> None:
    file = lay(home, expected("2019-09-02", "2019-12-31").assign(amount=7))
    prices = csi300("2019-08-01", "2020-02-14", token=TOKEN, source="tushare")
    pd.testing.assert_frame_equal(prices.frame, expected("2019-08-01", "2020-02-14"))
    assert exchange.asked == [
        ("20200101", "20200214"),
        ("20200101", "20200101"),  # a holiday, which only an empty answer tells
        ("20190801", "20190901"),
    ]
    amount = pd.read_csv(file).set_index("date")["amount"]
    assert amount["2019-09-02":"2019-12-31"].eq(7).all()
    assert amount[:"2019-08-30"].isna().all()


def test_a_file_never_has_a_hole(home: Path, exchange: Exchange) -> None:
    lay(home, expected("2019-03-01", "2019-04-30"))
    prices = csi300("2019-10-01", "2019-12-31", token=TOKEN, source="tushare")
    pd.testing.assert_frame_equal(prices.frame, expected("2019-10-01", "2019-12-31"))
    assert exchange.asked[0] == ("20190501", "20191231")
    whole = csi300("2019-03-01").frame
    pd.testing.assert_frame_equal(whole, expected("2019-03-01", "2019-12-31"))


def test_days_after_the_newest_stay_open(home: Path, exchange: Exchange) -> None:
    # An answer before the close of the day must not hide the day for ever.
    exchange.trouble[3] = refuse("busy")
    with pytest.raises(RuntimeError, match="busy"):
        csi300("2018-01-01", token=TOKEN)
    kept = json.loads((home / "000300.part.json").read_text("utf-8"))
    assert max(last for _, last in kept["covered"]) == "2020-02-28"


def test_the_variable_holds_the_token(exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUSHARE_TOKEN", f" {TOKEN}\n")
    assert not csi300("2020-01-01", "2020-02-10").synthetic
    assert exchange.asked


def test_duplicates_in_an_answer_are_merged(tmp_path: Path, exchange: Exchange) -> None:
    rows = trades(date(2020, 2, 3), date(2020, 2, 10))
    exchange.trouble[1] = give(rows + rows[:2])
    prices = csi300("2020-02-03", "2020-02-10", token=TOKEN, root=tmp_path)
    pd.testing.assert_frame_equal(prices.frame, expected("2020-02-03", "2020-02-10"))


ROW = trades(date(2020, 2, 10), date(2020, 2, 10))[0]
TROUBLES: list[tuple[Answer, str]] = [
    (refuse("抱歉，您每分钟最多访问该接口10次"), "too many requests; wait a minute"),
    (refuse("抱歉，您没有接口访问权限"), "may not read index_daily; collect points"),
    (refuse("您的token不对，请确认。", 40101), "the token is not accepted; copy it anew"),
    (refuse("服务器繁忙", -2001), "refuses: '服务器繁忙'; try again later"),
    (text("<!DOCTYPE html><html><body>Login</body></html>"), "a web page, not data; a proxy"),
    (text("\n <html>Bad gateway</html>", 502), "an HTTP error; try again later"),
    (text('{"code": 0, "msg": null, "data": {"fie'), "breaks off in the middle; try again"),
    (text('{"code": 0, "msg": null', claimed=500), "breaks off in the middle; try again"),
    (text(""), "breaks off in the middle"),
    (text('{"status": "ok"}'), r"not of the known form \(KeyError: 'code'\): its protocol"),
    (text("[1, 2]"), "not of the known form"),
    (text('{"code": 0, "msg": null, "data": null}'), "not of the known form"),
    (give([ROW[:5]], FIELDS[:5]), "no column vol, only trade_date, open, high, low, close"),
    (give([["20200210", *ROW[1:4], None, 1]]), "can't be used .*some prices are there but"),
    (give([["10.02.2020", *ROW[1:]]]), "can't be used .*has no date"),
    (give([ROW, ["20200210", *ROW[2:], 1]]), "can't be used .*2020-02-10: "),
    (give([["20190210", *ROW[1:]]]), "asked for 2020-01-01 to 2020-02-10, .* holds 2019-02-10"),
]


@pytest.mark.parametrize(("trouble", "words"), TROUBLES, ids=[words for _, words in TROUBLES])
def test_each_trouble_has_its_own_words(
    tmp_path: Path, exchange: Exchange, trouble: Answer, words: str
) -> None:
    exchange.always = trouble
    with pytest.raises(RuntimeError, match=words) as caught:
        csi300("2020-01-01", "2020-02-10", token=TOKEN, root=tmp_path)
    assert TOKEN not in str(caught.value)
    set_language("zh")
    with pytest.raises(RuntimeError, match="tushare：") as caught:
        csi300("2020-01-01", "2020-02-10", token=TOKEN, root=tmp_path)
    assert list(tmp_path.glob("*.csv")) == []


def test_a_server_that_stays_silent(
    tmp_path: Path, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = Event()
    exchange.always = lambda *_: over.wait() and None
    monkeypatch.setattr(tushare_index, "TIMEOUT", 0.05)
    with pytest.raises(RuntimeError, match=r"no answer within 0\.05 seconds"):
        csi300(token=TOKEN, root=tmp_path)
    over.set()


@pytest.mark.usefixtures("exchange")
def test_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client(), "_DataApi__http_url", "http://127.0.0.1:9/dataapi")
    with pytest.raises(RuntimeError, match=r"can't be reached \(ConnectionError\); is there a"):
        csi300(token=TOKEN, root=tmp_path)


def test_a_broken_tushare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tushare.py").write_text("import no_such_module", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.partition(".")[0] == "tushare"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(RuntimeError, match=r"can't be imported \(No module named 'no_such"):
        csi300(token=TOKEN, root=tmp_path)
    sys.modules.pop("tushare", None)


@pytest.mark.usefixtures("exchange")
def test_days_without_trade() -> None:
    with pytest.raises(ValueError, match="tushare: no prices from 2018-01-01 to 2018-03-01"):
        csi300("2018-01-01", "2018-03-01", token=TOKEN)
    with pytest.raises(ValueError, match="expected prices of at least 2 days, got 1"):
        csi300("2020-01-02", "2020-01-02", token=TOKEN)


def test_without_file_and_token_it_is_synthetic_and_says_so(exchange: Exchange) -> None:
    prices = csi300()
    assert prices.synthetic
    assert repr(prices) == (
        "Prices synthetic index (seed 0): 3,500 days, 2010-10-11 to 2024-03-08, drawn at random, "
        "not real prices [neither file nor token, so this is not the CSI 300: see help(csi300)]"
    )
    part = csi300("2020-01-01", "2020-01-31", source="synthetic")
    assert (part.synthetic, len(part), part.note) == (True, 23, "")
    assert exchange.asked == []


def test_a_teachers_file_is_read_without_token_or_network(
    tmp_path: Path, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = trades(date(2019, 12, 2), date(2020, 2, 28))
    file = lay(tmp_path / "class" / "csi300", pd.DataFrame(rows, columns=FIELDS))
    monkeypatch.setenv("DLWIDGETS_DATA", str(tmp_path / "class"))
    monkeypatch.setenv("TUSHARE_TOKEN", TOKEN)
    for source in ("auto", "file"):
        prices = csi300("2020-01-01", source=source)
        pd.testing.assert_frame_equal(prices.frame, expected("2020-01-01", "2020-02-28"))
        assert prices.source == f"from {file}"
    short = csi300("2020-01-01", "2020-03-31")
    assert short.note == "asked up to 2020-03-31, ends 2020-02-28"
    assert csi300("2020-01-01", "2020-03-01").note == ""  # a Sunday
    assert csi300("2019-11-30", "2020-03-01").note == ""  # from a Saturday on
    long = csi300("2019-11-29", "2020-03-02")
    assert long.note == (
        "asked from 2019-11-29, begins 2019-12-02; asked up to 2020-03-02, ends 2020-02-28"
    )
    assert len(long) == len(rows)
    assert csi300("2020-01-01", source="synthetic").synthetic
    with pytest.raises(
        ValueError, match=r"no prices from 2021-01-01 .* go from 2019-12-02 to 2020"
    ):
        csi300("2021-01-01")
    assert exchange.asked == []


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"source": "tushare"}, ValueError, r"needs a token: register at tushare\.pro"),
        ({"source": "file"}, FileNotFoundError, r"there is no file .*000300\.csv.*DLWIDGETS_DATA"),
        ({"source": "tuhsare"}, ValueError, r"got 'tuhsare'\. Did you mean 'tushare'\?"),
        ({"source": None}, ValueError, "source: expected one of auto, file, tushare, synthetic"),
        ({"start": "last year"}, ValueError, "start: expected a date, year first"),
        ({"token": 5}, TypeError, "token: expected a text, got int"),
        ({"start": pd.NaT}, ValueError, "start: expected a date, .* got NaT"),
        ({"start": None}, ValueError, "start: expected a date"),
        ({"end": "2020-02-30"}, ValueError, "end: expected a date"),
        ({"end": "2001-01-01"}, ValueError, "start 2010-10-10 lies after end 2001-01-01"),
        ({"start": "2999-01-01", "token": TOKEN}, ValueError, "2999-01-01 lies in the future"),
        ({"start": "2020-01-04", "end": "2020-01-05"}, ValueError, "2–50,000, got 0"),
    ],
)
def test_what_can_not_be_is_refused(
    arguments: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        csi300(**arguments)


def test_a_folder_that_can_not_be_written_to(tmp_path: Path, exchange: Exchange) -> None:
    (tmp_path / "here").write_text("a file where a folder is wanted", "utf-8")
    with pytest.raises(RuntimeError, match="none of these folders can be written to"):
        csi300(token=TOKEN, root=tmp_path / "here")
    lay(tmp_path / "there", expected("2019-12-02", "2020-01-31"))
    (tmp_path / "there" / "000300.part.json").mkdir()
    with pytest.raises(RuntimeError, match=r"part\.json can't be written .* with root=$"):
        csi300(token=TOKEN, source="tushare", root=tmp_path / "there")
    assert exchange.asked
    names = sorted(path.name for path in (tmp_path / "there").iterdir())
    assert names == ["000300.csv", "000300.part.json"]


@pytest.mark.realdata
def test_the_real_index(real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLWIDGETS_DATA", str(real_data))
    prices = csi300(end="2020-03-31")
    assert prices.title == "CSI 300"
    raw = pd.read_csv(real_data / "csi300" / "000300.csv").set_index("date")
    raw = raw["2010-10-10":"2020-03-31"]
    assert len(prices) == len(raw) == 2307
    for name in ("open", "high", "low", "close", "volume"):
        np.testing.assert_array_equal(prices.frame[name], raw[name])
    assert prices.frame["date"].iloc[0] == pd.Timestamp("2010-10-11")
