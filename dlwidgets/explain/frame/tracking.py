"""Where a selection was taken from: the same is selected from frames that hold positions.

Nothing is guessed from labels, so duplicates, unsorted labels and partial keys come out as pandas
has them.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas.api.types import infer_dtype, is_bool_dtype, is_list_like

from dlwidgets.explain.frame.outcome import Cells, Span, Subject, span

if TYPE_CHECKING:
    from collections.abc import Callable

Key = Any
"""Whatever may stand between brackets."""

ALL = slice(None)


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Where each row and column of an object stands in the frame that was opened.

    Attributes:
        rows: positions of rows.
        columns: positions of columns.
        along: of a Series, the axis that its index goes along: 0 rows, 1 columns.
    """

    rows: Span
    columns: Span
    along: int = 0

    @property
    def cells(self) -> Cells:
        """The positions, without the order of axes."""
        return Cells(self.rows, self.columns)


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A value on the way: itself, where it stands, or what it was computed from.

    Attributes:
        value: anything.
        track: where it stands in the frame; None if it was computed, or is no part of it.
        sources: what it was computed from.
        chosen: whether the sources are themselves what was selected, as in ``df[df > 2]``.
    """

    value: Any
    track: Track | None = None
    sources: tuple[Cells, ...] = ()
    chosen: bool = False

    @property
    def lit(self) -> tuple[Cells, ...]:
        """The cells to light up."""
        return self.sources if self.track is None else (self.track.cells,)


def whole(subject: Subject) -> Held:
    """Return the subject itself, where it stands."""
    columns = range(subject.shape[1]) if isinstance(subject, pd.DataFrame) else range(1)
    return Held(subject, Track(range(len(subject)), columns))


def apply(value: Any, how: str, key: Key) -> Any:  # noqa: ANN401 -- what pandas gives
    """Return ``value[key]``, ``value.loc[key]`` and so on."""
    return value[key] if how == "[]" else getattr(value, how)[key]


def taken(held: Held, how: str, key: Key) -> Held:
    """Return what pandas gives for a key, and where it stands.

    Raises:
        Exception: whatever pandas raises.
    """
    result = apply(held.value, how, key)
    if held.track is None:
        return Held(result, None, held.sources, held.chosen)
    if how == "[]" and isinstance(held.value, pd.DataFrame) and isinstance(key, pd.DataFrame):
        return Held(result, None, _where(held.track, held.value, key), chosen=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of the selection itself have been noted
        try:
            return Held(result, _track(held, how, key, result))
        except Exception:  # noqa: BLE001 -- pandas has a result, so this is no error of the user's
            return Held(result)


def by_rows(held: Held, work: Callable[[Subject], Subject]) -> Held:
    """Return what a method makes of rows or elements that it keeps, sorts or leaves out."""
    result = work(held.value)
    if held.track is None:
        return Held(result, None, held.sources, held.chosen)
    numbered = held.value.copy(deep=False)
    numbered.index = pd.RangeIndex(len(numbered))
    return Held(result, _kept(held, lambda: work(numbered).index))


def by_labels(held: Held, work: Callable[[Subject], Subject]) -> Held:
    """Return what a method makes of rows by their labels alone, as ``sort_index``."""
    result = work(held.value)
    if held.track is None:
        return Held(result, None, held.sources, held.chosen)
    places = pd.Series(np.arange(len(held.value)), index=held.value.index)
    return Held(result, _kept(held, lambda: work(places)))


def _kept(held: Held, places: Callable[[], Any]) -> Track | None:
    """Return where rows stand that a method has kept; None where it needs their own labels."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as in `taken`
        try:
            return held.track and _moved(held.track, _flat(places()), is_frame(held))
        except Exception:  # noqa: BLE001 -- pandas has a result, so this is no error of the user's
            return None


def is_frame(held: Held) -> bool:
    """Return whether a value is a frame."""
    return isinstance(held.value, pd.DataFrame)


def _moved(track: Track, places: Any, frame: bool) -> Track:  # noqa: ANN401, FBT001 -- an array; says which axes
    if frame or track.along == 0:
        return Track(_at(track.rows, places), track.columns, track.along)
    return Track(track.rows, _at(track.columns, places), track.along)


def _at(positions: Span, places: Any) -> Span:  # noqa: ANN401 -- an array or a list
    """Return the positions that stand at some places of a span."""
    chosen = span(places)
    if isinstance(chosen, range) and isinstance(positions, range):
        if len(chosen) == 0:
            return range(0)
        step = chosen.step * positions.step if len(chosen) > 1 else 1
        first, last = positions[chosen[0]], positions[chosen[-1]]
        return range(first, last + (1 if step > 0 else -1), step)
    return span(np.asarray(positions, dtype=np.int64)[np.asarray(chosen, dtype=np.int64)])


def _flat(places: Any) -> Any:  # noqa: ANN401 -- what was selected from positions, as an array
    return np.asarray(places, dtype=np.int64).reshape(-1)


def _where(track: Track, frame: pd.DataFrame, mask: pd.DataFrame) -> tuple[Cells, ...]:
    """Return the cells that a mask of cells keeps, a column at a time."""
    aligned = mask if mask.index is frame.index else mask.reindex(frame.index)
    found = []
    for place in range(frame.shape[1]):
        label = frame.columns[place]
        column = aligned.iloc[:, place] if mask.columns.equals(frame.columns) else None
        if column is None:
            if label not in mask.columns:
                continue
            column = aligned[label]
        kept = np.flatnonzero(_truths(column))
        if len(kept):
            columns = _at(track.columns, [place])
            found.append(Cells(_at(track.rows, kept), columns))
    return tuple(found)


