"""What `dlwidgets.train` chooses where it is not told: device, loss, optimizer, schedule."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler

from dlwidgets.language import say, suggest

if TYPE_CHECKING:
    from collections.abc import Iterable

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
Schedule = LRScheduler | Callable[[torch.optim.Optimizer], LRScheduler]


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
                f"device：应为 'auto' 或本机的设备，得到 {device!r}",
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
            "cross entropy (targets are class indices)", "交叉熵（目标为类别编号）"
        )
    if kind is not None and kind.is_floating_point:
        return _squared_error, say(
            "mean squared error (targets are floats)", "均方误差（目标为浮点数）"
        )
    raise ValueError(
        say(
            f"loss: can't guess one for targets of {kind or 'an unknown kind'}; give loss=",
            f"loss：无法为 {kind or '未知'} 类型的目标选择损失函数，请给出 loss=",
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
    options_of_train: Iterable[str] = (),
) -> torch.optim.Optimizer:
    """Return an optimizer by name, class or instance.

    ``options_of_train`` are offered too where an option in ``hyper`` is misspelt.

    Raises:
        ValueError: for an unknown name, or ``lr`` beside an instance that has its own.
    """
    if isinstance(optimizer, torch.optim.Optimizer):
        if lr is not None or hyper:
            raise ValueError(
                say(
                    "optimizer: it already has its rate; give lr= with a name or a class only",
                    "optimizer：已有学习率；lr= 只能与名称或类一起给出",
                )
            )
        return optimizer
    kind = optimizer_class(optimizer) if isinstance(optimizer, str) else optimizer
    if not (isinstance(kind, type) and issubclass(kind, torch.optim.Optimizer)):
        raise TypeError(
            say(
                f"optimizer: expected a name, a class or an instance, got {optimizer!r}",
                f"optimizer：应为名称、类或实例，得到 {optimizer!r}",
            )
        )
    if lr is None and issubclass(kind, torch.optim.SGD):
        lr = 0.01
    options = hyper if lr is None else {"lr": lr, **hyper}
    known = {*inspect.signature(kind).parameters} - {"params"}
    for name in [name for name in options if name not in known]:
        hint = suggest(name, [*known, *options_of_train])
        raise TypeError(
            say(
                f"{kind.__name__} has no option {name!r}.{hint}",
                f"{kind.__name__} 没有选项 {name!r}。{hint}",
            )
        )
    made: torch.optim.Optimizer = cast("Any", kind)(model.parameters(), **options)
    return made


def optimizer_class(asked: str) -> type[torch.optim.Optimizer]:
    """Return the class of ``torch.optim`` that is called ``asked``, in any case of letters.

    Raises:
        ValueError: for an unknown name.
    """
    known = _optimizers()
    if asked.lower() in known:
        return known[asked.lower()]
    listed = ", ".join(sorted(known))
    raise ValueError(
        say(
            f"optimizer: no optimizer named {asked!r}.{suggest(asked, known)} Known: {listed}",
            f"optimizer：没有名为 {asked!r} 的优化器。{suggest(asked, known)} 可用：{listed}",
        )
    )


def optimizer_names() -> list[str]:
    """Return the names that `optimizer_class` knows."""
    return sorted(_optimizers())


def _optimizers() -> dict[str, type[torch.optim.Optimizer]]:
    known = {
        name.lower(): kind
        for name, kind in vars(torch.optim).items()
        if isinstance(kind, type) and issubclass(kind, torch.optim.Optimizer)
    }
    for odd in ("optimizer", "lbfgs", "sparseadam"):  # The base; closures; sparse gradients.
        known.pop(odd, None)
    return known


def choose_scheduler(
    scheduler: Schedule | None, optimizer: torch.optim.Optimizer
) -> LRScheduler | None:
    """Return the schedule of ``optimizer``: the one given, or what a function of it makes.

    Raises:
        TypeError: for anything else.
        ValueError: for a scheduler of another optimizer.
    """
    made = scheduler
    if scheduler is not None and not isinstance(scheduler, LRScheduler) and callable(scheduler):
        made = scheduler(optimizer)
    if made is not None and not isinstance(made, LRScheduler):
        raise TypeError(
            say(
                "scheduler: expected one of torch.optim.lr_scheduler, or a function that makes one "
                f"from the optimizer (lambda o: StepLR(o, 5)), got {made!r}",
                "scheduler：应为 torch.optim.lr_scheduler 的调度器，或由优化器构造它的函数"
                f"(lambda o: StepLR(o, 5))，得到 {made!r}",
            )
        )
    if made is not None and made.optimizer is not optimizer:
        raise ValueError(
            say(
                "scheduler: it belongs to another optimizer; give that one as optimizer=, or "
                "a function: scheduler=lambda optimizer: StepLR(optimizer, 5)",
                "scheduler：它属于另一个优化器；请用 optimizer= 给出该优化器，"
                "或给出函数：scheduler=lambda optimizer: StepLR(optimizer, 5)",
            )
        )
    return made
