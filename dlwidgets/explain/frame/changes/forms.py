"""Statements that change a frame, written from what was chosen and typed."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dlwidgets.explain.frame.literals import label_code, literal, quoted
from dlwidgets.explain.frame.reading import QUOTED, WIDE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlwidgets.explain.frame.outcome import Subject

KNOWN = {"pd", "np", "True", "False", "None"}


def written_value(subject: Subject, text: str, name: str = "df") -> str:
    """Return what was typed as a value, as code: a literal, an expression of columns, or a text.

    Names of columns may be typed bare: ``price * count`` becomes ``df["price"] * df["count"]``.
    What is no expression is a text: ``red wine`` becomes ``"red wine"``.
    """
    parts = QUOTED.split(text.strip())
    plain = "".join(one if i % 2 else one.translate(WIDE) for i, one in enumerate(parts))
    tree = _parsed(plain)
    if tree is None:
        return quoted(text.strip())
    names = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}
    columns = _columns(subject)
    if not names <= KNOWN | {name} | columns:
        return quoted(text.strip())
    bare = (names & columns) - KNOWN - {name}
    return _bracketed(plain, tree, bare, name)


def _parsed(text: str) -> ast.expr | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "\d" in a text is a warning of the parser's
        try:
            return ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None


def _columns(subject: Subject) -> set[Any]:
    if not isinstance(subject, pd.DataFrame) or isinstance(subject.columns, pd.MultiIndex):
        return set()
    return {one for one in subject.columns if isinstance(one, str)}


def _bracketed(text: str, tree: ast.expr, bare: set[str], name: str) -> str:
    """Return an expression in which names of columns stand between brackets."""
    coded = text.encode()
    found = [one for one in ast.walk(tree) if isinstance(one, ast.Name) and one.id in bare]
    for one in sorted(found, key=lambda node: -node.col_offset):
        column = f"{name}[{quoted(one.id)}]".encode()
        coded = coded[: one.col_offset] + column + coded[one.end_col_offset :]
    return coded.decode()


def written_label(labels: pd.Index[Any], text: str) -> str:
    """Return what was typed as a label, as code: a text, or a number where labels are numbers."""
    text = text.strip()
    tree = _parsed(text)
    plain = isinstance(tree, (ast.Constant, ast.Tuple, ast.UnaryOp))
    number = plain and not isinstance(getattr(tree, "value", None), str)
    quoted_already = isinstance(tree, ast.Constant) and isinstance(tree.value, str)
    if quoted_already or (number and (labels.dtype.kind in "iuf" or isinstance(tree, ast.Tuple))):
        return text
    return quoted(text)


def add(subject: Subject, label: str, value: str, name: str = "df") -> str:
    """Return the statement that adds a column (of a Series, an element)."""
    labels = subject.columns if isinstance(subject, pd.DataFrame) else subject.index
    return f"{name}[{written_label(labels, label)}] = {written_value(subject, value, name)}"


def rename(subject: Subject, axis: int, position: int, label: str, name: str = "df") -> str:
    """Return the statement that gives a row or column another label, of several the first level."""
    labels = subject.axes[axis]
    old, new = label_code(subject, axis, position, name), written_label(labels, label)
    if isinstance(labels, pd.MultiIndex):
        old, new = literal(labels[position][0]), written_label(labels.levels[0], label)
        where = "columns" if axis else "index"
        return f"{name} = {name}.rename({where}={{{old}: {new}}}, level=0)"
    if isinstance(subject, pd.Series):
        return f"{name} = {name}.rename({{{old}: {new}}})"
    return f"{name} = {name}.rename({'columns' if axis else 'index'}={{{old}: {new}}})"


def drop(subject: Subject, axis: int, positions: Iterable[int], name: str = "df") -> str:
    """Return the statement that leaves out rows or columns."""
    codes = ", ".join(label_code(subject, axis, one, name) for one in positions)
    return f"{name} = {name}.drop({'columns' if axis else 'index'}=[{codes}])"


def put(subject: Subject, row: int, column: int, value: str, name: str = "df") -> str:
    """Return the statement that sets a cell; a row of −1 stands for all rows, likewise columns.

    By label where that names this cell alone, else by position.
    """
    new = written_value(subject, value, name)
    frame = isinstance(subject, pd.DataFrame)
    axes = subject.axes
    if all(labels.is_unique and not isinstance(labels, pd.MultiIndex) for labels in axes):
        keys = [
            ":" if one < 0 else label_code(subject, axis, one, name)
            for axis, one in enumerate((row, column)[: len(axes)])
        ]
        how = "loc"
    else:
        keys = [":" if one < 0 else str(one) for one in (row, column)[: len(axes)]]
        how = "iloc"
    if frame and keys[1] == ":":
        keys = keys[:1]
    return f"{name}.{how}[{', '.join(keys)}] = {new}"


def examples(subject: Subject, name: str = "df") -> tuple[str, ...]:
    """Return statements to begin with that suit the frame."""
    row = _once(subject.index)
    found = [f"{name} = {name}.dropna()"]
    if row >= 0:
        found.insert(0, drop(subject, 0, [row], name))
    if isinstance(subject, pd.Series):
        value = literal(subject.iloc[-1]) if len(subject) else ""
        if value:
            found.insert(0, put(subject, 0, 0, value, name))
        return (*found, f"{name} = {name}.fillna(0)")
    column = _once(subject.columns)
    if column >= 0:
        label = label_code(subject, 1, column, name)
        value = literal(subject.iloc[-1, column]) if len(subject) else ""
        found = [
            f'{name}["new"] = {name}[{label}]',
            *([put(subject, 0, column, value, name)] if value else []),
            f'{name} = {name}.rename(columns={{{label}: "new"}})',
            drop(subject, 1, [column], name),
            *found,
            f"{name} = {name}.sort_values({label}, ascending=False)",
        ]
    return tuple(found)


def _once(labels: pd.Index[Any]) -> int:
    """Return the first position whose label is not missing and stands nowhere else; else −1."""
    some = labels[:1_000]
    fine = ~some.duplicated(keep=False)
    if not isinstance(labels, pd.MultiIndex):
        fine &= ~np.asarray(some.isna(), dtype=bool)
    return int(fine.argmax()) if fine.any() else -1
