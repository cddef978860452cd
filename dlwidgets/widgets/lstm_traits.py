"""What travels between an LSTM explorer and its page."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets as t

from dlwidgets.widgets import wire
from dlwidgets.widgets.layer_rows import TEXT

NET = {
    "kind": t.Enum(["lstm", "gru", "rnn"]),
    "title": t.Unicode(),
    "relu": t.Bool(),
    "features": t.Int(),
    "hidden": t.Int(),
    "out": t.Int(),
    "layers": t.Int(),
    "directions": t.Int(),
    "steps": t.Int(),
    "lengths": t.List(t.Int()),
    "bias": t.Bool(),
    "gates": t.List(t.Unicode()),
    "parts": t.List(t.Unicode()),
    "head": t.Bool(),
}
"""What is opened."""

UNKNOWN: dict[str, Any] = {
    "kind": "lstm",
    "title": "",
    "relu": False,
    "features": 0,
    "hidden": 0,
    "out": 0,
    "layers": 1,
    "directions": 1,
    "steps": 0,
    "lengths": [],
    "bias": True,
    "gates": [],
    "parts": [],
    "head": False,
}

HELD = t.Dict(
    per_key_traits={
        "layer": t.Int(),
        "reverse": t.Bool(),
        "gate": t.Unicode(),
        "to": t.Unicode(),
        "unit": t.Int(),
        "since": t.Int(),
    }
)
"""A gate that is held; unit −1 stands for all."""

MEMORY = {
    "first": t.Int(),
    "gradient": wire.Array("float64", ndim=1),
    "product": wire.Array("float64", ndim=1),
    "before": wire.Array("float64", ndim=1),
    "reach": t.Int(),
    "shown": t.Bool(),
}

NO_MEMORY: dict[str, Any] = {
    "first": 0,
    "gradient": np.zeros(0),
    "product": np.zeros(0),
    "before": np.zeros(0),
    "reach": -1,
    "shown": False,
}

TABS = ("sums", "hold", "memory", "output")


def _array(dtype: str, ndim: int, help_: str) -> Any:  # noqa: ANN401 -- a trait
    return wire.Array(dtype, ndim=ndim, help=help_).tag(sync=True)


def _parts(ndim: int, dtype: str, help_: str) -> Any:  # noqa: ANN401 -- a trait
    return t.Dict(value_trait=wire.Array(dtype, ndim=ndim), help=help_).tag(sync=True)


class LSTMTraits(t.HasTraits):
    """The options of the explorer, and everything that its page is drawn from."""

    layer = t.Int(0, help="The layer that is shown, from 0.").tag(sync=True)
    direction = t.Enum(
        ["forward", "reverse"], "forward", help="Its direction; reverse of bidirectional nets."
    ).tag(sync=True)
    sequence = t.Int(0, help="Which sequence of the batch is shown, from 0.").tag(sync=True)
    step = t.Int(0, help="The step under the cursor, from 0.").tag(sync=True)
    unit = t.Int(0, help="The unit whose numbers are shown, from 0.").tag(sync=True)
    window = t.Enum(
        ["all", "near"], "all", help="Which steps of a long sequence: all, thinned, or some near."
    ).tag(sync=True)
    tab = t.Enum(TABS, "sums", help="What is looked at below.").tag(sync=True)

    _net = t.Dict(UNKNOWN, per_key_traits=NET, help="What is opened.").tag(sync=True)
    _notes = t.List(TEXT, help="What the user should know.").tag(sync=True)
    _columns = _array("int32", 1, "The step of each column of the maps.")
    _rows = _array("int32", 1, "The unit of each row of the maps.")
    _features = _array("int32", 1, "The feature of each row of the map of the input.")
    _maps = _parts(2, "float32", "The parts, (rows, columns); x is the input.")
    _maps_before = _parts(2, "float32", "Likewise before any change; empty if there is none.")
    _lines = _parts(1, "float64", "The parts of the chosen unit, one number a column.")
    _lines_before = _parts(1, "float64", "Likewise before any change.")
    _sums = _array("float64", 2, "Of each gate: W x, b_ih, W h, b_hh, value.")
    _ends = _array("float64", 1, "Of the unit: h before, h, c before, c.")
    _ends_before = _array("float64", 1, "The gates' values and `_ends` without the changes.")
    _x = _array("float64", 1, "The input of the step, as much of it as is shown.")
    _x_before = _array("float64", 1, "Likewise as given.")
    _reach = _array("float64", 1, "Between which values inputs are dragged.")
    _words = t.List(t.Unicode(), help="What stands at each column; empty without words.").tag(
        sync=True
    )
    _word = t.List(t.Unicode(), help="The word of the step, and as given.").tag(sync=True)
    _vocab = t.List(t.Unicode(), help="Words that can be put in its place.").tag(sync=True)
    _held = t.List(HELD, help="The gates that are held.").tag(sync=True)
    _memory = t.Dict(NO_MEMORY, per_key_traits=MEMORY, help="What the unit remembers.").tag(
        sync=True
    )
    _outputs = t.List(t.Unicode(), help="The names of the head's outputs.").tag(sync=True)
    _output = _array("float64", 2, "What the head gives at the step: now, and before.")
    _apart = t.Float(0.0, help="The greatest difference from torch, as a share.").tag(sync=True)
    _progress = t.Float(1.0, help="What share of a change is computed.").tag(sync=True)
    _changed = t.Bool(default_value=False, help="Whether anything is edited or held.").tag(
        sync=True
    )
    _broken = t.Int(-1, help="The first step with a state that is no number, or -1.").tag(sync=True)
    _stale = t.Bool(default_value=False, help="Whether the weights have changed since.").tag(
        sync=True
    )
    _code = t.Unicode("", help="The program of the step; empty where it would be long.").tag(
        sync=True
    )
