"""The polynomial explorer in a real browser, with its real Python as its kernel."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from playwright.sync_api import Page, expect

import dlwidgets
from dlwidgets.explain import polynomial
from dlwidgets.widgets.base import Widget
from dlwidgets.widgets.polynomial_explorer import PolynomialExplorer
from tests.views.live import Live, assert_silent_once_disposed
from tests.widgets.conftest import Line

Show = Callable[..., Live]


@pytest.fixture
def show(new_stage: Callable[[str], Any]) -> Iterator[Show]:
    """Return a function that shows ``PolynomialExplorer(...)``."""

    def show(*points: Any, page_language: str = "en", **values: Any) -> Live:
        line = Line()
        widget = PolynomialExplorer(*points, **values, comm=line)
        stage = new_stage("polynomial_explorer")
        return Live(stage, widget, line, page_language=page_language, answering=False)

    yield show
    Widget.close_all()
    dlwidgets.set_language(None)


def slider(page: Page, name: str) -> Any:
    return page.get_by_role("slider", name=name, exact=True)


def read(page: Page) -> list[float]:
    """Return training and test error on the page."""
    text = page.locator(".dlw-po-errors").inner_text().replace("−", "-").replace(",", "")
    return [float(part.split(" ")[1]) for part in text.split(" · ")]


def thetas(page: Page) -> list[float]:
    texts = page.locator(".dlw-po-coefficients li:not([data-none]) span").all_inner_texts()
    return [float(text.replace("−", "-").replace(",", "")) for text in texts]


def test_each_degree_has_the_errors_the_coefficients_and_the_name_of_torch(show: Show) -> None:
    page = show().page
    found = polynomial.fits(polynomial.drawn(14, 25.0, 0), 0.0)
    names = {"under": "underfitting", "good": "right", "over": "overfitting"}
    for degree in (0, 2, 7):
        slider(page, "degree").fill(str(degree))
        page.evaluate("stage.drawn()")
        assert read(page) == pytest.approx(found.errors[:, degree].tolist(), rel=1e-3)
        wanted = found.coefficients[degree, : degree + 1].tolist()
        assert thetas(page) == pytest.approx(wanted, rel=1e-3)
        expect(page.locator(".dlw-po-regime")).to_have_text(names[found.regimes[degree]])


def test_the_degree_answers_without_the_kernel(show: Show) -> None:
    page = show().page
    page.evaluate("stage.model.disconnect(); stage.drawn()")
    over = page.locator(".dlw-chart-over").first
    before = over.evaluate("el => el.toDataURL()")
    slider(page, "degree").fill("12")
    page.evaluate("stage.drawn()")
    assert over.evaluate("el => el.toDataURL()") != before
    expect(slider(page, "decay λ")).to_be_disabled()
    expect(page.locator(".dlw-notice")).to_contain_text("The kernel is gone")


def test_decay_noise_and_points_are_asked_of_torch(show: Show) -> None:
    live = show(degree=9)
    page = live.page
    over = page.locator(".dlw-chart-over").first
    for name in ("decay λ", "noise", "points"):
        before = over.evaluate("el => el.toDataURL()")
        slider(page, name).fill("700")
        live.stage.drawn()
        assert over.evaluate("el => el.toDataURL()") != before
    widget = live.widget
    assert widget.noise == 70
    assert widget.count == 71
    assert widget.ridge > 0
    found = polynomial.fits(polynomial.drawn(71, 70.0, 0), widget.ridge)
    assert read(page) == pytest.approx(found.errors[:, 9].tolist(), rel=1e-3)


def test_while_dragging_the_last_value_always_arrives(show: Show) -> None:
    live = show(degree=9)
    page = live.page
    page.evaluate(
        "() => { const el = document.querySelector('[aria-label=noise]');"
        " for (const v of [100, 200, 300, 400]) {"
        " el.value = v; el.dispatchEvent(new Event('input', {bubbles: true})); }"
        " el.dispatchEvent(new Event('change', {bubbles: true})); }"
    )
    expect(page.locator(".dlw-po-row").nth(2).locator("output")).to_have_text("40")
    live.stage.drawn()
    assert live.widget.noise == 40
    assert len(live.commands) < 5


def test_a_new_sample_is_another_seed(show: Show) -> None:
    live = show()
    page = live.page
    before = read(page)
    page.get_by_role("button", name="New sample").click()
    expect(page.locator(".dlw-po-seed")).to_have_text("seed 1")
    live.stage.drawn()
    assert read(page) != before
    assert live.widget.seed == 1


def test_by_keyboard_alone_and_by_ear(show: Show) -> None:
    live = show(degree=4)
    page = live.page
    while page.evaluate("document.activeElement.getAttribute('aria-label')") != "degree":
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".dlw-spoken")).to_have_text(
        re.compile(r"^degree 3: training error [\d,.]+, test error [\d,.]+, right$")
    )
    live.stage.drawn()
    assert live.widget.degree == 3
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    live.stage.drawn()
    assert 0 < live.widget.ridge < 0.01
    slider(page, "points").focus()
    page.keyboard.press("ArrowRight")
    live.stage.drawn()
    assert live.widget.count == 15


def test_dragging_the_errors_chooses_a_degree(show: Show) -> None:
    live = show()
    page = live.page
    box = page.locator(".dlw-chart").nth(1).locator(".u-over").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 2.6 / 13, middle)
    page.mouse.down()
    expect(page.locator(".dlw-po-degree output")).to_have_text("2")
    page.mouse.move(box["x"] + box["width"] * 11.4 / 13, middle)
    expect(page.locator(".dlw-po-degree output")).to_have_text("11")
    page.mouse.up()


def test_what_python_changes_shows(show: Show) -> None:
    live = show()
    live.widget.degree = 1
    live.widget.noise = 60
    live.push()
    expect(live.page.locator(".dlw-po-degree output")).to_have_text("1")
    found = polynomial.fits(polynomial.drawn(14, 60.0, 0), 0.0)
    assert read(live.page) == pytest.approx(found.errors[:, 1].tolist(), rel=1e-3)


def test_a_refusal_is_said_and_the_old_value_comes_back(show: Show) -> None:
    live = show()
    page = live.page
    page.evaluate(
        "() => { const el = document.querySelector('[aria-label=noise]');"
        " el.max = 5000; el.value = 1000; stage.model.get('noise');"
        " const send = stage.model.onSend;"
        " stage.model.onSend = (c, b) => send({...c, value: {...c.value, noise: 500}}, b);"
        " el.dispatchEvent(new Event('change', {bubbles: true})); }"
    )
    expect(page.locator(".dlw-notice")).to_have_text(
        "noise: expected a number from 0 to 100, got 500"
    )
    expect(page.locator(".dlw-po-row").nth(2).locator("output")).to_have_text("25")
    assert live.widget.noise == 25


def test_the_code_gives_the_coefficients_on_screen(show: Show) -> None:
    live = show(degree=5, ridge=0.5)
    points = polynomial.drawn(14, 25.0, 0)
    names: dict[str, Any] = {"torch": torch, "x": points.x, "y": points.y}
    exec(live.page.locator(".dlw-code-text").inner_text(), names)
    assert thetas(live.page) == pytest.approx(names["theta"].tolist(), rel=1e-3)


def test_ones_own_points_have_no_noise_to_set(show: Show) -> None:
    x = torch.linspace(0, 3, 30)
    page = show(x, x.sin(), degree=12).page
    expect(page.locator(".dlw-po-sums")).to_have_text("your points: 20 to fit, 10 to test")
    expect(slider(page, "noise")).to_have_count(0)
    expect(page.get_by_role("button", name="Split anew")).to_be_visible()


@pytest.mark.parametrize("width", [400, 700, 1280])
def test_no_width_cuts_the_page_off(show: Show, width: int) -> None:
    live = show(degree=12, ridge=1.0)
    live.page.set_viewport_size({"width": width, "height": 900})
    live.stage.drawn()
    assert live.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("chosen", ["zh", None])
def test_chinese_by_choice_or_with_the_page(show: Show, chosen: str | None) -> None:
    dlwidgets.set_language(chosen)
    page = show(page_language="zh-CN").page
    for degree, name in ((0, "欠拟合"), (2, "合适"), (9, "过拟合")):
        slider(page, "次数").fill(str(degree))
        expect(page.locator(".dlw-po-regime")).to_have_text(name)


def test_the_charts_follow_a_dark_page(show: Show) -> None:
    live = show()
    over = live.page.locator(".dlw-chart-over").first
    before = over.evaluate("el => el.toDataURL()")
    live.page.emulate_media(color_scheme="dark")
    live.stage.drawn()
    assert over.evaluate("el => el.toDataURL()") != before


def test_nothing_fires_after_disposal(show: Show) -> None:
    assert_silent_once_disposed(show(), ".dlw-po")
