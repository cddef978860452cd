"""How a selection goes from one way of writing it to another: the same cells where they can be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dlwidgets.explain.frame import Pick

OFFERED: Final[dict[str, tuple[list[str], list[str]]]] = {
    "[]": (["all", "slice", "mask"], ["all", "one", "list"]),
    ".loc": (["all", "one", "list", "slice", "mask"], ["all", "one", "list", "slice"]),
    ".iloc": (["all", "one", "list", "slice"], ["all", "one", "list", "slice"]),
    ".at": (["one"], ["one"]),
    ".iat": (["one"], ["one"]),
    "mask": (["mask"], ["all", "one", "list"]),
    ".query": (["mask"], ["all", "one", "list"]),
}
"""What can be picked for rows and for columns with each accessor."""

OF_SERIES: Final = {**OFFERED, "[]": (["all", "one", "list", "slice", "mask"], ["all"])}

FOLLOWED: Final = (".loc", ".iloc", ".at", ".iat")
"""Accessors whose typed selections the pickers can show."""

LABELS: Final = frozenset({".loc", ".at"})
"""Accessors whose slices end with a label, which belongs to them."""

MOST_LISTED = 200
"""Positions of a slice that are written as a list."""


def carried(pick: Pick, was: str, now: str, kinds: list[str], size: int) -> Pick:
    """Return the pick of one axis for another accessor.

    Args:
        pick: what was picked.
        was: the accessor that it was picked with.
        now: the accessor that it is to be picked with.
        kinds: what this one has for the axis.
        size: of the axis.
    """
    pick = _slice_moved(pick, was, now, size)
    if pick.kind in kinds:
        return pick
    if "mask" in kinds and kinds[0] == "mask":
        return replace(pick, kind="mask")
    places = _places(pick, now, size)
    for kind in ("one", "list"):
        if kind in kinds and places and (len(places) == 1 or kinds == ["one"] or kind == "list"):
            return replace(pick, kind=kind, at=places[:1] if kind == "one" else places)
    if "slice" in kinds and pick.kind == "one" and places and places[0] >= 0:
        return replace(pick, kind="slice", start=places[0], stop=places[0] + 1, step=None)
    return replace(pick, kind="one", at=(0,)) if kinds == ["one"] else replace(pick, kind="all")


def _slice_moved(pick: Pick, was: str, now: str, size: int) -> Pick:
    """A stop that belongs to the slice becomes one that does not, or the other way round."""
    by = (was in LABELS) - (now in LABELS)
    if pick.kind != "slice" or by == 0:
        return pick
    start = None if isinstance(pick.start, str) else pick.start
    stop = pick.stop
    if not isinstance(stop, int) or stop < 0:
        return replace(pick, start=start, stop=None)
    moved = stop + by
    return replace(pick, start=start, stop=None if moved >= size and by > 0 else max(moved, 0))


def _places(pick: Pick, now: str, size: int) -> tuple[int, ...]:
    """Return positions that a pick stands for, as many as can be written as a list."""
    if pick.kind in {"one", "list"}:
        return tuple(one for one in pick.at if isinstance(one, int))
    if pick.kind != "slice":
        return ()
    start = pick.start if isinstance(pick.start, int) else 0
    stop = pick.stop + (now in LABELS) if isinstance(pick.stop, int) else size
    return tuple(range(max(start, 0), min(stop, size), max(pick.step or 1, 1))[:MOST_LISTED])


def accessor_of(code: str, name: str) -> str:
    """Return the accessor that a selection begins with, or nothing."""
    code = code.strip()
    rest = code.removeprefix(name)
    if rest == code:
        return ""
    if rest.startswith("["):
        return "[]"
    known = (*FOLLOWED, ".query")
    return next((one for one in known if rest.startswith((f"{one}[", f"{one}("))), "")
