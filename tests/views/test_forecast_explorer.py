"""The forecast explorer in a real browser, with its real Python as its kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import nn

import dlwidgets
from dlwidgets import ForecastExplorer
from dlwidgets.widgets import retraining
from dlwidgets.widgets.base import Widget
from tests.views.live import Live, assert_silent_once_disposed
from tests.widgets.conftest import Line

Show = Callable[..., Live]

DAYS = 400
DATES = pd.bdate_range("2020-01-01", periods=DAYS)
QUICK: dict[str, Any] = {"window": 5, "hidden_size": 4, "epochs": 2, "horizon": 5}


def prices() -> pd.DataFrame:
    high = 3000 + 20 * np.random.default_rng(0).normal(0, 1, DAYS).cumsum()
    return pd.DataFrame({"high": high}, index=DATES)


@pytest.fixture
def show(new_stage: Callable[[str], Any]) -> Iterator[Show]:
    """Return a function that shows an explorer, trained to its end."""

    def show(data: Any = None, page_language: str = "en", **values: Any) -> Live:
        line = Line()
        data = prices() if data is None else data
        widget = ForecastExplorer(data, **QUICK | values, comm=line).finish()
        stage = new_stage("forecast_explorer")
        return Live(stage, widget, line, page_language=page_language, answering=False)

    yield show
    Widget.close_all()
    dlwidgets.set_language(None)


def done(live: Live, **values: Any) -> None:
    """Wait until Python stands at these values, and all that it trained is on the page."""
    live.page.wait_for_function(
        "values => stage.model.get('_done') && Object.entries(values).every("
        "([name, value]) => stage.model.get(name) === value)",
        arg=values,
        timeout=120_000,
    )
    live.stage.drawn()


def chart(page: Page) -> Locator:
    return page.locator(".dlw-fc > .dlw-chart .dlw-chart-canvas")


def place(page: Page, row: float, seen: tuple[float, float] = (0, DAYS - 1)) -> tuple[float, float]:
    """Return where a row stands on the page."""
    box = chart(page).locator(".u-over").bounding_box()
    share = (row - seen[0]) / (seen[1] - seen[0])
    return box["x"] + share * box["width"], box["y"] + box["height"] / 2


def seen(page: Page) -> tuple[int, int]:
    """Return the rows of the first and the last day that are seen."""
    first, last = str(chart(page).get_attribute("data-seen")).split()
    return int(DATES.get_loc(first)), int(DATES.get_loc(last))


def number(page: Page, forecast: str, column: int) -> float:
    """Return an error of the table, in full."""
    cell = page.locator(f"tr[data-forecast={forecast}] td").nth(column)
    return float(str(cell.get_attribute("title")))


def check_errors(live: Live) -> None:
    """Compare the table with what Python finds."""
    for name, score in live.widget.result.scores._asdict().items():
        assert (number(live.page, name, 0), number(live.page, name, 1)) == score


def test_the_errors_are_those_of_python_and_it_is_said_plainly(show: Show) -> None:
    live = show()
    page = live.page
    check_errors(live)
    found = live.widget.result
    by_hand = prices()["high"].diff().abs().iloc[320:].mean()
    assert number(page, "naive", 0) == pytest.approx(by_hand, rel=1e-12)
    ratio = found.table.loc["one_step", "mae_ratio"]
    assert number(page, "one_step", 2) == pytest.approx(ratio, rel=1e-12)
    said = page.locator(".dlw-fc-verdict").first
    expect(said).to_have_text(found.verdict.en)
    expect(said).to_contain_text("The model is no better than “same as yesterday”")
    expect(page.locator(".dlw-badge")).to_have_text("no better than “yesterday”")
    expect(page.locator(".dlw-badge")).to_have_attribute("data-tone", "bad")
    expect(page.locator(".dlw-fc-about")).to_contain_text("of the training part alone")
    expect(page.locator(".dlw-fc-made")).to_be_hidden()


def test_a_model_that_beats_naive_is_said_to(show: Show) -> None:
    swings = np.sin(np.arange(DAYS) * 1.3)
    live = show(swings, window=8, hidden_size=16, epochs=25, lr=0.02)
    expect(live.page.locator(".dlw-badge")).to_have_attribute("data-tone", "good")
    expect(live.page.locator(".dlw-fc-verdict").first).to_contain_text("The model beats")
    # Without days rows are numbered.
    expect(live.page.locator(".dlw-fc-reader b")).to_have_text("399, test part")


@pytest.mark.parametrize("row", [200, 300])
def test_dragging_the_split_trains_anew_and_the_last_day_is_finished(show: Show, row: int) -> None:
    live = show()
    page = live.page
    handle = page.get_by_role("slider", name="First day of the test part")
    box = handle.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.mouse.down()
    for at in (150, 380, 250, row):
        page.mouse.move(*place(page, at - 0.5), steps=3)
    page.mouse.up()
    done(live, _row=row)
    assert live.widget.split == row / DAYS
    expect(handle).to_have_attribute("aria-valuetext", str(DATES[row].date()))
    expect(page.locator(".dlw-fc-errors h3")).to_contain_text(f"{DAYS - row} days")
    check_errors(live)
    # The chart did not move under the hand.
    assert seen(page) == (0, DAYS - 1)


def test_the_split_stays_where_a_window_and_a_test_fit(show: Show) -> None:
    live = show()
    handle = live.page.get_by_role("slider", name="First day of the test part")
    handle.press("Home")
    done(live, _row=6)
    handle.press("End")
    done(live, _row=DAYS - 1)
    handle.press("ArrowLeft")
    done(live, _row=DAYS - 2)
    check_errors(live)


def test_by_keyboard_alone_and_by_ear(show: Show) -> None:
    live = show()
    page = live.page
    page.get_by_role("slider", name="window", exact=True).press("ArrowRight")
    page.wait_for_function("stage.model.get('window') > 5")
    done(live)
    spoken = page.locator(".dlw-spoken")
    expect(spoken).to_contain_text("“same as yesterday” in the test part: MAE")
    check_errors(live)
    chart(page).focus()
    page.keyboard.press("End")
    expect(spoken).to_contain_text(f"to {DATES[-1].date()}")
    live.stage.drawn()
    assert seen(page) == (316, DAYS - 1)
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    live.stage.drawn()
    first, last = seen(page)
    assert 50 < last - first < 70
    for key in "------":
        page.keyboard.press(key)
    live.stage.drawn()
    assert seen(page) == (0, DAYS - 1)
    look = page.get_by_role("slider", name="Look at")
    look.press("Home")
    expect(page.locator(".dlw-fc-reader b")).to_have_text("2020-01-01, training part")
    expect(page.locator("[data-reading=one_step]")).to_have_text("model, one step –")


def test_the_wheel_zooms_where_the_pointer_is_once_the_chart_is_clicked(show: Show) -> None:
    live = show()
    page = live.page
    page.mouse.move(*place(page, 100))
    page.mouse.wheel(0, -100)
    live.stage.drawn()
    # Not before: a page must go on scrolling.
    assert seen(page) == (0, DAYS - 1)
    page.mouse.down()
    page.mouse.up()
    page.mouse.wheel(0, -100)
    page.wait_for_function(
        "before => document.querySelector('[data-seen]').dataset.seen !== before",
        arg=f"{DATES[0].date()} {DATES[-1].date()}",
    )
    live.stage.drawn()
    first, last = seen(page)
    assert last - first == pytest.approx((DAYS - 1) / 1.4, abs=2)
    assert (100 - first) / (last - first) == pytest.approx(100 / (DAYS - 1), abs=0.01)


def test_dragging_moves_the_days_that_are_seen(show: Show) -> None:
    live = show()
    page = live.page
    for _ in range(3):
        page.get_by_role("button", name="Zoom in").click()
    live.stage.drawn()
    first, last = seen(page)
    (x, y), (to, _) = place(page, 250, (first, last)), place(page, 220, (first, last))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(to, y, steps=5)
    page.mouse.up()
    live.stage.drawn()
    now = seen(page)
    assert now[0] - first == pytest.approx(30, abs=2)
    assert now[1] - now[0] == pytest.approx(last - first, abs=1)
    page.get_by_role("button", name="All days").click()
    live.stage.drawn()
    assert seen(page) == (0, DAYS - 1)
    assert live.commands == []


def test_hovering_reads_a_day(show: Show) -> None:
    live = show()
    page = live.page
    page.mouse.move(*place(page, 350))
    live.stage.drawn()
    expect(page.locator(".dlw-fc-reader b")).to_have_text(f"{DATES[350].date()}, test part")
    found = live.widget.result.frame.iloc[350 - 320]
    for name in ("truth", "one_step", "naive", "free_running", "naive_free"):
        shown = page.locator(f"[data-reading={name}]")
        assert float(str(shown.get_attribute("title"))) == found[name]


def test_curves_and_errors_are_chosen_and_python_follows_both_ways(show: Show) -> None:
    live = show()
    page = live.page
    page.get_by_role("checkbox", name="last known day").check()
    page.get_by_role("checkbox", name="same as yesterday").uncheck()
    page.get_by_role("button", name="errors").click()
    page.wait_for_function("stage.model.saved.some(one => one.residuals)")
    live.stage.drawn()
    assert live.widget.shown == ["one_step", "free_running", "naive_free"]
    assert live.widget.residuals
    live.widget.shown, live.widget.residuals, live.widget.log_scale = ["naive"], False, False
    live.widget.turn(seed=5)
    live.push()
    done(live, seed=5)
    expect(page.get_by_role("checkbox", name="same as yesterday")).to_be_checked()
    expect(page.get_by_role("checkbox", name="model, one step")).not_to_be_checked()
    expect(page.get_by_role("button", name="linear")).to_have_attribute("aria-pressed", "true")
    check_errors(live)


def test_the_page_asks_for_slice_after_slice_and_a_newer_position_takes_over(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = show()
    monkeypatch.setattr(retraining, "SLICE", 0.0)
    field = live.page.get_by_role("textbox", name="Value of epochs")
    field.fill("5000")
    field.press("Enter")
    live.page.wait_for_function("stage.model.get('epochs') === 5000")
    expect(live.page.locator(".dlw-progress[data-going]")).to_have_count(1)
    expect(live.page.locator(".dlw-fc-state")).to_contain_text("training: 0 % of 25,000 steps")
    assert not live.widget._done
    field.fill("3")
    field.press("Enter")
    done(live, epochs=3)
    assert len(live.commands) < 1000
    check_errors(live)


def test_what_python_refuses_is_said_and_undone(show: Show) -> None:
    live = show()
    field = live.page.get_by_role("textbox", name="Value of window")
    field.fill("390")
    field.press("Enter")
    notice = live.page.locator(".dlw-notice")
    expect(notice).to_contain_text("lower window, move split, or give more days")
    live.page.get_by_role("slider", name="seed").focus()
    expect(field).to_have_value("5")
    assert live.widget.result.ending == "done"


class Bursting(nn.Module):
    """A model whose numbers have no bound."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Linear(5, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.exp(9 * self.net(x[:, :, 0]))


