"""A latent space as its encoder fills it: what each dimension carries, and which are dead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from dlwidgets.language import say

if TYPE_CHECKING:
    from dlwidgets.explain.latent.pair import Code

DEAD = 0.01
"""A dimension is dead below this many nats of KL; of an autoencoder, below this variance."""

USUAL = 3.0
"""A standard normal is seldom farther from zero."""


@dataclass(frozen=True, eq=False)
class Space:
    """What the codes of some samples say about a latent space.

    Attributes:
        code: of each sample.
        finite: (samples,), whether all numbers of its code are finite.
        worth: (dimensions,), KL in nats, averaged over the samples; of an autoencoder, which has
            none, the variance of the codes.
        order: the dimensions, the most worth first.
        dead: (dimensions,), whether ``worth`` is below `DEAD`.
        home: where each dimension begins: 0; of an autoencoder the mean.
        reach: (dimensions, 2), between which it is worth looking.
    """

    code: Code
    finite: Tensor
    worth: Tensor
    order: Tensor
    dead: Tensor
    home: Tensor
    reach: Tensor

    @property
    def dimensions(self) -> int:
        """How many dimensions there are."""
        return self.code.mu.shape[1]

    @property
    def variational(self) -> bool:
        """Whether the encoder gives distributions."""
        return self.code.logvar is not None

    @property
    def known(self) -> Tensor:
        """The finite ones among the means, (samples, dimensions)."""
        return self.code.mu[self.finite]

    def drawn(self, count: int, seed: int) -> Tensor:
        """Return ``count`` random codes: of the prior, or of a normal fitted to an autoencoder's.

        The same seed and count give the same codes.
        """
        source = torch.Generator().manual_seed(seed)
        noise = torch.randn(count, self.dimensions, generator=source, dtype=torch.float64)
        if self.variational:
            return noise
        return self.home + self.known.std(0, correction=0) * noise


def space(code: Code) -> Space:
    """Return what codes say.

    Raises:
        ValueError: where no sample has a finite code.
    """
    mu, logvar = code.mu, code.logvar
    finite = mu.isfinite().all(1)
    if logvar is not None:
        finite &= logvar.isfinite().all(1)
    if not bool(finite.any()):
        raise ValueError(
            say(
                "LatentExplorer: encode expected to give finite codes, got NaN or infinity for "
                "every sample; the model has diverged, or the data is not what it was trained on",
                "LatentExplorer：encode 应给出有限的编码，但所有样本都得到 NaN 或无穷大；"
                "模型已发散，或数据与训练时不同",
            )
        )
    known = mu[finite]
    worth = known.var(0, correction=0) if logvar is None else kl(known, logvar[finite]).mean(0)
    low, high = known.amin(0), known.amax(0)
    if logvar is None:
        home = known.mean(0)
        more = torch.where(high > low, 0.1 * (high - low), 1.0)
        reach = torch.stack([low - more, high + more], 1)
    else:
        home = torch.zeros_like(worth)
        most = torch.maximum(low.abs(), high.abs()).ceil().clamp(min=USUAL)
        reach = torch.stack([-most, most], 1)
    order = torch.argsort(worth, descending=True, stable=True)
    return Space(code, finite, worth, order, worth < DEAD, home, reach)


def kl(mu: Tensor, logvar: Tensor) -> Tensor:
    """Return KL(N(μ, σ²) ‖ N(0, 1)) of each number, in nats: −½ (1 + log σ² − μ² − σ²).

    Source: D. Kingma and M. Welling, Auto-encoding variational Bayes, 2014, appendix B.
    """
    return -0.5 * (1 + logvar - mu.square() - logvar.exp())


def noisy(mu: Tensor, logvar: Tensor, count: int, seed: int) -> Tensor:
    """Return ``count`` draws z = μ + σ ε of one code, (count, dimensions), σ = exp(½ log σ²)."""
    source = torch.Generator().manual_seed(seed)
    noise = torch.randn(count, len(mu), generator=source, dtype=mu.dtype)
    return mu + (0.5 * logvar).exp() * noise


@dataclass(frozen=True, eq=False)
class Errors:
    """How far reconstructions are from their originals, each one a sample.

    Attributes:
        squared: the mean of the squared differences.
        entropy: binary cross entropy summed over the numbers, as in the loss of a VAE; None where
            originals or reconstructions leave [0, 1].
    """

    squared: Tensor
    entropy: Tensor | None


def errors(x: Tensor, again: Tensor) -> Errors:
    """Return the errors of reconstructions ``again`` of ``x``, of equal shapes."""
    one, other = x.flatten(1), again.flatten(1)
    squared = (one - other).square().mean(1)
    fits = all(bool(((part >= 0) & (part <= 1)).all()) for part in (one, other))
    entropy = functional.binary_cross_entropy(other, one, reduction="none").sum(1) if fits else None
    return Errors(squared, entropy)
