"""A sweep of 41 learning rates beside a Python loop of 41 runs, and its slider in JupyterLab."""

from __future__ import annotations

import copy
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import nn

import dlwidgets
from tests.bench.convolution import PAINTED
from tests.bench.table import show
from tests.chromium import chromium
from tests.lab.driver import Lab, Notebook

if TYPE_CHECKING:
    from collections.abc import Callable

RATES = torch.logspace(-4, 1, 41)
STEPS = 300
ROUNDS = 5
LIMIT = 7
MOVES = 60
PICTURE = 16
CELL = """\
import torch
from torch import nn
import dlwidgets
model = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))
rates = torch.logspace(-4, 1, 41)
dlwidgets.explore(dlwidgets.sweep(model, dlwidgets.data.digits(), lr=rates))
"""
STEP = """async (value) => {
  const slider = document.querySelector('.dlw-sw input[type=range]');
  slider.value = value;
  performance.clearMeasures();
  const began = performance.now();
  slider.dispatchEvent(new Event('input', {bubbles: true}));
  const end = await painted();
  return [performance.getEntriesByName('sweep_explorer:picture')[0].duration, end - began];
}"""


def main() -> None:
    """Print both tables."""
    _training()
    _slider()


def _training() -> None:
    """Time the same runs both ways, in turn, on a 64-64-10 net and the digits as they come."""
    from sklearn.datasets import load_digits

    pixels, digits = load_digits(return_X_y=True)
    x, y = torch.tensor(pixels / 16).float(), torch.tensor(digits).long()
    rows = []
    for batch_size in (16, 32, 64):
        ours, loop = [], []
        for _ in range(ROUNDS + 1):
            loop.append(_timed(lambda: _loop(x, y, batch_size)))  # noqa: B023 -- called at once
            ours.append(_timed(lambda: _sweep(x, y, batch_size)))  # noqa: B023 -- as above
        ratio = statistics.median(b / a for a, b in zip(ours[1:], loop[1:], strict=True))
        middle = (statistics.median(times[1:]) for times in (loop, ours))
        rows.append([f"batches of {batch_size}", *(f"{t:.2f}" for t in middle), f"{ratio:.1f}"])
    threads = torch.get_num_threads()
    show(
        f"41 rates, {STEPS} steps each, net 64-64-10, {threads} threads, median of {ROUNDS} "
        f"(limit {LIMIT})",
        ["", "s, one after another", "s, dlwidgets.sweep", "times as fast"],
        rows,
    )


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _net() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))


def _sweep(x: torch.Tensor, y: torch.Tensor, batch_size: int) -> None:
    dlwidgets.sweep(_net(), (x, y), lr=RATES, steps=STEPS, batch_size=batch_size, progress=False)


def _loop(x: torch.Tensor, y: torch.Tensor, batch_size: int) -> None:
    """What a reader would write; its final losses are those of the sweep."""
    start = _net()
    for lr in RATES.tolist():
        model = copy.deepcopy(start)
        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        losses: list[float] = []
        loader = dlwidgets.data.Loader(x, y, batch_size, seed=0)
        while len(losses) < STEPS:
            for a, b in loader:
                if len(losses) == STEPS:
                    break
                loss = nn.functional.cross_entropy(model(a), b)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
        with torch.no_grad():
            nn.functional.cross_entropy(model(x), y).item()


def _slider() -> None:
    """Move the slider of a sweep in a real JupyterLab."""
    with tempfile.TemporaryDirectory() as name, Lab(Path(name)) as lab, chromium() as browser:
        lab.write("sweep.ipynb", [CELL])
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        notebook = Notebook(lab, page, "sweep.ipynb").open()
        notebook.run(0)
        page.wait_for_selector(".dlw-chart-over", timeout=120_000)
        page.evaluate(f"{PAINTED} window.step = {STEP}; null")
        values = [(7 * i) % 41 for i in range(MOVES + 5)]
        times = [page.evaluate("value => window.step(value)", value) for value in values][5:]
        lab.end_kernel("sweep.ipynb").result()
    drawn, painted = (statistics.median(t[i] for t in times) for i in (0, 1))
    show(
        f"From the slider of a sweep to the picture, median of {MOVES} (limit {PICTURE} ms)",
        ["", "ms until drawn", "ms until painted"],
        [["41 curves of 300 steps", f"{drawn:.1f}", f"{painted:.1f}"]],
    )
