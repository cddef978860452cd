"""A sweep in one picture: choose a value, see its curve, its end and what it has learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets as t

from dlwidgets.language import say
from dlwidgets.widgets import wire
from dlwidgets.widgets.base import Widget

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.training.sweep import Sweep
    from dlwidgets.training.sweep.axes import Axis

NUMBERS = 60_000
"""Losses that travel to the page, about; of longer sweeps every so many steps are shown."""

ZONES = ("small", "good", "unstable", "worse", "diverged")

AXIS = t.Dict(
    per_key_traits={
        "name": t.Unicode(),
        "labels": t.List(t.Unicode()),
        "values": wire.Array("float64"),
        "log": t.Bool(),
    }
)

PICTURE = {
    "kind": t.Enum(["fit", "map", "none"]),
    "reach": wire.Array("float32"),
    "values": wire.Array("float32", "uint8"),
    "points": wire.Array("float32"),
    "labels": wire.Array("uint8"),
}

NONE: dict[str, Any] = {
    "kind": "none",
    "reach": np.zeros(0, np.float32),
    "values": np.zeros(0, np.float32),
    "points": np.zeros(0, np.float32),
    "labels": np.zeros(0, np.uint8),
}
"""There is nothing to draw: inputs of more than two dimensions."""


def _numbers(help_: str) -> Any:  # noqa: ANN401 -- a trait
    return wire.Array("float64", ndim=1, help=help_).tag(sync=True)


class SweepExplorer(Widget, bundle="sweep_explorer"):
    """Every run of a sweep: a slider over the values, curves, final losses, and the fit.

    ``explore(dlwidgets.sweep(model, data, lr=...))`` makes one. All runs are on the page, so that
    the slider needs no kernel; it goes on answering when there is none any more.
    """

    run = t.Int(0, help="Which run is chosen, as in sweep.settings.").tag(sync=True)
    log_scale = t.Bool(default_value=True, help="Whether losses stand on a logarithmic axis.").tag(
        sync=True
    )

    _optimizer = t.Unicode("", help="The class of torch.optim.").tag(sync=True)
    _axes = t.List(AXIS, help="What was swept: one or two options.").tag(sync=True)
    _steps = wire.Array("int32", ndim=1, help="The steps of which losses are shown.").tag(sync=True)
    _count = t.Int(0, help="How many steps each run has taken.").tag(sync=True)
    _losses = wire.Array("float32", ndim=2, help="Training losses, (runs, steps shown).").tag(
        sync=True
    )
    _start = _numbers("The loss before the first step, one number.")
    _final = _numbers("The loss after the last step, of each run.")
    _test = _numbers("The loss on the test samples; empty without such.")
    _accuracy = _numbers("The accuracy on the test samples; empty without classes.")
    _zones = t.List(t.Enum(ZONES), help="What became of each run.").tag(sync=True)
    _best = t.Int(-1, help="The run with the lowest final loss; -1 if all diverged.").tag(sync=True)
    _code = t.List(t.Unicode(), help="The line that makes the optimizer of each run.").tag(
        sync=True
    )
    _apart = t.Unicode("", help="Why runs were trained one after another; empty if at once.").tag(
        sync=True
    )
    _picture = t.Dict(NONE, per_key_traits=PICTURE, help="What each model has learned.").tag(
        sync=True
    )

    def __init__(self, sweep: Sweep, **values: Any) -> None:  # noqa: ANN401 -- each trait checks its own
        """Show ``sweep``, at first its best run.

        Args:
            sweep: what `dlwidgets.sweep` has returned.
            **values: ``run``, ``log_scale`` and what all Jupyter widgets take.

        Raises:
            TypeError: for something else than a sweep, or an unknown option.
        """
        self._check_names(values)
        self._sweep = _checked(sweep)
        values.setdefault("run", sweep.best or 0)
        super().__init__(**_state(sweep), **values)

    @property
    def sweep(self) -> Sweep:
        """The sweep that is shown."""
        return self._sweep

    def __repr__(self) -> str:
        return f"SweepExplorer: {self._sweep!r}"

    @t.validate("run")
    def _one_of_the_runs(self, proposal: dict[str, Any]) -> int:
        value, last = int(proposal["value"]), len(self._sweep.settings) - 1
        if 0 <= value <= last:
            return value
        raise t.TraitError(
            say(
                f"SweepExplorer: run expected 0 to {last}, the runs there are; got {value}",
                f"SweepExplorer：run 应为 0 到 {last}（各次训练的序号），得到 {value}",
            )
        )


def _checked(given: object) -> Sweep:
    from dlwidgets.training.sweep import Sweep

    if isinstance(given, Sweep):
        return given
    got = type(given).__name__
    raise TypeError(
        say(
            f"SweepExplorer: expected what dlwidgets.sweep returns, got {got}; "
            "write explore(dlwidgets.sweep(model, data, lr=[0.01, 0.1]))",
            f"SweepExplorer：应为 dlwidgets.sweep 的结果，得到 {got}；"
            "请写成 explore(dlwidgets.sweep(model, data, lr=[0.01, 0.1]))",
        )
    )


def _state(sweep: Sweep) -> dict[str, Any]:
    """Return everything that a page is drawn from."""
    every = max(1, -(-sweep.losses.size // NUMBERS))
    steps = np.arange(sweep.steps)
    # The last step is always among them.
    shown = steps[(sweep.steps - 1 - steps) % every == 0]
    empty = np.zeros(0)
    best = sweep.best
    return {
        "_optimizer": sweep.optimizer,
        "_axes": [_axis(axis) for axis in sweep.axes],
        "_steps": (shown + 1).astype(np.int32),
        "_count": sweep.steps,
        "_losses": sweep.losses[:, shown].astype(np.float32),
        "_start": np.array([sweep.start]),
        "_final": sweep.final,
        "_test": empty if sweep.test_loss is None else sweep.test_loss,
        "_accuracy": empty if sweep.test_accuracy is None else sweep.test_accuracy,
        "_zones": [str(zone) for zone in sweep.zones],
        "_best": -1 if best is None else best,
        "_code": [sweep.code(run) for run in range(len(sweep.settings))],
        "_apart": sweep.apart,
        "_picture": _picture(sweep),
    }


def _axis(axis: Axis) -> dict[str, Any]:
    places: NDArray[np.float64] = (
        np.asarray(axis.choices, np.float64)
        if axis.numeric
        else np.arange(len(axis.choices), dtype=np.float64)
    )
    return {
        "name": axis.name,
        "labels": [f"{c:.4g}" if axis.numeric else repr(c) for c in axis.choices],
        "values": places,
        "log": axis.logarithmic,
    }


def _picture(sweep: Sweep) -> dict[str, Any]:
    from dlwidgets.training.preview import preview

    found = preview(sweep.models, sweep.samples)
    if found is None:
        return NONE
    return {
        "kind": found.kind,
        "reach": found.x,
        "values": found.values,
        "points": found.points.reshape(-1),
        "labels": found.labels,
    }
