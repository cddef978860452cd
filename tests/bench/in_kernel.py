"""Runs in the notebook's kernel: the same loop bare, under %%train and under the peers.

Not a module of the tests: the benchmark pastes it into a cell.
"""

import itertools
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil
import torch
from fastprogress.fastprogress import master_bar, progress_bar
from IPython import get_ipython
from IPython.display import clear_output
from livelossplot import PlotLosses
from livelossplot.outputs import MatplotlibPlot
from torch import nn
from tqdm.notebook import tqdm

import dlwidgets
from dlwidgets.models.cnn import CNN
from dlwidgets.widgets.train_monitor import TrainMonitor

# One core for the training and one for everything else: with two busy cores and two threads,
# OpenMP would measure how the browser competes for cores.
torch.set_num_threads(1)
shell = get_ipython()
shell.run_line_magic("load_ext", "dlwidgets")
flushes: list[float] = []
sent: list[int] = []
Measured = dict[str, float]


def count_flushes() -> None:
    """Time each flush of the monitor, and count what it sends."""
    plain_flush, plain_send = TrainMonitor._flush, TrainMonitor.send

    def flush(self: TrainMonitor) -> None:
        before, started = len(sent), time.perf_counter()
        plain_flush(self)
        # A tick at which the page still draws sends nothing, and costs next to nothing.
        if len(sent) > before:
            flushes.append(time.perf_counter() - started)

    def send(self: TrainMonitor, content: object, buffers: Any = None) -> None:
        sent.append(len(json.dumps(content)) + sum(memoryview(b).nbytes for b in buffers or ()))
        plain_send(self, content, buffers)

    TrainMonitor._flush, TrainMonitor.send = flush, send


count_flushes()


def fresh(layers: Sequence[int] | None, batch: int) -> tuple[Any, ...]:
    """Make the same model, optimizer and batch each time."""
    torch.manual_seed(0)
    if layers is None:
        model, x = CNN(), torch.randn(batch, 1, 28, 28)
    else:
        parts = []
        for wide, narrow in itertools.pairwise(layers):
            parts += [nn.Linear(wide, narrow), nn.ReLU()]
        model, x = nn.Sequential(*parts[:-1]), torch.randn(batch, layers[0])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    return model, optimizer, x, torch.randint(0, 10, (batch,))


LOOP = """
import time
started, busy = time.perf_counter(), time.thread_time()
for i in {steps}:
    loss = nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad(); loss.backward(); optimizer.step()
    {after}
seconds, cpu = time.perf_counter() - started, time.thread_time() - busy
"""


def bare(steps: int) -> Measured:
    """Run the loop as it stands."""
    exec(LOOP.format(steps=f"range({steps})", after=""), shell.user_ns)
    return {}


def watched(steps: int) -> Measured:
    """Run the loop under %%train, its monitor drawn by the browser."""
    flushes.clear()
    sent.clear()
    shell.run_cell_magic("train", "", LOOP.format(steps=f"range({steps})", after=""))
    run = shell.user_ns["run"]
    assert run.steps == steps, run
    middle = sorted(flushes)[len(flushes) // 2]
    return {"flush": middle, "bytes": sum(sent), "deltas": len(sent), "cost": run.status().cost}


def unseen(steps: int) -> Measured:
    """Run the loop under %%train --no-widget."""
    shell.run_cell_magic("train", "--no-widget", LOOP.format(steps=f"range({steps})", after=""))
    return {}


def with_tqdm(steps: int) -> Measured:
    """tqdm.notebook with the loss beside the bar."""
    shell.user_ns["bar"] = tqdm(range(steps))
    after = "bar.set_postfix(loss=loss.item(), refresh=False)"
    exec(LOOP.format(steps="bar", after=after), shell.user_ns)
    return {}


def with_fastprogress(steps: int) -> Measured:
    """fastprogress with the loss beside the bar."""
    outer = master_bar(range(1))
    for _ in outer:
        shell.user_ns["bar"] = progress_bar(range(steps), parent=outer)
        exec(LOOP.format(steps="bar", after="bar.comment = f'{loss.item():.4f}'"), shell.user_ns)
    return {}


def with_livelossplot(steps: int) -> Measured:
    """livelossplot, drawn ten times in the run: it is meant for once an epoch."""
    shell.user_ns["liveplot"] = PlotLosses(outputs=[MatplotlibPlot()])
    drawn = "liveplot.update({'loss': loss.item()}), liveplot.send()"
    after = f"(i + 1) % {max(steps // 10, 1)} or ({drawn})"
    exec(LOOP.format(steps=f"range({steps})", after=after), shell.user_ns)
    return {}


CANDIDATES = {
    "%%train, browser attached": watched,
    "%%train --no-widget": unseen,
    "tqdm.notebook, postfix": with_tqdm,
    "fastprogress, comment": with_fastprogress,
    "livelossplot, 10 draws": with_livelossplot,
}
QUIET = 15.0
"""Per cent of all cores in use at which the browser has drawn what the last run left behind."""


def settle() -> None:
    """Wait until nobody else is at work: the browser draws on after a loop has ended."""
    until = time.monotonic() + 20
    while psutil.cpu_percent(0.3) > QUIET:
        assert time.monotonic() < until, "this machine is busy with something else"


def timed(run: Callable[[int], Measured], steps: int, model: Sequence[Any]) -> Measured:
    """Run a loop from the same beginning; return its seconds and what it says of itself."""
    shell.user_ns.update(zip(("model", "optimizer", "x", "y"), model, strict=True), nn=nn)
    settle()
    more = run(steps)
    return {"steps": steps, **{key: shell.user_ns[key] for key in ("seconds", "cpu")}, **more}


def measure(layers: Sequence[int] | None, batch: int, steps: int, rounds: int) -> None:
    """Let all candidates take turns, each after a bare loop of its own; leave what was measured."""
    found: dict[str, list[tuple[Measured, Measured]]] = {name: [] for name in CANDIDATES}
    for turn in range(rounds + 1):
        for name, candidate in CANDIDATES.items():
            pair = [timed(run, steps, fresh(layers, batch)) for run in (bare, candidate)]
            # The first turn loads and compiles; it does not count.
            if turn:
                found[name].append((pair[0], pair[1]))
        clear_output()
    Path("ANSWER").write_text(json.dumps(found))
    print(sys.version.split()[0], torch.__version__, dlwidgets.__version__)
