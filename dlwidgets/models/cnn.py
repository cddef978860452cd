"""Two convolutional nets for 1×28×28 digits: the book's small one, and LeNet-5.

Book: chapter 6, figure 6-1. Paper: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based
learning applied to document recognition", Proceedings of the IEEE 86(11), 1998.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dlwidgets.language import say


@dataclass(frozen=True)
class CNNConfig:
    """The sizes of a `CNN`; every field may be chosen freely, and the rest follows.

    Attributes:
        in_channels: channels of the images: 1 for grey, 3 for colour.
        image_size: height and width of the images.
        channels: feature maps after the first and after the second convolution.
        kernel_size: height and width of both kernels.
        hidden: units of the first fully connected layer.
        num_classes: units of the last one.
    """

    in_channels: int = 1
    image_size: int = 28
    channels: tuple[int, int] = (8, 16)
    kernel_size: int = 5
    hidden: int = 64
    num_classes: int = 10

    @property
    def map_size(self) -> int:
        """Height and width of the maps that reach the fully connected layers."""
        once = (self.image_size - self.kernel_size + 1) // 2
        return (once - self.kernel_size + 1) // 2


class CNN(nn.Module):
    """The small convolutional net of figure 6-1: conv, pool, conv, pool, fully connected.

    Takes images of shape (samples, 1, 28, 28) and returns logits of shape (samples, 10); another
    `CNNConfig` takes other images. ReLU is a layer of its own, so that `explore` shows what it
    does. As the figure gives no numbers for its channels and units,
    those of `CNNConfig` are ours, kept small: 20,522 parameters.

    Raises:
        ValueError: when the images are too small for two convolutions.
    """

    def __init__(self, config: CNNConfig | None = None) -> None:
        super().__init__()
        self.config = c = config or CNNConfig()
        if c.map_size < 1:
            least, kernel = 3 * c.kernel_size + 1, f"{c.kernel_size}×{c.kernel_size}"
            message = say(
                f"CNN: expected images of at least {least} pixels for two {kernel} kernels, "
                f"got image_size={c.image_size}; lower kernel_size",
                f"CNN：两个 {kernel} 卷积核要求图像至少 {least} 像素，"
                f"得到 image_size={c.image_size}；请减小 kernel_size",
            )
            raise ValueError(message)
        first, second = c.channels
        self.conv1 = nn.Conv2d(c.in_channels, first, c.kernel_size)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(first, second, c.kernel_size)
        self.relu2 = nn.ReLU()
        self.pool2 = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(second * c.map_size**2, c.hidden)
        self.relu3 = nn.ReLU()
        self.fc2 = nn.Linear(c.hidden, c.num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits of a batch of images."""
        x = self.relu1(self.conv1(x))  # (N, 1, 28, 28) -> (N, 8, 24, 24)
        x = self.pool1(x)  # (N, 8, 12, 12)
        x = self.relu2(self.conv2(x))  # (N, 16, 8, 8)
        x = self.pool2(x)  # (N, 16, 4, 4)
        x = x.flatten(1)  # (N, 256)
        x = self.relu3(self.fc1(x))  # (N, 64)
        return self.fc2(x)  # type: ignore[no-any-return]  # (N, 10)


class Subsampling(nn.Module):
    """LeNet's pooling: the mean of 2×2 cells times a weight, plus a bias, one of each a map."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.pool = nn.AvgPool2d(2)
        self.weight = nn.Parameter(torch.ones(channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Return maps of half the height and width."""
        return self.pool(x) * self.weight + self.bias  # type: ignore[no-any-return]  # (N, C, H/2, W/2)


class LeNet5(nn.Module):
    """LeNet-5 (LeCun and others, 1998), for digits of 28×28 pixels.

    Takes images of shape (samples, 1, 28, 28) and returns logits of shape (samples, 10).

    As in the paper: the sizes of all layers (C1, S2, C3, S4, C5, F6), subsampling with a trainable
    weight and bias for each map, and tanh of the paper's scale, 1.7159 tanh(2x/3).

    Different from the paper: the first convolution pads 28×28 images by 2, where the paper's
    images came in a frame of 32×32; C3 reads all six maps, where the paper's table I leaves some
    out to save time (so it has 2,416 parameters instead of 1,516); S2 and S4 take the mean of four
    cells, not their sum, and apply tanh where the paper has a sigmoid; and the last layer gives
    logits for cross entropy, where the paper measures distances to drawn digits (RBF units).
    """

    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.s2 = Subsampling(6)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.s4 = Subsampling(16)
        self.c5 = nn.Conv2d(16, 120, 5)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits of a batch of images."""
        x = squash(self.c1(x))  # (N, 1, 28, 28) -> (N, 6, 28, 28)
        x = squash(self.s2(x))  # (N, 6, 14, 14)
        x = squash(self.c3(x))  # (N, 16, 10, 10)
        x = squash(self.s4(x))  # (N, 16, 5, 5)
        x = squash(self.c5(x))  # (N, 120, 1, 1)
        x = squash(self.f6(x.flatten(1)))  # (N, 84)
        return self.output(x)  # type: ignore[no-any-return]  # (N, 10)


def squash(x: Tensor) -> Tensor:
    """Return 1.7159 tanh(2x/3): the paper's activation, which is near 1 at 1 and -1 at -1."""
    return 1.7159 * torch.tanh(2 / 3 * x)
