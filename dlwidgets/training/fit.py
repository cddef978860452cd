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
from dlwidgets.training.choices import (
    Loss,
    Schedule,
    choose_device,
    choose_loss,
    choose_optimizer,
    choose_scheduler,
)
from dlwidgets.training.metrics import Batch, Data, Metric, is_pair, mean_loss, named_metrics

if TYPE_CHECKING:
    from dlwidgets.training.run import Run


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

    model: nn.Module
    batches: Iterable[Batch]
    test: Data | None
    loss: Loss
    optimizer: torch.optim.Optimizer
    scheduler: LRScheduler | None
    metrics: dict[str, Metric]
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
    optimizer: str | type[torch.optim.Optimizer] | torch.optim.Optimizer = "sgd",
    scheduler: Schedule | None = None,
    loss: Loss | None = None,
    batch_size: int = 64,
    metrics: Iterable[str | Metric] = ("accuracy",),
    device: str | torch.device = "auto",
    seed: int = 0,
    **hyper: Any,  # noqa: ANN401 -- whatever the optimizer takes
) -> Plan:
    """Decide everything and check it; nothing is trained and no parameter changes."""
    check("model", "an nn.Module", "nn.Module", model, right=isinstance(model, nn.Module))
    check("loss", "a function", "函数", loss, right=loss is None or callable(loss))
    check_count("epochs", epochs)
    check_count("batch_size", batch_size)
    target = choose_device(device)
    train, test, y = split_data(data, batch_size, seed, target)
    reason = say("your loss", "给定的损失函数")
    chosen_metrics = named_metrics(metrics)
    if y is not None and y.is_floating_point() and not ((y == 0) | (y == 1)).all():
        chosen_metrics.pop("accuracy", None)  # Counting hits needs classes.
    if loss is None:
        loss, reason = choose_loss(y)
    mine = inspect.signature(plan).parameters
    chosen = choose_optimizer(optimizer, model, lr, hyper, mine)
    schedule = choose_scheduler(scheduler, chosen)
    if any(parameter.device.type != target.type for parameter in model.parameters()):
        # Only now, so that a wrong choice moves nothing; an optimizer wants the moved parameters.
        model.to(target)
        chosen = choose_optimizer(optimizer, model, lr, hyper, mine)
        schedule = choose_scheduler(scheduler, chosen)
    rate = f"{float(chosen.param_groups[0]['lr']):g}"
    if schedule is not None:
        rate += say(f" at first ({type(schedule).__name__})", f" 起（{type(schedule).__name__}）")
    text = say(
        f"train: {reason}; {type(chosen).__name__}, lr {rate}; {epochs} epochs in "
        f"batches of {batch_size}; on {target}",
        f"train：{reason}；{type(chosen).__name__}，学习率 {rate}；{epochs} 轮，"
        f"批大小 {batch_size}；设备 {target}",
    )
    return Plan(
        model, train, test, loss, chosen, schedule, chosen_metrics, epochs, target, seed, text
    )


def check(name: str, en: str, zh: str, value: object, *, right: bool) -> None:
    """Raise TypeError unless ``right``, saying what ``name`` should be in both languages."""
    if not right:
        got = type(value).__name__
        raise TypeError(say(f"{name}: expected {en}, got {got}", f"{name}：应为 {zh}，得到 {got}"))


def check_count(name: str, value: object) -> None:
    """Raise ValueError unless the argument ``name`` is a whole number from 1."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(
            say(
                f"{name}: expected a whole number from 1, got {value!r}",
                f"{name}：应为正整数，得到 {value!r}",
            )
        )


def split_data(
    data: object, batch_size: int, seed: int, device: torch.device
) -> tuple[Iterable[Batch], Data | None, torch.Tensor | None]:
    """Return training batches, the test part (None without one) and some targets if to be seen.

    Raises:
        TypeError: for data in no known form.
    """
    if isinstance(data, HasLoader):
        held = data.to(device) if hasattr(data, "to") else data
        return held.loader(batch_size, seed=seed), held.test, held.train[1]
    if isinstance(data, torch.utils.data.Dataset):
        shuffle = None if isinstance(data, IterableDataset) else True
        order = torch.Generator().manual_seed(seed)
        data = DataLoader(data, batch_size, shuffle=shuffle, generator=order)
    if isinstance(data, DataLoader):
        seen = not isinstance(data.dataset, IterableDataset)
        return data, None, torch.as_tensor(data.dataset[0][1]) if seen else None
    if is_pair(data) and len(data[0]) == len(data[1]) > 0:
        from dlwidgets.data.loader import Loader  # types only above this line

        x, y = (part.to(device) for part in data)
        return Loader(x, y, batch_size, seed=seed), None, y
    if isinstance(data, tuple) and len(data) == 2 and not any(map(torch.is_tensor, data)):  # noqa: PLR2004 -- (train, test)
        train, _, targets = split_data(data[0], batch_size, seed, device)
        return train, _test_part(data[1], batch_size), targets
    raise _unknown(data)


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
    model, device = given.model, given.device
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices):
        torch.manual_seed(given.seed)
        for _epoch in run.track(range(given.epochs)):
            model.train()
            for x, y in run.track(given.batches):
                loss = given.loss(model(x.to(device)), y.to(device))
                given.optimizer.zero_grad()
                loss.backward()
                given.optimizer.step()
            reached = loss.item() if given.test is None else _tested(run, given)
            if isinstance(given.scheduler, ReduceLROnPlateau):
                given.scheduler.step(reached)
            elif given.scheduler is not None:
                given.scheduler.step()


def _tested(run: Run, given: Plan) -> float:
    """Log loss and metrics of the test part; return the loss."""
    test = cast("Data", given.test)
    loss = mean_loss(given.model, test, given.loss)
    run.log(test_loss=loss)
    for name, metric in given.metrics.items():
        run.log(**{f"test_{name}": metric(given.model, test)})
    return loss
