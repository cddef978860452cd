"""The traits of a retrain explorer: what is said of knobs, trainings and pictures."""

from __future__ import annotations

from typing import Any

import traitlets as t

from dlwidgets.widgets import wire
from dlwidgets.widgets.base import Number, Whole

LANE = t.Dict(
    per_key_traits={
        "name": t.Unicode(),
        "here": t.Bool(),
        "ending": t.Enum(["", "done", "diverged", "failed"]),
        "error": t.Unicode(),
        "done": t.Int(),
        "pace": t.Float(),
    }
)

KNOB = t.Dict(
    per_key_traits={
        "name": t.Unicode(),
        "value": t.Float(),
        "low": t.Float(),
        "high": t.Float(),
        "log": t.Bool(),
        "whole": t.Bool(),
        "off": t.Bool(),
    }
)

PICTURE = {
    "kind": t.Enum(["fit", "map", "none"]),
    "reach": wire.Array("float32"),
    "values": wire.Array("float32", "uint8"),
    "points": wire.Array("float32"),
    "labels": wire.Array("uint8"),
}


def number(value: float, low: float, high: float, help_: str, *, whole: bool = False) -> Any:  # noqa: ANN401 -- a trait
    """Return a number as a trait of the user's."""
    return (Whole if whole else Number)(value, min=low, max=high, help=help_).tag(sync=True)


def array(dtype: str, ndim: int, help_: str) -> Any:  # noqa: ANN401 -- a trait
    """Return an array as a trait of the wire."""
    return wire.Array(dtype, ndim=ndim, help=help_).tag(sync=True)
