"""The generative adversarial net with fully connected layers.

Book: sections 8.2 and 8.3, figure 8-6. Paper: I. Goodfellow and others, "Generative adversarial
nets", NIPS 2014 (arXiv:1406.2661).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from dlwidgets.models.sizes import Shape, cells, check_counts, check_shape

if TYPE_CHECKING:
    from collections.abc import Sequence


class Generator(nn.Module):
    """G: draws an image from a random point.

    Takes points of shape (samples, 64) and returns images of shape (samples, 1, 28, 28) in
    [-1, 1], the range of tanh: real images must be brought there, as ``2 * x - 1``.

    Args:
        latent: numbers in a point.
        hidden: units of both hidden layers.
        shape: channels, height and width of the images; any size.
    """

    def __init__(
        self, latent: int = 64, hidden: int = 256, shape: Sequence[int] = (1, 28, 28)
    ) -> None:
        super().__init__()
        check_counts("Generator", latent=latent, hidden=hidden)
        self.latent = latent
        self.shape: Shape = check_shape("Generator", shape)
        self.layers = nn.Sequential(
            nn.Linear(latent, hidden),  # (N, 64) -> (N, 256)
            nn.LeakyReLU(0.2),
            nn.Linear(hidden, hidden),  # (N, 256)
            nn.LeakyReLU(0.2),
            nn.Linear(hidden, cells(shape)),  # (N, 784)
            nn.Tanh(),
            nn.Unflatten(1, self.shape),  # (N, 1, 28, 28)
        )

    def forward(self, z: Tensor) -> Tensor:
        """Return the images of a batch of points, in [-1, 1]."""
        return self.layers(z)  # type: ignore[no-any-return]  # (N, 64) -> (N, 1, 28, 28)


class Discriminator(nn.Module):
    """D: the probability that an image is a real one.

    Takes images of shape (samples, 1, 28, 28) in [-1, 1], also as rows of 784, and returns
    (samples, 1).

    Args:
        hidden: units of both hidden layers.
        shape: channels, height and width of the images; any size.
    """

    def __init__(self, hidden: int = 256, shape: Sequence[int] = (1, 28, 28)) -> None:
        super().__init__()
        check_counts("Discriminator", hidden=hidden)
        self.shape: Shape = check_shape("Discriminator", shape)
        self.layers = nn.Sequential(
            nn.Flatten(),  # (N, 784)
            nn.Linear(cells(shape), hidden),  # (N, 256)
            nn.LeakyReLU(0.2),
            nn.Linear(hidden, hidden),  # (N, 256)
            nn.LeakyReLU(0.2),
            nn.Linear(hidden, 1),  # (N, 1)
        )

    def logits(self, x: Tensor) -> Tensor:
        """Return what the sigmoid is taken of, for a loss that must not overflow."""
        return self.layers(x)  # type: ignore[no-any-return]  # (N, 1, 28, 28) -> (N, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return the probability of each image to be real, D(x)."""
        return torch.sigmoid(self.logits(x))  # (N, 1)


class GAN(nn.Module):
    """A generator and a discriminator that learn from one another; ``GAN()(z)`` is ``G(z)``.

    Args:
        latent: numbers in a point; with a generator of your own, as many as that takes.
        hidden: units of the hidden layers of both nets.
        shape: channels, height and width of the images.
        generator: a net of your own: points (N, latent) to images.
        discriminator: a net of your own: images to probabilities (N, 1), so with a sigmoid at
            its end; or one that has a method ``logits`` besides.

    Raises:
        ValueError: for sizes that can't be.
    """

    classes: int | None = None
    """How many classes the nets are told of; None where they are told of none."""

    def __init__(
        self,
        latent: int = 64,
        hidden: int = 256,
        shape: Sequence[int] = (1, 28, 28),
        *,
        generator: nn.Module | None = None,
        discriminator: nn.Module | None = None,
    ) -> None:
        super().__init__()
        check_counts(type(self).__name__, latent=latent)
        self.latent = latent
        self.generator = Generator(latent, hidden, shape) if generator is None else generator
        self.discriminator = (
            Discriminator(hidden, shape) if discriminator is None else discriminator
        )

    def forward(self, z: Tensor) -> Tensor:
        """Return the images of a batch of points."""
        return self.generator(z)  # type: ignore[no-any-return]  # (N, 64) -> (N, 1, 28, 28)

    def logits(self, x: Tensor, *y: Tensor) -> Tensor:
        """Return the discriminator's logits for a batch of images (and their classes)."""
        return logits_of(self.discriminator, x, *y)  # (N, 1)

    def noise(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        """Return ``n`` random points of N(0, I), on the device of the nets."""
        device = next(self.parameters()).device
        source = device if generator is None else generator.device
        z = torch.randn(n, self.latent, generator=generator, device=source)  # (n, 64)
        return z.to(device)


def logits_of(discriminator: nn.Module, x: Tensor, *y: Tensor) -> Tensor:
    """Return what a discriminator says of images (and their classes) before the sigmoid, (N, 1).

    That is its method ``logits``; without one, the logits of its probabilities.
    """
    own = getattr(discriminator, "logits", None)
    if own is not None:
        return own(x, *y)  # type: ignore[no-any-return]  # (N, 1)
    # Of a probability that has been rounded to 0 or 1 the logit would be infinite.
    return torch.logit(discriminator(x, *y), eps=1e-6)  # (N, 1)
