"""A sweep against the loops that it stands for, one plain loop a run."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import dlwidgets
from dlwidgets.data import Loader, digits
from dlwidgets.training.sweep import Sweep, sweep

STEPS = 12


def points(n: int = 90, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Three classes of points in the plane."""
    generator = torch.Generator().manual_seed(seed)
    y = torch.randint(0, 3, (n,), generator=generator)
    x = torch.randn(n, 2, generator=generator) + 2 * torch.eye(3)[y][:, :2]
    return x, y


def net(*middle: nn.Module, seed: int = 0) -> nn.Sequential:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(2, 16), *middle, nn.Tanh(), nn.Linear(16, 3))


def plain(
    model: nn.Module,
    optimizer: type[torch.optim.Optimizer],
    data: tuple[Tensor, Tensor],
    options: dict[str, Any],
) -> tuple[list[float], nn.Module]:
    """The loop that a reader would write, from seed 0."""
    model = copy.deepcopy(model).train()
    updater = optimizer(model.parameters(), **options)
    losses: list[float] = []
    loader = Loader(*data, 32, seed=0)
    torch.manual_seed(0)
    while len(losses) < STEPS:
        for x, y in loader:
            if len(losses) == STEPS:
                break
            loss = nn.functional.cross_entropy(model(x), y)
            updater.zero_grad()
            loss.backward()
            updater.step()
            losses.append(loss.item())
    return losses, model


def swept(model: nn.Module, **options: Any) -> Sweep:
    given: dict[str, Any] = {"steps": STEPS, "batch_size": 32, "progress": False} | options
    return sweep(model, given.pop("data", points()), **given)


CASES = [
    ("sgd", torch.optim.SGD, {"lr": [0.01, 0.1, 0.5]}),
    ("sgd", torch.optim.SGD, {"lr": 0.1, "momentum": [0.0, 0.5, 0.9]}),
    ("sgd", torch.optim.SGD, {"lr": [0.01, 0.1], "momentum": 0.9, "nesterov": True}),
    ("adam", torch.optim.Adam, {"lr": [0.001, 0.05], "betas": [(0.9, 0.999), (0.5, 0.9)]}),
    ("rmsprop", torch.optim.RMSprop, {"lr": [0.001, 0.01], "alpha": [0.9, 0.99]}),
    ("adagrad", torch.optim.Adagrad, {"lr": [0.01, 0.5], "weight_decay": 0.01}),
    ("adadelta", torch.optim.Adadelta, {"lr": [0.5, 1.0]}),
]


@pytest.mark.parametrize(("name", "kind", "options"), CASES)
def test_every_run_is_the_plain_loop_with_its_options(
    name: str, kind: type[torch.optim.Optimizer], options: dict[str, Any]
) -> None:
    model = net()
    found = swept(model, optimizer=name, **options)
    assert bool(found.apart) == (name == "adadelta")
    for run, setting in enumerate(found.settings):
        losses, trained = plain(model, kind, points(), setting)
        np.testing.assert_allclose(found.losses[run], losses, rtol=1e-5, atol=1e-6)
        for mine, theirs in zip(found.models[run].parameters(), trained.parameters(), strict=True):
            torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-6)
        x, y = points()
        loss = nn.functional.cross_entropy(trained.eval()(x), y).item()
        assert found.final[run] == pytest.approx(loss, rel=1e-5)


def test_dropout_draws_in_every_run_what_it_would_draw_alone() -> None:
    model = net(nn.Dropout(0.5))
    found = swept(model, lr=[0.05, 0.2])
    assert not found.apart
    for run, setting in enumerate(found.settings):
        losses, _ = plain(model, torch.optim.SGD, points(), setting)
        np.testing.assert_allclose(found.losses[run], losses, rtol=1e-5)


def test_batch_norm_is_trained_run_by_run_and_it_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    model = net(nn.BatchNorm1d(16))
    found = swept(model, lr=[0.05, 0.2], progress=True)
    assert found.apart == "BatchNorm1d (1) updates its statistics in training mode"
    assert f"sweep: one after another, as {found.apart}" in "".join(capsys.readouterr())
    for run, setting in enumerate(found.settings):
        losses, trained = plain(model, torch.optim.SGD, points(), setting)
        np.testing.assert_array_equal(found.losses[run], np.float32(losses))
        for mine, theirs in zip(found.models[run].buffers(), trained.buffers(), strict=True):
            assert torch.equal(mine, theirs)


