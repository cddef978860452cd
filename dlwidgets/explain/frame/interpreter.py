"""The tree of a typed expression, followed step by step on the real frame; nothing is evaluated."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dlwidgets.explain.frame.calls import call_method, call_text, made
from dlwidgets.explain.frame.grammar import (
    ACCESSORS,
    ATTRIBUTES,
    CONSTANTS,
    METHODS,
    OF_NUMPY,
    OF_PANDAS,
    TEXT,
    RefusedError,
    not_allowed,
    refuse,
)
from dlwidgets.explain.frame.operators import COMPARING, combined, compared, negated
from dlwidgets.explain.frame.tracking import Held, is_mask, taken, whole

if TYPE_CHECKING:
    from dlwidgets.explain.frame.outcome import Subject

LONG_KEY = 1_000
"""Lists of labels longer than this are only looked up where each label stands once."""


class PandasError(Exception):
    """An error of pandas, with the step at which it was raised."""

    def __init__(self, node: ast.expr, held: Held | None, how: str, key: Any) -> None:  # noqa: ANN401 -- any key
        super().__init__()
        self.node = node
        self.held = held
        self.how = how
        self.key = key
        self.subject: Any = None


class Accessor:
    """``df.loc``, ``s.str``: what waits for brackets or a method."""

    def __init__(self, held: Held, how: str) -> None:
        self.held = held
        self.how = how


class Interpreter:
    """Follows expressions on one subject under one name."""

    def __init__(self, subject: Subject, name: str) -> None:
        self.whole = whole(subject)
        self.name = name
        self.steps: list[tuple[ast.Subscript, Held, str, Any]] = []

    def follow(self, tree: ast.expr) -> Held:
        """Return what a whole expression is; errors of pandas know the subject."""
        try:
            return self.run(tree)
        except PandasError as error:
            error.subject = self.whole.value
            raise

    def run(self, node: ast.expr) -> Held:
        """Return what a part of the expression is.

        Raises:
            RefusedError: for what may not be typed.
            PandasError: where pandas raises, with its error as the cause.
        """
        found = self._visit(node)
        if isinstance(found, Accessor):
            here = ast.unparse(node)
            refuse(
                node,
                "incomplete",
                f"{here} waits for what to select, such as {here}"
                + (".lower()" if found.how in {"str", "dt"} else "[0]"),
                f"{here} 之后还要写出选取的内容，例如 {here}"
                + (".lower()" if found.how in {"str", "dt"} else "[0]"),
            )
        return found

    def _visit(self, node: ast.expr) -> Held | Accessor:
        work = getattr(self, f"_{type(node).__name__.lower()}", None)
        if work is None:
            not_allowed(node, ast.unparse(node)[:60])
        found: Held | Accessor = work(node)
        return found

    def _constant(self, node: ast.Constant) -> Held:
        return Held(node.value)

    def _name(self, node: ast.Name) -> Held:
        if node.id == self.name:
            return self.whole
        if node.id in {"pd", "np", "slice", "float"}:
            refuse(
                node,
                "incomplete",
                f"{node.id} alone is no selection.",
                f"单独的 {node.id} 不是选取。",
            )
        return self._unknown(node)

    def _unknown(self, node: ast.Name) -> Held:
        columns = self._columns()
        nearest = f"{self.name}[{node.id!r}]" if node.id in columns else ""
        more = f" The column of this name is {nearest}." if nearest else ""
        mehr = f"该名称的列应写作 {nearest}。" if nearest else ""
        refuse(
            node,
            "unknown-name",
            f"{node.id!r} is not known here: the frame is called {self.name}."
            f'{more} Texts stand in quotes: "{node.id}".',
            f"此处没有 {node.id!r} 这个名称：表格名为 {self.name}。{mehr}"
            f'字符串要加引号："{node.id}"。',
            nearest,
        )

    def _columns(self) -> list[Any]:
        value = self.whole.value
        return list(value.columns[:LONG_KEY]) if isinstance(value, pd.DataFrame) else []

    def _tuple(self, node: ast.Tuple) -> Held:
        return Held(tuple(self.run(one).value for one in node.elts))

    def _list(self, node: ast.List) -> Held:
        return Held([self.run(one).value for one in node.elts])

    def _set(self, node: ast.Set) -> Held:
        values = [self.run(one).value for one in node.elts]
        return self._tried(node, lambda: Held(set(values)))

    def _slice(self, node: ast.Slice) -> Held:
        ends = (node.lower, node.upper, node.step)
        return Held(slice(*(None if one is None else self.run(one).value for one in ends)))

    def _starred(self, node: ast.Starred) -> Held:
        not_allowed(node, "*")

    def _unaryop(self, node: ast.UnaryOp) -> Held:
        held = self.run(node.operand)
        return self._tried(node, lambda: negated(node, held))

    def _binop(self, node: ast.BinOp) -> Held:
        left, right = self.run(node.left), self.run(node.right)
        return self._tried(node, lambda: combined(node, left, right))

    def _compare(self, node: ast.Compare) -> Held:
        left = self.run(node.left)
        found = left
        for place, (sign, other) in enumerate(zip(node.ops, node.comparators, strict=True)):
            if place and not self._truth(node, found):
                return found
            if type(sign) not in COMPARING:
                not_allowed(node, "is")
            right = self.run(other)
            found = self._tried(node, lambda s=sign, a=left, b=right: compared(node, s, a, b))
            left = right
        return found

    def _boolop(self, node: ast.BoolOp) -> Held:
        found = self.run(node.values[0])
        for other in node.values[1:]:
            if self._truth(node, found) == isinstance(node.op, ast.Or):
                return found
            found = self.run(other)
        return found

    def _truth(self, node: ast.expr, held: Held) -> bool:
        return self._tried(node, lambda: bool(held.value))

    def _tried(self, node: ast.expr, work: Any) -> Any:  # noqa: ANN401 -- a function and what it gives
        try:
            return work()
        except RefusedError:
            raise
        except Exception as error:
            raise PandasError(node, None, "", None) from error

    def _subscript(self, node: ast.Subscript) -> Held:
        base = self._visit(node.value)
        key = self.run(node.slice).value
        if isinstance(base, Accessor):
            held, how = base.held, base.how
            if how == "str":
                return self._tried(node, lambda: Held(held.value.str[key], None, held.lit))
            if how == "dt":
                not_allowed(node, "dt[]")
        else:
            held, how = base, "[]"
        if how == "[]" and not isinstance(held.value, (pd.DataFrame, pd.Series, pd.Index, slice)):
            return self._of_other(node, held, key)
        return self._taken(node, held, how, key)

    def _of_other(self, node: ast.Subscript, held: Held, key: Any) -> Held:  # noqa: ANN401 -- any key
        """Return a part of a tuple or list, as ``df.shape[0]``, or the key of an IndexSlice."""
        if held.value is pd.IndexSlice:
            return Held(key)
        if not isinstance(held.value, (tuple, list, str)):
            not_allowed(node, ast.unparse(node)[:60])
        return self._tried(node, lambda: Held(held.value[key], None, held.lit))

    def _taken(self, node: ast.Subscript, held: Held, how: str, key: Any) -> Held:  # noqa: ANN401 -- any key
        self.steps.append((node, held, how, key))
        self._check_key(node, held, key)
        try:
            return taken(held, how, key)
        except Exception as error:
            raise PandasError(node, held, how, key) from error

    def _check_key(self, node: ast.Subscript, held: Held, key: Any) -> None:  # noqa: ANN401 -- any key
        """Refuse lists of labels that would find millions of rows many times over."""
        for part in key if isinstance(key, tuple) else (key,):
            long = isinstance(part, (pd.Series, pd.Index, np.ndarray)) and len(part) > LONG_KEY
            if long and not is_mask(part) and not held.value.index.is_unique:
                refuse(
                    node.slice,
                    "too-long",
                    f"At most {LONG_KEY:,} labels can be looked up where labels repeat.",
                    f"标签有重复时，一次最多查找 {LONG_KEY:,} 个标签。",
                )

    def _attribute(self, node: ast.Attribute) -> Held | Accessor:
        if isinstance(node.value, ast.Name) and node.value.id != self.name:
            if node.value.id in {"pd", "np"}:
                return Held(self._constant_of(node))
            return self._unknown(node.value)
        base = self._visit(node.value)
        if isinstance(base, Accessor):
            return self._after_accessor(node, base)
        kind = self._kind(base.value)
        if node.attr in ATTRIBUTES.get(kind, ()):
            return self._plain(node, base)
        if kind in {"DataFrame", "Series"}:
            return self._label(node, base)
        not_allowed(node, f".{node.attr}")

    def _constant_of(self, node: ast.Attribute) -> Any:  # noqa: ANN401 -- a constant
        module, known = (pd, OF_PANDAS) if ast.unparse(node.value) == "pd" else (np, OF_NUMPY)
        if node.attr not in known:
            not_allowed(node, ast.unparse(node)[:60])
        if node.attr not in CONSTANTS:
            here = ast.unparse(node)
            refuse(
                node,
                "incomplete",
                f"{here} waits for its value: {here}(...)",
                f"{here} 之后要写出它的值：{here}(...)",
            )
        return getattr(module, node.attr)

    @staticmethod
    def _kind(value: Any) -> str:  # noqa: ANN401 -- anything
        for kind, of in (("DataFrame", pd.DataFrame), ("Series", pd.Series), ("Index", pd.Index)):
            if isinstance(value, of):
                return kind
        return "Timestamp" if isinstance(value, pd.Timestamp) else ""

    def _plain(self, node: ast.Attribute, base: Held) -> Held | Accessor:
        if node.attr in {*ACCESSORS, "str", "dt"}:
            if node.attr in {"str", "dt"}:
                self._tried(node, lambda: getattr(base.value, node.attr))
            return Accessor(base, node.attr)
        return Held(getattr(base.value, node.attr))

    def _after_accessor(self, node: ast.Attribute, base: Accessor) -> Held:
        if base.how == "dt" and node.attr in ATTRIBUTES["dt"]:
            held = base.held
            return self._tried(
                node, lambda: Held(getattr(held.value.dt, node.attr), None, held.lit)
            )
        not_allowed(node, f".{base.how}.{node.attr}")

    def _label(self, node: ast.Attribute, base: Held) -> Held:
        """Return the column, or element, that an attribute names; as pandas, methods come first."""
        value, name = base.value, node.attr
        labels = value.columns if isinstance(value, pd.DataFrame) else value.index
        if name.startswith("_") or name in vars(value) or hasattr(type(value), name):
            here = ast.unparse(node.value)
            holds = not name.startswith("__") and not isinstance(labels, pd.MultiIndex)
            if holds and name in labels:
                spelt = f'{here}["{name}"]'
                refuse(
                    node,
                    "not-allowed",
                    f"{here}.{name} is something of pandas' own and not the column; "
                    f"that is {spelt}.",
                    f"{here}.{name} 是 pandas 自己的属性，不是这一列；这一列应写作 {spelt}。",
                    spelt,
                )
            not_allowed(node, f".{name}")
        try:
            result = getattr(value, name)
        except Exception as error:
            raise PandasError(node, base, ".", name) from error
        found = taken(base, "[]", name)
        return Held(result, found.track, found.sources, found.chosen)

    def _call(self, node: ast.Call) -> Held:
        func = node.func
        if any(isinstance(one, ast.Starred) for one in node.args) or any(
            one.arg is None for one in node.keywords
        ):
            not_allowed(node, "*")
        args = [self.run(one).value for one in node.args]
        named = {str(one.arg): self.run(one.value).value for one in node.keywords}
        if isinstance(func, ast.Name) and func.id in {"slice", "float"} and func.id != self.name:
            return self._tried(node, lambda: made(node, func.id, args, named))
        if not isinstance(func, ast.Attribute):
            not_allowed(node, f"{ast.unparse(func)[:60]}()")
        if isinstance(func.value, ast.Name) and func.value.id in {"pd", "np"} - {self.name}:
            return self._tried(node, lambda: made(node, ast.unparse(func), args, named))
        base = self._visit(func.value)
        if isinstance(base, Accessor):
            if base.how != "str" or func.attr not in TEXT:
                not_allowed(func, f".{base.how}.{func.attr}()")
            held = base.held
            return self._tried(node, lambda: call_text(node, held, args, named))
        if func.attr not in METHODS:
            not_allowed(func, f".{func.attr}()")
        return self._tried(node, lambda: call_method(node, base, args, named))
