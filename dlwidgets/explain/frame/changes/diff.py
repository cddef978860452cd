"""What a change has changed, cell by cell; what is missing on both sides is the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dlwidgets.explain.frame.changes.moves import Made, width
from dlwidgets.language import Both

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.explain.frame.outcome import Subject

    Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Diff:
    """What differs between two frames. Positions are those after, where nothing else is said.

    Attributes:
        rows: for each row after, its position before; −1 for a new one.
        columns: likewise.
        rows_removed: positions before.
        columns_removed: positions before.
        row_labels: rows that were there and have another label now.
        column_labels: likewise.
        cells: rows and columns of the cells that were there and hold another value now.
        dtypes: columns that were there and have another dtype: position, before, after.
    """

    rows: Places
    columns: Places
    rows_removed: Places
    columns_removed: Places
    row_labels: Places
    column_labels: Places
    cells: tuple[Places, Places]
    dtypes: tuple[tuple[int, str, str], ...]

    @property
    def rows_added(self) -> Places:
        """Positions of new rows."""
        return np.flatnonzero(self.rows < 0)

    @property
    def columns_added(self) -> Places:
        """Positions of new columns."""
        return np.flatnonzero(self.columns < 0)

    @property
    def moved(self) -> bool:
        """Whether rows that were there stand in another order."""
        known = self.rows[self.rows >= 0]
        return bool((np.diff(known) < 0).any())

    @property
    def nothing(self) -> bool:
        """Whether both are the same."""
        sizes = (len(places) for _, _, places in self._parts())
        return not any(sizes) and not self.moved

    def _parts(self) -> tuple[tuple[str, str, Any], ...]:
        return (
            ("{} new column(s)", "新增 {} 列", self.columns_added),
            ("{} column(s) removed", "删除 {} 列", self.columns_removed),
            ("{} new row(s)", "新增 {} 行", self.rows_added),
            ("{} row(s) removed", "删除 {} 行", self.rows_removed),
            ("{} column label(s) renamed", "{} 个列标签改名", self.column_labels),
            ("{} row label(s) renamed", "{} 个行标签改名", self.row_labels),
            ("{} cell(s) changed", "{} 个单元格被修改", self.cells[0]),
            ("{} column(s) of another dtype", "{} 列的类型改变", self.dtypes),
        )

    @property
    def words(self) -> Both:
        """What has changed, in a sentence."""
        found = [(en, zh, len(places)) for en, zh, places in self._parts() if len(places)]
        en = [_plural(text.format(f"{many:,}"), many) for text, _, many in found]
        zh = [text.format(f"{many:,}") for _, text, many in found]
        if self.moved:
            en.append("rows in another order")
            zh.append("行的顺序改变")
        if not en:
            return Both("Nothing has changed.", "没有任何变化。")
        return Both(", ".join(en) + ".", "，".join(zh) + "。")


def _plural(text: str, many: int) -> str:
    return text.replace("(s)", "" if many == 1 else "s")


def compare(before: Subject, made: Made) -> Diff:
    """Return what differs between a frame and what was made of it."""
    after = made.after
    rows = np.asarray(made.rows, dtype=np.int64)
    columns = np.asarray(made.columns, dtype=np.int64)
    dtypes, changed = _columns(before, after, rows, columns)
    return Diff(
        rows,
        columns,
        np.setdiff1d(np.arange(len(before)), rows),
        np.setdiff1d(np.arange(width(before)), columns),
        _relabelled(before.index, after.index, rows),
        _relabelled(_across(before), _across(after), columns),
        changed,
        dtypes,
    )


def unchanged(subject: Subject) -> Diff:
    """Return what differs between a frame and itself: nothing."""
    none = np.zeros(0, dtype=np.int64)
    rows, columns = np.arange(len(subject)), np.arange(width(subject))
    return Diff(rows, columns, none, none, none, none, (none, none), ())


def _across(subject: Subject) -> pd.Index[Any]:
    """Return the labels of columns; the name of a Series is one."""
    if isinstance(subject, pd.DataFrame):
        return subject.columns
    return pd.Index([subject.name], dtype=object, tupleize_cols=False)


def _column(subject: Subject, place: int) -> pd.Series[Any]:
    return subject.iloc[:, place] if isinstance(subject, pd.DataFrame) else subject


def _columns(
    before: Subject, after: Subject, rows: Places, columns: Places
) -> tuple[tuple[tuple[int, str, str], ...], tuple[Places, Places]]:
    """Return the columns of another dtype, and the cells of another value."""
    there = np.flatnonzero(rows >= 0)
    stayed = np.array_equal(rows, np.arange(len(before)))
    dtypes, places = [], []
    for new, old in enumerate(columns):
        if old < 0:
            continue
        one, other = _column(before, old), _column(after, new)
        if one.dtype != other.dtype:
            dtypes.append((new, str(one.dtype), str(other.dtype)))
        if stayed and _same(one, other):
            continue
        found = there[differ(one.iloc[rows[there]], other.iloc[there])]
        places.append((found, np.full(len(found), new)))
    cells = [np.concatenate([np.zeros(0, int), *part]) for part in zip(*places, strict=True)]
    pair = (cells[0], cells[1]) if cells else (np.zeros(0, int), np.zeros(0, int))
    return tuple(dtypes), pair


def _same(one: pd.Series[Any], other: pd.Series[Any]) -> bool:
    """Return whether two columns are surely the same, the quick way."""
    try:
        return one.dtype == other.dtype and one.dtype != object and one.equals(other)
    except Exception:  # noqa: BLE001 -- then they are looked at one by one
        return False


def differ(one: pd.Series[Any], other: pd.Series[Any]) -> NDArray[np.bool_]:
    """Return where two columns of equal length hold different values."""
    missing, lacking = one.isna().to_numpy(dtype=bool), other.isna().to_numpy(dtype=bool)
    if one.dtype == other.dtype and one.dtype != object:
        unequal = one.array != other.array
        if not isinstance(unequal, np.ndarray):
            unequal = unequal.to_numpy(dtype=bool, na_value=False)
    else:
        # Python compares whole numbers and fractions exactly, NumPy rounds both first.
        pairs = zip(one, other, strict=True)
        unequal = np.fromiter((_unequal(a, b) for a, b in pairs), dtype=bool, count=len(one))
    return np.asarray((missing != lacking) | (~missing & unequal), dtype=bool)


def _unequal(one: Any, other: Any) -> bool:  # noqa: ANN401 -- cells hold anything
    if one is other:
        return False
    try:
        if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
            return not np.array_equal(one, other)
        return not bool(one == other)
    except Exception:  # noqa: BLE001 -- objects that can't be compared are different ones
        return True


def _relabelled(before: pd.Index[Any], after: pd.Index[Any], places: Places) -> Places:
    there = np.flatnonzero(places >= 0)
    one, other = before.take(places[there]), after.take(there)
    if one.nlevels == other.nlevels and one.equals(other):
        return np.zeros(0, dtype=np.int64)
    pairs = zip(one, other, strict=True)
    other_now = np.fromiter((_relabel(a, b) for a, b in pairs), dtype=bool, count=len(there))
    return np.asarray(there[other_now], dtype=np.int64)


def _relabel(one: Any, other: Any) -> bool:  # noqa: ANN401 -- labels are anything
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        return any(_relabel(a, b) for a, b in zip(one, other, strict=True))
    if _missing(one) and _missing(other):
        return False
    return _unequal(one, other)


def _missing(label: Any) -> bool:  # noqa: ANN401 -- as above
    found = pd.isna(label)
    return found if isinstance(found, bool) else False
