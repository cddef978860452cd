"""What a run asks of whoever shows it."""

from __future__ import annotations

from typing import Protocol


class View(Protocol):
    """Whoever can show a run again after it has ended."""

    def show(self) -> None:
        """Show it."""

    def close(self) -> None:
        """Take it down."""
