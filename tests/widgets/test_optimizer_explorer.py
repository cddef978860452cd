"""The optimizer explorer's Python: what it takes, what travels, what comes back."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler
from traitlets import TraitError

from dlwidgets import OptimizerExplorer, explore

if TYPE_CHECKING:
    from tests.widgets.conftest import Line

PARTIAL = functools.partial


def hills(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return (x - 2) ** 2 + torch.sin(y) ** 2


def small(*args: Any, **values: Any) -> OptimizerExplorer:
    """Return a short race, which is enough here."""
    return OptimizerExplorer(*args, **{"steps": 6, "schedules": [], **values})


def test_it_begins_with_the_usual_ones_in_a_ravine() -> None:
    explorer = OptimizerExplorer()
    assert repr(explorer) == "OptimizerExplorer: ravine, SGD, Momentum, Adagrad, RMSprop, Adam"
    paths = explorer.trajectories
    assert [path.shape for path in paths.values()] == [(81, 2)] * 5
    assert all(path[0].tolist() == [-7, 2] for path in paths.values())
    assert explorer.step == 80
    assert explorer._rates.shape == (3, 80)
    assert explorer.losses["SGD"][0] == pytest.approx(49 / 20 + 4)


def test_the_code_walks_the_path_and_the_breakdown_explains_it() -> None:
    explorer = small("beale", ["adam", "nag"], racer=1, start=(1, 1.5))
    known: dict[str, Any] = {"torch": torch}
    exec(explorer.code(), known)
    assert np.array_equal(known["path"], explorer.trajectories["NAG"])
    found = explorer.breakdown()
    assert (found.step, found.method) == (5, "NAG")
    assert found.terms[-1].value == pytest.approx(found.change, rel=1e-9)
    other = explorer.breakdown(step=0, racer=0, number=1)
    assert other.method == "Adam"
    assert other.before == 1.5
    for wrong in ({"step": 6}, {"racer": 2}, {"number": 2}):
        with pytest.raises(ValueError, match="expected 0 to"):
            explorer.breakdown(**wrong)
    with pytest.raises(ValueError, match="racer expected 0 to 1, got 7"):
        explorer.code(7)


def test_a_function_of_ones_own_gets_tuned_rates_for_names() -> None:
    explorer = small(hills, ["adam", PARTIAL(torch.optim.SGD, lr=0.2)], start=(0.0, 1.0))
    tuned = [row["tuned"] for row in explorer._racers]
    assert tuned == [True, False]
    assert explorer._surfaces[0] == explorer._surface == "hills"
    known: dict[str, Any] = {"torch": torch, "hills": hills}
    exec(explorer.code(1), known)
    assert np.array_equal(known["path"], explorer.trajectories["SGD"])


def test_explore_opens_an_optimizer_beside_plain_sgd_and_leaves_it_alone() -> None:
    model = torch.nn.Linear(3, 1)
    before = [p.detach().clone() for p in model.parameters()]
    mine = torch.optim.Adam(model.parameters(), lr=0.02, betas=(0.8, 0.99))
    random = torch.get_rng_state()
    explorer = explore(mine, steps=5, schedules=[])
    assert isinstance(explorer, OptimizerExplorer)
    assert list(explorer.trajectories) == ["Adam", "SGD"]
    assert [row["code"].count("lr=0.02") for row in explorer._racers] == [1, 1]
    assert "betas=(0.8, 0.99)" in explorer.code()
    assert mine.state == {}
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
    assert torch.equal(random, torch.get_rng_state())


@pytest.mark.parametrize(
    "make",
    [
        lambda optimizer: lr_scheduler.StepLR(optimizer, 2),
        lambda optimizer: lr_scheduler.ReduceLROnPlateau(optimizer, patience=1),
    ],
)
def test_explore_opens_a_copy_of_a_scheduler(make: Any) -> None:
    optimizer = torch.optim.SGD([torch.zeros(2)], lr=0.5)
    scheduler = make(optimizer)
    kept = dict(scheduler.state_dict())
    explorer = explore(scheduler, steps=8)
    assert explorer.tab == "schedules"
    assert explorer._schedules[0]["given"]
    assert explorer._rates[0, 0] == 0.5
    assert len(set(explorer._rates[0].tolist())) > 1
    assert scheduler.state_dict() == kept
    assert optimizer.param_groups[0]["lr"] == 0.5


def test_the_page_moves_the_start_and_torch_runs_again() -> None:
    explorer = small()
    explorer._on_start({"x": 1.0, "y": -1.0, "asked": 4})
    assert explorer._asked == 4
    assert explorer.start == (1.0, -1.0)
    assert explorer.trajectories["Adam"][0].tolist() == [1, -1]
    assert explorer._points[0, 0].tolist() == [1, -1]
    with pytest.raises(ValueError, match="start expected two finite numbers"):
        explorer._on_start({"x": float("nan"), "y": 0.0, "asked": 5})
    assert explorer._asked == 4
    explorer.start = (2, 3)
    assert explorer._start.tolist() == [2, 3]


def test_options_turn_torchs_own_optimizers() -> None:
    explorer = small("bowl", ["sgd", "adam"])

    def change(racer: int, name: str, value: float) -> None:
        explorer._on_change({"racer": racer, "stage": 0, "name": name, "value": value})

    adam = explorer._points[1].copy()
    change(0, "momentum", 0.5)
    change(0, "nesterov", 1)
    assert list(explorer.trajectories) == ["NAG", "Adam"]
    assert np.array_equal(explorer._points[1], adam)
    change(1, "betas[1]", 0.5)
    assert "betas=(0.9, 0.5)" in explorer.code(1)
    with pytest.raises(ValueError, match="Invalid beta parameter at index 1"):
        change(1, "betas[1]", 2)
    with pytest.raises(ValueError, match=r"Did you mean 'momentum'\?"):
        change(0, "momentun", 1)
    assert list(explorer.trajectories) == ["NAG", "Adam"]


def test_racers_come_and_go() -> None:
    explorer = small("bowl", ["sgd"])
    explorer._on_add("adamw")
    explorer._on_add(["adam", 3, "momentum"])
    assert list(explorer.trajectories) == ["SGD", "AdamW", "Adam → Momentum"]
    explorer._on_change({"racer": 2, "begin": 5})
    assert explorer._racers[2]["stages"][1]["begin"] == 5
    explorer.racer = 2
    explorer._on_remove(2)
    assert explorer.racer == 1
    explorer._on_remove(0)
    with pytest.raises(ValueError, match="expected at least 1 optimizer"):
        explorer._on_remove(0)
    for _ in range(7):
        explorer.add("sgd")
    with pytest.raises(ValueError, match="expected 1 to 8 optimizers, got 9"):
        explorer.add("sgd")
    assert list(explorer.trajectories)[-1] == "SGD 7"


def test_a_relay_in_the_list_of_optimizers() -> None:
    explorer = small("bowl", [("adam", 2, PARTIAL(torch.optim.SGD, lr=0.1))])
    known: dict[str, Any] = {"torch": torch}
    exec(explorer.code(), known)
    assert np.array_equal(known["path"], explorer.trajectories["Adam → SGD"])
    assert explorer.breakdown(3).method == "SGD"
    assert list(small("bowl", ("adam", 2, "sgd")).trajectories) == ["Adam → SGD"]


def test_another_surface_keeps_the_rates_that_the_user_chose() -> None:
    explorer = small("bowl", ["sgd", PARTIAL(torch.optim.Adam, lr=0.7)])
    explorer._on_change({"racer": 0, "stage": 0, "name": "lr", "value": 0.25})
    explorer.add("momentum")
    explorer._on_surface("rosenbrock")
    rates = [row["stages"][0]["values"][0] for row in explorer._racers]
    assert rates == [0.25, 0.7, 0.001]
    assert explorer.start == (-1.2, 1.0)
    assert explorer._map.shape == (121, 121)
    explorer._on_surface("net")
    assert explorer._curves.shape == (3, 7, 41)
    assert explorer._window.size == 0
    assert explorer.code() == ""
    with pytest.raises(ValueError, match=r"Did you mean 'saddle'\?"):
        explorer._on_surface("sadle")
    assert explorer._surface == "net"


def test_tuning_and_steps() -> None:
    explorer = small("bowl", ["sgd", "rprop"])
    explorer._on_tune(None)
    assert [row["tuned"] for row in explorer._racers] == [True, True]
    assert "lr=1.0" in explorer.code(0)
    explorer._on_steps(9)
    assert explorer.steps == explorer.step == 9
    assert explorer._points.shape == (2, 10, 2)
    for wrong in (0, 1001, 2.5, True):
        with pytest.raises(ValueError, match="steps expected a whole number from 1 to 1000"):
            explorer._on_steps(wrong)


def test_schedules_are_drawn_used_and_erased() -> None:
    explorer = small("bowl", ["sgd"], steps=8)
    explorer._on_draw("StepLR")
    explorer._on_change({"racer": 0, "schedule": 0})
    assert explorer._racers[0]["schedule"] == "StepLR"
    held = explorer._records[0]["held"][:, 0]
    assert held.tolist() == [0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.0125, 0.0125]
    assert explorer.breakdown(7).letters["λ"] == 0.0125
    assert "scheduler.step()" in explorer.code()
    explorer._on_change({"racer": 0, "schedule": -1})
    assert explorer._racers[0]["schedule"] == ""
    explorer._on_erase(0)
    assert explorer._rates.shape == (0, 8)
    for _ in range(6):
        explorer.draw("linear")
    with pytest.raises(ValueError, match="expected at most 6 schedules, got 7"):
        explorer.draw("linear")


def test_a_scheduler_with_an_optimizer_of_its_own_is_not_for_a_race() -> None:
    optimizer = torch.optim.SGD([torch.zeros(2)], lr=0.5)
    explorer = small("bowl", ["sgd"], schedules=[lr_scheduler.StepLR(optimizer, 2)])
    with pytest.raises(ValueError, match="comes with an optimizer of its own"):
        explorer._on_change({"racer": 0, "schedule": 0})


def test_nothing_is_half_changed_where_torch_refuses() -> None:
    explorer = small("bowl", ["sgd"])
    before = explorer.trajectories["SGD"]
    with pytest.raises(ValueError, match="SparseAdam: torch refused step 1"):
        explorer._on_add("sparseadam")
    assert list(explorer.trajectories) == ["SGD"]
    explorer._on_steps(6)
    assert np.array_equal(explorer.trajectories["SGD"], before)


def test_divergence_travels() -> None:
    explorer = small("rosenbrock", [PARTIAL(torch.optim.SGD, lr=1.0)], steps=20)
    stopped = explorer._racers[0]["stopped"]
    assert 0 < stopped < 12
    assert np.isnan(explorer.trajectories["SGD"][-1]).all()
    assert explorer.breakdown().step == stopped - 1


def test_places_stay_within_the_race() -> None:
    explorer = small("bowl", ["sgd"])
    explorer.step = 99
    assert explorer.step == 6
    explorer.racer = 4
    assert explorer.racer == 0


@pytest.mark.parametrize(
    ("values", "error", "text"),
    [
        ({"optimizers": []}, ValueError, "expected 1 to 8 optimizers, got 0"),
        ({"optimizers": 3}, TypeError, "optimizer: expected a name .* got int"),
        ({"start": (1,)}, ValueError, "start expected two finite numbers"),
        ({"start": "ab"}, ValueError, "start expected two finite numbers"),
        ({"schedules": ["nothing"]}, ValueError, "schedule: expected a name"),
        ({"schedules": ["linear"] * 7}, ValueError, "at most 6 schedules, got 7"),
        ({"stepps": 4}, TypeError, r"got 'stepps'\. Did you mean 'step"),
        ({"fn": "hill"}, ValueError, "surface: expected one of"),
        ({"tab": "rates"}, TraitError, "race"),
    ],
)
def test_what_can_not_be_shown_is_refused(
    values: dict[str, Any], error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        small(**values)


def test_the_seed_of_the_net() -> None:
    one, same, other = (small("net", ["sgd"], seed=s).trajectories["SGD"] for s in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_a_command_of_the_page_is_answered(line: Line) -> None:
    small("bowl", ["sgd"], comm=line)
    line.say("steps", 0, seq=3)
    (answer,) = line.custom("ack")
    assert answer[0]["error"].startswith("OptimizerExplorer: steps expected")
