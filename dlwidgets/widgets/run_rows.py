"""A run in rows that JSON can carry: what `TrainMonitor` tells the browser, with its types."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import traitlets as t

from dlwidgets.training.events import Kind
from dlwidgets.widgets import wire

if TYPE_CHECKING:
    from dlwidgets.training.events import Event, Status
    from dlwidgets.training.knobs import Knob

MARKS = 200
"""Events that a chart can show; the rest of them are in ``run.events``."""

_KNOWN = t.Float(allow_none=True, default_value=None)
_COUNTED = t.Int(allow_none=True, default_value=None)

STATUS = {
    "steps": t.Int(),
    "rate": _KNOWN,
    "elapsed": _KNOWN,
    "cost": _KNOWN,
    "fraction": _KNOWN,
    "eta": _KNOWN,
    "epoch": _COUNTED,
    "epochs": _COUNTED,
}
KNOB = t.Dict(
    per_key_traits={
        "name": t.Unicode(),
        "main": t.Bool(),
        "value": _KNOWN,
        "pending": _KNOWN,
        "scheduled": _KNOWN,
        "low": t.Float(),
        "high": t.Float(),
        "log": t.Bool(),
        "whole": t.Bool(),
    }
)
FRAME = t.Dict(
    per_key_traits={
        "name": t.Unicode(),
        "step": t.Int(),
        "kind": t.Enum(["image", "curve"]),
        "data": wire.Array("uint8", "float32"),
    }
)
CHART = {
    "seq": t.Int(),
    "width": t.Int(),
    "length": t.Int(),
    "last": wire.Array("float64", ndim=1),
    "series": t.List(
        t.Dict(per_key_traits={"name": t.Unicode(), "points": wire.Array("float32", ndim=1)})
    ),
}
EVENT = t.Dict(
    per_key_traits={
        "step": t.Int(),
        "seconds": _KNOWN,
        "kind": t.Enum(get_args(Kind)),
        "name": t.Unicode(),
        "old": _KNOWN,
        "new": _KNOWN,
    }
)


def status_row(status: Status) -> dict[str, Any]:
    """Return a run's progress, None for what is unknown."""
    # Not asdict, which copies deeply: this is called at every tick.
    return {key: finite(getattr(status, key)) for key in STATUS}


def thin(events: list[Event]) -> list[Event]:
    """Return at most `MARKS` events: what the user did first, then the code's, spread evenly."""
    if len(events) <= MARKS:
        return events
    by_hand = [event for event in events if event.kind != "code"][-MARKS:]
    coded = [event for event in events if event.kind == "code"]
    room = MARKS - len(by_hand)
    spread = np.linspace(0, len(coded) - 1, min(room, len(coded))).astype(int).tolist()
    return sorted([*by_hand, *(coded[i] for i in spread)], key=lambda event: event.step)


def finite(value: float | None) -> float | None:
    """Return a number that JSON can carry, or None."""
    return value if value is not None and math.isfinite(value) else None


def knob_row(knob: Knob) -> dict[str, Any]:
    """Return a knob."""
    return {
        "name": knob.name,
        # The rates and the user's own knobs are what one turns; the rest is a click away.
        "main": knob.key == "lr" or knob.slot is None,
        "value": finite(knob.value),
        "pending": finite(knob.pending),
        "scheduled": finite(knob.scheduled),
        "low": float(knob.low),
        "high": float(knob.high),
        "log": knob.log,
        "whole": knob.whole,
    }


def event_row(event: Event) -> dict[str, Any]:
    """Return an event."""
    row = asdict(event)
    return {**row, **{key: finite(row[key]) for key in ("seconds", "old", "new")}}
