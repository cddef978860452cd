"""The traps: each a few steps that were really taken, with what is lit and what came out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets.explain.frame.traps import selecting, setting, taking
from dlwidgets.explain.frame.traps.stage import Stage, example
from dlwidgets.explain.frame.traps.step import Step, Trap

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.explain.frame.outcome import Subject

__all__ = ["ORDER", "Step", "Trap", "trap", "traps"]

MAKERS: dict[str, Callable[[Stage], Trap | None]] = {
    "end": selecting.end,
    "labels": selecting.labels,
    "repeated": selecting.repeated,
    "brackets": taking.brackets,
    "kinds": taking.kinds,
    "missing": taking.missing,
    "chained": setting.chained,
}

ORDER = tuple(MAKERS)
"""The keys of the traps, in the order in which they are taught."""


def trap(subject: Subject, key: str, name: str = "df") -> Trap:
    """Return one trap, shown on the data where they fit, else on what its ``setup`` makes.

    Raises:
        KeyError: for a key that is not in `ORDER`.
    """
    maker = MAKERS[key]
    found = maker(Stage(subject, name)) or maker(example(series=False))
    assert found is not None  # noqa: S101 -- the example shows each of them
    return found


def traps(subject: Subject, name: str = "df") -> tuple[Trap, ...]:
    """Return all traps in order."""
    return tuple(trap(subject, key, name) for key in ORDER)
