"""The autoencoder: a picture through a bottleneck and back.

Book: section 8.1.1, figure 8-1. Paper: G. E. Hinton, R. R. Salakhutdinov, "Reducing the
dimensionality of data with neural networks", Science 313, 2006.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

from dlwidgets.language import say
from dlwidgets.models.sizes import Shape, cells, check_counts, check_shape

if TYPE_CHECKING:
    from collections.abc import Sequence


class Autoencoder(nn.Module):
    """Squeezes a picture into ``latent`` numbers and draws it again from them.

    Takes images of shape (samples, 1, 28, 28) with values in [0, 1], also as rows of 784, and
    returns images of the shape and range. Nothing tells the codes where to lie, so a point chosen
    freely mostly decodes to no digit: that is what the `VAE` adds.

    Args:
        latent: numbers in a code.
        hidden: units of the layer between picture and code.
        shape: channels, height and width of the images; any size.

    Raises:
        ValueError: for sizes that can't be.
    """

    def __init__(
        self, latent: int = 20, hidden: int = 400, shape: Sequence[int] = (1, 28, 28)
    ) -> None:
        super().__init__()
        check_counts("Autoencoder", latent=latent, hidden=hidden)
        self.latent = latent
        self.shape: Shape = check_shape("Autoencoder", shape)
        self.encoder = nn.Sequential(
            nn.Flatten(),
            nn.Linear(cells(shape), hidden),
            nn.ReLU(),
            nn.Linear(hidden, latent),
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden),
            nn.ReLU(),
            nn.Linear(hidden, cells(shape)),
            nn.Sigmoid(),
            nn.Unflatten(1, self.shape),
        )

    def encode(self, x: Tensor) -> Tensor:
        """Return the codes of a batch of images."""
        return self.encoder(x)  # type: ignore[no-any-return]  # (N, 1, 28, 28) -> (N, 20)

    def decode(self, z: Tensor) -> Tensor:
        """Return the images of a batch of codes, in [0, 1]."""
        return self.decoder(z)  # type: ignore[no-any-return]  # (N, 20) -> (N, 1, 28, 28)

    def forward(self, x: Tensor) -> Tensor:
        """Return the reconstructions of a batch of images."""
        return self.decode(self.encode(x))  # (N, 1, 28, 28) -> (N, 20) -> (N, 1, 28, 28)


def reconstruction_loss(reconstruction: Tensor, x: Tensor) -> Tensor:
    """Return the binary cross entropy between ``x`` and its reconstruction, a scalar.

    It is summed over all pixels of all images, in nats; divide by ``len(x)`` for the loss of an
    image. Source: book, section 8.1.2 (``nn.BCELoss``, summed).

    Args:
        reconstruction: what the decoder gave, (N, ...), in [0, 1].
        x: the images, of as many pixels, in [0, 1].

    Raises:
        ValueError: for images that are not in [0, 1]. Only looked for on the CPU, as an
            accelerator would have to wait.
    """
    guess, truth = reconstruction.flatten(1), x.flatten(1)  # (N, 784)
    if x.is_cpu:
        check_unit_range(x)
        if guess.isnan().any():
            return guess.sum()  # The loss is no number either; torch would raise here.
    return nn.functional.binary_cross_entropy(guess, truth, reduction="sum")


def check_unit_range(x: Tensor) -> None:
    """Raise ValueError unless all of ``x`` is in [0, 1], saying what to do."""
    low, high = (bound.item() for bound in x.aminmax())
    if low >= 0 and high <= 1:
        return
    found = f"[{low:.4g}, {high:.4g}]"
    remedy = "x / 255" if high > 1 and low >= 0 else "(x + 1) / 2"
    if low < -1 or (high > 1 and low < 0):
        remedy = "(x - x.min()) / (x.max() - x.min())"
    message = say(
        f"binary cross entropy compares probabilities: expected images in [0, 1], got {found}, "
        f"for which it has no meaning and may fall below zero; give {remedy}",
        f"二元交叉熵比较的是概率：图像应在 [0, 1] 内，得到 {found}，"
        f"此时损失没有意义，还可能为负；请改用 {remedy}",
    )
    raise ValueError(message)
