"""The same regression in PyTorch: with tensors and autograd, and with the parts of nn and optim."""

# mypy: disable-error-code="operator"
# A grad is a tensor once backward has run; mypy can't know.

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from dlwidgets.training.retrain.by_hand import Numbers, Steps


def with_autograd(x: Numbers, y: Numbers, w: float, b: float, lr: float, steps: int) -> Steps:
    """Tensors: backward() finds the derivatives, the update is still ours."""
    inputs, targets = torch.tensor(x), torch.tensor(y)
    weight = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    bias = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    for _ in range(steps):
        loss = 0.5 * torch.sum((weight * inputs**2 + bias - targets) ** 2)
        weight.grad = bias.grad = None
        loss.backward()
        with torch.no_grad():
            weight -= lr * weight.grad
            bias -= lr * bias.grad
        yield loss.item(), weight.item(), bias.item()


def with_nn(x: Numbers, y: Numbers, w: float, b: float, lr: float, steps: int) -> Steps:
    """A layer, a loss and an optimizer: nothing is written by hand any more."""
    features, targets = torch.tensor(x**2)[:, None], torch.tensor(y)[:, None]
    model = nn.Linear(1, 1, dtype=torch.float64)
    nn.init.constant_(model.weight, w)
    nn.init.constant_(model.bias, b)
    squared_error = nn.MSELoss(reduction="sum")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = 0.5 * squared_error(model(features), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield loss.item(), model.weight.item(), model.bias.item()
