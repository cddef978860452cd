import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from dlwidgets.language import set_language
from dlwidgets.training import Run, divergence, watched
from dlwidgets.training.accelerator import DeferredGuard
from dlwidgets.training.watch import Watch
from tests.training.loops import assert_no_hooks, batch, small_net


def bits(model: nn.Module) -> list[bytes]:
    return [p.detach().numpy().tobytes() for p in model.parameters()]


class Case:
    """Trains a net for ten steps, with something going wrong in one of them."""

    def __init__(self, lr: float = 0.1) -> None:
        self.net = small_net()
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=lr, momentum=0.9)
        self.kept: list[list[bytes]] = []
        self.losses: list[float] = []
        self.run = Run()

    def __call__(
        self,
        on_batch: Callable[[int, torch.Tensor], torch.Tensor] = lambda _i, x: x,
        on_loss: Callable[[int, torch.Tensor, torch.Tensor], torch.Tensor] = lambda _i, loss, _: (
            loss
        ),
        on_gradients: Callable[[int], None] = lambda _i: None,
    ) -> divergence.Diagnosis:
        net, optimizer = self.net, self.optimizer
        x, y = batch()
        with watched(self.run):
            for i in range(10):
                inputs = on_batch(i, x.clone())
                out = net(inputs)
                loss = on_loss(i, nn.functional.cross_entropy(out, y), out)
                self.kept.append(bits(net))
                optimizer.zero_grad()
                loss.backward()
                on_gradients(i)
                optimizer.step()
                self.losses.append(loss.item())
        assert self.run.state == "diverged"
        assert [event.kind for event in self.run.events] == ["diverged"]
        assert_no_hooks()
        assert not any(part._forward_hooks for part in net.modules())
        assert self.run.diagnosis is not None
        return self.run.diagnosis

    def assert_parameters_from_before(self, step: int) -> None:
        assert bits(self.net) == self.kept[step - 1]
        assert self.run.steps == len(self.run.history) == step - 1


def test_a_batch_with_nan() -> None:
    def spoil(i: int, x: torch.Tensor) -> torch.Tensor:
        if i == 4:
            x[2, 1] = math.nan
        return x

    case = Case()
    found = case(on_batch=spoil)
    assert (found.step, found.cause, found.where) == (5, "input", "net")
    assert math.isnan(found.value)
    assert (found.last_good, found.last_good_step) == (case.losses[-1], 4)
    case.assert_parameters_from_before(5)
    assert "step 5: the batch that net was given holds NaN" in found.text()
    assert f"last good loss was {case.losses[-1]:g} at step 4" in found.text()


def test_the_very_first_batch() -> None:
    case = Case()
    found = case(on_batch=lambda _i, x: x * math.inf)
    assert (found.step, found.cause, found.where) == (1, "input", "net")
    assert (found.last_good, found.last_good_step) == (None, None)
    assert "last good" not in found.text()
    case.assert_parameters_from_before(1)


def test_a_rate_far_too_high() -> None:
    case = Case(lr=1e38)
    found = case()
    assert found.cause == "layer"
    assert found.where.startswith("net.")
    case.assert_parameters_from_before(found.step)
    assert all(torch.isfinite(p).all() for p in case.net.parameters())


def test_a_layer_that_overflows_is_named() -> None:
    case = Case()
    net = case.net

    def spoil(i: int, x: torch.Tensor) -> torch.Tensor:
        if i == 3:
            with torch.no_grad():
                net[3].weight.fill_(3e38)
                net[0].bias.fill_(10.0)
        return x

    found = case(on_batch=spoil)
    assert (found.step, found.cause, found.where) == (4, "layer", "net.3 (Linear)")
    assert "layer net.3 (Linear) is the first that is not finite" in found.text()


def test_the_logarithm_of_zero_in_the_loss() -> None:
    case = Case()
    found = case(on_loss=lambda i, loss, _: loss if i < 2 else torch.log(loss * 0))
    assert (found.step, found.cause, found.where) == (3, "loss", "loss")
    assert found.value == -math.inf
    assert (found.last_good, found.last_good_step) == (case.losses[1], 2)
    case.assert_parameters_from_before(3)
    assert "but loss is -inf" in found.text()


