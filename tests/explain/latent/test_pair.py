"""Any pair of encode and decode: read, called, and left without a trace."""

from __future__ import annotations

import copy
import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.distributions import Independent, Normal

from dlwidgets.explain.latent import Opened, opened, pair, points
from tests.explain.latent.small import Small, digits, plain, small

if TYPE_CHECKING:
    from collections.abc import Callable

X = digits().test.x


def latent(model: object = None, data: Any = X, **more: Any) -> Opened:
    functions = {name: more.pop(name, None) for name in ("encode", "decode")}
    return opened(pair(model, **functions), points(data, 500, 0), **more)


def test_the_codes_are_those_of_the_model_in_eval_mode() -> None:
    model = small()
    found = latent(model)
    model.eval()
    with torch.no_grad():
        mu, logvar = model.encode(X)
        torch.testing.assert_close(found.space.code.mu, mu.double())
        torch.testing.assert_close(found.space.code.logvar, logvar.double())
        z = torch.randn(3, 2)
        torch.testing.assert_close(found.decode(z), model.decode(z).double())


@pytest.mark.parametrize("train", [True, False])
def test_nothing_of_the_model_changes(train: bool) -> None:
    model = small(latent=5).train(train)
    model.out[1].eval()
    before = copy.deepcopy(model.state_dict())
    modes = [module.training for module in model.modules()]
    buffers = [id(buffer) for buffer in model.buffers()]
    states = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002 -- the state that must stay
    found = latent(model)
    found.decode(torch.randn(4, 5, generator=torch.Generator().manual_seed(0)))
    found.encode(X[0])
    found.space.drawn(8, 3)
    assert [module.training for module in model.modules()] == modes
    assert [id(buffer) for buffer in model.buffers()] == buffers
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), name
    assert all(p.grad is None for p in model.parameters())
    assert torch.equal(torch.get_rng_state(), states[0])
    assert random.getstate() == states[1]
    assert np.random.get_state()[1].tolist() == states[2]  # noqa: NPY002 -- as above


def test_modules_that_a_function_names_are_left_as_they_were_too() -> None:
    model = small()
    before = copy.deepcopy(model.state_dict())

    def decode(z: Tensor) -> Tensor:
        return model.decode(z).clamp(0, 1)

    found = latent(encode=lambda x: model.encode(1.0 * x), decode=decode)
    assert found.pair.modules == (model,)
    assert model.training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    model.eval()
    torch.testing.assert_close(found.space.code.mu, model.encode(X)[0].detach().double())


def test_a_variable_that_has_no_value_yet_is_no_module() -> None:
    def decode(z: Tensor) -> Tensor:
        return z if late is None else late(z)

    assert pair(None, nn.Flatten(), decode).modules[0].training
    late = None
    assert late is None


def test_a_bound_method_and_a_module_as_a_function() -> None:
    auto = plain()
    found = latent(encode=auto.encoder, decode=auto.decode)
    assert found.pair.flat
    assert found.pair.modules == (auto.encoder, auto)
    assert not found.space.variational


def test_an_autoencoder_of_rows_gets_rows_and_gives_pictures() -> None:
    found = latent(plain())
    assert found.pair.flat
    assert found.reshaped
    assert found.decode(torch.zeros(1, 3)).shape == (1, 1, 28, 28)
    assert found.shown.size == (28, 28)


@pytest.mark.parametrize(
    "encode",
    [
        lambda x: Normal(x.flatten(1)[:, :2], 2.0 + x.flatten(1)[:, :2]),
        lambda x: Independent(Normal(x.flatten(1)[:, :2], 2.0 + x.flatten(1)[:, :2]), 1),
        lambda x: {"mu": x.flatten(1)[:, :2], "logvar": 2 * (2 + x.flatten(1)[:, :2]).log()},
        lambda x: [x.flatten(1)[:, :2], 2 * (2 + x.flatten(1)[:, :2]).log()],
    ],
)
def test_distributions_and_dicts_are_codes(encode: Callable[[Tensor], Any]) -> None:
    code = latent(encode=encode, decode=nn.Linear(2, 784)).space.code
    want = X.flatten(1)[:, :2].double()
    torch.testing.assert_close(code.mu, want)
    assert code.logvar is not None
    torch.testing.assert_close((0.5 * code.logvar).exp(), 2 + want, rtol=1e-5, atol=1e-6)


def test_codes_with_places_go_back_in_the_shape_they_came() -> None:
    net = nn.Sequential(nn.ConvTranspose2d(4, 1, 28))
    found = latent(encode=lambda x: nn.functional.conv2d(x, torch.ones(4, 1, 28, 28)), decode=net)
    assert found.space.dimensions == 4
    assert found.pair.shape == (4, 1, 1)
    assert found.decode(torch.zeros(2, 4)).shape == (2, 1, 28, 28)


@pytest.mark.parametrize(
    ("decode", "member"),
    [
        (lambda z: (z @ torch.ones(2, 784), z), "[0]"),
        (lambda z: Normal(z @ torch.ones(2, 784), 1.0), ".mean"),
        (lambda z: z @ torch.ones(2, 784), ""),
    ],
)
def test_the_first_of_several_values_is_decoded(
    decode: Callable[[Tensor], Any], member: str
) -> None:
    found = latent(encode=lambda x: x.flatten(1)[:, :2], decode=decode)
    assert found.member == member
    assert found.decode(torch.ones(1, 2)).unique().tolist() == [2]


@pytest.mark.parametrize("size", [1, 2, 64])
def test_latent_spaces_of_any_size(size: int) -> None:
    found = latent(small(size))
    assert found.space.dimensions == size
    assert found.decode(torch.zeros(1, size)).shape == (1, 1, 28, 28)


