"""The deep convolutional GAN.

Paper: A. Radford, L. Metz, S. Chintala, "Unsupervised representation learning with deep
convolutional generative adversarial networks", ICLR 2016 (arXiv:1511.06434), figure 1.

As in the paper: no pooling and no hidden fully connected layers, strided convolutions in D and
transposed ones in G, batch norm everywhere but at the output of G and the input of D, ReLU and
tanh in G, LeakyReLU of slope 0.2 in D, and weights from N(0, 0.02). Its rates: Adam, 2e-4, with
β1 = 0.5. Different: fewer maps, as digits need no 1024 of them.

===========  ====================================================  ===========================
images       sides of the maps from G's first layer to its image   maps (``channels=32``)
===========  ====================================================  ===========================
28×28        7 → 14 → 28                                           64 → 32 → image
32×32        4 → 8 → 16 → 32                                       128 → 64 → 32 → image
64×64        4 → 8 → 16 → 32 → 64, the paper's                     256 → 128 → 64 → 32 → image
===========  ====================================================  ===========================

D goes the same way back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from dlwidgets.language import say
from dlwidgets.models.gan import GAN
from dlwidgets.models.sizes import Shape, check_counts, check_shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LARGEST_START = 7
"""G begins with maps of 4 to 7 cells a side, which are doubled until they have the image's."""


class ConvGenerator(nn.Module):
    """G: draws an image from a random point, by transposed convolutions.

    Takes points of shape (samples, 64) and returns images of shape (samples, 1, 28, 28) in
    [-1, 1]. The sizes of its maps stand at the top of this module.

    Args:
        latent: numbers in a point.
        channels: maps before the image; each layer further from it has twice as many.
        shape: channels, height and width of the images: squares such as 28, 32 or 64.
    """

    def __init__(
        self, latent: int = 64, channels: int = 32, shape: Sequence[int] = (1, 28, 28)
    ) -> None:
        super().__init__()
        check_counts("ConvGenerator", latent=latent, channels=channels)
        self.latent = latent
        self.shape: Shape = check_shape("ConvGenerator", shape)
        start, doublings = _sides("ConvGenerator", self.shape)
        maps = channels * 2 ** (doublings - 1)
        layers: list[nn.Module] = [
            nn.Unflatten(1, (latent, 1, 1)),  # (N, 64) -> (N, 64, 1, 1)
            nn.ConvTranspose2d(latent, maps, start, bias=False),  # (N, 64, 7, 7)
            nn.BatchNorm2d(maps),
            nn.ReLU(),
        ]
        for _ in range(doublings - 1):
            layers += [
                nn.ConvTranspose2d(maps, maps // 2, 4, 2, 1, bias=False),  # (N, 32, 14, 14)
                nn.BatchNorm2d(maps // 2),
                nn.ReLU(),
            ]
            maps //= 2
        layers += [
            nn.ConvTranspose2d(maps, self.shape[0], 4, 2, 1),  # (N, 1, 28, 28)
            nn.Tanh(),
        ]
        self.layers = nn.Sequential(*layers)
        initialize(self)

    def forward(self, z: Tensor) -> Tensor:
        """Return the images of a batch of points, in [-1, 1]."""
        return self.layers(z)  # type: ignore[no-any-return]  # (N, 64) -> (N, 1, 28, 28)


class ConvDiscriminator(nn.Module):
    """D: the probability that an image is a real one, by strided convolutions.

    Takes images of shape (samples, 1, 28, 28) in [-1, 1] and returns (samples, 1).

    Args:
        channels: maps of the first layer; each layer has twice as many as the one before it.
        shape: channels, height and width of the images: squares such as 28, 32 or 64.
    """

    def __init__(self, channels: int = 32, shape: Sequence[int] = (1, 28, 28)) -> None:
        super().__init__()
        check_counts("ConvDiscriminator", channels=channels)
        self.shape: Shape = check_shape("ConvDiscriminator", shape)
        start, halvings = _sides("ConvDiscriminator", self.shape)
        layers: list[nn.Module] = [
            nn.Conv2d(self.shape[0], channels, 4, 2, 1),  # (N, 1, 28, 28) -> (N, 32, 14, 14)
            nn.LeakyReLU(0.2),
        ]
        maps = channels
        for _ in range(halvings - 1):
            layers += [
                nn.Conv2d(maps, 2 * maps, 4, 2, 1, bias=False),  # (N, 64, 7, 7)
                nn.BatchNorm2d(2 * maps),
                nn.LeakyReLU(0.2),
            ]
            maps *= 2
        layers += [
            nn.Conv2d(maps, 1, start),  # (N, 1, 1, 1)
            nn.Flatten(),  # (N, 1)
        ]
        self.layers = nn.Sequential(*layers)
        initialize(self)

    def logits(self, x: Tensor) -> Tensor:
        """Return what the sigmoid is taken of, for a loss that must not overflow."""
        return self.layers(x)  # type: ignore[no-any-return]  # (N, 1, 28, 28) -> (N, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return the probability of each image to be real, D(x)."""
        return torch.sigmoid(self.logits(x))  # (N, 1)


class DCGAN(GAN):
    """A GAN of convolutions; ``DCGAN()(z)`` is ``G(z)``.

    Args:
        latent: numbers in a point.
        channels: maps next to the image in both nets.
        shape: channels, height and width of the images: squares such as 28, 32 or 64.

    Raises:
        ValueError: for sizes that can't be.
    """

    def __init__(
        self, latent: int = 64, channels: int = 32, shape: Sequence[int] = (1, 28, 28)
    ) -> None:
        super().__init__(
            latent,
            generator=ConvGenerator(latent, channels, shape),
            discriminator=ConvDiscriminator(channels, shape),
        )


def initialize(net: nn.Module) -> None:
    """Draw the weights of ``net`` as the paper does: N(0, 0.02), those of batch norm N(1, 0.02).

    The paper names the first; the second is what its authors' code does. Biases become 0.
    """
    for layer in _layers(net):
        middle = 1.0 if isinstance(layer, nn.BatchNorm2d) else 0.0
        nn.init.normal_(layer.weight, middle, 0.02)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


def _layers(net: nn.Module) -> Iterator[nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm2d]:
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm2d):
            yield layer


def _sides(model: str, shape: Shape) -> tuple[int, int]:
    """Return the side of the smallest maps, and how often it is doubled to that of the image.

    Raises:
        ValueError: for images that are not square, or of a side that can't be reached.
    """
    _, height, side = shape
    start, doublings = side, 0
    while start > LARGEST_START and start % 2 == 0:
        start, doublings = start // 2, doublings + 1
    if height != side or start > LARGEST_START or not doublings:
        message = say(
            f"{model}: expected square images whose side is 4, 5, 6 or 7 doubled at least once, "
            f"such as 28, 32 or 64, got shape {shape}; pad or resize them",
            f"{model}：图像应为正方形，边长为 4、5、6、7 乘以 2 的幂（如 28、32、64），"
            f"得到 shape {shape}；请填充或缩放图像",
        )
        raise ValueError(message)
    return start, doublings
