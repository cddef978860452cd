"""Which explorer a tensor gets: the graph behind it, if there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets.widgets.autograd_explorer import AutogradExplorer

if TYPE_CHECKING:
    from torch import Tensor

    from dlwidgets.widgets.base import Widget


def open_tensor(tensor: Tensor, *args: Any, **options: Any) -> Widget:  # noqa: ANN401 -- its explorer knows
    """Open a tensor: one with ``grad_fn`` by its graph; another has none, and is told so."""
    return AutogradExplorer(tensor, *args, **options)
