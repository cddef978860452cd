"""What happened to a run besides its steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["set", "code", "pause", "resume", "step", "stop", "interrupt", "diverged", "failed"]
"""``set``: a knob was turned. ``code``: the user's own code changed a hyperparameter."""

State = Literal[
    "ready", "running", "paused", "finished", "stopped", "diverged", "failed", "interrupted"
]
STATES: tuple[State, ...] = (
    "ready",
    "running",
    "paused",
    "finished",
    "stopped",
    "diverged",
    "failed",
    "interrupted",
)
ENDED = frozenset(STATES[3:])


@dataclass(frozen=True, slots=True)
class Event:
    """One event: after ``step`` completed steps, ``seconds`` into the training.

    ``name`` is the knob's for ``set`` and ``code``; ``old`` and ``new`` are its values.
    """

    step: int
    seconds: float
    kind: Kind
    name: str = ""
    old: float | None = None
    new: float | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """How far a run has come.

    Attributes:
        steps: completed steps.
        rate: steps a second.
        elapsed: seconds of training, without pauses.
        cost: time spent watching, in per cent of the time without it.
        fraction: the share that is done, None if the length is unknown.
        eta: seconds left, None if unknown.
        epoch, epochs: the current epoch from 1 and how many there will be, None if unknown.
    """

    steps: int
    rate: float
    elapsed: float
    cost: float
    fraction: float | None = None
    eta: float | None = None
    epoch: int | None = None
    epochs: int | None = None


class StopRun(BaseException):  # a request that unwinds the loop, no error
    """Unwinds the user's loop when the run is to end.

    Not an ``Exception``, so that ``except Exception`` in the loop does not swallow it.
    """
