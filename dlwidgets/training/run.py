"""A training run: its state, its knobs and what it has measured. No notebook, no widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar, Unpack

from dlwidgets.language import suggest
from dlwidgets.training.board import Board
from dlwidgets.training.checks import check_count
from dlwidgets.training.clock import Clock
from dlwidgets.training.control import Control
from dlwidgets.training.envelope import Envelope
from dlwidgets.training.events import ENDED, Event, Kind, State, Status
from dlwidgets.training.history import History
from dlwidgets.training.knobs import Knob, KnobKind, own_knob
from dlwidgets.training.progress import Loops
from dlwidgets.training.recorder import Recorder, as_number, check_names

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    import pandas as pd
    import torch
    from matplotlib.axes import Axes
    from torch import nn
    from torch.optim import Optimizer

    from dlwidgets.training.divergence import Diagnosis
    from dlwidgets.training.frames import Frame
    from dlwidgets.training.view import View
    from dlwidgets.training.watch import Watch

T = TypeVar("T")


class Run:
    """One training run: watch it, pause it, step it, turn its knobs, read its history.

    A run is made by ``%%train``, :func:`dlwidgets.live` or :func:`dlwidgets.train`. ``pause``,
    ``resume``, ``step``, ``stop`` and ``set`` may be called from any thread; they take effect in
    order at the next step boundary, and each is noted in :attr:`events`.

    Attributes:
        name: the run's name.
        models: the modules being trained, by the names they have in the user's code.
        diagnosis: what went wrong where, once the run has diverged.
        frames: the last 64 pictures of each ``--show`` expression.
    """

    def __init__(self, name: str = "run") -> None:
        """Make a run that is ready to start."""
        self.name = name
        self.models: dict[str, nn.Module] = {}
        self.optimizers: dict[str, Optimizer] = {}
        self.diagnosis: Diagnosis | None = None
        self.frames: dict[str, deque[Frame]] = {}
        self.weights: dict[str, dict[str, torch.Tensor]] = {}
        self._events: list[Event] = []
        self._history = History()
        self._recorder = Recorder(self._history)
        self._envelope = Envelope(self._history)
        self._board = Board()
        self._loops = Loops()
        self._clock = Clock()
        self._control = Control(self)
        self._watch: Watch | None = None
        self._end: State | None = None
        self.view: View | None = None

    def __repr__(self) -> str:
        """Return name, state and steps in one line."""
        return f"<Run {self.name}: {self.state}, {self.steps:,} steps>"

    def __getattr__(self, name: str) -> float:
        """Return the value of a knob of the user's own (``run.beta``)."""
        own = self.__dict__["_board"].own if "_board" in self.__dict__ else {}
        if name in own:
            value: float = own[name].value
            return value
        message = f"{type(self).__name__!r} object has no attribute {name!r}."
        raise AttributeError(message + suggest(name, [*own, *dir(type(self))]))

    # --- what it is doing -------------------------------------------------------------------

    @property
    def state(self) -> State:
        """``ready``, ``running``, ``paused``, or how it ended.

        The ends are ``finished``, ``stopped``, ``diverged``, ``failed`` and ``interrupted``.
        """
        return self._control.state

    @property
    def steps(self) -> int:
        """How many steps are complete. With several optimizers, a step is one round of them."""
        return self._history.rows

    @property
    def events(self) -> list[Event]:
        """What happened besides the steps, in order."""
        return list(self._events)

    @property
    def knobs(self) -> list[Knob]:
        """Every number that can be turned."""
        return list(self._board.knobs)

    @property
    def history(self) -> pd.DataFrame:
        """A table of its own with one row a step: step, epoch, seconds, metrics, knobs.

        ``step`` and ``epoch`` count from 1; ``seconds`` is training time without pauses; a metric
        that was not logged at a step is NaN there.
        """
        self._recorder.settle()
        return self._history.frame((knob.name, knob.changes) for knob in self._board.knobs)

    def status(self) -> Status:
        """Return how far the run has come."""
        done = 1.0 if self.state == "finished" else self._loops.fraction()
        ended = self.state in ENDED
        return self._clock.status(self.steps, done, self._loops.place, ended=ended)

    def chart(self) -> Envelope:
        """Return the chart of at most 4,000 points a series, up to date."""
        self._recorder.settle()
        self._envelope.update()
        return self._envelope

    # --- steering ---------------------------------------------------------------------------

    def pause(self) -> None:
        """Hold the run after the step it is in."""
        self._control.send("pause")

    def resume(self) -> None:
        """Go on after a pause."""
        self._control.send("resume")

    def step(self, n: int = 1) -> None:
        """Do ``n`` steps, then pause."""
        check_count("step", n)
        self._control.send("step", n)

    def stop(self) -> None:
        """End the run after the step it is in; model and history stay."""
        self._control.send("stop")

    def set(self, values: Mapping[str, float] | None = None, /, **named: float) -> None:
        """Turn knobs: ``run.set(lr=0.01)`` or ``run.set({"optimizer_G.lr": 2e-4})``.

        A bare hyperparameter means that of every optimizer and param group. Either all values
        are taken or, if one name or number is wrong, none.

        Raises:
            ValueError: for an unknown name or an impossible number.
        """
        turned = self._board.resolve({**(values or {}), **named})
        self._control.turn(turned)

    def knob(
        self, name: str, value: float, low: float, high: float, **kind: Unpack[KnobKind]
    ) -> None:
        """Add a knob of your own; its value at any time is ``run.<name>``.

        Args:
            name: a Python name that the run does not use yet.
            value: where it stands at first, from ``low`` to ``high``.
            low: the smallest value.
            high: the largest value.
            **kind: ``log=True`` for a logarithmic slider (``low`` must then be above 0),
                ``whole=True`` for whole numbers alone.

        Raises:
            ValueError: for a name that is taken or no name, or a value out of range.
        """
        self._board.add(own_knob(name, value, low, high, **kind), taken=dir(self))

    # --- measuring --------------------------------------------------------------------------

    def log(self, **values: torch.Tensor | float) -> None:
        """Note numbers by name at the step they belong to.

        That is the step being prepared if ``backward`` has run since the last optimizer step,
        else the last complete one. In a loop without any optimizer, a step ends where a name
        comes again.

        Raises:
            TypeError: for anything but a number or a tensor of one element.
            ValueError: for the name of a column that the history has anyway.
        """
        check_names(values)
        checked = {name: as_number(name, value) for name, value in values.items()}
        watch, recorder = self._watch, self._recorder
        if watch is not None and watch.idle and recorder.expects(checked):
            self._open_row(self._loops.epoch)
            self._control.boundary()
        ahead = not self.steps or (watch is not None and (watch.preparing or watch.idle))
        for name, value in checked.items():
            (recorder.put_next if ahead else recorder.put)(name, value)

    def keep(self, **values: torch.Tensor | float) -> None:
        """Do the same, but leave these names out of every chart; the history has them.

        For many numbers of one kind, such as ``kl_0``, ``kl_1``, ...: the KL of each dimension,
        which a `LatentExplorer` of the run shows.

        Raises:
            TypeError: as `log`.
            ValueError: likewise.
        """
        check_names(values)
        self._history.undrawn.update(values)
        self.log(**values)

    def track(self, iterable: Iterable[T]) -> Iterator[T]:
        """Yield what ``iterable`` yields and count the passes, for progress and epochs.

        ``%%train`` does this by itself; under :func:`dlwidgets.live` write
        ``for epoch in run.track(range(20)):``.
        """
        return self._loops.track(iterable)

    def subscribe(
        self,
        poll: Callable[[], None] | None = None,
        flush: Callable[[], None] | None = None,
        every: float | None = None,
    ) -> None:
        """Be called on the training thread while the run goes on.

        Args:
            poll: called at most 50 times a second, also in a pause.
            flush: called at each tick, at each change of state and once at the end.
            every: seconds between ticks (0.1 at first).
        """
        self._control.subscribe(poll, flush, every)

    # --- keeping ----------------------------------------------------------------------------

    def plot(self, ax: Axes | None = None, *, log: bool = False) -> Axes:
        """Draw the history with matplotlib; return the Axes (``run.plot().figure`` shows it)."""
        from dlwidgets.training.plot import plot  # takes 0.5 s to load

        return plot(self, ax, log=log)

    def save(self, path: str | Path, history: Literal["auto", "csv", "parquet"] = "auto") -> Path:
        """Write history, events and weights to one file; see :mod:`dlwidgets.training.archive`."""
        from dlwidgets.training.archive import save

        return save(self, path, history)

    @classmethod
    def load(cls, path: str | Path) -> Run:
        """Read a run that :meth:`save` wrote; ``run.weights[model]`` is a ``state_dict``."""
        from dlwidgets.training.archive import load

        return load(path)

    def show(self) -> None:
        """Bring the live view back in a notebook; elsewhere print the run in a line."""
        if self.view is None:
            print(self)  # noqa: T201 -- this is what was asked for
        else:
            self.view.show()

    def close(self) -> None:
        """Take the live view down, if there is one; history and weights stay."""
        if self.view is not None:
            self.view.close()

    def interrupt(self) -> bool:
        """Ask for a clean end after this step; False if no step is in sight to wait for."""
        return self._control.interrupt()

    # --- for the watch and the session ------------------------------------------------------

    def _meet(
        self, optimizer: Optimizer, name: str, models: Mapping[str, nn.Module], *, scheduled: bool
    ) -> None:
        self.optimizers[name] = optimizer
        self.models.update(models)
        self._board.meet(optimizer, name, scheduled=scheduled)

    def _coded(self, knob: Knob, now: float) -> None:
        """Note that the user's own code changed a hyperparameter (once for a steady decay)."""
        if self.steps and knob.coded_at < self.steps - 1:
            self._note("code", knob.name, knob.value, now)
        knob.coded_at = self.steps

    def _note(
        self, kind: Kind, name: str = "", old: float | None = None, new: float | None = None
    ) -> None:
        self._events.append(Event(self.steps, self._clock.elapsed(), kind, name, old, new))

    def _open_row(self, epoch: int | None, now: float | None = None) -> None:
        """Begin the row of the step that has just been made."""
        self._history.open_row(self._clock.elapsed(now), epoch)
        self._fill_row()

    def _fill_row(self) -> None:
        """Write what waits for the newest row, and where each knob stood."""
        self._recorder.write_upcoming()
        if self._board.turned:
            self._board.record(self.steps - 1)
