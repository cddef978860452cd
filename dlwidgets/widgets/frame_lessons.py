"""The lessons of `FrameExplorer`: what people get wrong, step by step on the user's own data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import traitlets as t

from dlwidgets.language import SILENT, say, suggest
from dlwidgets.widgets.base import command
from dlwidgets.widgets.frame_grids import CHANGED, LIT, lit, plain
from dlwidgets.widgets.layer_rows import TEXT

if TYPE_CHECKING:
    from dlwidgets.explain.frame.traps import Step, Trap

LESSONS: Final = ("end", "labels", "repeated", "brackets", "kinds", "missing", "chained")
"""The names of the lessons, in the order in which they are taught."""

STEP: Final = t.Dict(
    per_key_traits={
        "code": t.Unicode(),
        "kind": t.Unicode(),
        "shape": t.Unicode(),
        "exception": t.Unicode(),
        "message": t.Unicode(),
        "nearest": t.Unicode(),
        "warnings": t.List(t.Unicode()),
        "cells": t.Int(),
        "row": t.Int(),
        "column": t.Int(),
        "words": TEXT,
    }
)

LESSON: Final = {
    "key": t.Enum(["", *LESSONS]),
    "own": t.Bool(),
    "name": t.Unicode(),
    "setup": t.Unicode(),
    "why": TEXT,
    "title": TEXT,
    "moral": TEXT,
    "steps": t.List(STEP),
    "at": t.Int(),
}

_SILENT: Final = SILENT._asdict()
NONE: Final[dict[str, Any]] = {
    "key": "",
    "own": True,
    "name": "",
    "setup": "",
    "why": _SILENT,
    "title": _SILENT,
    "moral": _SILENT,
    "steps": [],
    "at": 0,
}


class Lessons(t.HasTraits):
    """What a widget with lessons has: the one that is open, and its place."""

    _lesson = t.Dict(NONE, per_key_traits=LESSON, help="The lesson that is open.").tag(sync=True)

    if TYPE_CHECKING:
        panel: str
        _subject: Any
        _name: str

        def _hold(self, grid: str, subject: object, flags: Any = None) -> None:  # noqa: ANN401 -- a function
            """Put a frame on the page."""

        def _mark(self, grid: str, flags: Any) -> None:  # noqa: ANN401 -- a function
            """Mark its cells anew."""

    _trap: Trap | None = None

    def lesson(self, name: str, step: int = 0) -> None:
        """Open a lesson about selecting, at one of its steps.

        Args:
            name: ``"end"``, ``"labels"``, ``"repeated"``, ``"brackets"``, ``"kinds"``,
                ``"missing"`` or ``"chained"``.
            step: from 0.

        Raises:
            ValueError: for another name.
        """
        if name not in LESSONS:
            message = say(
                f"FrameExplorer.lesson: expected one of {', '.join(LESSONS)}, got {name!r}.",
                f"FrameExplorer.lesson：应为 {'、'.join(LESSONS)} 之一，得到 {name!r}。",
            )
            raise ValueError(message + suggest(str(name), LESSONS))
        self.panel = "lessons"
        self._open_lesson(name, step)

    @command
    def _on_lesson(self, value: dict[str, Any]) -> None:
        """Open a lesson, or go to another step of the one that is open."""
        self.lesson(str(value["key"]), int(value["step"]))

    def _panels_begin(self) -> None:
        """Begin anew: the data have changed."""
        self._trap, key = None, self._lesson["key"]
        if key and self.panel == "lessons":
            self._open_lesson(key, self._lesson["at"])
        elif key:
            self._hold("lesson", None)
            self._lesson = dict(NONE)
        getattr(super(), "_panels_begin", lambda: None)()

    def _open_lesson(self, name: str, step: int) -> None:
        from dlwidgets.explain.frame.traps import trap

        if self._trap is None or self._trap.key != name:
            self._trap = trap(self._subject, name, self._name)
            # It may begin with another frame than the one before.
            self._shown: Any = None
        at = max(0, min(int(step), len(self._trap.steps) - 1))
        now = self._trap.steps[at]
        sets = self._trap.key == "chained" and now.outcome.error is None
        subject = now.outcome.result if sets else self._trap.subject
        flags = _changed(now) if sets else lit(now.outcome.cells)
        if self._shown is subject:
            self._mark("lesson", flags)
        else:
            self._hold("lesson", subject, flags)
            self._shown = subject
        self._lesson = _row(self._trap, at)


def _changed(step: Step) -> Any:  # noqa: ANN401 -- a function
    """Return what marks the cells that a statement has changed."""
    mark = lit(step.outcome.cells)
    return lambda rows, columns: (mark(rows, columns) // LIT * CHANGED).astype(np.uint8)


def _row(trap: Trap, at: int) -> dict[str, Any]:
    return {
        "key": trap.key,
        "own": trap.own,
        "name": trap.name,
        "setup": plain(trap.setup),
        "why": trap.why._asdict(),
        "title": trap.title._asdict(),
        "moral": _text(trap.moral),
        "steps": [_step(step) for step in trap.steps],
        "at": at,
    }


def _text(both: Any) -> dict[str, str]:  # noqa: ANN401 -- language.Both
    return {key: plain(text) for key, text in both._asdict().items()}


def _step(step: Step) -> dict[str, Any]:
    outcome = step.outcome
    error, first = outcome.error, next((one for one in outcome.cells if one.count), None)
    return {
        "code": plain(step.code),
        "kind": outcome.kind,
        "shape": str(outcome.shape),
        "exception": error.exception if error else "",
        "message": plain(error.message) if error else "",
        "nearest": plain(error.nearest) if error else "",
        "warnings": [plain(text) for text in outcome.warnings],
        "cells": sum(one.count for one in outcome.cells),
        "row": int(first.rows[0]) if first else -1,
        "column": int(first.columns[0]) if first else -1,
        "words": _text(step.words),
    }
