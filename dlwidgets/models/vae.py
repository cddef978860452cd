"""The variational autoencoder: an autoencoder whose codes follow a normal distribution.

Book: section 8.1, figures 8-2 and 8-3. Paper: D. P. Kingma, M. Welling, "Auto-encoding
variational Bayes", ICLR 2014 (arXiv:1312.6114). The weight β of the second term: I. Higgins and
others, "beta-VAE", ICLR 2017.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn

from dlwidgets.language import say
from dlwidgets.models.autoencoder import reconstruction_loss
from dlwidgets.models.sizes import Shape, cells, check_counts, check_shape

if TYPE_CHECKING:
    from collections.abc import Sequence


class VAE(nn.Module):
    """Encodes a picture as a normal distribution over codes, and decodes a sample of it.

    Takes images of shape (samples, 1, 28, 28) with values in [0, 1], also as rows of 784, and
    returns reconstruction, ``mu`` and ``logvar``. In evaluation mode it samples all the same,
    since the loss is defined so; ``decode(encode(x)[0])`` is the reconstruction without noise.

    The book writes ``z = mu + exp(log_var) * ε`` (8.1). With ``log_var`` the logarithm of the
    variance, as its KL term takes it, the standard deviation is ``exp(log_var / 2)``; that is
    what `reparametrize` uses. The formula as printed would draw with the variance as deviation.

    Args:
        latent: numbers in a code.
        hidden: units of the layer between picture and code.
        beta: weight of the KL term in the loss; 1 is the paper's.
        convolutional: convolutions before the hidden layer and transposed ones after it.
        shape: channels, height and width of the images; with convolutions both sides must be
            multiples of 4 (28, 32, 64).

    Raises:
        ValueError: for sizes that can't be.
    """

    def __init__(
        self,
        latent: int = 20,
        hidden: int = 400,
        beta: float = 1.0,
        convolutional: bool = False,  # noqa: FBT001, FBT002 -- reads as a name: VAE(convolutional=True)
        shape: Sequence[int] = (1, 28, 28),
    ) -> None:
        super().__init__()
        check_counts("VAE", latent=latent, hidden=hidden)
        self.latent = latent
        self.beta = _checked_beta(beta)
        self.shape: Shape = check_shape("VAE", shape)
        nets = _convolutional if convolutional else _dense
        self.encoder, self.decoder = nets(latent, hidden, self.shape)
        self.to_mu = nn.Linear(hidden, latent)
        self.to_logvar = nn.Linear(hidden, latent)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and logarithm of the variance of the codes of a batch of images."""
        h = self.encoder(x)  # (N, 1, 28, 28) -> (N, 400)
        return self.to_mu(h), self.to_logvar(h)  # (N, 20), (N, 20)

    def reparametrize(
        self, mu: Tensor, logvar: Tensor, generator: torch.Generator | None = None
    ) -> Tensor:
        """Return a sample of N(mu, exp(logvar)) through which gradients reach both.

        Args:
            mu: means, (N, latent).
            logvar: logarithms of the variances, likewise.
            generator: where ε comes from; torch's own generator without one.
        """
        std = torch.exp(logvar / 2)  # (N, 20)
        source = mu.device if generator is None else generator.device
        eps = torch.randn(mu.shape, generator=generator, device=source, dtype=mu.dtype)  # (N, 20)
        return mu + std * eps.to(mu.device)  # (N, 20)

    def decode(self, z: Tensor) -> Tensor:
        """Return the images of a batch of codes, in [0, 1]."""
        return self.decoder(z)  # type: ignore[no-any-return]  # (N, 20) -> (N, 1, 28, 28)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the reconstructions of a batch of images, and ``mu`` and ``logvar``."""
        mu, logvar = self.encode(x)  # (N, 1, 28, 28) -> (N, 20), (N, 20)
        z = self.reparametrize(mu, logvar)  # (N, 20)
        return self.decode(z), mu, logvar  # (N, 1, 28, 28)


