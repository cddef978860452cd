"""From decoded numbers to pixels: pictures as they are, vectors as bars."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch
from torch import Tensor

from dlwidgets.language import say

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST = 256
"""Numbers of a vector that are drawn as bars."""

BAR = 48
"""Rows of pixels of such a drawing."""

SQUARE = 64
"""A row of so many numbers, or more, is taken as a picture if it makes a square."""

MARK = (214, 40, 40)
"""The colour of pixels that are NaN or infinite; greys are never red."""

CHANNELS = (1, 3)


@dataclass(frozen=True)
class Look:
    """What one sample looks like.

    Attributes:
        kind: a picture (channels, height, width), or a vector (numbers,).
        shape: of one sample, as drawn.
        square: whether a row of numbers was taken as a square picture.
    """

    kind: Literal["picture", "vector"]
    shape: tuple[int, ...]
    square: bool = False

    def shaped(self, values: Tensor) -> Tensor:
        """Return decoded values (samples, ...) with each sample in ``shape``."""
        return values.reshape(len(values), *self.shape)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of pixels."""
        return (BAR, self.shape[0]) if self.kind == "vector" else self.shape[1:]  # type: ignore[return-value]  # two numbers


def look(sample: tuple[int, ...], who: str = "decode") -> Look:
    """Return how samples of a shape, given by ``who``, are drawn.

    Raises:
        ValueError: for what is neither a picture of 1 or 3 channels nor a vector of at most 256.
    """
    if len(sample) == 2:  # noqa: PLR2004 -- height and width
        return Look("picture", (1, *sample))
    if len(sample) == 3 and sample[0] in CHANNELS:  # noqa: PLR2004 -- channels, height, width
        return Look("picture", sample)
    if len(sample) == 1:
        side = isqrt(sample[0])
        if sample[0] >= SQUARE and side * side == sample[0]:
            return Look("picture", (1, side, side), square=True)
        if sample[0] <= LONGEST:
            return Look("vector", sample)
    raise ValueError(
        say(
            f"LatentExplorer: {who} expected to give pictures of 1 or 3 channels, (channels, "
            f"height, width), or vectors of at most {LONGEST} numbers; got {sample} for each "
            "sample. Reshape what it gives, such as "
            "decode=lambda z: vae.decode(z).reshape(-1, 1, 28, 28)",
            f"LatentExplorer：{who} 应给出 1 或 3 通道的图像 (通道, 高, 宽)，"
            f"或至多 {LONGEST} 个数的向量；每个样本得到 {sample}。请改变其形状，例如 "
            "decode=lambda z: vae.decode(z).reshape(-1, 1, 28, 28)",
        )
    )


@dataclass(frozen=True)
class Range:
    """The values that are drawn black and white; what lies beyond is drawn as these are.

    Attributes:
        low: black.
        high: white.
        why: ``"unit"`` for [0, 1], ``"signed"`` for [−1, 1], ``"found"`` where neither holds, and
            ``"given"``.
    """

    low: float
    high: float
    why: Literal["unit", "signed", "found", "given"] = "unit"


def range_of(values: Tensor) -> Range:
    """Return the range in which values are drawn: a usual one, else from least to greatest."""
    known = values[values.isfinite()]
    low, high = (float(known.min()), float(known.max())) if known.numel() else (0.0, 1.0)
    # Rounding of floats may pass the ends by a little.
    slack = 1e-3
    if low >= -slack and high <= 1 + slack:
        return Range(0.0, 1.0)
    if low >= -1 - slack and high <= 1 + slack:
        return Range(-1.0, 1.0, "signed")
    return Range(low, high if high > low else low + 1, "found")


def given_range(given: object) -> Range:
    """Return the range that a user asks for.

    Raises:
        ValueError: for anything but two finite numbers in ascending order.
    """
    try:
        low, high = (float(one) for one in given)  # type: ignore[attr-defined]  # checked right here
    except (TypeError, ValueError):
        low, high = 0.0, 0.0
    if np.isfinite([low, high]).all() and low < high:
        return Range(low, high, "given")
    raise ValueError(
        say(
            "LatentExplorer: value_range expected (black, white), two numbers in ascending order, "
            f"got {given!r}",
            f"LatentExplorer：value_range 应为 (黑, 白) 两个递增的数，得到 {given!r}",
        )
    )


def pixels(values: Tensor, how: Look, reach: Range) -> NDArray[np.uint8]:
    """Return samples (samples, ...) as pixels, (samples, rows, columns, 1 or 3).

    Each value is rounded to one of 256 levels. Where any is NaN or infinite there are three
    channels, and such pixels have the colour `MARK`.
    """
    values = how.shaped(values.double())
    share = ((values - reach.low) / (reach.high - reach.low)).clamp(0, 1)
    broken = ~values.isfinite()
    if how.kind == "vector":
        share, broken = _bars(share, reach), broken[:, None, :].expand(-1, BAR, -1)
        levels, wrong = share[..., None], broken
    else:
        levels, wrong = share.movedim(1, -1), broken.any(1)
    found = torch.where(levels.isnan(), 0.0, 255 * levels).round().to(torch.uint8)
    if bool(wrong.any()):
        found = found.expand(*found.shape[:-1], 3).clone()
        found[wrong] = torch.tensor(MARK, dtype=torch.uint8)
    return np.ascontiguousarray(found.numpy())


def _bars(share: Tensor, reach: Range) -> Tensor:
    """Return bars from zero, or from the end that is nearest to it, white on black."""
    zero = min(max((0 - reach.low) / (reach.high - reach.low), 0.0), 1.0)
    # The middle of each row of pixels, the top one first.
    at = 1 - (torch.arange(BAR, dtype=torch.float64) + 0.5) / BAR
    low, high = share.clamp(max=zero)[:, None, :], share.clamp(min=zero)[:, None, :]
    level = at[:, None]
    return ((level >= low) & (level <= high)).double()
