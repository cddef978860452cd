"""``compare({"plain": ..., "dropout": ...}, data)``: train variants of a model side by side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import torch

from dlwidgets.language import say
from dlwidgets.training.arms.arm import read
from dlwidgets.training.arms.plan import Plan, seeded
from dlwidgets.training.arms.result import Comparison
from dlwidgets.training.checks import check, check_count
from dlwidgets.training.choices import Loss, choose_device, choose_loss
from dlwidgets.training.fit import split_data

if TYPE_CHECKING:
    from dlwidgets.training.arms.plan import Outcome

SEEDS = 100
"""Seeds at most: more say nothing new."""


def compare(  # noqa: PLR0913 -- all but two by name
    arms: object,
    data: object,
    *,
    epochs: int = 40,
    seeds: int | Iterable[int] = 3,
    optimizer: str | type[torch.optim.Optimizer] = "adam",
    loss: Loss | None = None,
    batch_size: int = 64,
    device: str | torch.device = "auto",
    progress: bool = True,
    **options: Any,  # noqa: ANN401 -- whatever the optimizer takes
) -> Comparison:
    """Train variants of a model: ``compare({"plain": make, "dropout": make_other}, data)``.

    For each seed, every arm is made after ``torch.manual_seed(seed)``, so that layers which draw
    their weights in the same order begin alike; it sees the same batches as every other arm.
    After each epoch the losses on training and test samples are measured in evaluation mode, and
    again in training mode, as whoever forgets ``model.eval()`` would. ``explore`` opens the result.

    Args:
        arms: names, and for each a function that makes a model, a model (which is copied, and
            begins with its weights for every seed), or a pair of one of these and a dict of
            options of the optimizer: ``(make, {"weight_decay": 0.1})``. The option ``penalty`` is
            a function of the model whose value is added to each training loss.
        data: a data set, or (train, test), each as (x, y) tensors; in place of the training part
            also a DataLoader, whose batches of all epochs are kept in memory.
        epochs: of each run.
        seeds: how many (0, 1, 2 ...), or which.
        optimizer: a name or a class of ``torch.optim``.
        loss: a function of (outputs, targets); without it the targets decide.
        batch_size: where ``data`` is no loader.
        device: ``"auto"`` takes an accelerator where there is one.
        progress: whether to show how far it is.
        **options: of the optimizer, as ``lr``, for all arms.

    Raises:
        TypeError: for arguments of another kind, or an option that the optimizer lacks.
        ValueError: for values out of range, or data without a test part.
    """
    check("loss", "a function", "函数", loss, right=loss is None or callable(loss))
    check_count("epochs", epochs)
    check_count("batch_size", batch_size)
    target = choose_device(device)
    chosen = _seeds(seeds)
    _, _, seen = split_data(data, batch_size, chosen[0], target)
    y = None if seen is None else seen[1]
    source = _source(loss, y)
    plan = Plan(
        data=data,
        seeds=chosen,
        epochs=epochs,
        batch_size=batch_size,
        device=target,
        optimizer=optimizer,
        options=options,
        loss=loss or choose_loss(y)[0],
        loss_source=source,
    )
    return Comparison(plan, trained(plan, arms, progress=progress))


def trained(plan: Plan, arms: object, *, progress: bool) -> tuple[Outcome, ...]:
    """Train every arm of ``arms``."""
    from tqdm.auto import tqdm

    found = read(arms)
    plan.parts()
    for arm in found:
        # What torch refuses, it refuses here, before anything has been trained.
        with seeded(plan.seeds[0], plan.device):
            plan.build(arm, arm.fresh())
    work = len(found) * len(plan.seeds) * plan.epochs
    bar: Any = tqdm(total=work, unit="epoch", delay=0.5, leave=False, disable=not progress)
    with bar:
        return tuple(plan.train(arm, bar.update) for arm in found)


def _seeds(given: object) -> tuple[int, ...]:
    if isinstance(given, int):
        check_count("seeds", given)
        chosen = tuple(range(given)) if given <= SEEDS else ()
    elif isinstance(given, Iterable) and not isinstance(given, str):
        chosen = tuple(dict.fromkeys(given))
    else:
        chosen = ()
    fine = 1 <= len(chosen) <= SEEDS and all(type(seed) is int and seed >= 0 for seed in chosen)
    if fine:
        return chosen
    raise ValueError(
        say(
            f"seeds: expected how many, 1 to {SEEDS}, or a list of whole numbers from 0, "
            f"got {given!r}",
            f"seeds：应为个数（1 到 {SEEDS}）或非负整数列表，得到 {given!r}",
        )
    )


def _source(loss: Loss | None, y: torch.Tensor | None) -> str:
    """Return how code calls the loss."""
    if loss is None:
        floats = y is not None and y.is_floating_point()
        return f"nn.functional.{'mse_loss' if floats else 'cross_entropy'}"
    if isinstance(loss, torch.nn.Module):
        return f"nn.{loss!r}"
    name = getattr(loss, "__name__", "loss_function")
    return f"nn.functional.{name}" if getattr(torch.nn.functional, name, None) is loss else name
