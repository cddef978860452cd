"""A pair of functions on some samples: everything that an explorer asks of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from dlwidgets.explain.latent.drawing import Frame, centred, frame
from dlwidgets.explain.latent.pair import MOST, Pair
from dlwidgets.explain.latent.pixels import Look, Range, given_range, look, pixels, range_of
from dlwidgets.explain.latent.space import Errors, Space, errors, space
from dlwidgets.language import say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets.explain.latent.pair import Code
    from dlwidgets.explain.latent.points import Points

TRIED = 64
"""Samples that are reconstructed to see in which range the decoder's values lie."""


@dataclass(frozen=True, eq=False)
class Opened:
    """A latent space with its two functions.

    Attributes:
        pair: the functions.
        points: the samples.
        space: what their codes say.
        given: how samples are drawn, and ``given_range`` in which range.
        shown: how decoded values are drawn, and ``shown_range`` in which range.
        reshaped: whether ``decode`` gives its pictures in another shape, such as rows.
        member: which part of what ``decode`` gives they are, as Python: ``"[0]"`` of a tuple.
        version: of the parameters, when the samples were encoded.
    """

    pair: Pair
    points: Points
    space: Space
    given: Look
    given_range: Range
    shown: Look
    shown_range: Range
    reshaped: bool
    member: str
    version: int

    @property
    def moody(self) -> bool:
        """Whether the modules, in the mode in which they are now, decode something else."""
        return self.pair.moody(self.space.known[:TRIED])

    def decode(self, z: Tensor) -> Tensor:
        """Return what is decoded from codes (samples, dimensions), in the shape that is drawn."""
        return self.shown.shaped(self.pair.decoded(z))

    def drawn(self, values: Tensor) -> NDArray[np.uint8]:
        """Return decoded values as pixels, (samples, rows, columns, channels)."""
        return pixels(values, self.shown, self.shown_range)

    def originals(self, rows: Tensor) -> NDArray[np.uint8]:
        """Return the samples of these numbers as pixels."""
        return pixels(self.points.x[rows], self.given, self.given_range)

    def reconstructed(self, rows: Tensor) -> tuple[Tensor, Errors | None]:
        """Return what is decoded from the means of samples, and how far it is from them.

        There are no errors where the decoder gives something else than was encoded.
        """
        again = self.decode(self.space.code.mu[rows])
        x = self.points.x[rows]
        return again, errors(x, again) if x[0].numel() == again[0].numel() else None

    @cached_property
    def frame(self) -> Frame:
        """Where the figures of the samples stand, if these are pictures."""
        low, high = self.given_range.low, self.given_range.high
        ink = (self.given.shaped(self.points.x).mean(1) - low) / (high - low)
        return frame(ink.nan_to_num().clamp(0, 1))

    def by_hand(self, ink: Tensor) -> Tensor:
        """Return strokes (rows, columns) in [0, 1] as one sample, in the data's own range.

        Raises:
            ValueError: where nothing is drawn, or the samples are no pictures.
        """
        if self.given.kind == "vector":
            raise ValueError(
                say(
                    "these samples are no pictures; choose one by its number",
                    "这些样本不是图像；请按编号选择",
                )
            )
        figure = centred(ink, self.given.size, self.frame)
        low, high = self.given_range.low, self.given_range.high
        channels = self.given.shape[0]
        picture = (low + (high - low) * figure).expand(channels, -1, -1)
        return picture.reshape(self.points.x.shape[1:])

    def encode(self, sample: Tensor) -> Code:
        """Return the code of one sample, of the shape of those in `points`.

        Raises:
            ValueError: for a sample of another shape.
        """
        wanted = self.points.x.shape[1:]
        if sample.numel() != wanted.numel():
            raise ValueError(
                say(
                    f"expected one sample of shape {tuple(wanted)}, got {tuple(sample.shape)}",
                    f"应为一个形状为 {tuple(wanted)} 的样本，得到 {tuple(sample.shape)}",
                )
            )
        return self.pair.encoded(sample.double().reshape(1, *wanted))


def opened(pair: Pair, points: Points, value_range: object = None) -> Opened:
    """Return the latent space of ``pair`` with ``points`` in it.

    Args:
        pair: the functions; whether ``encode`` wants flat samples is found out.
        points: the samples.
        value_range: the values drawn black and white; None finds them.

    Raises:
        TypeError: for functions that give something else than is expected.
        ValueError: for what the functions refuse, and codes or pictures that can't be shown.
    """
    fixed = None if value_range is None else given_range(value_range)
    given = look(tuple(points.x.shape[1:]), "data")
    pair, code = _encoded(pair, points.x)
    found = space(code)
    if found.dimensions > MOST:
        raise ValueError(
            say(
                f"LatentExplorer: expected at most {MOST} latent dimensions, got "
                f"{found.dimensions}",
                f"LatentExplorer：潜在维度至多 {MOST} 个，得到 {found.dimensions} 个",
            )
        )
    pair, values = _decoded(pair, found)
    like_data = values[0].numel() == points.x[0].numel()
    shown = given if like_data else look(tuple(values.shape[1:]))
    return Opened(
        pair,
        points,
        found,
        given,
        range_of(points.x),
        shown,
        range_of(values) if fixed is None else fixed,
        tuple(values.shape[1:]) != shown.shape,
        pair.member(found.known),
        pair.version,
    )


def _encoded(pair: Pair, x: Tensor) -> tuple[Pair, Code]:
    """Encode samples as they are, or, where that does not fit, each as one row."""
    try:
        return pair, pair.encoded(x)
    except (RuntimeError, ValueError, IndexError) as error:
        flat = replace(pair, flat=True)
        if x.ndim > 2:  # noqa: PLR2004 -- there is something to flatten
            try:
                return flat, flat.encoded(x)
            except (RuntimeError, ValueError, IndexError):
                pass
        raise ValueError(
            say(
                f"LatentExplorer: encode failed on data of shape {tuple(x.shape)}: {error}",
                f"LatentExplorer：encode 无法处理形状为 {tuple(x.shape)} 的数据：{error}",
            )
        ) from error


def _decoded(pair: Pair, found: Space) -> tuple[Pair, Tensor]:
    """Decode some codes as they are; else in the shape in which the encoder gave them."""
    z = found.known[:TRIED]
    shapes = [(), *((z.shape[1],) + (1,) * more for more in (2, 3))]
    first: Exception | None = None
    for shape in shapes:
        try:
            values = replace(pair, shape=shape).decoded(z)
        except (RuntimeError, ValueError, IndexError) as error:
            first = first or error
            continue
        if values.ndim > 1 and len(values) == len(z):
            return replace(pair, shape=shape), values
        break
    got = str(first) if first else "one number a sample"
    raise ValueError(
        say(
            f"LatentExplorer: decode failed on codes of shape {tuple(z.shape)}: {got}",
            f"LatentExplorer：decode 无法处理形状为 {tuple(z.shape)} 的编码：{got}",
        )
    ) from first


def count_broken(values: Tensor) -> int:
    """Return how many values are NaN or infinite."""
    return int((~torch.isfinite(values)).sum())
