"""The book's regression in a retrain explorer: several engines side by side."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.language import say, suggest
from dlwidgets.widgets.retrain_subject import EMPTY, Knob, about, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

    from dlwidgets.training.retrain import Engine, Job, Regression


class Engines:
    """The regression y = 3x² + 2, trained by several engines at once."""

    kind = "engines"
    knobs: tuple[Knob, ...] = (
        Knob("lr", 1e-5, 0.1, log=True),
        Knob("steps", 1, 2000, log=True, whole=True),
        Knob("noise", 0, 2),
        Knob("points", 2, 500, log=True, whole=True),
        Knob("seed", 0, 200, whole=True),
        Knob("w0", -6, 6),
        Knob("b0", -6, 6),
    )
    names: tuple[str, ...] = tuple(knob.name for knob in knobs)
    model: nn.Module | None = None
    _at: Regression

    def __init__(self, names: Sequence[str] | None) -> None:
        """Choose engines by name; without any, all."""
        from dlwidgets.training.retrain import ENGINES, Regression

        chosen = list(ENGINES) if names is None else list(dict.fromkeys(names))
        for name in chosen:
            if name not in ENGINES:
                raise ValueError(
                    say(
                        f"engines: expected names among {', '.join(ENGINES)}, got {name!r}."
                        f"{suggest(str(name), ENGINES)}",
                        f"engines：应为 {', '.join(ENGINES)} 中的名称，得到 {name!r}。"
                        f"{suggest(str(name), ENGINES)}",
                    )
                )
        self._engines = [ENGINES[name] for name in chosen]
        self.defaults: dict[str, Any] = {}
        self.optimizers: list[str] = []
        # The first step of an engine loads parts of it; no clock should count that.
        Regression(steps=1).job(self._here).advance()

    @property
    def _here(self) -> list[Engine]:
        return [engine for engine in self._engines if engine.here]

    def takes(self, knob: str, values: dict[str, Any]) -> bool:
        """Every knob of the regression does something."""
        del values
        return knob in self.names

    def start(self, values: dict[str, Any]) -> Job:
        """Return the training at a position of the knobs."""
        from dlwidgets.training.retrain import Regression

        self._at = Regression(**values)
        return self._at.job(self._here)

    def still(self) -> dict[str, Any]:
        """Return the data, and the rate above which the training diverges."""
        x, y, w, b = self._at.data
        more = 0.06 * (x[-1] - x[0])
        return {
            "_start": np.array([w, b]),
            "_limit": np.array([self._at.limit]),
            "_picture": EMPTY
            | {
                "kind": "fit",
                "reach": np.array([x[0] - more, x[-1] + more], np.float32),
                "points": np.stack([x, y], 1).astype(np.float32).reshape(-1),
            },
            "_line": self._line(),
            "_sources": [engine.source for engine in self._engines],
        }

    def moving(self, job: Job) -> dict[str, Any]:
        """Return how far each engine is, what it has found, and how far they are apart."""
        running = {lane.name: lane for lane in job.lanes}
        lanes = [
            about(engine.name, running.get(engine.name), running.get("numpy"))
            for engine in self._engines
        ]
        steps, rows, last = told(
            [running.get(engine.name) for engine in self._engines], self._at.steps, 3
        )
        apart = np.array([job.apart()])
        return {"_lanes": lanes, "_steps": steps, "_rows": rows, "_last": last, "_apart": apart}

    def code(self, name: str = "") -> str:
        """Return the program of an engine."""
        known = [engine.name for engine in self._engines]
        if (name or known[0]) not in known:
            raise ValueError(
                say(
                    f"code: expected one of {', '.join(known)}, got {name!r}."
                    f"{suggest(name, known)}",
                    f"code：应为 {', '.join(known)} 之一，得到 {name!r}。{suggest(name, known)}",
                )
            )
        return self._at.code(name or known[0])

    def _line(self) -> str:
        from dlwidgets.training.retrain import ENGINES, Regression

        usual = asdict(Regression())
        turned = [f"{k}={v!r}" for k, v in asdict(self._at).items() if v != usual[k]]
        names = [engine.name for engine in self._engines]
        if names != list(ENGINES):
            turned.insert(0, f"engines={names!r}")
        return f"dlwidgets.RetrainExplorer({', '.join(turned)})"
