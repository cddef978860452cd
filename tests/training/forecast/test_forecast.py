"""The forecast engine: no leak, no trace, exact errors, and a program that finds the same."""

from __future__ import annotations

import contextlib
import io
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import dlwidgets
from dlwidgets.models import Forecaster, free_run
from dlwidgets.training.forecast import (
    Fit,
    Score,
    Series,
    Setting,
    errors,
    maker,
    naive,
    program,
    read,
    scale,
)
from dlwidgets.training.forecast import (
    setting as setting_module,
)

SMALL: dict[str, Any] = {"window": 5, "hidden_size": 4, "horizon": 3, "epochs": 2, "batch_size": 16}


def walk(days: int = 120, seed: int = 0) -> np.ndarray[Any, Any]:
    return 100 + np.random.default_rng(seed).normal(0, 1, days).cumsum()


def fitted(
    values: Any, split: int = 90, model: nn.Module | None = None, **values_of: Any
) -> tuple[Fit, Series]:
    series = read(values)
    at = Setting(split=split, **SMALL | values_of)
    fit = Fit(series, at, maker(at, model), whole=model is not None)
    fit.job().advance()
    return fit, series


def test_nothing_of_the_future_is_known_before() -> None:
    split, changed = 90, 100
    past = walk()
    future = past.copy()
    future[changed:] = 1e4 * np.random.default_rng(1).random(len(past) - changed)
    (a, _), (b, _) = fitted(past, split), fitted(future, split)
    assert (a.scaled.mean, a.scaled.std) == (b.scaled.mean, b.scaled.std)
    for one, other in zip(a.scaled.windows(5), b.scaled.windows(5), strict=True):
        assert torch.equal(one[: split - 5], other[: split - 5])
    for one, other in zip(a.model.parameters(), b.model.parameters(), strict=True):
        assert torch.equal(one, other)
    np.testing.assert_array_equal(a.rows, b.rows)
    # The forecast of the first day that was changed still comes from days before it.
    np.testing.assert_array_equal(a.one_step[: changed + 1], b.one_step[: changed + 1])
    assert (a.one_step[changed + 1 :] != b.one_step[changed + 1 :]).any()
    # Runs begin at 90, 93, 96, 99: all of them before the change.
    np.testing.assert_array_equal(a.free[: changed + 2], b.free[: changed + 2])


def test_mean_and_deviation_are_those_of_the_training_part() -> None:
    values = walk()
    scaled = scale(read(values), 90)
    assert (scaled.mean, scaled.std) == (values[:90].mean(), values[:90].std())
    np.testing.assert_allclose(scaled.back(scaled.z), values, rtol=1e-6)
    # The book's way would have told the model of the test part.
    assert scaled.mean != values.mean()


def test_the_forecasts_are_what_the_model_says() -> None:
    fit, series = fitted(walk())
    model = fit.model.eval()
    x, _ = fit.scaled.windows(5)
    with torch.no_grad():
        said = fit.scaled.back(model(x)[:, 0])
    np.testing.assert_allclose(fit.one_step[5:], said, rtol=1e-6)
    assert np.isnan(fit.one_step[:5]).all()
    runs = free_run(model, x[90 - 5 :: 3], 3)
    np.testing.assert_allclose(fit.free[90:], fit.scaled.back(runs.reshape(-1)), rtol=1e-6)
    assert np.isnan(fit.free[:90]).all()
    assert len(series) == 120


def test_with_a_horizon_of_one_day_the_free_run_is_the_one_step_forecast() -> None:
    fit, _ = fitted(walk(), horizon=1)
    np.testing.assert_array_equal(fit.free[90:], fit.one_step[90:])
    found = fit.forecast()
    np.testing.assert_array_equal(found.naive, found.naive_free)
    assert found.scores[0] == found.scores[2]


@pytest.mark.parametrize("horizon", [7, 29, 30, 31, 1000])
def test_the_last_run_ends_with_the_series(horizon: int) -> None:
    fit, _ = fitted(walk(), horizon=horizon)
    assert np.isfinite(fit.free[90:]).all()
    x, _ = fit.scaled.windows(5)
    runs = free_run(fit.model.eval(), x[85::horizon], horizon).reshape(-1)[:30]
    np.testing.assert_allclose(fit.free[90:], fit.scaled.back(runs), rtol=1e-6)


def test_naive_by_hand() -> None:
    truth = np.array([1.0, 2, 3, 5, 8, 13, 21])
    np.testing.assert_array_equal(naive(truth, 3, 1), [math.nan] * 3 + [3, 5, 8, 13])
    np.testing.assert_array_equal(naive(truth, 3, 2), [math.nan] * 3 + [3, 3, 8, 8])
    np.testing.assert_array_equal(naive(truth, 3, 99), [math.nan] * 3 + [3, 3, 3, 3])


