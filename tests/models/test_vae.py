"""Autoencoder and VAE: shapes, ranges, the loss term by term, the sampling, odd input."""

from itertools import product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.distributions import Normal
from torch.distributions import kl_divergence as kl_of_torch

from dlwidgets.models import (
    VAE,
    Autoencoder,
    kl_divergence,
    reconstruction_loss,
    vae_loss,
)

SHAPES = [(1, 28, 28), (3, 32, 32), (1, 8, 12)]
SIZES = list(product([1, 2, 64], SHAPES))


def images(shape: tuple[int, ...], n: int = 3) -> torch.Tensor:
    return torch.rand(n, *shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(("latent", "shape"), SIZES)
@pytest.mark.parametrize("convolutional", [False, True])
def test_images_of_any_kind_come_back(
    latent: int, shape: tuple[int, int, int], convolutional: bool
) -> None:
    model = VAE(latent, 16, convolutional=convolutional, shape=shape)
    x = images(shape)
    reconstruction, mu, logvar = model(x)
    assert reconstruction.shape == x.shape
    assert mu.shape == logvar.shape == (3, latent)
    assert model.decode(torch.randn(5, latent)).shape == (5, *shape)
    assert reconstruction.min() >= 0
    assert reconstruction.max() <= 1
    # Rows of numbers, as the book has them, are the same images.
    torch.testing.assert_close(model.encode(x.flatten(1)), model.encode(x))


@pytest.mark.parametrize(("latent", "shape"), SIZES)
def test_an_autoencoder_likewise(latent: int, shape: tuple[int, int, int]) -> None:
    model = Autoencoder(latent, 16, shape)
    x = images(shape)
    assert model.encode(x).shape == (3, latent)
    assert model(x).shape == x.shape
    torch.testing.assert_close(model(x.flatten(1)), model(x))


def test_the_vae_has_the_sizes_of_the_book() -> None:
    sizes = [tuple(p.shape) for p in VAE().parameters() if p.ndim == 2]
    assert sorted(sizes) == sorted([(400, 784), (20, 400), (20, 400), (400, 20), (784, 400)])


def test_each_comment_tells_the_true_shape() -> None:
    model = VAE(convolutional=True)
    x = images((1, 28, 28), 2)
    seen = []
    for layer in model.encoder:
        x = layer(x)
        seen.append(tuple(x.shape[1:]))
    assert [seen[i] for i in (2, 4, 6, 7)] == [(32, 14, 14), (64, 7, 7), (3136,), (400,)]
    z, seen = torch.zeros(2, 20), []
    for layer in model.decoder:
        z = layer(z)
        seen.append(tuple(z.shape[1:]))
    assert [seen[i] for i in (0, 2, 4, 5, 7)] == [
        *((400,), (3136,), (64, 7, 7), (32, 14, 14), (1, 28, 28)),
    ]


numbers = st.floats(-6, 6, width=32)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=20))
def test_kl_is_that_of_torch(pairs: list[tuple[float, float]]) -> None:
    mu, logvar = torch.tensor(pairs, dtype=torch.float64).T
    expected = kl_of_torch(Normal(mu, (logvar / 2).exp()), Normal(0.0, 1.0))
    torch.testing.assert_close(kl_divergence(mu, logvar), expected, rtol=1e-9, atol=1e-9)
    # Never negative but for rounding, where a distribution is all but the normal one.
    assert (kl_divergence(mu, logvar) >= -1e-12).all()


