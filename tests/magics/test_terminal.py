"""Real IPython in a terminal, and where its output is no terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pexpect
import pytest

from tests.magics.conftest import SETUP

IPYTHON = [sys.executable, "-m", "IPython", "--no-banner", "--quick", "--colors=nocolor"]
LOOP = "%%train\nfor i in range(40): step()\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("TERM", "xterm")
    return tmp_path


def write(folder: Path, *cells: str) -> str:
    """Write a script of cells as IPython runs them; return its path."""
    path = folder / "script.ipynb"
    texts = ["%load_ext dlwidgets", SETUP, *cells]
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in texts])
    nbformat.write(nb, path)
    return str(path)


def spawn(script: str) -> Any:
    """Start IPython on a script in a terminal of its own."""
    size = (24, 120)
    return pexpect.spawn(IPYTHON[0], [*IPYTHON[1:], script], encoding="utf-8", dimensions=size)


def test_a_line_that_keeps_itself_up_to_date(folder: Path) -> None:
    script = write(
        folder,
        "%%train\nfor i in range(10 ** 9):\n    step()\n    if run.status().elapsed > 0.5: break",
        "print('end', run.state)",
    )
    terminal = spawn(script)
    terminal.expect(r"run: running .*?loss", timeout=60)
    terminal.expect(r"run: finished · [\d,]+ steps", timeout=60)
    terminal.expect("end finished", timeout=60)
    terminal.expect(pexpect.EOF, timeout=60)
    terminal.close()
    assert terminal.exitstatus == 0


def test_an_interrupt_finishes_the_step_and_a_second_one_raises(folder: Path) -> None:
    script = write(
        folder,
        "%%train\nimport itertools\nfor i in itertools.count(): step()",
        "print('after', run.state, run.steps == len(run.history))",
        "%%train\nimport signal\nprint('again', flush=True)\n"
        "while signal.getsignal(signal.SIGINT).__self__.presses == 0: pass\n"
        "print('pressed', flush=True)\nwhile True: pass",
    )
    terminal = spawn(script)
    terminal.expect("run: running", timeout=60)
    terminal.sendintr()
    terminal.expect("run: interrupted", timeout=60)
    terminal.expect("after interrupted True", timeout=60)
    terminal.expect("again", timeout=60)
    terminal.sendintr()
    terminal.expect("pressed", timeout=60)
    terminal.sendintr()
    terminal.expect("KeyboardInterrupt", timeout=60)
    terminal.expect("line 6", timeout=60)
    terminal.expect(pexpect.EOF, timeout=60)
    assert "dlwidgets" not in terminal.before
    terminal.close()
    assert terminal.exitstatus != 0


def run(*arguments: str, folder: Path, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*IPYTHON, *arguments],
        input=text,
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=120,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )


def test_into_a_file_only_the_end_is_said(folder: Path) -> None:
    done = run(write(folder, LOOP), folder=folder)
    assert (done.returncode, done.stdout) == (0, "")
    assert re.fullmatch(
        r"✓ run: finished · 40 steps · 0:\d\d · [\d,.]+ steps/s · loss [\d.]+ · lr 0.1\n",
        done.stderr,
    )


@pytest.mark.parametrize("body", ["1 / 0", "for i in range(3)\n    pass", "--bad"])
def test_a_failure_is_a_failure_of_the_program(folder: Path, body: str) -> None:
    cell = "%%train --bad\npass" if body == "--bad" else f"%%train\n{body}"
    done = run(write(folder, cell), folder=folder)
    assert done.returncode != 0
    assert "dlwidgets/" not in done.stdout


def test_typed_in_and_then_debugged(folder: Path) -> None:
    typed = (
        "%load_ext dlwidgets\n"
        "get_ipython().run_cell('%%train\\nfinding = 7\\ndef f(): 1 / 0\\nf()\\n');\n"
        "%debug\np 'deep', finding\nup\np 'top', finding + 1\nup\nquit\n"
        "print('goes on')\nexit\n"
    )
    done = run("--simple-prompt", folder=folder, text=typed)
    assert "('deep', 7)" in done.stdout
    assert "('top', 8)" in done.stdout
    assert "all frames above" in done.stdout
    assert "goes on" in done.stdout
