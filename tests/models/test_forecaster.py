"""The forecaster: windows, shapes, the free run, what is refused."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import dlwidgets
from dlwidgets.models import Forecaster, ForecasterConfig, free_run, windows


def test_a_window_is_followed_by_its_next_value() -> None:
    x, y = windows(torch.arange(6.0), 3)
    assert x[:, :, 0].tolist() == [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
    assert y.tolist() == [[3], [4], [5]]


@given(days=st.integers(2, 40), data=st.data())
def test_windows_are_slices_of_the_series_and_share_its_memory(
    days: int, data: st.DataObject
) -> None:
    n = data.draw(st.integers(1, days - 1))
    series = torch.randn(days)
    x, y = windows(series, n)
    assert x.shape == (days - n, n, 1)
    for i in range(days - n):
        assert torch.equal(x[i, :, 0], series[i : i + n])
        assert y[i, 0] == series[i + n]
    assert x.untyped_storage().data_ptr() == series.untyped_storage().data_ptr()


def test_the_model_is_an_lstm_and_a_linear_layer_on_its_last_state() -> None:
    model = Forecaster(8, 2)
    x = torch.randn(5, 30, 1)
    _, (h, _) = model.lstm(x)
    torch.testing.assert_close(model(x), h[-1] @ model.out.weight.T + model.out.bias)
    assert model(x).shape == (5, 1)
    assert model.config == ForecasterConfig(8, 2)
    # Any length of window will do.
    assert model(torch.randn(2, 7, 1)).shape == (2, 1)


class Last(nn.Module):
    """Says the sum of the last two values."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x[:, -2:, 0].sum(1, keepdim=True)


def test_in_a_free_run_the_model_sees_its_own_numbers() -> None:
    past = torch.tensor([[1.0, 1.0], [2.0, 3.0]])[:, :, None]
    assert free_run(Last(), past, 5).tolist() == [[2, 3, 5, 8, 13], [5, 8, 13, 21, 34]]
    assert past[:, :, 0].tolist() == [[1, 1], [2, 3]]
    assert not free_run(Forecaster(4), past, 2).requires_grad


def test_a_free_run_of_one_day_is_the_model() -> None:
    model, past = Forecaster(4), torch.randn(3, 6, 1)
    torch.testing.assert_close(free_run(model, past, 1), model(past).detach())


@pytest.mark.parametrize("n", [0, -1, 1.5, True, "3"])
def test_odd_lengths_are_refused(n: object) -> None:
    with pytest.raises(ValueError, match="expected n to be a whole number from 1"):
        windows(torch.zeros(9), n)
    with pytest.raises(ValueError, match="expected days to be a whole number from 1"):
        free_run(Last(), torch.zeros(1, 2, 1), n)
    with pytest.raises(ValueError, match="expected hidden_size to be a whole number from 1"):
        Forecaster(n)


def test_too_few_days_and_other_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"at least n \+ 1 = 31 values, got shape \(30,\)"):
        windows(torch.zeros(30), 30)
    with pytest.raises(ValueError, match=r"got shape \(40, 1\)"):
        windows(torch.zeros(40, 1), 3)
    with pytest.raises(ValueError, match=r"\(samples, n, 1\), got \(4, 30\)"):
        Forecaster()(torch.zeros(4, 30))
    dlwidgets.set_language("zh")
    try:
        with pytest.raises(ValueError, match="请给出更长的序列"):
            windows(torch.zeros(2), 3)
    finally:
        dlwidgets.set_language(None)