def test_errors_by_hand_and_against_pandas() -> None:
    assert errors(np.array([9.0, 1, 2]), np.array([0.0, 4, -2]), 1) == Score(3.5, math.sqrt(12.5))
    fit, _ = fitted(walk())
    found = fit.forecast()
    off = found.frame.sub(found.frame["truth"], axis=0).drop(columns="truth")
    np.testing.assert_allclose(found.table["mae"], off.abs().mean(), rtol=1e-12)
    np.testing.assert_allclose(found.table["rmse"], off.pow(2).mean().pow(0.5), rtol=1e-12)
    shifted = pd.Series(walk()).diff().iloc[90:].abs().mean()
    assert found.scores[1].mae == pytest.approx(shifted, rel=1e-12)
    assert found.table["mae_ratio"].tolist()[1::2] == [1, 1]


def test_slices_of_any_length_give_the_same_numbers() -> None:
    whole, _ = fitted(walk(), epochs=3)
    series = read(walk())
    at = Setting(split=90, **SMALL | {"epochs": 3})
    fit = Fit(series, at, maker(at, None))
    job, slices = fit.job(), 0
    while not job.advance(0):
        torch.manual_seed(slices)  # what others draw in between changes nothing
        slices += 1
    assert slices > at.steps
    np.testing.assert_array_equal(fit.rows, whole.rows)
    np.testing.assert_array_equal(fit.one_step, whole.one_step)
    np.testing.assert_array_equal(fit.free, whole.free)


def test_the_users_random_numbers_and_hooks_are_left_alone() -> None:
    torch.manual_seed(3)
    drawn = torch.rand(2)
    torch.manual_seed(3)
    with dlwidgets.live(monitor=False) as run:
        fitted(walk())
        assert torch.equal(torch.rand(2), drawn)
    assert len(run.history) == 0


def test_another_seed_gives_other_numbers() -> None:
    (a, _), (b, _), (c, _) = fitted(walk()), fitted(walk()), fitted(walk(), seed=1)
    np.testing.assert_array_equal(a.rows, b.rows)
    assert (a.rows != c.rows).any()


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 9), st.integers(1, 40), st.integers(0, 50))
def test_the_program_finds_the_same_errors_to_the_last_digit(
    window: int, horizon: int, seed: int
) -> None:
    values = walk(60, seed)
    fit, _ = fitted(values, 40, window=window, horizon=horizon, epochs=1, seed=seed)
    assert printed(fit, values) == [score for pair in fit.forecast().scores for score in pair]


def test_a_large_batch_goes_in_pieces_that_are_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, _ = fitted(walk(), batch_size=50)
    assert "for some in rows.split" not in program(whole.setting, "", own=False)
    monkeypatch.setattr(setting_module, "WORK", 5 * 4 * 7)
    pieces, _ = fitted(walk(), batch_size=50)
    assert pieces.setting.at_once == 7
    assert pieces.done == whole.done
    np.testing.assert_allclose(pieces.rows, whole.rows, rtol=1e-5)
    np.testing.assert_allclose(pieces.one_step, whole.one_step, rtol=1e-5)
    scores = [score for pair in pieces.forecast().scores for score in pair]
    assert printed(pieces, walk()) == scores
    at = pieces.setting
    again = Fit(read(walk()), at, maker(at, None))
    job, slices = again.job(), 0
    while not job.advance(0):
        slices += 1
    assert slices > 4 * 7
    np.testing.assert_array_equal(again.rows, pieces.rows)


def printed(fit: Fit, values: Any, **more: Any) -> list[float]:
    """Return the errors that the program prints."""
    out = io.StringIO()
    text = program(fit.setting, "the prices", own="model" in more)
    with contextlib.redirect_stdout(out), torch.random.fork_rng():
        exec(text, {"series": values} | more)
    rows = [line.split() for line in out.getvalue().splitlines()]
    return [float(row[i]) for row in rows for i in (2, 4)]


