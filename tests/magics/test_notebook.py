"""Notebooks executed without a page (nbclient; papermill runs the same client)."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tests.conftest import REPO
from tests.magics.conftest import LOOP, SETUP


def execute(*cells: str, fails: bool = False) -> Any:
    """Run a notebook of these cells after the usual ones; return it with its outputs."""
    texts = ["%load_ext dlwidgets", SETUP, *cells]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in texts])
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(REPO)}})
    if fails:
        with pytest.raises(CellExecutionError):
            client.execute()
    else:
        client.execute()
    return notebook


def test_the_static_result_is_what_stays() -> None:
    notebook = execute(
        f"%%train --log 'accuracy(model, (x, y))' --show 'model[0].weight'\nprint('on')\n{LOOP}",
        "run.state, run.steps",
    )
    result, printed = notebook.cells[2].outputs
    assert printed.text == "on\n"
    assert set(result.data) == {"text/html", "text/plain", "image/png"}
    assert "finished" in result.data["text/plain"]
    assert "5 steps" in result.data["text/plain"]
    page = result.data["text/html"]
    assert "<script" not in page
    assert "accuracy(model, (x, y))" in page
    assert "model[0].weight" in page
    assert notebook.cells[3].outputs[0].data["text/plain"] == "('finished', 5)"
    saved = json.dumps(notebook.cells)
    assert "widget-view" not in saved  # a reopened notebook does not look for a widget


def test_the_declarative_form_states_its_choices_above_it() -> None:
    notebook = execute("%%train --data '(x, y)' --epochs 2 --device cpu\nmodel = nn.Linear(4, 3)")
    stated, result = notebook.cells[2].outputs
    assert stated.text.startswith("train: cross entropy")
    assert "2 steps" in result.data["text/plain"]


def test_an_error_ends_the_notebook_with_the_result_so_far() -> None:
    notebook = execute(f"%%train\n{LOOP}\n1 / 0", "never = 1", fails=True)
    result, error = notebook.cells[2].outputs
    assert "failed" in result.data["text/plain"]
    assert (error.ename, error.output_type) == ("ZeroDivisionError", "error")
    assert "dlwidgets" not in "".join(error.traceback)
    assert notebook.cells[3].execution_count is None


def test_live_and_train_leave_it_too() -> None:
    notebook = execute(
        "with dlwidgets.live() as own:\n    for i in own.track(range(3)): step()",
        "other = dlwidgets.train(nn.Linear(4, 3), (x, y), epochs=1, device='cpu')",
        "quiet = dlwidgets.train(nn.Linear(4, 3), (x, y), epochs=1, device='cpu', monitor=False)",
    )
    outputs = [cell.outputs for cell in notebook.cells[2:]]
    assert "3 steps" in outputs[0][0].data["text/plain"]
    assert outputs[1][0].text.startswith("train: ")
    assert "1 steps" in outputs[1][1].data["text/plain"]
    assert outputs[2] == []
