"""LSTM, GRU and RNN from the inside: gates, states, held gates, memory (book 7.7)."""

from dlwidgets.explain.recurrent.ablation import Ablation
from dlwidgets.explain.recurrent.code import program
from dlwidgets.explain.recurrent.course import Course
from dlwidgets.explain.recurrent.detail import Detail, detail
from dlwidgets.explain.recurrent.reading import Net, Where, read
from dlwidgets.explain.recurrent.remembered import Memory
from dlwidgets.explain.recurrent.study import Study

__all__ = [
    "Ablation",
    "Course",
    "Detail",
    "Memory",
    "Net",
    "Study",
    "Where",
    "detail",
    "program",
    "read",
]
