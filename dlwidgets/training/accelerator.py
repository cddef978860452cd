"""Divergence on an accelerator, which must not be made to wait at every step.

The check runs on the device and leaves a mark there; the mark is read once a tick. Until then
training may have gone on with numbers that are not finite, so a copy of the parameters from
before the first bad step is kept on the device as well, and put back when the mark is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from dlwidgets.training import divergence

if TYPE_CHECKING:
    from collections.abc import Iterable


class DeferredGuard:
    """Watches one optimizer whose parameters live on an accelerator."""

    def __init__(self, optimizer: torch.optim.Optimizer) -> None:
        """Prepare the copies: once the memory of the optimizer's parameters."""
        self._optimizer = optimizer
        self._kept: dict[torch.Tensor, torch.Tensor] = {}
        first = divergence.parameters(optimizer)[0]
        self._bad = torch.zeros((), dtype=torch.bool, device=first.device)
        # Twice the first bad step, and one more if a loss was bad, not only a gradient.
        self._mark = torch.zeros((), dtype=torch.int64, device=first.device)

    @torch.no_grad()
    def before_step(self, step: int, losses: list[torch.Tensor]) -> None:
        """Check losses and gradients on the device; keep the parameters unless it is too late."""
        for parameter in divergence.parameters(self._optimizer):
            kept = self._kept.get(parameter)
            if kept is None:
                self._kept[parameter] = parameter.detach().clone()
            else:
                kept.copy_(torch.where(self._bad.to(kept.device), kept, parameter))
        bad_loss = self._any_bad(losses)
        bad = bad_loss | self._any_bad(divergence.gradients(self._optimizer))
        mark = 2 * step + bad_loss.long()
        self._mark.copy_(torch.where(bad & ~self._bad, mark, self._mark))
        self._bad.logical_or_(bad)

    def _any_bad(self, tensors: Iterable[torch.Tensor]) -> torch.Tensor:
        # The greatest magnitude of finite numbers is finite; their sum may overflow.
        sizes = [
            torch.linalg.vector_norm(divergence.dense(tensor), float("inf"))
            for tensor in tensors
            if tensor.numel()
        ]
        if not sizes:
            return torch.zeros_like(self._bad)
        return ~torch.isfinite(torch.stack([s.to(self._bad.device) for s in sizes])).all()

    def found(self) -> tuple[int, bool] | None:
        """Return the first bad step and whether its loss was bad. This waits for the device."""
        mark = int(self._mark.item())
        return (mark // 2, bool(mark % 2)) if mark else None

    @torch.no_grad()
    def restore(self) -> None:
        """Give the parameters the values from before the first bad step."""
        for parameter, kept in self._kept.items():
            parameter.copy_(kept)
