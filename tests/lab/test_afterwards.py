"""What is left when a run has ended: in the page, in the saved notebook, in kernel and browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.lab.cells import MODELS, PASS, SHORT, STEPS
from tests.lab.driver import Lab, Notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Locator

    Open = Callable[..., Notebook]

BROKEN = ("model not found", "Error displaying widget", "Loading widget")


def expect_result(cell: Locator, steps: int) -> None:
    """Wait until a cell shows chart and table of a run of so many steps."""
    result = cell.locator(".dlw-report")
    expect(result.locator(".dlw-head")).to_contain_text(f"{steps} steps")
    expect(result.locator("svg.dlw-chart")).to_be_visible()
    expect(result.locator("svg.dlw-chart path[stroke*=series]")).not_to_have_count(0)
    expect(result.get_by_role("row").filter(has_text="loss")).to_have_count(1)
    assert not any(text in cell.inner_text() for text in BROKEN)


def test_static_result_is_there_without_a_kernel(
    open_notebook: Open, lab: Lab, folder: Path
) -> None:
    notebook = open_notebook(SHORT, "run.show()", own=True)
    page = notebook.page
    notebook.do(1)
    expect_result(notebook.cell(1), 46)
    expect(notebook.cell(1).locator(".dlw-tm")).to_have_count(0)
    assert notebook.ask(STEPS) == 46

    notebook.run(2)
    monitor = notebook.monitor(2)
    monitor.expect_state("finished")
    assert monitor.steps == 46
    expect(monitor.view.locator("canvas").first).to_be_visible()
    for name in ("Pause", "Step", "Stop"):
        expect(monitor.view.get_by_role("button", name=name, exact=True)).to_be_disabled()

    notebook.save()
    saved = lab.read(notebook.name).cells[1].outputs
    assert [sorted(output.get("data", {})) for output in saved] == [
        ["image/png", "text/html", "text/plain"]
    ]
    page.goto("about:blank")
    lab.end_kernel(notebook.name).result()
    with Lab(folder, kernels=False) as elsewhere:
        again = Notebook(elsewhere, page, notebook.name).open(kernel=False)
        page.get_by_role("dialog").get_by_role("button", name="No Kernel").click()
        expect_result(again.cell(1), 46)
        assert elsewhere.ask("kernels") == []
        page.goto("about:blank")


RERUN = f"""\
import gc
from dlwidgets.training import Run
from ipywidgets.widgets.widget import _instances
body = '''for epoch in range(1):
{PASS}'''

def left():
    gc.collect()
    comms = get_ipython().kernel.comm_manager.comms
    kinds = [type(thing) for thing in gc.get_objects()]
    return [len(comms), len(_instances), kinds.count(Run), kinds.count(nn.Linear)]

get_ipython().run_cell_magic("train", "", body)
before = left()"""


def test_fifty_runs_leave_nothing_behind(open_notebook: Open) -> None:
    notebook = open_notebook(RERUN, "get_ipython().run_cell_magic('train', '', body)", own=True)
    page = notebook.page
    notebook.do(1, 2)
    models = page.evaluate(MODELS)
    first = notebook.ask("print(json.dumps(before))")
    assert first[2:] == [1, 2]
    again = "for _ in range(50): get_ipython().run_cell_magic('train', '', body)"
    notebook.do(notebook.add(again))
    assert notebook.ask("print(json.dumps(left()))") == first
    assert page.evaluate(MODELS) == models


def test_rerunning_the_cell_closes_the_old_view(open_notebook: Open) -> None:
    notebook = open_notebook(SHORT, "run.show()")
    page = notebook.page
    notebook.do(1)
    notebook.run(2)
    old = notebook.monitor(2)
    old.expect_state("finished")
    models = page.evaluate(MODELS)
    notebook.run(1)
    old.view.wait_for(state="detached")
    expect_result(notebook.cell(1), 46)
    assert notebook.ask(STEPS) == 46
    assert page.evaluate(MODELS) < models
