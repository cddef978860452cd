"""What the page of a tensor is drawn from: the chain in memory, and what was computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets as t

from dlwidgets.widgets import wire
from dlwidgets.widgets.cell_window import NO_WINDOW, WINDOW, window_row

if TYPE_CHECKING:
    from torch import Tensor

    from dlwidgets.explain.indexing import Computed
    from dlwidgets.explain.memory import Step

FACTS = {
    "dtype": t.Unicode(),
    "device": t.Unicode(),
    "shape": t.List(t.Int()),
    "grad": t.Bool(),
    "mine": t.Bool(),
}
NO_FACTS: dict[str, Any] = {"dtype": "", "device": "", "shape": [], "grad": False, "mine": True}

STEP = t.Dict(
    per_key_traits={
        "call": t.Unicode(),
        "shape": t.List(t.Int()),
        "stride": t.List(t.Int()),
        "offset": t.Int(),
        "contiguous": t.Bool(),
        "how": t.Enum(["start", "shares", "same", "copies"]),
        "memory": t.Int(),
        "changed": t.Bool(),
        "parent": t.Int(),
    }
)
STRIP = {
    "start": t.Int(),
    "total": t.Int(),
    "text": t.List(t.Unicode()),
    "exact": t.List(t.Unicode()),
}
NO_STRIP: dict[str, Any] = {"start": 0, "total": 0, "text": [], "exact": []}

TROUBLE = {"error": t.Unicode(), "hint": t.Unicode(), "remedies": t.List(t.Unicode())}
NO_TROUBLE: dict[str, Any] = {"error": "", "hint": "", "remedies": []}

COMPUTED = {
    **WINDOW,
    "typed": t.Unicode(),
    "parts": t.List(t.Unicode()),
    "part": t.Int(),
    "value": t.Unicode(),
    "how": t.Enum(["view", "copy", "writes", "value", "none"]),
    "rule": t.Unicode(),
    "traced": t.Bool(),
    "places": wire.Array("int32", ndim=2),
}
NO_PLACES = np.zeros((0, 0), np.int32)
NOT_COMPUTED: dict[str, Any] = {
    **NO_WINDOW,
    "typed": "",
    "parts": [],
    "part": 0,
    "value": "",
    "how": "none",
    "rule": "",
    "traced": False,
    "places": NO_PLACES,
}


def step_row(step: Step) -> dict[str, Any]:
    """Return a step of the chain for the page."""
    x = step.tensor
    return {
        "call": step.call,
        "shape": list(x.shape),
        "stride": list(x.stride()),
        "offset": int(x.storage_offset()),
        "contiguous": x.is_contiguous(),
        "how": step.how,
        "memory": step.memory,
        "changed": step.changed,
        "parent": step.parent,
    }


def strip_row(x: Tensor, start: int) -> dict[str, Any]:
    """Return a part of the memory of a tensor for the page."""
    from dlwidgets.explain.memory import strip

    first, total, text, exact = strip(x, start)
    return {"start": first, "total": total, "text": list(text), "exact": list(exact)}


def computed_row(found: Computed, part: int, at: tuple[int, ...]) -> dict[str, Any]:
    """Return what an expression gave, one of its parts shown from ``at``."""
    from dlwidgets.explain.cells import window

    names = list(found.parts)
    about = {"typed": found.text, "value": found.value, "how": found.how, "rule": found.rule}
    if not names:
        return NOT_COMPUTED | about
    chosen = part if 0 <= part < len(names) else 0
    x = found.parts[names[chosen]]
    seen, places = window(x, at), found.places[names[chosen]]
    return {
        **NOT_COMPUTED,
        **about,
        **window_row(x, seen),
        "parts": names if len(names) > 1 else [],
        "part": chosen,
        "traced": places is not None,
        "places": NO_PLACES if places is None else _shown(places, x, seen.at),
    }


def _shown(places: Tensor, x: Tensor, at: tuple[int, ...]) -> Any:  # noqa: ANN401 -- an array
    """Return the places of the numbers in a window, (numbers, k)."""
    import torch

    from dlwidgets.explain.cells import cut

    order = cut(torch.arange(x.numel()).reshape(x.shape), at).reshape(-1)
    rows = places.cpu().reshape(x.numel(), places.shape[-1])
    return rows[order].numpy().astype(np.int32)
