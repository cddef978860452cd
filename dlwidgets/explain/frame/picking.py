"""Selections that are picked with the hand, written as code and then read like any other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlwidgets.explain.frame.literals import label_code, quoted
from dlwidgets.explain.frame.outcome import Outcome, Span, Subject, span
from dlwidgets.explain.frame.reading import read
from dlwidgets.explain.frame.values import value_code
from dlwidgets.language import say, suggest

ACCESSORS = ("[]", ".loc", ".iloc", ".at", ".iat", "mask", ".query")
OPERATORS = (
    *(">", ">=", "<", "<=", "==", "!="),
    *("isin", "between", "isna", "notna", "contains", "startswith"),
)
KINDS = ("all", "one", "list", "slice", "mask")
Place = int | str
"""A position, or the code of a label as typed."""


@dataclass(frozen=True, slots=True)
class Pick:
    """What is picked on one axis.

    Attributes:
        kind: ``all``, ``one``, ``list``, ``slice`` or ``mask``.
        at: the place of one, or those of a list.
        start: where a slice begins, None for the first.
        stop: where it ends: the position before which, or the label with which it stops.
        step: of a slice.
        column: of a mask, the position of the column that is compared, −1 for the index.
        operator: how it is compared.
        value: with what, as typed.
    """

    kind: str = "all"
    at: tuple[Place, ...] = ()
    start: Place | None = None
    stop: Place | None = None
    step: int | None = None
    column: int = 0
    operator: str = ">"
    value: str = ""


ALL = Pick()


def pick(
    subject: Subject, accessor: str, rows: Pick = ALL, columns: Pick = ALL, name: str = "df"
) -> Outcome:
    """Return what is picked, as `read` returns it.

    Raises:
        ValueError: for an accessor, kind or operator that there is not.
    """
    return read(subject, write(subject, accessor, rows, columns, name), name)


def write(
    subject: Subject, accessor: str, rows: Pick = ALL, columns: Pick = ALL, name: str = "df"
) -> str:
    """Return the code of what is picked.

    Raises:
        ValueError: for an accessor, kind or operator that there is not.
    """
    _known("accessor", accessor, ACCESSORS)
    for one in (rows, columns):
        _known("kind", one.kind, KINDS)
        _known("operator", one.operator, OPERATORS)
    writer = _Writer(subject, name)
    if isinstance(subject, pd.Series):
        return writer.of_series(accessor, rows)
    if accessor == "[]":
        return writer.brackets(rows, columns)
    if accessor == ".query":
        return writer.query(rows, columns)
    if accessor == "mask":
        return writer.masked(rows, columns)
    return writer.pair(accessor, rows, columns)


def _known(what: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise ValueError(
            say(
                f"Pick: expected {what} to be one of {', '.join(known)}, got {given!r}.",
                f"Pick：{what} 应为 {'、'.join(known)} 之一，得到 {given!r}。",
            )
            + suggest(str(given), known)
        )


class _Writer:
    def __init__(self, subject: Subject, name: str) -> None:
        self.subject = subject
        self.name = name

    def of_series(self, accessor: str, rows: Pick) -> str:
        if accessor in {"mask", ".query"}:
            mask = rows if rows.kind == "mask" else Pick("mask", operator="notna")
            return f"{self.name}[{self.mask(mask)}]"
        if accessor == "[]":
            return f"{self.name}[{self.key('[]', rows, 0)}]"
        return f"{self.name}{accessor}[{self.key(accessor, rows, 0)}]"

    def brackets(self, rows: Pick, columns: Pick) -> str:
        one = "" if columns.kind == "all" else f"[{self.key('[]', columns, 1)}]"
        two = "" if rows.kind == "all" else f"[{self.key('[]', rows, 0)}]"
        return f"{self.name}{one}{two}" if one or two else f"{self.name}[:]"

    def masked(self, rows: Pick, columns: Pick) -> str:
        mask = self.mask(rows if rows.kind == "mask" else Pick("mask", operator="notna"))
        if columns.kind == "all":
            return f"{self.name}[{mask}]"
        return f"{self.name}.loc[{mask}, {self.key('.loc', columns, 1)}]"

    def query(self, rows: Pick, columns: Pick) -> str:
        rows = rows if rows.kind == "mask" else Pick("mask", operator="notna")
        code = f"{self.name}.query({quoted(self.condition(rows))})"
        return code if columns.kind == "all" else f"{code}[{self.key('[]', columns, 1)}]"

    def pair(self, accessor: str, rows: Pick, columns: Pick) -> str:
        one = self.key(accessor, rows, 0)
        several = isinstance(self.subject.index, pd.MultiIndex)
        if columns.kind == "all" and not several:
            return f"{self.name}{accessor}[{one}]"
        return f"{self.name}{accessor}[{one}, {self.key(accessor, columns, 1)}]"

    def key(self, accessor: str, pick: Pick, axis: int) -> str:
        """Return what stands between the brackets for one axis."""
        if pick.kind == "all":
            return ":"
        if pick.kind == "mask":
            mask = self.mask(pick)
            by_position = accessor in {".iloc", ".iat"} and not mask.startswith(
                f"{self.name}.index"
            )
            return f"({mask}).to_numpy()" if by_position else mask
        if pick.kind == "slice":
            return self.slice(accessor, pick, axis)
        by_position = accessor in {".iloc", ".iat"}
        written = [self.place(one, axis, by_position=by_position) for one in pick.at]
        if pick.kind == "one":
            return written[0] if written else ":"
        return f"[{', '.join(written)}]"

    def place(self, place: Place, axis: int, *, by_position: bool) -> str:
        if isinstance(place, str):
            return place
        size = self.subject.shape[axis] if axis < self.subject.ndim else 1
        if by_position or not -size <= place < size:
            return str(place)
        return label_code(self.subject, axis, place, self.name)

    def slice(self, accessor: str, pick: Pick, axis: int) -> str:
        labels = accessor in {".loc", ".at"}
        ends = []
        size = self.subject.shape[axis] if axis < self.subject.ndim else 1
        for end in (pick.start, pick.stop):
            inside = isinstance(end, str) or (end is not None and (not labels or 0 <= end < size))
            ends.append(
                self.place(end, axis, by_position=not labels) if inside and end is not None else ""
            )
        step = "" if pick.step is None else f":{pick.step}"
        return f"{ends[0]}:{ends[1]}{step}"

    def column(self, place: int) -> str:
        """Return the code of the column that a mask compares."""
        if isinstance(self.subject, pd.Series):
            return f"{self.name}.index" if place < 0 else self.name
        if place < 0 or self.subject.shape[1] == 0:
            return f"{self.name}.index"
        place = min(place, self.subject.shape[1] - 1)
        if not self.subject.columns.is_unique or isinstance(self.subject.columns, pd.MultiIndex):
            return f"{self.name}.iloc[:, {place}]"
        return f"{self.name}[{label_code(self.subject, 1, place, self.name)}]"

    def values(self, place: int) -> pd.Series | pd.Index:
        if place < 0 or (isinstance(self.subject, pd.DataFrame) and self.subject.shape[1] == 0):
            return self.subject.index
        if isinstance(self.subject, pd.Series):
            return self.subject
        return self.subject.iloc[:, min(place, self.subject.shape[1] - 1)]

    def mask(self, pick: Pick) -> str:
        column, values = self.column(pick.column), self.values(pick.column)
        if pick.operator in {"isna", "notna"}:
            return f"{column}.{pick.operator}()"
        if pick.operator in {"isin", "between"}:
            several = value_code(pick.value, values, several=True)
            inside = f"[{several}]" if pick.operator == "isin" else several
            return f"{column}.{pick.operator}({inside})"
        value = value_code(pick.value, values)
        if pick.operator == "contains":
            return f"{column}.str.contains({value}, regex=False)"
        if pick.operator == "startswith":
            return f"{column}.str.startswith({value})"
        return f"{column} {pick.operator} {value}"

    def condition(self, pick: Pick) -> str:
        """Return a mask in the words of query."""
        column = "index"
        if pick.column >= 0 and isinstance(self.subject, pd.DataFrame) and self.subject.shape[1]:
            label = self.subject.columns[min(pick.column, self.subject.shape[1] - 1)]
            text = str(label)
            column = text if text.isidentifier() and isinstance(label, str) else f"`{text}`"
        values = self.values(pick.column)
        if pick.operator in {"isna", "notna"}:
            return f"{column}.{pick.operator}()"
        if pick.operator in {"isin", "between"}:
            several = value_code(pick.value, values, several=True)
            if pick.operator == "isin":
                return f"{column} in [{several}]"
            return f"{column}.between({several})"
        value = value_code(pick.value, values)
        if pick.operator in {"contains", "startswith"}:
            return f"{column}.str.{pick.operator}({value})"
        return f"{column} {pick.operator} {value}"


def select(
    subject: Subject, rows: Span, columns: Span, accessor: str = ".iloc", name: str = "df"
) -> Outcome:
    """Return a rectangle of cells: one cell is a scalar, one row or column a Series.

    Args:
        subject: what is selected from.
        rows: positions of rows.
        columns: positions of columns.
        accessor: how it is written.
        name: what the subject is called in code.
    """
    sizes = (len(subject), subject.shape[1] if isinstance(subject, pd.DataFrame) else 1)
    picks = [
        picked(span(one), size, labels=accessor not in {".iloc", ".iat", "[]"})
        for one, size in zip((rows, columns), sizes, strict=True)
    ]
    if accessor in {".at", ".iat"} and not all(one.kind == "one" for one in picks):
        accessor = {".at": ".loc", ".iat": ".iloc"}[accessor]
    if accessor in {"mask", ".query"}:
        accessor = ".loc"
    if accessor == "[]" and picks[1].kind == "slice":
        picks[1] = Pick("list", tuple(int(one) for one in columns))
    return pick(subject, accessor, picks[0], picks[1], name)


def picked(places: Span, size: int, *, labels: bool) -> Pick:
    """Return the shortest pick of some positions of an axis.

    Args:
        places: the positions.
        size: how many there are.
        labels: whether a slice is to end with its last label.
    """
    if len(places) == 1:
        return Pick("one", (int(places[0]),))
    if isinstance(places, range) and places == range(size):
        return ALL
    if isinstance(places, range) and len(places):
        step = None if places.step == 1 else places.step
        if labels:
            return Pick("slice", start=places[0], stop=places[-1], step=step)
        stop = places[-1] + (1 if places.step > 0 else -1)
        start = None if (places[0] == 0 and places.step > 0) else places[0]
        ends = stop >= size if places.step > 0 else stop < 0
        return Pick("slice", start=start, stop=None if ends else stop, step=step)
    return Pick("list", tuple(int(one) for one in np.asarray(places)))
