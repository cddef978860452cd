"""Which explorer a tensor gets: its graph if there is one, else its memory; two are broadcast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets.language import say

if TYPE_CHECKING:
    from dlwidgets.widgets.base import Widget


def open_tensor(tensor: Any, *others: Any, **options: Any) -> Widget:  # noqa: ANN401 -- its explorer knows
    """Open a tensor with ``grad_fn`` by its graph, any other by its memory, two side by side.

    Raises:
        TypeError: for more than two tensors, or what the explorer does not take.
    """
    if getattr(tensor, "grad_fn", None) is not None:
        from dlwidgets.widgets.autograd_explorer import AutogradExplorer

        return AutogradExplorer(tensor, *others, **options)
    if not others:
        from dlwidgets.widgets.tensor_explorer import TensorExplorer

        return TensorExplorer(tensor, **options)
    if len(others) > 1:
        raise TypeError(
            say(
                f"explore: expected one tensor, or two to be broadcast, got {1 + len(others)}",
                f"explore：应为一个张量，或两个要广播的张量，得到 {1 + len(others)} 个",
            )
        )
    from dlwidgets.widgets.broadcast_explorer import BroadcastExplorer

    return BroadcastExplorer(tensor, *others, **options)
