"""What travels between a latent explorer and its page."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets as t

from dlwidgets.widgets import wire

NOTE = t.Dict(per_key_traits={"code": t.Unicode(), "values": t.List(t.Unicode())})

CURVE = t.Dict(
    per_key_traits={
        "name": t.Unicode(),
        "steps": wire.Array("float64", ndim=1),
        "values": wire.Array("float64", ndim=1),
    }
)

WORTH = t.Dict(
    per_key_traits={
        "dim": t.Int(),
        "steps": wire.Array("float64", ndim=1),
        "values": wire.Array("float64", ndim=1),
    }
)

SEEN = {
    "index": t.Int(),
    "pictures": wire.Array("uint8", ndim=4),
    "mu": wire.Array("float32", ndim=1),
    "sigma": wire.Array("float32", ndim=1),
    "draws": wire.Array("uint8", ndim=4),
    "places": wire.Array("float32", ndim=2),
    "seed": t.Int(),
    "error": t.Float(),
}
"""One sample looked at: the number it has, or −1 of a drawing; original and reconstruction; draws
of ε and where they stand on the plane; the squared error, −1 where there is none."""

UNSEEN: dict[str, Any] = {
    "index": -2,
    "pictures": np.zeros((0, 0, 0, 0), np.uint8),
    "mu": np.zeros(0, np.float32),
    "sigma": np.zeros(0, np.float32),
    "draws": np.zeros((0, 0, 0, 0), np.uint8),
    "places": np.zeros((0, 2), np.float32),
    "seed": 0,
    "error": -1.0,
}


def _array(dtype: str, ndim: int, help_: str) -> Any:  # noqa: ANN401 -- a trait
    return wire.Array(dtype, ndim=ndim, help=help_).tag(sync=True)


class LatentTraits(t.HasTraits):
    """The options of the explorer, and everything that its page is drawn from."""

    plane = t.Enum(
        ["pair", "pca"], "pair", help="Two dimensions, or the two principal components."
    ).tag(sync=True)
    dims = t.List(t.Int(), help="The two dimensions of the plane: across, and up.").tag(sync=True)
    path = t.Enum(
        ["linear", "spherical"], "linear", help="The way from the first picture to the second."
    ).tag(sync=True)
    picks = t.List(t.Int(), help="The three samples of ways and sums: a, b and c.").tag(sync=True)
    seed = t.Int(0, help="Of the random samples.").tag(sync=True)

    _title = t.Unicode("", help="What was opened.").tag(sync=True)
    _variational = t.Bool(default_value=True, help="Whether codes are distributions.").tag(
        sync=True
    )
    _notes = t.List(NOTE, help="What the user should know of what is shown.").tag(sync=True)
    _size = t.List(t.Int(), help="Rows and columns of a decoded picture.").tag(sync=True)
    _drawable = t.Bool(default_value=True, help="Whether samples are pictures.").tag(sync=True)
    _worth = _array("float64", 1, "KL of each dimension in nats; of points their variance.")
    _order = _array("int32", 1, "The dimensions, the most worth first.")
    _dead = _array("bool", 1, "Which dimensions carry nothing.")
    _home = _array("float32", 1, "Where each dimension begins.")
    _reach = _array("float32", 2, "Between which values each dimension is moved.")
    _labels = _array("int32", 1, "The class of each point, -1 without one.")
    _classes = t.List(t.Unicode(), help="The names of the classes.").tag(sync=True)
    _axes = _array("float32", 2, "The two directions of the plane.")
    _shares = _array("float64", 1, "Of the variance, what each of them holds.")
    _places = _array("float32", 2, "Where the points stand on the plane.")
    _z = _array("float32", 1, "The code.")
    _image = _array("uint8", 4, "What is decoded from it, as pixels.")
    _broken = t.Int(0, help="How many of its values are NaN or infinite.").tag(sync=True)
    _code = t.List(t.Unicode(), help="The line that decodes, before and after the numbers.").tag(
        sync=True
    )
    _picked = _array("uint8", 4, "The three samples that were picked.")
    _strip = _array("uint8", 4, "Pictures on the way from a to b.")
    _track = _array("float32", 2, "Where this way goes on the plane.")
    _sum = _array("uint8", 4, "What is decoded from a − b + c.")
    _pairs = _array("uint8", 4, "Originals, then as many reconstructions.")
    _pair_errors = _array("float64", 1, "The mean squared error of each.")
    _errors = _array("float64", 1, "Mean squared error and cross entropy of all points.")
    _samples = _array("uint8", 4, "Decoded from random codes.")
    _manifold = _array("uint8", 4, "Decoded from a grid of the plane.")
    _across = _array("float64", 1, "Where its columns stand on the plane.")
    _up = _array("float64", 1, "Where its rows stand, the lowest first.")
    _seen = t.Dict(UNSEEN, per_key_traits=SEEN, help="The sample looked at.").tag(sync=True)
    _worths = t.List(WORTH, help="The KL of each dimension over the training.").tag(sync=True)
    _curves = t.List(CURVE, help="What the run has logged of KL and reconstruction.").tag(sync=True)
    _stale = t.Bool(
        default_value=False, help="Whether the parameters have changed since points were encoded."
    ).tag(sync=True)
