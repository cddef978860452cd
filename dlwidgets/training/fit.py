"""The declarative form: a model, data and a few numbers make a run."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset

from dlwidgets.language import say, suggest
from dlwidgets.training.metrics import Batch, Data, Metric, is_pair, mean_loss, named_metrics

if TYPE_CHECKING:
    from dlwidgets.training.run import Run

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


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
    metrics: dict[str, Metric]
    epochs: int
    device: torch.device
    seed: int
    text: str


def choose_device(device: str | torch.device = "auto") -> torch.device:
    """Return the device meant by ``device``; ``"auto"`` takes CUDA, then MPS, else the CPU.

    Raises:
        ValueError: for a name torch does not know, or a device this machine lacks.
    """
    if device == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        chosen = torch.device(device)
        torch.empty(0, device=chosen)  # A name may be right and the machine without it.
    except (RuntimeError, TypeError, AssertionError) as error:
        raise ValueError(
            say(
                f"device: expected 'auto' or a device of this machine, got {device!r}",
                f"device:应为 'auto' 或本机的设备,得到 {device!r}",
            )
        ) from error
    return chosen


def choose_loss(y: torch.Tensor | None) -> tuple[Loss, str]:
    """Return the loss that the targets ask for, and why in words.

    Class indices (integers) ask for cross entropy, floats for the mean squared error.

    Raises:
        ValueError: for targets of another kind, or that can't be seen beforehand.
    """
    kind = None if y is None else y.dtype
    if kind in {torch.int64, torch.int32, torch.int16, torch.uint8, torch.int8}:
        return _cross_entropy, say(
            "cross entropy (targets are class indices)", "交叉熵(目标为类别编号)"
        )
    if kind is not None and kind.is_floating_point:
        return _squared_error, say(
            "mean squared error (targets are floats)", "均方误差(目标为浮点数)"
        )
    raise ValueError(
        say(
            f"loss: can't guess one for targets of {kind or 'an unknown kind'}; give loss=",
            f"loss:无法为 {kind or '未知'} 类型的目标选择损失函数,请给出 loss=",
        )
    )


def _cross_entropy(logits: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return nn.functional.cross_entropy(logits, y.long())


def _squared_error(out: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    # (N, 1) against (N,) would broadcast to (N, N) and train on nonsense.
    return nn.functional.mse_loss(out, y.reshape(out.shape))


def choose_optimizer(
    optimizer: str | type[torch.optim.Optimizer] | torch.optim.Optimizer,
    model: nn.Module,
    lr: float | None,
    hyper: dict[str, Any],
) -> torch.optim.Optimizer:
    """Return an optimizer by name, class or instance.

    Raises:
        ValueError: for an unknown name, or ``lr`` beside an instance that has its own.
    """
    if isinstance(optimizer, torch.optim.Optimizer):
        if lr is not None or hyper:
            raise ValueError(
                say(
                    "optimizer: it already has its rate; give lr= with a name or a class only",
                    "optimizer:已有学习率;lr= 只能与名称或类一起给出",
                )
            )
        return optimizer
    kind = _optimizer_class(optimizer) if isinstance(optimizer, str) else optimizer
    if not (isinstance(kind, type) and issubclass(kind, torch.optim.Optimizer)):
        raise TypeError(
            say(
                f"optimizer: expected a name, a class or an instance, got {optimizer!r}",
                f"optimizer:应为名称、类或实例,得到 {optimizer!r}",
            )
        )
    if lr is None and issubclass(kind, torch.optim.SGD):
        lr = 0.01
    options = hyper if lr is None else {"lr": lr, **hyper}
    known = {*inspect.signature(kind).parameters} - {"params"}
    for name in [name for name in options if name not in known]:
        hint = suggest(name, [*known, *inspect.signature(plan).parameters])
        raise TypeError(
            say(
                f"{kind.__name__} has no option {name!r}.{hint}",
                f"{kind.__name__} 没有选项 {name!r}。{hint}",
            )
        )
    made: torch.optim.Optimizer = cast("Any", kind)(model.parameters(), **options)
    return made


def _optimizer_class(asked: str) -> type[torch.optim.Optimizer]:
    known = {
        name.lower(): kind
        for name, kind in vars(torch.optim).items()
        if isinstance(kind, type) and issubclass(kind, torch.optim.Optimizer)
    }
    for odd in ("optimizer", "lbfgs", "sparseadam"):  # The base; closures; sparse gradients.
        known.pop(odd, None)
    if asked.lower() in known:
        return known[asked.lower()]
    listed = ", ".join(sorted(known))
    raise ValueError(
        say(
            f"optimizer: no optimizer named {asked!r}.{suggest(asked, known)} Known: {listed}",
            f"optimizer:没有名为 {asked!r} 的优化器。{suggest(asked, known)} 可用:{listed}",
        )
    )


def plan(  # noqa: PLR0913 -- all but two by name
    model: nn.Module,
    data: object,
    *,
    epochs: int = 5,
    lr: float | None = None,
    optimizer: str | type[torch.optim.Optimizer] | torch.optim.Optimizer = "sgd",
    loss: Loss | None = None,
    batch_size: int = 64,
    metrics: Iterable[str | Metric] = ("accuracy",),
    device: str | torch.device = "auto",
    seed: int = 0,
    **hyper: Any,  # noqa: ANN401 -- whatever the optimizer takes
) -> Plan:
    """Decide everything and check it; nothing is trained and no parameter changes."""
    _check("model", "an nn.Module", "nn.Module", model, right=isinstance(model, nn.Module))
    _check("loss", "a function", "函数", loss, right=loss is None or callable(loss))
    _check_count("epochs", epochs)
    _check_count("batch_size", batch_size)
    target = choose_device(device)
    train, test, y = split_data(data, batch_size, seed, target)
    reason = say("your loss", "给定的损失函数")
    chosen_metrics = named_metrics(metrics)
    if y is not None and y.is_floating_point() and not ((y == 0) | (y == 1)).all():
        chosen_metrics.pop("accuracy", None)  # Counting hits needs classes.
    if loss is None:
        loss, reason = choose_loss(y)
    chosen = choose_optimizer(optimizer, model, lr, hyper)
    if any(parameter.device.type != target.type for parameter in model.parameters()):
        # Only now, so that a wrong choice moves nothing; an optimizer wants the moved parameters.
        model.to(target)
        chosen = choose_optimizer(optimizer, model, lr, hyper)
    rate = chosen.param_groups[0]["lr"]
    text = say(
        f"train: {reason}; {type(chosen).__name__}, lr {float(rate):g}; {epochs} epochs in "
        f"batches of {batch_size}; on {target}",
        f"train:{reason};{type(chosen).__name__},学习率 {float(rate):g};{epochs} 轮,"
        f"批大小 {batch_size};设备 {target}",
    )
    return Plan(model, train, test, loss, chosen, chosen_metrics, epochs, target, seed, text)


def _check(name: str, en: str, zh: str, value: object, *, right: bool) -> None:
    if not right:
        got = type(value).__name__
        raise TypeError(say(f"{name}: expected {en}, got {got}", f"{name}:应为 {zh},得到 {got}"))


def _check_count(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(
            say(
                f"{name}: expected a whole number from 1, got {value!r}",
                f"{name}:应为正整数,得到 {value!r}",
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
            "data:应为 dlwidgets 数据集、等长的 (x, y) 张量、DataLoader,或由其中两个组成的 "
            f"(训练, 测试);得到 {got}",
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
            if given.test is not None:
                run.log(test_loss=mean_loss(model, given.test, given.loss))
                for name, metric in given.metrics.items():
                    run.log(**{f"test_{name}": metric(model, given.test)})
