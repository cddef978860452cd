"""Losses of logits with every intermediate: probabilities, terms, gradients (book 5.5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from dlwidgets.language import say

KINDS: dict[type[Any], str] = {
    nn.CrossEntropyLoss: "cross_entropy",
    nn.BCEWithLogitsLoss: "bce",
    nn.MSELoss: "mse",
}

ROWS, COLUMNS = 8, 10
"""Samples and numbers of each that can be shown at once."""


@dataclass(frozen=True, slots=True)
class Task:
    """A loss, and what it is asked about.

    Attributes:
        kind: cross entropy over classes, binary cross entropy with logits, or squared error.
        logits: (samples, classes), in double precision; of the squared error the predictions.
        target: of cross entropy the class of each sample, (samples, 1); else like the logits.
        weight: one a class, (classes,): ``weight`` of cross entropy, ``pos_weight`` of binary.
        reduction: as torch has it; of ``"none"`` gradients are those of the sum.
        label_smoothing: of cross entropy, from 0 to 1.
    """

    kind: str
    logits: Tensor
    target: Tensor
    weight: Tensor
    reduction: str = "mean"
    label_smoothing: float = 0.0

    def module(self) -> nn.Module:
        """Return torch's own loss with these options."""
        if self.kind == "mse":
            return nn.MSELoss(reduction=self.reduction)
        weight = None if bool((self.weight == 1).all()) else self.weight
        if self.kind == "bce":
            return nn.BCEWithLogitsLoss(pos_weight=weight, reduction=self.reduction)
        return nn.CrossEntropyLoss(
            weight, reduction=self.reduction, label_smoothing=self.label_smoothing
        )

    def asked(self) -> Tensor:
        """Return the target as torch wants it."""
        return self.target[:, 0].long() if self.kind == "cross_entropy" else self.target


@dataclass(frozen=True, eq=False, slots=True)
class Judged:
    """What torch says.

    Attributes:
        terms: the loss of each sample, or of each number of binary and squared losses, flattened.
        value: the loss after reduction; of ``"none"`` the sum.
        gradient: of the value with respect to the logits, (samples, classes).
    """

    terms: Tensor
    value: float
    gradient: Tensor


def judged(task: Task) -> Judged:
    """Return what torch makes of a task, in double precision."""
    logits = task.logits.clone().requires_grad_()
    with torch.enable_grad():
        value = task.module()(logits, task.asked()).sum()
        (gradient,) = torch.autograd.grad(value, logits)
    terms = replace(task, reduction="none").module()(task.logits, task.asked())
    return Judged(terms.reshape(-1), value.item(), gradient)


def read(loss: object, logits: Any, target: Any) -> Task:  # noqa: ANN401 -- tensors, arrays, lists
    """Return the task of a module of torch, its logits and its target.

    Args:
        loss: ``nn.CrossEntropyLoss``, ``nn.BCEWithLogitsLoss`` or ``nn.MSELoss``.
        logits: (samples, classes), or (classes,) of one sample.
        target: class indices (samples,), or numbers like the logits.

    Raises:
        TypeError: for another loss, or numbers that are none.
        ValueError: for options that can't be shown, or shapes that do not fit.
    """
    kind = KINDS.get(type(loss))
    if kind is None or not isinstance(loss, nn.Module):
        raise TypeError(
            say(
                "loss: expected nn.CrossEntropyLoss, nn.BCEWithLogitsLoss or nn.MSELoss, "
                f"got {type(loss).__name__}",
                "损失函数：应为 nn.CrossEntropyLoss、nn.BCEWithLogitsLoss 或 nn.MSELoss,"
                f"得到 {type(loss).__name__}",
            )
        )
    if kind == "bce" and getattr(loss, "weight", None) is not None:
        raise ValueError(
            say(
                "loss: weight of BCEWithLogitsLoss can't be shown; use pos_weight",
                "损失函数：无法展示 BCEWithLogitsLoss 的 weight；请用 pos_weight",
            )
        )
    x = matrix("logits", logits)
    held = getattr(loss, "pos_weight" if kind == "bce" else "weight", None)
    return checked(
        Task(
            kind,
            x,
            targets(kind, target, x),
            torch.ones(x.shape[1]).double() if held is None else held.detach().double().cpu(),
            str(loss.reduction),
            float(getattr(loss, "label_smoothing", 0.0)),
        )
    )


