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

    def mark_step(self) -> None:
        """Note that an optimizer stepped: the loops around it are the ones that train."""
        if not self._stack or self._stack[-1].trains:
            return
        for loop in self._stack:
            loop.trains = True
            loop.of_epochs = loop.of_epochs or loop is not self._stack[-1]

    @property
    def epoch(self) -> int | None:
        """The pass of the outermost training loop, from 1, if there is a loop inside it."""
        training = self._training()
        return training[0].begun if training and training[0].of_epochs else None

    @property
    def epochs(self) -> int | None:
        """How many epochs there will be, if known."""
        training = self._training()
        return training[0].total if training and training[0].of_epochs else None

    def fraction(self) -> float | None:
        """Return the share of the outermost training loop that is done, None if unknown.

        It never falls while that loop runs: a test loop between two epochs is no way back.
        """
        training = self._training()
        if not training or not training[0].total:
            return None
        if training[0] is not self._outermost:
            self._outermost, self._best = training[0], 0.0
        inner = 0.0
        for loop in reversed(training):
            if loop.total:
                inner = min(1.0, (max(loop.begun - 1, 0) + inner) / loop.total)
        self._best = max(self._best, inner)
        return self._best

    def _training(self) -> list[Loop]:
        # The last one may be a test loop; it has seen no step and is left out.
        return [loop for loop in self._stack if loop.trains]


def _length(iterable: object) -> int | None:
    if not isinstance(iterable, Sized):
        return None
    try:
        return len(iterable)
    except (TypeError, NotImplementedError):
        # DataLoader has __len__ even over a data set without one.
        return None
