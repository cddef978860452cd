"""The forecast explorer's Python: series, knobs, slices, results, and what it refuses."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn
from traitlets import TraitError

import dlwidgets
from dlwidgets import ForecastExplorer
from dlwidgets.training.forecast import Fit, Setting, maker, read
from dlwidgets.widgets import retraining
from tests.widgets.conftest import Line

QUICK: dict[str, Any] = {"window": 5, "hidden_size": 4, "epochs": 2, "horizon": 3}


def prices(days: int = 120) -> pd.DataFrame:
    high = 100 + np.random.default_rng(0).normal(0, 1, days).cumsum()
    dates = pd.bdate_range("2020-01-01", periods=days)
    return pd.DataFrame({"date": dates, "high": high, "close": high - 1})


def expected(data: Any = None, split: int = 96, **values: Any) -> Fit:
    series = read(prices() if data is None else data)
    at = Setting(split=split, **QUICK | values)
    fit = Fit(series, at, maker(at, None))
    fit.job().advance()
    return fit


def test_it_trains_and_tells_the_page_what_the_engine_finds() -> None:
    explorer = ForecastExplorer(prices(), **QUICK)
    found, fit = explorer.result, expected()
    np.testing.assert_array_equal(explorer._truth, prices()["high"])
    np.testing.assert_array_equal(explorer._one_step, fit.one_step)
    np.testing.assert_array_equal(explorer._free, fit.free[96:])
    np.testing.assert_array_equal(explorer._losses, fit.rows[:, 0])
    np.testing.assert_array_equal(explorer._scores, fit.forecast().scores)
    assert found.scores == fit.forecast().scores
    assert explorer._row == found.setting.split == 96
    assert explorer._scale.tolist() == [fit.scaled.mean, fit.scaled.std]
    assert explorer._verdicts[0] == found.verdict._asdict()
    assert explorer._state == {"done": 12 // 3, "total": 4, "ending": "done", "error": ""}
    first = np.datetime64(int(explorer._dates[0]), "ms")
    assert first == np.datetime64("2020-01-01")
    assert repr(explorer).startswith("ForecastExplorer: 120 days, window=5")
    # What was found is what the page is drawn from; nobody changes it by hand.
    for array in (found.truth, found.one_step, found.free_running):
        with pytest.raises(ValueError, match="read-only"):
            array[-1] = 0


def test_without_data_it_is_the_synthetic_index_and_says_so() -> None:
    explorer = ForecastExplorer(epochs=1, **{k: v for k, v in QUICK.items() if k != "epochs"})
    assert explorer._synthetic
    assert "synthetic" in explorer._title["en"]
    assert "合成" in explorer._title["zh"]
    truth = dlwidgets.data.synthetic_index().frame
    np.testing.assert_array_equal(explorer._truth, truth["high"])
    assert explorer._line.startswith("dlwidgets.ForecastExplorer(window=5")
    assert not ForecastExplorer(truth["high"], **QUICK)._synthetic


def test_a_knob_trains_anew_and_the_last_one_counts() -> None:
    explorer = ForecastExplorer(prices(), **QUICK)
    for seed in (5, 9, 2):
        explorer.seed = seed
    explorer.turn(window=8, lr=0.1)
    want = expected(seed=2, window=8, lr=0.1).forecast()
    assert explorer.result.scores == want.scores
    line = "dlwidgets.ForecastExplorer(series, window=8, hidden_size=4, horizon=3, lr=0.1, "
    assert explorer._line == f"{line}epochs=2, seed=2)"
    again = eval(explorer._line, {"dlwidgets": dlwidgets, "series": prices()})
    assert again.result.scores == want.scores


def test_the_split_is_a_share_or_a_day() -> None:
    explorer = ForecastExplorer(prices(), split="2020-04-01", **QUICK)
    found = explorer.result
    assert found.frame.index[0] == pd.Timestamp("2020-04-01")
    assert "split='2020-04-01'" in explorer._line
    again = eval(explorer._line, {"dlwidgets": dlwidgets, "series": prices()})
    assert again.result.scores == found.scores
    explorer.split = 0.5
    assert (explorer._row, explorer.result.setting.split) == (60, 60)
    explorer.split = pd.Timestamp("2020-02-03")
    assert explorer.result.frame.index[0] == pd.Timestamp("2020-02-03")
    with pytest.raises(TraitError, match="a day such as '2020-01-02', got 'soon'"):
        explorer.split = "soon"
    with pytest.raises(TraitError, match="this series has no dates"):
        ForecastExplorer(prices()["high"].to_numpy(), split="2020-04-01", **QUICK)
    for share in (0, 1, 0.01):
        with pytest.raises(ValueError, match="lower window, move split, or give more days"):
            explorer.split = share
    assert explorer.result.frame.index[0] == pd.Timestamp("2020-02-03")


def test_other_columns() -> None:
    explorer = ForecastExplorer(prices(), "close", **QUICK)
    np.testing.assert_array_equal(explorer._truth, prices()["close"])
    assert explorer._line.startswith("dlwidgets.ForecastExplorer(series, 'close', ")
    numbered = prices().set_index("date").set_axis([0, 1], axis=1)
    line = ForecastExplorer(numbered, 1, **QUICK)._line
    again = eval(line, {"dlwidgets": dlwidgets, "series": numbered})
    np.testing.assert_array_equal(again._truth, prices()["close"])
    with pytest.raises(ValueError, match=r"got 'colse'; .* Did you mean 'close'\?"):
        ForecastExplorer(prices(), "colse")


def test_the_page_turns_and_asks_for_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line()
    explorer = ForecastExplorer(prices(), **QUICK, comm=line)
    monkeypatch.setattr(retraining, "SLICE", 0.0)
    line.say("turn", {"values": {"split": 60 / 120, "seed": 4}, "asked": 7}, seq=1)
    assert (explorer._asked, explorer._done, explorer._row) == (7, False, 60)
    assert len(explorer._one_step) == len(explorer._free) == 0
    assert explorer._better == ["", ""]
    turns = 0
    while not explorer._done:
        line.say("more", seq=2 + turns)
        turns += 1
    # Two epochs of one step, looks at the forecast in between, and the free run.
    assert turns > 5
    fit = expected(split=60, seed=4)
    np.testing.assert_array_equal(explorer._one_step, fit.one_step)
    np.testing.assert_array_equal(explorer._free, fit.free[60:])
    assert all(answer["error"] == "" for answer, _ in line.custom("ack"))


def test_forecasts_travel_only_when_there_are_new_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line()
    explorer = ForecastExplorer(prices(), **QUICK | {"epochs": 10}, comm=line)
    explorer.finish()
    monkeypatch.setattr(retraining, "SLICE", 0.0)
    line.say("turn", {"values": {"seed": 4}, "asked": 7}, seq=1)
    before = len(line.sent)
    while not explorer._done:
        line.say("more", seq=2)
    sent = [update for data, _ in line.sent[before:] if (update := data.get("state")) is not None]
    with_forecast = [update for update in sent if "_scores" in update]
    # After epochs 1, 2, 5 and 10, and with the free run.
    assert len(with_forecast) == 5
    assert len(sent) > 30


def test_what_the_page_asks_in_vain_changes_nothing() -> None:
    line = Line()
    explorer = ForecastExplorer(prices(), **QUICK, comm=line).finish()
    before = explorer.result.scores
    line.say("turn", {"values": {"seed": 8, "window": 110}, "asked": 3}, seq=1)
    assert "96 of 120 days for training and a window of 110" in line.custom("ack")[-1][0]["error"]
    assert (explorer.seed, explorer.window, explorer._asked, explorer._done) == (0, 5, 0, True)
    assert explorer.result.scores == before


def test_the_program_prints_what_is_shown() -> None:
    series = prices()["high"]
    explorer = ForecastExplorer(series, **QUICK)
    shown = [score for pair in explorer.result.scores for score in pair]
    assert run(explorer.code(), series=series) == shown
    synthetic = ForecastExplorer(column="low", **QUICK | {"epochs": 1})
    assert synthetic._line.startswith("dlwidgets.ForecastExplorer(column='low', window=5")
    shown = [score for pair in synthetic.result.scores for score in pair]
    assert run(synthetic.code()) == shown


def run(program: str, **names: Any) -> list[float]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), torch.random.fork_rng():
        exec(program, names)
    return [float(line.split()[i]) for line in out.getvalue().splitlines() for i in (2, 4)]


def test_the_trained_model_is_yours() -> None:
    explorer = ForecastExplorer(prices(), **QUICK)
    mine = explorer.model
    x = explorer._fit.scaled.windows(5)[0]
    with torch.no_grad():
        said = explorer._fit.scaled.back(mine(x)[:, 0])
    np.testing.assert_allclose(said, explorer._one_step[5:], rtol=1e-6)
    nn.init.zeros_(mine.out.weight)
    assert explorer.model.out.weight.abs().sum() > 0


class Mine(nn.Module):
    """A model of one's own."""

    def __init__(self, *, wrong: bool = False) -> None:
        super().__init__()
        self.net, self.wrong = nn.Linear(5, 1), wrong

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.wrong and self.training:
            message = "not today"
            raise RuntimeError(message)
        return self.net(x[:, :, 0])


