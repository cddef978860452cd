"""The message pump: widgets that answer while a cell is running.

A kernel handles no message before the cell has ended, so no slider and no button reaches a
training loop. The pump handles the harmless ones from inside of that loop. It stands on private
parts of ipykernel: they are tried out before use, and where one is missing or fails, the pump
stops, says why, and training goes on.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any, Self

from dlwidgets.kernel.dispatch import Dispatcher
from dlwidgets.kernel.environment import running_shell
from dlwidgets.kernel.inbox import find_inbox, require
from dlwidgets.language import say

if TYPE_CHECKING:
    from types import TracebackType


class Pump:
    """Handles the widget messages that wait, each time it is polled.

    Making one tries out all it relies on, and never raises. Where there is no Jupyter kernel,
    off the main thread, and where the kernel is not built as expected, the pump is not `live`,
    does nothing, and has a `reason`. Queued cells and all other requests are left to the
    kernel, in the order they came.

    Attributes:
        handled: how many messages were handled so far.
        cause: what the kernel lacks, in technical terms; empty while nothing is wrong.
    """

    def __init__(self) -> None:
        self.handled = 0
        self.cause = ""
        self._thread = threading.get_ident()
        self._polling = False
        self._live = False
        try:
            kernel: Any = getattr(running_shell(), "kernel", None)
            require(kernel is not None, "a Jupyter kernel")
            require(threading.current_thread() is threading.main_thread(), "the main thread")
            self._inbox = find_inbox(kernel)
            self._dispatcher = Dispatcher(kernel, self._inbox)
            self._dispatcher.check()
            self._live = True
        except Exception as error:  # noqa: BLE001 -- a part may fail in any way; training goes on
            self.cause = f"{type(error).__name__}: {error}"

    @property
    def live(self) -> bool:
        """Whether widgets are answered while the cell runs."""
        return self._live

    @property
    def reason(self) -> str:
        """What to tell the user where controls don't respond at once; else an empty string."""
        if not self.cause:
            return ""
        return say(
            "applied between cells; use ■ to interrupt",
            "在单元之间生效；请用 ■ 中断",
        )

    def poll(self) -> None:
        """Handle the widget messages that wait, on the thread that made the pump.

        Called from elsewhere, or from a handler that it runs, it does nothing. It raises
        nothing but what is meant to end the cell (``KeyboardInterrupt``, ``SystemExit``).
        """
        if not self._live or self._polling or threading.get_ident() != self._thread:
            return
        self._polling = True
        try:
            handled = self._inbox.drain(self._dispatcher.wanted, self._dispatcher.handle)
            if handled:
                self.handled += handled
                self._dispatcher.still_busy()
        except Exception as error:  # noqa: BLE001 -- as in __init__
            self._fail(error)
        finally:
            self._polling = False

    def release(self) -> None:
        """End pumping; the kernel answers widgets by itself once the cell has ended."""
        self._live = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()

    def _fail(self, error: Exception) -> None:
        self._live = False
        self.cause = f"{type(error).__name__}: {error}"
        line = say(
            f"controls: {self.reason} ({self.cause})", f"控件：{self.reason}（{self.cause}）"
        )
        # Not a warning: where those are errors it would end the training.
        print(f"[dlwidgets] {line}", file=sys.stderr)  # noqa: T201 -- said above
