from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim.lr_scheduler import ReduceLROnPlateau, StepLR
from torch.utils.data import DataLoader, IterableDataset, TensorDataset

from dlwidgets import data as data_sets
from dlwidgets.data.loader import Loader
from dlwidgets.training import Run, watched
from dlwidgets.training.choices import choose_device, choose_loss
from dlwidgets.training.fit import Plan, fit, plan
from dlwidgets.training.metrics import accuracy, mean_loss
from tests.training.loops import assert_no_hooks


def examples(count: int = 40, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(count, 4, generator=generator)
    return x, (x[:, 0] > 0).long() + (x[:, 1] > 0).long()


def net(*, out: int = 3) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, out))


def bits(model: nn.Module) -> list[bytes]:
    return [p.detach().numpy().tobytes() for p in model.parameters()]


def train(model: nn.Module, data: Any, **choices: Any) -> Run:
    run = Run()
    given = plan(model, data, device="cpu", **choices)
    with watched(run):
        fit(run, given)
    return run


def test_a_seed_decides_everything() -> None:
    results = []
    for seed in (0, 0, 1):
        torch.rand(len(results))  # The global generator has no say.
        model = net()
        run = train(model, (examples(), examples(10, 1)), epochs=2, batch_size=8, seed=seed)
        results.append((bits(model), run.history.drop(columns="seconds").to_csv()))
    assert results[0] == results[1]
    assert results[0] != results[2]


def test_it_is_the_plain_loop() -> None:
    x, y = examples()
    model = net().eval()  # It is trained in training mode all the same.
    run = train(model, (x, y), epochs=3, batch_size=16, lr=0.1, momentum=0.9, seed=5)
    twin = net()
    optimizer = torch.optim.SGD(twin.parameters(), lr=0.1, momentum=0.9)
    batches = Loader(x, y, 16, seed=5)
    losses = []
    torch.manual_seed(5)
    for _ in range(3):
        for xs, ys in batches:
            loss = nn.functional.cross_entropy(twin(xs), ys)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    assert bits(model) == bits(twin)
    assert run.history["loss"].tolist() == losses
    assert run.history["epoch"].tolist() == [1] * 3 + [2] * 3 + [3] * 3
    assert run.state == "finished"
    assert (run.history["momentum"] == 0.9).all()


def test_the_global_random_state_is_left_alone() -> None:
    before = torch.get_rng_state()
    model = net()
    after_model = torch.get_rng_state()
    train(model, examples(), epochs=1)
    assert torch.equal(torch.get_rng_state(), after_model)
    torch.set_rng_state(before)


def test_test_metrics_once_an_epoch() -> None:
    def half(model: nn.Module, data: Any) -> float:
        return accuracy(model, data) / 2

    model, test = net(), examples(20, 1)
    run = train(model, (examples(), test), epochs=3, batch_size=10, metrics=["accuracy", half])
    history = run.history
    assert history["test_loss"].notna().tolist() == [False, False, False, True] * 3
    assert history["test_accuracy"].iloc[-1] == accuracy(model, test)
    assert history["test_half"].iloc[-1] == accuracy(model, test) / 2
    expected = mean_loss(model, test, nn.functional.cross_entropy)
    assert history["test_loss"].iloc[-1] == expected
    assert model.training


def data_forms() -> dict[str, Any]:
    x, y = examples()
    pairs = TensorDataset(x, y)
    order = torch.Generator()
    return {
        "pair": ((x, y), False),
        "split": (Loader(x, y).split, False),
        "pairs": (((x, y), examples(10, 1)), True),
        "dataset": (pairs, False),
        "loader": (DataLoader(pairs, 8, shuffle=True, generator=order), False),
        "loaders": ((DataLoader(pairs, 8), DataLoader(pairs, 8)), True),
        "datasets": ((pairs, pairs), True),
    }


@pytest.mark.parametrize("form", data_forms())
def test_each_form_of_data(form: str) -> None:
    data, tested = data_forms()[form]
    run = train(net(), data, epochs=2, batch_size=8)
    assert run.steps == 10
    assert run.history["epoch"].tolist() == [1] * 5 + [2] * 5
    assert ("test_accuracy" in run.history) == tested
    assert run.state == "finished"


def test_the_digits_of_our_own() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))
    run = train(model, data_sets.digits(), epochs=3, lr=0.1, momentum=0.9)
    assert run.history["test_accuracy"].dropna().iloc[-1] > 0.85


class Stream(IterableDataset[Any]):
    def __iter__(self) -> Any:
        return zip(*examples(16), strict=True)


