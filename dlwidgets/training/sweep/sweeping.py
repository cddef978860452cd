"""``sweep(model, data, lr=...)``: train a model once for each value of an option."""

from __future__ import annotations

import inspect
from copy import deepcopy
from functools import partial
from typing import TYPE_CHECKING, Any

import torch

from dlwidgets.language import say
from dlwidgets.training.checks import check, check_count
from dlwidgets.training.choices import Loss, choose_device, choose_loss, choose_optimizer
from dlwidgets.training.fit import split_data
from dlwidgets.training.sweep.axes import axes, settings
from dlwidgets.training.sweep.judge import judged
from dlwidgets.training.sweep.result import Sweep, ranges
from dlwidgets.training.sweep.task import Task, apart
from dlwidgets.training.sweep.together import together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from torch import Tensor, nn

    from dlwidgets.training.metrics import Batch
    from dlwidgets.training.sweep.task import Tick


def sweep(  # noqa: PLR0913 -- all but two by name
    model: nn.Module,
    data: object,
    *,
    steps: int = 300,
    optimizer: str | type[torch.optim.Optimizer] = "sgd",
    loss: Loss | None = None,
    batch_size: int = 64,
    device: str | torch.device = "auto",
    seed: int = 0,
    progress: bool = True,
    **options: Any,  # noqa: ANN401 -- whatever the optimizer takes
) -> Sweep:
    """Train ``model`` once for each value of an option: ``sweep(model, data, lr=[0.01, 0.1])``.

    All runs begin with the weights that the model has now and see the same batches and the same
    random numbers. They are trained at once with ``torch.func`` where that gives the gradients of
    a plain loop, else one after another. The model itself is left as it is.

    Args:
        model: any ``nn.Module``.
        data: as for `dlwidgets.train`: a data set, (x, y) tensors, a DataLoader, or two of these
            as (train, test).
        steps: of each run.
        optimizer: a name or a class of ``torch.optim``; each run makes its own.
        loss: a function of (outputs, targets); without it the targets decide.
        batch_size: where ``data`` is no loader.
        device: ``"auto"`` takes an accelerator where there is one.
        seed: where the order of the batches and all random numbers start.
        progress: whether to print what was chosen and show how far it is.
        **options: of the optimizer. One or two of them hold several values, as a list, an array
            or a tensor; of two, every value is combined with every other.

    Raises:
        TypeError: for arguments of another kind, or an option that the optimizer lacks.
        ValueError: for values out of range, a model without trainable parameters, or unless one
            or two options hold several values.
    """
    _check(model, optimizer, loss, steps, batch_size)
    swept = axes(options)
    target = choose_device(device)
    batches, test, seen = split_data(data, batch_size, seed, target)
    y = None if seen is None else seen[1]
    reason = say("your loss", "给定的损失函数")
    if loss is None:
        loss, reason = choose_loss(y)
    task = Task(
        model=deepcopy(model).to(target),
        batches=_repeatable(batches, steps, target, seed),
        test=test,
        classes=y is not None and not y.is_floating_point(),
        loss=loss,
        build=partial(_build, optimizer),
        settings=settings(options, swept),
        steps=steps,
        device=target,
        seed=seed,
    )
    # What torch refuses, it refuses here, before anything has been done.
    built = [task.build(task.model, setting) for setting in task.settings]
    name = type(built[0]).__name__
    if progress:
        text = say(
            f"sweep: {reason}; {name}, {ranges(swept)}; {steps} steps each, on {target}",
            f"sweep：{reason}；{name}，{ranges(swept)}；各 {steps} 步，设备 {target}",
        )
        print(text)  # noqa: T201 -- the choices made are stated, as by `train`
    runs, why = _trained(task, progress=progress)
    return judged(task, swept, name, runs, why)


def _check(
    model: torch.nn.Module, optimizer: object, loss: object, steps: object, batch_size: object
) -> None:
    check("model", "an nn.Module", "nn.Module", model, right=isinstance(model, torch.nn.Module))
    if not any(p.requires_grad for p in model.parameters()):
        raise ValueError(
            say(
                "model: expected a parameter to train, got none with requires_grad; "
                "unfreeze one with requires_grad_()",
                "model：没有可训练的参数（requires_grad）；请用 requires_grad_() 解冻",
            )
        )
    check("loss", "a function", "函数", loss, right=loss is None or callable(loss))
    check(
        "optimizer",
        "a name or a class, as each run makes its own",
        "名称或类（每次训练各自创建）",
        optimizer,
        right=isinstance(optimizer, (str, type)),
    )
    check_count("steps", steps)
    check_count("batch_size", batch_size)


def _build(
    optimizer: str | type[torch.optim.Optimizer], model: nn.Module, setting: dict[str, Any]
) -> torch.optim.Optimizer:
    rest = {name: value for name, value in setting.items() if name != "lr"}
    known = inspect.signature(sweep).parameters
    return choose_optimizer(optimizer, model, setting.get("lr"), rest, known)


def _repeatable(
    batches: Iterable[Batch], steps: int, device: torch.device, seed: int
) -> Callable[[], Iterable[Batch]]:
    """Return a function that gives the same batches again and again."""
    from dlwidgets.data.loader import Loader  # types only above this line

    if isinstance(batches, Loader):
        return lambda: batches.to(device)  # a loader as it was at its seed
    # Somebody else's: whatever order it draws, all runs are to see the same.
    kept: list[Batch] = []
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        while len(kept) < steps:
            before = len(kept)
            for batch in batches:
                kept.append(batch)
                if len(kept) == steps:
                    break
            if len(kept) == before:
                break
    return lambda: kept


def _trained(task: Task, *, progress: bool) -> tuple[list[tuple[Tensor, nn.Module]], str]:
    """Return losses and model of each run, and why they could not be trained at once."""
    from tqdm.auto import tqdm

    work = len(task.settings) * task.steps
    bar: Any = tqdm(total=work, unit="step", delay=0.5, leave=False, disable=not progress)
    tick: Tick = bar.update
    with bar:
        try:
            return list(together(task, tick)), ""
        except ValueError as error:
            why = str(error)
        if progress:
            text = say(f"sweep: one after another, as {why}", f"sweep：逐个训练：{why}")
            bar.write(text)
        return [apart(task, setting, tick) for setting in task.settings], why
