"""What widgets share that train anew whenever a number is turned: slices, and whose turn it is."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Self

import traitlets as t

from dlwidgets.language import say, suggest
from dlwidgets.widgets.base import command

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from dlwidgets.training.retrain import Job
    from dlwidgets.widgets.retrain_subject import Knob

SLICE = 0.02
"""Seconds of training before the kernel listens again; the page asks for the next slice."""

BESIDE = 0.012
"""The same while a loop of the user's own is watched: that one comes first."""

AT_ONCE = 1.0
"""Seconds for which making an explorer may train: its cell is busy anyway."""


class Retraining(t.HasTraits):
    """A training that begins anew with each turn of a knob, and goes on a slice at a time.

    A subclass has the traits that are knobs, their names in ``_names``, `_train_at`
    and `_moving`; its constructor calls `_prepare` first and `_open` last.
    """

    _done = t.Bool(default_value=False, help="Whether all have come to their end.").tag(sync=True)
    _asked = t.Int(0, help="Which position of the page this is.").tag(sync=True)
    _tick = t.Int(0, help="Counts the slices.").tag(sync=True)

    _names: tuple[str, ...]
    _job: Job

    if TYPE_CHECKING:

        def hold_sync(self) -> AbstractContextManager[None]:
            """Send all changes of the block at once (a method of every Jupyter widget)."""

    def _train_at(self, values: dict[str, Any]) -> tuple[Job, dict[str, Any]]:
        """Return the training at a position of the knobs, and the traits that stay during it."""
        raise NotImplementedError

    def _moving(self) -> dict[str, Any]:
        """Return the traits that change with each slice."""
        raise NotImplementedError

    def _prepare(self) -> None:
        """Make ready for traits to be set; nothing is trained by that."""
        from dlwidgets.training.retrain import Job

        self._lock = threading.RLock()
        self._busy = True
        self._job = Job([], seed=0)

    def _open(self) -> None:
        """Train for the first time; from now on each turn of a knob trains anew."""
        self._begin(AT_ONCE)
        self._busy = False
        self.observe(self._changed_in_python, names=self._names)

    def finish(self) -> Self:
        """Train to the end at once; return the explorer."""
        with self._lock:
            self._job.advance()
            self._show()
        return self

    def turn(self, **values: Any) -> None:  # noqa: ANN401 -- each trait checks its own
        """Turn several knobs together, so that one training begins: ``turn(lr=0.01, seed=3)``.

        Raises:
            TypeError: for a name that is no knob here.
            ValueError: for a value that can't be; everything is as before then.
        """
        for name in values:
            if name not in self._names:
                raise TypeError(
                    say(
                        f"turn: expected knobs among {', '.join(self._names)}, got {name!r}."
                        f"{suggest(name, self._names)}",
                        f"turn：旋钮应为 {', '.join(self._names)}，得到 {name!r}。"
                        f"{suggest(name, self._names)}",
                    )
                )
        with self._lock:
            before = {name: getattr(self, name) for name in values}
            busy, self._busy = self._busy, True
            try:
                with self.hold_sync():
                    for name, value in values.items():
                        setattr(self, name, value)
                    self._begin()
            except (t.TraitError, TypeError, ValueError) as error:
                for name, value in before.items():
                    setattr(self, name, value)
                raise ValueError(str(error)) from error
            finally:
                self._busy = busy

    def _begin(self, seconds: float | None = None) -> None:
        """Start anew at the position of the knobs, and show the first of it."""
        job, still = self._train_at({name: getattr(self, name) for name in self._names})
        self._job.close()
        self._job = job
        self._job.advance(time_slice() if seconds is None else seconds)
        self._show(**still)

    def _show(self, **more: Any) -> None:  # noqa: ANN401 -- traits
        """Put the numbers of the job on the page, all at once."""
        state = self._moving() | more
        with self.hold_sync():
            for name, value in state.items():
                setattr(self, name, value)
            self._done = self._job.done
            self._tick += 1

    def _changed_in_python(self, change: Any) -> None:  # noqa: ANN401 -- traitlets' bunch
        if self._busy:
            return
        with self._lock:
            try:
                self._begin()
            except Exception:
                # Such as an optimizer that can't take this model: the old position stays.
                self._busy = True
                setattr(self, change["name"], change["old"])
                self._busy = False
                raise

    @command
    def _on_turn(self, value: dict[str, Any]) -> None:
        """Begin anew where the page's knobs stand."""
        with self.hold_sync():
            self.turn(**value["values"])
            self._asked = int(value["asked"])

    @command
    def _on_more(self, _value: object) -> None:
        """Go on for a slice."""
        with self._lock:
            self._job.advance(time_slice())
            self._show()


def time_slice() -> float:
    """Return for how many seconds the kernel may be kept busy now."""
    from dlwidgets.training.hooks import active

    return SLICE if active() is None else BESIDE


def turned(
    knobs: Iterable[Knob], values: Mapping[str, float], off: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return what the page is told of knobs; those ``off`` do nothing here."""
    return [
        {
            "name": knob.name,
            "value": float(values[knob.name]),
            "low": float(knob.low),
            "high": float(knob.high),
            "log": knob.log,
            "whole": knob.whole,
            "off": knob.name in off,
        }
        for knob in knobs
    ]
