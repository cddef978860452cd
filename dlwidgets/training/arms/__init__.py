"""Variants of one model and its training, side by side: same seeds, same starts, same batches."""

from dlwidgets.training.arms.comparing import compare
from dlwidgets.training.arms.result import Comparison

__all__ = ["Comparison", "compare"]
