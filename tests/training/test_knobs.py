import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from dlwidgets.language import set_language
from dlwidgets.training import Run, watched
from dlwidgets.training.knobs import find_knobs
from tests.training.loops import Weight, batch, small_net

DENSE = {
    "Adadelta": {"lr": 1.0, "rho": 0.9, "eps": 1e-6, "weight_decay": 0},
    "Adafactor": {"lr": 0.01, "beta2_decay": -0.8, "eps2": 0.001, "d": 1.0, "weight_decay": 0},
    "Adagrad": {
        "lr": 0.01, "lr_decay": 0, "weight_decay": 0, "initial_accumulator_value": 0, "eps": 1e-10,
    },
    "Adam": {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0},
    "AdamW": {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.01},
    "Adamax": {"lr": 0.002, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0},
    "ASGD": {"lr": 0.01, "lambd": 1e-4, "alpha": 0.75, "t0": 1e6, "weight_decay": 0},
    "LBFGS": {
        "lr": 1, "max_iter": 20, "max_eval": 25, "tolerance_grad": 1e-7,
        "tolerance_change": 1e-9, "history_size": 100,
    },
    "Muon": {
        "lr": 0.001, "weight_decay": 0.1, "momentum": 0.95, "ns_coefficient1": 3.4445,
        "ns_coefficient2": -4.775, "ns_coefficient3": 2.0315, "eps": 1e-7, "ns_steps": 5,
    },
    "NAdam": {
        "lr": 0.002, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0,
        "momentum_decay": 0.004,
    },
    "RAdam": {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0},
    "RMSprop": {"lr": 0.01, "momentum": 0, "alpha": 0.99, "eps": 1e-8, "weight_decay": 0},
    "Rprop": {"lr": 0.01, "eta1": 0.5, "eta2": 1.2, "step_size1": 1e-6, "step_size2": 50},
    "SGD": {"lr": 0.001, "momentum": 0, "dampening": 0, "weight_decay": 0},
}  # fmt: skip


def optimizers() -> list[str]:
    return sorted(
        name
        for name, kind in vars(torch.optim).items()
        if isinstance(kind, type)
        and issubclass(kind, torch.optim.Optimizer)
        and name not in {"Optimizer", "SparseAdam"}
    )


def matrix() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(3, 2, bias=False)


def train(run: Run, optimizer: torch.optim.Optimizer, model: nn.Module, steps: int) -> None:
    x = torch.ones(4, 3)
    for _ in range(steps):

        def closure() -> torch.Tensor:
            optimizer.zero_grad()
            loss = model(x).square().mean()
            loss.backward()
            return loss

        if isinstance(optimizer, torch.optim.LBFGS):
            optimizer.step(closure)
        else:
            closure()
            optimizer.step()
        assert run.state == "running"


def test_the_table_names_every_optimizer_of_this_torch() -> None:
    assert set(optimizers()) <= set(DENSE)


@pytest.mark.parametrize("name", optimizers())
def test_every_numeric_hyperparameter_is_a_knob(name: str) -> None:
    optimizer = getattr(torch.optim, name)(matrix().parameters())
    found = {knob.name: knob.value for knob in find_knobs(optimizer, "optimizer")}
    assert found == DENSE[name]
    for knob in find_knobs(optimizer, "optimizer"):
        assert knob.low <= knob.value <= knob.high
        assert knob.low < knob.high
        assert knob.low > 0 or not knob.log
        assert knob.check(knob.value) == knob.value


@pytest.mark.parametrize("name", optimizers())
def test_every_knob_can_be_turned_while_it_trains(name: str) -> None:
    model = matrix()
    optimizer = getattr(torch.optim, name)(model.parameters())
    run = Run()
    with watched(run):
        train(run, optimizer, model, 2)
        for knob in run.knobs:
            run.set({knob.name: knob.value})
        train(run, optimizer, model, 1)
        run.set({knob.name: knob.check(knob.low or 0.1) for knob in run.knobs})
        train(run, optimizer, model, 2)
    assert run.steps == 5
    group = optimizer.param_groups[0]
    for knob in run.knobs:
        assert knob.slot is not None
        held = group[knob.slot.key]
        held = held if knob.slot.index is None else held[knob.slot.index]
        assert held == knob.value == (knob.low or 0.1)
    assert type(group.get("betas", ())) is tuple
    assert [event.kind for event in run.events] == ["set"] * 2 * len(run.knobs)


def test_bools_texts_and_none_are_no_knobs() -> None:
    weight = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([{"params": [weight], "name": "head", "flag": True, "scale": 2.5}])
    names = [knob.name for knob in find_knobs(optimizer, "optimizer")]
    assert names == ["scale", "lr", "momentum", "dampening", "weight_decay"]


