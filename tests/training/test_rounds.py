"""What a step is, and which loss belongs to it: several optimizers, accumulation, scalers."""

import math
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from dlwidgets.training import Run, watched
from tests.training.loops import Weight, assert_no_hooks, at_boundary, batch, small_net


def parameter(value: float = 1.0) -> torch.Tensor:
    return torch.full((1,), value, dtype=torch.float64, requires_grad=True)


def column(run: Run, name: str) -> list[float]:
    return run.history[name].tolist()


# --- several optimizers -----------------------------------------------------------------------


def test_a_round_of_two_optimizers_is_a_step() -> None:
    d, g = parameter(), parameter()
    optimizer_D = torch.optim.SGD([d], lr=0.1)  # noqa: N806 -- as in the book
    optimizer_G = torch.optim.SGD([g], lr=0.1)  # noqa: N806 -- as in the book
    run = Run()
    steps = []
    with watched(run):
        for i in range(5):
            optimizer_D.zero_grad()
            loss_D = (d * i).sum()  # noqa: N806 -- as in the book
            loss_D.backward()
            optimizer_D.step()
            optimizer_G.zero_grad()
            loss_G = (g * 10 * i).sum()  # noqa: N806 -- as in the book
            loss_G.backward()
            optimizer_G.step()
            steps.append(run.steps)
    assert steps == [1, 2, 3, 4, 5]
    assert list(run.history)[2:4] == ["loss_D", "loss_G"]
    assert run.history[["loss_D", "loss_G"]].notna().all(axis=None)
    assert column(run, "loss_D")[:3] == [0.0, 1.0, pytest.approx(1.8)]
    assert column(run, "optimizer_G.lr") == [0.1] * 5


def test_one_name_for_the_losses_of_two_nets_makes_two_series() -> None:
    d, g = parameter(), parameter()
    opt_d = torch.optim.SGD([d], lr=0.0)
    opt_g = torch.optim.SGD([g], lr=0.0)
    run = Run()
    with watched(run):
        for i in range(3):
            loss = (d * i).sum()
            loss.backward()
            opt_d.step()
            loss = (g * -i).sum()
            loss.backward()
            opt_g.step()
    assert column(run, "loss") == [0, 1, 2]
    assert column(run, "loss (opt_g)") == [0, -1, -2]


def test_several_losses_before_a_step_are_all_series() -> None:
    d, g = parameter(), parameter()
    opt_d, opt_g = torch.optim.SGD([d], lr=0.0), torch.optim.SGD([g], lr=0.0)
    run = Run()
    with watched(run):
        for i in range(3):
            real = (d * i).sum()
            real.backward()
            fake = (d * 2 * i).sum()
            fake.backward()
            opt_d.step()
            score = (g * 3 * i).sum()
            score.backward()
            opt_g.step()
    assert [column(run, n) for n in ("real", "fake", "score")] == [[0, 1, 2], [0, 2, 4], [0, 3, 6]]


@pytest.mark.parametrize("n_critic", [2, 5])
def test_a_critic_that_steps_more_often_sets_the_pace(n_critic: int) -> None:
    d, g = parameter(), parameter()
    opt_d, opt_g = torch.optim.SGD([d], lr=0.0), torch.optim.SGD([g], lr=0.0)
    run = Run()
    i = 0
    with watched(run):
        for _ in range(4):
            for _ in range(n_critic):
                i += 1
                loss_d = (d * i).sum()
                loss_d.backward()
                opt_d.step()
            loss_g = (g * i).sum()
            loss_g.backward()
            opt_g.step()
    assert column(run, "loss_d") == list(range(1, 4 * n_critic + 1))
    every = [i if i % n_critic == 0 else math.nan for i in range(1, 4 * n_critic + 1)]
    np.testing.assert_array_equal(column(run, "loss_g"), every)


def test_a_phase_of_one_and_a_phase_of_the_other() -> None:
    a, b = parameter(), parameter()
    opt_a, opt_b = torch.optim.SGD([a], lr=0.0), torch.optim.SGD([b], lr=0.0)
    run = Run()
    with watched(run):
        for i in range(1, 4):
            loss = (a * i).sum()
            loss.backward()
            opt_a.step()
        for i in range(1, 5):
            loss = (b * -i).sum()
            loss.backward()
            opt_b.step()
    # The first step of the second phase looks like the end of a round.
    assert run.steps == 6
    np.testing.assert_array_equal(column(run, "loss"), [1, 2, 3, *[math.nan] * 3])
    np.testing.assert_array_equal(column(run, "loss (opt_b)"), [math.nan, math.nan, -1, -2, -3, -4])


