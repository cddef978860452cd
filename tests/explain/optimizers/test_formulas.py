"""Every line of an update, against torch's own state and step."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlwidgets.explain.optimizers import (
    SURFACES,
    Path,
    breakdown,
    on_surface,
    race,
    read_racer,
)
from dlwidgets.explain.optimizers.breakdown import lines_at
from dlwidgets.explain.optimizers.formulas import evaluate, formula

SHARE = st.floats(0, 0.99)
RATE = st.floats(1e-4, 0.2)
DECAY = st.sampled_from([0.0, 0.0, 0.01, 0.3])
FLAG = st.booleans()


@st.composite
def optimizers(draw: Any) -> functools.partial[Any]:
    kind = draw(st.sampled_from(["SGD", "Adagrad", "RMSprop", "Adam", "AdamW"]))
    options = {"lr": draw(RATE), "weight_decay": draw(DECAY), "maximize": draw(FLAG)}
    if kind == "SGD":
        options["momentum"] = draw(st.one_of(st.just(0.0), SHARE))
        options["nesterov"] = options["momentum"] > 0 and draw(FLAG)
        options["dampening"] = 0.0 if options["nesterov"] else draw(st.sampled_from([0.0, 0.4]))
    elif kind == "Adagrad":
        options["lr_decay"] = draw(DECAY)
        options["initial_accumulator_value"] = draw(st.sampled_from([0.0, 0.5]))
    elif kind == "RMSprop":
        # With little kept of the average, its variance is lost in rounding: in torch too.
        options["alpha"], options["centered"] = draw(st.floats(0.5, 0.99)), draw(FLAG)
        options["momentum"] = draw(st.one_of(st.just(0.0), SHARE))
    else:
        options["betas"] = (draw(SHARE), draw(SHARE))
        options["amsgrad"] = draw(FLAG)
    if kind != "SGD":
        options["eps"] = draw(st.sampled_from([1e-8, 1e-3]))
    return functools.partial(getattr(torch.optim, kind), **options)


def run(made: object, name: str = "ravine", steps: int = 6) -> Path:
    surface = SURFACES[name]
    return race(on_surface(surface, surface.start), read_racer(made)[0], steps)


@settings(max_examples=150, deadline=None)
@given(optimizers(), st.sampled_from(["ravine", "saddle", "bowl"]))
def test_the_lines_give_what_torch_holds_and_how_far_it_goes(
    made: functools.partial[Any], name: str
) -> None:
    path = run(made, name)
    for step in range(6):
        if not np.isfinite(path.points[step + 1]).all():
            break
        for number in (0, 1):
            found = breakdown(path, step, number)
            values = {term.letter: term.value for term in found.terms}
            size = max(1.0, abs(found.before))
            assert values["Δθ"] == pytest.approx(found.change, rel=1e-9, abs=1e-13 * size)
            known = path.pieces[0].formula
            assert known is not None
            assert set(found.state) == set(known.state)
            for torchs, letter in known.state.items():
                assert values[letter] == pytest.approx(found.state[torchs], rel=1e-10, abs=1e-300)


def test_adam_by_hand() -> None:
    first = breakdown(run(functools.partial(torch.optim.Adam, lr=0.1)), 0)
    # At x = −7 the slope of x²/20 is −0.7; corrected moments of one step are g and g².
    assert [(t.letter, round(t.value, 10)) for t in first.terms] == [
        ("s", -0.07),
        ("r", 0.00049),
        ("ŝ", -0.7),
        ("r̂", 0.49),
        ("Δθ", 0.0999999986),
    ]
    assert first.notes == ("delta",)
    assert str(first).splitlines()[0] == "Adam, step 1: θ = -7, g = -0.7"
    assert str(first).splitlines()[1] == "s ← ρ1*s + (1 - ρ1)*g = -0.07"


def test_nag_adds_the_velocity_to_the_gradient_at_hand_as_torch_does() -> None:
    path = run("nag")
    assert list(lines_at(path, 3)) == [
        ("v", "α*v + g"),
        ("d", "g + α*v"),
        ("Δθ", "-λ*d"),
    ]
    assert breakdown(path, 3).notes == ("nesterov", "rate")


def test_dampening_does_not_touch_the_first_step() -> None:
    path = run(functools.partial(torch.optim.SGD, lr=0.1, momentum=0.5, dampening=0.9))
    assert lines_at(path, 0)[0] == ("v", "g")
    assert lines_at(path, 1)[0] == ("v", "α*v + (1 - τ)*g")


def test_other_optimizers_show_their_raw_state() -> None:
    path = run(torch.optim.Adadelta)
    found = breakdown(path, 2)
    assert found.terms == ()
    assert set(found.state) == {"step", "square_avg", "acc_delta"}
    assert found.change == pytest.approx(path.points[3, 0] - path.points[2, 0])
    assert str(found).endswith(f"Δθ = {found.change:.6g}")


def test_a_class_that_steps_in_its_own_way_gets_no_formula_of_torchs() -> None:
    class Timid(torch.optim.SGD):
        def step(self, closure: Any = None) -> Any:  # noqa: ARG002 -- as torch has it
            for group in self.param_groups:
                for p in group["params"]:
                    p.data.sub_(0.5 * group["lr"] * p.grad)

    path = run(functools.partial(Timid, lr=0.2))
    assert path.pieces[0].formula is None
    assert breakdown(path, 0).change == pytest.approx(0.07)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-λ/(δ + √r̂)*g", -0.5),
        ("√(r̂ - 3*3)", 4.0),
        ("max(g, λ) + g^2", 8.75),
        ("(1 - λ)*√r̂ - -g", 2.5),
        ("√r̂", 5.0),
    ],
)
def test_formulas_are_read_as_they_are_written(text: str, value: float) -> None:
    assert evaluate(text, {"λ": 1.0, "δ": 0.0, "r̂": 25.0, "g": 2.5}) == pytest.approx(value)


def test_unknown_letters_are_an_error() -> None:
    with pytest.raises(KeyError):
        evaluate("a + b", {"a": 1.0})


def test_capturable_optimizers_get_no_formula() -> None:
    made = torch.optim.Adam([torch.zeros(1, requires_grad=True)], capturable=True)
    assert formula(made) is None
