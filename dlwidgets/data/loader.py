"""Batches of tensors that already lie in memory."""

from __future__ import annotations

import math
import operator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, SupportsIndex

import torch

from dlwidgets.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator


class Split(NamedTuple):
    """Samples ``x`` and their targets ``y``, row for row."""

    x: torch.Tensor
    y: torch.Tensor


class Loader:
    """Batches ``(x, y)`` of samples and targets; iterate again for the next epoch.

    Every `iter` begins an epoch. With ``shuffle``, its order comes from the loader's own
    generator, so torch's global one is neither read nor moved, and two loaders of one seed yield
    the same batches bit for bit on every device. A loader made anew starts again with the first
    order: make it once, before the epochs, to see a new order in each.

    Batches are copies, so changing one in place leaves the data as they are.

    Args:
        x: the samples, on the device on which the batches will be.
        y: their targets, row for row.
        batch_size: samples a batch; the last batch holds what is left over.
        shuffle: a new order each epoch, or the order of the data.
        seed: where the orders start.
        drop_last: leave out a last batch that is not full.

    Raises:
        TypeError: when ``batch_size`` is not an integer.
        ValueError: when ``batch_size`` is below 1, or ``x`` and ``y`` differ in length.
    """

    def __init__(
        self,
        x: torch.Tensor,
        y: torch.Tensor,
        batch_size: int = 64,
        *,
        shuffle: bool = True,
        seed: int = 0,
        drop_last: bool = False,
    ) -> None:
        if len(x) != len(y):
            message = say(
                f"Loader: expected as many targets as samples, got {len(y):,} for {len(x):,}",
                f"Loader：目标与样本的数量应相同，得到 {len(y):,} 与 {len(x):,}",
            )
            raise ValueError(message)
        self.split = Split(x, y)
        self.batch_size = whole("batch_size", batch_size)
        self.shuffle = shuffle
        self.seed = seed
        self.drop_last = drop_last
        # On the CPU whatever the device, so that the order does not depend on it.
        self._generator = torch.Generator().manual_seed(seed)

    @property
    def samples(self) -> int:
        """How many samples one epoch yields."""
        total = len(self.split.x)
        return total - total % self.batch_size if self.drop_last else total

    def __len__(self) -> int:
        """Return the number of batches in one epoch."""
        return math.ceil(self.samples / self.batch_size)

    def __iter__(self) -> Iterator[Split]:
        # The order is drawn here, not at the first batch: epochs that overlap stay as seeded.
        order = None
        if self.shuffle:
            order = torch.randperm(len(self.split.x), generator=self._generator)
            order = order.to(self.split.x.device)
        return self._batches(order)

    def _batches(self, order: torch.Tensor | None) -> Iterator[Split]:
        x, y = self.split
        for start in range(0, self.samples, self.batch_size):
            stop = min(start + self.batch_size, self.samples)
            if order is None:
                yield Split(x[start:stop].clone(), y[start:stop].clone())
            else:
                rows = order[start:stop]
                yield Split(x.index_select(0, rows), y.index_select(0, rows))

    def to(self, device: torch.device | str) -> Loader:
        """Return a fresh loader over the same samples on ``device``."""
        x, y = self.split
        return Loader(
            x.to(device),
            y.to(device),
            self.batch_size,
            shuffle=self.shuffle,
            seed=self.seed,
            drop_last=self.drop_last,
        )

    def __repr__(self) -> str:
        order = f"shuffled from seed {self.seed}" if self.shuffle else "in order"
        return (
            f"Loader: {len(self):,} batches of {self.batch_size}, {self.samples:,} samples {order}"
        )


def whole(name: str, value: object, most: int | None = None) -> int:
    """Return ``value`` as an int of at least 1 (and at most ``most``), or say what is wrong.

    Raises:
        TypeError: when it is not an integer.
        ValueError: when it is out of range.
    """
    # True is 1 to Python, but nobody means it as a count.
    number = None
    if isinstance(value, SupportsIndex) and not isinstance(value, bool):
        with suppress(TypeError):  # a tensor only finds out by trying
            number = operator.index(value)
    if number is None:
        message = say(
            f"{name}: expected a whole number such as 64, got {value!r}",
            f"{name}：应为整数（例如 64），得到 {value!r}",
        )
        raise TypeError(message)
    if number < 1 or (most is not None and number > most):
        top_en, top_zh = (
            ("", "") if most is None else (f" and at most {most:,}", f"且不超过 {most:,}")
        )
        message = say(
            f"{name}: expected at least 1{top_en}, got {number:,}",
            f"{name}：应不小于 1{top_zh}，得到 {number:,}",
        )
        raise ValueError(message)
    return number
