"""The first number that is not finite: noticed before it reaches a weight, and traced."""

from __future__ import annotations

import cmath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import torch

from dlwidgets.language import say
from dlwidgets.training.isolation import isolated

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

Cause = Literal["input", "parameter", "layer", "loss", "gradient"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Where a run diverged.

    Attributes:
        step: the step that was not taken (from 1).
        cause: what was not finite first.
        where: the layer or parameter, by its name in the model (``model.2``); the series' name
            for a loss.
        value: the loss at that step, NaN if unknown.
        last_good: the last finite loss, None if there was none, and the step it came from.
    """

    step: int
    cause: Cause
    where: str
    value: float
    last_good: float | None
    last_good_step: int | None

    def text(self) -> str:
        """Return what happened and what to try, in the chosen language."""
        found = {
            "input": say(
                f"the batch that {self.where} was given holds NaN or Inf",
                f"传给 {self.where} 的批次含有 NaN 或 Inf",
            ),
            "parameter": say(
                f"parameter {self.where} already held NaN or Inf",
                f"参数 {self.where} 已含有 NaN 或 Inf",
            ),
            "layer": say(
                f"the output of layer {self.where} is the first that is not finite",
                f"最先出现非有限值的是层 {self.where} 的输出",
            ),
            "loss": say(
                f"no layer's output was found to hold NaN or Inf, but {self.where} is "
                f"{self.value:g}",
                f"各层输出均未发现非有限值，而 {self.where} 为 {self.value:g}",
            ),
            "gradient": say(
                f"the loss is finite, the gradient of {self.where} is not",
                f"损失有限，而 {self.where} 的梯度不是",
            ),
        }[self.cause]
        good = (
            ""
            if self.last_good is None
            else say(
                f" The last good loss was {self.last_good:g} at step {self.last_good_step}.",
                f"最后一个正常的损失是第 {self.last_good_step} 步的 {self.last_good:g}。",
            )
        )
        return say(
            f"Diverged at step {self.step}: {found}.{good} Parameters are as they were before "
            "this step; a lower learning rate is the first thing to try.",
            f"第 {self.step} 步发散：{found}。{good}参数保持在这一步之前的值；可先降低学习率再试。",
        )


def can_step(optimizer: torch.optim.Optimizer) -> bool:
    """Whether no number of the gradients that ``optimizer`` will use is NaN or infinite.

    A sum is not finite if a term is not, and costs a ninth of ``isfinite``; since a sum of large
    finite numbers may overflow, only the exact test says no.
    """
    total: complex = 0.0
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            gradient = parameter.grad
            if gradient is not None:
                total += gradient.sum().item()
    return cmath.isfinite(total) or all(
        torch.isfinite(dense(gradient)).all() for gradient in gradients(optimizer)
    )


def dense(tensor: torch.Tensor) -> torch.Tensor:
    """Return the numbers that a sparse tensor holds; any other tensor as it is."""
    return tensor.coalesce().values() if tensor.is_sparse else tensor


def parameters(optimizer: torch.optim.Optimizer) -> list[torch.Tensor]:
    """Return the parameters of all groups of ``optimizer``."""
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


def gradients(optimizer: torch.optim.Optimizer) -> list[torch.Tensor]:
    """Return the gradients that ``optimizer`` is about to use."""
    return [
        gradient
        for group in optimizer.param_groups
        for parameter in group["params"]
        if (gradient := parameter.grad) is not None
    ]


def trace(
    models: Mapping[str, nn.Module], inputs: Mapping[nn.Module, tuple[Any, ...]]
) -> tuple[Cause, str] | None:
    """Name the first number that is not finite on the way from the batch to the outputs.

    The last batch goes through each model once more, without a trace on the model or on the
    random state. Returns None if everything up to the models' outputs is finite.
    """
    for name, model in models.items():
        for key, parameter in model.named_parameters():
            if not torch.isfinite(parameter).all():
                return "parameter", f"{name}.{key}"
    # What another model made (``D(G(z))``) is looked at after that model.
    known = [(name, model, inputs[model]) for name, model in models.items() if inputs.get(model)]
    for name, model, args in sorted(known, key=lambda one: _is_made(one[2])):
        if not _all_finite(args):
            return "input", name
        found = _first_layer(name, model, args)
        if found:
            return "layer", found
    return None


def _is_made(args: tuple[Any, ...]) -> bool:
    return any(isinstance(arg, torch.Tensor) and arg.grad_fn is not None for arg in args)


def first_gradient(models: Mapping[str, nn.Module]) -> str:
    """Name the parameter nearest to the loss whose gradient is not finite."""
    for name, model in models.items():
        for key, parameter in reversed(list(model.named_parameters())):
            if parameter.grad is not None and not torch.isfinite(dense(parameter.grad)).all():
                return f"{name}.{key}"
    return say("a parameter outside any model", "不属于任何模型的参数")


def _first_layer(name: str, model: nn.Module, args: tuple[Any, ...]) -> str:
    found: list[str] = []
    handles = []

    def watch(label: str) -> Callable[[nn.Module, object, object], None]:
        def look(_module: nn.Module, _args: object, output: object) -> None:
            if not found and not _all_finite(output):
                found.append(label)

        return look

    for key, part in model.named_modules():
        label = f"{name}.{key}" if key else name
        handles.append(part.register_forward_hook(watch(f"{label} ({type(part).__name__})")))
    try:
        with isolated([model]):
            model(*args)
    except Exception:  # noqa: BLE001 -- a second pass that fails must not hide the divergence
        return ""
    finally:
        for handle in handles:
            handle.remove()
    return found[0] if found else ""


def _all_finite(value: object) -> bool:
    if isinstance(value, torch.Tensor):
        return not value.is_floating_point() or bool(torch.isfinite(value).all())
    if isinstance(value, Mapping):
        return all(_all_finite(item) for item in value.values())
    if isinstance(value, (tuple, list)):
        return all(_all_finite(item) for item in value)
    return True
