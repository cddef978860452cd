"""A GAN on the plane: both nets, every point and every gradient in sight, while they learn."""

from __future__ import annotations

import threading
from dataclasses import fields, replace
from typing import Any

import numpy as np
import traitlets as t

from dlwidgets.language import say, suggest
from dlwidgets.widgets.base import Widget, command
from dlwidgets.widgets.playground_results import PlaygroundResults
from dlwidgets.widgets.playground_rows import (
    NO_PHASE,
    ending,
    phase_row,
    picture_row,
    target_row,
    written,
)
from dlwidgets.widgets.playground_traits import KNOBS, LIVE, PlaygroundTraits

SLICE = 0.02
"""Seconds of play before the kernel listens again; the page asks for the next slice."""

BESIDE = 0.012
"""The same while a loop of the user's own is watched: that one comes first."""

MOST_DRAWN = 2000
"""Points that can be drawn."""


class GanPlayground(PlaygroundResults, PlaygroundTraits, Widget, bundle="gan_playground"):
    """A small GAN that learns a cloud of points on the plane, with everything in sight.

    ``GanPlayground()`` learns eight Gaussians on a ring; ``GanPlayground(points)`` your own (n, 2)
    points, which are moved and scaled to lie within [−1, 1]; and a cloud can be drawn on the stage.
    The stage shows real and generated points, where D believes real points to be, the mesh of noise
    as G bends it, and which way each generated point would lower G's loss (book 8.2).

    The page plays in slices of some milliseconds; so the kernel stays free for other cells, also
    while a cell with ``%%train`` runs. Equal seeds and equal moves give equal numbers on the CPU,
    however the slices fell; `code` returns a program that plays the same game again.

    Source: I. Goodfellow and others, "Generative adversarial nets", 2014 (arXiv:1406.2661); after
    GAN Lab (M. Kahng and others, 2019, arXiv:1809.01587).
    """

    def __init__(self, points: Any = None, **values: Any) -> None:  # noqa: ANN401 -- checked
        """Lay out a game; nothing is learned yet.

        Args:
            points: (n, 2) real points of your own: a tensor, an array, pairs, or a DataFrame of two
                columns. Of more than 20,000 every so-manieth is kept.
            **values: where the knobs begin (``target="moons", lr_g=0.001``), and what all Jupyter
                widgets take.

        Raises:
            TypeError: for an unknown option, or points that are no numbers.
            ValueError: for points of another shape, or not finite.
            traitlets.TraitError: for a value that can't be.
        """
        from dlwidgets.training.playground import OWN, PRESETS, TARGETS, own_points

        self._lock = threading.RLock()
        self._busy = True
        self._check_names(values, ["points"])
        if points is not None:
            self._own = own_points(points)
            values.setdefault("target", OWN)
        super().__init__(**values, _targets=[*TARGETS, OWN], _presets=list(PRESETS))
        self._begin()
        self._busy = False

    def advance(self, rounds: int = 100) -> GanPlayground:
        """Play so many rounds at once; return the playground.

        A round is `d_steps` updates of D, then one of G.

        Raises:
            ValueError: for anything but a whole number, 0 or more.
        """
        if not isinstance(rounds, (int, np.integer)) or isinstance(rounds, bool) or rounds < 0:
            raise ValueError(
                say(
                    f"advance: expected a number of rounds, 0 or more, got {rounds!r}",
                    f"advance：应为不小于 0 的轮数，得到 {rounds!r}",
                )
            )
        with self._lock:
            self._play.advance(rounds=int(rounds))
            self._show(_phase=NO_PHASE)
        return self

    def step(self, who: str = "") -> GanPlayground:
        """Make one update of D (``"d"``) or of G (``"g"``), or of whose turn it is; return self.

        Raises:
            ValueError: for another name.
        """
        if who not in {"", "d", "g"}:
            raise ValueError(
                say(
                    f"step: expected 'd', 'g' or nothing, got {who!r}",
                    f"step：应为 'd'、'g' 或留空，得到 {who!r}",
                )
            )
        with self._lock:
            self._play.step(who or self._play.next)  # type: ignore[arg-type]  # just checked
            self._show(_phase=NO_PHASE)
        return self

    def restart(self) -> GanPlayground:
        """Begin anew from the seed; return the playground."""
        with self._lock:
            self._begin()
        return self

    def preset(self, name: str) -> GanPlayground:
        """Begin a game that takes a known course; all other knobs go back to their defaults.

        Raises:
            ValueError: for an unknown name.
        """
        from dlwidgets.training.playground import PRESETS

        if name not in PRESETS:
            known = ", ".join(PRESETS)
            raise ValueError(
                say(
                    f"preset: expected one of {known}, got {name!r}.{suggest(str(name), PRESETS)}",
                    f"preset：应为 {known} 之一，得到 {name!r}。{suggest(str(name), PRESETS)}",
                )
            )
        defaults = {one: self.traits()[one].default_value for one in KNOBS}
        self.turn(**defaults | {"seed": self.seed} | PRESETS[name])
        return self.restart()

    def turn(self, **values: Any) -> GanPlayground:  # noqa: ANN401 -- each trait checks its own
        """Turn several knobs at once: ``turn(target="grid", lr_g=0.001)``; return the playground.

        Rates, loss, `d_steps` and `train` take effect at the next update; all others begin the game
        anew.

        Raises:
            TypeError: for a name that is no knob.
            ValueError: for a value that can't be; everything is as before then.
        """
        for name in values:
            if name not in KNOBS:
                hint = suggest(name, KNOBS)
                raise TypeError(
                    say(
                        f"turn: expected knobs among {', '.join(KNOBS)}, got {name!r}.{hint}",
                        f"turn：旋钮应为 {', '.join(KNOBS)}，得到 {name!r}。{hint}",
                    )
                )
        with self._lock:
            before = {name: getattr(self, name) for name in values}
            busy, self._busy = self._busy, True
            try:
                with self.hold_sync():
                    for name, value in values.items():
                        setattr(self, name, value)
                    self._follow(name for name in values if getattr(self, name) != before[name])
            except (t.TraitError, ValueError) as error:
                for name, value in before.items():
                    setattr(self, name, value)
                raise ValueError(str(error)) from error
            finally:
                self._busy = busy
        return self

    def __repr__(self) -> str:
        return f"GanPlayground: {self.target}, {self._play.rounds:,} rounds, seed={self.seed}"

    # --- the game ---------------------------------------------------------------------------

    def _begin(self) -> None:
        """Lay out the game anew where the knobs stand, and show it."""
        from dlwidgets.training.playground import OWN, Live, Play, Setting, target_of

        own = self._own if self.target == OWN else None
        target = own or target_of(self.target, int(self.seed))
        setting = Setting(**{one.name: getattr(self, one.name) for one in fields(Setting)})
        live = Live(**{name: getattr(self, name) for name in LIVE})
        self._play = Play(target, setting, live)
        self._show(
            _target=target_row(self._play),
            _mine=self._own is not None,
            _phase=NO_PHASE,
            _program="",
        )

    def _follow(self, names: Any) -> None:  # noqa: ANN401 -- an iterable of names
        """Take over knobs that were turned."""
        changed = set(names)
        if changed - set(LIVE):
            self._begin()
        elif changed:
            live = {name: getattr(self, name) for name in LIVE}
            self._play.live = replace(self._play.live, **live)
            self._show(_phase=NO_PHASE)

    def _show(self, **more: Any) -> None:  # noqa: ANN401 -- traits
        """Put the game on the page, all at once."""
        play = self._play
        with self.hold_sync():
            for name, value in more.items():
                setattr(self, name, value)
            self._picture = picture_row(play)
            self._rows = play.measures.rows
            self._now = np.array(play.measures.now().numbers())
            self._counts = [play.rounds, play.counts["d"], play.counts["g"]]
            self._next = play.next
            self._ending = list(ending(play))
            self._line = written(self, self._own is not None)
            self._tick += 1

    @t.observe(*KNOBS)
    def _changed_in_python(self, change: dict[str, Any]) -> None:
        if self._busy:
            return
        with self._lock:
            self._follow([change["name"]])

    # --- from the page ----------------------------------------------------------------------

    @command
    def _on_turn(self, value: dict[str, Any]) -> None:
        """Take over where the page's knobs stand."""
        with self.hold_sync():
            self.turn(**value["values"])
            self._asked = int(value["asked"])

    @command
    def _on_more(self, value: dict[str, Any] | None) -> None:
        """Play on for a slice, or for so many rounds if they are over sooner."""
        rounds = (value or {}).get("rounds")
        with self._lock:
            self._play.advance(_slice(), None if rounds is None else int(rounds))
            self._show(_phase=NO_PHASE)

    @command
    def _on_step(self, value: str) -> None:
        """Make one update."""
        self.step(value)

    @command
    def _on_phase(self, _value: object) -> None:
        """Go on to the next phase of the round."""
        from dlwidgets.training.playground import following

        with self._lock:
            found = following(self._play, str(self._phase["name"]))
            self._show(_phase=phase_row(found))

    @command
    def _on_restart(self, _value: object) -> None:
        """Begin anew."""
        self.restart()

    @command
    def _on_preset(self, value: str) -> None:
        """Begin a game that takes a known course."""
        self.preset(value)

    @command
    def _on_program(self, _value: object) -> None:
        """Write the program."""
        self._program = self.code()

    @command
    def _on_draw(self, value: dict[str, Any]) -> None:
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
