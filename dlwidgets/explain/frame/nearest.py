"""Labels that are near to one that is not there."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

MOST = 5_000
"""Labels that are looked at."""

LONGEST = 200
"""Characters of a label that are compared."""


def present(key: Any, labels: pd.Index) -> bool:  # noqa: ANN401 -- any label
    """Return whether a label is there, of whatever type it is."""
    try:
        if isinstance(labels, pd.DatetimeIndex) and isinstance(key, str):
            labels.get_loc(key)
            return True
        return bool(key in labels)
    except Exception:  # noqa: BLE001 -- what can't be a label is none
        return False


def near(key: Any, labels: pd.Index) -> list[Any]:  # noqa: ANN401 -- any label
    """Return labels that may have been meant, the likeliest first."""
    if isinstance(labels, pd.MultiIndex):
        if isinstance(key, tuple) or labels.nlevels == 0:
            return []
        labels = labels.get_level_values(0).unique() if len(labels) <= MOST else labels[:0]
    some = list(labels[:MOST])
    found = [one for one in some if _same_text(key, one)]
    if isinstance(key, str):
        texts = [one for one in some if isinstance(one, str) and len(one) <= LONGEST]
        lower = {one.lower().strip(): one for one in reversed(texts)}
        close = get_close_matches(key[:LONGEST].lower().strip(), list(lower), n=3, cutoff=0.5)
        found += [lower[one] for one in close]
    elif _is_number(key):
        found += _nearest_number(key, labels)
    return list(dict.fromkeys(found))


def _same_text(key: Any, label: Any) -> bool:  # noqa: ANN401 -- any labels
    """Return whether two labels of different types look the same, as ``"3"`` and ``3``."""
    try:
        return type(key) is not type(label) and str(key) == str(label)
    except Exception:  # noqa: BLE001 -- a label whose text raises
        return False


def _is_number(key: Any) -> bool:  # noqa: ANN401 -- any label
    return isinstance(key, (int, float, np.number)) and not isinstance(key, bool) and key == key  # noqa: PLR0124 -- no NaN


def _nearest_number(key: Any, labels: pd.Index) -> list[Any]:  # noqa: ANN401 -- any label
    if labels.dtype.kind not in "iuf" or len(labels) == 0:
        return []
    values = labels.to_numpy()[:MOST]
    apart = np.abs(values.astype(float) - float(key))
    if np.isnan(apart).all():
        return []
    return [labels[int(np.nanargmin(apart))]]
