"""The headless engine: a run, its knobs, its history. No IPython, no widgets."""

from dlwidgets.training.events import Event, Status
from dlwidgets.training.live import watched
from dlwidgets.training.run import Run

__all__ = ["Event", "Run", "Status", "watched"]
