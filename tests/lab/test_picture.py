"""The picture in README: `make picture` takes it anew."""

from __future__ import annotations

import os
import re
import signal
import struct
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lab.driver import Notebook

WIDTH, HEIGHT = 1280, 780  # both cells and the whole monitor
README = Path(__file__).parents[2] / "README.md"


# The run lasts a second or less, so the kernel stops its own clock at two steps of it: first for
# the hand on the slider, then for the camera.
HOLD = """
import os, signal, threading, time; torch.set_num_threads(1)
def hold():
    for steps in (120, 330):
        while not (isinstance(globals().get("run"), dlwidgets.Run) and run.steps >= steps):
            time.sleep(0.0005)
        os.kill(os.getpid(), signal.SIGSTOP)
threading.Thread(target=hold, daemon=True).start(); print(os.getpid())
"""


def wait_held(notebook: Notebook, kernel: int) -> None:
    """Wait until the kernel has stopped its clock and the page has drawn all it was sent."""
    while psutil.Process(kernel).status() != psutil.STATUS_STOPPED:
        notebook.frames(1)
    notebook.frames(3)


def test_picture(open_notebook: Callable[..., Notebook], tmp_path: Path) -> None:
    setup, loop = re.findall("```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)[:2]
    notebook = open_notebook(loop.strip(), HOLD, own=True, setup=setup.strip())
    page = notebook.page
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    page.evaluate("jupyterapp.shell.collapseLeft()")
    kernel = int(notebook.do(2))
    notebook.run(1)
    monitor = notebook.monitor(1)
    wait_held(notebook, kernel)
    monitor.entry().fill("0.02")
    monitor.entry().press("Enter")
    os.kill(kernel, signal.SIGCONT)
    expect(monitor.spoken).to_contain_text("lr set to 0.02")
    wait_held(notebook, kernel)
    page.evaluate("document.activeElement.blur()")
    notebook.cell(0).scroll_into_view_if_needed()
    notebook.frames(3)
    monitor.expect_state("running")
    place = Path(os.environ.get("DLWIDGETS_PICTURE") or tmp_path / "train.png")
    place.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=place)
    os.kill(kernel, signal.SIGCONT)
    head = place.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", head[16:24]) == (WIDTH, HEIGHT)
    notebook.wait_done(1)
    assert not notebook.failed(1)