def _dense(latent: int, hidden: int, shape: Shape) -> tuple[nn.Sequential, nn.Sequential]:
    """Return encoder and decoder of fully connected layers: 784-400-20 and back (figure 8-3)."""
    encoder = nn.Sequential(
        nn.Flatten(),
        nn.Linear(cells(shape), hidden),
        nn.ReLU(),
    )
    decoder = nn.Sequential(
        nn.Linear(latent, hidden),
        nn.ReLU(),
        nn.Linear(hidden, cells(shape)),
        nn.Sigmoid(),
        nn.Unflatten(1, shape),
    )
    return encoder, decoder


def _convolutional(latent: int, hidden: int, shape: Shape) -> tuple[nn.Sequential, nn.Sequential]:
    """Return encoder and decoder with convolutions, each of which halves or doubles the sides."""
    channels, height, width = shape
    if height % 4 or width % 4:
        message = say(
            f"VAE: expected sides that are multiples of 4 with convolutional=True, got {shape}; "
            "pad the images, or leave convolutional out",
            f"VAE：convolutional=True 时图像边长应为 4 的倍数，得到 {shape}；"
            "请填充图像，或不使用 convolutional",
        )
        raise ValueError(message)
    maps = (64, height // 4, width // 4)
    # Kernels of 4 with stride 2: the stride divides the kernel, so there is no checkerboard.
    encoder = nn.Sequential(
        nn.Flatten(),  # rows of 784 do as well
        nn.Unflatten(1, shape),
        nn.Conv2d(channels, 32, 4, stride=2, padding=1),  # (N, 1, 28, 28) -> (N, 32, 14, 14)
        nn.ReLU(),
        nn.Conv2d(32, 64, 4, stride=2, padding=1),  # (N, 64, 7, 7)
        nn.ReLU(),
        nn.Flatten(),  # (N, 3136)
        nn.Linear(cells(maps), hidden),  # (N, 400)
        nn.ReLU(),
    )
    decoder = nn.Sequential(
        nn.Linear(latent, hidden),  # (N, 20) -> (N, 400)
        nn.ReLU(),
        nn.Linear(hidden, cells(maps)),  # (N, 3136)
        nn.ReLU(),
        nn.Unflatten(1, maps),  # (N, 64, 7, 7)
        nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1),  # (N, 32, 14, 14)
        nn.ReLU(),
        nn.ConvTranspose2d(32, channels, 4, stride=2, padding=1),  # (N, 1, 28, 28)
        nn.Sigmoid(),
    )
    return encoder, decoder


class VAELoss(NamedTuple):
    """The loss of a `VAE` and its two terms, each summed over the batch, in nats."""

    total: Tensor
    reconstruction: Tensor
    kl: Tensor


def vae_loss(
    reconstruction: Tensor, x: Tensor, mu: Tensor, logvar: Tensor, beta: float = 1.0
) -> VAELoss:
    """Return how unlike ``x`` its reconstruction is, plus how unlike N(0, I) the codes are.

    ``total = reconstruction + beta * kl``; with ``beta=1`` it is the negative evidence lower
    bound (ELBO). All three are summed over the batch, as in the book (section 8.1.2); divide by
    ``len(x)`` for the loss of an image.

    Args:
        reconstruction: what the decoder gave, (N, ...), in [0, 1].
        x: the images, of as many pixels, in [0, 1].
        mu: means of the codes, (N, latent).
        logvar: logarithms of their variances, likewise.
        beta: weight of the KL term.

    Raises:
        ValueError: for images that are not in [0, 1].
    """
    unlike = reconstruction_loss(reconstruction, x)
    kl = kl_divergence(mu, logvar).sum()
    return VAELoss(unlike + beta * kl, unlike, kl)


def kl_divergence(mu: Tensor, logvar: Tensor) -> Tensor:
    """Return the Kullback-Leibler divergence of N(mu, exp(logvar)) from N(0, 1), in nats.

    It is given for each number of each code, (N, latent), and never negative. Source: Kingma and
    Welling, appendix B.
    """
    return (mu.square() + logvar.exp() - 1 - logvar) / 2  # (N, 20)


def _checked_beta(beta: float) -> float:
    number = isinstance(beta, int | float) and not isinstance(beta, bool)
    if not number or not math.isfinite(beta) or beta < 0:
        message = say(
            f"VAE: expected beta to be 0 or more, got {beta!r}",
            f"VAE：beta 应为大于或等于 0 的数，得到 {beta!r}",
        )
        raise ValueError(message)
    return float(beta)
