"""The real points of a playground: named clouds and one's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

import dlwidgets
from dlwidgets.training.playground import TARGETS, own_points, target_of
from dlwidgets.training.playground.targets import MOST, POINTS, SIGMA


@pytest.mark.parametrize("name", TARGETS)
def test_a_named_cloud_lies_on_the_stage_and_follows_the_seed(name: str) -> None:
    torch.manual_seed(0)
    drawn = torch.rand(1)
    torch.manual_seed(0)
    one, again, other = (target_of(name, seed) for seed in (1, 1, 2))
    assert torch.equal(torch.rand(1), drawn)
    assert one.points.shape == (POINTS, 2)
    assert one.points.dtype == torch.float32
    assert one.points.abs().max() < 1.2
    assert torch.equal(one.points, again.points)
    assert not torch.equal(one.points, other.points)
    assert torch.equal(one.back(one.points), one.points)


@pytest.mark.parametrize(("name", "modes"), [("ring", 8), ("grid", 25)])
def test_the_modes_of_a_mixture_are_where_its_points_are(name: str, modes: int) -> None:
    target = target_of(name, 0)
    assert target.centres.shape == (modes, 2)
    distances, which = torch.cdist(target.points, target.centres).min(dim=1)
    # Of a Gaussian on the plane, 1 − exp(−9/2) lies within 3σ.
    assert (distances <= 3 * SIGMA).float().mean() == pytest.approx(0.989, abs=0.01)
    assert which.bincount(minlength=modes).min() > 0.6 * POINTS / modes


@pytest.mark.parametrize(
    "given",
    [
        np.array([[100, 5], [300, 5], [200, 65]]),
        torch.tensor([[100.0, 5.0], [300.0, 5.0], [200.0, 65.0]], requires_grad=True),
        [[100, 5], [300, 5], [200, 65]],
        pd.DataFrame({"a": [100, 300, 200], "b": [5.0, 5.0, 65.0]}),
        np.array([[100, 5], [300, 5], [200, 65]], np.float16),
    ],
    ids=["array", "tensor", "list", "frame", "half"],
)
def test_ones_own_points_are_brought_to_the_stage(given: Any) -> None:
    target = own_points(given)
    assert target.points.tolist() == [pytest.approx(p) for p in ([-1, -0.3], [1, -0.3], [0, 0.3])]
    assert (target.centre, target.scale) == ((200, 35), 100)
    back = target.back(target.points).tolist()
    assert back == [pytest.approx(p) for p in ([100, 5], [300, 5], [200, 65])]


def test_points_that_lie_on_each_other_keep_their_place() -> None:
    target = own_points([[7, 7], [7, 7]])
    assert (target.points.tolist(), target.scale) == ([[0, 0], [0, 0]], 1)


def test_of_very_many_points_every_so_manieth_is_kept() -> None:
    target = own_points(np.arange(2 * (3 * MOST - 1)).reshape(-1, 2))
    assert len(target.points) == MOST
    assert target.every == 3


@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        (np.zeros((3, 3)), ValueError, r"\(n, 2\) numbers, n at least 1, got shape \(3, 3\)"),
        (np.zeros((0, 2)), ValueError, r"got shape \(0, 2\)"),
        ([1, 2], ValueError, r"got shape \(2,\)"),
        ([[1, np.nan], [2, 3]], ValueError, "got NaN or infinity in 1 rows; leave them out"),
        ([[1, np.inf], [np.nan, 3]], ValueError, "in 2 rows"),
        ("ring", TypeError, "expected .* real numbers, got str"),
        ([["a", "b"]], TypeError, "got list"),
        ([[1, 2], [3]], TypeError, "got list"),
        (torch.zeros(3, 2, dtype=torch.complex64), TypeError, "got Tensor"),
        ({}, TypeError, "got dict"),
    ],
)
def test_what_are_no_points_is_refused(given: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        own_points(given)


def test_an_unknown_cloud_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"got 'rings'\. Did you mean 'ring'\?"):
        target_of("rings", 0)
    dlwidgets.set_language("zh")
    try:
        with pytest.raises(ValueError, match="应为 ring, grid"):
            target_of("rings", 0)
    finally:
        dlwidgets.set_language(None)