@pytest.mark.parametrize(("sent", "momentum"), [(0.25, 0.0), (0.25, 0.5)])
def test_the_step_after_a_turn_uses_the_new_rate(sent: float, momentum: float) -> None:
    run, weight = Run(), Weight(lr=0.1, momentum=momentum)
    with watched(run):
        assert weight.step(2.0) == pytest.approx(0.2, abs=1e-15)
        run.set(lr=sent)
        knob = run.knobs[0]
        assert (knob.value, knob.pending) == (0.1, sent)
        assert weight.optimizer.param_groups[0]["lr"] == 0.1
        moved = weight.step(3.0)
        assert (knob.value, knob.pending) == (sent, None)
    assert moved == pytest.approx(sent * (3.0 + momentum * 2.0), abs=1e-15)
    assert run.history["lr"].tolist() == [0.1, sent]
    (event,) = run.events
    assert (event.step, event.kind, event.name) == (1, "set", "lr")
    assert (event.old, event.new) == (0.1, sent)


def test_a_turn_between_two_steps_holds_for_the_second() -> None:
    run, weight = Run(), Weight(lr=0.1)
    with watched(run):
        for step in range(4):
            if step == 2:
                run.set(lr=0.5)
            weight.step()
    assert run.history["lr"].tolist() == [0.1, 0.1, 0.5, 0.5]


def test_param_groups_have_knobs_of_their_own() -> None:
    first, second = (torch.zeros(1, requires_grad=True) for _ in range(2))
    optimizer = torch.optim.SGD([{"params": [first]}, {"params": [second], "lr": 0.01}], lr=0.1)
    run = Run()

    def step() -> None:
        optimizer.zero_grad()
        (first + second).sum().backward()
        optimizer.step()

    with watched(run):
        step()
        assert [k.name for k in run.knobs][:2] == ["lr[0]", "momentum[0]"]
        run.set({"lr[1]": 0.02})
        step()
        run.set(lr=0.5)
        step()
    assert run.history["lr[0]"].tolist() == [0.1, 0.1, 0.5]
    assert run.history["lr[1]"].tolist() == [0.01, 0.02, 0.5]
    assert second.item() == pytest.approx(-0.53)


def two() -> tuple[dict[str, torch.optim.Optimizer], Any]:
    made = {
        "optimizer_D": torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1),
        "optimizer_G": torch.optim.Adam([torch.zeros(1, requires_grad=True)], lr=0.2),
    }

    def step(name: str) -> None:
        optimizer_D, optimizer_G = made["optimizer_D"], made["optimizer_G"]  # noqa: N806 -- as in the book
        optimizer = {"optimizer_D": optimizer_D, "optimizer_G": optimizer_G}[name]
        optimizer.zero_grad()
        optimizer.param_groups[0]["params"][0].sum().backward()
        optimizer.step()

    return made, step


def test_a_second_optimizer_gives_every_knob_its_owners_name() -> None:
    made, step = two()
    run = Run()
    with watched(run):
        step("optimizer_D")
        assert run.knobs[0].name == "lr"
        step("optimizer_G")
        names = [knob.name for knob in run.knobs]
        assert names[0] == "optimizer_D.lr"
        assert "optimizer_G.beta1" in names
        run.set({"optimizer_G.lr": 0.3})
        step("optimizer_D")
        step("optimizer_G")
        assert [o.param_groups[0]["lr"] for o in made.values()] == [0.1, 0.3]
        run.set(lr=0.4, beta1=0.5)
        step("optimizer_D")
        assert [o.param_groups[0]["lr"] for o in made.values()] == [0.4, 0.4]
        assert made["optimizer_G"].param_groups[0]["betas"] == (0.5, 0.999)
    assert list(run.optimizers) == ["optimizer_D", "optimizer_G"]


@pytest.mark.parametrize(
    "bad",
    [
        math.nan, math.inf, -math.inf, -0.1, True, "0.1", None, [0.1], 10**400, 1j,
        np.bool_(1), torch.ones(2), torch.tensor(math.nan), torch.tensor(1) > 0,
    ],
)  # fmt: skip
def test_impossible_values_turn_nothing(bad: object) -> None:
    run, weight = Run(), Weight(lr=0.1, momentum=0.5)
    with watched(run):
        weight.step()
        with pytest.raises(ValueError, match=r"^lr: expected .*, got "):
            run.set({"momentum": 0.9, "lr": bad})
        with pytest.raises(ValueError, match=r"^lr: expected .*, got "):
            run.set({"lr": bad, "momentum": 0.9})
        weight.step()
    assert weight.optimizer.param_groups[0]["lr"] == 0.1
    assert weight.optimizer.param_groups[0]["momentum"] == 0.5
    assert run.events == []
    assert all(knob.pending is None for knob in run.knobs)


