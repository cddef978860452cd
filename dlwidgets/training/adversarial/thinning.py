"""An even choice from a sequence whose end nobody knows, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")


class Thinned(Generic[T]):
    """Keeps at most ``capacity`` items: the first, the newest, and between them every n-th.

    When it is full, every second item goes and ``stride`` doubles, so that what stays is spaced
    evenly over all that was offered; only the newest may stand nearer to its neighbour.
    """

    def __init__(self, capacity: int) -> None:
        """Hold at most ``capacity`` items, three at least."""
        self.capacity = max(3, capacity)
        self.stride = 1
        self.offered = 0
        self._kept: list[T] = []
        self._newest: list[T] = []

    def append(self, item: T) -> None:
        """Offer the next item; it is kept at least until another comes."""
        place = self.offered
        self.offered += 1
        # One place is left for the newest.
        if place % self.stride == 0 and len(self._kept) >= self.capacity - 1:
            del self._kept[1::2]
            self.stride *= 2
        if place % self.stride:
            self._newest = [item]
        else:
            self._newest = []
            self._kept.append(item)

    @property
    def places(self) -> list[int]:
        """Which of all items offered are kept, counted from 0."""
        kept = [self.stride * i for i in range(len(self._kept))]
        return kept + [self.offered - 1] * len(self._newest)

    def __len__(self) -> int:
        return len(self._kept) + len(self._newest)

    def __iter__(self) -> Iterator[T]:
        yield from self._kept
        yield from self._newest

    def __getitem__(self, index: int) -> T:
        return [*self][index] if index < 0 else ([*self._kept, *self._newest])[index]
