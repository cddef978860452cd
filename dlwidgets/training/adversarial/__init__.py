"""Two nets against each other: who they are, what each makes of the other, and what ails them."""

from dlwidgets.training.adversarial.diagnosis import Finding
from dlwidgets.training.adversarial.duel import Duel, duel_of
from dlwidgets.training.adversarial.game import Game

__all__ = ["Duel", "Finding", "Game", "duel_of"]
