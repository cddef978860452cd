"""Makes a plain PyTorch loop visible: step boundaries, losses, hyperparameters.

While a :class:`Watch` is open, torch's own hooks for all optimizers mark the steps, and a wrapper
of ``Tensor.backward`` sees which scalar was differentiated (:mod:`dlwidgets.training.hooks`).
"""

# ruff: noqa: SLF001 -- run, control and watch are parts of one engine

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, NoReturn, Self

import torch

from dlwidgets.training import divergence, hooks, names
from dlwidgets.training.accelerator import DeferredGuard
from dlwidgets.training.batches import Batches
from dlwidgets.training.events import StopRun
from dlwidgets.training.recorder import Number, mean

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

    from torch.optim import Optimizer

    from dlwidgets.training.run import Run

_MOST_BACKWARDS = 10_000
"""Losses kept for one step: a loop that never steps must not fill the memory."""


Closure = tuple["Optimizer", list[tuple[torch.Tensor, torch.Tensor]]]
"""Inside ``step(closure)``: its optimizer, and the parameters with their values of before."""


class Watch:
    """Watches the loops of this thread for a run while it is open (a context manager)."""

    def __init__(self, run: Run) -> None:
        """Prepare to watch for ``run``."""
        self.taken = 0
        # Told of each step that is about to be made, with the gradients that it uses.
        self.before_step: Callable[[Optimizer], None] | None = None
        self.clock = run._clock
        self._run = run
        self._losses = names.Losses()
        self._optimizers: dict[Optimizer, str] = {}
        self._guards: dict[Optimizer, DeferredGuard] = {}
        # The optimizers that have stepped in the current round.
        self._stepped: set[Optimizer] = set()
        # The losses since the last step, by name.
        self._captured: dict[str, list[Number]] = {}
        self._columns: dict[tuple[str, Optimizer], str] = {}
        self._batches = Batches()
        self._closure: Closure | None = None
        # Whether the optimizer that steps now does so with multiplied rates.
        self._lends = False

    def __enter__(self) -> Self:
        """Begin to watch.

        Raises:
            RuntimeError: if another run already watches this thread.
        """
        hooks.enter(self)
        self._batches.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """End watching and let go of everything of the user's."""
        hooks.leave()
        self._batches.close()
        self._captured.clear()
        self._guards.clear()

    @property
    def run(self) -> Run:
        """The run that is watched."""
        return self._run

    @property
    def preparing(self) -> bool:
        """Whether a backward has run since the last step: logs then belong to the next one."""
        return bool(self._captured)

    @property
    def idle(self) -> bool:
        """Whether no optimizer has stepped yet."""
        return not self._optimizers

    def captured(self, loss: torch.Tensor, frame: FrameType) -> None:
        """Take in a scalar on which ``backward`` was called."""
        if loss.numel() != 1:
            return
        name, held = self._losses.name(loss, frame)
        closure = self._closure
        # A closure is asked for its loss as a number anyway, so the device waits there already.
        now = closure is not None or held.is_cpu
        value = held.item() if now else held.detach()
        values = self._captured.setdefault(name, [])
        if closure is not None:
            if not values:
                values.append(value)  # The first loss is the one at the parameters of before.
            self._guard_closure(closure, name, value)
        elif len(values) < _MOST_BACKWARDS:
            values.append(value)

    def before(self, optimizer: Optimizer, closure: object) -> None:
        """Act before an optimizer steps: commands, scheduled rates, divergence."""
        run = self._run
        begins = not self._stepped or optimizer in self._stepped
        if optimizer not in self._optimizers:
            self._meet(optimizer)
        elif begins and len(self._optimizers) > 1:
            # With several optimizers a step is a round of them; it ends where one begins again.
            run._control.boundary()
        if begins:
            self._stepped.clear()
        self._lends = run._board.look(optimizer, run._coded)
        if begins:
            run._control.look()
        self._guard(optimizer)
        if self.before_step is not None:
            self.before_step(optimizer)
        if self._lends:
            run._board.lend(optimizer)
        self._closure = None
        if closure is not None:
            kept = [(p, p.detach().clone()) for p in divergence.parameters(optimizer)]
            self._closure = optimizer, kept

    def after(self, optimizer: Optimizer, now: float) -> None:
        """Act after an optimizer stepped, ``now``: write the row, then let commands in."""
        run = self._run
        self._closure = None
        if self._lends:
            run._board.take_back(optimizer)
        overflow = optimizer.__dict__.get("found_inf")
        if overflow is not None and overflow.is_cpu and overflow.item():
            return  # A fused kernel left the parameters alone: this was no step.
        self.taken += 1
        epoch = run._loops.mark_step()
        if self._stepped:
            run._fill_row()
        else:
            run._open_row(epoch, now)
        self._stepped.add(optimizer)
        for name, values in self._captured.items():
            self._write(optimizer, name, values)
        self._captured.clear()
        if len(self._optimizers) == 1:
            run._control.boundary(now)

    def skipped(self, optimizer: Optimizer) -> None:
        """Forget the losses of a step that a gradient scaler did not take.

        A gradient that overflowed with the scale is its daily business, a loss that is not
        finite is none.
        """
        self._check_losses(optimizer)
        self._captured.clear()

    def check_deferred(self) -> None:
        """Read the flags of accelerators (once a tick, and at the end).

        Raises:
            StopRun: if one is up; the parameters are then as before the first bad step.
        """
        found = [(o, guard, guard.found()) for o, guard in self._guards.items()]
        bad = [(o, guard, first) for o, guard, first in found if first is not None]
        if not bad:
            return
        for _, guard, _ in bad:
            guard.restore()
        self._run._recorder.settle()
        optimizer, _, (step, by_loss) = min(bad, key=lambda one: one[2][0])
        for (name, owner), column in self._columns.items():
            value = self._run._history.get(column, step - 1)
            if by_loss and owner is optimizer and not math.isfinite(value):
                self._diverge(step, name, value)
        self._diverge(step)

    def _meet(self, optimizer: Optimizer) -> None:
        run = self._run
        variables = names.visible(sys._getframe(3))
        name = names.optimizer_name(optimizer, variables)
        taken = set(self._optimizers.values())
        if name in taken:
            name = next(
                f"{name}_{i}" for i in range(2, len(taken) + 3) if f"{name}_{i}" not in taken
            )
        self._optimizers[optimizer] = name
        models = names.models_of(optimizer, variables)
        run._meet(optimizer, name, models, scheduled=names.has_scheduler(optimizer, variables))
        self._batches.meet(run.models.values(), variables)
        parameters = divergence.parameters(optimizer)
        if parameters and all(p.device.type not in {"cpu", "meta"} for p in parameters):
            self._guards[optimizer] = DeferredGuard(optimizer)

    def _step_of(self, optimizer: Optimizer) -> int:
        """Return the number of the step that ``optimizer`` is about to take part in."""
        return self._run.steps + (not self._stepped or optimizer in self._stepped)

    def _guard(self, optimizer: Optimizer) -> None:
        """End the run before a step with a loss or gradient that is not finite."""
        self._check_losses(optimizer)
        if self._guards and (guard := self._guards.get(optimizer)) is not None:
            waiting = [v for values in self._captured.values() for v in values]
            losses = [v for v in waiting if isinstance(v, torch.Tensor)]
            guard.before_step(self._step_of(optimizer), losses)
        # A gradient scaler looks after the gradients of its step itself.
        elif "found_inf" not in optimizer.__dict__ and not divergence.can_step(optimizer):
            self._diverge(self._step_of(optimizer))

    def _guard_closure(self, closure: Closure, name: str, value: Number) -> None:
        """End the run inside ``step(closure)``, with the parameters of before."""
        optimizer, kept = closure
        finite = math.isfinite(value)
        if finite and divergence.can_step(optimizer):
            return
        for parameter, before in kept:
            parameter.data.copy_(before)
        self._diverge(self._step_of(optimizer), "" if finite else name, value)

    def _check_losses(self, optimizer: Optimizer) -> None:
        for name, values in self._captured.items():
            for value in values:
                if isinstance(value, float) and not math.isfinite(value):
                    self._diverge(self._step_of(optimizer), name, value)

    def _diverge(self, step: int, series: str = "", value: Number = math.nan) -> NoReturn:
        """End the run: the loss ``series`` had a bad ``value`` at ``step``, else a gradient."""
        run = self._run
        good = self._last_good(step, series)
        if not series and good is not None and good[1] == step:
            value = good[0]
        inputs = self._batches.last(names.visible(sys._getframe()))
        cause, where = divergence.trace(run.models, inputs) or (
            ("loss", series) if series else ("gradient", divergence.first_gradient(run.models))
        )
        run._end = "diverged"
        run.diagnosis = divergence.Diagnosis(
            step, cause, where, float(value), *(good or (None, None))
        )
        raise StopRun

    def _last_good(self, step: int, series: str) -> tuple[float, int] | None:
        """Return the newest finite loss up to ``step``, of ``series`` if given, and its step."""
        if not series:
            # The loss of the step itself is finite: only its gradient is bad.
            for value in (v for values in self._captured.values() for v in values):
                if isinstance(value, float):
                    return value, step
        self._run._recorder.settle()
        own = [column for (name, _), column in self._columns.items() if name == series]
        found = [
            self._run._history.last_finite(column, step) for column in own or self._columns.values()
        ]
        return max((one for one in found if one), key=lambda one: one[1], default=None)

    def _write(self, optimizer: Optimizer, name: str, values: list[Number]) -> None:
        """Log a captured loss; a name that another optimizer already has gets this one's."""
        column = self._columns.get((name, optimizer))
        if column is None:
            taken = set(self._columns.values())
            column = name if name not in taken else f"{name} ({self._optimizers[optimizer]})"
            self._columns[name, optimizer] = column
        self._run._recorder.put(column, values[0] if len(values) == 1 else mean(values))
