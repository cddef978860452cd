"""The real points of a playground: named clouds on the plane, or one's own.

Each named cloud is a small function that needs only torch: the program that reproduces a game holds
its very source.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from dlwidgets.language import say, suggest
from dlwidgets.training.playground.aside import aside

if TYPE_CHECKING:
    from collections.abc import Callable

POINTS = 2000
"""Points of a named cloud."""

MOST = 20_000
"""Points of one's own that are kept; of more, every so-manieth."""

OWN = "own"
"""The name of a target that is one's own, drawn or given."""


def ring_centres() -> Tensor:
    """Eight places on a circle."""
    angles = torch.arange(8) * (2 * math.pi / 8)
    return 0.75 * torch.stack([angles.cos(), angles.sin()], dim=1)  # (8, 2)


def grid_centres() -> Tensor:
    """Five by five places."""
    places = torch.linspace(-0.8, 0.8, 5)
    return torch.cartesian_prod(places, places)  # (25, 2)


def mixture(centres: Tensor, n: int, draw: torch.Generator) -> Tensor:
    """Gaussians of deviation 0.05 around centres, all alike likely."""
    which = torch.randint(len(centres), (n,), generator=draw)
    return centres[which] + 0.05 * torch.randn(n, 2, generator=draw)  # (n, 2)


def moons(n: int, draw: torch.Generator) -> Tensor:
    """Two half moons that reach into each other."""
    angles = math.pi * torch.rand(n, generator=draw)
    upper = torch.randint(2, (n,), generator=draw) == 1
    x = torch.where(upper, angles.cos() - 0.5, 0.5 - angles.cos())
    y = torch.where(upper, angles.sin() - 0.25, 0.25 - angles.sin())
    noise = 0.03 * torch.randn(n, 2, generator=draw)
    return 0.6 * torch.stack([x, y], dim=1) + noise  # (n, 2)


def spiral(n: int, draw: torch.Generator) -> Tensor:
    """One arm that winds outwards, evenly along its length."""
    turns = 3.5 * math.pi * torch.rand(n, generator=draw).sqrt()
    arm = torch.stack([turns.cos(), turns.sin()], dim=1) * turns[:, None] / (3.5 * math.pi)
    return 0.9 * arm + 0.02 * torch.randn(n, 2, generator=draw)  # (n, 2)


def line(n: int, draw: torch.Generator) -> Tensor:
    """A line from corner to corner."""
    along = 1.6 * torch.rand(n, 1, generator=draw) - 0.8
    return along + 0.04 * torch.randn(n, 2, generator=draw)  # (n, 2)


@dataclass(frozen=True)
class Cloud:
    """A named cloud: the function that draws it, and the centres of a mixture, which it takes."""

    draw: Callable[..., Tensor]
    centres: Callable[[], Tensor] | None = None


TARGETS = {
    "ring": Cloud(mixture, ring_centres),
    "grid": Cloud(mixture, grid_centres),
    "moons": Cloud(moons),
    "spiral": Cloud(spiral),
    "line": Cloud(line),
}
"""The named clouds."""

SIGMA = 0.05
"""The deviation of each Gaussian of a mixture, as `mixture` has it."""


@dataclass(frozen=True, eq=False)
class Target:
    """What G is to imitate.

    Attributes:
        name: a name of `TARGETS`, or `OWN`.
        points: (n, 2), float32, brought near [−1, 1].
        centres: (k, 2) of a mixture; (0, 2) of anything else.
        centre: (2,), where 0 stands in the units of the user.
        scale: how many units of the user 1 is; for both axes the same.
        raw: one's own points as they were given, (n, 2), float64; (0, 2) of any others.
        every: of how many points given each one is; 1 where all are kept.
    """

    name: str
    points: Tensor
    centres: Tensor = field(default_factory=lambda: torch.zeros(0, 2))
    centre: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0
    raw: Tensor = field(default_factory=lambda: torch.zeros(0, 2))
    every: int = 1

    def back(self, points: Tensor) -> Tensor:
        """Return points in the units of the user."""
        return points * self.scale + torch.tensor(self.centre, dtype=torch.float32, device="cpu")


@aside()
def target_of(name: str, seed: int) -> Target:
    """Return a named cloud; equal seeds give equal points.

    Raises:
        ValueError: for an unknown name.
    """
    cloud = TARGETS.get(name)
    if cloud is None:
        known = ", ".join([*TARGETS, OWN])
        hint = suggest(str(name), [*TARGETS, OWN])
        raise ValueError(
            say(
                f"target: expected one of {known}, got {name!r}.{hint}",
                f"target：应为 {known} 之一，得到 {name!r}。{hint}",
            )
        )
    draw = torch.Generator().manual_seed(seed)
    if cloud.centres is None:
        return Target(name, cloud.draw(POINTS, draw))
    centres = cloud.centres()
    return Target(name, cloud.draw(centres, POINTS, draw), centres)


@aside()
def own_points(points: Any, *, fit: bool = True) -> Target:  # noqa: ANN401 -- checked here
    """Return one's own points as a target.

    Args:
        points: (n, 2) numbers: a tensor, an array, a list of pairs, a DataFrame of two columns.
        fit: whether they are moved and scaled (both axes alike) to lie within [−1, 1].

    Raises:
        TypeError: for what holds no numbers.
        ValueError: for another shape, no point, or numbers that are not finite.
    """
    found = _numbers(points)
    if found.ndim != 2 or found.shape[1] != 2 or not len(found):  # noqa: PLR2004 -- the plane
        raise ValueError(
            say(
                f"points: expected (n, 2) numbers, n at least 1, got shape {tuple(found.shape)}; "
                "choose two columns, as points[:, :2]",
                f"points：应为 (n, 2) 的数值且 n ≥ 1，得到形状 {tuple(found.shape)}；"
                "请选取两列，例如 points[:, :2]",
            )
        )
    bad = int((~found.isfinite()).any(dim=1).sum())
    if bad:
        raise ValueError(
            say(
                f"points: expected finite numbers, got NaN or infinity in {bad} rows; "
                "leave them out, as points[np.isfinite(points).all(axis=1)]",
                f"points：应为有限数值，其中 {bad} 行含 NaN 或无穷；"
                "请先去掉，例如 points[np.isfinite(points).all(axis=1)]",
            )
        )
    every = -(-len(found) // MOST)
    found = found[::every]
    if not fit:
        return Target(OWN, found.float(), every=every)
    low, high = found.amin(dim=0), found.amax(dim=0)
    centre = (low + high) / 2
    scale = (high - low).max().item() / 2 or 1.0
    placed = ((found - centre) / scale).float()
    return Target(
        OWN,
        placed,
        centre=(centre[0].item(), centre[1].item()),
        scale=scale,
        raw=found,
        every=every,
    )


def _numbers(points: Any) -> Tensor:  # noqa: ANN401 -- checked here
    """Return ``points`` as float64 on the CPU."""
    values = getattr(points, "to_numpy", None)
    try:
        plain = points if values is None else values()
        if not isinstance(plain, Tensor):
            import numpy as np

            plain = torch.from_numpy(np.array(plain, dtype=np.float64))
        if plain.is_complex():
            raise TypeError(_no_numbers(points))  # noqa: TRY301 -- the same words as below
        return plain.detach().to("cpu", torch.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(_no_numbers(points)) from error


def _no_numbers(points: object) -> str:
    kind = type(points).__name__
    return say(
        f"points: expected (n, 2) real numbers, got {kind}; give an array, a tensor or pairs",
        f"points：应为 (n, 2) 的实数，得到 {kind}；请给出数组、张量或数对",
    )
