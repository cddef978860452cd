"""A vocabulary in any of the forms that people keep one in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from dlwidgets.language import say

UNKNOWN = ("<unk>", "[UNK]", "<UNK>")
"""How the entry for unknown words is called, if there is one."""
FILLERS = ("<pad>", "[PAD]", "<PAD>")
"""Entries that fill up: no words."""


@dataclass(frozen=True)
class Lexicon:
    """Words and their ids.

    Attributes:
        ids: the id of each word.
        unknown: the id of the entry for unknown words; None where there is none.
        longest: characters of the longest entry.
    """

    ids: dict[str, int]
    unknown: int | None
    longest: int

    def words(self) -> dict[int, str]:
        """Return the word of each id; without what only fills up."""
        return {i: word for word, i in self.ids.items() if word not in FILLERS}

    def find(self, word: str) -> str | None:
        """Return how ``word`` is written in the vocabulary: as given, or in other letters."""
        tries = (word, word.lower(), word.capitalize(), word.upper())
        found = next((one for one in tries if one in self.ids), None)
        return None if found in FILLERS else found


def read_vocab(vocab: object, unknown: str | None = None) -> Lexicon:
    """Return a vocabulary.

    Args:
        vocab: a dict of words to ids, a list of words (their places are the ids), or anything that
            has such a dict as ``vocab`` or ``stoi`` or from ``get_stoi()``.
        unknown: the entry for unknown words; left out, ``<unk>`` or ``[UNK]`` where there is one.

    Raises:
        TypeError: for anything else.
        ValueError: for an empty one, ids below 0, or an ``unknown`` that it lacks.
    """
    ids = _ids(vocab)
    if not ids:
        raise ValueError(
            say("vocab: expected at least one word, got none", "vocab：至少应有一个词，得到空词表")
        )
    low = next((word for word, i in ids.items() if i < 0), None)
    if low is not None:
        message = say(
            f"vocab: expected ids from 0, got {ids[low]} for {low!r}",
            f"vocab：编号应从 0 起，{low!r} 的编号为 {ids[low]}",
        )
        raise ValueError(message)
    if unknown is not None and unknown not in ids:
        message = say(
            f"unknown: expected a word of vocab, got {unknown!r}; leave it out where unknown "
            "words have no entry",
            f"unknown：应为 vocab 中的词，得到 {unknown!r}；没有未登录词条目时请省略",
        )
        raise ValueError(message)
    entry = unknown or next((name for name in UNKNOWN if name in ids), None)
    return Lexicon(ids, None if entry is None else ids[entry], max(map(len, ids)))


def _ids(vocab: object) -> dict[str, int]:
    given = vocab
    for name in ("vocab", "get_stoi", "stoi"):
        held = None if isinstance(given, (Mapping, Sequence)) else getattr(given, name, None)
        if held is not None:
            given = held() if callable(held) else held
    if isinstance(given, Mapping):
        pairs = list(given.items())
    elif isinstance(given, Sequence) and not isinstance(given, (str, bytes)):
        pairs = [(word, i) for i, word in enumerate(given)]
    else:
        raise _unknown_kind(type(vocab).__name__)
    whole = all(isinstance(w, str) and hasattr(i, "__index__") for w, i in pairs)
    if not whole or any(isinstance(i, bool) for _, i in pairs):
        odd = next((p for p in pairs if not isinstance(p[0], str)), pairs[0])
        got = f"{type(vocab).__name__} with {odd!r}"
        raise _unknown_kind(got)
    return {cast("str", word): int(i) for word, i in pairs}


def _unknown_kind(got: str) -> TypeError:
    return TypeError(
        say(
            "vocab: expected a dict of words to ids such as {'The': 0, 'cat': 1}, a list of words, "
            f"or a set of dlwidgets.data.sentences; got {got}",
            "vocab：应为词到编号的字典（例如 {'The': 0, 'cat': 1}）、词的列表，或 "
            f"dlwidgets.data.sentences 的数据集；得到 {got}",
        )
    )
