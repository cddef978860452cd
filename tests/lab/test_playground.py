"""The GAN playground in a real JupyterLab: the kernel stays free, also for a loop of one's own."""

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

PLAYGROUND = "w = dlwidgets.GanPlayground(seed=3)\nw"
# The weights after as many updates without a page, bit for bit.
AGAIN = """\
from dlwidgets import GanPlayground
rounds, d, g = w._counts
again = GanPlayground(seed=3).advance(rounds)
if d > g: again.step("d")
print(json.dumps([rounds, all(map(torch.equal, w.generator.parameters(),
                                  again.generator.parameters()))]))
"""


def rounds(view: Locator) -> int:
    """Return the round that the page shows."""
    text = view.locator(".dlw-gp-state").inner_text()
    found = re.match(r"round ([\d,]+)", text)
    assert found is not None
    return int(found[1].replace(",", ""))


def at_least(view: Locator, number: int) -> None:
    """Wait until the page has come to this round."""
    state = view.locator(".dlw-gp-state")
    view.page.wait_for_function(
        "([el, least]) => Number(el.textContent.match(/round ([0-9,]+)/)[1].replaceAll(',', ''))"
        " >= least",
        arg=[state.element_handle(), number],
        timeout=60_000,
    )


def test_the_playground_plays_pauses_and_leaves_the_kernel_free(open_notebook: Open) -> None:
    notebook = open_notebook(PLAYGROUND, "print('free', w.noise)")
    notebook.run(1)
    view = notebook.cell(1).locator(".dlw-gp")
    view.get_by_role("button", name="Play", exact=True).click()
    at_least(view, 5)
    # Another cell runs while it plays.
    notebook.run(2)
    notebook.wait_printed(2, "free uniform")
    at_least(view, rounds(view) + 5)
    view.get_by_role("button", name="Pause").click()
    expect(view.get_by_role("button", name="Play", exact=True)).to_be_visible()
    notebook.wait_idle()
    notebook.frames()
    reached, equal = notebook.ask(AGAIN)
    assert reached == rounds(view)
    assert equal
    pictures = notebook.page.evaluate(
        "performance.getEntriesByName('gan_playground:picture').map(one => one.duration)"
    )
    print("ms to draw:", sorted(round(one) for one in pictures))  # noqa: T201 -- for whoever looks
    expect(notebook.cell(1).locator(".dlw-failure:visible")).to_have_count(0)


def test_while_a_cell_trains_it_plays_too_and_the_cells_run_is_left_alone(
    open_notebook: Open,
) -> None:
    notebook = open_notebook(PLAYGROUND, ENDLESS)
    # High enough for both cells: those out of sight are taken from the page.
    notebook.page.set_viewport_size({"width": 1280, "height": 2400})
    notebook.run(1)
    view = notebook.cell(1).locator(".dlw-gp")
    expect(view).to_be_visible()
    notebook.run(2)
    monitor = notebook.monitor(2)
    monitor.expect_steps(1)
    view.get_by_role("button", name="Play", exact=True).click()
    at_least(view, 5)
    assert notebook.prompt(2) == "[*]:"
    steps = monitor.steps
    monitor.expect_steps(steps + 5)
    view.get_by_role("button", name="Pause").click()
    monitor.press("Stop")
    notebook.wait_done(2)
    # None of the losses of the playground was taken for one of the cell's.
    assert notebook.ask("print(json.dumps([n for n in run.history if 'loss' in n]))") == ["loss"]
