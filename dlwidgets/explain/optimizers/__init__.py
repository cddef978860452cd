"""Optimizers at work: races, the arithmetic of a step, schedules (book 3.6 to 3.8, 5.6)."""

from dlwidgets.explain.optimizers.breakdown import Breakdown, Term, breakdown
from dlwidgets.explain.optimizers.contest import Contest
from dlwidgets.explain.optimizers.course import Course, fitting, on_surface
from dlwidgets.explain.optimizers.race import Path, race
from dlwidgets.explain.optimizers.racers import Racer, read_racer
from dlwidgets.explain.optimizers.schedules import Schedule, rates, read_schedule
from dlwidgets.explain.optimizers.script import script
from dlwidgets.explain.optimizers.stages import Stage
from dlwidgets.explain.optimizers.surfaces import SURFACES, Surface, read_surface
from dlwidgets.explain.optimizers.tuning import tuned

__all__ = [
    "SURFACES",
    "Breakdown",
    "Contest",
    "Course",
    "Path",
    "Racer",
    "Schedule",
    "Stage",
    "Surface",
    "Term",
    "breakdown",
    "fitting",
    "on_surface",
    "race",
    "rates",
    "read_racer",
    "read_schedule",
    "read_surface",
    "script",
    "tuned",
]
