"""The traits of a retrain explorer: what is said of knobs, trainings and pictures."""

from __future__ import annotations

from typing import Any

import traitlets as t

from dlwidgets.language import say
from dlwidgets.widgets import wire
from dlwidgets.widgets.base import Number


class Whole(Number):
    """A whole number between two ends."""

    def validate(self, obj: t.HasTraits, value: Any) -> float:  # noqa: ANN401 -- checked here
        """Return ``value`` as an int, or raise TraitError with the remedy."""
        number = super().validate(obj, value)
        if number.is_integer():
            return int(number)
        raise t.TraitError(
            say(
                f"{type(obj).__name__}: {self.name} expected a whole number, got {value!r}",
                f"{type(obj).__name__}：{self.name} 应为整数，得到 {value!r}",
            )
        )


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
