"""From inputs to targets: classification and regression."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dlwidgets.language import say
from dlwidgets.training.checks import check
from dlwidgets.training.choices import choose_loss
from dlwidgets.training.metrics import mean_loss, named_metrics
from dlwidgets.training.tasks.task import Task, make_optimizer

if TYPE_CHECKING:
    from torch import Tensor, nn

    from dlwidgets.training.choices import Loss
    from dlwidgets.training.metrics import Batch, Data
    from dlwidgets.training.run import Run
    from dlwidgets.training.tasks.task import Asked


class Supervised(Task):
    """Lowers a loss between what the model says and what the targets are."""

    def __init__(self, model: nn.Module, asked: Asked, seen: Batch | None) -> None:
        """Choose loss, metrics and optimizer, as far as they are not given.

        Raises:
            TypeError: for a loss that is no function.
            ValueError: for what can't be.
        """
        self.model, self._asked = model, asked
        y = None if seen is None else seen[1]
        self.metrics = named_metrics(("accuracy",) if asked.metrics is None else asked.metrics)
        if y is not None and y.is_floating_point() and not ((y == 0) | (y == 1)).all():
            self.metrics.pop("accuracy", None)  # Counting hits needs classes.
        self.why = say("your loss", "给定的损失函数")
        loss = asked.loss
        right = loss is None or callable(loss)
        check("loss", "a function", "函数", loss, right=right)
        if loss is None:
            loss, self.why = choose_loss(y)
        self.loss = cast("Loss", loss)
        self.optimize()

    def optimize(self) -> None:
        """Make the optimizer: SGD where none is asked for."""
        self.optimizers = [make_optimizer(self._asked, self.model)]

    def begin(self, run: Run) -> None:
        """There are no knobs beside the optimizer's."""

    def step(self, run: Run, x: Tensor, y: Tensor) -> Tensor:  # noqa: ARG002 -- nothing else to log
        """Do the plain step: forward, backward, step."""
        model, optimizer = self.model, self.optimizers[0]
        loss = self.loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    def test(self, run: Run, data: Data) -> float:
        """Log loss and metrics; return the loss."""
        loss = mean_loss(self.model, data, self.loss)
        run.log(test_loss=loss)
        for name, metric in self.metrics.items():
            run.log(**{f"test_{name}": metric(self.model, data)})
        return loss
