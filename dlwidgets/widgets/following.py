"""Following a training: news for a page as often as it can draw them, at a small cost."""

from __future__ import annotations

import weakref
from time import perf_counter
from typing import TYPE_CHECKING

from dlwidgets.training.events import ENDED
from dlwidgets.training.followers import follow

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.training.run import Run

SHARE = 20
"""Following takes at most one part in so many of a training's time."""
PATIENCE = 1.0
"""Seconds after which a page that does not say what it has drawn gets news all the same."""


class Following:
    """Calls a widget at the ticks of every run, from its first to its last.

    The next call waits until the page has drawn the last news, and until what it took is a small
    share of the time since.

    Attributes:
        sent: the number of the last news.
        seen: the last that a page has drawn.
    """

    def __init__(self, news: Callable[[Run, bool], bool]) -> None:
        """Follow all runs that begin from now on, and the one that is on in this thread.

        Args:
            news: a method of the widget, which it does not keep alive; takes the run and whether
                it has ended, and returns whether it sent something.
        """
        self.sent = self.seen = 0
        self._news = weakref.WeakMethod(news)
        self._at = self._next = 0.0
        self._left = False
        self._leave = follow(self._begun)
        weakref.finalize(news.__self__, self.leave)  # type: ignore[attr-defined]  # a bound method
        from dlwidgets.training.hooks import active  # loads torch

        watch = active()
        if watch is not None:
            self._begun(watch.run)

    def leave(self) -> None:
        """Follow no more."""
        self._left = True
        self._leave()

    def _begun(self, run: Run) -> None:
        self._next = self._at = 0.0
        run.subscribe(flush=lambda: self._tick(run))

    def _tick(self, run: Run) -> None:
        news, now = self._news(), perf_counter()
        if self._left or news is None:
            return
        ended = run.state in ENDED
        waits = self.seen < self.sent and now - self._at < PATIENCE
        if not ended and (waits or now < self._next):
            return
        if news(run, ended):
            self.sent += 1
            self._at = perf_counter()
            self._next = self._at + SHARE * (self._at - now)
