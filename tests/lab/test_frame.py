"""A frame of the notebook's own, opened in a real JupyterLab: at rest and beside a training."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.lab.cells import ENDLESS

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator

    from tests.lab.driver import Notebook

    Open = Callable[..., Notebook]

PRICES = """\
import numpy as np, pandas as pd
prices = pd.DataFrame(
    np.arange(3_000_000).reshape(-1, 3), columns=["open", "close", "<b>volume</b>"])
w = explore(prices)
w"""


def cell(view: Locator, row: int, column: int) -> Locator:
    grid = view.get_by_role("grid", name="The frame")
    return grid.locator(f"[data-place='{row} {column}'][tabindex]")


def code(view: Locator) -> Locator:
    return view.get_by_role("textbox", name="Selection as code; type one of your own")


def test_a_frame_is_selected_from_and_follows_the_notebook(open_notebook: Open) -> None:
    notebook = open_notebook(PRICES, "prices['more'] = 1\nprices.loc[0, 'open'] = -7")
    notebook.run(1)
    view = notebook.cell(1).locator(".dlw-fe")
    expect(code(view)).to_have_value("prices.iloc[:3, :2]")
    cell(view, 1, 0).click()
    notebook.page.keyboard.press("Shift+ArrowDown")
    expect(code(view)).to_have_value("prices.iloc[1:3, 0]")
    expect(view.locator(".dlw-fe-spellings code").first).to_have_text('prices.loc[1:2, "open"]')
    # JupyterLab has taken none of these keys for itself.
    notebook.page.keyboard.press("Control+End")
    expect(cell(view, 999_999, 2)).to_have_text("2999999")
    notebook.wait_idle()
    assert notebook.ask("print(json.dumps([w.code(), int(w.result)]))") == [
        "prices.iloc[999999, 2]",
        2_999_999,
    ]
    notebook.do(2)
    notebook.page.keyboard.press("Escape")
    cell(view, 999_999, 1).click()
    expect(view.locator(".dlw-fe-header")).to_contain_text("4 columns")
    code(view).fill("prices.loc[0, 'opne']")
    code(view).press("Enter")
    view.get_by_role("button", name='Try prices.loc[0, "open"]').click()
    expect(view.locator(".dlw-fe-value")).to_have_text("-7")
    assert view.locator(".dlw-fe-cell b").count() == 0


def test_a_frame_answers_while_a_model_is_trained(open_notebook: Open) -> None:
    notebook = open_notebook(PRICES, ENDLESS)
    notebook.run(1)
    view = notebook.cell(1).locator(".dlw-fe")
    expect(code(view)).to_have_value("prices.iloc[:3, :2]")
    notebook.run(2)
    monitor = notebook.monitor(2)
    monitor.expect_steps(20)
    cell(view, 2, 1).click()
    expect(code(view)).to_have_value("prices.iloc[2, 1]")
    expect(view.locator(".dlw-fe-value")).to_have_text("7")
    notebook.page.keyboard.press("Control+End")
    expect(cell(view, 999_999, 2)).to_have_text("2999999")
    steps = monitor.steps
    monitor.expect_steps(steps + 20)
    monitor.press("Stop")
    notebook.wait_done(2)


SMALL = """\
import pandas as pd
df = pd.DataFrame({"price": [3, 4, 5], "name": ["apple", "<b>pear</b>", "李子"]}, list("xyz"))
w = explore(df)
w"""

OUTCOME = """\
expected = df.assign(total=df["price"] * 2)
print(json.dumps([w.result.equals(expected), df.columns.tolist()]))"""


def test_pitfalls_changes_and_quiz_are_used_by_keyboard(open_notebook: Open) -> None:
    notebook = open_notebook(SMALL)
    notebook.run(1)
    view, keys = notebook.cell(1).locator(".dlw-fe"), notebook.page.keyboard
    view.get_by_role("button", name="Pitfalls").press("Enter")
    told = view.locator(".dlw-fe-lessons .dlw-fe-told")
    expect(told).to_contain_text("the last one is included")
    view.get_by_role("button", name="What is not there").press("Enter")
    expect(told).to_contain_text("KeyError")

    view.get_by_role("button", name="Change", exact=True).press("Enter")
    view.get_by_role("textbox", name="Statement that changes the data").focus()
    keys.type('df["total"] = df["price"] * 2')
    keys.press("Enter")
    table = view.get_by_role("grid", name="Before and after")
    expect(table.locator("th[data-tone=added]")).to_contain_text("total")
    notebook.wait_idle()
    # The outcome is there, and the user's own frame as it was.
    assert notebook.ask(OUTCOME) == [True, ["price", "name"]]

    view.get_by_role("button", name="Predict", exact=True).press("Enter")
    view.get_by_role("button", name="Begin").press("Enter")
    options = view.locator(".dlw-fe-option")
    options.first.focus()
    keys.press("a")
    expect(options.first).to_have_attribute("data-tone", re.compile("good|bad"))
