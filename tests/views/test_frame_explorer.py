"""The frame explorer in a real browser, with its real Python as its kernel."""

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

FRAME = "The frame"
RESULT = "Result"


@pytest.fixture
def show(new_stage: Callable[[str], Any]) -> Iterator[Show]:
    """Return a function that shows ``FrameExplorer(*args, **values)``."""

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


def goods() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": ["Ann", "Bo", "陈", "Dee", "Eli"],
            "price": [3.5, np.nan, 12.25, 1.0, 7.0],
            "n": [1, 2, 3, 2**60, 5],
        },
        index=list("abcde"),
    )


def grid(page: Page, name: str = FRAME) -> Locator:
    return page.get_by_role("grid", name=name, exact=True)


def cell(page: Page, row: int, column: int, name: str = FRAME) -> Locator:
    """Return a cell; −1 is a ruler."""
    return grid(page, name).locator(f"[data-place='{row} {column}'][tabindex]")


def options(page: Page) -> Locator:
    """Return the labels that an open field offers."""
    return page.locator(".dlw-fe-options:visible li")


def entry(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Selection as code; type one of your own")


def expect_code(page: Page, code: str) -> None:
    expect(entry(page)).to_have_value(code)


def expect_lit(page: Page, *places: str) -> None:
    page.wait_for_function(
        "places => { const lit = [...document.querySelectorAll('[role=grid] [data-tone~=lit]')];"
        " return lit.map(el => el.dataset.place).sort().join() === places.sort().join() }",
        arg=list(places),
    )


def drag(page: Page, start: Locator, end: Locator) -> None:
    boxes = [one.bounding_box() for one in (start, end)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    (x, y), (to_x, to_y) = ((box["x"] + 9, box["y"] + 9) for box in boxes)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(to_x, to_y, steps=6)
    page.mouse.up()


def test_a_rectangle_of_the_mouse_lights_up_and_gives_code_and_result(show: Show) -> None:
    live = show(goods())
    page = live.page
    expect_code(page, "df.iloc[:3, :2]")
    drag(page, cell(page, 1, 1), cell(page, 3, 2))
    expect_code(page, "df.iloc[1:4, 1:]")
    expect_lit(page, "1 1", "1 2", "2 1", "2 2", "3 1", "3 2")
    expect(page.locator(".dlw-fe-kind")).to_have_text("DataFrame")
    expect(page.locator(".dlw-fe-result h3")).to_contain_text("shape (3, 2)")
    expect(cell(page, 2, 1, RESULT)).to_have_text(str(2**60))
    expect(cell(page, 0, 0, RESULT)).to_have_attribute("aria-label", "missing: NaN")
    expect(cell(page, 2, -1, RESULT)).to_have_attribute("aria-label", "row d, position 2")
    # The rulers take whole rows and columns, and Ctrl adds to what there is.
    cell(page, 2, -1).click()
    expect_code(page, "df.iloc[2]")
    expect(page.locator(".dlw-fe-kind")).to_have_text("Series")
    cell(page, -1, 0).click()
    expect_code(page, "df.iloc[:, 0]")
    cell(page, -1, 2).click(modifiers=["Control"])
    page.wait_for_function("() => document.querySelectorAll('[data-tone~=lit]').length === 10")
    pd.testing.assert_frame_equal(live.widget.result, goods()[["name", "n"]])
    cell(page, 4, 1).click()
    expect_code(page, "df.iloc[4, 1]")
    expect(page.locator(".dlw-fe-value")).to_have_text("7.0")


def test_the_keyboard_alone_walks_selects_and_looks(show: Show) -> None:
    page = show(goods(), accessor=".loc").page
    cell(page, 0, 0).focus()
    for key in ["ArrowDown", "ArrowRight", "Shift+ArrowDown", "Shift+ArrowRight"]:
        page.keyboard.press(key)
    expect_code(page, 'df.loc["b":"c", "price":"n"]')
    expect_lit(page, "1 1", "1 2", "2 1", "2 2")
    page.keyboard.press("Control+End")
    expect(cell(page, 4, 2)).to_be_focused()
    expect_code(page, 'df.loc["e", "n"]')
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    expect(cell(page, 4, -1)).to_be_focused()
    expect_code(page, 'df.loc["e"]')
    page.keyboard.press("Control+a")
    expect_code(page, "df.loc[:]")
    page.keyboard.press("Control+Home")
    page.keyboard.press("Enter")
    expect(page.locator(".dlw-fe-detail:visible pre")).to_have_text("Ann")
    page.keyboard.press("Escape")
    expect(page.locator(".dlw-fe-detail:visible")).to_have_count(0)
    wide = cell(page, 0, 0).bounding_box()
    page.keyboard.press("Alt+ArrowRight")
    now = cell(page, 0, 0).bounding_box()
    assert wide is not None
    assert now is not None
    assert now["width"] == wide["width"] + 16
    assert grid(page).locator("[tabindex='0']").count() == 1


def test_tabs_and_pickers_write_the_same_cells_in_other_ways(show: Show) -> None:
    page = show(goods()).page
    drag(page, cell(page, 1, 1), cell(page, 2, 1))
    expect_code(page, "df.iloc[1:3, 1]")
    tabs = page.get_by_role("group", name="Way to select")
    tabs.get_by_role("button", name=".loc", exact=True).click()
    expect_code(page, 'df.loc["b":"c", "price"]')
    rows, columns = (
        page.get_by_role("group", name="Rows"),
        page.get_by_role("group", name="Columns"),
    )
    stop = rows.get_by_role("combobox", name="stop (included)")
    expect(stop).to_have_value("c")
    stop.fill("d")
    options(page).filter(has_text="#3").click()
    expect_code(page, 'df.loc["b":"d", "price"]')
    columns.get_by_role("combobox", name="Columns").select_option("list")
    add = columns.get_by_role("combobox", name="add")
    add.fill("na")
    expect(options(page)).to_have_count(1)
    add.press("ArrowDown")
    add.press("Enter")
    expect_code(page, 'df.loc["b":"d", ["price", "name"]]')
    columns.get_by_title("Remove price").click()
    expect_code(page, 'df.loc["b":"d", ["name"]]')
    # A label that there is not is not refused by us: pandas has its say.
    add.fill("nmae")
    expect(options(page)).to_have_count(0)
    add.press("Enter")
    expect(page.locator(".dlw-fe-error")).to_contain_text("KeyError")
    tabs.get_by_role("button", name="mask").click()
    rows.get_by_role("combobox", name="Comparison").select_option(">")
    rows.get_by_role("textbox", name="Value").fill("2")
    rows.get_by_role("combobox", name="Column of the condition").fill("n")
    options(page).filter(has_text="#2").click()
    columns.get_by_role("combobox", name="Columns").select_option("all")
    expect_code(page, 'df[df["n"] > 2]')
    expect_lit(page, *(f"{row} {column}" for row in (2, 3, 4) for column in range(3)))


def test_a_slider_moves_the_selection_while_it_is_dragged(show: Show) -> None:
    live = show(goods())
    page = live.page
    slider = page.get_by_role("group", name="Rows").get_by_role("slider", name="stop (excluded)")
    slider.focus()
    for _ in range(3):
        slider.press("ArrowLeft")
    expect_code(page, "df.iloc[:0, :2]")
    slider.press("End")
    expect_code(page, "df.iloc[:5, :2]")
    step = page.get_by_role("group", name="Rows").get_by_role("textbox", name="step")
    step.fill("-2")
    expect_code(page, "df.iloc[:5:-2, :2]")
    expect(page.locator(".dlw-fe-result h3")).to_contain_text("shape (0, 2)")
    step.fill("two")
    expect(step).to_have_attribute("aria-invalid", "true")


def test_what_is_typed_is_read_and_what_is_wrong_is_marked(show: Show) -> None:
    live = show(goods())
    page = live.page
    entry(page).fill('df["🎉"]')
    entry(page).press("Enter")
    expect(page.locator(".dlw-fe-place mark")).to_have_text('"🎉"')
    expect(page.locator(".dlw-fe-error")).to_have_text("KeyError: '🎉'")
    entry(page).fill('df.loc["b", "prise"]')
    nearest = page.get_by_role("button", name='Try df.loc["b", "price"] (↓)')
    expect(nearest).to_be_visible()
    expect(entry(page)).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".dlw-fe-kind")).to_have_text("error")
    entry(page).press("ArrowDown")
    expect_code(page, 'df.loc["b", "price"]')
    expect_lit(page, "1 1")
    expect(page.locator(".dlw-fe-value")).to_have_text("np.nan")
    entry(page).fill("exec('1')")
    expect(page.locator(".dlw-fe-place mark")).to_contain_text("exec")
    expect(page.locator(".dlw-fe-error")).to_be_hidden()
    entry(page).press("Escape")
    # Pasted text is read like typed text.
    page.evaluate("navigator.clipboard?.writeText?.('x').catch(() => {})")
    entry(page).evaluate(
        "el => { el.focus(); el.select();"
        " document.execCommand('insertText', false, 'df[df.price > 3][[\"n\"]]') }"
    )
    expect_lit(page, "0 2", "2 2", "4 2")
    expect(page.locator(".dlw-fe-result h3")).to_contain_text("shape (3, 1)")