def test_three_optimizers() -> None:
    weights = [parameter() for _ in range(3)]
    opts = [torch.optim.SGD([w], lr=0.0) for w in weights]
    run = Run()
    with watched(run):
        for i in range(4):
            for w, opt in zip(weights, opts, strict=True):
                loss = (w * i).sum()
                loss.backward()
                opt.step()
    assert run.steps == 4
    names = [name for name in run.history if name.startswith("loss")]
    assert len(names) == 3
    assert all(column(run, name) == [0, 1, 2, 3] for name in names)
    assert len({knob.name for knob in run.knobs}) == 12


def test_commands_to_two_optimizers_come_between_rounds() -> None:
    d, g = parameter(), parameter()
    opt_d, opt_g = torch.optim.SGD([d], lr=0.1), torch.optim.SGD([g], lr=0.1)
    run = Run()
    used = []
    with watched(run):
        for i in range(4):
            for opt, w in ((opt_d, d), (opt_g, g)):
                loss = w.sum()
                loss.backward()
                if opt is opt_g and i == 1:
                    run.set(lr=0.5)  # In the middle of a round: it holds from the next.
                opt.step()
                used.append(opt.param_groups[0]["lr"])
                if opt is opt_g and i == 2:
                    run.stop()
    assert used == [0.1] * 4 + [0.5] * 2
    assert run.state == "stopped"
    assert run.steps == 3
    assert [(e.step, e.kind) for e in run.events] == [(2, "set"), (2, "set"), (3, "stop")]


def test_step_counts_rounds() -> None:
    d, g = parameter(), parameter()
    opt_d, opt_g = torch.optim.SGD([d], lr=0.1), torch.optim.SGD([g], lr=0.1)
    run = Run()
    held = []

    def hold() -> None:
        if run.state == "paused":
            held.append((run.steps, run.history.notna().all(axis=None)))
            run.stop()

    with at_boundary(run, 2, lambda: run.step(3)):
        run.subscribe(poll=hold)
        with watched(run):
            while True:
                for opt, w in ((opt_d, d), (opt_g, g)):
                    loss = w.sum()
                    loss.backward()
                    opt.step()
    assert held == [(5, True)]


def test_two_optimizers_of_one_class_without_names() -> None:
    class Pair:
        def __init__(self) -> None:
            self.weights = [parameter(), parameter()]
            self.both = [torch.optim.SGD([w], lr=0.1) for w in self.weights]

        def fit(self) -> None:
            for _ in range(3):
                for i in range(2):
                    (self.weights[i] * 1.0).sum().backward()
                    self.both[i].step()

    run = Run()
    with watched(run):
        Pair().fit()
    assert list(run.optimizers) == ["sgd", "sgd_2"]
    assert run.steps == 3
    assert [n for n in run.history if n.startswith("loss")] == ["loss", "loss (sgd_2)"]


# --- one loss, differentiated in many ways ----------------------------------------------------


def test_accumulated_losses_are_averaged_under_their_name() -> None:
    w = parameter()
    optimizer = torch.optim.SGD([w], lr=0.0)
    run = Run()
    with watched(run):
        for i in range(12):
            loss = (w * i).sum()
            (loss / 4).backward()
            if i % 4 == 3:
                optimizer.step()
                optimizer.zero_grad()
    assert run.steps == 3
    assert column(run, "loss") == [1.5, 5.5, 9.5]
    assert run.state == "finished"


def test_a_single_step_after_a_long_accumulation() -> None:
    w = parameter()
    optimizer = torch.optim.SGD([w], lr=0.0)
    run = Run()
    with watched(run):
        for _ in range(20_000):
            loss = w.sum()
            loss.backward()
        assert sum(map(len, run._watch._captured.values())) == 10_000
        optimizer.step()
    assert column(run, "loss") == [1.0]


