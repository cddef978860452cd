"""From the hand to the decoded picture, in a real JupyterLab: ours beside interact with matplotlib.

A VAE 784-400-20 is decoded at each place to which a slider is dragged. Timed in the page with
``performance.now``, from the event of the input until the pixels are on the canvas, and until they
have been painted (a screen of 60 Hz adds 8 ms on average): between cells, and while a cell trains.
The peer's picture can't follow while a cell runs.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.table import show
from tests.chromium import chromium
from tests.lab.driver import Lab, Notebook

if TYPE_CHECKING:
    from playwright.sync_api import Page

STEPS = 60
LIMIT = 50
MODEL = """\
%load_ext dlwidgets
import torch
torch.set_num_threads(1)
torch.manual_seed(0)
vae = dlwidgets.models.VAE(20, hidden=400)
data = dlwidgets.data.digits()
"""
OURS = MODEL + "explore(vae, data)"
TRAIN = """\
%%train
optimizer = torch.optim.Adam(vae.parameters(), 1e-3)
while True:
    for x, y in data.loader(128):
        x_again, mu, logvar = vae(x)
        loss = dlwidgets.models.vae_loss(x_again, x, mu, logvar).total / len(x)
        optimizer.zero_grad(); loss.backward(); optimizer.step()"""
PEER = (
    MODEL
    + """\
%matplotlib inline
import ipywidgets
import matplotlib.pyplot as plt
def draw(first):
    z = torch.zeros(1, 20)
    z[0, 0] = first
    with torch.no_grad():
        image = vae.decode(z)[0, 0]
    plt.figure(figsize=(3, 3))
    plt.imshow(image, cmap="gray")
    plt.show()
ipywidgets.interact(draw, first=ipywidgets.FloatSlider(0, min=-3, max=3, step=0.1));
"""
)
PAINTED = """
const painted = () => new Promise((done) => requestAnimationFrame(() => {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => done(performance.now());
  channel.port2.postMessage(0);
}));
const frame = () => new Promise((done) => requestAnimationFrame(done));
"""
# The value is held until its picture has come, then let go: each step is one answer.
STEP_OURS = """async (value) => {
  const slider = document.querySelector('.dlw-le-row input[type=range]');
  performance.clearMeasures();
  slider.value = value;
  const began = performance.now();
  slider.dispatchEvent(new Event('input', {bubbles: true}));
  let measure;
  while (!(measure = performance.getEntriesByName('latent_explorer:decoded')[0])) await frame();
  return [measure.startTime + measure.duration - began, await painted() - began];
}"""
STEP_PEER = """async (value) => {
  const handle = document.querySelector('.noUi-handle');
  const image = () => document.querySelector('.widget-output img, .jp-RenderedImage img');
  const before = image()?.src;
  handle.focus();
  const began = performance.now();
  const key = value > Number(handle.ariaValueNow ?? 0) ? 'ArrowRight' : 'ArrowLeft';
  handle.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
  while (!image() || image().src === before || !image().complete) await frame();
  const drawn = performance.now();
  return [drawn - began, await painted() - began];
}"""


def main() -> None:
    """Print the table, a row for each candidate."""
    found = {}
    with tempfile.TemporaryDirectory() as name, Lab(Path(name)) as lab, chromium() as browser:
        for file, cells, ready, step in (
            ("ours.ipynb", [OURS, TRAIN], ".dlw-le-decoded canvas", STEP_OURS),
            ("peer.ipynb", [PEER], ".noUi-handle", STEP_PEER),
        ):
            lab.write(file, cells)
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            notebook = Notebook(lab, page, file).open()
            notebook.run(0)
            page.wait_for_selector(ready)
            notebook.wait_idle()
            found[file] = _times(page, step)
            if len(cells) > 1:
                notebook.run(1)
                notebook.monitor(1).expect_steps(20)
                found["training"] = _times(page, step)
                notebook.monitor(1).press("Stop")
                notebook.wait_done(1)
            page.close()
            lab.end_kernel(file).result()
    names = {
        "ours.ipynb": "LatentExplorer, kernel free",
        "training": "LatentExplorer, while a cell trains",
        "peer.ipynb": "interact + matplotlib, kernel free",
    }
    rows = []
    for key, label in names.items():
        drawn, painted = (sorted(times) for times in found[key])
        late = drawn[round(0.9 * (len(drawn) - 1))]
        numbers = (statistics.median(drawn), late, statistics.median(painted))
        ratio = numbers[0] / statistics.median(found["peer.ipynb"][0])
        rows.append([label, *(f"{number:.1f}" for number in numbers), f"{ratio:.3f}"])
    head = ["latent slider", "ms until drawn", "9 of 10 within", "ms until painted", "ratio"]
    show(f"From the hand to the decoded picture, median of {STEPS} (limit {LIMIT} ms)", head, rows)


def _times(page: Page, step: str) -> tuple[list[float], list[float]]:
    """Drag to and fro; return the times until pixels are drawn, and until they are painted."""
    page.evaluate(f"{PAINTED} window.step = {step}; null")
    turns = [0.4 + 0.1 * (i % 2) for i in range(STEPS + 5)]
    times = [page.evaluate("value => window.step(value)", turn) for turn in turns][5:]
    return [drawn for drawn, _ in times], [painted for _, painted in times]
