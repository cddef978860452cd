"""The course of a recurrent net through time: each gate and state, computed from the weights.

The formulas are those of the documentation of ``nn.LSTM``, ``nn.GRU`` and ``nn.RNN`` in torch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Generator

    from torch import Tensor

    from dlwidgets.explain.recurrent.ablation import Alteration
    from dlwidgets.explain.recurrent.reading import Net, Weights, Where

CHUNK = 32
"""Steps between two chances to stop, at most."""

WORK = 8e6
"""Products between two chances to stop: a few milliseconds; large nets stop more often."""


@dataclass
class Begin:
    """The states before the first step, (layers · directions, out) and (…, hidden)."""

    h: Tensor
    c: Tensor


@dataclass
class Course:
    """What was computed: for each layer and direction one row a step, in the order of the input.

    Attributes:
        x: (steps, features).
        begin: the states before the first step (of the reverse direction: behind the last).
        gates: (steps, gates · hidden); of an RNN empty.
        c: (steps, hidden); of an LSTM alone.
        h: (steps, out).
    """

    net: Net
    x: Tensor
    begin: Begin
    gates: dict[Where, Tensor] = field(default_factory=dict)
    c: dict[Where, Tensor] = field(default_factory=dict)
    h: dict[Where, Tensor] = field(default_factory=dict)

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return len(self.x)

    def part(self, where: Where, name: str) -> Tensor:
        """Return a part, (steps, units)."""
        if name == "h":
            return self.h[where]
        if name == "c":
            return self.c[where]
        at, hidden = self.net.gates.index(name), self.net.hidden
        return self.gates[where][:, at * hidden : (at + 1) * hidden]

    def input(self, layer: int) -> Tensor:
        """Return what a layer is given, (steps, features): x, or the states of the layer below."""
        if layer == 0:
            return self.x
        ways = [self.h[layer - 1, way] for way in range(self.net.directions)]
        return ways[0] if len(ways) == 1 else torch.cat(ways, 1)

    def before(self, where: Where, step: int) -> tuple[Tensor, Tensor]:
        """Return hidden and cell state from which a step was computed."""
        last = step + (1 if where[1] else -1)
        if 0 <= last < self.steps:
            h = self.h[where][last]
            return h, self.c[where][last] if where in self.c else h
        return self.start(where)

    def start(self, where: Where) -> tuple[Tensor, Tensor]:
        """Return hidden and cell state with which a direction began."""
        at = where[0] * self.net.directions + where[1]
        return self.begin.h[at], self.begin.c[at]

    @cached_property
    def broken(self) -> int:
        """The first step with a state that is no finite number, or −1."""
        first = self.steps
        for part in (*self.h.values(), *self.c.values()):
            # A sum is quick, and finite only of finite numbers; large ones may overflow it.
            for step in (~part.sum(1).isfinite()).nonzero().flatten().tolist():
                if step >= first:
                    break
                if not part[step].isfinite().all():
                    first = step
        return first if first < self.steps else -1


def run(
    net: Net,
    x: Tensor,
    begin: Begin,
    alterations: tuple[Alteration, ...] = (),
    known: tuple[Course, int, int] | None = None,
) -> Generator[float, None, Course]:
    """Compute a course, yielding the share that is done after every few steps.

    Args:
        net: what computes.
        x: (steps, features), of ``net.dtype``.
        begin: the states before.
        alterations: gates that are held at values.
        known: a course with the same ``begin`` and ``alterations``, and the first and last step
            at which ``x`` differs from its input; what this leaves as it was is not computed anew.
    """
    course = Course(net, x, begin)
    changed = (0, len(x) - 1) if known is None else known[1:]
    done, total = 0, len(x) * len(net.places)
    chunk = max(1, min(CHUNK, int(WORK * len(net.places) / net.size)))
    for layer in range(net.layers):
        given, low, high = course.input(layer), *changed
        for way in range(net.directions):
            where = (layer, way)
            _room(course, where)
            kept = range(high + 1, len(x)) if way else range(low)
            for first in range(0, len(kept), CHUNK * chunk):
                _keep(course, where, known, kept[first : first + CHUNK * chunk])
                yield done / total
            own = [one for one in alterations if one.where == where]
            order = range(high, -1, -1) if way else range(low, len(x))
            done += len(x) - len(order)
            state = course.before(where, order[0]) if len(order) else course.start(where)
            for first in range(0, len(order), chunk):
                steps = order[first : first + chunk]
                state = _walk(course, where, given, steps, state, own)
                done += len(steps)
                yield done / total
            changed = (0 if way else min(low, changed[0]), changed[1] if way else len(x) - 1)
    return course


def whole(running: Generator[float, None, Course]) -> Course:
    """Compute to the end."""
    while True:
        try:
            next(running)
        except StopIteration as stop:
            course: Course = stop.value
            return course


def _room(course: Course, where: Where) -> None:
    net, steps = course.net, course.steps
    sizes = {"h": net.out}
    if net.kind != "rnn":
        sizes["gates"] = len(net.gates) * net.hidden
    if net.kind == "lstm":
        sizes["c"] = net.hidden
    for name, size in sizes.items():
        getattr(course, name)[where] = torch.empty(steps, size, dtype=net.dtype)


def _keep(
    course: Course, where: Where, known: tuple[Course, int, int] | None, steps: range
) -> None:
    if known is None:
        return
    rows = slice(min(steps), max(steps) + 1)
    for name in ("h", "gates", "c"):
        held = getattr(course, name).get(where)
        if held is not None:
            held[rows] = getattr(known[0], name)[where][rows]


@torch.no_grad()
def _walk(
    course: Course,
    where: Where,
    given: Tensor,
    steps: range,
    state: tuple[Tensor, Tensor],
    own: list[Alteration],
) -> tuple[Tensor, Tensor]:
    """Compute some steps from the state before them; return the state behind them."""
    w = course.net.weights[where]
    low, high = min(steps), max(steps) + 1
    # One product for all these steps.
    fed = torch.addmm(w.b_ih, given[low:high], w.w_ih.T)
    take = {"lstm": _lstm, "gru": _gru, "rnn": _rnn}[course.net.kind]
    for step in steps:
        now = [one for one in own if step >= one.since]
        state = take(course, where, step, fed[step - low], state, w, now)
    return state


def _lstm(
    course: Course,
    where: Where,
    step: int,
    fed: Tensor,
    state: tuple[Tensor, Tensor],
    w: Weights,
    now: list[Alteration],
) -> tuple[Tensor, Tensor]:
    h, c = state
    size = course.net.hidden
    row = course.gates[where][step]
    row.copy_(torch.addmv(fed, w.w_hh, h)).add_(w.b_hh)
    row[: 2 * size].sigmoid_()
    row[2 * size : 3 * size].tanh_()
    row[3 * size :].sigmoid_()
    i, f, g, o = row.view(4, size)
    for one in now:
        one.apply({"i": i, "f": f, "g": g, "o": o}[one.gate])
    cell = torch.mul(f, c, out=course.c[where][step]).addcmul_(i, g)
    out = o * cell.tanh()
    course.h[where][step] = out if w.w_hr is None else w.w_hr @ out
    return course.h[where][step], cell


def _gru(
    course: Course,
    where: Where,
    step: int,
    fed: Tensor,
    state: tuple[Tensor, Tensor],
    w: Weights,
    now: list[Alteration],
) -> tuple[Tensor, Tensor]:
    h = state[0]
    size = course.net.hidden
    row = course.gates[where][step]
    back = torch.addmv(w.b_hh, w.w_hh, h)
    torch.add(fed[: 2 * size], back[: 2 * size], out=row[: 2 * size]).sigmoid_()
    r, z, n = row.view(3, size)
    for one in now:
        if one.gate != "n":
            one.apply(r if one.gate == "r" else z)
    torch.addcmul(fed[2 * size :], r, back[2 * size :], out=n).tanh_()
    for one in now:
        if one.gate == "n":
            one.apply(n)
    course.h[where][step] = (1 - z) * n + z * h
    return course.h[where][step], course.h[where][step]


def _rnn(
    course: Course,
    where: Where,
    step: int,
    fed: Tensor,
    state: tuple[Tensor, Tensor],
    w: Weights,
    now: list[Alteration],
) -> tuple[Tensor, Tensor]:
    row = course.h[where][step]
    row.copy_(torch.addmv(fed, w.w_hh, state[0])).add_(w.b_hh)
    row.relu_() if course.net.relu else row.tanh_()
    for one in now:
        one.apply(row)
    return row, row
