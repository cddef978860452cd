"""The sweep explorer in a real browser, with its real Python as its kernel."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from playwright.sync_api import Page, expect
from torch import nn

import dlwidgets
from dlwidgets.training.sweep import Sweep, sweep
from dlwidgets.widgets.base import Widget
from dlwidgets.widgets.sweep_explorer import SweepExplorer
from tests.views.live import Live, assert_silent_once_disposed
from tests.widgets.conftest import Line

Show = Callable[..., Live]
RATES = [0.001, 0.01, 0.1, 0.9, 1e3, 1e20]


def line_fit(**options: Any) -> Sweep:
    """y = 3x + 2 on one input: what is too small, good, and diverges."""
    x = torch.linspace(-1, 1, 64)[:, None]
    given: dict[str, Any] = {"lr": RATES, "steps": 50, "batch_size": 64, "progress": False}
    torch.manual_seed(0)
    return sweep(nn.Linear(1, 1), (x, 3 * x + 2), **(given | options))


def two_classes(*middle: nn.Module, **options: Any) -> Sweep:
    torch.manual_seed(0)
    x = torch.randn(80, 2)
    y = (x[:, 0] > 0).long()
    model = nn.Sequential(nn.Linear(2, 8), *middle, nn.Tanh(), nn.Linear(8, 2))
    given: dict[str, Any] = {"lr": [0.01, 0.1, 1.0], "steps": 20, "progress": False}
    return sweep(model, (x, y), **(given | options))


@pytest.fixture
def show(new_stage: Callable[[str], Any]) -> Iterator[Show]:
    """Return a function that shows ``SweepExplorer(sweep, **values)``."""

    def show(found: Sweep, page_language: str = "en", **values: Any) -> Live:
        line = Line()
        widget = SweepExplorer(found, **values, comm=line)
        return Live(new_stage("sweep_explorer"), widget, line, page_language=page_language)

    yield show
    Widget.close_all()
    dlwidgets.set_language(None)


def slider(page: Page, name: str) -> Any:
    return page.get_by_role("slider", name=name, exact=True)


def inked(page: Page, which: str = ".dlw-chart-over") -> int:
    """Return how many pixels are drawn on the canvas over the curves, or on another."""
    return int(
        page.locator(which).first.evaluate(
            "el => { const d = el.getContext('2d').getImageData(0, 0, el.width, el.height).data;"
            " let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; }"
        )
    )


# --- what is shown ----------------------------------------------------------------------------


def test_the_best_run_comes_first_with_its_numbers_and_its_line_of_code(show: Show) -> None:
    found = line_fit()
    live = show(found)
    page = live.page
    assert found.best == 3
    expect(page.locator(".dlw-sw-value")).to_have_text("0.9")
    expect(page.locator(".dlw-sw-zone")).to_have_text("good")
    loss = f"{float(f'{found.final[3]:.4g}'):g}".replace("-", "−")
    shown = page.locator(".dlw-sw-numbers").inner_text()
    assert float(shown.removeprefix("loss ").replace("−", "-")) == pytest.approx(
        float(loss.replace("−", "-")), rel=1e-3
    )
    expect(page.locator(".dlw-code-text")).to_have_text(
        "torch.optim.SGD(model.parameters(), lr=0.9)"
    )
    expect(page.locator(".dlw-sw-sums")).to_have_text(
        "6 runs · 50 steps each · same start, same batches"
    )
    assert inked(page) > 50


def test_the_code_line_makes_the_optimizer_of_the_run(show: Show) -> None:
    page = show(line_fit(momentum=0.5)).page
    line = page.locator(".dlw-code-text").inner_text()
    made = eval(line, {"torch": torch, "model": nn.Linear(1, 1)})
    assert made.defaults["lr"] == 0.01 or made.defaults["lr"] in RATES
    assert made.defaults["momentum"] == 0.5


def test_every_zone_is_named_and_told_apart(show: Show) -> None:
    found = line_fit()
    page = show(found).page
    said = []
    for _run in RATES:
        said.append(page.locator(".dlw-sw-zone").inner_text())
        slider(page, "lr").focus()
        page.keyboard.press("ArrowLeft")
        page.evaluate("stage.drawn()")
    words = {"small": "too small"}
    assert said[:4] == [words.get(str(z), str(z)) for z in found.zones[3::-1]]
    page.keyboard.press("End")
    expect(page.locator(".dlw-sw-zone")).to_have_text("diverged")
    expect(page.locator(".dlw-sw-numbers")).to_have_text("loss NaN")
    expect(page.locator(".dlw-sw-value")).to_have_text("1e+20")


def test_test_loss_and_accuracy_stand_beside_the_loss(show: Show) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    data = dlwidgets.data.digits()
    found = sweep(model, data, lr=[0.01, 0.1], steps=30, progress=False)
    page = show(found).page
    assert found.test_accuracy is not None
    share = f"{100 * found.test_accuracy[1]:.0f}"
    expect(page.locator(".dlw-sw-numbers")).to_have_text(
        re.compile(rf"^loss [\d.]+ · test loss [\d.]+ · accuracy {share} %$")
    )
    expect(page.locator(".dlw-chart")).to_have_count(2)


def test_runs_trained_one_after_another_say_why(show: Show) -> None:
    page = show(two_classes(nn.BatchNorm1d(8))).page
    expect(page.locator(".dlw-sw-apart")).to_have_text(
        "One after another: BatchNorm1d (1) updates its statistics in training mode"
    )


# --- choosing a run ---------------------------------------------------------------------------


def test_the_slider_answers_without_the_kernel_and_tells_it(show: Show) -> None:
    live = show(line_fit())
    page = live.page
    page.evaluate("stage.model.onSave = () => {}")  # a kernel that is busy
    slider(page, "lr").fill("0")
    expect(page.locator(".dlw-sw-value")).to_have_text("0.001")
    expect(page.locator(".dlw-sw-zone")).to_have_text("too small")
    assert page.evaluate("stage.model.saved").pop() == {"run": 0}


def test_by_keyboard_alone_and_by_ear(show: Show) -> None:
    live = show(line_fit())
    page = live.page
    while page.evaluate("document.activeElement.getAttribute('aria-label')") != "lr":
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    expect(slider(page, "lr")).to_have_attribute("aria-valuetext", "0.1")
    expect(page.locator(".dlw-spoken")).to_have_text(re.compile(r"^lr 0\.1: loss [\d.]+, "))
    live.stage.drawn()
    assert live.widget.run == 2
    page.keyboard.press("b")
    expect(page.locator(".dlw-sw-value")).to_have_text("0.9")
    page.get_by_role("button", name="Best").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".dlw-sw-value")).to_have_text("0.9")


def test_a_run_can_be_chosen_from_python(show: Show) -> None:
    live = show(line_fit())
    live.widget.run = 1
    live.push()
    expect(live.page.locator(".dlw-sw-value")).to_have_text("0.01")
    expect(slider(live.page, "lr")).to_have_value("1")


def test_pressing_on_the_profile_chooses_the_nearest_run(show: Show) -> None:
    live = show(line_fit(lr=[0.001, 0.01, 0.1, 1.0]))
    page = live.page
    box = page.locator(".dlw-chart").nth(1).locator(".u-over").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 3, middle)
    page.mouse.down()
    expect(page.locator(".dlw-sw-value")).to_have_text("0.001")
    page.mouse.move(box["x"] + 0.36 * box["width"], middle)
    expect(page.locator(".dlw-sw-value")).to_have_text("0.01")
    page.mouse.up()
    page.mouse.move(box["x"] + 0.9 * box["width"], middle)
    live.stage.drawn()
    expect(page.locator(".dlw-sw-value")).to_have_text("0.01")


def test_two_options_have_two_sliders_and_a_map(show: Show) -> None:
    found = two_classes(lr=[0.01, 0.1, 1.0], momentum=[0.0, 0.9])
    live = show(found)
    page = live.page
    slider(page, "lr").fill("0")
    slider(page, "momentum").fill("1")
    expect(page.locator(".dlw-sw-value")).to_have_text(["0.01", "0.9"])
    live.stage.drawn()
    assert live.widget.run == 1
    expect(page.locator(".dlw-sw-here")).to_have_attribute("x", "1")
    expect(page.locator(".dlw-sw-here")).to_have_attribute("y", "2")  # the least at the bottom
    cell = page.locator(".dlw-sw-heat rect[data-run='4']")
    cell.click()
    expect(page.locator(".dlw-sw-value")).to_have_text(["1", "0"])
    losses = dict(enumerate(found.final))
    shades = {
        int(rect["run"]): float(rect["shade"])
        for rect in page.locator(".dlw-sw-heat rect[data-run]").evaluate_all(
            "all => all.map(r => ({run: r.dataset.run, shade: r.getAttribute('fill-opacity')}))"
        )
    }
    assert sorted(shades, key=shades.__getitem__) == sorted(losses, key=losses.__getitem__)


# --- pictures ---------------------------------------------------------------------------------


def test_the_decisions_are_those_of_the_chosen_model(show: Show) -> None:
    found = two_classes()
    live = show(found)
    page = live.page
    canvas = page.locator(".dlw-plane canvas")
    expect(canvas).to_have_attribute("data-numbers", str(48 * 48))
    size = canvas.evaluate("el => el.width")
    # In the corners, where no sample stands: the class of the model, as a colour.
    colours = canvas.evaluate(
        "(el, n) => [[4, n / 2], [n - 4, n / 2]].map(([x, y]) =>"
        " [...el.getContext('2d').getImageData(x, y, 1, 1).data])",
        size,
    )
    assert colours[0] != colours[1]
    assert all(colour[3] > 0 for colour in colours)


def test_a_fit_is_redrawn_for_each_run(show: Show) -> None:
    page = show(line_fit()).page
    over = ".dlw-chart:nth-child(3) .dlw-chart-over"
    first = page.locator(over).evaluate("el => el.toDataURL()")
    slider(page, "lr").fill("0")
    page.evaluate("stage.drawn()")
    assert page.locator(over).evaluate("el => el.toDataURL()") != first


def test_the_scale_of_losses_can_be_changed(show: Show) -> None:
    live = show(line_fit())
    page = live.page
    before = page.locator(".dlw-chart-over").first.evaluate("el => el.toDataURL()")
    page.get_by_role("button", name="linear").click()
    expect(page.get_by_role("button", name="linear")).to_have_attribute("aria-pressed", "true")
    live.stage.drawn()
    assert live.widget.log_scale is False
    assert page.locator(".dlw-chart-over").first.evaluate("el => el.toDataURL()") != before


# --- looks, languages, trouble, disposal ------------------------------------------------------


@pytest.mark.parametrize("width", [400, 700])
def test_a_narrow_column_cuts_nothing_off(show: Show, width: int) -> None:
    live = show(two_classes(lr=[0.01, 0.1], momentum=[0.0, 0.9]))
    page = live.page
    page.set_viewport_size({"width": width, "height": 900})
    live.stage.drawn()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("chosen", ["zh", None])
def test_chinese_by_choice_or_with_the_page(show: Show, chosen: str | None) -> None:
    dlwidgets.set_language(chosen)
    page = show(line_fit(), page_language="zh-CN").page
    expect(page.locator(".dlw-sw-zone")).to_have_text("合适")
    expect(page.locator("h3").first).to_have_text("训练损失")
    assert "损失" in page.locator(".dlw-sw-numbers").inner_text()


def test_the_charts_follow_a_dark_page(show: Show) -> None:
    live = show(line_fit())
    over = live.page.locator(".dlw-chart-over").first
    before = over.evaluate("el => el.toDataURL()")
    live.page.emulate_media(color_scheme="dark")
    live.stage.drawn()
    assert over.evaluate("el => el.toDataURL()") != before


def test_where_all_diverge_the_widget_still_stands(show: Show) -> None:
    page = show(line_fit(lr=[1e20, 1e25])).page
    expect(page.get_by_role("button", name="Best")).to_be_disabled()
    expect(page.locator(".dlw-sw-zone")).to_have_text("diverged")


def test_one_run_of_one_step_is_drawn(show: Show) -> None:
    page = show(line_fit(lr=[0.1], steps=1)).page
    expect(page.locator(".dlw-sw-value")).to_have_text("0.1")
    assert page.locator(".uplot").count() == 3


def test_nothing_fires_after_disposal(show: Show) -> None:
    assert_silent_once_disposed(show(line_fit()), ".dlw-sw")
