"""The broadcast explorer in a real browser, with its real Python as its kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

import dlwidgets
from dlwidgets import BroadcastExplorer
from dlwidgets.widgets.base import Widget
from tests.views.live import Live, assert_silent_once_disposed
from tests.widgets.conftest import Line

Show = Callable[..., Live]


@pytest.fixture
def show(new_stage: Callable[[str], Any]) -> Iterator[Show]:
    """Return a function that shows ``BroadcastExplorer(*args, **values)``."""

    def show(*args: Any, page_language: str = "en", **values: Any) -> Live:
        line = Line()
        widget = BroadcastExplorer(*args, **values, comm=line)
        stage = new_stage("broadcast_explorer")
        return Live(stage, widget, line, page_language=page_language, answering=False)

    yield show
    Widget.close_all()
    dlwidgets.set_language(None)


def cells(page: Page, name: str) -> list[str]:
    grid = page.get_by_role("grid", name=name, exact=True)
    return grid.locator(".dlw-cell").all_inner_texts()


def cell(page: Page, name: str, row: int, column: int) -> Locator:
    grid = page.get_by_role("grid", name=name, exact=True)
    line = grid.locator(f".dlw-grid-row[aria-rowindex='{row + 1}']")
    return line.locator(f".dlw-cell[aria-colindex='{column + 1}']")


def lit(page: Page, name: str) -> list[str]:
    grid = page.get_by_role("grid", name=name, exact=True)
    return grid.locator(".dlw-cell[data-tone~=lit]").all_inner_texts()


def type_shape(page: Page, name: str, text: str) -> None:
    entry = page.get_by_role("textbox", name=f"shape of {name}")
    entry.fill(text)
    entry.press("Enter")
    page.evaluate("stage.drawn()")


def test_every_number_is_that_of_torch(show: Show) -> None:
    live = show()
    page = live.page
    expected = live.widget.a + live.widget.b
    assert cells(page, "result") == [str(v) for v in expected.flatten().tolist()]
    assert cells(page, "a") == [str(v) for v in live.widget.a.expand(4, 3).flatten().tolist()]
    ghosts = page.get_by_role("grid", name="a").locator("[data-tone~=ghost]")
    expect(ghosts).to_have_count(8)
    expect(page.locator(".dlw-bc-axes td[data-tone=grown]")).to_have_text(["1 → 3", "· → 4"])
    line = page.locator(".dlw-code-text").inner_text()
    assert torch.equal(eval(line, {"torch": torch}), expected)


def test_a_cell_shows_the_two_that_made_it(show: Show) -> None:
    page = show().page
    cell(page, "result", 2, 1).hover()
    page.evaluate("stage.drawn()")
    expect(page.locator(".dlw-bc-sum")).to_have_text("out[2, 1] = a[2, 0] + b[1] = 20 + 1 = 21")
    assert lit(page, "a") == ["20", "20"]  # its own place and where it is repeated
    assert lit(page, "b") == ["1", "1"]
    cell(page, "a", 3, 0).hover()
    page.evaluate("stage.drawn()")
    expect(page.locator(".dlw-bc-sum")).to_have_text("a[3, 0] is used in 3 cells shown")


def test_by_keyboard_alone_and_by_ear(show: Show) -> None:
    page = show().page
    cell(page, "result", 0, 0).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    text = "out[1, 1] = a[1, 0] + b[1] = 10 + 1 = 11"
    expect(page.locator(".dlw-spoken")).to_have_text(text)
    expect(cell(page, "result", 1, 1)).to_be_focused()
    expect(cell(page, "result", 1, 1)).to_have_attribute("aria-label", text)
    type_shape(page, "b", "(2, 5)")
    expect(page.locator(".dlw-spoken")).to_contain_text("torch refuses: The size of tensor a (4)")


def test_what_does_not_fit_shows_torchs_words_and_a_remedy_that_works(show: Show) -> None:
    live = show(torch.arange(12).reshape(4, 3), torch.arange(4))
    page = live.page
    expect(page.get_by_role("alert").locator("code").first).to_have_text(
        "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1"
    )
    expect(page.locator(".dlw-bc-axes td[data-tone=bad]")).to_have_text(["3", "4", "✗"])
    page.get_by_role("button", name="b.unsqueeze(1) gives (4, 3)").click()
    page.evaluate("stage.drawn()")
    expect(page.get_by_role("alert")).to_be_hidden()
    expected = torch.arange(12).reshape(4, 3) + torch.arange(4).unsqueeze(1)
    assert cells(page, "result") == [str(v) for v in expected.flatten().tolist()]
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_role("alert")).to_be_visible()
    type_shape(page, "a", "(2, 6)")
    type_shape(page, "b", "(5, 7)")
    expect(page.locator(".dlw-bc-remedies .dlw-button").first).to_be_visible()


def test_a_typed_shape_that_is_none_is_refused_and_nothing_changes(show: Show) -> None:
    live = show()
    page = live.page
    type_shape(page, "a", "(4, -1)")
    expect(page.locator(".dlw-notice")).to_contain_text("expected up to 6 sizes from 0")
    entry = page.get_by_role("textbox", name="shape of a")
    expect(entry).to_have_attribute("aria-invalid", "true")
    assert live.widget.a.shape == (4, 1)
    type_shape(page, "a", "（2，1，3）")
    expect(entry).to_have_value("(2, 1, 3)")
    expect(entry).not_to_have_attribute("aria-invalid", "true")
    assert live.widget.result.shape == (2, 1, 3)


def test_operations_and_in_place(show: Show) -> None:
    live = show()
    page = live.page
    page.get_by_role("button", name="max").click()
    page.evaluate("stage.drawn()")
    expected = torch.maximum(live.widget.a, live.widget.b)
    assert cells(page, "result") == [str(v) for v in expected.flatten().tolist()]
    expect(page.get_by_role("checkbox")).to_be_disabled()
    page.get_by_role("button", name="÷").click()
    page.evaluate("stage.drawn()")
    assert cells(page, "result")[0] == "NaN"
    page.get_by_role("button", name="+", exact=True).click()
    page.get_by_role("checkbox", name="in place: a.add_(b)").check()
    expect(page.get_by_role("alert").locator("code")).to_have_text(
        "output with shape [4, 1] doesn't match the broadcast shape [4, 3]"
    )


def test_a_large_result_is_walked_and_stepped_through(show: Show) -> None:
    a, b = torch.arange(3 * 20).reshape(3, 20, 1), torch.arange(100, 130)
    live = show(a, b)
    page = live.page
    cell(page, "result", 0, 7).focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        page.evaluate("stage.drawn()")
    expect(cell(page, "result", 0, 10)).to_be_focused()
    expect(cell(page, "result", 0, 10)).to_have_text(str(int((a + b)[0, 0, 10])))
    page.get_by_role("button", name="axis 0: later").click()
    page.evaluate("stage.drawn()")
    expect(cell(page, "result", 0, 10)).to_have_text(str(int((a + b)[1, 0, 10])))
    page.get_by_role("button", name="axis 1: later").click()
    page.evaluate("stage.drawn()")
    expect(cell(page, "result", 8, 10)).to_have_text(str(int((a + b)[1, 8, 10])))


def test_what_python_changes_shows(show: Show) -> None:
    live = show()
    live.widget.op = "mul"
    live.widget.reshape("b", (2,))
    live.push()
    expect(live.page.get_by_role("button", name="×")).to_have_attribute("aria-pressed", "true")
    assert cells(live.page, "result") == [str(v) for v in live.widget.result.flatten().tolist()]


def test_without_a_kernel_cells_still_show_their_sources(show: Show) -> None:
    page = show().page
    page.evaluate("stage.model.disconnect()")
    expect(page.locator(".dlw-notice")).to_contain_text("The kernel is gone")
    cell(page, "result", 3, 2).hover()
    expect(page.locator(".dlw-bc-sum")).to_have_text("out[3, 2] = a[3, 0] + b[2] = 30 + 2 = 32")


def test_odd_tensors_are_shown(show: Show) -> None:
    live = show(torch.zeros(0, 3), torch.tensor(2**60 + 1))
    expect(live.page.locator(".dlw-sheet-empty").last).to_have_text("no numbers: a size is 0")
    type_shape(live.page, "a", "()")
    expect(cell(live.page, "result", 0, 0)).to_have_attribute(
        "aria-label", "out = a + b = 1 + 1152921504606846977 = 1152921504606846978"
    )


@pytest.mark.parametrize("width", [400, 700])
def test_a_narrow_column_cuts_nothing_off(show: Show, width: int) -> None:
    live = show(torch.randn(5, 8, 1), torch.randn(8))
    live.page.set_viewport_size({"width": width, "height": 900})
    live.stage.drawn()
    assert live.page.evaluate("document.documentElement.scrollWidth") <= width
    cut = live.page.locator(".dlw-sheet .dlw-cell").evaluate_all(
        "all => all.filter(el => el.scrollWidth > el.clientWidth + 1).map(el => el.textContent)"
    )
    assert cut == []


@pytest.mark.parametrize("chosen", ["zh", None])
def test_chinese_by_choice_or_with_the_page(show: Show, chosen: str | None) -> None:
    dlwidgets.set_language(chosen)
    page = show(torch.zeros(2), torch.zeros(3), page_language="zh-CN").page
    expect(page.get_by_role("alert")).to_contain_text("torch 报错：")
    expect(page.get_by_role("button", name="还原")).to_be_visible()


def test_dark_pages_have_dark_cells(show: Show) -> None:
    live = show()
    live.page.emulate_media(color_scheme="dark")
    color = cell(live.page, "result", 0, 0).evaluate("el => getComputedStyle(el).backgroundColor")
    assert color in {"rgb(22, 25, 29)", "color(srgb 0.0862745 0.0980392 0.113725)"}


def test_nothing_fires_after_disposal(show: Show) -> None:
    assert_silent_once_disposed(show(), ".dlw-bc")
