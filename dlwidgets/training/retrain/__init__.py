"""Small trainings that begin anew whenever a number is turned, a slice at a time."""

from dlwidgets.training.retrain.engines import ENGINES, Engine
from dlwidgets.training.retrain.job import Job, Lane, Outcome
from dlwidgets.training.retrain.own import Own, Turned
from dlwidgets.training.retrain.regression import Regression

__all__ = ["ENGINES", "Engine", "Job", "Lane", "Outcome", "Own", "Regression", "Turned"]
