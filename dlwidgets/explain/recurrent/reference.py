"""What torch's own modules compute: the other side of every comparison, and of every gradient.

Torch's kernels run stretch by stretch between the steps at which a gate begins to be held; held
gates are weights (`ablation.altered`), so the modules themselves are the plain ones of torch.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import nn

from dlwidgets.explain.recurrent.ablation import altered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from dlwidgets.explain.recurrent.ablation import Alteration
    from dlwidgets.explain.recurrent.course import Course
    from dlwidgets.explain.recurrent.reading import Net, Weights, Where

WORK = 4e7
"""Products that a comparison may take: some milliseconds."""

LONGEST = 500
"""Steps through which gradients are followed at most."""


def affordable(net: Net, most: int = 2000) -> int:
    """Return how many steps torch computes in some milliseconds."""
    return max(16, min(most, int(WORK / max(1, net.size))))


def torch_states(
    course: Course,
    alterations: tuple[Alteration, ...],
    window: tuple[int, int],
    x: Tensor | None = None,
    layers: int | None = None,
) -> dict[Where, Tensor]:
    """Return the hidden states that torch's modules give for a window of steps.

    Args:
        course: gives the input, and the states from which the window is entered.
        alterations: the gates that are held.
        window: first step, and the step behind the last.
        x: the input of the window, where gradients are wanted; left out, that of the course.
        layers: how many are run; left out, all.
    """
    net = course.net
    low, high = window
    given = course.x[low:high] if x is None else x
    found: dict[Where, Tensor] = {}
    for layer in range(net.layers if layers is None else layers):
        ways = []
        for way in range(net.directions):
            where = (layer, way)
            own = [one for one in alterations if one.where == where]
            found[where] = _direction(course, where, given, window, own)
            ways.append(found[where])
        given = ways[0] if len(ways) == 1 else torch.cat(ways, 1)
    return found


def _direction(
    course: Course,
    where: Where,
    given: Tensor,
    window: tuple[int, int],
    own: list[Alteration],
) -> Tensor:
    """Run one direction through the window, stretch by stretch."""
    net, (low, high) = course.net, window
    cuts = sorted({low, high, *(one.since for one in own if low < one.since < high)})
    stretches = list(pairwise(cuts))
    state = course.before(where, high - 1 if where[1] else low)
    pieces = []
    for first, last in reversed(stretches) if where[1] else stretches:
        now = [one for one in own if one.since <= first]
        module = _held(net, where, now) if now else _plain(net, where)
        part = given[first - low : last - low]
        part = part.flip(0) if where[1] else part
        pair = (state[0][None], state[1][None])
        with quiet():
            out, end = module(part, pair if net.kind == "lstm" else pair[0])
        state = (end[0][0], end[1][0]) if net.kind == "lstm" else (end[0], end[0])
        pieces.append(out.flip(0) if where[1] else out)
    return torch.cat(pieces[::-1] if where[1] else pieces)


def _held(net: Net, where: Where, now: list[Alteration]) -> nn.RNNBase:
    return _module(net, altered(net, net.weights[where], now))


def _plain(net: Net, where: Where) -> nn.RNNBase:
    if where not in net.made:
        net.made[where] = _module(net, net.weights[where])
    return net.made[where]


@contextmanager
def quiet() -> Iterator[None]:
    """Keep torch from telling the user that projections have no fast kernel."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="LSTM with projections is not supported")
        yield


def _module(net: Net, w: Weights) -> nn.RNNBase:
    """Return torch's module of one layer and one direction with these weights."""
    options: dict[str, object] = {"dtype": net.dtype}
    if w.w_hr is not None:
        options["proj_size"] = len(w.w_hr)
    if net.kind == "rnn":
        options["nonlinearity"] = "relu" if net.relu else "tanh"
    owner = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[net.kind]
    # Made without values, for which the user's random numbers would be drawn.
    empty = owner(w.w_ih.shape[1], net.hidden, device="meta", **options)
    module: nn.RNNBase = empty.to_empty(device="cpu")
    names = {"weight_ih_l0": w.w_ih, "weight_hh_l0": w.w_hh}
    names |= {"bias_ih_l0": w.b_ih, "bias_hh_l0": w.b_hh}
    if w.w_hr is not None:
        names["weight_hr_l0"] = w.w_hr
    with torch.no_grad():
        for name, value in names.items():
            getattr(module, name).copy_(value)
    return module.eval().requires_grad_(requires_grad=False)


def apart(ours: Tensor, theirs: Tensor) -> float:
    """Return the greatest difference, as a share of the largest value where that exceeds 1.

    NaN agrees with NaN alone; where only one side has it, the difference is infinite.
    """
    if ours.shape != theirs.shape:
        return float("inf")
    ours, theirs = ours.double(), theirs.double()
    same = (ours == theirs) | (ours.isnan() & theirs.isnan())
    difference = torch.where(same, torch.zeros_like(ours), (ours - theirs).abs())
    if not difference.numel():
        return 0.0
    finite = theirs[theirs.isfinite()].abs()
    scale = max(1.0, float(finite.max()) if finite.numel() else 1.0)
    return float(difference.nan_to_num(nan=float("inf")).max()) / scale


def compared(course: Course, alterations: tuple[Alteration, ...], step: int) -> float:
    """Return how far a course is from torch, over as many steps around ``step`` as is quick.

    All layers and directions count.
    """
    many = affordable(course.net)
    low = max(0, min(step - many // 2, course.steps - many))
    window = (low, min(course.steps, low + many))
    with torch.no_grad():
        theirs = torch_states(course, alterations, window)
    return max(apart(course.h[where][slice(*window)], theirs[where]) for where in theirs)
