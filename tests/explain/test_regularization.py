"""What layers make of a batch is what torch makes of it."""

from __future__ import annotations

import copy
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from dlwidgets.explain import regularization as r

functional = nn.functional


def batch(n: int = 16, features: int = 5) -> tuple[Tensor, Tensor]:
    draw = torch.Generator().manual_seed(0)
    return torch.randn(n, features, generator=draw), torch.randn(n, 1, generator=draw)


def net(*middle: nn.Module, width: int = 6) -> nn.Sequential:
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(5, width), *middle, nn.Linear(width, 1))


@settings(max_examples=25, deadline=None)
@given(p=st.floats(0, 0.95), seed=st.integers(0, 1000))
def test_masks_are_those_of_functional_dropout_under_the_same_seed(p: float, seed: int) -> None:
    x, _ = batch()
    model = net(nn.ReLU(), nn.Dropout(p))
    found = r.dropped(model, x, seed)
    assert found is not None
    assert (found.layer, found.p) == ("2", p)
    with torch.no_grad(), torch.random.fork_rng([]):
        given_ = model[:2](x)
        torch.manual_seed(seed)
        expected = torch.stack([functional.dropout(given_, p) for _ in range(r.PASSES)])
    assert torch.equal(found.given, given_[: r.SAMPLES].double())
    assert torch.equal(found.passed, expected[:, : r.SAMPLES].double())
    kept = found.passed != 0
    torch.testing.assert_close(
        found.passed[kept], (found.given / (1 - p)).expand_as(found.passed)[kept], rtol=1e-6, atol=0
    )


def test_working_in_place_hides_nothing() -> None:
    x, _ = batch()
    plain = r.dropped(net(nn.ReLU(), nn.Dropout(0.5)), x)
    other = r.dropped(net(nn.ReLU(inplace=True), nn.Dropout(0.5, inplace=True)), x)
    assert plain is not None
    assert other is not None
    assert torch.equal(plain.given, other.given)
    assert torch.equal(plain.passed, other.passed)


def test_passes_differ_in_training_mode_and_not_in_evaluation_mode() -> None:
    x, y = batch()
    model = net(nn.ReLU(), nn.Dropout(0.5))
    still, found = r.losses(model, x, y, functional.mse_loss, seed=3)
    assert still == functional.mse_loss(copy.deepcopy(model).eval()(x), y).item()
    assert len(set(found)) == r.PASSES
    torch.manual_seed(3)
    assert found[0] == functional.mse_loss(copy.deepcopy(model).train()(x), y).item()
    still, found = r.losses(net(nn.ReLU()), x, y, functional.mse_loss)
    assert set(found) == {still}


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), n=st.integers(2, 40))
def test_batch_norm_is_the_formula(seed: int, n: int) -> None:
    draw = torch.Generator().manual_seed(seed)
    x = 3 * torch.randn(n, 5, generator=draw) + 1
    model = net(nn.BatchNorm1d(6))
    with torch.no_grad():
        model[1].weight.normal_(generator=draw)  # type: ignore[operator]
        model[1].bias.normal_(generator=draw)  # type: ignore[operator]
    for _ in range(3):
        model(torch.randn(9, 5, generator=draw))
    kept = copy.deepcopy(model.state_dict())
    found = r.normed(model.eval(), x)
    assert found is not None
    with torch.no_grad():
        z = model[0](x)
        assert torch.equal(found.batch_mean, z.mean(0).double())
        torch.testing.assert_close(found.batch_var, z.var(0, correction=0).double())
        fresh = copy.deepcopy(model[1])
        assert torch.equal(found.evaluated, fresh.eval()(z)[0].double())
        assert torch.equal(found.trained, fresh.train()(z)[0].double())
    for x_, mean, var, out in (
        (found.given, found.batch_mean, found.batch_var, found.trained),
        (found.given, found.running_mean, found.running_var, found.evaluated),
    ):
        made = found.weight * (x_ - mean) / (var + found.eps).sqrt() + found.bias
        torch.testing.assert_close(out, made, rtol=1e-4, atol=1e-5)
    assert not model.training
    assert all(torch.equal(kept[name], held) for name, held in model.state_dict().items())


