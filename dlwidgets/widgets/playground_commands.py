"""What the page of a playground may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.widgets.base import command
from dlwidgets.widgets.playground_rows import NO_PHASE, phase_row

if TYPE_CHECKING:
    from dlwidgets.widgets.gan_playground import GanPlayground

SLICE = 0.02
"""Seconds of play before the kernel listens again; the page asks for the next slice."""

BESIDE = 0.012
"""The same while a loop of the user's own is watched: that one comes first."""

MOST_DRAWN = 2000
"""Points that can be drawn."""


class PlaygroundCommands:
    """The commands of the page; the playground itself does what they ask."""

    @command
    def _on_turn(self: GanPlayground, value: dict[str, Any]) -> None:
        """Take over where the page's knobs stand."""
        with self.hold_sync():
            self.turn(**value["values"])
            self._asked = int(value["asked"])

    @command
    def _on_more(self: GanPlayground, value: dict[str, Any] | None) -> None:
        """Play on for a slice, or for so many rounds if they are over sooner."""
        rounds = (value or {}).get("rounds")
        with self._lock:
            self._play.advance(_slice(), None if rounds is None else int(rounds))
            self._show(_phase=NO_PHASE)

    @command
    def _on_step(self: GanPlayground, value: str) -> None:
        """Make one update."""
        self.step(value)

    @command
    def _on_phase(self: GanPlayground, _value: object) -> None:
        """Go on to the next phase of the round."""
        from dlwidgets.training.playground import following

        with self._lock:
            found = following(self._play, self._phase["name"])
            self._show(_phase=phase_row(found))

    @command
    def _on_restart(self: GanPlayground, _value: object) -> None:
        """Begin anew."""
        self.restart()

    @command
    def _on_preset(self: GanPlayground, value: str) -> None:
        """Begin a game that takes a known course."""
        self.preset(value)

    @command
    def _on_program(self: GanPlayground, _value: object) -> None:
        """Write the program."""
        self._program = self.code()

    @command
    def _on_draw(self: GanPlayground, value: dict[str, Any]) -> None:
        """Take points that were drawn, beside those drawn before or, ``fresh``, in their place."""
        import torch

        from dlwidgets.training.playground import OWN, own_points

        drawn = torch.from_numpy(np.array(value["points"], np.float32)).reshape(-1, 2)
        with self._lock, self.hold_sync():
            old = self._own
            if not value["fresh"] and old is not None and not len(old.raw):
                drawn = torch.cat([old.points, drawn])
            # What is drawn beyond the most pushes out the oldest.
            self._own = own_points(drawn[-MOST_DRAWN:], fit=False)
            busy, self._busy = self._busy, True
            self.target = OWN
            self._busy = busy
            self._begin()


def _slice() -> float:
    """Return for how many seconds the kernel may be kept busy now."""
    from dlwidgets.training.hooks import active

    return SLICE if active() is None else BESIDE
