"""The monitor where there is no browser: one line that keeps itself up to date."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Self, TextIO

from dlwidgets.language import say
from dlwidgets.training.events import ENDED
from dlwidgets.training.words import SYMBOLS, clock, quantity, rate, state_words, summary

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from dlwidgets.training.run import Run


class Line:
    """Shows ``run`` in a line of the terminal while it goes on (a context manager).

        with Line(run), watched(run):
            ...

    Where ``file`` is no terminal (a log, a pipe) it says nothing until the end. What the loop
    prints goes above the line.

    Args:
        run: a run that is ready.
        file: where to write, ``sys.stderr`` by default.
    """

    def __init__(self, run: Run, file: TextIO | None = None) -> None:
        """Follow ``run`` from its start on."""
        self._run = run
        self._file = sys.stderr if file is None else file
        self._live = self._file.isatty()
        self._closed = False
        self._shown = False
        self._streams: dict[str, Aside] = {}
        self._show: Callable[[str], None] | None = None
        if self._live:
            run.subscribe(flush=self._draw)

    def __enter__(self) -> Self:
        """Let prints pass above the line while it is shown."""
        if self._live:
            for name in ("stdout", "stderr"):
                stream = getattr(sys, name)
                if stream is not None and stream.isatty():
                    self._streams[name] = Aside(stream, self._clear)
                    setattr(sys, name, self._streams[name])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Leave the final line."""
        self.close()

    def close(self) -> None:
        """Write how the run ended; a run that never started leaves nothing."""
        if self._closed:
            return
        self._closed = True
        self._clear()
        broken = any(aside.broken for aside in self._streams.values())
        for name, aside in self._streams.items():
            # Whoever put another stream there meanwhile keeps it.
            if getattr(sys, name) is aside:
                setattr(sys, name, aside.stream)
        if self._run.state == "ready":
            return
        lines = [" · ".join([f"{SYMBOLS[self._run.state]} {summary(self._run)}", *self._values()])]
        if self._run.diagnosis is not None:
            lines.append(self._run.diagnosis.text())
        self._file.write("\n" * broken + "\n".join(lines) + "\n")
        self._file.flush()

    def _values(self) -> list[str]:
        chart = self._run.chart()
        values = [f"{name} {quantity(chart.last(name))}" for name in chart.names]
        rates = [knob for knob in self._run.knobs if knob.key == "lr" or knob.slot is None]
        return values + [f"{knob.name} {quantity(knob.value)}" for knob in rates]

    def _draw(self) -> None:
        if (
            self._closed
            or self._run.state in ENDED
            or any(a.broken for a in self._streams.values())
        ):
            # In the middle of a line of the user's there is no place for ours.
            return
        from tqdm import tqdm

        if self._show is None:
            self._show = tqdm.status_printer(self._file)
        width = _columns(self._file)
        self._show(self._text(width))
        self._shown = True

    def _text(self, width: int) -> str:
        from tqdm import tqdm

        run, status = self._run, self._run.status()
        left = f"{run.name}: {state_words(run.state)}"
        if status.epoch is not None:
            of = f"{status.epoch}/{status.epochs}" if status.epochs else f"{status.epoch}"
            left += say(f" · epoch {of}", f" · 轮 {of}")
        time = clock(status.elapsed)
        if status.eta is not None:
            time += f"<{clock(status.eta)}"
        right = " · ".join(
            [
                *self._values(),
                say(f"step {status.steps:,}", f"第 {status.steps:,} 步"),
                say(f"{rate(status.rate)} steps/s", f"{rate(status.rate)} 步/秒"),
                time,
            ]
        )
        left, right = _literal(left), _literal(right)
        if status.fraction is None:
            return tqdm.format_meter(0, 1, 0, ncols=width, bar_format=f"{left} · {right}")
        bar = f"{left} {{percentage:3.0f}}%|{{bar:10}}| {right}"
        # Whole thousandths, since a bar is counted; the total only sets the scale.
        done = round(1000 * status.fraction)
        return tqdm.format_meter(
            done, 1000, 0, ncols=width, ascii=_ascii(self._file), bar_format=bar
        )

    def _clear(self) -> None:
        if self._shown and self._show is not None:
            self._shown = False
            self._show("")
            self._file.write("\r")
            self._file.flush()


class Aside:
    """A stream that takes the line away before anything is written."""

    def __init__(self, stream: TextIO, clear: Callable[[], None]) -> None:
        """Write to ``stream``, after ``clear``."""
        self.stream = stream
        self._clear = clear
        self.broken = False

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- whatever the stream has
        """Be the stream in everything else."""
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        """Write ``text`` where the line was."""
        if text:
            self._clear()
            self.broken = not text.endswith("\n")
        return self.stream.write(text)

    def writelines(self, lines: list[str]) -> None:
        """Write several texts where the line was."""
        for line in lines:
            self.write(line)


def _literal(text: str) -> str:
    """Return a text that ``str.format`` leaves as it is, in one line."""
    return " ".join(text.split()).replace("{", "{{").replace("}", "}}")


def _ascii(file: TextIO) -> bool:
    return not (file.encoding or "").lower().startswith("utf")


def _columns(file: TextIO) -> int:
    """Return how many characters a line may have, one less than fit: the last one would wrap."""
    try:
        return max(20, os.get_terminal_size(file.fileno()).columns - 1)
    except (OSError, ValueError):
        return 79
