"""Changes one after another, on a copy, each of which can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dlwidgets.explain.frame.changes.change import Change, change

if TYPE_CHECKING:
    from dlwidgets.explain.frame.outcome import Subject

MOST = 20_000
"""Cells that are copied; of larger frames the first rows are taken."""

WIDEST = 200
"""Columns that are copied at most."""

STEPS = 50
"""Changes that are kept."""


class History:
    """A copy of a frame and the changes made to it.

    Args:
        subject: a DataFrame or Series; it is never changed.
        name: the name of it in the code.

    Attributes:
        cut: how many of its rows and columns were taken, or None for all.
        changes: those made so far, the newest last.
    """

    def __init__(self, subject: Subject, name: str = "df") -> None:
        full = subject.shape[1] if isinstance(subject, pd.DataFrame) else 1
        width = min(full, WIDEST)
        rows = min(len(subject), max(1, MOST // max(1, width)))
        self.name = name
        self.cut = (rows, width) if rows < len(subject) or width < full else None
        self.start: Subject = (
            subject.iloc[:rows, :width].copy()
            if isinstance(subject, pd.DataFrame)
            else subject.iloc[:rows].copy()
        )
        self.changes: list[Change] = []

    @property
    def now(self) -> Subject:
        """The copy with all changes."""
        return self.changes[-1].after if self.changes else self.start

    def before(self) -> Subject:
        """Return the copy before the last change."""
        return self.changes[-2].after if len(self.changes) > 1 else self.start

    def do(self, text: str) -> Change:
        """Carry out one more statement; one that fails changes nothing and is not kept."""
        made = change(self.now, text, self.name)
        if made.error is None and len(self.changes) < STEPS:
            self.changes.append(made)
        return made

    def undo(self) -> bool:
        """Take back the last change; return whether there was one."""
        if self.changes:
            self.changes.pop()
            return True
        return False

    def clear(self) -> None:
        """Take back all changes."""
        self.changes.clear()

    @property
    def code(self) -> str:
        """The lines that do the same in a notebook; the first takes a copy."""
        taken = ""
        if self.cut is not None:
            rows, columns = self.cut
            more = f", :{columns}" if isinstance(self.start, pd.DataFrame) else ""
            taken = f".iloc[:{rows}{more}]"
        copied = f"{self.name} = {self.name}{taken}.copy()"
        return "\n".join([copied, *(one.code for one in self.changes)])
