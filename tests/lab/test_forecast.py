"""A forecast that trains anew as its split is dragged, in a real JupyterLab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.lab.cells import ENDLESS
from tests.lab.driver import drag

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator

    from tests.lab.driver import Notebook

    Open = Callable[..., Notebook]

SHOW = """\
import numpy as np
prices = 100 + np.random.default_rng(0).normal(0, 1, 300).cumsum()
options = dict(window=10, hidden_size=8, epochs=5)
w = dlwidgets.ForecastExplorer(prices, **options)
w"""
# What was trained, as the kernel knows it, and what the same numbers give anew.
STATE = """\
again = dlwidgets.ForecastExplorer(prices, **options, split=w.split).result.scores
print(json.dumps([w._row, w._done, w._scores.tolist(), again]))
"""


def settled(view: Locator) -> None:
    """Wait until nothing is trained any more."""
    expect(view.locator(".dlw-progress[data-going]")).to_have_count(0)


def opened(notebook: Notebook) -> Locator:
    notebook.run(1)
    view = notebook.cell(1).locator(".dlw-fc")
    settled(view)
    notebook.wait_idle()
    return view


def check(notebook: Notebook, view: Locator, row: int) -> None:
    """Check that page and kernel stand at the row, with the errors that it gives."""
    settled(view)
    trained, done, scores, again = notebook.ask(STATE)
    assert (trained, done) == (row, True)
    assert scores == again
    cell = view.locator("tr[data-forecast=one_step] td").first
    assert float(str(cell.get_attribute("title"))) == scores[0][0]


def shown(view: Locator) -> int:
    """Return the row at which the page has the split."""
    handle = view.get_by_role("slider", name="First day of the test part")
    return int(str(handle.get_attribute("aria-valuenow")))


def test_of_a_drag_the_last_split_arrives_also_while_a_cell_trains(open_notebook: Open) -> None:
    notebook = open_notebook(SHOW, ENDLESS)
    view = opened(notebook)
    assert shown(view) == 240
    slider = view.get_by_role("slider", name="split", exact=True)
    drag(notebook.page, slider, 0.9, 0.1, 0.7, 0.5)
    settled(view)
    notebook.wait_idle()
    row = shown(view)
    assert row != 240
    check(notebook, view, row)
    notebook.run(2)
    monitor = notebook.monitor(2)
    monitor.expect_steps(1)
    drag(notebook.page, slider, 0.9, 0.2, 0.62)
    expect(view.locator(".dlw-progress[data-going]")).to_have_count(0, timeout=60_000)
    later = shown(view)
    assert later != row
    assert notebook.prompt(2) == "[*]:"
    monitor.press("Stop")
    notebook.wait_done(2)
    check(notebook, view, later)
    # None of the explorer's steps was taken for one of the cell's.
    names, state = notebook.ask("print(json.dumps([list(run.history), run.state]))")
    assert state == "stopped"
    assert [name for name in names if "loss" in name] == ["loss"]
