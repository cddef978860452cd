"""Expressions of the user's, looked at while the run goes on (``--log`` and ``--show``)."""

from __future__ import annotations

import sys
import traceback
from collections import deque
from time import perf_counter
from typing import TYPE_CHECKING

from torch import nn

from dlwidgets.training.frames import KEPT, as_frame
from dlwidgets.training.isolation import isolated
from dlwidgets.training.metrics import accuracy, mean_loss
from dlwidgets.training.recorder import as_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType

    from dlwidgets.training.run import Run

_SHARE = 0.1
"""The share of the training time that expressions may take."""
_OFFERED: Mapping[str, object] = {"accuracy": accuracy, "mean_loss": mean_loss}


class Probe:
    """Evaluates expressions at each tick, without a trace on models or random states.

    An expression that takes long is asked less often, so that all together take about a tenth of
    the time; each is asked once more when the run ends. One that raises says so once and is then
    left alone.
    """

    def __init__(
        self,
        run: Run,
        variables: Callable[[], Mapping[str, object]],
        log: Mapping[str, CodeType],
        show: Mapping[str, CodeType],
    ) -> None:
        """Look at ``variables()`` through the compiled expressions ``log`` and ``show``."""
        self._run = run
        self._variables = variables
        self._expressions = [(True, name, code) for name, code in log.items()]
        self._expressions += [(False, name, code) for name, code in show.items()]
        self._next = 0.0
        self._seen = 0
        for name in show:
            run.frames[name] = deque(maxlen=KEPT)

    def __call__(self) -> None:
        """Evaluate, if a step was made since the last time and the share of time allows."""
        run = self._run
        started = perf_counter()
        due = started >= self._next or run.state != "running"
        if not due or run.steps == self._seen:
            return
        self._seen = run.steps
        variables = {**_OFFERED, **self._variables()}
        modules = [value for value in variables.values() if isinstance(value, nn.Module)]
        modules += run.models.values()
        for expression in tuple(self._expressions):
            with isolated(modules):
                self._look(expression, variables)
        self._next = perf_counter() + (perf_counter() - started) / _SHARE

    def _look(self, expression: tuple[bool, str, CodeType], variables: dict[str, object]) -> None:
        logged, name, code = expression
        run = self._run
        try:
            value = eval(code, variables)  # noqa: S307 -- the user's own code, typed into the cell
            if logged:
                run._recorder.put(name, float(as_number(name, value)))  # noqa: SLF001 -- always the row just complete
            else:
                run.frames[name].append(as_frame(name, run.steps, value))
        except Exception:  # noqa: BLE001 -- whatever the expression raises, the training goes on
            self._expressions.remove(expression)
            last = traceback.format_exc().strip().splitlines()[-1]
            print(f"[dlwidgets] {name}: {last}", file=sys.stderr)  # noqa: T201 -- seen below the cell
