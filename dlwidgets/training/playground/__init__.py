"""A GAN on the plane, update by update: what both nets do can be drawn whole."""

from dlwidgets.training.playground.code import program
from dlwidgets.training.playground.phases import PHASES, Phase, following
from dlwidgets.training.playground.picture import heat, mesh, pushed
from dlwidgets.training.playground.play import Play
from dlwidgets.training.playground.setting import PRESETS, Live, Net, Setting, check_choice
from dlwidgets.training.playground.targets import OWN, TARGETS, Target, own_points, target_of

__all__ = [
    "OWN",
    "PHASES",
    "PRESETS",
    "TARGETS",
    "Live",
    "Net",
    "Phase",
    "Play",
    "Setting",
    "Target",
    "check_choice",
    "following",
    "heat",
    "mesh",
    "own_points",
    "program",
    "pushed",
    "target_of",
]