def test_colours_and_double_precision() -> None:
    model = small(3, (3, 6, 5)).double()
    x = torch.rand(9, 3, 6, 5, generator=torch.Generator().manual_seed(0))
    found = latent(model, x)
    assert found.pair.home == (torch.device("cpu"), torch.float64)
    values = found.decode(found.space.code.mu[:4])
    assert found.drawn(values).shape == (4, 6, 5, 3)


@pytest.mark.gpu
def test_a_model_on_another_device() -> None:
    model = small().to("cuda")
    state = torch.cuda.get_rng_state()
    found = latent(model)
    assert found.space.code.mu.device.type == "cpu"
    assert next(model.parameters()).device.type == "cuda"
    assert torch.equal(torch.cuda.get_rng_state(), state)
    cpu = latent(small())
    torch.testing.assert_close(found.space.code.mu, cpu.space.code.mu, rtol=1e-3, atol=1e-3)


def test_a_layer_that_works_in_place_spoils_no_sample() -> None:
    before = X.clone()
    found = latent(encode=lambda x: x.flatten(1)[:, :2].mul_(2), decode=nn.Linear(2, 784))
    assert torch.equal(X, before)
    assert torch.equal(found.points.x, X.double())


def test_the_version_counts_what_an_optimizer_does() -> None:
    model = small()
    found = latent(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    assert found.pair.version == found.version
    model.decode(model.encode(X)[0]).sum().backward()
    optimizer.step()
    assert found.pair.version > found.version


def test_logits_are_drawn_from_least_to_greatest_and_the_range_can_be_chosen() -> None:
    model = small()
    found = latent(encode=model.encode, decode=lambda z: 9 * model.out(z))
    assert found.shown_range.why == "found"
    assert found.given_range.why == "unit"
    drawn = found.drawn(found.decode(found.space.known[:64]))
    assert (drawn.min(), drawn.max()) == (0, 255)
    clipped = latent(encode=model.encode, decode=model.out, value_range=(0, 1))
    assert (clipped.shown_range.low, clipped.shown_range.high) == (0, 1)
    with pytest.raises(ValueError, match=r"value_range expected \(black, white\).*got \(1, 0\)"):
        latent(model, value_range=(1, 0))


def test_nan_for_some_samples_leaves_them_out_and_for_all_is_refused() -> None:
    broken = X.clone()
    broken[3] = torch.nan
    found = latent(small(), broken)
    assert found.space.finite.tolist() == [i != 3 for i in range(len(X))]
    assert bool(found.space.worth.isfinite().all())
    with pytest.raises(ValueError, match="finite codes, got NaN or infinity for every sample"):
        latent(small(), torch.full_like(X, torch.nan))


@pytest.mark.parametrize(
    ("encode", "decode", "text"),
    [
        (lambda x: (x, x, x), small().decode, r"encode expected to give \(mu, logvar\).*got \(flo"),
        (lambda x: x.flatten(1).long(), small().decode, "a tensor of floats with one row"),
        (lambda _: "code", small().decode, "got str"),
        (lambda x: (x.flatten(1)[:, :2], x.flatten(1)), small().decode, r"784\)\)"),
        (small().encode, lambda _: "image", "decode expected to give a tensor of floats"),
    ],
)
def test_what_gives_no_codes_is_refused(encode: Any, decode: Any, text: str) -> None:
    with pytest.raises(TypeError, match=text):
        latent(encode=encode, decode=decode)


def test_functions_that_fail_are_quoted() -> None:
    with pytest.raises(ValueError, match=r"encode failed on data of shape \(40, 1, 28, 28\): mat1"):
        latent(encode=nn.Linear(5, 2), decode=small().decode)
    with pytest.raises(ValueError, match=r"decode failed on codes of shape \(40, 2\): mat1"):
        latent(encode=small().encode, decode=nn.Linear(5, 784))
    with pytest.raises(ValueError, match=r"decode failed on codes .* one number a sample"):
        latent(encode=small().encode, decode=lambda z: z.sum(1))
    with pytest.raises(ValueError, match="at most 256 latent dimensions, got 784"):
        latent(encode=lambda x: x.flatten(1), decode=lambda z: z.reshape(-1, 1, 28, 28))


def test_missing_functions_are_named() -> None:
    with pytest.raises(TypeError, match="expected a function encode, got none from Linear"):
        pair(nn.Linear(2, 2), None, None)
    with pytest.raises(TypeError, match="expected a function decode, got none from nothing"):
        pair(None, small().encode, None)


def test_another_sample_must_have_the_shape_of_the_data() -> None:
    found = latent(small())
    assert found.encode(X[0].flatten()).mu.shape == (1, 2)
    with pytest.raises(ValueError, match=r"shape \(1, 28, 28\), got \(3,\)"):
        found.encode(torch.zeros(3))


def test_reconstructions_and_their_errors() -> None:
    model = small()
    found = latent(model)
    model.eval()
    again, wrong = found.reconstructed(torch.arange(5))
    want = model.decode(model.encode(X[:5])[0]).detach()
    torch.testing.assert_close(again, want.double(), rtol=1e-5, atol=1e-6)
    assert wrong is not None
    torch.testing.assert_close(
        wrong.squared, (want - X[:5]).square().flatten(1).mean(1).double(), rtol=1e-5, atol=1e-6
    )
    bce = nn.functional.binary_cross_entropy(want, X[:5], reduction="none").flatten(1).sum(1)
    assert wrong.entropy is not None
    torch.testing.assert_close(wrong.entropy, bce.double(), rtol=1e-5, atol=1e-3)
    _, none = latent(encode=Small(2).encode, decode=nn.Linear(2, 9)).reconstructed(torch.arange(2))
    assert none is None
