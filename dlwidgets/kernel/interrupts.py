"""What the interrupt button (SIGINT) does while training: first ask, then insist."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

_Handler = signal.Handlers | int


class Interrupts:
    """A ``with`` block in which the first interrupt calls you and the second one raises.

    The handler found on entry is put back on every way out. Off the main thread, where Python
    allows no signal handlers, and where interrupts are ignored or handled outside of Python,
    the block changes nothing.

    Args:
        on_first: called once, on the main thread, at the first interrupt. It runs between two
            arbitrary bytecodes of that thread, so it must not wait for a lock which that
            thread may hold: setting a flag is best. What it raises is raised in the block.

    Raises:
        KeyboardInterrupt: inside the block, at the second interrupt. Once anything was raised,
            further interrupts go to the handler found on entry.
    """

    def __init__(self, on_first: Callable[[], object]) -> None:
        self.presses = 0
        self._on_first = on_first
        self._active = False
        self._previous: Callable[[int, FrameType | None], object] | _Handler | None = None

    @property
    def active(self) -> bool:
        """Whether interrupts arrive here."""
        return self._active

    def __enter__(self) -> Self:
        self.presses = 0
        if threading.current_thread() is not threading.main_thread():
            return self
        # None: a handler that Python did not set and could not put back.
        if signal.getsignal(signal.SIGINT) in (None, signal.SIG_IGN):
            return self
        self._active = True
        self._previous = signal.signal(signal.SIGINT, self._interrupted)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._restore()

    def _restore(self) -> None:
        if self._active:
            signal.signal(signal.SIGINT, self._previous)
            self._active = False

    def _interrupted(self, _number: int, _frame: FrameType | None) -> None:
        self.presses += 1
        answer = self._on_first if self.presses == 1 else _insist
        try:
            answer()
        except BaseException:
            # At once: the exception may strike inside __exit__, which then ends early.
            self._restore()
            raise


def _insist() -> None:
    raise KeyboardInterrupt
