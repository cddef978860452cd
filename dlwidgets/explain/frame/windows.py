"""A window of a frame as texts: labels, cells, what is missing; nothing beyond it is touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

if TYPE_CHECKING:
    from dlwidgets.explain.frame.outcome import Subject

SHORT = 100
"""Characters of a cell or label in a window."""

FULL = 10_000
"""Characters of one that is asked for by itself."""

NAMED_DTYPES = 1_000
"""Columns whose dtypes are told at opening."""

WIDE = 10
"""Characters of a number that is shown as it is; longer ones are rounded to `DIGITS`."""

DIGITS = 6
"""Significant digits of rounded numbers, as pandas prints them."""

SEARCHED = 10_000
"""Labels that a search looks at."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of a frame: how many labels, of how many levels, their names and dtype."""

    size: int
    names: tuple[str, ...]
    levels: int
    dtype: str


@dataclass(frozen=True, slots=True)
class Axes:
    """Both axes, the dtypes of the first columns, whether it is a Series, and its name."""

    rows: Axis
    columns: Axis
    dtypes: tuple[str, ...]
    series: bool
    name: str


@dataclass(frozen=True, slots=True)
class Window:
    """What is seen at once.

    Attributes:
        rows: positions of rows, cut to those that there are.
        columns: likewise.
        row_labels: for each row a text for each level.
        column_labels: likewise.
        dtypes: of each column.
        align: ``right`` for numbers, else ``left``.
        texts: row by row, shortened.
        missing: row by row, how a missing value is called, else empty.
    """

    rows: range
    columns: range
    row_labels: tuple[tuple[str, ...], ...]
    column_labels: tuple[tuple[str, ...], ...]
    dtypes: tuple[str, ...]
    align: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    missing: tuple[tuple[str, ...], ...]


def look(result: Any) -> Subject:  # noqa: ANN401 -- whatever an expression gives
    """Return a result as something that has rows and columns."""
    if isinstance(result, (pd.DataFrame, pd.Series)):
        return result
    if isinstance(result, pd.MultiIndex):
        return result.to_frame(index=False, allow_duplicates=True)
    if isinstance(result, pd.Index):
        return pd.Series(result.array, name=result.name)
    if isinstance(result, np.ndarray) and result.ndim == 1:
        return pd.Series(result)
    one = np.empty(1, dtype=object)
    one[0] = result
    return pd.Series(one)


def axes(subject: Subject) -> Axes:
    """Return sizes, names and dtypes; costs nothing for rows."""
    if isinstance(subject, pd.DataFrame):
        dtypes = tuple(str(one) for one in subject.dtypes.iloc[:NAMED_DTYPES])
        return Axes(_axis(subject.index), _axis(subject.columns), dtypes, series=False, name="")
    name = "" if subject.name is None else text_of(subject.name)
    columns = Axis(1, ("",), 1, "")
    return Axes(_axis(subject.index), columns, (str(subject.dtype),), series=True, name=name)


def _axis(labels: pd.Index) -> Axis:
    names = tuple("" if name is None else text_of(name) for name in labels.names)
    dtype = (
        ", ".join(str(level.dtype) for level in labels.levels)
        if isinstance(labels, pd.MultiIndex)
        else str(labels.dtype)
    )
    return Axis(len(labels), names, labels.nlevels, dtype)


def window(subject: Subject, rows: range, columns: range) -> Window:
    """Return what is seen at some positions; whatever reaches beyond the frame is cut."""
    rows = _cut(rows, len(subject))
    many = subject.shape[1] if isinstance(subject, pd.DataFrame) else 1
    columns = _cut(columns, many)
    part = subject.iloc[rows.start : rows.stop]
    if isinstance(part, pd.DataFrame):
        part = part.iloc[:, columns.start : columns.stop]
        parts = [part.iloc[:, place] for place in range(len(columns))]
        column_labels = _labels(part.columns)
    else:
        parts = [part] if len(columns) else []
        column_labels = (("" if part.name is None else text_of(part.name),),) * len(columns)
    cells = [[_cell(one) for one in _values(column)] for column in parts]
    by_row = list(zip(*cells, strict=True)) if cells else [()] * len(rows)
    return Window(
        rows,
        columns,
        _labels(part.index),
        column_labels,
        tuple(str(one.dtype) for one in parts),
        tuple("right" if is_numeric_dtype(one.dtype) else "left" for one in parts),
        tuple(tuple(text for text, _ in row) for row in by_row),
        tuple(tuple(missing for _, missing in row) for row in by_row),
    )


def _cut(asked: range, size: int) -> range:
    start = max(0, min(asked.start, size))
    return range(start, max(start, min(asked.stop, size)))


def _values(column: pd.Series) -> list[Any]:
    """Return the cells of a column, each as pandas gives it."""
    return [column.iloc[place] for place in range(len(column))]


def _labels(labels: pd.Index) -> tuple[tuple[str, ...], ...]:
    if isinstance(labels, pd.MultiIndex):
        return tuple(tuple(text_of(one) for one in label) for label in labels)
    return tuple((text_of(label),) for label in labels)


