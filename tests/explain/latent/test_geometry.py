"""Ways, planes and KL, against torch and by hand."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.distributions import Normal, kl_divergence

from dlwidgets.explain.latent import (
    DEAD,
    Code,
    between,
    combined,
    even,
    kl,
    noisy,
    pair_plane,
    principal_plane,
    quantiles,
    sheet,
    space,
)
from dlwidgets.explain.latent.paths import WAYS

numbers = st.floats(-20, 20, allow_subnormal=False)


@st.composite
def codes(draw: st.DrawFn, count: int = 2) -> Tensor:
    size = draw(st.integers(1, 9))
    rows = [draw(st.lists(numbers, min_size=size, max_size=size)) for _ in range(count)]
    return torch.tensor(rows, dtype=torch.float64)


@settings(deadline=None)
@given(codes(), st.sampled_from(WAYS))
def test_the_ends_of_a_way_are_exact(both: Tensor, way: str) -> None:
    a, b = both
    for t in (0, -0.5):
        assert torch.equal(between(a, b, t, way), a)
    for t in (1, 1.5):
        assert torch.equal(between(a, b, t, way), b)


@settings(deadline=None)
@given(codes(), st.floats(0, 1))
def test_a_straight_way_is_torchs(both: Tensor, t: float) -> None:
    torch.testing.assert_close(between(*both, t), torch.lerp(*both, t), rtol=1e-9, atol=1e-9)


@settings(deadline=None)
@given(codes(), st.floats(0, 1))
def test_on_the_arc_norm_and_angle_change_evenly(both: Tensor, t: float) -> None:
    a, b = both
    if min(a.norm(), b.norm()) < 1e-3 or len(a) == 1:
        return
    z = between(a, b, t, "spherical")
    norm = (1 - t) * a.norm() + t * b.norm()
    cosine = (a @ b / (a.norm() * b.norm())).clamp(-1, 1)
    if cosine.abs() > 0.999:
        return
    torch.testing.assert_close(z.norm(), norm, rtol=1e-9, atol=1e-9)
    whole = torch.acos(cosine)
    passed = torch.acos((a @ z / (a.norm() * z.norm())).clamp(-1, 1))
    torch.testing.assert_close(passed, t * whole, rtol=1e-5, atol=1e-5)


@settings(deadline=None)
@given(codes(1), st.floats(0, 1))
def test_the_norm_is_kept_between_opposite_codes_too(one: Tensor, t: float) -> None:
    (a,) = one
    if len(a) == 1 or a.norm() < 1e-3:
        return
    z = between(a, -a, t, "spherical")
    torch.testing.assert_close(z.norm(), a.norm(), rtol=1e-9, atol=1e-9)


def test_from_zero_there_is_no_arc() -> None:
    a, b = torch.zeros(3), torch.tensor([0.0, 2.0, 0.0])
    assert between(a, b, 0.5, "spherical").tolist() == [0, 1, 0]
    assert between(b[1:2], -b[1:2], 0.25, "spherical").tolist() == [1]


def test_a_minus_b_plus_c() -> None:
    a, b, c = torch.tensor([[1.0, 2.0], [3.0, 5.0], [-1.0, 0.5]])
    assert combined(a, b, c).tolist() == [-3, -2.5]
    assert torch.equal(combined(a, a, c), c)


@settings(deadline=None)
@given(codes(), st.floats(-8, 8))
def test_kl_is_that_of_torch(both: Tensor, more: float) -> None:
    mu, logvar = both[0], both[1].clamp(-10, 10) + more
    want = kl_divergence(Normal(mu, (0.5 * logvar).exp()), Normal(0.0, 1.0))
    torch.testing.assert_close(kl(mu, logvar), want, rtol=1e-9, atol=1e-9)


def test_dimensions_stand_by_kl_and_dead_ones_are_found() -> None:
    mu = torch.tensor([[0.0, 2.0, 0.05], [0.0, -2.0, -0.05]], dtype=torch.float64)
    logvar = torch.tensor([[0.0, -4.0, 0.0]] * 2, dtype=torch.float64)
    found = space(Code(mu, logvar))
    want = kl_divergence(Normal(mu, (0.5 * logvar).exp()), Normal(0.0, 1.0)).mean(0)
    torch.testing.assert_close(found.worth, want)
    assert found.order.tolist() == [1, 2, 0]
    assert found.dead.tolist() == [True, False, True]
    assert found.worth[2] < DEAD
    assert found.home.tolist() == [0, 0, 0]
    assert found.reach.tolist() == [[-3, 3]] * 3


def test_an_autoencoder_stands_by_variance_and_begins_at_its_mean() -> None:
    mu = torch.tensor([[10.0, 1.0], [20.0, 1.0]], dtype=torch.float64)
    found = space(Code(mu, None))
    assert found.worth.tolist() == [25, 0]
    assert found.home.tolist() == [15, 1]
    assert found.reach.tolist() == [[9, 21], [0, 2]]
    assert found.dead.tolist() == [False, True]
    drawn = found.drawn(4000, 0)
    assert drawn[:, 0].mean() == pytest.approx(15, abs=0.3)
    assert drawn[:, 0].std() == pytest.approx(5, abs=0.2)
    assert drawn[:, 1].unique().tolist() == [1]


def test_random_codes_are_those_of_the_seed_and_leave_the_global_ones() -> None:
    found = space(Code(torch.zeros(2, 3).double(), torch.zeros(2, 3).double()))
    state = torch.get_rng_state()
    want = torch.randn(64, 3, generator=torch.Generator().manual_seed(7), dtype=torch.float64)
    assert torch.equal(found.drawn(64, 7), want)
    mu, logvar = torch.tensor([1.0, 2.0]).double(), torch.tensor([0.0, math.log(4)]).double()
    noise = torch.randn(5, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    want = mu + torch.tensor([1.0, 2.0]) * noise
    torch.testing.assert_close(noisy(mu, logvar, 5, 1), want)
    assert torch.equal(torch.get_rng_state(), state)


@settings(deadline=None)
@given(codes(4), st.floats(-3, 3), st.floats(-3, 3))
def test_a_code_moved_on_a_plane_stands_there_and_keeps_the_rest(
    rows: Tensor, x: float, y: float
) -> None:
    for plane in (principal_plane(rows), pair_plane(rows, (0, len(rows[0]) - 1))):
        # Of one dimension, nothing is up.
        place = torch.tensor([x, y if len(rows[0]) > 1 else 0], dtype=torch.float64)
        moved = plane.moved(rows[0], place)
        torch.testing.assert_close(plane.places(moved), place, rtol=1e-9, atol=1e-8)
        rest = torch.eye(len(rows[0]), dtype=torch.float64) - plane.axes.T @ plane.axes
        torch.testing.assert_close(rest @ moved, rest @ rows[0], rtol=1e-9, atol=1e-8)


def test_principal_components_are_those_of_the_covariance() -> None:
    source = torch.Generator().manual_seed(0)
    mu = torch.randn(200, 5, generator=source).double() * torch.tensor([1, 9, 2, 5, 1])
    plane = principal_plane(mu)
    values, vectors = torch.linalg.eigh(mu.T.cov())
    for row, at in ((0, -1), (1, -2)):
        assert abs(plane.axes[row] @ vectors[:, at]) == pytest.approx(1)
        assert plane.axes[row].abs().max() == plane.axes[row].max()
        assert float(plane.shares[row]) == pytest.approx(float(values[at] / values.sum()))
    assert torch.equal(plane.axes, principal_plane(mu).axes)


def test_the_plane_of_one_code_or_one_dimension() -> None:
    one = principal_plane(torch.ones(1, 4).double())
    torch.testing.assert_close(one.axes @ one.axes.T, torch.eye(2).double())
    assert one.shares.tolist() == [0, 0]
    line = pair_plane(torch.arange(3.0).double()[:, None], (0, 0))
    assert line.axes.tolist() == [[1], [0]]
    for dims in ((0, 0), (0, 4), (-1, 2)):
        with pytest.raises(ValueError, match="expected two different dimensions from 0 to 3"):
            pair_plane(torch.zeros(2, 4), dims)


@settings(deadline=None)
@given(st.integers(1, 40))
def test_quantiles_cut_the_normal_into_equal_shares(count: int) -> None:
    found = quantiles(count)
    shares = Normal(0.0, 1.0).cdf(found)
    torch.testing.assert_close(shares, (torch.arange(count).double() + 0.5) / count)
    torch.testing.assert_close(found, -found.flip(0))


def test_even_places_and_the_sheet_of_a_plane() -> None:
    values = torch.arange(101.0).double()
    assert even(values, 3).tolist() == [1, 50, 99]
    assert even(torch.ones(4).double(), 2).tolist() == [0, 2]
    z = torch.tensor([5.0, 6.0, 7.0]).double()
    plane = pair_plane(torch.zeros(2, 3).double(), (2, 0))
    grid = sheet(plane, z, torch.tensor([1.0, 2.0]).double(), torch.tensor([3.0, 4.0]).double())
    # The first row is the top one; across is the dimension 2, up the dimension 0.
    assert grid.tolist() == [[[4, 6, 1], [4, 6, 2]], [[3, 6, 1], [3, 6, 2]]]