def matrix(name: str, given: Any) -> Tensor:  # noqa: ANN401 -- as above
    """Return numbers as (samples, classes) in double precision.

    Raises:
        TypeError: for what is no finite numbers.
        ValueError: for another number of axes, or too many rows or columns.
    """
    try:
        numbers = torch.as_tensor(given).detach().double().cpu()
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(
            say(
                f"{name}: expected numbers, got {type(given).__name__}",
                f"{name}：应为数，得到 {type(given).__name__}",
            )
        ) from error
    table = numbers[None] if numbers.ndim == 1 else numbers
    if table.ndim != 2 or not (1 <= len(table) <= ROWS and 1 <= table.shape[1] <= COLUMNS):  # noqa: PLR2004 -- rows, columns
        raise ValueError(
            say(
                f"{name}: expected shape (samples, classes) with at most {ROWS} samples and "
                f"{COLUMNS} classes, got {tuple(numbers.shape)}; give a few, such as "
                f"{name}[:{ROWS}]",
                f"{name}：形状应为 (样本数, 类别数)，至多 {ROWS} 个样本、{COLUMNS} 类，"
                f"得到 {tuple(numbers.shape)}；请给出几个，例如 {name}[:{ROWS}]",
            )
        )
    if not bool(table.isfinite().all()):
        raise TypeError(say(f"{name}: expected finite numbers", f"{name}：应为有限的数"))
    return table


def targets(kind: str, given: Any, logits: Tensor) -> Tensor:  # noqa: ANN401 -- as above
    """Return the target of a loss for these logits: classes (samples, 1), or numbers like them.

    Raises:
        TypeError: for what is no numbers.
        ValueError: for another shape, a class there is not, or a probability outside 0 to 1.
    """
    if kind != "cross_entropy":
        found = matrix("target", given)
        if found.shape != logits.shape:
            raise ValueError(
                say(
                    f"target: expected the shape of the logits {tuple(logits.shape)}, got "
                    f"{tuple(found.shape)}",
                    f"target：应与 logits 形状 {tuple(logits.shape)} 相同，"
                    f"得到 {tuple(found.shape)}",
                )
            )
        return found
    found = torch.as_tensor(given).detach().cpu().reshape(-1, 1)
    if found.is_floating_point() or len(found) != len(logits):
        raise ValueError(
            say(
                f"target: expected {len(logits)} class indices as integers, got "
                f"{found.dtype} of shape {tuple(torch.as_tensor(given).shape)}",
                f"target：应为 {len(logits)} 个整数类别编号，得到 "
                f"{tuple(torch.as_tensor(given).shape)} 的 {found.dtype}",
            )
        )
    return found.double()


def checked(task: Task) -> Task:
    """Return a task that torch can be asked.

    Raises:
        ValueError: for a class that there is not, a probability outside 0 to 1, or a weight that
            does not fit.
    """
    classes = task.logits.shape[1]
    low, high = task.target.aminmax()
    most = {"cross_entropy": classes - 1, "bce": 1}.get(task.kind)
    if most is not None and not (low >= 0 and high <= most):
        raise ValueError(
            say(
                f"target: expected 0 to {most}, got {low:g} to {high:g}",
                f"target：应为 0 到 {most}，得到 {low:g} 到 {high:g}",
            )
        )
    if task.weight.shape != (classes,) or not bool((task.weight >= 0).all()):
        raise ValueError(
            say(
                f"weight: expected {classes} numbers from 0, one a class, got "
                f"{tuple(task.weight.tolist())}",
                f"weight：应为 {classes} 个非负数，每类一个，得到 {tuple(task.weight.tolist())}",
            )
        )
    return task
