"""What the page of a latent explorer is drawn from, as traits carry it."""

from __future__ import annotations

import re
from math import isqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.widgets.latent_given import checked_point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from dlwidgets.explain.latent import Opened, Plane

BUDGET = 400_000
"""Bytes of pixels that one sheet of pictures may take."""

GRID, SAMPLES, PAIRS, DRAWS = 12, 64, 24, 8
"""Pictures along a side of the manifold, random ones, reconstructions, and draws of ε."""

STRIP, TRACK = 11, 41
"""Pictures, and places, on the way from one code to another."""

LONGEST = 1000
"""Points of a curve over the training."""

SHORT = 200
"""Points of the small curve beside a dimension's KL."""

MOST_CURVES = 24


def room(opened: Opened, most: int) -> int:
    """Return how many pictures, at most ``most``, one sheet has room for."""
    rows, columns = opened.shown.size
    channels = 1 if opened.shown.kind == "vector" else opened.shown.shape[0]
    return max(8, min(most, BUDGET // (rows * columns * channels)))


def same(*sheets: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return sheets of one size one after the other; grey ones beside coloured get three channels.

    Where sizes differ, as of vectors decoded to pictures, all get the largest with black around.
    """
    most = [max(sheet.shape[axis] for sheet in sheets) for axis in (1, 2, 3)]
    out = []
    for sheet in sheets:
        wide = np.broadcast_to(sheet, (*sheet.shape[:3], most[2])) if sheet.shape[3] == 1 else sheet
        gaps = [(0, 0), *((0, m - n) for m, n in zip(most[:2], sheet.shape[1:3], strict=True))]
        out.append(np.pad(wide, [*gaps, (0, 0)]))
    return np.concatenate(out)


def notes(opened: Opened) -> list[dict[str, Any]]:
    """Return what the user should know of what is shown, as codes that the page words."""
    points, space, shown = opened.points, opened.space, opened.shown_range
    count = len(points.x)
    square = opened.shown if opened.shown.square else opened.given
    found: dict[str, tuple[bool, tuple[object, ...]]] = {
        "part": (points.total > count, (f"{count:,}", f"{points.total:,}")),
        "points": (not space.variational, ()),
        "broken": (not bool(space.finite.all()), (count - int(space.finite.sum()), count)),
        "range": (shown.why == "found", (f"{shown.low:.4g}", f"{shown.high:.4g}")),
        "logits": (shown.why == "found" and opened.given_range.why == "unit", ()),
        "clipped": (shown.why == "given", (f"{shown.low:g}", f"{shown.high:g}")),
        "square": (square.square, square.size),
        "bytes": (points.bytes, ()),
        "flat": (opened.pair.flat, ()),
        "training": (opened.moody, ()),
    }
    return [
        {"code": code, "values": [str(one) for one in values]}
        for code, (holds, values) in found.items()
        if holds
    ]


def still_rows(opened: Opened) -> dict[str, Any]:
    """Return what stays while codes are moved: the points, and what each dimension carries."""
    import torch

    space, points = opened.space, opened.points
    y, shown, given = points.y, opened.shown, opened.given
    rows = torch.arange(min(len(points.x), room(opened, PAIRS)))
    again, wrong = opened.reconstructed(rows)
    _, all_wrong = opened.reconstructed(space.finite.nonzero()[:, 0])
    means = [np.nan, np.nan]
    if all_wrong is not None:
        means[0] = float(all_wrong.squared.mean())
        if all_wrong.entropy is not None:
            means[1] = float(all_wrong.entropy.mean())
    size = list(shown.size)
    return {
        "_variational": space.variational,
        "_size": size,
        "_drawable": given.kind == "picture",
        "_notes": notes(opened),
        "_worth": space.worth.numpy(),
        "_order": space.order.numpy().astype(np.int32),
        "_dead": space.dead.numpy(),
        "_home": single(space.home),
        "_reach": single(space.reach),
        "_labels": np.full(len(points.x), -1, np.int32)
        if y is None
        else y.numpy().astype(np.int32),
        "_classes": list(points.classes),
        "_pairs": same(opened.originals(rows), opened.drawn(again)),
        "_pair_errors": np.zeros(0) if wrong is None else wrong.squared.numpy(),
        "_errors": np.array(means),
    }


def plane_rows(opened: Opened, plane: Plane) -> dict[str, Any]:
    """Return where the points stand on a plane; those without a code stand nowhere (NaN)."""
    return {
        "_axes": single(plane.axes),
        "_shares": plane.shares.numpy(),
        "_places": single(plane.places(opened.space.code.mu)),
    }


def image_rows(opened: Opened, z: Tensor) -> dict[str, Any]:
    """Return a code with what is decoded from it."""
    from dlwidgets.explain.latent import count_broken

    values = opened.decode(z[None].double())
    return {"_z": single(z), "_image": opened.drawn(values), "_broken": count_broken(values)}


def sample_rows(opened: Opened, seed: int) -> dict[str, Any]:
    """Return what is decoded from random codes."""
    return {"_samples": opened.drawn(opened.decode(random_codes(opened, seed)))}


def random_codes(opened: Opened, seed: int) -> Tensor:
    """Return the codes of the random samples, (samples, dimensions)."""
    return opened.space.drawn(room(opened, SAMPLES), seed)


def code_of(opened: Opened, to: str, at: float, options: tuple[Sequence[int], str, int]) -> Tensor:
    """Return the code that one of the pictures on screen is decoded from.

    Args:
        opened: the latent space.
        to: ``"part"`` of the way from a to b, ``"sum"``, ``"point"`` or ``"sample"``.
        at: which part, point or sample.
        options: the three picks, the way between them, and the seed of the samples.

    Raises:
        ValueError: for a point or a sample that there is not.
    """
    from dlwidgets.explain.latent import between, combined

    picks, way, seed = options
    mu = opened.space.code.mu
    a, b, c = mu[list(picks)]
    if to == "part":
        return between(a, b, float(at), way)
    if to == "sum":
        return combined(a, b, c)
    codes = mu if to == "point" else random_codes(opened, seed)
    return codes[checked_point(at, len(codes))]


def manifold_rows(opened: Opened, plane: Plane, z: Tensor) -> dict[str, Any]:
    """Return what is decoded from a grid of the plane through ``z``."""
    from dlwidgets.explain.latent import even, quantiles, sheet

    side = min(GRID, isqrt(room(opened, GRID * GRID)))
    if opened.space.variational:
        ends = (quantiles(side), quantiles(side))
    else:
        places = plane.places(opened.space.known)
        ends = (even(places[:, 0], side), even(places[:, 1], side))
    if opened.space.dimensions == 1:
        ends = (ends[0], ends[1].new_zeros(1))
    codes = sheet(plane, z.double(), *ends)
    return {
        "_manifold": opened.drawn(opened.decode(codes.flatten(0, 1))),
        "_across": ends[0].numpy(),
        "_up": ends[1].numpy(),
    }


def picked_rows(opened: Opened, plane: Plane, picks: Sequence[int], way: str) -> dict[str, Any]:
    """Return the three pictures that were picked, and the way from the first to the second."""
    import torch

    from dlwidgets.explain.latent import between, combined

    rows = torch.tensor(list(picks))
    a, b, c = opened.space.code.mu[rows]
    strip = torch.stack([between(a, b, i / (STRIP - 1), way) for i in range(STRIP)])
    track = torch.stack([between(a, b, i / (TRACK - 1), way) for i in range(TRACK)])
    total = combined(a, b, c)
    return {
        "_picked": opened.originals(rows),
        "_strip": opened.drawn(opened.decode(strip)),
        "_track": single(plane.places(track)),
        "_sum": opened.drawn(opened.decode(total[None])),
    }


def seen_row(opened: Opened, plane: Plane, sample: Tensor, index: int, seed: int) -> dict[str, Any]:
    """Return one sample with its code, its reconstruction and draws of ε."""
    from dlwidgets.explain.latent import errors, noisy, pixels

    code = opened.encode(sample)
    mu, logvar = code.mu[0], None if code.logvar is None else code.logvar[0]
    again = opened.decode(mu[None])
    original = pixels(sample[None], opened.given, opened.given_range)
    draws = mu[None][:0] if logvar is None else noisy(mu, logvar, DRAWS, seed)
    fits = sample.numel() == again[0].numel()
    found = opened.drawn(opened.decode(draws)) if len(draws) else original[:0]
    return {
        "index": index,
        "pictures": same(original, opened.drawn(again)),
        "mu": single(mu),
        "sigma": np.zeros(0, np.float32) if logvar is None else single((0.5 * logvar).exp()),
        "draws": found,
        "places": single(plane.places(draws)),
        "seed": seed,
        "error": float(errors(sample[None], again).squared[0]) if fits else -1.0,
    }


def curves(run: Any) -> list[dict[str, Any]]:  # noqa: ANN401 -- a Run, or nothing
    """Return the series of a run that tell of KL and reconstruction, thinned evenly."""
    if run is None:
        return []
    frame = run.history
    names = [n for n in frame.columns if re.search(r"kl|rec|elbo|bce", str(n), re.IGNORECASE)]
    names = [name for name in names if dimension(name) is None]
    found = [(str(name), *thinned(frame, name, LONGEST)) for name in names[:MOST_CURVES]]
    return [{"name": n, "steps": s, "values": v} for n, s, v in found if len(s)]


def worths(run: Any, dimensions: int) -> list[dict[str, Any]]:  # noqa: ANN401 -- a Run, or nothing
    """Return how the KL of each dimension went, as far as a run has kept ``kl_0``, ...."""
    if run is None:
        return []
    frame = run.history
    rows = []
    for name in frame.columns:
        index = dimension(name)
        if index is not None and index < dimensions:
            steps, values = thinned(frame, name, SHORT)
            if len(steps):
                rows.append({"dim": index, "steps": steps, "values": values})
    return rows


def dimension(name: object) -> int | None:
    """Return of which dimension a series tells the KL: 3 for ``kl_3`` or ``test_kl_3``."""
    found = re.fullmatch(r"(?:test_)?kl_(\d{1,6})", str(name), re.IGNORECASE)
    return None if found is None else int(found[1])


def thinned(frame: Any, name: object, most: int) -> tuple[NDArray[Any], NDArray[Any]]:  # noqa: ANN401 -- a table
    """Return steps and finite values of a series, thinned evenly."""
    values = frame[name].to_numpy(np.float64)
    known = np.flatnonzero(np.isfinite(values))
    kept = known[:: max(1, -(-len(known) // most))]
    return frame["step"].to_numpy(np.float64)[kept], values[kept]


def single(values: Tensor) -> NDArray[np.float32]:
    """Return numbers as the page takes them."""
    found: NDArray[np.float32] = values.detach().float().numpy()
    return found
