"""The declarative form: a model, data and a few numbers make a run."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau
from torch.utils.data import DataLoader, IterableDataset

from dlwidgets.language import say
from dlwidgets.training.checks import check, check_count
from dlwidgets.training.choices import Loss, Schedule, choose_device, choose_scheduler
from dlwidgets.training.metrics import Batch, Data, Metric, is_pair
from dlwidgets.training.tasks.choose import choose_task, needs_targets
from dlwidgets.training.tasks.task import Asked

if TYPE_CHECKING:
    from dlwidgets.training.run import Run
    from dlwidgets.training.tasks.task import Kind, Task


@runtime_checkable
class HasLoader(Protocol):
    """What a data set of :mod:`dlwidgets.data` offers."""

    train: Batch
    test: Batch

    def loader(self, batch_size: int, *, seed: int = 0) -> Iterable[Batch]:
        """Return shuffled batches of the training part."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a fit needs, decided before the first step."""

    task: Task
    batches: Iterable[Batch]
    test: Data | None
    schedulers: list[LRScheduler]
    epochs: int
    device: torch.device
    seed: int
    text: str


def plan(  # noqa: PLR0913 -- all but two by name
    model: nn.Module,
    data: object,
    *,
    epochs: int = 5,
    lr: float | None = None,
    optimizer: Kind | None = None,
    scheduler: Schedule | None = None,
    loss: Loss | str | None = None,
    batch_size: int = 64,
    metrics: Iterable[str | Metric] | None = None,
    device: str | torch.device = "auto",
    seed: int = 0,
    **options: Any,  # noqa: ANN401 -- whatever the optimizer takes, or the task
) -> Plan:
    """Decide everything and check it; nothing is trained and no parameter changes."""
    check("model", "an nn.Module", "nn.Module", model, right=isinstance(model, nn.Module))
    check_count("epochs", epochs)
    check_count("batch_size", batch_size)
    target = choose_device(device)
    if torch.is_tensor(data) and len(data) and not needs_targets(model):
        data = data, torch.zeros(len(data), dtype=torch.int64, device=data.device)
    train, test, seen = split_data(data, batch_size, seed, target)
    mine = tuple(inspect.signature(plan).parameters)
    asked = Asked(optimizer, lr, loss, metrics, seed, options, mine)
    task = choose_task(model, asked, seen)
    schedulers = _schedulers(scheduler, task)
    if any(parameter.device.type != target.type for parameter in model.parameters()):
        # Only now, so that a wrong choice moves nothing; an optimizer wants the moved parameters.
        model.to(target)
        task.optimize()
        schedulers = _schedulers(scheduler, task)
    return Plan(
        task,
        train,
        test,
        schedulers,
        epochs,
        target,
        seed,
        _in_words(task, schedulers, epochs, batch_size, target),
    )


def _schedulers(scheduler: Schedule | None, task: Task) -> list[LRScheduler]:
    made = [choose_scheduler(scheduler, optimizer) for optimizer in task.optimizers]
    return [one for one in made if one is not None]


def _in_words(
    task: Task, schedulers: list[LRScheduler], epochs: int, batch_size: int, device: torch.device
) -> str:
    """Return the line that states what was chosen."""
    kind = type(task.optimizers[0]).__name__
    # Two rates are told apart only where they differ.
    rates = dict.fromkeys(f"{float(one.param_groups[0]['lr']):g}" for one in task.optimizers)
    rate = " / ".join(rates)
    if schedulers:
        name = type(schedulers[0]).__name__
        rate += say(f" at first ({name})", f" 起（{name}）")
    return say(
        f"train: {task.why}; {kind}, lr {rate}; {epochs} epochs in "
        f"batches of {batch_size}; on {device}",
        f"train：{task.why}；{kind}，学习率 {rate}；{epochs} 轮，"
        f"批大小 {batch_size}；设备 {device}",
    )


def split_data(
    data: object, batch_size: int, seed: int, device: torch.device
) -> tuple[Iterable[Batch], Data | None, Batch | None]:
    """Return training batches, the test part (None without one) and what of them can be seen.

    That is all samples with their targets, the first one of a `DataLoader`, or None.

    Raises:
        TypeError: for data in no known form.
    """
    if isinstance(data, HasLoader):
        held = data.to(device) if hasattr(data, "to") else data
        return held.loader(batch_size, seed=seed), held.test, held.train
    if isinstance(data, torch.utils.data.Dataset):
        shuffle = None if isinstance(data, IterableDataset) else True
        order = torch.Generator().manual_seed(seed)
        data = DataLoader(data, batch_size, shuffle=shuffle, generator=order)
    if isinstance(data, DataLoader):
        return data, None, _first_of(data.dataset)
    if is_pair(data) and len(data[0]) == len(data[1]) > 0:
        from dlwidgets.data.loader import Loader  # types only above this line

        x, y = (part.to(device) for part in data)
        return Loader(x, y, batch_size, seed=seed), None, (x, y)
    if isinstance(data, tuple) and len(data) == 2 and not any(map(torch.is_tensor, data)):  # noqa: PLR2004 -- (train, test)
        train, _, seen = split_data(data[0], batch_size, seed, device)
        return train, _test_part(data[1], batch_size), seen
    raise _unknown(data)


def _first_of(dataset: Any) -> Batch | None:  # noqa: ANN401 -- whatever yields samples
    """Return the first sample and target as a batch of one."""
    if isinstance(dataset, IterableDataset):
        return None  # Asking takes the sample away.
    x, y, *_ = dataset[0]
    return torch.as_tensor(x)[None], torch.as_tensor(y)[None]


def _test_part(data: object, batch_size: int) -> Data:
    if isinstance(data, torch.utils.data.Dataset):
        return DataLoader(data, batch_size)
    if is_pair(data) or (isinstance(data, Iterable) and not torch.is_tensor(data)):
        return cast("Data", data)
    raise _unknown(data)


def _unknown(data: object) -> TypeError:
    got = type(data).__name__
    return TypeError(
        say(
            "data: expected a dlwidgets data set, (x, y) tensors of the same length, a DataLoader, "
            f"or two of these as (train, test); got {got}",
            "data：应为 dlwidgets 数据集、等长的 (x, y) 张量、DataLoader，或由其中两个组成的 "
            f"(训练, 测试)；得到 {got}",
        )
    )


def fit(run: Run, given: Plan) -> None:
    """Train as planned, inside a watch: a plain loop like the user's own."""
    task, device = given.task, given.device
    devices = [device] if device.type == "cuda" else []
    task.begin(run)
    with torch.random.fork_rng(devices):
        torch.manual_seed(given.seed)
        for _epoch in run.track(range(given.epochs)):
            task.model.train()
            for x, y in run.track(given.batches):
                loss = task.step(run, x.to(device), y.to(device))
            reached = loss.item() if given.test is None else task.test(run, given.test)
            for scheduler in given.schedulers:
                if isinstance(scheduler, ReduceLROnPlateau):
                    scheduler.step(reached)
                else:
                    scheduler.step()
