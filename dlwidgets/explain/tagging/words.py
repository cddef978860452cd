"""A typed sentence, taken apart into words of a vocabulary."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.explain.tagging.lexicon import Lexicon

LONGEST = 20_000
"""Characters of a text that are looked at."""

Kind = Literal["known", "case", "unknown", "missing", "mark"]

_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f"
    "\u0900-\u0963\u0966-\u0dff\u0e31-\u0e4e"
)
"""Vowels and accents that stand on other letters, which ``\\w`` leaves out."""
_LETTER = rf"(?:(?![{_HAN}])[\w{_MARKS}])"
_JOINED = "\u200d\ufe0f\U0001f3fb-\U0001f3ff"
_PIECES = re.compile(
    rf"(?P<han>[{_HAN}]+)"
    r"|(?P<number>\d+(?:[.,:]\d+)*)"
    rf"|(?P<word>{_LETTER}+(?:['\u2019\-]{_LETTER}+)*)"
    rf"|(?P<other>\S[{_JOINED}]*(?:(?<=\u200d)\S[{_JOINED}]*)*)"
)
"""Scripts without blanks, numbers, words, then one sign at a time (an emoji with all its parts)."""


@dataclass(frozen=True)
class Token:
    """One word as it was typed.

    Attributes:
        text: as typed.
        id: what the model is given; -1 where it is given nothing.
        kind: ``known``; ``case``: known in other letters; ``unknown``: given as the entry for
            unknown words; ``missing``: unknown, and the vocabulary has no such entry; ``mark``: a
            punctuation mark, which is no word.
        word: the entry of the vocabulary; empty where there is none.
    """

    text: str
    id: int
    kind: Kind
    word: str = ""


def split_words(text: str, lexicon: Lexicon, most: int) -> tuple[list[Token], bool]:
    """Return the first ``most`` words of a text, and whether there are more.

    What stands between blanks and is in the vocabulary is one word. Else Chinese (and Japanese)
    is cut by longest match: from the left, always the longest word of the vocabulary, and where
    there is none a single character. All the rest falls at blanks and punctuation.
    """
    found: list[Token] = []
    # One accented letter, whether it was typed as one sign or as two.
    start = unicodedata.normalize("NFC", text[:LONGEST])
    for token in _tokens(start, lexicon):
        if len(found) == most:
            return found, True
        found.append(token)
    return found, len(text) > LONGEST


def _tokens(text: str, lexicon: Lexicon) -> Iterator[Token]:
    for chunk in (match.group() for match in re.finditer(r"\S+", text)):
        if chunk in lexicon.ids and lexicon.find(chunk) is not None:
            yield _looked_up(chunk, lexicon)
            continue
        for piece in _PIECES.finditer(chunk):
            if piece.lastgroup == "han":
                yield from _longest_match(piece.group(), lexicon)
            else:
                yield _looked_up(piece.group(), lexicon)


def _longest_match(text: str, lexicon: Lexicon) -> Iterator[Token]:
    at = 0
    while at < len(text):
        ends = range(min(len(text), at + lexicon.longest), at + 1, -1)
        end = next((e for e in ends if text[at:e] in lexicon.ids), at + 1)
        yield _looked_up(text[at:end], lexicon)
        at = end


def _looked_up(text: str, lexicon: Lexicon) -> Token:
    word = lexicon.find(text)
    if word is not None and lexicon.ids[word] != lexicon.unknown:
        return Token(text, lexicon.ids[word], "known" if word == text else "case", word)
    if all(unicodedata.category(one)[0] in "PZC" for one in text):
        return Token(text, -1, "mark")
    if lexicon.unknown is None:
        return Token(text, -1, "missing")
    return Token(text, lexicon.unknown, "unknown")