def test_a_stream_needs_a_loss() -> None:
    with pytest.raises(ValueError, match="can't guess one for targets of an unknown kind; give"):
        plan(net(), Stream(), device="cpu")
    run = train(net(), Stream(), epochs=2, batch_size=8, loss=nn.functional.cross_entropy)
    assert run.steps == 4


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        (torch.int64, "cross entropy"),
        (torch.int32, "cross entropy"),
        (torch.uint8, "cross entropy"),
        (torch.float32, "mean squared error"),
        (torch.float64, "mean squared error"),
    ],
)
def test_the_loss_follows_the_targets_and_is_stated(dtype: torch.dtype, name: str) -> None:
    loss, reason = choose_loss(torch.zeros(3, dtype=dtype))
    assert reason.startswith(name)
    x, y = examples()
    model = net(out=3 if name == "cross entropy" else 1)
    given = plan(model, (x, y.to(dtype)), device="cpu", epochs=2, batch_size=8, lr=0.5)
    assert given.text == f"train: {reason}; SGD, lr 0.5; 2 epochs in batches of 8; on cpu"
    out = torch.randn(4, 3)
    if name == "cross entropy":
        assert loss(out, y[:4].to(dtype)) == nn.functional.cross_entropy(out, y[:4])
    run = Run()
    with watched(run):
        fit(run, given)
    assert run.state == "finished"


def test_a_loss_for_bools_is_not_guessed() -> None:
    with pytest.raises(ValueError, match=r"can't guess one for targets of torch\.bool; give loss="):
        choose_loss(torch.zeros(3, dtype=torch.bool))


def test_regression_compares_numbers_of_the_same_shape() -> None:
    x, _ = examples()
    y = x.sum(1) * 3
    model = nn.Linear(4, 1)
    run = train(model, ((x, y), (x, y)), epochs=60, lr=0.1, batch_size=20, metrics=["mae"])
    assert run.history["test_loss"].iloc[-1] < 1e-3
    assert run.history["test_mae"].iloc[-1] < 0.05


@pytest.mark.parametrize("loss", [None, nn.functional.mse_loss])
def test_hits_are_not_counted_where_there_are_no_classes(loss: Any) -> None:
    x, _ = examples()
    given = plan(nn.Linear(4, 1), (x, x[:, :1] * 3), device="cpu", loss=loss)
    assert given.task.metrics == {}
    binary = plan(
        nn.Linear(4, 1), (x, (x[:, :1] > 0).float()), device="cpu",
        loss=nn.functional.binary_cross_entropy_with_logits,
    )  # fmt: skip
    assert list(binary.task.metrics) == ["accuracy"]


@pytest.mark.parametrize(
    ("optimizer", "kind", "lr"),
    [
        ("sgd", torch.optim.SGD, 0.01),
        ("SGD", torch.optim.SGD, 0.01),
        ("adam", torch.optim.Adam, 0.001),
        ("adamw", torch.optim.AdamW, 0.001),
        (torch.optim.RMSprop, torch.optim.RMSprop, 0.01),
    ],
)
def test_optimizers_by_name_and_class(optimizer: Any, kind: type, lr: float) -> None:
    given = plan(net(), examples(), optimizer=optimizer, device="cpu")
    assert type(given.task.optimizers[0]) is kind
    assert given.task.optimizers[0].param_groups[0]["lr"] == lr
    assert (
        plan(net(), examples(), optimizer=optimizer, lr=0.3).task.optimizers[0].defaults["lr"]
        == 0.3
    )


def test_an_optimizer_of_ones_own() -> None:
    model = net()
    mine = torch.optim.Adam(model.parameters(), lr=0.05)
    assert plan(model, examples(), optimizer=mine, device="cpu").task.optimizers == [mine]
    with pytest.raises(ValueError, match="it already has its rate"):
        plan(model, examples(), optimizer=mine, lr=0.1)


def bad(**choices: Any) -> Plan:
    model = choices.pop("model", None) or net()
    return plan(model, choices.pop("data", examples()), **{"device": "cpu", **choices})