def test_a_rate_that_is_too_large_is_explained(show: Show) -> None:
    live = show(model=Bursting(), epochs=1, lr=1e-4)
    page = live.page
    expect(page.get_by_role("slider", name="hidden_size")).to_be_disabled()
    field = page.get_by_role("textbox", name="Value of lr")
    field.fill("50")
    field.press("Enter")
    done(live, lr=50)
    said = page.locator(".dlw-fc-verdict").first
    ended = live.widget.result.losses.size + 1
    expect(said).to_contain_text(f"At step {ended} the loss was no longer finite")
    expect(page.locator(".dlw-badge")).to_have_text("not judged")
    assert "NaN" not in page.locator(".dlw-fc").inner_text()
    field.fill("1e-4")
    field.press("Enter")
    done(live, lr=1e-4)
    expect(said).to_contain_text("“same as yesterday”")


def test_a_test_part_beyond_all_numbers_is_not_judged(show: Show) -> None:
    values = np.full(DAYS, 1.0)
    values[:320:2] += 1e-9
    values[320:] = 1e300
    live = show(values, window=5)
    page = live.page
    # The test part is beyond what float32 can hold: there is no forecast to judge.
    assert live.widget._better == ["", ""]
    expect(page.locator(".dlw-badge")).to_have_text("not judged")
    expect(page.locator(".dlw-fc-verdict").first).to_contain_text("nothing to judge")
    assert "NaN" not in page.locator(".dlw-fc").inner_text()


