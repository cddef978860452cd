"""A loss on real logits: drag them, and see probabilities, terms and gradients move together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets as t

from dlwidgets.language import say
from dlwidgets.widgets import wire
from dlwidgets.widgets.base import Number, Widget, command

if TYPE_CHECKING:
    from torch import nn

    from dlwidgets.explain.loss import Task

FIELDS = ("kind", "reduction", "label_smoothing")


def _numbers(ndim: int, help_: str) -> Any:  # noqa: ANN401 -- a trait
    return wire.Array("float64", ndim=ndim, help=help_).tag(sync=True)


class LossExplorer(Widget, bundle="loss_explorer"):
    """A loss on logits that can be dragged: probabilities, terms, gradients and the code, together.

    ``explore(nn.CrossEntropyLoss(), logits, target)`` opens one of yours; ``LossExplorer()`` begins
    with three samples of four classes. The page computes what follows the pointer; a badge says
    whether torch agrees (book 5.5).
    """

    kind = t.Enum(["cross_entropy", "bce", "mse"], "cross_entropy", help="Which loss.").tag(
        sync=True
    )
    reduction = t.Enum(["mean", "sum", "none"], "mean", help="As torch's losses have it.").tag(
        sync=True
    )
    label_smoothing = Number(
        0.0, min=0.0, max=1.0, help="Of cross entropy: the share spread over all classes."
    ).tag(sync=True)

    _logits = _numbers(2, "Logits or predictions, (samples, classes).")
    _target = _numbers(2, "Classes (samples, 1), or numbers like the logits.")
    _weight = _numbers(1, "One weight a class.")
    _labels = t.List(t.Unicode(), help="The names of the classes; empty for their numbers.").tag(
        sync=True
    )
    _terms = _numbers(1, "Torch's loss before reduction, flattened.")
    _value = _numbers(1, "Torch's loss, one number; of no reduction the sum.")
    _gradient = _numbers(2, "Torch's gradient of the value, like the logits.")
    _asked = t.Int(0, help="Which question of the page torch has answered.").tag(sync=True)

    def __init__(
        self,
        loss: nn.Module | None = None,
        logits: Any = None,  # noqa: ANN401 -- tensors, arrays, lists
        target: Any = None,  # noqa: ANN401 -- as above
        *,
        labels: tuple[str, ...] | list[str] = (),
        **values: Any,  # noqa: ANN401 -- each trait checks its own
    ) -> None:
        """Open a loss on numbers.

        Args:
            loss: ``nn.CrossEntropyLoss`` (the default), ``nn.BCEWithLogitsLoss`` or
                ``nn.MSELoss``, with its ``weight`` or ``pos_weight``, ``reduction`` and
                ``label_smoothing``.
            logits: (samples, classes), at most 8 × 10; without them three samples of four classes.
            target: class indices, (samples,), or numbers like the logits; without it the first
                class of each, or zeros.
            labels: the names of the classes.
            **values: what all Jupyter widgets take.

        Raises:
            TypeError: for another loss, what is no numbers, or an unknown option.
            ValueError: for shapes that do not fit, or options that can't be shown.
        """
        self._check_names(values)
        self._busy = True
        task = _task(loss, logits, target)
        names = [str(label) for label in labels]
        if names and len(names) != task.logits.shape[1]:
            raise ValueError(
                say(
                    f"LossExplorer: expected {task.logits.shape[1]} labels, got {len(names)}",
                    f"LossExplorer：应有 {task.logits.shape[1]} 个 labels，得到 {len(names)} 个",
                )
            )
        super().__init__(**_state(task), _labels=names, **values)
        self._busy = False

    @property
    def loss(self) -> nn.Module:
        """Torch's loss with the options on screen."""
        return self._task().module()

    @property
    def logits(self) -> Any:  # noqa: ANN401 -- a tensor; torch is not loaded to say so
        """The logits on screen, (samples, classes), float64."""
        return self._task().logits

    @property
    def target(self) -> Any:  # noqa: ANN401 -- as above
        """The target on screen, as torch's loss takes it."""
        return self._task().asked()

    @property
    def value(self) -> float:
        """Torch's loss of them; of ``reduction="none"`` the sum."""
        return float(self._value[0])

    def __repr__(self) -> str:
        return f"LossExplorer: {self.loss!r}, {self.value:.4g}"

    def _task(self) -> Task:
        import torch

        from dlwidgets.explain.loss import Task

        return Task(
            self.kind,
            torch.tensor(self._logits),
            torch.tensor(self._target),
            torch.tensor(self._weight),
            self.reduction,
            self.label_smoothing,
        )

    def _show(self, task: Task, **more: int) -> None:
        state = _state(task) | more
        self._busy = True
        try:
            with self.hold_sync():
                for name, value in state.items():
                    setattr(self, name, value)
        finally:
            self._busy = False

    @t.observe(*FIELDS)
    def _changed_in_python(self, change: dict[str, Any]) -> None:
        if self._busy:
            return
        self._show(_as_kind(self._task()) if change["name"] == "kind" else self._task())

    @command
    def _on_set(self, value: dict[str, Any]) -> None:
        """Take what the page shows, and let torch judge it."""
        import torch

        from dlwidgets.explain.loss import Task, checked

        numbers = {name: torch.tensor(value[name]) for name in ("logits", "target", "weight")}
        task = Task(
            str(value["kind"]),
            **numbers,
            reduction=str(value["reduction"]),
            label_smoothing=float(value["label_smoothing"]),
        )
        self._show(checked(task), _asked=int(value["asked"]))


def _task(loss: object, logits: Any, target: Any) -> Task:  # noqa: ANN401 -- as above
    """Return what was asked for, with what is left out filled in."""
    import torch
    from torch import nn

    from dlwidgets.explain.loss import KINDS, read

    loss = nn.CrossEntropyLoss() if loss is None else loss
    classes = KINDS.get(type(loss)) == "cross_entropy"
    if logits is None:
        logits = torch.tensor([[2.0, 1.0, 0.1, -1.0], [0.5, 2.5, 0.0, 0.5], [1.0, 0.0, 0.0, 3.0]])
        target = torch.tensor([0, 1, 2]) if target is None and classes else target
    if target is None:
        rows = torch.as_tensor(logits)
        rows = rows[None] if rows.ndim == 1 else rows
        target = torch.zeros(len(rows), dtype=torch.int64) if classes else torch.zeros_like(rows)
    return read(loss, logits, target)


def _as_kind(task: Task) -> Task:
    """Return a task whose target suits its kind."""
    from dataclasses import replace

    import torch

    samples, classes = task.logits.shape
    held = task.target
    if task.kind == "cross_entropy":
        fits = held.shape[1] == 1 and bool((held < classes).all())
        return task if fits else replace(task, target=held.argmax(1, keepdim=True).double())
    if held.shape == task.logits.shape:
        return replace(task, target=held.clamp(0, 1)) if task.kind == "bce" else task
    found = torch.zeros(samples, classes, dtype=torch.float64)
    return replace(task, target=found.scatter(1, held.long(), 1.0))


def _state(task: Task) -> dict[str, Any]:
    from dlwidgets.explain.loss import judged

    found = judged(task)
    return {
        "kind": task.kind,
        "reduction": task.reduction,
        "label_smoothing": task.label_smoothing,
        "_logits": task.logits.numpy(),
        "_target": task.target.numpy(),
        "_weight": task.weight.numpy(),
        "_terms": found.terms.numpy(),
        "_value": np.array([found.value]),
        "_gradient": found.gradient.numpy(),
    }
