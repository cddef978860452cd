"""Flat cuts through a latent space: two of its dimensions, or its two principal components."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.distributions import Normal

from dlwidgets.language import say


@dataclass(frozen=True, eq=False)
class Plane:
    """Two directions at right angles, through the origin of the latent space.

    Attributes:
        axes: (2, dimensions), rows of length one; the second is zero where there is one dimension.
        shares: of the variance of the codes, what each axis holds.
    """

    axes: Tensor
    shares: Tensor

    def places(self, z: Tensor) -> Tensor:
        """Return where codes (..., dimensions) stand on the plane, (..., 2)."""
        return z @ self.axes.T

    def moved(self, z: Tensor, place: Tensor) -> Tensor:
        """Return the code ``z`` moved to a place (..., 2); what lies off the plane stays."""
        return z + (place - self.places(z)) @ self.axes


def pair_plane(mu: Tensor, dims: tuple[int, int]) -> Plane:
    """Return the plane of two dimensions.

    Raises:
        ValueError: for a dimension there is not, or twice the same.
    """
    size = mu.shape[1]
    x, y = dims
    wrong = not all(0 <= one < size for one in dims) or (x == y and size > 1)
    if wrong:
        raise ValueError(
            say(
                f"dims: expected two different dimensions from 0 to {size - 1}, got {x} and {y}",
                f"dims：应为 0 到 {size - 1} 之间两个不同的维度，得到 {x} 和 {y}",
            )
        )
    axes = torch.zeros(2, size, dtype=mu.dtype)
    axes[0, x] = 1
    if size > 1:
        axes[1, y] = 1
    return Plane(axes, _shares(mu, axes))


def principal_plane(mu: Tensor) -> Plane:
    """Return the plane in which the codes spread most.

    Directions come from the codes around their mean; the signs are such that the largest weight of
    each is positive, so that the same codes give the same picture.
    """
    size = mu.shape[1]
    # Of one code, or equal ones, any directions will do.
    _, _, found = torch.linalg.svd(mu - mu.mean(0), full_matrices=True)
    axes = torch.zeros(2, size, dtype=mu.dtype)
    axes[: min(2, size)] = found[: min(2, size)]
    largest = axes.abs().argmax(1, keepdim=True)
    signs = axes.gather(1, largest).sign()
    axes = axes * torch.where(signs == 0, 1.0, signs)
    return Plane(axes, _shares(mu, axes))


def _shares(mu: Tensor, axes: Tensor) -> Tensor:
    spread = (mu - mu.mean(0)).square().sum()
    along = ((mu - mu.mean(0)) @ axes.T).square().sum(0)
    return along / spread if spread > 0 else torch.zeros(2, dtype=mu.dtype)


def quantiles(count: int) -> Tensor:
    """Return ``count`` places that cut a standard normal into equal shares, in double precision.

    These are the inverse distribution function at (i + ½) / count, which never reach infinity.

    Source: D. Kingma and M. Welling, Auto-encoding variational Bayes, 2014, appendix A.
    """
    parts = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    found: Tensor = Normal(0.0, 1.0).icdf(parts)
    return found


def even(values: Tensor, count: int) -> Tensor:
    """Return ``count`` places from the 1st to the 99th percentile of what stands on an axis."""
    ends = torch.quantile(values, torch.tensor([0.01, 0.99], dtype=values.dtype))
    if ends[0] == ends[1]:
        ends = ends + torch.tensor([-1.0, 1.0], dtype=values.dtype)
    return torch.linspace(float(ends[0]), float(ends[1]), count, dtype=values.dtype)


def sheet(plane: Plane, z: Tensor, across: Tensor, up: Tensor) -> Tensor:
    """Return codes on a grid of the plane through ``z``, (rows, columns, dimensions).

    The first row is the top one: the greatest of ``up``.
    """
    y, x = torch.meshgrid(up.flip(0), across, indexing="ij")
    return plane.moved(z, torch.stack([x, y], -1))
