"""The retrain explorer's Python: knobs, slices, results, and what it refuses."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from traitlets import TraitError

import dlwidgets
from dlwidgets import RetrainExplorer
from dlwidgets.training.retrain import ENGINES, Own, Regression, Turned
from dlwidgets.widgets import retraining
from tests.widgets.conftest import Line

HERE = [name for name, engine in ENGINES.items() if engine.here]


def curve() -> tuple[Tensor, Tensor]:
    x = torch.linspace(-1, 1, 50)[:, None]
    return x, x**2


def net() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))


def expected(**values: Any) -> dict[str, np.ndarray[Any, Any]]:
    job = Regression(**values).job([ENGINES[name] for name in HERE])
    job.advance()
    return {lane.name: lane.rows for lane in job.lanes}


def test_it_begins_with_the_books_regression() -> None:
    explorer = RetrainExplorer()
    result = explorer.result
    assert list(result) == HERE
    rows = expected()
    for name, outcome in result.items():
        assert (outcome.w, outcome.b) == (rows[name][-1, 1], rows[name][-1, 2])
        np.testing.assert_array_equal(outcome.losses, rows[name][:, 0])
        np.testing.assert_array_equal(outcome.path, rows[name][:, 1:])
        assert outcome.ending == "done"
    assert explorer._apart[0] < 1e-9
    assert explorer._limit.tolist() == [Regression().limit]
    assert repr(explorer).startswith("RetrainExplorer: lr=0.001, steps=500, noise=0.2")


def test_a_knob_trains_anew_and_the_last_one_counts() -> None:
    explorer = RetrainExplorer()
    explorer.steps = 50
    for lr in (0.1, 0.003, 0.01):
        explorer.lr = lr
    assert explorer.result["numpy"].w == expected(lr=0.01, steps=50)["numpy"][-1, 1]
    assert explorer._line == "dlwidgets.RetrainExplorer(lr=0.01, steps=50)"
    again = eval(explorer._line, {"dlwidgets": dlwidgets})
    assert again.result["nn"].w == explorer.result["nn"].w
    explorer.turn(w0=-2, b0=5, steps=1)
    assert explorer._start.tolist() == [-2, 5]
    explorer.w0 = None
    assert explorer._start.tolist() == [Regression().data[2], 5]


def test_absent_tensorflow_is_shown_as_absent() -> None:
    explorer = RetrainExplorer()
    lane = explorer._lanes[-1]
    assert lane["name"] == "tensorflow"
    assert lane["here"] == (find_spec("tensorflow") is not None)
    assert explorer._sources[-1].startswith("def with_tensorflow(")


def test_engines_can_be_chosen() -> None:
    explorer = RetrainExplorer(engines=["nn"], lr=0.01)
    assert list(explorer.result) == ["nn"]
    assert np.isnan(explorer._apart[0])
    assert explorer._line == "dlwidgets.RetrainExplorer(engines=['nn'], lr=0.01)"
    with pytest.raises(ValueError, match=r"got 'nunpy'\. Did you mean 'numpy'\?"):
        RetrainExplorer(engines=["nunpy"])


def test_the_page_turns_and_asks_for_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line()
    explorer = RetrainExplorer(engines=["numpy", "nn"], comm=line)
    monkeypatch.setattr(retraining, "SLICE", 0.0)
    line.say("turn", {"values": {"lr": 0.01, "steps": 40}, "asked": 7}, seq=1)
    assert (explorer._asked, explorer._done, explorer.steps) == (7, False, 40)
    turns = 0
    while not explorer._done:
        line.say("more", seq=2 + turns)
        turns += 1
    assert 10 < turns <= 80
    np.testing.assert_array_equal(explorer._rows[1].T, expected(lr=0.01, steps=40)["nn"])
    assert all(answer["error"] == "" for answer, _ in line.custom("ack"))
    line.say("more", seq=999)
    assert explorer._done


def test_what_the_page_asks_in_vain_changes_nothing() -> None:
    line = Line()
    explorer = RetrainExplorer(comm=line).finish()
    before = explorer.result["numpy"].w
    line.say("turn", {"values": {"steps": 30, "lr": -1}, "asked": 3}, seq=1)
    assert "lr expected a number from 0 to 1000, got -1" in line.custom("ack")[-1][0]["error"]
    assert (explorer.steps, explorer.lr, explorer._asked) == (500, 0.001, 0)
    assert explorer.result["numpy"].w == before


def test_of_long_trainings_an_odd_share_of_the_steps_travels_and_the_last() -> None:
    explorer = RetrainExplorer(engines=["numpy"], steps=2000).finish()
    steps = explorer._steps
    assert set(np.diff(steps)) == {5}
    assert steps[-1] == 2000
    rows = expected(steps=2000)["numpy"]
    np.testing.assert_array_equal(explorer._rows[0].T, rows[steps - 1])
    assert explorer._last.tolist() == [rows[-1].tolist()]


def test_a_rate_that_is_too_large_is_shown_up_to_where_it_ends() -> None:
    explorer = RetrainExplorer(lr=0.05).finish()
    lane = explorer._lanes[0]
    assert lane["ending"] == "diverged"
    assert np.isfinite(explorer._last[:3]).all()
    assert np.isnan(explorer._rows[0, 0, lane["done"] :]).all()
    assert explorer.result["nn"].ending == "diverged"


def test_a_model_of_ones_own() -> None:
    model = net()
    before = [p.clone() for p in model.parameters()]
    torch.manual_seed(9)
    drawn = torch.rand(1)
    torch.manual_seed(9)
    explorer = RetrainExplorer(model, curve(), lr=0.05)
    explorer.turn(optimizer="Adam", batch_size=16, steps=30)
    job, trained = Own(model, curve()).job(Turned("adam", 0.05, batch_size=16, steps=30))
    job.advance()
    assert torch.equal(torch.rand(1), drawn)
    np.testing.assert_array_equal(explorer.result["model"].losses, job.lanes[0].rows[:, 0])
    assert np.isnan(explorer.result["model"].w)
    for name, value in trained.state_dict().items():
        assert torch.equal(explorer.model.state_dict()[name], value)
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
    assert explorer._picture["kind"] == "fit"
    assert explorer._line == "torch.optim.Adam(model.parameters(), lr=0.05)"
    off = {knob["name"] for knob in explorer._knobs if knob["off"]}
    assert off == {"momentum"}


def test_taking_the_model_away_does_not_stop_the_knobs() -> None:
    explorer = RetrainExplorer(net(), curve(), steps=20)
    mine = explorer.model
    nn.init.zeros_(mine[0].weight)
    assert explorer.model[0].weight.abs().sum() > 0
    with pytest.raises(ValueError, match=r"the regression has no model to take; read \.result"):
        RetrainExplorer().model  # noqa: B018 -- a property that raises


def test_programs() -> None:
    explorer = RetrainExplorer(steps=3)
    assert explorer.code() == Regression(steps=3).code("numpy")
    assert "with_nn" in explorer.code("nn")
    with pytest.raises(ValueError, match=r"got 'torch'"):
        explorer.code("torch")
    assert "optimizer.step()" in RetrainExplorer(net(), curve()).code()


def test_what_can_not_be_is_refused_and_the_old_position_stays() -> None:
    explorer = RetrainExplorer()
    with pytest.raises(TraitError, match="momentum is no knob here; there are lr, steps"):
        explorer.momentum = 0.9
    with pytest.raises(TraitError, match=r"steps expected a whole number, got 1\.5"):
        explorer.steps = 1.5
    with pytest.raises(TypeError, match=r"got 'lrr'\. Did you mean 'lr'\?"):
        explorer.turn(lrr=1)
    with pytest.raises(TypeError, match=r"got 'step'\. Did you mean 'steps'\?"):
        RetrainExplorer(step=3)
    with pytest.raises(TypeError, match="expected a model and its data"):
        RetrainExplorer(net())
    mine = RetrainExplorer(net(), curve(), steps=5)
    with pytest.raises(TraitError, match=r"no optimizer named 'adm'\. Did you mean 'adam'\?"):
        mine.optimizer = "adm"
    with pytest.raises(TraitError, match="noise is no knob here"):
        mine.noise = 1
    # One that is known, and can't take vectors.
    with pytest.raises(ValueError, match="Muon only supports 2D parameters"):
        mine.optimizer = "muon"
    assert mine.optimizer == "sgd"
    assert mine.result["model"].ending == "done"
    with pytest.raises(ValueError, match="the model can't be trained on these data: mat1 and mat2"):
        RetrainExplorer(nn.Linear(3, 1), curve())


def test_errors_in_chinese() -> None:
    dlwidgets.set_language("zh")
    with pytest.raises(TraitError, match="此处没有旋钮 momentum"):
        RetrainExplorer().momentum = 1


def test_a_closed_explorer_still_trains() -> None:
    explorer = RetrainExplorer()
    explorer.close()
    explorer.lr = 0.01
    assert explorer.result["numpy"].w == expected(lr=0.01)["numpy"][-1, 1]


def test_the_users_loop_is_served_first() -> None:
    assert retraining.time_slice() == retraining.SLICE
    with dlwidgets.live(monitor=False):
        assert retraining.time_slice() == retraining.BESIDE