class Branching(nn.Module):
    """Which way it goes depends on its own output."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(2, 3), nn.Linear(3, 3)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.first(x)
        return self.second(out) if out.sum() > 0 else out


def test_control_flow_that_depends_on_data_is_trained_run_by_run() -> None:
    model = Branching()
    found = swept(model, lr=[0.05, 0.2])
    assert "torch.func.vmap can't take it" in found.apart
    losses, _ = plain(model, torch.optim.SGD, points(), {"lr": 0.2})
    np.testing.assert_array_equal(found.losses[1], np.float32(losses))


def test_the_model_and_the_random_state_are_left_as_they_were() -> None:
    model = net(nn.Dropout(0.5)).eval()
    before = copy.deepcopy(model.state_dict())
    torch.manual_seed(3)
    expected = torch.rand(3)
    torch.manual_seed(3)
    swept(model, lr=[0.1, 0.2])
    assert torch.equal(torch.rand(3), expected)
    assert not model.training
    assert all(p.grad is None for p in model.parameters())
    for name, held in model.state_dict().items():
        assert torch.equal(held, before[name])


def test_the_same_seed_gives_the_same_numbers_bit_for_bit() -> None:
    model = net(nn.Dropout(0.2))
    first, again = (swept(model, lr=[0.1, 0.2], seed=4) for _ in range(2))
    other = swept(model, lr=[0.1, 0.2], seed=5)
    assert first.losses.tobytes() == again.losses.tobytes()
    assert first.losses.tobytes() != other.losses.tobytes()


def test_frozen_parameters_stay_and_shared_ones_stay_shared() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 3), nn.Linear(3, 3))
    model[2].weight = model[1].weight
    model[0].weight.requires_grad_(requires_grad=False)
    found = swept(model, lr=[0.1, 0.3])
    assert not found.apart
    for run, trained in enumerate(found.models):
        _, alone = plain(model, torch.optim.SGD, points(), found.settings[run])
        assert torch.equal(trained[0].weight, model[0].weight)  # type: ignore[index]
        assert trained[2].weight is trained[1].weight  # type: ignore[index]
        for mine, theirs in zip(trained.parameters(), alone.parameters(), strict=True):
            torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-6)


def test_runs_that_are_too_many_for_the_memory_go_in_portions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = net()
    whole = swept(model, lr=[0.01, 0.1, 0.5], momentum=[0.0, 0.9])
    monkeypatch.setattr("dlwidgets.training.sweep.together.LARGEST", 200)
    portions = swept(model, lr=[0.01, 0.1, 0.5], momentum=[0.0, 0.9])
    np.testing.assert_allclose(portions.losses, whole.losses, rtol=1e-5)


def test_zones_tell_too_small_good_unstable_and_diverged() -> None:
    torch.manual_seed(0)
    x = torch.linspace(-1, 1, 64)[:, None]
    y = 3 * x + 2
    model = nn.Linear(1, 1)
    # Full batches of a quadratic: the limit is 2 / largest eigenvalue = 1, as E[1²] is the largest.
    found = swept(model, data=(x, y), batch_size=64, steps=100, lr=[1e-4, 0.3, 0.9, 1.01, 5.0, 1e9])
    assert [str(zone) for zone in found.zones] == [
        "small",
        "good",
        "good",
        "diverged",
        "diverged",
        "diverged",
    ]
    assert math.isnan(found.final[-1])
    assert np.isnan(found.losses[-1]).any()
    assert np.isfinite(found.losses[:3]).all()
    best = found.best
    assert best is not None
    assert found.settings[best] == {"lr": 0.9}
    weight, bias = (p.item() for p in found.model().parameters())
    assert (weight, bias) == (pytest.approx(3, abs=1e-3), pytest.approx(2, abs=1e-3))


def test_a_rate_that_is_thrown_back_is_unstable() -> None:
    from dlwidgets.training.sweep.zones import zones

    final = np.array([1.9, 1.0, 0.1, 0.15, 1.2, 2.5, math.nan])
    assert [str(z) for z in zones(final, 2.0, rates=True)] == [
        "small",
        "small",
        "good",
        "good",
        "unstable",
        "diverged",
        "diverged",
    ]
    assert [str(z) for z in zones(final, 2.0, rates=False)][:2] == ["worse", "worse"]
    assert {str(z) for z in zones(np.array([3.0, math.nan]), 2.0, rates=True)} == {"diverged"}


def test_two_options_make_a_map_whose_last_axis_turns_fastest() -> None:
    found = swept(net(), lr=[0.1, 0.01], momentum=np.array([0.0, 0.9]))
    assert [(s["lr"], s["momentum"]) for s in found.settings] == [
        (0.01, 0.0),
        (0.01, 0.9),
        (0.1, 0.0),
        (0.1, 0.9),
    ]
    assert found.nearest(lr=0.09, momentum=1.0) == 3
    table = found.table()
    assert list(table.columns) == ["lr", "momentum", "loss", "zone"]
    assert table["loss"].tolist() == found.final.tolist()


def test_test_data_are_measured_and_the_best_is_chosen_without_them() -> None:
    data = digits()
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    found = swept(model, data=data, lr=[0.01, 0.1], steps=30)
    trained = found.models[1]
    assert found.test_accuracy is not None
    assert found.test_loss is not None
    assert found.test_accuracy[1] == dlwidgets.accuracy(trained, data.test)
    expected = nn.functional.cross_entropy(trained(data.test.x), data.test.y).item()
    assert found.test_loss[1] == pytest.approx(expected, rel=1e-5)
    assert found.best == int(found.final.argmin())


def test_a_users_data_loader_gives_all_runs_the_same_batches() -> None:
    data = torch.utils.data.TensorDataset(*points())
    loader = torch.utils.data.DataLoader(data, 32, shuffle=True)
    for model in (net(), net(nn.BatchNorm1d(16))):
        found = swept(model, data=loader, lr=[1e-9, 1.1e-9])
        np.testing.assert_allclose(found.losses[0], found.losses[1], rtol=1e-4)
        assert len({round(float(loss), 4) for loss in found.losses[0]}) > 6  # reshuffled


def test_values_are_sorted_unique_and_short() -> None:
    found = swept(net(), lr=torch.tensor([0.1, 0.01, 0.1]))
    assert found.axes[0].choices == (0.01, 0.1)
    assert found.axes[0].logarithmic is False
    assert found.code(1) == "torch.optim.SGD(model.parameters(), lr=0.1)"


def test_as_text_it_is_what_was_found() -> None:
    found = swept(net(), lr=[0.01, 0.5])
    assert repr(found) == (
        f"Sweep SGD: 2 × lr from 0.01 to 0.5; 12 steps each; best lr=0.5, loss {found.final[1]:.4g}"
    )


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({}, ValueError, "expected one or two options with several values, got none"),
        ({"lr": 0.1}, ValueError, r"write lr=torch\.logspace"),
        ({"lr": [1, 2], "momentum": [0, 1], "weight_decay": [0, 1]}, ValueError, "got lr, mom"),
        ({"lr": []}, ValueError, "expected lr as finite values in one row"),
        ({"lr": [[0.1, 0.2]]}, ValueError, "expected lr as finite values in one row"),
        ({"lr": [0.1, math.nan]}, ValueError, "expected lr as finite values"),
        ({"lr": range(3000)}, ValueError, "expected at most 2,000 runs, got 3,000"),
        ({"lr": [-1.0, 0.1]}, ValueError, "Invalid learning rate: -1.0"),
        ({"lr": ["a", "b"]}, TypeError, "str"),
        ({"momentun": [0.1, 0.2]}, TypeError, "Did you mean 'momentum'"),
        ({"stepz": 3, "lr": [0.1]}, TypeError, "Did you mean 'steps'"),
        ({"lr": [0.1], "steps": 0}, ValueError, "steps: expected a whole number from 1"),
        ({"lr": [0.1], "optimizer": "sdg"}, ValueError, "Did you mean 'sgd'"),
        ({"lr": [0.1], "optimizer": 3}, TypeError, "expected a name or a class"),
        ({"lr": [0.1], "loss": 3}, TypeError, "expected a function"),
        ({"lr": [0.1], "data": 3}, TypeError, "expected a dlwidgets data set"),
    ],
)
def test_what_can_not_be_is_said_before_anything_is_done(
    options: dict[str, Any], error: type[Exception], text: str
) -> None:
    model = net()
    before = copy.deepcopy(model.state_dict())
    with pytest.raises(error, match=text):
        swept(model, **options)
    assert all(torch.equal(held, before[name]) for name, held in model.state_dict().items())


def test_other_things_than_models_are_refused() -> None:
    with pytest.raises(TypeError, match=r"model: expected an nn\.Module, got int"):
        swept(3, lr=[0.1])  # type: ignore[arg-type]


def test_a_model_with_nothing_to_train_is_refused() -> None:
    for model in (nn.Identity(), net().requires_grad_(requires_grad=False)):
        with pytest.raises(ValueError, match="model: expected a parameter to train, got none"):
            swept(model, lr=[0.1, 0.2])


def test_data_without_numbers_diverge_at_once_and_together() -> None:
    x, y = points()
    found = swept(net(), data=(x * torch.nan, y), lr=[0.1, 0.2])
    assert not found.apart
    assert found.best is None
    assert [str(zone) for zone in found.zones] == ["diverged", "diverged"]
    assert np.isnan(found.losses).all()


def test_an_error_in_the_model_is_the_users_to_see() -> None:
    with pytest.raises(RuntimeError, match="mat1 and mat2 shapes cannot be multiplied"):
        swept(nn.Linear(5, 3), lr=[0.1, 0.2])


def test_nearest_knows_its_names_and_values() -> None:
    found = swept(net(), lr=[0.001, 0.01, 0.1])
    assert found.nearest(lr=0.02) == 1  # by ratio
    assert found.nearest() == found.best
    with pytest.raises(TypeError, match=r"expected lr, got 'lt'\. Did you mean 'lr'"):
        found.nearest(lt=0.1)
    with pytest.raises(ValueError, match="expected lr among"):
        found.nearest(lr="high")
