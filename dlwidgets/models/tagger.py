"""A part-of-speech tagger: Embedding, LSTM, linear, log-softmax.

Book: section 7.7. Papers: S. Hochreiter, J. Schmidhuber, "Long short-term memory", Neural
Computation 9(8), 1997; word dropout: M. Iyyer and others, "Deep unordered composition rivals
syntactic methods for text classification", ACL 2015.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

import torch
from torch import Tensor, nn

from dlwidgets.language import say
from dlwidgets.models.sizes import check_counts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class HasVocab(Protocol):
    """What a tagger needs to know of its data."""

    @property
    def vocab(self) -> Mapping[str, int]:
        """The id of each word."""

    @property
    def tags(self) -> Sequence[str]:
        """The name of each tag."""

    @property
    def padding(self) -> int:
        """The id that fills up."""

    @property
    def unknown(self) -> int:
        """The id of any other word."""


class Tagger(nn.Module):
    """Gives each word of a sentence a log-probability for every tag.

    Takes word ids, (sentences, words) or one sentence (words,), and returns log-probabilities of
    shape (sentences, words, tags) or (words, tags). As in the book the LSTM reads from the left,
    so a word's tag depends on it and on the words before it; ``bidirectional`` reads both ways.

    Where ``unknown`` is the id of an entry for unknown words, that entry is really trained: in
    training mode each word is replaced by it with probability ``word_dropout``, so the model
    learns to tag what it can't read from what stands around it.

    Args:
        vocab_size: how many words there are.
        tags: how many tags.
        embedding: numbers in the vector of a word.
        hidden: units of the LSTM, in each direction.
        layers: LSTMs on top of one another.
        bidirectional: read from both ends.
        padding: the id that fills short sentences up; its vector stays zero.
        unknown: the id that stands for words out of the vocabulary.
        word_dropout: how often a word is taken for an unknown one in training.

    Raises:
        ValueError: for sizes, ids or shares that can't be.
    """

    def __init__(  # noqa: PLR0913 -- all but two by name
        self,
        vocab_size: int,
        tags: int,
        *,
        embedding: int = 32,
        hidden: int = 32,
        layers: int = 1,
        bidirectional: bool = False,
        padding: int | None = None,
        unknown: int | None = None,
        word_dropout: float = 0.2,
    ) -> None:
        super().__init__()
        sizes = {"embedding": embedding, "hidden": hidden, "layers": layers}
        check_counts("Tagger", vocab_size=vocab_size, tags=tags, **sizes)
        _check_id("padding", padding, vocab_size)
        _check_id("unknown", unknown, vocab_size)
        if not 0 <= word_dropout < 1:
            message = say(
                f"Tagger: expected word_dropout from 0 to below 1, got {word_dropout!r}",
                f"Tagger：word_dropout 应在 0 到 1 之间（不含 1），得到 {word_dropout!r}",
            )
            raise ValueError(message)
        self.padding, self.unknown, self.word_dropout = padding, unknown, word_dropout
        self.embedding = nn.Embedding(vocab_size, embedding, padding_idx=padding)
        self.lstm = nn.LSTM(
            embedding, hidden, layers, batch_first=True, bidirectional=bidirectional
        )
        self.linear = nn.Linear(hidden * (2 if bidirectional else 1), tags)

    @classmethod
    def fitting(cls, data: HasVocab, **sizes: Any) -> Tagger:  # noqa: ANN401 -- those of __init__
        """Return a tagger for the words and tags of a set of `dlwidgets.data.sentences`.

        Args:
            data: anything with ``vocab``, ``tags``, ``padding`` and ``unknown``.
            **sizes: ``embedding``, ``hidden`` and so on.
        """
        ids = {"padding": data.padding, "unknown": data.unknown}
        return cls(len(data.vocab), len(data.tags), **(ids | sizes))

    def forward(self, words: Tensor) -> Tensor:
        """Return the log-probabilities of a batch of sentences, or of one."""
        x = self.embedding(self._with_unknown(words))  # (N, T) -> (N, T, embedding)
        states, _ = self.lstm(x)  # (N, T, hidden)
        return self.linear(states).log_softmax(-1)  # type: ignore[no-any-return]  # (N, T, tags)

    def _with_unknown(self, words: Tensor) -> Tensor:
        """Return the words, in training some of them taken for unknown."""
        if not self.training or self.unknown is None or self.word_dropout == 0:
            return words
        gone = torch.rand(words.shape, device=words.device) < self.word_dropout  # (N, T)
        if self.padding is not None:
            gone &= words != self.padding
        return words.masked_fill(gone, self.unknown)


def word_accuracy(model: nn.Module, words: Tensor, tags: Tensor) -> float:
    """Return the share of words that get the right tag; tags below 0 are padding and not counted.

    Args:
        model: gives (sentences, words, tags), in the mode it is in.
        words: ids, (sentences, words) or (words,).
        tags: the right tag of each, of the same shape.

    Raises:
        ValueError: where no word is to be tagged.
    """
    with torch.no_grad():
        guess = cast("Tensor", model(words)).argmax(-1)
    counted = tags >= 0
    if not bool(counted.any()):
        message = say("word_accuracy: there is no word to tag", "word_accuracy：没有需要标注的词")
        raise ValueError(message)
    return (guess == tags)[counted].double().mean().item()


def _check_id(name: str, given: object, vocab_size: int) -> None:
    whole = isinstance(given, int) and not isinstance(given, bool)
    if given is None or (whole and 0 <= cast("int", given) < vocab_size):
        return
    message = say(
        f"Tagger: expected {name} to be a word's id from 0 to {vocab_size - 1}, got {given!r}",
        f"Tagger：{name} 应为 0 到 {vocab_size - 1} 之间的词编号，得到 {given!r}",
    )
    raise ValueError(message)
