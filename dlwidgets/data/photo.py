"""One photograph, so that filters can be seen at work on something real."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from dlwidgets.language import say

LARGEST = 512
"""The longest side that is given out: larger ones make a page heavy, not clearer."""

LUMA = (0.299, 0.587, 0.114)
"""How much red, green and blue count for grey (ITU-R BT.601)."""


def photo(*, grey: bool = False, side: int = LARGEST) -> Tensor:
    """Return a photograph of a Chinese temple, shape (channels, height, width) in [0, 1].

    Made smaller by averaging (bilinear with antialiasing) so that the longest side is ``side``;
    the original has 427×640 pixels and is never enlarged.

    Source: "china.jpg" of `sklearn.datasets.load_sample_images`, by danielbuechele (CC BY 2.0,
    flickr.com/photos/danielbuechele/6061409035).

    Args:
        grey: one channel, weighted as the eye does (ITU-R BT.601), instead of red, green, blue.
        side: the longest side, from 1 to 512.

    Raises:
        TypeError: where ``side`` is not a whole number.
        ValueError: where it lies outside.
    """
    if not isinstance(side, int) or isinstance(side, bool):
        raise TypeError(
            say(
                f"photo: side must be a whole number, got {side!r}",
                f"photo：side 应为整数，得到 {side!r}",
            )
        )
    if not 1 <= side <= LARGEST:
        raise ValueError(
            say(
                f"photo: side must lie between 1 and {LARGEST}, got {side}",
                f"photo：side 应在 1 与 {LARGEST} 之间，得到 {side}",
            )
        )
    from sklearn.datasets import load_sample_image

    raw = torch.from_numpy(load_sample_image("china.jpg").copy())  # (height, width, 3), uint8
    image = raw.permute(2, 0, 1).to(torch.float32) / 255
    scale = side / max(image.shape[1:])
    height, width = (max(1, round(length * scale)) for length in image.shape[1:])
    small = interpolate(
        image.unsqueeze(0), size=(height, width), mode="bilinear", antialias=True
    ).squeeze(0)
    if grey:
        small = (small * torch.tensor(LUMA).view(3, 1, 1)).sum(0, keepdim=True)
    return small.clamp(0, 1)