def test_an_input_method_is_left_alone_until_it_has_finished(show: Show) -> None:
    live = show(goods().rename(columns={"n": "数量"}))
    page = live.page
    page.wait_for_function("() => document.querySelector('.dlw-fe-spellings li')")
    before = len([one for one in live.commands if one["cmd"] == "read"])
    entry(page).evaluate(
        "el => { el.focus(); el.value = 'df[\"shu';"
        " el.dispatchEvent(new InputEvent('input', {isComposing: true, bubbles: true}));"
        " el.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Enter', isComposing: true, bubbles: true})) }"
    )
    live.stage.drawn()
    assert entry(page).input_value() == 'df["shu'
    assert len([one for one in live.commands if one["cmd"] == "read"]) == before
    entry(page).evaluate(
        "el => { el.value = 'df[\"数量\"]'; el.dispatchEvent(new CompositionEvent("
        "'compositionend', {bubbles: true})) }"
    )
    expect(page.locator(".dlw-fe-kind")).to_have_text("Series")
    expect_lit(page, *(f"{row} 2" for row in range(5)))


def test_spellings_are_listed_copied_and_used(show: Show) -> None:
    page = show(goods(), expression='df["price"]').page
    codes = page.locator(".dlw-fe-spellings code")
    expect(codes.first).to_have_text('df["price"]')
    page.wait_for_function(
        "() => [...document.querySelectorAll('.dlw-fe-spellings code')]"
        ".some(el => el.textContent === 'df.iloc[:, 1]')"
    )
    expect(page.locator(".dlw-fe-spellings b:visible")).to_have_count(1)
    page.evaluate(
        "() => { window.copied = '';"
        " document.addEventListener('copy', () => { copied = String(getSelection()) }) }"
    )
    line = page.locator(".dlw-fe-spellings li").filter(has_text="df.iloc[:, 1]")
    line.get_by_role("button", name="Copy").click()
    expect(line.get_by_role("button", name="Copied")).to_be_visible()
    line.get_by_role("button", name="Use").click()
    expect_code(page, "df.iloc[:, 1]")
    expect(page.get_by_role("button", name=".iloc", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )


@pytest.fixture(scope="module")
def million() -> pd.DataFrame:
    rows = np.arange(1_000_000)
    frame = pd.DataFrame({f"c{k}": rows * 100 + k for k in range(50)})
    frame.index = rows[::-1]
    return frame


def test_the_far_end_of_a_million_rows_is_right(show: Show, million: pd.DataFrame) -> None:
    live = show(million)
    page = live.page
    expect(grid(page)).to_have_attribute("aria-rowcount", "1000003")
    expect(cell(page, 0, 0)).to_have_text("0")
    cell(page, 0, 0).click()
    page.keyboard.press("Control+End")
    last = cell(page, 999_999, 49)
    expect(last).to_have_text("99999949")
    expect(last).to_be_focused()
    expect(last).to_be_in_viewport()
    expect(cell(page, 999_999, -1)).to_have_attribute("aria-label", "row 0, position 999999")
    expect_code(page, "df.iloc[999999, 49]")
    page.keyboard.press("PageUp")
    page.keyboard.press("Home")
    expect(page.locator(".dlw-fe-cell:focus")).to_have_attribute("aria-colindex", "3")
    # The bar: its middle is the middle of the frame.
    scroller = page.locator(".dlw-fe-scroll").first
    scroller.evaluate("el => { el.scrollTop = (el.scrollHeight - el.clientHeight) / 2 }")
    live.stage.drawn()
    middle = int(
        grid(page).locator(".dlw-fe-row:not([data-head])").nth(4).get_attribute("aria-rowindex")
        or 0
    )
    assert abs(middle - 500_000) < 200
    shown = cell(page, middle - 4, 0)
    expect(shown).to_have_text(str((middle - 4) * 100))
    # A wheel moves by its own distance, though a pixel of the bar stands for three rows.
    page.mouse.move(500, 300)
    page.mouse.wheel(0, 48)
    expect(cell(page, middle - 2, 0)).to_be_visible()
    assert (grid(page).locator(".dlw-fe-row").count()) < 40
    page.get_by_role("textbox", name="position").first.fill("123456")
    page.get_by_role("textbox", name="position").first.press("Enter")
    expect(cell(page, 123_456, 0)).to_have_text("12345600")
    label = page.get_by_role("combobox", name="label")
    label.fill("999990")
    options(page).first.click()
    expect(cell(page, 9, 0)).to_have_text("900")


def test_a_drag_held_beyond_the_edge_goes_on_scrolling(show: Show, million: pd.DataFrame) -> None:
    live = show(million)
    page = live.page
    box = cell(page, 2, 1).bounding_box()
    edge = grid(page).bounding_box()
    assert box is not None
    assert edge is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 5, edge["y"] + edge["height"] + 30, steps=3)
    # It goes on and on, so that no row stays in sight for long.
    page.wait_for_function("() => stage.model.get('_picks').rows.stop > 40")
    page.mouse.move(box["x"] + 5, edge["y"] + edge["height"] - 40)
    page.mouse.up()
    page.wait_for_function("() => stage.model.get('_picks').rows.stop > 36")
    page.wait_for_function("() => !document.querySelector('[data-tone~=wait]')")
    picks = live.widget._picks["rows"]
    assert (picks["kind"], picks["start"]) == ("slice", 2)
    assert live.widget.result.equals(million.iloc[2 : picks["stop"], 1])


