"""What a retrain explorer trains: the book's regression with every engine, or a model of one's own.

Each kind says which knobs there are, starts a training at their position, and gives what the page
is drawn from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from dlwidgets.language import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

    from dlwidgets.training.choices import Loss
    from dlwidgets.training.retrain import Job, Lane

SHOWN = 500
"""Steps of which the page is told, about; of longer trainings every so many."""

EMPTY: dict[str, Any] = {
    "kind": "none",
    "reach": np.zeros(0, np.float32),
    "values": np.zeros(0, np.float32),
    "points": np.zeros(0, np.float32),
    "labels": np.zeros(0, np.uint8),
}
"""There is nothing to draw."""


@dataclass(frozen=True, slots=True)
class Knob:
    """A number that can be turned, and the ends of its slider; other numbers can be typed."""

    name: str
    low: float
    high: float
    log: bool = False
    whole: bool = False


class Subject(Protocol):
    """What is trained anew."""

    kind: str
    knobs: tuple[Knob, ...]
    # What can be turned, knobs and choices, and where they stand at first.
    names: tuple[str, ...]
    defaults: dict[str, Any]
    optimizers: list[str]
    # The trained model of the newest job; None where there is none to take away.
    model: nn.Module | None

    def takes(self, knob: str, values: dict[str, Any]) -> bool:
        """Tell whether a knob does anything at this position."""

    def start(self, values: dict[str, Any]) -> Job:
        """Return the training at a position of the knobs."""

    def still(self) -> dict[str, Any]:
        """Return the traits that stay while this training goes on."""

    def moving(self, job: Job) -> dict[str, Any]:
        """Return the traits that change with each slice."""

    def code(self, name: str = "") -> str:
        """Return a program that computes what is shown."""


def subject(
    model: nn.Module | None, data: object, loss: Loss | None, engines: Sequence[str] | None
) -> Subject:
    """Return what is to be trained.

    Raises:
        TypeError: for a model without data, or arguments of another kind.
        ValueError: for what can't be trained.
    """
    if model is None and data is None and loss is None:
        from dlwidgets.widgets.retrain_engines import Engines

        return Engines(engines)
    if model is None or data is None or engines is not None:
        raise TypeError(
            say(
                "RetrainExplorer: expected a model and its data (RetrainExplorer(model, (x, y))), "
                "or neither for the regression, whose engines can be chosen",
                "RetrainExplorer：应同时给出模型和数据（RetrainExplorer(model, (x, y))），"
                "或都不给出以打开回归示例（此时可选择 engines）",
            )
        )
    from dlwidgets.training.retrain import Own
    from dlwidgets.widgets.retrain_model import Mine

    return Mine(Own(model, data, loss))


def about(name: str, lane: Lane | None, first: Lane | None) -> dict[str, Any]:
    """Return what is said of a training; of one that is not there, that."""
    pace = 0.0
    if lane is not None and first is not None and lane.done and first.done:
        pace = lane.pace / first.pace
    return {
        "name": name,
        "here": lane is not None,
        "ending": "" if lane is None else lane.ending,
        "error": "" if lane is None or lane.error is None else _named(lane.error),
        "done": 0 if lane is None else lane.done,
        "pace": pace,
    }


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def told(lanes: Sequence[Lane | None], steps: int, width: int) -> tuple[Any, Any, Any]:
    """Return the steps of which the page is told, their numbers, and the newest of each lane.

    The numbers are (lanes, width, steps told), NaN where a lane has not come so far.
    """
    every = -(-steps // SHOWN)
    # Too large a rate swings to and fro with each step: an even distance would never show it.
    every += every % 2 == 0
    # The last step is always among them.
    shown = np.arange((steps - 1) % every, steps, every)
    rows = np.full((len(lanes), width, len(shown)), np.nan)
    last = np.full((len(lanes), width), np.nan)
    for i, lane in enumerate(lanes):
        if lane is None or not lane.done:
            continue
        there = shown[shown < lane.done]
        rows[i, :, : len(there)] = lane.rows[there].T
        last[i] = lane.rows[-1]
    return (shown + 1).astype(np.int32), rows, last
