"""Polynomials of every degree fitted to points: too simple, right, too complex (book 5.3)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dlwidgets.language import say

MOST = 12
"""The greatest degree."""

ALONG = 201
"""Places at which a curve is drawn."""

MARGIN = 0.04
"""How far curves are drawn beyond the points, as a share of their range."""

NEAR = 1.1
"""A degree is right where its test error is at most this many times the least one."""

LEAST, LARGEST = 4, 2000
"""Points that are taken."""

TESTS = 200
"""Test points that are drawn from the law."""

LIMITS = {"ridge": (0.0, 1000.0), "noise": (0.0, 100.0), "count": (4, 100)}

SIZES = (30.0, 200.0)
"""Floor space of the houses, in square metres."""

TRUTH = (20.0, 3.2, -0.008)
"""Coefficients of the law: what a house of x square metres costs, in 10,000 yuan."""


@dataclass(frozen=True, eq=False, slots=True)
class Points:
    """Points to fit, and points kept aside to judge by; float64, (n,) each.

    Attributes:
        own: whether they are the user's; else they are drawn from `law`.
    """

    x: Tensor
    y: Tensor
    test_x: Tensor
    test_y: Tensor
    own: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Fits:
    """The least-squares polynomial of each degree from 0 to `MOST`.

    Attributes:
        low, high: the range of the training x, which is scaled to -1 ... 1 before the powers are
            taken: so the system stays solvable.
        along: where curves are drawn, (`ALONG`,).
        curves: the values there, (degrees, `ALONG`).
        coefficients: of the powers of the scaled x, (degrees, `MOST` + 1), zero beyond the degree.
        errors: mean squared errors, (2, degrees): on training and on test points.
    """

    low: float
    high: float
    along: Tensor
    curves: Tensor
    coefficients: Tensor
    errors: Tensor

    @property
    def best(self) -> int:
        """The degree with the least test error."""
        return int(self.errors[1].argmin())

    @property
    def regimes(self) -> list[str]:
        """What each degree is: "under", "good" or "over"; those that are good are neighbours."""
        test, best = self.errors[1].tolist(), self.best
        bar = NEAR * test[best]
        first = last = best
        while first > 0 and test[first - 1] <= bar:
            first -= 1
        while last < MOST and test[last + 1] <= bar:
            last += 1
        return [
            "under" if degree < first else "over" if degree > last else "good"
            for degree in range(MOST + 1)
        ]


def law(x: Tensor) -> Tensor:
    """Return the true price of houses of ``x`` square metres: of degree 2."""
    return sum((c * x**k for k, c in enumerate(TRUTH)), torch.zeros_like(x))


def drawn(count: int, noise: float, seed: int) -> Points:
    """Return ``count`` houses and `TESTS` more, drawn from the law; synthetic, not measured.

    Of one seed the first houses stay the same when ``count`` grows, and the noise scales.
    """
    checked(count=count, noise=noise)
    found: list[Tensor] = []
    for more, n in ((0, count), (1, TESTS)):
        draw = torch.Generator().manual_seed(2 * seed + more)
        most = LIMITS["count"][1] if more == 0 else n
        low, high = SIZES
        x = low + (high - low) * torch.rand(int(most), generator=draw, dtype=torch.float64)
        y = law(x) + noise * torch.randn(int(most), generator=draw, dtype=torch.float64)
        found += [x[:n], y[:n]]
    x, y, test_x, test_y = found
    return Points(x, y, test_x, test_y)


def given(x: Any, y: Any, test: Any = None, seed: int = 0) -> Points:  # noqa: ANN401 -- tensors, arrays, lists
    """Return the user's points; without ``test`` a third of them, by ``seed``, is kept aside.

    Raises:
        TypeError: for what is no numbers.
        ValueError: for other shapes, too few or too many points, or numbers that are not finite.
    """
    xs, ys = _row("x", x), _row("y", y)
    _same_length(xs, ys)
    if test is not None:
        if not (isinstance(test, (tuple, list)) and len(test) == 2):  # noqa: PLR2004 -- (x, y)
            raise TypeError(
                say(
                    f"test: expected a pair (x, y), got {type(test).__name__}",
                    f"test：应为一对 (x, y)，得到 {type(test).__name__}",
                )
            )
        points = Points(xs, ys, _row("test x", test[0]), _row("test y", test[1]), own=True)
        _same_length(points.test_x, points.test_y)
    else:
        order = torch.randperm(len(xs), generator=torch.Generator().manual_seed(seed))
        kept = max(1, len(xs) // 3)
        away, rest = order[:kept], order[kept:]
        points = Points(xs[rest], ys[rest], xs[away], ys[away], own=True)
    if len(points.x) < LEAST - 1 or float(points.x.max()) == float(points.x.min()):
        raise ValueError(
            say(
                f"x: expected at least {LEAST} points at different places, got {len(xs)} from "
                f"{float(xs.min()):g} to {float(xs.max()):g}",
                f"x：至少应有 {LEAST} 个不同位置的点，得到 {len(xs)} 个，"
                f"范围 {float(xs.min()):g} 到 {float(xs.max()):g}",
            )
        )
    return points


def fits(points: Points, ridge: float) -> Fits:
    """Fit every degree: least Σ(error²) + ``ridge`` · Σ(coefficient²), of all but the constant."""
    checked(ridge=ridge)
    low, high = (float(v) for v in points.x.aminmax())
    # Test points beyond the training points count, so they are to be seen.
    left, right = (float(v) for v in torch.cat([points.x, points.test_x]).aminmax())
    edge = MARGIN * (right - left)
    along = torch.linspace(left - edge, right + edge, ALONG, dtype=torch.float64)
    table = torch.zeros(MOST + 1, MOST + 1, dtype=torch.float64)
    for degree in range(MOST + 1):
        table[degree, : degree + 1] = _fit(points, degree, ridge, low, high)

    def values(x: Tensor) -> Tensor:
        return table @ powers(x, MOST, low, high).T

    errors = torch.stack(
        [
            (values(x) - y).square().mean(1)
            for x, y in ((points.x, points.y), (points.test_x, points.test_y))
        ]
    )
    return Fits(low, high, along, values(along), table, errors)


def powers(x: Tensor, degree: int, low: float, high: float) -> Tensor:
    """Return 1, t, t² ... of the scaled x, (n, degree + 1)."""
    t = (2 * x - (low + high)) / (high - low)
    return t[:, None] ** torch.arange(degree + 1)


def code(degree: int, ridge: float, low: float, high: float) -> str:
    """Return lines that compute the coefficients from ``x`` and ``y``, float64 tensors."""
    lines = [
        f"t = (2 * x - {low + high!r}) / {high - low!r}",
        f"powers = t[:, None] ** torch.arange({degree + 1})",
    ]
    if ridge and degree:
        lines += [
            f"decay = {ridge!r} ** 0.5 * torch.eye({degree + 1}, dtype=torch.float64)[1:]",
            "powers = torch.cat([powers, decay])",
            f"y = torch.cat([y, torch.zeros({degree}, dtype=torch.float64)])",
        ]
    lines.append('theta = torch.linalg.lstsq(powers, y[:, None], driver="gelsd").solution[:, 0]')
    return "\n".join(lines)


def checked(**values: object) -> None:
    """Raise ValueError for a number beyond its limits."""
    for name, value in values.items():
        low, high = LIMITS[name]
        number = math.nan
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            number = value
        # NaN is between no two numbers.
        if not low <= number <= high:
            raise ValueError(
                say(
                    f"{name}: expected a number from {low:g} to {high:g}, got {value!r}",
                    f"{name}：应为 {low:g} 到 {high:g} 之间的数，得到 {value!r}",
                )
            )


def _fit(points: Points, degree: int, ridge: float, low: float, high: float) -> Tensor:
    left, right = powers(points.x, degree, low, high), points.y[:, None]
    if ridge and degree:
        # Each coefficient is asked to be 0, by a row of its own: the normal equations of this
        # system are those of ridge regression, without squaring its condition.
        rows = math.sqrt(ridge) * torch.eye(degree + 1, dtype=torch.float64)[1:]
        left = torch.cat([left, rows])
        right = torch.cat([right, torch.zeros(degree, 1, dtype=torch.float64)])
    # Of more coefficients than points, gelsd gives the shortest solution.
    solution: Tensor = torch.linalg.lstsq(left, right, driver="gelsd").solution
    return solution[:, 0]


def _row(name: str, values: Any) -> Tensor:  # noqa: ANN401 -- as `given` takes them
    # A copy, as pandas hands out what must not be written to.
    plain = values.to_numpy(copy=True) if hasattr(values, "to_numpy") else values
    try:
        row = torch.as_tensor(plain).detach().cpu().to(torch.float64)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(
            say(
                f"{name}: expected numbers, got {type(values).__name__}",
                f"{name}：应为数字，得到 {type(values).__name__}",
            )
        ) from error
    row = row[:, 0] if row.ndim == 2 and row.shape[1] == 1 else row  # noqa: PLR2004 -- a column
    least = 1 if name.startswith("test") else LEAST
    if row.ndim != 1 or not least <= len(row) <= LARGEST or not bool(row.isfinite().all()):
        raise ValueError(
            say(
                f"{name}: expected {least} to {LARGEST:,} finite numbers in one row, got shape "
                f"{tuple(row.shape)}",
                f"{name}：应为一维的 {least} 到 {LARGEST:,} 个有限数，得到形状 {tuple(row.shape)}",
            )
        )
    return row.clone()


def _same_length(x: Tensor, y: Tensor) -> None:
    if len(x) != len(y):
        raise ValueError(
            say(
                f"y: expected {len(x)} numbers, as many as x, got {len(y)}",
                f"y：应与 x 一样有 {len(x)} 个数，得到 {len(y)} 个",
            )
        )