@pytest.mark.parametrize("good", [0.3, 1, np.float32(0.5), np.int64(2), torch.tensor(0.5)])
def test_numbers_of_every_kind_are_taken(good: Any) -> None:
    run, weight = Run(), Weight(lr=0.1)
    with watched(run):
        weight.step()
        run.set(lr=good)
        weight.step()
    held = weight.optimizer.param_groups[0]["lr"]
    assert type(held) is float
    assert held == float(good)


@pytest.mark.parametrize(
    ("kind", "name", "value", "expected"),
    [
        ("Adam", "beta1", 1.0, "beta1: expected less than 1, got 1"),
        ("Adam", "eps", -1.0, "eps: expected 0 or more, got -1"),
        ("SGD", "weight_decay", -1e-3, "weight_decay: expected 0 or more, got -0.001"),
        ("LBFGS", "max_iter", 2.5, r"max_iter: expected a whole number from 1, got 2\.5"),
        ("LBFGS", "history_size", 0, "history_size: expected a whole number from 1, got 0"),
    ],
)
def test_each_hyperparameter_has_its_range(
    kind: str, name: str, value: float, expected: str
) -> None:
    model = matrix()
    optimizer = getattr(torch.optim, kind)(model.parameters())
    run = Run()
    with watched(run):
        train(run, optimizer, model, 1)
        with pytest.raises(ValueError, match=expected):
            run.set({name: value})


def test_a_misspelt_knob_gets_the_nearest_name() -> None:
    run, weight = Run(), Weight()
    with pytest.raises(ValueError, match=r"no knob named 'lr'\. Knobs: none yet"):
        run.set(lr=1.0)
    with watched(run):
        weight.step()
        with pytest.raises(ValueError, match=r"'momentun'\. Did you mean 'momentum'\? Knobs: lr, "):
            run.set(lr=0.5, momentun=0.9)
        weight.step()
    assert weight.optimizer.param_groups[0]["lr"] == 0.1
    set_language("zh")
    try:
        with pytest.raises(ValueError, match="没有名为 'lf' 的旋钮"):
            run.set(lf=1)
    finally:
        set_language(None)


def test_a_rate_in_a_tensor_is_filled_in_place() -> None:
    lr = torch.tensor(0.1)
    weight = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=lr, foreach=True)
    run = Run()

    def step() -> None:
        optimizer.zero_grad()
        weight.sum().backward()
        optimizer.step()

    with watched(run):
        step()
        run.set(lr=0.05)
        step()
        step()
        lr.fill_(0.025)
        step()
    assert optimizer.param_groups[0]["lr"] is lr
    kept = [float(np.float32(v)) for v in (0.1, 0.05, 0.05, 0.025)]
    assert run.history["lr"].tolist() == kept
    # 32 bits hold no 0.05: that is no change by the user's code.
    assert [event.kind for event in run.events] == ["set", "code"]


def test_the_users_code_may_change_hyperparameters() -> None:
    run, weight = Run(), Weight(lr=0.1)
    with watched(run):
        for step in range(8):
            if step == 2:
                weight.optimizer.param_groups[0]["lr"] = 0.2
            if step >= 5:
                weight.optimizer.param_groups[0]["lr"] *= 0.5
            weight.step()
    assert run.history["lr"].tolist() == [0.1, 0.1, 0.2, 0.2, 0.2, 0.1, 0.05, 0.025]
    noted = [(e.step, e.kind, e.name, e.old, e.new) for e in run.events]
    # A steady decay is noted where it begins.
    assert noted == [(2, "code", "lr", 0.1, 0.2), (5, "code", "lr", 0.2, 0.1)]


def test_a_loaded_state_is_followed() -> None:
    run, weight = Run(), Weight(lr=0.1)
    with watched(run):
        weight.step()
        state = weight.optimizer.state_dict()
        state["param_groups"][0]["lr"] = 0.3
        weight.optimizer.load_state_dict(state)
        assert weight.step() == pytest.approx(0.3)
        run.set(lr=0.5)
        assert weight.step() == pytest.approx(0.5)
    assert run.history["lr"].tolist() == [0.1, 0.3, 0.5]


def test_a_param_group_that_is_added_has_knobs() -> None:
    run, weight = Run(), Weight(lr=0.1)
    late = torch.zeros(1, requires_grad=True)
    with watched(run):
        weight.step()
        weight.optimizer.add_param_group({"params": [late], "lr": 0.01})
        weight.step()
        run.set({"lr[1]": 0.02})
        weight.step()
        weight.optimizer.param_groups.pop()
        weight.step()
    assert run.history["lr[0]"].tolist() == [0.1] * 4
    np.testing.assert_array_equal(run.history["lr[1]"], [math.nan, 0.01, 0.02, 0.02])


