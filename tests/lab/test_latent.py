"""The latent explorer in a real JupyterLab: dragged between cells, and while one of them trains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator

    from tests.lab.driver import Notebook

    Open = Callable[..., Notebook]

VAE = """\
vae = dlwidgets.models.VAE(2, hidden=64)
w = explore(vae, data)
w"""

TRAIN = """\
%%train
optimizer = torch.optim.Adam(vae.parameters(), 1e-3)
while True:
    for x, y in data.loader(64):
        x_again, mu, logvar = vae(x)
        loss = dlwidgets.models.vae_loss(x_again, x, mu, logvar).total / len(x)
        optimizer.zero_grad(); loss.backward(); optimizer.step()"""

# What the page shows, and what the model decodes at the same code.
SAME = """\
image = eval(w.code()).detach()
print(json.dumps([w.z.tolist(), (255 * image).round().int().flatten().tolist()]))"""

PIXELS = """el => [...el.getContext('2d').getImageData(0, 0, el.width, el.height).data]
  .filter((_, i) => i % 4 === 0)"""


def slider(cell: Locator, index: int) -> Locator:
    return cell.get_by_role("slider", name=f"dimension {index}", exact=True)


def drag(notebook: Notebook, slider: Locator, *places: float) -> None:
    """Drag with many small moves over ``places`` (0 to 1), then let go."""
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    mouse, y = notebook.page.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + box["width"] / 2, y)
    mouse.down()
    for place in places:
        mouse.move(box["x"] + place * box["width"], y, steps=20)
    mouse.up()


def answered(notebook: Notebook, canvas: Locator) -> None:
    """Wait until the kernel has decoded what was asked last."""
    notebook.frames(3)
    expect(canvas).not_to_have_attribute("aria-busy", "")


def test_what_is_dragged_is_what_the_kernel_decodes(open_notebook: Open) -> None:
    notebook = open_notebook(VAE)
    notebook.run(1)
    cell = notebook.cell(1)
    canvas = cell.locator(".dlw-le-decoded canvas")
    expect(canvas).to_be_visible()
    before = canvas.evaluate(PIXELS)
    drag(notebook, slider(cell, 0), 0.9, 0.2, 0.8)
    answered(notebook, canvas)
    z, pixels = notebook.ask(SAME)
    assert z[0] > 1
    assert z[1] == 0
    shown = canvas.evaluate(PIXELS)
    assert shown == pixels
    assert shown != before
    line = notebook.ask("print(json.dumps(w.code()))")
    assert line.startswith("vae.decode(torch.tensor([[")
    expect(cell.locator(".dlw-code-text")).to_have_text(line)


def test_the_picture_follows_while_a_cell_trains_the_same_model(open_notebook: Open) -> None:
    notebook = open_notebook(VAE, TRAIN)
    notebook.run(1)
    cell = notebook.cell(1)
    canvas = cell.locator(".dlw-le-decoded canvas")
    expect(canvas).to_be_visible()
    notebook.wait_idle()
    notebook.run(2)
    monitor = notebook.monitor(2)
    monitor.expect_steps(1)
    before = canvas.evaluate(PIXELS)
    drag(notebook, slider(cell, 1), 0.9, 0.1, 0.75)
    # The parameters move, and the page says that its points do not.
    expect(cell.locator(".dlw-le-stale")).to_be_visible()
    notebook.page.wait_for_function(
        f"([el, old]) => String(({PIXELS})(el)) !== old",
        arg=[canvas.element_handle(), ",".join(map(str, before))],
    )
    answered(notebook, canvas)
    assert notebook.prompt(2) == "[*]:"
    exact = float(cell.get_by_role("textbox", name="value of dimension 1").input_value())
    monitor.press("Stop")
    notebook.wait_done(2)
    assert not notebook.failed(2)
    z, _ = notebook.ask(SAME)
    assert z[0] == 0
    assert abs(z[1] - exact) < 0.005
    cell.get_by_role("button", name="Encode again").click()
    expect(cell.locator(".dlw-le-stale")).to_be_hidden()
    notebook.wait_idle()
    _, pixels = notebook.ask(SAME)
    assert canvas.evaluate(PIXELS) == pixels
    assert notebook.ask("print(json.dumps([vae.training, run.steps > 0]))") == [True, True]
