"""One step of one unit, taken apart: what the input, the hidden state and the biases add up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlwidgets.explain.recurrent.course import Course
    from dlwidgets.explain.recurrent.reading import Where


@dataclass(frozen=True)
class Sum:
    """What goes into one gate of one unit; of a GRU's candidate r multiplies ``h + b_hh``.

    Attributes:
        gate: its letter.
        x: W_ih's row times the input.
        b_ih: its bias.
        h: W_hh's row times the hidden state before.
        b_hh: its bias.
        value: of the gate, as it was recorded: held, if it is held.
    """

    gate: str
    x: float
    b_ih: float
    h: float
    b_hh: float
    value: float


@dataclass(frozen=True)
class Detail:
    """One unit at one step.

    Attributes:
        sums: one for each gate.
        h_before: the hidden state before; NaN for a unit beyond a projection.
        h: the hidden state; likewise.
        c_before: the cell state before; NaN of other nets than LSTMs.
        c: the cell state; likewise.
    """

    sums: tuple[Sum, ...]
    h_before: float
    h: float
    c_before: float
    c: float


def detail(course: Course, where: Where, step: int, unit: int) -> Detail:
    """Return one step of one unit of a layer and direction."""
    net, w = course.net, course.net.weights[where]
    x = course.input(where[0])[step]
    h, c = course.before(where, step)
    sums = []
    for at, gate in enumerate(net.gates):
        row = at * net.hidden + unit
        sums.append(
            Sum(
                gate,
                float(w.w_ih[row] @ x),
                float(w.b_ih[row]),
                float(w.w_hh[row] @ h),
                float(w.b_hh[row]),
                float(course.part(where, gate)[step, unit]),
            )
        )
    nothing = float("nan")
    shown, cell = unit < net.out, net.kind == "lstm"
    return Detail(
        tuple(sums),
        float(h[unit]) if shown else nothing,
        float(course.h[where][step, unit]) if shown else nothing,
        float(c[unit]) if cell else nothing,
        float(course.c[where][step, unit]) if cell else nothing,
    )
