"""Positions of an axis as the keys that name them, in ``.loc`` and in ``.iloc``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pandas as pd

from dlwidgets.explain.frame.literals import label_code

if TYPE_CHECKING:
    from dlwidgets.explain.frame.outcome import Span, Subject

LISTED = 20
"""Positions that are written out one by one."""


def is_all(places: Span, size: int) -> bool:
    """Return whether positions are all that there are, in order."""
    return isinstance(places, range) and places == range(size)


class Keys:
    """Writes positions of either axis as keys."""

    def __init__(self, subject: Subject, name: str) -> None:
        self.subject = subject
        self.name = name

    def size(self, axis: int) -> int:
        """Return how many positions there are."""
        return int(self.subject.shape[axis]) if axis < self.subject.ndim else 1

    def label(self, axis: int, place: int) -> str:
        """Return the code of a label."""
        return label_code(self.subject, axis, int(place), self.name)

    def positions(self, axis: int, places: Span) -> list[str]:
        """Return keys of ``.iloc`` that name the positions, the usual one first."""
        if is_all(places, self.size(axis)):
            return [":"]
        listed = [f"[{', '.join(map(str, places))}]"] if 0 < len(places) <= LISTED else []
        if not isinstance(places, range):
            return listed
        cut = [slice_of(places, self.size(axis))]
        return listed + cut if _is_list(places) else cut + listed

    def labels(self, axis: int, places: Span) -> list[str]:
        """Return keys of ``.loc`` that may name the positions, the usual one first."""
        size = self.size(axis)
        if is_all(places, size):
            return [":"]
        if len(places) == 0:
            return ["[]"]
        cut, listed, found = [], [], []
        if isinstance(places, range) and len(places) > 1:
            down = places.step < 0
            start = "" if places[0] == (size - 1 if down else 0) else self.label(axis, places[0])
            last = places[-1] == (0 if down else size - 1)
            stop = "" if last else self.label(axis, places[-1])
            cut.append(f"{start}:{stop}" + (f":{places.step}" if places.step != 1 else ""))
        if len(places) <= LISTED:
            names = dict.fromkeys(self.label(axis, one) for one in places)
            listed.append(f"[{', '.join(names)}]")
            if len(names) < len(places) or isinstance(self.labels_of(axis), pd.MultiIndex):
                found.append(next(iter(names)))  # one label that stands at several of them
        first_list = isinstance(places, range) and _is_list(places)
        return found + (listed + cut if first_list else cut + listed)

    def labels_of(self, axis: int) -> pd.Index:
        """Return the labels of an axis."""
        return self.subject.index if axis == 0 else self.subject.columns


def _is_list(places: range) -> bool:
    """Return whether one would rather list positions than write a slice."""
    return len(places) == 1 or (len(places) == 2 and places.step != 1)  # noqa: PLR2004 -- a pair


def slice_of(places: range, size: int) -> str:
    """Return a slice of positions as short as it can be."""
    if len(places) == 0:
        return ":0"
    forward = places.step > 0
    start, stop = places[0], places[-1] + (1 if forward else -1)
    begin = "" if start == (0 if forward else size - 1) else str(start)
    end = "" if (stop >= size if forward else stop < 0) else str(stop)
    return f"{begin}:{end}" + (f":{places.step}" if places.step != 1 else "")


def attribute(writer: Keys, place: int) -> str:
    """Return the name of a column where it can follow a dot, or an empty text."""
    label = writer.subject.columns[place]
    plain = type(label) is str and label.isidentifier() and not label.startswith("_")
    if not plain or hasattr(type(writer.subject), label):
        return ""
    try:
        ast.parse(f"df.{label}", mode="eval")
    except SyntaxError:
        return ""  # a word of Python's own
    return str(label)
