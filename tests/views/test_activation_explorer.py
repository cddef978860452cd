"""The activation explorer in a real browser, with its real Python as its kernel."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from playwright.sync_api import Page, expect
from torch import nn

import dlwidgets
from dlwidgets import ActivationExplorer
from dlwidgets.widgets.base import Widget
from tests.views.live import Live, assert_silent_once_disposed
from tests.widgets.conftest import Line

Show = Callable[..., Live]


@pytest.fixture
def show(new_stage: Callable[[str], Any]) -> Iterator[Show]:
    """Return a function that shows ``ActivationExplorer(*args, **values)``."""

    def show(*args: Any, page_language: str = "en", **values: Any) -> Live:
        line = Line()
        widget = ActivationExplorer(*args, **values, comm=line)
        return Live(new_stage("activation_explorer"), widget, line, page_language=page_language)

    yield show
    Widget.close_all()
    dlwidgets.set_language(None)


def slider(page: Page) -> Any:
    return page.get_by_role("slider", name="x", exact=True)


def numbers(page: Page, row: int = 0) -> list[float]:
    """Return value, slope and slope to the tenth of a function, as the table has them."""
    texts = page.locator("tbody tr").nth(row).locator(".dlw-ac-number").all_inner_texts()
    return [float(text.replace("−", "-").removesuffix(" %")) for text in texts]


def picture(page: Page, chart: int) -> str:
    """Return what is drawn above a chart: the probe."""
    over = page.locator(".dlw-chart-over").nth(chart)
    return str(over.evaluate("el => el.toDataURL()"))


def test_the_table_says_formula_value_and_slope_at_the_probe(show: Show) -> None:
    page = show().page
    expect(page.locator("tbody th")).to_have_text(["Sigmoid", "Tanh", "ReLU"])
    expect(page.locator("tbody tr").first.locator(".dlw-ac-formula")).to_have_text(
        ["1 / (1 + e⁻ˣ)", "y (1 − y)"]
    )
    x = torch.tensor(1.0, dtype=torch.float64)
    s = torch.sigmoid(x)
    slope = (s * (1 - s)).item()
    assert numbers(page) == pytest.approx([s.item(), slope, slope**10], rel=1e-2)
    assert numbers(page, 2) == [1, 1, 1]
    expect(page.locator(".dlw-code-text")).to_have_text("[nn.Sigmoid(), nn.Tanh(), nn.ReLU()]")


def test_every_place_of_the_slider_reads_torch(show: Show) -> None:
    live = show(["gelu", nn.ELU(0.5), torch.sin])
    page = live.page
    for place in range(0, 481, 48):
        slider(page).fill(str(place))
        page.evaluate("stage.drawn()")
        x = torch.tensor((place - 240) / 40, dtype=torch.float64, requires_grad=True)
        for row, function in enumerate((nn.GELU(), nn.ELU(0.5), torch.sin)):
            y = function(x)
            (slope,) = torch.autograd.grad(y, x)
            value, found, _ = numbers(page, row)
            assert value == pytest.approx(y.item(), rel=1e-4, abs=1e-9)
            assert found == pytest.approx(slope.item(), rel=1e-4, abs=1e-9)


def test_by_keyboard_alone_and_by_ear(show: Show) -> None:
    live = show("relu", probe=0)
    page = live.page
    page.keyboard.press("Tab")
    expect(slider(page)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".dlw-ac-probe output")).to_have_text("0.025")
    expect(page.locator(".dlw-spoken")).to_have_text("x 0.025: ReLU 0.025")
    live.stage.drawn()
    assert live.widget.probe == pytest.approx(0.025)


def test_the_probe_can_be_dragged_on_both_charts_and_set_in_python(show: Show) -> None:
    live = show("tanh")
    page = live.page
    for chart in (0, 1):
        box = page.locator(".dlw-chart").nth(chart).locator(".u-over").bounding_box()
        assert box is not None
        before = [picture(page, i) for i in (0, 1)]
        page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * (0.5 + chart / 4), box["y"] + 60)
        page.mouse.up()
        live.stage.drawn()
        assert live.widget.probe == pytest.approx(3 * chart, abs=0.05)
        assert all(a != b for a, b in zip(before, (picture(page, i) for i in (0, 1)), strict=True))
    live.widget.probe = -2
    live.push()
    expect(page.locator(".dlw-ac-probe output")).to_have_text("−2")


def test_functions_are_added_and_removed_by_name(show: Show) -> None:
    live = show("relu")
    page = live.page
    expect(page.get_by_role("button", name="Remove ReLU")).to_be_disabled()
    page.get_by_label("add a function").select_option("gelu")
    expect(page.locator("tbody th")).to_have_text(["ReLU", "GELU"])
    assert live.widget.functions == ["ReLU", "GELU"]
    expect(page.locator(".dlw-code-text")).to_have_text("[nn.ReLU(), nn.GELU()]")
    page.get_by_role("button", name="Remove ReLU").click()
    expect(page.locator("tbody th")).to_have_text(["GELU"])
    assert numbers(page)[0] == pytest.approx(0.84134, rel=1e-4)


def test_one_too_many_is_refused_in_words(show: Show) -> None:
    live = show(["relu"] * 6)
    live.page.get_by_label("add a function").select_option("gelu")
    expect(live.page.locator("[data-tone=bad]")).to_have_text(
        "ActivationExplorer: expected 1 to 6 functions, got 7"
    )
    assert len(live.widget.functions) == 6


def test_inputs_stand_behind_the_curve_with_the_share_that_is_saturated(show: Show) -> None:
    torch.manual_seed(0)
    x = torch.cat([torch.randn(998), torch.tensor([50.0, -50.0])])
    page = show(nn.ReLU(), x).page
    expect(page.locator("h3 small").first).to_have_text(
        "strips: slope at most 0.05, saturated · bars: 998 inputs · 2 beyond the axis"
    )
    share = 100 * (x <= 0).double().mean().item()
    assert numbers(page)[3] == pytest.approx(share, abs=0.5)


def test_the_stack_shows_which_start_keeps_a_gradient(show: Show) -> None:
    live = show("relu")
    page = live.page
    flow = page.locator(".dlw-chart").nth(2)
    before = flow.locator("canvas").first.evaluate("el => el.toDataURL()")
    page.get_by_role("button", name="Kaiming").click()
    expect(page.get_by_role("button", name="Kaiming")).to_have_attribute("aria-pressed", "true")
    live.stage.drawn()
    assert live.widget.init == "kaiming"
    assert flow.locator("canvas").first.evaluate("el => el.toDataURL()") != before


def test_a_function_with_gaps_and_a_constant_are_drawn(show: Show) -> None:
    page = show([torch.log, torch.ones_like], probe=-1).page
    expect(page.locator("tbody tr").first.locator(".dlw-ac-number").first).to_have_text("NaN")
    assert numbers(page, 1) == [1, 0, 0]
    expect(page.locator("tbody tr").first.locator(".dlw-ac-formula").first).to_have_text(
        "your function"
    )


@pytest.mark.parametrize("width", [400, 700])
def test_a_narrow_column_cuts_nothing_off(show: Show, width: int) -> None:
    live = show(["sigmoid", "leaky_relu", "gelu", "mish"])
    page = live.page
    page.set_viewport_size({"width": width, "height": 900})
    live.stage.drawn()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("chosen", ["zh", None])
def test_chinese_by_choice_or_with_the_page(show: Show, chosen: str | None) -> None:
    dlwidgets.set_language(chosen)
    page = show(page_language="zh-CN").page
    expect(page.locator("h3").first).to_have_text(re.compile("^函数"))
    expect(page.locator("thead th").nth(4)).to_have_text("斜率")


def test_without_a_kernel_the_curves_stay(show: Show) -> None:
    live = show()
    page = live.page
    page.evaluate("stage.model.disconnect()")
    expect(page.get_by_label("add a function")).to_be_disabled()
    expect(page.locator("[data-tone=bad]")).to_have_text(re.compile("^No kernel"))
    slider(page).fill("0")
    expect(page.locator(".dlw-ac-probe output")).to_have_text("−6")


def test_nothing_fires_after_disposal(show: Show) -> None:
    assert_silent_once_disposed(show(), ".dlw-ac")
