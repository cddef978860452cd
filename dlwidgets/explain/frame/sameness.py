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
            and all(
                _column(one.iloc[:, place], other.iloc[:, place]) for place in range(one.shape[1])
            )
        )
    if isinstance(one, pd.Series):
        names = _scalar(one.name, other.name)
        return names and _labels(one.index, other.index) and _column(one, other)
    return _labels(one, other) if isinstance(one, pd.Index) else _scalar(one, other)


def _column(one: pd.Series, other: pd.Series) -> bool:
    """Return whether values and dtype are equal; cells of any class are asked one by one."""
    if one.dtype != other.dtype or len(one) != len(other):
        return False
    if one.dtype == object:
        return all(map(_scalar, one.array, other.array))
    return bool(one.array.equals(other.array))


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
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and _each(one, other)
    if isinstance(one, (tuple, list)):
        return len(one) == len(other) and _each(one, other)
    try:
        # What is missing is not itself, so that two of them are the same.
        return bool(one == other) or (bool(one != one) and bool(other != other))  # noqa: PLR0124 -- NaN
    except Exception:  # noqa: BLE001 -- cells of somebody else's class
        return False


def _each(one: Any, other: Any) -> bool:  # noqa: ANN401 -- lists, tuples or arrays of one size
    return all(map(_scalar, one, other))
