"""Pictures of a run: tensors and arrays as grids of images or as curves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch

from dlwidgets.language import say

if TYPE_CHECKING:
    from numpy.typing import NDArray

KEPT = 64
"""Frames kept for each expression."""
_TILES = 64
_LARGEST = 800
"""Pixels on the longer side of a whole sheet, so that 64 frames stay small."""
_CURVES = 8
_SMALLEST = 64
"""Numbers in the smallest row that is taken for a square image: 8 x 8, the digits."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture: ``image`` is uint8 (H, W) or (H, W, 3); ``curve`` float32 (curves, points)."""

    name: str
    step: int
    kind: Literal["image", "curve"]
    data: NDArray[np.generic]


def as_frame(name: str, step: int, value: object) -> Frame:
    """Turn what an expression gave into a frame.

    ============================  ==========================================================
    shape                         shown as
    ============================  ==========================================================
    (n,)                          one curve
    (k, n), k <= 8                k curves; where n is a square from 64 on: k square images
    (h, w)                        a grey image
    (3, h, w), (h, w, 3)          a colour image
    (n, h, w), (n, 3, h, w)       a grid of the first 64 images
    (n, c, h, w)                  the same, each channel an image of its own
    (n, s*s)                      a grid of the first 64 square images
    ============================  ==========================================================

    Numbers in [0, 1] map to black and white, then those in [-1, 1] (tanh), else least and greatest.

    Raises:
        TypeError: for anything else.
    """
    array = _array(value)
    if array is None or array.size == 0 or array.ndim not in {1, 2, 3, 4}:
        shown = f"shape {array.shape}" if array is not None else type(value).__name__
        raise TypeError(
            say(
                f"show {name}: expected a tensor or array of 1 to 4 dimensions, got {shown}",
                f"show {name}：应为 1 到 4 维的张量或数组，得到 {shown}",
            )
        )
    images = _images(array)
    if images is None:
        curves = np.atleast_2d(array)[:_CURVES].astype(np.float32)
        return Frame(name, step, "curve", curves)
    return Frame(name, step, "image", _grid(_to_bytes(images)))


def _array(value: object) -> NDArray[np.generic] | None:
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu()
        value = value.float().numpy() if value.is_floating_point() else value.numpy()
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        return None
    if array.dtype == np.bool_:
        array = array.astype(np.uint8) * np.uint8(255)
    return array if array.dtype.kind in "uif" else None


def _images(array: NDArray[np.generic]) -> NDArray[np.generic] | None:
    """Return (n, h, w, channels), or None if ``array`` is a set of curves."""
    if array.ndim == 1:
        return None
    if array.ndim == 2:  # noqa: PLR2004 -- the table above
        return _images_from_rows(array)
    if array.ndim == 3:  # noqa: PLR2004 -- the table above
        if array.shape[0] == 3:  # noqa: PLR2004 -- red, green, blue
            return np.moveaxis(array, 0, -1)[None]
        colour = array.shape[-1] == 3  # noqa: PLR2004 -- red, green, blue
        return array[None] if colour else array[:_TILES, :, :, None]
    if array.shape[1] == 3:  # noqa: PLR2004 -- red, green, blue
        return np.moveaxis(array[:_TILES], 1, -1)
    return array.reshape(-1, *array.shape[2:], 1)[:_TILES]


def _images_from_rows(array: NDArray[np.generic]) -> NDArray[np.generic] | None:
    rows, columns = array.shape
    side = math.isqrt(columns)
    if side * side == columns and columns >= _SMALLEST and rows != columns:
        return array[:_TILES].reshape(-1, side, side, 1)
    return None if rows <= _CURVES else array[None, :, :, None]


def _to_bytes(images: NDArray[np.generic]) -> NDArray[np.uint8]:
    if images.dtype == np.uint8:
        return images.astype(np.uint8)
    values = np.nan_to_num(images.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    if low < 0 or high > 1:
        low, high = (-1.0, 1.0) if low >= -1 and high <= 1 else (low, high)
    else:
        low, high = 0.0, 1.0
    scaled = (values - low) / (high - low) if high > low else np.zeros_like(values)
    return np.rint(255 * scaled).astype(np.uint8)


def _grid(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lay (n, h, w, channels) out in rows, a line of mid grey between the tiles."""
    columns = math.ceil(math.sqrt(len(images)))
    stride = max(1, math.ceil(columns * max(images.shape[1:3]) / _LARGEST))
    images = images[:, ::stride, ::stride]
    count, height, width, channels = images.shape
    rows = math.ceil(count / columns)
    gap = 1 if count > 1 else 0
    size = (rows * (height + gap) - gap, columns * (width + gap) - gap, channels)
    sheet = np.full(size, 128, np.uint8)
    for index, image in enumerate(images):
        top, left = index // columns * (height + gap), index % columns * (width + gap)
        sheet[top : top + height, left : left + width] = image
    return sheet[:, :, 0] if channels == 1 else sheet
