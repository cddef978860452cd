"""Pitfalls, changes and quiz of the frame explorer in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, expect

import dlwidgets
from dlwidgets import FrameExplorer
from dlwidgets.widgets.base import Widget
from tests.views.live import Live, assert_silent_once_disposed
from tests.widgets.conftest import Line

Show = Callable[..., Live]


@pytest.fixture
def show(new_stage: Callable[[str], Any]) -> Iterator[Show]:
    """Return a function that shows a `FrameExplorer` on one of its pages."""

    def show(*args: Any, page_language: str = "en", **values: Any) -> Live:
        line = Line()
        widget = FrameExplorer(*args, **values, comm=line)
        stage = new_stage("frame_explorer")
        live = Live(stage, widget, line, page_language=page_language, answering=False)
        # What the view has asked for before its kernel was there waits in Jupyter, too.
        live.page.evaluate(
            "() => { const { sent, buffers } = stage.model;"
            " sent.forEach((content, at) => stage.model.onSend(content, buffers[at])) }"
        )
        return live

    yield show
    Widget.close_all()
    dlwidgets.set_language(None)


def prices() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "price": [3, 4, 5, 7],
            "count": [1, 2, np.nan, 3],
            "name": ["apple", "<b>pear</b>", "李子", "plum"],
        },
        index=list("wxyz"),
    )


def lit(page: Page) -> Locator:
    grid = page.get_by_role("grid", name="Data of this lesson")
    return grid.locator("[role=gridcell][data-tone~=lit]")


def step(page: Page, at: int) -> Locator:
    return page.locator(".dlw-fe-steps button").nth(at)


def statement(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Statement that changes the data")


def table(page: Page) -> Locator:
    return page.get_by_role("grid", name="Before and after")


def carry(page: Page, text: str) -> None:
    statement(page).fill(text)
    statement(page).press("Enter")


def answers(page: Page) -> Locator:
    return page.locator(".dlw-fe-option")


def test_pitfalls_are_walked_through_by_hand(show: Show) -> None:
    live = show(prices(), "df")
    page = live.page
    page.get_by_role("button", name="Pitfalls").click()
    expect(step(page, 0)).to_have_attribute("aria-current", "step")
    expect(step(page, 0)).to_contain_text('df.loc["x":"z"]')
    expect(page.locator(".dlw-fe-told")).to_contain_text("the last one is included, 3 rows")
    expect(lit(page)).to_have_count(9)
    step(page, 1).click()
    expect(lit(page)).to_have_count(6)
    page.get_by_role("button", name="What is not there").click()
    expect(step(page, 0)).to_contain_text("KeyError")
    expect(page.locator(".dlw-fe-told")).to_contain_text("KeyError: 'wx'.")
    expect(lit(page)).to_have_count(0)


def test_a_pitfall_plays_by_itself_to_its_end(show: Show) -> None:
    page = show(prices(), "df", panel="lessons").page
    expect(step(page, 0)).to_be_visible()
    page.get_by_role("combobox", name="Speed").select_option("10")
    page.get_by_role("button", name="Play").click()
    expect(step(page, 2)).to_have_attribute("aria-current", "step")
    expect(lit(page)).to_have_count(9)
    expect(page.get_by_role("button", name="Play")).to_be_enabled()


def test_setting_in_two_steps_is_shown_as_it_came_out(show: Show) -> None:
    live = show(prices(), "df")
    live.widget.lesson("chained")
    live.push()
    page = live.page
    expect(step(page, 0)).to_contain_text("unchanged")
    expect(step(page, 3)).to_contain_text("1 cell changed")
    step(page, 3).click()
    grid = page.get_by_role("grid", name="Data of this lesson")
    expect(grid.locator("[data-place='0 0'][tabindex]")).to_contain_text("4")


def test_a_statement_is_typed_and_the_diff_shown(show: Show) -> None:
    live = show(prices(), "df", panel="changes")
    page = live.page
    carry(page, 'df["total"] = df["price"] * df["count"]')
    expect(table(page).locator("th[data-tone=added]")).to_contain_text("total")
    expect(statement(page)).to_have_value("")
    carry(page, 'df.loc["w", "price"] = 9')
    changed = table(page).get_by_role("gridcell", name="9: changed, was 3")
    expect(changed).to_have_count(1)
    expect(page.locator(".dlw-fe-told:visible")).to_have_text("1 cell changed.")
    carry(page, 'df = df.drop(index=["y"])')
    expect(table(page).locator("tr th[data-tone=removed]")).to_contain_text("y")
    expect(page.locator(".dlw-fe-changes .dlw-code-text")).to_contain_text("df = df.copy()")
    assert live.widget.result.shape == (3, 4)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(table(page).locator("[data-tone=removed]")).to_have_count(0)
    assert live.widget.result.shape == (4, 4)
    pd.testing.assert_frame_equal(live.widget.frame, prices())


def test_a_statement_that_fails_is_marked_and_mended_by_one_click(show: Show) -> None:
    live = show(prices(), "df", panel="changes")
    page = live.page
    carry(page, 'df = df.drop(columns=["pricee"])')
    wrong = page.locator(".dlw-fe-wrong")
    expect(wrong).to_contain_text("KeyError")
    expect(wrong).to_contain_text('Did you mean "price"?')
    expect(statement(page)).to_have_value('df = df.drop(columns=["pricee"])')
    wrong.get_by_role("button").click()
    expect(wrong).to_be_hidden()
    assert list(live.widget.result.columns) == ["count", "name"]
    carry(page, 'df["🙂价"] = open("x")')
    expect(wrong.locator("mark")).to_have_text('open("x")')


def test_a_row_column_or_cell_is_chosen_and_changed(show: Show) -> None:
    live = show(prices(), "df", panel="changes")
    page = live.page
    form = page.locator(".dlw-fe-form")
    drop = form.get_by_role("button", name="Drop")
    expect(drop).to_be_disabled()
    table(page).get_by_role("columnheader", name="count").click()
    expect(form).to_contain_text("column count")
    drop.click()
    expect(table(page).locator("th[data-tone=removed]")).to_contain_text("count")
    form.get_by_role("textbox", name="Name").fill("double")
    form.get_by_role("textbox", name="Value").fill("price * 2")
    form.get_by_role("button", name="Add column").click()
    expect(table(page).locator("th[data-tone=added]")).to_contain_text("double")
    assert live.widget.result["double"].tolist() == [6, 8, 10, 14]


def test_the_table_of_changes_needs_no_mouse(show: Show) -> None:
    live = show(prices(), "df", panel="changes")
    page = live.page
    table(page).locator("[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".dlw-fe-target")).to_have_text("x, count")
    page.get_by_role("textbox", name="Value").fill("7")
    page.get_by_role("button", name="Set").press("Enter")
    expect(table(page).get_by_role("gridcell", name="7.0: changed, was 2.0")).to_have_count(1)
    assert live.widget.result.loc["x", "count"] == 7


def test_a_quiz_is_answered_with_the_mouse(show: Show) -> None:
    live = show(prices(), "df")
    page = live.page
    page.get_by_role("button", name="Predict").click()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Question 1 of 5")).to_be_visible()
    question = live.widget._questions[0]
    wrong = (question["right"] + 1) % len(question["options"])
    answers(page).nth(wrong).click()
    told = page.locator(".dlw-fe-question .dlw-fe-told")
    expect(told).to_contain_text(question["options"][wrong]["words"]["en"])
    expect(page.get_by_role("button", name="Next")).to_be_hidden()
    answers(page).nth(question["right"]).click()
    expect(told).to_contain_text("Right.")
    expect(page.locator(".dlw-fe-mini [data-lit]")).to_have_count(len(question["cells"]))
    expect(page.locator(".dlw-fe-gives")).to_contain_text(question["result"])
    assert live.widget.score == {"asked": 5, "right": 1, "shown": 0, "tries": 2}
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Question 2 of 5")).to_be_visible()


def test_a_quiz_is_answered_with_keys_to_its_end(show: Show) -> None:
    live = show(prices(), "df")
    live.widget.quiz("type", count=2, seed=4)
    live.push()
    page = live.page
    answers(page).first.focus()
    for question in live.widget._questions:
        page.keyboard.press("ABCD"[question["right"]])
        expect(page.get_by_role("button", name="Next")).to_be_focused()
        page.keyboard.press("Enter")
    expect(page.get_by_text("2 of 2 right")).to_be_visible()
    assert live.widget.score["right"] == 2


def test_after_two_wrong_answers_the_right_one_is_shown(show: Show) -> None:
    live = show(prices(), "df")
    live.widget.quiz("type", count=1, seed=4)
    live.push()
    page = live.page
    right = live.widget._questions[0]["right"]
    wrong = [i for i in range(4) if i != right]
    answers(page).nth(wrong[0]).click()
    expect(page.get_by_role("button", name="Show")).to_be_hidden()
    answers(page).nth(wrong[1]).click()
    page.get_by_role("button", name="Show").click()
    expect(answers(page).nth(right)).to_have_attribute("data-tone", "good")
    assert live.widget.score == {"asked": 1, "right": 0, "shown": 1, "tries": 2}


def test_markup_in_data_stays_text(show: Show) -> None:
    bad = "<img src=x onerror='window.hit=1'>"
    frame = prices().rename(index={"w": bad}, columns={"price": bad})
    live = show(frame, "df")
    for key in ("end", "chained"):
        live.widget.lesson(key)
        live.push()
        expect(step(live.page, 0)).to_contain_text("img" if key == "chained" else "df.loc")
    live.widget.change(f"df['x'] = {bad!r}")
    live.push()
    expect(table(live.page)).to_contain_text(bad)
    live.widget.quiz("cells", seed=1)
    live.push()
    expect(live.page.locator(".dlw-fe-mini")).to_contain_text(bad)
    assert live.page.locator(".dlw-fe-panel img").count() == 0
    assert live.page.evaluate("window.hit") is None


def test_the_pages_speak_chinese(show: Show) -> None:
    live = show(prices(), "df", page_language="zh")
    page = live.page
    live.widget.lesson("end")
    live.push()
    # What is said for screen readers, too, comes a moment later and is a second place.
    expect(page.get_by_text(".loc 包含终点，.iloc 不包含").first).to_be_visible()
    live.widget.change("df['price'] = 0")
    live.push()
    expect(page.locator(".dlw-fe-told:visible")).to_have_text("4 个单元格被修改。")
    live.widget.quiz("type", seed=1)
    live.push()
    expect(page.get_by_text("结果是什么类型？").first).to_be_visible()
    expect(answers(page).filter(has_text="标量")).to_have_count(1)


@pytest.mark.parametrize("panel", ["lessons", "changes", "quiz"])
def test_no_page_is_wider_than_a_narrow_column(show: Show, panel: str) -> None:
    live = show(prices(), "df", panel=panel)
    if panel == "quiz":
        live.widget.quiz(seed=1)
        live.push()
    live.page.set_viewport_size({"width": 400, "height": 900})
    live.stage.drawn()
    assert live.page.evaluate("document.documentElement.scrollWidth") <= 400


def test_without_a_kernel_a_quiz_goes_on(show: Show) -> None:
    live = show(prices(), "df")
    live.widget.quiz("type", count=2, seed=4)
    live.push()
    page = live.page
    page.evaluate("stage.model.onSend = () => {}")
    right = live.widget._questions[0]["right"]
    answers(page).nth(right).click()
    expect(page.locator(".dlw-fe-question .dlw-fe-told")).to_contain_text("Right.")


@pytest.mark.parametrize("panel", ["lessons", "changes", "quiz"])
def test_nothing_fires_once_disposed(show: Show, panel: str) -> None:
    live = show(prices(), "df", panel=panel)
    if panel == "quiz":
        live.widget.quiz(seed=1)
        live.push()
    live.stage.drawn()
    assert_silent_once_disposed(live, ".dlw-fe")
