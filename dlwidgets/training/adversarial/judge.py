"""A small classifier that says which classes the samples cover."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn import functional

HIDDEN = 64
STEPS = 200
BATCH = 64
RATE = 0.1
MOMENTUM = 0.9
TRUSTED = 0.8
"""Accuracy below which its word on the samples is not taken."""
_HELD_OUT = 5
"""Every fifth example tells how good it is, and is not learned from."""


@dataclass(frozen=True, eq=False)
class Judge:
    """A net of one hidden layer, trained on the real data alone.

    Attributes:
        weights: of the hidden layer and of the output, with their biases.
        classes: the classes that the data have, ascending.
        accuracy: the share of held-out examples that it classifies correctly.
    """

    weights: tuple[torch.Tensor, ...]
    classes: torch.Tensor
    accuracy: float
    mean: float
    std: float

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Return the class of each sample, (n,)."""
        flat = (x.detach().flatten(1).float() - self.mean) / self.std
        return self.classes[_logits(flat, self.weights).argmax(1)]


def train_judge(x: torch.Tensor, y: torch.Tensor, *, seed: int = 0) -> Judge | None:
    """Train a judge on real examples; None where there is but one class, or hardly an example.

    The same seed gives the same judge, and the global random state is left alone. It is trained
    without an optimizer and without ``backward``, which a run that goes on would take for its own.

    Args:
        x: the examples, (n, ...).
        y: their classes, (n,).
        seed: of the weights and the batches.
    """
    classes, target = y.unique(return_inverse=True)
    if len(classes) < 2 or len(x) < 10 * len(classes):  # noqa: PLR2004 -- there is nothing to tell apart
        return None
    flat = x.detach().flatten(1).float()
    mean, std = flat.mean().item(), max(flat.std().item(), 1e-6)
    flat = (flat - mean) / std
    held = torch.arange(len(x), device=x.device) % _HELD_OUT == 0
    random = torch.Generator().manual_seed(seed)
    weights = _fitted(flat[~held], target[~held], len(classes), random)
    right = _logits(flat[held], weights).argmax(1) == target[held]
    return Judge(weights, classes, right.float().mean().item(), mean, std)


def _logits(x: torch.Tensor, weights: tuple[torch.Tensor, ...]) -> torch.Tensor:
    first, bias, second, shift = weights
    return functional.linear(functional.linear(x, first, bias).relu(), second, shift)


def _fitted(
    x: torch.Tensor, y: torch.Tensor, classes: int, random: torch.Generator
) -> tuple[torch.Tensor, ...]:
    """Return weights fitted by gradient descent with momentum."""
    inputs = x.shape[1]
    shapes = ((HIDDEN, inputs), (HIDDEN,), (classes, HIDDEN), (classes,))
    spread = ((2 / inputs) ** 0.5, 0.0, (1 / HIDDEN) ** 0.5, 0.0)
    weights = [
        (size * torch.randn(shape, generator=random)).to(x.device)
        for shape, size in zip(shapes, spread, strict=True)
    ]
    speeds = [torch.zeros_like(weight) for weight in weights]
    for step in range(STEPS):
        batch = torch.randint(len(x), (BATCH,), generator=random).to(x.device)
        with torch.enable_grad():
            leaves = tuple(weight.requires_grad_() for weight in weights)
            loss = functional.cross_entropy(_logits(x[batch], leaves), y[batch])
            slopes = torch.autograd.grad(loss, leaves)
        rate = RATE * (1 - step / STEPS)
        for speed, slope in zip(speeds, slopes, strict=True):
            speed.mul_(MOMENTUM).add_(slope)
        weights = [w.detach() - rate * s for w, s in zip(weights, speeds, strict=True)]
    return tuple(weights)
