"""From the first line of the user's loop to the last: begin, watch, end in the right state."""

# ruff: noqa: SLF001 -- a run is begun and ended here, and nowhere else

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from dlwidgets.language import say
from dlwidgets.training import followers, hooks
from dlwidgets.training.events import State, StopRun
from dlwidgets.training.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dlwidgets.training.run import Run

T = TypeVar("T")


@contextmanager
def watched(run: Run) -> Iterator[Run]:
    """Watch the loops inside the block for ``run``, which is ready.

    A stop, a first interrupt or a divergence ends the block quietly and the program goes on after
    it; every exception of the user's own, ``KeyboardInterrupt`` and ``SystemExit`` included, is
    raised again after the run has ended.

    Raises:
        RuntimeError: for a run that has begun before, or if one already watches this thread.
    """
    if run.state != "ready":
        raise RuntimeError(
            say(
                f"{run.name} is {run.state}: a run trains once; make a new one with Run()",
                f"{run.name} 的状态为 {run.state}：每个 run 只能训练一次，请用 Run() 新建",
            )
        )
    state: State = "failed"
    with Watch(run) as watch:
        run._watch = watch
        try:
            run._control.begin()
            followers.begun(run)
            yield run
            watch.check_deferred()
            state = run._end or "finished"
        except StopRun:
            state = run._end or "stopped"
        except KeyboardInterrupt:
            state = "interrupted"
            raise
        finally:
            run._control.end(state)
            run._watch = None


def tracked(iterable: Iterable[T]) -> Iterable[T]:
    """Count the passes over ``iterable`` for the run that watches this thread, if there is one.

    ``%%train`` puts this around the loops of a cell. A function defined there may be called
    later, when nothing is watched; then the loop runs over ``iterable`` itself.
    """
    watch = hooks.active()
    return iterable if watch is None else watch.run.track(iterable)
