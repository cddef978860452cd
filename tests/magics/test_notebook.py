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


GAME = """
from torch.nn.functional import binary_cross_entropy as criterion
torch.manual_seed(0)
G = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 64), nn.Tanh())
D = nn.Sequential(nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid())
d_optimizer = torch.optim.Adam(D.parameters())
g_optimizer = torch.optim.Adam(G.parameters())
images, real, fake = torch.rand(64, 64), torch.ones(64, 1), torch.zeros(64, 1)
"""

ROUND = """
for i in range(40):
    d_loss = criterion(D(images), real) + criterion(D(G(torch.randn(64, 4))), fake)
    d_optimizer.zero_grad(); d_loss.backward(); d_optimizer.step()
    g_loss = criterion(D(G(torch.randn(64, 4))), real)
    g_optimizer.zero_grad(); g_loss.backward(); g_optimizer.step()
"""


def test_a_game_of_two_nets_leaves_its_last_samples_below_the_chart() -> None:
    notebook = execute(
        GAME,
        f"%%train --every 0.001\n{ROUND}",
        "monitor = dlwidgets.GanMonitor(run)\nmonitor.step, monitor.samples.shape",
        "run.show()",
    )
    chart, samples = notebook.cells[3].outputs
    assert "40 steps" in chart.data["text/plain"]
    assert samples.data["text/plain"].startswith("G(z) after step 40 · mean D(x) 0.")
    assert set(samples.data) == {"text/html", "text/plain", "image/png"}
    kept = notebook.cells[4].outputs[0].data["text/plain"]
    assert kept == "(40, (64, 8, 8, 1))"
    shown = [output.data["text/plain"] for output in notebook.cells[5].outputs]
    assert "TrainMonitor" in shown[0]
    assert shown[1].startswith("GanMonitor: run, ")
