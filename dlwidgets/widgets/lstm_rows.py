"""A study of a recurrent net in arrays for the page: only what is shown crosses the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dlwidgets.widgets.lstm_traits import NO_MEMORY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.explain.recurrent import Ablation, Course, Study, Where

COLUMNS = 200
"""Steps on the page at once."""

ROWS = 64
"""Units on the page at once."""

FEATURES = 48
"""Features of the input on the page at once."""

LONGEST = 64
"""Units up to which the program of a step is shown; ``w.code()`` gives it of any net."""


class Spot(NamedTuple):
    """What is looked at."""

    where: Where
    step: int
    unit: int
    window: str


def net_row(study: Study, steps: int) -> dict[str, Any]:
    """Return what is opened."""
    net = study.net
    names = ("kind", "title", "relu", "features", "hidden", "out", "layers", "directions", "bias")
    return {name: getattr(net, name) for name in names} | {
        "steps": steps,
        "lengths": list(study.given.lengths),
        "gates": list(net.gates),
        "parts": list(net.parts),
        "head": study.head is not None,
    }


def columns(steps: int, step: int, window: str) -> NDArray[np.int32]:
    """Return the steps that are shown: all, every so many, or those around ``step``."""
    if window == "near" and steps > COLUMNS:
        first = max(0, min(step - COLUMNS // 2, steps - COLUMNS))
        return np.arange(first, first + COLUMNS, dtype=np.int32)
    return np.arange(0, steps, -(-steps // COLUMNS), dtype=np.int32)


def thinned(many: int, most: int) -> NDArray[np.int32]:
    """Return at most ``most`` of ``many`` units, evenly apart."""
    return np.arange(0, many, -(-many // most), dtype=np.int32)


def map_rows(study: Study, spot: Spot) -> dict[str, Any]:
    """Return the maps, with and without the changes."""
    across = columns(study.steps, spot.step, spot.window)
    units, features = thinned(study.net.hidden, ROWS), thinned(study.net.features, FEATURES)

    def maps(course: Course) -> dict[str, NDArray[np.float32]]:
        found = {}
        for name in study.net.parts:
            part = course.part(spot.where, name)
            rows = units[units < part.shape[1]]
            found[name] = part[across][:, rows].T.float().numpy()
        return found | {"x": course.x[across][:, features].T.float().numpy()}

    return {
        "_columns": across,
        "_rows": units,
        "_features": features,
        "_maps": maps(study.now),
        "_maps_before": maps(study.base) if study.changed else {},
        "_changed": study.changed,
        "_broken": study.now.broken,
        "_progress": study.progress,
        "_held": [held_row(one) for one in study.ablations],
        "_apart": study.difference(spot.step),
        "_reach": np.array([-study.reach, study.reach]),
    }


def spot_rows(study: Study, spot: Spot, name: str, tab: str) -> dict[str, Any]:
    """Return what belongs to the step and the unit under the cursor."""
    from dlwidgets.explain.recurrent import detail, program

    across = columns(study.steps, spot.step, spot.window)
    changed = study.changed
    here = detail(study.now, spot.where, spot.step, spot.unit)
    before = detail(study.base, spot.where, spot.step, spot.unit)
    ends = [here.h_before, here.h, here.c_before, here.c]
    old = [before.h_before, before.h, before.c_before, before.c]
    sums = [[one.x, one.b_ih, one.h, one.b_hh, one.value] for one in here.sums]
    short = study.net.hidden <= LONGEST and study.net.features <= LONGEST
    return {
        "_lines": _lines(study.now, spot, across),
        "_lines_before": _lines(study.base, spot, across) if changed else {},
        "_sums": np.array(sums),
        "_ends": np.array(ends),
        "_ends_before": np.array([*(one.value for one in before.sums), *old]),
        "_x": study.now.x[spot.step, :FEATURES].double().numpy(),
        "_x_before": study.base.x[spot.step, :FEATURES].double().numpy(),
        "_code": program(study, spot.where, spot.step, name) if short else "",
        "_memory": memory_row(study, spot) if tab == "memory" else NO_MEMORY,
        "_stale": study.stale,
    }


def output_rows(study: Study, step: int, labels: list[str]) -> dict[str, Any]:
    """Return what the head gives at a step, with and without the changes."""
    now = study.output(study.now)
    if now is None:
        return {"_outputs": [], "_output": np.zeros((0, 0))}
    before = study.output(study.base) if study.changed else now
    if before is None:
        before = now
    rows = [one[step] if len(one.shape) > 1 else one for one in (now, before)]
    names = labels if len(labels) == len(rows[0]) else [str(i) for i in range(len(rows[0]))]
    return {"_outputs": names, "_output": np.stack([row.numpy() for row in rows])}


def memory_row(study: Study, spot: Spot) -> dict[str, Any]:
    """Return what the unit's hidden state remembers; nothing of a unit beyond a projection."""
    if spot.unit >= study.net.out:
        return NO_MEMORY
    found = study.memory(spot.where, spot.step, spot.unit)
    old = study.memory(spot.where, spot.step, spot.unit, given=True) if study.changed else None
    return {
        "first": found.first,
        "gradient": found.gradient.double().numpy(),
        "product": found.product.double().numpy(),
        "before": np.zeros(0) if old is None else old.gradient.double().numpy(),
        "reach": found.reach,
        "shown": True,
    }


def held_row(one: Ablation) -> dict[str, Any]:
    """Return a held gate."""
    return {
        "layer": one.where[0],
        "reverse": bool(one.where[1]),
        "gate": one.gate,
        "to": one.to if isinstance(one.to, str) else f"{one.to:g}",
        "unit": -1 if one.unit is None else one.unit,
        "since": one.since,
    }


def _lines(course: Course, spot: Spot, across: NDArray[np.int32]) -> dict[str, NDArray[np.float64]]:
    found = {}
    for name in course.net.parts:
        if spot.unit < course.net.units(name):
            found[name] = course.part(spot.where, name)[across, spot.unit].double().numpy()
    return found


def same(value: object, other: object) -> bool:
    """Whether two values are equal, with the arrays in them; NaN equals NaN."""
    if isinstance(value, dict) and isinstance(other, dict):
        return value.keys() == other.keys() and all(same(value[k], other[k]) for k in value)
    if isinstance(value, np.ndarray) and isinstance(other, np.ndarray):
        return value.dtype == other.dtype and np.array_equal(value, other, equal_nan=True)
    return bool(value == other)
