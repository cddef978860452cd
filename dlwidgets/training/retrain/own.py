"""The user's own small model, trained anew from the weights it had, with other options."""

from __future__ import annotations

import inspect
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING

from torch import nn

from dlwidgets.language import say
from dlwidgets.training.checks import check
from dlwidgets.training.choices import Loss, choose_loss, choose_optimizer, optimizer_class
from dlwidgets.training.fit import HasLoader
from dlwidgets.training.metrics import is_pair
from dlwidgets.training.preview import Preview, preview
from dlwidgets.training.retrain.job import Job, Lane
from dlwidgets.training.sweep.task import learn

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Turned:
    """One position of the knobs; equal positions give equal numbers, bit for bit.

    Attributes:
        optimizer: a name of ``torch.optim``, in small letters.
        batch_size: samples of a step.
        seed: of the order of the batches and of everything random in the model.
    """

    optimizer: str = "sgd"
    lr: float = 0.1
    momentum: float = 0.0
    weight_decay: float = 0.0
    batch_size: int = 64
    steps: int = 300
    seed: int = 0

    @property
    def options(self) -> dict[str, float]:
        """The options of the optimizer: those that it has, and that are not off."""
        found = {"lr": self.lr}
        for name in ("momentum", "weight_decay"):
            if getattr(self, name) and takes(self.optimizer, name):
                found[name] = getattr(self, name)
        return found

    @property
    def line(self) -> str:
        """The line that makes the optimizer."""
        name = optimizer_class(self.optimizer).__name__
        options = ", ".join(f"{option}={value!r}" for option, value in self.options.items())
        return f"torch.optim.{name}(model.parameters(), {options})"


def takes(optimizer: str, option: str) -> bool:
    """Tell whether an optimizer of ``torch.optim`` has an option."""
    return option in inspect.signature(optimizer_class(optimizer)).parameters


class Own:
    """A model as it was when it was given, and the samples that it is to learn.

    Attributes:
        samples: inputs and targets, on the model's device.
        classes: whether the targets are class indices.
    """

    def __init__(self, model: nn.Module, data: object, loss: Loss | None = None) -> None:
        """Copy ``model``; it is never changed.

        Raises:
            TypeError: for a model, data or loss of another kind.
            ValueError: for a model without trainable parameters, no samples, or targets that no
                loss can be guessed for.
        """
        check("model", "an nn.Module", "nn.Module", model, right=isinstance(model, nn.Module))
        check("loss", "a function", "函数", loss, right=loss is None or callable(loss))
        if not any(p.requires_grad for p in model.parameters()):
            raise ValueError(
                say(
                    "model: expected a parameter to train, got none with requires_grad; "
                    "unfreeze one with requires_grad_()",
                    "model：没有可训练的参数（requires_grad）；请用 requires_grad_() 解冻",
                )
            )
        self.model = deepcopy(model)
        self.device = next(model.parameters()).device
        x, y = _samples(data)
        self.samples = x.detach().to(self.device), y.detach().to(self.device)
        self.loss = choose_loss(y)[0] if loss is None else loss
        self._guessed = loss is None
        self.classes = not y.is_floating_point()

    def job(self, turned: Turned) -> tuple[Job, nn.Module]:
        """Return the training at a position, and the model that it trains."""
        from dlwidgets.data.loader import Loader  # types only above this line

        model = deepcopy(self.model).train()
        optimizer = choose_optimizer(turned.optimizer, model, None, dict(turned.options))
        loader = Loader(*self.samples, turned.batch_size, seed=turned.seed)
        # Each pass over a loader is an epoch; the lane says when there were enough steps.
        batches = chain.from_iterable(repeat(loader))
        rows = ((loss,) for loss in learn(model, optimizer, self.loss, batches))
        return Job([Lane("model", rows, turned.steps)], turned.seed, self.device), model

    def code(self, turned: Turned) -> str:
        """Return the loop, for a ``model`` and its ``samples`` (x, y); it changes the model."""
        return "\n".join(
            [
                "import torch",
                "from itertools import chain, islice, repeat",
                "from dlwidgets.data import Loader",
                "",
                f"optimizer = {turned.line}",
                f"batches = Loader(*samples, {turned.batch_size}, seed={turned.seed})",
                f"torch.manual_seed({turned.seed})",
                "model.train()",
                f"for x, y in islice(chain.from_iterable(repeat(batches)), {turned.steps}):",
                *(f"    {line}" for line in self._loss_lines()),
                "    optimizer.zero_grad()",
                "    loss.backward()",
                "    optimizer.step()",
            ]
        )

    def _loss_lines(self) -> list[str]:
        if not self._guessed:
            name = getattr(self.loss, "__name__", "")
            # A module or a lambda has no name that would run.
            return [f"loss = {name if name.isidentifier() else 'loss_function'}(model(x), y)"]
        if self.classes:
            return ["loss = torch.nn.functional.cross_entropy(model(x), y.long())"]
        return ["out = model(x)", "loss = torch.nn.functional.mse_loss(out, y.reshape(out.shape))"]

    def picture(self, model: nn.Module) -> Preview | None:
        """Return what a model makes of its inputs, where those can be drawn."""
        return preview([model], self.samples)


def _samples(data: object) -> tuple[Tensor, Tensor]:
    """Return the training samples of whatever holds them all."""
    if isinstance(data, HasLoader):
        return data.train
    if isinstance(data, tuple) and len(data) == 2 and is_pair(data[0]):  # noqa: PLR2004 -- (train, test)
        data = data[0]
    if is_pair(data) and len(data[0]) == len(data[1]) > 0:
        return data[0], data[1]
    got = type(data).__name__
    raise TypeError(
        say(
            "data: expected (x, y) tensors of the same length or a dlwidgets data set, as the "
            f"batch size is a knob here; got {got}",
            f"data：应为等长的 (x, y) 张量或 dlwidgets 数据集（此处批大小可调节）；得到 {got}",
        )
    )
