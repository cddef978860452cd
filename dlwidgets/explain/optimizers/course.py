"""What a race is run on: a surface of two parameters, or a small net that learns a curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor, nn

from dlwidgets.explain.untouched import kept_random

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.explain.optimizers.surfaces import Surface

Watched = tuple[Tensor, int]
"""A parameter, and the place of one of its numbers."""

SAMPLES, BATCH, HIDDEN, NOISE = 1000, 32, 20, 0.1
"""The book's comparison (3.8): 1,000 noisy points of a parabola, a net with 20 hidden units."""

PLACES = 41
"""Where the curve of a net is kept at each step."""


@dataclass(frozen=True)
class Lap:
    """One racer's own copy of the course.

    Attributes:
        parameters: the leaves that its optimizer changes.
        loss: of a step, from 0; differentiable.
        watched: the two numbers that are followed.
        curve: what a net makes of `PLACES` inputs; None on a surface.
    """

    parameters: list[Tensor]
    loss: Callable[[int], Tensor]
    watched: tuple[Watched, Watched]
    curve: Callable[[], Tensor] | None = None


@dataclass(frozen=True)
class Course:
    """What every racer of a race starts from, alike.

    Attributes:
        begin: returns a new copy at the start.
        seed: of what is random in it.
        names: of the two numbers that are followed.
        points: of a net, the samples it learns, (samples, 2).
        reach: of a net, where `PLACES` inputs lie.
    """

    begin: Callable[[], Lap]
    seed: int
    names: tuple[str, str]
    points: Tensor | None = None
    reach: tuple[float, float] = (0.0, 1.0)


def on_surface(surface: Surface, start: tuple[float, float], seed: int = 0) -> Course:
    """Return a race over ``surface`` from ``start``: one parameter θ of two numbers."""

    def begin() -> Lap:
        theta = torch.tensor(start, dtype=torch.float64, requires_grad=True)

        def loss(_step: int) -> Tensor:
            x, y = theta.unbind()
            return surface.function(x, y).reshape(())

        return Lap([theta], loss, ((theta, 0), (theta, 1)))

    return Course(begin, seed, ("x", "y"))


def fitting(seed: int = 0) -> Course:
    """Return the book's comparison of optimizers (3.8): learn y = x² + noise from 1,000 points.

    Every racer gets the same weights, and the same batches of 32 in the same order. The two
    numbers that are followed belong to the hidden unit with the largest gradient at the start: its
    input weight and its output weight.
    """
    generator = torch.Generator().manual_seed(seed)
    x = torch.linspace(-1, 1, SAMPLES, dtype=torch.float64)[:, None]
    y = x**2 + NOISE * torch.randn(x.shape, generator=generator, dtype=torch.float64)
    order = torch.stack([torch.randperm(SAMPLES, generator=generator) for _ in range(64)])
    batches = order[:, : SAMPLES // BATCH * BATCH].reshape(-1, BATCH)
    first = _net(seed)
    nn.functional.mse_loss(first(x), y).backward()
    unit = int(_weight(first, 0).grad.abs().argmax())  # type: ignore[union-attr]  # just made
    inputs = torch.linspace(-1, 1, PLACES, dtype=torch.float64)[:, None]

    def begin() -> Lap:
        net = _net(seed)

        def loss(step: int) -> Tensor:
            drawn = batches[step % len(batches)]
            return nn.functional.mse_loss(net(x[drawn]), y[drawn])

        def curve() -> Tensor:
            with torch.no_grad():
                found: Tensor = net(inputs)[:, 0]
            return found

        watched = ((_weight(net, 0), unit), (_weight(net, 2), unit))
        return Lap(list(net.parameters()), loss, watched, curve)

    names = (f"net[0].weight[{unit}, 0]", f"net[2].weight[0, {unit}]")
    return Course(begin, seed, names, torch.cat([x, y], 1), (-1.0, 1.0))


def _weight(net: nn.Sequential, layer: int) -> Tensor:
    return cast("Tensor", net[layer].weight)


def _net(seed: int) -> nn.Sequential:
    with kept_random(set()):
        torch.manual_seed(seed)
        layers = nn.Linear(1, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 1)
        return nn.Sequential(*layers).double()
