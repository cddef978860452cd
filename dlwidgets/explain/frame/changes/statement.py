"""A typed statement that changes a frame: parsed, told apart, and carried out on a copy."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dlwidgets.explain.frame.changes import methods
from dlwidgets.explain.frame.changes.moves import Made, NamedError, extended, kept
from dlwidgets.explain.frame.grammar import ACCESSORS, METHODS, RefusedError, refused
from dlwidgets.explain.frame.interpreter import Interpreter

if TYPE_CHECKING:
    from dlwidgets.explain.frame.outcome import Subject

EXAMPLES = 'df["new"] = 0, df.loc[0, "a"] = 1, df = df.drop(columns=["a"])'

NEW_TYPES = {"int": int, "float": float, "str": str, "bool": bool, "object": object}
"""Types that ``astype`` takes by their names in Python."""


@dataclass(frozen=True, slots=True)
class Work:
    """A statement and the copy that it works on."""

    node: ast.stmt
    subject: Subject
    name: str
    code: str

    def value(self, node: ast.expr) -> Any:  # noqa: ANN401 -- whatever was typed
        """Return what an expression is on the copy; dicts and names of types are let through."""
        if isinstance(node, ast.Dict):
            keys = [one for one in node.keys if one is not None]
            if len(keys) < len(node.keys):
                raise refused(node, "not-allowed", "** can't be used.", "不能使用 **。")
            pairs = zip(keys, node.values, strict=True)
            return {self.value(key): self.value(value) for key, value in pairs}
        if isinstance(node, ast.Name) and node.id in NEW_TYPES and node.id != self.name:
            return NEW_TYPES[node.id]
        return Interpreter(self.subject, self.name).follow(node).value

    def is_subject(self, node: ast.expr) -> bool:
        """Return whether a part of the statement is the frame itself."""
        return isinstance(node, ast.Name) and node.id == self.name


def carried_out(work: Work) -> Made:
    """Return what a statement makes of the copy.

    Raises:
        RefusedError: for what is no change of the frame.
        PandasError: where pandas raises, with its error as the cause.
    """
    node = work.node
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        return _assigned(work, node.targets[0], node.value)
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Subscript):
        old = ast.Subscript(node.target.value, node.target.slice, ast.Load())
        both = ast.copy_location(ast.BinOp(ast.copy_location(old, node), node.op, node.value), node)
        return _assigned(work, node.target, both)
    if isinstance(node, ast.Delete) and len(node.targets) == 1:
        return _deleted(work, node.targets[0])
    if isinstance(node, ast.Expr):
        return _called(work, node.value)
    raise _not_a_change(work)


def _not_a_change(work: Work) -> RefusedError:
    return refused(
        work.node,
        "not-allowed",
        f"One statement that changes {work.name} is expected, such as {EXAMPLES}.",
        f"应为一条修改 {work.name} 的语句，例如 {EXAMPLES}。",
    )


def _assigned(work: Work, target: ast.expr, value: ast.expr) -> Made:
    if isinstance(target, ast.Subscript):
        return _set(work, target, value)
    if isinstance(target, ast.Attribute) and work.is_subject(target.value):
        return _attribute(work, target, value)
    if work.is_subject(target):
        return _replaced(work, value)
    raise _not_a_change(work)


def _accessor(work: Work, target: ast.Subscript) -> str:
    """Return ``[]``, ``loc``, ``iloc``, ``at`` or ``iat``."""
    base = target.value
    if work.is_subject(base):
        return "[]"
    if isinstance(base, ast.Attribute) and base.attr in ACCESSORS and work.is_subject(base.value):
        return base.attr
    chained = ast.unparse(target)
    raise refused(
        target,
        "not-allowed",
        f"{chained} = ... is chained: the first brackets give another object, and only that one "
        f"would be set. Write one step: {work.name}.loc[row, column] = ...",
        f"{chained} = ... 是链式赋值：前一个方括号得到的是另一个对象，被修改的只是它。"
        f"请写成一步：{work.name}.loc[行, 列] = ...",
    )


def _set(work: Work, target: ast.Subscript, value: ast.expr) -> Made:
    how = _accessor(work, target)
    key, new = work.value(target.slice), work.value(value)
    after = work.subject.copy()
    try:
        if how == "[]":
            after[key] = new
        else:
            getattr(after, how)[key] = new
    except Exception as error:
        raise NamedError(target, None, how, key) from error
    return extended(work.subject, after)


def _attribute(work: Work, target: ast.Attribute, value: ast.expr) -> Made:
    axes = {"index", "columns"} if isinstance(work.subject, pd.DataFrame) else {"index", "name"}
    new, after = work.value(value), work.subject.copy()
    if target.attr not in axes:
        spelt = f"{work.name}[{target.attr!r}] = {ast.unparse(value)}"
        raise refused(
            target,
            "not-allowed",
            f"An attribute is no column: a new one would be set beside the data, and pandas says "
            f"so in a warning. Write {spelt}",
            f"属性不是列：这样只会在数据之外设一个属性，pandas 会对此发出警告。请写 {spelt}",
            spelt,
        )
    try:
        setattr(after, target.attr, new)
    except Exception as error:
        raise NamedError(target, None, ".", target.attr) from error
    return extended(work.subject, after)


def _deleted(work: Work, target: ast.expr) -> Made:
    if not isinstance(target, ast.Subscript) or not work.is_subject(target.value):
        raise _not_a_change(work)
    key, after = work.value(target.slice), work.subject.copy()
    try:
        del after[key]
        places = kept(_labels(work.subject), [key])
    except Exception as error:
        raise NamedError(target, None, "[]", key) from error
    rows = np.arange(len(work.subject))
    if isinstance(after, pd.DataFrame):
        return Made(after, rows, places)
    return Made(after, places, np.arange(1))


def _labels(subject: Subject) -> pd.Index[Any]:
    return subject.columns if isinstance(subject, pd.DataFrame) else subject.index


def _called(work: Work, call: ast.expr) -> Made:
    """Carry out ``df.insert(...)``; other calls give a new frame that nobody would keep."""
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
        if call.func.attr == "insert" and work.is_subject(call.func.value):
            return methods.inserted(work, call)
        spelt = f"{work.name} = {ast.unparse(call)}"
        if call.func.attr in methods.KNOWN | set(METHODS):
            raise refused(
                call,
                "not-allowed",
                f"{call.func.attr} gives a new object and changes nothing; keep it: {spelt}",
                f"{call.func.attr} 返回新对象，原来的不变；请把结果存下来：{spelt}",
                spelt,
            )
    raise _not_a_change(work)


def _replaced(work: Work, value: ast.expr) -> Made:
    """Carry out ``df = df.method(...)`` or ``df = df[...]``."""
    if (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in methods.KNOWN
        and work.is_subject(value.func.value)
    ):
        return methods.called(work, value)
    held = Interpreter(work.subject, work.name).follow(value)
    if type(held.value) is not type(work.subject):
        kind = type(work.subject).__name__
        raise refused(
            value,
            "not-allowed",
            f"A {kind} stays a {kind} here; this would make it a {type(held.value).__name__}.",
            f"此处 {kind} 仍应为 {kind}；这样会变成 {type(held.value).__name__}。",
        )
    if held.track is not None:
        rows, columns = held.track.rows, held.track.columns
        return Made(held.value.copy(), np.asarray(rows), np.asarray(columns))
    return extended(work.subject, held.value)
