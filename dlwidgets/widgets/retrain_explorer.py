"""A small training that begins anew as its numbers are turned, and is seen while it learns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets as t

from dlwidgets.language import say
from dlwidgets.widgets.base import Number, Widget
from dlwidgets.widgets.retrain_subject import EMPTY, Subject, subject
from dlwidgets.widgets.retrain_traits import KNOB, LANE, PICTURE, array, number
from dlwidgets.widgets.retraining import Retraining, turned

if TYPE_CHECKING:
    from torch import nn

    from dlwidgets.training.choices import Loss
    from dlwidgets.training.retrain import Job, Outcome

KNOBS = (
    *("lr", "steps", "noise", "points", "seed", "w0", "b0"),
    *("momentum", "weight_decay", "batch_size", "optimizer"),
)


class RetrainExplorer(Retraining, Widget, bundle="retrain_explorer"):
    """A training that begins anew from the same seed whenever a number is turned.

    ``RetrainExplorer()`` learns y = 3x² + 2 from 100 noisy points, computed side by side by NumPy,
    tensors with autograd, nn with optim, and TensorFlow where it is installed (book 2.6 to 2.8).
    ``RetrainExplorer(model, (x, y))`` trains copies of a small model of yours.

    The kernel trains in slices of some milliseconds, and the page asks for the next; so a newer
    position takes over within one, also while a cell with ``%%train`` runs. `result` and `finish`
    train to the end in one go.
    """

    lr = number(0.001, 0, 1000, "The learning rate.")
    steps = number(500, 1, 5000, "Steps of the optimizer.", whole=True)
    noise = number(0.2, 0, 10, "Targets lie up to so much above the curve.")
    points = number(100, 2, 1000, "Points, from x = −1 to 1.", whole=True)
    seed = number(100, 0, 2**32 - 1, "Where everything random begins.", whole=True)
    w0 = Number(
        None, min=-1000, max=1000, allow_none=True, help="w to begin with; None draws it."
    ).tag(sync=True)
    b0 = Number(
        None, min=-1000, max=1000, allow_none=True, help="b to begin with; None draws it."
    ).tag(sync=True)
    momentum = number(0, 0, 1, "Of the optimizer, if it has one.")
    weight_decay = number(0, 0, 1000, "Of the optimizer, if it has one.")
    batch_size = number(64, 1, 10**6, "Samples of a step.", whole=True)
    optimizer = t.Unicode("sgd", help="A name of torch.optim, in small letters.").tag(sync=True)
    log_scale = t.Bool(default_value=True, help="Whether losses stand on a logarithmic axis.").tag(
        sync=True
    )

    _kind = t.Enum(["engines", "model"], "engines", help="What is trained.").tag(sync=True)
    _knobs = t.List(KNOB, help="What can be turned.").tag(sync=True)
    _optimizers = t.List(t.Unicode(), help="The optimizers to choose from.").tag(sync=True)
    _lanes = t.List(LANE, help="The trainings side by side.").tag(sync=True)
    _sources = t.List(t.Unicode(), help="The function of each engine.").tag(sync=True)
    _steps = array("int32", 1, "The steps of which numbers are shown.")
    _rows = array("float64", 3, "(lanes, loss and w and b, steps shown); NaN if not there yet.")
    _last = array("float64", 2, "The newest numbers of each lane.")
    _start = array("float64", 1, "w and b to begin with.")
    _limit = array("float64", 1, "The rate above which the regression diverges.")
    _apart = array("float64", 1, "By how much the engines differ, as a share.")
    _picture = t.Dict(EMPTY, per_key_traits=PICTURE, help="Samples and what is learned.").tag(
        sync=True
    )
    _line = t.Unicode("", help="The code line.").tag(sync=True)

    def __init__(
        self,
        model: nn.Module | None = None,
        data: object = None,
        *,
        loss: Loss | None = None,
        engines: tuple[str, ...] | list[str] | None = None,
        **values: Any,  # noqa: ANN401 -- each trait checks its own
    ) -> None:
        """Open the regression, or a model of one's own.

        Args:
            model: a small ``nn.Module``; copies of it are trained, from the weights it has now.
            data: (x, y) tensors or a dlwidgets data set. One input and one output are drawn as a
                curve, two inputs with classes as a map.
            loss: a function of (outputs, targets); without it the targets decide.
            engines: of the regression: names among numpy, autograd, nn, tensorflow; all without.
            **values: where the knobs begin (``lr=0.01``), and what all Jupyter widgets take.

        Raises:
            TypeError: for a model or data of another kind, or an unknown option.
            ValueError: for an unknown engine or optimizer, or a model that can't be trained on
                these data; the model's own error follows.
        """
        self._prepare()
        self._check_names(values)
        self._subject: Subject = subject(model, data, loss, engines)
        self._names = self._subject.names
        start = self._subject.defaults | values
        super().__init__(**start, _kind=self._subject.kind, _optimizers=self._subject.optimizers)
        self._open()
        error = next((lane.error for lane in self._job.lanes), None)
        if error is not None and self._kind == "model":
            raise ValueError(
                say(
                    f"RetrainExplorer: the model can't be trained on these data: {error}",
                    f"RetrainExplorer：模型无法在这些数据上训练：{error}",
                )
            ) from error

    @property
    def result(self) -> dict[str, Outcome]:
        """What each training has come to, by name, once it is finished."""
        self.finish()
        return {lane.name: lane.outcome() for lane in self._job.lanes}

    @property
    def model(self) -> nn.Module:
        """The trained copy of one's own model, once it is finished; it is yours.

        Raises:
            ValueError: of the regression, whose engines give numbers and no model.
        """
        self.finish()
        if self._subject.model is None:
            raise ValueError(
                say(
                    "RetrainExplorer: the regression has no model to take; read .result",
                    "RetrainExplorer：该回归没有模型可取；请读取 .result",
                )
            )
        from copy import deepcopy

        return deepcopy(self._subject.model)

    def code(self, engine: str = "") -> str:
        """Return a program that computes what is shown.

        Of the regression that of an engine (the first without a name), which needs nothing of this
        package; of a model of one's own the loop, for ``model`` and ``samples``.

        Raises:
            ValueError: for an engine that is not shown.
        """
        return self._subject.code(engine)

    def __repr__(self) -> str:
        what = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._names)
        return f"RetrainExplorer: {what}"

    def _train_at(self, values: dict[str, Any]) -> tuple[Job, dict[str, Any]]:
        job = self._subject.start(values)
        still = self._subject.still()
        drawn = dict(zip(("w0", "b0"), still["_start"].tolist(), strict=False))
        knobs = self._subject.knobs
        off = [knob.name for knob in knobs if not self._subject.takes(knob.name, values)]
        return job, still | {"_knobs": turned(knobs, values | drawn, off)}

    def _moving(self) -> dict[str, Any]:
        return self._subject.moving(self._job)

    @t.validate(*KNOBS)
    def _one_of_its_knobs(self, proposal: dict[str, Any]) -> Any:  # noqa: ANN401 -- a trait's value
        name, value = proposal["trait"].name, proposal["value"]
        if name not in self._names:
            known = ", ".join(self._names)
            raise t.TraitError(
                say(
                    f"RetrainExplorer: {name} is no knob here; there are {known}",
                    f"RetrainExplorer：此处没有旋钮 {name}；可用的有 {known}",
                )
            )
        if name == "optimizer":
            from dlwidgets.training.choices import optimizer_class

            try:
                return optimizer_class(value).__name__.lower()
            except ValueError as error:
                raise t.TraitError(str(error)) from error
        return value
