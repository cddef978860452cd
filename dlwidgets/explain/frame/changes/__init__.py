"""Changing a frame on a copy, one statement after another, with what differs (book 10.4.3)."""

from dlwidgets.explain.frame.changes import forms
from dlwidgets.explain.frame.changes.change import Change, change
from dlwidgets.explain.frame.changes.diff import Diff, compare, unchanged
from dlwidgets.explain.frame.changes.history import History
from dlwidgets.explain.frame.changes.sheet import Line, Mark, Sheet, sheet

__all__ = [
    "Change",
    "Diff",
    "History",
    "Line",
    "Mark",
    "Sheet",
    "change",
    "compare",
    "forms",
    "sheet",
    "unchanged",
]
