"""Where the rows and columns of a changed frame stood before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dlwidgets.explain.frame.names import PandasError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.explain.frame.outcome import Subject

NEW = -1
"""The place of what was not there before."""


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A changed frame, and for each row and column where it stood; −1 for a new one."""

    after: Subject
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]


def width(subject: Subject) -> int:
    """Return the number of columns; a Series counts as one."""
    return subject.shape[1] if isinstance(subject, pd.DataFrame) else 1


def extended(before: Subject, after: Subject) -> Made:
    """Say that rows and columns stayed where they were, and others came after them."""
    return Made(after, _stayed(len(before), len(after)), _stayed(width(before), width(after)))


def _stayed(before: int, after: int) -> NDArray[np.int64]:
    places = np.arange(after)
    places[before:] = NEW
    return places


def kept(labels: pd.Index[Any], left_out: Any) -> NDArray[np.int64]:  # noqa: ANN401 -- labels, as pandas takes them
    """Return which places of an axis are left when labels are dropped, as pandas does it.

    Raises:
        KeyError: for labels that are not there.
    """
    return np.asarray(pd.Series(np.arange(len(labels)), index=labels).drop(left_out))


class NamedError(PandasError):
    """An error that pandas raised while it changed the frame, rather than while it read a part."""
