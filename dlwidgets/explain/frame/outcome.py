"""What a selection gives: the result, the cells it was taken from, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from dlwidgets.language import Both

Subject = pd.DataFrame | pd.Series
"""What can be selected from; a Series counts as a grid of one column."""

Span = range | np.ndarray[Any, Any]
"""Positions on an axis in the order of the result: a range wherever they are one."""

DTYPES = 5
"""How many dtypes of a frame are named."""


def span(positions: Any) -> Span:  # noqa: ANN401 -- a range, a list, an array of positions
    """Return positions as a range if they are one, else as an array of int64."""
    if isinstance(positions, range):
        return positions
    array = np.asarray(positions, dtype=np.int64).reshape(-1)
    if len(array) == 0:
        return range(0)
    if len(array) == 1:
        return range(int(array[0]), int(array[0]) + 1)
    step = int(array[1]) - int(array[0])
    if step and bool((np.diff(array) == step).all()):
        last = int(array[-1])
        return range(int(array[0]), last + (1 if step > 0 else -1), step)
    return array


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A product of positions: every row with every column.

    Attributes:
        rows: positions of rows, in the order of the result.
        columns: positions of columns; ``range(1)`` of a Series.
    """

    rows: Span
    columns: Span

    @property
    def count(self) -> int:
        """How many cells these are."""
        return len(self.rows) * len(self.columns)

    def same(self, other: Cells) -> bool:
        """Return whether both hold the same positions in the same order."""
        return _equal(self.rows, other.rows) and _equal(self.columns, other.columns)


def _equal(one: Span, other: Span) -> bool:
    if isinstance(one, range) or isinstance(other, range):
        return type(one) is type(other) and one == other
    return np.array_equal(one, other)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no result.

    Attributes:
        reason: a key, as ``"missing-label"``.
        exception: the type that pandas raises; empty where the text itself is refused.
        message: pandas' own words; empty likewise.
        words: what it means, in plain words.
        nearest: an expression that works and is nearest to what was meant, or empty.
        start: where in the typed text, in characters; −1 if nowhere.
        stop: the character after it.
    """

    reason: str
    exception: str
    message: str
    words: Both
    nearest: str = ""
    start: int = -1
    stop: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What an expression gives.

    Attributes:
        code: the whole expression, as it runs in a notebook.
        result: the object that pandas gives; None where there is an error.
        kind: ``scalar``, ``Series``, ``DataFrame``, ``Index``, ``other`` or ``error``.
        shape: the result's; ``()`` of a scalar.
        dtype: of a Series or Index its own, of a frame its columns', of a scalar its type.
        cells: what the result was taken from.
        computed: whether the result was computed from these cells, rather than being them.
        notes: what is worth knowing though nothing failed.
        warnings: those of pandas.
        error: why there is no result.
    """

    code: str
    result: Any = None
    kind: str = "error"
    shape: tuple[int, ...] = ()
    dtype: str = ""
    cells: tuple[Cells, ...] = ()
    computed: bool = False
    notes: tuple[Both, ...] = ()
    warnings: tuple[str, ...] = ()
    error: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a selection: its code, a few words why, whether it is the usual one."""

    code: str
    words: Both
    idiomatic: bool = False


def kind_of(result: Any) -> str:  # noqa: ANN401 -- whatever an expression gives
    """Return the kind of a result."""
    if isinstance(result, pd.DataFrame):
        return "DataFrame"
    if isinstance(result, pd.Series):
        return "Series"
    if isinstance(result, pd.Index):
        return "Index"
    return "other" if isinstance(result, (tuple, slice, np.ndarray)) else "scalar"


def shape_of(result: Any) -> tuple[int, ...]:  # noqa: ANN401 -- as above
    """Return the shape of a result; a cell that holds a list is a scalar all the same."""
    kinds = (pd.DataFrame, pd.Series, pd.Index, np.ndarray)
    return result.shape if isinstance(result, kinds) else ()


def dtype_of(result: Any) -> str:  # noqa: ANN401 -- as above
    """Return the dtype of a result, those of a frame's columns, or a scalar's type."""
    if isinstance(result, pd.DataFrame):
        names = list(dict.fromkeys(map(str, result.dtypes)))
        return ", ".join(names[:DTYPES]) + (", …" if len(names) > DTYPES else "")
    if isinstance(result, (pd.Series, pd.Index, np.ndarray)):
        return str(result.dtype)
    return type(result).__name__
