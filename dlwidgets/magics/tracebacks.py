"""How errors in a cell's body are shown: from the body's own lines on, as in a plain cell."""

from __future__ import annotations

import sys
from contextlib import suppress
from types import CodeType, FrameType, TracebackType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_HOOK = "_render_traceback_"
"""IPython asks an exception that has a method of this name how to show it."""


def begin_below(shell: InteractiveShell, error: BaseException, code: CodeType) -> None:
    """Let IPython show ``error`` without the frames down to the one that runs ``code``.

    An exception that knows better how to be shown is left alone.
    """
    if not hasattr(error, _HOOK):
        # An exception with slots can't take it; then the frames above the body show as well.
        with suppress(AttributeError):
            setattr(error, _HOOK, _Shown(shell, code))


class _Shown:
    """Stands in an exception where IPython looks for a method.

    It does not hold the exception: that would make a ring, and keep every tensor in the frames
    alive until the garbage collector passes.
    """

    def __init__(self, shell: InteractiveShell, code: CodeType) -> None:
        self._shell = shell
        self._code = code

    def __call__(self) -> list[str]:
        """Shorten the exception's traceback for good, and return its lines.

        It then begins as that of a plain cell does, with one frame that IPython leaves out, so
        that ``%tb`` and ``%debug`` agree with what is shown.

        Raises:
            LookupError: if IPython is not showing the exception in which this stands; it then
                falls back on Python's own traceback.
        """
        for error in (sys.exc_info()[1], getattr(sys, "last_value", None)):
            if error is not None and getattr(error, _HOOK, None) is self:
                delattr(error, _HOOK)
                trace = sys.last_traceback = error.__traceback__ = below(self._code, error)
                table = self._shell.InteractiveTB
                return cast("list[str]", table.structured_traceback(type(error), error, trace))
        raise LookupError


def below(code: CodeType, error: BaseException) -> TracebackType | None:
    """Return the traceback of ``error`` below the frame of ``code``, without wrappers of ours.

    Those are frames that hide themselves and, where an interrupt struck, the innermost ones. The
    outermost frame of all stays, if it is the one of IPython with which a plain cell's begins.
    """
    every = _chain(error.__traceback__)
    start = next((i for i, one in enumerate(every) if one.tb_frame.f_code is code), 0)
    first = every[0] if _module(every[0].tb_frame) == "IPython" else every[start]
    kept = [one for one in every[start + 1 :] if not _hides(one.tb_frame)]
    if isinstance(error, KeyboardInterrupt):
        while len(kept) > 1 and _module(kept[-1].tb_frame) == "dlwidgets":
            kept.pop()
    trace = None
    for one in reversed([first, *kept]):
        trace = TracebackType(trace, one.tb_frame, one.tb_lasti, one.tb_lineno)
    return trace


def _chain(trace: TracebackType | None) -> list[TracebackType]:
    found = []
    while trace is not None:
        found.append(trace)
        trace = trace.tb_next
    return found


def _module(frame: FrameType) -> str:
    """Return the package that a frame's code belongs to."""
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _hides(frame: FrameType) -> bool:
    return _module(frame) == "dlwidgets" and "__tracebackhide__" in frame.f_locals


class BodySyntaxError(Exception):
    """A syntax error in the body of a cell magic, shown like one in a plain cell.

    IPython shows a true ``SyntaxError`` from a magic below thirty lines of its own. So this is
    none, but it bears its name, and the true one is its cause.
    """

    def __init__(self, shell: InteractiveShell, error: SyntaxError) -> None:
        """Stand for ``error``."""
        super().__init__(str(error))
        self._shell = shell
        self._error = error

    def _render_traceback_(self) -> list[str]:
        return self._shell.SyntaxTB.structured_traceback(type(self._error), self._error, None)


def as_in_a_cell(shell: InteractiveShell, error: SyntaxError) -> BodySyntaxError:
    """Return what to raise for a syntax error in the body."""
    kind = type(type(error).__name__, (BodySyntaxError,), {"__module__": "builtins"})
    return cast("BodySyntaxError", kind(shell, error))
