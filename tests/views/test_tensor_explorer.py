"""The tensor explorer in a real browser, with its real Python as its kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

import dlwidgets
from dlwidgets import TensorExplorer
from dlwidgets.widgets.base import Widget
from tests.views.live import Live, assert_silent_once_disposed
from tests.widgets.conftest import Line

Show = Callable[..., Live]


@pytest.fixture
def show(new_stage: Callable[[str], Any]) -> Iterator[Show]:
    """Return a function that shows ``TensorExplorer(*args, **values)``."""

    def show(*args: Any, page_language: str = "en", **values: Any) -> Live:
        line = Line()
        widget = TensorExplorer(*args, **values, comm=line)
        stage = new_stage("tensor_explorer")
        return Live(stage, widget, line, page_language=page_language, answering=False)

    yield show
    Widget.close_all()
    dlwidgets.set_language(None)


def cells(page: Page, name: str) -> list[str]:
    grid = page.get_by_role("grid", name=name, exact=True)
    return [text for text in grid.locator(".dlw-cell").all_inner_texts() if text]


def cell(page: Page, name: str, row: int, column: int) -> Locator:
    grid = page.get_by_role("grid", name=name, exact=True)
    line = grid.locator(f".dlw-grid-row[aria-rowindex='{row + 1}']")
    return line.locator(f".dlw-cell[aria-colindex='{column + 1}']")


def lit(page: Page, name: str) -> list[str]:
    grid = page.get_by_role("grid", name=name, exact=True)
    return grid.locator(".dlw-cell[data-tone~=lit]").all_inner_texts()


def enter(page: Page, text: str, name: str = "Next operation") -> None:
    entry = page.get_by_role("textbox", name=name)
    entry.fill(text)
    entry.press("Enter")
    page.evaluate("stage.drawn()")


def numbers(x: torch.Tensor) -> list[str]:
    return [str(value) for value in x.flatten().tolist()]


def test_numbers_stand_beside_their_memory(show: Show) -> None:
    page = show().page
    enter(page, ".t()")
    x = torch.arange(12).reshape(3, 4).t()
    assert cells(page, "Numbers of x1") == numbers(x)
    assert cells(page, "Memory A, in order") == numbers(torch.arange(12))
    row = page.locator(".dlw-te-steps tbody tr").last
    expect(row.locator("td")).to_have_text(["x0.t()", "(4, 3)", "(1, 4)", "0", "no", "A shares"])
    cell(page, "Numbers of x1", 2, 1).hover()
    page.evaluate("stage.drawn()")
    expect(page.locator(".dlw-te-memory .dlw-te-sum")).to_have_text(
        "address of x1[2, 1] = 0 + 2·1 + 1·4 = 6"
    )
    assert lit(page, "Memory A, in order") == ["6"]
    cell(page, "Memory A, in order", 0, 9).hover()
    page.evaluate("stage.drawn()")
    assert lit(page, "Numbers of x1") == ["9"]
    expect(page.locator(".dlw-te-memory .dlw-te-sum")).to_have_text("cell 9 of memory is x1[1, 2]")
    line = page.locator(".dlw-code-text").inner_text()
    assert torch.equal(eval(line, {"torch": torch}), x)


def test_a_refused_view_shows_torchs_words_and_what_works(show: Show) -> None:
    page = show().page
    page.get_by_role("button", name=".t()", exact=True).click()
    page.evaluate("stage.drawn()")
    enter(page, ".view(12)")
    alert = page.locator(".dlw-te-chain .dlw-te-trouble")
    expect(alert.locator("code")).to_contain_text("view size is not compatible with input tensor's")
    alert.get_by_role("button", name=".contiguous().view(12)").click()
    page.evaluate("stage.drawn()")
    expect(alert).to_be_hidden()
    expect(page.locator(".dlw-te-steps tbody tr").last.locator("td").last).to_have_text("B copied")
    assert cells(page, "Numbers of x2") == numbers(torch.arange(12).reshape(3, 4).t().flatten()[:8])


def test_a_number_typed_changes_all_that_share_its_memory(show: Show) -> None:
    x = torch.arange(6).reshape(2, 3)
    live = show(x)
    page = live.page
    for call in (".t()", ".clone()"):
        enter(page, call)
    page.get_by_role("button", name="x1", exact=True).click()
    page.evaluate("stage.drawn()")
    cell(page, "Numbers of x1", 2, 1).focus()
    page.keyboard.type("99")
    page.keyboard.press("Enter")
    page.evaluate("stage.drawn()")
    assert cells(page, "Numbers of x1") == ["0", "3", "1", "4", "2", "99"]
    expect(page.locator(".dlw-te-changed")).to_have_count(2)
    assert x[1, 2] == 5
    cell(page, "Numbers of x1", 0, 0).focus()
    page.keyboard.type("1.5")
    page.keyboard.press("Enter")
    expect(page.locator(".dlw-notice").first).to_have_text("expected a number of int64, got '1.5'")
    page.get_by_role("button", name="Reset").click()
    page.evaluate("stage.drawn()")
    assert cells(page, "Numbers of x0") == numbers(x)


def test_an_index_lights_where_numbers_come_from(show: Show) -> None:
    page = show().page
    page.get_by_role("button", name="Index & compute").click()
    page.evaluate("stage.drawn()")
    enter(page, "x.gather(1, torch.tensor([[3], [0], [2]]))", "Expression")
    assert cells(page, "result") == ["3", "4", "10"]
    expect(page.locator(".dlw-te-rule")).to_have_text("out[i, j] = x[i, index[i, j]]")
    cell(page, "result", 2, 0).hover()
    page.evaluate("stage.drawn()")
    assert lit(page, "x") == ["10"]
    expect(page.locator(".dlw-te-compute .dlw-te-sum")).to_have_text("out[2, 0] = 10 from x[2, 2]")
    enter(page, "x[::-1]", "Expression")
    alert = page.locator(".dlw-te-compute .dlw-te-trouble")
    expect(alert.locator("code")).to_have_text("step must be greater than zero")
    expect(alert.locator(".dlw-te-hint")).to_contain_text("use .flip(0)")
    enter(page, "x.numpy()", "Expression")
    expect(page.locator(".dlw-notice:visible")).to_contain_text("'numpy' can't be shown here")


def test_sums_and_pairs_of_results(show: Show) -> None:
    page = show(tab="compute").page
    page.get_by_role("button", name="Reduce & compare").click()
    page.get_by_role("button", name="x.sum(0)", exact=True).click()
    page.evaluate("stage.drawn()")
    assert cells(page, "result") == ["12", "15", "18", "21"]
    cell(page, "result", 0, 1).hover()
    page.evaluate("stage.drawn()")
    assert lit(page, "x") == ["1", "5", "9"]
    page.get_by_role("button", name="x.topk(2)").click()
    page.get_by_role("button", name="indices").click()
    page.evaluate("stage.drawn()")
    assert cells(page, "result") == ["3", "2"] * 3
    page.get_by_role("button", name="x.equal(x)").click()
    expect(page.locator(".dlw-te-value")).to_have_text("True")


def test_by_keyboard_alone_and_by_ear(show: Show) -> None:
    page = show().page
    page.get_by_role("textbox", name="Next operation").focus()
    page.keyboard.type("[1:, ::2]")
    page.keyboard.press("Enter")
    expect(page.locator(".dlw-spoken")).to_have_text("x1, shape (2, 2) shares")
    cell(page, "Numbers of x1", 0, 0).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".dlw-spoken")).to_have_text("address of x1[1, 0] = 4 + 1·4 + 0·2 = 8")
    expect(cell(page, "Numbers of x1", 1, 0)).to_be_focused()


def test_what_python_changes_shows(show: Show) -> None:
    live = show()
    live.widget.apply(".expand(2, 3, 4)")
    live.push()
    expect(live.page.locator(".dlw-te-steps tbody tr").last).to_contain_text("(0, 4, 1)")
    live.widget.tab = "compute"
    live.push()
    expect(live.page.get_by_role("textbox", name="Expression")).to_be_visible()


def test_without_a_kernel_addresses_are_still_shown(show: Show) -> None:
    page = show().page
    page.evaluate("stage.model.disconnect()")
    expect(page.locator(".dlw-notice").first).to_contain_text("The kernel is gone")
    cell(page, "Numbers of x0", 1, 2).hover()
    page.evaluate("stage.drawn()")
    assert lit(page, "Memory A, in order") == ["6"]


@pytest.mark.parametrize("width", [400, 700])
def test_a_narrow_column_cuts_nothing_off(show: Show, width: int) -> None:
    live = show(torch.randn(2, 30, 40)[:, 1:, ::2])
    live.page.set_viewport_size({"width": width, "height": 900})
    live.stage.drawn()
    assert live.page.evaluate("document.documentElement.scrollWidth") <= width
    outside = live.page.locator(".dlw-cell").evaluate_all(
        "(all, width) => all.filter(el => el.getBoundingClientRect().right > width - 12)", width
    )
    assert outside == []


def test_a_large_tensor_is_only_looked_at(show: Show) -> None:
    page = show(torch.zeros(10**7)).page
    expect(page.locator(".dlw-te-facts")).to_contain_text("large: only looked at, not copied")
    page.get_by_role("button", name="axis 0: later").click()
    page.evaluate("stage.drawn()")
    expect(page.locator(".dlw-slices output").first).to_have_text("8–15 / 10000000")


@pytest.mark.parametrize("chosen", ["zh", None])
def test_chinese_by_choice_or_with_the_page(show: Show, chosen: str | None) -> None:
    dlwidgets.set_language(chosen)
    page = show(page_language="zh-CN").page
    expect(page.get_by_role("button", name="索引与计算")).to_be_visible()
    expect(page.get_by_role("grid", name="内存 A（按顺序）")).to_be_visible()


def test_nothing_fires_after_disposal(show: Show) -> None:
    assert_silent_once_disposed(show(), ".dlw-te")
