"""The monitor of a GAN in a real JupyterLab: below the user's own loop, while it trains."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lab.driver import Notebook

    Open = Callable[..., Notebook]

LOOP = """\
%%train
G = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 784), nn.Tanh())
D = nn.Sequential(nn.Linear(784, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1), nn.Sigmoid())
d_optimizer = torch.optim.Adam(D.parameters(), 1e-3)
g_optimizer = torch.optim.Adam(G.parameters(), 1e-3)
criterion = nn.BCELoss()
while True:
    for x, y in data.loader(32):
        images, ones, zeros = 2 * x.flatten(1) - 1, torch.ones(len(x), 1), torch.zeros(len(x), 1)
        fake = G(torch.randn(len(x), 16))
        d_loss = criterion(D(images), ones) + criterion(D(fake.detach()), zeros)
        d_optimizer.zero_grad(); d_loss.backward(); d_optimizer.step()
        g_loss = criterion(D(fake), ones)
        g_optimizer.zero_grad(); g_loss.backward(); g_optimizer.step()"""

# D of the tiles on screen, by the nets themselves, and what the monitor says.
SAME = """\
from dlwidgets.training.adversarial import duel_of
w = dlwidgets.GanMonitor(run)
game = duel_of(run).game
with torch.no_grad():
    scores = D(G(game.noise)[:game.tiles]).flatten()
print(json.dumps([w.step == run.steps, scores.tolist(), [*map(float, w.scores)]]))"""


def test_the_film_of_a_game_is_wound_back_while_the_loop_goes_on(open_notebook: Open) -> None:
    notebook = open_notebook(LOOP)
    notebook.run(1)
    monitor = notebook.monitor(1)
    cell = notebook.cell(1)
    step, film = cell.locator(".dlw-gm-step"), cell.get_by_role("slider", name="Step")
    # There is something to wind back to.
    expect(film).to_have_attribute("max", re.compile(r"[5-9]|\d\d"))
    film.focus()
    notebook.page.keyboard.press("Home")
    expect(cell.locator(".dlw-gm-newest")).to_have_attribute("aria-pressed", "false")
    expect(film).to_have_js_property("value", "0")
    wound = film.get_attribute("aria-valuetext") or ""
    expect(step).to_have_text(wound)
    # The loop goes on, and the film stays where it was wound to.
    longer = int(film.get_attribute("max") or 0) + 2
    notebook.page.wait_for_function(
        "most => Number(document.querySelector('.dlw-gm-film input[type=range]').max) >= most",
        arg=longer,
    )
    assert step.inner_text() == wound
    cell.locator(".dlw-gm-newest").click()
    expect(step).not_to_have_text(wound)
    monitor.press("Stop")
    notebook.wait_done(1)
    assert not notebook.failed(1)
    newest, by_hand, shown = notebook.ask(SAME)
    assert newest
    assert by_hand == pytest.approx(shown, abs=1e-6)
