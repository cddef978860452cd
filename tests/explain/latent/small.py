"""Small models that encode and decode, for tests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

import dlwidgets

if TYPE_CHECKING:
    from dlwidgets.data import Dataset


class Small(nn.Module):
    """A dense VAE with everything in it that must be left as it was: batch norm and dropout."""

    def __init__(self, latent: int = 2, shape: tuple[int, ...] = (1, 28, 28)) -> None:
        super().__init__()
        self.shape = shape
        numbers = int(torch.tensor(shape).prod())
        self.hidden = nn.Sequential(
            nn.Linear(numbers, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.5)
        )
        self.mu, self.logvar = nn.Linear(16, latent), nn.Linear(16, latent)
        self.out = nn.Sequential(
            nn.Linear(latent, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, numbers)
        )

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        h = self.hidden(x.flatten(1))
        return self.mu(h), self.logvar(h)

    def decode(self, z: Tensor) -> Tensor:
        shown: Tensor = torch.sigmoid(self.out(z)).reshape(-1, *self.shape)
        return shown


class Plain(nn.Module):
    """An autoencoder of rows: its code is a point, its pictures are flat."""

    def __init__(self, latent: int = 3, numbers: int = 784) -> None:
        super().__init__()
        self.encoder, self.decoder = nn.Linear(numbers, latent), nn.Linear(latent, numbers)

    def encode(self, x: Tensor) -> Tensor:
        z: Tensor = self.encoder(x)
        return z

    def decode(self, z: Tensor) -> Tensor:
        return torch.sigmoid(self.decoder(z))


def small(latent: int = 2, shape: tuple[int, ...] = (1, 28, 28), seed: int = 0) -> Small:
    """Return a model whose weights are those of ``seed``."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return Small(latent, shape)


def plain(latent: int = 3, numbers: int = 784, seed: int = 0) -> Plain:
    """Return an autoencoder whose weights are those of ``seed``."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return Plain(latent, numbers)


def digits(count: int = 40) -> Dataset:
    """Return the digits with a small test part."""
    whole = dlwidgets.data.digits()
    x, y = whole.test
    return replace(whole, test=type(whole.test)(x[:count], y[:count]))
