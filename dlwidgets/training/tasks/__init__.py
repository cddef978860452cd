"""How each kind of model learns from a batch; `choose` finds the kind that a model is."""

from dlwidgets.training.tasks.choose import choose_task
from dlwidgets.training.tasks.task import Asked, Task

__all__ = ["Asked", "Task", "choose_task"]
