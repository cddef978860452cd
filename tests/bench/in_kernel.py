"""Runs in the notebook's kernel: the same loop bare, under %%train and under the peers.

Not a module of the tests: the benchmark pastes it into a cell.
"""

import itertools
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
    "bare loop": bare,
    "%%train, browser attached": watched,
    "%%train --no-widget": unseen,
    "tqdm.notebook, postfix": with_tqdm,
    "fastprogress, comment": with_fastprogress,
    "livelossplot, 10 draws": with_livelossplot,
}


def measure(layers: Sequence[int] | None, batch: int, steps: int, rounds: int) -> None:
    """Let all candidates take turns; leave what was measured in the answer's file."""
    found: dict[str, list[Measured]] = {name: [] for name in CANDIDATES}
    for turn in range(rounds + 1):
        for name, candidate in CANDIDATES.items():
            model, optimizer, x, y = fresh(layers, batch)
            shell.user_ns.update(model=model, optimizer=optimizer, x=x, y=y, nn=nn)
            more = candidate(steps)
            # The first turn loads and compiles; it does not count.
            if turn:
                taken = {key: shell.user_ns[key] for key in ("seconds", "cpu")}
                found[name].append({**taken, "steps": steps, **more})
        clear_output()
    Path("ANSWER").write_text(json.dumps(found))
    print(sys.version.split()[0], torch.__version__, dlwidgets.__version__)
