"""Where a busy kernel keeps the messages that wait for the cell to end.

The private parts of ipykernel that the pump needs are here, one class a generation. Both leave
what they do not take exactly where the kernel would have had it, in order, at once: nothing is
held back in between, so an exception, an interrupt or a forgotten ``release`` loses nothing.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

# More waiting messages than this in one go wait for the next: training must go on.
LIMIT = 200


class UnsupportedKernelError(Exception):
    """This kernel is not built as any adapter expects; the text says what is missing."""


class Inbox(Protocol):
    """What the pump needs of a kernel: its waiting messages, and a way to answer them."""

    reply: Any  # where handlers send their replies

    def drain(self, wanted: Callable[[Any], bool], take: Callable[[Any], None]) -> int:
        """Call ``take`` on each waiting message that is ``wanted``; return how many."""

    def send(self) -> None:
        """Make replies leave now, not after the cell."""


def require(found: bool, what: str) -> None:  # noqa: FBT001 -- reads as an assertion
    """Raise `UnsupportedKernelError` unless the kernel has ``what``."""
    if not found:
        raise UnsupportedKernelError(what)


class QueueInbox:
    """ipykernel 6: a queue of ``(number, dispatch, arguments)``, all on the main thread.

    Messages that are not wanted are never moved: they stay at their place in the queue, and
    the queue is only looked at again when it has grown.
    """

    def __init__(self, kernel: Any) -> None:  # noqa: ANN401 -- ipykernel carries no types
        import zmq

        self.reply = kernel.shell_stream
        self._socket = kernel.shell_stream.socket
        self._dispatch = kernel.dispatch_shell
        # The deque inside of the queue: its get and put could only turn the whole queue over.
        self._waiting: Any = kernel.msg_queue._queue  # noqa: SLF001 -- said above
        self._kept = 0
        self._seen = -1
        self._events, self._in, self._out = zmq.EVENTS, zmq.POLLIN, zmq.POLLOUT
        require(callable(self.reply.flush), "shell_stream.flush")
        require(hasattr(self._waiting, "__delitem__"), "msg_queue._queue that can be edited")
        require(inspect.iscoroutinefunction(self._dispatch), "an async dispatch_shell")
        require(isinstance(self._socket.getsockopt(self._events), int), "events of the socket")

    def drain(self, wanted: Callable[[Any], bool], take: Callable[[Any], None]) -> int:
        """Call ``take`` on each waiting message that is ``wanted``; return how many."""
        if self._socket.getsockopt(self._events) & self._in:
            self.reply.flush(self._in, limit=LIMIT)
        if len(self._waiting) == self._kept:
            return 0
        taken = 0
        for item in tuple(self._waiting):
            number, dispatch, arguments = item
            if number <= self._seen:
                continue
            self._seen = number
            # Other things wait here too, such as the end of an abort or a GUI's turn.
            if dispatch == self._dispatch and wanted(arguments[0]):
                self._waiting.remove(item)
                taken += 1
                take(arguments[0])
        self._kept = len(self._waiting)
        return taken

    def send(self) -> None:
        """Make replies leave now, not after the cell."""
        self.reply.flush(self._out)


class ChannelInbox:
    """ipykernel 7: a thread reads the shell channel and hands on through a pair of sockets.

    Messages that are not wanted go at once to the callback the kernel has set for that socket,
    as if its event loop had read them: it waits for the kernel's own first-come lock.
    """

    def __init__(self, kernel: Any) -> None:  # noqa: ANN401 -- ipykernel carries no types
        import zmq

        manager = kernel.shell_channel_thread.manager
        pair = manager._shell_channel_to_main  # noqa: SLF001 -- no public name leads there
        self.reply = manager.get_subshell_to_shell_channel_socket(None)
        self._socket = pair.to_socket
        self._stream = pair.to_stream
        self._deliver = self._stream._recv_callback  # noqa: SLF001 -- it can only be set in public
        self._loop = self._stream.io_loop.asyncio_loop
        self._log = kernel.log
        self._events, self._in, self._now = zmq.EVENTS, zmq.POLLIN, zmq.NOBLOCK
        require(self._stream.socket is self._socket, "a stream over the main socket")
        require(inspect.iscoroutinefunction(self._deliver), "an async callback for messages")
        require(isinstance(self._socket.getsockopt(self._events), int), "events of the socket")
        require(callable(self._stream.flush), "flush of the stream")
        require(callable(self.reply.send_multipart), "a socket for replies")
        require(callable(self._loop.create_task), "an asyncio loop")

    def drain(self, wanted: Callable[[Any], bool], take: Callable[[Any], None]) -> int:
        """Call ``take`` on each waiting message that is ``wanted``; return how many."""
        taken = 0
        empty = False
        try:
            for _ in range(LIMIT):
                empty = not self._socket.getsockopt(self._events) & self._in
                if empty:
                    break
                taken += self._next(wanted, take)
        finally:
            # The stream is woken by arrivals only, and what is left has arrived: should nobody
            # drain again, it must look by itself once the cell lets it.
            if not empty:
                self._stream.io_loop.add_callback(self._stream.flush, self._in)
        return taken

    def _next(self, wanted: Callable[[Any], bool], take: Callable[[Any], None]) -> bool:
        frames = self._socket.recv_multipart(self._now, copy=False)
        mine = False
        try:
            mine = wanted(frames)
        finally:  # an interrupt may strike in between; the message must not vanish
            if not mine:
                self._hand_over(frames)
        if mine:
            take(frames)
        return mine

    def send(self) -> None:
        """Make replies leave now: the other thread does."""

    def _hand_over(self, frames: Any) -> None:  # noqa: ANN401 -- zmq carries no types
        task = self._loop.create_task(self._deliver(frames))
        task.add_done_callback(self._report)

    def _report(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._log.error("Exception in message dispatch:", exc_info=error)


def find_inbox(kernel: Any) -> Inbox:  # noqa: ANN401 -- ipykernel carries no types
    """Return the adapter for this kernel, chosen by what the kernel has.

    Raises:
        UnsupportedKernelError: where neither fits, with what is missing.
        Exception: whatever a part raises that is not as expected.
    """
    if getattr(kernel, "shell_channel_thread", None) is not None:
        return ChannelInbox(kernel)
    require(getattr(kernel, "msg_queue", None) is not None, "a shell channel thread or msg_queue")
    return QueueInbox(kernel)
