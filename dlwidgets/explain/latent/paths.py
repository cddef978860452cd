"""Ways between codes: straight, along the sphere, and sums of codes."""

from __future__ import annotations

import torch
from torch import Tensor

WAYS = ("linear", "spherical")

STRAIGHT = 1e-6
"""Of the angle between two codes, in radians: below it, arc and chord are the same."""


def between(a: Tensor, b: Tensor, t: float, way: str = "linear") -> Tensor:
    """Return the code at the part ``t`` of the way from ``a`` to ``b``; the ends are exact."""
    if t <= 0:
        return a.clone()
    if t >= 1:
        return b.clone()
    return spherical(a, b, t) if way == "spherical" else linear(a, b, t)


def linear(a: Tensor, b: Tensor, t: float) -> Tensor:
    """Return (1 − t) a + t b."""
    return (1 - t) * a + t * b


def spherical(a: Tensor, b: Tensor, t: float) -> Tensor:
    """Return the code on the arc from ``a`` to ``b``: the angle and the norm change evenly.

    Codes of many dimensions lie near a sphere of radius √d; a straight way between two of them
    passes through its inside, where the decoder has seen nothing. Between opposite codes, the arc
    goes over the axis that is most at right angles to them. With a code of zero, or one dimension
    and opposite signs, there is no arc, and the way is straight.

    Source: K. Shoemake, Animating rotation with quaternion curves, SIGGRAPH 1985; T. White,
    Sampling generative networks, 2016.
    """
    one, other = a.norm(), b.norm()
    if one == 0 or other == 0 or len(a) == 1:
        return linear(a, b, t)
    start, end = a / one, b / other
    # Exact for small angles too, where the arc cosine is not.
    angle = 2 * torch.atan2((start - end).norm(), (start + end).norm())
    if angle < STRAIGHT:
        return linear(a, b, t)
    across = end - (start @ end) * start
    if across.norm() < STRAIGHT:
        axis = torch.zeros_like(a)
        axis[start.abs().argmin()] = 1
        across = axis - (axis @ start) * start
    across = across / across.norm()
    turned: Tensor = torch.cos(t * angle) * start + torch.sin(t * angle) * across
    norm: Tensor = (1 - t) * one + t * other
    return norm * turned


def combined(a: Tensor, b: Tensor, c: Tensor) -> Tensor:
    """Return a − b + c: what ``a`` has and ``b`` has not, added to ``c``."""
    return a - b + c
