"""A user's own model, trained anew: bit for bit the plain loop, and never changed itself."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from dlwidgets.data import Loader, digits
from dlwidgets.training.retrain import Own, Turned


def curve() -> tuple[Tensor, Tensor]:
    x = torch.linspace(-1, 1, 50)[:, None]
    return x, x**2


def net() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(1, 16), nn.BatchNorm1d(16), nn.Dropout(0.2), nn.Linear(16, 1))


def plain(
    model: nn.Module, optimizer: type[torch.optim.Optimizer], steps: int, **options: Any
) -> tuple[list[float], nn.Module]:
    """The loop that a reader would write, from seed 3."""
    model = deepcopy(model).train()
    updater = optimizer(model.parameters(), **options)
    losses: list[float] = []
    loader = Loader(*curve(), 16, seed=3)
    torch.manual_seed(3)
    while len(losses) < steps:
        for x, y in loader:
            if len(losses) == steps:
                break
            loss = nn.functional.mse_loss(model(x), y)
            updater.zero_grad()
            loss.backward()
            updater.step()
            losses.append(loss.item())
    return losses, model


CASES = [
    (Turned("sgd", 0.1), torch.optim.SGD, {"lr": 0.1}),
    (Turned("sgd", 0.05, momentum=0.9), torch.optim.SGD, {"lr": 0.05, "momentum": 0.9}),
    (Turned("adam", 0.01, momentum=0.9), torch.optim.Adam, {"lr": 0.01}),
    (
        Turned("rmsprop", 0.01, momentum=0.5, weight_decay=0.1),
        torch.optim.RMSprop,
        {"lr": 0.01, "momentum": 0.5, "weight_decay": 0.1},
    ),
]


@pytest.mark.parametrize(("turned", "optimizer", "options"), CASES)
def test_slices_equal_the_plain_loop_bit_for_bit(
    turned: Turned, optimizer: type[torch.optim.Optimizer], options: dict[str, Any]
) -> None:
    model = net()
    untouched = deepcopy(model.state_dict())
    expected, trained = plain(model, optimizer, 22, **options)
    position = Turned(**{**_fields(turned), "batch_size": 16, "steps": 22, "seed": 3})
    own = Own(model, curve())
    for seconds in (1e-5, float("inf")):
        job, ours = own.job(position)
        while not job.advance(seconds):
            torch.rand(5)
        assert job.lanes[0].rows[:, 0].tolist() == expected
        for name, value in trained.state_dict().items():
            assert torch.equal(ours.state_dict()[name], value)
    for name, value in model.state_dict().items():
        assert torch.equal(untouched[name], value)


def _fields(turned: Turned) -> dict[str, Any]:
    return {name: getattr(turned, name) for name in Turned.__slots__}


def test_the_line_makes_the_optimizer() -> None:
    model = net()
    turned = Turned("rmsprop", 0.01, momentum=0.5, weight_decay=0.1)
    made = eval(turned.line, {"torch": torch, "model": model})
    assert isinstance(made, torch.optim.RMSprop)
    assert made.defaults["momentum"] == 0.5
    assert Turned("adam", momentum=0.9).line == "torch.optim.Adam(model.parameters(), lr=0.1)"


def test_the_loop_in_words_finds_the_same_bit_for_bit() -> None:
    x = torch.randn(40, 2, generator=torch.Generator().manual_seed(1))
    classes = (x[:, 0] > 0).long()
    cases = [(net(), curve()), (nn.Linear(2, 2), (x, classes))]
    for model, samples in cases:
        own, turned = Own(model, samples), Turned("adam", 0.01, batch_size=8, steps=19, seed=4)
        job, ours = own.job(turned)
        job.advance()
        space: dict[str, Any] = {"model": deepcopy(model), "samples": samples}
        with torch.random.fork_rng():
            exec(own.code(turned), space)
        for name, value in ours.state_dict().items():
            assert torch.equal(space["model"].state_dict()[name], value)


def test_classes_are_learned_with_cross_entropy_and_drawn_as_a_map() -> None:
    torch.manual_seed(0)
    x = torch.randn(60, 2)
    y = (x[:, 0] > 0).long()
    own = Own(nn.Linear(2, 2), (x, y))
    job, model = own.job(Turned(steps=50, lr=1.0))
    job.advance()
    assert own.classes
    assert job.lanes[0].rows[-1, 0] < 0.3
    picture = own.picture(model)
    assert picture is not None
    assert picture.kind == "map"


def test_data_sets_and_pairs_with_a_test_part_are_welcome() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    own = Own(model, digits())
    assert own.samples[0].shape == digits().train.x.shape
    assert own.picture(model) is None
    assert torch.equal(Own(net(), (curve(), curve())).samples[1], curve()[1])


def test_a_loss_of_ones_own() -> None:
    job, _ = Own(net(), curve(), nn.functional.l1_loss).job(Turned(steps=1))
    job.advance()
    assert 0 < job.lanes[0].rows[0, 0] < 2


def test_what_can_not_be_is_refused() -> None:
    with pytest.raises(TypeError, match=r"model: expected an nn\.Module, got int"):
        Own(3, curve())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="the batch size is a knob here; got DataLoader"):
        Own(net(), torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*curve())))
    with pytest.raises(TypeError, match="data: expected"):
        Own(net(), (curve()[0], curve()[1][:3]))
    with pytest.raises(ValueError, match="expected a parameter to train"):
        Own(net().requires_grad_(requires_grad=False), curve())
    with pytest.raises(ValueError, match=r"can't guess one for targets of torch\.bool"):
        Own(net(), (curve()[0], curve()[1] > 0))


def test_a_model_that_fails_says_so() -> None:
    job, _ = Own(nn.Linear(3, 1), curve()).job(Turned(steps=2))
    job.advance()
    assert job.lanes[0].ending == "failed"
    assert isinstance(job.lanes[0].error, RuntimeError)


def test_a_rate_that_is_too_large_ends_at_the_last_number() -> None:
    job, _ = Own(net(), curve()).job(Turned(lr=1e30, steps=50))
    job.advance()
    lane = job.lanes[0]
    assert lane.ending == "diverged"
    assert 1 <= lane.done < 50
    assert np.isfinite(lane.rows).all()