# --- knobs of the user's own ------------------------------------------------------------------


def test_a_knob_of_ones_own_is_read_from_the_run() -> None:
    run, weight = Run(), Weight()
    run.knob("beta", 1.0, low=0, high=10)
    assert run.beta == 1.0
    with watched(run):
        weight.step()
        run.set(beta=4)
        assert run.beta == 1.0
        weight.step()
        assert run.beta == 4.0
        weight.step()
    assert run.history["beta"].tolist() == [1.0, 4.0, 4.0]
    assert [(e.name, e.old, e.new) for e in run.events] == [("beta", 1.0, 4.0)]


def test_a_knob_of_ones_own_works_without_any_optimizer() -> None:
    run = Run()
    run.knob("beta", 1.0, low=0, high=10)
    with watched(run):
        for step in range(4):
            run.log(loss=step * run.beta)
            if step == 1:
                run.set(beta=10)
    assert run.history["loss"].tolist() == [0, 1, 2, 30]
    assert run.beta == 10.0


@pytest.mark.parametrize("name", ["a b", "1st", "lr", "steps", "_board", "name", "models", "beta"])
def test_a_name_must_be_free(name: str) -> None:
    run, weight = Run(), Weight()
    run.knob("beta", 1.0, low=0, high=10)
    with watched(run):
        weight.step()
        with pytest.raises(ValueError, match=f"still free, got '{name}'"):
            run.knob(name, 1.0, low=0, high=10)
    assert len(run.knobs) == 5


def test_an_optimizer_met_later_yields_its_name() -> None:
    run, weight = Run(), Weight(lr=0.1)
    run.knob("momentum", 5.0, low=0, high=10)
    optimizer = weight.optimizer
    with watched(run):
        weight.step()
        run.set(momentum=6.0)
        weight.step()
    assert run.momentum == 6.0
    assert optimizer.param_groups[0]["momentum"] == 0
    assert "optimizer.momentum" in [k.name for k in run.knobs]
    assert run.history["momentum"].tolist() == [5.0, 6.0]


@pytest.mark.parametrize(
    ("value", "low", "high", "log", "expected"),
    [
        (1.0, 2.0, 3.0, False, "beta: expected 2 to 3, got 1"),
        (1.0, 1.0, 1.0, False, "expected low < high"),
        (1.0, 0.0, 3.0, True, "low > 0 with log"),
        (math.nan, 0.0, 3.0, False, "beta: expected a finite number, got nan"),
        (1.0, 0.0, math.inf, False, "beta: expected a finite number, got inf"),
        ("1", 0.0, 2.0, False, "beta: expected a finite number, got '1'"),
        (True, 0.0, 2.0, False, "beta: expected a finite number, got True"),
    ],
)
def test_the_ends_of_a_knob_are_checked(
    value: Any, low: float, high: float, log: bool, expected: str
) -> None:
    with pytest.raises(ValueError, match=expected):
        Run().knob("beta", value, low=low, high=high, log=log)


def test_a_value_beyond_the_ends_of_ones_own_knob_is_refused() -> None:
    run = Run()
    run.knob("beta", 1.0, low=0, high=10)
    with pytest.raises(ValueError, match="beta: expected 0 to 10, got 11"):
        run.set(beta=11)
    with pytest.raises(AttributeError, match=r"no attribute 'bete'\. Did you mean 'beta'\?"):
        _ = run.bete


def test_a_value_beyond_a_slider_widens_it() -> None:
    run, weight = Run(), Weight(lr=0.1)
    with watched(run):
        weight.step()
        knob = run.knobs[0]
        low, high = knob.low, knob.high
        assert knob.log
        run.set(lr=0.0)
        weight.step()
        assert (knob.low, knob.high) == (low, high)
        run.set(lr=100.0)
        weight.step()
        assert (knob.low, knob.high) == (low, 100.0)
        run.set(lr=1e-9)
        weight.step()
        assert (knob.low, knob.high) == (1e-9, 100.0)


def test_a_turn_too_late_for_a_step_still_reaches_the_optimizer() -> None:
    run, weight = Run(), Weight(lr=0.1)
    with watched(run):
        weight.step()
        run.set(lr=0.7)
    assert weight.optimizer.param_groups[0]["lr"] == 0.7
    assert [e.kind for e in run.events] == ["set"]


def test_the_models_of_an_optimizer_are_named() -> None:
    net = small_net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    x, y = batch()
    run = Run()
    with watched(run):
        loss = nn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
    assert run.models == {"net": net}
    assert run.optimizers == {"optimizer": optimizer}