def test_a_model_of_ones_own() -> None:
    model = Mine()
    before = model.net.weight.clone()
    explorer = ForecastExplorer(prices(), model=model, **QUICK)
    assert isinstance(explorer.model, Mine)
    assert not torch.equal(explorer.model.net.weight, before)
    assert torch.equal(model.net.weight, before)
    assert [knob["name"] for knob in explorer._knobs if knob["off"]] == ["hidden_size"]
    shown = [score for pair in explorer.result.scores for score in pair]
    assert run(explorer.code(), series=prices()["high"], model=model) == shown
    assert "(series, model=model, window=5" in explorer._line
    with pytest.raises(ValueError, match=r"can't take windows of shape \(N, 6, 1\)"):
        explorer.window = 6
    assert (explorer.window, explorer.result.ending) == (5, "done")
    with pytest.raises(ValueError, match="can't be trained on this series: not today"):
        ForecastExplorer(prices(), model=Mine(wrong=True), **QUICK)
    with pytest.raises(TypeError, match=r"model: expected an nn\.Module, got int"):
        ForecastExplorer(prices(), model=3, **QUICK)


class Tiring(Mine):
    """A model that works for two epochs and no more."""

    steps = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.steps += self.training
        if self.steps > 4:
            message = "tired"
            raise RuntimeError(message)
        return super().forward(x)


