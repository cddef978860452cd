"""What the sizes of a generative model may be, and what is said where one can't be."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dlwidgets.language import say

Shape = tuple[int, int, int]
"""Channels, height and width of an image."""


def check_counts(model: str, **counts: object) -> None:
    """Raise ValueError unless each of ``counts`` is a whole number from 1."""
    for name, count in counts.items():
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            message = say(
                f"{model}: expected {name} to be a whole number from 1, got {count!r}",
                f"{model}：{name} 应为正整数，得到 {count!r}",
            )
            raise ValueError(message)


def check_shape(model: str, shape: Sequence[int]) -> Shape:
    """Return ``shape`` as (channels, height, width).

    Raises:
        ValueError: for anything else.
    """
    sizes = tuple(shape) if isinstance(shape, Sequence) else ()
    right = [isinstance(size, int) and size > 0 for size in sizes]
    if right != [True, True, True]:
        message = say(
            f"{model}: expected shape as (channels, height, width), such as (1, 28, 28), "
            f"got {shape!r}",
            f"{model}：shape 应为（通道，高，宽），例如 (1, 28, 28)，得到 {shape!r}",
        )
        raise ValueError(message)
    channels, height, width = sizes
    return channels, height, width


def cells(shape: Sequence[int]) -> int:
    """Return how many numbers a picture or a stack of maps of this shape holds."""
    return math.prod(shape)
