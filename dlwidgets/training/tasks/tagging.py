"""From the words of a sentence to a tag for each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from dlwidgets.language import say
from dlwidgets.models.tagger import Tagger
from dlwidgets.training.metrics import Batch, Data, batches, mean_loss
from dlwidgets.training.tasks.supervised import Supervised
from dlwidgets.training.tasks.task import first, looking, make_optimizer, tried

if TYPE_CHECKING:
    from dlwidgets.training.run import Run
    from dlwidgets.training.tasks.task import Asked

ADAM = 1e-2
"""The rate of Adam where none is asked for: right for nets of some ten thousand weights."""


def tags_words(model: nn.Module, seen: Batch | None) -> bool:
    """Return whether ``model`` gives each place of its input a class: (N, T) to (N, T, classes)."""
    if isinstance(model, Tagger):
        return True
    if seen is None or seen[0].is_floating_point() or seen[1].is_floating_point():
        return False
    if seen[0].ndim != 2 or seen[0].shape != seen[1].shape:  # noqa: PLR2004 -- (sentences, words)
        return False
    given = first(seen, model)
    if given is None:
        return False
    try:
        with looking(model):
            out = model(given[0])
    except Exception:  # noqa: BLE001 -- the user's own model; what it can't is told elsewhere
        return False
    return isinstance(out, Tensor) and out.ndim == 3 and out.shape[:2] == given[0].shape  # noqa: PLR2004 -- (N, T, classes)


def tagging_loss(scores: Tensor, tags: Tensor) -> Tensor:
    """Return the cross entropy of a word, averaged over all words that have a tag (0 or more).

    Args:
        scores: logits or log-probabilities, (N, T, tags): softmax makes the same of both.
        tags: ids (N, T), below 0 where there is no word.
    """
    flat = tags.reshape(-1).long()
    counted = flat.masked_fill(flat < 0, -100)
    return nn.functional.cross_entropy(scores.reshape(len(flat), -1), counted)


class Tagging(Supervised):
    """Lowers the cross entropy of each word's tag; what fills sentences up does not count."""

    def __init__(self, model: nn.Module, asked: Asked, seen: Batch | None) -> None:
        """Choose metrics and optimizer, as far as they are not given.

        Raises:
            TypeError: for a loss that is no function.
            ValueError: for words or tags that the model has no place for.
        """
        own = asked if asked.loss is not None else replace(asked, loss=tagging_loss)
        super().__init__(model, own, None)
        if asked.loss is None:
            self.why = say(
                "cross entropy of each word's tag, padding left out; accuracy by word",
                "逐词标签的交叉熵，不计填充；准确率按词计算",
            )
        if seen is not None:
            _check(model, seen)

    def optimize(self) -> None:
        """Make the optimizer: Adam at 1e-2 where none is asked for."""
        asked = self._asked
        if asked.optimizer is None:
            rate = ADAM if asked.lr is None else asked.lr
            asked = replace(asked, optimizer="adam", lr=rate)
        self.optimizers = [make_optimizer(asked, self.model)]

    def test(self, run: Run, data: Data) -> float:
        """Log loss and metrics by word; return the loss."""
        loss = loss_by_word(self.model, data) if self.loss is tagging_loss else None
        reached = mean_loss(self.model, data, self.loss) if loss is None else loss
        run.log(test_loss=reached)
        for name, metric in self.metrics.items():
            run.log(**{f"test_{name}": metric(self.model, data)})
        return reached


def loss_by_word(model: nn.Module, data: Data) -> float:
    """Return the mean of `tagging_loss` over all words, in evaluation mode."""
    loss = total = 0.0
    with looking(model):
        for x, y in batches(data, _device(model)):
            count = int((y >= 0).sum())
            loss += tagging_loss(model(x), y).item() * count
            total += count
    return loss / total


def _device(model: nn.Module) -> torch.device | None:
    return next((parameter.device for parameter in model.parameters()), None)


def _check(model: nn.Module, seen: Batch) -> None:
    """Raise ValueError unless the model has a place for each word and each tag."""
    x, y = seen
    given = first(seen, model)
    words = next((m for m in model.modules() if isinstance(m, nn.Embedding)), None)
    if words is not None and x.numel() and int(x.max()) >= words.num_embeddings:
        most, rows = int(x.max()), words.num_embeddings
        message = say(
            f"model: its embedding has {rows} rows, but the data have words up to id {most}; make "
            f"it with {most + 1} or more, or Tagger.fitting(data)",
            f"model：词嵌入有 {rows} 行，而数据中的词编号最大为 {most}；请用 {most + 1} 或更大的"
            "词表构造，或使用 Tagger.fitting(data)",
        )
        raise ValueError(message)
    if given is None or not y.numel():
        return
    out = tried(model, lambda: model(given[0]), tuple(x.shape[1:]))
    if int(y.max()) >= out.shape[-1]:
        most, tags = int(y.max()), out.shape[-1]
        message = say(
            f"model: it gives {tags} tags, but the data have tags up to {most}; make it with "
            f"{most + 1}",
            f"model：输出 {tags} 个标签，而数据中的标签最大为 {most}；请用 {most + 1} 个标签构造",
        )
        raise ValueError(message)
