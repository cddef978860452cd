"""What a sweep has found: losses, final numbers and the trained model of every run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.language import say, suggest
from dlwidgets.training.sweep.zones import Zone, best, zones

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray
    from torch import Tensor, nn

    from dlwidgets.training.sweep.axes import Axis


@dataclass(frozen=True, eq=False, repr=False)
class Sweep:
    """Every run of a sweep, in the order of `settings`: the last axis turns fastest.

    Attributes:
        optimizer: the name of the class.
        axes: what was swept, one or two options.
        settings: the options of each run.
        losses: the training loss of each batch before its step, (runs, steps); NaN once a run has
            diverged.
        start: the loss on the training samples before the first step.
        final: the same after the last step, (runs,), with the model in evaluation mode.
        test_loss: of the test samples after the last step, (runs,), or None without such.
        test_accuracy: likewise, where there are classes.
        models: the trained model of each run.
        samples: the training samples that `start`, `final` and the picture of the fit are made
            of: at most the first 4,096 that a run sees.
        apart: why the runs were trained one after another; empty if they were trained at once.
    """

    optimizer: str
    axes: tuple[Axis, ...]
    settings: tuple[dict[str, Any], ...]
    losses: NDArray[np.float32]
    start: float
    final: NDArray[np.float64]
    test_loss: NDArray[np.float64] | None
    test_accuracy: NDArray[np.float64] | None
    models: tuple[nn.Module, ...]
    samples: tuple[Tensor, Tensor]
    apart: str = ""

    @property
    def steps(self) -> int:
        """How many steps each run has taken."""
        return int(self.losses.shape[1])

    @property
    def best(self) -> int | None:
        """The run with the lowest final loss on the training samples; None if all diverged."""
        return best(self.final)

    @property
    def zones(self) -> tuple[Zone, ...]:
        """What became of each run: small, good, unstable, diverged; worse for other options."""
        rates = len(self.axes) == 1 and self.axes[0].name == "lr" and self.axes[0].numeric
        return zones(self.final, self.start, rates=rates)

    def nearest(self, **values: Any) -> int:  # noqa: ANN401 -- whatever an option takes
        """Return the run nearest to ``values``: ``sweep.nearest(lr=0.1)``.

        Of an axis that is left out the value of the best run is taken.

        Raises:
            TypeError: for a name that was not swept.
            ValueError: for a value that can't be compared with those of the sweep.
        """
        names = [axis.name for axis in self.axes]
        for name in values:
            if name not in names:
                raise TypeError(
                    say(
                        f"nearest: expected {' or '.join(names)}, got {name!r}."
                        f"{suggest(name, names)}",
                        f"nearest：应为 {' 或 '.join(names)}，得到 {name!r}。"
                        f"{suggest(name, names)}",
                    )
                )
        likely = self.settings[self.best or 0]
        places = [_place(axis, values.get(axis.name, likely[axis.name])) for axis in self.axes]
        return int(np.ravel_multi_index(places, [len(axis.choices) for axis in self.axes]))

    def model(self, **values: Any) -> nn.Module:  # noqa: ANN401 -- as above
        """Return the trained model of the run `nearest` to ``values``; without any, the best."""
        return self.models[self.nearest(**values)]

    def code(self, run: int) -> str:
        """Return the line that makes the optimizer of a run."""
        options = ", ".join(f"{name}={value!r}" for name, value in self.settings[run].items())
        return f"torch.optim.{self.optimizer}(model.parameters(), {options})"

    def table(self) -> pd.DataFrame:
        """Return one row a run: what was swept, the final numbers, the zone."""
        import pandas as pd

        columns: dict[str, Any] = {
            axis.name: [setting[axis.name] for setting in self.settings] for axis in self.axes
        }
        columns["loss"] = self.final
        if self.test_loss is not None:
            columns["test_loss"] = self.test_loss
        if self.test_accuracy is not None:
            columns["test_accuracy"] = self.test_accuracy
        return pd.DataFrame(columns | {"zone": [str(zone) for zone in self.zones]})

    def __repr__(self) -> str:
        run = self.best
        if run is None:
            top = say("all diverged", "全部发散")
        else:
            named = ", ".join(f"{a.name}={self.settings[run][a.name]!r}" for a in self.axes)
            loss = f"{self.final[run]:.4g}"
            top = say(f"best {named}, loss {loss}", f"最佳 {named}，损失 {loss}")
        return say(
            f"Sweep {self.optimizer}: {ranges(self.axes)}; {self.steps} steps each; {top}",
            f"Sweep {self.optimizer}：{ranges(self.axes)}；各 {self.steps} 步；{top}",
        )


def ranges(axes: tuple[Axis, ...]) -> str:
    """Return in words what was swept."""
    return ", ".join(map(_range, axes))


def _range(axis: Axis) -> str:
    first, last = axis.choices[0], axis.choices[-1]
    return say(
        f"{len(axis.choices)} × {axis.name} from {first!r} to {last!r}",
        f"{axis.name} 取 {len(axis.choices)} 个值，{first!r} 到 {last!r}",
    )


def _place(axis: Axis, value: Any) -> int:  # noqa: ANN401 -- whatever an option takes
    if value in axis.choices:
        return axis.choices.index(value)
    try:
        numbers = np.asarray(axis.choices, np.float64)
        wanted = float(value)
    except (TypeError, ValueError) as error:
        raise ValueError(
            say(
                f"nearest: expected {axis.name} among {axis.choices}, got {value!r}",
                f"nearest：{axis.name} 应为 {axis.choices} 之一，得到 {value!r}",
            )
        ) from error
    if axis.logarithmic and wanted > 0:
        numbers, wanted = np.log(numbers), float(np.log(wanted))
    return int(np.abs(numbers - wanted).argmin())
