"""Selecting from a DataFrame or Series: what is selected, how else to write it, why it fails."""

from dlwidgets.explain.frame.literals import label_code, literal
from dlwidgets.explain.frame.outcome import Cells, Outcome, Refusal, Span, Spelling, Subject, span
from dlwidgets.explain.frame.picking import ACCESSORS, OPERATORS, Pick, pick, select, write
from dlwidgets.explain.frame.reading import read
from dlwidgets.explain.frame.sameness import same
from dlwidgets.explain.frame.spelling import each_spelling, spellings
from dlwidgets.explain.frame.windows import (
    Axes,
    Axis,
    Window,
    axes,
    full,
    full_label,
    look,
    search,
    window,
)

__all__ = [
    "ACCESSORS",
    "OPERATORS",
    "Axes",
    "Axis",
    "Cells",
    "Outcome",
    "Pick",
    "Refusal",
    "Span",
    "Spelling",
    "Subject",
    "Window",
    "axes",
    "each_spelling",
    "full",
    "full_label",
    "label_code",
    "literal",
    "look",
    "pick",
    "read",
    "same",
    "search",
    "select",
    "span",
    "spellings",
    "window",
    "write",
]
