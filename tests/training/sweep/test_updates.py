"""The batched optimizers against ``torch.optim`` itself, step by step."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlwidgets.training.sweep.updates import KNOWN, State, batched

RATE = st.floats(1e-4, 1.0)
DECAY = st.sampled_from([0.0, 1e-4, 0.05])
BETA = st.sampled_from([0.0, 0.5, 0.9, 0.99])
EPS = st.sampled_from([1e-8, 1e-6, 1e-3])
BETAS = st.tuples(BETA, st.sampled_from([0.5, 0.9, 0.999]))
MOMENTUM = st.sampled_from([0.0, 0.5, 0.9])
COMMON = {"lr": RATE, "weight_decay": DECAY}

# Of each class: the options that differ from run to run, and those that all runs share.
OPTIONS: dict[type[torch.optim.Optimizer], tuple[dict[str, Any], dict[str, Any]]] = {
    torch.optim.SGD: (
        COMMON | {"momentum": MOMENTUM, "dampening": st.sampled_from([0.0, 0.3])},
        {},
    ),
    torch.optim.Adagrad: (
        COMMON
        | {
            "lr_decay": DECAY,
            "initial_accumulator_value": st.sampled_from([0.0, 0.1]),
            "eps": EPS,
        },
        {},
    ),
    torch.optim.RMSprop: (
        COMMON | {"alpha": st.sampled_from([0.5, 0.99]), "eps": EPS, "momentum": MOMENTUM},
        {"centered": st.booleans()},
    ),
    torch.optim.Adam: (COMMON | {"betas": BETAS, "eps": EPS}, {"amsgrad": st.booleans()}),
    torch.optim.AdamW: (COMMON | {"betas": BETAS, "eps": EPS}, {"amsgrad": st.booleans()}),
}

NESTEROV = {"lr": RATE, "weight_decay": DECAY, "momentum": st.sampled_from([0.5, 0.9])}

STEPS, RUNS, PARAMETERS = 8, 3, 5


def follow(kind: type[torch.optim.Optimizer], options: list[dict[str, Any]], seed: int) -> None:
    """Take the same steps with one optimizer a run and with all at once; compare after each."""
    generator = torch.Generator().manual_seed(seed)
    # In doubles a difference is one of the formula, not of rounding.
    start = torch.randn(PARAMETERS, generator=generator, dtype=torch.float64)
    single = [start.clone().requires_grad_() for _ in options]
    theirs: list[Any] = [
        kind([w], **given)  # type: ignore[call-arg]
        for w, given in zip(single, options, strict=True)
    ]
    found = batched(theirs)
    assert found is not None
    how, numbers = found
    state, w = State(), start.repeat(len(options), 1)
    for step in range(1, STEPS + 1):
        g = torch.randn(w.shape, generator=generator, dtype=torch.float64)
        for parameter, optimizer, row in zip(single, theirs, g, strict=True):
            parameter.grad = row.clone()
            optimizer.step()
        state.step = step
        how.update(w, g, state, numbers)
        torch.testing.assert_close(w, torch.stack([*single]).detach(), rtol=1e-9, atol=1e-9)


def test_every_known_class_is_tested() -> None:
    assert OPTIONS.keys() == KNOWN.keys()


@pytest.mark.parametrize("kind", OPTIONS, ids=lambda kind: kind.__name__)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_every_step_is_that_of_torch(
    kind: type[torch.optim.Optimizer], data: st.DataObject
) -> None:
    single, shared = OPTIONS[kind]
    common = data.draw(st.fixed_dictionaries(shared))
    rows = data.draw(st.lists(st.fixed_dictionaries(single), min_size=RUNS, max_size=RUNS))
    follow(kind, [row | common for row in rows], data.draw(st.integers(0, 1000)))


@settings(max_examples=50, deadline=None)
@given(
    rows=st.lists(st.fixed_dictionaries(NESTEROV), min_size=RUNS, max_size=RUNS),
    seed=st.integers(0, 1000),
)
def test_every_step_of_nesterov_is_that_of_torch(rows: list[dict[str, Any]], seed: int) -> None:
    follow(torch.optim.SGD, [row | {"nesterov": True} for row in rows], seed)


@pytest.mark.parametrize(
    "options",
    [
        [{"maximize": True}, {"maximize": True}],
        [{"nesterov": True, "momentum": 0.9}, {"nesterov": False, "momentum": 0.9}],
    ],
)
def test_what_only_torch_can_do_is_left_to_torch(options: list[dict[str, Any]]) -> None:
    w = torch.zeros(2, requires_grad=True)
    assert batched([torch.optim.SGD([w], lr=0.1, **row) for row in options]) is None


def test_a_class_without_a_batched_form_is_left_to_torch() -> None:
    w = torch.zeros(2, requires_grad=True)
    assert batched([torch.optim.Adadelta([w])]) is None
    assert batched([torch.optim.Adam([w], decoupled_weight_decay=True)]) is None
