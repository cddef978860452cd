"""Opening a frame of 1,000,000 × 50 in a real JupyterLab: ours beside what else draws frames.

Timed from running the cell until cells of the frame stand in the page. ``df`` by itself draws ten
rows that can't be scrolled. A grid that pages in the browser is sent the whole frame: as JSON,
which is timed in Python alone and for a tenth of the rows, so that the machine has memory for it.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dlwidgets.explain import frame
from tests.bench.table import show
from tests.chromium import chromium
from tests.lab.driver import Lab, Notebook

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS, COLUMNS = 1_000_000, 50
TIMES = 7
LIMIT = 500
MAKE = f"""\
import dlwidgets, numpy, pandas
df = pandas.DataFrame(numpy.random.default_rng(0).random(({ROWS}, {COLUMNS})))
df.columns = [f"c{{i}}" for i in range({COLUMNS})]
df.index = [f"r{{i}}" for i in range({ROWS})]"""
DRAWN = {
    "FrameExplorer": ("dlwidgets.explore(df)", ".dlw-fe-row [role=gridcell]"),
    "df by itself, ten rows": ("df", "table.dataframe td"),
}
"""Cell, and what stands in the page once it is drawn."""

SELECTIONS = ("df.iloc[10:100]", 'df.loc["r10":"r99", "c3"]', 'df["c3"]', 'df[df["c3"] > 0.5]')


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as name, Lab(Path(name)) as lab, chromium() as browser:
        found = {}
        for number, (label, (source, sign)) in enumerate(DRAWN.items()):
            file = f"frame{number}.ipynb"
            lab.write(file, [MAKE, *[source] * TIMES])
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            notebook = Notebook(lab, page, file).open()
            notebook.run(0)
            notebook.wait_done(0)
            found[label] = [_until_drawn(notebook, index, sign) for index in range(1, TIMES + 1)]
            page.close()
            lab.end_kernel(file).result()
    peer = statistics.median(found["df by itself, ten rows"])
    rows = []
    for label, times in found.items():
        middle = statistics.median(times)
        rows.append([label, f"{middle:.0f}", f"{max(times):.0f}", f"{middle / peer:.2f}"])
    head = [f"opening {ROWS:,} × {COLUMNS}", "ms until drawn", "slowest", "ratio"]
    show(
        f"From running the cell to the drawn frame, median of {TIMES} (limit {LIMIT} ms)",
        head,
        rows,
    )
    _in_python()


def _until_drawn(notebook: Notebook, index: int, sign: str) -> float:
    """Return the milliseconds from running a cell until its frame is drawn."""
    cell = notebook.cell(index)
    began = time.perf_counter()
    notebook.run(index)
    cell.locator(sign).first.wait_for()
    took = time.perf_counter() - began
    notebook.wait_done(index)
    return took * 1_000


def _in_python() -> None:
    """Print what the kernel spends: on a window, on selections beside pandas alone, on JSON."""
    df = pd.DataFrame(np.random.default_rng(0).random((ROWS, COLUMNS)))
    df.columns = [f"c{i}" for i in range(COLUMNS)]
    df.index = [f"r{i}" for i in range(ROWS)]
    tenth = df[: ROWS // 10]
    seen = _median(lambda: (frame.axes(df), frame.window(df, range(40), range(12))))
    whole = _median(lambda: tenth.to_json(orient="split"), 1)
    rows = [
        ["axes and a window of 40 × 12", f"{seen:.2f}", f"{seen / whole:.5f}"],
        [f"JSON of {len(tenth):,} × {COLUMNS}", f"{whole:.0f}", "1"],
    ]
    show("What the kernel spends on opening", ["sent to the page", "ms", "ratio"], rows)
    rows = []
    for text in SELECTIONS:
        ours = _median(lambda text=text: frame.read(df, text))
        peer = _median(lambda text=text: eval(text, {"df": df}))
        rows.append([text, f"{ours:.2f}", f"{peer:.2f}", f"{ours - peer:.2f}"])
    head = ["selection", "ms, with its cells", "ms, pandas alone", "more"]
    show(f"Selections from {ROWS:,} × {COLUMNS}", head, rows)


def _median(work: Callable[[], object], times: int = TIMES) -> float:
    """Return the median of some runs in milliseconds."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1_000)
    return statistics.median(found)
