"""The regression y = 3x² + 2 with noise, trained by every engine from the same start."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets.training.retrain.by_hand import quadratic
from dlwidgets.training.retrain.engines import ENGINES, Engine, source
from dlwidgets.training.retrain.job import Job, Lane

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlwidgets.training.retrain.by_hand import Numbers

TRUE_W, TRUE_B = 3.0, 2.0


@dataclass(frozen=True)
class Regression:
    """One position of the knobs; equal positions give equal numbers, bit for bit.

    Attributes:
        lr: the learning rate.
        steps: of gradient descent on all points.
        noise: targets lie up to so much above the curve, evenly spread.
        points: how many there are, from x = −1 to 1.
        seed: of the noise, and of the w and b to begin with.
        w0: w to begin with; None draws it.
        b0: likewise.
    """

    lr: float = 0.001
    steps: int = 500
    noise: float = 0.2
    points: int = 100
    seed: int = 100
    w0: float | None = None
    b0: float | None = None

    @cached_property
    def data(self) -> tuple[Numbers, Numbers, float, float]:
        """The inputs, the targets, and w and b to begin with."""
        x, y, w, b = quadratic(self.points, self.noise, self.seed)
        return x, y, w if self.w0 is None else self.w0, b if self.b0 is None else self.b0

    @property
    def limit(self) -> float:
        """The rate above which gradient descent diverges: 2 over the greatest curvature.

        The loss is a bowl whose curvatures are the eigenvalues λ of its second derivatives. Along
        each a step multiplies the distance to the bottom by 1 − lr λ.
        """
        x = self.data[0]
        sums = [np.sum(x**4), np.sum(x**2), float(len(x))]
        bowl = np.array([[sums[0], sums[1]], [sums[1], sums[2]]])
        return float(2 / np.linalg.eigvalsh(bowl)[-1])

    def lane(self, engine: Engine) -> Lane:
        """Return the training of one engine."""
        rows = engine.function(*self.data, lr=self.lr, steps=self.steps)
        return Lane(engine.name, rows, self.steps)

    def job(self, engines: Iterable[Engine]) -> Job:
        """Return the trainings of some engines, side by side."""
        return Job([self.lane(engine) for engine in engines], self.seed)

    def code(self, engine: str) -> str:
        """Return a program that computes what an engine does, without this package."""
        chosen = ENGINES[engine]
        begins = [f"{n} = {v!r}" for n, v in (("w", self.w0), ("b", self.b0)) if v is not None]
        head = ["from __future__ import annotations", "", "import numpy as np", *chosen.imports]
        call = f"{chosen.function.__name__}(x, y, w, b, lr={self.lr!r}, steps={self.steps})"
        run = [
            f"x, y, w, b = quadratic(points={self.points}, noise={self.noise!r}, seed={self.seed})",
            *begins,
            f"for loss, w, b in {call}:",
            "    pass",
            "print(w, b)",
        ]
        return "\n\n\n".join(["\n".join(head), source(quadratic), chosen.source, "\n".join(run)])