def _truths(mask: pd.Series) -> Any:  # noqa: ANN401 -- an array of bool
    """Return a mask as bool; what is missing keeps nothing."""
    if mask.dtype == bool:
        return mask.to_numpy()
    return mask.to_numpy(dtype=object, na_value=False).astype(bool)


def _track(held: Held, how: str, key: Key, result: Any) -> Track | None:  # noqa: ANN401 -- what pandas gave
    """Return where a selection stands; None where it can't be told."""
    value, track = held.value, held.track
    if track is None:
        return None
    if isinstance(value, pd.Series):
        return _of_series(value, track, how, key)
    if not isinstance(value, pd.DataFrame):
        return None
    how = {"at": "loc", "iat": "iloc"}.get(how, how)
    found = None
    if not _ambiguous(value, how, key):
        found = _by_axes(value, how, key, result)
    if found is None:
        found = _by_cells(value, how, key)
    if found is None:
        return None
    return Track(_at(track.rows, found.rows), _at(track.columns, found.columns), found.along)


def _of_series(value: pd.Series, track: Track, how: str, key: Key) -> Track:
    key, labels = _unlabelled(key, value.index)
    shadow = pd.Series(np.arange(len(value), dtype=np.int64), index=labels)
    return _moved(track, _flat(apply(shadow, how, key)), frame=False)


def _unlabelled(key: Key, labels: pd.Index) -> tuple[Key, pd.Index]:
    """Return a mask that goes row by row without labels, which would be looked up in vain."""
    plain = is_mask(key) and (not isinstance(key, pd.Series) or key.index.equals(labels))
    if not plain:
        return key, labels
    if isinstance(key, pd.Series):
        # pandas 2.1 takes its own array of plain truths for labels.
        key = key.to_numpy() if isinstance(key.dtype, np.dtype) else key.array
    return key, pd.RangeIndex(len(labels))


def _ambiguous(frame: pd.DataFrame, how: str, key: Key) -> bool:
    """Return whether a tuple may be a key of several levels as well as one of two axes."""
    several = isinstance(frame.index, pd.MultiIndex)
    if how != "loc" or not isinstance(key, tuple):
        return False
    return several or len(key) != 2 or any(part is Ellipsis for part in key)  # noqa: PLR2004 -- rows, columns


def is_mask(key: Key) -> bool:
    """Return whether pandas takes a key of ``df[...]`` as a mask of rows."""
    if not is_list_like(key) or isinstance(key, (tuple, dict, set)):
        return False
    dtype = getattr(key, "dtype", None)
    if dtype is not None and is_bool_dtype(dtype):
        return True
    return len(key) > 0 and infer_dtype(key, skipna=True) == "boolean"


def _by_axes(frame: pd.DataFrame, how: str, key: Key, result: Any) -> Track | None:  # noqa: ANN401 -- what pandas gave
    """Select from each axis by itself, which costs no more than a column."""
    rows, columns = len(frame), frame.shape[1]
    first, *rest = key if isinstance(key, tuple) and how != "[]" else (key,)
    first, labels = _unlabelled(first, frame.index)
    row = pd.DataFrame(np.arange(rows, dtype=np.int64).reshape(rows, 1), index=labels)
    column = pd.DataFrame(
        np.arange(columns, dtype=np.int64).reshape(1, columns), columns=frame.columns
    )
    try:
        if how == "[]":
            of_rows = isinstance(key, slice) or is_mask(key)
            one, other = (row[first], column) if of_rows else (row, column[key])
        elif rest:
            one, other = apply(row, how, (first, ALL)), apply(column, how, (ALL, rest[0]))
        else:
            one, other = apply(row, how, first), column
    except Exception:  # noqa: BLE001 -- then the whole is asked
        return None
    found = Track(span(_flat(one)), span(_flat(other)), along=int(not isinstance(other, pd.Series)))
    return found if _fits(found, result) else None


def _fits(track: Track, result: Any) -> bool:  # noqa: ANN401 -- what pandas gave
    """Return whether as many rows and columns were found as the result has."""
    if isinstance(result, pd.DataFrame):
        return result.shape == (len(track.rows), len(track.columns))
    if isinstance(result, pd.Series):
        along = (track.rows, track.columns)[track.along]
        return len(result) == len(along) and track.cells.count == len(along)
    return track.cells.count == 1


def _by_cells(frame: pd.DataFrame, how: str, key: Key) -> Track | None:
    """Select from two frames of the same shape, whose cells hold their row, and their column."""
    shape = frame.shape
    numbers = (np.arange(shape[0]).reshape(-1, 1), np.arange(shape[1]).reshape(1, -1))
    try:
        rows, columns = (
            apply(
                pd.DataFrame(np.broadcast_to(one, shape), frame.index, frame.columns, copy=False),
                how,
                key,
            )
            for one in numbers
        )
    except Exception:  # noqa: BLE001 -- nothing is lit then
        return None
    if isinstance(rows, pd.DataFrame):
        if 0 in rows.shape:
            return Track(range(0), range(0))
        return Track(span(rows.iloc[:, 0]), span(columns.iloc[0]))
    row, column = _flat(rows), _flat(columns)
    if len(row) and (row == row[0]).all():
        return Track(span(row[:1]), span(column), along=1)
    return Track(span(row), span(column[:1]))
