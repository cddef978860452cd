"""A tensor as something to look at: maps or bars of bounded size, and its distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, prod
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch

from dlwidgets.language import SILENT, Both

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAPS = 32
"""Maps on one page."""

SIDE = 64
"""Rows, and columns, of a map that are shown."""

BARS = 256
"""Bars on one page."""

BINS = 41
"""Of a histogram."""


@dataclass(frozen=True)
class Picture:
    """One page of a tensor.

    Attributes:
        kind: ``"maps"``, ``"bars"``, or ``"none"``; then ``note`` says why.
        values: float32 of shape (maps, rows, columns) or (bars,); true values, never averages.
        lead: the axes before the rows and columns, whose product is ``total``.
        first: the index of the page's first map or bar.
        total: maps or bars in all.
        size: rows and columns of a map as it is.
        step: of how many rows, and columns, one is shown.
        scale: the greatest magnitude of the whole tensor; the colours run from -scale to scale.
        stats: float64: count, mean, std (of all, not corrected), least, greatest, zeros, NaNs and
            infinities; the middle four of the finite values only.
        counts: values in each of `BINS` equal bins between the least and the greatest.
        note: what is not as it was.
    """

    kind: Literal["maps", "bars", "none"]
    values: NDArray[np.float32]
    lead: tuple[int, ...] = ()
    first: int = 0
    total: int = 0
    size: tuple[int, int] = (1, 1)
    step: tuple[int, int] = (1, 1)
    scale: float = 0.0
    stats: NDArray[np.float64] | None = None
    counts: NDArray[np.uint32] | None = None
    note: Both = SILENT


def picture(tensor: torch.Tensor, first: int = 0) -> Picture:
    """Return the page of ``tensor`` that begins at map or bar ``first``, at most to its end.

    Two axes are one map, three are maps one after the other; more are taken as more maps.
    """
    if tensor.is_meta:
        return _nothing(
            Both("the meta device has shapes but no values", "meta 设备只有形状，没有数值")
        )
    if tensor.numel() == 0:
        shape = "×".join(map(str, tensor.shape))
        return _nothing(Both(f"empty: shape {shape}", f"空张量：形状 {shape}"))
    values, note = plain(tensor)
    stats, counts = distribution(values)
    lead = values.shape[:-2] if values.ndim > 1 else values.shape
    total = prod(lead)
    page = MAPS if values.ndim > 1 else BARS
    first = min(max(0, first), total - 1) // page * page
    about: dict[str, Any] = {
        "lead": lead,
        "first": first,
        "total": total,
        "scale": float(np.abs(stats[3:5]).max()) if stats[0] > stats[6] + stats[7] else 0.0,
        "stats": stats,
        "counts": counts,
        "note": note,
    }
    if values.ndim <= 1:
        return Picture("bars", values.reshape(-1)[first : first + page].astype(np.float32), **about)
    rows, columns = values.shape[-2:]
    down, across = ceil(rows / SIDE), ceil(columns / SIDE)
    maps = values.reshape(total, rows, columns)[first : first + page, ::down, ::across]
    return Picture(
        "maps", maps.astype(np.float32), **about, size=(rows, columns), step=(down, across)
    )


def plain(tensor: torch.Tensor) -> tuple[NDArray[np.float64], Both]:
    """Return the elements as float64, and what had to be done to them, in words."""
    note = SILENT
    tensor = tensor.detach()
    if tensor.layout is not torch.strided:
        tensor = tensor.to_dense()
    if tensor.is_quantized:
        tensor = tensor.dequantize()
    if tensor.is_complex():
        note = Both("complex: the magnitudes are shown", "复数：显示其模")
        tensor = tensor.abs()
    values: NDArray[np.float64] = tensor.to("cpu", torch.float64).numpy()
    return values, note


def distribution(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.uint32]]:
    """Return the ``stats`` and ``counts`` of a `Picture`."""
    finite = values[np.isfinite(values)]
    nan, none = int(np.isnan(values).sum()), finite.size == 0
    ends = (0.0, 0.0) if none else (float(finite.min()), float(finite.max()))
    middle = (0.0, 0.0) if none else (float(finite.mean()), float(finite.std()))
    zeros = int((finite == 0).sum())
    rest = values.size - finite.size - nan
    stats = np.array([values.size, *middle, *ends, zeros, nan, rest], np.float64)
    # Halves, because the distance of the ends may be beyond all numbers.
    half = ends[1] / 2 - ends[0] / 2
    part = (finite / 2 - ends[0] / 2) / half if half > 0 else np.full(finite.shape, 0.5)
    bins = np.minimum((part * BINS).astype(np.int64), BINS - 1)
    return stats, np.bincount(bins, minlength=BINS).astype(np.uint32)


def _nothing(note: Both) -> Picture:
    return Picture("none", np.zeros(0, np.float32), note=note)
