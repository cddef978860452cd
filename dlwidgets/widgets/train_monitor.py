"""The live view of a training run: chart, progress, knobs, buttons."""

from __future__ import annotations

import weakref
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import traitlets as t

from dlwidgets.training.events import ENDED, STATES
from dlwidgets.widgets import wire
from dlwidgets.widgets.base import Number, Widget, command
from dlwidgets.widgets.run_rows import (
    CHART,
    EVENT,
    FRAME,
    KNOB,
    STATUS,
    event_row,
    knob_row,
    status_row,
    thin,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.training.frames import Frame
    from dlwidgets.training.run import Run

QUIET = 1.0
"""Seconds between two updates of what the user's own code changes (a schedule, every step)."""

Controls = Literal["live", "between"]


class TrainMonitor(Widget, bundle="train_monitor"):
    """A live chart of a run, with buttons to pause, step and stop it and sliders for its knobs.

    It is made by ``%%train`` and ``run.show()``; ``TrainMonitor(run)`` makes one by hand.
    """

    state = t.Enum(STATES, "ready", read_only=True, help="What the run is doing (read only).").tag(
        sync=True
    )
    smoothing = Number(
        0.0,
        min=0.0,
        max=0.99,
        help="Weight of the past in the smoothed curves, per drawn point; 0 draws no such curve.",
    ).tag(sync=True)
    log_scale = t.Bool(default_value=False, help="Whether the chart is logarithmic.").tag(sync=True)

    _title = t.Unicode("", help="The run's name.").tag(sync=True)
    _controls = t.Enum(
        ["live", "between", "none"],
        "live",
        help="When commands arrive: at the next step, when the cell is done, or never again.",
    ).tag(sync=True)
    _status = t.Dict(
        per_key_traits=STATUS, help="How far the run has come; cost is in per cent, times in s."
    ).tag(sync=True)
    _knobs = t.List(KNOB, help="What can be turned; main knobs stand out.").tag(sync=True)
    _events = t.List(EVENT, help="What happened besides the steps, thinned.").tag(sync=True)
    _chart = t.Dict(
        per_key_traits=CHART,
        help="The curves as of delta `seq`: two values for each bucket of `width` steps.",
    ).tag(sync=True)
    _frames = t.List(FRAME, help="Pictures of `--show`, oldest first.").tag(sync=True)
    _diagnosis = t.Unicode("", help="Why the run diverged; empty if it did not.").tag(sync=True)

    def __init__(self, run: Run, *, controls: Controls = "live", **values: Any) -> None:  # noqa: ANN401 -- each trait checks its own
        """Watch ``run``.

        Args:
            run: a run in any state.
            controls: ``"live"`` if the kernel handles the browser's messages while a cell runs,
                ``"between"`` if they wait until it is done.
            **values: ``smoothing``, ``log_scale`` and what all Jupyter widgets take.

        Raises:
            TypeError: for an unknown option.
        """
        self._run = run
        self._pump = controls
        self._seq = self._drawn = 0
        self._watched = self._waiting = False
        self._token: Any = None
        self._steered: list[float | None] = []
        self._noted = 0
        self._quiet_until = 0.0
        self._newest: dict[str, Frame] = {}
        super().__init__(_title=run.name, **self._snapshot(), **values)
        self._refresh()
        run.subscribe(poll=weakly(self._poll), flush=weakly(self._flush))

    # --- on the training thread -------------------------------------------------------------

    def _poll(self) -> None:
        """Show what a command did while the run is paused, where no tick comes."""
        if self._waiting and self._run.state == "paused":
            self._waiting = False
            self._flush()

    def _flush(self) -> None:
        """Bring the browser up to date, cheaply."""
        if self.comm is None:
            return
        turned = self._run.state != self.state
        if turned or self._due():
            with self.hold_sync():
                self._refresh()
                if turned and self.state != "running":
                    self._renew()
        self._stream()

    def _due(self) -> bool:
        """Whether small traits need an update: now if the user did something, else in a while.

        A schedule changes a rate at every step; the page need not hear of each.
        """
        steered = [knob.pending for knob in self._run.knobs]
        fresh = self._run.events[self._noted :]
        if steered != self._steered or any(event.kind != "code" for event in fresh):
            return True
        return monotonic() >= self._quiet_until

    def _refresh(self) -> None:
        """Update the small traits."""
        run = self._run
        knobs, events = run.knobs, run.events
        self._quiet_until = monotonic() + QUIET
        self._steered = [knob.pending for knob in knobs]
        self.set_trait("state", run.state)
        self._controls = "none" if run.state in ENDED else self._pump
        self._diagnosis = run.diagnosis.text() if run.diagnosis else ""
        self._knobs = [knob_row(knob) for knob in knobs]
        if len(events) != self._noted:
            self._noted = len(events)
            self._events = [event_row(event) for event in thin(events)]

    def _stream(self) -> None:
        """Send what is new in curves and pictures, once the browser has drawn what it was sent.

        The browser draws as often as its machine can without taking from the training.
        """
        if not self._watched or self._seq > self._drawn:
            return
        chart = self._run.chart()
        first, token = chart.changed_since(self._token)
        if token == self._token:
            return
        self._token = token
        for frame in self._new_frames():
            about = {"kind": "frame", "name": frame.name, "step": frame.step}
            packed = wire.pack(frame.data)
            data = packed.pop("data")
            self.send({**about, "frame_kind": frame.kind, **packed}, [data])
        self._seq += 1
        names = chart.names
        delta = {
            "kind": "delta",
            "seq": self._seq,
            "width": chart.width,
            "first": first,
            "series": [{"name": name} for name in names],
            "status": status_row(self._run.status()),
        }
        # The last values apart, in full precision and as bytes: JSON has no NaN.
        last = np.array([chart.last(name) for name in names], np.float64)
        points = [chart.points(name, first).tobytes() for name in names]
        self.send(delta, [*points, last.tobytes()])

    def _new_frames(self) -> list[Frame]:
        new: list[Frame] = []
        for name, frames in self._run.frames.items():
            fresh: list[Frame] = []
            for frame in reversed(frames):
                if frame is self._newest.get(name):
                    break
                fresh.append(frame)
            if fresh:
                self._newest[name] = fresh[0]
            new += reversed(fresh)
        return new

    # --- whole pictures ---------------------------------------------------------------------

    def _renew(self) -> None:
        """Put everything into the traits, from which a page can be drawn again."""
        for name, value in self._snapshot().items():
            setattr(self, name, value)

    def _snapshot(self) -> dict[str, Any]:
        chart = self._run.chart()
        _, self._token = chart.changed_since(None)
        self._new_frames()
        series = [{"name": name, "points": chart.points(name).copy()} for name in chart.names]
        frames = [frame for frames in self._run.frames.values() for frame in frames]
        return {
            "_status": status_row(self._run.status()),
            "_chart": {
                "seq": self._seq,
                "width": chart.width,
                "length": chart.length,
                "last": np.array([chart.last(name) for name in chart.names], np.float64),
                "series": series,
            },
            "_frames": [
                {"name": f.name, "step": f.step, "kind": f.kind, "data": f.data} for f in frames
            ],
        }

    # --- from the browser -------------------------------------------------------------------

    @command
    def _on_hello(self, _value: object) -> None:
        """A view has appeared: give it everything, then what changes."""
        self._watched, self._drawn = True, self._seq
        with self.hold_sync():
            self._refresh()
            self._renew()

    @command
    def _on_ack(self, value: int) -> None:
        """A view has drawn the delta of this number."""
        self._drawn = max(self._drawn, int(value))

    @command
    def _on_pause(self, _value: object) -> None:
        self._steer(self._run.pause)

    @command
    def _on_resume(self, _value: object) -> None:
        self._steer(self._run.resume)

    @command
    def _on_step(self, value: int | None) -> None:
        self._steer(self._run.step, value or 1)

    @command
    def _on_stop(self, _value: object) -> None:
        self._steer(self._run.stop)

    @command
    def _on_set(self, value: dict[str, Any]) -> None:
        self._steer(self._run.set, {value["name"]: value["value"]})

    def _steer(self, method: Callable[..., None], *values: object) -> None:
        """Write a command into the run's mailbox, and show what is pending."""
        try:
            method(*values)
        except RuntimeError as error:
            # It has ended meanwhile; the text says so.
            raise ValueError(str(error)) from error
        self._waiting = True
        self._refresh()


def weakly(method: Callable[[], None]) -> Callable[[], None]:
    """Return a callback that does not keep the widget alive."""
    reference = weakref.WeakMethod(method)

    def call() -> None:
        alive = reference()
        if alive is not None:
            alive()

    return call
