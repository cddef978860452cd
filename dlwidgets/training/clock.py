"""Time of a run: how long it trained, how fast, and what watching it cost."""

from __future__ import annotations

from collections import deque
from time import perf_counter

from dlwidgets.training.events import Status

Place = tuple[int | None, int | None]
"""The epoch, and how many there will be."""

_WINDOW = 2.0
"""Seconds over which the rate is averaged."""


class Clock:
    """Training time, without the pauses."""

    def __init__(self) -> None:
        """Stand still until :meth:`start`; ``watching`` is the time that watching has taken."""
        self._started: float | None = None
        self._ended: float | None = None
        self._paused: float | None = None
        self._idle = 0.0
        self._marks: deque[tuple[float, int]] = deque()
        self.watching = 0.0

    def start(self) -> None:
        """Begin to count."""
        self._started = perf_counter()
        self._ended = None

    def stop(self) -> None:
        """Stop counting for good."""
        if self._ended is None:
            self._ended = perf_counter()

    def pause(self) -> None:
        """Stand still until :meth:`resume`."""
        self._paused = perf_counter()

    def resume(self) -> None:
        """Go on, leaving out the time since :meth:`pause`."""
        if self._paused is not None:
            seconds = perf_counter() - self._paused
            self._paused = None
            self._idle += seconds
            self.watching -= seconds

    def elapsed(self, now: float | None = None) -> float:
        """Return the seconds of training so far, or until ``now`` (``perf_counter``)."""
        if self._started is None:
            return 0.0
        if now is None:
            now = self._ended
        if now is None:
            now = self._paused
        if now is None:
            now = perf_counter()
        return now - self._started - self._idle

    def mark(self, steps: int) -> None:
        """Note how many steps are done, for the rate."""
        now = self.elapsed()
        self._marks.append((now, steps))
        while len(self._marks) > 2 and now - self._marks[0][0] > _WINDOW:  # noqa: PLR2004 -- two marks make a rate
            self._marks.popleft()

    def rate(self, steps: int) -> float:
        """Return steps a second over the last two seconds, over all when it has ended."""
        if self._ended is None and len(self._marks) > 1:
            (then, before), (now, after) = self._marks[0], self._marks[-1]
            if now > then:
                return (after - before) / (now - then)
        elapsed = self.elapsed()
        return steps / elapsed if elapsed > 0 else 0.0

    def cost(self) -> float:
        """Return the time spent watching, in per cent of the time without it."""
        own = self.elapsed() - self.watching
        return 100 * self.watching / own if own > 0 else 0.0

    def status(self, steps: int, done: float | None, place: Place, *, ended: bool) -> Status:
        """Return how far a run has come, with a share ``done`` of it behind it."""
        elapsed = self.elapsed()
        left = elapsed * (1 - done) / done if done and not ended else None
        return Status(steps, self.rate(steps), elapsed, self.cost(), done, left, *place)
