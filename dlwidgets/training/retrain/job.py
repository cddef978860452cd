"""Trainings side by side that go on a slice at a time, so that whoever asks is never kept waiting.

Between two slices anything may happen: a newer job takes over, the user's own loop takes a step.
So a slice leaves no trace outside of its job.
"""

from __future__ import annotations

import math
import random
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch

from dlwidgets.training.hooks import unwatched

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

Ending = Literal["", "done", "diverged", "failed"]

_CPU = torch.device("cpu")

TURN = 0.002
"""Seconds for which one lane runs before the others have their turn."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one training has come to.

    Attributes:
        losses: the loss before each step that was taken.
        path: the other numbers after each step, (steps, 2) for w and b; (steps, 0) of a model.
        ending: ``"done"``, ``"diverged"``, ``"failed"``, or empty while it goes on.
    """

    losses: NDArray[np.float64]
    path: NDArray[np.float64]
    ending: Ending

    @property
    def w(self) -> float:
        """The last w; NaN where there is none."""
        return float(self.path[-1, 0]) if self.path.size else math.nan

    @property
    def b(self) -> float:
        """The last b; NaN where there is none."""
        return float(self.path[-1, 1]) if self.path.size else math.nan


class Lane:
    """One of the trainings of a job.

    Attributes:
        name: whose it is.
        ending: empty while it goes on; ``"diverged"`` once its loss is no finite number.
        error: what it has raised, where it has ended as ``"failed"``.
        seconds: the time that its steps have taken.
    """

    def __init__(self, name: str, rows: Iterator[tuple[float, ...]], steps: int) -> None:
        """Prepare to take ``steps`` steps; ``rows`` yields the numbers of each, the loss first."""
        self.name = name
        self.ending: Ending = ""
        self.error: Exception | None = None
        self.seconds = 0.0
        self.steps = steps
        self._done = 0
        self._rows = rows
        self._kept: NDArray[np.float64] | None = None
        self._paces: list[float] = []

    @property
    def pace(self) -> float:
        """Seconds that a step takes: the median over turns, as others use the processor too."""
        return median(self._paces) if self._paces else math.nan

    @property
    def done(self) -> int:
        """How many steps have been taken with a finite loss."""
        return self._done

    @property
    def rows(self) -> NDArray[np.float64]:
        """The numbers of each step that was taken, (done, columns)."""
        return np.empty((0, 1)) if self._kept is None else self._kept[: self._done]

    def outcome(self) -> Outcome:
        """Return what it has come to so far."""
        return Outcome(self.rows[:, 0].copy(), self.rows[:, 1:].copy(), self.ending)

    def run(self, until: float) -> None:
        """Take steps until the clock (``perf_counter``) says so, at least one."""
        start, before = perf_counter(), self._done
        try:
            while not self.ending:
                self._step()
                if perf_counter() >= until:
                    break
        except Exception as error:  # noqa: BLE001 -- of the user's own model; the others go on
            self.ending, self.error = "failed", error
        except BaseException:
            # Whoever was interrupted in the middle of a step can't go on from there.
            self.ending, self.error = "failed", RuntimeError("interrupted")
            raise
        finally:
            taken = perf_counter() - start
            self.seconds += taken
            if self._done > before:
                self._paces.append(taken / (self._done - before))

    def _step(self) -> None:
        row = next(self._rows, None)
        if row is None:
            self.ending = "done"
            return
        if not all(map(math.isfinite, row)):
            self.ending = "diverged"
            return
        if self._kept is None:
            self._kept = np.empty((self.steps, len(row)))
        self._kept[self._done] = row
        self._done += 1
        if self._done == self.steps:
            self.ending = "done"

    def close(self) -> None:
        """Take no step any more, and let go of what it trains."""
        self._rows = iter(())


class Dice:
    """The random numbers of a job: they begin at its seed and go on from slice to slice."""

    def __init__(self, seed: int, device: torch.device) -> None:
        """Begin at ``seed``."""
        self._devices = [device] if device.type == "cuda" else []
        self._seed = seed
        self._kept: tuple[Any, ...] | None = None

    @contextmanager
    def thrown(self) -> Iterator[None]:
        """Draw from these inside the block; afterwards everybody else's are as before."""
        theirs = self._states()
        try:
            if self._kept is None:
                self._begin()
            else:
                self._put(self._kept)
            yield
        finally:
            self._kept = self._states()
            self._put(theirs)

    def _begin(self) -> None:
        random.seed(self._seed)
        np.random.seed(self._seed)  # noqa: NPY002 -- a model may draw from it
        # Not torch.manual_seed, which would seed every device.
        torch.default_generator.manual_seed(self._seed)
        for device in self._devices:
            with torch.cuda.device(device):
                torch.cuda.manual_seed(self._seed)

    def _states(self) -> tuple[Any, ...]:
        return (
            random.getstate(),
            np.random.get_state(),  # noqa: NPY002 -- as above
            torch.get_rng_state(),
            [torch.cuda.get_rng_state(device) for device in self._devices],
        )

    def _put(self, states: tuple[Any, ...]) -> None:
        python, legacy, cpu, cuda = states
        random.setstate(python)
        np.random.set_state(legacy)  # noqa: NPY002 -- as above
        torch.set_rng_state(cpu)
        for device, state in zip(self._devices, cuda, strict=True):
            torch.cuda.set_rng_state(state, device)


class Job:
    """All trainings of one position of the knobs."""

    def __init__(self, lanes: Sequence[Lane], seed: int, device: torch.device = _CPU) -> None:
        """Prepare; nothing is trained yet."""
        self.lanes = tuple(lanes)
        self._dice = Dice(seed, device)

    @property
    def done(self) -> bool:
        """Whether every lane has ended."""
        return all(lane.ending for lane in self.lanes)

    def advance(self, seconds: float = math.inf) -> bool:
        """Train for about so many seconds, all lanes for the same time; return `done`.

        However short the time, a step is taken.
        """
        if self.done:
            return True
        with self._aside():
            end = perf_counter() + seconds
            while going := [lane for lane in self.lanes if not lane.ending]:
                now = perf_counter()
                min(going, key=lambda lane: lane.seconds).run(min(end, now + TURN))
                if perf_counter() >= end:
                    break
        return self.done

    def close(self) -> None:
        """End it for good: another one has taken its place."""
        for lane in self.lanes:
            lane.close()

    def apart(self) -> float:
        """Return by how much lanes differ at most, over the steps that all have taken.

        As a share of the largest number where that exceeds 1; NaN unless there are two lanes.
        """
        begun = [lane.rows for lane in self.lanes if lane.done]
        if len(begun) < 2:  # noqa: PLR2004 -- a pair
            return math.nan
        common = min(map(len, begun))
        first, *others = (rows[:common] for rows in begun)
        with np.errstate(over="ignore"):
            sizes = np.maximum(1, np.abs(first))
            return float(max(np.max(np.abs(other - first) / sizes) for other in others))

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """Train so that nobody notices: neither the user's loop, nor random states, nor modes."""
        with ExitStack() as stack:
            stack.enter_context(unwatched())
            stack.enter_context(self._dice.thrown())
            stack.enter_context(torch.inference_mode(mode=False))
            stack.enter_context(torch.enable_grad())
            # A rate that is too large is no reason to warn: the lane says that it has diverged.
            stack.enter_context(np.errstate(all="ignore"))
            yield
