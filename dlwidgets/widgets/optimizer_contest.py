"""From what a user says, or a page asks for, to a race."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dlwidgets.language import say
from dlwidgets.widgets import optimizer_rows as rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.explain.optimizers import Contest, Schedule

STEPS, NET_STEPS = 80, 200
"""Steps of a race where nothing is said."""

LONGEST = 1000


def contest(
    fn: object,
    start: Sequence[float] | None,
    steps: int | None,
    seed: int,
    window: Sequence[float] | None,
    optimizers: Sequence[object],
    schedules: Sequence[object],
) -> Contest:
    """Return the race that was asked for, not yet run."""
    from dlwidgets.explain.optimizers import Contest, read_schedule, read_surface

    place = None if start is None else start_of(start)
    surface = None if fn == rows.NET else read_surface(fn, window, place)
    count = steps_of(steps if steps is not None else STEPS if surface else NET_STEPS)
    begin = place or (surface.start if surface else (0.0, 0.0))
    given = optimizers if isinstance(optimizers, (list, tuple)) else [optimizers]
    drawn = schedules if isinstance(schedules, (list, tuple)) else [schedules]
    read = tuple(read_schedule(one, count) for one in drawn)
    few(len(read))
    found = Contest(surface, begin, count, int(seed), schedules=read)
    # Three that mean (first, step, then) are one racer, not three.
    relay = isinstance(given, tuple) and len(given) > 1 and isinstance(given[1], int)
    return found.entered([given] if relay else given)


def few(schedules: int) -> None:
    """Refuse more schedules than can be told apart."""
    from dlwidgets.explain.optimizers.contest import SCHEDULES

    if schedules > SCHEDULES:
        raise ValueError(
            say(
                f"OptimizerExplorer: expected at most {SCHEDULES} schedules, got {schedules}; "
                "remove one first",
                f"OptimizerExplorer：调度器至多 {SCHEDULES} 个，得到 {schedules} 个；请先移除一个",
            )
        )


def start_of(given: Any) -> tuple[float, float]:  # noqa: ANN401 -- checked here
    """Return a start as two finite numbers."""
    try:
        x, y = (float(one) for one in given)
    except (TypeError, ValueError):
        x = y = math.nan
    if math.isfinite(x) and math.isfinite(y):
        return x, y
    raise ValueError(
        say(
            f"OptimizerExplorer: start expected two finite numbers (x, y), got {given!r}",
            f"OptimizerExplorer：start 应为两个有限的数 (x, y)，得到 {given!r}",
        )
    )


def steps_of(given: Any) -> int:  # noqa: ANN401 -- checked here
    """Return how many steps, a whole number from 1."""
    whole = isinstance(given, (int, float)) and not isinstance(given, bool) and given == given // 1
    if whole and 1 <= given <= LONGEST:
        return int(given)
    raise ValueError(
        say(
            f"OptimizerExplorer: steps expected a whole number from 1 to {LONGEST}, got {given!r}",
            f"OptimizerExplorer：steps 应为 1 到 {LONGEST} 的整数，得到 {given!r}",
        )
    )


def within(name: str, value: int, size: int) -> int:
    """Return a place among ``size``, or say which there are."""
    if 0 <= int(value) < size:
        return int(value)
    raise ValueError(
        say(
            f"OptimizerExplorer: {name} expected 0 to {size - 1}, got {value}",
            f"OptimizerExplorer：{name} 应为 0 到 {size - 1}，得到 {value}",
        )
    )


def changed(race: Contest, what: dict[str, Any]) -> Contest:
    """Return a race with one racer changed, as a page asks: an option, a turn, a schedule.

    Args:
        race: as it is.
        what: the place of the ``racer``, and either ``stage``, ``name`` and ``value`` of an option,
            or ``begin`` of its second optimizer, or ``schedule``, the place of one, -1 for none.
    """
    at = within("racer", what["racer"], len(race.racers))
    racer = race.racers[at]
    if "begin" in what:
        second = racer.stages[within("stage", 1, len(racer.stages))][1]
        stages = (racer.stages[0], (steps_of(what["begin"]), second))
        return race.with_racer(at, replace(racer, stages=stages))
    if "schedule" in what:
        place = int(what["schedule"])
        chosen = None
        if place >= 0:
            chosen = usable(race.schedules[within("schedule", place, len(race.schedules))])
        return race.with_racer(at, replace(racer, schedule=chosen))
    place = within("stage", what["stage"], len(racer.stages))
    stage = racer.stages[place][1]
    options = rows.changed(stage, str(what["name"]), float(what["value"]))
    return race.with_racer(at, racer.having(place, **options))


def usable(schedule: Schedule) -> Schedule:
    """Return a schedule that any optimizer can have, or say why this one is another's."""
    if schedule.rate is None:
        return schedule
    raise ValueError(
        say(
            f"OptimizerExplorer: {schedule.name} comes with an optimizer of its own; give a "
            "function from an optimizer to a scheduler to use it in the race",
            f"OptimizerExplorer：{schedule.name} 属于另一个优化器；"
            "请给出由优化器创建调度器的函数，以便在比较中使用",
        )
    )


def without(race: Contest, at: int) -> Contest:
    """Return a race without one of its racers, of which one has to stay."""
    if len(race.racers) == 1:
        raise ValueError(
            say(
                "OptimizerExplorer: expected at least 1 optimizer; add another before you remove "
                "this one",
                "OptimizerExplorer：至少应有 1 个优化器；请先添加另一个再移除",
            )
        )
    gone = within("racer", at, len(race.racers))

    def rest(of: tuple[Any, ...]) -> tuple[Any, ...]:
        return of[:gone] + of[gone + 1 :]

    return replace(race, racers=rest(race.racers), paths=rest(race.paths))
