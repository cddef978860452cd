"""A graph under study, as the page reads it: rows of what it is, arrays of its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets as t

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from dlwidgets.explain.autograd.backward import Visit
    from dlwidgets.explain.autograd.experiments import Outcome
    from dlwidgets.explain.autograd.graph import Operator, Variable
    from dlwidgets.explain.autograd.study import Found, Study
    from dlwidgets.explain.autograd.window import Window

SHOWN = 16
"""Numbers of one tensor that travel; a tensor of no more can be edited."""

VARIABLE = {
    "key": t.Int(),
    "kind": t.Enum(["leaf", "constant", "result"]),
    "name": t.Unicode(),
    "shape": t.List(t.Int()),
    "count": t.Int(),
    "known": t.Bool(),
    "gradient": t.Bool(),
    "editable": t.Bool(),
    "recovered": t.Bool(),
    "hidden": t.Int(),
}
"""A circle; of its numbers, at most `SHOWN` of the value and of the gradient are sent."""

OPERATOR = {
    "key": t.Int(),
    "name": t.Unicode(),
    "short": t.Unicode(),
    "sign": t.Unicode(),
    "slopes": t.List(t.Unicode()),
    "inputs": t.List(t.Int()),
    "outputs": t.List(t.Int()),
    "known": t.Bool(),
}
"""A square."""

MOVE = {
    "step": t.Int(),
    "operator": t.Int(),
    "variable": t.Int(),
    "slot": t.Int(),
    "product": t.Bool(),
    "upstream": t.Int(),
    "slope": t.Int(),
    "result": t.Int(),
}
"""A gradient that an operator (-1: one that is not shown) hands to a variable, and how many numbers
of upstream, local derivative and result are sent."""


def _first(tensor: Tensor | None) -> NDArray[np.float64]:
    """Return the first numbers of a tensor."""
    if tensor is None:
        return np.zeros(0)
    found: NDArray[np.float64] = tensor.detach().flatten()[:SHOWN].double().cpu().numpy()
    return found


def _summary(tensor: Tensor | None) -> list[float]:
    """Return the smallest, mean and largest number, and the norm; NaN where there is none."""
    if tensor is None or tensor.numel() == 0:
        return [np.nan] * 4
    numbers = tensor.detach().double()
    return [float(x) for x in (numbers.min(), numbers.mean(), numbers.max(), numbers.norm())]


def _joined(parts: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.concatenate(parts) if parts else np.zeros(0)


def graph_state(study: Study, window: Window, found: Found) -> dict[str, Any]:
    """Return the traits that show a window of a graph."""
    shown = [study.graph.variables[at] for at in window.variables]
    gradients, values = found.walk.gradients, found.values
    moves, numbers = _moves(study, window, found)
    truth = found.truth or gradients
    return {
        "_variables": [_variable(study, window, found, one) for one in shown],
        "_operators": [_operator(study.graph.operators[at], study) for at in window.operators],
        "_moves": moves,
        "_numbers": numbers,
        "_values": _joined([_first(values[one.index]) for one in shown]),
        "_gradients": _joined([_first(gradients[one.index]) for one in shown]),
        "_truth": _joined([_first(_true(truth, gradients, one.index)) for one in shown]),
        "_stats": np.array(
            [_summary(values[one.index]) + _summary(gradients[one.index]) for one in shown]
        ),
        "_start": window.start,
        "_root": study.graph.root,
        "_total": len(study.graph.operators),
        "_unknown": list(study.unknown),
        "_vector": _first(study.vector),
        "_jacobian": np.zeros((0, 0))
        if found.jacobian is None
        else found.jacobian.double().cpu().numpy(),
        "_columns": _columns(study) if found.jacobian is not None else [],
    }


def _true(truth: list[Tensor | None], gradients: list[Tensor | None], at: int) -> Tensor | None:
    # Inside a function of the user's there are tensors that only autograd sees.
    return gradients[at] if gradients[at] is None or truth[at] is None else truth[at]


def _variable(study: Study, window: Window, found: Found, one: Variable) -> dict[str, Any]:
    value, gradient = found.values[one.index], found.walk.gradients[one.index]
    count = int(np.prod(one.shape)) if value is None else value.numel()
    return {
        "key": one.index,
        "kind": one.kind,
        "name": one.name,
        "shape": list(one.shape),
        "count": count,
        "known": value is not None,
        "gradient": gradient is not None,
        "editable": one.index in study.editable and count <= SHOWN and one.dtype.is_floating_point,
        "recovered": one.recovered,
        "hidden": window.hidden.get(one.index, 0),
    }


def _operator(one: Operator, study: Study) -> dict[str, Any]:
    rule = one.rule
    return {
        "key": one.index,
        "name": one.name,
        "short": one.short,
        "sign": rule.sign(one.saved) if rule else one.short,
        "slopes": [_slope(one, study, place) for place in range(len(one.edges))],
        "inputs": [at for at in one.inputs if at >= 0],
        "outputs": list(one.outputs),
        "known": one.name not in study.unknown,
    }


def _slope(one: Operator, study: Study, place: int) -> str:
    """Return the derivative with respect to an input; of one that was stretched the sum of it."""
    if one.rule is None:
        return ""
    slope = one.rule.slope(place).format_map(one.saved)
    variables = study.graph.variables
    stretched = variables[one.edges[place]].shape != variables[one.outputs[0]].shape
    if not (one.rule.elementwise and one.edges[place] >= 0 and stretched):
        return slope
    return "Σ G" if slope == "1" else f"Σ G · {slope}"


def _moves(
    study: Study, window: Window, found: Found
) -> tuple[list[dict[str, Any]], NDArray[np.float64]]:
    """Return what the operators hand on, in the order in which autograd comes to them."""
    rows: list[dict[str, Any]] = []
    numbers: list[NDArray[np.float64]] = []
    step = 0
    for visit in found.walk.visits:
        moves = _handed(study, window, visit)
        if not moves:
            continue
        step += 1
        for row, parts in moves:
            rows.append(row | {"step": step})
            numbers += parts
    return rows, _joined(numbers)


def _handed(
    study: Study, window: Window, visit: Visit
) -> list[tuple[dict[str, Any], list[NDArray[np.float64]]]]:
    operator = study.graph.operators[visit.operator]
    inside = visit.operator in window.operators
    above = next((one for one in visit.upstream if one is not None), None)
    moves = []
    for slot, (at, result) in enumerate(zip(operator.edges, visit.results, strict=False)):
        arrives = at in window.variables and operator.wanted[slot] and result is not None
        # What comes to the start is there before the first step.
        if not arrives or at == window.start:
            continue
        slope = visit.slopes[slot] if inside else None
        parts = [_first(above if inside else None), _first(slope), _first(result)]
        row = {
            "operator": operator.index if inside else -1,
            "variable": at,
            "slot": slot,
            "product": slope is not None,
        }
        row |= dict(zip(("upstream", "slope", "result"), map(len, parts), strict=True))
        moves.append((row, parts))
    return moves


def _columns(study: Study) -> list[str]:
    """Return the names of the columns of the Jacobian: ``x[0]``, ``x[1]``."""
    names = []
    for at in study.editable:
        one = study.graph.variables[at]
        if one.kind != "leaf":
            continue
        if not one.shape:
            names.append(one.name)
        else:
            places = (", ".join(map(str, place)) for place in np.ndindex(*one.shape))
            names += [f"{one.name}[{place}]" for place in places]
    return names


def outcome_state(study: Study, outcome: Outcome, code: list[str]) -> dict[str, Any]:
    """Return the traits that show what torch did when something was tried."""
    keys = list(dict.fromkeys(key for frame in outcome.frames for key in frame))
    width = {
        key: max((len(_first(frame.get(key))) for frame in outcome.frames), default=0) or 1
        for key in keys
    }
    rows = [
        np.concatenate([_padded(_first(frame.get(key)), width[key]) for key in keys])
        for frame in outcome.frames
        if keys
    ]
    absent = [[frame.get(key) is None for key in keys] for frame in outcome.frames]
    return {
        "_tried": outcome.kind,
        "_tried_target": study.graph.variables[outcome.target].name if outcome.target >= 0 else "",
        "_tried_error": outcome.error,
        "_tried_warning": outcome.warning,
        "_tried_code": "\n".join(code),
        "_tried_names": [study.graph.variables[key].name for key in keys],
        "_tried_widths": [width[key] for key in keys],
        "_tried_frames": np.array(rows) if rows else np.zeros((0, 0)),
        "_tried_absent": np.array(absent, bool) if rows else np.zeros((0, 0), bool),
    }


def _padded(numbers: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    return np.concatenate([numbers, np.full(width - len(numbers), np.nan)])
