"""Reload, interrupt, exception and divergence: kernel, model and notebook stay usable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.lab.cells import ENDLESS, EVENTS, GATE, PASS, STATE, STEPS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lab.driver import Notebook

    Open = Callable[..., Notebook]


def test_reload_in_mid_run_brings_chart_and_buttons_back(open_notebook: Open) -> None:
    notebook = open_notebook(f"%%train\nwhile True:\n{PASS}\n    print('pass', run.steps)")
    notebook.run(1)
    notebook.monitor(1).expect_steps(1)
    notebook.wait_printed(1, "pass 23")
    notebook.save()

    notebook.open()
    monitor = notebook.monitor(1)
    monitor.expect_state("running")
    monitor.expect_steps(monitor.steps + 1)
    expect(monitor.view.locator("canvas").first).to_be_visible()
    expect(monitor.view.get_by_role("row").filter(has_text="loss")).to_contain_text(".")
    monitor.press("Pause")
    monitor.expect_state("paused")
    held = monitor.steps
    notebook.frames()
    assert monitor.steps == held
    monitor.press("Resume")
    monitor.expect_steps(held + 50)
    monitor.press("Stop")

    # JupyterLab gives the new page nothing more of a cell that the old one has started: neither
    # prints nor the static result. So the live view stays, and what was printed before.
    monitor.expect_state("stopped")
    assert notebook.ask(STATE) == "stopped"
    assert notebook.ask(STEPS) == monitor.steps
    assert "pass 23" in notebook.printed(1)
    expect(monitor.view.locator("canvas").first).to_be_visible()


FAULT = f"""\
%%train
for epoch in range(3):
{PASS}
    wrong = x.reshape(5, 5)
print("not reached")"""


def test_an_exception_fails_the_cell_and_stops_run_all(open_notebook: Open) -> None:
    notebook = open_notebook(GATE, FAULT, "print('after')")
    notebook.run_from(1)
    notebook.wait_failed(2)
    notebook.wait_idle()
    assert notebook.prompt(3) == "[ ]:"
    assert notebook.outputs(3) == []
    shown = notebook.error(2)
    assert "RuntimeError" in shown
    assert "----> 6" in shown
    assert "wrong = x.reshape(5, 5)" in shown
    assert "dlwidgets" not in shown
    assert "run_cell_magic" not in shown
    assert "not reached" not in notebook.printed(2)
    assert notebook.ask(STATE) == "failed"
    # What there was of the run is kept below the cell.
    expect(notebook.cell(2).locator(".dlw-report svg").first).to_be_visible()


def test_a_misspelt_option_fails_the_cell_and_stops_run_all(open_notebook: Open) -> None:
    body = "\nprint('not reached')"
    notebook = open_notebook(
        GATE,
        f"%%train --epoch 3{body}",
        GATE,
        f'%%train --log "accuracy(modle, data.test)"{body}',
        "print('after')",
    )
    for gate, said in (
        (1, "no option '--epoch'. Did you mean '--epochs'?"),
        (3, "no variable named 'modle'. Did you mean 'model'?"),
    ):
        notebook.run_from(gate)
        index = gate + 1
        notebook.wait_done(index)
        notebook.wait_idle()
        assert notebook.prompt(index + 1) == "[ ]:"
        assert notebook.output(index).startswith("UsageError: ")
        assert said in notebook.output(index)
        assert "not reached" not in notebook.output(index)


def test_first_interrupt_ends_the_run_and_keeps_everything(open_notebook: Open) -> None:
    notebook = open_notebook(ENDLESS, "print('next', run.state, len(run.history) == run.steps)")
    notebook.run(1, 2)
    monitor = notebook.monitor(1)
    monitor.expect_steps(20)
    notebook.command("notebook:interrupt-kernel")
    notebook.wait_done(2)
    assert not notebook.failed(1)
    assert notebook.printed(2) == "next interrupted True\n"
    assert notebook.ask(STEPS) >= 20
    assert notebook.ask(EVENTS)[-1][0] == "interrupt"
    assert notebook.ask("print(json.dumps(run.models['model'] is model))") is True


# A step that hangs: nothing but an exception ends it.
HANGS = """\
%%train
for epoch in range(3):
    for x, y in data.loader(64):
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad(); loss.backward(); optimizer.step()
        if run.steps == 25:
            print("hangs")
            while not run._control._interrupted:
                pass
            print("asked")
            while True:
                pass"""


def test_second_interrupt_raises(open_notebook: Open) -> None:
    notebook = open_notebook(HANGS)
    notebook.run(1)
    notebook.wait_printed(1, "hangs")
    notebook.command("notebook:interrupt-kernel")
    notebook.wait_printed(1, "asked")
    notebook.command("notebook:interrupt-kernel")
    notebook.wait_failed(1)
    assert "KeyboardInterrupt" in notebook.error(1)
    assert notebook.ask(STATE) == "interrupted"
    assert notebook.ask(STEPS) == 25
    # Python's own handler is back: an interrupt ends the next cell as always.
    index = notebook.add("print('on'); \nwhile True: pass")
    notebook.run(index)
    notebook.wait_printed(index, "on")
    notebook.command("notebook:interrupt-kernel")
    notebook.wait_failed(index)


def test_divergence_ends_the_cell_with_a_diagnosis(open_notebook: Open) -> None:
    notebook = open_notebook(
        "optimizer = torch.optim.SGD(model.parameters(), lr=1e25, momentum=0.9)",
        ENDLESS,
        "print('next', run.state)",
    )
    notebook.run(1, 2, 3)
    notebook.wait_done(3)
    assert not notebook.failed(2)
    assert notebook.printed(3) == "next diverged\n"
    diagnosis = notebook.ask("print(json.dumps(run.diagnosis.text()))")
    expect(notebook.cell(2).locator(".dlw-report .dlw-bad")).to_contain_text(
        diagnosis.splitlines()[0]
    )
    finite = "print(json.dumps(all(bool(p.isfinite().all()) for p in model.parameters())))"
    assert notebook.ask(finite) is True
    notebook.run(notebook.add("run.show()"))
    monitor = notebook.monitor(6)
    monitor.expect_state("diverged")
    expect(monitor.view.locator(".dlw-tm-why")).to_contain_text(diagnosis.splitlines()[0])
