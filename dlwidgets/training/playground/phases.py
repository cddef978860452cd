"""A round in slow motion: what each net sees, and what it makes of that, one phase at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from dlwidgets.training.playground.aside import aside
from dlwidgets.training.playground.measures import scores
from dlwidgets.training.playground.picture import pushed

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.training.playground.play import Play

PHASES = ("real", "fake", "update_d", "samples", "gradients", "update_g")
"""D sees real points, then generated ones, then learns; G makes points, hears which way, learns."""

_NEXT = {"real": "fake", "fake": "update_d", "samples": "gradients", "gradients": "update_g"}
_WHOSE = {name: "d" if name in PHASES[:3] else "g" for name in PHASES}


def _no_points() -> Tensor:
    return torch.zeros(0, 2)


@dataclass(frozen=True, eq=False)
class Phase:
    """One phase of a round.

    Attributes:
        name: one of `PHASES`.
        values: what there is to say: the mean of D(x) or of D(G(z)) over the batch; of
            ``"gradients"`` the mean length of G's gradients; of an update the loss over its batch
            before and after it.
        points: the batch that is seen, (n, 2).
        gradients: how G's loss changes with each of them, (n, 2); (0, 2) elsewhere.
    """

    name: str
    values: tuple[float, ...]
    points: Tensor = field(default_factory=_no_points)
    gradients: Tensor = field(default_factory=_no_points)


@aside()
def following(play: Play, name: str) -> Phase | None:
    """Go on to the phase after ``name`` (empty for none yet); None where the game has ended."""
    if play.ended is not None:
        return None
    upcoming = "real" if play.next == "d" else "samples"
    if _WHOSE.get(name) == play.next:
        upcoming = _NEXT.get(name, upcoming)
    return _MADE[upcoming](play)


def _mean_score(play: Play, points: Tensor) -> float:
    with torch.no_grad():
        return scores(play.discriminator(points), play.live.loss).mean().item()


def _made(play: Play, who: str) -> Tensor:
    """Return the points that G makes of the noise of a batch."""
    with torch.no_grad():
        found: Tensor = play.generator(play.peek("d" if who == "d" else "g").z)
    return found


def _real(play: Play) -> Phase:
    points = play.peek("d").real
    return Phase("real", (_mean_score(play, points),), points)


def _fake(play: Play) -> Phase:
    points = _made(play, "d")
    return Phase("fake", (_mean_score(play, points),), points)


def _samples(play: Play) -> Phase:
    points = _made(play, "g")
    return Phase("samples", (_mean_score(play, points),), points)


def _gradients(play: Play) -> Phase:
    found = pushed(play, play.peek("g").z)
    length = found.gradients.norm(dim=1).mean().item()
    return Phase("gradients", (length,), found.points, found.gradients)


def _update_d(play: Play) -> Phase | None:
    batch = play.peek("d")
    with torch.no_grad():
        before = play.loss("d", batch).item()
    play.step("d")
    if play.ended is not None:
        return None
    with torch.no_grad():
        return Phase("update_d", (before, play.loss("d", batch).item()))


def _update_g(play: Play) -> Phase | None:
    batch = play.peek("g")
    with torch.no_grad():
        before = play.loss("g", batch).item()
    play.step("g")
    if play.ended is not None:
        return None
    with torch.no_grad():
        points = play.generator(batch.z)
        return Phase("update_g", (before, play.loss("g", batch).item()), points)


_MADE: dict[str, Callable[[Play], Phase | None]] = {
    "real": _real,
    "fake": _fake,
    "update_d": _update_d,
    "samples": _samples,
    "gradients": _gradients,
    "update_g": _update_g,
}