def test_a_constant_series_is_drawn_and_nothing_is_beaten(show: Show) -> None:
    live = show(np.full(60, 7.0))
    page = live.page
    expect(page.locator(".dlw-fc-verdict").first).to_contain_text("Nothing to beat")
    expect(page.locator(".dlw-badge")).to_have_attribute("data-tone", "bad")
    expect(page.locator(".dlw-code-text")).to_contain_text("ForecastExplorer(series, window=5")


def test_a_hundred_thousand_days_are_thinned_and_still_exact(show: Show) -> None:
    values = np.sin(np.arange(100_000) / 9)
    live = show(values, hidden_size=2, batch_size=50_000, epochs=1, horizon=1000)
    page = live.page
    check_errors(live)
    page.mouse.move(*place(page, 90_000, (0, 99_999)))
    live.stage.drawn()
    row = int(page.locator(".dlw-fc-reader b").inner_text().split(",")[0])
    shown = page.locator("[data-reading=truth]").get_attribute("title")
    assert float(str(shown)) == values[row]


def test_made_up_prices_are_labelled(show: Show) -> None:
    index = dlwidgets.data.synthetic_index()
    live = show(index)
    expect(live.page.locator(".dlw-fc-made")).to_have_text("synthetic")
    expect(live.page.locator(".dlw-fc-name")).to_contain_text("synthetic index")


