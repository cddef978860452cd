"""Values that are typed into a mask, as code: numbers for numbers, texts for the rest."""

from __future__ import annotations

import ast
from typing import Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype, is_object_dtype, is_string_dtype

from dlwidgets.explain.frame.literals import quoted

LONGEST = 500
"""Characters of a typed value."""


def value_code(text: str, values: pd.Series | pd.Index, *, several: bool = False) -> str:
    """Return the code of a typed value, or of several with commas between them.

    Args:
        text: as typed; ``3``, ``"a"``, or ``a``, which is a text as it is no literal.
        values: what it is compared with; a column of texts makes a text of ``3``.
        several: whether commas part values.
    """
    text = text.strip()[:LONGEST]
    if not several:
        return _one(text, values)
    parts = _parts(text)
    return ", ".join(_one(part, values) for part in parts)


def _parts(text: str) -> list[str]:
    """Return what stands between commas outside quotes."""
    parts, quote, begin = [], "", 0
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in ",，":
            parts.append(text[begin:place])
            begin = place + 1
    return [part.strip() for part in [*parts, text[begin:]] if part.strip()]


def _one(text: str, values: pd.Series | pd.Index) -> str:
    try:
        value: Any = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = None if text == "None" else text
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, (int, float)) and _texts(values):
        return quoted(text)
    if isinstance(value, (int, float)) or value is None:
        return text
    return quoted(text)


def _texts(values: pd.Series | pd.Index) -> bool:
    """Return whether a column holds texts."""
    if isinstance(values, pd.MultiIndex) or is_numeric_dtype(values.dtype):
        return False
    if is_bool_dtype(values.dtype):
        return False
    if is_object_dtype(values.dtype):
        some = values[:20] if isinstance(values, pd.Index) else values.iloc[:20]
        return any(isinstance(one, str) for one in some)
    return is_string_dtype(values.dtype) or values.dtype.kind in "mM"
