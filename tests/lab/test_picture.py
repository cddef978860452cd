"""The picture in README: `make picture` takes it anew."""

from __future__ import annotations

import os
import re
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lab.driver import Notebook

README = Path(__file__).parents[2] / "README.md"


def test_picture(open_notebook: Callable[..., Notebook], tmp_path: Path) -> None:
    setup, loop = re.findall("```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)[:2]
    notebook = open_notebook(
        loop.strip(), "torch.set_num_threads(1)", own=True, setup=setup.strip()
    )
    page = notebook.page
    page.evaluate("jupyterapp.shell.collapseLeft()")
    notebook.do(2)
    notebook.run(1)
    monitor = notebook.monitor(1)
    monitor.expect_steps(120)
    monitor.entry().fill("0.02")
    monitor.entry().press("Enter")
    expect(monitor.spoken).to_contain_text("lr set to 0.02")
    monitor.expect_steps(240)
    monitor.view.focus()
    monitor.view.evaluate("el => { el.blur(); el.scrollIntoView({block: 'end'}) }")
    notebook.frames(3)
    place = Path(os.environ.get("DLWIDGETS_PICTURE") or tmp_path / "train.png")
    place.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=place)
    head = place.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", head[16:24]) == (1280, 720)
    monitor.press("Stop")
    notebook.wait_done(1)