def test_a_loss_without_a_name_is_called_loss() -> None:
    w = parameter(3.0)
    optimizer = torch.optim.SGD([w], lr=0.0)
    run = Run()
    with watched(run):
        (w * w).sum().backward()
        optimizer.step()
    assert column(run, "loss") == [9.0]


def test_a_sum_of_two_losses_is_no_one_of_them() -> None:
    w = parameter(3.0)
    optimizer = torch.optim.SGD([w], lr=0.0)
    run = Run()
    with watched(run):
        data = (w * 2).sum()
        penalty = (w * w).sum()
        (data + penalty).backward()
        optimizer.step()
    assert column(run, "loss") == [15.0]
    assert "data" not in run.history


def test_a_loss_of_shape_one_counts_and_a_vector_does_not() -> None:
    w = parameter(3.0)
    optimizer = torch.optim.SGD([w], lr=0.0)
    run = Run()
    with watched(run):
        energy = w * 2
        energy.backward()
        vector = torch.stack([w, w])
        vector.backward(torch.ones_like(vector))
        optimizer.step()
    assert column(run, "energy") == [6.0]
    assert list(run.history)[2:3] == ["energy"]
    assert w.grad.item() == 4.0


def test_the_loop_may_hide_in_nested_functions() -> None:
    net = small_net()
    x, y = batch()
    opt = torch.optim.SGD(net.parameters(), lr=0.1)

    def one(model: nn.Module) -> None:
        opt.zero_grad()

        def differentiate() -> None:
            inner_loss = nn.functional.cross_entropy(model(x), y)
            inner_loss.backward()

        differentiate()
        opt.step()

    run = Run()
    with watched(run):
        for _ in range(3):
            one(net)
    assert run.steps == 3
    assert "inner_loss" in run.history
    assert list(run.optimizers) == ["opt"]
    assert list(run.models.values()) == [net]


def test_losses_of_a_function_called_for_two_nets() -> None:
    def update(error: torch.Tensor, optimizer: torch.optim.Optimizer) -> None:
        optimizer.zero_grad()
        error.backward()
        optimizer.step()

    a, b = parameter(), parameter()
    opt_a, opt_b = torch.optim.SGD([a], lr=0.0), torch.optim.SGD([b], lr=0.0)
    run = Run()
    with watched(run):
        for i in range(3):
            update((a * i).sum(), opt_a)
            update((b * -i).sum(), opt_b)
    assert [n for n in run.history if "error" in n] == ["error", "error (optimizer_2)"] or [
        n for n in run.history if "error" in n
    ] == ["error", "error (opt_b)"]
    assert column(run, "error") == [0, 1, 2]


def test_autograd_backward_steps_without_a_series() -> None:
    weight, run = Weight(), Run()
    with watched(run):
        for _ in range(3):
            torch.autograd.backward([weight.w.sum()])
            weight.optimizer.step()
    assert run.steps == 3
    assert "loss" not in run.history


def test_double_backward_and_retained_graphs() -> None:
    w = parameter(2.0)
    optimizer = torch.optim.SGD([w], lr=0.0)
    run = Run()
    with watched(run):
        for _ in range(2):
            optimizer.zero_grad()
            loss = (w**3).sum()
            (slope,) = torch.autograd.grad(loss, [w], create_graph=True)
            penalty = (slope**2).sum()
            total = loss + penalty
            total.backward()
            optimizer.step()
        optimizer.zero_grad()
        loss = (w**2).sum()
        loss.backward(retain_graph=True)
        loss.backward()
        optimizer.step()
    assert column(run, "total")[:2] == [8 + 144.0] * 2
    assert column(run, "loss")[2] == 4.0
    assert w.grad.item() == 8.0


def test_sparse_gradients_and_parameters_without_any() -> None:
    torch.manual_seed(0)
    embedding = nn.Embedding(10, 3, sparse=True)
    unused = nn.Linear(2, 2)
    optimizer = torch.optim.SGD([*embedding.parameters(), *unused.parameters()], lr=0.1)
    sparse = torch.optim.SparseAdam(nn.Embedding(4, 2, sparse=True).parameters())
    run = Run()
    with watched(run):
        for _ in range(3):
            optimizer.zero_grad()
            loss = embedding(torch.tensor([1, 2, 2])).square().sum()
            loss.backward()
            optimizer.step()
        sparse.step()
    assert run.steps == 3
    assert run.history["loss"].is_monotonic_decreasing
    assert unused.weight.grad is None


