"""A figure drawn by hand, made like the pictures that a model was trained on."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from dlwidgets.language import say

FAINT = 0.2
"""Of the range: below it, a pixel belongs to no stroke."""


@dataclass(frozen=True)
class Frame:
    """Where the figures of some pictures stand, as shares of their size.

    Attributes:
        box: the longer side of the box around a figure, on average.
        row: the centre of mass, from the top.
        column: likewise, from the left.
        dark: whether the figures are dark on light.
    """

    box: float = 20 / 28
    row: float = 0.5
    column: float = 0.5
    dark: bool = False


def frame(ink: Tensor) -> Frame:
    """Return where the figures of pictures (samples, rows, columns) in [0, 1] stand.

    MNIST has them in a box of 20 of 28 pixels, their centre of mass in the middle; other sets of
    figures have other habits, and a model knows only those of its own.
    """
    dark = bool(ink.mean() > 0.5)  # noqa: PLR2004 -- more white than black
    ink = 1 - ink if dark else ink
    found = [one for one in ink if bool((one > FAINT).any())]
    if not found:
        return Frame(dark=dark)
    rows, columns = ink.shape[1:]
    boxes, middles = [], []
    for one in found:
        top, bottom, left, right = _box(one)
        boxes.append(max((bottom - top) / rows, (right - left) / columns))
        middles.append(_middle(one))
    middle = torch.tensor(middles, dtype=torch.float64).mean(0)
    box = float(torch.tensor(boxes).mean())
    return Frame(box, float(middle[0]) / rows, float(middle[1]) / columns, dark)


def centred(ink: Tensor, size: tuple[int, int], like: Frame) -> Tensor:
    """Return strokes as a picture (rows, columns) of ``size``, smooth, and placed as ``like`` says.

    Args:
        ink: (rows, columns) in [0, 1], of any size: how dark the pen has been.
        size: of the picture.
        like: where the figure is to stand; it keeps its proportions.

    Raises:
        ValueError: where nothing is drawn.
    """
    if not bool((ink > FAINT).any()):
        raise ValueError(
            say("draw something first: there are no strokes", "请先画点什么：没有笔画")
        )
    top, bottom, left, right = _box(ink)
    cut = ink[top:bottom, left:right].double()
    scale = min(like.box * size[0] / cut.shape[0], like.box * size[1] / cut.shape[1])
    shape = [
        max(1, min(most, round(scale * one))) for one, most in zip(cut.shape, size, strict=True)
    ]
    small = interpolate(cut[None, None], shape, mode="bilinear", antialias=True)[0, 0].clamp(0, 1)
    row, column = _middle(small)
    first = [
        min(max(round(at * most - middle), 0), most - one)
        for at, most, middle, one in zip(
            (like.row, like.column), size, (row, column), shape, strict=True
        )
    ]
    picture = torch.zeros(size, dtype=torch.float64)
    picture[first[0] : first[0] + shape[0], first[1] : first[1] + shape[1]] = small
    return 1 - picture if like.dark else picture


def _box(ink: Tensor) -> tuple[int, int, int, int]:
    """Return the box around what is drawn: top, bottom, left, right."""
    rows, columns = (ink > FAINT).nonzero(as_tuple=True)
    return int(rows.min()), int(rows.max()) + 1, int(columns.min()), int(columns.max()) + 1


def _middle(ink: Tensor) -> tuple[float, float]:
    """Return the centre of mass in pixels, the middle of the first one being ½."""
    mass = ink.double().sum()
    places = [torch.arange(n, dtype=torch.float64) + 0.5 for n in ink.shape]
    return (
        float((ink.double().sum(1) * places[0]).sum() / mass),
        float((ink.double().sum(0) * places[1]).sum() / mass),
    )