def test_batch_norm_of_pictures_has_numbers_of_each_channel() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3, affine=False))
    x = torch.randn(4, 1, 6, 6)
    found = r.normed(model, x)
    assert found is not None
    z = model[0](x).detach()
    torch.testing.assert_close(found.batch_mean, z.mean((0, 2, 3)).double())
    torch.testing.assert_close(found.batch_var, z.var((0, 2, 3), correction=0).double())
    assert found.weight.tolist() == [1, 1, 1]
    assert found.bias.tolist() == [0, 0, 0]
    assert found.given.tolist() == z[0, :, 0, 0].double().tolist()


def test_where_there_is_no_such_layer_there_is_nothing() -> None:
    x, _ = batch()
    assert r.dropped(net(nn.ReLU()), x) is None
    assert r.normed(net(nn.ReLU()), x) is None
    assert r.normed(net(nn.BatchNorm1d(6, track_running_stats=False)), x) is None


class Idle(nn.Module):
    """Has layers that it does not use."""

    def __init__(self) -> None:
        super().__init__()
        self.drop, self.norm, self.used = nn.Dropout(), nn.BatchNorm1d(5), nn.Linear(5, 1)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.used(x)
        return out


def test_layers_that_are_not_used_are_no_trouble() -> None:
    x, y = batch()
    assert r.dropped(Idle(), x) is None
    assert r.normed(Idle(), x) is None
    assert r.signal(Idle(), x, y, functional.mse_loss).layers == ("used",)


def test_signals_are_those_of_a_plain_pass() -> None:
    x, y = batch()
    model = net(nn.Tanh())
    found = r.signal(model, x, y, functional.mse_loss)
    first = model[0](x)
    last = model[2](model[1](first))
    loss = functional.mse_loss(last, y)
    grads = torch.autograd.grad(loss, [first, last])
    assert found.layers == ("0", "2")
    for place, (value, grad) in enumerate(zip((first, last), grads, strict=True)):
        assert found.values[place] == pytest.approx(value.std(correction=0).item(), rel=1e-5)
        assert found.gradients[place] == pytest.approx(grad.std(correction=0).item(), rel=1e-5)
    apart = (first.amax(1) - first.amin(1)).max().item()
    assert found.apart[0] == pytest.approx(apart)
    assert math.isnan(found.apart[1])
    assert all(p.grad is None for p in model.parameters())
    in_place = r.signal(net(nn.ReLU(inplace=True)), x, y, functional.mse_loss)
    assert torch.equal(in_place.values, r.signal(net(nn.ReLU()), x, y, functional.mse_loss).values)


def test_equal_weights_keep_all_units_equal() -> None:
    x, y = batch()
    model = net(nn.ReLU())
    for layer in (model[0], model[2]):
        nn.init.constant_(layer.weight, 0.1)  # type: ignore[arg-type]
        nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    assert r.signal(model, x, y, functional.mse_loss).apart[0] < 1e-6
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        functional.mse_loss(model(x), y).backward()
        optimizer.step()
    assert r.signal(model, x, y, functional.mse_loss).apart[0] == pytest.approx(0, abs=1e-6)


def test_shares_of_weights_add_up_and_share_their_bins() -> None:
    small, wide = net(), net()
    nn.init.normal_(small[0].weight, std=0.01)  # type: ignore[arg-type]
    edges, shares = r.histogram([small, wide])
    assert (len(edges), shares.shape) == (r.BINS + 1, (2, r.BINS))
    torch.testing.assert_close(shares.sum(1), torch.ones(2, dtype=torch.float64))
    reach = float(edges[-1])
    flat = torch.cat([w.detach().double().flatten() for w in wide.parameters() if w.ndim > 1])
    expected = torch.histc(flat.clamp(-reach, reach), r.BINS, -reach, reach) / len(flat)
    assert torch.equal(shares[1], expected)


def test_looking_leaves_no_trace() -> None:
    x, y = batch()
    model = net(nn.BatchNorm1d(6), nn.ReLU(), nn.Dropout(0.5)).eval()
    kept = copy.deepcopy(model.state_dict())
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    r.dropped(model, x)
    r.normed(model, x)
    r.signal(model, x, y, functional.mse_loss)
    r.losses(model, x, y, functional.mse_loss)
    assert torch.equal(torch.rand(2), expected)
    assert not any(part.training for part in model.modules())
    assert all(torch.equal(kept[name], held) for name, held in model.state_dict().items())
    assert not any(part._forward_hooks for part in model.modules())
