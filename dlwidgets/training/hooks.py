"""The places where torch lets us look: hooks of optimizers, ``Tensor.backward``, gradient scalers.

They are put in when the first watch opens, in whatever thread, and are gone with the last one.
Each acts for the watch of its own thread alone.

What runs at each step is written for few calls: between two steps training has emptied the
processor's caches, so that every function costs several times what it costs in a loop by itself.
"""

from __future__ import annotations

import functools
import sys
import threading
from contextlib import contextmanager
from threading import get_ident
from time import perf_counter
from typing import TYPE_CHECKING, Any

import torch
from torch.optim.optimizer import (
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)

from dlwidgets.language import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch.optim import Optimizer

    from dlwidgets.training.watch import Watch

_lock = threading.Lock()
_watches: dict[int, Watch] = {}
# Watches that look away for a moment; they are open all the same.
_away: dict[int, Watch] = {}
_undo: list[Callable[[], None]] = []


def active() -> Watch | None:
    """Return the watch that is open on this thread."""
    return _watches.get(get_ident())


def enter(watch: Watch) -> None:
    """Open ``watch`` on this thread.

    Raises:
        RuntimeError: if another one is open here already.
    """
    thread = get_ident()
    with _lock:
        if thread in _watches or thread in _away:
            raise RuntimeError(
                say(
                    "a run is already watching this loop: use either %%train, live() or "
                    "train(), not one inside another",
                    "已有一个 run 在监视这个循环：%%train、live() 与 train() 不能嵌套使用",
                )
            )
        _watches[thread] = watch
        if not _undo:
            _install()


def leave() -> None:
    """Close the watch of this thread; the last one takes every hook along."""
    with _lock:
        del _watches[get_ident()]
        if not _watches and not _away:
            while _undo:
                _undo.pop()()


@contextmanager
def unwatched() -> Iterator[None]:
    """Train inside the block without being taken for the loop that this thread's watch sees.

    A widget that trains something of its own may be asked to while the user's loop runs.
    """
    thread = get_ident()
    with _lock:
        watch = _watches.pop(thread, None)
        if watch is not None:
            _away[thread] = watch
    try:
        yield
    finally:
        with _lock:
            if watch is not None:
                _watches[thread] = _away.pop(thread)


def _install() -> None:
    handles = (
        register_optimizer_step_pre_hook(_before_step),
        register_optimizer_step_post_hook(_after_step),
    )
    _undo.extend(handle.remove for handle in handles)
    _replace(torch.Tensor, "backward", _watched_backward)
    _replace(torch.amp.GradScaler, "step", _watched_scaler)


def _replace(owner: type, name: str, wrap: Callable[[Any], Any]) -> None:
    """Put a wrapper in the place of a method until the last watch closes."""
    plain = getattr(owner, name)
    wrapper = wrap(plain)

    def undo() -> None:
        # Whoever put his own wrapper around ours takes it away himself.
        if getattr(owner, name) is wrapper:
            setattr(owner, name, plain)

    setattr(owner, name, wrapper)
    _undo.append(undo)


def _watched_backward(plain: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(plain)
    def backward(self: torch.Tensor, *args: object, **kwargs: object) -> None:
        __tracebackhide__ = True
        plain(self, *args, **kwargs)
        watch = _watches.get(get_ident())
        if watch is not None:
            started = perf_counter()
            try:
                watch.captured(self, sys._getframe(1))  # noqa: SLF001 -- the only way to the caller
            finally:
                watch.clock.watching += perf_counter() - started

    return backward


def _watched_scaler(plain: Callable[..., float | None]) -> Callable[..., float | None]:
    @functools.wraps(plain)
    def step(
        self: torch.amp.GradScaler, optimizer: Optimizer, *args: object, **kwargs: object
    ) -> float | None:
        __tracebackhide__ = True
        watch = active()
        taken = None if watch is None else watch.taken
        result = plain(self, optimizer, *args, **kwargs)
        if watch is not None and watch.taken == taken:
            watch.skipped(optimizer)
        return result

    return step


def _before_step(optimizer: Optimizer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    __tracebackhide__ = True
    watch = _watches.get(get_ident())
    if watch is not None:
        started = perf_counter()
        try:
            watch.before(optimizer, args[1] if len(args) > 1 else kwargs.get("closure"))
        finally:
            watch.clock.watching += perf_counter() - started


def _after_step(optimizer: Optimizer, _args: tuple[Any, ...], _kwargs: dict[str, Any]) -> None:
    __tracebackhide__ = True
    watch = _watches.get(get_ident())
    if watch is not None:
        started = perf_counter()
        try:
            watch.after(optimizer, started)
        finally:
            watch.clock.watching += perf_counter() - started
