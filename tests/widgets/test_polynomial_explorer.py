"""The polynomial explorer's Python: what travels to the page, what it is asked, what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from traitlets import TraitError

import dlwidgets
from dlwidgets.explain import polynomial
from dlwidgets.widgets.polynomial_explorer import PolynomialExplorer

if TYPE_CHECKING:
    from tests.widgets.conftest import Line


def test_everything_on_the_page_is_that_of_the_fits() -> None:
    explorer = dlwidgets.PolynomialExplorer(count=20, noise=30.0, ridge=0.5, seed=3)
    points = polynomial.drawn(20, 30.0, 3)
    found = polynomial.fits(points, 0.5)
    np.testing.assert_array_equal(explorer._points, np.stack([points.x, points.y], 1))
    np.testing.assert_array_equal(explorer._curves, found.curves)
    np.testing.assert_array_equal(explorer._errors, found.errors)
    assert explorer._regimes == found.regimes
    assert explorer._best == found.best
    assert torch.equal(explorer.coefficients, found.coefficients[4, :5])
    assert repr(explorer).startswith("PolynomialExplorer: degree 4, train ")


def test_ones_own_points_are_fitted() -> None:
    x = torch.linspace(0, 3, 30)
    explorer = PolynomialExplorer(x, x**3, degree=3)
    assert explorer._own
    assert explorer._truth.size == 0
    assert explorer._errors[1, 3] < 1e-10
    kept = explorer._test.copy()
    explorer.seed = 1
    assert not np.array_equal(explorer._test, kept)
    assert len(explorer._points) + len(explorer._test) == 30


def test_the_page_asks_and_python_answers(line: Line) -> None:
    explorer = PolynomialExplorer(comm=line)
    value = {"ridge": 2.5, "noise": 40, "count": 30, "seed": 2}
    line.say("set", value, seq=1)
    assert line.custom("ack")[-1][0]["error"] == ""
    assert (explorer.ridge, explorer.noise, explorer.count, explorer.seed) == (2.5, 40, 30, 2)
    expected = polynomial.fits(polynomial.drawn(30, 40.0, 2), 2.5)
    np.testing.assert_array_equal(explorer._errors, expected.errors)
    assert "2.5 ** 0.5" in explorer._code[3]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"ridge": -1}, "ridge: expected a number from 0 to 1000, got -1"),
        ({"count": 1000}, "count: expected a number from 4 to 100, got 1000"),
        ({"noise": None}, "noise: expected a number from 0 to 100, got None"),
        ({"seed": -1}, "seed: expected a whole number from 0, got -1"),
    ],
)
def test_what_is_impossible_is_refused_and_changes_nothing(
    line: Line, change: dict[str, Any], text: str
) -> None:
    explorer = PolynomialExplorer(comm=line)
    before = explorer._errors.copy()
    line.say("set", {"ridge": 0, "noise": 5, "count": 9, "seed": 0} | change, seq=1)
    assert text in line.custom("ack")[-1][0]["error"]
    assert (explorer.noise, explorer.count) == (25, 14)
    np.testing.assert_array_equal(explorer._errors, before)


def test_python_changes_recompute() -> None:
    explorer = PolynomialExplorer()
    explorer.ridge = 10
    np.testing.assert_array_equal(
        explorer._errors, polynomial.fits(polynomial.drawn(14, 25.0, 0), 10.0).errors
    )
    with pytest.raises(TraitError):
        explorer.count = 3
    with pytest.raises(TraitError, match="ridge expected a number from 0 to 1000"):
        explorer.ridge = -1
    assert explorer.ridge == 10


def test_half_of_the_points_is_refused() -> None:
    with pytest.raises(TypeError, match="expected x and y, or neither"):
        PolynomialExplorer([1, 2, 3, 4])
    with pytest.raises(TypeError, match="expected x and y, or neither"):
        PolynomialExplorer(test=([1], [1]))
    with pytest.raises(TypeError, match=r"got 'degrees'\. Did you mean 'degree'"):
        PolynomialExplorer(degrees=3)
    with pytest.raises(ValueError, match="x: expected 4 to 2,000 finite numbers"):
        PolynomialExplorer([1, 2], [1, 2])
    dlwidgets.set_language("zh")
    with pytest.raises(TypeError, match="x 与 y 应同时给出"):
        PolynomialExplorer([1, 2, 3, 4])
