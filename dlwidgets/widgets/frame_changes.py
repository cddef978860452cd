"""Changing data in `FrameExplorer`: on a copy, statement by statement, with what differs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import traitlets as t

from dlwidgets.language import SILENT, say
from dlwidgets.widgets.base import command
from dlwidgets.widgets.frame_grids import plain
from dlwidgets.widgets.layer_rows import TEXT

if TYPE_CHECKING:
    from dlwidgets.explain.frame.changes import Change, History, Line, Sheet
    from dlwidgets.language import Both

_TONE: Final = t.Enum(["", "added", "removed", "changed"])
LINE: Final = t.Dict(
    per_key_traits={
        "before": t.Unicode(),
        "after": t.Unicode(),
        "tone": _TONE,
        "place": t.Int(),
        "skipped": t.Int(),
        "dtype_before": t.Unicode(),
        "dtype_after": t.Unicode(),
    }
)
CELL: Final = t.Dict(per_key_traits={"before": t.Unicode(), "after": t.Unicode(), "tone": _TONE})
CHANGES: Final = {
    "code": t.Unicode(),
    "steps": t.Int(),
    "series": t.Bool(),
    "rows": t.List(LINE),
    "columns": t.List(LINE),
    "cells": t.List(t.List(CELL)),
    "rows_left": t.Int(),
    "columns_left": t.Int(),
    "words": TEXT,
    "warnings": t.List(t.Unicode()),
    "cut": t.List(t.Int()),
    "examples": t.List(t.Unicode()),
}
TRIED: Final = {
    "code": t.Unicode(),
    "exception": t.Unicode(),
    "message": t.Unicode(),
    "words": TEXT,
    "nearest": t.Unicode(),
    "start": t.Int(),
    "stop": t.Int(),
}
_SILENT: Final = SILENT._asdict()
FINE: Final[dict[str, Any]] = {
    "code": "",
    "exception": "",
    "message": "",
    "words": _SILENT,
    "nearest": "",
    "start": -1,
    "stop": -1,
}
NONE: Final[dict[str, Any]] = {
    "code": "",
    "steps": 0,
    "series": False,
    "rows": [],
    "columns": [],
    "cells": [],
    "rows_left": 0,
    "columns_left": 0,
    "words": _SILENT,
    "warnings": [],
    "cut": [],
    "examples": [],
}


class Changes(t.HasTraits):
    """What a widget that changes data has: the copy, what was done to it, what went wrong."""

    _changes = t.Dict(NONE, per_key_traits=CHANGES, help="The last change, and the lines.").tag(
        sync=True
    )
    _tried = t.Dict(FINE, per_key_traits=TRIED, help="A statement that failed, if one did.").tag(
        sync=True
    )

    if TYPE_CHECKING:
        panel: str
        _subject: Any
        _name: str

    _history: History | None = None

    def change(self, statement: str) -> Any:  # noqa: ANN401 -- a DataFrame or Series
        """Carry out one more statement on the copy, and return the outcome.

        Your own data are never changed. Of more than 20,000 cells or 200 columns the first ones
        are copied.

        Args:
            statement: as ``'df["total"] = df["price"] * df["count"]'`` or
                ``'df = df.drop(columns=["count"])'``.

        Raises:
            ValueError: for a statement that is not allowed, or that pandas refuses.
        """
        self.panel = "changes"
        made = self._done(statement)
        if made.error is not None:
            told = f"{made.error.exception}: {made.error.message}. " if made.error.exception else ""
            message = f"FrameExplorer.change: {told}{made.error.words}"
            raise ValueError(message)
        return made.after.copy()

    def undo(self) -> None:
        """Take back the last change; without one nothing happens."""
        if self._opened_history().undo():
            self._show_changes()

    def _changed_result(self) -> Any:  # noqa: ANN401 -- a DataFrame or Series
        """Return the outcome of the changes, as a copy."""
        return self._opened_history().now.copy()

    @t.observe("panel")
    def _open_changes(self, _change: object) -> None:
        if self.panel == "changes" and self._history is None:
            self._show_changes()

    def _panels_begin(self) -> None:
        """Begin anew: the data have changed."""
        self._history, self._tried = None, dict(FINE)
        if self.panel == "changes":
            self._show_changes()
        elif self._changes["rows"] or self._changes["columns"]:
            self._changes = dict(NONE)
        getattr(super(), "_panels_begin", lambda: None)()

    @command
    def _on_change(self, value: str) -> None:
        """Carry out a statement that was typed."""
        self._done(str(value))

    @command
    def _on_change_form(self, value: dict[str, Any]) -> None:
        """Carry out a statement that is written from what was chosen."""
        from dlwidgets.explain.frame.changes import forms

        now, name = self._opened_history().now, self._name
        form, label, text = value["form"], str(value["label"]), str(value["text"])
        row, column = int(value["row"]), int(value["column"])
        try:
            if form == "add":
                code = forms.add(now, label, text, name)
            elif form == "rename":
                code = forms.rename(now, int(column >= 0), max(row, column), label, name)
            elif form == "drop":
                code = forms.drop(now, int(column >= 0), [max(row, column)], name)
            else:
                code = forms.put(now, row, column, text, name)
        except IndexError:
            raise ValueError(
                say("this row or column is no longer there", "该行或列已不存在")
            ) from None
        self._done(code)

    @command
    def _on_change_undo(self, _value: object) -> None:
        """Take back the last change."""
        self._tried = dict(FINE)
        self.undo()

    @command
    def _on_change_clear(self, _value: object) -> None:
        """Take back all changes."""
        self._opened_history().clear()
        self._tried = dict(FINE)
        self._show_changes()

    def _opened_history(self) -> History:
        from dlwidgets.explain.frame.changes import History

        if self._history is None:
            self._history = History(self._subject, self._name)
        return self._history

    def _done(self, statement: str) -> Change:
        history = self._opened_history()
        if len(history.changes) >= MOST:
            raise ValueError(
                say(
                    f"at most {MOST} changes are kept; undo some first",
                    f"最多保留 {MOST} 次修改；请先撤销一些",
                )
            )
        made = history.do(statement)
        self._tried = _tried(made)
        if made.error is None:
            self._show_changes()
        return made

    def _show_changes(self) -> None:
        from dlwidgets.explain.frame.changes import forms, sheet, unchanged

        history = self._opened_history()
        last = history.changes[-1] if history.changes else None
        diff = last.diff if last is not None and last.diff else unchanged(history.now)
        seen = sheet(history.before(), history.now, diff)
        self._changes = {
            **_sheet(seen),
            "code": plain(history.code),
            "steps": len(history.changes),
            "series": history.now.ndim == 1,
            "words": _text(diff.words) if last else _SILENT,
            "warnings": [plain(text) for text in last.warnings] if last else [],
            "cut": list(history.cut or ()),
            "examples": [plain(text) for text in forms.examples(history.now, self._name)],
        }


MOST: Final = 50
"""Changes that are kept."""


def _tried(made: Change) -> dict[str, Any]:
    error = made.error
    if error is None:
        return dict(FINE)
    return {
        "code": plain(made.code),
        "exception": error.exception,
        "message": plain(error.message),
        "words": _text(error.words),
        "nearest": plain(error.nearest),
        "start": error.start,
        "stop": error.stop,
    }


def _text(both: Both) -> dict[str, str]:
    return {key: plain(text) for key, text in both._asdict().items()}


def _sheet(seen: Sheet) -> dict[str, Any]:
    def line(one: Line) -> dict[str, Any]:
        return {**asdict(one), "before": plain(one.before), "after": plain(one.after)}

    return {
        "rows": [line(one) for one in seen.rows],
        "columns": [line(one) for one in seen.columns],
        "cells": [
            [{**asdict(one), "before": plain(one.before), "after": plain(one.after)} for one in row]
            for row in seen.cells
        ],
        "rows_left": seen.rows_left,
        "columns_left": seen.columns_left,
    }
