"""Labels and values as the code that makes them again."""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dlwidgets.explain.frame.grammar import LARGEST, LONGEST

if TYPE_CHECKING:
    from dlwidgets.explain.frame.outcome import Subject

LONGEST_LITERAL = 200
"""Characters of a literal; longer labels are named by their position."""


def literal(value: Any) -> str:  # noqa: ANN401 -- any label or value
    """Return the code of a label, or an empty text where there is no short one.

    What is returned makes an equal value of the same type.
    """
    try:
        text = _written(value)
    except Exception:  # noqa: BLE001 -- a value whose repr raises has no code
        return ""
    return text if len(text) <= min(LONGEST_LITERAL, LONGEST) else ""


def _written(value: Any) -> str:  # noqa: ANN401, PLR0911 -- any value; a case a line
    if value is None or isinstance(value, bool):
        return repr(value)
    if value is pd.NaT or value is pd.NA:
        return "pd.NaT" if value is pd.NaT else "pd.NA"
    if type(value) is str:
        return quoted(value)
    if type(value) is int:
        return str(value) if abs(value) <= LARGEST else ""
    if type(value) is float:
        return _float(value)
    if isinstance(value, np.generic):
        return _scalar(value)
    if type(value) is tuple:
        return _tuple([_written(one) for one in value])
    return _of_pandas(value)


def quoted(text: str) -> str:
    """Return a text in double quotes, as the book writes it, with escapes where they are needed."""
    plain = repr(text)
    if plain.startswith("'") and '"' not in text and "\\'" not in plain:
        return f'"{plain[1:-1]}"'
    return plain


def _float(value: float) -> str:
    if math.isnan(value):
        return "np.nan"
    if math.isinf(value):
        return "np.inf" if value > 0 else "-np.inf"
    return repr(value) if abs(value) <= LARGEST else ""


def _scalar(value: np.generic) -> str:
    """Return the code of a scalar of NumPy; float64 and int64 are equal to Python's."""
    if isinstance(value, (np.datetime64, np.timedelta64)):
        return ""
    plain = value.item()
    if isinstance(value, (np.bool_, np.int64, np.float64, np.str_)):
        return _written(plain)
    if not isinstance(plain, (int, float)) or plain != plain:  # noqa: PLR0124 -- NaN
        return ""
    if isinstance(value, np.floating):
        return f"np.{value.dtype.name}({plain!r})" if value.dtype.itemsize <= 8 else ""  # noqa: PLR2004 -- bytes
    return str(plain)


def _tuple(parts: list[str]) -> str:
    if not all(parts):
        return ""
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def _of_pandas(value: Any) -> str:  # noqa: ANN401 -- any value
    if type(value) is pd.Timestamp:
        return _timestamp(value)
    if type(value) is pd.Timedelta:
        return f'pd.Timedelta("{value.isoformat()}")'
    if type(value) is pd.Period:
        return f'pd.Period("{value}", freq="{value.freqstr}")'
    if type(value) is pd.Interval:
        ends = (_written(value.left), _written(value.right))
        return f'pd.Interval({ends[0]}, {ends[1]}, closed="{value.closed}")' if all(ends) else ""
    return ""


def _timestamp(value: pd.Timestamp) -> str:
    """Return a time in short: a day where it is midnight, its zone by name where it has one."""
    text = value.isoformat()
    if value.tz is None:
        return f'pd.Timestamp("{text.removesuffix("T00:00:00")}")'
    zone = str(value.tz)
    if zone.startswith(("UTC+", "UTC-", "tz", "pytz", "<")):
        return f'pd.Timestamp("{text}")'
    return f'pd.Timestamp("{text}", tz="{zone}")'


def label_code(subject: Subject, axis: int, position: int, name: str = "df") -> str:
    """Return the code of the label at a position: a literal, else ``df.index[3]``."""
    labels = subject.index if axis == 0 else subject.columns
    label = labels[position]
    code = literal(label)
    if code and _again(code, label):
        return code
    return f"{name}.{'index' if axis == 0 else 'columns'}[{position}]"


def _again(code: str, label: Any) -> bool:  # noqa: ANN401 -- any label
    """Return whether the code makes the label again."""
    from dlwidgets.explain.frame.interpreter import Interpreter

    try:
        made = Interpreter(pd.Series(dtype=float), "s").run(ast.parse(code, mode="eval").body).value
        return _equal(made, label)
    except Exception:  # noqa: BLE001 -- then it does not
        return False


def _equal(one: Any, other: Any) -> bool:  # noqa: ANN401 -- any labels
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_equal, one, other))
    if pd.api.types.is_scalar(one) and pd.isna(one):
        return pd.api.types.is_scalar(other) and bool(pd.isna(other))
    return bool(one == other)
