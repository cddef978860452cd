"""Forecasts of a series, trained in slices, beside "same as yesterday"."""

from dlwidgets.training.forecast.code import program
from dlwidgets.training.forecast.fitting import Fit, maker, naive
from dlwidgets.training.forecast.result import Forecast, Score, better, errors
from dlwidgets.training.forecast.series import Series, read
from dlwidgets.training.forecast.setting import Scaled, Setting, scale

__all__ = [
    "Fit",
    "Forecast",
    "Scaled",
    "Score",
    "Series",
    "Setting",
    "better",
    "errors",
    "maker",
    "naive",
    "program",
    "read",
    "scale",
]
