"""Fits are those of NumPy and of the formula; points are seeded; wrong points are explained."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial import Polynomial
from torch import Tensor

import dlwidgets
from dlwidgets.explain import polynomial as p


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(14, 100), noise=st.floats(0, 100))
def test_without_a_penalty_every_degree_is_that_of_numpy(
    seed: int, count: int, noise: float
) -> None:
    points = p.drawn(count, noise, seed)
    found = p.fits(points, 0.0)
    for degree in range(p.MOST + 1):
        theirs = Polynomial.fit(points.x.numpy(), points.y.numpy(), degree)
        inside = (found.along >= found.low) & (found.along <= found.high)
        np.testing.assert_allclose(
            found.curves[degree][inside], theirs(found.along[inside].numpy()), rtol=1e-4, atol=1e-3
        )
        error = np.mean((theirs(points.x.numpy()) - points.y.numpy()) ** 2)
        assert found.errors[0, degree] == pytest.approx(error, rel=1e-4, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), ridge=st.floats(1e-3, 1000), degree=st.integers(1, p.MOST))
def test_with_a_penalty_it_solves_the_normal_equations(
    seed: int, ridge: float, degree: int
) -> None:
    points = p.drawn(20, 25.0, seed)
    found = p.fits(points, ridge)
    powers = p.powers(points.x, degree, found.low, found.high)
    decay = ridge * torch.eye(degree + 1, dtype=torch.float64)
    decay[0, 0] = 0
    theta = torch.linalg.solve(powers.T @ powers + decay, powers.T @ points.y)
    torch.testing.assert_close(
        found.coefficients[degree, : degree + 1], theta, rtol=1e-5, atol=1e-5
    )
    assert (found.coefficients[degree, degree + 1 :] == 0).all()


def test_a_penalty_shrinks_coefficients_and_fits_the_training_points_less() -> None:
    points = p.drawn(14, 25.0, 0)
    fits = [p.fits(points, ridge) for ridge in (0.0, 0.1, 10.0, 1000.0)]
    sizes = [float(one.coefficients[9, 1:].norm()) for one in fits]
    assert sizes == sorted(sizes, reverse=True)
    errors = [float(one.errors[0, 9]) for one in fits]
    assert errors == sorted(errors)
    assert fits[1].errors[1, 9] < fits[0].errors[1, 9]


def test_more_degrees_fit_the_training_points_better_and_the_law_is_of_degree_two() -> None:
    for seed in range(4):
        found = p.fits(p.drawn(14, 25.0, seed), 0.0)
        assert (found.errors[0].diff() <= 1e-6).all()
        assert found.best == 2
        assert found.regimes[0] == "under"
        assert found.regimes[2] == "good"
        assert found.regimes[12] == "over"


def test_without_noise_degree_two_finds_the_law() -> None:
    points = p.drawn(10, 0.0, 0)
    found = p.fits(points, 0.0)
    torch.testing.assert_close(found.curves[2], p.law(found.along), rtol=1e-9, atol=1e-9)
    assert found.errors[:, 2].max() < 1e-18


def test_regimes_are_neighbours_around_the_best() -> None:
    errors = torch.tensor([9.0, 1.05, 3, 1.04, 1, 1.09, 1.2, 1.01, 2, 2, 2, 2, 2])
    none = torch.zeros(0)
    found = p.Fits(0, 1, none, none, none, torch.stack([errors, errors]))
    assert found.best == 4
    assert found.regimes == ["under"] * 3 + ["good"] * 3 + ["over"] * 7


def test_points_keep_their_place_when_more_are_drawn_and_noise_scales() -> None:
    few, many = p.drawn(10, 25.0, 3), p.drawn(100, 25.0, 3)
    assert torch.equal(few.x, many.x[:10])
    assert torch.equal(few.test_y, many.test_y)
    loud = p.drawn(10, 50.0, 3)
    torch.testing.assert_close(loud.y - p.law(loud.x), 2 * (few.y - p.law(few.x)))
    assert not torch.equal(few.x, p.drawn(10, 25.0, 4).x)
    assert not torch.equal(few.x, few.test_x[:10])
    state = torch.get_rng_state()
    p.drawn(10, 25.0, 0)
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("ridge", [0.0, 0.5])
@pytest.mark.parametrize("degree", [0, 1, 9])
def test_the_code_gives_the_coefficients(degree: int, ridge: float) -> None:
    points = p.drawn(14, 25.0, 0)
    found = p.fits(points, ridge)
    names: dict[str, Any] = {"torch": torch, "x": points.x, "y": points.y}
    exec(p.code(degree, ridge, found.low, found.high), names)
    assert torch.equal(names["theta"], found.coefficients[degree, : degree + 1])


@pytest.mark.parametrize(
    "turn",
    [
        lambda x: x.tolist(),
        lambda x: x.numpy(),
        lambda x: pd.Series(x.numpy()),
        lambda x: x.float()[:, None].requires_grad_(),
    ],
)
def test_points_come_in_many_forms(turn: Any) -> None:
    x = torch.arange(9.0, dtype=torch.float64)
    points = p.given(turn(x), turn(x**2))
    assert points.own
    assert (len(points.x), len(points.test_x)) == (6, 3)
    assert sorted([*points.x.tolist(), *points.test_x.tolist()]) == x.tolist()
    assert torch.equal(points.y, points.x**2)
    assert p.fits(points, 0.0).errors[:, 2].max() < 1e-18
    other = p.given(turn(x), turn(x**2), seed=1)
    assert not torch.equal(points.test_x, other.test_x)


def test_a_test_part_of_ones_own_is_taken() -> None:
    x = torch.arange(5.0)
    points = p.given(x, x, (torch.tensor([7.0]), torch.tensor([8.0])))
    assert (points.test_x.tolist(), points.test_y.tolist()) == ([7], [8])
    assert len(points.x) == 5
    found = p.fits(points, 0.0)
    assert found.along[-1] > 7


def test_more_coefficients_than_points_and_points_at_one_place_still_fit() -> None:
    x = torch.tensor([0.0, 0.0, 1.0, 1.0, 2.0])
    found = p.fits(p.given(x, x, (x, x)), 0.0)
    assert found.coefficients.isfinite().all()
    assert found.errors[0, 12] < 1e-9


X: Tensor = torch.arange(6.0)


@pytest.mark.parametrize(
    ("x", "y", "test", "kind", "text"),
    [
        (X, X[:5], None, ValueError, "y: expected 6 numbers, as many as x, got 5"),
        (X[:3], X[:3], None, ValueError, r"x: expected 4 to 2,000 finite numbers"),
        (X[None], X, None, ValueError, r"got shape \(1, 6\)"),
        (X, X / 0, None, ValueError, "finite numbers"),
        (0 * X, X, None, ValueError, "at least 4 points at different places, got 6 from 0 to 0"),
        ("abc", X, None, TypeError, "x: expected numbers, got str"),
        (["a"] * 6, X, None, TypeError, "x: expected numbers, got list"),
        (X, X, X, TypeError, r"test: expected a pair \(x, y\), got Tensor"),
        (X, X, (X, X[:2]), ValueError, "y: expected 6 numbers"),
    ],
)
def test_wrong_points_are_explained(
    x: Any, y: Any, test: Any, kind: type[Exception], text: str
) -> None:
    with pytest.raises(kind, match=text):
        p.given(x, y, test)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"ridge": -1}, "ridge: expected a number from 0 to 1000, got -1"),
        ({"noise": float("nan")}, "noise: expected a number from 0 to 100, got nan"),
        ({"count": 3}, "count: expected a number from 4 to 100, got 3"),
        ({"count": True}, "got True"),
        ({"noise": "much"}, "got 'much'"),
    ],
)
def test_numbers_beyond_their_limits_are_refused(values: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        p.checked(**values)
    dlwidgets.set_language("zh")
    try:
        with pytest.raises(ValueError, match="应为"):
            p.checked(**values)
    finally:
        dlwidgets.set_language(None)


def test_the_spread_of_the_noise_is_what_was_asked_for() -> None:
    points = p.drawn(100, 25.0, 0)
    assert float((points.test_y - p.law(points.test_x)).std()) == pytest.approx(25, rel=0.2)
