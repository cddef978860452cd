"""The frame explorer in Python: selections, windows, pickers, and frames that change below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import dlwidgets
from dlwidgets import FrameExplorer, explore
from dlwidgets.widgets.frame_carry import OF_SERIES, OFFERED, accessor_of
from dlwidgets.widgets.frame_rows import ACCESSORS, KINDS, OPERATORS

if TYPE_CHECKING:
    from tests.widgets.conftest import Line


def goods() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": ["Ann", "Bo", "陈", "Dee", "Eli"],
            "price": [3.5, np.nan, 12.25, 1.0, 7.0],
            "n": [1, 2, 3, 2**60, 5],
        },
        index=list("abcde"),
    )


def run(code: str, df: Any) -> Any:
    return eval(code, {"df": df, "np": np, "pd": pd})


def window(line: Line, name: str, rows: list[int], columns: list[int]) -> dict[str, Any]:
    line.say("look", {"grid": name, "view": "v", "rows": rows, "columns": columns})
    content, buffers = line.custom("window")[-1]
    shape = [
        ends[1] - ends[0] for ends in (content["window"]["rows"], content["window"]["columns"])
    ]
    flags = np.frombuffer(buffers[0], np.uint8).reshape(shape)
    return {**content["window"], "flags": flags}


def test_begins_with_the_first_cells_and_leaves_the_frame_alone(line: Line) -> None:
    frame = goods()
    before = frame.copy(deep=True)
    w = FrameExplorer(frame, comm=line)
    assert w.frame is frame
    assert w.code() == w.expression == "df.iloc[:3, :2]"
    pd.testing.assert_frame_equal(w.result, frame.iloc[:3, :2])
    assert w.kind == "DataFrame"
    for accessor in OFFERED:
        line.say("accessor", accessor)
        line.say("area", {"rows": [[1, 3]], "columns": [[0, 3]]})
    result = w.result
    result.iloc[:, 1:] = 0
    pd.testing.assert_frame_equal(frame, before)
    assert w._failure == ""


@pytest.mark.parametrize("accessor", ["[]", ".loc", ".iloc", ".at", ".iat"])
@pytest.mark.parametrize(
    ("rows", "columns"), [(2, 1), (slice(1, 4), None), ([0, 3], [2, 0]), (None, 1), (-1, None)]
)
def test_select_gives_what_its_code_gives(rows: Any, columns: Any, accessor: str) -> None:
    df = goods()
    w = FrameExplorer(df)
    result = w.select(rows, columns, accessor)
    if w.kind == "error":
        assert accessor == "[]"
        return
    expected = df.iloc[
        slice(None) if rows is None else rows, slice(None) if columns is None else columns
    ]
    for one in [result, *(run(code, df) for code in {w.code(), *w.spellings})]:
        assert type(one) is type(expected)
        same = (
            one.equals(expected) if isinstance(one, (pd.DataFrame, pd.Series)) else one == expected
        )
        assert same


def test_every_spelling_gives_the_same() -> None:
    df = goods()
    w = FrameExplorer(df)
    w.expression = 'df["price"]'
    assert w.spellings[0] == 'df["price"]'
    assert {'df.loc[:, "price"]', "df.iloc[:, 1]", "df.price"} <= set(w.spellings)
    for code in w.spellings:
        assert run(code, df).equals(df["price"]), code


def test_spellings_are_compared_as_the_page_asks_until_all_are_done(line: Line) -> None:
    w = FrameExplorer(goods(), comm=line)
    w.expression = 'df["price"]'
    version = w._outcome["version"]
    line.say("spell", version - 1)
    assert w._spellings == {"version": version, "done": False, "rows": []}
    for _ in range(100):
        line.say("spell", version)
        if w._spellings["done"]:
            break
    assert [row["code"] for row in w._spellings["rows"]] == w.spellings
    assert [row["idiomatic"] for row in w._spellings["rows"]].count(True) == 1


def test_only_the_window_that_was_asked_for_travels(line: Line) -> None:
    frame = pd.DataFrame({f"c{k}": np.arange(1_000_000) * (k + 1) for k in range(12)})
    FrameExplorer(frame, comm=line)
    seen = window(line, "frame", [999_990, 1_000_030], [10, 40])
    assert seen["rows"] == [999_990, 1_000_000]
    assert seen["columns"] == [10, 12]
    assert seen["texts"][-1] == [str(999_999 * 11), str(999_999 * 12)]
    assert seen["row_labels"][-1] == ["999999"]
    far = window(line, "frame", [0, 10**9], [0, 10**9])
    assert far["rows"] == [0, 400]
    sent = sum(len(str(data)) for data, _ in line.sent)
    assert sent < 400_000


def test_lit_cells_are_those_of_the_selection(line: Line) -> None:
    frame = pd.DataFrame(np.arange(12).reshape(4, 3), index=[2, 0, 2, 1], columns=list("xyx"))
    w = FrameExplorer(frame, comm=line)
    w.expression = "df.loc[2, 'x']"
    seen = window(line, "frame", [0, 4], [0, 3])
    assert seen["flags"].tolist() == [[1, 0, 1], [0, 0, 0], [1, 0, 1], [0, 0, 0]]
    w.expression = "df[df > 6]"
    seen = window(line, "frame", [1, 4], [1, 3])
    assert seen["flags"].tolist() == (frame > 6).to_numpy()[1:, 1:].astype(int).tolist()


def test_pickers_show_what_a_rectangle_or_an_expression_selects(line: Line) -> None:
    w = FrameExplorer(goods(), comm=line)
    line.say("accessor", ".loc")
    line.say("area", {"rows": [[1, 4]], "columns": [[1, 2]]})
    assert w.code() == 'df.loc["b":"d", "price"]'
    rows, columns = w._picks["rows"], w._picks["columns"]
    assert (rows["kind"], rows["start"], rows["stop"]) == ("slice", 1, 3)
    assert rows["names"] == {"1": "b", "3": "d"}
    assert (columns["kind"], columns["at"]) == ("one", [1])
    # The same cells in positions: the stop is one beyond.
    line.say("accessor", ".iloc")
    assert w.code() == "df.iloc[1:4, 1]"
    line.say("read", 'df.loc["c", ["n", "name"]]')
    assert (w.accessor, w._picks["columns"]["at"]) == (".loc", [2, 0])
    assert w._outcome["picked"]
    line.say("read", 'df["price"] * 2')
    assert (w.accessor, w._outcome["picked"]) == ("[]", False)


def test_ctrl_joins_ranges(line: Line) -> None:
    w = FrameExplorer(goods(), comm=line)
    line.say("area", {"rows": [[0, 1], [3, 5]], "columns": [[0, 1], [2, 9]]})
    pd.testing.assert_frame_equal(w.result, goods().iloc[[0, 3, 4], [0, 2]])


def test_a_million_rows_with_a_gap_are_not_written_out(line: Line) -> None:
    w = FrameExplorer(pd.DataFrame({"a": np.arange(1_000_000)}), comm=line)
    code = w.code()
    line.say("area", {"rows": [[0, 9], [20, 900_000]], "columns": [[0, 1]]}, seq=1)
    assert "at most 2,000 positions" in line.custom("ack")[-1][0]["error"]
    assert w.code() == code


@pytest.mark.parametrize("accessor", list(OFFERED))
@pytest.mark.parametrize("was", list(OFFERED))
def test_every_tab_opens_from_every_other(was: str, accessor: str, line: Line) -> None:
    df = goods()
    w = FrameExplorer(df, accessor=was, comm=line)
    line.say("accessor", accessor, seq=1)
    assert line.custom("ack")[-1][0]["error"] == ""
    assert w.accessor == accessor
    assert w.kind != "error"
    assert np.shape(run(w.code(), df)) == np.shape(w.result)


@pytest.mark.parametrize("accessor", list(OF_SERIES))
def test_a_series_has_every_tab_too(accessor: str) -> None:
    s = pd.Series([1, 3, 6, -1, 2, 8], index=list("acdebg"))
    w = FrameExplorer(s, accessor=accessor)
    assert w.kind in {"scalar", "Series"} or accessor == ".query"
    assert w.code().startswith("s")


def test_a_mask_is_picked(line: Line) -> None:
    df = goods()
    w = FrameExplorer(df, comm=line)
    for accessor in ("mask", ".query", ".loc"):
        rows = {"kind": "mask", "column": 1, "operator": ">", "value": "3"}
        line.say("pick", {"accessor": accessor, "rows": rows, "columns": {"kind": "all"}})
        pd.testing.assert_frame_equal(w.result, df[df["price"] > 3])


def test_what_pandas_refuses_is_told_with_its_own_words(line: Line) -> None:
    df = goods()
    w = FrameExplorer(df, comm=line)
    line.say("read", 'df.loc["b", "prise"]')
    error = w._outcome["error"]
    assert (w.kind, error["exception"], w.result) == ("error", "KeyError", None)
    assert error["message"] == "'prise'"
    assert error["nearest"] == 'df.loc["b", "price"]'
    assert error["words"]["en"]
    assert error["words"]["zh"]
    assert w.expression == 'df.loc["b", "prise"]'
    line.say("read", "df.iloc[9]")
    assert w._outcome["error"]["exception"] == "IndexError"
    line.say("read", "__import__('os').system('true')")
    assert w._outcome["error"]["exception"] == ""
    assert "result" not in w._grids


def test_a_frame_that_changes_below_is_taken_up(line: Line) -> None:
    df = goods()
    w = FrameExplorer(df, comm=line)
    df["more"] = 0
    df.loc["f"] = ["Fay", 0.5, 6, 7]
    seen = window(line, "frame", [4, 40], [3, 16])
    assert seen["row_labels"] == [["e"], ["f"]]
    assert seen["texts"] == [["0"], ["7"]]
    assert w._grids["frame"]["columns"]["size"] == 4
    assert w._renewed == 1
    df.loc["a", "n"] = 99
    w.refresh()
    assert w._grids["frame"]["first"]["texts"][0][2] == "99"
    w.expression = 'df.loc["e"]'
    df.index = list("uvwxyz")
    line.say("look", {"grid": "frame", "view": "v", "rows": [0, 9], "columns": [0, 9]}, seq=4)
    assert line.custom("ack")[-1][0]["error"] == ""
    assert w._outcome["error"]["exception"] == "KeyError"
    df.columns = ["a", "a", "b", "c"]
    line.say("area", {"rows": [[0, 2]], "columns": [[0, 2]]})
    pd.testing.assert_frame_equal(w.result, df.iloc[:2, :2])


def test_labels_are_searched_and_cells_shown_in_full(line: Line) -> None:
    texts = pd.Series(["x" * 5000, "\ud800"], ["apple", "pear"], dtype=object)
    FrameExplorer(pd.DataFrame({"t": texts}), comm=line)
    line.say("search", {"axis": 0, "text": "PE", "view": "c"})
    found = line.custom("found")[-1][0]
    assert found["found"] == [{"position": 1, "label": "pear"}]
    for row, column, text in [(0, 0, "x" * 5000), (1, -1, "pear"), (-1, 0, "t"), (1, 0, "\\ud800")]:
        line.say("full", {"grid": "frame", "view": "c", "row": row, "column": column})
        assert line.custom("full")[-1][0]["text"] == text
    line.say("full", {"grid": "frame", "view": "c", "row": 7, "column": 0}, seq=1)
    assert line.custom("ack")[-1][0]["error"] == "this cell is no longer there"


def test_names_come_from_the_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = goods()
    import __main__

    monkeypatch.setattr(__main__, "_1", frame, raising=False)
    assert FrameExplorer(frame).code().startswith("df.")
    monkeypatch.setattr(__main__, "prices", frame, raising=False)
    assert explore(frame).code().startswith("prices.")
    assert explore(frame, name="自己的").code().startswith("自己的.")
    assert FrameExplorer(frame["n"]).code().startswith("s.")


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: FrameExplorer([1, 2]), TypeError, "expected a DataFrame or Series, got list"),
        (lambda: FrameExplorer(goods(), name="a b"), ValueError, "expected a Python name"),
        (lambda: FrameExplorer(goods(), name="class"), ValueError, "expected a Python name"),
        (lambda: FrameExplorer(goods(), pannel="quiz"), TypeError, "Did you mean 'panel'"),
        (lambda: FrameExplorer(goods(), accessor=".lok"), ValueError, "Did you mean '.loc'"),
        (lambda: FrameExplorer(goods()).select("a"), TypeError, "set w.expression"),
        (lambda: FrameExplorer(goods()).select([0, 9]), IndexError, "rows go from -5 to 4, got 9"),
        (lambda: FrameExplorer(goods()).select(0, 0, "loc"), ValueError, "Did you mean '.loc'"),
        (lambda: FrameExplorer(goods()).select(1.5), TypeError, "several positions"),
    ],
)
def test_misuse_is_told_plainly(make: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        make()
    dlwidgets.set_language("zh")
    with pytest.raises(error, match=r"应|是不是想写"):
        make()


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(),
        pd.DataFrame({"a": []}),
        pd.DataFrame(index=[1, 2]),
        pd.Series([], dtype=float),
        pd.DataFrame(np.zeros((2, 10_000))),
        pd.DataFrame([[1, 2]], index=[np.nan], columns=["index", "index"]),
        pd.DataFrame({"o": [[1, 2], {"k": 1}]}, index=pd.Index([("a", 1), ("b", 2)])),
        pd.Series([1, 2], index=pd.date_range("2024-03-31", periods=2, tz="Europe/Berlin")),
    ],
)
def test_odd_frames_open_in_every_tab(frame: Any, line: Line) -> None:
    w = FrameExplorer(frame, comm=line)
    for accessor in OFFERED:
        line.say("accessor", accessor)
        line.say("area", {"rows": [[0, 1]], "columns": [[0, 1]]})
        line.say("area", {"rows": [[0, 10**9]], "columns": [[0, 10**9]]})
    assert w._failure == ""


def test_what_is_picked_is_what_the_engine_knows() -> None:
    from dlwidgets.explain import frame

    assert tuple(ACCESSORS) == frame.ACCESSORS == tuple(OFFERED)
    assert tuple(OPERATORS) == frame.OPERATORS
    assert tuple(KINDS) == frame.picking.KINDS


@pytest.mark.parametrize(
    ("code", "accessor"),
    [
        ('df["a"]', "[]"),
        ("df.loc[1]", ".loc"),
        (" df.iat[0, 0]", ".iat"),
        ('df.query("a > 1")', ".query"),
        ("df.head()", ""),
        ("other[1]", ""),
        ("df", ""),
    ],
)
def test_the_tab_of_an_expression(code: str, accessor: str) -> None:
    assert accessor_of(code, "df") == accessor


def test_nonsense_from_a_page_changes_nothing(line: Line) -> None:
    w = FrameExplorer(goods(), comm=line)
    before = w.code()
    for command, value in [
        ("pick", {"accessor": ".loc", "rows": {"kind": "several"}, "columns": {}}),
        ("pick", {"accessor": ".lok", "rows": {}, "columns": {}}),
        ("panel", "quizz"),
        ("accessor", "loc"),
        ("look", {"grid": "other", "view": "v", "rows": [0, 1], "columns": [0, 1]}),
    ]:
        line.say(command, value, seq=1)
    assert w.code() == before
    assert w.panel == "select"
