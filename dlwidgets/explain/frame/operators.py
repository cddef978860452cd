"""Comparisons and arithmetic, with what the result was computed from, and guards on its size."""

from __future__ import annotations

import ast
import operator
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from dlwidgets.explain.frame.grammar import not_allowed, refused
from dlwidgets.explain.frame.tracking import Held

COMPARING: dict[type[ast.AST], Any] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, other: one in other,
    ast.NotIn: lambda one, other: one not in other,
}

COMBINING: dict[type[ast.AST], Any] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}

NEGATING: dict[type[ast.AST], Any] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
    ast.Not: operator.not_,
}

MOST = 5_000_000
"""The most cells that an alignment of labels may make."""

HIGHEST = 64
"""The highest power."""

MANY_SOURCES = 64
"""The most parts that a result is said to be computed from."""

_AXES = (pd.DataFrame, pd.Series)


def negated(node: ast.UnaryOp, held: Held) -> Held:
    """Return ``-x``, ``~x``, ``not x``."""
    return Held(NEGATING[type(node.op)](held.value), None, held.lit)


def combined(node: ast.BinOp, left: Held, right: Held) -> Held:
    """Return ``x + y`` and so on, where the result can't grow out of hand."""
    work = COMBINING.get(type(node.op))
    if work is None:
        raise not_allowed(node, ast.unparse(node)[:60])
    if isinstance(node.op, (ast.Mult, ast.Mod, ast.Pow, ast.FloorDiv)):
        for one in (left, right):
            if not _numbers(one.value):
                raise refused(
                    node,
                    "not-allowed",
                    "Only numbers can be multiplied, divided with a rest or raised here.",
                    "此处只有数值可以做乘法、整除、取余与乘方。",
                )
    if isinstance(node.op, ast.Pow) and not _small(right.value):
        raise refused(
            node,
            "too-long",
            f"Powers go up to {HIGHEST}.",
            f"乘方的指数最大为 {HIGHEST}。",
        )
    if isinstance(node.op, ast.Add):
        _check_texts(node, left.value, right.value)
    _check_alignment(node, left.value, right.value)
    return Held(work(left.value, right.value), None, _joined(left, right))


def compared(node: ast.Compare, sign: ast.cmpop, left: Held, right: Held) -> Held:
    """Return ``x > y`` and so on."""
    if not isinstance(sign, (ast.In, ast.NotIn)):
        _check_alignment(node, left.value, right.value)
    return Held(COMPARING[type(sign)](left.value, right.value), None, _joined(left, right))


def _joined(left: Held, right: Held) -> tuple[Any, ...]:
    found = list(left.lit)
    for one in right.lit:
        if not any(one is other or one.same(other) for other in found):
            found.append(one)
    return tuple(found[:MANY_SOURCES])


def _numbers(value: Any) -> bool:  # noqa: ANN401 -- an operand
    """Return whether a value holds numbers alone, which texts and lists would not stay short of."""
    if isinstance(value, pd.DataFrame):
        return all(_is_number(one) for one in value.dtypes)
    if isinstance(value, (pd.Series, pd.Index)):
        return not isinstance(value, pd.MultiIndex) and _is_number(value.dtype)
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biufmM"
    if value is pd.NaT or value is pd.NA or value is None:
        return True
    return isinstance(value, (int, float, complex, np.number, np.bool_, pd.Timedelta))


def _is_number(dtype: Any) -> bool:  # noqa: ANN401 -- a dtype of numpy or an extension
    return is_numeric_dtype(dtype) or is_bool_dtype(dtype) or dtype.kind in "mM"


def _small(value: Any) -> bool:  # noqa: ANN401 -- an exponent
    return not isinstance(value, int) or abs(value) <= HIGHEST


def _check_texts(node: ast.AST, left: Any, right: Any) -> None:  # noqa: ANN401 -- operands
    """Refuse to join lists, tuples: no selection needs them."""
    if any(isinstance(one, (list, tuple, set)) for one in (left, right)):
        raise not_allowed(node, "list +")


def _check_alignment(node: ast.AST, left: Any, right: Any) -> None:  # noqa: ANN401 -- operands
    """Refuse to align labels where each of many meets each of many."""
    if not (isinstance(left, _AXES) and isinstance(right, _AXES)):
        return
    if isinstance(left, pd.DataFrame) == isinstance(right, pd.DataFrame):
        pairs = [(left.index, right.index)]
        if isinstance(left, pd.DataFrame):
            pairs.append((left.columns, right.columns))
        many = 1
        for one, other in pairs:
            many *= _aligned(one, other)
    else:
        frame, series = (left, right) if isinstance(left, pd.DataFrame) else (right, left)
        many = len(frame) * _aligned(frame.columns, series.index)
    if many > max(MOST, left.size, right.size):
        raise refused(
            node,
            "too-long",
            f"The labels of the two sides differ, and aligning them could make {many:,} cells; "
            f"at most {MOST:,} are made here.",
            f"两侧标签不同，对齐后可能产生 {many:,} 个单元格；此处最多 {MOST:,} 个。",
        )


def _aligned(one: pd.Index, other: pd.Index) -> int:
    """Return how many labels an alignment may make at most."""
    if one is other or one.equals(other):
        return len(one)
    if one.is_unique or other.is_unique:
        return len(one) + len(other)
    return max(len(one) * len(other), len(one) + len(other))
