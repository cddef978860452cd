"""Commands and the step boundary: the one place where a run listens."""

# ruff: noqa: SLF001 -- run, control and watch are parts of one engine

from __future__ import annotations

import sys
import threading
import traceback
from collections import deque
from time import perf_counter
from typing import TYPE_CHECKING, Literal, cast

from dlwidgets.language import say
from dlwidgets.training.events import ENDED, Kind, State, StopRun

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.training.knobs import Knob
    from dlwidgets.training.run import Run

Command = Literal["pause", "resume", "step", "stop"]
POLL = 0.02
"""Seconds between two looks at the kernel's queue."""
TICK = 0.1
"""Seconds between two updates of the display."""
_QUIET = 2.0
"""Seconds without a step after which an interrupt no longer waits for one."""


class Control:
    """The mailbox of a run, emptied at each step boundary."""

    def __init__(self, run: Run) -> None:
        """Listen for ``run``."""
        self._run = run
        self._mail: deque[tuple[str, object]] = deque()
        # Held while a command is sent and while the run ends, so that none falls in between. The
        # signal handler takes no lock, since it could wait for the very thread it interrupted.
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._polls: list[Callable[[], None]] = []
        self._flushes: list[Callable[[], None]] = []
        self._every = TICK
        self._poll_at = self._flush_at = 0.0
        self._last_boundary = 0.0
        # The step after which to pause.
        self._until: int | None = None
        self._interrupted = False
        self.state: State = "ready"

    def subscribe(
        self,
        poll: Callable[[], None] | None,
        flush: Callable[[], None] | None,
        every: float | None,
    ) -> None:
        """Add callbacks; see :meth:`Run.subscribe`."""
        if poll is not None:
            self._polls.append(poll)
        if flush is not None:
            self._flushes.append(flush)
        if every is not None:
            self._every = every

    # --- from any thread --------------------------------------------------------------------

    def send(self, command: Command, n: int | None = None) -> None:
        """Put a command into the mailbox."""
        self._post(command, n)

    def turn(self, turned: list[tuple[Knob, float]]) -> None:
        """Put new knob values into the mailbox, all together."""
        self._post("set", turned)

    def _post(self, command: str, value: object) -> None:
        with self._lock:
            if self.state in ENDED:
                raise RuntimeError(
                    say(
                        f"{self._run.name} has ended ({self.state}); start the cell again to "
                        "steer it",
                        f"{self._run.name} 已结束（{self.state}）；请重新运行单元格",
                    )
                )
            if command == "set":
                for knob, number in cast("list[tuple[Knob, float]]", value):
                    knob.pending = number
            self._mail.append((command, value))
        self._wake.set()

    def interrupt(self) -> bool:
        """Ask for a clean end (from a signal handler); return False if no step is in sight."""
        near = self.state == "paused" or perf_counter() - self._last_boundary < self._patience()
        if self.state in ENDED or not near or self._interrupted:
            return False
        self._interrupted = True
        return True

    def _patience(self) -> float:
        rate = self._run._clock.rate(self._run.steps)
        return max(_QUIET, 3 / rate) if rate else _QUIET

    # --- on the training thread -------------------------------------------------------------

    def begin(self) -> None:
        """Start the run on this thread."""
        self._run._recorder.thread = threading.current_thread()
        self._run._clock.start()
        self._last_boundary = perf_counter()
        self.state = "running"
        self._read_mail()
        self._flush()

    def end(self, state: State) -> None:
        """End the run; a knob turned too late for a step still reaches its optimizer."""
        run = self._run
        run._clock.stop()
        run._board.take_all_back()
        if run._recorder.ahead and (run._watch is None or run._watch.idle):
            run._open_row(run._loops.epoch)  # The last step of a loop without an optimizer.
        with self._lock:
            self.state = state
        for command, value in self._mail:
            if command == "set":
                self._turn(value)
        self._mail.clear()
        if state in {"diverged", "failed"}:
            run._note(cast("Kind", state))
        if state == "interrupted":
            run._note("interrupt")
        self._flush()

    def boundary(self, now: float | None = None) -> None:
        """After a step: look at the queue, obey commands, update the display, hold, end.

        Args:
            now: the time, where it is known (``perf_counter``).

        Raises:
            StopRun: when the run is to end.
        """
        if now is None:
            now = perf_counter()
        self._last_boundary = now
        if self._until is not None and self._run.steps >= self._until:
            self._until = None
            self.state = "paused"
        if now >= self._poll_at:
            self._poll()
        if self._mail:
            self._read_mail()
        if now >= self._flush_at:
            self._flush()
        if self.state != "running" or self._interrupted or self._run._end is not None:
            self._obey()

    def look(self) -> None:
        """Before a step, so that it uses the newest values; it may also hold or end here.

        Raises:
            StopRun: when the run is to end.
        """
        if self._mail:
            self._read_mail()
        if self.state != "running" or self._interrupted or self._run._end is not None:
            self._obey()

    def _obey(self) -> None:
        if self.state == "paused":
            self._hold()
        if self._interrupted:
            self._run._end = "interrupted"
        if self._run._end is not None:
            if self._run._watch is not None:
                self._run._watch.check_deferred()
            raise StopRun

    def _hold(self) -> None:
        run = self._run
        run._clock.pause()
        try:
            self._flush()
            while self.state == "paused" and run._end is None and not self._interrupted:
                self._poll()
                if not self._mail:
                    self._wake.wait(POLL)
                self._wake.clear()
                self._read_mail()
        finally:
            run._clock.resume()
            self._last_boundary = perf_counter()
        self._flush()

    def _read_mail(self) -> None:
        while self._mail:
            command, value = self._mail.popleft()
            if command == "set":
                self._turn(value)
            elif command == "stop":
                self._run._end = "stopped"
                self._run._note("stop")
            elif command == "step":
                n = cast("int", value)
                self._until = self._run.steps + n
                self._run._note("step", new=float(n))
                self.state = "running"
            elif command == "resume" and (self.state == "paused" or self._until is not None):
                self._until = None
                self.state = "running"
                self._run._note("resume")
            elif command == "pause" and self.state == "running":
                self._until = None
                self.state = "paused"
                self._run._note("pause")

    def _turn(self, turned: object) -> None:
        for knob, value in cast("list[tuple[Knob, float]]", turned):
            self._run._note("set", knob.name, self._run._board.turn(knob, value), value)

    def _poll(self) -> None:
        self._call(self._polls)
        self._poll_at = perf_counter() + POLL

    def _flush(self) -> None:
        run = self._run
        run._clock.mark(run.steps)
        run._recorder.settle()
        self._call(self._flushes)
        self._flush_at = perf_counter() + self._every
        if run._watch is not None and run._end is None and self.state not in ENDED:
            run._watch.check_deferred()

    def _call(self, callbacks: list[Callable[[], None]]) -> None:
        for callback in tuple(callbacks):
            try:
                callback()
            except Exception:  # noqa: BLE001 -- a display that fails must not end the training
                callbacks[:] = [other for other in callbacks if other is not callback]
                print("[dlwidgets]", traceback.format_exc(), file=sys.stderr)  # noqa: T201 -- seen below the cell
