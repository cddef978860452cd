"""A series of prices, forecast by an LSTM that trains anew as it is turned, beside naive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.language import say
from dlwidgets.widgets.base import Widget
from dlwidgets.widgets.forecast_traits import ForecastTraits, knobs
from dlwidgets.widgets.retrain_subject import told
from dlwidgets.widgets.retraining import Retraining, turned

if TYPE_CHECKING:
    from collections.abc import Hashable

    from torch import nn

    from dlwidgets.training.forecast import Fit, Forecast, Series
    from dlwidgets.training.retrain import Job

NAMES = ("window", "hidden_size", "split", "horizon", "lr", "epochs", "batch_size", "seed")


class ForecastExplorer(Retraining, ForecastTraits, Widget, bundle="forecast_explorer"):
    """An LSTM that learns to say the next day's price, beside the forecast "same as yesterday".

    ``ForecastExplorer(prices)`` takes what ``dlwidgets.data.csi300()`` returns, a pandas frame or
    series, an array, a tensor or a list (book 7.8); without data a synthetic index, which says so.
    The days before ``split`` are for training, the others for the test; mean and deviation are
    those of the training part alone, so that nothing of the future is known before.

    Each turn of a knob trains anew from the same seed, in slices of some milliseconds, also while a
    cell with ``%%train`` runs. `result` and `finish` train to the end in one go.
    """

    _names = NAMES
    _fit: Fit
    _made: tuple[object, ...] = (None, None, None)

    def __init__(
        self,
        series: object = None,
        column: Hashable | None = None,
        *,
        model: nn.Module | None = None,
        **values: Any,  # noqa: ANN401 -- each trait checks its own
    ) -> None:
        """Open a series.

        Args:
            series: the prices, oldest first or with their days; finite numbers.
            column: of a frame; ``"high"`` without it, or the only one with numbers.
            model: a module of yours that takes windows (N, n, 1) and returns (N, 1); copies of it
                are trained, from the weights it has now. A `dlwidgets.models.Forecaster` without.
            **values: where the knobs begin (``window=60``, ``split="2020-01-02"``), and what all
                Jupyter widgets take.

        Raises:
            TypeError: for what holds no prices, a model that is no module, or an unknown option.
            ValueError: for an unknown column, missing or infinite prices, days that contradict,
                too few days, or a model that can't be trained on them.
        """
        from dlwidgets.training.forecast import read

        self._prepare()
        self._check_names(values, ("series", "column", "model"))
        self._given = series is not None
        self._series: Series = read(series, column)
        self._chosen, self._own = column, model
        super().__init__(
            **values,
            _title=self._series.title._asdict(),
            _column=self._series.column,
            _synthetic=self._series.synthetic,
            _notes=[note._asdict() for note in self._series.notes],
            _truth=self._series.prices,
            _dates=self._days(),
        )
        self._open()
        error = self._fit.error
        if error is not None:
            raise ValueError(
                say(
                    f"ForecastExplorer: the model can't be trained on this series: {error}",
                    f"ForecastExplorer：模型无法在此序列上训练：{error}",
                )
            ) from error

    @property
    def result(self) -> Forecast:
        """Forecasts, truth, days and errors, once the training is finished."""
        self.finish()
        return self._fit.forecast()

    @property
    def model(self) -> nn.Module:
        """A copy of the trained model, once it is finished; it is yours."""
        from copy import deepcopy

        self.finish()
        trained: Any = self._fit.model  # its first step has made it
        return deepcopy(trained).eval()  # type: ignore[no-any-return]

    def code(self) -> str:
        """Return a program of torch and NumPy that prints the errors which are shown.

        It takes the prices from ``series``, and where a model of one's own is trained, that from
        ``model``; of the synthetic index it makes them.
        """
        from dlwidgets.training.forecast import program

        about = "series: one price a day, oldest first"
        if self._series.column:
            about += f" (column {self._series.column!r})"
        if self._series.notes:
            about += f"; here {', '.join(note.en for note in self._series.notes)}"
        return program(
            self._fit.setting,
            about,
            own=self._own is not None,
            synthetic="" if self._given else self._series.column,
        )

    def __repr__(self) -> str:
        what = ", ".join(f"{name}={getattr(self, name)!r}" for name in NAMES)
        return f"ForecastExplorer: {len(self._series):,} days, {what}"

    def _days(self) -> Any:  # noqa: ANN401 -- an array
        dates = self._series.dates
        if dates is None:
            return np.zeros(0)
        return dates.to_numpy().astype("datetime64[ms]").astype(np.float64)

    def _train_at(self, values: dict[str, Any]) -> tuple[Job, dict[str, Any]]:
        from dlwidgets.training.forecast import Fit, Setting, maker

        days = len(self._series)
        at = Setting(**values | {"split": round(values["split"] * days)})
        at.check(days)
        fit = Fit(self._series, at, maker(at, self._own), whole=self._own is not None)
        self._fit = fit  # from here on nothing is refused
        off = () if self._own is None else ("hidden_size",)
        return fit.job(), {
            "_row": at.split,
            "_scale": np.array([fit.scaled.mean, fit.scaled.std]),
            "_knobs": turned(knobs(at, days), values, off),
            "_line": self._code_line(),
        }

    def _moving(self) -> dict[str, Any]:
        fit = self._fit
        steps, rows, _ = told([fit], fit.steps, 1)
        error = "" if fit.error is None else f"{type(fit.error).__name__}: {fit.error}"
        state = {"done": fit.done, "total": fit.steps, "ending": fit.ending, "error": error}
        moving = {"_state": state, "_steps": steps, "_losses": rows[0, 0]}
        # As long as the series: they travel when there are new ones, not with each slice.
        made = (fit, fit.one_step, fit.free)
        if all(new is old for new, old in zip(made, self._made, strict=True)):
            return moving
        self._made = made
        return moving | self._forecast()

    def _forecast(self) -> dict[str, Any]:
        from dlwidgets.training.forecast import better

        fit, empty = self._fit, np.zeros(0)
        found = fit.forecast()
        verdicts = (found.verdict, found.free_verdict)
        pairs = (found.scores[:2], found.scores[2:])
        return {
            "_one_step": empty if fit.one_step is None else fit.one_step,
            "_free": empty if fit.free is None else fit.free[fit.setting.split :],
            "_scores": np.array(found.scores),
            "_verdicts": [verdict._asdict() for verdict in verdicts],
            "_better": [better(*pair) for pair in pairs],
        }

    def _code_line(self) -> str:
        usual = type(self).class_traits()
        turned = [name for name in NAMES if getattr(self, name) != usual[name].default_value]
        options = [f"{name}={self._written(name)!r}" for name in turned]
        if self._own is not None:
            options.insert(0, "model=model")
        if self._chosen not in (None, "high"):
            options.insert(0, repr(self._chosen) if self._given else f"column={self._chosen!r}")
        if self._given:
            options.insert(0, "series")
        return f"dlwidgets.ForecastExplorer({', '.join(options)})"

    def _written(self, name: str) -> Any:  # noqa: ANN401 -- a trait's value
        """Return a knob as one would write it: of the split its day."""
        if name == "split" and self._series.dates is not None:
            return self._series.day(self._fit.setting.split)
        return getattr(self, name)
