"""Whether two results are the same: type, values, labels, dtypes, names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def same(one: Any, other: Any) -> bool:  # noqa: ANN401 -- whatever expressions give
    """Return whether two results can't be told apart."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, pd.DataFrame):
        return (
            one.shape == other.shape
            and _labels(one.index, other.index)
            and _labels(one.columns, other.columns)
            and list(one.dtypes) == list(other.dtypes)
            and _values(one, other)
        )
    if isinstance(one, pd.Series):
        return (
            len(one) == len(other)
            and one.dtype == other.dtype
            and _scalar(one.name, other.name)
            and _labels(one.index, other.index)
            and _values(one, other)
        )
    if isinstance(one, pd.Index):
        return _labels(one, other)
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and bool(
            pd.Series(list(one)).equals(pd.Series(list(other)))
        )
    return _scalar(one, other)


def _values(one: Any, other: Any) -> bool:  # noqa: ANN401 -- two frames or two Series of one shape
    """Return whether the values are equal by ``equals``; by identity where that raises."""
    try:
        if bool(one.equals(other)):
            return True
    except Exception:  # noqa: BLE001 -- cells of somebody else's class
        pass
    columns = range(one.shape[1]) if isinstance(one, pd.DataFrame) else range(1)
    for place in columns:
        left, right = (
            (part.iloc[:, place] if isinstance(part, pd.DataFrame) else part)
            for part in (one, other)
        )
        if not _column(left, right):
            return False
    return True


def _column(one: pd.Series, other: pd.Series) -> bool:
    try:
        if bool(one.reset_index(drop=True).equals(other.reset_index(drop=True))):
            return True
    except Exception:  # noqa: BLE001 -- as above
        pass
    if one.dtype != object:
        return False
    return all(map(_scalar, one.array, other.array))


def _labels(one: pd.Index, other: pd.Index) -> bool:
    """Return whether labels, their types and their names are the same."""
    if one is other:
        return True
    alike = type(one) is type(other) and one.nlevels == other.nlevels and len(one) == len(other)
    if not alike or not all(map(_scalar, one.names, other.names)):
        return False
    if isinstance(one, pd.MultiIndex):
        return one.equals(other)
    return one.dtype == other.dtype and (one.equals(other) or all(map(_scalar, one, other)))


def _scalar(one: Any, other: Any) -> bool:  # noqa: ANN401 -- any two values
    """Return whether two values are the same; what is missing equals itself."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    try:
        if bool(one == other):
            return True
    except Exception:  # noqa: BLE001 -- cells of somebody else's class, arrays
        return isinstance(one, np.ndarray) and np.array_equal(one, other)
    if isinstance(one, (tuple, list)):
        return len(one) == len(other) and all(map(_scalar, one, other))
    try:
        return bool(one != one) and bool(other != other)  # noqa: PLR0124 -- NaN alone is not itself
    except Exception:  # noqa: BLE001 -- as above
        return False
