"""What people get wrong about selecting and setting, each shown on the frame at hand."""

from dlwidgets.explain.frame.traps.trap import ORDER, Step, Trap, trap, traps

__all__ = ["ORDER", "Step", "Trap", "trap", "traps"]