def test_what_was_done_to_the_series_is_said_and_names_are_no_html(show: Show) -> None:
    mixed = prices()["high"].iloc[::-1].rename("<img src=x onerror=alert(1)>")
    page = show(mixed).page
    expect(page.locator(".dlw-fc-about")).to_contain_text("sorted by date")
    expect(page.locator(".dlw-fc-name")).to_have_text("<img src=x onerror=alert(1)>")


def test_without_a_kernel_what_was_trained_stays_and_can_be_looked_at(show: Show) -> None:
    live = show()
    page = live.page
    page.evaluate("stage.model.disconnect()")
    expect(page.locator(".dlw-badge")).to_have_text("no kernel")
    page.get_by_role("slider", name="lr", exact=True).press("ArrowRight")
    expect(page.locator(".dlw-notice")).to_contain_text("The kernel is gone")
    page.get_by_role("button", name="Test part").click()
    live.stage.drawn()
    assert seen(page) == (316, DAYS - 1)


@pytest.mark.parametrize("width", [400, 700])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_narrow_column_cuts_nothing_off(show: Show, width: int, language: str) -> None:
    live = show(page_language=language)
    page = live.page
    page.set_viewport_size({"width": width, "height": 900})
    live.stage.drawn()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.locator(
        ".dlw-fc-line, .dlw-fc-toolbar, .dlw-fc-reader, .dlw-fc-errors"
    ).evaluate_all(
        "all => all.filter(el => el.scrollWidth > el.clientWidth + 1).map(el => el.className)"
    )
    assert cut == []


def test_turning_and_reading_moves_nothing_else_on_the_page(show: Show) -> None:
    live = show()
    top = "document.querySelector('.dlw-fc-foot').getBoundingClientRect().top"
    before = live.page.evaluate(top)
    live.page.get_by_role("slider", name="Look at").press("Home")
    live.stage.drawn()
    assert live.page.evaluate(top) == before
    live.widget.turn(lr=1000, epochs=40)
    live.push()
    live.stage.drawn()
    assert live.page.evaluate(top) == before
    done(live)
    assert live.page.evaluate(top) == before


@pytest.mark.parametrize("chosen", ["zh", None])
def test_chinese_by_choice_or_with_the_page(show: Show, chosen: str | None) -> None:
    dlwidgets.set_language(chosen)
    live = show(dlwidgets.data.synthetic_index(), page_language="zh-CN")
    page = live.page
    expect(page.locator(".dlw-badge")).to_have_text("并不优于“昨天”")
    expect(page.locator(".dlw-fc-verdict").first).to_contain_text("模型并不优于“与昨天相同”")
    expect(page.locator(".dlw-fc-name")).to_contain_text("合成指数")
    expect(page.get_by_role("slider", name="学习率")).to_be_visible()
    expect(page.get_by_role("slider", name="测试部分的第一天")).to_be_visible()


def test_dark_pages_have_light_numbers(show: Show) -> None:
    live = show()
    live.page.emulate_media(color_scheme="dark")
    live.stage.drawn()
    color = live.page.locator("td").first.evaluate("el => getComputedStyle(el).color")
    assert min(map(int, color.removeprefix("rgb(").removesuffix(")").split(","))) > 200


def test_nothing_fires_after_disposal(show: Show) -> None:
    assert_silent_once_disposed(show(), ".dlw-fc")