def test_an_edge_of_a_head_changes_the_width_and_selects_nothing(show: Show) -> None:
    page = show(goods()).page
    head, code = cell(page, -1, 1), entry(page).input_value()
    box = head.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] - 3, box["y"] + 5
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=4)
    page.mouse.up()
    now = head.bounding_box()
    assert now is not None
    assert now["width"] == box["width"] + 60
    assert entry(page).input_value() == code


def test_ten_thousand_columns_scroll_too(show: Show) -> None:
    page = show(pd.DataFrame(np.arange(20_000).reshape(2, 10_000))).page
    cell(page, 1, 0).click()
    page.keyboard.press("End")
    expect(cell(page, 1, 9_999)).to_have_text("19999")
    expect(cell(page, 1, 9_999)).to_be_in_viewport()
    expect(cell(page, -1, 9_999)).to_have_attribute("aria-label", "column 9999, position 9999")


NASTY = [
    "<script>window.hit = 1</script>",
    "<img src=x onerror='window.hit=1'>",
    "a\nb\t'\"",
    "\u202eexe",
]


def test_text_from_data_never_becomes_markup(show: Show) -> None:
    frame = pd.DataFrame(
        {NASTY[0]: [*NASTY, "שלום", "🎉", "x" * 10_000]}, index=[*NASTY, "ש", "价格", "end"]
    )
    page = show(frame).page
    expect(cell(page, 0, 0)).to_have_text(NASTY[0])
    expect(cell(page, 2, 0)).to_have_text("a⏎b⇥'\"")
    expect(cell(page, 3, 0)).to_have_text("⟨U+202E⟩exe")
    expect(cell(page, -1, 0)).to_have_text(NASTY[0])
    expect(cell(page, 6, 0)).to_contain_text("(10,000)")
    cell(page, 6, 0).click()
    page.keyboard.press("Enter")
    expect(page.locator(".dlw-fe-detail pre:visible")).to_have_text("x" * 10_000)
    for row in range(4):
        page.keyboard.press("Escape")
        cell(page, row, 0).click()
        page.keyboard.press("Enter")
        expect(page.locator(".dlw-fe-detail:visible pre")).not_to_be_empty()
    page.get_by_role("group", name="Way to select").get_by_role("button", name=".at").click()
    columns = page.get_by_role("group", name="Columns")
    columns.get_by_role("combobox", name="label", exact=True).click()
    expect(options(page)).to_have_count(1)
    expect(page.locator(".dlw-fe-spellings code").first).to_be_visible()
    assert page.evaluate("window.hit") is None
    assert page.locator(".dlw-fe script, .dlw-fe img").count() == 0


