"""A change as a small table: old and new side by side in each cell, the rest left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from dlwidgets.explain.frame.windows import text_of, window

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets.explain.frame.changes.diff import Diff
    from dlwidgets.explain.frame.outcome import Subject

ROWS = 24
COLUMNS = 12
"""The most rows and columns that are shown."""

Tone = Literal["", "added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Line:
    """A row or a column: its labels and dtypes before and after, and what became of it.

    ``place`` is its position after, −1 where it is gone; ``skipped`` says how many were left out
    before it.
    """

    before: str
    after: str
    tone: Tone
    place: int
    skipped: int = 0
    dtype_before: str = ""
    dtype_after: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A cell: its text before and after, and what became of it."""

    before: str
    after: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Sheet:
    """The table. ``rows_left`` and ``columns_left`` say how many were left out at the end."""

    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    cells: tuple[tuple[Mark, ...], ...]
    rows_left: int
    columns_left: int


Place = tuple[int, int]
"""Where a row or column stands before and after; −1 where it is not there."""


def sheet(before: Subject, after: Subject, diff: Diff) -> Sheet:
    """Return the parts of both frames where they differ, and a little around them."""
    rows = _joined(diff.rows, diff.rows_removed)
    columns = _joined(diff.columns, diff.columns_removed)
    touched_rows, touched_columns = _touched(diff)
    shown_rows, shown_columns = (
        _shown(rows, touched_rows, ROWS),
        _shown(columns, touched_columns, COLUMNS),
    )
    chosen = [rows[i] for i in shown_rows], [columns[i] for i in shown_columns]
    old = _part(before, *([pair[0] for pair in places] for places in chosen))
    new = _part(after, *([pair[1] for pair in places] for places in chosen))
    changed = set(zip(*(places.tolist() for places in diff.cells), strict=True))
    return Sheet(
        _lines(chosen[0], shown_rows, set(diff.row_labels.tolist()), old.rows, new.rows),
        _typed(
            _lines(
                chosen[1], shown_columns, set(diff.column_labels.tolist()), old.columns, new.columns
            ),
            old.dtypes,
            new.dtypes,
        ),
        _marks(chosen, changed, old.cells, new.cells),
        len(rows) - 1 - shown_rows[-1] if shown_rows else 0,
        len(columns) - 1 - shown_columns[-1] if shown_columns else 0,
    )


def _joined(places: NDArray[np.int64], removed: NDArray[np.int64]) -> list[Place]:
    """Return what is there afterwards in its order, with what was removed where it stood."""
    joined: list[Place] = []
    left = removed.tolist()
    for after, before in enumerate(places.tolist()):
        while before >= 0 and left and left[0] < before:
            joined.append((left.pop(0), -1))
        joined.append((before, after))
    last = max((i for i, (old, _) in enumerate(joined) if old >= 0), default=-1)
    joined[last + 1 : last + 1] = [(old, -1) for old in left]
    return joined


def _touched(diff: Diff) -> tuple[set[Place], set[Place]]:
    """Return the rows and columns in which something is different, as (before, after)."""
    rows, columns = diff.rows.tolist(), diff.columns.tolist()
    cells = [set(places.tolist()) for places in diff.cells]
    of_rows = {*diff.rows_added.tolist(), *diff.row_labels.tolist(), *cells[0]}
    of_types = {place for place, _, _ in diff.dtypes}
    of_columns = {*diff.columns_added.tolist(), *diff.column_labels.tolist(), *of_types, *cells[1]}
    gone = (
        {(one, -1) for one in diff.rows_removed.tolist()},
        {(one, -1) for one in diff.columns_removed.tolist()},
    )
    return (
        {(rows[one], one) for one in of_rows} | gone[0],
        {(columns[one], one) for one in of_columns} | gone[1],
    )


def _shown(places: list[Place], touched: set[Place], most: int) -> list[int]:
    """Return which of the joined places to show: all if they are few, else those near a change."""
    if len(places) <= most:
        return list(range(len(places)))
    near: set[int] = set()
    for i, pair in enumerate(places):
        if pair in touched:
            near.update(j for j in (i - 1, i, i + 1) if 0 <= j < len(places))
        if len(near) >= most:
            break
    near.update(range(min(len(places), most - len(near))))
    return sorted(near)[:most]


@dataclass(frozen=True, slots=True)
class _Part:
    """The texts of some rows and columns of a frame; empty for those that are not there."""

    rows: list[str]
    columns: list[str]
    dtypes: list[str]
    cells: list[list[str]]


def _part(subject: Subject, rows: list[int], columns: list[int]) -> _Part:
    there = [one for one in rows if one >= 0], [one for one in columns if one >= 0]
    frame = isinstance(subject, pd.DataFrame)
    part: Subject = (
        subject.iloc[there[0], there[1]]
        if isinstance(subject, pd.DataFrame)
        else subject.iloc[there[0]]
    )
    seen = window(part, range(len(there[0])), range(len(there[1])))
    texts, labels = iter(seen.texts), iter(seen.row_labels)
    across = iter(zip(seen.column_labels, seen.dtypes, strict=True))
    none = ((), "")
    heads = [next(across) if one >= 0 else none for one in columns]
    names = [" / ".join(head[0]) for head in heads]
    if not frame and there[1]:
        names = ["" if subject.name is None else text_of(subject.name)]
    return _Part(
        [" / ".join(next(labels)) if one >= 0 else "" for one in rows],
        names,
        [head[1] for head in heads],
        [_spread(next(texts), columns) if one >= 0 else [""] * len(columns) for one in rows],
    )


def _spread(texts: tuple[str, ...], columns: list[int]) -> list[str]:
    some = iter(texts)
    return [next(some) if one >= 0 else "" for one in columns]


def _lines(
    places: list[Place], shown: list[int], renamed: set[int], old: list[str], new: list[str]
) -> tuple[Line, ...]:
    lines = []
    for k, (before, after) in enumerate(places):
        tone: Tone = (
            "added"
            if before < 0
            else "removed"
            if after < 0
            else "changed"
            if after in renamed
            else ""
        )
        skipped = shown[k] - (shown[k - 1] + 1 if k else 0)
        lines.append(Line(old[k], new[k], tone, after, skipped))
    return tuple(lines)


def _typed(lines: tuple[Line, ...], old: list[str], new: list[str]) -> tuple[Line, ...]:
    return tuple(
        replace(line, dtype_before=one, dtype_after=other)
        for line, one, other in zip(lines, old, new, strict=True)
    )


def _marks(
    chosen: tuple[list[Place], list[Place]],
    changed: set[Any],
    old: list[list[str]],
    new: list[list[str]],
) -> tuple[tuple[Mark, ...], ...]:
    def mark(i: int, j: int) -> Mark:
        row, column = chosen[0][i], chosen[1][j]
        gone, fresh = row[1] < 0 or column[1] < 0, row[0] < 0 or column[0] < 0
        tone: Tone = (
            "removed"
            if gone
            else "added"
            if fresh
            else "changed"
            if (row[1], column[1]) in changed
            else ""
        )
        return Mark(old[i][j], new[i][j], tone)

    return tuple(tuple(mark(i, j) for j in range(len(chosen[1]))) for i in range(len(chosen[0])))
