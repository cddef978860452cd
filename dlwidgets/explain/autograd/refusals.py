"""What is said where there is no graph to show, in plain words and in torch's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets.language import say

if TYPE_CHECKING:
    from torch import Tensor


def no_graph(root: Tensor) -> str:
    """Return what to say of a tensor that was not computed, or not with gradients."""
    if root.requires_grad:
        return say(
            "AutogradExplorer: expected a tensor that was computed, got a leaf without grad_fn; "
            "compute something from it first, such as loss = (w * x).sum(), and explore(loss)",
            "AutogradExplorer：应为计算得到的张量，得到没有 grad_fn 的叶子节点；"
            "请先用它计算，例如 loss = (w * x).sum()，再 explore(loss)",
        )
    return say(
        "AutogradExplorer: expected a tensor with grad_fn, got one without: nothing that it was "
        "computed from has requires_grad. Call w.requires_grad_(True) on a leaf, then compute "
        "again, outside torch.no_grad() and without .detach()",
        "AutogradExplorer：应为带 grad_fn 的张量：计算它的张量都没有 requires_grad。"
        "请先对叶子节点调用 w.requires_grad_(True) "
        "再重新计算，且不在 torch.no_grad() 中、不用 .detach()",
    )


def gone(error: RuntimeError) -> str:
    """Return what to say of a graph that torch can't go through any more, and torch's words."""
    words = str(error)
    if "second time" in words:
        return say(
            f"AutogradExplorer: backward() has used this graph, and torch has freed what it had "
            f"saved. Compute the tensor again before explore(), or keep the graph with "
            f"backward(retain_graph=True). Torch says: {words}",
            f"AutogradExplorer：backward() 已使用此计算图，torch 已释放其保存的中间值。"
            f"请重新进行前向计算后再 explore()，或用 backward(retain_graph=True) 保留计算图。"
            f"torch 原文：{words}",
        )
    if "inplace" in words:
        return say(
            f"AutogradExplorer: a tensor that backward needs was changed in place after it was "
            f"used, so no gradient can be had; compute again, and write y = y + 1 for y += 1. "
            f"Torch says: {words}",
            f"AutogradExplorer：反向传播所需的张量在使用后被原地修改，无法求梯度；"
            f"请重新计算，并用 y = y + 1 代替 y += 1。torch 原文：{words}",
        )
    return say(
        f"AutogradExplorer: torch can't go backward through this graph. Torch says: {words}",
        f"AutogradExplorer：torch 无法在此计算图上反向传播。torch 原文：{words}",
    )
