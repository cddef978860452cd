"""Methods and makers that may be called: their arguments are looked at before pandas gets them."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import pandas as pd

from dlwidgets.explain.frame.grammar import (
    BY_LABELS,
    BY_ROWS,
    CONSTANTS,
    METHODS,
    NAMED,
    OF_NUMPY,
    OF_PANDAS,
    TEXT,
    Method,
    not_allowed,
    refused,
)
from dlwidgets.explain.frame.querying import checked_query
from dlwidgets.explain.frame.tracking import Held, by_labels, by_rows, taken

SLOW_METHODS = {"describe", "nunique", "median", "duplicated", "drop_duplicates", "value_counts"}
"""Methods that sort or hash all they are given."""

MOST = 5_000_000
"""Cells that they are given at most: a page waits for the answer."""

SLOW = set("*+?{(\\")
"""Signs of patterns that may take for ever on some texts."""

OTHER = set("[].^$|")
"""The other signs of patterns."""


def call_method(node: ast.Call, held: Held, args: list[Any], named: dict[str, Any]) -> Held:
    """Return what a method of a frame, Series or Index gives."""
    name = _name(node)
    _check(node, METHODS[name], args, named)
    value = held.value
    if not isinstance(value, (pd.DataFrame, pd.Series, pd.Index)):
        raise not_allowed(node, f".{name}()")
    if name == "query":
        return _query(node, held, args, named)
    if name in SLOW_METHODS and value.size > MOST:
        raise refused(
            node,
            "too-long",
            f".{name}() of {value.size:,} cells takes long; select a part of them first.",
            f"对 {value.size:,} 个单元格执行 .{name}() 耗时较长；请先选取其中一部分。",
        )
    if isinstance(value, pd.Index) or name not in BY_ROWS | BY_LABELS:
        result = getattr(value, name)(*args, **named)
        return Held(result, None, held.lit)
    track = by_labels if name in BY_LABELS else by_rows
    return track(held, lambda one: getattr(one, name)(*args, **named))


def _name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _check(node: ast.Call, method: Method, args: list[Any], named: dict[str, Any]) -> None:
    """Refuse arguments that are not on the list."""
    unknown = set(named) - method.named
    for keyword in node.keywords:
        if keyword.arg in unknown:
            raise not_allowed(keyword.value, f"{keyword.arg}=")
    if len(args) > method.most:
        raise not_allowed(node.args[method.most], f"{ast.unparse(node.args[method.most])[:60]}")


def _query(node: ast.Call, held: Held, args: list[Any], named: dict[str, Any]) -> Held:
    """Return the rows that a query keeps: its mask is had first, and they are taken by it."""
    text = [*args, *named.values()]
    if not isinstance(held.value, pd.DataFrame):
        raise not_allowed(node, "Series.query()")
    if len(text) != 1:
        raise not_allowed(node, ".query()")
    if not isinstance(text[0], str):
        result = held.value.query(text[0])  # says what it wants
        return Held(result)
    place = node.args[0] if node.args else node.keywords[0].value
    checked_query(place, text[0], held.value)
    scope: dict[str, Any] = {"local_dict": {}, "global_dict": {}, "engine": "python"}
    result = held.value.query(text[0], **scope)
    mask = held.value.eval(text[0], **scope)
    found = taken(held, "loc", mask)
    return Held(result, found.track, found.sources, found.chosen)


def call_text(node: ast.Call, held: Held, args: list[Any], named: dict[str, Any]) -> Held:
    """Return what a method after ``.str`` gives."""
    name = _name(node)
    _check(node, TEXT[name], args, named)
    pattern = args[0] if args else named.get("pat")
    if name == "contains" and isinstance(pattern, str) and named.get("regex", True) is not False:
        _check_pattern(node, pattern)
    return Held(getattr(held.value.str, name)(*args, **named), None, held.lit)


def _check_pattern(node: ast.Call, pattern: str) -> None:
    """Refuse patterns that could take for ever."""
    if not SLOW & set(pattern):
        return
    inside = ast.unparse(node)[:-1]
    raise refused(
        node.args[0] if node.args else node,
        "not-allowed",
        "In contains, * + ? { ( and \\ are signs of patterns, which are not followed here; "
        "add regex=False to look for the text as it stands.",
        "在 contains 中，* + ? { ( 与 \\ 是正则表达式的符号，此处不支持；"
        "加上 regex=False 即按原文查找。",
        f"{inside}, regex=False)",
    )


def made(node: ast.Call, name: str, args: list[Any], named: dict[str, Any]) -> Held:
    """Return a label or number that is made by a call, as ``pd.Timestamp("2024-01-01")``."""
    module, _, what = name.rpartition(".")
    known = {"pd": OF_PANDAS, "np": OF_NUMPY, "": {"slice", "float"}}[module]
    if what not in known or what in CONSTANTS:
        raise not_allowed(node, f"{name}()")
    _check(node, Method(3, frozenset(NAMED)), args, named)
    for one, given in zip(
        [*node.args, *(k.value for k in node.keywords)], [*args, *named.values()], strict=True
    ):
        plain = given is None or isinstance(
            given, (str, int, float, np.generic, pd.Timestamp, pd.Timedelta, pd.Interval)
        )
        if not plain:
            raise not_allowed(one, ast.unparse(one)[:60])
    makers = {"slice": slice, "float": float}
    maker = makers[what] if not module else getattr(pd if module == "pd" else np, what)
    return Held(maker(*args, **named))