class Mine(nn.Module):
    """A model of one's own, with something random in it."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Flatten(), nn.Linear(5, 8), nn.Dropout(0.5), nn.Linear(8, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.net(x)[:, 0]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_model_of_ones_own_is_copied_and_its_program_agrees(dtype: torch.dtype) -> None:
    model = Mine().to(dtype)
    before = [p.clone() for p in model.parameters()]
    fit, _ = fitted(walk(), model=model)
    assert fit.ending == "done"
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
    assert model.training
    scores = [score for pair in fit.forecast().scores for score in pair]
    assert printed(fit, walk(), model=model) == scores


def test_in_a_session_of_doubles() -> None:
    torch.set_default_dtype(torch.float64)
    try:
        fit, _ = fitted(walk())
        assert fit.ending == "done"
        assert printed(fit, walk()) == [score for pair in fit.forecast().scores for score in pair]
    finally:
        torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (nn.Linear(1, 1), r"one number for each window, \(N, 1\), got \('N', 5, 1\)"),
        (nn.Linear(7, 1), r"can't take windows of shape \(N, 5, 1\)"),
        (Forecaster(4).requires_grad_(requires_grad=False), "got none with requires_grad"),
        (nn.Flatten(), "got none with requires_grad"),
    ],
)
def test_models_that_can_not_be_trained_are_refused(model: nn.Module, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        maker(Setting(split=90, **SMALL), model)
    with pytest.raises(TypeError, match=r"model: expected an nn\.Module, got list"):
        maker(Setting(split=90), [])  # type: ignore[arg-type]


@pytest.mark.parametrize("split", [0, 5, 120, 119 + 5])
def test_parts_that_are_too_short_are_refused(split: int) -> None:
    with pytest.raises(ValueError, match=f"split: {split} of 120 days .* a window of 5"):
        fitted(walk(), split)


@pytest.mark.parametrize("split", [6, 119])
def test_one_sample_is_enough(split: int) -> None:
    fit, _ = fitted(walk(), split)
    assert fit.ending == "done"
    assert all(map(math.isfinite, fit.forecast().scores[2]))


def test_a_constant_series_has_nothing_to_beat() -> None:
    fit, _ = fitted(np.full(120, 7.0))
    found = fit.forecast()
    assert (fit.scaled.mean, fit.scaled.std) == (7, 1)
    assert found.scores[1] == (0, 0)
    assert found.verdict.en.startswith("Nothing to beat")
    assert "无从超越" in found.verdict.zh


def test_a_series_that_never_was_so_high_leaves_the_model_behind() -> None:
    # All of the test part is far above the training part, which an LSTM has never seen.
    values = np.concatenate([walk(90), 1000 + walk(30)])
    found = fitted(values)[0].forecast()
    assert found.scores[0].mae > found.scores[1].mae
    assert found.verdict.en.startswith("The model is no better than “same as yesterday”")
    assert found.verdict.zh.startswith("在测试部分，模型并不优于“与昨天相同”")


def test_a_series_that_swings_is_learned_and_beats_naive() -> None:
    values = np.sin(np.arange(200) * 1.3)
    fit, _ = fitted(values, 150, window=8, hidden_size=16, epochs=30, horizon=5)
    found = fit.forecast()
    assert found.scores[0].mae < 0.2 * found.scores[1].mae
    assert found.verdict.en.startswith("The model beats “same as yesterday”")
    assert "优于" in found.verdict.zh
    assert "one_step" in repr(found)


def test_a_rate_that_is_too_large_ends_where_it_diverges() -> None:
    fit, _ = fitted(walk(), lr=1e30, epochs=5)
    assert fit.ending == "diverged"
    assert 0 < fit.done < fit.steps
    found = fit.forecast()
    assert np.isfinite(found.losses).all()
    assert (found.verdict.en, found.verdict.zh) == ("", "")


def test_numbers_too_large_to_be_scaled_are_refused() -> None:
    with pytest.raises(ValueError, match=r"the values reach 1e\+308, too large to be scaled"):
        fitted(1e308 * np.linspace(-1, 1, 120))


@pytest.mark.parametrize("factor", [-1, 1e-12, 1e12])
def test_signs_and_units_change_nothing_but_the_unit(factor: float) -> None:
    a, b = fitted(walk())[0].forecast(), fitted(factor * walk())[0].forecast()
    assert b.scores[1].mae == pytest.approx(abs(factor) * a.scores[1].mae)
    if factor > 0:
        assert b.scores[0].mae == pytest.approx(factor * a.scores[0].mae, rel=1e-3)


@pytest.mark.realdata
def test_on_the_real_index_beside_the_naive_forecast(real_data: Any) -> None:
    table = pd.read_csv(real_data / "csi300" / "000300.csv")
    prices = table[table["date"] >= "2010-10-10"]
    series = read(prices)
    at = Setting(split=round(0.8 * len(series)), epochs=2)
    fit = Fit(series, at, maker(at, None))
    fit.job().advance()
    found = fit.forecast()
    print(f"\nCSI 300, {len(series)} days, test from {series.day(at.split)}")  # noqa: T201 -- read by people
    print(found)  # noqa: T201 -- as above
    by_hand = prices["high"].diff().abs().to_numpy()[at.split :]
    assert found.scores[1].mae == pytest.approx(by_hand.mean(), rel=1e-12)
    assert found.scores[1].rmse == pytest.approx(math.sqrt((by_hand**2).mean()), rel=1e-12)
    assert np.isfinite(found.one_step[at.window :]).all()
