"""Pitfalls, changes and quiz of the frame explorer in Python, and as the page asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import dlwidgets
from dlwidgets import FrameExplorer
from dlwidgets.explain.frame.traps import ORDER
from dlwidgets.widgets.frame_changes import MOST
from dlwidgets.widgets.frame_lessons import LESSONS

if TYPE_CHECKING:
    from tests.widgets.conftest import Line

PRICES = pd.DataFrame({"price": [3, 4, 5, 7], "count": [1.0, 2.0, np.nan, 3.0]}, index=list("wxyz"))


@pytest.fixture
def opened(line: Line) -> FrameExplorer:
    """An explorer of a copy of `PRICES`."""
    return FrameExplorer(PRICES.copy(), "df", comm=line)


def flags(widget: FrameExplorer, grid: str) -> list[list[int]]:
    first: dict[str, Any] = widget._grids[grid]["first"]
    found: list[list[int]] = first["flags"].tolist()
    return found


def test_the_lessons_are_those_that_there_are() -> None:
    assert LESSONS == ORDER


def test_a_lesson_lights_what_each_step_takes(opened: FrameExplorer) -> None:
    opened.lesson("end")
    assert opened.panel == "lessons"
    assert opened._lesson["steps"][0]["code"] == 'df.loc["x":"z"]'
    assert flags(opened, "lesson") == [[0, 0], [1, 1], [1, 1], [1, 1]]
    opened.lesson("end", 1)
    assert flags(opened, "lesson") == [[0, 0], [1, 1], [1, 1], [0, 0]]


def test_a_lesson_marks_what_a_statement_has_changed(opened: FrameExplorer) -> None:
    opened.lesson("chained", 99)
    assert opened._lesson["at"] == 3
    assert flags(opened, "lesson")[0] == [4, 0]
    assert opened._grids["lesson"]["first"]["texts"][0] == ["4", "1.0"]
    opened.lesson("chained", 0)
    assert flags(opened, "lesson")[0] == [0, 0]
    assert opened._grids["lesson"]["first"]["texts"][0] == ["3", "1.0"]


def test_the_page_walks_through_a_lesson(opened: FrameExplorer, line: Line) -> None:
    for key in LESSONS:
        line.say("lesson", {"key": key, "step": 1}, 1)
        assert (opened._lesson["key"], opened._lesson["at"]) == (key, 1)
    assert opened._failure == ""
    assert [content["error"] for content, _ in line.custom("ack")] == [""] * len(LESSONS)


def test_an_unknown_lesson_is_refused_with_the_nearest(opened: FrameExplorer) -> None:
    with pytest.raises(ValueError, match=r"expected one of end, .*Did you mean 'labels'"):
        opened.lesson("label")


def test_changes_are_made_on_a_copy(opened: FrameExplorer) -> None:
    made = opened.change('df["total"] = df["price"] * df["count"]')
    assert made["total"].tolist()[:2] == [3.0, 8.0]
    opened.change('df = df.drop(index=["y"])')
    pd.testing.assert_frame_equal(opened.result, made.drop(index=["y"]))
    pd.testing.assert_frame_equal(opened.frame, PRICES)
    assert opened._changes["words"]["en"] == "1 row removed."
    tones = [row["tone"] for row in opened._changes["rows"]]
    assert tones == ["", "", "removed", ""]
    scope = {"df": PRICES}
    exec(opened._changes["code"], scope)
    pd.testing.assert_frame_equal(opened.result, scope["df"])
    opened.undo()
    pd.testing.assert_frame_equal(opened.result, made)


def test_the_result_belongs_to_the_user(opened: FrameExplorer) -> None:
    for theirs in (opened.change("df['price'] = 0"), opened.result):
        theirs.loc["w", "price"] = 99
    assert opened.result.loc["w", "price"] == 0


def test_the_result_is_that_of_the_page_that_is_open(opened: FrameExplorer) -> None:
    opened.expression = 'df["price"]'
    opened.panel = "changes"
    pd.testing.assert_frame_equal(opened.result, PRICES)
    opened.panel = "select"
    pd.testing.assert_series_equal(opened.result, PRICES["price"])


def test_a_change_that_fails_says_why(opened: FrameExplorer) -> None:
    with pytest.raises(ValueError, match=r"KeyError: .*Did you mean \"price\""):
        opened.change('df = df.drop(columns=["pricee"])')
    assert opened._tried["nearest"] == 'df = df.drop(columns=["price"])'
    assert opened._changes["steps"] == 0
    dlwidgets.set_language("zh")
    with pytest.raises(ValueError, match="应为一条修改 df 的语句"):
        opened.change("import os")
    opened.change("df['price'] = 1")
    assert opened._tried["words"]["en"] == ""


def test_the_page_changes_by_form(opened: FrameExplorer, line: Line) -> None:
    def form(kind: str, label: str = "", text: str = "", row: int = -1, column: int = -1) -> None:
        value = {"form": kind, "label": label, "text": text, "row": row, "column": column}
        line.say("change_form", value, 1)

    opened.panel = "changes"
    form("add", "total", "price * count")
    form("set", text="9", row=0, column=0)
    form("rename", "cost", column=0)
    form("rename", "first", row=0)
    form("drop", row=1)
    form("drop", column=1)
    form("set", text="1", column=0)
    assert opened._changes["code"].splitlines() == [
        "df = df.copy()",
        'df["total"] = df["price"] * df["count"]',
        'df.loc["w", "price"] = 9',
        'df = df.rename(columns={"price": "cost"})',
        'df = df.rename(index={"w": "first"})',
        'df = df.drop(index=["x"])',
        'df = df.drop(columns=["count"])',
        'df.loc[:, "cost"] = 1',
    ]
    scope = {"df": PRICES}
    exec(opened._changes["code"], scope)
    pd.testing.assert_frame_equal(opened.result, scope["df"])
    line.say("change_undo")
    assert opened._changes["steps"] == 6
    line.say("change_clear")
    assert opened._changes["steps"] == 0
    form("drop", row=99)
    assert "no longer there" in line.custom("ack")[-1][0]["error"]
    assert opened._failure == ""


def test_so_many_changes_are_kept(opened: FrameExplorer) -> None:
    for _ in range(MOST):
        opened.change("df['price'] += 1")
    with pytest.raises(ValueError, match=f"at most {MOST} changes"):
        opened.change("df['price'] += 1")
    assert opened.result["price"].tolist() == [value + MOST for value in [3, 4, 5, 7]]


def test_a_series_is_changed_likewise(line: Line) -> None:
    series = pd.Series([1, 3, 6], index=list("acd"), name="s")
    widget = FrameExplorer(series, "s", comm=line)
    assert widget.change('s["b"] = 2').to_dict() == {"a": 1, "c": 3, "d": 6, "b": 2}
    assert series.to_dict() == {"a": 1, "c": 3, "d": 6}
    assert widget._changes["series"]


def test_a_quiz_asks_and_counts(opened: FrameExplorer, line: Line) -> None:
    opened.quiz(seed=2, count=4)
    assert opened.panel == "quiz"
    assert opened.score == {"asked": 4, "right": 0, "shown": 0, "tries": 0}
    opened._quiz = {"at": 1, "tries": [[0, 2], [1], [], []], "ends": ["right", "shown", "", ""]}
    assert opened.score == {"asked": 4, "right": 1, "shown": 1, "tries": 3}
    line.say("quiz", {"what": "type", "seed": 5}, 1)
    assert {one["kind"] for one in opened._questions} == {"type"}
    opened.end_quiz()
    assert opened.score["asked"] == 0


def test_the_same_seed_asks_the_same(opened: FrameExplorer) -> None:
    opened.quiz(seed=7)
    once = opened._questions
    opened.quiz(seed=7)
    assert opened._questions == once


@pytest.mark.parametrize("count", [0, 13, True, 2.5, "3"])
def test_a_count_that_is_none_is_refused(opened: FrameExplorer, count: Any) -> None:
    with pytest.raises(ValueError, match="count expected a number from 1 to 12"):
        opened.quiz(count=count)


def test_an_unknown_quiz_is_refused(opened: FrameExplorer) -> None:
    with pytest.raises(ValueError, match=r"what expected one of .*Did you mean 'shape'"):
        opened.quiz("shapes")


def test_a_quiz_leaves_pythons_random_numbers_alone(opened: FrameExplorer) -> None:
    import random

    random.seed(1)
    before = random.getstate()
    opened.quiz(seed=3)
    assert random.getstate() == before


@pytest.mark.parametrize("panel", ["lessons", "changes", "quiz"])
def test_a_page_may_be_named_at_the_start(line: Line, panel: str) -> None:
    widget = FrameExplorer(PRICES, "df", panel=panel, comm=line)
    assert widget.panel == panel
    assert (widget._changes["columns"] != []) == (panel == "changes")


def test_all_begins_anew_where_the_frame_was_changed_in_python(opened: FrameExplorer) -> None:
    opened.change("df['new'] = 1")
    opened.quiz(seed=1)
    opened.lesson("end")
    opened.frame["more"] = 2
    opened.refresh()
    assert opened.score["asked"] == 0
    assert opened._changes["steps"] == 0
    assert opened._grids["lesson"]["columns"]["size"] == 3
    opened.panel = "changes"
    assert list(opened.result.columns) == ["price", "count", "more"]


ODD = {
    "empty": pd.DataFrame(),
    "no rows": PRICES.iloc[:0],
    "pairs": PRICES.set_axis(pd.MultiIndex.from_product([["a", "b"], [1, 2]])),
    "twice": PRICES.set_axis(list("aabb")),
    "missing": PRICES.set_axis(["a", np.nan, "b", np.nan]),
    "markup": PRICES.set_axis(pd.Index(["<script>", '"', "\n", "\ud800"], dtype=object)),
    "wide": pd.DataFrame(np.zeros((3, 3000))),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_frames_have_all_pages(name: str, line: Line) -> None:
    widget = FrameExplorer(ODD[name], "df", comm=line)
    for key in LESSONS:
        widget.lesson(key)
    widget.quiz(count=3)
    widget.panel = "changes"
    for text in widget._changes["examples"]:
        line.say("change", text)
        assert widget._tried["exception"] == "", text
        widget.undo()
    assert widget._failure == ""