def _cell(value: Any) -> tuple[str, str]:  # noqa: ANN401 -- any cell
    missing = missing_of(value)
    return (missing, missing) if missing else (text_of(value), "")


def missing_of(value: Any) -> str:  # noqa: ANN401 -- any cell
    """Return how a missing value is called; an empty text if it is none."""
    if value is None:
        return "None"
    if value is pd.NaT:
        return "NaT"
    if value is pd.NA:
        return "<NA>"
    if isinstance(value, (float, np.floating)) and value != value:  # noqa: PLR0124 -- NaN alone is not itself
        return "NaN"
    if isinstance(value, (np.datetime64, np.timedelta64)) and np.isnat(value):
        return "NaT"
    return ""


def text_of(value: Any) -> str:  # noqa: ANN401 -- any cell or label
    """Return a cell in short: numbers that are not whole in at most six digits."""
    if isinstance(value, (float, np.floating)) and not isinstance(value, np.longdouble):
        return _float(value)
    text = exact(value)
    return _sendable(text if len(text) <= SHORT else f"{text[: SHORT - 12]}… ({len(text):,})")


def _float(value: float | np.floating[Any]) -> str:
    text = _repr(value)
    return text if len(text) <= WIDE else f"{float(value):.{DIGITS}g}"


def _repr(value: Any) -> str:  # noqa: ANN401 -- a number of Python or NumPy
    """Return the shortest text that is read back as the same number, without a type around it."""
    return str(value) if isinstance(value, np.generic) else repr(value)


def exact(value: Any) -> str:  # noqa: ANN401 -- any cell or label
    """Return a cell in full, whatever its ``repr`` does."""
    missing = missing_of(value)
    if missing:
        return missing
    if type(value) is str:
        return value
    try:
        if isinstance(value, (int, float, np.number, np.bool_)):
            return _repr(value)
        return _long(value)
    except Exception as error:  # noqa: BLE001 -- the cell of somebody else's class
        return f"<{type(value).__name__}: repr() raised {type(error).__name__}>"


def _long(value: Any) -> str:  # noqa: ANN401 -- any cell
    """Return the text of an object; long lists and arrays are cut before they are written."""
    most = FULL // 2
    if isinstance(value, (list, tuple)) and len(value) > most:
        return f"{type(value).__name__} ({len(value):,}): {str(value[:20])[:SHORT]}…"
    if isinstance(value, (bytes, bytearray)) and len(value) > most:
        return f"{bytes(value[:20])!r}… ({len(value):,})"
    return str(value)


def full(subject: Subject, row: int, column: int = 0) -> str:
    """Return a cell in full, at most 10,000 characters.

    Raises:
        IndexError: for a place outside the frame.
    """
    value = subject.iloc[row, column] if isinstance(subject, pd.DataFrame) else subject.iloc[row]
    return _limited(exact(value))


def full_label(subject: Subject, axis: int, position: int) -> str:
    """Return a label in full, levels with commas between them.

    Raises:
        IndexError: for a position outside the axis.
    """
    if axis == 1 and isinstance(subject, pd.Series):
        return "" if subject.name is None else _limited(exact(subject.name))
    labels = subject.index if axis == 0 else subject.columns
    label = labels[position]
    several = isinstance(labels, pd.MultiIndex)
    return _limited(", ".join(map(exact, label)) if several else exact(label))


def _limited(text: str) -> str:
    return _sendable(text if len(text) <= FULL else f"{text[:FULL]}… ({len(text):,})")


def _sendable(text: str) -> str:
    """Return a text without halves of signs, which no message can carry: they are spelt out."""
    return text.encode(errors="backslashreplace").decode()


def search(subject: Subject, axis: int, text: str, limit: int = 20) -> tuple[int, ...]:
    """Return positions of labels that contain a text, in any case; exact matches come first.

    A label that is written as it stands is found anywhere, others among the first 10,000.
    """
    if axis == 1 and isinstance(subject, pd.Series):
        return ()
    labels = subject.index if axis == 0 else subject.columns
    wanted = text.casefold().strip()
    several = isinstance(labels, pd.MultiIndex)
    same = _exactly(labels, text.strip(), limit)
    holding: list[int] = []
    for place, label in enumerate(labels[:SEARCHED]):
        shown = (", ".join(map(text_of, label)) if several else text_of(label)).casefold()
        if shown == wanted:
            same.append(place)
        elif wanted in shown and len(holding) < limit:
            holding.append(place)
    return tuple(dict.fromkeys(same + holding))[:limit]


def _exactly(labels: pd.Index, text: str, limit: int) -> list[int]:
    """Return where a label stands that is this text, or the number that it says."""
    found: list[int] = []
    for key in (text, _number(text)):
        try:
            place = labels.get_loc(key)
        except Exception:  # noqa: BLE001, S112 -- what can't be a label is none
            continue
        places = np.arange(len(labels))[[place] if isinstance(place, int) else place]
        found += places[:limit].tolist()
    return found


def _number(text: str) -> int | float | None:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return None
