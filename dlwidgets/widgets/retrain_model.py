"""A model of the user's own in a retrain explorer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.widgets.retrain_subject import EMPTY, Knob, about, told

if TYPE_CHECKING:
    from torch import nn

    from dlwidgets.training.retrain import Job, Own, Turned


class Mine:
    """A model of the user's own, with an optimizer of ``torch.optim``."""

    kind = "model"
    _at: Turned

    def __init__(self, own: Own) -> None:
        """Train copies of what ``own`` holds."""
        from dlwidgets.training.choices import optimizer_names

        self._own = own
        self.optimizers = optimizer_names()
        self.model: nn.Module | None = None
        self.knobs: tuple[Knob, ...] = (
            Knob("lr", 1e-4, 10, log=True),
            Knob("momentum", 0, 0.99),
            Knob("weight_decay", 0, 1, log=True),
            Knob("batch_size", 1, max(2, len(own.samples[0])), log=True, whole=True),
            Knob("steps", 1, 2000, log=True, whole=True),
            Knob("seed", 0, 200, whole=True),
        )
        self.names: tuple[str, ...] = (*(knob.name for knob in self.knobs), "optimizer")
        self.defaults: dict[str, Any] = {"lr": 0.1, "steps": 300, "seed": 0}

    def takes(self, knob: str, values: dict[str, Any]) -> bool:
        """Tell whether the optimizer has such an option."""
        from dlwidgets.training.retrain.own import takes

        return knob not in {"momentum", "weight_decay"} or takes(values["optimizer"], knob)

    def start(self, values: dict[str, Any]) -> Job:
        """Return the training at a position of the knobs."""
        from dlwidgets.training.retrain import Turned

        at = Turned(**values)
        job, model = self._own.job(at)
        self._at, self.model = at, model
        return job

    def still(self) -> dict[str, Any]:
        """Return the line that makes the optimizer."""
        empty = np.zeros(0)
        return {"_start": empty, "_limit": empty, "_line": self._at.line}

    def moving(self, job: Job) -> dict[str, Any]:
        """Return how far it is, and what the model makes of its inputs."""
        (lane,) = job.lanes
        steps, rows, last = told([lane], self._at.steps, 1)
        return {
            "_lanes": [about("model", lane, None)],
            "_steps": steps,
            "_rows": rows,
            "_last": last,
            "_apart": np.zeros(0),
            "_picture": EMPTY if lane.ending == "failed" else self._picture(),
        }

    def _picture(self) -> dict[str, Any]:
        found = None if self.model is None else self._own.picture(self.model)
        if found is None:
            return EMPTY
        return {
            "kind": found.kind,
            "reach": found.x,
            "values": found.values.reshape(-1),
            "points": found.points.reshape(-1),
            "labels": found.labels,
        }

    def code(self, name: str = "") -> str:
        """Return the loop, for a ``model`` and ``samples`` (x, y) of that name."""
        del name
        return self._own.code(self._at)
