"""From the slider to the picture, in a real JupyterLab: ours beside interact with matplotlib.

Both show the same layer on the same input. A step of the stride slider is timed in the page with
``performance.now``: until the new picture stands in the page, and until it has been painted; a
screen of 60 Hz adds 8 ms to the second on average.
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

CASES = (
    ("5×5", "torch.rand(1, 5, 5)", 1),
    ("16×16", "torch.rand(1, 16, 16)", 1),
    ("3×128×128", "torch.rand(3, 128, 128)", 4),
)
"""Label, input, output channels; the kernel is 3×3."""
STEPS = 40
LIMIT = 16
LAYER = """\
import torch
from torch import nn
torch.manual_seed(0)
x = {x}
weight = torch.randn({outs}, len(x), 3, 3)
"""
OURS = LAYER + "import dlwidgets\ndlwidgets.explore(nn.Conv2d(len(x), {outs}, 3, padding=1), x)"
PEER = (
    LAYER
    + """\
%matplotlib inline
import ipywidgets
import matplotlib.pyplot as plt
def draw(stride):
    y = nn.functional.conv2d(x[None], weight, stride=stride, padding=1)[0]
    figure, axes = plt.subplots(1, 3, figsize=(9, 3))
    for axis, picture in zip(axes, (x[0], weight[0, 0], y[0])):
        axis.imshow(picture)
    plt.show()
ipywidgets.interact(draw, stride=ipywidgets.IntSlider(1, min=1, max=3));
"""
)
# Time until the page differs, and until the frame after that has been painted.
PAINTED = """
const painted = () => new Promise((done) => requestAnimationFrame(() => {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => done(performance.now());
  channel.port2.postMessage(0);
}));
"""
STEP_OURS = """async (stride) => {
  const slider = [...document.querySelectorAll('.dlw-cv-side input[type=range]')]
    .find((el) => el.ariaLabel === 'stride');
  slider.value = stride;
  performance.clearMeasures();
  const began = performance.now();
  slider.dispatchEvent(new Event('input', {bubbles: true}));
  const end = await painted();
  const [measure] = performance.getEntriesByName('conv_explorer:picture');
  return [measure.duration, end - began];
}"""
STEP_PEER = """async (stride) => {
  const handle = document.querySelector('.noUi-handle');
  const before = document.querySelector('.widget-output img, .jp-RenderedImage img')?.src;
  handle.focus();
  const began = performance.now();
  const now = Number(handle.getAttribute('aria-valuetext') ?? handle.ariaValueNow);
  const key = stride > now ? 'ArrowRight' : 'ArrowLeft';
  handle.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
  let image;
  do {
    await new Promise((done) => requestAnimationFrame(done));
    image = document.querySelector('.widget-output img, .jp-RenderedImage img');
  } while (!image || image.src === before || !image.complete);
  const drawn = performance.now();
  return [drawn - began, await painted() - began];
}"""


def main() -> None:
    """Print the table, a row for each case and candidate."""
    rows = []
    with tempfile.TemporaryDirectory() as name, Lab(Path(name)) as lab, chromium() as browser:
        for case, (label, x, outs) in enumerate(CASES):
            found = {}
            for who, source, step in (("ours", OURS, STEP_OURS), ("peer", PEER, STEP_PEER)):
                file = f"{who}{case}.ipynb"
                lab.write(file, [source.format(x=x, outs=outs)])
                page = browser.new_page(viewport={"width": 1280, "height": 720})
                notebook = Notebook(lab, page, file).open()
                notebook.run(0)
                page.wait_for_selector(".dlw-cv-badge" if who == "ours" else ".noUi-handle")
                found[who] = _median(page, step)
                page.close()
                lab.end_kernel(file).result()
            for who, name_of in (("ours", "ConvExplorer"), ("peer", "interact + matplotlib")):
                drawn, painted = found[who]
                ratio = painted / found["peer"][1]
                rows.append(
                    [f"{label} {name_of}", f"{drawn:.1f}", f"{painted:.1f}", f"{ratio:.3f}"]
                )
    head = ["stride slider", "ms until drawn", "ms until painted", "ratio to the peer"]
    show(f"From the slider to the picture, median of {STEPS} (limit {LIMIT} ms)", head, rows)


def _median(page: Page, step: str) -> tuple[float, float]:
    """Move the slider up and down; return the medians of both times."""
    turns = [(1, 2, 3, 2)[i % 4] for i in range(1, STEPS + 5)]
    page.evaluate(f"{PAINTED} window.step = {step}; null")
    times = [page.evaluate("stride => window.step(stride)", turn) for turn in turns][4:]
    return statistics.median(t[0] for t in times), statistics.median(t[1] for t in times)
