"""The run is steered by mouse and keyboard while its cell is busy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.lab.cells import ENDLESS, EVENTS, RATE, STATE, STEPS, UNTIL_TURNED

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lab.driver import Notebook

    Open = Callable[..., Notebook]


def seen(notebook: Notebook, index: int) -> float:
    """Return the rate that the loop saw before its cell ended."""
    notebook.wait_done(index)
    assert not notebook.failed(index)
    return float(notebook.printed(index).removeprefix("seen"))


def test_slider_dragged_during_the_cell_reaches_the_optimizer(open_notebook: Open) -> None:
    notebook = open_notebook(UNTIL_TURNED)
    notebook.run(1)
    monitor = notebook.monitor(1)
    monitor.expect_steps(1)
    monitor.drag(0.3, 0.2)
    assert 0 < seen(notebook, 1) < 0.01
    events = notebook.ask(EVENTS)
    assert {kind for kind, *_ in events} == {"set"}
    assert events[0][2:4] == ["lr", 0.01]
    assert 0 < events[0][1] <= notebook.ask(STEPS)


def test_keys_turn_the_rate_during_the_cell(open_notebook: Open) -> None:
    notebook = open_notebook(UNTIL_TURNED, "optimizer.param_groups[0]['lr'] = 0.01", UNTIL_TURNED)
    notebook.run(1)
    monitor = notebook.monitor(1)
    monitor.expect_steps(1)
    monitor.slider().press("ArrowRight")
    assert 0.01 < seen(notebook, 1) < 0.02

    notebook.run(2, 3)
    monitor = notebook.monitor(3)
    monitor.expect_steps(1)
    monitor.entry().fill("0.025")
    monitor.entry().press("Enter")
    assert seen(notebook, 3) == 0.025


def test_of_quick_moves_the_last_value_stays(open_notebook: Open) -> None:
    notebook = open_notebook(ENDLESS)
    notebook.run(1)
    monitor = notebook.monitor(1)
    monitor.expect_steps(1)
    monitor.drag(0.9, 0.1, 0.8, 0.3, 0.4)
    expect(monitor.spoken).to_contain_text("lr set to")
    for text in ("0.1", "0.2", "0.3", "0.4", "0.005"):
        monitor.entry().fill(text)
        monitor.entry().press("Enter")
    expect(monitor.spoken).to_contain_text("lr set to 0.005")
    monitor.press("Stop")
    notebook.wait_done(1)
    assert notebook.ask(RATE) == 0.005
    turned = [new for kind, _, _, _, new in notebook.ask(EVENTS) if kind == "set"]
    assert turned[-1] == 0.005


def test_pause_step_resume_stop_and_the_queued_cell(open_notebook: Open) -> None:
    notebook = open_notebook(ENDLESS, "print('next', run.state)")
    notebook.run(1, 2)
    monitor = notebook.monitor(1)
    monitor.expect_steps(1)

    monitor.press("Pause")
    monitor.expect_state("paused")
    held = monitor.steps
    notebook.frames(30)
    assert monitor.steps == held

    monitor.press("Step")
    monitor.expect_steps(held + 1)
    notebook.frames(30)
    assert monitor.steps == held + 1

    # Where the rate was turned the curve carries a mark, and the readout says what it means.
    monitor.entry().fill("0.025")
    monitor.entry().press("Enter")
    monitor.press("Step")
    monitor.expect_steps(held + 2)
    monitor.view.get_by_label("Curves over the steps").press("Shift+ArrowLeft")
    expect(monitor.view.locator(".dlw-tm-readout")).to_contain_text("lr 0.01 → 0.025")

    assert notebook.prompt(2) == "[*]:"
    monitor.press("Resume")
    monitor.expect_state("running")
    monitor.expect_steps(held + 10)
    monitor.press("Stop")
    notebook.wait_done(2)
    assert not notebook.failed(1)
    assert notebook.printed(2) == "next stopped\n"
    events = notebook.ask(EVENTS)
    assert [kind for kind, *_ in events] == ["pause", "step", "set", "step", "resume", "stop"]
    assert [step - held for _, step, *_ in events[:-1]] == [0, 0, 1, 1, 2]
    assert events[-1][1] == notebook.ask(STEPS)


def test_shortcuts_of_the_focused_monitor_do_not_reach_jupyterlab(open_notebook: Open) -> None:
    notebook = open_notebook(ENDLESS)
    page = notebook.page
    notebook.run(1)
    monitor = notebook.monitor(1)
    monitor.expect_steps(1)
    monitor.view.locator(".dlw-tm-name").click()
    expect(monitor.view).to_be_focused()
    page.keyboard.press(" ")
    monitor.expect_state("paused")
    held = monitor.steps
    page.keyboard.press("ArrowRight")
    monitor.expect_steps(held + 1)
    # These would make JupyterLab add a cell, delete one, turn one into text, move, edit.
    cells = page.evaluate("jupyterapp.shell.currentWidget.content.model.cells.length")
    active = page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex")
    for key in ("a", "b", "d", "d", "m", "ArrowDown", "x", "Enter", "Shift+Enter"):
        page.keyboard.press(key)
    notebook.frames()
    notebook_now = "jupyterapp.shell.currentWidget.content"
    assert page.evaluate(f"{notebook_now}.model.cells.length") == cells
    assert page.evaluate(f"{notebook_now}.activeCellIndex") == active
    assert page.evaluate(f"{notebook_now}.mode") == "command"
    assert page.evaluate(f"{notebook_now}.activeCell.model.type") == "code"
    expect(monitor.view).to_be_focused()

    # In the number entry they are text.
    monitor.entry().click()
    page.keyboard.press("Control+a")
    page.keyboard.type("s 1")
    page.keyboard.press("ArrowRight")
    notebook.frames()
    assert monitor.entry().input_value() == "s 1"
    assert monitor.steps == held + 1
    monitor.expect_state("paused")
    page.keyboard.press("Escape")

    monitor.view.focus()
    page.keyboard.press(" ")
    monitor.expect_state("running")
    page.keyboard.press("s")
    notebook.wait_done(1)
    assert notebook.ask(STATE) == "stopped"
    assert [kind for kind, *_ in notebook.ask(EVENTS)] == ["pause", "step", "resume", "stop"]
