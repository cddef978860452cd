"""Where numbers go: the row of the step they belong to, without making an accelerator wait."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, cast

import numpy as np
import torch

from dlwidgets.language import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlwidgets.training.history import History

Number = torch.Tensor | float
_COLUMNS = {"step", "epoch", "seconds"}
_WAITING = 10_000
"""Numbers that may wait on an accelerator before they are fetched even without a tick."""


class Recorder:
    """Writes into a history: into the newest row, or into the one that opens next."""

    def __init__(self, history: History) -> None:
        """Write into ``history``."""
        self._history = history
        self._upcoming: dict[str, Number] = {}
        self._waiting: list[tuple[int, str, torch.Tensor]] = []
        self.thread = threading.current_thread()

    def write_upcoming(self) -> None:
        """Write what was logged ahead of the newest row into it."""
        if self._upcoming:
            upcoming, self._upcoming = self._upcoming, {}
            for name, value in upcoming.items():
                self.put(name, value)

    def put(self, name: str, value: Number) -> None:
        """Write into the newest row; a number on an accelerator waits for the next tick."""
        if isinstance(value, torch.Tensor):
            if value.device.type != "cpu":
                self._waiting.append((self._history.rows - 1, name, value))
                self._history.put(name, math.nan)
                if len(self._waiting) >= _WAITING:
                    self.settle()
                return
            value = value.item()
        self._history.put(name, value)

    def put_next(self, name: str, value: Number) -> None:
        """Keep a number for the row that opens next."""
        self._upcoming[name] = value

    def expects(self, names: Iterable[str]) -> bool:
        """Whether one of ``names`` already waits for the row that opens next."""
        return any(name in self._upcoming for name in names)

    @property
    def ahead(self) -> bool:
        """Whether any number waits for a row that has not opened yet."""
        return bool(self._upcoming)

    def settle(self) -> None:
        """Fetch the numbers that wait on an accelerator, all in one go (training thread only)."""
        if self._waiting and threading.current_thread() is self.thread:
            waiting, self._waiting = self._waiting, []
            kinds: dict[object, list[tuple[int, str, torch.Tensor]]] = {}
            for one in waiting:
                kinds.setdefault((one[2].device, one[2].dtype), []).append(one)
            for alike in kinds.values():
                values = torch.stack([value.reshape(()) for _, _, value in alike]).tolist()
                for (row, name, _), value in zip(alike, values, strict=True):
                    self._history.put(name, value, row)


def mean(values: list[Number]) -> Number:
    """Return the mean of several losses of one step (gradient accumulation)."""
    if all(isinstance(value, float) for value in values):
        return math.fsum(cast("list[float]", values)) / len(values)
    return torch.stack([torch.as_tensor(value).reshape(()) for value in values]).mean()


def check_names(names: Iterable[str]) -> Iterable[str]:
    """Return ``names`` if none of them is a column that every history has.

    Raises:
        ValueError: if one is.
    """
    for name in _COLUMNS & {*names}:
        raise ValueError(
            say(
                f"log: the history has a column {name!r} of its own; choose another name",
                f"log：历史表中已有 {name!r} 列，请换一个名字",
            )
        )
    return names


def as_number(name: str, value: object) -> Number:
    """Return ``value`` as a number or a detached tensor of one element.

    Raises:
        TypeError: for anything else.
    """
    if isinstance(value, torch.Tensor) and value.numel() == 1 and not value.is_complex():
        return value.detach()
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.item()
    try:
        if not isinstance(value, (str, bytes, torch.Tensor)):
            return float(value)  # type: ignore[arg-type]  # what is no number raises
    except (TypeError, ValueError):
        pass
    shown = f"shape {tuple(value.shape)}" if isinstance(value, torch.Tensor) else repr(value)
    raise TypeError(
        say(
            f"log {name}: expected a number or a tensor of one element, got {shown}",
            f"log {name}：应为一个数或单元素张量，得到 {shown}",
        )
    )
