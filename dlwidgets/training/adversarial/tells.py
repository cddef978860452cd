"""What gives a loop away in which two nets play: signs in tensors, graphs and variables."""

from __future__ import annotations

import sys
from typing import Any

import torch

from dlwidgets.training.names import user_frames

_PREFERRED = ("y", "label", "labels", "target", "targets", "_")


def reaches(node: Any, parameters: set[int]) -> bool:  # noqa: ANN401 -- a node of autograd
    """Whether a graph leads to one of the parameters."""
    waiting, seen = [node], set()
    while waiting:
        one = waiting.pop()
        if one is None or one in seen:
            continue
        seen.add(one)
        if id(getattr(one, "variable", None)) in parameters:
            return True
        waiting += [before for before, _ in one.next_functions]
    return False


def alike(given: torch.Tensor, output: torch.Tensor) -> bool:
    """Whether both have rows of one size."""
    return given[:1].numel() == output[:1].numel()


def equal(rows: torch.Tensor, made: torch.Tensor) -> bool:
    """Whether rows have the very values that were made."""
    return rows.device == made.device and torch.equal(rows.flatten(1), made.flatten(1))


def scores(output: torch.Tensor, rows: int) -> set[int]:
    """Return how many numbers an output of scores may have: one a row, or a map of one channel."""
    a_map = output.ndim == 4 and output.shape[:2] == (rows, 1)  # noqa: PLR2004 -- (n, 1, h, w)
    return {rows, output.numel() if a_map else rows}


def beside(value: object, x: torch.Tensor) -> bool:
    """Whether a value may be the classes of a batch."""
    return isinstance(value, torch.Tensor) and value.ndim > 0 and len(value) == len(x)


def labels_beside(rows: int) -> torch.Tensor | None:
    """Return the classes of the batch, where the user's loop has them in a variable."""
    for frame in user_frames(sys._getframe(2)):  # noqa: SLF001 -- the only way to the caller
        known = {
            name: value
            for name, value in frame.f_locals.items()
            if isinstance(value, torch.Tensor)
            and value.dtype == torch.int64
            and value.shape == (rows,)
        }
        for name in _PREFERRED:
            if name in known:
                return known[name]
        if len(known) == 1:
            return next(iter(known.values()))
    return None
