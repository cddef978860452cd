"""A training that begins anew with each move of a slider, in a real JupyterLab."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.lab.cells import ENDLESS
from tests.lab.driver import drag

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator

    from tests.lab.driver import Notebook

    Open = Callable[..., Notebook]

SHOW = "w = dlwidgets.RetrainExplorer()\nw"
SHORT = "w = dlwidgets.RetrainExplorer(steps=100)\nw"
# What was trained, and whether it is done, as the kernel knows it; asking trains nothing.
STATE = """\
again = dlwidgets.RetrainExplorer(lr=w.lr, steps=w.steps).result["numpy"].w
steps = [lane.done for lane in w._job.lanes]
print(json.dumps([w.lr, w._done, w._last[:3].tolist(), steps, again]))
"""


def opened(notebook: Notebook, index: int = 1) -> Locator:
    """Run the cell that shows an explorer; return its view, once it is trained."""
    notebook.run(index)
    view = notebook.cell(index).locator(".dlw-re")
    settled(view)
    notebook.wait_idle()
    return view


def settled(view: Locator) -> None:
    """Wait until nothing is trained any more."""
    expect(view.locator(".dlw-progress[data-going]")).to_have_count(0)


def w_of(view: Locator, lane: str) -> float:
    place = view.locator(f".dlw-re-panel[data-lane={lane}] [data-number=w]")
    return float(str(place.get_attribute("title")).replace("−", "-"))


def check(notebook: Notebook, view: Locator, shown: float) -> None:
    """Check that the kernel stands where the page does, and that every engine is through."""
    settled(view)
    lr, done, last, steps, expected = notebook.ask(STATE)
    assert lr == shown
    assert done
    assert len(set(steps)) == 1
    for _, w, _ in last:
        assert abs(w - expected) < 1e-9
    for lane in ("numpy", "autograd", "nn"):
        assert abs(w_of(view, lane) - expected) < 1e-9


def rate(view: Locator) -> float:
    """Return the rate that the page shows, once it has been answered."""
    return float(view.get_by_role("textbox", name="Value of lr").input_value())


def test_of_a_drag_the_last_value_arrives_and_is_trained_to_its_end(open_notebook: Open) -> None:
    notebook = open_notebook(SHOW)
    view = opened(notebook)
    slider = view.get_by_role("slider", name="lr", exact=True)
    before = rate(view)
    drag(notebook.page, slider, 0.9, 0.1, 0.7, 0.3, 0.65, 0.6)
    settled(view)
    notebook.wait_idle()
    shown = rate(view)
    assert shown != before
    check(notebook, view, shown)
    # From a move to the picture of it: measured on the page, printed for whoever looks.
    moves = notebook.page.evaluate(
        "performance.getEntriesByName('retrain_explorer:turn').map(one => one.duration)"
    )
    assert moves
    print("ms from a move to its picture:", [round(move) for move in moves])  # noqa: T201 -- as said


def test_while_a_cell_trains_a_drag_is_answered_and_the_cells_run_is_left_alone(
    open_notebook: Open,
) -> None:
    notebook = open_notebook(SHORT, ENDLESS)
    view = opened(notebook)
    notebook.run(2)
    monitor = notebook.monitor(2)
    monitor.expect_steps(1)
    slider = view.get_by_role("slider", name="lr", exact=True)
    start = w_of(view, "nn")
    drag(notebook.page, slider, 0.9, 0.2, 0.62)
    settled(view)
    expect(view.get_by_role("textbox", name="Value of lr")).not_to_have_value("0.001")
    expect(view.locator("[data-lane=nn] .dlw-re-pace span").first).to_have_text("step 100")
    shown = rate(view)
    assert w_of(view, "nn") != start
    assert notebook.prompt(2) == "[*]:"
    monitor.press("Stop")
    notebook.wait_done(2)
    check(notebook, view, shown)
    # None of the steps and losses of the explorer was taken for one of the cell's.
    names, optimizers, state = notebook.ask(
        "print(json.dumps([list(run.history), len(run.knobs), run.state]))"
    )
    assert state == "stopped"
    assert [name for name in names if re.search("loss", name)] == ["loss"]
    assert optimizers == notebook.ask("print(len(run.knobs))")
