"""The nearest setting without problems; the twin of `arithmetic/nearest.ts`."""

from __future__ import annotations

from dataclasses import fields, replace
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from dlwidgets.explain.convolution.rules import AXIS_NAMES, problems
from dlwidgets.explain.convolution.setting import Setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.explain.convolution.rules import Problem

PATIENCE = 300
"""Repairs that are tried before the plain layer is taken."""

WORD = 2
"""A word that differs, in steps of a number."""


def nearest_valid(setting: Setting) -> Setting:
    """Return the setting that torch accepts with the fewest, then the smallest changes.

    Each rule that is broken offers remedies; they are tried in the order of what they cost
    altogether, so the first setting without problems is the nearest that remedies lead to. The
    size of the input stays, unless it is empty. A valid setting comes back as it is.
    """
    count = 0
    waiting = [((0, 0), count, setting)]
    seen = {setting}
    for _ in range(PATIENCE):
        if not waiting:
            break
        _, _, here = heappop(waiting)
        broken = problems(here)
        if not broken:
            return here
        for other in _repairs(here, broken[0]):
            if other not in seen:
                # Of equals the one that was found first: a stable choice.
                count += 1
                heappush(waiting, (_distance(setting, other), count, other))
                seen.add(other)
    return Setting.of(
        kind=setting.kind,
        in_channels=max(1, setting.in_channels),
        kernel_size=1,
        size=(max(1, setting.size[0]), max(1, setting.size[1])),
    )


def _repairs(setting: Setting, problem: Problem) -> Iterator[Setting]:
    """Yield the settings that each remedy of a problem leads to, in the order of its values."""
    values = problem.values
    if problem.rule == "argument":
        yield setting.without(str(values["name"]))
    elif problem.rule == "padding_word":
        yield replace(setting, padding=setting.numeric)
    for key, value in values.items():
        if not key.endswith("_to"):
            continue
        field = key.removesuffix("_to")
        held = getattr(setting, field)
        if isinstance(held, tuple):
            new = tuple(
                value if values["axis"] in (name, "both") else old
                for name, old in zip(AXIS_NAMES, held, strict=True)
            )
            yield setting.with_field(field, new)
        else:
            yield setting.with_field(field, value)


def _distance(a: Setting, b: Setting) -> tuple[int, int]:
    """Return how many fields differ, and by how much in all."""
    changed, steps = 0, 0
    for field in fields(Setting):
        x, y = getattr(a, field.name), getattr(b, field.name)
        if x == y:
            continue
        changed += 1
        both = zip(x, y, strict=True) if isinstance(x, tuple) and isinstance(y, tuple) else [(x, y)]
        for old, new in both:
            numbers = type(old) is int and type(new) is int
            steps += abs(old - new) if numbers else WORD
    return changed, steps
