"""How large the gradients are with which an optimizer steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from torch.optim import Optimizer

    from dlwidgets.training.watch import Watch


class GradientNorms:
    """Measures the next step of each optimizer, whenever it is asked to."""

    def __init__(self) -> None:
        """Measure nothing yet."""
        self._watch: Watch | None = None
        self._roles: Mapping[Optimizer, str] = {}
        self._wanted: set[str] = set()
        self._into: Callable[[str, torch.Tensor], None] = lambda _role, _norm: None

    def open(self, watch: Watch, roles: Mapping[Optimizer, str]) -> None:
        """Be told of each step, and know which optimizer is whose."""
        self._watch, self._roles = watch, dict(roles)
        watch.before_step = self._before

    def close(self) -> None:
        """Measure no more."""
        if self._watch is not None:
            self._watch.before_step = None
            self._watch = None
        self._roles = {}
        self._wanted.clear()

    def ask(self, into: Callable[[str, torch.Tensor], None]) -> None:
        """Have the next step of each measured: ``into(role, norm)``, one number on its device."""
        self._into = into
        self._wanted = set(self._roles.values())

    def _before(self, optimizer: Optimizer) -> None:
        if not self._wanted:
            return
        role = self._roles.get(optimizer)
        if role in self._wanted:
            self._wanted.discard(role)
            self._into(role, total_norm(p for g in optimizer.param_groups for p in g["params"]))


def total_norm(parameters: Iterable[torch.Tensor]) -> torch.Tensor:
    """Return the length of all gradients taken as one vector."""
    slopes = [p.grad.detach() for p in parameters if p.grad is not None]
    if not slopes:
        return torch.tensor(float("nan"))
    lengths = torch.stack([torch.linalg.vector_norm(slope) for slope in slopes])
    length: torch.Tensor = torch.linalg.vector_norm(lengths)
    return length
