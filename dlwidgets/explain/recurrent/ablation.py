"""Gates that are held at a value, as words, as numbers, and as weights with which torch agrees."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from numbers import Real
from typing import TYPE_CHECKING, Any

import torch

from dlwidgets.explain.recurrent.reading import Weights
from dlwidgets.language import say, suggest

if TYPE_CHECKING:
    from torch import Tensor

    from dlwidgets.explain.recurrent.course import Course
    from dlwidgets.explain.recurrent.reading import Net, Where

SQUASHED = {"g", "n"}
"""Candidates: between −1 and 1; the other gates are between 0 and 1."""


@dataclass(frozen=True)
class Ablation:
    """What the user wants held.

    Attributes:
        where: the layer and the direction.
        gate: its letter.
        to: a number, or ``"mean"``: what the gate is on average over all steps, unit by unit.
        unit: one unit; None for all.
        since: from this step of the input on.
    """

    where: Where
    gate: str
    to: float | str
    unit: int | None = None
    since: int = 0


@dataclass(frozen=True, eq=False)
class Alteration:
    """An ablation with its numbers: units where ``mask`` is set have ``values``."""

    where: Where
    gate: str
    since: int
    mask: Tensor
    values: Tensor

    def apply(self, gate: Tensor) -> None:
        """Set the units of a gate, in place."""
        torch.where(self.mask, self.values, gate, out=gate)


def checked(net: Net, ablation: Ablation, steps: int) -> Ablation:
    """Return an ablation that is possible.

    Raises:
        ValueError: for an unknown gate, a value that the gate can't have, a unit or step that
            there is not.
    """
    gate, to, unit, since = ablation.gate, ablation.to, ablation.unit, ablation.since
    if gate not in net.gates:
        known = ", ".join(net.gates)
        raise ValueError(
            say(
                f"ablate: expected a gate of {net.title} among {known}, got {gate!r}."
                f"{suggest(str(gate), net.gates)}",
                f"ablate：{net.title} 的门应为 {known} 之一，得到 {gate!r}。"
                f"{suggest(str(gate), net.gates)}",
            )
        )
    low, high = _ends(net, gate)
    if to != "mean" and not (_number(to) and low <= float(to) <= high):
        raise ValueError(
            say(
                f"ablate: expected 'mean' or a number from {low:g} to {high:g}, which {gate} can "
                f"have, got {to!r}",
                f"ablate：应为 'mean' 或 {gate} 可取的 {low:g} 到 {high:g} 之间的数，得到 {to!r}",
            )
        )
    units = net.units(gate)
    if unit is not None and not (isinstance(unit, int) and 0 <= unit < units):
        raise ValueError(
            say(
                f"ablate: expected a unit from 0 to {units - 1}, or None for all, got {unit!r}",
                f"ablate：unit 应为 0 到 {units - 1}，或 None 表示全部，得到 {unit!r}",
            )
        )
    if not (isinstance(since, int) and 0 <= since < steps):
        raise ValueError(
            say(
                f"ablate: expected since from 0 to {steps - 1}, got {since!r}",
                f"ablate：since 应为 0 到 {steps - 1}，得到 {since!r}",
            )
        )
    return ablation if to == "mean" else replace(ablation, to=float(to))


def numbers(ablation: Ablation, base: Course) -> Alteration:
    """Return an ablation with its numbers; means are those of ``base``."""
    part = base.part(ablation.where, ablation.gate)
    if ablation.to == "mean":
        values = part.mean(0)
    else:
        values = torch.full((part.shape[1],), float(ablation.to), dtype=part.dtype)
    mask = torch.ones(part.shape[1], dtype=torch.bool)
    if ablation.unit is not None:
        mask = torch.arange(part.shape[1]) == ablation.unit
    return Alteration(ablation.where, ablation.gate, ablation.since, mask, values)


def altered(net: Net, w: Weights, alterations: list[Alteration]) -> Weights:
    """Return weights with which the plain formulas give the held gates: a bias, and nothing else.

    So torch's own modules can be asked what an ablated net computes.
    """
    w_ih, w_hh, b_ih, b_hh = (one.clone() for one in (w.w_ih, w.w_hh, w.b_ih, w.b_hh))
    size = net.hidden
    for one in alterations:
        at = net.gates.index(one.gate)
        rows = torch.arange(at * size, (at + 1) * size)[one.mask]
        w_ih[rows] = 0
        w_hh[rows] = 0
        b_hh[rows] = 0
        values = one.values[one.mask]
        if net.kind == "rnn" and net.relu:
            b_ih[rows] = values
        elif one.gate in SQUASHED or net.kind == "rnn":
            b_ih[rows] = values.atanh()
        else:
            b_ih[rows] = values.logit()
    return Weights(w_ih, w_hh, b_ih, b_hh, w.w_hr)


def _ends(net: Net, gate: str) -> tuple[float, float]:
    if net.kind == "rnn" and net.relu:
        return 0.0, float("inf")
    return (-1.0 if gate in SQUASHED or net.kind == "rnn" else 0.0), 1.0


def _number(value: Any) -> bool:  # noqa: ANN401 -- told apart here
    if isinstance(value, bool):
        return False
    return isinstance(value, Real) and math.isfinite(value)
