"""GAN, CGAN and DCGAN: shapes, ranges, the losses in their forms, the paper's initialisation."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from dlwidgets.models import (
    CGAN,
    DCGAN,
    GAN,
    ConditionalDiscriminator,
    ConditionalGenerator,
    ConvDiscriminator,
    ConvGenerator,
    Discriminator,
    Generator,
    discriminator_loss,
    generator_loss,
)

SHAPES = [(1, 28, 28), (3, 32, 32), (1, 64, 64)]


def asked(model: GAN, n: int) -> tuple[torch.Tensor, ...]:
    """Return the classes that a conditional net must be told."""
    return () if model.classes is None else (torch.arange(n) % model.classes,)


@pytest.mark.parametrize("kind", [GAN, CGAN, DCGAN])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("latent", [1, 2, 64])
def test_noise_becomes_images_and_images_probabilities(
    kind: type[GAN], shape: tuple[int, int, int], latent: int
) -> None:
    model = kind(latent, shape=shape)
    z = model.noise(3)
    y = asked(model, 3)
    assert z.shape == (3, latent)
    x = model.generator(z, *y)
    assert torch.equal(x, model(z, *y))
    assert x.shape == (3, *shape)
    assert x.min() >= -1
    assert x.max() <= 1
    probability = model.discriminator(x, *y)
    assert probability.shape == (3, 1)
    torch.testing.assert_close(probability, model.logits(x, *y).sigmoid())


@pytest.mark.parametrize("kind", [Discriminator, ConditionalDiscriminator])
def test_rows_of_numbers_are_the_same_images(kind: type[nn.Module]) -> None:
    net, x = kind(), torch.rand(2, 1, 28, 28)
    y = () if kind is Discriminator else (torch.tensor([3, 4]),)
    assert torch.equal(net(x, *y), net(x.flatten(1), *y))


def test_noise_has_a_generator_of_its_own_if_asked() -> None:
    model = GAN(5)
    torch.manual_seed(3)
    first = model.noise(2)
    torch.manual_seed(3)
    assert torch.equal(first, torch.randn(2, 5))
    before = torch.get_rng_state()
    again = [model.noise(2, torch.Generator().manual_seed(1)) for _ in range(2)]
    assert torch.equal(*again)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_class_makes_the_difference() -> None:
    model = CGAN(4)
    z = torch.zeros(2, 4)
    one, two = model(z, torch.tensor([0, 1]))
    assert not torch.equal(one, two)
    x = torch.zeros(2, 1, 28, 28)
    assert model.logits(x, torch.tensor([0, 1])).unique().numel() == 2


def test_nets_of_ones_own() -> None:
    net = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())
    model = GAN(3, generator=nn.Linear(3, 2), discriminator=net)
    x = torch.randn(4, 2)
    torch.testing.assert_close(model.logits(x), net[0](x), atol=1e-5, rtol=1e-5)
    # Probabilities that are rounded to 0 and 1 still have a finite logit.
    net[0].weight.data.fill_(1e6)
    assert model.logits(x).isfinite().all()


# --- the losses ----------------------------------------------------------------------------------

logits = st.lists(st.floats(-8, 8, width=32), min_size=1, max_size=8)


@given(logits, logits)
def test_the_losses_of_the_book(real: list[float], fake: list[float]) -> None:
    real_logits = torch.tensor(real, dtype=torch.float64)[:, None]
    fake_logits = torch.tensor(fake, dtype=torch.float64)[:, None]
    criterion = nn.BCELoss()
    d_real = criterion(real_logits.sigmoid(), torch.ones_like(real_logits))
    d_fake = criterion(fake_logits.sigmoid(), torch.zeros_like(fake_logits))
    torch.testing.assert_close(discriminator_loss(real_logits, fake_logits), d_real + d_fake)
    g = criterion(fake_logits.sigmoid(), torch.ones_like(fake_logits))
    torch.testing.assert_close(generator_loss(fake_logits), g)


@given(logits, logits, st.floats(0, 0.5))
def test_each_form_is_its_formula(real: list[float], fake: list[float], smooth: float) -> None:
    r = torch.tensor(real, dtype=torch.float64)
    f = torch.tensor(fake, dtype=torch.float64)
    log, label = torch.log, 1 - smooth
    game = -(label * log(r.sigmoid()) + smooth * log(1 - r.sigmoid())).mean()
    game = game - log(1 - f.sigmoid()).mean()
    squares = ((r - label) ** 2).mean() + (f**2).mean()
    for form, expected in {
        "non_saturating": (game, -log(f.sigmoid()).mean()),
        "saturating": (game, log(1 - f.sigmoid()).mean()),
        "least_squares": (squares, ((f - 1) ** 2).mean()),
    }.items():
        torch.testing.assert_close(discriminator_loss(r, f, form, smooth), expected[0])
        torch.testing.assert_close(generator_loss(f, form), expected[1])


def test_where_d_is_sure_only_the_saturating_form_leaves_g_alone() -> None:
    sure = torch.tensor([[-20.0]], requires_grad=True)
    slopes = {}
    for form in ("non_saturating", "saturating", "least_squares"):
        (slope,) = torch.autograd.grad(generator_loss(sure, form), sure)
        slopes[form] = abs(slope.item())
    assert slopes["saturating"] < 1e-8
    assert slopes["non_saturating"] == pytest.approx(1)
    assert slopes["least_squares"] == pytest.approx(42)


def test_losses_of_extreme_logits_are_finite() -> None:
    far = torch.tensor([[1e4], [-1e4]])
    for form in ("non_saturating", "saturating", "least_squares"):
        assert math.isfinite(discriminator_loss(far, far, form))
        assert math.isfinite(generator_loss(far, form))


@pytest.mark.parametrize("bad", ["nonsaturating", "least squares", "wgan", None, 3])
def test_a_form_that_does_not_exist(bad: object) -> None:
    with pytest.raises(ValueError, match=r"no adversarial loss named .*Known: non_saturating"):
        generator_loss(torch.zeros(1), bad)  # type: ignore[arg-type]
    if bad == "least squares":
        with pytest.raises(ValueError, match="Did you mean 'least_squares'"):
            discriminator_loss(torch.zeros(1), torch.zeros(1), bad)


# --- DCGAN ---------------------------------------------------------------------------------------


def sides(net: ConvGenerator | ConvDiscriminator, x: torch.Tensor) -> list[int]:
    """Return the sides of the maps of all convolutions."""
    seen = []
    for layer in net.layers:
        x = layer(x)
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            seen.append(x.shape[-1])
    return seen


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        (28, [7, 14, 28]),
        (32, [4, 8, 16, 32]),
        (64, [4, 8, 16, 32, 64]),
        (8, [4, 8]),
        (48, [6, 12, 24, 48]),
    ],
)
def test_maps_double_until_they_are_the_image(side: int, expected: list[int]) -> None:
    shape = (1, side, side)
    assert sides(ConvGenerator(4, 2, shape), torch.zeros(1, 4)) == expected
    back = sides(ConvDiscriminator(2, shape), torch.zeros(1, *shape))
    assert back == [*reversed(expected[:-1]), 1]


@pytest.mark.parametrize("shape", [(1, 28, 32), (1, 27, 27), (1, 4, 4), (1, 30, 30), (1, 1, 1)])
def test_other_sides_are_explained(shape: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"square images .* such as 28, 32 or 64, got shape"):
        DCGAN(shape=shape)


def test_the_weights_are_drawn_as_in_the_paper() -> None:
    torch.manual_seed(0)
    model = DCGAN(shape=(3, 64, 64))
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            error = 0.02 / math.sqrt(layer.weight.numel())
            assert abs(layer.weight.mean().item()) < 5 * error
            assert layer.weight.std().item() == pytest.approx(0.02, rel=0.1)
        if isinstance(layer, nn.BatchNorm2d):
            assert layer.weight.mean().item() == pytest.approx(1, abs=0.02)
            assert not layer.bias.any()


def test_batch_norm_stands_everywhere_but_at_the_picture() -> None:
    model = DCGAN()
    kinds = [[type(layer).__name__ for layer in net.layers] for net in model.children()]
    assert kinds[0] == [
        *("Unflatten", "ConvTranspose2d", "BatchNorm2d", "ReLU"),
        *("ConvTranspose2d", "BatchNorm2d", "ReLU", "ConvTranspose2d", "Tanh"),
    ]
    assert kinds[1] == [
        *("Conv2d", "LeakyReLU", "Conv2d", "BatchNorm2d", "LeakyReLU", "Conv2d", "Flatten"),
    ]


# --- all of them ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [GAN, CGAN, DCGAN])
def test_every_parameter_gets_a_gradient(kind: type[GAN]) -> None:
    torch.manual_seed(0)
    model = kind()
    y = asked(model, 4)
    generator_loss(model.logits(model(model.noise(4), *y), *y)).backward()
    for name, p in model.named_parameters():
        assert p.grad is not None, name
        assert p.grad.abs().max() > 0, name


@pytest.mark.parametrize("kind", [GAN, CGAN, DCGAN])
def test_the_seed_decides_the_weights(kind: type[GAN]) -> None:
    def made(seed: int) -> torch.Tensor:
        torch.manual_seed(seed)
        return torch.cat([p.flatten() for p in kind().parameters()])

    assert torch.equal(made(3), made(3))
    assert not torch.equal(made(3), made(4))


@pytest.mark.parametrize(
    "kind",
    [GAN, CGAN, DCGAN, Generator, ConditionalGenerator, ConvGenerator],
)
@pytest.mark.parametrize("latent", [0, -1, 1.5, True, "8"])
def test_a_latent_size_that_can_not_be(kind: type[nn.Module], latent: object) -> None:
    with pytest.raises(ValueError, match="expected latent to be a whole number from 1"):
        kind(latent)
