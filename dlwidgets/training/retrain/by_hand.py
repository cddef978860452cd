"""One regression without a framework: its data, and the gradients worked out on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Steps = Iterator[tuple[float, float, float]]


def quadratic(points: int, noise: float, seed: int) -> tuple[Numbers, Numbers, float, float]:
    """Return x, y = 3x² + 2 with noise from 0 to ``noise``, and where w and b begin."""
    random = np.random.RandomState(seed)
    x = np.linspace(-1, 1, points)
    y = 3 * x**2 + 2 + noise * random.rand(points)
    w, b = random.rand(2)
    return x, y, float(w), float(b)


def by_hand(x: Numbers, y: Numbers, w: float, b: float, lr: float, steps: int) -> Steps:
    """NumPy alone: the loss is ½ Σ (w x² + b − y)², its derivatives are worked out on paper."""
    for _ in range(steps):
        error = w * x**2 + b - y
        loss = 0.5 * np.sum(error**2)
        grad_w = np.sum(error * x**2)
        grad_b = np.sum(error)
        w = w - lr * grad_w
        b = b - lr * grad_b
        yield float(loss), float(w), float(b)
