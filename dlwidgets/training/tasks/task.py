"""What every kind of training has: optimizers, knobs, a step, a test."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor, nn

from dlwidgets.language import say
from dlwidgets.training.choices import Loss, choose_optimizer
from dlwidgets.training.isolation import isolated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dlwidgets.training.metrics import Batch, Data, Metric
    from dlwidgets.training.run import Run

Kind = str | type[torch.optim.Optimizer] | torch.optim.Optimizer
"""An optimizer as it is asked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user has asked for; None where the task decides.

    Attributes:
        options: whatever belongs to the optimizer, or to the task alone.
        known: the options of `dlwidgets.train`, offered where one is misspelt.
    """

    optimizer: Kind | None = None
    lr: float | None = None
    loss: Loss | str | None = None
    metrics: Iterable[str | Metric] | None = None
    seed: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    known: tuple[str, ...] = ()

    def without(self, names: Iterable[str]) -> Asked:
        """Return the same without the options ``names``; they are known from then on."""
        kept = {name: value for name, value in self.options.items() if name not in names}
        return replace(self, options=kept, known=(*names, *self.known))


class Task(ABC):
    """One way to learn from batches.

    Attributes:
        model: what is trained.
        optimizers: one, or two that take turns.
        why: what is minimised, in words.
    """

    options: ClassVar[tuple[str, ...]] = ()
    """Options of its own, beside those of the optimizer."""

    model: nn.Module
    optimizers: list[torch.optim.Optimizer]
    why: str

    @abstractmethod
    def optimize(self) -> None:
        """Make the optimizers anew, for the parameters where they now lie."""

    @abstractmethod
    def begin(self, run: Run) -> None:
        """Give ``run`` the knobs that this task has."""

    @abstractmethod
    def step(self, run: Run, x: Tensor, y: Tensor) -> Tensor:
        """Learn from one batch, log what there is to log, and return the loss."""

    @abstractmethod
    def test(self, run: Run, data: Data) -> float:
        """Log how good the model is on ``data``; return the number a plateau is one of."""


def make_optimizer(asked: Asked, model: nn.Module) -> torch.optim.Optimizer:
    """Return the optimizer asked for, SGD without a word."""
    kind = "sgd" if asked.optimizer is None else asked.optimizer
    return choose_optimizer(kind, model, asked.lr, asked.options, asked.known)


@contextmanager
def looking(model: nn.Module, seed: int = 0) -> Iterator[None]:
    """Run a block in evaluation mode, from ``seed``, without a trace on model or random state."""
    with isolated([model]):
        model.eval()
        torch.manual_seed(seed)
        yield


def tried(model: nn.Module, ask: Callable[[], Any], shape: tuple[int, ...]) -> Any:  # noqa: ANN401 -- whatever the model gives
    """Return what a model gives for samples of ``shape``, before anything is trained.

    Raises:
        ValueError: when it can't take them; says what torch said.
    """
    try:
        with looking(model):
            return ask()
    except (RuntimeError, ValueError, TypeError, IndexError) as error:
        name = type(model).__name__
        message = say(
            f"model: {name} can't take samples of shape {shape} ({error}); give it their shape, "
            f"such as {name}(shape={shape})",
            f"model：{name} 不能接受形状为 {shape} 的样本（{error}）；请给出样本形状，"
            f"例如 {name}(shape={shape})",
        )
        raise ValueError(message) from error


def first(seen: Batch | None, model: nn.Module, count: int = 2) -> Batch | None:
    """Return the first samples that can be seen, where the model lies."""
    if seen is None:
        return None
    device = next((p.device for p in model.parameters()), None)
    return seen[0][:count].to(device), seen[1][:count].to(device)
