"""The picture in README: `make picture` takes it anew."""

from __future__ import annotations

import os
import re
import signal
import struct
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.lab.driver import Notebook

WIDTH, HEIGHT = 1280, 780  # both cells and the whole monitor
README = Path(__file__).parents[2] / "README.md"


@contextmanager
def held(pid: int) -> Iterator[None]:
    """Stop the clock for a process: on a fast machine the run would end meanwhile."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_picture(open_notebook: Callable[..., Notebook], tmp_path: Path) -> None:
    setup, loop = re.findall("```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)[:2]
    prepare = "import os; torch.set_num_threads(1); print(os.getpid())"
    notebook = open_notebook(loop.strip(), prepare, own=True, setup=setup.strip())
    page = notebook.page
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    page.evaluate("jupyterapp.shell.collapseLeft()")
    kernel = int(notebook.do(2))
    notebook.run(1)
    monitor = notebook.monitor(1)
    monitor.expect_steps(100)
    with held(kernel):
        monitor.entry().fill("0.02")
        monitor.entry().press("Enter")
    expect(monitor.spoken).to_contain_text("lr set to 0.02")
    monitor.expect_steps(180)
    place = Path(os.environ.get("DLWIDGETS_PICTURE") or tmp_path / "train.png")
    place.parent.mkdir(parents=True, exist_ok=True)
    with held(kernel):
        page.evaluate("document.activeElement.blur()")
        notebook.cell(0).scroll_into_view_if_needed()
        notebook.frames(3)
        monitor.expect_state("running")
        page.screenshot(path=place)
    head = place.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", head[16:24]) == (WIDTH, HEIGHT)
    notebook.wait_done(1)
    assert not notebook.failed(1)
