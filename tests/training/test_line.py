"""The line of a terminal, read back from a real pseudo-terminal, and its silence elsewhere."""

import fcntl
import io
import os
import pty
import re
import struct
import sys
import termios
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Self

import pytest
import torch
from torch import nn
from tqdm import tqdm

from dlwidgets.language import set_language
from dlwidgets.training import Run, watched
from dlwidgets.training.line import Line


class Terminal:
    """A terminal in the place of this process's output; afterwards, what it showed."""

    def __init__(self, columns: int = 120) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        # Two streams on one terminal, each handing on whole lines, as Python sets them up.
        self._streams = [
            os.fdopen(fd, "w", buffering=1, encoding="utf-8") for fd in (theirs, os.dup(theirs))
        ]
        self._output = b""
        self._reader = threading.Thread(target=self._read)

    def _read(self) -> None:
        try:
            while chunk := os.read(self._ours, 65536):
                self._output += chunk
        except OSError:
            pass  # Linux reports the end of a terminal as an error.

    def __enter__(self) -> Self:
        self._before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = self._streams
        self._reader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.restored = [sys.stdout, sys.stderr] == self._streams
        sys.stdout, sys.stderr = self._before
        for stream in self._streams:
            stream.close()
        self._reader.join()
        os.close(self._ours)
        self._show(self._output.decode())

    def _show(self, output: str) -> None:
        """Put characters where a terminal puts them: the rows left, and all a row ever showed."""
        rows, column, shown = [""], 0, []
        for part in re.findall(r"\r|\n|[^\r\n]+", output):
            if part == "\n":
                rows.append("")
            elif part == "\r":
                column = 0
            else:
                row = rows[-1].ljust(column)
                rows[-1] = row[:column] + part + row[column + len(part) :]
                column += len(part)
                shown.append(rows[-1].rstrip())
        self.rows = [row.rstrip() for row in rows]
        self.shown = shown


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    set_language("en")
    yield
    set_language(None)


@pytest.fixture
def run() -> Run:
    run = Run("digits")
    run.subscribe(every=0)  # a tick at every step
    return run


def loop(run: Run, epochs: int = 2, steps: int = 5) -> Iterator[nn.Module]:
    """Train with losses 1, 1/2, 1/3 ...; yield the model after each step."""
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    for _epoch in run.track(range(epochs)):
        for _ in run.track(range(steps)):
            loss = model(torch.ones(1, 2)).sum() * 0 + 1 / (run.steps + 1)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            yield model


def test_the_line_follows_the_run_and_stays_with_its_end(run: Run) -> None:
    with Terminal() as terminal, Line(run), watched(run):
        for _ in loop(run):
            pass
    assert len(terminal.rows) == 2
    assert terminal.rows[1] == ""
    last = r"✓ digits: finished · 10 steps · 0:0\d · [\d,.]+ steps/s · loss 0.1 · lr 0.25"
    assert re.fullmatch(last, terminal.rows[0])
    begin = "digits: running · epoch 2/2  80%|████████  | loss 0.1111 · lr 0.25 · step 9 · "
    live = [row for row in terminal.shown if row.startswith(begin)]
    assert re.fullmatch(r"[\d,.]+ steps/s · 0:0\d<0:0\d", live[0].removeprefix(begin))


def test_prints_stand_above_the_line_and_whole(run: Run) -> None:
    with Terminal() as terminal, Line(run), watched(run):
        for _ in loop(run):
            if run.steps % 5 == 0:
                print("epoch", run.steps // 5, "done")  # noqa: T201 -- as users do
            if run.steps == 7:
                print("careful", file=sys.stderr)  # noqa: T201 -- as users do
    assert terminal.rows[:3] == ["epoch 1 done", "careful", "epoch 2 done"]
    assert terminal.rows[3].startswith("✓ digits: finished")
    assert terminal.rows[4:] == [""]
    assert any(row.startswith("digits: running") for row in terminal.shown)


def test_a_half_printed_line_is_not_written_over(run: Run) -> None:
    with Terminal() as terminal, Line(run), watched(run):
        for _ in loop(run):
            print(".", end="\n" if run.steps == 5 else "", flush=True)  # noqa: T201 -- as users do
    assert terminal.rows[:2] == [".....", "....."]
    assert terminal.rows[2].startswith("✓ digits: finished")


def test_a_bar_of_the_users_own_stays_readable(run: Run) -> None:
    with Terminal() as terminal, Line(run), watched(run):
        for _ in tqdm(loop(run), total=10, desc="mine", ncols=60, mininterval=0):
            pass
    assert terminal.rows[0].startswith("mine: 100%|")
    assert "10/10" in terminal.rows[0]
    assert "digits" not in terminal.rows[0]
    assert terminal.rows[1].startswith("✓ digits: finished")


def test_a_narrow_terminal_does_not_wrap(run: Run) -> None:
    run.name = "{a} long %s"
    with Terminal(columns=50) as terminal, Line(run), watched(run):
        for _ in loop(run):
            pass
    live = [row for row in terminal.shown if "running" in row]
    assert max(len(row) for row in live) == 49
    assert all(row.startswith("{a} long %s: running") for row in live)
    assert len(terminal.rows) == 2


def test_without_a_known_length_there_is_no_bar(run: Run) -> None:
    with Terminal() as terminal, Line(run), watched(run):
        for step in range(3):
            run.log(loss=step)
    live = [row for row in terminal.shown if "running" in row]
    assert live[-1].startswith("digits: running · loss 1 · step 2 · ")
    assert not [row for row in live if "%" in row]


def test_a_divergence_is_explained_below(run: Run) -> None:
    with Terminal() as terminal, Line(run), watched(run):
        for model in loop(run):
            if run.steps == 3:
                model.weight.data.fill_(float("nan"))
    assert terminal.rows[0].startswith("△ digits: diverged · 3 steps")
    assert terminal.rows[1].startswith("Diverged at step 4: ")


def test_an_exception_passes_and_the_streams_come_back(run: Run) -> None:
    with Terminal() as terminal:
        with pytest.raises(ZeroDivisionError), Line(run), watched(run):
            all(1 / (3 - run.steps) for _ in loop(run))
        print("after")  # noqa: T201 -- as users do
    assert terminal.restored
    assert terminal.rows[0].startswith("✗ digits: failed · 3 steps")
    assert terminal.rows[1:] == ["after", ""]


def test_a_log_file_gets_the_end_only(run: Run) -> None:
    file, stdout = io.StringIO(), sys.stdout
    with Line(run, file) as line, watched(run):
        assert sys.stdout is stdout
        for step in range(100):
            run.log(loss=step / 4)
        assert file.getvalue() == ""
    line.close()  # a second time does nothing
    last = r"✓ digits: finished · 100 steps · 0:0\d · [\d,.]+ steps/s · loss 24.75\n"
    assert re.fullmatch(last, file.getvalue())


def test_a_run_that_never_began_leaves_nothing(run: Run) -> None:
    file = io.StringIO()
    Line(run, file).close()
    assert file.getvalue() == ""


def test_chinese(run: Run) -> None:
    set_language("zh")
    with Terminal() as terminal, Line(run), watched(run):
        for _ in loop(run):
            if run.steps == 6:
                run.stop()
    assert any(row.startswith("digits: 训练中 · 轮 2/2  50%|█████     |") for row in terminal.shown)
    last = r"■ digits：已停止 · (\d) 步 · 0:0\d · [\d,.]+ 步/秒 · loss 0.1[46].* · lr 0.25"
    found = re.fullmatch(last, terminal.rows[0])
    assert found
    assert int(found[1]) == run.steps
