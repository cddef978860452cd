"""Small inputs made in code: patterns that show what a filter answers to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from dlwidgets.explain.convolution.setting import pair
from dlwidgets.language import say, suggest

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from dlwidgets.explain.convolution.setting import Pair


def _random(height: int, width: int, seed: int) -> Tensor:
    # Whole numbers: the products stay readable.
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 10, (height, width), generator=generator).float()


def _vertical(height: int, width: int, _seed: int) -> Tensor:
    return (torch.arange(width) < (width + 1) // 2).float().expand(height, width).clone()


def _horizontal(height: int, width: int, _seed: int) -> Tensor:
    return _vertical(width, height, 0).T.clone()


def _ring(height: int, width: int, _seed: int) -> Tensor:
    # The distance to the middle, 1 at the nearest border; thin pictures keep a dot.
    rows = (torch.arange(height) - (height - 1) / 2).abs().view(-1, 1) / max(1, height / 2)
    columns = (torch.arange(width) - (width - 1) / 2).abs() / max(1, width / 2)
    away = (rows.square() + columns.square()).sqrt()
    return ((away > 0.45) & (away < 0.9)).float()  # noqa: PLR2004 -- the ring's two radii


def _ramp(height: int, width: int, _seed: int) -> Tensor:
    return torch.arange(float(height * width)).view(height, width)


_MAKERS: dict[str, tuple[str, str, Callable[[int, int, int], Tensor]]] = {
    "random": ("random digits", "随机数字", _random),
    "vertical": ("vertical edge", "垂直边缘", _vertical),
    "horizontal": ("horizontal edge", "水平边缘", _horizontal),
    "ring": ("ring", "圆环", _ring),
    "ramp": ("counting up", "递增", _ramp),
}

NAMES = tuple(_MAKERS)
"""What `picture` knows, in the order of a menu."""


def picture(name: str, size: Pair | int = 5, *, channels: int = 1, seed: int = 0) -> Tensor:
    """Return a small picture by its name, shape (channels, height, width), float32.

    Args:
        name: ``"random"`` (whole numbers from 0 to 9), ``"vertical"`` and ``"horizontal"`` (an
            edge from 1 to 0), ``"ring"``, or ``"ramp"`` (0, 1, 2, … in reading order).
        size: height and width, or one number for both.
        channels: how many; each of a random picture is drawn anew, the others are copies.
        seed: of the random picture; torch's global generator stays as it is.

    Raises:
        ValueError: for an unknown name, or numbers below 1.
    """
    if name not in _MAKERS:
        message = say(
            f"picture: expected one of {', '.join(NAMES)}; got {name!r}.",
            f"图像应为 {'、'.join(NAMES)}；得到 {name!r}。",
        )
        raise ValueError(message + suggest(str(name), NAMES))
    height, width = pair("size", size)
    if min(height, width, channels) < 1:
        raise ValueError(
            say(
                f"picture: size and channels must be at least 1, got {(height, width)}, {channels}",
                f"图像的尺寸与通道数至少为 1，得到 {(height, width)}、{channels}",
            )
        )
    make = _MAKERS[name][2]
    return torch.stack([make(height, width, seed * channels + c) for c in range(channels)])


def label(name: str) -> str:
    """Return the name of a picture in the chosen language."""
    en, zh, _ = _MAKERS[name]
    return say(en, zh)
