"""Handling one kernel message in the middle of a cell, as the kernel itself would after it."""

from __future__ import annotations

import inspect
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dlwidgets.kernel.inbox import require

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.kernel.inbox import Inbox

# They run no cell, and change nothing a running cell relies on.
SAFE = frozenset(
    {"comm_open", "comm_msg", "comm_close", "comm_info_request", "kernel_info_request"}
)


class Dispatcher:
    """Tells which messages may be handled during a cell, and handles them.

    Args:
        kernel: ipykernel's kernel.
        inbox: where replies go.
    """

    def __init__(self, kernel: Any, inbox: Inbox) -> None:  # noqa: ANN401 -- carries no types
        self._kernel = kernel
        self._session = kernel.session
        self._inbox = inbox

    def check(self) -> None:
        """Try out on this kernel whatever `wanted` and `handle` rely on.

        Raises:
            UnsupportedKernelError: with what is missing.
            Exception: whatever a part raises that is not as expected.
        """
        kernel = self._kernel
        for kind in sorted(SAFE):
            require(callable(kernel.shell_handlers.get(kind)), f"a handler for {kind}")
        for name in ("set_parent", "_publish_status", "should_handle"):
            require(callable(getattr(kernel, name, None)), name)
        inspect.signature(kernel.set_parent).bind([], {}, "shell")
        inspect.signature(kernel._publish_status).bind("busy", "shell", parent={})  # noqa: SLF001
        require(isinstance(kernel.get_parent("shell"), dict), "the parent of this cell")
        require("shell" in kernel._parent_ident, "the sender of this cell")  # noqa: SLF001
        require(self.wanted(self._sample("comm_msg")), "readable messages")
        require(not self.wanted(self._sample("execute_request")), "messages told apart")
        content = self._read(self._sample("comm_msg"))[1]["content"]
        require(content == {"comm_id": ""}, "messages with content")

    def wanted(self, frames: Any) -> bool:  # noqa: ANN401 -- zmq carries no types
        """Tell whether this message may be handled now."""
        try:
            _, parts = self._session.feed_identities(frames, copy=False)
            header = self._session.unpack(parts[1].bytes)
            return header["msg_type"] in SAFE
        except Exception:  # noqa: BLE001 -- the kernel gets it next, and says what is wrong
            return False

    def handle(self, frames: Any) -> None:  # noqa: ANN401 -- zmq carries no types
        """Handle a wanted message; what its handler raises is logged, as the kernel does."""
        kernel = self._kernel
        try:
            identities, message = self._read(frames)
        except Exception:
            kernel.log.exception("Invalid Message")
            return
        with self._parent(identities, message):
            self._publish("busy", message)
            try:
                self._call(identities, message)
            except Exception:
                kernel.log.exception("Exception in message handler:")
            finally:
                flush_prints()
                self._publish("idle", message)
                self._inbox.send()

    def still_busy(self) -> None:
        """Publish that the cell goes on: each message handled has just reported "idle"."""
        parent = self._kernel.get_parent("shell")
        if parent.get("header"):
            self._publish("busy", parent)

    def _call(self, identities: Any, message: dict[str, Any]) -> None:  # noqa: ANN401 -- zmq's
        reply, kind = self._inbox.reply, message["header"]["msg_type"]
        if self._finish(self._kernel.should_handle(reply, message, identities)):
            self._finish(self._kernel.shell_handlers[kind](reply, identities, message))

    def _finish(self, result: Any) -> Any:  # noqa: ANN401 -- what handlers return
        """Run a coroutine that never waits; the kernel's own are all of this kind."""
        if not inspect.iscoroutine(result):
            return result
        try:
            result.send(None)
        except StopIteration as end:
            return end.value
        result.close()
        self._kernel.log.warning(
            "dlwidgets: %s waits for something; it was ended there, because a running cell "
            "leaves the event loop no turn.",
            result.__qualname__,
        )
        return None

    def _publish(self, state: str, parent: dict[str, Any]) -> None:
        self._kernel._publish_status(state, "shell", parent=parent)  # noqa: SLF001 -- no public way

    def _read(self, frames: Any) -> tuple[Any, dict[str, Any]]:  # noqa: ANN401 -- zmq's
        identities, parts = self._session.feed_identities(frames, copy=False)
        return identities, self._session.deserialize(parts, content=True, copy=False)

    def _sample(self, kind: str) -> list[Any]:
        import zmq

        message = self._session.msg(kind, {"comm_id": ""})
        return [zmq.Frame(part) for part in self._session.serialize(message, ident=b"self-test")]

    @contextmanager
    def _parent(self, identities: Any, message: dict[str, Any]) -> Iterator[None]:  # noqa: ANN401
        """Make the message the parent of what is sent meanwhile, and the cell's parent again.

        Widgets tell the echo of their own update by its parent, and ``Output`` widgets catch
        prints by theirs.
        """
        kernel = self._kernel
        cell = kernel.get_parent("shell")
        sender = kernel._parent_ident["shell"]  # noqa: SLF001 -- no public way
        # Early versions stamp printed text with its parent when it leaves, not when printed.
        flush_prints()
        try:
            kernel.set_parent(identities, message, "shell")
            yield
        finally:
            kernel.set_parent(sender, cell, "shell")


def flush_prints() -> None:
    """Send what has been printed so far."""
    for stream in (sys.stdout, sys.stderr):
        # Flushing waits for another thread, 0.1 ms each time. Newer versions keep a buffer for
        # each parent, and none at all while nothing waits.
        if stream is not None and getattr(stream, "_buffers", True):
            stream.flush()
