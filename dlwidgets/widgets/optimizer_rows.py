"""What travels to the page of a race: racers and their options, records of steps, schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets as t

from dlwidgets.widgets import wire

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.explain.optimizers import Contest, Path, Racer, Schedule, Stage
    from dlwidgets.explain.optimizers.race import Piece

NET = "net"
"""The name of the book's comparison among the surfaces."""

STAGE = t.Dict(
    per_key_traits={
        "begin": t.Int(),
        "title": t.Unicode(),
        "source": t.Unicode(),
        "options": t.List(t.Unicode()),
        "flags": t.List(t.Unicode()),
        "values": wire.Array("float64"),
    }
)
"""An optimizer: from which step, what it is, its numbers, and which of these are flags."""

RACER = t.Dict(
    per_key_traits={
        "name": t.Unicode(),
        "tuned": t.Bool(),
        "schedule": t.Unicode(),
        "code": t.Unicode(),
        "stopped": t.Int(),
        "stages": t.List(STAGE),
    }
)
"""One who takes part; ``stopped`` is the step at which a number was not finite, or -1."""

PIECE = t.Dict(
    per_key_traits={
        "begin": t.Int(),
        "title": t.Unicode(),
        "first": t.List(t.List(t.Unicode())),
        "lines": t.List(t.List(t.Unicode())),
        "state": t.List(t.List(t.Unicode())),
        "notes": t.List(t.Unicode()),
    }
)
"""What a step computes from ``begin`` on: letter and formula, name in torch and letter."""

RECORD = t.Dict(
    per_key_traits={
        "pieces": t.List(PIECE),
        "gradients": wire.Array("float64"),
        "options": t.List(t.Unicode()),
        "letters": t.List(t.Unicode()),
        "held": wire.Array("float64"),
        "state": t.List(t.Unicode()),
        "before": wire.Array("float64"),
        "after": wire.Array("float64"),
    }
)
"""What an optimizer held at each step: numbers of its group, state before and after."""

SCHEDULE = t.Dict(
    per_key_traits={
        "name": t.Unicode(),
        "source": t.Unicode(),
        "done": t.Int(),
        "given": t.Bool(),
    }
)
"""A schedule; ``given`` if it came with an optimizer of its own, and can't be used in a race."""


def state(contest: Contest, before: Contest | None) -> dict[str, Any]:
    """Return the traits that show a contest that has been run; what is as before is left out."""
    surface, course, paths = contest.surface, contest.course, contest.paths
    found: dict[str, Any] = {
        "_start": np.array(contest.start),
        "_steps": contest.steps,
        "_racers": racers(contest),
        "_points": np.stack([path.points for path in paths]),
        "_losses": np.stack([path.losses for path in paths]),
        "_records": [record(path) for path in paths],
        "_curves": _curves(contest),
    }
    if before is None or surface is not before.surface:
        points = course.points
        found |= {
            "_surface": surface.name if surface else NET,
            "_source": surface.source if surface else "",
            "_names": list(course.names),
            "_window": np.array(surface.window if surface else ()),
            "_map": np.zeros((0, 0)) if surface is None else surface.values().numpy(),
            "_samples": np.zeros((0, 2)) if points is None else points.numpy(),
        }
    if before is None or (contest.schedules, contest.steps) != (before.schedules, before.steps):
        found["_schedules"] = [schedule(one) for one in contest.schedules]
        found["_rates"] = contest.rates()
    return found


def racers(contest: Contest) -> list[dict[str, Any]]:
    """Return a row for each racer."""
    rows = zip(contest.names, contest.racers, contest.paths, strict=True)
    return [
        {
            "name": name,
            "tuned": racer.tuned,
            "schedule": racer.schedule.name if racer.schedule else "",
            "code": contest.script(at),
            "stopped": -1 if path.stopped is None else path.stopped,
            "stages": _stages(racer),
        }
        for at, (name, racer, path) in enumerate(rows)
    ]


def _curves(contest: Contest) -> NDArray[np.float32]:
    found = [path.curves for path in contest.paths if path.curves is not None]
    return np.stack(found).astype(np.float32) if found else np.zeros((0, 0, 0), np.float32)


def record(path: Path) -> dict[str, Any]:
    """Return what a path's optimizer held."""
    from dlwidgets.explain.optimizers.formulas import LETTERS

    return {
        "pieces": [_piece(one) for one in path.pieces],
        "gradients": path.gradients,
        "options": list(path.options),
        "letters": [LETTERS.get(name, "") for name in path.options],
        "held": path.held,
        "state": list(path.state),
        "before": path.before,
        "after": path.after,
    }


def schedule(one: Schedule) -> dict[str, Any]:
    """Return the row of a schedule."""
    return {
        "name": one.name,
        "source": one.source,
        "done": one.done,
        "given": one.rate is not None,
    }


def _stages(racer: Racer) -> list[dict[str, Any]]:
    return [
        {
            "begin": begin,
            "title": stage.title,
            "source": stage.source,
            **_options(stage),
        }
        for begin, stage in racer.stages
    ]


def _options(stage: Stage) -> dict[str, Any]:
    found: dict[str, float] = {}
    for name, value in stage.options.items():
        if isinstance(value, tuple):
            found |= {f"{name}[{i}]": float(one) for i, one in enumerate(value)}
        else:
            found[name] = float(value)
    return {
        "options": list(found),
        "flags": [name for name, value in stage.options.items() if isinstance(value, bool)],
        "values": np.array(list(found.values()), np.float64),
    }


def changed(stage: Stage, name: str, value: float) -> dict[str, Any]:
    """Return the option that a page means by ``name``: a flag, a number, or one of a pair."""
    if name.endswith("]"):
        name, _, place = name[:-1].partition("[")
        pair = list(stage.options[name])
        pair[int(place)] = float(value)
        return {name: tuple(pair)}
    held = stage.options.get(name)
    if isinstance(held, bool):
        return {name: bool(value)}
    # Torch writes many a zero without a point, as momentum=0, and means a real number.
    return {name: int(value) if isinstance(held, int) and value == int(value) else float(value)}


def _piece(piece: Piece) -> dict[str, Any]:
    known = piece.formula
    return {
        "begin": piece.begin,
        "title": piece.title,
        "first": [list(line) for line in known.first] if known else [],
        "lines": [list(line) for line in known.lines] if known else [],
        "state": [list(pair) for pair in known.state.items()] if known else [],
        "notes": list(known.notes) if known else [],
    }