def test_levels_have_a_ruler_each(show: Show) -> None:
    rows = pd.MultiIndex.from_product([["x", "y"], [1, 2]], names=["k", "i"])
    columns = pd.MultiIndex.from_product([["p", "q"], ["a", "b"]], names=["side", "end"])
    page = show(pd.DataFrame(np.arange(16).reshape(4, 4), rows, columns), accessor=".loc").page
    expect(cell(page, 3, -1)).to_have_attribute("aria-label", "row y, 2, position 3")
    heads = grid(page).locator(".dlw-fe-row[data-head]")
    expect(heads).to_have_count(4)
    expect(heads.nth(1)).to_contain_text("side")
    drag(page, cell(page, 1, 2), cell(page, 2, 3))
    expect_lit(page, "1 2", "1 3", "2 2", "2 3")


def test_python_moves_the_page(show: Show) -> None:
    frame = goods()
    live = show(frame)
    page = live.page
    live.widget.expression = 'df.loc["c":"e", "n"]'
    live.push()
    expect_code(page, 'df.loc["c":"e", "n"]')
    expect_lit(page, "2 2", "3 2", "4 2")
    frame.loc["f"] = ["Fay", 0.5, 6]
    cell(page, 0, 0).click()
    expect(cell(page, 5, 0)).to_have_text("Fay")
    expect(page.locator(".dlw-fe-renewed")).to_have_text("changed in Python, shown anew")
    frame.loc["a", "name"] = "Amy"
    page.get_by_role("button", name="Refresh").click()
    expect(cell(page, 0, 0)).to_have_text("Amy")


