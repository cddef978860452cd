"""Windows of tensors as text: exact for every dtype, and small of the largest tensor."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlwidgets.explain.cells import COLUMNS, ROWS, as_tensor, begins, short, window, written


@given(st.lists(st.integers(0, 20), max_size=4), st.lists(st.integers(-5, 40), max_size=5))
def test_a_window_is_the_part_that_torch_cuts(shape: list[int], at: list[int]) -> None:
    x = torch.arange(math.prod(shape)).reshape(shape)
    seen = window(x, tuple(at))
    assert len(seen.at) == x.ndim
    index: list[object] = list(seen.at[: max(0, x.ndim - 2)])
    last = zip(seen.at[max(0, x.ndim - 2) :], (ROWS, COLUMNS)[-x.ndim :], strict=False)
    index += [slice(start, start + many) for start, many in last]
    if all(size > 0 for size in shape):
        expected = x[tuple(index)].reshape(-1).tolist()
        assert [int(text) for text in seen.exact] == expected
        assert seen.rows * seen.columns == len(expected)
    else:
        assert seen.exact == ()


@given(st.floats(width=32, allow_nan=False))
def test_single_precision_is_written_so_that_it_is_read_back(value: float) -> None:
    one = torch.tensor(value)
    assert torch.tensor(float(written(one))).item() == one.item()


@pytest.mark.parametrize(
    ("value", "exact", "brief"),
    [
        (torch.tensor(0.1), "0.1", "0.1"),
        (torch.tensor(0.1, dtype=torch.bfloat16), "0.1", "0.1"),
        (torch.tensor(2**60 + 1), "1152921504606846977", "1152921504606846977"),
        (torch.ones((), dtype=torch.bool), "True", "True"),
        (torch.tensor(float("nan")), "nan", "NaN"),
        (torch.tensor(-math.inf), "-inf", "−∞"),
        (torch.tensor(1.5e-9), "1.5e-09", "1.5e−9"),
        (torch.tensor(-0.07654321), "-0.07654321", "−0.0765"),
        (torch.tensor(1 + 2j), "(1+2j)", "(1+2j)"),
        (torch.tensor(200, dtype=torch.uint8), "200", "200"),
    ],
)
def test_numbers_of_every_type(value: torch.Tensor, exact: str, brief: str) -> None:
    assert (written(value), short(written(value))) == (exact, brief)


def test_of_a_huge_tensor_only_the_window_is_read() -> None:
    seen = window(torch.zeros(()).expand(10**6, 10**6), (10**6, 5))
    assert seen.at == (10**6 - ROWS, 5)
    assert len(seen.text) == ROWS * COLUMNS


def test_begins_stays_inside() -> None:
    assert begins((3, 100, 9), (7, 97, -2)) == (2, 92, 0)
    assert begins((), (3,)) == ()


def test_what_is_taken_and_what_is_refused() -> None:
    x = torch.ones(2, requires_grad=True)
    assert not as_tensor("x", x).requires_grad
    assert as_tensor("x", x).data_ptr() == x.data_ptr()
    assert as_tensor("x", np.array([1, 2])).tolist() == [1, 2]
    assert as_tensor("x", [[1.5]]).shape == (1, 1)
    with pytest.raises(TypeError, match="x: expected a tensor, an array or numbers, got str"):
        as_tensor("x", "abc")
    with pytest.raises(TypeError, match="negative strides"):
        as_tensor("x", np.arange(3)[::-1])
    with pytest.raises(TypeError, match=r"got a sparse_coo one; give x\.to_dense\(\)"):
        as_tensor("x", torch.eye(2).to_sparse())
    with pytest.raises(TypeError, match="on the meta device"):
        as_tensor("x", torch.empty(2, device="meta"))
