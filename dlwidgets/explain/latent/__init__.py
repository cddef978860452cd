"""Latent spaces: any encoder and decoder, what each dimension carries, ways and cuts (book 8.1)."""

from dlwidgets.explain.latent.drawing import Frame, centred, frame
from dlwidgets.explain.latent.opened import Opened, count_broken, opened
from dlwidgets.explain.latent.pair import Code, Pair, pair
from dlwidgets.explain.latent.paths import between, combined
from dlwidgets.explain.latent.pixels import Look, Range, given_range, look, pixels, range_of
from dlwidgets.explain.latent.plane import (
    Plane,
    even,
    pair_plane,
    principal_plane,
    quantiles,
    sheet,
)
from dlwidgets.explain.latent.points import Points, points
from dlwidgets.explain.latent.space import DEAD, Errors, Space, errors, kl, noisy, space

__all__ = [
    "DEAD",
    "Code",
    "Errors",
    "Frame",
    "Look",
    "Opened",
    "Pair",
    "Plane",
    "Points",
    "Range",
    "Space",
    "between",
    "centred",
    "combined",
    "count_broken",
    "errors",
    "even",
    "frame",
    "given_range",
    "kl",
    "look",
    "noisy",
    "opened",
    "pair",
    "pair_plane",
    "pixels",
    "points",
    "principal_plane",
    "quantiles",
    "range_of",
    "sheet",
    "space",
]
