"""The conditional GAN: both nets are told the class.

Paper: M. Mirza, S. Osindero, "Conditional generative adversarial nets", 2014 (arXiv:1411.1784).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from dlwidgets.models.gan import GAN
from dlwidgets.models.sizes import Shape, cells, check_counts, check_shape

if TYPE_CHECKING:
    from collections.abc import Sequence


class ConditionalGenerator(nn.Module):
    """G: draws an image of class ``y`` from a random point.

    Takes points of shape (samples, 64) and class indices (samples,), and returns images of shape
    (samples, 1, 28, 28) in [-1, 1]. The class joins the point as a one-hot vector.

    Args:
        latent: numbers in a point.
        classes: how many classes there are.
        hidden: units of both hidden layers.
        shape: channels, height and width of the images; any size.
    """

    def __init__(
        self,
        latent: int = 64,
        classes: int = 10,
        hidden: int = 256,
        shape: Sequence[int] = (1, 28, 28),
    ) -> None:
        super().__init__()
        check_counts("ConditionalGenerator", latent=latent, classes=classes, hidden=hidden)
        self.latent = latent
        self.classes = classes
        self.shape: Shape = check_shape("ConditionalGenerator", shape)
        self.layers = nn.Sequential(
            nn.Linear(latent + classes, hidden),  # (N, 74) -> (N, 256)
            nn.LeakyReLU(0.2),
            nn.Linear(hidden, hidden),  # (N, 256)
            nn.LeakyReLU(0.2),
            nn.Linear(hidden, cells(shape)),  # (N, 784)
            nn.Tanh(),
            nn.Unflatten(1, self.shape),  # (N, 1, 28, 28)
        )

    def forward(self, z: Tensor, y: Tensor) -> Tensor:
        """Return an image of each class in ``y``, in [-1, 1]."""
        asked = nn.functional.one_hot(y.long(), self.classes).to(z.dtype)  # (N,) -> (N, 10)
        return self.layers(torch.cat([z, asked], 1))  # type: ignore[no-any-return]  # (N, 1, 28, 28)


class ConditionalDiscriminator(nn.Module):
    """D: the probability that an image is a real one of class ``y``.

    Takes images of shape (samples, 1, 28, 28) in [-1, 1], also as rows of 784, and class indices
    (samples,), and returns (samples, 1).

    Args:
        classes: how many classes there are.
        hidden: units of both hidden layers.
        shape: channels, height and width of the images; any size.
    """

    def __init__(
        self, classes: int = 10, hidden: int = 256, shape: Sequence[int] = (1, 28, 28)
    ) -> None:
        super().__init__()
        check_counts("ConditionalDiscriminator", classes=classes, hidden=hidden)
        self.classes = classes
        self.shape: Shape = check_shape("ConditionalDiscriminator", shape)
        self.layers = nn.Sequential(
            nn.Linear(cells(shape) + classes, hidden),  # (N, 794) -> (N, 256)
            nn.LeakyReLU(0.2),
            nn.Linear(hidden, hidden),  # (N, 256)
            nn.LeakyReLU(0.2),
            nn.Linear(hidden, 1),  # (N, 1)
        )

    def logits(self, x: Tensor, y: Tensor) -> Tensor:
        """Return what the sigmoid is taken of, for a loss that must not overflow."""
        asked = nn.functional.one_hot(y.long(), self.classes).to(x.dtype)  # (N,) -> (N, 10)
        return self.layers(torch.cat([x.flatten(1), asked], 1))  # type: ignore[no-any-return]  # (N, 1)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the probability of each image to be a real one of its class."""
        return torch.sigmoid(self.logits(x, y))  # (N, 1)


class CGAN(GAN):
    """A GAN that draws the class it is asked for: ``CGAN()(z, y)`` is ``G(z, y)``.

    Args:
        latent: numbers in a point.
        classes: how many classes there are.
        hidden: units of the hidden layers of both nets.
        shape: channels, height and width of the images.
        generator: a net of your own: points (N, latent) and classes (N,) to images.
        discriminator: a net of your own: images and classes to probabilities (N, 1).

    Raises:
        ValueError: for sizes that can't be.
    """

    def __init__(
        self,
        latent: int = 64,
        classes: int = 10,
        hidden: int = 256,
        shape: Sequence[int] = (1, 28, 28),
        *,
        generator: nn.Module | None = None,
        discriminator: nn.Module | None = None,
    ) -> None:
        super().__init__(
            latent,
            generator=generator or ConditionalGenerator(latent, classes, hidden, shape),
            discriminator=discriminator or ConditionalDiscriminator(classes, hidden, shape),
        )
        self.classes = classes

    def forward(self, z: Tensor, y: Tensor) -> Tensor:  # type: ignore[override]  # asks for a class
        """Return an image of each class in ``y``."""
        return self.generator(z, y)  # type: ignore[no-any-return]  # (N, 64), (N,) -> (N, 1, 28, 28)
