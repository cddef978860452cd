"""Windows of tensors on their way to the page: text, because int64 is finer than its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets as t

if TYPE_CHECKING:
    from torch import Tensor

    from dlwidgets.explain.cells import Window

WINDOW = {
    "shape": t.List(t.Int()),
    "dtype": t.Unicode(),
    "at": t.List(t.Int()),
    "rows": t.Int(),
    "columns": t.Int(),
    "text": t.List(t.Unicode()),
    "exact": t.List(t.Unicode()),
}

NO_WINDOW: dict[str, Any] = {
    "shape": [0],
    "dtype": "",
    "at": [0],
    "rows": 0,
    "columns": 0,
    "text": [],
    "exact": [],
}


def window_row(x: Tensor, seen: Window) -> dict[str, Any]:
    """Return the window ``seen`` of ``x`` for the page."""
    return {
        "shape": list(x.shape),
        "dtype": str(x.dtype).removeprefix("torch."),
        "at": list(seen.at),
        "rows": seen.rows,
        "columns": seen.columns,
        "text": list(seen.text),
        "exact": list(seen.exact),
    }
