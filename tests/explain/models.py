"""Models that make trouble for whoever watches them."""

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn


class Pair(NamedTuple):
    mean: Tensor
    spread: Tensor


class Odd(nn.Module):
    """Loops, shares, hides and skips layers; returns a dict with a tuple in it."""

    def __init__(self) -> None:
        super().__init__()
        self.act = nn.ReLU()
        self.first = nn.Linear(7, 4)
        self.norm = nn.BatchNorm1d(4)
        self.hidden = [nn.Linear(4, 4)]
        self.unused = nn.Linear(2, 2)
        self.last = nn.Linear(4, 4)
        self.last.weight = self.hidden[0].weight
        self.blocks = nn.ModuleList([nn.Tanh(), nn.Tanh()])

    def forward(self, x: Tensor) -> dict[str, Any]:
        for _ in range(10):
            z = self.act(x)
        x = self.blocks[0](self.norm(self.first(x)))
        for layer in self.hidden:
            x = layer(x)
        return {"y": self.last(x), "rest": Pair(x, z)}


class Forgetful(nn.Module):
    """Changes whatever a forward pass can change of its own module."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(3)
        self.drop = nn.Dropout(0.5)
        self.seen = 0
        self.log: list[int] = []
        self.table = {"a": 1}
        self.state = torch.zeros(3)
        self.register_buffer("total", torch.zeros(3))

    def forward(self, x: Tensor) -> Tensor:
        self.seen += 1
        self.log.append(len(x))
        self.table["b"] = 2
        self.fresh = x
        self.state += 1
        self.total = self.total + x.mean(0)
        return self.drop(self.norm(x)) + torch.rand(3)


class InPlace(nn.Module):
    """Works on its input in place, as ``nn.ReLU(inplace=True)`` does on the layer before it."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Identity()
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.scale(x.mul_(2)))