# --- closures ---------------------------------------------------------------------------------


def test_a_closure_is_logged_at_the_parameters_of_before() -> None:
    w = parameter(4.0)
    optimizer = torch.optim.LBFGS([w], lr=0.1, max_iter=5)
    run = Run()
    evaluated: list[list[float]] = []

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = (w**2).sum()
        loss.backward()
        evaluated[-1].append(loss.item())
        return loss

    with watched(run):
        for _ in range(3):
            evaluated.append([])
            optimizer.step(closure)
    assert all(len(one) > 1 for one in evaluated)
    assert column(run, "loss") == [one[0] for one in evaluated]


def test_a_closure_of_a_plain_optimizer() -> None:
    w = parameter(4.0)
    optimizer = torch.optim.SGD([w], lr=0.25)
    run = Run()

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = (w**2).sum()
        loss.backward()
        return loss

    with watched(run):
        optimizer.step(closure=closure)
        optimizer.step(None)
    assert column(run, "loss")[0] == 16.0
    assert w.item() == 0.0


# --- gradient scalers -------------------------------------------------------------------------


def test_a_scaled_loss_is_reported_unscaled() -> None:
    w = parameter(3.0)
    optimizer = torch.optim.SGD([w], lr=0.5)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    run = Run()
    with watched(run):
        for _ in range(3):
            optimizer.zero_grad()
            loss = (w**2).sum()
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
    assert column(run, "loss") == [9.0, 0.0, 0.0]
    assert w.item() == 0.0


@pytest.mark.parametrize("fused", [False, True])
def test_a_step_that_the_scaler_skips_is_none(fused: bool) -> None:
    w = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.5, fused=fused)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**100, backoff_factor=2.0**-100)
    run = Run()
    weights = []
    with watched(run):
        for i in range(4):
            optimizer.zero_grad()
            loss = (w * 1e10 * (i + 1)).sum() * 1e-10
            scaler.scale(loss).backward()
            if i == 0:
                w.grad.fill_(math.inf)
            scaler.step(optimizer)
            scaler.update()
            weights.append(w.item())
    assert run.state == "finished"
    assert weights[0] == 1.0
    assert weights[1:] == pytest.approx([0.0, -1.5, -3.5])
    assert run.steps == 3
    assert column(run, "loss") == pytest.approx([2.0, 0.0, -6.0])
    assert_no_hooks()


def test_a_scaler_does_not_hide_a_loss_that_is_not_finite() -> None:
    w = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.5)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0)
    run = Run()
    with watched(run):
        for i in range(4):
            optimizer.zero_grad()
            loss = (w * (math.nan if i == 2 else 1.0)).sum()
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
    assert run.state == "diverged"
    assert (run.diagnosis.step, run.diagnosis.cause) == (3, "loss")
    assert run.steps == 2
    assert w.item() == 0.0


def test_a_disabled_scaler_is_no_scaler() -> None:
    w = parameter()
    optimizer = torch.optim.SGD([w], lr=0.5)
    scaler = torch.amp.GradScaler("cpu", enabled=False)
    run = Run()
    with watched(run):
        loss = w.sum()
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
    assert column(run, "loss") == [1.0]


# --- logging by hand --------------------------------------------------------------------------


def test_log_before_the_first_step_and_around_backward() -> None:
    run, weight = Run(), Weight()
    w, optimizer = weight.w, weight.optimizer
    with watched(run):
        run.log(first=1.0)
        for i in range(3):
            optimizer.zero_grad()
            loss = w.sum()
            loss.backward()
            run.log(between=10 + i)
            optimizer.step()
            run.log(after=20 + i)
        run.log(after=99)
    run.log(late=7.0)
    nan = math.nan
    np.testing.assert_array_equal(run.history["first"], [1.0, nan, nan])
    assert column(run, "between") == [10, 11, 12]
    assert column(run, "after") == [20, 21, 99]
    np.testing.assert_array_equal(run.history["late"], [nan, nan, 7.0])