def test_a_model_that_fails_on_the_way_says_so_and_the_knobs_go_on() -> None:
    explorer = ForecastExplorer(prices(), model=Tiring(), **QUICK)
    assert explorer.result.ending == "done"
    explorer.epochs = 3
    found = explorer.result
    assert (found.ending, len(found.losses)) == ("failed", 4)
    assert explorer._state["error"] == "RuntimeError: tired"
    explorer.epochs = 2
    assert explorer.result.ending == "done"


@pytest.mark.parametrize(
    ("data", "error", "text"),
    [
        (prices().assign(high=np.nan), ValueError, "finite numbers, got 2020-01-01: nan"),
        (prices(30), ValueError, "24 of 30 days for training and a window of 30"),
        ([], ValueError, "0 of 0 days"),
        (pd.DataFrame(), ValueError, "got 'high'"),
        (object(), TypeError, "got object"),
    ],
)
def test_what_can_not_be_forecast_is_refused(data: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        ForecastExplorer(data)


def test_options_that_can_not_be() -> None:
    with pytest.raises(TypeError, match=r"got 'windw'\. Did you mean 'window'\?"):
        ForecastExplorer(prices(), windw=3)
    explorer = ForecastExplorer(prices(), **QUICK)
    with pytest.raises(AttributeError, match=r"Did you mean 'horizon'\?"):
        explorer.horizn = 3
    with pytest.raises(TypeError, match=r"got 'log_scale'"):
        explorer.turn(log_scale=False)
    for name, value in [("window", 0), ("epochs", 1.5), ("lr", float("nan")), ("seed", -1)]:
        with pytest.raises(TraitError, match=f"{name} expected a"):
            setattr(explorer, name, value)
    with pytest.raises(TraitError, match="shown"):
        explorer.shown = ["one_stp"]
    dlwidgets.set_language("zh")
    with pytest.raises(TraitError, match="window 应为"):
        explorer.window = 0


def test_a_hundred_thousand_days() -> None:
    values = np.sin(np.arange(100_000) / 9)
    explorer = ForecastExplorer(values, window=5, hidden_size=2, batch_size=50_000, epochs=1)
    found = explorer.result
    assert found.scores.naive.mae == np.abs(np.diff(values))[79_999:].mean()
    assert len(explorer._losses) == 2


def test_it_is_opened_by_explore() -> None:
    explorer = dlwidgets.explore(dlwidgets.data.synthetic_index(), **QUICK)
    assert isinstance(explorer, ForecastExplorer)
    assert explorer._synthetic


def test_a_closed_explorer_still_trains() -> None:
    explorer = ForecastExplorer(prices(), **QUICK)
    explorer.close()
    explorer.seed = 3
    assert explorer.result.scores == expected(seed=3).forecast().scores