@pytest.mark.parametrize(
    ("choices", "error", "expected"),
    [
        ({"model": 5}, TypeError, "model: expected an nn.Module, got int"),
        ({"data": 5}, TypeError, "data: expected a dlwidgets data set, .*; got int"),
        ({"data": (1, 2)}, TypeError, "data: expected .*; got int"),
        ({"data": (torch.ones(3, 4), torch.ones(2))}, TypeError, "data: .*; got tuple"),
        ({"data": (torch.ones(0, 4), torch.ones(0))}, TypeError, "data: .*; got tuple"),
        ({"data": (examples(), 5)}, TypeError, "data: .*; got int"),
        ({"data": torch.ones(3)}, TypeError, "data: .*; got Tensor"),
        ({"epochs": 0}, ValueError, "epochs: expected a whole number from 1, got 0"),
        ({"epochs": True}, ValueError, "epochs: expected a whole number from 1, got True"),
        ({"epochs": 1.5}, ValueError, "epochs: expected a whole number from 1, got 1.5"),
        ({"batch_size": "8"}, ValueError, "batch_size: expected a whole number from 1, got '8'"),
        ({"optimizer": "adm"}, ValueError, r"'adm'\. Did you mean 'adam'\? Known: adadelta, "),
        ({"optimizer": "lbfgs"}, ValueError, "no optimizer named 'lbfgs'"),
        ({"optimizer": 5}, TypeError, "optimizer: expected a name, a class or an instance, got 5"),
        ({"optimizer": nn.Linear}, TypeError, "optimizer: expected a name, a class or an instance"),
        ({"loss": "mse"}, TypeError, "loss: expected a function, got str"),
        ({"metrics": ["acc"]}, ValueError, "no metric named 'acc'"),
        ({"device": "cuba"}, ValueError, "device: expected 'auto' or .*, got 'cuba'"),
        ({"momentun": 0.9}, TypeError, r"SGD has no option 'momentun'\. Did you mean 'momentum'\?"),
        ({"epoch": 3}, TypeError, r"SGD has no option 'epoch'\. Did you mean 'epochs'\?"),
        ({"params": []}, TypeError, "SGD has no option 'params'"),
        ({"lr": -1.0}, ValueError, "Invalid learning rate"),
    ],
)
def test_what_can_not_be_is_said_before_anything_is_trained(
    choices: dict[str, Any], error: type[Exception], expected: str
) -> None:
    with pytest.raises(error, match=expected):
        bad(**choices)
    assert_no_hooks()


def test_known_optimizers_are_those_that_work() -> None:
    with pytest.raises(ValueError, match="Known: ") as caught:
        bad(optimizer="?")
    for name in str(caught.value).partition("Known: ")[2].split(", "):
        model = nn.Linear(4, 3, bias=name != "muon")  # Muon takes matrices alone.
        run = train(model, examples(16), optimizer=name, epochs=1, batch_size=8)
        assert (run.state, run.steps) == ("finished", 2)


def test_the_device() -> None:
    assert choose_device("cpu") == torch.device("cpu")
    assert choose_device(torch.device("cpu")).type == "cpu"
    assert choose_device("auto").type in {"cuda", "mps", "cpu"}


def test_a_scheduler_steps_once_an_epoch() -> None:
    def halved(optimizer: torch.optim.Optimizer) -> StepLR:
        return StepLR(optimizer, 2, 0.5)

    model = net()
    own = torch.optim.SGD(model.parameters(), lr=0.8)
    for choices in ({"lr": 0.8, "scheduler": halved}, {"optimizer": own, "scheduler": halved(own)}):
        run = train(model, examples(16), epochs=5, batch_size=8, **choices)
        assert run.history["lr"].tolist() == [0.8] * 4 + [0.4] * 4 + [0.2] * 2


def test_a_plateau_is_one_of_the_test_loss() -> None:
    seen: list[float] = []

    class Noted(ReduceLROnPlateau):
        def step(self, metrics: float, epoch: int | None = None) -> None:
            seen.append(metrics)
            super().step(metrics, epoch)

    data = (examples(), examples(10, 1))
    run = train(net(), data, epochs=3, lr=0.1, scheduler=lambda o: Noted(o, patience=0))
    assert seen == run.history["test_loss"].dropna().tolist()
    train(net(), examples(16), epochs=2, batch_size=16, scheduler=Noted)
    assert len(seen) == 5


@pytest.mark.parametrize(
    ("scheduler", "error", "text"),
    [
        (0.5, TypeError, "expected one of torch.optim.lr_scheduler, or a function"),
        (lambda _: 3, TypeError, "got 3"),
        (StepLR(torch.optim.SGD(nn.Linear(1, 1).parameters()), 1), ValueError, "another optimizer"),
    ],
)
def test_what_is_no_schedule_is_refused(scheduler: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        bad(scheduler=scheduler)


def test_a_fit_can_be_steered() -> None:
    run = Run()
    given = plan(net(), examples(), epochs=50, batch_size=8, lr=0.1, device="cpu")
    run.subscribe(every=0.0)

    def steer() -> None:
        if run.steps == 3:
            run.set(lr=0.5)
        if run.steps == 8 and run.state == "running":
            run.stop()

    run.subscribe(flush=steer)
    with watched(run):
        fit(run, given)
    assert run.state == "stopped"
    assert run.steps == 8
    np.testing.assert_array_equal(run.history["lr"], [0.1] * 3 + [0.5] * 5)
    assert run.models == {"model": given.task.model}
    assert_no_hooks()
