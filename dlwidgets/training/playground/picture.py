"""What is drawn of a game: D's map, G's manifold, the points and which way each is pushed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from dlwidgets.models.adversarial import generator_loss
from dlwidgets.training.playground.aside import aside
from dlwidgets.training.playground.measures import scores

if TYPE_CHECKING:
    from dlwidgets.training.playground.play import Play

REACH = 1.3
"""The stage goes from −REACH to REACH on both axes."""

CELLS = 49
"""Places along each side of D's map; its outermost ones lie on the edge of the stage."""

MESH = 21
"""Nodes along each side of the mesh that G maps."""

THREAD = 241
"""Nodes of the line that G maps where a point of noise is one number."""

TAILS = 0.01
"""The share of Gaussian noise beyond each end of the mesh."""


@aside()
def heat(play: Play) -> Tensor:
    """Return D(x) over the stage, (CELLS, CELLS); rows from the least second coordinate up."""
    places = torch.linspace(-REACH, REACH, CELLS)
    y, x = torch.meshgrid(places, places, indexing="ij")
    points = torch.stack([x, y], dim=-1).reshape(-1, 2)  # (CELLS², 2)
    with torch.no_grad():
        found = scores(play.discriminator(points), play.live.loss)
    return found.reshape(CELLS, CELLS)


@aside()
def mesh(play: Play) -> Tensor:
    """Return where G maps a mesh over its noise: (MESH, MESH, 2), (THREAD, 2), or (0, 2).

    All cells of the mesh are equally likely: so the smaller one becomes, the denser are the points
    in it. Noise of more than two numbers has no mesh.
    """
    size = play.setting.noise_size
    if size > 2:  # noqa: PLR2004 -- the plane
        return torch.zeros(0, 2)
    side = _nodes(play.setting.noise, THREAD if size == 1 else MESH)
    z = torch.cartesian_prod(*[side] * size).reshape(-1, size)
    with torch.no_grad():
        found: Tensor = play.generator(z)
    return found if size == 1 else found.reshape(MESH, MESH, 2)


def _nodes(noise: str, n: int) -> Tensor:
    """Return values of one number of noise between which equal shares of it lie."""
    if noise == "uniform":
        return torch.linspace(-1, 1, n)
    shares = torch.linspace(TAILS, 1 - TAILS, n)
    found: Tensor = torch.special.ndtri(shares)
    return found


@dataclass(frozen=True, eq=False)
class Pushed:
    """Generated points, and for each the gradient of G's loss, were it the only point.

    Attributes:
        points: G(z), (n, 2).
        gradients: of this loss by the point, (n, 2); G's loss of a batch is the mean of them all.
    """

    points: Tensor
    gradients: Tensor


@aside()
def pushed(play: Play, z: Tensor) -> Pushed:
    """Return where G maps noise, and how its loss changes as each point moves."""
    points = play.generator(z).detach().requires_grad_()
    loss = generator_loss(play.discriminator(points), play.live.loss)
    (gradients,) = torch.autograd.grad(loss * len(z), points)
    return Pushed(points.detach(), gradients)