def test_the_slope_of_a_root_at_zero() -> None:
    case = Case()
    found = case(on_loss=lambda i, loss, out: loss if i < 2 else loss + torch.sqrt((out * 0).sum()))
    assert (found.step, found.cause, found.where) == (3, "gradient", "net.3.bias")
    assert math.isfinite(found.value)
    assert (found.last_good, found.last_good_step) == (found.value, 3)
    case.assert_parameters_from_before(3)
    assert "the gradient of net.3.bias is not" in found.text()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_single_bad_gradient(value: float) -> None:
    case = Case()

    def spoil(i: int) -> None:
        if i == 5:
            case.net[0].weight.grad[3, 2] = value

    found = case(on_gradients=spoil)
    assert (found.step, found.cause, found.where) == (6, "gradient", "net.0.weight")
    case.assert_parameters_from_before(6)


def test_infinities_of_both_signs_do_not_cancel() -> None:
    case = Case()

    def spoil(i: int) -> None:
        if i == 1:
            case.net[0].bias.grad[:2] = torch.tensor([math.inf, -math.inf])

    assert case(on_gradients=spoil).where == "net.0.bias"


def test_a_parameter_that_was_bad_already() -> None:
    case = Case()

    def spoil(i: int, x: torch.Tensor) -> torch.Tensor:
        if i == 2:
            with torch.no_grad():
                case.net[0].bias[0] = math.nan
        return x

    found = case(on_batch=spoil)
    assert (found.step, found.cause, found.where) == (3, "parameter", "net.0.bias")
    assert "parameter net.0.bias already held NaN" in found.text()


def test_the_text_is_there_in_chinese() -> None:
    case = Case()
    found = case(on_batch=lambda i, x: x * (math.nan if i == 1 else 1))
    set_language("zh")
    try:
        assert found.text().startswith("第 2 步发散：传给 net 的批次含有 NaN 或 Inf。")
    finally:
        set_language(None)


