"""How far back a state remembers: gradients by autograd, and products of gates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from dlwidgets.explain.recurrent.reference import LONGEST, affordable, torch_states

if TYPE_CHECKING:
    from torch import Tensor

    from dlwidgets.explain.recurrent.ablation import Alteration
    from dlwidgets.explain.recurrent.course import Course
    from dlwidgets.explain.recurrent.reading import Where

FORGOTTEN = 0.01
"""A share of the greatest gradient below which a step counts as forgotten."""


@dataclass(frozen=True, eq=False)
class Memory:
    """What one state remembers.

    Attributes:
        first: the first step that is looked at.
        gradient: for each step s from there, ‖∂h_t[unit] / ∂x_s‖.
        product: for each of them the product of the gates through which a state passes unchanged
            in kind: ∏ f of an LSTM (∂c_t / ∂c_s along the cell alone), ∏ z of a GRU; NaN behind
            the direction's way; empty of an RNN.
        reach: how many steps lie between t and the farthest step whose gradient is at least a
            hundredth of the greatest; −1 where there is no finite gradient.
    """

    first: int
    gradient: Tensor
    product: Tensor
    reach: int


def remembered(
    course: Course,
    alterations: tuple[Alteration, ...],
    where: Where,
    step: int,
    unit: int,
) -> Memory:
    """Return what ``h[step][unit]`` of a layer and direction owes to each step of the input.

    Long sequences are followed for some hundred steps around, from the states that were there.
    """
    net = course.net
    many = affordable(net, LONGEST)
    # Below a reverse direction, or above one, what comes later counts as well.
    low = step - many + 1 if net.directions == 1 else step - many // 2
    low = max(0, min(low, course.steps - many))
    if net.directions == 1:
        window = (max(0, step - many + 1), step + 1)
    else:
        window = (low, min(course.steps, low + many))
    x = course.x[slice(*window)].clone().requires_grad_()
    with torch.enable_grad():
        states = torch_states(course, alterations, window, x, where[0] + 1)[where]
        (gradient,) = torch.autograd.grad(states[step - window[0], unit], x)
    norms = gradient.norm(dim=1)
    return Memory(
        window[0], norms, _product(course, where, step, unit, window), _reach(norms, step, window)
    )


def _product(course: Course, where: Where, step: int, unit: int, window: tuple[int, int]) -> Tensor:
    net = course.net
    if net.kind == "rnn":
        return torch.zeros(0, dtype=net.dtype)
    gate = course.part(where, "f" if net.kind == "lstm" else "z")[:, unit]
    found = torch.full((window[1] - window[0],), float("nan"), dtype=net.dtype)
    here = step - window[0]
    if where[1]:
        after = gate[step : window[1] - 1].cumprod(0)
        found[here] = 1
        found[here + 1 :] = after
    else:
        before = gate[window[0] + 1 : step + 1].flip(0).cumprod(0).flip(0)
        found[:here] = before
        found[here] = 1
    return found


def _reach(norms: Tensor, step: int, window: tuple[int, int]) -> int:
    if not norms.isfinite().all() or not norms.max() > 0:
        return -1
    felt = (norms >= FORGOTTEN * norms.max()).nonzero().flatten() + window[0]
    return int((felt - step).abs().max())
