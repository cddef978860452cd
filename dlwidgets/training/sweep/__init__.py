"""Many runs of one model: every value of an option, from the same start, on the same batches."""

from dlwidgets.training.sweep.result import Sweep
from dlwidgets.training.sweep.sweeping import sweep
from dlwidgets.training.sweep.zones import Zone

__all__ = ["Sweep", "Zone", "sweep"]
