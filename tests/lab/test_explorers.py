"""Explorers in a real JupyterLab: a layer's own explorer shown inside the model's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.lab.cells import MODELS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lab.driver import Notebook

    Open = Callable[..., Notebook]

# A layer whose own explorer is a widget with a view of its own: another model explorer.
OWN = """\
class Gate(nn.Linear): ...
explore.register(Gate, lambda layer, x: dlwidgets.ModelExplorer(nn.Sequential(layer), x))
model[1] = Gate(784, 16)
explore(model, data.test.x[:3])"""


def test_a_layers_own_explorer_opens_inside_the_same_output(open_notebook: Open) -> None:
    notebook = open_notebook(OWN)
    notebook.run(1)
    cell = notebook.cell(1)
    outer = cell.locator(".dlw-me").first
    rows = outer.locator(".dlw-me-tree").first.locator(".dlw-me-rows .dlw-me-row")
    expect(rows).to_have_count(5)
    before = notebook.page.evaluate(MODELS)

    rows.nth(2).click()
    inner = outer.locator(".dlw-me-child .dlw-me")
    expect(inner.locator(".dlw-me-name")).to_have_text("Sequential")
    # The inner one lives: it opens its own layers, and its keys are its own.
    inner.locator(".dlw-me-rows .dlw-me-row").nth(1).press("Enter")
    expect(inner.locator(".dlw-me-detail svg rect").first).to_be_attached()
    inner.locator(".dlw-me-rows .dlw-me-row").nth(1).press("Escape")
    expect(inner.locator(".dlw-me-detail")).to_be_hidden()
    expect(inner).to_be_visible()

    # What was done in it stays while other tabs are looked at.
    outer.get_by_role("button", name="output").first.click()
    expect(inner).to_be_hidden()
    outer.get_by_role("button", name="explorer").click()
    expect(inner).to_be_visible()

    rows.nth(2).press("Escape")
    expect(outer.locator(".dlw-me-child .dlw-me")).to_have_count(0)
    notebook.wait_idle()
    assert notebook.page.evaluate(MODELS) == before


def test_the_maps_are_there_after_a_reload_of_the_page(open_notebook: Open) -> None:
    notebook = open_notebook("w = explore(dlwidgets.models.CNN(), data)\nw")
    notebook.run(1)
    cell = notebook.cell(1)
    cell.locator(".dlw-me-row").filter(has_text="conv1").click()
    # A convolution may open in an explorer of its own.
    cell.locator(".dlw-me-choices").get_by_role("button", name="output").click()
    expect(cell.locator(".dlw-me-tile")).to_have_count(8)
    notebook.save()
    notebook.open()
    expect(cell.locator(".dlw-me-tile")).to_have_count(8)
    expect(cell.locator(".dlw-me-row[aria-selected=true]")).to_contain_text("conv1")


def test_the_magic_shows_the_explorer(open_notebook: Open) -> None:
    notebook = open_notebook("%explore model, data")
    notebook.run(1)
    expect(notebook.cell(1).locator(".dlw-me-sums")).to_have_text(
        re.compile(r"12,730 parameters · all trainable · 12,704 multiply-adds")
    )


def test_a_kernel_of_a_model_is_changed_in_its_own_explorer_by_keyboard(
    open_notebook: Open,
) -> None:
    notebook = open_notebook(
        "cnn = dlwidgets.models.CNN()\nw = explore(cnn, data)\nw",
        "print(w.opened.layer is cnn.conv1, cnn.conv1.weight[0, 0, 0, 0].item())",
    )
    notebook.run(1)
    cell = notebook.cell(1)
    cell.locator(".dlw-me-row").filter(has_text="conv1").click()
    inner = cell.locator(".dlw-me-child .dlw-cv")
    badge = inner.locator(".dlw-badge")
    expect(badge).to_have_text("equals torch")
    kernel = inner.get_by_role("grid", name="Kernel")
    kernel.get_by_role("gridcell").first.focus()
    notebook.page.keyboard.type("2.5")
    notebook.page.keyboard.press("Enter")
    expect(badge).to_have_text("equals torch")
    notebook.wait_idle()
    # The user's own weight has changed, and JupyterLab has taken no key for itself.
    assert notebook.do(2).strip() == "True 2.5"


SWEEP = """\
rates = torch.logspace(-3, 1, 9)
w = explore(dlwidgets.sweep(nn.Sequential(nn.Flatten(), nn.Linear(784, 10)), data, lr=rates))
w"""


def test_a_sweep_is_moved_by_keyboard_and_answers_while_the_kernel_is_busy(
    open_notebook: Open,
) -> None:
    notebook = open_notebook(SWEEP, "import threading\nopened = threading.Event().wait(60)")
    notebook.run(1)
    cell = notebook.cell(1)
    slider = cell.get_by_role("slider", name="lr", exact=True)
    slider.focus()
    notebook.page.keyboard.press("Home")
    expect(cell.locator(".dlw-sw-value")).to_have_text("0.001")
    notebook.wait_idle()
    assert notebook.ask("print(w.run)") == 0
    assert cell.locator(".dlw-sw-sums").inner_text().startswith("9 runs · 300 steps each")

    notebook.run(2)
    expect(notebook.cell(2).locator(".jp-InputPrompt")).to_have_text("[*]:")
    slider.focus()
    notebook.page.keyboard.press("ArrowRight")
    expect(cell.locator(".dlw-sw-value")).to_have_text("0.003162")
    expect(cell.locator(".dlw-code-text")).to_contain_text("lr=0.003162278")
    notebook.command("notebook:interrupt-kernel")
    notebook.wait_idle()
    assert notebook.ask("print(w.run)") == 1


AGREEING = {
    "autograd": "w = torch.tensor(3.0, requires_grad=True)\nexplore(w * 2 + 1)",
    "optimizer": "explore(torch.optim.Adam([torch.zeros(2, requires_grad=True)], lr=0.1))",
    "retrain": "dlwidgets.RetrainExplorer(steps=50)",
    "lstm": "explore(nn.LSTM(3, 5, num_layers=2), torch.randn(9, 3))",
}
SHOWN = {
    "tensor": "explore(torch.arange(12).reshape(3, 4))",
    "broadcast": "explore(torch.ones(4, 1), torch.ones(3))",
    "polynomial": "dlwidgets.PolynomialExplorer()",
    "regularization": "explore(dlwidgets.compare({'plain': nn.Linear(10, 1)}, "
    "dlwidgets.data.diabetes(), epochs=2, seeds=1))",
}


def test_each_explorer_draws_itself_and_agrees_with_torch(open_notebook: Open) -> None:
    notebook = open_notebook(*AGREEING.values(), *SHOWN.values())
    for index, name in enumerate([*AGREEING, *SHOWN], start=1):
        notebook.run(index)
        notebook.wait_done(index)
        cell = notebook.cell(index)
        expect(cell.locator(".dlw-card")).to_be_visible()
        expect(cell.locator(".dlw-failure:visible")).to_have_count(0)
        if name in AGREEING:
            expect(cell.locator(".dlw-badge")).to_have_attribute("data-tone", "good")


LSTM = """\
class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.lstm, self.linear = nn.Embedding(9, 4), nn.LSTM(4, 6), nn.Linear(6, 3)
    def forward(self, ids):
        return self.linear(self.lstm(self.embedding(ids))[0])
