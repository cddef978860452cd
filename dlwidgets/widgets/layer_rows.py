"""Layers and pictures in rows that JSON can carry: what `ModelExplorer` tells the browser."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets as t

from dlwidgets.language import SILENT, Both
from dlwidgets.widgets import wire

if TYPE_CHECKING:
    from torch import nn

    from dlwidgets.explain.layers import Layer, Trace
    from dlwidgets.explain.pictures import Picture

TABS = ("explorer", "output", "input", "weights")

TEXT = t.Dict(per_key_traits={"en": t.Unicode(), "zh": t.Unicode()})
"""What `language.Both` holds, for views that follow their page."""

_COUNTED = t.Int(allow_none=True, default_value=None)

LAYER = t.Dict(
    per_key_traits={
        "path": t.Unicode(),
        "kind": t.Unicode(),
        "arguments": t.Unicode(),
        "depth": t.Int(),
        "call": t.Int(),
        "more": t.Int(),
        "inputs": t.Unicode(),
        "output": t.Unicode(),
        "failed": t.Bool(),
        "parameters": _COUNTED,
        "trainable": t.Int(),
        "own": t.Int(),
        "shared": t.Unicode(),
        "multiply_adds": _COUNTED,
        "training": t.Bool(),
        "hooks": t.Int(),
        "registered": t.Bool(),
    }
)

TOTAL = {
    "cut": t.Int(),
    "parameters": _COUNTED,
    "trainable": t.Int(),
    "multiply_adds": _COUNTED,
    "samples": _COUNTED,
    "error": t.Unicode(),
    "place": TEXT,
}

OPEN = {
    "row": t.Int(),
    "tab": t.Enum(TABS),
    "tabs": t.List(t.Enum(TABS)),
    "part": t.Int(),
    "parts": t.List(t.Unicode()),
    "sampled": t.Bool(),
    "note": t.Unicode(),
}

PICTURE = {
    "kind": t.Enum(["maps", "bars", "none"]),
    "values": wire.Array("float32"),
    "lead": t.List(t.Int()),
    "first": t.Int(),
    "total": t.Int(),
    "size": t.List(t.Int()),
    "step": t.List(t.Int()),
    "scale": t.Float(),
    "stats": wire.Array("float64"),
    "counts": wire.Array("uint32"),
    "note": TEXT,
}

SHUT: dict[str, Any] = {
    "row": -1,
    "tab": "output",
    "tabs": [],
    "part": 0,
    "parts": [],
    "sampled": False,
    "note": "",
}
"""Nothing is open."""

BLANK: dict[str, Any] = {
    "kind": "none",
    "values": np.zeros(0, np.float32),
    "lead": [],
    "first": 0,
    "total": 0,
    "size": [1, 1],
    "step": [1, 1],
    "scale": 0.0,
    "stats": np.zeros(8),
    "counts": np.zeros(0, np.uint32),
    "note": SILENT._asdict(),
}
"""No picture."""


def layer_row(layer: Layer) -> dict[str, Any]:
    """Return a layer's row."""
    return asdict(layer)


def total_row(trace: Trace) -> dict[str, Any]:
    """Return what a trace says of the whole model."""
    return {name: getattr(trace, name) for name in TOTAL} | {"place": trace.place._asdict()}


def picture_row(picture: Picture | None) -> dict[str, Any]:
    """Return a picture's row."""
    if picture is None:
        return BLANK
    found = {name: getattr(picture, name) for name in PICTURE}
    lists = {name: list(found[name]) for name in ("lead", "size", "step")}
    found["note"] = picture.note._asdict()
    empty = {name: BLANK[name] for name in ("stats", "counts") if found[name] is None}
    return found | lists | empty


def remarks(own: nn.Module, shown: nn.Module) -> list[Both]:
    """Return what is special about the model that was run."""
    from dlwidgets.explain.untouched import scripted

    found = []
    if shown is not own:
        found.append(
            Both(
                "lazy layers: a copy was initialised for this input; your model is as it was",
                "含惰性层：已为此输入初始化一个副本；您的模型未变",
            )
        )
    if scripted(own):
        found.append(
            Both(
                "TorchScript runs out of sight: the structure alone is shown",
                "TorchScript 的运行过程无法观察：只显示结构",
            )
        )
    return found
