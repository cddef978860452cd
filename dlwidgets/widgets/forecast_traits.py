"""The traits of a forecast explorer: the split, and what the page is told of series and errors."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any

import traitlets as t

from dlwidgets.widgets.base import Number
from dlwidgets.widgets.layer_rows import TEXT
from dlwidgets.widgets.retrain_subject import Knob
from dlwidgets.widgets.retrain_traits import KNOB, array, number

if TYPE_CHECKING:
    from dlwidgets.training.forecast import Series, Setting

FORECASTS = ("one_step", "naive", "free_running", "naive_free")
"""What can be drawn, in the order of the errors."""


class Share(Number):
    """A share of the days, between 0 and 1; a day is welcome, and becomes the share before it."""

    def validate(self, obj: t.HasTraits, value: Any) -> float:  # noqa: ANN401 -- checked here
        """Return ``value`` as a share, or raise TraitError with the remedy."""
        if not isinstance(value, Real):
            series: Series = obj._series  # type: ignore[attr-defined]  # noqa: SLF001 -- its owner's
            try:
                value = series.row(value) / len(series)
            except ValueError as error:
                raise t.TraitError(str(error)) from error
        return super().validate(obj, value)


class ForecastTraits(t.HasTraits):
    """Everything about a forecast that page and Python share."""

    window = number(30, 1, 10**4, "How many days the model sees.", whole=True)
    hidden_size = number(16, 1, 1024, "Numbers that the LSTM carries.", whole=True)
    split = Share(
        0.8, min=0, max=1, help="The share of days to train on; in Python also a day."
    ).tag(sync=True)
    horizon = number(
        20, 1, 10**6, "Days that it goes on with its own numbers at a time.", whole=True
    )
    lr = number(0.01, 0, 1000, "The learning rate of Adam.")
    epochs = number(10, 1, 10**4, "Passes over the training part.", whole=True)
    batch_size = number(64, 1, 10**6, "Windows of a step.", whole=True)
    seed = number(0, 0, 2**32 - 1, "Where everything random begins.", whole=True)
    log_scale = t.Bool(default_value=True, help="Whether losses stand on a logarithmic axis.").tag(
        sync=True
    )
    shown = t.List(
        t.Enum(list(FORECASTS)), list(FORECASTS[:3]), help="The forecasts that are drawn."
    ).tag(sync=True)
    residuals = t.Bool(
        default_value=False, help="Whether errors are drawn in the place of prices."
    ).tag(sync=True)

    _title = t.Dict(
        {"en": "", "zh": ""},
        per_key_traits={"en": t.Unicode(), "zh": t.Unicode()},
        help="What the series is called.",
    ).tag(sync=True)
    _column = t.Unicode("", help="Which number of each day it is.").tag(sync=True)
    _synthetic = t.Bool(default_value=False, help="Whether the series is made up.").tag(sync=True)
    _notes = t.List(TEXT, help="What was done to the series.").tag(sync=True)
    _truth = array("float64", 1, "The series.")
    _dates = array("float64", 1, "Its days, milliseconds since 1970; empty without days.")
    _row = t.Int(0, help="The first row of the test part.").tag(sync=True)
    _scale = array("float64", 1, "Mean and deviation of the training part.")
    _knobs = t.List(KNOB, help="What can be turned.").tag(sync=True)
    _steps = array("int32", 1, "The steps of which losses are shown.")
    _losses = array("float64", 1, "Their losses; NaN if not there yet.")
    _one_step = array("float64", 1, "Each day from the true days before; empty before the first.")
    _free = array("float64", 1, "The test part in runs; empty before the end.")
    _scores = array("float64", 2, "MAE and RMSE of the four forecasts; NaN where there is none.")
    _verdicts = t.List(TEXT, help="What the errors say, in words.").tag(sync=True)
    _better = t.List(
        t.Enum(["", "yes", "no", "mixed"]), help="Whether a model beats its naive forecast."
    ).tag(sync=True)
    _state = t.Dict(
        {"done": 0, "total": 1, "ending": "", "error": ""},
        per_key_traits={
            "done": t.Int(),
            "total": t.Int(),
            "ending": t.Enum(["", "done", "diverged", "failed"]),
            "error": t.Unicode(),
        },
        help="How far the training is.",
    ).tag(sync=True)
    _line = t.Unicode("", help="The code line.").tag(sync=True)


def knobs(setting: Setting, days: int) -> tuple[Knob, ...]:
    """Return the knobs, with ends that this series allows."""
    return (
        Knob("window", 1, max(1, min(250, setting.split - 1)), whole=True),
        Knob("hidden_size", 1, 128, log=True, whole=True),
        Knob("split", (setting.window + 1) / days, (days - 1) / days),
        Knob("horizon", 1, max(2, days - setting.split), log=True, whole=True),
        Knob("lr", 1e-4, 0.1, log=True),
        Knob("epochs", 1, 100, log=True, whole=True),
        Knob("batch_size", 8, 512, log=True, whole=True),
        Knob("seed", 0, 200, whole=True),
    )