tagger = Tagger()
w = explore(tagger, torch.arange(7))
w"""


def test_an_lstm_inside_a_model_opens_and_a_change_of_its_input_is_torchs(
    open_notebook: Open,
) -> None:
    notebook = open_notebook(
        LSTM,
        "theirs = tagger.lstm(torch.tensor(w.opened.states['x']))[0]\n"
        "ours = torch.tensor(w.opened.states['h'])\n"
        "print(w.opened.step, torch.allclose(ours, theirs, atol=1e-6), w.opened.states['x'][3, 0])",
    )
    notebook.run(1)
    cell = notebook.cell(1)
    cell.locator(".dlw-me-row").filter(has_text="lstm").click()
    inner = cell.locator(".dlw-me-child .dlw-ls")
    badge = inner.locator(".dlw-badge")
    expect(badge).to_have_text("equals torch")
    inner.locator("[data-part=f] .dlw-ls-map").focus()
    for _ in range(3):
        notebook.page.keyboard.press("ArrowLeft")
    expect(inner.locator(".dlw-ls-diagram h3")).to_contain_text("step 3")
    entry = inner.get_by_role("textbox", name="value of input 0")
    entry.fill("2.5")
    entry.press("Enter")
    expect(inner.get_by_role("button", name="Undo all")).to_be_enabled()
    expect(badge).to_have_text("equals torch")
    notebook.wait_idle()
    assert notebook.do(2).strip() == "3 True 2.5"
