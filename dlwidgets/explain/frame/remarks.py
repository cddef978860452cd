"""What is worth saying of a selection that works: ends of slices, emptiness, steps in a chain."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import pandas as pd

from dlwidgets.explain.frame.nearest import present
from dlwidgets.language import Both

if TYPE_CHECKING:
    from dlwidgets.explain.frame.interpreter import Interpreter

LOOKED_UP = 200_000
"""Labels among which the ends of a slice are looked up."""

INCLUDED = Both("A slice of labels includes its last label.", "标签切片包含终点标签。")
EXCLUDED = Both("A slice of positions ends before its stop.", "位置切片不包含终点位置。")
BEYOND = Both(
    "A slice may reach beyond the end: there it is cut, without an error.",
    "切片可以超出末尾：超出部分被截去，不会报错。",
)
BETWEEN = Both(
    "An end that is no label counts as between labels: they are sorted, so it is clear where.",
    "端点不是已有标签时，按排序位置落在标签之间，因此仍可确定范围。",
)
ROWS = Both("In [], a slice takes rows, a name takes a column.", "[] 中切片取行，名称取列。")
CHAIN = Both(
    "Two steps: fine for reading. To set values, write one step with .loc.",
    "分两步选取：读取没有问题；要修改数据，请用 .loc 一步完成。",
)


def remarks(interpreter: Interpreter) -> tuple[Both, ...]:
    """Return the remarks on each step of a selection, none twice."""
    found: list[Both] = []
    many = 0
    for node, held, how, key in interpreter.steps:
        value = held.value
        if not isinstance(value, (pd.DataFrame, pd.Series)):
            continue
        many += _is_chain(node)
        if how == "[]" and isinstance(key, slice) and isinstance(value, pd.DataFrame):
            found.append(ROWS)
        keys = key if isinstance(key, tuple) and how != "[]" else (key,)
        for axis, one in enumerate(keys[:2]):
            if isinstance(one, slice):
                found += _of_slice(value, how, one, axis)
    if many:
        found.append(CHAIN)
    return tuple(dict.fromkeys(found))


def _is_chain(node: ast.Subscript) -> bool:
    """Return whether brackets follow brackets."""
    base = node.value
    return isinstance(base, ast.Subscript) or (
        isinstance(base, ast.Attribute) and isinstance(base.value, ast.Subscript)
    )


def _of_slice(value: Any, how: str, key: slice, axis: int) -> list[Both]:  # noqa: ANN401 -- a frame or Series
    by_position = how == "iloc" or (how == "[]" and _positions(value.index, key))
    if not by_position:
        return _by_label(value, key, axis)
    size = value.shape[axis] if axis < value.ndim else 0
    found = [EXCLUDED] if key.stop is not None else []
    ends = [end for end in (key.start, key.stop) if isinstance(end, int)]
    if any(end > size or end < -size for end in ends):
        found.append(BEYOND)
    return found


def _by_label(value: Any, key: slice, axis: int) -> list[Both]:  # noqa: ANN401 -- a frame or Series
    """Return what is said of a slice of labels, and of ends that are none."""
    labels = value.columns if axis else value.index
    ends = [end for end in (key.start, key.stop) if end is not None]
    absent = len(labels) <= LOOKED_UP and not all(present(end, labels) for end in ends)
    included = key.stop is not None and (not absent or present(key.stop, labels))
    return ([INCLUDED] if included else []) + ([BETWEEN] if absent else [])


def _positions(labels: pd.Index, key: slice) -> bool:
    """Return whether ``[1:3]`` takes positions: whole numbers, unless the labels are fractions."""
    ends = [end for end in (key.start, key.stop) if end is not None]
    whole = all(isinstance(end, int) and not isinstance(end, bool) for end in ends)
    return whole and labels.dtype.kind != "f"