@given(st.integers(1, 5), st.integers(1, 6), st.floats(0, 10), st.integers(0, 100))
def test_the_loss_is_summed_as_in_the_book(n: int, latent: int, beta: float, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    x, guess = torch.rand(2, n, 1, 4, 4, generator=generator, dtype=torch.float64)
    mu, logvar = torch.randn(2, n, latent, generator=generator, dtype=torch.float64)
    loss = vae_loss(guess, x, mu, logvar, beta)
    unlike = -(x * guess.log() + (1 - x) * (1 - guess).log()).sum()
    kl = -0.5 * (1 + logvar - mu.pow(2) - logvar.exp()).sum()
    torch.testing.assert_close(loss.reconstruction, unlike)
    torch.testing.assert_close(loss.kl, kl)
    torch.testing.assert_close(loss.total, unlike + beta * kl)


@given(st.floats(-3, 3), st.floats(-3, 3), st.integers(0, 50))
def test_a_sample_lies_within_its_deviation(mu: float, logvar: float, seed: int) -> None:
    """The book prints exp(log_var); the deviation is the root of the variance."""
    model = VAE(1, 1, shape=(1, 1, 1))
    means, logvars = torch.full((4000, 1), mu), torch.full((4000, 1), logvar)
    z = model.reparametrize(means, logvars, torch.Generator().manual_seed(seed))
    eps = torch.randn(4000, 1, generator=torch.Generator().manual_seed(seed))
    torch.testing.assert_close(z, mu + torch.tensor(logvar).exp().sqrt() * eps)
    assert z.var().item() == pytest.approx(torch.tensor(logvar).exp().item(), rel=0.15)


def test_sampling_takes_torchs_generator_or_the_one_it_is_given() -> None:
    model, mu = VAE(3, 4), torch.zeros(2, 3)
    torch.manual_seed(5)
    first = model.reparametrize(mu, mu)
    torch.manual_seed(5)
    torch.testing.assert_close(first, torch.randn_like(mu))
    before = torch.get_rng_state()
    own = [model.reparametrize(mu, mu, torch.Generator().manual_seed(1)) for _ in range(2)]
    assert torch.equal(*own)
    assert torch.equal(torch.get_rng_state(), before)


def test_gradients_reach_every_parameter() -> None:
    for model in (VAE(2, 8), VAE(2, 8, convolutional=True)):
        x = images((1, 28, 28))
        reconstruction, mu, logvar = model(x)
        vae_loss(reconstruction, x, mu, logvar).total.backward()
        for name, p in model.named_parameters():
            assert p.grad is not None, name
            assert p.grad.abs().max() > 0, name


@pytest.mark.parametrize(
    ("x", "found", "remedy"),
    [
        (torch.tensor([[-1.0, 1]]), r"\[-1, 1\]", r"give \(x \+ 1\) / 2"),
        (torch.tensor([[0.0, 255]]), r"\[0, 255\]", "give x / 255"),
        (torch.tensor([[-3.0, 2]]), r"\[-3, 2\]", r"give \(x - x.min\(\)\) / "),
    ],
)
def test_images_out_of_range_are_explained(x: torch.Tensor, found: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=rf"expected images in \[0, 1\], got {found}.*{remedy}"):
        reconstruction_loss(torch.full_like(x, 0.5), x)


def test_a_reconstruction_that_is_no_number_gives_a_loss_that_is_none() -> None:
    # A run then says where it diverged, instead of failing with torch's assertion.
    x = images((1, 4, 4))
    assert reconstruction_loss(x * torch.nan, x).isnan()


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({"latent": 0}, "VAE: expected latent to be a whole number from 1, got 0"),
        ({"latent": True}, "latent to be a whole number from 1, got True"),
        ({"hidden": 2.5}, "hidden to be a whole number from 1, got 2.5"),
        ({"beta": -1}, "VAE: expected beta to be 0 or more, got -1"),
        ({"beta": float("nan")}, "expected beta to be 0 or more, got nan"),
        ({"beta": "1"}, "expected beta to be 0 or more, got '1'"),
        ({"shape": (28, 28)}, r"shape as \(channels, height, width\), .* got \(28, 28\)"),
        ({"shape": 28}, r"shape as \(channels, height, width\), .* got 28"),
        ({"shape": (1, 0, 28)}, "shape as"),
        ({"shape": (1, 30, 28), "convolutional": True}, "multiples of 4 .* got .1, 30, 28."),
    ],
)
def test_sizes_that_can_not_be_are_refused(choices: dict[str, object], expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        VAE(**choices)  # type: ignore[arg-type]


def test_the_seed_decides_the_weights_and_the_samples() -> None:
    def made(seed: int) -> list[bytes]:
        torch.manual_seed(seed)
        model = VAE(4, 8)
        return [
            t.detach().numpy().tobytes() for t in (*model.parameters(), *model(images((1, 28, 28))))
        ]

    assert made(1) == made(1)
    assert made(1) != made(2)
