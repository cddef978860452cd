"""What watching a loop costs, in a real JupyterLab with the browser attached.

Two ratios to a bare loop run just before: of the wall clock, and of the CPU time of the thread
that trains. Kernel, server and browser share this machine; where it has few cores they compete,
which the first ratio shows and the second does not.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from pathlib import Path

from tests.bench.table import show
from tests.chromium import chromium
from tests.lab.driver import Lab, Notebook

SIZES = (
    ("0.5 ms", "(784, 128, 10)", 64, 3000),
    ("5 ms (CNN)", "None", 64, 400),
    ("10 ms (0.7 million weights)", "(784, 512, 512, 10)", 256, 200),
)
"""Label, layers (None: the CNN of chapter 6), batch, steps a round: about two seconds each."""
ROUNDS = 7
LIMIT = {"0.5 ms": 1.08}
OTHERWISE = 1.03
LONGEST = 600_000
"""Milliseconds that a part may take."""
Turn = dict[str, float]
DONE = "() => /\\[2\\]/.test(document.querySelectorAll('.jp-InputPrompt')[1].innerText)"
KERNEL = Path(__file__).with_name("in_kernel.py")


def main() -> None:
    """Print the ratios for each length of step."""
    with tempfile.TemporaryDirectory() as name, Lab(Path(name)) as lab, chromium() as browser:
        for label, layers, batch, steps in SIZES:
            answer = Path(name) / "answer.json"
            setup = KERNEL.read_text().replace("ANSWER", str(answer))
            lab.write("bench.ipynb", [setup, f"measure({layers}, {batch}, {steps}, {ROUNDS})"])
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.set_default_timeout(LONGEST)
            notebook = Notebook(lab, page, "bench.ipynb").open()
            notebook.do(0)
            notebook.run(1)
            page.wait_for_function(DONE)
            if notebook.failed(1):
                raise RuntimeError(notebook.output(1))
            _print(label, json.loads(answer.read_text()))
            page.close()
            # The page that comes next must not find a kernel that is about to end.
            lab.end_kernel("bench.ipynb").result()


def _print(label: str, measured: dict[str, list[tuple[Turn, Turn]]]) -> None:
    rows = []
    for name, pairs in measured.items():
        wall, processor = (
            sorted(loop[clock] / bare[clock] for bare, loop in pairs)
            for clock in ("seconds", "cpu")
        )
        each = statistics.median(bare["seconds"] / bare["steps"] for bare, _ in pairs)
        row = [name, f"{1e3 * each:.3f}", f"{statistics.median(wall):.3f}"]
        rows.append([*row, f"{wall[0]:.3f}-{wall[-1]:.3f}", f"{statistics.median(processor):.3f}"])
    head = ["loop", "bare: ms a step", "ratio to bare", "min-max", "ratio of the thread's CPU time"]
    show(f"Watching a step of about {label} (limit {LIMIT.get(label, OTHERWISE)})", head, rows)
    ours = [loop for _, loop in measured["%%train, browser attached"]]
    middle = {key: statistics.median(turn[key] for turn in ours) for key in ours[0]}
    print(
        f"one update {1e3 * middle['flush']:.3f} ms; to the browser "
        f"{middle['bytes'] / middle['seconds'] / 1024:.1f} KiB/s in "
        f"{middle['deltas'] / middle['seconds']:.1f} deltas/s; cost shown to the user "
        f"{middle['cost']:.1f} %"
    )
