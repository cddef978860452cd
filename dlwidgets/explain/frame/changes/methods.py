"""Methods that give a changed frame, and where its rows and columns stood."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dlwidgets.explain.frame.changes.moves import NEW, Made, NamedError, extended, kept, width
from dlwidgets.explain.frame.grammar import RefusedError, not_allowed, refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.explain.frame.changes.statement import Work
    from dlwidgets.explain.frame.outcome import Subject

ARGUMENTS: dict[str, tuple[str, ...]] = {
    "drop": ("labels", "axis", "index", "columns"),
    "rename": ("index", "columns", "level"),
    "fillna": ("value",),
    "ffill": (),
    "bfill": (),
    "astype": ("dtype",),
    "replace": ("to_replace", "value"),
    "round": ("decimals",),
    "clip": ("lower", "upper"),
    "reset_index": ("drop", "names"),
    "set_index": ("keys",),
    "assign": (),
}
"""What may be called, and with which arguments by name."""

POSITIONAL = {
    "drop": 1,
    "fillna": 1,
    "astype": 1,
    "replace": 2,
    "round": 1,
    "clip": 2,
    "set_index": 1,
}
"""How many arguments may be given without a name; a Series takes one in ``rename``, too."""

KNOWN = set(ARGUMENTS)


def called(work: Work, call: ast.Call) -> Made:
    """Return what ``df = df.method(...)`` makes.

    Raises:
        RefusedError: for a method or argument that is not on the list.
        PandasError: where pandas raises.
    """
    assert isinstance(call.func, ast.Attribute)  # noqa: S101 -- the caller has looked
    method = call.func.attr
    args, named = _arguments(work, call, method)
    subject = work.subject
    try:
        after = getattr(subject, method)(*args, **named)
        moved = MOVED.get(method)
        made = extended(subject, after) if moved is None else moved(subject, after, args, named)
    except Exception as error:
        raise NamedError(call, None, method, _named_labels(method, args, named)) from error
    if type(after) is not type(subject):
        kind = type(subject).__name__
        raise refused(
            call,
            "not-allowed",
            f"A {kind} stays a {kind} here; this would make it a {type(after).__name__}.",
            f"此处 {kind} 仍应为 {kind}；这样会变成 {type(after).__name__}。",
        )
    return made


def _named_labels(method: str, args: list[Any], named: dict[str, Any]) -> list[Any] | None:
    """Return the labels that a call names, or None if it names none."""
    if method not in {"drop", "set_index"}:
        return None
    given = [*args, *(value for key, value in named.items() if key != "axis")]
    return [one for part in given for one in (part if isinstance(part, list) else [part])]


def inserted(work: Work, call: ast.Call) -> Made:
    """Return what ``df.insert(place, name, value)`` makes.

    Raises:
        RefusedError: for other arguments.
        PandasError: where pandas raises.
    """
    if len(call.args) != 3 or call.keywords or not isinstance(work.subject, pd.DataFrame):  # noqa: PLR2004 -- place, name, value
        raise refused(
            call,
            "not-allowed",
            f'insert takes a place, a name and a value: {work.name}.insert(0, "new", 1)',
            f'insert 需要位置、列名和值：{work.name}.insert(0, "new", 1)',
        )
    after = work.subject.copy()
    place, label, value = (work.value(one) for one in call.args)
    try:
        after.insert(place, label, value)
    except Exception as error:
        raise NamedError(call, None, "insert", place) from error
    made = extended(work.subject, after)
    columns = np.insert(np.arange(width(work.subject)), place, NEW)
    return Made(after, made.rows, columns)


def _arguments(work: Work, call: ast.Call, method: str) -> tuple[list[Any], dict[str, Any]]:
    most = POSITIONAL.get(method, 0)
    if method == "rename" and isinstance(work.subject, pd.Series):
        most = 1
    if len(call.args) > most:
        raise not_allowed(call.args[most], ast.unparse(call.args[most])[:60])
    for keyword in call.keywords:
        if keyword.arg == "inplace":
            raise _inplace(work, call)
        free = method == "assign" and keyword.arg is not None
        if not free and keyword.arg not in ARGUMENTS[method]:
            raise not_allowed(keyword.value, f"{keyword.arg or '**'}=")
    named = {str(one.arg): work.value(one.value) for one in call.keywords}
    return [work.value(one) for one in call.args], named


def _inplace(work: Work, call: ast.Call) -> RefusedError:
    rest = [one for one in call.keywords if one.arg != "inplace"]
    spelt = f"{work.name} = {ast.unparse(ast.Call(call.func, call.args, rest))}"
    return refused(
        call,
        "not-allowed",
        f"With inplace=True the result is None, so nothing is assigned. Write {spelt}",
        f"inplace=True 时返回 None，没有可赋的值。请写 {spelt}",
        spelt,
    )


def _dropped(subject: Subject, after: Subject, args: list[Any], named: dict[str, Any]) -> Made:
    rows, columns = np.arange(len(subject)), np.arange(width(subject))
    labels = args[0] if args else named.get("labels")
    along = named.get("axis", 0) in {1, "columns"}
    of_rows = named.get("index") if labels is None or along else labels
    of_columns = named.get("columns") if labels is None or not along else labels
    if of_rows is not None:
        rows = kept(subject.index, of_rows)
    if of_columns is not None and isinstance(subject, pd.DataFrame):
        columns = kept(subject.columns, of_columns)
    return Made(after, rows, columns)


def _reset(subject: Subject, after: Subject, _args: list[Any], _named: dict[str, Any]) -> Made:
    new = width(after) - width(subject)
    columns = np.concatenate([np.full(new, NEW), np.arange(width(subject))])
    return Made(after, np.arange(len(subject)), columns)


def _indexed(subject: Subject, after: Subject, args: list[Any], named: dict[str, Any]) -> Made:
    keys = args[0] if args else named["keys"]
    labels = [*keys] if isinstance(keys, list) else [keys]
    columns = kept(subject.columns, labels) if isinstance(subject, pd.DataFrame) else np.arange(1)
    return Made(after, np.arange(len(subject)), columns)


MOVED: dict[str, Callable[[Subject, Subject, list[Any], dict[str, Any]], Made]] = {
    "drop": _dropped,
    "reset_index": _reset,
    "set_index": _indexed,
}
