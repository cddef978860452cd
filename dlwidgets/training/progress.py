"""How far the loops of a training cell have come, from the loops themselves."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")


@dataclass(slots=True)
class Loop:
    """One loop that is running: passes begun, passes in all if known, whether it trains.

    A loop of epochs is one with a training loop inside.
    """

    begun: int
    total: int | None
    trains: bool = False
    of_epochs: bool = False


class Loops:
    """The stack of loops that are running, outermost first."""

    def __init__(self) -> None:
        """Start outside any loop."""
        self._stack: list[Loop] = []
        self._outermost: Loop | None = None
        self._best = 0.0
        self._reached: tuple[int | None, int | None] = (None, None)

    def track(self, iterable: Iterable[T]) -> Iterator[T]:
        """Yield what ``iterable`` yields, counting the passes."""
        # Sized is asked first: len() on an arbitrary iterable may raise or start work.
        loop = Loop(0, _length(iterable))
        self._stack.append(loop)
        try:
            for item in iterable:
                loop.begun += 1
                yield item
        finally:
            # By identity: a generator that is closed late must not take another loop along.
            self._stack[:] = [other for other in self._stack if other is not loop]
            if loop.of_epochs and self._first_training() is None:
                self._reached = loop.begun, loop.total

    def mark_step(self) -> int | None:
        """Note that an optimizer stepped, return the epoch.

        The loops around the step are the ones that train.
        """
        stack = self._stack
        if not stack:
            return None
        if not stack[-1].trains:
            for loop in stack:
                loop.trains = True
                loop.of_epochs = loop.of_epochs or loop is not stack[-1]
        # The innermost trains, and so do all around it.
        return stack[0].begun if stack[0].of_epochs else None

    @property
    def epoch(self) -> int | None:
        """The pass of the outermost training loop, from 1, if there is a loop inside it."""
        outermost = self._first_training()
        return outermost.begun if outermost is not None and outermost.of_epochs else None

    @property
    def epochs(self) -> int | None:
        """How many epochs there will be, if known."""
        outermost = self._first_training()
        return outermost.total if outermost is not None and outermost.of_epochs else None

    def _first_training(self) -> Loop | None:
        for loop in self._stack:
            if loop.trains:
                return loop
        return None

    @property
    def place(self) -> tuple[int | None, int | None]:
        """The epoch and how many there will be; once the loops are left, how far they came."""
        return self._reached if self._first_training() is None else (self.epoch, self.epochs)

    def fraction(self) -> float | None:
        """Return the share of the outermost training loop that is done, None if unknown.

        It never falls while that loop runs: a test loop between two epochs is no way back.
        """
        outermost = self._first_training()
        if outermost is None or not outermost.total:
            return None
        if outermost is not self._outermost:
            self._outermost, self._best = outermost, 0.0
        share = 0.0
        for loop in reversed(self._stack):
            # The innermost may be a test loop; it has seen no step and is left out.
            if loop.trains and loop.total:
                share = min(1.0, (max(loop.begun - 1, 0) + share) / loop.total)
        self._best = max(self._best, share)
        return self._best


def _length(iterable: object) -> int | None:
    if not isinstance(iterable, Sized):
        return None
    try:
        return len(iterable)
    except (TypeError, NotImplementedError, OverflowError):
        # DataLoader has __len__ even over a data set without one.
        return None
