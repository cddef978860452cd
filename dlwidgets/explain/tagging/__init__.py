"""Sentences and the models that give each of their words a tag."""

from dlwidgets.explain.tagging.lexicon import Lexicon, read_vocab
from dlwidgets.explain.tagging.reader import Reader, copied, version
from dlwidgets.explain.tagging.vectors import Vectors
from dlwidgets.explain.tagging.words import Token, split_words

__all__ = [
    "Lexicon",
    "Reader",
    "Token",
    "Vectors",
    "copied",
    "read_vocab",
    "split_words",
    "version",
]