@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_sticks_out_or_jumps(show: Show, width: int) -> None:
    live = show(goods())
    page = live.page
    page.set_viewport_size({"width": width, "height": 900})
    live.stage.drawn()
    card = page.locator(".dlw-card")
    high = card.bounding_box()
    for code in ['df["price"]', "df.iloc[9]", 'df.loc["b", "prise"]', "df.iloc[0, 0]", "df.oops()"]:
        entry(page).fill(code)
        entry(page).press("Enter")
        page.wait_for_function("() => !stage.model.get('_spellings').done === false")
        now = card.bounding_box()
        assert high is not None
        assert now is not None
        assert (now["width"], now["height"]) == (high["width"], high["height"]), code
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_chinese(show: Show) -> None:
    page = show(goods(), page_language="zh", expression='df.loc["b":"d"]').page
    expect(page.get_by_role("button", name="布尔掩码")).to_be_visible()
    expect(page.get_by_role("combobox", name="终点（包含）")).to_have_value("d")
    expect(page.locator(".dlw-fe-result h3")).to_contain_text("形状 (3, 3)")
    expect(page.locator(".dlw-fe-spellings b").first).to_have_text("惯用")


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pd.DataFrame(), "empty: no rows and no columns"),
        (pd.DataFrame({"a": []}), "empty: no rows"),
        (pd.DataFrame(index=[1]), "empty: no columns"),
        (pd.Series([], dtype=float), "empty: no rows"),
    ],
)
def test_an_empty_frame_says_so_and_can_be_walked(show: Show, frame: Any, said: str) -> None:
    page = show(frame).page
    expect(page.locator(".dlw-fe-empty").first).to_have_text(said)
    grid(page).locator("[tabindex='0']").or_(grid(page)).first.focus()
    for key in ["Control+a", "ArrowDown", "PageDown", "Control+End", "Home", "Enter"]:
        page.keyboard.press(key)
    expect(page.locator(".dlw-failure:visible")).to_have_count(0)


def test_a_series_has_one_axis(show: Show) -> None:
    page = show(pd.Series([1, 3, 6, -1, 2, 8], index=list("acdebg"), name="v")).page
    expect(page.get_by_role("group", name="Columns")).to_be_hidden()
    drag(page, cell(page, 1, 0), cell(page, 3, 0))
    expect_code(page, "s.iloc[1:4]")
    page.get_by_role("button", name=".loc", exact=True).click()
    expect_code(page, 's.loc["c":"e"]')
    expect_lit(page, "1 0", "2 0", "3 0")


def test_without_a_kernel_what_was_seen_stays(show: Show) -> None:
    page = show(goods()).page
    page.evaluate("stage.model.disconnect()")
    expect(page.locator(".dlw-notice").first).to_have_text(
        "The kernel is gone; what is shown is drawn by the browser alone"
    )
    cell(page, 3, 1).click()
    expect(cell(page, 3, 1)).to_have_text("1.0")
    expect_lit(page, "0 0", "0 1", "1 0", "1 1", "2 0", "2 1")


def test_nothing_fires_once_disposed(show: Show) -> None:
    live = show(goods())
    cell(live.page, 0, 0).click()
    expect(live.page.locator(".dlw-fe-spellings code").first).to_be_visible()
    live.page.wait_for_function("() => stage.model.get('_spellings').done")
    assert_silent_once_disposed(live, ".dlw-fe")
