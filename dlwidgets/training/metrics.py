"""Numbers that say how good a model is, computed without changing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeGuard, cast

import torch
from torch import nn

from dlwidgets.language import say, suggest
from dlwidgets.models.tagger import Tagger
from dlwidgets.training.isolation import isolated

Batch = tuple[torch.Tensor, torch.Tensor]
Data = Batch | Iterable[Batch]
Metric = Callable[[nn.Module, Data], float]
_BATCH = 2048


def batches(data: Data, device: torch.device | None = None) -> Iterator[Batch]:
    """Yield (x, y) batches of a pair of tensors or of anything that yields such batches.

    Raises:
        TypeError: for anything else.
    """
    if is_pair(data):
        x, y = data
        for start in range(0, len(x), _BATCH):
            yield x[start : start + _BATCH].to(device), y[start : start + _BATCH].to(device)
        return
    if isinstance(data, torch.Tensor) or not isinstance(data, Iterable):
        raise TypeError(
            say(
                f"expected (x, y) tensors or batches of them, got {type(data).__name__}",
                f"应为 (x, y) 张量或其批次，得到 {type(data).__name__}",
            )
        )
    for x, y in cast("Iterable[Batch]", data):
        yield x.to(device), y.to(device)


def is_pair(data: object) -> TypeGuard[Batch]:
    """Return whether ``data`` is one pair of tensors."""
    return isinstance(data, tuple) and len(data) == 2 and all(map(torch.is_tensor, data))  # noqa: PLR2004 -- (x, y)


def _device(model: nn.Module) -> torch.device | None:
    parameter = next(model.parameters(), None)
    return None if parameter is None else parameter.device


def accuracy(model: nn.Module, data: Data) -> float:
    """Return the share of ``data`` that ``model`` classifies correctly, from 0 to 1.

    The model is asked in evaluation mode and without gradients; its mode, its buffers and the
    random state are afterwards what they were.

    Args:
        model: gives logits, (N, classes), or (N,) or (N, 1) for two classes; or for each word of
            a sentence, (N, words, tags), and then words are counted.
        data: ``(x, y)`` with class indices ``y`` (N,), such as ``data.test``, or batches of that;
            of words (N, words), below 0 where there is none.

    Raises:
        TypeError: if ``data`` is neither.
        ValueError: if there is no example in it.
    """
    right = torch.zeros((), dtype=torch.int64)
    count = 0
    with isolated([model]):
        model.eval()
        for x, y in batches(data, _device(model)):
            logits = model(x)
            if _by_word(model, logits, y):
                counted = y >= 0
                right = right.to(y.device) + ((logits.argmax(-1) == y) & counted).sum()
                count += int(counted.sum())
                continue
            if logits.ndim > 1 and logits.shape[1] > 1:
                guess = logits.argmax(1)
            else:
                guess = (logits.reshape(-1) > 0).to(y.dtype)
            right = right.to(y.device) + (guess == y.reshape(guess.shape)).sum()
            count += guess.numel()
    return int(right) / _some(count)


def _by_word(model: nn.Module, scores: torch.Tensor, y: torch.Tensor) -> bool:
    """Return whether these are scores (N, words, tags) for tags ``y`` (N, words)."""
    if scores.ndim != 3 or scores.shape[:2] != y.shape:  # noqa: PLR2004 -- as above
        return False
    # As many tags as words: torch itself would take the second axis for the classes.
    return isinstance(model, Tagger) or scores.shape[1] != scores.shape[2]


def mean_loss(
    model: nn.Module, data: Data, loss: Callable[..., torch.Tensor], *, training: bool = False
) -> float:
    """Return the mean of ``loss(model(x), y)`` over all examples, as :func:`accuracy` asks.

    Args:
        model: any module.
        data: ``(x, y)`` or batches of that.
        loss: a loss that averages over a batch, such as ``nn.functional.cross_entropy``.
        training: ask in training mode, as who forgets ``model.eval()`` does.
    """
    total = torch.zeros((), dtype=torch.float64)
    count = 0
    with isolated([model]):
        model.train(training)
        for x, y in batches(data, _device(model)):
            total = total + loss(model(x), y).double().cpu() * len(x)
            count += len(x)
    return float(total) / _some(count)


def mae(model: nn.Module, data: Data) -> float:
    """Return the mean absolute error of ``model``, in the unit of the targets."""
    # (N, 1) against (N,) would broadcast to (N, N).
    return mean_loss(model, data, lambda out, y: nn.functional.l1_loss(out, y.reshape(out.shape)))


def _some(count: int) -> int:
    if not count:
        raise ValueError(say("there is no example in the data", "数据中没有样本"))
    return count


NAMED: dict[str, Metric] = {"accuracy": accuracy, "mae": mae}


def named_metrics(metrics: Iterable[str | Metric]) -> dict[str, Metric]:
    """Return metrics by name; a function counts under its own name.

    Raises:
        ValueError: for a name that is not known.
    """
    if isinstance(metrics, str):
        metrics = (metrics,)
    chosen: dict[str, Metric] = {}
    for metric in metrics:
        if callable(metric):
            chosen[getattr(metric, "__name__", "metric")] = metric
        elif metric in NAMED:
            chosen[metric] = NAMED[metric]
        else:
            known = ", ".join(NAMED)
            raise ValueError(
                say(
                    f"metrics: no metric named {metric!r}.{suggest(str(metric), NAMED)} "
                    f"Known: {known}; or give a function of (model, data)",
                    f"metrics：没有名为 {metric!r} 的指标。{suggest(str(metric), NAMED)} "
                    f"可用：{known}；也可给出函数 (model, data)",
                )
            )
    return chosen
