"""Other ways to write a selection, compared a few at a time as the page asks for them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import traitlets as t

from dlwidgets.widgets.base import command
from dlwidgets.widgets.frame_rows import NO_SPELLINGS, SPELLINGS, spelling_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.explain import frame
    from dlwidgets.explain.frame import Outcome

SLICE = 0.012
"""Seconds for which spellings are compared before the page is answered."""


class Spelling(t.HasTraits):
    """What a widget has that offers other spellings of what is selected."""

    _spellings = t.Dict(
        NO_SPELLINGS, per_key_traits=SPELLINGS, help="Other ways to write the selection."
    ).tag(sync=True)

    if TYPE_CHECKING:
        _subject: Any
        _name: str
        _found: Outcome

    def _begin_spelling(self, version: int) -> None:
        """Begin anew; nothing is compared before the page asks."""
        from dlwidgets.explain import frame

        self._rest: Iterator[frame.Spelling | None] = frame.each_spelling(
            self._subject, self._found, self._name
        )
        self._spelt: list[frame.Spelling] = []
        done = self._found.error is not None
        self._spellings = {"version": version, "done": done, "rows": []}

    @command
    def _on_spell(self, value: int) -> None:
        """Compare other spellings for a moment; the page asks again until all are done."""
        if int(value) != self._spellings["version"] or self._spellings["done"]:
            return
        end, done = time.perf_counter() + SLICE, False
        while time.perf_counter() < end and not done:
            done = self._spell_on()
        rows = [spelling_row(one) for one in self._spelt]
        self._spellings = {**self._spellings, "done": done, "rows": rows}

    def _spell_on(self) -> bool:
        """Compare one more spelling; return whether there is none left."""
        try:
            spelling = next(self._rest)
        except StopIteration:
            return True
        if spelling is not None:
            self._spelt.append(spelling)
        return False
