"""Whoever explores a model finds it afterwards as it was, to the bit."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from dlwidgets.explain.calls import capture
from dlwidgets.explain.inputs import taken
from dlwidgets.explain.layers import trace
from dlwidgets.explain.untouched import layer_at, named_layers, untouched
from tests.explain.models import Forgetful, Odd


def snapshot(model: nn.Module) -> dict[str, Any]:
    """Return all that a forward pass could change, tensors as their identity, version and bytes."""

    def plain(value: object) -> object:
        if isinstance(value, torch.Tensor):
            return (id(value), value._version, value.detach().numpy().tobytes(), id(value.grad))
        if isinstance(value, (list, tuple)):
            return [plain(item) for item in value]
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        return value if isinstance(value, (bool, int, float, str)) else id(value)

    return {path: plain(vars(module)) for path, module, _ in named_layers(model)}


def draws() -> list[float]:
    """Return the next random numbers, without using them up."""
    numpy = np.random.mtrand._rand  # what np.random's functions draw from
    states = torch.get_rng_state(), random.getstate(), numpy.get_state()
    found = [torch.rand(1).item(), random.random(), numpy.rand()]
    torch.set_rng_state(states[0])
    random.setstate(states[1])
    numpy.set_state(states[2])
    return found


@pytest.mark.parametrize("evaluate", [True, False])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("kind", "width"), [(Forgetful, 3), (Odd, 7)])
def test_a_model_is_as_it_was(
    kind: Callable[[], nn.Module], width: int, *, training: bool, evaluate: bool
) -> None:
    torch.manual_seed(0)
    model = kind().train(training)
    x = torch.randn(5, width)
    before = snapshot(model), draws(), x.clone(), torch.is_grad_enabled()
    trace(model, taken(model, x), evaluate=evaluate)
    for path, module, _ in list(named_layers(model)):
        capture(model, taken(model, x), module, evaluate=evaluate)
        assert snapshot(model) == before[0], path
    assert draws() == before[1]
    assert torch.equal(x, before[2])
    assert torch.is_grad_enabled() == before[3]


def test_it_is_as_it_was_after_an_error_too() -> None:
    model, x = Forgetful(), torch.randn(5, 4)
    before = snapshot(model), draws()
    found, _ = trace(model, taken(model, x), evaluate=False)
    assert "RuntimeError" in found.error
    assert snapshot(model) == before[0]
    assert draws() == before[1]


def test_an_interrupt_leaves_nothing_behind() -> None:
    model, x = Forgetful(), torch.randn(5, 3)
    before = draws()

    def press(*_: object) -> None:
        raise KeyboardInterrupt

    handle = model.drop.register_forward_hook(press)
    with_hook = snapshot(model)
    with pytest.raises(KeyboardInterrupt):
        trace(model, taken(model, x), evaluate=False)
    assert snapshot(model) == with_hook
    handle.remove()
    assert draws() == before
    assert torch.is_grad_enabled()


def test_a_backward_that_waits_still_works() -> None:
    # What batch norm saved for backward must not have been written on, not even with itself.
    model = Forgetful().eval()
    loss = model(torch.randn(5, 3, requires_grad=True)).sum()
    trace(model, taken(model, torch.randn(5, 3)), evaluate=False)
    loss.backward()
    assert model.norm.weight.grad is not None


def test_in_the_layers_own_mode_the_next_step_draws_the_same_mask() -> None:
    torch.manual_seed(3)
    model = nn.Dropout(0.5).train()
    x = torch.ones(64)
    seen = capture(model, taken(model, x), model, evaluate=False).output[0].tensor
    assert torch.equal(seen, model(x))
    assert (seen == 0).any()


def test_the_users_hooks_run_and_stay() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    seen: list[int] = []
    model[0].register_forward_hook(lambda _m, _x, y: seen.append(1) or y + 100)
    before = snapshot(model)
    found, given = trace(model, taken(model, torch.zeros(3, 2)))
    assert seen == [1]
    assert [row.hooks for row in found.layers] == [0, 1, 0]
    # Ours come after them: what the hook returned is the output.
    assert given is not None
    output = capture(model, given, model[0]).output[0].tensor
    torch.testing.assert_close(output, model[0].bias.expand(3, 2) + 100)
    assert snapshot(model) == before


def test_frozen_and_unregistered_layers_keep_their_mode() -> None:
    model = Odd().train()
    model.norm.eval()
    with untouched(model, evaluate=True):
        assert not any(module.training for module in model.modules())
        # model.eval() does not reach a layer in a plain list either.
        assert model.hidden[0].training
    assert model.training
    assert not model.norm.training


def test_shared_buffers_stay_shared_inside() -> None:
    model = nn.Sequential(nn.BatchNorm1d(2), nn.BatchNorm1d(2))
    model[1].running_mean = model[0].running_mean
    with untouched(model, evaluate=False):
        assert model[0].running_mean is model[1].running_mean


def test_layers_in_plain_containers_are_found_once() -> None:
    model = Odd()
    model.more = {"k": nn.Linear(1, 1), "same": model.hidden[0]}
    model.many = (nn.Sequential(nn.ReLU()),)
    strays = [path for path, _, known in named_layers(model) if not known]
    assert strays == ["hidden[0]", "more['k']", "many[0]", "many[0].0"]
    assert layer_at(model, "many[0].0") is model.many[0][0]


@pytest.mark.gpu
def test_the_random_numbers_of_the_device_are_kept() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.5)).cuda().train()
    before = torch.cuda.get_rng_state()
    found, given = trace(model, taken(model, torch.randn(3, 4)), evaluate=False)
    assert found.error == ""
    assert given is not None
    assert "moved to cuda:0" in given.notes[0].en
    part = capture(model, given, model[1], evaluate=False, samples=3).output[0]
    assert part.tensor.is_cuda
    assert torch.equal(torch.cuda.get_rng_state(), before)
