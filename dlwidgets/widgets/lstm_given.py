"""What a user hands over to an LSTM explorer beside the module: states, words, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral
from typing import TYPE_CHECKING, Any

from dlwidgets.language import say, suggest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.explain.recurrent import Study

OFFERED = 1000
"""Words that the page offers; others can be typed."""


def state_of(hx: object, cx: object) -> object:
    """Return the state as the module takes it: None, h, or (h, c)."""
    return hx if cx is None else (hx, cx)


def number(value: object, name: str, many: int | None = None) -> int:
    """Return a whole number from 0 to ``many`` − 1.

    Raises:
        ValueError: for anything else.
    """
    known = isinstance(value, Integral) and not isinstance(value, bool)
    if known and 0 <= int(value) < (many or int(value) + 1):  # type: ignore[call-overload]
        return int(value)  # type: ignore[call-overload,no-any-return]
    most = "" if many is None else f" 0 to {many - 1}"
    most_zh = "" if many is None else f" 0 到 {many - 1} 的"
    raise ValueError(
        say(
            f"LSTMExplorer: expected {name} as a whole number{most}, got {value!r}",
            f"LSTMExplorer：{name} 应为{most_zh}整数，得到 {value!r}",
        )
    )


def checked_head(head: object) -> object:
    """Return ``head`` if it can be called.

    Raises:
        TypeError: if not.
    """
    if head is None or callable(head):
        return head
    raise TypeError(
        say(
            f"LSTMExplorer: expected head as a module or a function of the states, got {head!r}",
            f"LSTMExplorer：head 应为模块或以状态为参数的函数，得到 {head!r}",
        )
    )


def vocabulary(given: object) -> list[str]:
    """Return the words of an embedding by their numbers; empty where none are given.

    Raises:
        TypeError: for something else than a list of words or a dict from word to number.
    """
    if given is None:
        return []
    if isinstance(given, Mapping):
        numbers = [number(at, "the number of each word of vocab") for at in given.values()]
        words = [f"#{at}" for at in range(max(numbers, default=-1) + 1)]
        for word, at in zip(given, numbers, strict=True):
            words[at] = str(word)
        return words
    if isinstance(given, (list, tuple)):
        return [str(word) for word in given]
    raise TypeError(
        say(
            "LSTMExplorer: expected vocab as a list of words or a dict from word to number, got "
            f"{type(given).__name__}",
            f"LSTMExplorer：vocab 应为词的列表或从词到编号的字典，得到 {type(given).__name__}",
        )
    )


def texts(given: object, name: str) -> list[str]:
    """Return a list of texts.

    Raises:
        TypeError: for something else than a list or tuple.
    """
    if isinstance(given, (list, tuple)):
        return [str(one) for one in given]
    raise TypeError(
        say(
            f"LSTMExplorer: expected {name} as a list of texts, got {given!r}",
            f"LSTMExplorer：{name} 应为文本的列表，得到 {given!r}",
        )
    )


def way(direction: object) -> int:
    """Return 0 for ``"forward"``, 1 for ``"reverse"``.

    Raises:
        ValueError: for anything else.
    """
    names = ("forward", "reverse")
    if direction in names:
        return names.index(str(direction))
    hint = suggest(str(direction), names)
    raise ValueError(
        say(
            f"LSTMExplorer: expected direction 'forward' or 'reverse', got {direction!r}.{hint}",
            f"LSTMExplorer：direction 应为 'forward' 或 'reverse'，得到 {direction!r}。{hint}",
        )
    )


class Words:
    """The words of a vocabulary, and those that stand at the steps."""

    def __init__(self, vocab: list[str], tokens: list[str]) -> None:
        """Hold them; ``tokens`` are labels of the steps, whatever the vocabulary says."""
        self._vocab, self._tokens = vocab, tokens
        self._numbers = {word: at for at, word in enumerate(vocab)}

    @property
    def offered(self) -> list[str]:
        """Words that the page offers in place of others."""
        return self._vocab[:OFFERED]

    def token(self, value: Any, *, embedded: bool) -> int | None:  # noqa: ANN401 -- a word or a number
        """Return the number of a word; None of what is no token.

        Raises:
            ValueError: for a word that the vocabulary does not have.
        """
        if isinstance(value, str):
            at = self._numbers.get(value)
            if at is None and value.removeprefix("#").isdecimal() and not self._vocab:
                return int(value.removeprefix("#"))
            if at is None:
                hint = suggest(value, self._vocab)
                raise ValueError(
                    say(
                        f"edit: expected one of the {len(self._vocab)} words of vocab, got "
                        f"{value!r}.{hint}",
                        f"edit：应为 vocab 中的 {len(self._vocab)} 个词之一，"
                        f"得到 {value!r}。{hint}",
                    )
                )
            return at
        is_token = embedded and isinstance(value, Integral) and not isinstance(value, bool)
        return int(value) if is_token else None

    def rows(self, study: Study, step: int, across: NDArray[Any]) -> dict[str, Any]:
        """Return what stands at the shown steps, and at one of them now and before."""
        known = self._tokens or self._vocab or study.ids is not None
        if not known:
            return {"_words": [], "_word": []}
        return {
            "_words": [self._at(study, int(one), study.ids) for one in across],
            "_word": [self._at(study, step, study.ids), self._at(study, step, study.base_ids)],
        }

    def _at(self, study: Study, step: int, ids: Any) -> str:  # noqa: ANN401 -- a tensor or None
        given = study.base_ids
        if ids is not None and given is not None:
            token = int(ids[step])
            moved = token != int(given[step])
            if self._vocab and (moved or not self._tokens):
                return self._vocab[token] if token < len(self._vocab) else f"#{token}"
            if moved or not self._tokens:
                return f"#{token}"
        return self._tokens[step] if step < len(self._tokens) else ""