def test_a_net_called_with_an_expression_is_traced_too() -> None:
    net = small_net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    x, y = batch()
    run = Run()
    with watched(run):
        for i in range(5):
            loss = nn.functional.cross_entropy(net(x * (math.nan if i == 3 else 2.0)), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    assert (run.diagnosis.step, run.diagnosis.cause) == (4, "input")


def test_a_batch_in_another_shape_is_traced_too() -> None:
    net = small_net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    run = Run()
    with watched(run):
        for i in range(5):
            x, y = batch(i)
            images = x.reshape(6, 2, 2)
            if i == 3:
                images[0, 0, 0] = math.nan
            loss = nn.functional.cross_entropy(net(images.view(6, 4)), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    assert (run.diagnosis.step, run.diagnosis.cause, run.diagnosis.where) == (4, "input", "net")


def test_a_net_called_with_keywords_is_no_hindrance() -> None:
    class Keyword(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(4, 1)

        def forward(self, *, x: torch.Tensor) -> torch.Tensor:
            return self.layer(x).sum()

    net = Keyword()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    run = Run()
    with watched(run):
        for i in range(3):
            loss = net(x=torch.full((1, 4), math.nan if i == 2 else 1.0))
            loss.backward()
            optimizer.step()
    assert (run.diagnosis.step, run.diagnosis.cause, run.diagnosis.where) == (3, "loss", "loss")


def test_one_of_two_nets() -> None:
    torch.manual_seed(0)
    D, G = nn.Linear(2, 1), nn.Linear(2, 2)  # noqa: N806 -- as in the book
    optimizer_D = torch.optim.SGD(D.parameters(), lr=0.1)  # noqa: N806 -- as in the book
    optimizer_G = torch.optim.SGD(G.parameters(), lr=0.1)  # noqa: N806 -- as in the book
    run = Run()
    kept = []
    with watched(run):
        for i in range(5):
            z = torch.ones(3, 2) * (math.nan if i == 2 else 1.0)
            loss_D = D(torch.ones(3, 2)).mean()  # noqa: N806 -- as in the book
            optimizer_D.zero_grad()
            loss_D.backward()
            optimizer_D.step()
            loss_G = D(G(z)).mean()  # noqa: N806 -- as in the book
            optimizer_G.zero_grad()
            loss_G.backward()
            kept.append(bits(G))
            optimizer_G.step()
    assert (run.diagnosis.step, run.diagnosis.cause, run.diagnosis.where) == (3, "input", "G")
    assert bits(G) == kept[2]
    assert run.diagnosis.last_good_step == 2
    assert run.diagnosis.last_good == run.history["loss_G"][1]


def test_a_diverged_run_that_swallows_the_end_takes_no_step() -> None:
    net = small_net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    x, y = batch()
    run = Run()
    with watched(run):
        for i in range(6):
            try:
                loss = nn.functional.cross_entropy(net(x * (math.nan if i == 2 else 1.0)), y)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            except:  # noqa: E722 -- as users write it
                before = bits(net)
    assert run.steps == 2
    assert run.diagnosis.step == 3
    assert bits(net) == before
    assert run.state == "diverged"


# --- closures ---------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["loss", "gradient"])
@pytest.mark.parametrize("kind", ["LBFGS", "SGD"])
def test_nan_inside_a_closure_restores_the_parameters(how: str, kind: str) -> None:
    w = torch.full((2,), 3.0, requires_grad=True)
    optimizer = getattr(torch.optim, kind)([w], lr=0.1)
    calls, kept = [], []
    run = Run()

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = (w**2).sum()
        calls.append(1)
        if run.steps == 2 and (kind == "SGD" or len(calls) - started > 2):
            loss = loss * math.nan if how == "loss" else loss + (w * 0).sum().sqrt()
        loss.backward()
        return loss

    with watched(run):
        for _ in range(5):
            started = len(calls)
            kept.append(w.tolist())
            optimizer.step(closure)
            w.data += 1.0
    assert run.state == "diverged"
    assert (run.diagnosis.step, run.diagnosis.cause) == (3, how)
    assert w.tolist() == kept[2]
    assert run.steps == 2
    assert_no_hooks()


# --- what is no divergence --------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("force", [False, True])
def test_large_finite_gradients_whose_sum_overflows(dtype: torch.dtype, force: bool) -> None:
    largest = torch.finfo(dtype).max
    w = torch.zeros(1000, dtype=dtype, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.0)
    w.grad = torch.full_like(w, largest)
    assert divergence.can_step(optimizer)
    if force:
        guard = DeferredGuard(optimizer)
        guard.before_step(1, [])
        assert guard.found() is None
        w.grad[7] = math.nan
        guard.before_step(2, [])
        assert guard.found() == (2, False)
    w.grad[7] = math.inf
    assert not divergence.can_step(optimizer)


@given(
    st.lists(st.floats(width=32), min_size=1, max_size=20),
    st.sampled_from(["float32", "float64", "bfloat16", "sparse", "complex"]),
)
def test_a_step_goes_on_if_every_gradient_is_finite(values: list[float], kind: str) -> None:
    tensor = torch.tensor(values)
    if kind == "sparse":
        tensor = torch.sparse_coo_tensor([range(len(values))], tensor, check_invariants=False)
        expected = bool(torch.isfinite(tensor.coalesce().values()).all())
    else:
        tensor = torch.complex(tensor, tensor) if kind == "complex" else tensor
        tensor = tensor if kind == "complex" else tensor.to(getattr(torch, kind))
        expected = bool(torch.isfinite(tensor).all())
    optimizer = torch.optim.SGD([torch.ones(3), torch.zeros(tensor.shape, dtype=tensor.dtype)])
    assert divergence.can_step(optimizer)  # Without any gradient.
    for parameter, gradient in zip(
        divergence.parameters(optimizer), (torch.ones(3), tensor), strict=True
    ):
        parameter.grad = gradient
    assert divergence.can_step(optimizer) == expected


# --- accelerators, forced on the CPU's tensors ------------------------------------------------


@pytest.fixture
def deferred(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every optimizer be guarded, and every loss be kept, as on an accelerator."""
    meet, captured = Watch._meet, Watch.captured

    def meet_deferred(self: Watch, optimizer: torch.optim.Optimizer) -> None:
        meet(self, optimizer)
        self._guards[optimizer] = DeferredGuard(optimizer)

    def keep(self: Watch, loss: torch.Tensor, frame: Any) -> None:
        held = {name: list(values) for name, values in self._captured.items()}
        captured(self, loss, frame)
        for name, values in self._captured.items():
            if len(values) > len(held.get(name, [])):
                values[-1] = loss.detach().clone()

    monkeypatch.setattr(Watch, "_meet", meet_deferred)
    monkeypatch.setattr(Watch, "captured", keep)


@pytest.mark.parametrize("how", ["loss", "gradient"])
@pytest.mark.parametrize("every", [0.0, 1e9])
@pytest.mark.usefixtures("deferred")
def test_a_deferred_check_finds_the_same(how: str, every: float) -> None:
    net = small_net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    x, y = batch()
    run = Run()
    run.subscribe(every=every)
    kept = []
    with watched(run):
        for i in range(9):
            kept.append(bits(net))
            out = net(x)
            loss = nn.functional.cross_entropy(out, y)
            if i == 4:
                loss = loss * math.nan if how == "loss" else loss + (out * 0).sum().sqrt()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    assert run.state == "diverged"
    found = run.diagnosis
    assert (found.step, found.cause) == (5, how)
    assert bits(net) == kept[4]
    assert run.steps == (5 if every == 0.0 else 9)
    losses = run.history["loss"]
    if how == "loss":
        assert found.where == "loss"
        assert (found.last_good, found.last_good_step) == (losses[3], 4)
    else:
        assert found.where == "net.3.bias"
        assert (found.last_good, found.last_good_step) == (losses[4], 5)
        assert found.value == losses[4]
    assert losses[:4].notna().all()
    assert_no_hooks()


@pytest.mark.usefixtures("deferred")
def test_a_deferred_check_of_two_optimizers_names_the_first() -> None:
    a, b = (torch.ones(2, requires_grad=True) for _ in range(2))
    opt_a, opt_b = torch.optim.SGD([a], lr=0.1), torch.optim.SGD([b], lr=0.1)
    run = Run()
    run.subscribe(every=1e9)
    with watched(run):
        for i in range(6):
            loss_a = (a * (math.nan if i >= 4 else 1.0)).sum()
            loss_a.backward()
            opt_a.step()
            loss_b = (b * (math.nan if i >= 2 else 1.0)).sum()
            loss_b.backward()
            opt_b.step()
    assert (run.diagnosis.step, run.diagnosis.where) == (3, "loss_b")
    assert run.diagnosis.last_good_step == 2
    assert torch.isfinite(a).all()
    assert torch.isfinite(b).all()


@pytest.mark.usefixtures("deferred")
def test_a_stop_does_not_hide_a_deferred_divergence() -> None:
    w = torch.ones(2, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    run = Run()
    run.subscribe(every=1e9)
    with watched(run):
        for i in range(6):
            if i == 5:
                run.stop()
            loss = (w * (math.nan if i >= 2 else 1.0)).sum()
            loss.backward()
            optimizer.step()
    assert run.state == "diverged"
    assert run.diagnosis.step == 3
    assert torch.isfinite(w).all()


@pytest.mark.usefixtures("deferred")
def test_a_deferred_run_without_trouble_is_the_same_run() -> None:
    results = []
    for watching in (True, False):
        net = small_net()
        optimizer = torch.optim.Adam(net.parameters(), lr=0.1)
        x, y = batch()
        run = Run()
        with watched(run):
            for _ in range(6):
                loss = nn.functional.cross_entropy(net(x), y)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        results.append(bits(net))
        assert run.state == "finished"
        assert watching in (True, False)
    assert results[0] == results[1]