def test_log_between_the_two_steps_of_a_round() -> None:
    d, g = parameter(), parameter()
    opt_d, opt_g = torch.optim.SGD([d], lr=0.0), torch.optim.SGD([g], lr=0.0)
    run = Run()
    with watched(run):
        for i in range(3):
            loss_d = d.sum()
            loss_d.backward()
            run.log(before_d=i)
            opt_d.step()
            run.log(after_d=10 + i)
            loss_g = g.sum()
            loss_g.backward()
            run.log(before_g=20 + i)
            opt_g.step()
            run.log(after_g=30 + i)
    assert column(run, "before_d") == [0, 1, 2]
    assert column(run, "after_d") == [10, 11, 12]
    assert column(run, "before_g") == [20, 21, 22]
    assert column(run, "after_g") == [30, 31, 32]


def test_a_loop_without_an_optimizer_steps_where_a_name_comes_again() -> None:
    run = Run()
    seen = []
    with watched(run):
        for i in run.track(range(4)):
            run.log(loss=i)
            run.log(acc=10 * i, other=0)
            seen.append(run.steps)
    assert seen == [0, 1, 2, 3]
    assert column(run, "loss") == [0, 1, 2, 3]
    assert column(run, "acc") == [0, 10, 20, 30]


def test_a_loop_without_an_optimizer_can_be_stopped() -> None:
    run = Run()
    with at_boundary(run, 3, run.stop), watched(run):
        for i in range(100):
            run.log(loss=i)
    assert run.state == "stopped"
    assert run.steps in {3, 4}


@pytest.mark.parametrize(
    "value",
    [
        1, 0.5, True, np.float32(0.25), np.int64(3), np.array(2.5), np.array([2.5]),
        torch.tensor(1.5), torch.tensor([1.5]), torch.tensor(3), torch.ones(1, requires_grad=True),
    ],
)  # fmt: skip
def test_numbers_of_every_kind_are_logged(value: Any) -> None:
    run, weight = Run(), Weight()
    with watched(run):
        weight.step()
        run.log(value=value)
    assert column(run, "value") == [float(np.asarray(torch.as_tensor(value).detach()).item())]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1", "'1'"),
        (None, "None"),
        (torch.ones(2), r"shape \(2,\)"),
        (np.ones(3), r"array\(\[1., 1., 1.\]\)"),
        (1j, "1j"),
        (torch.tensor(1j), r"shape \(\)"),
        ([1.0], r"\[1.0\]"),
        (b"1", "b'1'"),
    ],
)
def test_what_is_no_number_is_refused_and_nothing_is_logged(value: Any, shown: str) -> None:
    run, weight = Run(), Weight()
    with watched(run):
        weight.step()
        with pytest.raises(TypeError, match=f"log bad: expected a number .*, got {shown}"):
            run.log(good=1.0, bad=value)
    assert "good" not in run.history


def test_the_round_in_which_the_second_optimizer_is_met_counts_once() -> None:
    d, g = parameter(), parameter()
    opt_d, opt_g = torch.optim.SGD([d], lr=0.1), torch.optim.SGD([g], lr=0.1)
    run = Run()
    held = []

    def hold() -> None:
        if run.state == "paused":
            held.append((run.steps, d.item() == g.item()))
            run.stop()

    run.subscribe(poll=hold)
    run.step(4)
    with watched(run):
        while True:
            for opt, w in ((opt_d, d), (opt_g, g)):
                opt.zero_grad()
                loss = w.sum()
                loss.backward()
                opt.step()
    assert held == [(4, True)]


def test_a_step_that_raised_and_was_caught_is_none() -> None:
    class Shaky(torch.optim.SGD):
        calls = 0

        def step(self, closure: Any = None) -> Any:
            Shaky.calls += 1
            if Shaky.calls == 3:
                raise ZeroDivisionError
            return super().step(closure)

    d, g = parameter(), parameter()
    opt_d, opt_g = Shaky([d], lr=0.1), torch.optim.SGD([g], lr=0.1)
    run = Run()
    with watched(run):
        for _ in range(4):
            for opt, w in ((opt_d, d), (opt_g, g)):
                done = False
                while not done:
                    with suppress(ZeroDivisionError):
                        opt.zero_grad()
                        loss = w.sum()
                        loss.backward()
                        opt.step()
                        done = True
    assert Shaky.calls == 5
    assert run.steps == 4
    assert d.item() == g.item() == pytest.approx(0.6)
    assert column(run, "loss") == column(run, "loss (opt_g)")
