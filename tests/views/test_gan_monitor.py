"""The monitor of adversarial training in a real browser, with its real Python as its kernel."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

import dlwidgets
from dlwidgets import GanMonitor
from dlwidgets.training import Run
from dlwidgets.training.adversarial import Finding, duel_of
from dlwidgets.widgets.base import Widget
from tests.training.adversarial.games import played
from tests.views.live import Live, assert_silent_once_disposed
from tests.widgets.conftest import Line

Show = Callable[..., Live]


@pytest.fixture(scope="module")
def lesson() -> Run:
    return played(rounds=120)[0]


@pytest.fixture
def show(new_stage: Callable[[str], Any], lesson: Run) -> Iterator[Show]:
    """Return a function that shows ``GanMonitor(run, **values)``."""

    def show(run: Run | None = None, *, page_language: str = "en", **values: Any) -> Live:
        line = Line()
        widget = GanMonitor(lesson if run is None else run, **values, comm=line)
        stage = new_stage("gan_monitor")
        return Live(stage, widget, line, page_language=page_language, answering=False)

    yield show
    Widget.close_all()
    dlwidgets.set_language(None)


def slider(page: Page) -> Any:
    return page.get_by_role("slider", name="Step")


def settled(live: Live) -> None:
    """Wait until the page shows the shot that Python shows."""
    live.stage.drawn()
    expect(live.page.locator(".dlw-gm-step")).to_have_text(f"step {live.widget.step}")


def numbers(page: Page, chart: int) -> list[float]:
    found = page.locator(".dlw-courses").nth(chart).locator("b").all_inner_texts()
    return [float(text.replace("−", "-")) for text in found]


def test_scores_and_losses_on_screen_are_those_of_the_run(show: Show, lesson: Run) -> None:
    live = show()
    settled(live)
    last = [*duel_of(lesson).readings][-1]
    assert numbers(live.page, 0) == pytest.approx([last.real, last.fake], rel=1e-2)
    row = lesson.history.iloc[-1]
    assert numbers(live.page, 1) == pytest.approx([row.d_loss, row.g_loss], rel=1e-2)
    before = [*duel_of(lesson).readings][-2]
    assert numbers(live.page, 2) == pytest.approx([before.grad_d, before.grad_g], rel=1e-2)


def test_pixels_of_the_grid_are_those_of_the_samples(show: Show) -> None:
    live = show()
    settled(live)
    scale = 4  # 8 pixels are drawn as 32, the least width of a tile is 30
    found = live.page.evaluate(
        """([x, y]) => [...document.querySelector(".dlw-gm-tiles").getContext("2d")
        .getImageData(x, y, 1, 1).data]""",
        [2 + 3 * scale, 2 + 5 * scale],
    )
    assert found == [live.widget.samples[0, 5, 3, 0]] * 3 + [255]


def test_the_scrubber_goes_through_the_whole_run(show: Show, lesson: Run) -> None:
    live = show()
    film = duel_of(lesson).film
    slider(live.page).fill("7")
    expect(live.page.locator(".dlw-gm-step")).to_have_text(f"step {film.steps[7]}")
    assert live.widget.frame == 7
    assert np.array_equal(live.widget.scores, film[7].scores)
    reading = next(r for r in duel_of(lesson).readings if r.step == film.steps[7])
    assert numbers(live.page, 0) == pytest.approx([reading.real, reading.fake], rel=1e-2)
    live.page.get_by_role("button", name="newest").click()
    expect(live.page.locator(".dlw-gm-step")).to_have_text(f"step {lesson.steps}")
    assert live.widget.frame == -1


def test_by_keyboard_alone_and_by_ear(show: Show, lesson: Run) -> None:
    live = show()
    page = live.page
    film = duel_of(lesson).film
    slider(page).focus()
    page.keyboard.press("Home")
    expect(page.locator(".dlw-gm-step")).to_have_text(f"step {film.steps[0]}")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".dlw-gm-step")).to_have_text(f"step {film.steps[1]}")
    assert slider(page).get_attribute("aria-valuetext") == f"step {film.steps[1]}"
    page.keyboard.press("End")
    expect(page.locator(".dlw-gm-step")).to_have_text(f"step {lesson.steps}")
    page.locator(".dlw-gm-tiles").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    score = float(live.widget.scores[8])
    spoken = page.locator(".dlw-spoken")
    expect(spoken).to_have_text(re.compile(rf"sample 8: D gives {score:.2f}"[:-1]))


def test_pointing_at_a_sample_reads_its_score(show: Show) -> None:
    live = show()
    settled(live)
    box = live.page.locator(".dlw-gm-tiles").bounding_box()
    assert box is not None
    live.page.mouse.move(box["x"] + box["width"] * 2.5 / 8, box["y"] + box["height"] * 1.5 / 8)
    readout = live.page.locator(".dlw-gm-readout")
    expect(readout).to_contain_text("sample 10: D gives 0.")
    shown = float(re.search(r"gives ([\d.]+)", readout.inner_text()).group(1))  # type: ignore[union-attr]  # seen above
    assert shown == pytest.approx(float(live.widget.scores[10]), rel=1e-2)
    expect(readout).to_contain_text(f"looks like a {live.widget._shown['guesses'][10]}")
    live.page.mouse.move(1, 1)
    expect(readout).to_contain_text("Point at a sample")


@pytest.mark.parametrize(
    ("language", "name", "seen"),
    [
        ("en", "The samples have collapsed", "they cover 2 of 10 classes"),
        ("zh-CN", "样本模式崩溃", "只覆盖 10 类中的 2 类"),
    ],
)
def test_the_diagnosis_says_what_it_saw_and_what_to_turn(
    show: Show, lesson: Run, language: str, name: str, seen: str
) -> None:
    duel = duel_of(lesson)
    held = duel.findings
    collapse = {"spread": 0.2, "covered": 2.0, "classes": 10, "accuracy": 0.97}
    duel.findings = [
        Finding("collapse", collapse),
        Finding("oscillation", {"swing": 0.4, "period": 120.0}),
    ]
    try:
        page = show(page_language=language).page
        first = page.locator(".dlw-gm-finding").first
        expect(first).to_contain_text(name)
        expect(first).to_contain_text(seen)
        expect(first).to_contain_text("β₁")
        expect(first).to_contain_text("97 %")
        expect(page.locator(".dlw-gm-finding").nth(1)).to_contain_text("120")
    finally:
        duel.findings = held


def test_before_the_first_look_it_says_what_it_waits_for(show: Show) -> None:
    page = show(Run("young")).page
    expect(page.locator(".dlw-gm-empty")).to_contain_text("Waiting until the loop has shown")
    expect(page.locator(".dlw-gm-body")).to_be_hidden()


def test_labels_stand_in_columns(show: Show) -> None:
    run, _ = played(conditional=True)
    live = show(run)
    settled(live)
    page = live.page
    expect(page.locator(".dlw-gm-film h3")).to_contain_text("one class a column")
    page.locator(".dlw-gm-tiles").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".dlw-gm-readout")).to_contain_text("sample 2: ")
    expect(page.locator(".dlw-gm-readout")).to_contain_text("asked for 2")


def test_what_python_changes_shows_and_what_it_refuses_is_said(show: Show, lesson: Run) -> None:
    live = show()
    live.widget.frame = 2
    live.push()
    expect(live.page.locator(".dlw-gm-step")).to_have_text(f"step {duel_of(lesson).film.steps[2]}")
    line = "stage.model.send({cmd: 'look', value: 9999, seq: 1})"
    live.page.evaluate(line)
    live.stage.drawn()
    assert live.widget.frame == 2


def test_without_a_kernel_the_last_picture_stays(show: Show) -> None:
    live = show()
    settled(live)
    live.page.evaluate("stage.model.disconnect()")
    expect(live.page.locator(".dlw-notice")).to_contain_text("The kernel is gone")
    expect(live.page.locator(".dlw-gm-tiles")).to_be_visible()


@pytest.mark.parametrize("width", [400, 720])
def test_a_narrow_column_cuts_nothing_off(show: Show, width: int) -> None:
    live = show()
    live.page.set_viewport_size({"width": width, "height": 900})
    live.stage.drawn()
    assert live.page.evaluate("document.documentElement.scrollWidth") <= width


def test_dark_pages_get_other_colours(show: Show) -> None:
    live = show()
    settled(live)

    def bar() -> list[int]:
        found: list[int] = live.page.evaluate(
            """() => [...document.querySelector(".dlw-gm-tiles").getContext("2d")
            .getImageData(3, 36, 1, 1).data]"""
        )
        return found

    light = bar()
    live.page.emulate_media(color_scheme="dark")
    live.stage.drawn()
    live.stage.drawn()
    assert bar() != light
    blue, orange = [0, 114, 178, 255], [196, 85, 0, 255]
    assert light == (blue if live.widget.scores[0] >= 0.5 else orange)


def test_nothing_fires_after_disposal(show: Show) -> None:
    assert_silent_once_disposed(show(), ".dlw-gm")
