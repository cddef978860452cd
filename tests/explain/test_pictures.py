"""Tensors as maps and bars: true values, bounded pages, numbers that are torch's."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from dlwidgets.explain.pictures import BARS, BINS, MAPS, SIDE, picture


def test_maps_are_the_values_themselves() -> None:
    x = torch.randn(5, 6, 7)
    found = picture(x)
    assert (found.kind, found.lead, found.total, found.size, found.step) == (
        *("maps", (5,), 5, (6, 7)),
        (1, 1),
    )
    assert np.array_equal(found.values, x.numpy())
    assert found.scale == x.abs().max().item()


def test_large_maps_are_thinned_to_true_values() -> None:
    x = torch.randn(2, 150, 65)
    found = picture(x)
    assert (found.size, found.step) == ((150, 65), (3, 2))
    assert found.values.shape == (2, 50, 33)
    assert max(found.values.shape[1:]) <= SIDE
    assert np.array_equal(found.values, x[:, ::3, ::2].numpy())
    # The scale and the numbers are those of all values, not only of those that are shown.
    assert found.scale == x.abs().max().item()
    assert found.stats is not None
    assert found.stats[0] == x.numel()


def test_many_maps_come_in_pages() -> None:
    x = torch.randn(3, 30, 2, 2)
    pages = [picture(x, first) for first in (0, MAPS, 2 * MAPS)]
    assert [(page.first, len(page.values)) for page in pages] == [(0, 32), (32, 32), (64, 26)]
    assert pages[0].lead == (3, 30)
    assert np.array_equal(np.concatenate([page.values for page in pages]), x.flatten(0, 1).numpy())


@pytest.mark.parametrize(("first", "begins"), [(-5, 0), (31, 0), (33, 32), (1000, 32), (39, 32)])
def test_a_page_begins_where_a_page_may_begin(first: int, begins: int) -> None:
    assert picture(torch.zeros(40, 1, 1), first).first == begins


def test_vectors_are_bars_and_one_number_is_one_bar() -> None:
    x = torch.randn(BARS + 10)
    assert np.array_equal(picture(x, BARS).values, x[BARS:].numpy())
    one = picture(torch.tensor(2.5))
    assert (one.kind, one.values.tolist(), one.total) == ("bars", [2.5], 1)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.floats(width=32, allow_nan=True, allow_infinity=True, allow_subnormal=False),
        min_size=1,
        max_size=60,
    )
)
def test_the_numbers_are_torchs(values: list[float]) -> None:
    x = torch.tensor(values)
    found = picture(x)
    finite = x[x.isfinite()].double()
    assert found.stats is not None
    assert found.counts is not None
    count, mean, std, least, greatest, zeros, nans, infinities = found.stats.tolist()
    assert (count, nans, infinities) == (len(x), x.isnan().sum(), x.isinf().sum())
    assert zeros == (x == 0).sum()
    assert len(found.counts) == BINS
    assert found.counts.sum() == len(finite)
    if len(finite):
        assert mean == pytest.approx(finite.mean().item(), rel=1e-9, abs=1e-12)
        assert std == pytest.approx(finite.std(correction=0).item(), rel=1e-6, abs=1e-12)
        assert (least, greatest) == (finite.min().item(), finite.max().item())
        assert found.scale == max(abs(least), abs(greatest))
    else:
        assert (mean, std, least, greatest, found.scale) == (0, 0, 0, 0, 0)


def test_the_histogram_is_torchs() -> None:
    x = torch.randn(1000)
    counts = picture(x).counts
    assert counts is not None
    edges = np.linspace(x.min().item(), x.max().item(), BINS + 1)
    by_hand = [int(((x >= a) & (x < b)).sum()) for a, b in pairwise(edges)]
    by_hand[-1] += 1  # the greatest value belongs to the last bin
    assert np.abs(np.array(by_hand) - counts).sum() <= 2


@pytest.mark.parametrize(
    "dtype",
    [
        torch.float16,
        torch.bfloat16,
        torch.float64,
        torch.int8,
        torch.int64,
        torch.bool,
        torch.uint8,
    ],
)
def test_every_kind_of_number_can_be_seen(dtype: torch.dtype) -> None:
    x = torch.tensor([[0, 1], [1, 0]]).to(dtype)
    assert picture(x).values.tolist() == [[[0.0, 1.0], [1.0, 0.0]]]


def test_complex_numbers_show_their_magnitude_and_say_so() -> None:
    found = picture(torch.tensor([3 + 4j]))
    assert (found.values.tolist(), found.note.en) == ([5.0], "complex: the magnitudes are shown")


@pytest.mark.parametrize(
    ("x", "note"),
    [
        (torch.zeros(3, 0, 2), "empty: shape 3×0×2"),
        (torch.zeros(2, device="meta"), "the meta device has shapes but no values"),
    ],
)
def test_where_there_are_no_values_it_says_why(x: Tensor, note: str) -> None:
    found = picture(x)
    assert (found.kind, found.note.en, found.values.size) == ("none", note, 0)


def test_sparse_and_transposed_tensors_and_those_with_gradients_are_read() -> None:
    dense = torch.tensor([[0.0, 2.0], [0.0, 0.0]], requires_grad=True)
    assert picture(dense.detach().to_sparse()).values[0].tolist() == dense.tolist()
    assert picture(dense.T).values[0].tolist() == dense.T.tolist()
